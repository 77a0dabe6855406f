"""A seat is sold once, a sale is whole or not at all, and the same order twice is one sale."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain.errors import (
    Conflict,
    Denied,
    EmptyBasket,
    NoPrice,
    NotEnoughMoney,
    NotEnoughSeats,
    NotFound,
    SaleClosed,
    SeatTaken,
    UnknownSeat,
)
from app.domain.facts import BookingChanged, SeatsChanged
from app.domain.party import Wish
from app.domain.payments import Tender, Tendered
from app.domain.tickets import BasketLine, ClaimStatus, Place
from app.domain.users import Role
from app.domain.values import new_id
from tests.builders import Theatre
from tests.services.stage import customer


def test_a_sale_gives_a_numbered_booking_with_tickets_prices_and_tax(house: Theatre):
    order = house.order("A-1", "A-2", given=house.euros(100))
    booking = house.services.tickets.sell(order, by=house.cashier)
    assert booking.number == "T1-00001"
    assert booking.total == house.euros(80)
    assert booking.change == house.euros(20)
    assert [t.seat for t in booking.tickets] == ["A-1", "A-2"]
    assert booking.tax == house.euros(2.62 * 2)
    assert len({t.code for t in booking.tickets}) == 2
    assert house.services.bookings.booking(booking.id, by=house.cashier) == booking


def test_numbers_follow_each_other_without_a_gap(house: Theatre):
    numbers = [
        house.services.tickets.sell(house.order(seat), by=house.cashier).number
        for seat in ("A-1", "A-2", "A-3")
    ]
    assert numbers == ["T1-00001", "T1-00002", "T1-00003"]


def test_a_sold_seat_is_refused_by_name_and_nothing_of_the_order_is_sold(house: Theatre):
    sell = house.services.tickets.sell
    sell(house.order("A-1"), by=house.cashier)
    with pytest.raises(SeatTaken) as refusal:
        sell(house.order("A-1", "A-2"), by=house.cashier)
    assert refusal.value.seats == ("A-1",)
    claims = house.services.tickets.house(house.performance.id, by=house.cashier).claims
    assert [c.seat_no for c in claims] == house.seats("A-1")
    assert house.services.payments.verify_journal(by=house.cashier) == 1


def test_the_same_order_twice_is_one_sale(house: Theatre):
    order = house.order("B-1", "B-2")
    first = house.services.tickets.sell(order, by=house.cashier)
    again = house.services.tickets.sell(order, by=house.cashier)
    assert again == first
    assert len(house.services.bookings.bookings(by=house.cashier)) == 1


def test_the_same_key_for_other_seats_gives_the_first_booking_and_sells_nothing(house: Theatre):
    first = house.services.tickets.sell(house.order("B-1", key="same"), by=house.cashier)
    again = house.services.tickets.sell(house.order("C-1", key="same"), by=house.cashier)
    assert again == first
    house.services.tickets.sell(house.order("C-1"), by=house.cashier)


def test_held_seats_are_the_baskets_own(house: Theatre):
    tickets, basket = house.services.tickets, new_id()
    until = tickets.hold(
        house.performance.id, house.seats("A-1"), basket_id=basket, by=house.cashier
    )
    assert until == house.clock.now + timedelta(minutes=10)
    with pytest.raises(SeatTaken):
        tickets.sell(house.order("A-1"), by=house.cashier)
    booking = tickets.sell(house.order("A-1", basket_id=basket), by=house.cashier)
    assert booking.tickets[0].seat == "A-1"


def test_a_hold_past_its_time_is_free_for_everybody(house: Theatre):
    tickets = house.services.tickets
    tickets.hold(house.performance.id, house.seats("A-1"), basket_id=new_id(), by=house.cashier)
    house.clock.pass_by(minutes=11)
    assert tickets.house(house.performance.id, by=house.cashier).claims == ()
    tickets.sell(house.order("A-1"), by=house.cashier)


def test_a_basket_past_its_time_still_sells_when_nobody_else_came(house: Theatre):
    tickets, basket = house.services.tickets, new_id()
    tickets.hold(house.performance.id, house.seats("A-1"), basket_id=basket, by=house.cashier)
    house.clock.pass_by(minutes=11)
    tickets.sell(house.order("A-1", basket_id=basket), by=house.cashier)


def test_another_hold_gives_the_whole_basket_its_full_time(house: Theatre):
    tickets, basket = house.services.tickets, new_id()
    tickets.hold(house.performance.id, house.seats("A-1"), basket_id=basket, by=house.cashier)
    house.clock.pass_by(minutes=8)
    tickets.hold(house.performance.id, house.seats("A-2"), basket_id=basket, by=house.cashier)
    house.clock.pass_by(minutes=8)
    claims = tickets.house(house.performance.id, by=house.cashier).claims
    assert {c.seat_no for c in claims} == set(house.seats("A-1", "A-2"))


def test_holding_is_all_or_nothing(house: Theatre):
    tickets, mine, theirs = house.services.tickets, new_id(), new_id()
    tickets.hold(house.performance.id, house.seats("A-2"), basket_id=theirs, by=house.cashier)
    with pytest.raises(SeatTaken) as refusal:
        tickets.hold(
            house.performance.id, house.seats("A-1", "A-2"), basket_id=mine, by=house.cashier
        )
    assert refusal.value.seats == ("A-2",)
    claims = tickets.house(house.performance.id, by=house.cashier).claims
    assert {c.basket_id for c in claims} == {theirs}


def test_released_seats_are_free_and_other_baskets_keep_theirs(house: Theatre):
    tickets, mine, theirs = house.services.tickets, new_id(), new_id()
    tickets.hold(house.performance.id, house.seats("A-1", "A-3"), basket_id=mine, by=house.cashier)
    tickets.hold(house.performance.id, house.seats("A-2"), basket_id=theirs, by=house.cashier)
    places = [Place(house.performance.id, no) for no in house.seats("A-1", "A-2")]
    tickets.release(mine, places=places, by=house.cashier)
    left = tickets.house(house.performance.id, by=house.cashier).claims
    assert {c.seat_no for c in left} == set(house.seats("A-2", "A-3"))
    tickets.release(mine, by=house.cashier)
    left = tickets.house(house.performance.id, by=house.cashier).claims
    assert {c.seat_no for c in left} == set(house.seats("A-2"))


def test_selling_turns_holds_into_sold_claims_of_the_booking(house: Theatre):
    booking = house.services.tickets.sell(house.order("A-1"), by=house.cashier)
    (claim,) = house.services.tickets.house(house.performance.id, by=house.cashier).claims
    assert (claim.status, claim.booking_id) == (ClaimStatus.SOLD, booking.id)


def test_general_admission_sells_up_to_its_capacity(house: Theatre):
    tickets = house.services.tickets
    first, _ = tickets.hold_places(
        house.performance.id, area_no=1, count=18, basket_id=new_id(), by=house.cashier
    )
    assert len(set(first)) == 18
    with pytest.raises(NotEnoughSeats) as refusal:
        tickets.hold_places(
            house.performance.id, area_no=1, count=3, basket_id=new_id(), by=house.cashier
        )
    assert (refusal.value.asked, refusal.value.free) == (3, 2)
    order = house.order_of([41, 42])
    with pytest.raises(SeatTaken):
        tickets.sell(order, by=house.cashier)


def test_a_general_admission_ticket_bears_the_area(house: Theatre):
    booking = house.services.tickets.sell(house.order_of([41]), by=house.cashier)
    assert booking.tickets[0].seat == "Standing"


def test_best_available_offers_free_seats_together(house: Theatre):
    chosen = house.services.tickets.best(house.performance.id, Wish(4), by=house.cashier)
    labels = sorted(house.plan.label_of(no) for no in chosen)
    assert len({label[0] for label in labels}) == 1
    with pytest.raises(NotEnoughSeats):
        house.services.tickets.best(house.performance.id, Wish(41), by=house.cashier)


def test_money_and_price_are_checked_before_anything_is_claimed(house: Theatre):
    sell = house.services.tickets.sell
    with pytest.raises(NotEnoughMoney) as refusal:
        sell(house.order("A-1", given=house.euros(39)), by=house.cashier)
    assert refusal.value.due == house.euros(40)
    with pytest.raises(Conflict, match="price"):
        sell(house.order("A-1", expected=house.euros(41)), by=house.cashier)
    unpriced = BasketLine(Place(house.performance.id, 1), new_id())
    with pytest.raises(NoPrice):
        sell(replace(house.order("A-1"), lines=(unpriced,)), by=house.cashier)
    with pytest.raises(EmptyBasket):
        sell(replace(house.order("A-1"), lines=()), by=house.cashier)
    with pytest.raises(UnknownSeat):
        sell(house.order_of([999]), by=house.cashier)
    elsewhere = BasketLine(Place(new_id(), 1), house.adult.id)
    with pytest.raises(NotFound):
        sell(replace(house.order("A-1"), lines=(elsewhere,)), by=house.cashier)
    assert house.services.tickets.house(house.performance.id, by=house.cashier).claims == ()


def test_a_seat_twice_in_one_order_is_refused(house: Theatre):
    with pytest.raises(SeatTaken):
        house.services.tickets.sell(house.order("A-1", "A-1"), by=house.cashier)


def test_what_is_not_on_sale_is_neither_held_nor_sold(house: Theatre):
    house.clock.pass_by(days=30)
    house.services.tickets.sell(house.order("A-1"), by=house.cashier)  # no closing time was set


def test_only_those_who_may_sell_do(house: Theatre):
    customer = replace(house.cashier, role=Role.CUSTOMER)
    with pytest.raises(Denied):
        house.services.tickets.sell(house.order("A-1"), by=customer)
    organizer = replace(house.cashier, role=Role.ORGANIZER)
    with pytest.raises(Denied):
        house.services.tickets.hold(house.performance.id, [1], basket_id=new_id(), by=organizer)


def test_facts_tell_which_seats_and_which_booking(house: Theatre):
    heard = []
    house.services.bus.listen(heard.append)
    booking = house.services.tickets.sell(house.order("A-1"), by=house.cashier)
    assert heard == [
        SeatsChanged(house.performance.id, tuple(house.seats("A-1"))),
        BookingChanged(booking.id),
    ]
    heard.clear()
    with pytest.raises(SeatTaken):
        house.services.tickets.sell(house.order("A-1"), by=house.cashier)
    assert heard == []


def test_a_sale_closed_before_or_after_its_window_says_which(house: Theatre):
    performance = house.performance
    early = replace(performance, on_sale_from=house.clock.now + timedelta(hours=1))
    late = replace(performance, on_sale_until=house.clock.now)
    with pytest.raises(SaleClosed) as refusal:
        early.admits_sale(house.clock.now)
    assert refusal.value.reason == "not_yet"
    with pytest.raises(SaleClosed) as refusal:
        late.admits_sale(house.clock.now)
    assert refusal.value.reason == "over"


def test_blocked_and_killed_seats_are_off_sale_until_put_back(house: Theatre):
    tickets, performance = house.services.tickets, house.performance.id
    tickets.block(performance, house.seats("A-1"), reason="Director", by=house.admin)
    tickets.kill(performance, house.seats("A-2"), reason="Sound desk", by=house.admin)
    with pytest.raises(SeatTaken) as refusal:
        tickets.sell(house.order("A-1", "A-2", "A-3"), by=house.cashier)
    assert refusal.value.seats == ("A-1", "A-2")
    with pytest.raises(Denied):
        tickets.unblock(performance, house.seats("A-1"), by=house.cashier)
    tickets.unblock(performance, house.seats("A-1"), by=house.admin)
    tickets.sell(house.order("A-1"), by=house.cashier)
    with pytest.raises(SeatTaken):
        tickets.block(performance, house.seats("A-1"), reason="Too late", by=house.admin)


def test_a_customer_learns_of_no_sale_but_their_own(house: Theatre):
    anna, bert = customer(house, "Anna"), customer(house, "Bert")
    house.services.tickets.sell(
        house.order("A-1", key="Bert's", customer_id=bert), by=house.cashier
    )
    as_anna = replace(house.cashier, user_id=anna, role=Role.CUSTOMER)
    with pytest.raises(Denied):
        house.services.tickets.sold_before("Bert's", by=as_anna)
    as_bert = replace(as_anna, user_id=bert)
    assert house.services.tickets.sold_before("Bert's", by=as_bert) is not None


def test_no_money_is_taken_for_a_reservation_of_what_was_called_off(house: Theatre):
    services, until = house.services, house.clock.now + timedelta(days=1)
    _, second = (
        services.tickets.reserve(house.order(label), until=until, by=house.cashier)
        for label in ("A-1", "A-2")
    )
    services.cancellations.run(
        house.performance.id, reason="Storm", progress=lambda *_: False, by=house.admin
    )
    with pytest.raises(SaleClosed) as refusal:
        services.bookings.pay(second.id, tenders=[Tendered(Tender.CASH)], by=house.cashier)
    assert refusal.value.reason == "cancelled"


def test_whose_a_place_is_and_who_is_in(house):
    booking = house.services.tickets.sell(house.order("A-1", "A-2"), by=house.cashier)
    house.services.tickets.sell(house.order("B-1"), by=house.cashier)
    first = booking.tickets[0]
    house.services.bookings.check_in(first.code, by=house.cashier)
    tickets, performance_id = house.services.tickets, house.performance.id
    found = tickets.occupants(performance_id, by=house.cashier)
    assert [(one.seat_no, one.number == booking.number) for one in found] == [
        (house.seats("A-1")[0], True),
        (house.seats("A-2")[0], True),
        (house.seats("B-1")[0], False),
    ]
    assert (found[0].price_type, found[0].price) == ("Adult", house.euros(40))
    assert [one.admitted_at is not None for one in found] == [True, False, False]
    some = tickets.occupants(performance_id, seat_nos=house.seats("B-1"), by=house.cashier)
    assert [one.seat_no for one in some] == house.seats("B-1")
    assert tickets.house(performance_id, by=house.cashier).admitted == {first.seat_no}


def test_a_seat_left_alone_against_advice_is_on_record(house):
    alone = Place(house.performance.id, house.seats("A-3")[0])
    order = replace(house.order("A-1", "A-2"), left_alone=(alone,))
    booking = house.services.tickets.sell(order, by=house.cashier)
    (note,) = house.services.bookings.history(booking.id, by=house.cashier)
    assert (note.action, note.body["seats"], note.user) == ("left_alone", ["A-3"], "Carla")
    plain = house.services.tickets.sell(house.order("B-1"), by=house.cashier)
    assert house.services.bookings.history(plain.id, by=house.cashier) == ()
