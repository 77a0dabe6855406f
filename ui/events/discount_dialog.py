"""The form of a discount, and what one is called in a line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict

from PySide6.QtWidgets import QWidget

from app.domain.discounts import Discount, DiscountKind
from app.domain.events import ProgrammeLine
from app.domain.values import Money
from ui.events.discount_forms import NO, YES, names_of
from ui.events.discounts import State
from ui.events.goods_dialog import GoodsDialog
from ui.events.goods_forms import Editing
from ui.i18n import listed, moment_brief, money, number, percent, plural, tr
from ui.widgets.fields import Field
from ui.widgets.forms import ChoiceField, DayField

_WIDTH, _NARROW, _HALF = 640, 148, 290  # px
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


def facts(discount: Discount, state: State) -> str:
    """Everything else about it in a line."""
    terms = discount.terms
    code = tr("code {code}", code=terms.code) if terms.code else tr("by itself")
    parts = [code, *_where(discount, state)]
    if terms.from_tickets > 1:
        parts.append(tr("from {count} tickets", count=number(terms.from_tickets)))
    if terms.per_booking is not None:
        parts.append(tr("{count} a booking", count=number(terms.per_booking)))
    if terms.most_uses is not None:
        most = number(terms.most_uses)
        parts.append(tr("{used} of {most} used", used=number(discount.used), most=most))
    else:
        parts.append(tr("{used} used", used=number(discount.used)))
    if terms.valid_from is not None:
        parts.append(tr("from {when}", when=moment_brief(terms.valid_from, state.zone)))
    if terms.valid_until is not None:
        parts.append(tr("until {when}", when=moment_brief(terms.valid_until, state.zone)))
    if not terms.self_service:
        parts.append(tr("counter only"))
    return ", ".join(parts)


def _where(discount: Discount, state: State) -> list[str]:
    """What it is limited to, in words."""
    scope = discount.terms.scope
    types = {kind.id: kind.name for kind in state.price_types}
    parts = [
        *sorted(_words(scope.events, state.titles)),
        *sorted(_words(scope.performances | scope.seats.keys(), _performances(state))),
    ]
    if scope.seats:
        count = sum(len(numbers) for numbers in scope.seats.values())
        parts.append(plural("{count} seat", "{count} seats", count))
    return [*parts, *sorted(scope.zones), *sorted(_words(scope.price_types, types))]


def discount_dialog(
    editing: Editing, *, state: State, parent: QWidget | None = None
) -> GoodsDialog:
    """The form; `state` has what it can be limited to."""
    wide = _limits(asdict(editing.state.typed), state)
    customers = ChoiceField(tr("Customers"), [(YES, tr("May use it")), (NO, tr("Counter only"))])
    customers.setFixedWidth(_NARROW)
    last_day = DayField(tr("Last day"), hint=tr("For good"))
    last_day.setFixedWidth(_HALF)
    kinds = [(one.value, tr(said)) for one, said in _KINDS]
    rows: list[dict[str, Field | ChoiceField]] = [
        {
            "name": Field(tr("Name"), hint=tr("Summer")),
            "code": _narrow(tr("Code"), tr("By itself")),
            "self_service": customers,
        },
        {
            "kind": ChoiceField(tr("What it gives"), kinds),
            "value": _narrow(tr("How much"), tr("10, 5.00 or 4 for 3")),
            "from_tickets": _narrow(tr("From tickets"), "1"),
        },
        {"event": wide["event"], "performance": wide["performance"]},
        {"zone": wide["zone"], "price_type": wide["price_type"]},
        {
            "seats": Field(tr("Only these seats"), hint=tr("All, or labels: A-1 A-2")),
            "per_booking": _narrow(tr("Tickets a booking"), tr("Any number")),
            "most_uses": _narrow(tr("Tickets in all"), tr("Any number")),
        },
        {"valid_from": DayField(tr("First day"), hint=tr("At once")), "valid_until": last_day},
    ]
    return GoodsDialog(
        editing,
        tr("New discount") if editing.base is None else tr("Edit discount"),
        rows=rows,
        hint=tr(
            "Amounts are in {currency}. A ticket gets one discount, the best for the customer. Tickets"
            " sold keep theirs.",
            currency=state.currency,
        ),
        width=_WIDTH,
        parent=parent,
    )


def _limits(typed: Mapping[str, str], state: State) -> dict[str, ChoiceField]:
    """What it can be limited to, two beside each other."""
    performances = _performances(state)
    ahead = {line.performance_id: performances[line.performance_id] for line in state.programme}
    events = {line.event_id: line.title for line in state.programme}
    types = {kind.id: kind.name for kind in state.price_types}
    active = {kind.id: kind.name for kind in state.price_types if kind.active}
    zones = {zone: zone for zone in state.zones}
    every_event = {} if state.own_only else {"": tr("Every event")}
    every_performance = {"": tr("Every performance")}
    made = {
        "event": _choice(
            tr("For which event"), every_event | events, typed["event"], known=state.titles
        ),
        "performance": _choice(
            tr("For which performance"),
            every_performance | ahead,
            typed["performance"],
            known=performances,
        ),
        "zone": _choice(
            tr("In which price zone"), {"": tr("Every zone")} | zones, typed["zone"], known=zones
        ),
        "price_type": _choice(
            tr("At which price"),
            {"": tr("Every price type")} | active,
            typed["price_type"],
            known=types,
        ),
    }
    for name in ("performance", "price_type"):
        made[name].setFixedWidth(_HALF)
    return made


def _choice(
    label: str, offered: Mapping[str, str], chosen: str, *, known: Mapping[str, str]
) -> ChoiceField:
    """What is offered, and what is chosen already where that is not among it: several, or long over."""
    options = dict(offered)
    if chosen:
        options.setdefault(chosen, listed(tuple(_words(names_of(chosen), known))))
    return ChoiceField(label, list(options.items()))


def _words(keys: Iterable[str], known: Mapping[str, str]) -> list[str]:
    return [known.get(key, key) for key in keys]


def _performances(state: State) -> dict[str, str]:
    lines: Iterable[ProgrammeLine] = (*state.programme, *state.others)
    return {
        line.performance_id: tr(
            "{title}, {when}", title=line.title, when=moment_brief(line.starts_at, line.zone)
        )
        for line in lines
    }


def _narrow(label: str, hint: str) -> Field:
    field = Field(label, hint=hint)
    field.setFixedWidth(_NARROW)
    return field
