"""The programme: events, their performances, the houses they play in, and what a place costs."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Protocol
from zoneinfo import ZoneInfo

from app.domain.errors import Invalid, NoPrice, SaleClosed
from app.domain.seating import SeatingPlan
from app.domain.values import Money


class EventStatus(StrEnum):
    """Where an event stands. Nothing of a draft, cancelled or archived event can be sold."""

    DRAFT = "draft"
    PUBLISHED = "published"
    CANCELLED = "cancelled"
    ARCHIVED = "archived"


class PerformanceStatus(StrEnum):
    """Where a performance stands in its life."""

    DRAFT = "draft"
    ON_SALE = "on_sale"
    CANCELLED = "cancelled"


def status_within(event: EventStatus, own: PerformanceStatus) -> PerformanceStatus:
    """What a performance's status comes to: nothing of a draft or cancelled event is on sale."""
    if own is PerformanceStatus.ON_SALE and event is EventStatus.DRAFT:
        return PerformanceStatus.DRAFT
    return PerformanceStatus.CANCELLED if event is EventStatus.CANCELLED else own


@dataclass(frozen=True, slots=True)
class Venue:
    """A house with a wall clock (IANA zone) and a currency (ISO 4217)."""

    id: str
    name: str
    zone: str
    currency: str
    address: str = ""
    version: int = 1


@dataclass(frozen=True, slots=True)
class Event:
    """The work on sale. `tax_bp` is the tax inside its prices in basis points (700 = 7 %).

    Customers may cancel their own tickets until `cancel_hours` before a performance (None: never);
    `cancel_fee` stays of each. `exchange_fee` is for each ticket exchanged for another performance. Both in
    minor units of whatever currency the performance is sold in.
    """

    id: str
    title: str
    description: str
    category: str
    organizer_id: str
    tax_bp: int
    poster: str = ""  # "demo/…" is one of our resources, anything else a Poster.name
    status: EventStatus = EventStatus.PUBLISHED
    version: int = 1
    cancel_hours: int | None = None
    cancel_fee: int = 0
    exchange_fee: int = 0


@dataclass(frozen=True, slots=True)
class Performance:
    """One dated occurrence of an event. Instants are UTC; `wall_time` is what the audience was promised."""

    id: str
    event_id: str
    venue_id: str
    plan_id: str
    starts_at: datetime
    wall_time: str  # "2026-11-27T20:00" on the clock of `zone`
    zone: str
    currency: str
    status: PerformanceStatus = PerformanceStatus.ON_SALE
    doors_at: datetime | None = None
    on_sale_from: datetime | None = None
    on_sale_until: datetime | None = None
    note: str = ""  # why it was moved or cancelled, as told to the holders
    version: int = 1

    def admits_sale(self, now: datetime) -> None:
        """Raise SaleClosed (not_yet, over, cancelled or draft) unless tickets may be sold at `now` (UTC)."""
        if self.status is not PerformanceStatus.ON_SALE:
            raise SaleClosed(self.status.value)
        if self.on_sale_from is not None and now < self.on_sale_from:
            raise SaleClosed("not_yet", self.on_sale_from)
        if self.on_sale_until is not None and now >= self.on_sale_until:
            raise SaleClosed("over", self.on_sale_until)


@dataclass(frozen=True, slots=True)
class PriceType:
    """Who pays: adult, child, concession, comp. `short` fits a button."""

    id: str
    name: str
    short: str
    position: int
    active: bool = True
    self_service: bool = True  # whether customers may choose it for themselves
    membership_id: str | None = None  # only for members of it


@dataclass(frozen=True)
class Offer:
    """A performance as it can be sold right now: its state, its event's tax and its price list."""

    performance: Performance
    tax_bp: int
    # (Zone.no, PriceType.id) -> minor units
    prices: Mapping[tuple[int, str], int] = field(repr=False)
    price_types: Mapping[str, str] = field(default_factory=dict)  # PriceType.id -> name
    counter_only: frozenset[str] = (
        frozenset()
    )  # price types customers may not choose for themselves
    members_only: Mapping[str, str] = field(default_factory=dict)  # PriceType.id -> Membership.id

    def price(self, zone_no: int, price_type_id: str) -> Money:
        """The gross price of a place in this zone; NoPrice when the list has none."""
        minor = self.prices.get((zone_no, price_type_id))
        if minor is None:
            raise NoPrice(price_type_id, str(zone_no))
        return Money(minor, self.performance.currency)


