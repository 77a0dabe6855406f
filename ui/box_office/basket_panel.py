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

from app.domain.errors import Invalid
from app.domain.events import PriceType
from app.domain.tickets import Booking, Place
from app.domain.values import Money
from ui.box_office.state import Row, State
from ui.box_office.viewmodel import Counter
from ui.i18n import amount, countdown, money, parse_money, percent, plural, tr
from ui.widgets.buttons import Button, TenderButton
from ui.widgets.fields import MoneyField
from ui.widgets.frames import Empty, Label, Rule, SidePanel
from ui.widgets.marks import SeatLabel
from ui.widgets.segmented import Segmented

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
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
        grid.addWidget(Label(row.zone, "muted"), 0, 1)
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

    def __init__(self, counter: Counter, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._counter = counter
        self._tick = QTimer(self, interval=250)
        self._held = Label("", "warn")
        self.lines = _Lines(counter)
        self.cancel = Button(tr("Cancel basket"), look="quiet", icon="trash", height="chip")
        self.again = Button(tr("Hold again"), icon="refresh", height="chip")
        self.again.hide()
        self.sold = _SoldCard()
        self.money = _MoneyPart(counter)
        self._lay_out()
        self.cancel.clicked.connect(counter.clear)
        self.again.clicked.connect(counter.hold_again)
        self.sold.tickets_asked.connect(self.tickets_asked)
        self.sold.done.connect(counter.next_customer)
        self._tick.timeout.connect(self._show_countdown)
        self._tick.start()
        self.show_state(counter.state)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(Label(tr("Basket"), "title"), 1)
        head.addWidget(self._held)
        self._who = Label(tr("Walk-up customer, no name needed"), "muted")
        self._basket = QWidget()
        column = QVBoxLayout(self._basket)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._who)
        column.addWidget(self.lines, 1)
        acts = QHBoxLayout()
        acts.addWidget(self.cancel)
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
        self.body.addWidget(place, 1)

    def show_state(self, state: State) -> None:
        """Show the counter's state."""
        self.lines.show_rows(state.rows, state.price_types)
        self.cancel.setEnabled(bool(state.rows) and not state.paying)
        self.money.show_state(state)
        if state.sold is not None and not state.rows:
            self.sold.show_booking(state.sold)
            self._stack.setCurrentWidget(self.sold)
        else:
            self._stack.setCurrentWidget(self._pages[1 if state.rows else 0])
        self._show_countdown()

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


class _MoneyPart(QWidget):
    """What is due, how it is paid, what goes back."""

    def __init__(self, counter: Counter) -> None:
        super().__init__()
        self._counter = counter
        self._count, self._sum = Label("", "muted"), Label("", "muted")
        self._tax_of, self._tax = Label("", "muted"), Label("", "muted")
        self._total = Label("", "total")
        self.cash = TenderButton(tr("Cash"), key="F9")
        self.cash.setChecked(True)
        self.notes = [Button("", height="button") for _ in range(4)]
        for note in self.notes:
            note.setCheckable(True)
        self.given = MoneyField(tr("Given"), currency="EUR")
        self._change_of, self._change = Label(tr("Change"), "lead"), Label("", "lead")
        self.pay = Button("", look="primary", height="pay", key="F12")
        self._lay_out()
        self.cash.clicked.connect(self._choose_cash)
        for note in self.notes:
            note.clicked.connect(self._on_note)
        self.given.edited.connect(self._on_given)
        self.given.entered.connect(counter.pay)
        self.pay.clicked.connect(counter.pay)

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setVerticalSpacing(4)
        total = Label(tr("Total"), "total")
        for position, (left, right) in enumerate(
            ((self._count, self._sum), (self._tax_of, self._tax), (total, self._total))
        ):
            grid.addWidget(left, position, 0)
            grid.addWidget(right, position, 1, _RIGHT)
        notes = QHBoxLayout()
        notes.setSpacing(8)
        for note in self.notes:
            notes.addWidget(note, 1)
        change = QHBoxLayout()
        change.addWidget(self._change_of, 1)
        change.addWidget(self._change)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(Rule())
        column.addLayout(grid)
        column.addWidget(self.cash)
        column.addLayout(notes)
        column.addWidget(self.given)
        column.addLayout(change)
        column.addWidget(self.pay)

    def show_state(self, state: State) -> None:
        """Show amounts and what the button will do."""
        total, given = state.total, state.given
        self._count.setText(plural("{count} ticket", "{count} tickets", len(state.rows)))
        self._sum.setText(amount(total))
        rates = sorted({row.tax_bp for row in state.rows})
        self._tax_of.setText(
            tr("of which tax {rates}", rates=", ".join(percent(rate) for rate in rates))
        )
        self._tax.setText(amount(state.tax))
        self._total.setText(money(total))
        for note, value in zip(self.notes, (*state.notes, *[None] * 4), strict=False):
            note.setVisible(value is not None)
            if value is not None:
                note.setText(_short(value))
                note.setProperty("minor", value.minor)
                note.setChecked(value == given)
        if given is None and not self.given.edit.hasFocus():
            self.given.set_text("")
        change = state.change
        self._change.setText("" if change is None else money(change))
        self.pay.setEnabled(state.may_pay)
        self.pay.setText(
            tr("One moment …")
            if state.paying
            else tr("Take {amount} and print", amount=money(given or total))
        )

    def _choose_cash(self) -> None:
        self.cash.setChecked(True)
        self.given.edit.setFocus()

    def _on_note(self) -> None:
        note = self.sender()
        if isinstance(note, Button):
            value = Money(int(note.property("minor")), self._counter.state.currency)
            self.given.set_money(value)
            self._counter.give(value)

    def _on_given(self, text: str) -> None:
        if not text.strip():
            self.given.set_problem("")
            self._counter.give(None)
            return
        try:
            self._counter.give(parse_money(text, self._counter.state.currency))
        except Invalid:
            return


def _short(value: Money) -> str:
    text = amount(value)
    return text.removesuffix(".00").removesuffix(",00")


class _SoldCard(QWidget):
    """After the sale: the change in large figures, the tickets, the next customer."""

    tickets_asked = Signal(object)
    done = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._booking: Booking | None = None
        self._number = Label("", "muted")
        self._change = Label("", "total")
        self._facts = Label("", "text", wrap=True)
        self.show_tickets = Button(tr("Tickets"), icon="ticket", key="F11")
        self.next = Button(tr("Next customer"), look="primary", height="pay", key="F12")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._number)
        column.addStretch(1)
        column.addWidget(Label(tr("Change"), "lead"))
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
        self._change.setText(money(booking.change))
        seats = ", ".join(ticket.seat for ticket in booking.tickets)
        self._facts.setText(
            tr(
                "{total} paid with {given}. {seats}",
                total=money(booking.total),
                given=money(booking.given),
                seats=seats,
            )
        )

    def _on_tickets(self) -> None:
        self.tickets_asked.emit(self._booking)
