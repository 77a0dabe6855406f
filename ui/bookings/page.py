"""One booking's page: its tickets, what was paid and given back, who sold it when, and what can be done."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.domain.payments import Payment, Refund
from app.domain.tickets import Booking, BookingStatus, Ticket, TicketStatus
from app.domain.values import at_venue
from ui.bookings.viewmodel import Opened, owed
from ui.bookings.words import act_words, booking_dot, booking_status, ticket_status
from ui.i18n import amount, date_long, moment, money, plural, time_of, tr
from ui.printing import pages
from ui.widgets.buttons import Button
from ui.widgets.frames import Empty, Label, LineLabel, Rule, SidePanel
from ui.widgets.marks import Dot, SeatLabel
from ui.widgets.menu import MenuButton
from ui.widgets.tenders import tender_words
from ui.widgets.ticket_preview import TicketPreview

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
CANCEL, REFUND, RESEND = "cancel", "refund", "resend"


class BookingPage(SidePanel):
    """Shows an `Opened`; `printed` carries a booking's id once its tickets are out, `asked` one of the
    acts above, `customer_asked` a customer's id, `ticket_asked` a ticket's."""

    printed = Signal(str)
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
        self.title = Label("", "title")
        self.dot, self.status = Dot("good"), Label("", "strong")
        self.line = Label("", "muted", wrap=True)
        self.tickets = Button(tr("Tickets"), look="primary", icon="ticket", key="Ctrl+P")
        self.tickets.setShortcut("Ctrl+P")
        self.pay = Button(tr("Take payment"), look="primary", icon="banknote")
        self.more = MenuButton(
            (
                (CANCEL, tr("Cancel tickets …"), "x"),
                (REFUND, tr("Give money back …"), "undo"),
                (RESEND, tr("Send confirmation again"), "mail"),
            ),
            accessible=tr("What else can be done"),
        )
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
        self.tickets.clicked.connect(self._show_tickets)
        self.pay.clicked.connect(self.pay_asked)
        self.more.chosen.connect(self.asked)

    def _lay_out(self) -> None:
        head, state, acts = QWidget(), QWidget(), QWidget()
        for inside, parts in (
            (head, (self.title,)),
            (state, (self.dot, self.status)),
            (acts, (self.tickets, self.pay, self.more)),
        ):
            row = QHBoxLayout(inside)
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(8)
            for part in parts:
                row.addWidget(part, int(part in (self.tickets, self.pay)))
            if inside is not acts:
                row.addStretch(1)
        self.body.addWidget(head)
        self.body.addWidget(state)
        self.body.addWidget(self.line)
        self.body.addWidget(self._empty, 1)
        self.body.addWidget(self._scroll, 1)
        self.body.addWidget(acts)
        self._parts = (head, state, self.line, self._scroll, acts)
        for shown in self._parts:
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
        self.pay.setVisible(reserved)
        self.tickets.setVisible(valid)
        acts = []
        if self._may_cancel and booking.live:
            acts.append(CANCEL)
        if self._may_refund and opened.held:
            acts.append(REFUND)
        if booking.customer_id is not None and booking.live:
            acts.append(RESEND)
        self.more.show_only(*acts)
        self.more.setVisible(bool(acts))

    def _fill(self, opened: Opened) -> None:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 8, 4, 8)
        column.setSpacing(8)
        self._add_customer(column, opened.booking)
        self._add_performances(column, opened)
        _add_money(column, opened)
        _add_history(column, opened)
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

    def _open_customer(self) -> None:
        self.customer_asked.emit(self.sender().objectName())

    def _add_performances(self, column: QVBoxLayout, opened: Opened) -> None:
        for performance_id, line in opened.lines.items():
            day = date_long(at_venue(line.starts_at, line.zone).date())
            column.addWidget(Label(line.title, "lead", wrap=True))
            when = f"{day}, {time_of(line.starts_at, line.zone)}, {line.venue}"
            column.addWidget(Label(when, "muted", wrap=True))
            for ticket in opened.booking.tickets:
                if ticket.performance_id == performance_id:
                    column.addWidget(Rule())
                    column.addLayout(self._ticket_row(ticket))
            column.addSpacing(8)

    def _ticket_row(self, ticket: Ticket) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(SeatLabel(ticket.seat))
        facts = QVBoxLayout()
        facts.setSpacing(0)
        facts.addWidget(LineLabel(f"{ticket.price_type}, {ticket.zone}", "text"))
        gone = ticket.status is TicketStatus.CANCELLED
        code = " ".join(ticket.code[i : i + 4] for i in range(0, 24, 4))
        below = code if ticket.status is TicketStatus.VALID else ticket_status(ticket.status)
        facts.addWidget(LineLabel(below, "small"))
        row.addLayout(facts, 1)
        price = Label(amount(ticket.price), "muted" if gone else "strong")
        price.setAlignment(_RIGHT)
        row.addWidget(price)
        button = Button("", look="quiet", icon="chevron-right", height="chip")
        button.setAccessibleName(tr("Ticket for {seat}", seat=ticket.seat))
        button.setToolTip(tr("Everything about this ticket"))
        button.setObjectName(ticket.id)
        button.clicked.connect(self._open_ticket)
        row.addWidget(button)
        return row

    def _open_ticket(self) -> None:
        self.ticket_asked.emit(self.sender().objectName())

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


def _status_line(booking: Booking) -> str:
    if booking.status is BookingStatus.RESERVED and booking.expires_at is not None:
        return tr("Reserved until {when}", when=moment(booking.expires_at))
    gone = len(booking.tickets) - len(booking.live)
    if booking.status is BookingStatus.PAID and gone:
        some = plural("{count} ticket cancelled", "{count} tickets cancelled", gone)
        return f"{booking_status(booking.status)}, {some}"
    return booking_status(booking.status)


def _add_money(column: QVBoxLayout, opened: Opened) -> None:
    booking = opened.booking
    column.addWidget(Rule())
    grid = QGridLayout()
    grid.setVerticalSpacing(4)
    count = plural("{count} ticket", "{count} tickets", len(booking.tickets))
    rows = [
        (Label(count, "muted"), Label(amount(booking.total), "muted")),
        (Label(tr("of which tax"), "muted"), Label(amount(booking.tax), "muted")),
        (Label(tr("Total"), "total"), Label(money(booking.total), "total")),
        *(_paid_row(payment) for payment in booking.payments),
    ]
    if booking.change:
        rows.append((Label(tr("Change"), "muted"), Label(amount(booking.change), "muted")))
    rows += [_refund_row(refund) for refund in booking.refunds]
    waiting = owed(opened)
    if waiting:
        rows.append((Label(tr("To give back"), "strong"), Label(money(waiting), "strong")))
    for position, (left, right) in enumerate(rows):
        grid.addWidget(left, position, 0)
        grid.addWidget(right, position, 1, _RIGHT)
    column.addLayout(grid)


def _paid_row(payment: Payment) -> tuple[Label, Label]:
    words = tr("{tender} given", tender=tender_words(payment.tender))
    label = Label(words, "muted")
    label.setToolTip(payment.transaction_id)
    return label, Label(amount(payment.given), "muted")


def _refund_row(refund: Refund) -> tuple[Label, Label]:
    tender = tender_words(refund.tender)
    words = tr("Given back, {tender}, {when}", tender=tender, when=moment(refund.created_at))
    label = Label(words, "muted", wrap=True)
    label.setToolTip(refund.reason)
    return label, Label(amount(-refund.amount), "muted")


def _add_history(column: QVBoxLayout, opened: Opened) -> None:
    if not opened.history:
        return
    column.addSpacing(8)
    column.addWidget(Label(tr("History"), "lead"))
    for note in opened.history[:50]:
        who = tr("{when}, {name}", when=moment(note.at), name=note.user or tr("nobody"))
        column.addWidget(LineLabel(_told(note.action, note.body), "text"))
        column.addWidget(LineLabel(who, "small"))


def _told(action: str, body: object) -> str:
    seats = body.get("seats") if isinstance(body, dict) else None
    words = act_words(action)
    return f"{words}: {', '.join(seats)}" if seats else words
