"""The programme, and the houses it plays in."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from threading import Lock

from app.domain.best_available import BestAvailable
from app.domain.events import (
    Event,
    Offer,
    Performance,
    PriceType,
    ProgrammeLine,
    Venue,
)
from app.domain.facts import ProgrammeChanged
from app.domain.ports import UnitOfWork, Work
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
        """Performances from `back` ago on, in order of time."""
        by.require(Permission.SEE_PROGRAMME)
        return self._work.read(
            lambda work: work.events.programme(since=work.now - back, until=None, now=work.now)
        )

    def line(self, performance_id: str, *, by: Operator) -> ProgrammeLine:
        """One performance; NotFound."""
        by.require(Permission.SEE_PROGRAMME)
        return self._work.read(lambda work: work.events.line(performance_id, now=work.now))

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
        by.require(Permission.EDIT_VENUES)

        def add(work: Work) -> None:
            work.events.add_event(event)
            for new in performances:
                work.events.add_performance(new.performance, prices=new.prices)
            work.tell(ProgrammeChanged(event.id))

        self._work.write(add)

    def is_empty(self) -> bool:
        """Whether nothing was entered yet."""
        return self._work.read(lambda work: work.events.is_empty())
