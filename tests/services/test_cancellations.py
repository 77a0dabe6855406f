"""Calling a performance off does exactly what was shown before, once, however often it is interrupted."""

import time
from contextlib import suppress
from dataclasses import replace
from threading import Event, Thread

import pytest
from sqlalchemy import text

from app.domain.cancellations import Returned
from app.domain.errors import Denied, NotFound, SaleClosed
from app.domain.events import PerformanceStatus
from app.domain.payments import Tender, Tendered
from app.domain.tickets import BasketLine, BookingStatus, Place
from app.domain.users import Role
from app.domain.values import Money, new_id
from app.gateways.card_terminal import SimulatedTerminal, SimulatorDriver
from tests.builders import Clock, Theatre, plan, theatre
from tests.faults import PowerCut, dying_at
from tests.services.stage import customer, entry, full_prices, member, sold

STORM = "Storm damage"


def run(house: Theatre, performance_id: str = "", **changes):
    values = {"reason": STORM, "by": house.admin}
    return house.services.cancellations.run(
        performance_id or house.performance.id, **(values | changes)
    )


def dry_run(house: Theatre, performance_id: str = ""):
    return house.services.cancellations.dry_run(
        performance_id or house.performance.id, by=house.admin
    )


def told(house: Theatre, user_id: str) -> list[str]:
    """What somebody was told of the cancellation, oldest first."""
    by = replace(house.cashier, user_id=user_id, role=Role.CUSTOMER)
    kinds = [n.kind.value for n in house.services.notifications.newest(by=by)]
    return [kind for kind in reversed(kinds) if kind in {"performance_cancelled", "refunded"}]


def voucher(house: Theatre, amount: float) -> str:
    """The code of a gift voucher somebody bought."""
    order = house.order_of([], vouchers=(house.euros(amount),))
    (bought,) = house.services.tickets.sell(order, by=house.cashier).vouchers
    return bought.code


@pytest.fixture
def crowd(house: Theatre) -> dict[str, str]:
    """Three customers and a walk-up: cash; cash and slip; a reservation; voucher and cash."""
    people = {
        "anna": customer(house, "Anna", "anna@example.org"),
        "ben": customer(house, "Ben"),
        "cleo": customer(house, "Cleo", "cleo@example.org"),
    }
    sold(house, "A-1", "A-2", customer_id=people["anna"])
    sold(house, "C-1", customer_id=people["anna"])
    slip = Tendered(Tender.SLIP, house.euros(10), "4711")
    sold(house, "A-3", tenders=(slip, Tendered(Tender.CASH, None)), customer_id=people["ben"])
    house.services.tickets.reserve(
        house.order("B-1", "B-2", customer_id=people["cleo"]),
        until=house.clock.now.replace(day=26),
        by=house.cashier,
    )
    code = voucher(house, 25)
    gift = Tendered(Tender.VOUCHER, house.euros(25), code)
    sold(house, "A-4", tenders=(gift, Tendered(Tender.CASH, None)))
    return people | {"code": code}


def test_a_dry_run_counts_bookings_money_and_people_and_changes_nothing(house: Theatre, crowd):
    shown = dry_run(house)
    assert (shown.bookings, shown.tickets, shown.reservations) == (5, 7, 1)
    assert (shown.told, shown.without_email, shown.anonymous) == (3, 1, 1)
    assert shown.money == (
        Returned(Tender.CASH, house.euros(80 + 30 + 30 + 15)),
        Returned(Tender.SLIP, house.euros(10)),
        Returned(Tender.VOUCHER, house.euros(25)),
    )
    assert dry_run(house) == shown
    assert house.services.cancellations.state(house.performance.id, by=house.admin) is None
    sold(house, "D-1")


