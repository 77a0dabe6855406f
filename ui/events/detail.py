"""One event's page: read whole, again whenever its programme or its sales change."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from PySide6.QtCore import QObject, Signal

from app.domain.cancellations import Cancellation
from app.domain.errors import Conflict, HouselightsError
from app.domain.event_lists import EventDetail, PerformanceRow
from app.domain.events import Event, EventStatus
from app.domain.facts import BookingChanged, Fact, ProgrammeChanged, SeatsChanged
from app.domain.users import Operator, Permission
from app.services.cancellations import CancellationService
from app.services.events import EventService
from app.services.programme import ProgrammeService
from app.services.schedule import ScheduleService
from ui.relay import Relay
from ui.tasks import Tasks
from ui.viewmodel import Staleness, ViewModel


@dataclass(frozen=True)
class State:
    """`interrupted` holds the ids of performances whose cancellation waits to be continued."""

    event_id: str = ""
    detail: EventDetail | None = None
    interrupted: frozenset[str] = frozenset()
    problem: HouselightsError | None = None

    def upcoming(self, now: datetime) -> tuple[PerformanceRow, ...]:
        """Performances that have not begun."""
        if self.detail is None:
            return ()
        return tuple(r for r in self.detail.performances if r.performance.starts_at >= now)


class Detail(ViewModel[State]):
    """`gone` fires when the event is there no more; `copied` carries the id of a duplicate."""

    gone = Signal()
    copied = Signal(str)

    def __init__(
        self,
        *,
        events: EventService,
        programme: ProgrammeService,
        schedule: ScheduleService,
        cancellations: CancellationService,
        by: Operator,
        tasks: Tasks,
        relay: Relay,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(State(), tasks=tasks, parent=parent)
        self._events = events
        self._programme = programme
        self._schedule = schedule
        self._cancellations = cancellations
        self._by = by
        self.staleness = Staleness(parent=self)
        self.staleness.due.connect(self.load)
        relay.told.connect(self._on_fact)

    @property
    def may_edit(self) -> bool:
        """Whether the event can be changed from here."""
        detail = self.state.detail
        own = detail is None or detail.event.organizer_id == self._by.user_id
        return self._by.may(Permission.EDIT_EVENTS) and (own or not self._by.own_events_only)

    @property
    def may_cancel(self) -> bool:
        """Whether performances can be cancelled from here."""
        return self._by.may(Permission.CANCEL_PERFORMANCES)

    def open(self, event_id: str) -> None:
        """Show this event."""
        if event_id != self.state.event_id:
            self.set(event_id=event_id, detail=None, problem=None)
        self.load()

    def load(self) -> None:
        """Read it again."""
        event_id, by = self.state.event_id, self._by
        if not event_id:
            return
        self.ask(lambda: self._events.detail(event_id, by=by), self._on_detail, key="detail")
        if self.may_cancel:
            self.ask(lambda: self._cancellations.unfinished(by=by), self._on_unfinished, key="left")

    def publish(self) -> None:
        """Put a draft on sale."""
        self._save(EventStatus.PUBLISHED)

    def withdraw(self) -> None:
        """Back to a draft."""
        self._save(EventStatus.DRAFT)

    def archive(self) -> None:
        """Out of the way; figures and history stay."""
        self._save(EventStatus.ARCHIVED)

    def _save(self, status: EventStatus) -> None:
        detail, by = self.state.detail, self._by
        if detail is None:
            return
        wanted = replace(detail.event, status=status)
        self.ask(
            lambda: self._programme.edit_event(wanted, by=by),
            self._on_saved,
            failed=self._on_refused,
        )

    def duplicate(self, title: str, *, weeks: int | None = None) -> None:
        """A draft copy: without performances, or with all of them so many weeks later."""
        event_id, by = self.state.event_id, self._by
        days = None if weeks is None else 7 * weeks
        self.act(
            lambda: self._programme.duplicate_event(event_id, title=title, shift_days=days, by=by),
            self._on_copied,
        )

    def delete(self) -> None:
        """Take the event away, if nothing of it was ever sold."""
        detail, by = self.state.detail, self._by
        if detail is None:
            return
        event = detail.event
        self.act(
            lambda: self._programme.delete_event(event.id, version=event.version, by=by),
            self._on_gone,
            failed=self._on_refused,
        )

    def delete_performance(self, row: PerformanceRow) -> None:
        """Take a performance away, if nothing of it was ever sold."""
        performance, by = row.performance, self._by
        self.act(
            lambda: self._schedule.delete_performance(
                performance.id, version=performance.version, by=by
            ),
            self._on_saved,
            failed=self._on_refused,
        )

    def row(self, performance_id: str) -> PerformanceRow | None:
        """One performance of the page."""
        rows = self.state.detail.performances if self.state.detail else ()
        return next((row for row in rows if row.performance.id == performance_id), None)

    def _on_detail(self, detail: EventDetail) -> None:
        self.set(detail=detail)

    def _on_unfinished(self, left: tuple[Cancellation, ...]) -> None:
        self.set(interrupted=frozenset(cancellation.performance_id for cancellation in left))

    def _on_saved(self, _: object) -> None:
        self.set(problem=None)
        self.load()

    def _on_refused(self, error: HouselightsError) -> None:
        self.set(problem=error)
        if isinstance(error, Conflict):
            self.load()

    def _on_copied(self, event: Event) -> None:
        self.copied.emit(event.id)

    def _on_gone(self, _: object) -> None:
        self.set(event_id="", detail=None, problem=None)
        self.gone.emit()

    def _on_fact(self, fact: Fact) -> None:
        if isinstance(fact, ProgrammeChanged | BookingChanged | SeatsChanged):
            self.staleness.mark()
