"""A gift voucher on paper: what it is worth, its code to read and to scan."""

from __future__ import annotations

from app.domain.vouchers import Voucher, shown_code
from ui.i18n import date_short, money, tr
from ui.widgets.receipt import GAP, RULE, ReceiptLine


def voucher_lines(voucher: Voucher, *, house: str = "") -> tuple[ReceiptLine, ...]:
    """The slip the buyer takes along."""
    code = shown_code(voucher.code)
    lines = [ReceiptLine(house, style="strong")] if house else []
    lines += [
        ReceiptLine(tr("Gift voucher"), money(voucher.amount), "title"),
        RULE,
        ReceiptLine(voucher.code, style="code"),
        ReceiptLine(tr("Code"), code, "strong"),
    ]
    if voucher.last_day is not None:
        lines.append(ReceiptLine(tr("Pays until"), date_short(voucher.last_day)))
    lines += [
        RULE,
        ReceiptLine(tr("Show it at the counter: it pays for tickets."), style="small"),
        ReceiptLine(tr("What is left stays on it."), style="small"),
        GAP,
    ]
    return tuple(lines)


def voucher_file(voucher: Voucher) -> str:
    """The name suggested for its PDF; never the code, which is worth money."""
    return f"voucher-{voucher.booking_number or 'new'}.pdf"
