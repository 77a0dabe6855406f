"""The parts of a booking's page: tickets by performance, goods and vouchers, the money, messages, history.
Each adds itself to a column; what can be pressed is connected by the page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout

from app.domain.events import ProgrammeLine
from app.domain.payments import Payment, Refund
from app.domain.tickets import Booking, BookingStatus, Item, Ticket, TicketStatus
from app.domain.values import Money, at_venue
from app.domain.vouchers import VoucherStatus, shown_code
from ui.bookings.history_words import note_words, who_words
from ui.bookings.state import Opened, fees_kept, fees_tax, owed
from ui.bookings.words import reason_words, ticket_status
from ui.i18n import amount, date_long, moment, money, plural, time_of, tr
from ui.widgets.buttons import Button
from ui.widgets.frames import Label, LineLabel, Role, Rule
from ui.widgets.marks import SeatLabel
from ui.widgets.tenders import tender_words
from ui.widgets.told import heading, state_words

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_TOP = Qt.AlignmentFlag.AlignTop
_MOST = 50


def grouped(code: str) -> str:
    """A ticket's code as it is read aloud, four letters at a time."""
    return " ".join(code[i : i + 4] for i in range(0, len(code), 4))


def add_grid(column: QVBoxLayout, rows: Iterable[tuple[Label, Label]]) -> None:
    """Words at the left, figures at the right."""
    grid = QGridLayout()
    grid.setVerticalSpacing(4)
    grid.setHorizontalSpacing(12)
    grid.setColumnStretch(0, 1)
    for position, (left, right) in enumerate(rows):
        grid.addWidget(left, position, 0, _TOP)
        right.setAlignment(_RIGHT)
        grid.addWidget(right, position, 1, _TOP)
    column.addLayout(grid)


def add_performance(column: QVBoxLayout, line: ProgrammeLine) -> None:
    """What it is, when and where."""
    day = date_long(at_venue(line.starts_at, line.zone).date())
    when = tr(
        "{day}, {time}, {venue}", day=day, time=time_of(line.starts_at, line.zone), venue=line.venue
    )
    column.addWidget(Label(line.title, "lead", wrap=True))
    column.addWidget(Label(when, "muted", wrap=True))


def ticket_button(ticket: Ticket) -> Button:
    """To the ticket's own page; its name is the ticket's id."""
    button = Button("", look="quiet", icon="chevron-right", height="chip")
    button.setAccessibleName(tr("Ticket for {seat}", seat=ticket.seat))
    button.setToolTip(tr("Everything about this ticket"))
    button.setObjectName(ticket.id)
    return button


def ticket_row(ticket: Ticket, button: Button) -> QHBoxLayout:
    """Seat, who and what, price, and a button."""
    gone = ticket.status is TicketStatus.CANCELLED
    row = QHBoxLayout()
    row.setSpacing(8)
    row.addWidget(SeatLabel(ticket.seat))
    facts = QVBoxLayout()
    facts.setSpacing(0)
    kind = tr("{kind}, {zone}", kind=ticket.price_type, zone=ticket.zone)
    if ticket.attendee:
        facts.addWidget(LineLabel(ticket.attendee, "muted" if gone else "strong"))
        facts.addWidget(LineLabel(kind, "small"))
    else:
        facts.addWidget(LineLabel(kind, "muted" if gone else "text"))
    below = grouped(ticket.code) if ticket.status is TicketStatus.VALID else _ticket_state(ticket)
    facts.addWidget(LineLabel(below, "small"))
    row.addLayout(facts, 1)
    row.addLayout(_price(ticket, gone=gone))
    row.addWidget(button)
    return row


def _ticket_state(ticket: Ticket) -> str:
    return tr("Exchanged") if ticket.exchange_id is not None else ticket_status(ticket.status)


def _price(ticket: Ticket, *, gone: bool) -> QVBoxLayout:
    """The price, and below it what a discount took off."""
    column = QVBoxLayout()
    column.setSpacing(0)
    price = Label(amount(ticket.price), "muted" if gone else "strong")
    price.setAlignment(_RIGHT)
    column.addWidget(price)
    if ticket.reduction is not None:
        off = Label(amount(-ticket.reduction), "small")
        off.setToolTip(ticket.discount)
        off.setAlignment(_RIGHT)
        column.addWidget(off)
    return column


