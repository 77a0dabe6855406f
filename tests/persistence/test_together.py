"""Two stations want to do the same thing to the same thing at the same moment."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from app.bootstrap import Services, build
from app.config import Settings
from app.domain.bookings import ScanResult
from app.domain.cards import AttemptStatus
from app.domain.customers import Contact
from app.domain.errors import HouselightsError
from app.domain.events import PerformanceStatus
from app.domain.payments import Tender, Tendered
from app.domain.tickets import TicketStatus
from app.domain.users import Operator
from app.domain.values import Money, new_id
from app.gateways.card_terminal import SimulatedTerminal, SimulatorDriver
from app.gateways.passwords import Argon2Passwords
from tests.builders import NOON, Clock, Theatre, plan, theatre
from tests.services.stage import customer, entry, full_prices

import os
ROUNDS = int(os.environ.get("BRK_ROUNDS", "3"))


@dataclass
class Station:
    """A second window on the same house."""

    services: Services
    by: Operator
    device: SimulatedTerminal


class Rivals:
    """A house and two stations beside it, each with services and a card terminal of its own."""

    def __init__(self, url: str) -> None:
        self.clock = Clock()
        self.house: Theatre = theatre(url, clock=self.clock, house=plan(rows=6, seats=20))
        self.stations = [self._station(url, code) for code in ("S1", "S2")]

    def _station(self, url: str, code: str) -> Station:
        device = SimulatedTerminal(by_amount=False)
        services = build(
            Settings(url, station=code),
            passwords=Argon2Passwords(memory_kib=8, rounds=1),
            terminal=SimulatorDriver(device),
            clock=self.clock,
        )
        by = services.users.command_line(services.station)
        return Station(services, by, device)

    def close(self) -> None:
        for services in (self.house.services, *(s.services for s in self.stations)):
            services.close()

    def at_once(self, *acts) -> list:
        """What each act gave or how it was refused; anything else fails the test."""
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
        """The same act at every station at once."""
        return self.at_once(*(lambda s=station: act(s) for station in self.stations))

    def in_order(self) -> None:
        payments, admin = self.house.services.payments, self.house.admin
        payments.check(by=admin)
        payments.verify_journal(by=admin)


@pytest.fixture
def rivals(database_url):
    made = Rivals(database_url)
    yield made
    made.close()


def kinds(results) -> Counter:
    return Counter(type(r).__name__ for r in results)


def test_a_ticket_is_refunded_once(rivals):
    house = rivals.house
    for seat in range(1, ROUNDS + 1):
        booking = house.services.tickets.sell(house.order(f"A-{seat}"), by=house.cashier)
        wanted = {booking.tickets[0].id: booking.tickets[0].price}
        results = rivals.each(
            lambda s: s.services.bookings.refund(
                booking.id, wanted=wanted, reason="ill", key=new_id(), by=s.by
            )
        )
        print(kinds(results))
        assert kinds(results) == {"tuple": 1, "TooMuchRefund": 1}
    rivals.in_order()


def test_a_card_is_refunded_once_also_at_the_terminals(rivals):
    house, first = rivals.house, rivals.stations[0]
    for seat in range(1, ROUNDS + 1):
        attempt = first.services.cards.charge(
            house.euros(40), key=new_id(), basket_id=new_id(), by=first.by
        )
        order = house.order(f"A-{seat}", tenders=(Tendered(Tender.CARD, None, attempt.id),))
        booking = first.services.tickets.sell(order, by=first.by)
        wanted = {booking.tickets[0].id: booking.tickets[0].price}
        results = rivals.each(
            lambda s: s.services.bookings.refund(
                booking.id, wanted=wanted, reason="ill", key=new_id(), by=s.by
            )
        )
        print(kinds(results))
    back = sum(-m for s in rivals.stations for m in s.device.moved().values() if m < 0)
    assert back == ROUNDS * 4000
    rivals.in_order()


def test_a_reservation_is_paid_once_or_expires(rivals):
    house = rivals.house
    seen = Counter()
    for seat in range(1, ROUNDS + 1):
        until = rivals.clock.now + timedelta(minutes=5)
        booking = house.services.tickets.reserve(
            house.order(f"A-{seat}"), until=until, by=house.cashier
        )
        rivals.clock.pass_by(minutes=6)
        results = rivals.at_once(
            *(
                lambda s=s: s.services.bookings.pay(
                    booking.id, tenders=[Tendered(Tender.CASH)], by=s.by
                )
                for s in rivals.stations
            ),
            *(lambda s=s: s.services.bookings.expire(by=s.by) for s in rivals.stations),
        )
        seen += kinds(results)
        after = house.services.bookings.booking(booking.id, by=house.admin)
        paid = after.status.value == "paid"
        assert len(after.payments) == (1 if paid else 0)
        claims = house.services.tickets.house(house.performance.id, by=house.admin).claims
        assert (seat in {c.seat_no for c in claims}) == paid
    print(seen)
    rivals.in_order()


def test_a_voucher_is_spent_once(rivals):
    house = rivals.house
    for seat in range(1, ROUNDS + 1):
        bought = replace(house.order(), lines=(), vouchers=(house.euros(50),))
        (voucher,) = house.services.tickets.sell(bought, by=house.cashier).vouchers
        def spend(station, label):
            order = house.order(label, tenders=(Tendered(Tender.VOUCHER, None, voucher.code),))
            return station.services.tickets.sell(order, by=station.by)
        a, b = rivals.stations
        results = rivals.at_once(lambda: spend(a, f"A-{seat}"), lambda: spend(b, f"B-{seat}"))
        print(kinds(results))
        assert kinds(results) == {"Booking": 1, "VoucherUnusable": 1}
    rivals.in_order()


def test_a_shift_is_closed_once(rivals):
    house = rivals.house
    s = rivals.stations[0]
    for _ in range(ROUNDS):
        rivals.at_once(*[lambda: s.services.shifts.open(house.euros(100), by=s.by)] * 2)
        shift = s.services.shifts.current(by=s.by)
        results = rivals.at_once(
            *[lambda: s.services.shifts.close({5000: 2}, shift_id=shift.id, by=s.by)] * 3
        )
        assert kinds(results) == {"ShiftReport": 3}
        assert len({(r.shift.number, r.last_line, r.at) for r in results}) == 1
        results = rivals.at_once(*[lambda: s.services.shifts.open(house.euros(100), by=s.by)] * 2,
            *[lambda: s.services.shifts.close({5000: 2}, by=s.by)] * 2)
        print(kinds(results))
        if s.services.shifts.current(by=s.by):
            s.services.shifts.close({5000: 2}, by=s.by)
    rivals.in_order()


def test_a_ticket_is_admitted_once_and_a_cancelled_one_never(rivals):
    house = rivals.house
    for seat in range(1, ROUNDS + 1):
        booking = house.services.tickets.sell(house.order(f"A-{seat}"), by=house.cashier)
        code = booking.tickets[0].code
        results = rivals.each(lambda s: s.services.bookings.check_in(code, by=s.by)[0])
        assert sorted(r.value for r in results) == sorted(
            (ScanResult.ADMITTED.value, ScanResult.ALREADY_IN.value)
        )
    for seat in range(1, ROUNDS * 5 + 1):
        booking = house.services.tickets.sell(house.order(f"B-{seat % 20+1}"), by=house.cashier)
        code = booking.tickets[0].code
        a, b = rivals.stations
        cancelled, (result, page) = rivals.at_once(
            lambda: a.services.bookings.cancel(booking.id, reason="ill", by=a.by),
            lambda: b.services.bookings.check_in(code, by=b.by),
        )
        print(type(cancelled).__name__, result)
        if result is ScanResult.ADMITTED:
            assert page.line.status is TicketStatus.VALID
    rivals.in_order()


def test_a_performance_cancelled_while_everything_goes_on(rivals):
    house = rivals.house
    a, b = rivals.stations
    h = house.services
    sales = [h.tickets.sell(house.order(f"A-{n}"), by=house.cashier) for n in range(1, 13)]
    for n in range(1, 7):
        attempt = b.services.cards.charge(house.euros(40), key=new_id(), basket_id=new_id(), by=b.by)
        sales.append(b.services.tickets.sell(house.order(f"B-{n}", tenders=(Tendered(Tender.CARD, None, attempt.id),)), by=b.by))
    until = rivals.clock.now + timedelta(days=1)
    reserved = [
        h.tickets.reserve(house.order(f"C-{n}"), until=until, by=house.cashier) for n in range(1, 9)
    ]

    def several(acts):
        seen = Counter()
        for act in acts:
            try:
                seen[type(act()).__name__] += 1
            except HouselightsError as e:
                seen[type(e).__name__ + str(e.args)] += 1
        return seen

    results = rivals.at_once(
        lambda: a.services.cancellations.run(house.performance.id, reason="storm", by=a.by),
        lambda: b.services.cancellations.run(house.performance.id, reason="storm", by=b.by),
        lambda: several([lambda n=n: b.services.tickets.sell(house.order(f"D-{n}"), by=b.by) for n in range(1, 21)]),
        lambda: several([lambda r=r: b.services.bookings.pay(r.id, tenders=[Tendered(Tender.CASH)], by=b.by) for r in reserved]),
        lambda: several([lambda x=x: b.services.bookings.refund(x.id, wanted={x.tickets[0].id: x.tickets[0].price}, reason="r", key=new_id(), by=b.by) for x in sales]),
        lambda: several([lambda x=x: h.bookings.cancel(x.id, reason="r", by=house.cashier) for x in sales]),
    )
    for r in results:
        print(repr(r)[:600])
    state = b.services.cancellations.run(house.performance.id, reason="storm", by=b.by)
    print(state)
    rivals.in_order()
    back = {s.by.station_code: sum(s.device.moved().values()) for s in rivals.stations}
    print(back)
    assert not a.services.tickets.house(house.performance.id, by=a.by).claims
    un = [x for s in rivals.stations for x in s.services.cards.unresolved(by=s.by)]
    print("unresolved", un)
    assert sum(back.values()) == sum(o.amount.minor for o in state.owed)
