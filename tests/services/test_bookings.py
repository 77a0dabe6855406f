"""What happens to bookings after they were made."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain.bookings import BookingFilter, ScanResult, TicketFilter
from app.domain.customers import Contact
from app.domain.errors import (
    BookingState,
    Denied,
    Invalid,
    NotEnoughMoney,
    NotFound,
    NothingToRefund,
    SeatTaken,
    TerminalTimeout,
    TicketState,
    TooMuchRefund,
)
from app.domain.payments import Tender, Tendered
from app.domain.tickets import BookingStatus, TicketStatus
from app.domain.users import Role
from app.domain.values import Money, new_id
from app.gateways.card_terminal import SimulatedTerminal, SimulatorDriver
from tests.builders import Clock, Theatre, theatre

EUR = "EUR"


def sold(house: Theatre, *labels, **changes):
    return house.services.tickets.sell(house.order(*labels, **changes), by=house.cashier)


def wanted(tickets):
    return {ticket.id: ticket.price for ticket in tickets}


def check(house: Theatre):
    return house.services.payments.check(by=house.admin)


def reserve(house: Theatre, *labels, days=2, **changes):
    return house.services.tickets.reserve(
        house.order(*labels, **changes),
        until=house.clock.now + timedelta(days=days),
        notes="Ms Gray",
        by=house.cashier,
    )


# -- cancelling ------------------------------------------------------------------------------


def test_a_cancelled_ticket_frees_its_seat_and_admits_nobody(house: Theatre):
    booking = sold(house, "A-1", "A-2")
    gone = booking.tickets[0]
    result = house.services.bookings.cancel(
        booking.id, ticket_ids=[gone.id], reason="ill", by=house.cashier
    )
    assert [t.status for t in result.booking.tickets] == [
        TicketStatus.CANCELLED,
        TicketStatus.VALID,
    ]
    assert result.booking.status is BookingStatus.PAID
    assert result.owed == gone.price
    assert sold(house, "A-1").tickets[0].seat == "A-1"
    with pytest.raises(SeatTaken):
        sold(house, "A-2")
    assert house.services.bookings.check_in(gone.code, by=house.cashier)[0] is ScanResult.NOT_VALID
    check(house)


def test_cancelling_everything_cancels_the_booking_and_is_told(house: Theatre):
    booking = sold(house, "A-1", "A-2")
    result = house.services.bookings.cancel(booking.id, reason="", by=house.cashier)
    assert result.booking.status is BookingStatus.CANCELLED
    assert result.owed == booking.total
    with pytest.raises(BookingState):
        house.services.bookings.cancel(booking.id, reason="", by=house.cashier)
    note = house.services.bookings.history(booking.id, by=house.cashier)[0]
    assert (note.action, note.body["seats"]) == ("cancelled", ["A-1", "A-2"])
    check(house)


def test_a_ticket_is_not_cancelled_twice(house: Theatre):
    booking = sold(house, "A-1", "A-2")
    one = [booking.tickets[0].id]
    house.services.bookings.cancel(booking.id, ticket_ids=one, reason="", by=house.cashier)
    with pytest.raises(TicketState):
        house.services.bookings.cancel(booking.id, ticket_ids=one, reason="", by=house.cashier)
    with pytest.raises(NotFound):
        house.services.bookings.cancel(new_id(), reason="", by=house.cashier)


# -- refunds -----------------------------------------------------------------------------------


def test_a_refund_goes_back_in_parts_and_never_beyond_what_is_held(house: Theatre):
    booking = sold(house, "A-1", "A-2")
    first, second = booking.tickets
    give = house.services.bookings.refund
    give(booking.id, wanted={first.id: house.euros(10)}, reason="x", key="k1", by=house.cashier)
    with pytest.raises(TooMuchRefund) as refusal:
        give(booking.id, wanted={first.id: first.price}, reason="", key="k2", by=house.cashier)
    assert refusal.value.held == house.euros(30)
    left = {first.id: house.euros(30)} | wanted([second])
    give(booking.id, wanted=left, reason="", key="k3", by=house.cashier)
    with pytest.raises(TooMuchRefund):
        give(booking.id, wanted=wanted([second]), reason="", key="k4", by=house.cashier)
    with pytest.raises(NothingToRefund):
        give(booking.id, wanted={}, reason="", key="k5", by=house.cashier)
    after = house.services.bookings.booking(booking.id, by=house.cashier)
    assert (after.paid, after.refunded) == (house.euros(80), house.euros(80))
    check(house)


def test_a_refund_sent_twice_is_given_once(house: Theatre):
    booking = sold(house, "A-1")
    give = house.services.bookings.refund
    money = wanted(booking.tickets)
    first = give(booking.id, wanted=money, reason="", key="same", by=house.cashier)
    assert give(booking.id, wanted=money, reason="", key="same", by=house.cashier) == first
    assert house.services.bookings.booking(booking.id, by=house.cashier).refunds == first


def test_the_journal_tells_a_refund_as_money_that_left(house: Theatre):
    booking = sold(house, "A-1", "A-2")
    give = house.services.bookings.refund
    give(booking.id, wanted=wanted(booking.tickets), reason="", key="k", by=house.cashier)
    lines = house.services.payments.journal(by=house.admin)
    assert [(line.kind, line.amount) for line in lines] == [("sale", 8000), ("refund", -8000)]
    assert house.services.payments.verify_journal(by=house.admin) == 2


# -- several tenders ---------------------------------------------------------------------------


def test_tenders_split_a_sale_and_a_refund_goes_back_on_each(house: Theatre):
    tenders = (
        Tendered(Tender.SLIP, house.euros(50), "4711"),
        Tendered(Tender.CASH, house.euros(40)),
    )
    booking = sold(house, "A-1", "A-2", tenders=tenders)
    assert [(p.tender, p.amount, p.given) for p in booking.payments] == [
        (Tender.SLIP, house.euros(50), house.euros(50)),
        (Tender.CASH, house.euros(30), house.euros(40)),
    ]
    assert booking.change == house.euros(10)
    refunds = house.services.bookings.refund(
        booking.id, wanted=wanted(booking.tickets), reason="", key="k", by=house.cashier
    )
    assert {(r.tender, r.amount.minor, r.transaction_id) for r in refunds} == {
        (Tender.SLIP, 5000, "4711"),
        (Tender.CASH, 3000, ""),
    }
    check(house)


def test_a_voucher_is_bought_pays_and_takes_its_money_back(house: Theatre):
    buying = replace(house.order(), lines=(), vouchers=(house.euros(100),))
    bought = house.services.tickets.sell(buying, by=house.cashier)
    (voucher,) = bought.vouchers
    booking = sold(house, "A-1", tenders=(Tendered(Tender.VOUCHER, None, voucher.code),))
    assert booking.payments[0].transaction_id == voucher.code
    look = house.services.vouchers.look_up
    assert look(voucher.code, by=house.cashier).balance == house.euros(60)
    house.services.bookings.refund(
        booking.id, wanted=wanted(booking.tickets), reason="", key="k", by=house.cashier
    )
    assert look(voucher.code, by=house.cashier).balance == house.euros(100)
    check(house)


# -- reservations ------------------------------------------------------------------------------


def test_a_reservation_keeps_its_seats_and_takes_no_money(house: Theatre):
    booking = reserve(house, "A-1", "A-2")
    stored = house.services.bookings.booking(booking.id, by=house.cashier)
    assert (stored.notes, stored.total) == ("Ms Gray", house.euros(80))
    assert (booking.status, booking.paid) == (BookingStatus.RESERVED, house.euros(0))
    with pytest.raises(SeatTaken):
        sold(house, "A-1")
    claims = house.services.tickets.house(house.performance.id, by=house.cashier).claims
    assert {claim.reason for claim in claims} == {"reserved"}
    code = booking.tickets[0].code
    assert house.services.bookings.check_in(code, by=house.cashier)[0] is ScanResult.NOT_VALID
    assert house.services.payments.journal(by=house.admin) == ()
    check(house)


def test_a_reservation_is_paid_once(house: Theatre):
    booking = reserve(house, "A-1", "A-2")
    cash = [Tendered(Tender.CASH, house.euros(100))]
    with pytest.raises(NotEnoughMoney):
        house.services.bookings.pay(
            booking.id, tenders=[Tendered(Tender.CASH, house.euros(1))], by=house.cashier
        )
    paid = house.services.bookings.pay(booking.id, tenders=cash, by=house.cashier)
    assert (paid.status, paid.paid, paid.change) == (
        BookingStatus.PAID,
        house.euros(80),
        house.euros(20),
    )
    again = house.services.bookings.pay(booking.id, tenders=cash, by=house.cashier)
    assert again.payments == paid.payments
    claims = house.services.tickets.house(house.performance.id, by=house.cashier).claims
    assert {claim.reason for claim in claims} == {None}
    code = booking.tickets[0].code
    assert house.services.bookings.check_in(code, by=house.cashier)[0] is ScanResult.ADMITTED
    check(house)


def test_a_reservation_past_its_deadline_goes(house: Theatre):
    late, early = reserve(house, "A-1", days=1), reserve(house, "A-2", days=3)
    house.clock.pass_by(days=2)
    assert house.services.bookings.expire(by=house.cashier) == 1
    assert house.services.bookings.expire(by=house.cashier) == 0
    states = [house.services.bookings.booking(b.id, by=house.cashier).status for b in (late, early)]
    assert states == [BookingStatus.CANCELLED, BookingStatus.RESERVED]
    with pytest.raises(BookingState):
        house.services.bookings.pay(late.id, tenders=[Tendered(Tender.CASH)], by=house.cashier)
    sold(house, "A-1")
    check(house)


def test_a_deadline_lies_ahead(house: Theatre):
    with pytest.raises(Invalid):
        reserve(house, "A-1", days=-1)


# -- the door ----------------------------------------------------------------------------------


def test_a_ticket_admits_once(house: Theatre):
    (ticket,) = sold(house, "A-1").tickets
    spaced = " ".join(ticket.code[i : i + 4] for i in range(0, 24, 4)).lower()
    scan = house.services.bookings.check_in
    assert scan(spaced, by=house.cashier)[0] is ScanResult.ADMITTED
    assert scan(ticket.code, by=house.cashier) == (ScanResult.ALREADY_IN, ticket.id)
    page = house.services.bookings.ticket(ticket.id, by=house.cashier)
    assert [s.result for s in page.scans] == [ScanResult.ALREADY_IN, ScanResult.ADMITTED]
    assert scan("nonsense", by=house.cashier) == (ScanResult.UNKNOWN, None)


# -- finding -----------------------------------------------------------------------------------


@pytest.fixture
def customer(house: Theatre):
    return house.services.customers.add(Contact("Ada Byron", "ada@example.org"), by=house.cashier)


def test_bookings_are_found_by_number_customer_title_and_code(house: Theatre, customer):
    mine = sold(house, "A-1", customer_id=customer.id)
    house.clock.pass_by(minutes=1)
    walk_up = sold(house, "A-2")

    def found(text):
        lines = house.services.bookings.bookings(BookingFilter(text), by=house.cashier)
        assert len(lines) == house.services.bookings.count(BookingFilter(text), by=house.cashier)
        return [line.id for line in lines]

    assert found("byron") == found("ADA@") == found(mine.tickets[0].code.lower()) == [mine.id]
    assert found(walk_up.number.lower()) == [walk_up.id]
    assert found("winter") == found("") == [walk_up.id, mine.id]
    assert found("%") == found("nobody") == []


def test_tickets_are_filtered_and_paged(house: Theatre, customer):
    booking = sold(house, "A-1", "A-2", "A-3", customer_id=customer.id)
    sold(house, "A-4")
    house.services.bookings.cancel(
        booking.id, ticket_ids=[booking.tickets[0].id], reason="", by=house.cashier
    )
    ask = house.services.bookings.tickets
    valid = TicketFilter(statuses=(TicketStatus.VALID,))
    assert {t.seat for t in ask(valid, by=house.cashier)} == {"A-2", "A-3", "A-4"}
    named = TicketFilter(search="byron", event_id=house.event.id)
    assert {t.seat for t in ask(named, by=house.cashier)} == {"A-1", "A-2", "A-3"}
    pages = [ask(TicketFilter(), offset=k, limit=1, by=house.cashier)[0].id for k in range(4)]
    assert (
        len(set(pages)) == 4 == house.services.bookings.count_tickets(valid, by=house.cashier) + 1
    )


def test_a_tickets_page_tells_its_money_its_scans_and_its_history(house: Theatre, customer):
    tenders = (Tendered(Tender.SLIP, house.euros(30), "99"), Tendered(Tender.CASH))
    booking = sold(house, "A-1", customer_id=customer.id, tenders=tenders)
    (ticket,) = booking.tickets
    give = house.services.bookings.refund
    give(booking.id, wanted={ticket.id: house.euros(5)}, reason="", key="k", by=house.cashier)
    page = house.services.bookings.ticket(ticket.id, by=house.cashier)
    assert [(c.payment.tender, c.amount) for c in page.covers] == [
        (Tender.SLIP, house.euros(30)),
        (Tender.CASH, house.euros(10)),
    ]
    assert page.held == house.euros(35)
    assert [b.amount for b in page.backs] == [house.euros(5)]
    assert {t.kind.value for t in page.told} == {
        "booking_confirmed",
        "payment_received",
        "refunded",
    }
    assert (page.venue, page.ticket.tax) == ("Playhouse", ticket.tax)


def test_customers_see_their_own_and_nothing_else(house: Theatre, customer):
    mine, other = sold(house, "A-1", customer_id=customer.id), sold(house, "A-2")
    ada = replace(house.cashier, user_id=customer.id, role=Role.CUSTOMER)
    bookings = house.services.bookings
    assert bookings.booking(mine.id, by=ada).id == mine.id
    assert bookings.ticket(mine.tickets[0].id, by=ada).line.seat == "A-1"
    assert [t.seat for t in bookings.tickets(TicketFilter(user_id=ada.user_id), by=ada)] == ["A-1"]
    for refused in (
        lambda: bookings.booking(other.id, by=ada),
        lambda: bookings.ticket(other.tickets[0].id, by=ada),
        lambda: bookings.tickets(TicketFilter(), by=ada),
        lambda: bookings.bookings(by=ada),
        lambda: bookings.cancel(mine.id, reason="", by=ada),
    ):
        with pytest.raises(Denied):
            refused()


def test_a_customer_buys_in_their_own_name_without_cash(house: Theatre, customer):
    ada = replace(house.cashier, user_id=customer.id, role=Role.CUSTOMER)
    buying = replace(house.order(), lines=(), vouchers=(Money(10_000, EUR),))
    (voucher,) = house.services.tickets.sell(buying, by=house.cashier).vouchers
    by_voucher = (Tendered(Tender.VOUCHER, None, voucher.code),)
    sell = house.services.tickets.sell
    for order in (
        house.order("A-1", customer_id=customer.id),  # cash
        house.order("A-1", tenders=by_voucher),  # nobody's
        house.order("A-1", tenders=by_voucher, customer_id=house.cashier.user_id),
    ):
        with pytest.raises(Denied):
            sell(order, by=ada)
    order = house.order("A-1", tenders=by_voucher, customer_id=customer.id, channel="kiosk")
    assert sell(order, by=ada).customer_id == customer.id


def test_a_page_far_away_is_the_same_whatever_is_passed_over_to_it(house: Theatre, monkeypatch):
    numbers = []
    for label in ("A-1", "A-2", "A-3", "A-4", "A-5"):
        house.clock.pass_by(minutes=1)
        numbers.insert(0, sold(house, label).number)
    monkeypatch.setattr("app.persistence.found_rows._FAR", 0)
    for offset in range(6):
        page = house.services.bookings.bookings(
            BookingFilter(), offset=offset, limit=2, by=house.cashier
        )
        assert [line.number for line in page] == numbers[offset : offset + 2]


# -- cards ---------------------------------------------------------------------------------------


def test_a_card_refund_asked_twice_after_a_lost_answer_goes_back_once(database_url: str):
    device = SimulatedTerminal(script=["approve", "lose_answer"])
    house = theatre(database_url, clock=Clock(), terminal=SimulatorDriver(device, patience=0.05))
    services, by = house.services, house.cashier
    attempt = services.cards.charge(house.euros(40), key=new_id(), basket_id=new_id(), by=by)
    booking = sold(house, "A-1", tenders=(Tendered(Tender.CARD, None, attempt.id),))
    give = services.bookings.refund
    money, key = wanted(booking.tickets), new_id()
    with pytest.raises(TerminalTimeout):
        give(booking.id, wanted=money, reason="ill", key=key, by=by)
    assert services.bookings.booking(booking.id, by=by).refunds == ()
    (refund,) = give(booking.id, wanted=money, reason="ill", key=key, by=by)
    assert (refund.tender, refund.amount) == (Tender.CARD, house.euros(40))
    assert services.cards.unresolved(by=by) == ()
    services.payments.check(by=house.admin)
    services.close()
