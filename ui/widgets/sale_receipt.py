"""What a customer takes along beside the tickets: everything that was bought, what it came to, how it was
paid; and the codes of gift vouchers, to read and to scan."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from PySide6.QtWidgets import QWidget

from app.domain.errors import HouselightsError
from app.domain.events import ProgrammeLine
from app.domain.tickets import Booking, Ticket, TicketStatus
from app.domain.values import Money
from app.domain.vouchers import VoucherStatus, shown_code
from ui.errors import Level, words
from ui.i18n import amount, moment, money, number, tr
from ui.screen import Context
from ui.widgets.paper import PaperDialog
from ui.widgets.receipt import GAP, RULE, ReceiptLine
from ui.widgets.tenders import tender_words

# what one line of the receipt says, how much one is, and whether it was taken back
_Bought = tuple[str, Money, bool]


def receipt_lines(
    booking: Booking, lines: Mapping[str, ProgrammeLine], *, house: str = ""
) -> tuple[ReceiptLine, ...]:
    """`lines` by performance id, of those that are known: the others go without a title."""
    head = [ReceiptLine(house, style="strong")] if house else []
    head += [
        ReceiptLine(tr("Receipt"), booking.number, "title"),
        ReceiptLine(moment(booking.created_at), booking.station_code, "small"),
        RULE,
    ]
    return (
        *head,
        *_tickets(booking, lines),
        *_goods(booking),
        RULE,
        *_sums(booking),
        *_codes(booking),
        GAP,
    )


def _tickets(booking: Booking, lines: Mapping[str, ProgrammeLine]) -> list[ReceiptLine]:
    """By performance, those of one kind together; what was exchanged stands in what came instead."""
    of: dict[str, list[Ticket]] = {}
    for ticket in booking.tickets:
        if ticket.exchange_id is None:
            of.setdefault(ticket.performance_id, []).append(ticket)
    found: list[ReceiptLine] = []
    for performance_id, tickets in of.items():
        line = lines.get(performance_id)
        if line is not None:
            found.append(ReceiptLine(line.title, style="heading"))
            found.append(ReceiptLine(moment(line.starts_at, line.zone), style="small"))
        found += _counted(
            (ticket.price_type, ticket.price, ticket.status is TicketStatus.CANCELLED)
            for ticket in tickets
        )
        found.append(GAP)
    return found


def _goods(booking: Booking) -> list[ReceiptLine]:
    void = VoucherStatus.VOID
    return _counted(
        (
            *((i.name, i.price, i.status is TicketStatus.CANCELLED) for i in booking.items),
            *((tr("Gift voucher"), v.amount, v.status is void) for v in booking.vouchers),
        )
    )


def _counted(bought: Iterable[_Bought]) -> list[ReceiptLine]:
    """Equal ones in one line."""
    found = []
    for (what, price, gone), count in Counter(bought).items():
        many = tr("{count} × {what}", count=number(count), what=what) if count > 1 else what
        said = tr("{what}, cancelled", what=many) if gone else many
        found.append(ReceiptLine(said, amount(price * count)))
    return found


def _sums(booking: Booking) -> list[ReceiptLine]:
    """The total with its tax, then every payment and refund."""
    found = []
    listed = (
        *(ticket.price for ticket in booking.tickets if ticket.exchange_id is None),
        *(item.price for item in booking.items),
        *(voucher.amount for voucher in booking.vouchers),
    )
    fees = booking.total - Money.total(listed, booking.total.currency)
    if fees.minor > 0:
        found.append(ReceiptLine(tr("Fees"), amount(fees)))
    found.append(ReceiptLine(tr("Total"), money(booking.total), "title"))
    if booking.tax:
        found.append(ReceiptLine(tr("of which tax"), amount(booking.tax), "small"))
    found.append(GAP)
    for payment in booking.payments:
        given = tr("{tender} given", tender=tender_words(payment.tender))
        found.append(ReceiptLine(given, amount(payment.given)))
    if booking.change:
        found.append(ReceiptLine(tr("Change"), amount(booking.change)))
    for refund in booking.refunds:
        back = tr("Given back, {tender}", tender=tender_words(refund.tender))
        found.append(ReceiptLine(back, amount(-refund.amount)))
    return found


def _codes(booking: Booking) -> list[ReceiptLine]:
    """Each gift voucher that pays, as it can be cut off."""
    found = []
    for voucher in booking.live_vouchers:
        found += [
            RULE,
            ReceiptLine(tr("Gift voucher"), money(voucher.amount), "strong"),
            ReceiptLine(voucher.code, style="code"),
            ReceiptLine(tr("Code"), shown_code(voucher.code), "strong"),
            ReceiptLine(tr("It pays at the counter until nothing is left on it."), style="small"),
        ]
    return found


def show_receipt(
    context: Context, booking: Booking, lines: Mapping[str, ProgrammeLine], *, parent: QWidget
) -> None:
    """Open the receipt over `parent`, to print or to keep."""
    by = context.session.operator

    def opened(house: str) -> None:
        title = tr("Receipt {number}", number=booking.number)
        paper = PaperDialog(
            receipt_lines(booking, lines, house=house),
            title=title,
            file=f"receipt-{booking.number}.pdf",
            parent=parent,
        )
        paper.saved.connect(said)
        paper.failed.connect(failed)
        paper.open()

    def said(file: str) -> None:
        context.say(tr("Saved as {file}.", file=file), Level.GOOD)

    def failed(error: HouselightsError) -> None:
        context.say(words(error), Level.BAD)

    context.tasks.run(
        parent, lambda: context.services.settings.house(by=by).name, done=opened, failed=failed
    )
