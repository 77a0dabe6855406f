"""One's own booking: its tickets, what was paid and given back, and until when it can be cancelled."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.domain.tickets import Ticket, TicketStatus
from app.domain.values import at_venue
from ui import house_time
from ui.i18n import amount, date_long, money, time_of, tr
from ui.my_tickets.viewmodel import Opened
from ui.my_tickets.words import rule_words, state_words
from ui.printing import pages
from ui.widgets.buttons import Button
from ui.widgets.frames import Empty, Label, LineLabel, Rule, SidePanel
from ui.widgets.marks import SeatLabel
from ui.widgets.ticket_preview import TicketPreview

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class BookingPanel(SidePanel):
    """The tickets of one booking; `cancel_asked` when some are to go."""

    cancel_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._opened: Opened | None = None
        self.title = Label("", "title")
        self.show_tickets = Button(
            tr("Show my tickets"), look="primary", icon="ticket", key="Ctrl+P"
        )
        self.rule = Label("", "muted", wrap=True)
        self.cancel = Button(tr("Cancel …"), key="Ctrl+D")
        self._empty = Empty(
            tr("No booking chosen"), tr("Choose a ticket to see its booking."), icon="receipt"
        )
        self._scroll = QScrollArea()
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.body.addWidget(self.title)
        self.body.addWidget(self._empty, 1)
        self.body.addWidget(self._scroll, 1)
        for below in (self.rule, self.cancel, self.show_tickets):
            self.body.addWidget(below)
        for part in (self.title, self._scroll, self.rule, self.cancel, self.show_tickets):
            part.hide()
        self.cancel.clicked.connect(self.cancel_asked)
        self.show_tickets.clicked.connect(self.preview)

    def show_opened(self, opened: Opened) -> None:
        """Show this booking."""
        if opened == self._opened:
            return
        self._opened = opened
        booking = opened.booking
        self._empty.hide()
        self.title.show()
        self._scroll.show()
        self.show_tickets.setVisible(any(t.status is TicketStatus.VALID for t in booking.tickets))
        self._show_rule(opened)
        self.title.setText(tr("Booking {number}", number=booking.number))
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 8, 4, 8)
        column.setSpacing(8)
        for performance_id, line in opened.lines.items():
            day = date_long(at_venue(line.starts_at, line.zone).date())
            when = tr(
                "{day}, {time}, {venue}",
                day=day,
                time=time_of(line.starts_at, line.zone),
                venue=line.venue,
            )
            column.addWidget(Label(line.title, "lead", wrap=True))
            column.addWidget(Label(when, "muted", wrap=True))
            for ticket in booking.tickets:
                if ticket.performance_id == performance_id:
                    column.addWidget(Rule())
                    column.addLayout(_ticket_row(ticket))
        for item in booking.live_items:
            column.addWidget(Rule())
            column.addLayout(_line(item.name, amount(item.price), "text"))
        column.addWidget(Rule())
        column.addLayout(_line(tr("Total"), money(booking.total), "total"))
        if booking.refunded:
            back = tr("{amount} was given back.", amount=money(booking.refunded))
            column.addWidget(Label(back, "muted", wrap=True))
        column.addStretch(1)
        self._scroll.setWidget(inside)

    def _show_rule(self, opened: Opened) -> None:
        """Until when it can be cancelled; of several tickets the one that can be soonest."""
        may = [one for one in opened.own.tickets if not one.refusal]
        said = min(may, key=lambda one: str(one.until), default=None)
        first = said or next(iter(opened.own.tickets), None)
        self.cancel.setVisible(bool(may))
        to_come = any(line.starts_at > house_time.now() for line in opened.lines.values())
        self.rule.setVisible(first is not None and to_come)
        self.rule.setText(rule_words(first) if first is not None else "")

    def preview(self) -> None:
        """The tickets of this booking, to show, print or save."""
        if self._opened is None:
            return
        preview = TicketPreview(
            pages(self._opened.booking, self._opened.lines), parent=self.window()
        )
        preview.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        preview.open()


def _line(words: str, value: str, role: str) -> QHBoxLayout:
    row = QHBoxLayout()
    row.addWidget(Label(words, "total" if role == "total" else "text"), 1)
    row.addWidget(Label(value, "total" if role == "total" else "strong"))
    return row


def _ticket_row(ticket: Ticket) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(8)
    row.addWidget(SeatLabel(ticket.seat))
    facts = QVBoxLayout()
    facts.setSpacing(0)
    kind = tr("{kind}, {zone}", kind=ticket.price_type, zone=ticket.zone)
    facts.addWidget(LineLabel(ticket.attendee or kind, "text"))
    facts.addWidget(LineLabel(state_words(ticket.status), "small"))
    row.addLayout(facts, 1)
    gone = ticket.status is TicketStatus.CANCELLED
    price = Label(amount(ticket.price), "muted" if gone else "strong")
    price.setAlignment(_RIGHT)
    row.addWidget(price)
    return row
