"""A discount as it is written down, all of it text, and what of it is stored."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from app.domain.discounts import Discount, DiscountEntry, DiscountKind, Scope
from app.domain.errors import Invalid
from app.domain.values import Money, at_venue
from ui.events.forms import basis_points
from ui.i18n import amount, parse_money, percent
from ui.typed_dates import parse_day

T = TypeVar("T")

_PERCENT = "\u00a0%"
_GROUP = re.compile(r"(\d{1,7})\D+(\d{1,7})")
YES, NO = "yes", ""

# performance id, labels as typed -> seat numbers; Invalid({"seats": "unknown"})
Seats = Callable[[str, Collection[str]], frozenset[int]]


@dataclass(frozen=True, slots=True)
class DiscountForm:
    """As typed. `value` is "10" (percent), "5.00" (an amount) or "4 for 3"; `event` and `performance` are
    ids, "" for all; `seats` are labels of that performance; days are "2026-12-31" on the house's clock."""

    name: str = ""
    code: str = ""
    kind: str = DiscountKind.PERCENT.value
    value: str = ""
    event: str = ""
    performance: str = ""
    seats: str = ""
    from_tickets: str = "1"
    per_booking: str = ""
    most_uses: str = ""
    valid_from: str = ""
    valid_until: str = ""
    self_service: str = YES

    @classmethod
    def of(cls, discount: Discount, *, zone: str, labels: str = "") -> DiscountForm:
        """As stored; `labels` are those of its seats."""
        terms = discount.terms
        scope = terms.scope
        return cls(
            name=terms.name,
            code=terms.code,
            kind=terms.kind.value,
            value=_value_words(terms),
            event=next(iter(scope.events), ""),
            performance=next(iter(scope.seats), next(iter(scope.performances), "")),
            seats=labels,
            from_tickets=str(terms.from_tickets),
            per_booking=_count_words(terms.per_booking),
            most_uses=_count_words(terms.most_uses),
            valid_from=_day_words(terms.valid_from, zone),
            valid_until=_day_words(terms.valid_until, zone, last=True),
            self_service=YES if terms.self_service else NO,
        )

    def entry(
        self, *, currency: str, zone: str, seats_of: Seats, base: DiscountEntry | None = None
    ) -> DiscountEntry:
        """What was typed, and of `base` what no form shows. Invalid names each field that cannot be read."""
        problems: dict[str, str] = {}
        kind = DiscountKind(self.kind)
        value, takes, pays = _read(problems, lambda: _value(kind, self.value, currency), (0, 0, 0))
        entry = DiscountEntry(
            name=self.name,
            kind=kind,
            code=self.code,
            value=value,
            currency=currency if kind is DiscountKind.AMOUNT else None,
            takes=takes,
            pays=pays,
            scope=_read(problems, lambda: self._scope(seats_of, base), Scope()),
            from_tickets=_read(problems, lambda: _count("from_tickets", self.from_tickets), None)
            or 1,
            per_booking=_read(problems, lambda: _count("per_booking", self.per_booking), None),
            most_uses=_read(problems, lambda: _count("most_uses", self.most_uses), None),
            valid_from=_read(problems, lambda: _day("valid_from", self.valid_from, zone), None),
            valid_until=_read(
                problems, lambda: _day("valid_until", self.valid_until, zone, last=True), None
            ),
            self_service=self.self_service == YES,
        )
        if problems:
            raise Invalid(problems)
        return entry

    def _scope(self, seats_of: Seats, base: DiscountEntry | None) -> Scope:
        labels = self.seats.replace(",", " ").split()
        if labels and not self.performance:
            raise Invalid({"performance": "missing"})
        seats = {self.performance: seats_of(self.performance, labels)} if labels else {}
        return replace(
            Scope() if base is None else base.scope,
            events=frozenset({self.event} - {""}),
            performances=frozenset({self.performance} - {""}),
            seats=seats,
        )


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
    day = parse_day(text, today=datetime.now(ZoneInfo(zone)).date())
    if day is None:
        raise Invalid({field: "not_a_time"})
    start = day + timedelta(days=1) if last else day
    return datetime.combine(start, time(), ZoneInfo(zone)).astimezone(UTC)


def _day_words(instant: datetime | None, zone: str, *, last: bool = False) -> str:
    if instant is None:
        return ""
    day: date = at_venue(instant, zone).date()
    return (day - timedelta(days=1) if last else day).isoformat()
