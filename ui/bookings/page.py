"""One booking's page: its tickets, what was paid and given back, who sold it when, and what can be done."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.domain.tickets import Booking, BookingStatus, TicketStatus
from ui.bookings.facts_panel import (
    add_goods,
    add_money,
    add_performance,
    add_records,
    ticket_button,
    ticket_row,
)
from ui.bookings.state import Opened, owed, returnable
from ui.bookings.words import booking_dot, booking_status
from ui.i18n import moment, money, plural, tr
from ui.printing import pages
from ui.widgets.buttons import Button
from ui.widgets.frames import Empty, Label, LineLabel, Rule, SidePanel
from ui.widgets.marks import Dot
from ui.widgets.menu import MenuButton
from ui.widgets.ticket_preview import TicketPreview

CANCEL, REFUND, RESEND, EXCHANGE = "cancel", "refund", "resend", "exchange"
EDIT, VOID, HAND_OUT, AGAIN, DEPOSIT = "edit", "void", "hand_out", "again", "deposit"
RECEIPT = "receipt"


class BookingPage(SidePanel):
    """Shows an `Opened`; `printed` carries a booking's id and why once its tickets are out, `asked` one of
    the acts above, `customer_asked` a customer's id, `ticket_asked` a ticket's."""

    printed = Signal(str, str)
    pay_asked = Signal()
    asked = Signal(str)
    customer_asked = Signal(str)
    ticket_asked = Signal(str)

    def __init__(
        self, *, may_cancel: bool, may_refund: bool, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent=parent)
        self._opened: Opened | None = None
        self._may_cancel, self._may_refund = may_cancel, may_refund
        self._reason = ""
        self._offered: frozenset[str] = frozenset()
        self.title, self.name = LineLabel("", "title"), Label("", "lead", wrap=True)
        self.dot, self.status = Dot("good"), Label("", "strong", wrap=True)
        self.line = Label("", "muted", wrap=True)
        self.edit = Button(
            "", look="quiet", icon="pencil", accessible=tr("Name, customer, notes and who comes")
        )
        self._make_buttons()
        self._empty = Empty(
            tr("No booking chosen"),
            tr("Choose one to see its tickets and payment."),
            icon="receipt",
        )
        self._scroll = QScrollArea()
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._lay_out()
        self._wire_buttons()

    def _make_buttons(self) -> None:
        self.tickets = Button(tr("Tickets"), look="primary", icon="ticket", key="Ctrl+P")
        self.pay = Button(tr("Take payment"), look="primary", icon="banknote", key="Ctrl+T")
        self.hand_out = Button(tr("Handed out"))
        self.hand_out.setToolTip(tr("The printed tickets are with the customer (Ctrl+H)"))
        self.undo = Button(tr("Undo this sale"), look="danger", icon="undo", key="Ctrl+Z")
        self.refund = Button(tr("Give money back"), icon="undo", key="Ctrl+M")
        self.exchange = Button(tr("Exchange"))
        self.exchange.setToolTip(tr("Other seats, another performance, more tickets (Ctrl+U)"))
        self.cancel = Button(tr("Cancel …"))
        self.cancel.setToolTip(tr("One ticket or all; the money stays held (Ctrl+D)"))
        self.more = MenuButton(
            (
                (EDIT, tr("Name, customer, notes …"), "pencil"),
                (DEPOSIT, tr("Take a deposit …"), "banknote"),
                (EXCHANGE, tr("Exchange or add …"), "refresh"),
                (CANCEL, tr("Cancel …"), "x"),
                (REFUND, tr("Give money back …"), "undo"),
                (RECEIPT, tr("Receipt …"), "receipt"),
                (AGAIN, tr("Print again or issue anew …"), "printer"),
                (RESEND, tr("Send confirmation again"), "mail"),
            ),
            accessible=tr("What else can be done"),
        )

    def _wire_buttons(self) -> None:
        self.tickets.clicked.connect(self.show_tickets)
        self.pay.clicked.connect(self.pay_asked)
        self.more.chosen.connect(self.asked)
        for button, act in (
            (self.edit, EDIT),
            (self.undo, VOID),
            (self.hand_out, HAND_OUT),
            (self.refund, REFUND),
            (self.exchange, EXCHANGE),
            (self.cancel, CANCEL),
        ):
            button.setObjectName(act)
            button.clicked.connect(self._ask)

    def _lay_out(self) -> None:
        head = _row(self.title, self.edit, wide=self.title)
        state = _row(self.dot, self.status, wide=self.status)
        first = _row(self.tickets, self.pay, self.hand_out, wide=self.tickets)
        second = _row(self.exchange, self.cancel, self.more, wide=self.exchange)
        self.body.addWidget(head)
        self.body.addWidget(self.name)
        self.body.addWidget(state)
        self.body.addWidget(self.line)
        self.body.addWidget(self._empty, 1)
        self.body.addWidget(self._scroll, 1)
        for part in (self.undo, self.refund, first, second):
            self.body.addWidget(part)
        self._parts = (head, state, self.line, self._scroll, first, second)
        for shown in (*self._parts, self.name, self.undo, self.refund):
            shown.hide()

    def show_opened(self, opened: Opened) -> None:
        """Show this booking; nothing moves when it is the one on show."""
        if opened == self._opened:
            return
        same = self._opened is not None and self._opened.booking.id == opened.booking.id
        at = self._scroll.verticalScrollBar().value() if same else 0
        self._opened = opened
        booking = opened.booking
        self._empty.hide()
        for part in self._parts:
            part.show()
        self.title.setText(tr("Booking {number}", number=booking.number))
        self.name.setText(booking.name)
        self.name.setVisible(bool(booking.name))
        self.dot.set_token(booking_dot(booking.status))
        self.status.setText(_status_line(booking))
        self.line.setText(
            tr(
                "{when}, sold by {operator} at {station}",
                when=moment(booking.created_at),
                operator=booking.operator,
                station=booking.station_code,
            )
        )
        self._offer(opened)
        self._fill(opened)
        self._scroll.verticalScrollBar().setValue(at)

    def _offer(self, opened: Opened) -> None:
        booking = opened.booking
        reserved = booking.status is BookingStatus.RESERVED
        valid = any(t.status is TicketStatus.VALID for t in booking.tickets)
        waiting = owed(opened)
        self.pay.setVisible(reserved)
        self.tickets.setVisible(valid)
        self.tickets.setText(tr("Tickets") if opened.owes_print else tr("Print again …"))
        self.hand_out.setVisible(valid and opened.owes_print)
        self.undo.setVisible(opened.may_void)
        self.refund.setVisible(self._may_refund and bool(waiting))
        self.refund.setText(tr("Give {amount} back", amount=money(waiting)))
        self.cancel.setVisible(self._may_cancel and booking.lives)
        self.exchange.setVisible(self._may_cancel and bool(booking.live))
        acts = {
            EDIT: True,
            DEPOSIT: reserved and bool(booking.due),
            EXCHANGE: self._may_cancel and bool(booking.live),
            CANCEL: self._may_cancel and booking.lives,
            REFUND: self._may_refund and bool(returnable(opened)),
            RECEIPT: bool(booking.payments) or not reserved,
            AGAIN: valid,
            RESEND: booking.customer_id is not None and bool(booking.live),
        }
        self._offered = frozenset(act for act, offered in acts.items() if offered)
        self.more.show_only(*self._offered)

    def offers(self, act: str) -> bool:
        """Whether the booking on show can be acted on so."""
        return act in self._offered

    def _fill(self, opened: Opened) -> None:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 8, 4, 8)
        column.setSpacing(8)
        self._add_customer(column, opened.booking)
        if opened.booking.notes:
            column.addWidget(Label(opened.booking.notes, "muted", wrap=True))
        self._add_performances(column, opened)
        add_goods(column, opened.booking)
        add_money(column, opened)
        add_records(column, opened)
        column.addStretch(1)
        self._scroll.setWidget(inside)

    def _add_customer(self, column: QVBoxLayout, booking: Booking) -> None:
        if booking.customer_id is None:
            return
        button = Button(booking.customer, icon="user", height="chip")
        button.setToolTip(tr("Open this customer"))
        button.setAccessibleName(tr("Customer {name}", name=booking.customer))
        button.setObjectName(booking.customer_id)
        button.clicked.connect(self._open_customer)
        column.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        column.addSpacing(4)

    def _add_performances(self, column: QVBoxLayout, opened: Opened) -> None:
        for performance_id, line in opened.lines.items():
            add_performance(column, line)
            for ticket in opened.booking.tickets:
                if ticket.performance_id == performance_id:
                    column.addWidget(Rule())
                    button = ticket_button(ticket)
                    button.clicked.connect(self._open_ticket)
                    column.addLayout(ticket_row(ticket, button))
            column.addSpacing(8)

    # -- acting --------------------------------------------------------------------------------

    def _ask(self) -> None:
        self.asked.emit(self.sender().objectName())

    def _open_customer(self) -> None:
        self.customer_asked.emit(self.sender().objectName())

    def _open_ticket(self) -> None:
        self.ticket_asked.emit(self.sender().objectName())

    def show_tickets(self) -> None:
        """The tickets, to be printed or saved; those that were printed before only with a reason."""
        if self._opened is None:
            return
        if self._opened.owes_print:
            self.preview()
        else:
            self.asked.emit(AGAIN)

    def preview(self, reason: str = "") -> None:
        """The tickets as they will be printed; `reason` is why once more."""
        opened = self._opened
        if opened is None or not any(
            t.status is TicketStatus.VALID for t in opened.booking.tickets
        ):
            return
        self._reason = reason
        preview = TicketPreview(pages(opened.booking, opened.lines), parent=self.window())
        preview.printed.connect(self._on_printed)
        preview.saved.connect(self._on_printed)
        preview.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        preview.open()

    def _on_printed(self, booking_id: str) -> None:
        self.printed.emit(booking_id, self._reason)


def _row(*parts: QWidget, wide: QWidget) -> QWidget:
    inside = QWidget()
    row = QHBoxLayout(inside)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(8)
    for part in parts:
        row.addWidget(part, int(part is wide))
    return inside


def _status_line(booking: Booking) -> str:
    if booking.status is BookingStatus.RESERVED and booking.expires_at is not None:
        until = tr("Reserved until {when}", when=moment(booking.expires_at))
        if booking.deposit is None:
            return until
        laid = money(booking.deposit)
        return tr("{until}, {deposit} deposit taken", until=until, deposit=laid)
    given_up = sum(ticket.exchange_id is not None for ticket in booking.tickets)
    gone = len(booking.tickets) - len(booking.live) - given_up
    if booking.status is BookingStatus.PAID and gone:
        some = plural("{count} ticket cancelled", "{count} tickets cancelled", gone)
        return tr("{status}, {some}", status=booking_status(booking.status), some=some)
    return booking_status(booking.status)
