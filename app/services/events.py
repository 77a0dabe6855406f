"""The programme, and the houses it plays in."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import Lock

from app.domain.best_available import BestAvailable
from app.domain.errors import Denied, NotFound, SaleClosed
from app.domain.event_lists import EventDetail, EventFilter, EventOrder, EventPage
from app.domain.events import (
    Event,
    EventStatus,
    Offer,
    Performance,
    PerformanceStatus,
    PriceType,
    ProgrammeLine,
    Venue,
    status_within,
)
from app.domain.facts import ProgrammeChanged
from app.domain.ports import UnitOfWork, Work
from app.domain.posters import Poster
from app.domain.seating import SeatingPlan
from app.domain.users import Operator, Permission
from app.domain.values import new_id


class Plans:
    """Seating plans by id, read once: a version never changes, and a house of 100,000 seats takes
    a while to read. Keeps the eight used last."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work
        self._kept: OrderedDict[str, SeatingPlan] = OrderedDict()
        self._searches: dict[str, BestAvailable] = {}
        self._lock = Lock()

    def get(self, plan_id: str, *, work: Work | None = None) -> SeatingPlan:
        """The plan; NotFound. Inside a transaction pass its `work`."""
        with self._lock:
            kept = self._kept.get(plan_id)
            if kept is not None:
                self._kept.move_to_end(plan_id)
                return kept
        if work is not None:
            plan = work.events.plan(plan_id)
        else:
            plan = self._work.read(lambda own: own.events.plan(plan_id))
        with self._lock:
            self._kept[plan_id] = plan
            while len(self._kept) > 8:
                dropped, _ = self._kept.popitem(last=False)
                self._searches.pop(dropped, None)
        return plan

    def best(self, plan: SeatingPlan) -> BestAvailable:
        """The search for best seats in this plan, prepared once."""
        with self._lock:
            search = self._searches.get(plan.id)
        if search is None:
            search = BestAvailable(plan)
            with self._lock:
                self._searches[plan.id] = search
        return search


@dataclass(frozen=True)
class NewPerformance:
    """A performance to be made, with its price list: (Zone.no, PriceType.id) -> minor units."""

    performance: Performance
    prices: Mapping[tuple[int, str], int]


