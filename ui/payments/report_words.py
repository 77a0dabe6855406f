"""An X or Z report as lines of a slip: the same on screen, on paper and in a PDF."""

from __future__ import annotations

from app.domain.shifts import ShiftReport, TenderTakings
from app.domain.values import Money
from ui.i18n import amount, moment, money, number, plural, tr
from ui.payments.words import act_words
from ui.widgets.receipt import GAP, RULE, ReceiptLine
from ui.widgets.tenders import tender_words


def report_lines(report: ShiftReport, *, house: str = "") -> tuple[ReceiptLine, ...]:
    """Everything in the report; a Z says what was counted, an X what should be there."""
    return (
        *_head(report, house),
        RULE,
        *_takings(report),
        RULE,
        *_drawer(report),
        *(_counted(report) if report.shift.closed_at is not None else ()),
        RULE,
        *_foot(report),
    )


def title_of(report: ShiftReport) -> str:
    """What it is called."""
    closed = report.shift.closed_at is not None
    text = tr("Z report {number}") if closed else tr("X report, shift {number}")
    return text.format(number=number(report.shift.number))


def _head(report: ShiftReport, house: str) -> list[ReceiptLine]:
    shift = report.shift
    lines = [ReceiptLine(house, style="strong")] if house else []
    lines.append(ReceiptLine(title_of(report), style="title"))
    lines.append(ReceiptLine(tr("Station {code}", code=shift.station_code)))
    lines.append(ReceiptLine(tr("Opened by {name}", name=shift.operator), style="small"))
    lines.append(ReceiptLine(moment(shift.opened_at), style="small"))
    if shift.closed_at is not None:
        lines.append(ReceiptLine(tr("Closed by {name}", name=report.by), style="small"))
        lines.append(ReceiptLine(moment(shift.closed_at), style="small"))
    else:
        lines.append(ReceiptLine(tr("As of {when}", when=moment(report.at)), style="small"))
    return lines


def _takings(report: ShiftReport) -> list[ReceiptLine]:
    lines = [ReceiptLine(tr("TAKINGS"), report.shift.currency, "heading")]
    for takings in report.takings:
        lines += _tender(takings, currency=report.shift.currency)
    if not report.takings:
        lines.append(ReceiptLine(tr("Nothing was taken")))
    lines.append(ReceiptLine(tr("Takings"), amount(report.net), "strong"))
    said = plural("{count} booking paid", "{count} bookings paid", report.bookings)
    lines.append(ReceiptLine(said, style="small"))
    return lines


def _tender(takings: TenderTakings, *, currency: str) -> list[ReceiptLine]:
    shown = amount if takings.taken.currency == currency else money
    name = tender_words(takings.tender)
    lines = [ReceiptLine(f"{name} × {number(takings.payments)}", shown(takings.taken))]
    if takings.refunds:
        back = tr("{name} given back × {count}", name=name, count=number(takings.refunds))
        lines.append(ReceiptLine(back, shown(-takings.given_back)))
    return lines


def _drawer(report: ShiftReport) -> list[ReceiptLine]:
    shift = report.shift
    cash = report.expected - shift.float_amount
    by_hand = Money.total((m.amount for m in report.movements), shift.currency)
    lines = [
        ReceiptLine(tr("DRAWER"), shift.currency, "heading"),
        ReceiptLine(tr("Float"), amount(shift.float_amount)),
        ReceiptLine(tr("Cash taken"), amount(cash - by_hand)),
    ]
    for movement in report.movements:
        act = act_words(movement.act)
        said = act if movement.note in {"", act} else f"{act}: {movement.note}"
        lines.append(ReceiptLine(said, amount(movement.amount)))
    lines.append(ReceiptLine(tr("Must be there"), amount(report.expected), "strong"))
    return lines


def _counted(report: ShiftReport) -> list[ReceiptLine]:
    shift = report.shift
    lines = [RULE, ReceiptLine(tr("COUNT"), shift.currency, "heading")]
    for value, pieces in reversed(report.counts):
        coin = Money(value, shift.currency)
        lines.append(ReceiptLine(f"{number(pieces)} × {amount(coin)}", amount(coin * pieces)))
    if shift.counted is not None and shift.variance is not None:
        lines.append(ReceiptLine(tr("Counted"), amount(shift.counted), "strong"))
        lines.append(ReceiptLine(variance_words(shift.variance), amount(shift.variance), "strong"))
    return lines


def variance_words(variance: Money) -> str:
    """Whether the drawer was right."""
    if not variance:
        return tr("Difference: none")
    return tr("Difference: missing") if variance.minor < 0 else tr("Difference: too much")


def _foot(report: ShiftReport) -> list[ReceiptLine]:
    said = tr(
        "Journal lines {first} to {last}",
        first=number(report.first_line),
        last=number(report.last_line),
    )
    return [ReceiptLine(said, style="small"), GAP]
