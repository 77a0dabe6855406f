"""Who comes for what: the list at the desk before the doors open."""

from datetime import timedelta

from app.domain.bookings import BookingFilter, PickUpFilter
from app.domain.payments import Tender, Tendered
from app.domain.values import new_id
from tests.builders import Theatre
from tests.services.stage import customer, entry, full_prices, sold


def pick_ups(house: Theatre, **which):
    which = which or {"performance_id": house.performance.id}
    return house.services.bookings.pick_ups(PickUpFilter(**which), by=house.cashier)


def reserve(house: Theatre, *labels: str, **changes):
    until = house.clock.now + timedelta(days=2)
    deposit = changes.pop("deposit", None)
    return house.services.tickets.reserve(
        house.order(*labels, **changes), until=until, deposit=deposit, by=house.cashier
    )


def test_it_lists_by_name_what_is_to_be_handed_out_and_what_is_to_be_paid(house: Theatre):
    zoe = customer(house, "Zoe", "z@example.org")
    walk_up = sold(house, "A-1")
    paid = sold(house, "A-2", "A-3", customer_id=zoe)
    group = reserve(house, "B-2", "B-1", name="Choir", customer_id=zoe)
    laid = reserve(house, "B-3", "B-4", name="ångström", deposit=house.euros(30))
    done = sold(house, "A-4")
    house.services.bookings.printed(done.id, by=house.cashier)
    lines = pick_ups(house)
    assert [(line.booking_id, line.who, line.seats, line.owed, line.paid) for line in lines] == [
        (group.id, "Choir", ("B-1", "B-2"), house.euros(80), False),
        (paid.id, "Zoe", ("A-2", "A-3"), house.euros(0), True),
        (laid.id, "ångström", ("B-3", "B-4"), house.euros(50), False),
        (walk_up.id, "", ("A-1",), house.euros(0), True),
    ]
    assert lines[0].customer == "Zoe"
    to_pick_up = BookingFilter(to_pick_up=True)
    assert {line.id for line in house.services.bookings.bookings(to_pick_up, by=house.cashier)} == {
        walk_up.id,
        paid.id,
    }


def test_what_was_handed_out_paid_or_cancelled_is_gone_from_it(house: Theatre):
    bookings, by = house.services.bookings, house.cashier
    first, second, third = sold(house, "A-1"), reserve(house, "A-2"), sold(house, "A-3")
    assert len(pick_ups(house)) == 3
    bookings.hand_out(first.id, by=by)
    bookings.pay(second.id, tenders=[Tendered(Tender.CASH)], by=by)
    bookings.cancel(third.id, reason="", by=by)
    (left,) = pick_ups(house)
    assert (left.booking_id, left.paid) == (second.id, True)
    house.services.booking_details.reissue(first.id, reason="lost", by=by)
    assert {line.booking_id for line in pick_ups(house)} == {first.id, second.id}


def test_a_day_or_an_event_or_one_performance(house: Theatre):
    later = house.services.schedule.add_performance(
        house.event.id, entry(house), prices=full_prices(house), by=house.admin
    )
    booking = sold(house, "A-1")
    starts = house.performance.starts_at
    day = timedelta(days=1)
    assert len(pick_ups(house, since=starts, until=starts + day)) == 1
    assert pick_ups(house, since=starts - day, until=starts) == ()
    assert pick_ups(house, performance_id=later.id) == ()
    (line,) = pick_ups(house, event_id=house.event.id)
    assert (line.booking_id, line.title) == (booking.id, "The Winter Garden")
    assert pick_ups(house, event_id=new_id()) == ()
