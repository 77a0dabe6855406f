"""A discount as it is written down, all of it text, and what of it is stored.

What was not touched is stored as it was, also where the form can show it only roughly: several events, seats
of several performances, an hour.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import TypeVar
from zoneinfo import ZoneInfo

from app.domain.discounts import Discount, DiscountEntry, DiscountKind, Scope
from app.domain.errors import Invalid
from app.domain.values import Money, at_venue
from ui import house_time
from ui.events.forms import basis_points
from ui.i18n import amount, parse_money, percent
from ui.typed_dates import day_words, parse_day

T = TypeVar("T")

_PERCENT = "\u00a0%"
_GROUP = re.compile(r"(\d{1,7})\D+(\d{1,7})")
_BETWEEN = "\n"
YES, NO = "yes", ""

# performance id, labels as typed -> seat numbers; Invalid({"seats": "unknown_seats"})
Seats = Callable[[str, Collection[str]], frozenset[int]]
# A field of a stored discount -> the field of the form that shows it.
_SHOWN = {
    "takes": "value",
    "pays": "value",
    "currency": "value",
    "price_types": "price_type",
    "zones": "zone",
}


def key_of(names: Iterable[str]) -> str:
    """Several ids or names as one choice, "" for none."""
    return _BETWEEN.join(sorted(names))


def names_of(key: str) -> tuple[str, ...]:
    """The ids or names of a choice."""
    return tuple(key.split(_BETWEEN)) if key else ()


def by_field(problems: Iterable[tuple[str, str]]) -> dict[str, str]:
    """What is wrong with a discount, by the fields of its form."""
    found: dict[str, str] = {}
    for name, problem in problems:
        found.setdefault(_SHOWN.get(name, name), problem)
    return found


@dataclass(frozen=True, slots=True)
class DiscountForm:
    """As typed. `value` is "10" (percent), "5.00" (an amount) or "4 for 3"; `event`, `performance`, `zone`
    and `price_type` are choices, see `key_of`; `seats` are labels of that performance; days are as people
    write them, on the house's clock."""

    name: str = ""
    code: str = ""
    kind: str = DiscountKind.PERCENT.value
    value: str = ""
    event: str = ""
    performance: str = ""
    zone: str = ""
    price_type: str = ""
    seats: str = ""
    from_tickets: str = "1"
    per_booking: str = ""
    most_uses: str = ""
    valid_from: str = ""
    valid_until: str = ""
    self_service: str = YES

    @classmethod
    def of(cls, discount: Discount, *, zone: str, labels: str = "") -> DiscountForm:
        """As stored; `labels` are those of its seats, `zone` (IANA) is the house's clock."""
        terms = discount.terms
        scope = terms.scope
        return cls(
            name=terms.name,
            code=terms.code,
            kind=terms.kind.value,
            value=_value_words(terms),
            event=key_of(scope.events),
            performance=key_of(scope.seats or scope.performances),
            zone=key_of(scope.zones),
            price_type=key_of(scope.price_types),
            seats=labels,
            from_tickets=str(terms.from_tickets),
            per_booking=_count_words(terms.per_booking),
            most_uses=_count_words(terms.most_uses),
            valid_from=_day_words(terms.valid_from, zone),
            valid_until=_day_words(terms.valid_until, zone, last=True),
            self_service=YES if terms.self_service else NO,
        )

    def entry(
        self,
        *,
        currency: str,
        zone: str,
        seats_of: Seats,
        base: DiscountEntry | None = None,
        shown: DiscountForm | None = None,
    ) -> DiscountEntry:
        """What was typed; `shown` is the form of `base`, of which stays what was not touched. Invalid names
        each field that cannot be read."""
        problems: dict[str, str] = {}
        kind = DiscountKind(self.kind)
        value, takes, pays = _read(problems, lambda: _value(kind, self.value, currency), (0, 0, 0))
        counts = {
            name: _read(problems, partial(_count, name, getattr(self, name)), None)
            for name in ("from_tickets", "per_booking", "most_uses")
        }
        days = {
            name: _read(problems, partial(self._day, name, zone, base, shown), None)
            for name in ("valid_from", "valid_until")
        }
        scope = _read(problems, lambda: self._scope(seats_of, base, shown), Scope())
        if problems:
            raise Invalid(problems)
        return DiscountEntry(
            name=self.name,
            kind=kind,
            code=self.code,
            value=value,
            currency=currency if kind is DiscountKind.AMOUNT else None,
            takes=takes,
            pays=pays,
            scope=scope,
            from_tickets=1 if counts["from_tickets"] is None else counts["from_tickets"],
            per_booking=counts["per_booking"],
            most_uses=counts["most_uses"],
            valid_from=days["valid_from"],
            valid_until=days["valid_until"],
            self_service=self.self_service == YES,
        )

    def _scope(
        self, seats_of: Seats, base: DiscountEntry | None, shown: DiscountForm | None
    ) -> Scope:
        labels = self.seats.replace(",", " ").split()
        performances = names_of(self.performance)
        if not labels:
            seats = {}
        elif base and shown and self._same(shown, "seats", "performance"):
            seats = dict(base.scope.seats)
        elif len(performances) != 1:
            raise Invalid({"performance": "missing"})
        else:
            seats = {performances[0]: seats_of(performances[0], labels)}
        return Scope(
            events=frozenset(names_of(self.event)),
            performances=frozenset(performances),
            zones=frozenset(names_of(self.zone)),
            price_types=frozenset(names_of(self.price_type)),
            seats=seats,
        )

    def _same(self, other: DiscountForm, *names: str) -> bool:
        return all(getattr(self, name) == getattr(other, name) for name in names)

    def _day(
        self, name: str, zone: str, base: DiscountEntry | None, shown: DiscountForm | None
    ) -> datetime | None:
        if base and shown and self._same(shown, name):
            kept: datetime | None = getattr(base, name)
            return kept
        return _day(name, getattr(self, name), zone, last=name == "valid_until")


