"""Whatever way a list is read (rows looked up, or met on a walk; from here or from far), it is the same list,
and its count is the number of its rows."""

from datetime import timedelta
from itertools import product

import pytest
from sqlalchemy import text

from app.domain.bookings import BookingFilter, TicketFilter
from app.domain.customers import Contact
from app.domain.errors import HouseOutOfOrder
from app.domain.events import Event
from app.domain.tickets import BookingStatus, TicketStatus
from app.domain.values import new_id
from tests.services.exchanging import Exchanging

EVERYTHING, NOTHING = 1_000_000, 1


@pytest.fixture(
    params=[(EVERYTHING, EVERYTHING), (NOTHING, EVERYTHING), (NOTHING, 0), (EVERYTHING, 0)],
    ids=["few", "many", "many, far", "few, far"],
)
def reading(request, monkeypatch):
    many, far = request.param
    monkeypatch.setattr("app.persistence.found_rows._MANY", many)
    monkeypatch.setattr("app.persistence.found_rows._FAR", far)
    monkeypatch.setattr("app.persistence.found_rows._NAMED", 1 if far else 1_000)
    monkeypatch.setattr("app.persistence.meanings._FEW_PEOPLE", 0 if far else 20_000)


@pytest.fixture
def sold(house):
    """Bookings of one event, of the other, of both, of none; one whose tickets were exchanged."""
    desk = Exchanging(house)
    services, by = house.services, house.cashier
    ada = services.customers.add(Contact("Ada Summer", "ada@example.org"), by=by)
    winter, summer, both = [], [], []
    for number in range(4):
        house.clock.pass_by(minutes=1)
        winter.append(desk.sold(f"A-{number + 1}", customer_id=ada.id if number < 2 else None))
        house.clock.pass_by(minutes=1)
        order = house.order(lines=desk.lines(desk.other, f"B-{number + 1}"))
        summer.append(services.tickets.sell(order, by=by))
    for label in ("C-1", "C-2"):
        house.clock.pass_by(minutes=1)
        lines = desk.lines(desk.first, label) + desk.lines(desk.other, label)
        both.append(services.tickets.sell(house.order(lines=lines, name="Summer school"), by=by))
    house.clock.pass_by(minutes=1)
    gift = house.order_of([], vouchers=(house.euros(20),))
    none = services.tickets.sell(gift, by=by)
    reserved = services.tickets.reserve(
        house.order("D-1"), until=house.clock.now + timedelta(days=1), by=by
    )
    services.booking_details.set_attendee(winter[3].tickets[0].id, name="Eve Summer", by=by)
    desk.make(desk.wish(winter[2], ("A-3",), desk.lines(desk.other, "A-3")))
    return desk, {
        "winter": {b.id for b in (*winter, *both, reserved)},
        "summer": {b.id for b in (*summer, *both, winter[2])},
        "ada": {winter[0].id, winter[1].id},
        "named": {b.id for b in both},
        "attended": {winter[3].id},
        "reserved": {reserved.id},
        "all": {b.id for b in (*winter, *summer, *both, none, reserved)},
    }


def read_bookings(house, which):
    """The list in pages of three, newest first, its count checked."""
    services, by = house.services, house.cashier
    lines = []
    while page := services.bookings.bookings(which, offset=len(lines), limit=3, by=by):
        lines += page
    assert len(lines) == services.bookings.count(which, by=by)
    assert [line.created_at for line in lines] == sorted(
        (line.created_at for line in lines), reverse=True
    )
    found = [line.id for line in lines]
    assert len(found) == len(set(found))
    return set(found)


def test_bookings_are_the_same_whichever_way_they_are_read(house, sold, reading):
    desk, known = sold
    winter, summer = (
        desk.services.events.line(key, by=house.admin).event_id for key in (desk.first, desk.other)
    )
    meant = known["ada"] | known["named"] | known["attended"]
    searches = {
        "": known["all"],
        "winter garden": known["winter"],
        "The": known["winter"] | known["summer"],
        "summer": known["summer"] | meant,
        "ada": known["ada"],
        "summer school": known["named"],
        "nobody": set(),
    }
    events = {"": known["all"], winter: known["winter"], summer: known["summer"]}
    states = {(): known["all"], (BookingStatus.RESERVED,): known["reserved"]}
    for (words, fits), (event_id, played), (statuses, being) in product(
        searches.items(), events.items(), states.items()
    ):
        which = BookingFilter(words, statuses=statuses, event_id=event_id)
        assert read_bookings(house, which) == fits & played & being, which
    house.services.payments.check(by=house.admin)


def test_tickets_are_the_same_whichever_way_they_are_read(house, sold, reading):
    desk, known = sold
    services, by = house.services, house.cashier
    tickets = [
        (ticket, booking_id)
        for booking_id in known["all"]
        for ticket in services.bookings.booking(booking_id, by=by).tickets
    ]
    titles = {desk.first: "The Winter Garden", desk.other: "The Long Summer"}
    people = known["ada"] | known["named"]

    def fits(ticket, booking_id, which):
        title = titles[ticket.performance_id]
        said = which.search in title.lower() or ticket.attendee.lower().endswith("summer")
        meant = said or booking_id in people if "summer" in which.search else said
        in_time = which.performance_id in ("", ticket.performance_id)
        return meant and in_time and (not which.statuses or ticket.status in which.statuses)

    for words, performance_id, statuses in product(
        ("", "summer", "the"), ("", desk.first, desk.other), ((), (TicketStatus.CANCELLED,))
    ):
        which = TicketFilter(words, performance_id=performance_id, statuses=statuses)
        lines = []
        while page := services.bookings.tickets(which, offset=len(lines), limit=3, by=by):
            lines += page
        wanted = {ticket.id for ticket, booking_id in tickets if fits(ticket, booking_id, which)}
        assert {line.id for line in lines} == wanted, which
        assert [line.id for line in lines] == sorted(wanted, reverse=True)
        assert services.bookings.count_tickets(which, by=by) == len(wanted)


def test_every_booking_of_very_many_titles_is_counted(house):
    """Also where a statement has no room for a value each."""
    services, by = house.services, house.admin
    with services.database.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO events (id, title, description, organizer_id, category_id, tax_bp, poster)"
                " SELECT :id, 'Winter tale', '', organizer_id, category_id, 0, '' FROM events"
                " WHERE title = 'The Winter Garden'"
            ),
            [{"id": new_id()} for _ in range(1_200)],
        )
    desk = Exchanging(house)
    booking = desk.sold("A-1")
    which = BookingFilter("winter")
    assert services.bookings.count(which, by=by) == 1
    assert [b.id for b in services.bookings.bookings(which, by=by)] == [booking.id]


def test_a_booking_that_names_a_wrong_event_does_not_pass_the_check(house):
    booking = Exchanging(house).sold("A-1")
    other = Event(new_id(), "Another", "", "Drama", house.admin.user_id, 700)
    house.services.programme.add_event(other, by=house.admin)
    with house.services.database.engine.begin() as connection:
        connection.execute(
            text("UPDATE bookings SET event_id = :event WHERE id = :id"),
            {"event": other.id, "id": booking.id},
        )
    with pytest.raises(HouseOutOfOrder) as caught:
        house.services.payments.check(by=house.admin)
    assert caught.value.failures == {"bookings_that_name_another_event_than_their_tickets": 1}
