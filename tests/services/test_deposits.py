"""Money taken on a reservation: it counts at once, the rest is due, and nothing of it is ever lost."""

import os
import random
import shutil
import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain.analytics import MetricType
from app.domain.bookings import BookingFilter
from app.domain.errors import BookingState, Invalid, NotEnoughMoney, SaleClosed, TooMuchRefund
from app.domain.notifications import Kind
from app.domain.payments import Tender, Tendered
from app.domain.tickets import Booking, BookingStatus
from app.domain.values import Money, new_id
from tests.builders import Clock, Theatre, plan, theatre
from tests.services.stage import customer, sold
from tests.services.test_analytics_rollups import differences, rows

_EXAMPLES = int(os.environ.get("DEPOSIT_EXAMPLES", "15"))
CASH = (Tendered(Tender.CASH),)


def reserve(
    house: Theatre, *labels: str, deposit: float = 0, days: float = 2, **changes
) -> Booking:
    return house.services.tickets.reserve(
        house.order(*labels, **changes),
        until=house.clock.now + timedelta(days=days),
        deposit=house.euros(deposit) if deposit else None,
        by=house.cashier,
    )


def stored(house: Theatre, booking: Booking) -> Booking:
    return house.services.bookings.booking(booking.id, by=house.cashier)


def check(house: Theatre) -> None:
    house.services.payments.check(by=house.admin)
    house.services.payments.verify_journal(by=house.admin)
    assert differences(house) == {}


def pay(house: Theatre, booking: Booking, tenders=CASH) -> Booking:
    return house.services.bookings.pay(booking.id, tenders=tenders, by=house.cashier)


def counted(house: Theatre, kind: MetricType) -> dict[str, tuple[int, int, int]]:
    """Key -> sold, gross, refunded."""
    found: dict[str, tuple[int, int, int]] = {}
    for row in rows(house):
        if row[1] == kind.value:
            before = found.get(row[2], (0, 0, 0))
            found[row[2]] = (before[0] + row[5], before[1] + row[6], before[2] + row[8])
    return found


# -- taking it ------------------------------------------------------------------------------------


def test_a_deposit_is_money_at_once_and_the_seats_stay_reserved(house: Theatre):
    house.services.shifts.open(house.euros(100), by=house.cashier)
    booking = reserve(house, "A-1", "A-2", deposit=50, given=house.euros(100))
    assert booking.status is BookingStatus.RESERVED
    assert (booking.deposit, booking.due) == (house.euros(50), house.euros(30))
    assert (booking.paid, booking.change) == (house.euros(50), house.euros(50))
    code = booking.tickets[0].code
    assert house.services.bookings.check_in(code, by=house.cashier)[0].value == "not_valid"
    assert not house.services.bookings.owes_print(booking.id, by=house.cashier)
    lines = house.services.payments.journal(by=house.admin)
    assert [(line.kind, line.amount) for line in lines] == [("float", 10000), ("sale", 5000)]
    assert '"deposit":1' in lines[1].body
    assert house.services.shifts.x_report(by=house.cashier).expected == house.euros(150)
    assert counted(house, MetricType.TENDER) == {"cash": (0, 5000, 0)}
    assert counted(house, MetricType.PERFORMANCE) == {}
    check(house)


def test_the_rest_makes_it_a_paid_booking_whose_seller_took_the_deposit(house: Theatre):
    booking = reserve(house, "A-1", "A-2", deposit=50)
    with pytest.raises(NotEnoughMoney) as refusal:
        pay(house, booking, [Tendered(Tender.CASH, house.euros(29))])
    assert refusal.value.due == house.euros(30)
    house.clock.pass_by(hours=3)
    tenders = [Tendered(Tender.SLIP, None, "4711")]
    paid = house.services.bookings.pay(booking.id, tenders=tenders, by=house.admin)
    assert (paid.status, paid.paid, paid.due) == (
        BookingStatus.PAID,
        house.euros(80),
        house.euros(0),
    )
    assert [(p.tender, p.amount) for p in stored(house, booking).payments] == [
        (Tender.CASH, house.euros(50)),
        (Tender.SLIP, house.euros(30)),
    ]
    assert house.services.bookings.owes_print(booking.id, by=house.cashier)
    assert counted(house, MetricType.TENDER) == {"cash": (0, 5000, 0), "slip": (0, 3000, 0)}
    assert counted(house, MetricType.OPERATOR) == {house.cashier.user_id: (2, 8000, 0)}
    kept = rows(house)
    house.services.analytics.rebuild(by=house.admin)
    assert rows(house) == kept
    check(house)


