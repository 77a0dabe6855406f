"""Seats for a party at the counter: what is suggested, what is held, and which seat stands alone."""

from dataclasses import replace

import pytest

from app.domain.errors import NotEnoughSeats, UnknownSeat
from app.domain.party import Reason, Together, Wish
from app.domain.values import new_id
from tests.builders import Theatre


def labels(house: Theatre, seat_nos) -> list[str]:
    return [house.plan.label_of(no) for no in seat_nos]


def held(house: Theatre, *names: str, basket_id: str | None = None) -> str:
    """These seats in a basket."""
    basket_id = basket_id or new_id()
    house.services.tickets.hold(
        house.performance.id, house.seats(*names), basket_id=basket_id, by=house.cashier
    )
    return basket_id


# --- best and suggestions -------------------------------------------------------------------------


def test_a_price_limit_is_kept_by_the_price_list(house: Theatre):
    tickets, by = house.services.tickets, house.cashier
    dear = tickets.best(house.performance.id, Wish(2), by=by)
    assert {house.plan.zone_of(no) for no in dear} == {1}
    limit = Wish(2, at_most=house.euros(30), price_type_id=house.adult.id)
    cheap = tickets.best(house.performance.id, limit, by=by)
    assert {house.plan.zone_of(no) for no in cheap} == {2}
    child = replace(limit, price_type_id=house.child.id)
    assert tickets.best(house.performance.id, child, by=by) == dear


def test_nothing_is_offered_above_the_price_limit(house: Theatre):
    tickets, by = house.services.tickets, house.cashier
    for wish in (
        Wish(2, at_most=house.euros(14)),
        Wish(2, zones=(1,), at_most=house.euros(30), price_type_id=house.adult.id),
    ):
        with pytest.raises(NotEnoughSeats) as refusal:
            tickets.best(house.performance.id, wish, by=by)
        assert refusal.value == NotEnoughSeats(2, 0)


def test_suggestions_differ_and_nobody_holds_them(house: Theatre):
    tickets, by = house.services.tickets, house.cashier
    found = tickets.suggest(house.performance.id, Wish(4), by=by)
    assert found[0].seats == tickets.best(house.performance.id, Wish(4), by=by)
    assert [s.reason for s in found][:2] == [Reason.BEST, Reason.ZONE]
    seats = [no for s in found for no in s.seats]
    assert len(set(seats)) == len(seats) == 12
    assert tickets.house(house.performance.id, by=by).claims == ()
    assert len(tickets.suggest(house.performance.id, Wish(4), limit=1, by=by)) == 1


def test_what_somebody_holds_is_not_suggested(house: Theatre):
    tickets, by = house.services.tickets, house.cashier
    taken, _ = tickets.hold_best(house.performance.id, Wish(6), basket_id=new_id(), by=by)
    found = tickets.suggest(house.performance.id, Wish(6), by=by)
    assert not {no for s in found for no in s.seats} & set(taken)


def test_who_asks_for_too_much_is_told_how_much_there_is(house: Theatre):
    tickets, by = house.services.tickets, house.cashier
    together = Wish(11, together=Together.ROW)
    for ask in (tickets.best, tickets.suggest):
        with pytest.raises(NotEnoughSeats) as refusal:
            ask(house.performance.id, together, by=by)
        assert refusal.value == NotEnoughSeats(11, 10)
        with pytest.raises(NotEnoughSeats) as refusal:
            ask(house.performance.id, Wish(2, wheelchairs=1), by=by)
        assert refusal.value == NotEnoughSeats(2, 0)


def test_friends_are_seated_near_a_seat_of_the_plan(house: Theatre):
    held(house, "D-1", "D-2")
    near = house.plan.index_of[house.seats("D-2")[0]]
    found = house.services.tickets.best(house.performance.id, Wish(2, near=near), by=house.cashier)
    assert labels(house, found) == ["D-3", "D-4"]
    with pytest.raises(UnknownSeat):
        house.services.tickets.best(
            house.performance.id, Wish(2, near=len(house.plan)), by=house.cashier
        )


def test_a_wish_can_be_held_at_once(house: Theatre):
    wish = Wish(3, zones=(2,))
    basket_id = new_id()
    seats, until = house.services.tickets.hold_best(
        house.performance.id, wish, basket_id=basket_id, by=house.cashier
    )
    claims = house.services.tickets.house(house.performance.id, by=house.cashier).claims
    assert {(c.seat_no, c.basket_id, c.hold_until) for c in claims} == {
        (no, basket_id, until) for no in seats
    }
    assert {house.plan.zone_of(no) for no in seats} == {2}


# --- seats left alone -----------------------------------------------------------------------------


def alone(house: Theatre, *names: str, basket_id: str | None = None) -> list[str]:
    found = house.services.tickets.orphans(
        house.performance.id, house.seats(*names), basket_id=basket_id, by=house.cashier
    )
    return labels(house, found)


def test_a_seat_that_would_be_left_alone_is_named(house: Theatre):
    assert alone(house, "A-2", "A-3") == ["A-1"]
    assert alone(house, "A-9") == ["A-10"]
    assert alone(house, "A-1", "A-2", "A-4") == ["A-3"]
    assert alone(house, "A-1", "A-2") == []
    assert alone(house, *(f"A-{n}" for n in range(1, 11))) == []


def test_seats_of_the_same_basket_count_as_chosen(house: Theatre):
    basket_id = held(house, "A-1")
    assert alone(house, "A-2", basket_id=basket_id) == []
    assert alone(house, "A-3", basket_id=basket_id) == ["A-2"]
    assert alone(house, "A-1", "A-3") == ["A-2"]
    held(house, "A-3", basket_id=basket_id)
    assert alone(house, basket_id=basket_id) == ["A-2"]
    assert alone(house, "A-2", basket_id=basket_id) == []


def test_what_others_left_alone_is_not_ours(house: Theatre):
    held(house, "A-2")
    assert alone(house, "A-3") == []
    assert alone(house, "A-4") == ["A-3"]


def test_standing_places_leave_nobody_alone(house: Theatre):
    tickets, by = house.services.tickets, house.cashier
    assert tickets.orphans(house.performance.id, [41, 42], by=by) == ()
    assert tickets.orphans(house.performance.id, [], by=by) == ()
    with pytest.raises(UnknownSeat):
        tickets.orphans(house.performance.id, [999], by=by)
