"""One's own tickets and payments, and the tickets of the chosen booking ready to be shown or saved."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from app.domain.bookings import TicketLine
from app.domain.payment_history import PaymentKind, PaymentLine
from app.domain.payments import Tender
from app.domain.tickets import Booking, TicketStatus
from ui import theme
from ui.errors import Level, words
from ui.i18n import amount, moment_brief, plural, tr
from ui.my_tickets.booking_panel import BookingPanel
from ui.my_tickets.cancel_dialog import CancelDialog
from ui.my_tickets.viewmodel import MyTickets
from ui.my_tickets.words import state_token, state_words
from ui.screen import Context
from ui.widgets.cells import StatusCell
from ui.widgets.frames import Empty, Header
from ui.widgets.notice import NoticeBar
from ui.widgets.rows import Column, RowsModel
from ui.widgets.segmented import Segmented
from ui.widgets.table import Table
from ui.widgets.tenders import tender_words

_SMALL = 1320  # logical pixels of this view
_TICKETS, _PAYMENTS = "tickets", "payments"


class MyTicketsView(QWidget):
    """Tickets or payments in a table, the chosen booking beside them."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._navigate = context.navigate
        self._say = context.say
        self._asking: CancelDialog | None = None
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
        self.page = BookingPanel()
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
        self.page.cancel_asked.connect(self.ask_cancel)
        self.mine.changed.connect(self._show)
        self.mine.cancelled.connect(self._on_cancelled)
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

    def has_tickets(self) -> bool:
        """Whether the booking that is open has tickets to show."""
        return not self.page.show_tickets.isHidden()

    def preview(self) -> None:
        """The tickets of the booking that is open."""
        self.page.preview()

    def may_cancel(self) -> bool:
        """Whether anything of the booking that is open can be cancelled here."""
        return not self.page.cancel.isHidden()

    def ask_cancel(self) -> None:
        """Which tickets go, and what comes back."""
        opened = self.mine.state.opened
        if opened is None or self._asking is not None:
            return
        self.mine.begin()
        dialog = CancelDialog(opened.own, parent=self.window())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.agreed.connect(self.mine.cancel)
        dialog.finished.connect(self._forget_asking)
        self._asking = dialog
        dialog.open()

    def _on_cancelled(self, booking: Booking) -> None:
        if self._asking is not None:
            self._asking.accept()
        text = tr("Cancelled. Booking {number} says what came back.", number=booking.number)
        self._say(text, Level.GOOD)

    def _forget_asking(self, _result: int) -> None:
        self._asking = None

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
        if self._asking is not None:
            self._asking.show_state(busy=state.busy, problem=state.refusal)
        if state.problem is None:
            self.notice.clear()
        else:
            self.notice.say(words(state.problem), level=Level.BAD)
        if state.opened is not None:
            self.page.show_opened(state.opened)


def _ticket_key(line: TicketLine) -> str:
    return line.id


def _payment_key(line: PaymentLine) -> str:
    return line.id


def _paid_with(tender: Tender) -> str:
    """To whoever paid, a card by slip was a card."""
    return tender_words(Tender.CARD if tender is Tender.SLIP else tender)


def _dot(line: TicketLine) -> str:
    return state_token(line.status)


def _columns() -> tuple[Column[TicketLine], ...]:
    return (
        Column(tr("Event"), lambda line: line.title),
        Column(tr("Starts"), lambda line: moment_brief(line.starts_at, line.zone), width=132),
        Column(tr("Seat"), lambda line: line.seat, width=160),
        Column(tr("Price"), lambda line: amount(line.price), figures=True, width=84),
        Column(tr("Status"), lambda line: state_words(line.status), width=128),
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
