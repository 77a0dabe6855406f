"""The events that match, as a list read page by page, or as a month of performances."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from PySide6.QtCore import QObject

from app.domain.errors import HouselightsError
from app.domain.event_lists import EventFilter, EventPage, EventRow
from app.domain.events import EventStatus, ProgrammeLine
from app.domain.facts import BookingChanged, Fact, ProgrammeChanged, SeatsChanged
from app.domain.programme import Category
from app.domain.users import Operator, Permission
from app.domain.venues import VenueRow
from app.services.cancellations import CancellationService
from app.services.events import EventService
from app.services.programme import ProgrammeService
from app.services.venues import VenueService
from ui import house_time
from ui.relay import Relay
from ui.tasks import Tasks
from ui.viewmodel import Staleness, ViewModel

PAGE = 100
LIST, CALENDAR = "list", "calendar"


@dataclass(frozen=True)
class State:
    """`rows` are the first of `total`; `month` and `lines` belong to the calendar;
    `interrupted` are performances whose cancellation waits to be continued."""

    mode: str = LIST
    text: str = ""
    category: str = ""
    venue_id: str = ""
    status: str = ""
    since: date | None = None
    until: date | None = None
    rows: tuple[EventRow, ...] = ()
    total: int = 0
    loaded: bool = False
    month: date = field(default_factory=lambda: house_time.today().replace(day=1))
    lines: tuple[ProgrammeLine, ...] = ()
    categories: tuple[Category, ...] = ()
    venues: tuple[VenueRow, ...] = ()
    interrupted: tuple[ProgrammeLine, ...] = ()
    problem: HouselightsError | None = None

    @property
    def narrowed(self) -> bool:
        """Whether anything is asked for."""
        asked = (self.text, self.category, self.venue_id, self.status, self.since, self.until)
        return any(asked)


@dataclass(frozen=True, slots=True)
class _Lists:
    categories: tuple[Category, ...]
    venues: tuple[VenueRow, ...]


class Catalogue(ViewModel[State]):
    """Reads what the filters ask for, again when the programme or the sales change."""

    def __init__(
        self,
        *,
        events: EventService,
        programme: ProgrammeService,
        venues: VenueService,
        cancellations: CancellationService,
        by: Operator,
        tasks: Tasks,
        relay: Relay,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(State(), tasks=tasks, parent=parent)
        self._events = events
        self._programme = programme
        self._venues = venues
        self._cancellations = cancellations
        self._by = by
        self.staleness = Staleness(parent=self)
        self._lists_too = False
        self.staleness.due.connect(self._read_again)
        relay.told.connect(self._on_fact)

    def load(self) -> None:
        """Read what is on show and what can be filtered by."""
        by = self._by
        self.ask(
            lambda: _Lists(self._programme.categories(by=by), self._venues.venues(by=by)),
            self._on_lists,
            key="lists",
        )
        if by.may(Permission.CANCEL_PERFORMANCES):
            self.ask(self._unfinished, self._on_unfinished, key="unfinished")
        self._read()

    def _unfinished(self) -> tuple[ProgrammeLine, ...]:
        by = self._by
        left = self._cancellations.unfinished(by=by)
        return tuple(self._events.line(begun.performance_id, by=by) for begun in left)

    def _on_unfinished(self, lines: tuple[ProgrammeLine, ...]) -> None:
        self.set(interrupted=lines)

    def narrow(self, **changes: object) -> None:
        """Other filters: text, category, venue_id, status, since, until, mode, month."""
        after = replace(self.state, **changes)  # type: ignore[arg-type]
        if after == self.state:
            return
        self.state = after
        self.changed.emit()
        self._read()

    def clear(self) -> None:
        """Ask for everything."""
        self.narrow(text="", category="", venue_id="", status="", since=None, until=None)

    def more(self) -> None:
        """Read on where the list ends, if there is more."""
        state = self.state
        if state.mode == LIST and len(state.rows) < state.total:
            self._read_page(len(state.rows))

    def _read(self) -> None:
        if self.state.mode == LIST:
            self._read_page(0)
        else:
            self._read_month()

    def _read_page(self, offset: int) -> None:
        wanted, by = self._wanted(), self._by
        limit = PAGE if offset else max(PAGE, len(self.state.rows))

        def done(page: EventPage) -> None:
            before = self.state.rows[:offset]
            rows = {row.id: row for row in (*before, *page.rows)}
            self.set(rows=tuple(rows.values()), total=page.total, loaded=True, problem=None)

        self.ask(
            lambda: self._events.events(wanted, offset=offset, limit=limit, by=by), done, key="list"
        )

    def _wanted(self) -> EventFilter:
        state = self.state
        statuses = frozenset({EventStatus(state.status)}) if state.status else frozenset()
        return EventFilter(
            text=state.text,
            category=state.category,
            venue_id=state.venue_id,
            statuses=statuses,
            since=None if state.since is None else self._midnight(state.since),
            until=None if state.until is None else self._midnight(state.until, days=1),
        )

    def _midnight(self, day: date, *, days: int = 0) -> datetime:
        """The instant a day begins (or `days` later) on the clock of the venue filtered by, else of
        the first one."""
        venues = self.state.venues
        chosen = next((row for row in venues if row.venue.id == self.state.venue_id), None)
        row = chosen or (venues[0] if venues else None)
        zone = ZoneInfo(row.venue.zone) if row else UTC
        return datetime.combine(day + timedelta(days=days), time(), zone).astimezone(UTC)

    def _read_month(self) -> None:
        since = self._midnight(self.state.month - timedelta(days=7))
        until = self._midnight(self.state.month + timedelta(days=45))
        by = self._by
        self.ask(
            lambda: self._events.calendar(since=since, until=until, by=by),
            self._on_lines,
            key="month",
        )

    def _on_lines(self, lines: tuple[ProgrammeLine, ...]) -> None:
        self.set(lines=lines, loaded=True, problem=None)

    def shown_lines(self) -> tuple[ProgrammeLine, ...]:
        """The month's performances that match text, category and venue."""
        state = self.state
        words = state.text.casefold().split()
        venue = next((r.venue.name for r in state.venues if r.venue.id == state.venue_id), "")
        return tuple(
            line
            for line in state.lines
            if (not state.category or line.category == state.category)
            and (not venue or line.venue == venue)
            and all(
                word in f"{line.title} {line.category} {line.venue}".casefold() for word in words
            )
        )

    def _on_lists(self, lists: _Lists) -> None:
        self.set(categories=lists.categories, venues=lists.venues)

    def _on_fact(self, fact: Fact) -> None:
        if isinstance(fact, ProgrammeChanged | BookingChanged | SeatsChanged):
            self._lists_too = self._lists_too or isinstance(fact, ProgrammeChanged)
            self.staleness.mark()

    def _read_again(self) -> None:
        if self._lists_too:
            self._lists_too = False
            self.load()
        else:
            self._read()
