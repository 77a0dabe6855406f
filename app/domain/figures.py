"""What the dashboard asks, and the shape of each answer: one frozen value a question.

Takings are what was paid for tickets less what was given back, by the days on which that happened, in one
currency; tickets are what was sold less what came back. Nothing here is ever added across currencies.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Protocol

from app.domain.analytics import Interaction, MetricType, SaleKind
from app.domain.values import Money, business_day

_SEASON_BEGINS = (8, 1)  # month and day: houses rest in July
PACE_DAYS = 60
_BAND = (0.25, 0.75)


@dataclass(frozen=True, slots=True)
class Scope:
    """What a question is about: days of the house's clock, both included, in one currency.

    `event_id` and `category` (its name) narrow it; "" is everything. `organizer_id` is set by the service.
    `against` is the first day of the time it is compared with, which is as long; None: right before.
    """

    since: date
    until: date
    currency: str
    event_id: str = ""
    category: str = ""
    organizer_id: str = ""
    against: date | None = None

    @property
    def days(self) -> int:
        """How many days it spans."""
        return (self.until - self.since).days + 1

    def before(self) -> Scope:
        """What it is compared with."""
        since = self.against or self.since - timedelta(days=self.days)
        return self.moved(since, since + timedelta(days=self.days - 1))

    def moved(self, since: date, until: date) -> Scope:
        """The same question about other days."""
        return replace(self, since=since, until=until, against=None)


def season_of(day: date) -> tuple[date, date]:
    """The first and last day of the season that `day` lies in: from August to the end of July."""
    month, first = _SEASON_BEGINS
    year = day.year if (day.month, day.day) >= _SEASON_BEGINS else day.year - 1
    return date(year, month, first), date(year + 1, month, first) - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Totals:
    """Counts and sums; money in minor units."""

    sold: int = 0
    gross: int = 0
    returned: int = 0
    refunded: int = 0

    @property
    def tickets(self) -> int:
        """Sold less returned."""
        return self.sold - self.returned

    @property
    def takings(self) -> int:
        """Paid less given back."""
        return self.gross - self.refunded

    def __add__(self, other: Totals) -> Totals:
        return Totals(
            self.sold + other.sold,
            self.gross + other.gross,
            self.returned + other.returned,
            self.refunded + other.refunded,
        )


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the house."""

    day: date
    totals: Totals


@dataclass(frozen=True, slots=True)
class Daily:
    """Every day of the scope, and of as long a time before, days without a sale included.

    For a single day also its 24 hours; `hours` is empty for more. While that day is today, `hour` is the
    hour that runs, and the day before counts up to there.
    """

    scope: Scope
    days: tuple[Day, ...]
    before: tuple[Day, ...]
    hours: tuple[Totals, ...] = ()
    hours_before: tuple[Totals, ...] = ()
    hour: int | None = None

    @property
    def totals(self) -> Totals:
        return sum((day.totals for day in self.days), Totals())

    @property
    def totals_before(self) -> Totals:
        if self.hour is not None:
            return sum(self.hours_before[: self.hour + 1], Totals())
        return sum((day.totals for day in self.before), Totals())


@dataclass(frozen=True, slots=True)
class Part:
    """One zone, price type, tender, channel, operator or event, and its share."""

    key: str
    name: str
    totals: Totals


@dataclass(frozen=True, slots=True)
class Breakdown:
    """The whole by one thing, largest first."""

    scope: Scope
    by: MetricType
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Hours:
    """Tickets sold by weekday (Monday first) and hour of the house's clock."""

    scope: Scope
    cells: tuple[tuple[int, ...], ...]  # 7 × 24

    @property
    def total(self) -> int:
        return sum(map(sum, self.cells))


@dataclass(frozen=True, slots=True)
class TopEvents:
    """The events that sold most in the scope, most tickets first."""

    scope: Scope
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Filling:
    """How full one performance is; `capacity` counts every place of its plan that can be sold."""

    performance_id: str
    event_id: str
    title: str
    starts_at: datetime
    zone: str
    sold: int
    capacity: int


@dataclass(frozen=True, slots=True)
class SellThrough:
    """Performances from the first day of the scope on, in order of time; cancelled ones are left out."""

    scope: Scope
    performances: tuple[Filling, ...]

    @property
    def sold(self) -> int:
        return sum(one.sold for one in self.performances)

    @property
    def capacity(self) -> int:
        return sum(one.capacity for one in self.performances)

    def tonight(self, day: date, now: datetime) -> Filling | None:
        """The performance that is next on that day, or the last one when all have begun."""
        today = [one for one in self.performances if business_day(one.starts_at, one.zone) == day]
        return next((one for one in today if one.starts_at >= now), today[-1] if today else None)


@dataclass(frozen=True, slots=True)
class Band:
    """What comparable performances had sold, in tickets, scaled to this house's size."""

    low: float
    middle: float
    high: float