def _read(problems: dict[str, str], read: Callable[[], T], otherwise: T) -> T:
    try:
        return read()
    except Invalid as error:
        problems.update(error.problems)
        return otherwise


def _value(kind: DiscountKind, text: str, currency: str) -> tuple[int, int, int]:
    """Value, takes and pays."""
    if kind is DiscountKind.N_FOR_M:
        found = _GROUP.fullmatch(text.strip())
        if found is None:
            raise Invalid({"value": "not_a_group"})
        return 0, int(found[1]), int(found[2])
    try:
        if kind is DiscountKind.PERCENT:
            return basis_points(text), 0, 0
        return parse_money(text, currency).minor, 0, 0
    except Invalid as error:
        raise Invalid({"value": next(iter(error.problems.values()))}) from None


def _value_words(terms: DiscountEntry) -> str:
    if terms.kind is DiscountKind.N_FOR_M:
        return f"{terms.takes} for {terms.pays}"
    if terms.kind is DiscountKind.PERCENT:
        return percent(terms.value).removesuffix(_PERCENT)
    return amount(Money(terms.value, terms.currency or "EUR"))


def _count(field: str, text: str) -> int | None:
    if not text.strip():
        return None
    if not text.strip().isdecimal():
        raise Invalid({field: "not_whole"})
    return int(text)


def _count_words(count: int | None) -> str:
    return "" if count is None else str(count)


def _day(field: str, text: str, zone: str, *, last: bool = False) -> datetime | None:
    """The beginning of that day in UTC; of the day after, when it is the last one."""
    if not text.strip():
        return None
    day = parse_day(text, today=house_time.now().astimezone(ZoneInfo(zone)).date())
    if day is None:
        raise Invalid({field: "not_a_date"})
    start = day + timedelta(days=1) if last else day
    return datetime.combine(start, time(), ZoneInfo(zone)).astimezone(UTC)


def _day_words(instant: datetime | None, zone: str, *, last: bool = False) -> str:
    if instant is None:
        return ""
    day: date = at_venue(instant, zone).date()
    return day_words(day - timedelta(days=1) if last else day)
