"""Brings the season into a database through the services everybody uses: real rules, a real journal
and outbox. Only the clock is false: it walks through the past months while tickets are sold."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random

import numpy as np

from app.bootstrap import Services
from app.demo import people, rooms
from app.demo.agenda import Agenda
from app.demo.counter import Counter
from app.demo.evenings import Interest, check_in
from app.demo.fates import foretell
from app.demo.history import Ushers
from app.demo.post import old_news, todays_post
from app.demo.repertoire import (
    COUNTER_ONLY,
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
from app.demo.season import MOVED_BY, Date, Season
from app.demo.shelf import Shelf
from app.demo.theatre import Progress, Stage, Theatre, WalkingClock, on_day
from app.demo.till import Drawer
from app.demo.turns import Turns
from app.domain.customers import Contact, CustomerLine
from app.domain.events import Event, Performance, PerformanceStatus, PriceType, wall_time
from app.domain.party import Wish
from app.domain.seating import SeatingPlan
from app.domain.users import Operator, Registration, Role, Station, User
from app.domain.values import at_venue, new_id
from app.services.events import NewPerformance

GUESTS, DESK = "Director's guests", "Sound desk"
_STILL_OWED = 5  # the newest bookings, whose tickets nobody has printed yet
_NEWS = (31, 17, 10, 4)  # days ago, on whose mornings the house looked what was due
_WITH_ACCOUNT = 12  # customers who registered, and buy at the kiosk
_CANCEL_HOURS, _CANCEL_FEE, _EXCHANGE_FEE = 24, 250, 200
_ORGANIZED = ("Music", "Family", "Talk")  # what the organizer makes; the manager makes the rest


class Staging:
    """One furnishing; `run` it once. Afterwards `bookings` says how many were made."""

    def __init__(
        self, services: Services, season: Season, *, clock: WalkingClock, random: Random
    ) -> None:
        self._services, self._season = services, season
        self._clock, self._random = clock, random
        self._staff: dict[str, User] = {}
        self.bookings = 0

    def run(self, *, now: datetime, progress: Progress) -> None:
        """Furnish the whole theatre as it stands at `now` (UTC)."""
        progress(0.0, "people")
        self._theatre = self._engaged()
        self._welcome_customers()
        progress(0.05, "programme")
        self._build_house()
        self._announce()
        self._take_off_sale()
        progress(0.1, "sales")
        self._live(progress)
        self._clock.now = now
        self._start_the_evening()
        progress(1.0, "done")

    # -- people ------------------------------------------------------------------------------

    def _engaged(self) -> Theatre:
        users, first = self._services.users, self._services.station
        admin = users.command_line(first)
        for person in people.STAFF:
            self._staff[person.name] = users.add(
                person.name, email=person.email, password=PASSWORD, role=person.role, by=admin
            )
        second, door = users.station("T2", name="Till 2"), users.station("D1", name="Main entrance")
        return Theatre(
            services=self._services,
            season=self._season,
            clock=self._clock,
            random=self._random,
            admin=self._at(Role.ADMIN, first),
            manager=self._at(Role.MANAGER, first),
            tills=(self._at(Role.CASHIER, first), self._at(Role.CASHIER, second, place=1)),
            door=self._at(Role.CASHIER, door, place=1),
        )

    def _at(self, role: Role, station: Station, *, place: int = 0) -> Operator:
        user = [user for user in self._staff.values() if user.role is role][place]
        return Operator(user.id, user.name, user.role, station.id, station.code)

    def _welcome_customers(self) -> None:
        """Some of them registered themselves; the others are known to the counter only."""
        theatre, services = self._theatre, self._services
        kiosk = services.users.station("K1", name="Foyer kiosk")
        registered: list[Operator] = []
        for number, person in enumerate(people.customers(self._random)):
            phone = people.phone(number)
            if number % (people.CUSTOMERS // _WITH_ACCOUNT) == 1:
                typed = Registration(person.name, person.email, PASSWORD, phone)
                by = services.accounts.register(typed, station=kiosk)
                registered.append(by)
                line = CustomerLine(by.user_id, person.name, person.email, phone)
            else:
                contact = Contact(person.name, person.email, phone)
                line = services.customers.add(contact, by=theatre.admin)
            theatre.customers.append(line)
        theatre.kiosk = tuple(registered)

    # -- the programme -----------------------------------------------------------------------

    def _build_house(self) -> None:
        events, theatre = self._services.events, self._theatre
        for room, plan in ((MAIN, rooms.main_house), (STUDIO, rooms.studio), (FOYER, rooms.foyer)):
            theatre.plans[room] = events.add_plan(
                plan(), venue=room, zone=ZONE, currency=CURRENCY, by=theatre.admin
            )
        theatre.types = tuple(
            PriceType(new_id(), name, short, position, self_service=name not in COUNTER_ONLY)
            for position, (name, short, _) in enumerate(PRICE_TYPES, start=1)
        )
        events.add_price_types(theatre.types, by=theatre.admin)
        self._shelf = Shelf(theatre)

    def _announce(self) -> None:
        theatre = self._theatre
        made: dict[int, list[NewPerformance]] = {at: [] for at in range(len(WORKS))}
        events = [self._event(work) for work in WORKS]
        for date in self._season.dates:
            at, plan = date.slot.work, theatre.plans[date.slot.room]
            prices = self._prices(WORKS[at], date.slot.room)
            performance = _performance(date, events[at], plan)
            made[at].append(NewPerformance(performance, prices))
            free = np.ones(len(plan), np.bool_)
            theatre.stages.append(Stage(performance.id, events[at].id, plan, prices, free))
        for at, event in enumerate(events):
            self._services.events.add_event(event, performances=made[at], by=theatre.admin)

    def _event(self, work: Work) -> Event:
        role = Role.ORGANIZER if work.category in _ORGANIZED else Role.MANAGER
        return Event(
            id=new_id(),
            title=work.title,
            description=work.description,
            category=work.category,
            organizer_id=next(u.id for u in self._staff.values() if u.role is role),
            tax_bp=TAX_BP,
            poster=f"demo/posters/{work.poster}.svg",
            cancel_hours=_CANCEL_HOURS,
            cancel_fee=_CANCEL_FEE,
            exchange_fee=_EXCHANGE_FEE,
        )

    def _prices(self, work: Work, room: str) -> dict[tuple[int, str], int]:
        return {
            (zone_no, self._theatre.types[place].id): 50
            * round(round(work.price * of_zone, -2) * of_adult / 50)
            for zone_no, of_zone in ZONE_SHARES[room].items()
            for place, (_, _, of_adult) in enumerate(PRICE_TYPES)
        }

    def _take_off_sale(self) -> None:
        theatre, tickets = self._theatre, self._services.tickets
        plan = theatre.plans[MAIN]
        desk = _desk(plan)
        for stage, date in zip(theatre.stages, self._season.dates, strict=True):
            if date.slot.room == MAIN and date.slot.sales is not Sales.DRAFT:
                numbers = plan.seat_no[desk].tolist()
                tickets.kill(stage.performance_id, numbers, reason=DESK, by=theatre.manager)
                stage.free[desk] = False
        tonight = theatre.stages[self._tonight()]
        guests = list(Ushers(plan).best(tonight.free, count=6))
        tickets.block(
            tonight.performance_id, plan.seat_no[guests].tolist(), reason=GUESTS, by=theatre.manager
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

    # -- the past ----------------------------------------------------------------------------

    def _live(self, progress: Progress) -> None:
        """Party after party, and in between whatever else happened."""
        theatre, parties, until = self._theatre, self._season.parties, self._season.until
        agenda = Agenda(self._clock)
        self._shelf.sell_memberships(agenda)
        counter = Counter(theatre, foretell(self._random, self._season), agenda, self._shelf)
        counter.sell_vouchers()
        Drawer(theatre, agenda).plan()
        Turns(theatre, agenda).plan()
        for days in _NEWS:
            morning = on_day(until - timedelta(days=days), "09:00")
            agenda.add(morning, partial(old_news, theatre))
        for number, party in enumerate(parties):
            agenda.live(party.at.astimezone(UTC))
            counter.serve(number, party)
            if number % 256 == 0:
                progress(0.1 + 0.85 * number / len(parties), "sales")
        agenda.live(until)
        self.bookings = counter.bookings + self._shelf.bookings
        owed_since = parties[-_STILL_OWED:][0].at if parties else until
        self._services.bookings.printed_before(owed_since.astimezone(UTC), by=theatre.tills[0])
        todays_post(theatre, newest=counter.newest)
        check_in(theatre)
        Interest(theatre, counter.numbers).note()

    def _start_the_evening(self) -> None:
        """Another till has some of tonight's seats in its basket."""
        self._shelf.keep_the_price_to_members()
        self._shelf.print_codes()
        tickets, (_, other) = self._services.tickets, self._theatre.tills
        performance_id = self._theatre.stages[self._tonight()].performance_id
        chosen = tickets.best(performance_id, Wish(4), by=other)
        tickets.hold(performance_id, chosen, basket_id=new_id(), by=other)


def _performance(date: Date, event: Event, plan: SeatingPlan) -> Performance:
    """As it was first announced."""
    slot: Slot = date.slot
    earlier = MOVED_BY if slot.sales is Sales.MOVED else timedelta(0)
    starts = date.starts_at - earlier
    return Performance(
        id=new_id(),
        event_id=event.id,
        venue_id=plan.venue_id,
        plan_id=plan.id,
        starts_at=starts,
        wall_time=wall_time(starts, ZONE),
        zone=ZONE,
        currency=CURRENCY,
        status=PerformanceStatus.DRAFT if slot.sales is Sales.DRAFT else PerformanceStatus.ON_SALE,
        doors_at=starts - timedelta(minutes=45 if slot.room == MAIN else 30),
        on_sale_from=date.opens_at,
        on_sale_until=date.closes_at - earlier,
    )


def _desk(plan: SeatingPlan) -> list[int]:
    """Two seats side by side where one hears best: in the middle, two thirds back."""
    x, y = float(plan.x.mean()), float(np.quantile(plan.y, 0.66))
    away = np.where(plan.beside_next, np.hypot(plan.x - x, plan.y - y), np.inf)
    first = int(away.argmin())
    return [first, first + 1]