def add_goods(column: QVBoxLayout, booking: Booking) -> None:
    """Products and gift vouchers."""
    if not booking.items and not booking.vouchers:
        return
    column.addWidget(Label(tr("Goods"), "lead"))
    rows = [_item_row(item) for item in booking.items]
    for voucher in booking.vouchers:
        void = voucher.status is VoucherStatus.VOID
        words = tr("Gift voucher {code}", code=shown_code(voucher.code))
        words = tr("{what}, void", what=words) if void else words
        rows.append(_row(words, amount(voucher.amount), "muted" if void else "text"))
    add_grid(column, rows)
    column.addSpacing(8)


def _item_row(item: Item) -> tuple[Label, Label]:
    gone = item.status is TicketStatus.CANCELLED
    words = tr("{what}, cancelled", what=item.name) if gone else item.name
    return _row(words, amount(item.price), "muted" if gone else "text")


def add_money(column: QVBoxLayout, opened: Opened) -> None:
    """What it came to, what was taken and given back, and what is still held or owed."""
    booking = opened.booking
    column.addWidget(Rule())
    rows = [
        *_bought(booking),
        _row(tr("of which tax"), amount(booking.tax + fees_tax(opened))),
        (Label(tr("Total"), "total"), Label(money(booking.total), "total")),
        *(_paid_row(payment) for payment in booking.payments),
    ]
    if booking.change:
        rows.append(_row(tr("Change"), amount(booking.change)))
    rows += [_refund_row(refund) for refund in booking.refunds]
    if booking.status is BookingStatus.RESERVED and booking.deposit is not None:
        rows.append(_row(tr("Still to pay"), money(booking.due), "strong"))
    rows += _left(opened)
    add_grid(column, rows)


def _bought(booking: Booking) -> list[tuple[Label, Label]]:
    """Tickets, with the fees of exchanges in their sum, and goods."""
    paid_for = [ticket for ticket in booking.tickets if ticket.exchange_id is None]
    prices = (*(i.price for i in booking.items), *(v.amount for v in booking.vouchers))
    goods = Money.total(prices, booking.total.currency)
    rows = []
    if paid_for or not prices:
        count = plural("{count} ticket", "{count} tickets", len(paid_for))
        rows.append(_row(count, amount(booking.total - goods)))
    if prices:
        rows.append(_row(tr("Goods"), amount(goods)))
    return rows


def _left(opened: Opened) -> list[tuple[Label, Label]]:
    found: list[tuple[str, Money]] = [
        (tr("To give back"), owed(opened)),
        (tr("Fees kept"), fees_kept(opened)),
    ]
    return [_row(words, money(value), "strong") for words, value in found if value]


def _row(words: str, value: str, role: Role = "muted") -> tuple[Label, Label]:
    return Label(words, role, wrap=True), Label(value, role)


def _paid_row(payment: Payment) -> tuple[Label, Label]:
    words = tr("{tender} given", tender=tender_words(payment.tender))
    left, right = _row(words, amount(payment.given))
    left.setToolTip(payment.transaction_id)
    return left, right


def _refund_row(refund: Refund) -> tuple[Label, Label]:
    tender = tender_words(refund.tender)
    words = tr("Given back, {tender}, {when}", tender=tender, when=moment(refund.created_at))
    left, right = _row(words, amount(-refund.amount))
    left.setToolTip(reason_words(refund.reason))
    return left, right


def add_lines(column: QVBoxLayout, title: str, lines: Sequence[tuple[str, str]]) -> None:
    """A list of things said in two lines each; nothing when there are none."""
    if not lines:
        return
    column.addSpacing(8)
    column.addWidget(Label(title, "lead"))
    for first, second in lines[:_MOST]:
        column.addWidget(LineLabel(first, "text"))
        column.addWidget(LineLabel(second, "small"))
    left = len(lines) - _MOST
    if left > 0:
        more = plural("and {count} more", "and {count} more", left)
        column.addWidget(LineLabel(more, "small"))


def add_records(column: QVBoxLayout, opened: Opened) -> None:
    """What its customer was told, and every act."""
    told = [
        (
            heading(one.kind, one.content),
            tr("{when}, {how}", when=moment(one.created_at), how=state_words(one.state)),
        )
        for one in opened.told
    ]
    add_lines(column, tr("Messages"), told)
    acts = [(note_words(note), who_words(note)) for note in opened.history]
    add_lines(column, tr("History"), acts)
