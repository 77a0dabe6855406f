"""The basket and the money at the right: what is bought, what it comes to, one big button."""

from __future__ import annotations

import time

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QScrollArea,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from app.domain.events import PriceType
from app.domain.payments import Tender
from app.domain.tickets import Booking, BookingStatus, Place
from ui.box_office.customer_card import CustomerCard
from ui.box_office.payment_panel import TENDERS, MoneyPart
from ui.box_office.state import Row, State
from ui.box_office.viewmodel import Counter
from ui.i18n import amount, countdown, listed, moment, money, tr
from ui.widgets.buttons import Button
from ui.widgets.frames import Empty, Label, LineLabel, SidePanel
from ui.widgets.marks import SeatLabel
from ui.widgets.segmented import Segmented

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LONG_SEAT = 12  # letters of a seat's name beside which its zone has no room
_BESIDE = 3  # price types that fit beside the seat
_SOON = 120  # seconds before the end from which the countdown is marked


class _Line(QWidget):
    """One seat in the basket: two storeys when there are more price types than fit beside it."""

    kind_chosen = Signal(object, str)
    dropped = Signal(object)

    def __init__(self, row: Row, kinds: tuple[PriceType, ...]) -> None:
        super().__init__()
        self._place = row.place
        options = [(kind.id, kind.short) for kind in kinds if kind.id in row.prices]
        self.kinds = Segmented(options, accessible=tr("Price type for {seat}", seat=row.seat))
        self._price = Label("", "strong")
        self._price.setAlignment(_RIGHT)
        self._price.setMinimumWidth(52)
        self.drop = Button(
            "",
            look="quiet",
            icon="x",
            height="chip",
            accessible=tr("Give back {seat}", seat=row.seat),
        )
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 8, 0, 8)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        grid.addWidget(SeatLabel(row.seat), 0, 0)
        zone = LineLabel(row.zone, "muted")
        zone.setHidden(len(row.seat) > _LONG_SEAT)  # a stub of it would say nothing
        grid.addWidget(zone, 0, 1)
        if len(options) > _BESIDE:
            grid.addWidget(self.kinds, 1, 0, 1, 5)
        else:
            grid.addWidget(self.kinds, 0, 2)
        grid.addWidget(self._price, 0, 3)
        grid.addWidget(self.drop, 0, 4)
        self.show_row(row)
        self.kinds.chosen.connect(self._on_kind)
        self.drop.clicked.connect(self._on_drop)

    def show_row(self, row: Row) -> None:
        if row.price_type_id:
            self.kinds.choose(row.price_type_id)
        self._price.setText(amount(row.price))

    def _on_kind(self, price_type_id: str) -> None:
        self.kind_chosen.emit(self._place, price_type_id)

    def _on_drop(self) -> None:
        self.dropped.emit(self._place)


class _Lines(QScrollArea):
    """The basket's lines; kept by place, so that focus and scroll survive."""

    def __init__(self, counter: Counter) -> None:
        super().__init__()
        self._counter = counter
        self._parts: dict[Place, _Line] = {}
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inside = QWidget()
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(0, 0, 4, 0)
        self._column.setSpacing(0)
        self._column.addStretch(1)
        self.setWidget(inside)

    def part(self, place: Place) -> _Line:
        """The line of one place."""
        return self._parts[place]

    def show_rows(self, rows: tuple[Row, ...], kinds: tuple[PriceType, ...]) -> None:
        wanted = {row.place for row in rows}
        for place in [place for place in self._parts if place not in wanted]:
            part = self._parts.pop(place)
            self._column.removeWidget(part)
            part.hide()
            part.deleteLater()
        for position, row in enumerate(rows):
            if row.place in self._parts:
                self._parts[row.place].show_row(row)
            else:
                self._wire_line(position, row, kinds)

    def _wire_line(self, position: int, row: Row, kinds: tuple[PriceType, ...]) -> None:
        part = _Line(row, kinds)
        part.kind_chosen.connect(self._counter.set_price_type)
        part.dropped.connect(self._on_dropped)
        self._parts[row.place] = part
        self._column.insertWidget(position, part)

    def _on_dropped(self, place: Place) -> None:
        self._counter.remove((place,))