def test_running_it_does_what_was_shown(house: Theatre, crowd):
    shown, steps = dry_run(house), []
    state = run(house, progress=lambda done, of: steps.append((done, of)) or True)
    assert steps == [(n, 5) for n in range(1, 6)]
    assert (state.bookings, state.done, state.owed) == (5, 5, ())
    assert state.refunded == shown.money
    assert state.finished_at == house.clock.now
    assert dry_run(house).bookings == 0
    assert told(house, crowd["anna"]).count("performance_cancelled") == 2, "one for each booking"
    assert told(house, crowd["ben"]) == ["performance_cancelled", "refunded"]
    assert told(house, crowd["cleo"]) == ["performance_cancelled"]
    assert house.services.vouchers.look_up(crowd["code"], by=house.cashier).balance == house.euros(
        25
    )
    house_now = house.services.tickets.house(house.performance.id, by=house.cashier)
    assert house_now.claims == ()
    house.services.payments.check(by=house.admin)
    house.services.payments.verify_journal(by=house.admin)


def test_the_sale_is_closed_and_the_reason_kept(house: Theatre, crowd):
    run(house)
    line = house.services.events.line(house.performance.id, by=house.cashier)
    assert line.status is PerformanceStatus.CANCELLED
    assert house.services.schedule.performance(house.performance.id, by=house.admin).note == STORM
    with pytest.raises(SaleClosed):
        sold(house, "D-1")
    newest = house.services.events.detail(house.event.id, by=house.admin).history[0]
    assert (newest.action, newest.body["reason"], newest.body["bookings"]) == (
        "cancelled",
        STORM,
        5,
    )


def test_running_it_twice_does_nothing_twice(house: Theatre, crowd):
    first = run(house)
    house.clock.pass_by(minutes=5)
    assert run(house, reason="Another reason") == first
    assert told(house, crowd["ben"]) == ["performance_cancelled", "refunded"]


def test_tickets_of_other_performances_in_the_same_booking_stay(house: Theatre):
    other = house.services.schedule.add_performance(
        house.event.id, entry(house), prices=full_prices(house), by=house.admin
    )
    places = [Place(house.performance.id, 1), Place(other.id, 1)]
    lines = tuple(BasketLine(place, house.adult.id) for place in places)
    booking = house.services.tickets.sell(house.order_of([], lines=lines), by=house.cashier)
    state = run(house)
    assert state.refunded == (Returned(Tender.CASH, house.euros(40)),)
    after = house.services.bookings.booking(booking.id, by=house.cashier)
    assert after.status is BookingStatus.PAID
    assert [ticket.performance_id for ticket in after.live] == [other.id]


def test_a_pause_is_taken_up_where_it_was(house: Theatre, crowd):
    paused = run(house, progress=lambda done, _: done < 2)
    assert (paused.done, paused.finished_at) == (2, None)
    (waiting,) = house.services.cancellations.unfinished(by=house.admin)
    assert waiting == paused
    assert dry_run(house).bookings == 3
    with pytest.raises(SaleClosed):
        sold(house, "D-1")
    steps = []
    run(house, progress=lambda done, of: steps.append((done, of)) or True)
    assert steps == [(3, 5), (4, 5), (5, 5)]
    assert house.services.cancellations.unfinished(by=house.admin) == ()


def test_nobody_came_is_a_cancellation_too(house: Theatre):
    state = run(house)
    assert (state.bookings, state.done, state.refunded, state.owed) == (0, 0, (), ())
    assert state.finished_at is not None


@pytest.mark.parametrize("role", [Role.CUSTOMER, Role.CASHIER, Role.ORGANIZER])
def test_not_everybody_calls_a_performance_off(house: Theatre, role):
    by = member(house, role)
    cancellations, performance_id = house.services.cancellations, house.performance.id
    for act in (
        lambda: cancellations.dry_run(performance_id, by=by),
        lambda: cancellations.run(performance_id, reason=STORM, by=by),
        lambda: cancellations.state(performance_id, by=by),
        lambda: cancellations.unfinished(by=by),
    ):
        with pytest.raises(Denied):
            act()