def test_more_can_be_laid_down_later_and_sent_twice_it_is_taken_once(house: Theatre):
    booking = reserve(house, "A-1", "A-2")
    take, by = house.services.bookings.take_deposit, house.cashier
    one = take(booking.id, house.euros(30), tenders=CASH, key="one", by=by)
    assert one.due == house.euros(50)
    assert take(booking.id, house.euros(30), tenders=CASH, key="one", by=by).due == one.due
    two = take(booking.id, house.euros(50), tenders=CASH, key="two", by=by)
    assert (two.deposit, two.due, two.status) == (
        house.euros(80),
        house.euros(0),
        BookingStatus.RESERVED,
    )
    assert pay(house, booking, ()).status is BookingStatus.PAID
    check(house)


@pytest.mark.parametrize(("amount", "problem"), [(-1, "not_positive"), (80.01, "too_large")])
def test_a_deposit_is_a_part_of_what_it_comes_to(house: Theatre, amount: float, problem: str):
    with pytest.raises(Invalid) as refusal:
        reserve(house, "A-1", "A-2", deposit=amount)
    assert refusal.value.problems == {"deposit": problem}
    assert house.services.payments.journal(by=house.admin) == ()
    assert sold(house, "A-1", "A-2").status is BookingStatus.PAID  # nothing was kept of it


def test_only_a_reservation_takes_one(house: Theatre):
    booking = sold(house, "A-1")
    with pytest.raises(BookingState):
        house.services.bookings.take_deposit(
            booking.id, house.euros(1), tenders=CASH, key="k", by=house.cashier
        )


# -- giving up --------------------------------------------------------------------------------------


def test_a_ticket_given_up_keeps_its_part_for_who_paid_it(house: Theatre):
    booking = reserve(house, "A-1", "A-2", "A-3", deposit=50)
    first = booking.tickets[0]
    result = house.services.bookings.cancel(
        booking.id, ticket_ids=[first.id], reason="", by=house.cashier
    )
    assert result.owed == house.euros(40)
    after = stored(house, booking)
    assert (after.status, after.due) == (BookingStatus.RESERVED, house.euros(70))
    give = house.services.bookings.refund
    with pytest.raises(TooMuchRefund):  # what still counts for a seat stays
        give(
            booking.id,
            wanted={booking.tickets[1].id: house.euros(1)},
            reason="",
            key="x",
            by=house.cashier,
        )
    give(booking.id, wanted={first.id: house.euros(40)}, reason="", key="k", by=house.cashier)
    assert counted(house, MetricType.TENDER) == {"cash": (0, 5000, 4000)}
    assert counted(house, MetricType.PERFORMANCE) == {}  # it was never sold
    assert pay(house, booking).paid == house.euros(120)
    check(house)


