"""A basket put aside, taken up at another till, found again after a crash: with its places, or saying which
are gone."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.bootstrap import build
from app.config import Settings
from app.domain.baskets import KEEP_FOR, PARK_FOR, KeptBasket
from app.domain.errors import EmptyBasket, Invalid, NotFound
from app.domain.tickets import HOLD_FOR, BasketLine, ClaimStatus, Goods, Place
from app.domain.users import Role
from app.domain.values import Money, new_id
from tests.builders import Theatre
from tests.services.stage import member


def basket_of(house: Theatre, *labels: str, **changes: object) -> KeptBasket:
    """These seats, held, at the adult price."""
    basket_id = new_id()
    seat_nos = house.seats(*labels)
    if seat_nos:
        house.services.tickets.hold(
            house.performance.id, seat_nos, basket_id=basket_id, by=house.cashier
        )
    lines = tuple(
        BasketLine(Place(house.performance.id, no), house.adult.id, house.euros(40))
        for no in seat_nos
    )
    return KeptBasket(basket_id, lines=lines, **changes)


def holds(house: Theatre) -> dict[int, tuple[str | None, str | None]]:
    """Seat number -> basket and station, of everything held."""
    found = house.services.tickets.house(house.performance.id, by=house.admin).claims
    return {
        one.seat_no: (one.basket_id, one.station_code)
        for one in found
        if one.status is ClaimStatus.HELD
    }


def places(basket: KeptBasket) -> list[int]:
    return [line.place.seat_no for line in basket.lines]


def test_a_parked_basket_comes_back_as_it_was_and_is_held_longer_than_a_hold(house):
    whole = basket_of(
        house,
        "A-1",
        "A-2",
        codes=("SUMMER",),
        goods=(Goods("programme", 2),),
        vouchers=(Money(5000, "EUR"),),
    )
    until = house.services.baskets.park(whole, name="  Huber, back at seven ", by=house.cashier)
    assert until == house.clock.now + PARK_FOR
    house.clock.now += HOLD_FOR + timedelta(minutes=1)
    (shown,) = house.services.baskets.parked(by=house.cashier)
    assert (shown.name, shown.operator, shown.station_code) == (
        "Huber, back at seven",
        "Carla",
        "T1",
    )
    taken = house.services.baskets.resume(whole.id, by=house.cashier)
    assert taken.lost == ()
    assert taken.basket.lines == whole.lines
    assert (taken.basket.codes, taken.basket.goods) == (whole.codes, whole.goods)
    assert taken.basket.vouchers == whole.vouchers
    assert house.services.baskets.parked(by=house.cashier) == ()


def test_a_parked_basket_is_taken_up_once(house):
    whole = basket_of(house, "A-1")
    house.services.baskets.park(whole, name="", by=house.cashier)
    house.services.baskets.resume(whole.id, by=house.cashier)
    with pytest.raises(NotFound):
        house.services.baskets.resume(whole.id, by=house.cashier)


def test_another_till_takes_it_up_and_holds_its_places_from_then_on(house, database_url):
    whole = basket_of(house, "B-1", "B-2")
    house.services.baskets.park(whole, name="Pick up at two", by=house.cashier)
    other = build(Settings(database_url, station="T2"), clock=house.clock)
    try:
        by = replace(house.cashier, station_id=other.station.id, station_code="T2")
        taken = other.baskets.resume(whole.id, by=by)
    finally:
        other.close()
    assert places(taken.basket) == house.seats("B-1", "B-2")
    assert set(holds(house).values()) == {(whole.id, "T2")}


def test_what_somebody_else_took_after_the_hold_ended_is_named(house):
    whole = basket_of(house, "A-1", "A-2", "A-3")
    house.services.baskets.park(whole, name="", by=house.cashier)
    house.clock.now += PARK_FOR + timedelta(seconds=1)
    house.services.tickets.sell(house.order("A-2"), by=house.cashier)
    taken = house.services.baskets.resume(whole.id, by=house.cashier)
    assert taken.lost == (Place(house.performance.id, house.seats("A-2")[0]),)
    assert places(taken.basket) == house.seats("A-1", "A-3")
    assert sorted(holds(house)) == house.seats("A-1", "A-3")


def test_a_basket_is_found_again_after_a_crash(house):
    whole = basket_of(house, "C-1", "C-2")
    house.services.baskets.keep(whole, by=house.cashier)
    taken = house.services.baskets.left_open(by=house.cashier)
    assert taken.basket.lines == whole.lines
    assert house.services.baskets.left_open(by=house.cashier).basket.lines == whole.lines


def test_a_hold_that_was_made_after_the_basket_was_last_kept_is_found_too(house):
    whole = basket_of(house, "C-1")
    house.services.baskets.keep(whole, by=house.cashier)
    more = house.seats("C-2")
    house.services.tickets.hold(house.performance.id, more, basket_id=whole.id, by=house.cashier)
    taken = house.services.baskets.left_open(by=house.cashier)
    assert [(line.place.seat_no, line.price_type_id) for line in taken.basket.lines] == [
        (house.seats("C-1")[0], house.adult.id),
        (more[0], ""),
    ]


def test_an_order_that_was_sold_before_the_crash_is_not_sold_again(house):
    whole = basket_of(house, "C-1")
    order = replace(house.order("C-1"), basket_id=whole.id)
    house.services.baskets.keep(replace(whole, key=order.key), by=house.cashier)
    booking = house.services.tickets.sell(order, by=house.cashier)
    taken = house.services.baskets.left_open(by=house.cashier)
    assert (taken.sold.id, taken.basket.empty) == (booking.id, True)
    assert house.services.baskets.left_open(by=house.cashier) is None


def test_an_empty_basket_is_not_kept(house):
    whole = basket_of(house, "C-1")
    house.services.baskets.keep(whole, by=house.cashier)
    house.services.baskets.keep(replace(whole, lines=()), by=house.cashier)
    assert house.services.baskets.left_open(by=house.cashier) is None
    with pytest.raises(EmptyBasket):
        house.services.baskets.park(replace(whole, lines=()), name="", by=house.cashier)


def test_only_the_newest_open_basket_comes_back_and_the_others_are_free(house):
    older, newer = basket_of(house, "A-1"), basket_of(house, "A-2")
    house.services.baskets.keep(older, by=house.cashier)
    house.clock.pass_by(seconds=1)
    house.services.baskets.keep(newer, by=house.cashier)
    taken = house.services.baskets.left_open(by=house.cashier)
    assert places(taken.basket) == house.seats("A-2")
    assert sorted(holds(house)) == house.seats("A-2")


def test_a_customer_is_not_handed_somebody_elses_basket(house):
    house.services.baskets.keep(basket_of(house, "A-1"), by=house.cashier)
    assert house.services.baskets.left_open(by=member(house, Role.CUSTOMER)) is None


def test_what_nobody_took_up_for_a_day_is_forgotten(house):
    house.services.baskets.park(basket_of(house, "A-1"), name="", by=house.cashier)
    house.clock.now += KEEP_FOR + timedelta(minutes=1)
    house.services.baskets.left_open(by=house.cashier)
    assert house.services.baskets.parked(by=house.cashier) == ()


def test_a_name_too_long_is_refused_by_name(house):
    with pytest.raises(Invalid) as caught:
        house.services.baskets.park(basket_of(house, "A-1"), name="x" * 101, by=house.cashier)
    assert caught.value.problems == {"name": "too_long"}
