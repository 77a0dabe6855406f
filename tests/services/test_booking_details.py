"""What is written on a booking afterwards, who comes on its tickets, and codes that die."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.booking_details import pasted_names
from app.domain.bookings import BookingFilter, ScanResult, TicketFilter
from app.domain.customers import Contact
from app.domain.errors import BookingState, Conflict, Invalid, NotFound, TicketState
from app.domain.notifications import Kind
from app.domain.payments import Tender, Tendered
from app.domain.tickets import BookingStatus
from app.domain.values import new_id
from tests.builders import Theatre
from tests.services.stage import customer, sold


def details(house: Theatre):
    return house.services.booking_details


def stored(house: Theatre, booking):
    return house.services.bookings.booking(booking.id, by=house.cashier)


def history(house: Theatre, booking):
    notes = house.services.bookings.history(booking.id, by=house.cashier)
    return [(note.action, dict(note.body)) for note in notes]


def reserve(house: Theatre, *labels, **changes):
    until = house.clock.now + timedelta(days=2)
    order = house.order(*labels, **changes)
    return house.services.tickets.reserve(order, until=until, by=house.cashier)


# -- names and notes -------------------------------------------------------------------------------


def test_a_booking_is_called_something_and_history_says_what_it_was(house: Theatre):
    booking = sold(house, "A-1", name="  Class 7b ")
    assert booking.name == stored(house, booking).name == "Class 7b"
    after = details(house).rename(
        booking.id, name="Class 8b", version=stored(house, booking).version, by=house.cashier
    )
    assert after.name == "Class 8b"
    assert history(house, booking)[0] == ("renamed", {"from": "Class 7b", "to": "Class 8b"})
    noted = details(house).set_notes(
        booking.id, notes="Wheelchair\n\nby the aisle ", version=after.version, by=house.cashier
    )
    assert noted.notes == "Wheelchair\n\nby the aisle"
    assert history(house, booking)[0][0] == "noted"


def test_two_who_write_at_once_are_told_unless_they_write_the_same(house: Theatre):
    booking = sold(house, "A-1")
    seen = stored(house, booking).version
    details(house).rename(booking.id, name="Ours", version=seen, by=house.cashier)
    with pytest.raises(Conflict) as refusal:
        details(house).rename(booking.id, name="Theirs", version=seen, by=house.cashier)
    theirs = refusal.value.theirs
    assert (theirs.name, theirs.version) == ("Ours", stored(house, booking).version)
    details(house).rename(booking.id, name="Ours", version=seen, by=house.cashier)
    again = stored(house, booking)
    details(house).rename(booking.id, name="Theirs", version=again.version, by=house.cashier)
    assert [act for act, _ in history(house, booking)] == ["renamed", "renamed"]


@pytest.mark.parametrize(
    ("act", "problem"),
    [
        (lambda d, b, by: d.rename(b.id, name="x" * 101, version=1, by=by), "name"),
        (lambda d, b, by: d.set_notes(b.id, notes="x" * 10_001, version=1, by=by), "notes"),
        (
            lambda d, b, by: d.set_attendee(b.tickets[0].id, name="x" * 201, by=by),
            "attendee",
        ),
    ],
)
def test_what_is_too_long_is_refused(house: Theatre, act, problem: str):
    booking = sold(house, "A-1")
    with pytest.raises(Invalid) as refusal:
        act(details(house), booking, house.cashier)
    assert refusal.value.problems == {problem: "too_long"}
    with pytest.raises(Invalid):
        sold(house, "A-2", name="x" * 101)


def test_a_booking_is_somebody_elses_and_so_are_its_tickets(house: Theatre):
    ada, ole = customer(house, "Ada", "ada@example.org"), customer(house, "Ole")
    booking = sold(house, "A-1", customer_id=ada)
    version = stored(house, booking).version
    after = details(house).set_customer(
        booking.id, customer_id=ole, version=version, by=house.cashier
    )
    assert (after.customer, {t.user_id for t in after.tickets}) == ("Ole", {ole})
    assert history(house, booking)[0] == ("customer_changed", {"from": "Ada", "to": "Ole"})
    nobody = details(house).set_customer(
        booking.id, customer_id=None, version=after.version, by=house.cashier
    )
    assert (nobody.customer_id, nobody.customer) == (None, "")
    with pytest.raises(NotFound):
        details(house).set_customer(
            booking.id, customer_id=new_id(), version=nobody.version, by=house.cashier
        )
    tickets = house.services.bookings.count_tickets
    assert tickets(TicketFilter(user_id=ada), by=house.cashier) == 0


def test_another_deadline_and_the_customer_is_reminded_of_it_again(house: Theatre):
    ada = customer(house, "Ada", "ada@example.org")
    booking = reserve(house, "A-1", customer_id=ada)
    watch = house.services.notifications.watch
    house.clock.pass_by(hours=25)
    assert watch(by=house.cashier).expiring == 1
    until = house.clock.now + timedelta(days=3)
    after = details(house).prolong(
        booking.id, until=until, version=stored(house, booking).version, by=house.cashier
    )
    assert after.expires_at == until
    assert watch(by=house.cashier).expiring == 0
    house.clock.pass_by(hours=49)
    assert [watch(by=house.cashier).expiring for _ in range(2)] == [1, 0]
    with pytest.raises(Invalid):
        details(house).prolong(
            booking.id,
            until=house.clock.now,
            version=stored(house, booking).version,
            by=house.cashier,
        )
    paid = sold(house, "A-2")
    with pytest.raises(BookingState):
        details(house).prolong(paid.id, until=until, version=1, by=house.cashier)


def test_how_early_people_are_reminded_is_the_houses_choice(house: Theatre):
    settings, watch = house.services.settings, house.services.notifications.watch
    ada = customer(house, "Ada", "ada@example.org")
    reserve(house, "A-1", customer_id=ada)
    known = settings.house(by=house.admin)
    assert known.notice_hours == 24
    settings.change_house(replace(known, notice_hours=3), by=house.admin)
    house.clock.pass_by(hours=44)
    assert watch(by=house.cashier).expiring == 0
    house.clock.pass_by(hours=1)
    assert watch(by=house.cashier).expiring == 1
    told = house.services.notifications.of_user(ada, by=house.cashier)[0]
    assert told.kind is Kind.RESERVATION_EXPIRING
    settings.change_house(
        replace(known, notice_hours=0, version=settings.house(by=house.admin).version),
        by=house.admin,
    )
    reserve(house, "A-2", customer_id=ada)
    house.clock.pass_by(hours=47)
    assert watch(by=house.cashier).expiring == 0
    with pytest.raises(Invalid):
        settings.change_house(replace(known, notice_hours=-1, version=3), by=house.admin)


# -- who comes ------------------------------------------------------------------------------------


def test_a_pasted_list_sits_down_in_seat_order(house: Theatre):
    booking = reserve(house, "A-3", "A-1", "A-2", name="Class 7b")
    after = details(house).set_attendees(booking.id, names=["Ada", "Bo"], by=house.cashier)
    assert [(t.seat, t.attendee) for t in after.tickets] == [
        ("A-1", "Ada"),
        ("A-2", "Bo"),
        ("A-3", ""),
    ]
    body = history(house, booking)[0][1]
    assert body == {"seats": ["A-1", "A-2"], "from": ["", ""], "to": ["Ada", "Bo"]}
    with pytest.raises(Invalid) as refusal:
        details(house).set_attendees(booking.id, names=["x"] * 4, by=house.cashier)
    assert refusal.value.problems == {"attendee": "too_many_names"}


def test_one_ticket_changes_hands(house: Theatre):
    booking = sold(house, "A-1", "A-2")
    ticket = booking.tickets[1]
    after = details(house).set_attendee(ticket.id, name=" Zoë  Ångström ", by=house.cashier)
    assert [t.attendee for t in after.tickets] == ["", "Zoë Ångström"]
    details(house).set_attendee(ticket.id, name="Zoë Ångström", by=house.cashier)
    assert len(history(house, booking)) == 1  # the same again is nothing new
    house.services.bookings.cancel(booking.id, ticket_ids=[ticket.id], reason="", by=house.cashier)
    with pytest.raises(TicketState):
        details(house).set_attendee(ticket.id, name="Bo", by=house.cashier)
    with pytest.raises(NotFound):
        details(house).set_attendee(new_id(), name="Bo", by=house.cashier)


def test_booking_names_and_attendees_are_searched(house: Theatre):
    group = sold(house, "A-1", "A-2", name="Löwen-Gruppe Süd")
    other = sold(house, "A-3")
    details(house).set_attendee(group.tickets[0].id, name="Zoë Ångström", by=house.cashier)
    bookings = house.services.bookings

    def found(text: str) -> set[str]:
        which = BookingFilter(text)
        lines = bookings.bookings(which, by=house.cashier)
        assert len(lines) == bookings.count(which, by=house.cashier)
        return {line.id for line in lines}

    for text in ("löwen", "LÖWEN süd", "gruppe", "ångström", "zoë"):
        assert found(text) == {group.id}, text
    assert found("winter") == {group.id, other.id}
    assert found("löwen nord") == set()
    assert found("%") == found("_") == set()
    tickets = bookings.tickets(TicketFilter("ångström"), by=house.cashier)
    assert [(line.seat, line.attendee) for line in tickets] == [("A-1", "Zoë Ångström")]
    tickets = bookings.tickets(TicketFilter("gruppe"), by=house.cashier)
    assert {line.seat for line in tickets} == {"A-1", "A-2"}
    (line,) = bookings.bookings(BookingFilter("gruppe"), by=house.cashier)
    assert line.name == "Löwen-Gruppe Süd"


@given(st.lists(st.text(st.characters(categories=["L", "Zs", "N"]), max_size=20), max_size=8))
def test_a_pasted_list_has_one_name_a_line_and_no_empty_ones(names: list[str]):
    found = pasted_names("\n".join(names))
    assert all(found)
    assert len(found) <= len(names)


def test_numbers_and_bullets_before_a_name_are_passed_over():
    text = "1. Ada Byron\n2) Bo Ek\r\n\n- Cy 3rd\n• Di\n   \n"
    assert pasted_names(text) == ("Ada Byron", "Bo Ek", "Cy 3rd", "Di")


# -- new codes --------------------------------------------------------------------------------------


def scan(house: Theatre, code: str):
    return house.services.bookings.check_in(code, by=house.cashier)


def test_the_old_code_dies_and_the_new_one_admits(house: Theatre):
    ada = customer(house, "Ada", "ada@example.org")
    booking = sold(house, "A-1", "A-2", customer_id=ada)
    house.services.bookings.printed(booking.id, by=house.cashier)
    lost, kept = booking.tickets
    after = details(house).reissue(
        booking.id, ticket_ids=[lost.id], reason="stolen bag", by=house.cashier
    )
    new = after.tickets[0]
    assert new.code != lost.code
    assert after.tickets[1].code == kept.code
    assert scan(house, lost.code) == (ScanResult.NOT_VALID, lost.id)
    assert scan(house, new.code)[0] is ScanResult.ADMITTED
    assert scan(house, kept.code)[0] is ScanResult.ADMITTED
    assert scan(house, lost.code.lower())[0] is ScanResult.NOT_VALID
    assert house.services.bookings.owes_print(booking.id, by=house.cashier)
    assert history(house, booking)[0] == ("reissued", {"seats": ["A-1"], "reason": "stolen bag"})
    told = house.services.notifications.of_user(ada, by=house.cashier)[0]
    assert (told.kind, told.content["reissued"]) == (Kind.BOOKING_CONFIRMED, True)
    page = house.services.bookings.ticket(lost.id, by=house.cashier)
    results = [s.result for s in page.scans]
    assert results == [ScanResult.NOT_VALID, ScanResult.ADMITTED, ScanResult.NOT_VALID]


def test_codes_of_codes_stay_dead(house: Theatre):
    booking = sold(house, "A-1")
    codes = [booking.tickets[0].code]
    for _ in range(3):
        after = details(house).reissue(booking.id, reason="lost", by=house.cashier)
        codes.append(after.tickets[0].code)
    assert [scan(house, code)[0] for code in codes[:-1]] == [ScanResult.NOT_VALID] * 3
    assert scan(house, codes[-1])[0] is ScanResult.ADMITTED
    assert scan(house, "nonsense") == (ScanResult.UNKNOWN, None)


def test_only_valid_tickets_are_issued_again_and_with_a_reason(house: Theatre):
    booking = sold(house, "A-1", "A-2")
    with pytest.raises(Invalid) as refusal:
        details(house).reissue(booking.id, reason="  ", by=house.cashier)
    assert refusal.value.problems == {"reason": "missing"}
    gone = booking.tickets[0].id
    house.services.bookings.cancel(booking.id, ticket_ids=[gone], reason="", by=house.cashier)
    with pytest.raises(TicketState):
        details(house).reissue(booking.id, ticket_ids=[gone], reason="x", by=house.cashier)
    with pytest.raises(NotFound):
        details(house).reissue(booking.id, ticket_ids=[new_id()], reason="x", by=house.cashier)
    reserved = reserve(house, "A-3")
    with pytest.raises(BookingState):
        details(house).reissue(reserved.id, reason="x", by=house.cashier)


# -- on paper -----------------------------------------------------------------------------------


def test_the_second_print_keeps_the_code_and_says_why(house: Theatre):
    booking = sold(house, "A-1")
    bookings = house.services.bookings
    bookings.printed(booking.id, by=house.cashier)
    assert history(house, booking) == []
    bookings.printed(booking.id, reason="paper jam", by=house.cashier)
    assert history(house, booking) == [("reprinted", {"reason": "paper jam"})]
    assert stored(house, booking).tickets[0].code == booking.tickets[0].code


def test_tickets_are_handed_out_once_they_are_paid(house: Theatre):
    booking, bookings = reserve(house, "A-1"), house.services.bookings
    with pytest.raises(BookingState):
        bookings.hand_out(booking.id, by=house.cashier)
    bookings.pay(booking.id, tenders=[Tendered(Tender.CASH)], by=house.cashier)
    for _ in range(2):
        bookings.hand_out(booking.id, by=house.cashier)
    assert [act for act, _ in history(house, booking)] == ["handed_out"]
    assert not bookings.owes_print(booking.id, by=house.cashier)


def test_a_contact_is_found_by_the_booking_it_was_given(house: Theatre):
    contact = house.services.customers.add(Contact("Ms Gray", "g@example.org"), by=house.cashier)
    booking = reserve(house, "A-1", "A-2", name="Choir", customer_id=contact.id)
    assert (booking.status, booking.name) == (BookingStatus.RESERVED, "Choir")
    assert stored(house, booking).customer == "Ms Gray"
