"""Suggestions hold nothing; what a choice leaves alone is said; what another till does shows at once."""

import pytest

from app.domain.errors import NotEnoughSeats
from app.domain.tickets import ClaimStatus
from app.domain.values import new_id
from tests.builders import Theatre
from tests.viewmodels.test_counter import (
    claims,
    click,
    index,
    open_counter,
    seats,
    state_of,
    take_elsewhere,
)
from ui.box_office.finder import party
from ui.widgets.seat_map.states import SeatState

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.fixture
def counter(house: Theatre):
    return open_counter(house)


def shown(counter) -> list[str]:
    """Labels of the suggestion on show."""
    found = counter.finder.found.shown
    return [] if found is None else [counter.state.stage.plan.label_of(no) for no in found.seats]


def test_a_suggestion_holds_nothing_until_it_is_taken(house, counter):
    counter.finder.ask(party(2))
    first = shown(counter)
    assert len(first) == 2
    assert (seats(counter), claims(house)) == ([], {})
    assert counter.finder.take()
    assert seats(counter) == first
    assert shown(counter) == []
    assert not counter.finder.take()


def test_asked_again_it_offers_other_seats_and_comes_round(counter):
    counter.finder.ask(party(2))
    offered = []
    for _ in range(len(counter.finder.found.suggestions)):
        offered.append(tuple(shown(counter)))
        counter.finder.ask(party(2))
    assert len(offered) > 1
    assert len(set(offered)) == len(offered)
    assert tuple(shown(counter)) == offered[0]


def test_a_zone_limits_where_it_looks(house, counter):
    counter.finder.ask(party(2, zones=[2]))
    assert {label[0] for label in shown(counter)} <= {"C", "D"}


def test_more_than_there_is_is_said(counter):
    counter.finder.ask(party(41))
    assert isinstance(counter.state.problem, NotEnoughSeats)
    assert shown(counter) == []


def test_a_suggested_seat_that_was_taken_meanwhile_is_named_and_nothing_is_held(house, counter):
    counter.finder.ask(party(2))
    take_elsewhere(house, shown(counter)[0])
    counter.finder.take()
    assert seats(counter) == []
    assert counter.state.problem is not None


def test_a_seat_that_would_be_left_alone_is_named_and_taking_it_ends_the_warning(house, counter):
    take_elsewhere(house, "A-4")
    click(counter, "A-1", "A-2")
    assert counter.state.left_alone == tuple(house.seats("A-3"))
    counter.hold(counter.state.left_alone)
    assert counter.state.left_alone == ()
    assert seats(counter) == ["A-1", "A-2", "A-3"]


def test_sold_against_the_warning_it_is_on_record(house, counter):
    take_elsewhere(house, "A-4")
    click(counter, "A-1", "A-2")
    counter.pay()
    (note,) = house.services.bookings.history(counter.state.sold.id, by=house.cashier)
    assert (note.action, note.body["seats"]) == ("left_alone", ["A-3"])


def test_given_back_nothing_is_left_alone_any_more(house, counter):
    take_elsewhere(house, "A-4")
    click(counter, "A-1", "A-2")
    counter.clear()
    assert counter.state.left_alone == ()


def test_what_another_till_holds_and_sells_shows_and_the_hand_is_not_disturbed(house, counter):
    click(counter, "A-1")
    counter.give(house.euros(50))
    counter.finder.ask(party(2))
    suggested = shown(counter)
    take_elsewhere(house, "D-9")
    assert state_of(counter, "D-9") == SeatState.HELD_ELSEWHERE
    house.services.tickets.sell(house.order("D-10"), by=house.cashier)
    assert state_of(counter, "D-10") == SeatState.SOLD
    assert (seats(counter), counter.state.given, shown(counter)) == (
        ["A-1"],
        house.euros(50),
        suggested,
    )


def test_only_the_seats_a_fact_names_are_read_again(house):
    asked = []

    class Listening:
        """The real service, and what was asked of it."""

        def __getattr__(self, name):
            asked.append(name)
            return getattr(house.services.tickets, name)

    counter = open_counter(house, tickets=Listening())
    asked.clear()
    take_elsewhere(house, "D-9")
    assert asked == ["claims"]
    assert counter.state.stage.states("")[index(counter, "D-9")] == SeatState.HELD_ELSEWHERE


def test_whoever_is_let_in_shows_as_in(house, counter):
    booking = house.services.tickets.sell(house.order("B-1"), by=house.cashier)
    assert state_of(counter, "B-1") == SeatState.SOLD
    house.services.bookings.check_in(booking.tickets[0].code, by=house.cashier)
    assert state_of(counter, "B-1") == SeatState.CHECKED_IN


def test_whose_a_taken_place_is(house, counter):
    booking = house.services.tickets.sell(house.order("B-1"), by=house.cashier)
    counter.finder.read_occupants()
    (seat_no,) = house.seats("B-1")
    assert counter.finder.occupant(seat_no).number == booking.number
    assert counter.finder.occupant(house.seats("B-2")[0]) is None


def test_a_party_with_a_wheelchair_counts_everybody():
    assert party(1, wheelchair=True, companion=True).count == 2
    wish = party(4, wheelchair=True, companion=True)
    assert (wish.count, wish.wheelchairs, wish.companions) == (4, 1, 1)


def test_a_basket_of_another_performance_is_not_shown_as_held_here(house, counter):
    other = new_id()
    house.services.tickets.hold(
        house.performance.id, house.seats("C-1"), basket_id=other, by=house.cashier
    )
    assert state_of(counter, "C-1") == SeatState.HELD_ELSEWHERE
    assert claims(house, ClaimStatus.HELD) == {house.seats("C-1")[0]: other}