@dataclass(frozen=True, slots=True)
class Pace:
    """Tickets sold by days before a performance, against comparable ones.

    `mine[i]` and `band[i]` are `PACE_DAYS - i` days before; `mine` ends today. `others` counts what it
    is compared with; with fewer than three there is no band. `ahead` begins today and ends with the
    performance: where it goes when the rest comes as it came for the others, four times of five.
    """

    performance: Filling
    mine: tuple[int, ...]
    band: tuple[Band, ...]
    others: int
    ahead: tuple[Band, ...]

    @property
    def days_out(self) -> int:
        """Days until the performance, as of the last entry of `mine`."""
        return PACE_DAYS - len(self.mine) + 1


@dataclass(frozen=True, slots=True)
class Choice:
    """An event one may ask about."""

    event_id: str
    title: str
    category: str


@dataclass(frozen=True, slots=True)
class Choices:
    """What can be asked: the house's day now, its zone, and what there is to filter by."""

    now: datetime
    today: date
    zone: str
    first_day: date | None
    currencies: tuple[str, ...]
    categories: tuple[str, ...]
    events: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class SeenLine:
    """An interaction as it was written down."""

    at: datetime
    type: Interaction
    user_id: str | None
    user: str
    station: str
    event_id: str | None
    event: str
    performance_id: str | None
    ticket_id: str | None
    detail: str


@dataclass(frozen=True, slots=True)
class EventFigures:
    """Everything that was counted about one event, and how often people looked."""

    event_id: str
    parts: Mapping[MetricType, tuple[Part, ...]]
    seen: Mapping[Interaction, int]
    currency: str


@dataclass(frozen=True, slots=True)
class SaleLine:
    """A ticket sold or given back."""

    at: datetime
    kind: SaleKind
    amount: Money
    event_id: str
    performance_id: str


Curve = Mapping[int, int]  # days before the performance -> tickets sold that day, less returned


def pace_of(
    performance: Filling, curve: Curve, *, days_out: int, others: Sequence[tuple[int, Curve]]
) -> Pace:
    """The pace of one performance `days_out` days before it, beside (capacity, curve) of others."""
    shown = range(PACE_DAYS, max(days_out, 0) - 1, -1)
    mine = tuple(_sold_by(curve, day) for day in shown)
    scaled = [
        [_sold_by(other, day) * performance.capacity / capacity for day in range(PACE_DAYS, -1, -1)]
        for capacity, other in others
        if capacity
    ]
    if len(scaled) < 3:
        return Pace(performance, mine, (), len(scaled), ())
    band = tuple(
        Band(_quantile(at, _BAND[0]), _quantile(at, 0.5), _quantile(at, _BAND[1]))
        for at in (sorted(column) for column in zip(*scaled, strict=True))
    )
    return Pace(performance, mine, band, len(scaled), _ahead(performance, mine, scaled))


def _ahead(
    performance: Filling, mine: Sequence[int], others: Sequence[Sequence[float]]
) -> tuple[Band, ...]:
    """What the others sold from here on, added to what is sold, day by day."""
    if not mine or len(mine) > PACE_DAYS:
        return ()
    now = len(mine) - 1
    bands = []
    for day in range(now, PACE_DAYS + 1):
        rest = sorted(other[day] - other[now] for other in others)
        ends = (mine[-1] + _quantile(rest, share) for share in (0.1, 0.5, 0.9))
        bands.append(Band(*(max(0.0, min(performance.capacity, end)) for end in ends)))
    return tuple(bands)


def _sold_by(curve: Curve, days_out: int) -> int:
    return sum(tickets for day, tickets in curve.items() if day >= days_out)


def _quantile(ordered: Sequence[float], share: float) -> float:
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


class Figures(Protocol):
    """Questions to the rollups; every answer in whole, never row by row."""

    def choices(self, *, organizer_id: str, zone: str) -> Choices: ...

    def by_day(self, scope: Scope) -> dict[date, Totals]: ...

    def by_key(self, scope: Scope, kind: MetricType) -> tuple[Part, ...]:
        """Largest first."""

    def by_event(self, scope: Scope, *, limit: int) -> tuple[Part, ...]:
        """Most tickets first."""

    def fillings(
        self, scope: Scope, *, since: datetime, until: datetime | None
    ) -> tuple[Filling, ...]:
        """Performances that begin in that time, neither drafts nor cancelled, in order of time."""

    def curve(self, filling: Filling) -> Curve:
        """How a performance sold."""

    def comparable(self, filling: Filling, *, limit: int) -> list[tuple[int, Curve]]:
        """(capacity, curve) of performances that are over: of the same event or the same
        house, first those of the same event or weekday, newest first."""

    def organizer_of(self, event_id: str) -> str:
        """NotFound."""

    def owner_of(self, ticket_id: str) -> str | None:
        """Whose ticket it is, None for a walk-up; NotFound."""

    def seen_by(self, user_id: str, *, limit: int) -> tuple[SeenLine, ...]: ...

    def seen_of(self, event_id: str) -> dict[Interaction, int]: ...

    def metrics_of(self, event_id: str) -> dict[MetricType, tuple[Part, ...]]: ...

    def currency_of(self, event_id: str) -> str: ...

    def sales_of(self, ticket_id: str) -> tuple[SaleLine, ...]: ...
