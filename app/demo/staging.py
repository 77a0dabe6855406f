"""Brings the season into a database through the services everybody uses: real rules, a real journal
and outbox. Only the clock is false: it walks through the past months while tickets are sold."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import accumulate
from random import Random

import numpy as np

from app.bootstrap import Services
from app.demo import people, rooms
from app.demo.history import Party, Ushers
from app.demo.repertoire import (
    COMP,
    CURRENCY,
    FOYER,
    MAIN,
    PASSWORD,
    PRICE_TYPES,
    STUDIO,
    TAX_BP,
    WORKS,
    ZONE,
    ZONE_SHARES,
    Sales,
    Slot,
    Work,
)
from app.demo.season import Date, Season
from app.domain.events import Event, Performance, PerformanceStatus, PriceType
from app.domain.payments import Tender, suggested_notes
from app.domain.seating import Bools, SeatingPlan
from app.domain.tickets import BasketLine, Order, Place
from app.domain.users import Operator, Passwords, Role, User
from app.domain.values import Money, at_venue, new_id
from app.gateways.passwords import Argon2Passwords
from app.services.events import NewPerformance

Progress = Callable[[float, str], None]

GUESTS, DESK = "Director's guests", "Sound desk"
_STILL_OWED = 5  # the newest bookings, whose tickets nobody has printed yet
_KNOWN_CUSTOMERS = 0.45  # the share of parties that leave a name
_STATUS = {Sales.DRAFT: PerformanceStatus.DRAFT, Sales.CANCELLED: PerformanceStatus.CANCELLED}


class WalkingClock:
    """The time it is in the demo's past."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


class OnePassword:
    """Hashes the demo's one password once: it is no secret, and hashing is slow on purpose."""

    def __init__(self) -> None:
        self._real: Passwords = Argon2Passwords()
        self.verifier = cache(self._real.verifier)

    def matches(self, password: str, verifier: str) -> bool:
        """See the port."""
        return self._real.matches(password, verifier)

    def outdated(self, verifier: str) -> bool:
        """See the port."""
        return self._real.outdated(verifier)


@dataclass(slots=True)
class _Stage:
    """One performance while its tickets are sold: which seats are free, or which place is next."""

    performance_id: str
    plan: SeatingPlan
    prices: Mapping[tuple[int, str], int]
    free: Bools
    next_no: int = 1