@dataclass(frozen=True, slots=True)
class ProgrammeLine:
    """One performance in a list: what a person picks by, and how full it is."""

    performance_id: str
    event_id: str
    title: str
    category: str
    venue: str
    starts_at: datetime
    doors_at: datetime | None
    zone: str
    currency: str
    status: PerformanceStatus
    capacity: int
    taken: int
    seated: bool
    poster: str = ""

    @property
    def free(self) -> int:
        """Places nobody has: neither sold, held, nor blocked."""
        return max(0, self.capacity - self.taken)


class ClockChoice(StrEnum):
    """Which instant is meant by a wall-clock time that clocks skip or show twice."""

    EARLIER = "earlier"
    LATER = "later"


def starts_at(wall_time: str, zone: str, choice: ClockChoice | None = None) -> datetime:
    """The instant (UTC) at which a wall clock in `zone` (IANA) shows "2026-11-27T20:00".

    Around a change of clocks `choice` says which of two instants is meant: for a time shown twice the
    first or the second, for a time skipped as far before the change or as far after it. Without one
    raises Invalid({"starts_at": …}) with does_not_exist or exists_twice; not_a_time for anything else
    than such a text.
    """
    try:
        naive = datetime.strptime(wall_time, "%Y-%m-%dT%H:%M")  # noqa: DTZ007 - a wall clock has no zone
    except ValueError:
        raise Invalid({"starts_at": "not_a_time"}) from None
    clock = ZoneInfo(zone)
    try:
        instants = sorted(naive.replace(tzinfo=clock, fold=f).astimezone(UTC) for f in (0, 1))
    except OverflowError:  # a day before the first or after the last there is
        raise Invalid({"starts_at": "not_a_time"}) from None
    if instants[0] == instants[1]:
        return instants[0]
    if choice is not None:
        return instants[0 if choice is ClockChoice.EARLIER else 1]
    skipped = instants[0].astimezone(clock).replace(tzinfo=None) != naive
    raise Invalid({"starts_at": "does_not_exist" if skipped else "exists_twice"})


def wall_time(instant: datetime, zone: str) -> str:
    """What a wall clock in `zone` shows at an instant, in the form `starts_at` reads."""
    return instant.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M")


class Events(Protocol):
    """Venues, plans, events and performances as the database keeps them."""

    def programme(
        self, *, since: datetime, until: datetime | None, now: datetime
    ) -> tuple[ProgrammeLine, ...]:
        """Performances that start in the window, in order of time, with their counts at `now`."""

    def line(self, performance_id: str, *, now: datetime) -> ProgrammeLine:
        """One performance; NotFound."""

    def offer(self, performance_id: str, *, lock: bool = False) -> Offer:
        """What can be sold and for how much; NotFound. With `lock` it stays so until the transaction is
        over: whoever edits the performance or its event waits."""

    def price_types(self) -> tuple[PriceType, ...]:
        """The active ones, in their order on the counter."""

    def plan(self, plan_id: str) -> SeatingPlan:
        """One version of a house; NotFound."""

    def plan_of(self, performance_id: str) -> str:
        """The plan's id of a performance; NotFound."""

    def venue_named(self, name: str) -> Venue | None:
        """A venue by its exact name."""

    def newest_plan_id(self, venue: str) -> str | None:
        """The plan in force of the venue with this name."""

    def newest_plan_version(self, venue_id: str) -> int:
        """0 when the venue has no plan yet."""

    def add_venue(self, venue: Venue) -> None: ...

    def add_plan(self, plan: SeatingPlan) -> None: ...

    def add_price_types(self, types: Collection[PriceType]) -> None: ...

    def fold_again(self) -> None:
        """Make every event's search key again, where it is not what this program makes of it."""

    def add_event(self, event: Event) -> None: ...

    def add_performance(
        self, performance: Performance, *, prices: Mapping[tuple[int, str], int]
    ) -> None: ...

    def is_empty(self) -> bool:
        """Whether there is no venue and no event."""
