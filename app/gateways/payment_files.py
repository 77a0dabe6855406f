"""Payments as a CSV file: plain decimals, wall times, and no cell that a spreadsheet would run."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

from app.domain.payment_history import PaymentLine
from app.domain.values import Money, at_venue, exponent
from app.gateways.report_files import harmless
from app.gateways.whole_files import whole_or_not

_HEADER = (
    "Time Kind Booking Customer Tender Amount Given Change Currency Operator Station Shift"
    " Transaction Reason"
).split()
_AMOUNTS = {_HEADER.index(name) for name in ("Amount", "Given", "Change")}


class CsvPaymentFiles:
    """The `PaymentFiles` port."""

    def write(self, path: Path, lines: Iterable[PaymentLine], *, zone: str) -> int:
        """See the port. Written beside its place first, in UTF-8 that spreadsheets recognise."""
        count = 0
        with whole_or_not(path) as part, part.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(_HEADER)
            for line in lines:
                writer.writerow(_row(line, zone))
                count += 1
        return count


def _row(line: PaymentLine, zone: str) -> list[str]:
    cells = (
        at_venue(line.at, zone).isoformat(sep=" ", timespec="seconds"),
        line.kind.value,
        line.number,
        line.customer,
        line.tender.value,
        _decimal(line.amount),
        _decimal(line.given),
        _decimal(line.change),
        line.amount.currency,
        line.operator,
        line.station_code,
        "" if line.shift_no is None else str(line.shift_no),
        line.transaction_id,
        line.reason,
    )
    return [_harmless(cell, place) for place, cell in enumerate(cells)]


def _harmless(cell: str, place: int) -> str:
    """Amounts may begin with a minus; words that begin like a formula are marked as text."""
    return cell if place in _AMOUNTS else harmless(cell)


def _decimal(money: Money) -> str:
    digits = exponent(money.currency)
    whole, places = divmod(abs(money.minor), 10**digits)
    sign = "-" if money.minor < 0 else ""
    return f"{sign}{whole}" + (f".{places:0{digits}d}" if digits else "")
