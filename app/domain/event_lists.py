"""Events as lists and pages show them: found, counted, summed up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from app.domain.events import Event, EventStatus, Performance, ProgrammeLine
from app.domain.history import Note
from app.domain.values import Money


class EventOrder(StrEnum):
    """How a list of events is sorted. NEXT: those with a performance to come first, soonest on top."""

    NEXT = "next"
    TITLE = "title"
    NEWEST = "newest"


@dataclass(frozen=True, slots=True)
class EventFilter:
    """What a list of events is narrowed to; empty means everything. `text` is looked for in title,
    description, category and organizer; `since` and `until` (UTC) ask for a performance in between."""

    text: str = ""
    category: str = ""
    venue_id: str = ""
    organizer_id: str = ""
    statuses: frozenset[EventStatus] = frozenset()
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class EventRow:
    """An event in a list. Counts are of its performances that are not cancelled; `takings` (sold minus
    refunded) is None for whoever may not see figures, and when nothing was priced yet."""

    id: str
    title: str
    category: str
    organizer: str
    status: EventStatus
    poster: str
    venues: str
    performances: int
    next_at: datetime | None
    zone: str
    sold: int
    capacity: int
    takings: Money | None
    description: str = ""
    organizer_id: str = ""
    category_id: str = ""
    version: int = 1


@dataclass(frozen=True, slots=True)
class EventPage:
    """A stretch of a list, and how long the whole is."""

    rows: tuple[EventRow, ...]
    total: int


@dataclass(frozen=True, slots=True)
class PerformanceRow:
    """A performance on the page of its event: `performance` as stored (its own status, not its
    event's), and how full it is. `sold` includes reservations; `blocked` named holds and kills."""

    performance: Performance
    venue: str
    plan_version: int
    capacity: int
    sold: int
    held: int
    blocked: int

    @property
    def free(self) -> int:
        """Places that could be sold now."""
        return max(0, self.capacity - self.sold - self.held - self.blocked)

    @property
    def claimed(self) -> bool:
        """Whether anybody or anything has a place: then plan and venue stay as they are."""
        return self.sold + self.held + self.blocked > 0


@dataclass(frozen=True, slots=True)
class Tally:
    """Live tickets under one heading, such as a price type."""

    name: str
    tickets: int
    gross: Money


@dataclass(frozen=True, slots=True)
class Sales:
    """What an event sold in one currency: its live tickets, by zone and by price type."""

    tickets: int
    bookings: int
    gross: Money
    by_zone: tuple[Tally, ...]
    by_price_type: tuple[Tally, ...]


@dataclass(frozen=True, slots=True)
class EventDetail:
    """An event's page. `sales` has one entry per currency; it and `history` are empty for whoever may
    not see figures or edit events."""

    event: Event
    organizer: str
    created_at: datetime
    performances: tuple[PerformanceRow, ...]
    sales: tuple[Sales, ...] = ()
    history: tuple[Note, ...] = ()


class EventLists(Protocol):
    """Events as the database keeps them, for lists and pages. `organizer_id` "" means everybody's."""

    def page(
        self, wanted: EventFilter, *, order: EventOrder, offset: int, limit: int, now: datetime
    ) -> EventPage:
        """A stretch of the list of events."""

    def calendar(
        self,
        *,
        since: datetime,
        until: datetime,
        event_id: str,
        organizer_id: str,
        statuses: frozenset[EventStatus],
        now: datetime,
    ) -> tuple[ProgrammeLine, ...]:
        """Performances that start in between, in order of time; of events with one of these statuses."""

    def detail(self, event_id: str, *, now: datetime) -> EventDetail:
        """An event with its performances, without sales and history; NotFound."""

    def sales(self, event_id: str) -> tuple[Sales, ...]:
        """Its live tickets, per currency."""