def test_what_runs_out_keeps_the_deposit_held_until_it_is_given_back(house: Theatre):
    ada = customer(house, "Ada", "ada@example.org")
    booking = reserve(house, "A-1", "A-2", deposit=50, days=1, customer_id=ada)
    house.clock.pass_by(days=2)
    assert house.services.bookings.expire(by=house.cashier) == 1
    after = stored(house, booking)
    assert (after.status, after.deposit) == (BookingStatus.CANCELLED, house.euros(50))
    told = house.services.notifications.of_user(ada, by=house.cashier)[0]
    assert (told.kind, told.content["held"]) == (Kind.RESERVATION_EXPIRED, 5000)
    listed = BookingFilter(deposit=True)
    assert house.services.bookings.count(listed, by=house.cashier) == 1
    check(house)
    held = house.services.bookings.held(booking.id, by=house.cashier)
    wanted = {one.ticket_id: one.amount for one in held}
    house.services.bookings.refund(booking.id, wanted=wanted, reason="", key="k", by=house.cashier)
    assert stored(house, booking).refunded == house.euros(50)
    assert house.services.bookings.count(listed, by=house.cashier) == 0
    assert sold(house, "A-1", "A-2").status is BookingStatus.PAID
    check(house)


def test_a_performance_called_off_gives_the_deposit_back_and_takes_none(house: Theatre):
    booking = reserve(house, "A-1", "A-2", deposit=50)
    later = reserve(house, "A-3")
    house.services.cancellations.run(house.performance.id, reason="Flood", by=house.admin)
    after = stored(house, booking)
    assert (after.status, after.refunded) == (BookingStatus.CANCELLED, house.euros(50))
    with pytest.raises((BookingState, SaleClosed)):
        house.services.bookings.take_deposit(
            later.id, house.euros(5), tenders=CASH, key="k", by=house.cashier
        )
    check(house)


def test_the_customer_is_told_what_was_laid_down(house: Theatre):
    ada = customer(house, "Ada", "ada@example.org")
    booking = reserve(house, "A-1", "A-2", deposit=20, customer_id=ada)
    house.services.bookings.take_deposit(
        booking.id, house.euros(10), tenders=CASH, key="k", by=house.cashier
    )
    told = house.services.notifications.of_user(ada, by=house.cashier)
    paid = [one.content["paid"] for one in told if one.kind is Kind.PAYMENT_RECEIVED]
    assert paid == [1000, 2000]
    assert {one.content["status"] for one in told} == {"reserved"}


# -- anything, in any order -------------------------------------------------------------------------


