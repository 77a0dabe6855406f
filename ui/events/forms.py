"""What the forms of the programme hold while they are filled in: texts as typed, nothing checked yet.

Plain JSON in and out, because unsaved work is kept that way; what a later version no longer knows
is left out quietly.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Self, TypeVar

from app.domain.errors import Invalid
from app.domain.events import (
    ClockChoice,
    Event,
    EventStatus,
    Performance,
    PerformanceStatus,
    starts_at,
)
from app.domain.programme import PerformanceEntry, Prices, SeriesEntry
from app.domain.series import Repeat, Series
from app.domain.values import Money, at_venue
from ui.i18n import amount, parse_money, percent

T = TypeVar("T")


@dataclass(frozen=True)
class _Form:
    """Fields of plain JSON values."""

    def as_json(self) -> dict[str, object]:
        """Field by field."""
        return asdict(self)

    @classmethod
    def from_json(cls, body: Mapping[str, object]) -> Self:
        """What `as_json` gave, of whatever version."""
        known = {f.name for f in fields(cls)}
        return cls(**{key: _thawed(value) for key, value in body.items() if key in known})


def _thawed(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


@dataclass(frozen=True)
class EventForm(_Form):
    """An event. `category` is a name, `tax` a percentage as typed; `cancel_hours` "" for never, the fees as
    typed in the house's `currency`."""

    title: str = ""
    description: str = ""
    category: str = ""
    organizer_id: str = ""
    tax: str = "0"
    status: str = EventStatus.DRAFT.value
    cancel_hours: str = ""
    cancel_fee: str = ""
    exchange_fee: str = ""
    currency: str = "EUR"

    @classmethod
    def of(cls, event: Event, *, currency: str) -> EventForm:
        """As stored."""
        return cls(
            title=event.title,
            description=event.description,
            category=event.category,
            organizer_id=event.organizer_id,
            tax=percent(event.tax_bp).removesuffix("\u00a0%"),
            status=event.status.value,
            cancel_hours="" if event.cancel_hours is None else str(event.cancel_hours),
            cancel_fee=_fee_text(event.cancel_fee, currency),
            exchange_fee=_fee_text(event.exchange_fee, currency),
            currency=currency,
        )

    def event(self, base: Event) -> Event:
        """`base` with what was typed; Invalid (tax, cancel_hours, cancel_fee, exchange_fee) with all that is
        no number."""
        problems: dict[str, str] = {}
        event = replace(
            base,
            title=self.title,
            description=self.description,
            category=self.category,
            organizer_id=self.organizer_id,
            tax_bp=_read("tax", lambda: basis_points(self.tax), problems),
            status=EventStatus(self.status),
            cancel_hours=_read("cancel_hours", lambda: _hours(self.cancel_hours), problems),
            cancel_fee=_read("cancel_fee", lambda: self._fee(self.cancel_fee), problems),
            exchange_fee=_read("exchange_fee", lambda: self._fee(self.exchange_fee), problems),
        )
        if problems:
            raise Invalid(problems)
        return event

    def _fee(self, text: str) -> int:
        return parse_money(text, self.currency).minor if text.strip() else 0


def _fee_text(minor: int, currency: str) -> str:
    return amount(Money(minor, currency)) if minor else ""


def _read(name: str, read: Callable[[], T], problems: dict[str, str]) -> T:
    """What `read` says; what it refuses is noted under this name."""
    try:
        return read()
    except Invalid as error:
        problems[name] = next(iter(error.problems.values()))
        return None  # type: ignore[return-value]  # nobody sees it


def _hours(text: str) -> int | None:
    typed = text.strip()
    if not typed:
        return None
    if not typed.isdecimal():
        raise Invalid({"cancel_hours": "not_whole"})
    return int(typed)


def basis_points(text: str) -> int:
    """What "7", "19.5" or "7 %" says; Invalid({"tax": "not_a_percentage"}) for anything else."""
    typed = text.replace("%", "").replace(",", ".").strip() or "0"
    try:
        value = round(float(typed) * 100)
    except (ValueError, OverflowError):
        raise Invalid({"tax": "not_a_percentage"}) from None
    if not 0 <= value <= 10_000:
        raise Invalid({"tax": "not_a_percentage"})
    return value


