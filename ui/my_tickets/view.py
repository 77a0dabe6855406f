"""One's own tickets and payments, and the tickets of the chosen booking ready to be shown or saved."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QStackedLayout, QVBoxLayout, QWidget

from app.domain.bookings import TicketLine
from app.domain.payment_history import PaymentKind, PaymentLine
from app.domain.payments import Tender
from app.domain.tickets import Ticket, TicketStatus
from app.domain.values import at_venue
from ui import theme
from ui.errors import Level, words
from ui.i18n import amount, date_long, moment_brief, money, plural, time_of, tr
from ui.my_tickets.viewmodel import MyTickets, Opened
from ui.printing import pages
from ui.screen import Context
from ui.widgets.buttons import Button
from ui.widgets.cells import StatusCell
from ui.widgets.frames import Empty, Header, Label, LineLabel, Rule, SidePanel
from ui.widgets.marks import SeatLabel
from ui.widgets.notice import NoticeBar
from ui.widgets.rows import Column, RowsModel
from ui.widgets.segmented import Segmented
from ui.widgets.table import Table
from ui.widgets.tenders import tender_words
from ui.widgets.ticket_preview import TicketPreview

_SMALL = 1320  # logical pixels of this view
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_TICKETS, _PAYMENTS = "tickets", "payments"
_STATES = {
    TicketStatus.VALID: ("Valid", "good"),
    TicketStatus.RESERVED: ("Not paid yet", "warn"),
    TicketStatus.CANCELLED: ("Cancelled", "faint"),
}


class MyTicketsView(QWidget):
    """Tickets or payments in a table, the chosen booking beside them."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._navigate = context.navigate
        self.mine = MyTickets(
            context.services,
            by=context.session.operator,
            tasks=context.tasks,
            relay=context.relay,
            parent=self,
        )
        self.header = Header(tr("My tickets"))
        self.mode = Segmented(
            ((_TICKETS, tr("Tickets")), (_PAYMENTS, tr("Payments"))), accessible=tr("Show")
        )
        self.notice = NoticeBar()
        self.rows: RowsModel[TicketLine] = RowsModel(_columns(), key=_ticket_key, parent=self)
        self.table = Table(self.rows, accessible=tr("My tickets"))
        self.payment_rows: RowsModel[PaymentLine] = RowsModel(
            _payment_columns(), key=_payment_key, parent=self
        )
        self.payment_table = Table(self.payment_rows, accessible=tr("My payments"))
        self._cell = StatusCell(_dot, self.table)
        self.table.setItemDelegateForColumn(4, self._cell)
        self.page = _BookingPanel()
        self.none = Empty(
            tr("No tickets yet"),
            tr("What you book appears here, with the codes that let you in."),
            icon="ticket",
            action=tr("See the programme"),
        )
        self._lay_out()
        self.mode.chosen.connect(self._on_mode)
        self.table.picked.connect(self._on_ticket)
        self.payment_table.picked.connect(self._on_payment)
        self.none.acted.connect(self._to_programme)
        self.mine.changed.connect(self._show)
        self.mine.load()

    def _lay_out(self) -> None:
        self.header.buttons.addWidget(self.mode, 0, Qt.AlignmentFlag.AlignVCenter)
        place = QWidget()
        self._stack = QStackedLayout(place)
        for part in (self.table, self.payment_table, self.none):
            self._stack.addWidget(part)
        left = QVBoxLayout()
        left.setContentsMargins(24, 20, 24, 20)
        left.setSpacing(12)
        left.addWidget(self.header)
        left.addWidget(self.notice)
        left.addWidget(place, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addLayout(left, 1)
        row.addWidget(self.page)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The panel gives way on a small screen, so that the table keeps its columns."""
        small = event.size().width() < _SMALL
        self.page.setFixedWidth(336 if small else theme.current().size("basket"))
        super().resizeEvent(event)

    def show_item(self, key: str) -> None:
        """Open the booking with this id."""
        self.mine.open(key)

    def _on_mode(self, _mode: str) -> None:
        self._show()

    def _on_ticket(self, line: TicketLine | None) -> None:
        if line is not None:
            self.mine.open(line.booking_id)

    def _on_payment(self, line: PaymentLine | None) -> None:
        if line is not None:
            self.mine.open(line.booking_id)

    def _to_programme(self) -> None:
        self._navigate("box_office", "")

    def _show(self) -> None:
        state = self.mine.state
        self.rows.set_rows(state.tickets)
        self.payment_rows.set_rows(state.payments)
        tickets = self.mode.choice() == _TICKETS
        if state.loaded and not state.tickets:
            self._stack.setCurrentWidget(self.none)
        else:
            self._stack.setCurrentWidget(self.table if tickets else self.payment_table)
        live = sum(line.status is not TicketStatus.CANCELLED for line in state.tickets)
        self.header.set_line(plural("{count} ticket", "{count} tickets", live))
        if state.problem is None:
            self.notice.clear()
        else:
            self.notice.say(words(state.problem), level=Level.BAD)
        if state.opened is not None:
            self.page.show_opened(state.opened)


class _BookingPanel(SidePanel):
    """The tickets of one booking."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._opened: Opened | None = None
        self.title = Label("", "title")
        self.show_tickets = Button(
            tr("Show my tickets"), look="primary", icon="ticket", key="Ctrl+P"
        )
        self.show_tickets.setShortcut("Ctrl+P")
        self._empty = Empty(
            tr("No booking chosen"), tr("Choose a ticket to see its booking."), icon="receipt"
        )
        self._scroll = QScrollArea()
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.body.addWidget(self.title)
        self.body.addWidget(self._empty, 1)
        self.body.addWidget(self._scroll, 1)
        self.body.addWidget(self.show_tickets)
        for part in (self.title, self._scroll, self.show_tickets):
            part.hide()
        self.show_tickets.clicked.connect(self._preview)

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
        self.title.setText(tr("Booking {number}", number=booking.number))
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 8, 4, 8)
        column.setSpacing(8)
        for performance_id, line in opened.lines.items():
            day = date_long(at_venue(line.starts_at, line.zone).date())
            column.addWidget(Label(line.title, "lead", wrap=True))
            when = f"{day}, {time_of(line.starts_at, line.zone)}, {line.venue}"
            column.addWidget(Label(when, "muted", wrap=True))
            for ticket in booking.tickets:
                if ticket.performance_id == performance_id:
                    column.addWidget(Rule())
                    column.addLayout(_ticket_row(ticket))
        column.addWidget(Rule())
        total = QHBoxLayout()
        total.addWidget(Label(tr("Total"), "total"), 1)
        total.addWidget(Label(money(booking.total), "total"))
        column.addLayout(total)
        if booking.refunded:
            back = tr("{amount} was given back.", amount=money(booking.refunded))
            column.addWidget(Label(back, "muted", wrap=True))
        column.addStretch(1)
        self._scroll.setWidget(inside)

    def _preview(self) -> None:
        if self._opened is None:
            return
        preview = TicketPreview(
            pages(self._opened.booking, self._opened.lines), parent=self.window()
        )
        preview.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        preview.open()