class EventService:
    """What can be done with the programme."""

    def __init__(self, work: UnitOfWork, *, plans: Plans) -> None:
        self._work = work
        self._plans = plans

    def programme(
        self, *, by: Operator, back: timedelta = timedelta(hours=6)
    ) -> tuple[ProgrammeLine, ...]:
        """Performances from `back` ago on, in order of time; drafts only for whoever may edit events."""
        by.require(Permission.SEE_PROGRAMME)
        lines = self._work.read(
            lambda work: work.events.programme(since=work.now - back, until=None, now=work.now)
        )
        return lines if by.may(Permission.EDIT_EVENTS) else _announced(lines)

    def line(self, performance_id: str, *, by: Operator) -> ProgrammeLine:
        """One performance; NotFound."""
        by.require(Permission.SEE_PROGRAMME)
        return self._work.read(lambda work: work.events.line(performance_id, now=work.now))

    def on_sale(self, event_id: str, *, by: Operator) -> tuple[str, ...]:
        """The ids of an event's performances that can be bought now and have not begun, in order of time;
        NotFound."""
        by.require(Permission.SEE_PROGRAMME)

        def ask(work: Work) -> tuple[str, ...]:
            page = work.event_lists.detail(event_id, now=work.now)
            coming = [row.performance for row in page.performances]
            return tuple(
                one.id
                for one in coming
                if one.starts_at > work.now and _sells(page.event, one, work.now)
            )

        return self._work.read(ask)

    def price_types(self, *, by: Operator) -> tuple[PriceType, ...]:
        """In their order on the counter."""
        by.require(Permission.SEE_PROGRAMME)
        return self._work.read(lambda work: work.events.price_types())

    def offer(self, performance_id: str, *, by: Operator) -> Offer:
        """The performance as it can be sold: state, tax, prices; NotFound."""
        by.require(Permission.SEE_PROGRAMME)
        return self._work.read(lambda work: work.events.offer(performance_id))

    def plan(self, plan_id: str) -> SeatingPlan:
        """One version of a house; NotFound."""
        return self._plans.get(plan_id)

    def add_plan(
        self, plan: SeatingPlan, *, venue: str, zone: str, currency: str, by: Operator
    ) -> SeatingPlan:
        """Give a venue this plan as its newest version; a venue nobody knows yet is made.

        `zone` (IANA) and `currency` (ISO 4217) count for a new venue only.
        """
        by.require(Permission.EDIT_VENUES)

        def add(work: Work) -> SeatingPlan:
            house = work.events.venue_named(venue)
            if house is None:
                house = Venue(new_id(), venue, zone, currency)
                work.events.add_venue(house)
            version = work.events.newest_plan_version(house.id) + 1
            versioned = replace(plan, venue_id=house.id, version=version)
            work.events.add_plan(versioned)
            return versioned

        return self._work.write(add)

    def newest_plan(self, venue: str, *, by: Operator) -> SeatingPlan | None:
        """The venue's plan in force, None when there is none."""
        by.require(Permission.SEE_PROGRAMME)
        plan_id = self._work.read(lambda work: work.events.newest_plan_id(venue))
        return None if plan_id is None else self._plans.get(plan_id)

    def add_price_types(self, types: Collection[PriceType], *, by: Operator) -> None:
        """New price types."""
        by.require(Permission.EDIT_VENUES)
        self._work.write(lambda work: work.events.add_price_types(types))

    def add_event(
        self, event: Event, *, performances: Collection[NewPerformance], by: Operator
    ) -> None:
        """A new event with its performances, whole or not at all."""
        by.require_own(Permission.EDIT_EVENTS, organizer_id=event.organizer_id)

        def add(work: Work) -> None:
            work.events.add_event(event)
            for new in performances:
                work.events.add_performance(new.performance, prices=new.prices)
            work.tell(ProgrammeChanged(event.id))

        self._work.write(add)

    # -- lists and pages ---------------------------------------------------------------------

    def events(
        self,
        wanted: EventFilter | None = None,
        *,
        order: EventOrder = EventOrder.NEXT,
        offset: int = 0,
        limit: int = 200,
        by: Operator,
    ) -> EventPage:
        """A stretch of the list of events. Whoever may not edit events sees no drafts and no archive,
        an organizer only their own, and takings only who may see figures."""
        by.require(Permission.SEE_PROGRAMME)
        narrowed = _reach(wanted or EventFilter(), by=by)
        page = self._work.read(
            lambda work: work.event_lists.page(
                narrowed, order=order, offset=offset, limit=limit, now=work.now
            )
        )
        if by.may(Permission.SEE_FIGURES):
            return page
        return replace(page, rows=tuple(replace(row, takings=None) for row in page.rows))

    def calendar(
        self, *, since: datetime, until: datetime, event_id: str = "", by: Operator
    ) -> tuple[ProgrammeLine, ...]:
        """Performances that start in between (UTC), in order of time; an organizer's own only. A
        cancelled or draft one says so in its status."""
        by.require(Permission.SEE_PROGRAMME)
        reach = _reach(EventFilter(), by=by)
        lines = self._work.read(
            lambda work: work.event_lists.calendar(
                since=since,
                until=until,
                event_id=event_id,
                organizer_id=reach.organizer_id,
                statuses=reach.statuses or frozenset(EventStatus),
                now=work.now,
            )
        )
        return lines if by.may(Permission.EDIT_EVENTS) else _announced(lines)

    def detail(self, event_id: str, *, by: Operator) -> EventDetail:
        """An event's page; NotFound. Sales with SEE_FIGURES, history with EDIT_EVENTS; an organizer's
        own only, and drafts only for whoever may edit events."""
        by.require(Permission.SEE_PROGRAMME)
        reach = _reach(EventFilter(), by=by)

        def ask(work: Work) -> EventDetail:
            page = work.event_lists.detail(event_id, now=work.now)
            if reach.statuses and page.event.status not in reach.statuses:
                raise NotFound("event", event_id)
            if reach.organizer_id not in {"", page.event.organizer_id}:
                raise Denied(Permission.EDIT_EVENTS.value)
            sales = work.event_lists.sales(event_id) if by.may(Permission.SEE_FIGURES) else ()
            if by.may(Permission.EDIT_EVENTS):
                return replace(page, sales=sales, history=work.history.of("event", event_id))
            rows = page.performances
            known = tuple(row for row in rows if row.performance.status not in _UNANNOUNCED)
            return replace(page, sales=sales, performances=known)

        return self._work.read(ask)

    def poster(self, name: str, *, by: Operator) -> Poster | None:
        """The picture behind `Event.poster`, unless that names one of our resources ("demo/…")."""
        by.require(Permission.SEE_PROGRAMME)
        return self._work.read(lambda work: work.posters.poster(name))

    def is_empty(self) -> bool:
        """Whether nothing was entered yet."""
        return self._work.read(lambda work: work.events.is_empty())


def _sells(event: Event, performance: Performance, now: datetime) -> bool:
    within = replace(performance, status=status_within(event.status, performance.status))
    try:
        within.admits_sale(now)
    except SaleClosed:
        return False
    return event.status is EventStatus.PUBLISHED


# What everybody may know of; drafts and the archive are for whoever makes the programme.
_PUBLIC = frozenset({EventStatus.PUBLISHED, EventStatus.CANCELLED})
_UNANNOUNCED = (PerformanceStatus.DRAFT,)


def _announced(lines: Iterable[ProgrammeLine]) -> tuple[ProgrammeLine, ...]:
    return tuple(line for line in lines if line.status not in _UNANNOUNCED)


def _reach(wanted: EventFilter, *, by: Operator) -> EventFilter:
    """The filter narrowed to what this operator may see."""
    if by.own_events_only:
        return replace(wanted, organizer_id=by.user_id)
    if by.may(Permission.EDIT_EVENTS):
        return wanted
    return replace(wanted, statuses=(wanted.statuses & _PUBLIC) or _PUBLIC)
