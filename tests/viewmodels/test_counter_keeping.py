"""A basket outlives its till: put aside, taken up, found again after a crash, and never sold twice by it."""

import pytest

from app.domain.errors import SeatTaken
from app.domain.goods import ProductEntry
from app.domain.tickets import ClaimStatus
from tests.builders import Theatre
from tests.viewmodels.test_counter import (
    AnswerLost,
    claims,
    click,
    open_counter,
    seats,
    take_elsewhere,
)

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.fixture
def counter(house: Theatre):
    opened = open_counter(house)
    opened.open()
    return opened


def crashed(house: Theatre):
    """The window of this station after its predecessor went away without a word."""
    opened = open_counter(house)
    opened.open()
    return opened


def test_after_a_crash_everything_is_back(house, counter):
    made = house.services.goods.add(ProductEntry("Programme", house.euros(5), 700), by=house.admin)
    click(counter, "A-1", "A-2")
    counter.basket.set_price_type(counter.state.rows[1].place, house.child.id)
    counter.basket.add_goods(made, 2)
    counter.basket.add_gift(house.euros(25))
    counter.basket.add_code("SUMMER")
    total, held = counter.state.total, claims(house)
    again = crashed(house)
    assert seats(again) == ["A-1", "A-2"]
    assert [row.price_type_id for row in again.state.rows] == [house.adult.id, house.child.id]
    assert [(one.product.id, one.quantity) for one in again.state.goods] == [(made.id, 2)]
    assert (again.state.gifts, again.state.codes) == ((house.euros(25),), ("SUMMER",))
    assert (again.state.total, claims(house)) == (total, held)
    again.pay()
    assert again.state.sold.total == total


def test_a_hold_that_ran_out_meanwhile_is_asked_for_again_and_what_is_gone_is_named(house, counter):
    click(counter, "A-1", "A-2")
    house.clock.pass_by(minutes=11)
    take_elsewhere(house, "A-2")
    again = crashed(house)
    assert seats(again) == ["A-1"]
    assert isinstance(again.state.problem, SeatTaken)
    assert again.state.problem.seats == ("A-2",)


def test_a_sale_whose_answer_was_lost_in_the_crash_is_shown_and_not_made_again(house):
    till = AnswerLost(house.services.tickets, lost=9)
    counter = open_counter(house, tickets=till)
    click(counter, "A-1")
    counter.pay()
    assert counter.state.problem is not None
    again = crashed(house)
    assert (again.state.filled, again.state.sold.number) == (False, "T1-00001")
    click(again, "A-2")
    again.pay()
    assert len(claims(house, ClaimStatus.SOLD)) == 2


def test_a_sold_or_given_up_basket_does_not_come_back(house, counter):
    click(counter, "A-1")
    counter.pay()
    assert not crashed(house).state.filled
    click(counter, "A-2")
    counter.clear()
    assert not crashed(house).state.filled
    assert claims(house) == {}


def test_a_basket_is_parked_and_the_till_is_free_for_the_next(house, counter):
    click(counter, "A-1", "A-2")
    parked_id = counter.state.basket_id
    counter.keeper.park("Huber")
    state = counter.state
    assert (state.filled, [one.name for one in state.parked]) == (False, ["Huber"])
    assert set(claims(house).values()) == {parked_id}
    click(counter, "B-1")
    counter.pay()
    counter.next_customer()
    counter.keeper.resume(parked_id)
    assert seats(counter) == ["A-1", "A-2"]
    assert counter.state.parked == ()
    counter.pay()
    assert len(claims(house, ClaimStatus.SOLD)) == 3


def test_while_something_is_in_the_basket_nothing_is_taken_up(house, counter):
    click(counter, "A-1")
    parked_id = counter.state.basket_id
    counter.keeper.park()
    click(counter, "B-1")
    counter.keeper.resume(parked_id)
    assert seats(counter) == ["B-1"]
    assert [one.id for one in counter.state.parked] == [parked_id]


def test_another_till_sees_what_is_parked_here_and_takes_it_up_once(house, counter):
    other = open_counter(house)
    click(counter, "A-1")
    parked_id = counter.state.basket_id
    counter.keeper.park()
    other.keeper.load_parked()
    other.keeper.resume(parked_id)
    assert seats(other) == ["A-1"]
    counter.keeper.resume(parked_id)
    assert not counter.state.filled
    assert counter.state.problem is not None
    assert counter.state.parked == ()


def test_an_empty_basket_is_not_parked(counter):
    counter.keeper.park()
    assert counter.state.parked == ()
    assert counter.state.problem is None
