"""The counter: what is in the basket is held in the database, and an order is sold once."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain.errors import DatabaseUnavailable, NotEnoughSeats, SeatTaken
from app.domain.tickets import HOLD_FOR, BookingStatus, ClaimStatus
from app.domain.values import new_id
from tests.builders import Theatre
from ui.box_office.services import Services
from ui.box_office.viewmodel import Counter
from ui.relay import Relay
from ui.tasks import ImmediateTasks
from ui.widgets.seat_map.states import SeatState

OTHER = "another basket"
pytestmark = pytest.mark.usefixtures("qapp")


class AnswerLost:
    """The real ticket service, whose next answer is lost on the way, `lost` times."""

    def __init__(self, tickets, *, lost: int = 1, before: bool = False) -> None:
        self._tickets = tickets
        self._lost = lost
        self._before = before
        self.keys: list[str] = []

    def __getattr__(self, name):
        return getattr(self._tickets, name)

    def sell(self, order, *, by):
        return self._answered(order, lambda: self._tickets.sell(order, by=by))

    def reserve(self, order, **more):
        return self._answered(order, lambda: self._tickets.reserve(order, **more))

    def _answered(self, order, act):
        self.keys.append(order.key)
        self._lost -= 1
        if self._lost >= 0 and self._before:
            raise DatabaseUnavailable("no_answer")
        booking = act()
        if self._lost >= 0:
            raise DatabaseUnavailable("no_answer")
        return booking


class HeldTasks(ImmediateTasks):
    """Keeps work back while told to, as a slow database would."""

    def __init__(self) -> None:
        self.slow = False
        self._kept = []

    def run(self, owner, work, **more):
        if self.slow:
            self._kept.append((owner, work, more))
        else:
            super().run(owner, work, **more)

    def catch_up(self) -> None:
        self.slow = False
        while self._kept:
            owner, work, more = self._kept.pop(0)
            super().run(owner, work, **more)


def open_counter(house: Theatre, *, tickets=None, tasks=None) -> Counter:
    relay = Relay(house.services.bus)
    services = Services.of(house.services)
    counter = Counter(
        services if tickets is None else replace(services, tickets=tickets),
        by=house.cashier,
        tasks=tasks or ImmediateTasks(),
        relay=relay,
    )
    relay.setParent(counter)
    counter.choose(house.performance.id)
    return counter


@pytest.fixture
def counter(house: Theatre) -> Counter:
    return open_counter(house)


def click(counter: Counter, *labels: str) -> None:
    """Toggle seats as the map does: by plan index."""
    for label in labels:
        counter.toggle(index(counter, label))


def index(counter: Counter, label: str) -> int:
    return counter.state.stage.plan.label.index(label)


def seats(counter: Counter) -> list[str]:
    return [row.seat for row in counter.state.rows]


def state_of(counter: Counter, label: str) -> int:
    return counter.state.stage.states(counter.state.basket_id)[index(counter, label)]


def claims(house: Theatre, status: ClaimStatus = ClaimStatus.HELD) -> dict[int, str | None]:
    """Seat number -> basket, for every claim of this status in the database."""
    held = house.services.tickets.house(house.performance.id, by=house.admin).claims
    return {claim.seat_no: claim.basket_id for claim in held if claim.status is status}


def take_elsewhere(house: Theatre, *labels: str) -> None:
    house.services.tickets.hold(
        house.performance.id, house.seats(*labels), basket_id=OTHER, by=house.cashier
    )


def bookings(house: Theatre) -> int:
    return len(house.services.bookings.bookings(by=house.admin))


# --- the house --------------------------------------------------------------------------------


def test_choosing_a_performance_shows_who_has_which_seat(house):
    take_elsewhere(house, "A-1")
    house.services.tickets.sell(house.order("A-2"), by=house.cashier)
    counter = open_counter(house)
    assert state_of(counter, "A-1") == SeatState.HELD_ELSEWHERE
    assert state_of(counter, "A-2") == SeatState.SOLD
    assert state_of(counter, "A-3") == SeatState.FREE
    assert [kind.name for kind in counter.state.price_types] == ["Adult", "Child"]
    assert not counter.state.loading


def test_a_seat_taken_by_another_till_is_shown_as_soon_as_it_is_told(house, counter):
    take_elsewhere(house, "B-5")
    assert state_of(counter, "B-5") == SeatState.HELD_ELSEWHERE


# --- the basket -------------------------------------------------------------------------------


def test_a_click_holds_the_seat_in_the_database_and_shows_its_price(house, counter):
    click(counter, "A-1", "C-1")
    assert claims(house) == dict.fromkeys(house.seats("A-1", "C-1"), counter.state.basket_id)
    assert [(row.seat, row.price) for row in counter.state.rows] == [
        ("A-1", house.euros(40)),
        ("C-1", house.euros(30)),
    ]
    assert state_of(counter, "A-1") == SeatState.MINE
    assert counter.state.deadline is not None


def test_a_second_click_gives_the_seat_back(house, counter):
    click(counter, "A-1", "A-2", "A-1")
    assert seats(counter) == ["A-2"]
    assert list(claims(house)) == house.seats("A-2")
    assert state_of(counter, "A-1") == SeatState.FREE
    click(counter, "A-2")
    assert counter.state.deadline is None


def test_a_seat_that_another_basket_took_meanwhile_is_named_and_the_rest_stays(house):
    tasks = HeldTasks()
    counter = open_counter(house, tasks=tasks)
    click(counter, "A-1")
    tasks.slow = True
    take_elsewhere(house, "A-2")
    click(counter, "A-2")
    assert seats(counter) == ["A-1"]
    tasks.catch_up()
    assert counter.state.problem == SeatTaken(("A-2",))
    assert seats(counter) == ["A-1"]
    assert state_of(counter, "A-2") == SeatState.HELD_ELSEWHERE
    counter.forget_problem()
    assert counter.state.problem is None


def test_a_nervous_double_click_asks_for_the_seat_once(house):
    tasks = HeldTasks()
    counter = open_counter(house, tasks=tasks)
    tasks.slow = True
    click(counter, "A-1", "A-1")
    tasks.catch_up()
    assert seats(counter) == ["A-1"]


def test_a_drag_takes_only_what_is_free(house, counter):
    take_elsewhere(house, "A-2")
    click(counter, "A-3")
    counter.take([index(counter, label) for label in ("A-1", "A-2", "A-3", "A-4")])
    assert sorted(seats(counter)) == ["A-1", "A-3", "A-4"]
    assert counter.state.problem is None


def test_best_available_takes_seats_side_by_side(house, counter):
    counter.take_best(3)
    numbers = sorted(house.seats(*seats(counter)))
    assert len(numbers) == 3
    assert numbers[2] - numbers[0] == 2
    assert sorted(claims(house)) == numbers


def test_more_than_there_is_takes_nothing_and_says_so(house, counter):
    counter.take_best(41)
    assert counter.state.problem == NotEnoughSeats(41, 40)
    assert counter.state.rows == ()
    assert claims(house) == {}


def test_standing_places_are_taken_by_number(house, counter):
    counter.take_places(1, 3)
    assert len(counter.state.rows) == len(claims(house)) == 3
    assert counter.state.stage.ga_free() == {1: 17}


def test_a_price_type_changes_total_and_tax(house, counter):
    click(counter, "A-1", "C-1")
    assert (counter.state.total, counter.state.tax) == (house.euros(70), house.euros(4.58))
    counter.give(house.euros(100))
    counter.basket.set_price_type(counter.state.rows[0].place, house.child.id)
    assert (counter.state.total, counter.state.tax) == (house.euros(50), house.euros(3.27))
    assert counter.state.given is None
    counter.basket.set_all(house.child.id)
    assert counter.state.total == house.euros(35)


def test_the_next_seat_pays_as_the_last_one_did(house, counter):
    click(counter, "A-1")
    counter.basket.set_price_type(counter.state.rows[0].place, house.child.id)
    click(counter, "A-2")
    assert counter.state.rows[1].price_type_id == house.child.id


def test_clearing_frees_every_place(house, counter):
    click(counter, "A-1", "D-10")
    counter.take_places(1, 2)
    counter.clear()
    assert counter.state.rows == ()
    assert claims(house) == {}


def test_holding_again_keeps_what_is_left_and_names_what_is_lost(house, counter):
    click(counter, "A-1", "A-2", "A-3")
    house.clock.pass_by(seconds=HOLD_FOR.total_seconds() + 1)
    take_elsewhere(house, "A-2")
    counter.hold_again()
    assert seats(counter) == ["A-1", "A-3"]
    assert counter.state.problem == SeatTaken(("A-2",))
    mine = [no for no, basket in claims(house).items() if basket == counter.state.basket_id]
    assert sorted(mine) == house.seats("A-1", "A-3")


# --- the money --------------------------------------------------------------------------------


def test_what_is_given_beyond_the_total_goes_back(house, counter):
    click(counter, "A-1")
    assert counter.state.change is None
    counter.give(house.euros(50))
    assert counter.state.change == house.euros(10)
    assert counter.state.notes
    assert all(note >= counter.state.total for note in counter.state.notes)


def test_too_little_cannot_be_taken(house, counter):
    click(counter, "A-1")
    counter.give(house.euros(39.99))
    assert not counter.state.may_pay
    assert counter.state.change is None
    counter.pay()
    assert bookings(house) == 0
    assert seats(counter) == ["A-1"]


def test_an_empty_basket_cannot_be_paid(house, counter):
    assert not counter.state.may_pay
    counter.pay()
    assert bookings(house) == 0


def test_pressed_twice_it_sells_once(house):
    tasks = HeldTasks()
    counter = open_counter(house, tasks=tasks)
    told = []
    counter.sold.connect(told.append)
    click(counter, "A-1", "A-2")
    counter.give(house.euros(100))
    basket = counter.state.basket_id
    tasks.slow = True
    counter.pay()
    counter.pay()
    assert counter.state.paying
    assert not counter.state.may_pay
    tasks.catch_up()
    assert bookings(house) == len(told) == 1
    state = counter.state
    assert state.sold == told[0]
    assert (state.sold.total, state.sold.change) == (house.euros(80), house.euros(20))
    assert (state.rows, state.deadline, state.given) == ((), None, None)
    assert state.basket_id != basket
    assert state_of(counter, "A-1") == SeatState.SOLD
    counter.next_customer()
    assert counter.state.sold is None


def test_while_money_is_taken_the_basket_does_not_change(house):
    tasks = HeldTasks()
    counter = open_counter(house, tasks=tasks)
    click(counter, "A-1")
    tasks.slow = True
    counter.pay()
    click(counter, "A-1", "A-2")
    counter.take_best(2)
    counter.take_places(1, 1)
    counter.basket.set_all(house.child.id)
    counter.clear()
    tasks.catch_up()
    assert [ticket.seat for ticket in counter.state.sold.tickets] == ["A-1"]
    assert counter.state.sold.total == house.euros(40)
    assert counter.state.rows == ()
    assert claims(house) == {}


def test_a_seat_that_comes_too_late_for_the_order_is_given_back(house):
    tasks = HeldTasks()
    counter = open_counter(house, tasks=tasks)
    click(counter, "A-1")
    tasks.slow = True
    click(counter, "A-2")
    counter.pay()
    tasks.catch_up()
    assert [ticket.seat for ticket in counter.state.sold.tickets] == ["A-1"]
    assert counter.state.rows == ()
    assert claims(house) == {}


@pytest.mark.parametrize("given", [None, 100], ids=["exact", "with change"])
def test_a_lost_answer_is_asked_for_again_and_never_sold_twice(house, given):
    tickets = AnswerLost(house.services.tickets)
    counter = open_counter(house, tickets=tickets)
    click(counter, "A-1", "A-2")
    counter.give(None if given is None else house.euros(given))
    counter.pay()
    assert counter.state.problem == DatabaseUnavailable("no_answer")
    assert counter.state.sold is None
    assert seats(counter) == ["A-1", "A-2"]
    counter.pay()
    assert bookings(house) == 1
    assert counter.state.sold.total == house.euros(80)
    assert counter.state.sold.given == house.euros(given or 80)
    assert counter.state.problem is None
    assert tickets.keys[0] == tickets.keys[1]


def test_a_reservation_whose_answer_was_lost_is_found_and_not_refused_its_own_seats(house):
    counter = open_counter(house, tickets=AnswerLost(house.services.tickets))
    click(counter, "A-1", "A-2")
    until = house.clock.now + timedelta(days=1)
    counter.reserve(until, "")
    assert counter.state.problem == DatabaseUnavailable("no_answer")
    counter.reserve(until, "")
    assert counter.state.problem is None
    assert counter.state.sold.status is BookingStatus.RESERVED
    assert bookings(house) == 1


def test_a_lost_answer_is_found_though_another_sum_is_given_the_second_time(house):
    counter = open_counter(house, tickets=AnswerLost(house.services.tickets))
    click(counter, "A-1")
    counter.give(house.euros(50))
    counter.pay()
    counter.give(house.euros(100))
    counter.pay()
    assert bookings(house) == 1
    assert counter.state.sold.given == house.euros(50)


def test_a_lost_answer_is_found_though_the_basket_was_changed_meanwhile(house):
    counter = open_counter(house, tickets=AnswerLost(house.services.tickets))
    click(counter, "A-1")
    counter.pay()
    counter.basket.set_price_type(counter.state.rows[0].place, house.child.id)
    counter.pay()
    assert bookings(house) == 1
    assert counter.state.sold.total == house.euros(40)


def test_an_order_that_never_arrived_is_sold_at_the_second_try(house):
    counter = open_counter(house, tickets=AnswerLost(house.services.tickets, before=True))
    click(counter, "A-1")
    counter.pay()
    assert bookings(house) == 0
    counter.pay()
    assert bookings(house) == 1
    assert counter.state.sold.total == house.euros(40)


def test_the_next_sale_has_a_key_of_its_own(house):
    tickets = AnswerLost(house.services.tickets, lost=0)
    counter = open_counter(house, tickets=tickets)
    for label in ("A-1", "A-2"):
        click(counter, label)
        counter.pay()
    assert len(set(tickets.keys)) == bookings(house) == 2


def test_a_seat_lost_at_payment_leaves_the_basket_and_is_named(house, counter):
    click(counter, "A-1", "A-2")
    house.clock.pass_by(seconds=HOLD_FOR.total_seconds() + 1)
    sold = replace(house.order("A-2"), basket_id=new_id())
    house.services.tickets.sell(sold, by=house.cashier)
    counter.pay()
    assert counter.state.problem == SeatTaken(("A-2",))
    assert seats(counter) == ["A-1"]
    assert not counter.state.paying
    assert bookings(house) == 1
    counter.pay()
    assert [ticket.seat for ticket in counter.state.sold.tickets] == ["A-1"]
