"""Making the programme: what an organizer enters, and what a change of it would set off."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta
from enum import Enum
from typing import Protocol

from app.domain.errors import Invalid
from app.domain.events import (
    ClockChoice,
    Event,
    Performance,
    PerformanceStatus,
    PriceType,
    Venue,
    starts_at,
    wall_time,
)
from app.domain.seating import Zone
from app.domain.users import cleaned, cleaned_lines
from app.domain.values import MOST_MONEY
from app.domain.venues import is_zone

# (Zone.no, PriceType.id) -> minor units
Prices = Mapping[tuple[int, str], int]


@dataclass(frozen=True, slots=True)
class Category:
    """What kind of event it is, and how many events are of it."""

    id: str
    name: str
    events: int


@dataclass(frozen=True, slots=True)
class PerformanceEntry:
    """A performance as entered. `wall_time` "2026-11-27T20:00" on the clock of `zone` (IANA; "" for the
    venue's); `plan_id` "" for the venue's newest plan; `doors_before` the start; instants in UTC."""

    venue_id: str
    wall_time: str
    plan_id: str = ""
    zone: str = ""
    choice: ClockChoice | None = None
    doors_before: timedelta | None = None
    on_sale_from: datetime | None = None
    on_sale_until: datetime | None = None
    status: PerformanceStatus = PerformanceStatus.ON_SALE


@dataclass(frozen=True, slots=True)
class SeriesEntry:
    """What the performances of a series have in common. `closes_before`: how long before its start each
    one goes off sale (None: never); `choices` answers for nights on which the clocks change."""

    venue_id: str
    plan_id: str = ""
    zone: str = ""
    doors_before: timedelta | None = None
    on_sale_from: datetime | None = None
    closes_before: timedelta | None = None
    status: PerformanceStatus = PerformanceStatus.ON_SALE
    choices: Mapping[str, ClockChoice] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EditPreview:
    """What an edit of a performance would change. `told` people hold tickets and would be told;
    `anonymous` tickets belong to nobody who could be; `changes` names fields of Performance, such as
    starts_at, venue_id, plan_id or doors_at."""

    changes: tuple[str, ...]
    told: int
    anonymous: int


@dataclass(frozen=True, slots=True)
class Edited:
    """A performance after an edit, and how many people are being told."""

    performance: Performance
    told: int


@dataclass(frozen=True, slots=True)
class PriceMatrix:
    """What every zone of a performance costs every price type; no entry: not sold so. `types` are the
    active ones and any other that has a price here. `version` is the performance's."""

    performance_id: str
    currency: str
    zones: tuple[Zone, ...]
    types: tuple[PriceType, ...]
    amounts: Prices
    version: int


@dataclass(frozen=True, slots=True)
class Occupancy:
    """Places of a performance by what has them, at one moment."""

    sold: int
    held: int
    blocked: int


@dataclass(frozen=True, slots=True)
class Holders:
    """Whoever has live tickets of a performance: the users, and tickets that belong to nobody known."""

    user_ids: tuple[str, ...]
    anonymous: int


@dataclass(frozen=True, slots=True)
class Organizer:
    """Somebody an event can belong to."""

    id: str
    name: str


_LONGEST_TITLE = 200
_LONGEST_DESCRIPTION = 20_000
_LONGEST_NAME = 100
_WHOLE = 10_000  # basis points
_YEAR = 8_784  # hours
_EARLIEST_DOORS = timedelta(days=1)


def checked_event(event: Event) -> Event:
    """The event with its texts trimmed; Invalid (fields title, description, category, tax, cancel_hours,
    cancel_fee, exchange_fee)."""
    trimmed = replace(
        event,
        title=cleaned(event.title),
        description=cleaned_lines(event.description),
        category=cleaned(event.category),
    )
    problems = {
        "title": _text_problem(trimmed.title, _LONGEST_TITLE),
        "category": _text_problem(trimmed.category, _LONGEST_NAME),
        "description": "too_long" if len(trimmed.description) > _LONGEST_DESCRIPTION else "",
        "tax": _tax_problem(trimmed.tax_bp),
        "cancel_hours": _within(trimmed.cancel_hours or 0, _YEAR),
        "cancel_fee": _within(trimmed.cancel_fee, MOST_MONEY),
        "exchange_fee": _within(trimmed.exchange_fee, MOST_MONEY),
    }
    _raise_any(problems)
    return trimmed


def checked_label(field_name: str, text: str, *, longest: int = _LONGEST_NAME) -> str:
    """The name of a category or price type, cleaned; Invalid({field_name: missing, too_long})."""
    name = cleaned(text)
    _raise_any({field_name: _text_problem(name, longest)})
    return name


def checked_prices(amounts: Prices, *, zones: Collection[int], types: Collection[str]) -> Prices:
    """The same list; Invalid({"price": …}) with negative, too_large or unknown (zone or price type)."""
    for (zone_no, price_type_id), amount in amounts.items():
        if zone_no not in zones or price_type_id not in types:
            raise Invalid({"price": "unknown"})
        if amount < 0:
            raise Invalid({"price": "negative"})
        if amount > MOST_MONEY:
            raise Invalid({"price": "too_large"})
    return amounts


def arranged(
    entry: PerformanceEntry, *, performance_id: str, event_id: str, venue: Venue, plan_id: str
) -> Performance:
    """The performance that was entered.

    Raises Invalid (fields starts_at, zone, doors_at, on_sale_from, on_sale_until, status).
    """
    zone = entry.zone or venue.zone
    if not is_zone(zone):
        raise Invalid({"zone": "unknown"})
    start = starts_at(entry.wall_time, zone, entry.choice)
    _raise_any(
        {
            "doors_at": _doors_problem(entry.doors_before),
            "on_sale_from": "after_start"
            if entry.on_sale_from is not None and entry.on_sale_from >= start
            else "",
            "on_sale_until": "before_start"
            if _is_before(entry.on_sale_until, entry.on_sale_from)
            else "",
            "status": "unknown" if entry.status is PerformanceStatus.CANCELLED else "",
        }
    )
    return Performance(
        id=performance_id,
        event_id=event_id,
        venue_id=venue.id,
        plan_id=plan_id,
        starts_at=start,
        wall_time=wall_time(start, zone),
        zone=zone,
        currency=venue.currency,
        status=entry.status,
        doors_at=None if entry.doors_before is None else start - entry.doors_before,
        on_sale_from=entry.on_sale_from,
        on_sale_until=entry.on_sale_until,
    )


def entered(performance: Performance) -> PerformanceEntry:
    """A performance in the form in which it is entered; `arranged` makes the same of it."""
    p = performance
    earlier = starts_at(p.wall_time, p.zone, ClockChoice.EARLIER)
    return PerformanceEntry(
        venue_id=p.venue_id,
        wall_time=p.wall_time,
        plan_id=p.plan_id,
        zone=p.zone,
        choice=ClockChoice.EARLIER if earlier == p.starts_at else ClockChoice.LATER,
        doors_before=None if p.doors_at is None else p.starts_at - p.doors_at,
        on_sale_from=p.on_sale_from,
        on_sale_until=p.on_sale_until,
        status=p.status,
    )


def changed(old: Event | Performance, new: Event | Performance) -> dict[str, list[object]]:
    """Field -> [old, new] as plain JSON values, of every field that differs but the version."""
    return {
        f.name: [_plain(getattr(old, f.name)), _plain(getattr(new, f.name))]
        for f in fields(old)
        if f.name != "version" and getattr(old, f.name) != getattr(new, f.name)
    }


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    return value.value if isinstance(value, Enum) else value


def _text_problem(text: str, longest: int) -> str:
    if not text:
        return "missing"
    return "too_long" if len(text) > longest else ""


def _tax_problem(tax_bp: int) -> str:
    return _within(tax_bp, _WHOLE)


def _within(value: int, most: int) -> str:
    if value < 0:
        return "negative"
    return "too_large" if value > most else ""


def _doors_problem(doors_before: timedelta | None) -> str:
    if doors_before is None:
        return ""
    if doors_before < timedelta(0):
        return "after_start"
    return "too_large" if doors_before > _EARLIEST_DOORS else ""


def _is_before(late: datetime | None, early: datetime | None) -> bool:
    return late is not None and early is not None and late <= early


def _raise_any(problems: Mapping[str, str]) -> None:
    found = {name: problem for name, problem in problems.items() if problem}
    if found:
        raise Invalid(found)


class Programme(Protocol):
    """The programme as the database keeps it, for changing it and for lists of it."""

    def event(self, event_id: str) -> Event:
        """NotFound."""

    def save_event(self, event: Event) -> bool:
        """Write it over the version it was made from; False when that is not the stored one."""

    def delete_event(self, event_id: str) -> None:
        """With its performances, prices and holds past their time."""

    def organizers(self) -> tuple[Organizer, ...]:
        """Active users who may edit events, by name."""

    # -- categories --

    def categories(self) -> tuple[Category, ...]:
        """By name."""

    def category(self, category_id: str) -> Category:
        """NotFound."""

    def add_category(self, category_id: str, name: str) -> None:
        """Invalid({"category": "taken"})."""

    def rename_category(self, category_id: str, name: str) -> None:
        """Invalid({"category": "taken"})."""

    def delete_category(self, category_id: str) -> None: ...

    # -- performances --

    def performance(self, performance_id: str, *, lock: bool = False) -> Performance:
        """As stored; NotFound. With `lock` nobody can claim a place of it until the end."""

    def performances_of(self, event_id: str, *, lock: bool = False) -> tuple[Performance, ...]:
        """All performances of an event in order of time."""

    def save_performance(self, performance: Performance) -> bool:
        """Write it over the version it was made from; False when that is not the stored one."""

    def delete_performance(self, performance_id: str) -> None:
        """With its prices and holds past their time."""

    def occupancy(self, performance_ids: Collection[str], *, now: datetime) -> Occupancy:
        """Places of these performances that somebody has."""

    def tickets_ever(self, performance_ids: Collection[str]) -> int:
        """Tickets of these performances, cancelled ones too."""

    def holders(self, performance_id: str) -> Holders:
        """Whoever has live tickets."""

    def playing(self, venue_id: str, starts: Sequence[datetime]) -> Mapping[datetime, str]:
        """Titles of what starts in the venue at these instants and is not cancelled."""

    # -- prices --

    def prices(self, performance_id: str) -> Prices:
        """Its price list."""

    def replace_prices(self, performance_id: str, prices: Prices) -> None:
        """Its price list from now on; what it was is noted, see `app.domain.pricing.PriceChanges`."""

    def all_price_types(self) -> tuple[PriceType, ...]:
        """In their order on the counter, inactive ones too."""

    def save_price_types(self, types: Collection[PriceType]) -> None:
        """Write these over the stored ones of the same id."""