class Staging:
    """One furnishing; call its steps in the order of `run`."""

    def __init__(
        self, services: Services, season: Season, *, clock: WalkingClock, random: Random
    ) -> None:
        self._services, self._season = services, season
        self._clock, self._random = clock, random
        self._plans: dict[str, SeatingPlan] = {}
        self._types: tuple[PriceType, ...] = ()
        self._stages: list[_Stage] = []
        self._customers: list[User] = []
        self._staff: dict[str, User] = {}

    def run(self, *, now: datetime, progress: Progress) -> None:
        """Furnish the whole theatre as it stands at `now` (UTC)."""
        progress(0.0, "people")
        self._engage_staff()
        self._welcome_customers()
        progress(0.05, "programme")
        self._build_house()
        self._announce()
        self._take_off_sale()
        progress(0.1, "sales")
        self._sell_all(progress)
        self._clock.now = now
        self._start_the_evening()
        progress(1.0, "done")

    # -- people ------------------------------------------------------------------------------

    def _engage_staff(self) -> None:
        users, admin = (
            self._services.users,
            self._services.users.command_line(self._services.station),
        )
        for person in people.STAFF:
            self._staff[person.name] = users.add(
                person.name, email=person.email, password=PASSWORD, role=person.role, by=admin
            )
        till = users.station("T2", name="Till 2")
        self._admin = self._at(Role.ADMIN, self._services.station.id, self._services.station.code)
        self._manager = self._at(
            Role.MANAGER, self._services.station.id, self._services.station.code
        )
        self._tills = (
            self._at(Role.CASHIER, self._services.station.id, self._services.station.code),
            self._at(Role.CASHIER, till.id, till.code, place=1),
        )

    def _at(self, role: Role, station_id: str, code: str, *, place: int = 0) -> Operator:
        user = [user for user in self._staff.values() if user.role is role][place]
        return Operator(user.id, user.name, user.role, station_id, code)

    def _welcome_customers(self) -> None:
        for person in people.customers(self._random):
            self._customers.append(
                self._services.users.add_customer(person.name, email=person.email, by=self._admin)
            )
        self._regulars = list(accumulate(1 / (rank + 12) for rank in range(len(self._customers))))

    # -- the programme -----------------------------------------------------------------------

    def _build_house(self) -> None:
        events = self._services.events
        for room, plan in ((MAIN, rooms.main_house), (STUDIO, rooms.studio), (FOYER, rooms.foyer)):
            self._plans[room] = events.add_plan(
                plan(), venue=room, zone=ZONE, currency=CURRENCY, by=self._admin
            )
        self._types = tuple(
            PriceType(new_id(), name, short, position)
            for position, (name, short, _) in enumerate(PRICE_TYPES, start=1)
        )
        events.add_price_types(self._types, by=self._admin)

    def _announce(self) -> None:
        organizer = next(user for user in self._staff.values() if user.role is Role.ORGANIZER)
        made: dict[int, list[NewPerformance]] = {at: [] for at in range(len(WORKS))}
        events = [_event(work, organizer) for work in WORKS]
        for date in self._season.dates:
            at, plan = date.slot.work, self._plans[date.slot.room]
            prices = self._prices(WORKS[at], date.slot.room)
            performance = _performance(date, events[at], plan)
            made[at].append(NewPerformance(performance, prices))
            self._stages.append(_Stage(performance.id, plan, prices, np.ones(len(plan), np.bool_)))
        for at, event in enumerate(events):
            self._services.events.add_event(event, performances=made[at], by=self._admin)

    def _prices(self, work: Work, room: str) -> dict[tuple[int, str], int]:
        return {
            (zone_no, self._types[place].id): 50
            * round(round(work.price * of_zone, -2) * of_adult / 50)
            for zone_no, of_zone in ZONE_SHARES[room].items()
            for place, (_, _, of_adult) in enumerate(PRICE_TYPES)
        }

    def _take_off_sale(self) -> None:
        tickets, plan = self._services.tickets, self._plans[MAIN]
        desk = _desk(plan)
        for stage, date in zip(self._stages, self._season.dates, strict=True):
            if date.slot.room == MAIN and date.slot.sales not in _STATUS:
                numbers = plan.seat_no[desk].tolist()
                tickets.kill(stage.performance_id, numbers, reason=DESK, by=self._manager)
                stage.free[desk] = False
        tonight = self._stages[self._tonight()]
        guests = list(Ushers(plan).best(tonight.free, count=6))
        tickets.block(
            tonight.performance_id, plan.seat_no[guests].tolist(), reason=GUESTS, by=self._manager
        )
        tonight.free[guests] = False

    def _tonight(self) -> int:
        """Which performance is tonight's in the main house."""
        today = at_venue(self._season.until, ZONE).date()
        return next(
            number
            for number, date in reversed(list(enumerate(self._season.dates)))
            if (date.slot.room, date.slot.day, date.slot.time) == (MAIN, today, "20:00")
        )

    # -- sales -------------------------------------------------------------------------------

    def _sell_all(self, progress: Progress) -> None:
        ushers = {MAIN: Ushers(self._plans[MAIN])}
        parties = self._season.parties
        for number, party in enumerate(parties):
            room = self._season.dates[party.show].slot.room
            stage, by = self._stages[party.show], self._till(party)
            self._clock.now = party.at.astimezone(UTC)
            seat_nos = self._seated(stage, party, ushers.get(room))
            self._services.tickets.sell(self._order(stage, party, seat_nos), by=by)
            if number % 256 == 0:
                progress(0.1 + 0.89 * number / len(parties), "sales")
        owed_since = parties[-_STILL_OWED:][0].at if parties else self._season.until
        self._services.tickets.printed_before(owed_since.astimezone(UTC), by=self._tills[0])

    def _till(self, party: Party) -> Operator:
        monday_or_second = party.at.weekday() == 0 or self._random.random() < 0.36
        return self._tills[1] if monday_or_second else self._tills[0]

    def _seated(self, stage: _Stage, party: Party, ushers: Ushers | None) -> list[int]:
        count = len(party.types)
        if ushers is None:
            stage.next_no += count
            return list(range(stage.next_no - count, stage.next_no))
        chosen = list(ushers.seats(self._random, stage.free, count=count))
        stage.free[chosen] = False
        seat_nos: list[int] = stage.plan.seat_no[chosen].tolist()
        return seat_nos

    def _order(self, stage: _Stage, party: Party, seat_nos: list[int]) -> Order:
        kinds = [self._types[place].id for place in party.types]
        due = sum(
            stage.prices[stage.plan.zone_of(seat_no), kind]
            for seat_no, kind in zip(seat_nos, kinds, strict=True)
        )
        random = self._random
        customer = None
        if COMP not in party.types and random.random() < _KNOWN_CUSTOMERS:
            customer = random.choices(self._customers, cum_weights=self._regulars)[0].id
        return Order(
            key=new_id(),
            basket_id=new_id(),
            lines=tuple(
                BasketLine(Place(stage.performance_id, seat_no), kind)
                for seat_no, kind in zip(seat_nos, kinds, strict=True)
            ),
            tender=Tender.CASH,
            given=random.choice(suggested_notes(Money(due, CURRENCY))),
            customer_id=customer,
        )

    def _start_the_evening(self) -> None:
        """Another till has some of tonight's seats in its basket."""
        tickets, (_, other) = self._services.tickets, self._tills
        performance_id = self._stages[self._tonight()].performance_id
        chosen = tickets.best(performance_id, count=4, by=other)
        tickets.hold(performance_id, chosen, basket_id=new_id(), by=other)


def _event(work: Work, organizer: User) -> Event:
    return Event(
        id=new_id(),
        title=work.title,
        description=work.description,
        category=work.category,
        organizer_id=organizer.id,
        tax_bp=TAX_BP,
        poster=f"demo/posters/{work.poster}.svg",
    )


def _performance(date: Date, event: Event, plan: SeatingPlan) -> Performance:
    slot: Slot = date.slot
    return Performance(
        id=new_id(),
        event_id=event.id,
        venue_id=plan.venue_id,
        plan_id=plan.id,
        starts_at=date.starts_at,
        wall_time=slot.wall_time,
        zone=ZONE,
        currency=CURRENCY,
        status=_STATUS.get(slot.sales, PerformanceStatus.ON_SALE),
        doors_at=date.starts_at - timedelta(minutes=45 if slot.room == MAIN else 30),
        on_sale_from=date.opens_at,
        on_sale_until=date.closes_at,
    )


def _desk(plan: SeatingPlan) -> list[int]:
    """Two seats side by side where one hears best: in the middle, two thirds back."""
    x, y = float(plan.x.mean()), float(np.quantile(plan.y, 0.66))
    away = np.where(plan.beside_next, np.hypot(plan.x - x, plan.y - y), np.inf)
    first = int(away.argmin())
    return [first, first + 1]