def _ticket_row(ticket: Ticket) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(8)
    row.addWidget(SeatLabel(ticket.seat))
    facts = QVBoxLayout()
    facts.setSpacing(0)
    facts.addWidget(LineLabel(f"{ticket.price_type}, {ticket.zone}", "text"))
    facts.addWidget(LineLabel(tr(_STATES[ticket.status][0]), "small"))
    row.addLayout(facts, 1)
    price = Label(amount(ticket.price), "strong")
    price.setAlignment(_RIGHT)
    row.addWidget(price)
    return row


def _ticket_key(line: TicketLine) -> str:
    return line.id


def _payment_key(line: PaymentLine) -> str:
    return line.id


def _paid_with(tender: Tender) -> str:
    """To whoever paid, a card by slip was a card."""
    return tender_words(Tender.CARD if tender is Tender.SLIP else tender)


def _dot(line: TicketLine) -> str:
    return _STATES[line.status][1]


def _columns() -> tuple[Column[TicketLine], ...]:
    return (
        Column(tr("Event"), lambda line: line.title),
        Column(tr("Starts"), lambda line: moment_brief(line.starts_at, line.zone), width=132),
        Column(tr("Seat"), lambda line: line.seat, width=160),
        Column(tr("Price"), lambda line: amount(line.price), figures=True, width=84),
        Column(tr("Status"), lambda line: tr(_STATES[line.status][0]), width=128),
    )


def _payment_columns() -> tuple[Column[PaymentLine], ...]:
    return (
        Column(tr("When"), lambda line: moment_brief(line.at), width=132),
        Column(
            tr("What"),
            lambda line: tr("Paid") if line.kind is PaymentKind.PAYMENT else tr("Given back"),
        ),
        Column(tr("Booking"), lambda line: line.number, width=120),
        Column(tr("By"), lambda line: _paid_with(line.tender), width=110),
        Column(tr("Amount"), lambda line: amount(line.amount), figures=True, width=100),
    )