def test_a_performance_nobody_knows_cannot_be_called_off(house: Theatre):
    for act in (dry_run, run):
        with pytest.raises(NotFound):
            act(house, new_id())


# --- killed in the middle -----------------------------------------------------------------------

_BY_BOOKING = """
SELECT b.id,
       (SELECT count(*) FROM tickets t WHERE t.booking_id = b.id AND t.status <> 'cancelled'),
       (SELECT count(*) FROM seat_claims c WHERE c.booking_id = b.id),
       (SELECT coalesce(sum(amount), 0) FROM refunds r WHERE r.booking_id = b.id),
       (SELECT count(*) FROM journal j WHERE j.kind = 'refund' AND j.body LIKE '%' || b.id || '%'),
       (SELECT count(*) FROM ticket_sales x JOIN tickets t ON t.id = x.ticket_id
         WHERE t.booking_id = b.id AND x.kind = 'return'),
       (SELECT count(*) FROM notifications n
         WHERE n.subject_id = b.id AND n.kind = 'performance_cancelled')
FROM bookings b JOIN tickets t ON t.booking_id = b.id WHERE t.performance_id = :id GROUP BY b.id
"""
UNTOUCHED, DONE = (1, 1, 0, 0, 0, 0), (0, 0, 4000, 1, 1, 1)


def by_booking(house: Theatre, performance_id: str) -> list[tuple[int, ...]]:
    """What stands in every table that a booking's cancellation touches."""
    with house.services.database.engine.connect() as connection:
        rows = connection.execute(text(_BY_BOOKING), {"id": performance_id})
        return [tuple(int(value) for value in row[1:]) for row in rows]


def test_dying_at_any_statement_leaves_no_booking_half_done_and_the_next_run_ends_it(
    house: Theatre,
):
    anna, number = customer(house, "Anna", "anna@example.org"), 0
    while True:
        number += 1
        performance = house.services.schedule.add_performance(
            house.event.id, entry(house), prices=full_prices(house), by=house.admin
        )
        lines = (BasketLine(Place(performance.id, 1), house.adult.id),)
        order = house.order_of([], lines=lines, customer_id=anna)
        house.services.tickets.sell(order, by=house.cashier)
        with dying_at(house.services.database, number) as died, suppress(PowerCut):
            run(house, performance.id)
        left = by_booking(house, performance.id)
        assert left in ([UNTOUCHED], [DONE]), number
        status = house.services.events.line(performance.id, by=house.admin).status
        assert DONE not in left or status is PerformanceStatus.CANCELLED, number
        if not died:
            break
        state = run(house, performance.id)
        assert by_booking(house, performance.id) == [DONE], number
        assert (state.done, state.owed) == (1, ()), number
        assert state.finished_at is not None, number
    assert number > 30
    house.services.payments.check(by=house.admin)
    house.services.payments.verify_journal(by=house.admin)


def test_a_sale_under_way_meanwhile_is_waited_for_and_cancelled_too(house: Theatre):
    claimed = Event()

    def sell_slowly(work):
        booking = house.services.tickets._checkout.sell(work, house.order("A-1"), by=house.cashier)
        claimed.set()
        time.sleep(0.3)
        return booking

    seller = Thread(target=house.services.tickets._work.write, args=(sell_slowly,))
    seller.start()
    assert claimed.wait(5)
    state = run(house)
    seller.join()
    assert (state.done, state.refunded) == (1, (Returned(Tender.CASH, house.euros(40)),))
    assert dry_run(house).bookings == 0


# --- cards --------------------------------------------------------------------------------------


class Till:
    """A theatre whose terminal does as the script says, then approves."""

    def __init__(self, url: str) -> None:
        self.device = SimulatedTerminal(by_amount=False)
        self.driver = SimulatorDriver(self.device)
        self.house = theatre(url, clock=Clock(), house=plan(standing=20), terminal=self.driver)

    def sell_by_card(self, *labels: str, card: float, **changes):
        """So much by card, the rest in cash."""
        house = self.house
        amount = house.euros(card)
        attempt = house.services.cards.charge(
            amount, key=new_id(), basket_id=new_id(), by=house.cashier
        )
        tenders = (Tendered(Tender.CARD, amount, attempt.id), Tendered(Tender.CASH, None))
        return sold(house, *labels, tenders=tenders, **changes)

    def given_back(self) -> int:
        """Minor units that went back to cards."""
        return -sum(amount for amount in self.device.moved().values() if amount < 0)


