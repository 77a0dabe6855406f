"""The left of the exchange screen: the booking's tickets, and which of them go."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.domain.events import ProgrammeLine
from app.domain.tickets import Ticket
from app.domain.values import at_venue
from ui.bookings.exchange_state import ExchangeState
from ui.i18n import amount, date_short, time_of, tr
from ui.widgets.buttons import Button
from ui.widgets.frames import Label, LineLabel, ListPanel, Rule
from ui.widgets.marks import SeatLabel

_NEVER = Qt.ScrollBarPolicy.ScrollBarAlwaysOff


def when_words(line: ProgrammeLine) -> str:
    """Day and time at the venue, short."""
    day = date_short(at_venue(line.starts_at, line.zone).date())
    return tr("{day}, {time}", day=day, time=time_of(line.starts_at, line.zone))


class _TicketRow(QWidget):
    """One live ticket, with a box to give it up."""

    ticked = Signal(str, bool)

    def __init__(self, ticket: Ticket, *, inside: bool) -> None:
        super().__init__()
        self.ticket = ticket
        self.box = QCheckBox()
        self.box.setAccessibleName(
            tr(
                "Give up {seat}, {kind}, {price}",
                seat=ticket.seat,
                kind=ticket.price_type,
                price=amount(ticket.price),
            )
        )
        self.box.setEnabled(not inside)
        kind = tr("{kind}, {zone}", kind=ticket.price_type, zone=ticket.zone)
        below = tr("in already, so it stays") if inside else ticket.attendee or kind
        row = QGridLayout(self)
        row.setContentsMargins(0, 8, 0, 8)
        row.setHorizontalSpacing(8)
        row.setVerticalSpacing(4)
        row.setColumnStretch(2, 1)
        row.addWidget(self.box, 0, 0)
        row.addWidget(SeatLabel(ticket.seat), 0, 1)
        row.addWidget(Label(amount(ticket.price), "muted" if inside else "strong"), 0, 3)
        row.addWidget(LineLabel(below, "muted"), 1, 1, 1, 3)
        self.box.clicked.connect(self._on_box)

    def _on_box(self) -> None:
        self.ticked.emit(self.ticket.id, self.box.isChecked())


class ExchangeTicketsPanel(ListPanel):
    """`ticked` carries a ticket's id and whether it goes; `all_ticked` whether all do."""

    ticked = Signal(str, bool)
    all_ticked = Signal(bool)
    keep_asked = Signal()
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._shown: object = None
        self.rows: dict[str, _TicketRow] = {}
        self.back = Button(tr("Back"), icon="arrow-left", key="Esc", height="chip")
        self.title = Label(tr("Exchange"), "title")
        self.line = LineLabel("", "muted")
        self.all = Button("", look="quiet", height="chip")
        self.keep = Button(tr("Take the same seats"), key="Alt+S", height="chip")
        self.keep.setToolTip(tr("At another price type, or in another performance"))
        self._scroll = QScrollArea()
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(_NEVER)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        top = QHBoxLayout()
        top.addWidget(self.back)
        top.addStretch(1)
        head = QHBoxLayout()
        head.addWidget(Label(tr("These tickets go"), "heading"), 1)
        head.addWidget(self.all)
        self.body.setSpacing(8)
        self.body.addLayout(top)
        self.body.addSpacing(8)
        self.body.addWidget(self.title)
        self.body.addWidget(self.line)
        self.body.addSpacing(4)
        self.body.addLayout(head)
        self.body.addWidget(self._scroll, 1)
        self.body.addWidget(self.keep)
        hint = tr("Untick all of them to add tickets to the booking.")
        self.body.addWidget(Label(hint, "muted", wrap=True))
        self.back.clicked.connect(self.left)
        self.all.clicked.connect(self._on_all)
        self.keep.clicked.connect(self.keep_asked)

    def show_state(self, state: ExchangeState) -> None:
        """Show who goes."""
        booking = state.booking
        if booking is None:
            return
        who = booking.customer or booking.name or tr("Walk-up")
        self.line.setText(tr("Booking {number}, {who}", number=booking.number, who=who))
        shown = (booking.live, state.inside)
        if shown != self._shown:
            self._shown = shown
            self._fill(state)
        for ticket_id, row in self.rows.items():
            row.box.setChecked(ticket_id in state.out)
            row.box.setEnabled(ticket_id not in state.inside and not state.locked)
        every = len(state.going) == len(state.movable)
        self.all.setText(tr("None") if every else tr("All"))
        self.all.setEnabled(bool(state.movable) and not state.locked)
        self.keep.setEnabled(bool(state.same_seats()) and not state.locked)
        self.back.setEnabled(not state.busy)

    def _fill(self, state: ExchangeState) -> None:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 4, 0)
        column.setSpacing(0)
        self.rows = {}
        live = () if state.booking is None else state.booking.live
        for performance_id, line in state.shows.items():
            tickets = [ticket for ticket in live if ticket.performance_id == performance_id]
            if tickets:
                column.addWidget(LineLabel(line.title, "lead"))
                column.addWidget(LineLabel(when_words(line), "muted"))
                column.addSpacing(4)
            for ticket in tickets:
                column.addWidget(Rule())
                row = _TicketRow(ticket, inside=ticket.id in state.inside)
                row.ticked.connect(self.ticked)
                self.rows[ticket.id] = row
                column.addWidget(row)
            column.addSpacing(12)
        column.addStretch(1)
        self._scroll.setWidget(inside)

    def _on_all(self) -> None:
        boxes = [row.box for row in self.rows.values() if row.box.isEnabled()]
        self.all_ticked.emit(not all(box.isChecked() for box in boxes))

    def focus_first(self) -> None:
        """The keyboard on the first ticket that can go."""
        for row in self.rows.values():
            if row.box.isEnabled():
                row.box.setFocus()
                return