class Desk:
    """Somebody who reserves, takes deposits, is paid, cancels, lets expire and gives back at random."""

    def __init__(self, house: Theatre, chance: random.Random) -> None:
        self.house, self.chance = house, chance
        self.bookings: list[Booking] = []
        self.free = list(range(1, 41))
        self.acts: dict[str, Callable[[], None]] = {
            "reserve": self.reserve,
            "lay": self.lay_down,
            "pay": self.pay,
            "cancel": self.cancel,
            "expire": self.expire,
            "back": self.give_back,
        }

    def act(self, name: str) -> None:
        self.house.clock.pass_by(minutes=self.chance.randrange(1, 400))
        self.acts[name]()

    def reserve(self) -> None:
        if len(self.free) < 4:
            return
        self.chance.shuffle(self.free)
        seats = [self.free.pop() for _ in range(self.chance.randint(1, 4))]
        total = sum(4000 if no <= 20 else 3000 for no in seats)
        deposit = self.chance.choice((0, 1, total, self.chance.randrange(total + 1)))
        tenders = CASH
        if deposit > 2 and self.chance.random() < 0.5:
            part = Money(self.chance.randrange(1, deposit), "EUR")
            tenders = (Tendered(Tender.SLIP, part, "7"), Tendered(Tender.CASH))
        booking = self.house.services.tickets.reserve(
            self.house.order_of(seats, tenders=tenders),
            until=self.house.clock.now + timedelta(hours=self.chance.randrange(1, 40)),
            deposit=Money(deposit, "EUR") if deposit else None,
            by=self.house.cashier,
        )
        assert booking.due == Money(total - deposit, "EUR")
        self.bookings.append(booking)

    def some(self, *states: BookingStatus) -> Booking | None:
        now = [stored(self.house, booking) for booking in self.bookings]
        fit = [booking for booking in now if booking.status in states]
        return self.chance.choice(fit) if fit else None

    def lay_down(self) -> None:
        booking = self.some(BookingStatus.RESERVED)
        if booking is None or not booking.due:
            return
        amount = Money(self.chance.randint(1, booking.due.minor), "EUR")
        after = self.house.services.bookings.take_deposit(
            booking.id, amount, tenders=CASH, key=new_id(), by=self.house.cashier
        )
        assert after.due == booking.due - amount

    def pay(self) -> None:
        booking = self.some(BookingStatus.RESERVED)
        if booking is None:
            return
        paid = pay(self.house, booking)
        assert paid.paid == booking.paid + booking.due
        assert {ticket.status.value for ticket in paid.tickets} == {"valid"}

    def cancel(self) -> None:
        booking = self.some(BookingStatus.RESERVED, BookingStatus.PAID)
        if booking is None or not booking.live:
            return
        going = self.chance.sample(list(booking.live), self.chance.randint(1, len(booking.live)))
        self.house.services.bookings.cancel(
            booking.id, ticket_ids=[t.id for t in going], reason="", by=self.house.cashier
        )
        self.free += [ticket.seat_no for ticket in going]

    def expire(self) -> None:
        before = [stored(self.house, booking) for booking in self.bookings]
        self.house.clock.pass_by(hours=self.chance.randrange(30))
        while self.house.services.bookings.expire(by=self.house.cashier):
            continue
        for was in before:
            if was.live and not stored(self.house, was).live:
                self.free += [ticket.seat_no for ticket in was.live]

    def give_back(self) -> None:
        booking = self.some(*BookingStatus)
        if booking is None:
            return
        held = self.house.services.bookings.held(booking.id, by=self.house.cashier)
        live = {ticket.id for ticket in booking.live}
        if booking.status is BookingStatus.RESERVED:
            held = tuple(one for one in held if one.ticket_id not in live)
        if held:
            one = self.chance.choice(held)
            amount = Money(self.chance.randint(1, one.amount.minor), "EUR")
            self.house.services.bookings.refund(
                booking.id,
                wanted={one.ticket_id: amount},
                reason="",
                key=new_id(),
                by=self.house.cashier,
            )

    def settle_up(self) -> None:
        """Everything can go back to the last cent."""
        by = self.house.cashier
        for booking in self.bookings:
            if stored(self.house, booking).live:
                self.house.services.bookings.cancel(booking.id, reason="", by=by)
            held: dict[str, Money] = {}
            for one in self.house.services.bookings.held(booking.id, by=by):
                held[one.ticket_id] = held.get(one.ticket_id, one.amount * 0) + one.amount
            if held:
                self.house.services.bookings.refund(
                    booking.id, wanted=held, reason="", key=new_id(), by=by
                )
            after = stored(self.house, booking)
            assert after.paid == after.refunded


def play(house: Theatre, names: list[str], seed: int) -> None:
    desk = Desk(house, random.Random(seed))
    for name in names:
        desk.act(name)
    check(house)
    kept = rows(house)
    house.services.analytics.rebuild(by=house.admin)
    assert rows(house) == kept
    desk.settle_up()
    check(house)


ACTS = ("reserve", "reserve", "lay", "pay", "cancel", "expire", "back")


@given(st.lists(st.sampled_from(ACTS), min_size=8, max_size=30), st.integers(0, 10**6))
@settings(
    max_examples=_EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_no_cent_is_lost_whatever_happens_to_reservations(
    sqlite_template: Path, names: list[str], seed: int
):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "house.db"
        shutil.copyfile(sqlite_template, path)
        house = theatre(f"sqlite:///{path}", clock=Clock(), house=plan())
        try:
            play(house, names, seed)
        finally:
            house.services.close()


@pytest.mark.parametrize("seed", range(3))
def test_the_same_on_a_shared_database(postgresql_url: str, seed: int):
    chance = random.Random(seed)
    house = theatre(postgresql_url, clock=Clock(), house=plan())
    try:
        play(house, [chance.choice(ACTS) for _ in range(40)], seed)
    finally:
        house.services.close()