@pytest.fixture
def till(database_url: str):
    made = Till(database_url)
    yield made
    made.house.services.close()


def test_cards_get_back_what_they_paid_and_cash_the_rest(till):
    till.sell_by_card("A-1", "A-2", card=70)
    till.sell_by_card("A-3", card=30)
    shown = dry_run(till.house)
    state = run(till.house)
    assert state.refunded == shown.money
    assert {r.tender: r.amount.minor for r in shown.money} == {
        Tender.CASH: 2000,
        Tender.CARD: 10000,
    }
    assert state.owed == ()
    assert till.given_back() == 10000
    run(till.house)
    assert till.given_back() == 10000


def test_cash_of_a_ticket_cancelled_by_itself_meanwhile_does_not_go_to_a_card(till):
    house = till.house
    sold(house, "A-1")
    second = sold(house, "A-2")
    run(house, progress=lambda *_: False)
    house.services.bookings.cancel(second.id, reason="ill", by=house.cashier)
    state = run(house)
    assert state.refunded == (Returned(Tender.CASH, house.euros(80)),)
    assert state.owed == ()
    assert till.given_back() == 0
    assert house.services.cards.unresolved(by=house.admin) == ()


@pytest.mark.parametrize(
    ("behaviour", "problem"),
    [("decline", "declined"), ("time_out", "unknown"), ("lose_answer", "unknown")],
)
def test_what_the_terminal_does_not_give_back_is_owed_and_asked_for_again(till, behaviour, problem):
    booking = till.sell_by_card("A-1", card=30)
    till.device._script.append(behaviour)
    state = run(till.house)
    (owed,) = state.owed
    assert (owed.number, owed.tender, owed.amount.minor, owed.problem) == (
        booking.number,
        Tender.CARD,
        3000,
        problem,
    )
    assert state.finished_at is not None, "every booking is cancelled; only money is owed"
    assert state.refunded == (Returned(Tender.CASH, till.house.euros(10)),)
    for _ in range(3):
        state = run(till.house)
    assert state.owed == ()
    assert till.given_back() == 3000
    assert till.house.services.cards.unresolved(by=till.house.admin) == ()
    till.house.services.payments.check(by=till.house.admin)


def test_dying_between_the_terminal_and_the_books_gives_back_once(till):
    """At any statement: the terminal may have paid, and the books learn of it in the next run."""
    number, paid = 0, 0
    while True:
        number += 1
        performance = till.house.services.schedule.add_performance(
            till.house.event.id,
            entry(till.house),
            prices=full_prices(till.house),
            by=till.house.admin,
        )
        lines = (BasketLine(Place(performance.id, 1), till.house.adult.id),)
        attempt = till.house.services.cards.charge(
            Money(4000, "EUR"), key=new_id(), basket_id=new_id(), by=till.house.cashier
        )
        tenders = (Tendered(Tender.CARD, attempt.amount, attempt.id),)
        till.house.services.tickets.sell(
            till.house.order_of([], lines=lines, tenders=tenders), by=till.house.cashier
        )
        paid += 4000
        run(till.house, performance.id, progress=lambda *_: False)  # the books first
        with dying_at(till.house.services.database, number) as died, suppress(PowerCut):
            run(till.house, performance.id)
        state = run(till.house, performance.id)
        assert state.owed == (), number
        assert till.given_back() == paid, number
        if not died:
            break
    assert number > 20
    assert till.house.services.cards.unresolved(by=till.house.admin) == ()
    till.house.services.payments.check(by=till.house.admin)
