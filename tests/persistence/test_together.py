"""Two stations want the same thing, or opposite things, at the same moment: one of them gets it, the
other is told why not, and money, places and journal agree afterwards."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from app.bootstrap import Services, build
from app.config import Settings
from app.domain.customers import Contact
from app.domain.errors import HouselightsError
from app.domain.events import Performance, PerformanceStatus
from app.domain.payments import Tender, Tendered
from app.domain.tickets import BasketLine, Place
from app.domain.users import Operator
from app.domain.values import new_id
from app.gateways.card_terminal import SimulatedTerminal, SimulatorDriver
from app.gateways.passwords import Argon2Passwords
from tests.builders import Clock, Theatre, plan, theatre
from tests.services.stage import customer, entry, full_prices, new_event

_ROUNDS = 4
CASH = [Tendered(Tender.CASH)]


@dataclass
class Station:
    """A window on the same house, with a card terminal of its own."""

    services: Services
    by: Operator
    device: SimulatedTerminal


class Rivals:
    """A house and two stations in it."""

    def __init__(self, url: str) -> None:
        self.clock = Clock()
        self.house: Theatre = theatre(url, clock=self.clock, house=plan(rows=4, seats=20))
        self.stations = [self._station(url, code) for code in ("S1", "S2")]

    def _station(self, url: str, code: str) -> Station:
        device = SimulatedTerminal(by_amount=False)
        services = build(
            Settings(url, station=code),
            passwords=Argon2Passwords(memory_kib=8, rounds=1),
            terminal=SimulatorDriver(device),
            clock=self.clock,
        )
        return Station(services, services.users.command_line(services.station), device)

    def close(self) -> None:
        for services in (self.house.services, *(station.services for station in self.stations)):
            services.close()

    def at_once(self, *acts) -> list:
        """What each act gave, or how it was refused; anything else fails the test."""
        gate = threading.Barrier(len(acts))

        def run(act):
            gate.wait()
            try:
                return act()
            except HouselightsError as refusal:
                return refusal

        with ThreadPoolExecutor(len(acts)) as pool:
            return list(pool.map(run, acts))

    def each(self, act) -> list:
        """The same act at both stations."""
        return self.at_once(*(lambda s=station: act(s) for station in self.stations))

    def charged(self, station: Station, label: str):
        """A seat paid by card at this station."""
        attempt = station.services.cards.charge(
            self.house.euros(40), key=new_id(), basket_id=new_id(), by=station.by
        )
        order = self.house.order(label, tenders=(Tendered(Tender.CARD, None, attempt.id),))
        return station.services.tickets.sell(order, by=station.by)

    def moved(self) -> int:
        """What stands charged at all terminals, in minor units."""
        return sum(sum(station.device.moved().values()) for station in self.stations)


@pytest.fixture
def rivals(database_url):
    """Whatever they do, the house is in order afterwards."""
    made = Rivals(database_url)
    yield made
    payments, admin = made.house.services.payments, made.house.admin
    payments.check(by=admin)
    payments.verify_journal(by=admin)
    made.close()


def kinds(results: list) -> Counter:
    return Counter(type(result).__name__ for result in results)


def several(acts) -> None:
    """One after the other, whatever the rules say to each."""
    for act in acts:
        try:
            act()
        except HouselightsError:
            continue


# --- money ------------------------------------------------------------------------------------


@pytest.mark.parametrize("tender", ["cash", "card"])
def test_what_was_paid_goes_back_once_and_from_one_terminal(rivals, tender):
    house = rivals.house
    for seat in range(1, _ROUNDS + 1):
        if tender == "card":
            booking = rivals.charged(rivals.stations[0], f"A-{seat}")
        else:
            booking = house.services.tickets.sell(house.order(f"A-{seat}"), by=house.cashier)
        wanted = {ticket.id: ticket.price for ticket in booking.tickets}
        results = rivals.each(
            lambda s, booking=booking, wanted=wanted: s.services.bookings.refund(
                booking.id, wanted=wanted, reason="ill", key=new_id(), by=s.by
            )
        )
        assert kinds(results) == {"tuple": 1, "TooMuchRefund": 1}
    assert rivals.moved() == 0
    assert not any(s.services.cards.unresolved(by=s.by) for s in rivals.stations)


def test_a_reservation_is_paid_once_or_expires(rivals):
    house = rivals.house
    for seat in range(1, _ROUNDS + 1):
        until = rivals.clock.now + timedelta(minutes=5)
        reserved = house.services.tickets.reserve(
            house.order(f"A-{seat}"), until=until, by=house.cashier
        )
        rivals.clock.pass_by(minutes=6)
        rivals.at_once(
            *(
                lambda s=s, key=reserved.id: s.services.bookings.pay(key, tenders=CASH, by=s.by)
                for s in rivals.stations
            ),
            *(lambda s=s: s.services.bookings.expire(by=s.by) for s in rivals.stations),
        )
        after = house.services.bookings.booking(reserved.id, by=house.admin)
        paid = after.status.value == "paid"
        assert len(after.payments) == paid
        claims = house.services.tickets.house(house.performance.id, by=house.admin).claims
        assert (seat in {claim.seat_no for claim in claims}) == paid


def test_a_voucher_is_spent_once(rivals):
    house = rivals.house
    for seat in range(1, _ROUNDS + 1):
        bought = replace(house.order(), lines=(), vouchers=(house.euros(50),))
        (voucher,) = house.services.tickets.sell(bought, by=house.cashier).vouchers

        def spend(station, seat=seat, code=voucher.code):
            label = f"{'AB'[rivals.stations.index(station)]}-{seat}"
            order = house.order(label, tenders=(Tendered(Tender.VOUCHER, None, code),))
            return station.services.tickets.sell(order, by=station.by)

        assert kinds(rivals.each(spend)) == {"Booking": 1, "VoucherUnusable": 1}


def test_a_drawer_is_opened_and_closed_once(rivals):
    station = rivals.stations[0]
    shifts, by, euros = station.services.shifts, station.by, rivals.house.euros
    for _ in range(_ROUNDS):
        opened = rivals.at_once(*[lambda: shifts.open(euros(100), by=by)] * 2)
        assert kinds(opened) == {"Shift": 1, "ShiftIsOpen": 1}
        shift_id = shifts.current(by=by).id
        closed = rivals.at_once(
            *[lambda key=shift_id: shifts.close({5000: 2}, shift_id=key, by=by)] * 3
        )
        assert kinds(closed) == {"ShiftReport": 3}
        assert len({report.last_line for report in closed}) == 1


# --- the door ---------------------------------------------------------------------------------


def test_a_ticket_admits_once_and_not_any_more_once_it_is_cancelled(rivals):
    house = rivals.house
    first, second = rivals.stations
    for seat in range(1, _ROUNDS + 1):
        booking = house.services.tickets.sell(house.order(f"A-{seat}"), by=house.cashier)
        (ticket,) = booking.tickets
        rivals.at_once(
            *(
                lambda s=s, code=ticket.code: s.services.bookings.check_in(code, by=s.by)
                for s in rivals.stations
            ),
            lambda key=booking.id: first.services.bookings.cancel(key, reason="ill", by=first.by),
        )
        scans = second.services.bookings.ticket(ticket.id, by=second.by).scans
        assert sum(scan.result.value == "admitted" for scan in scans) <= 1
        late, _ = second.services.bookings.check_in(ticket.code, by=second.by)
        assert late.value == "not_valid"


# --- the programme ----------------------------------------------------------------------------


def test_a_performance_is_called_off_while_everything_else_goes_on(rivals):
    house, (first, second) = rivals.house, rivals.stations
    performance_id, bookings = house.performance.id, second.services.bookings
    sold = [
        house.services.tickets.sell(house.order(f"A-{n}"), by=house.cashier) for n in range(1, 7)
    ]
    sold += [rivals.charged(second, f"B-{n}") for n in range(1, 5)]
    reserved = [
        house.services.tickets.reserve(
            house.order(f"C-{n}"), until=rivals.clock.now + timedelta(days=1), by=house.cashier
        )
        for n in range(1, 5)
    ]

    def pay(booking):
        return bookings.pay(booking.id, tenders=CASH, by=second.by)

    def refund(booking):
        wanted = {ticket.id: ticket.price for ticket in booking.tickets}
        return bookings.refund(booking.id, wanted=wanted, reason="", key=new_id(), by=second.by)

    def cancel(booking):
        return bookings.cancel(booking.id, reason="ill", by=second.by)

    def sell(label):
        return second.services.tickets.sell(house.order(label), by=second.by)

    def call_off(station):
        return station.services.cancellations.run(performance_id, reason="Storm", by=station.by)

    answers = rivals.at_once(
        lambda: call_off(first),
        lambda: call_off(second),
        lambda: several(lambda n=n: sell(f"D-{n}") for n in range(1, 11)),
        lambda: several(lambda b=b: pay(b) for b in reserved),
        lambda: several(lambda b=b: refund(b) for b in sold),
        lambda: several(lambda b=b: cancel(b) for b in reversed(sold)),
    )
    assert kinds(answers[:2]) == {"Cancellation": 2}
    end = call_off(second)
    assert end.finished_at is not None
    assert end.owed == ()
    assert rivals.moved() == 0
    assert house.services.tickets.house(performance_id, by=house.admin).claims == ()
    assert not any(s.services.cards.unresolved(by=s.by) for s in rivals.stations)


def _scheduled(house: Theatre, day: int) -> Performance:
    schedule, at = house.services.schedule, entry(house, f"2026-12-{day:02}T10:00")
    return schedule.add_performance(house.event.id, at, prices=full_prices(house), by=house.admin)


@pytest.mark.parametrize("change", ["withdrawn", "deleted", "replanned"])
def test_nothing_is_sold_of_what_is_being_taken_away(rivals, change):
    house, (first, second) = rivals.house, rivals.stations
    for day in range(1, 2 * _ROUNDS + 1):
        performance = _scheduled(house, day)
        at = entry(house, performance.wall_time)
        other = house.services.venues.import_plan(
            plan(rows=1, seats=2), venue_id=house.plan.venue_id, by=house.admin
        )
        line = BasketLine(Place(performance.id, 25), house.adult.id)  # the small house has no 25
        order = replace(house.order(), lines=(line,))
        schedule = first.services.schedule

        def take_away(performance=performance, at=at, other=other, schedule=schedule):
            if change == "deleted":
                return schedule.delete_performance(
                    performance.id, version=performance.version, by=first.by
                )
            after = replace(at, status=PerformanceStatus.DRAFT)
            if change == "replanned":
                after = replace(at, plan_id=other.id)
            return schedule.edit_performance(
                performance.id, after, version=performance.version, by=first.by
            )

        results = rivals.at_once(
            take_away, lambda order=order: second.services.tickets.sell(order, by=second.by)
        )
        refused = [result for result in results if isinstance(result, HouselightsError)]
        assert len(refused) == 1, results
        house.services.venues.import_plan(house.plan, venue_id=house.plan.venue_id, by=house.admin)


def test_of_two_edits_of_one_version_the_later_is_told(rivals):
    house = rivals.house
    services, admin = house.services, house.admin
    event = services.programme.event(house.event.id, by=admin)
    performance = services.schedule.performance(house.performance.id, by=admin)
    venue = services.venues.venue(house.plan.venue_id, by=admin).venue
    settings = services.settings.house(by=admin)
    buyer = customer(house, "Ada")
    for act in (
        lambda s: s.services.programme.edit_event(replace(event, title=s.by.station_code), by=s.by),
        lambda s: s.services.schedule.edit_performance(
            performance.id,
            entry(house, f"2026-12-1{s.by.station_code[1]}T20:00"),
            version=performance.version,
            by=s.by,
        ),
        lambda s: s.services.venues.edit_venue(replace(venue, name=s.by.station_code), by=s.by),
        lambda s: s.services.customers.edit(buyer, Contact(s.by.station_code), version=1, by=s.by),
        lambda s: s.services.settings.change_house(
            replace(settings, name=f"House {s.by.station_code}"), by=s.by
        ),
    ):
        results = rivals.each(act)
        assert kinds(results)["Conflict"] == 1, results


def test_who_writes_second_what_both_looked_for_sees_what_the_first_wrote(rivals):
    house, admin = rivals.house, rivals.house.admin
    for number in range(_ROUNDS):
        event = new_event(admin, f"Premiere {number}", category=f"Kind {number}")
        twin = new_event(admin, f"Twin {number}", category=f"Newer {number}")
        plans = rivals.each(
            lambda s: s.services.venues.import_plan(
                plan(rows=1, seats=2), venue_id=house.plan.venue_id, by=s.by
            )
        )
        assert kinds(plans) == {"SeatingPlan": 2}
        assert len({made.version for made in plans}) == 2
        same = rivals.each(lambda s, event=event: s.services.programme.add_event(event, by=s.by))
        assert kinds(same) == {"Event": 2}
        ids = iter((new_id(), new_id()))
        both = rivals.each(
            lambda s, twin=twin, ids=ids: s.services.programme.add_event(
                replace(twin, id=next(ids)), by=s.by
            )
        )
        assert kinds(both) == {"Event": 2}
        named = rivals.each(
            lambda s, n=number: s.services.programme.add_category(f"Rare {n}", by=s.by)
        )
        assert kinds(named) == {"Category": 1, "Invalid": 1}
        drafts = rivals.each(
            lambda s: s.services.drafts.keep("event", "x", {"title": s.by.station_code}, by=s.by)
        )
        assert kinds(drafts) == {"NoneType": 2}
