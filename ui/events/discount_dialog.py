"""The form of a discount, and what one is called in a line."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from app.domain.discounts import Discount, DiscountKind
from app.domain.events import ProgrammeLine
from app.domain.values import Money
from ui.events.discount_forms import NO, YES
from ui.events.goods_dialog import GoodsDialog
from ui.events.goods_forms import Editing
from ui.i18n import moment_brief, money, number, percent, tr
from ui.widgets.fields import Field
from ui.widgets.forms import ChoiceField

_NARROW = 136
_KINDS = (
    (DiscountKind.PERCENT, "Percent off each ticket"),
    (DiscountKind.AMOUNT, "Amount off each ticket"),
    (DiscountKind.N_FOR_M, "Several for the price of fewer"),
)


def gives(discount: Discount) -> str:
    """What it takes off: "10 %", "5.00 €", "4 for 3"."""
    terms = discount.terms
    if terms.kind is DiscountKind.PERCENT:
        return percent(terms.value)
    if terms.kind is DiscountKind.AMOUNT:
        return money(Money(terms.value, terms.currency or "EUR"))
    return tr("{takes} for {pays}", takes=str(terms.takes), pays=str(terms.pays))


def facts(discount: Discount, titles: dict[str, str]) -> str:
    """Everything else about it in a line."""
    terms, parts = discount.terms, []
    parts.append(tr("code {code}", code=terms.code) if terms.code else tr("by itself"))
    named = [titles[one] for one in sorted(terms.scope.events) if one in titles]
    parts += named
    if terms.scope.seats:
        count = sum(len(numbers) for numbers in terms.scope.seats.values())
        parts.append(tr("{count} seats", count=number(count)))
    if terms.from_tickets > 1:
        parts.append(tr("from {count} tickets", count=number(terms.from_tickets)))
    if terms.most_uses is not None:
        most = number(terms.most_uses)
        parts.append(tr("{used} of {most} used", used=number(discount.used), most=most))
    else:
        parts.append(tr("{used} used", used=number(discount.used)))
    if terms.valid_until is not None:
        parts.append(tr("until {when}", when=moment_brief(terms.valid_until)))
    return ", ".join(parts)


def discount_dialog(
    editing: Editing,
    *,
    programme: Sequence[ProgrammeLine],
    currency: str,
    parent: QWidget | None = None,
) -> GoodsDialog:
    """The form; `programme` is what it can be limited to."""
    events = {line.event_id: line.title for line in programme}
    performances = [
        (
            line.performance_id,
            tr("{title}, {when}", title=line.title, when=moment_brief(line.starts_at, line.zone)),
        )
        for line in programme
    ]
    kind = ChoiceField(tr("What it gives"), [(one.value, tr(said)) for one, said in _KINDS])
    value = Field(tr("How much"), hint=tr("10, 5.00 or 4 for 3"))
    value.setFixedWidth(_NARROW)
    rows: list[dict[str, Field | ChoiceField]] = [
        {
            "name": Field(tr("Name"), hint=tr("Summer")),
            "code": _narrow(tr("Code"), tr("By itself")),
        },
        {"kind": kind, "value": value},
        {
            "event": ChoiceField(tr("For which event"), [("", tr("Every event")), *events.items()]),
            "from_tickets": _narrow(tr("From tickets"), "1"),
        },
        {
            "performance": ChoiceField(
                tr("For which performance"), [("", tr("Every performance")), *performances]
            ),
            "per_booking": _narrow(tr("Most a booking"), tr("Any number")),
        },
        {
            "seats": Field(tr("Only these seats"), hint=tr("All, or labels: A-1 A-2")),
            "most_uses": _narrow(tr("Most in all"), tr("Any number")),
        },
        {
            "valid_from": Field(tr("First day"), hint=tr("At once")),
            "valid_until": _narrow(tr("Last day"), tr("For good")),
            "self_service": ChoiceField(
                tr("Customers"), [(YES, tr("May use it")), (NO, tr("Counter only"))]
            ),
        },
    ]
    return GoodsDialog(
        editing,
        tr("New discount") if editing.base is None else tr("Edit discount"),
        rows=rows,
        hint=tr(
            "Amounts are in {currency}. A ticket gets one discount, the best for the customer. Tickets"
            " sold keep theirs.",
            currency=currency,
        ),
        parent=parent,
    )


def _narrow(label: str, hint: str) -> Field:
    field = Field(label, hint=hint)
    field.setFixedWidth(_NARROW)
    return field