class BasketPanel(SidePanel):
    """Lines, total, tender, notes, change, and the button that says what it will do."""

    tickets_asked = Signal(object)
    reserve_asked = Signal()

    def __init__(self, counter: Counter, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._counter = counter
        self._tick = QTimer(self, interval=250)
        self._held = Label("", "warn")
        self.lines = _Lines(counter)
        self.cancel = Button(tr("Cancel basket"), look="quiet", icon="trash", height="chip")
        self.reserve = Button(
            tr("Reserve"), look="quiet", icon="clock", height="chip", key="Ctrl+R"
        )
        self.reserve.setVisible(not counter.own)
        self.again = Button(tr("Hold again"), icon="refresh", height="chip")
        self.again.hide()
        self.customer = CustomerCard()
        self.sold = _SoldCard(own=counter.own)
        self.money = MoneyPart(counter)
        self._lay_out()
        self.cancel.clicked.connect(counter.clear)
        self.again.clicked.connect(counter.hold_again)
        self.reserve.clicked.connect(self.reserve_asked)
        self.sold.tickets_asked.connect(self.tickets_asked)
        self.sold.done.connect(counter.next_customer)
        self.customer.dropped.connect(self._on_walk_up)
        self._tick.timeout.connect(self._show_countdown)
        self._tick.start()
        self.show_state(counter.state)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(Label(tr("Basket"), "title"), 1)
        head.addWidget(self._held)
        self._basket = QWidget()
        column = QVBoxLayout(self._basket)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.lines, 1)
        acts = QHBoxLayout()
        acts.addWidget(self.cancel)
        acts.addWidget(self.reserve)
        acts.addStretch(1)
        acts.addWidget(self.again)
        column.addLayout(acts)
        column.addWidget(self.money)
        empty = Empty(
            tr("Nothing in the basket"),
            tr("Click seats, drag over several, or take the best available."),
            icon="ticket",
        )
        place = QWidget()
        self._stack = QStackedLayout(place)
        self._pages = (empty, self._basket, self.sold)
        for page in self._pages:
            self._stack.addWidget(page)
        self.body.addLayout(head)
        self.body.addWidget(self.customer)
        self.body.addWidget(place, 1)

    def show_state(self, state: State) -> None:
        """Show the counter's state."""
        self.lines.show_rows(state.rows, state.price_types)
        self.cancel.setEnabled(bool(state.rows) and not state.locked)
        self.money.show_state(state)
        self.customer.show_customer(state.customer, locked=state.locked)
        at_counter = not self._counter.own
        self.customer.setVisible(at_counter and (bool(state.rows) or state.sold is None))
        self.reserve.setEnabled(not state.locked and not state.payment.put)
        if state.sold is not None and not state.rows:
            self.sold.show_booking(state.sold)
            self._stack.setCurrentWidget(self.sold)
        else:
            self._stack.setCurrentWidget(self._pages[1 if state.rows else 0])
        self._show_countdown()

    def _on_walk_up(self) -> None:
        self._counter.sell_to(None)

    def _show_countdown(self) -> None:
        left = self._counter.state.seconds_left(time.monotonic())
        self.again.setVisible(left == 0)
        if left is None:
            self._held.setText("")
            return
        self._held.setText(
            tr("held {time}", time=countdown(left)) if left else tr("hold has run out")
        )
        self._held.set_role("bad" if left < _SOON else "warn")


class _SoldCard(QWidget):
    """After the sale: the change in large figures, the tickets, the next customer."""

    tickets_asked = Signal(object)
    done = Signal()

    def __init__(self, *, own: bool) -> None:
        super().__init__()
        self._booking: Booking | None = None
        self._number = Label("", "muted")
        self._change_of = Label(tr("Change"), "lead")
        self._change = Label("", "total")
        self._facts = Label("", "text", wrap=True)
        self.show_tickets = Button(tr("Tickets"), icon="ticket", key="F11")
        further = tr("Book something else") if own else tr("Next customer")
        self.next = Button(further, look="primary", height="pay", key="F12")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._number)
        column.addStretch(1)
        column.addWidget(self._change_of)
        column.addWidget(self._change)
        column.addWidget(self._facts)
        column.addStretch(2)
        column.addWidget(self.show_tickets)
        column.addWidget(self.next)
        self.show_tickets.clicked.connect(self._on_tickets)
        self.next.clicked.connect(self.done)

    def show_booking(self, booking: Booking) -> None:
        self._booking = booking
        self._number.setText(tr("Booking {number}", number=booking.number))
        self.show_tickets.setVisible(booking.status is BookingStatus.PAID)
        if booking.status is BookingStatus.RESERVED and booking.expires_at is not None:
            self._change_of.setText(tr("Reserved until {when}", when=moment(booking.expires_at)))
            self._change.setText(money(booking.total))
            seats = ", ".join(ticket.seat for ticket in booking.tickets)
            self._facts.setText(tr("To be paid for {seats}.", seats=seats))
            return
        cash = all(payment.tender is Tender.CASH for payment in booking.payments)
        self._change_of.setText(tr("Change") if cash or booking.change else tr("Paid"))
        self._change.setText(money(booking.change if cash or booking.change else booking.total))
        seats = ", ".join(ticket.seat for ticket in booking.tickets)
        self._facts.setText(f"{_paid(booking)} {seats}".strip())

    def _on_tickets(self) -> None:
        self.tickets_asked.emit(self._booking)


def _paid(booking: Booking) -> str:
    """How it was paid, in one sentence."""
    if all(payment.tender is Tender.CASH for payment in booking.payments):
        total, given = money(booking.total), money(booking.given)
        return tr("{total} paid with {given}.", total=total, given=given)
    names = {tender: tr(name).lower() for tender, name, _ in TENDERS}
    parts = [f"{money(each.amount)} {names[each.tender]}" for each in booking.payments]
    return tr("Paid: {parts}.", parts=listed(tuple(parts)))
