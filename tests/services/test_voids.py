"""Whoops: a sale taken back right after it was made, whole, by counter-entries."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.deliveries import DeliveryState
from app.domain.errors import CardNotApproved, Denied, SeatTaken, TerminalTimeout, VoidRefused
from app.domain.goods import ProductEntry
from app.domain.notifications import Channel, Kind
from app.domain.payments import Tender, Tendered
from app.domain.tickets import Booking, BookingStatus, Goods, TicketStatus
from app.domain.users import Role
from app.domain.values import Money, new_id
from app.domain.voids import WITHIN, Till, why_not
from app.gateways.card_terminal import SimulatedTerminal, SimulatorDriver
from app.persistence.unit_of_work import SqlUnitOfWork
from tests.builders import NOON, Clock, Theatre, plan, theatre
from tests.services.stage import customer, member, sold
from tests.services.test_analytics_rollups import differences


def void(house: Theatre, booking, key="", by=None):
    return house.services.bookings.void(booking.id, key=key or new_id(), by=by or house.cashier)


def check(house: Theatre):
    house.services.payments.check(by=house.admin)
    house.services.payments.verify_journal(by=house.admin)
    assert differences(house) == {}


def mails(house: Theatre) -> dict[DeliveryState, int]:
    return dict(house.services.outbox.counts(by=house.admin).by_state)


# -- what it does ----------------------------------------------------------------------------------


def test_everything_goes_back_to_where_it_came_from_and_the_places_are_free(house: Theatre):
    buying = replace(house.order(), lines=(), vouchers=(house.euros(30),))
    (voucher,) = house.services.tickets.sell(buying, by=house.cashier).vouchers
    tenders = (
        Tendered(Tender.VOUCHER, house.euros(30), voucher.code),
        Tendered(Tender.SLIP, house.euros(20), "4711"),
        Tendered(Tender.CASH, house.euros(50)),
    )
    booking = sold(house, "A-1", "A-2", tenders=tenders)
    after = void(house, booking)
    assert after.status is BookingStatus.CANCELLED
    assert {ticket.status for ticket in after.tickets} == {TicketStatus.CANCELLED}
    assert [(r.tender, r.amount, r.transaction_id) for r in after.refunds] == [
        (Tender.VOUCHER, house.euros(30), voucher.code),
        (Tender.SLIP, house.euros(20), "4711"),
        (Tender.CASH, house.euros(30), ""),
    ]
    look = house.services.vouchers.look_up(voucher.code, by=house.cashier)
    assert look.balance == house.euros(30)
    assert after.payments == booking.payments  # nothing is deleted
    assert house.services.bookings.held(booking.id, by=house.cashier) == ()
    assert sold(house, "A-1", "A-2").status is BookingStatus.PAID
    check(house)


def test_history_says_that_it_was_undone_and_the_journal_that_money_left(house: Theatre):
    void(house, booking := sold(house, "A-1"))
    (note,) = house.services.bookings.history(booking.id, by=house.cashier)
    assert (note.action, note.body["seats"], note.body["money"]) == ("voided", ["A-1"], 4000)
    lines = house.services.payments.journal(by=house.admin)
    assert [(line.kind, line.amount) for line in lines] == [("sale", 4000), ("refund", -4000)]


def test_cash_leaves_the_count_of_the_drawer(house: Theatre):
    by = house.cashier
    house.services.shifts.open(house.euros(100), by=by)
    booking = sold(house, "A-1", "A-2", given=house.euros(100))
    assert house.services.shifts.x_report(by=by).expected == house.euros(180)
    void(house, booking)
    report = house.services.shifts.x_report(by=by)
    assert report.expected == house.euros(100)
    (cash,) = report.takings
    assert (cash.taken, cash.given_back) == (house.euros(80), house.euros(80))


def test_goods_and_unspent_gift_vouchers_go_along(house: Theatre):
    entry = ProductEntry("Programme", house.euros(5), 700)
    product = house.services.goods.add(entry, by=house.admin)
    order = house.order("A-1", vouchers=(house.euros(25),), goods=(Goods(product.id, 2),))
    booking = house.services.tickets.sell(order, by=house.cashier)
    after = void(house, booking)
    assert (after.status, after.refunded) == (BookingStatus.CANCELLED, house.euros(75))
    assert not after.lives
    check(house)


def test_sent_twice_it_is_done_once_and_free_tickets_can_be_undone_too(house: Theatre):
    paid = sold(house, "A-1")
    first = void(house, paid, key="same")
    assert void(house, paid, key="same") == first
    prices = {(zone.no, house.adult.id): 0 for zone in house.plan.zones}
    house.services.prices.set_prices(house.performance.id, prices, version=1, by=house.admin)
    free = sold(house, "A-2")
    assert free.payments == ()
    assert void(house, free, key="free").status is BookingStatus.CANCELLED
    assert void(house, free, key="free").status is BookingStatus.CANCELLED
    assert len(house.services.bookings.history(free.id, by=house.cashier)) == 1
    check(house)


def test_a_ticket_of_it_admits_nobody_and_nothing_is_owed_on_paper(house: Theatre):
    booking = sold(house, "A-1")
    assert house.services.bookings.owes_print(booking.id, by=house.cashier)
    void(house, booking)
    scan = house.services.bookings.check_in(booking.tickets[0].code, by=house.cashier)
    assert scan[0].value == "not_valid"
    assert not house.services.bookings.owes_print(booking.id, by=house.cashier)


# -- when it may be ---------------------------------------------------------------------------------


def refused(house: Theatre, booking, by=None) -> str:
    asked = house.services.bookings.may_void(booking.id, by=by or house.cashier)
    with pytest.raises(VoidRefused) as error:
        void(house, booking, by=by)
    assert error.value.reason == asked
    assert error.value.number == booking.number
    return asked


def test_only_for_a_quarter_of_an_hour(house: Theatre):
    booking = sold(house, "A-1")
    house.clock.pass_by(minutes=15)
    assert house.services.bookings.may_void(booking.id, by=house.cashier) == ""
    house.clock.pass_by(seconds=1)
    assert refused(house, booking) == "too_late"


def test_only_at_the_station_and_in_the_shift_of_the_sale(house: Theatre):
    station = house.services.users.station("T2")
    other = replace(house.cashier, station_id=station.id, station_code=station.code)
    booking = sold(house, "A-1")
    assert refused(house, booking, by=other) == "other_station"
    house.services.shifts.open(house.euros(0), by=house.cashier)
    assert refused(house, booking) == "other_shift"
    during = sold(house, "A-2")
    house.services.shifts.close({}, by=house.cashier)
    assert refused(house, during) == "other_shift"


def test_not_what_was_not_paid_cancelled_refunded_or_used(house: Theatre):
    bookings, by = house.services.bookings, house.cashier
    until = house.clock.now + timedelta(days=1)
    reserved = house.services.tickets.reserve(house.order("A-1"), until=until, by=by)
    assert refused(house, reserved) == "not_paid"
    halved = sold(house, "A-2", "A-3")
    bookings.cancel(halved.id, ticket_ids=[halved.tickets[0].id], reason="", by=by)
    assert refused(house, halved) == "cancelled"
    given = sold(house, "A-4")
    wanted = {given.tickets[0].id: house.euros(1)}
    bookings.refund(given.id, wanted=wanted, reason="", key="k", by=by)
    assert refused(house, given) == "refunded"
    inside = sold(house, "A-5")
    bookings.check_in(inside.tickets[0].code, by=by)
    assert refused(house, inside) == "admitted"
    buying = replace(house.order(), lines=(), vouchers=(house.euros(30),))
    gift = house.services.tickets.sell(buying, by=by)
    spend = (
        Tendered(Tender.VOUCHER, house.euros(30), gift.vouchers[0].code),
        Tendered(Tender.CASH),
    )
    sold(house, "A-6", tenders=spend)
    assert refused(house, gift) == "voucher_spent"
    gone = sold(house, "A-7")
    bookings.cancel(gone.id, reason="", by=by)
    assert refused(house, gone) == "cancelled"
    check(house)


@given(st.integers(-1, 1), st.booleans())
def test_the_quarter_of_an_hour_is_counted_to_the_second(seconds: int, admitted: bool):
    base = _booking()
    now = base.created_at + WITHIN + timedelta(seconds=seconds)
    said = why_not(base, till=Till("T1", None), now=now, admitted=admitted)
    late, inside = seconds > 0, admitted
    assert said == ("too_late" if late else "admitted" if inside else "")


def _booking() -> Booking:
    return Booking(
        "b", "T1-1", NOON, "Carla", "T1", "counter", BookingStatus.PAID, Money(0, "EUR"), ()
    )


def test_customers_may_not_and_cashiers_may(house: Theatre):
    booking = sold(house, "A-1", customer_id=customer(house, "Ada", "ada@example.org"))
    ada = replace(house.cashier, user_id=booking.customer_id, role=Role.CUSTOMER)
    with pytest.raises(Denied):
        void(house, booking, by=ada)
    with pytest.raises(Denied):
        void(house, booking, by=member(house, Role.ORGANIZER))
    void(house, booking)


# -- the customer's mail ----------------------------------------------------------------------------


def test_who_has_had_no_mail_yet_gets_none(house: Theatre):
    ada = customer(house, "Ada", "ada@example.org")
    booking = sold(house, "A-1", customer_id=ada)
    assert mails(house) == {DeliveryState.QUEUED: 1}
    void(house, booking)
    assert mails(house) == {DeliveryState.WITHDRAWN: 1}
    told = house.services.notifications.of_user(ada, by=house.cashier)
    assert told[0].kind is Kind.BOOKING_CANCELLED  # the panel says what happened all the same


def test_who_may_have_had_the_confirmation_is_told_by_mail_once(house: Theatre):
    work = SqlUnitOfWork(house.services.database, bus=house.services.bus)
    ada = customer(house, "Ada", "ada@example.org")
    booking = sold(house, "A-1", customer_id=ada)
    lease = house.clock.now + timedelta(minutes=10)
    (letter,) = work.write(lambda w: w.deliveries.take(limit=5, lease_until=lease))
    work.write(lambda w: w.deliveries.sent(letter.id))
    void(house, booking)
    assert mails(house) == {DeliveryState.DONE: 1, DeliveryState.QUEUED: 1}
    owed = house.services.notifications.of_booking(booking.id, by=house.cashier)[0]
    assert owed.kind is Kind.BOOKING_CANCELLED
    assert owed.content["refunded"] == 4000


def test_a_letter_that_is_just_being_sent_is_followed_by_one_that_says_it_is_off(house: Theatre):
    work = SqlUnitOfWork(house.services.database, bus=house.services.bus)
    ada = customer(house, "Ada", "ada@example.org")
    booking = sold(house, "A-1", customer_id=ada)
    lease = house.clock.now + timedelta(minutes=10)
    work.write(lambda w: w.deliveries.take(limit=5, lease_until=lease))
    void(house, booking)
    assert mails(house) == {DeliveryState.SENDING: 1, DeliveryState.QUEUED: 1}


def test_print_is_not_withdrawn_with_the_mail(house: Theatre):
    work = SqlUnitOfWork(house.services.database, bus=house.services.bus)
    booking = sold(house, "A-1")
    assert work.write(lambda w: w.deliveries.withdraw(booking.id, channel=Channel.EMAIL))
    assert house.services.bookings.owes_print(booking.id, by=house.cashier)


# -- cards --------------------------------------------------------------------------------------


def by_card(database_url: str, *script: str) -> tuple[Theatre, object]:
    device = SimulatedTerminal(script=["approve", *script])
    terminal = SimulatorDriver(device, patience=0.05)
    house = theatre(database_url, clock=Clock(), house=plan(), terminal=terminal)
    by = house.cashier
    attempt = house.services.cards.charge(house.euros(30), key=new_id(), basket_id=new_id(), by=by)
    tenders = (Tendered(Tender.CARD, house.euros(30), attempt.id), Tendered(Tender.CASH))
    return house, sold(house, "A-1", tenders=tenders)


def test_the_card_is_asked_first_and_a_declined_one_undoes_nothing(database_url: str):
    house, booking = by_card(database_url, "decline", "approve")
    with pytest.raises(CardNotApproved):
        void(house, booking, key="one")
    still = house.services.bookings.booking(booking.id, by=house.cashier)
    assert (still.status, still.refunds) == (BookingStatus.PAID, ())
    with pytest.raises(SeatTaken):
        sold(house, "A-1")
    after = void(house, booking, key="two")
    assert [(r.tender, r.amount) for r in after.refunds] == [
        (Tender.CARD, house.euros(30)),
        (Tender.CASH, house.euros(10)),
    ]
    assert house.services.cards.unresolved(by=house.cashier) == ()
    check(house)
    house.services.close()


def test_a_lost_answer_of_the_terminal_is_asked_for_again_and_given_back_once(database_url: str):
    house, booking = by_card(database_url, "lose_answer")
    with pytest.raises(TerminalTimeout):
        void(house, booking, key="same")
    assert void(house, booking, key="same").refunded == house.euros(40)
    assert house.services.cards.unresolved(by=house.cashier) == ()
    check(house)
    house.services.close()


def test_somebody_at_the_door_meanwhile_takes_the_cards_money_back(database_url: str):
    """Checked in between the question and the answer: the booking stands, and so does the payment."""
    house, booking = by_card(database_url, "approve")
    services, by = house.services, house.cashier
    give_back = services.cards.give_back

    def and_then_somebody_comes_in(*parts, **more):
        approved = give_back(*parts, **more)
        services.bookings.check_in(booking.tickets[0].code, by=by)
        return approved

    services.cards.give_back = and_then_somebody_comes_in
    with pytest.raises(VoidRefused) as error:
        void(house, booking)
    assert error.value.reason == "admitted"
    assert services.cards.unresolved(by=by) == ()
    assert services.bookings.booking(booking.id, by=by).refunds == ()
    check(house)
    services.close()


def test_who_has_no_address_is_told_in_the_panel(house: Theatre):
    nomail = customer(house, "No mail")
    assert void(house, sold(house, "A-1", customer_id=nomail)).status is BookingStatus.CANCELLED
    assert mails(house) == {}
    told = house.services.notifications.of_user(nomail, by=house.cashier)
    assert told[0].kind is Kind.BOOKING_CANCELLED