@dataclass(frozen=True)
class PerformanceForm(_Form):
    """A performance: days "2026-11-27" and times "20:00" on the clock of the venue."""

    venue_id: str = ""
    plan_id: str = ""
    day: str = ""
    clock: str = ""
    choice: str = ""
    doors: str = "45"  # minutes before the start, "" for none
    opens_day: str = ""
    opens_clock: str = ""
    closes_day: str = ""
    closes_clock: str = ""
    status: str = PerformanceStatus.ON_SALE.value
    note: str = ""

    @classmethod
    def of(cls, entry: PerformanceEntry, *, zone: str) -> PerformanceForm:
        """As stored; `zone` is the venue's or the performance's own."""
        opens, closes = _wall(entry.on_sale_from, zone), _wall(entry.on_sale_until, zone)
        doors = entry.doors_before
        return cls(
            venue_id=entry.venue_id,
            plan_id=entry.plan_id,
            day=entry.wall_time[:10],
            clock=entry.wall_time[11:],
            choice=entry.choice.value if entry.choice else "",
            doors="" if doors is None else str(round(doors.total_seconds() / 60)),
            opens_day=opens[0],
            opens_clock=opens[1],
            closes_day=closes[0],
            closes_clock=closes[1],
            status=entry.status.value,
        )

    def entry(self, *, zone: str, own_zone: str = "") -> PerformanceEntry:
        """For the service; `own_zone` names a zone other than the venue's. Invalid per field."""
        problems = {}
        if not self.venue_id:
            problems["venue"] = "missing"
        if not self.day:
            problems["day"] = "missing"
        if not self.clock:
            problems["starts_at"] = "missing"
        opens = _instant(self.opens_day, self.opens_clock, zone, problems, "on_sale_from")
        closes = _instant(self.closes_day, self.closes_clock, zone, problems, "on_sale_until")
        if problems:
            raise Invalid(problems)
        return PerformanceEntry(
            venue_id=self.venue_id,
            wall_time=f"{self.day}T{self.clock}",
            plan_id=self.plan_id,
            zone=own_zone,
            choice=ClockChoice(self.choice) if self.choice else None,
            doors_before=_minutes(self.doors),
            on_sale_from=opens,
            on_sale_until=closes,
            status=PerformanceStatus(self.status),
        )


def entry_of(performance: Performance) -> PerformanceEntry:
    """A performance as it is stored, in the form in which it is entered."""
    doors = performance.doors_at
    return PerformanceEntry(
        venue_id=performance.venue_id,
        wall_time=performance.wall_time,
        plan_id=performance.plan_id,
        zone=performance.zone,
        doors_before=None if doors is None else performance.starts_at - doors,
        on_sale_from=performance.on_sale_from,
        on_sale_until=performance.on_sale_until,
        status=performance.status,
    )


def _minutes(text: str) -> timedelta | None:
    return timedelta(minutes=int(text)) if text else None


def _wall(instant: datetime | None, zone: str) -> tuple[str, str]:
    if instant is None:
        return "", ""
    local = at_venue(instant, zone)
    return local.date().isoformat(), f"{local:%H:%M}"


def _instant(
    day: str, clock: str, zone: str, problems: dict[str, str], field_name: str
) -> datetime | None:
    """Day and time at the venue; a window that opens on a day alone opens at its beginning."""
    if not day:
        if clock:
            problems[field_name] = "missing"
        return None
    return starts_at(f"{day}T{clock or '00:00'}", zone, ClockChoice.EARLIER)


@dataclass(frozen=True)
class SeriesForm(_Form):
    """A rule and what its performances have in common. `ends` is "until" or "count"."""

    venue_id: str = ""
    plan_id: str = ""
    first: str = ""
    times: tuple[str, ...] = ("20:00",)
    weekly: bool = True
    every: int = 1
    weekdays: tuple[int, ...] = (4, 5)
    ends: str = "until"
    until: str = ""
    count: int = 8
    except_on: tuple[str, ...] = ()
    choices: Mapping[str, str] = field(default_factory=dict)
    doors: str = "45"
    opens_day: str = ""
    opens_clock: str = ""
    closes: str = ""  # minutes before the start, "" for never
    status: str = PerformanceStatus.ON_SALE.value

    def series(self) -> Series:
        """The rule; Invalid({"first": missing})."""
        if not self.first:
            raise Invalid({"first": "missing"})
        return Series(
            first=date.fromisoformat(self.first),
            times=tuple(time.fromisoformat(at) for at in self.times if at),
            repeat=Repeat.WEEKS if self.weekly else Repeat.DAYS,
            every=self.every,
            weekdays=frozenset(self.weekdays),
            until=_date(self.until) if self.ends == "until" else None,
            count=self.count if self.ends == "count" else None,
            except_on=frozenset(date.fromisoformat(day) for day in self.except_on),
        )

    def entry(self, *, zone: str) -> SeriesEntry:
        """What the performances share; Invalid per field."""
        problems: dict[str, str] = {} if self.venue_id else {"venue": "missing"}
        opens = _instant(self.opens_day, self.opens_clock, zone, problems, "on_sale_from")
        if problems:
            raise Invalid(problems)
        return SeriesEntry(
            venue_id=self.venue_id,
            plan_id=self.plan_id,
            doors_before=_minutes(self.doors),
            on_sale_from=opens,
            closes_before=_minutes(self.closes),
            status=PerformanceStatus(self.status),
            choices={at: ClockChoice(choice) for at, choice in self.choices.items()},
        )


def _date(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def prices_to_json(prices: Prices) -> dict[str, int]:
    """A price list with text keys, as JSON needs them."""
    return {f"{zone_no} {kind}": minor for (zone_no, kind), minor in prices.items()}


def prices_from_json(body: object) -> dict[tuple[int, str], int]:
    """What `prices_to_json` gave; nothing for anything else."""
    if not isinstance(body, Mapping):
        return {}
    found = {}
    for key, minor in body.items():
        zone_no, _, kind = str(key).partition(" ")
        if zone_no.isdigit() and isinstance(minor, int):
            found[int(zone_no), kind] = minor
    return found
