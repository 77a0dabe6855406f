"""One booking's page: its tickets, what was paid, who sold it when."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.domain.tickets import Booking, Ticket
from app.domain.values import at_venue
from ui.bookings.viewmodel import Opened
from ui.i18n import amount, date_long, moment, money, plural, time_of, tr
from ui.printing import pages
from ui.widgets.buttons import Button
from ui.widgets.frames import Empty, Label, LineLabel, Rule, SidePanel
from ui.widgets.marks import SeatLabel
from ui.widgets.ticket_preview import TicketPreview

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class BookingPage(SidePanel):
    """Shows an `Opened`; `printed` carries a booking's id once its tickets are out."""

    printed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._opened: Opened | None = None
        self.title = Label("", "title")
        self.line = Label("", "muted", wrap=True)
        self.tickets = Button(tr("Tickets"), look="primary", icon="ticket", key="Ctrl+P")
        self.tickets.setShortcut("Ctrl+P")
        self._empty = Empty(
            tr("No booking chosen"),
            tr("Choose one to see its tickets and payment."),
            icon="receipt",
        )
        self._scroll = QScrollArea()
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.body.addWidget(self.title)
        self.body.addWidget(self.line)
        self.body.addWidget(self._empty, 1)
        self.body.addWidget(self._scroll, 1)
        self.body.addWidget(self.tickets)
        self._parts = (self.title, self.line, self._scroll, self.tickets)
        for part in self._parts:
            part.hide()
        self.tickets.clicked.connect(self._show_tickets)

    def show_opened(self, opened: Opened) -> None:
        """Show this booking; nothing moves when it is the one on show."""
        if opened == self._opened:
            return
        self._opened = opened
        booking = opened.booking
        self._empty.hide()
        for part in self._parts:
            part.show()
        self.title.setText(tr("Booking {number}", number=booking.number))
        self.line.setText(
            tr(
                "{when}, sold by {operator} at {station}",
                when=moment(booking.created_at),
                operator=booking.operator,
                station=booking.station_code,
            )
        )
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 8, 4, 8)
        column.setSpacing(8)
        self._add_performances(column, opened)
        _add_money(column, booking)
        column.addStretch(1)
        self._scroll.setWidget(inside)

    @staticmethod
    def _add_performances(column: QVBoxLayout, opened: Opened) -> None:
        for performance_id, line in opened.lines.items():
            day = date_long(at_venue(line.starts_at, line.zone).date())
            column.addWidget(Label(line.title, "lead", wrap=True))
            when = f"{day}, {time_of(line.starts_at, line.zone)}, {line.venue}"
            column.addWidget(Label(when, "muted", wrap=True))
            for ticket in opened.booking.tickets:
                if ticket.performance_id == performance_id:
                    column.addWidget(Rule())
                    column.addLayout(_ticket_row(ticket))
            column.addSpacing(8)

    def _show_tickets(self) -> None:
        if self._opened is None:
            return
        preview = TicketPreview(
            pages(self._opened.booking, self._opened.lines), parent=self.window()
        )
        preview.printed.connect(self.printed)
        preview.saved.connect(self.printed)
        preview.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        preview.open()


def _ticket_row(ticket: Ticket) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(8)
    row.addWidget(SeatLabel(ticket.seat))
    facts = QVBoxLayout()
    facts.setSpacing(0)
    facts.addWidget(LineLabel(f"{ticket.price_type}, {ticket.zone}", "text"))
    code = LineLabel(" ".join(ticket.code[i : i + 4] for i in range(0, 24, 4)), "small")
    facts.addWidget(code)
    row.addLayout(facts, 1)
    price = Label(amount(ticket.price), "strong")
    price.setAlignment(_RIGHT)
    row.addWidget(price)
    return row


def _add_money(column: QVBoxLayout, booking: Booking) -> None:
    column.addWidget(Rule())
    grid = QGridLayout()
    grid.setVerticalSpacing(4)
    count = plural("{count} ticket", "{count} tickets", len(booking.tickets))
    rows = (
        (Label(count, "muted"), Label(amount(booking.total), "muted")),
        (Label(tr("of which tax"), "muted"), Label(amount(booking.tax), "muted")),
        (Label(tr("Total"), "total"), Label(money(booking.total), "total")),
        (Label(tr("Cash given"), "muted"), Label(amount(booking.given), "muted")),
        (Label(tr("Change"), "muted"), Label(amount(booking.change), "muted")),
    )
    for position, (left, right) in enumerate(rows):
        grid.addWidget(left, position, 0)
        grid.addWidget(right, position, 1, _RIGHT)
    column.addLayout(grid)
