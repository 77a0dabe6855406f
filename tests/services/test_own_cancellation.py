"""Customers who cancel for themselves: by the rules of the event, to the cent, to where it came from."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import CardNotApproved, Denied, Invalid, OwnCancelRefused
from app.domain.notifications import Kind
from app.domain.own_cancellation import OwnTerms, own_cancellation
from app.domain.payments import Held, Tender, Tendered
from app.domain.tickets import Booking, BookingStatus, Ticket, TicketStatus
from app.domain.users import Operator, Role
from app.domain.values import Money, new_id
from app.gateways.card_terminal import SimulatedTerminal, SimulatorDriver
from tests.builders import NOON, Clock, plan, theatre
from tests.services.stage import customer
from tests.services.test_analytics_rollups import differences


class Kiosk:
    """A customer with tickets paid by card, and an event that lets them cancel."""

    def __init__(self, url: str, *script: str, hours: int | None = 24, fee: int = 250) -> None:
        device = SimulatedTerminal(script=["approve", *script])
        self.house = theatre(
            url, clock=Clock(), house=plan(), terminal=SimulatorDriver(device, patience=0.05)
        )
        self.services = self.house.services
        programme = self.services.programme
        event = programme.event(self.house.event.id, by=self.house.admin)
        self.event = programme.edit_event(
            replace(event, cancel_hours=hours, cancel_fee=fee), by=self.house.admin
        )
        ada = customer(self.house, "Ada", "ada@example.org")
        self.ada: Operator = replace(
            self.house.cashier, user_id=ada, name="Ada", role=Role.CUSTOMER
        )

    def buy(self, *labels: str, tenders=()) -> Booking:
        if not tenders:
            total = self.house.euros(40 * len(labels))
            attempt = self.services.cards.charge(
                total, key=new_id(), basket_id=new_id(), by=self.ada
            )
            tenders = (Tendered(Tender.CARD, total, attempt.id),)
        order = self.house.order(*labels, customer_id=self.ada.user_id, tenders=tenders)
        return self.services.tickets.sell(order, by=self.house.cashier)

    def cancel(self, *tickets: Ticket, key: str = "", by: Operator | None = None) -> Booking:
        ids = [ticket.id for ticket in tickets]
        return self.services.bookings.cancel_own(ids, key=key or new_id(), by=by or self.ada)

    def plan(self, booking: Booking):
        return self.services.bookings.own_cancellation(booking.id, by=self.ada)

    def check(self) -> None:
        self.services.payments.check(by=self.house.admin)
        self.services.payments.verify_journal(by=self.house.admin)
        assert differences(self.house) == {}
        assert self.services.cards.unresolved(by=self.house.cashier) == ()


@pytest.fixture
def kiosk(database_url: str):
    made = Kiosk(database_url)
    yield made
    made.services.close()


def test_what_was_shown_comes_back_to_the_card_and_the_fee_stays(kiosk: Kiosk):
    booking = kiosk.buy("A-1", "A-2")
    first, second = booking.tickets
    shown = kiosk.plan(booking)
    (one,) = shown.of([first.id])
    euros = kiosk.house.euros
    assert (one.held, one.fee, one.back, one.refusal) == (euros(40), euros(2.5), euros(37.5), "")
    assert one.until == kiosk.house.performance.starts_at - timedelta(hours=24)
    (part,) = shown.parts([first.id])
    after = kiosk.cancel(first)
    (refund,) = after.refunds
    assert (
        (refund.tender, refund.amount) == (part.tender, part.amount) == (Tender.CARD, euros(37.5))
    )
    assert [t.status for t in after.tickets] == [TicketStatus.CANCELLED, TicketStatus.VALID]
    held = kiosk.services.bookings.held(booking.id, by=kiosk.house.cashier)
    assert {h.ticket_id: h.amount for h in held} == {first.id: euros(2.5), second.id: euros(40)}
    note = kiosk.services.bookings.history(booking.id, by=kiosk.house.cashier)[0]
    assert (note.action, note.body["own"], note.body["fees"]) == ("cancelled", 1, {first.id: 250})
    kiosk.check()


def test_the_news_is_one_letter_that_says_what_comes_back(kiosk: Kiosk):
    booking = kiosk.buy("A-1")
    before = kiosk.services.outbox.counts(by=kiosk.house.admin).waiting
    kiosk.cancel(*booking.tickets)
    assert kiosk.services.outbox.counts(by=kiosk.house.admin).waiting == before + 1
    told = kiosk.services.notifications.newest(by=kiosk.ada)
    assert {one.kind for one in told[:2]} == {Kind.BOOKING_CANCELLED, Kind.REFUNDED}
    assert {one.content["refunded"] for one in told[:2]} == {3750}


def test_pressed_twice_it_is_done_once(kiosk: Kiosk):
    booking = kiosk.buy("A-1", "A-2")
    first = kiosk.cancel(*booking.tickets, key="same")
    assert kiosk.cancel(*booking.tickets, key="same") == first
    assert first.status is BookingStatus.CANCELLED
    with pytest.raises(OwnCancelRefused) as refusal:
        kiosk.cancel(booking.tickets[0])
    assert refusal.value.reason == "not_valid"
    kiosk.check()


def test_it_is_possible_until_the_hour_and_not_after(kiosk: Kiosk):
    booking = kiosk.buy("A-1", "A-2")
    until = kiosk.house.performance.starts_at - timedelta(hours=24)
    kiosk.house.clock.now = until
    kiosk.cancel(booking.tickets[0])
    kiosk.house.clock.pass_by(seconds=1)
    with pytest.raises(OwnCancelRefused) as refusal:
        kiosk.cancel(booking.tickets[1])
    assert (refusal.value.reason, refusal.value.until) == ("too_late", until)
    assert kiosk.plan(booking).tickets[0].refusal == "too_late"


def test_an_event_that_says_nothing_lets_nobody_cancel(database_url: str):
    kiosk = Kiosk(database_url, hours=None)
    booking = kiosk.buy("A-1")
    with pytest.raises(OwnCancelRefused) as refusal:
        kiosk.cancel(*booking.tickets)
    assert refusal.value.reason == "never"
    kiosk.services.close()


def test_cash_goes_back_at_the_box_office(kiosk: Kiosk):
    cash = kiosk.buy("A-1", tenders=(Tendered(Tender.CASH),))
    slip = kiosk.buy("A-2", tenders=(Tendered(Tender.SLIP, None, "4711"),))
    for booking in (cash, slip):
        with pytest.raises(OwnCancelRefused) as refusal:
            kiosk.cancel(*booking.tickets)
        assert refusal.value.reason == "cash"


def test_a_gift_voucher_gets_its_money_back(kiosk: Kiosk):
    buying = replace(kiosk.house.order(), lines=(), vouchers=(kiosk.house.euros(50),))
    (voucher,) = kiosk.services.tickets.sell(buying, by=kiosk.house.cashier).vouchers
    booking = kiosk.buy("A-1", tenders=(Tendered(Tender.VOUCHER, None, voucher.code),))
    kiosk.cancel(*booking.tickets)
    look = kiosk.services.vouchers.look_up(voucher.code, by=kiosk.house.cashier)
    assert look.balance == kiosk.house.euros(47.5)
    kiosk.check()


def test_only_ones_own_tickets_of_one_booking(kiosk: Kiosk):
    booking = kiosk.buy("A-1", "A-2")
    stranger = replace(kiosk.ada, user_id=customer(kiosk.house, "Bo"))
    with pytest.raises(Denied):
        kiosk.cancel(booking.tickets[0], by=stranger)
    with pytest.raises(Denied):
        kiosk.services.bookings.own_cancellation(booking.id, by=stranger)
    with pytest.raises(Denied):  # a cashier cancels at the counter, under their own name
        kiosk.cancel(booking.tickets[0], by=kiosk.house.cashier)
    other = kiosk.buy("A-3", tenders=(Tendered(Tender.CASH),))
    with pytest.raises(Invalid):
        kiosk.cancel(booking.tickets[0], other.tickets[0])
    with pytest.raises(Invalid):
        kiosk.cancel()


def test_who_is_in_the_house_already_keeps_the_ticket(kiosk: Kiosk):
    booking = kiosk.buy("A-1")
    kiosk.services.bookings.check_in(booking.tickets[0].code, by=kiosk.house.cashier)
    with pytest.raises(OwnCancelRefused) as refusal:
        kiosk.cancel(*booking.tickets)
    assert refusal.value.reason == "admitted"


def test_a_card_that_takes_nothing_back_leaves_the_tickets_as_they_are(database_url: str):
    kiosk = Kiosk(database_url, "decline")
    booking = kiosk.buy("A-1")
    with pytest.raises(CardNotApproved):
        kiosk.cancel(*booking.tickets)
    after = kiosk.services.bookings.booking(booking.id, by=kiosk.ada)
    assert (after.status, after.refunds) == (BookingStatus.PAID, ())
    kiosk.check()
    kiosk.services.close()


def test_a_fee_that_eats_everything_still_frees_the_seat(database_url: str):
    kiosk = Kiosk(database_url, fee=9_900)
    booking = kiosk.buy("A-1")
    (one,) = kiosk.plan(booking).tickets
    assert (one.fee, one.back.minor) == (one.held, 0)
    after = kiosk.cancel(*booking.tickets)
    assert (after.status, after.refunds) == (BookingStatus.CANCELLED, ())
    kiosk.check()
    kiosk.services.close()


def test_the_events_rules_are_kept_and_checked(kiosk: Kiosk):
    programme, by = kiosk.services.programme, kiosk.house.admin
    stored = programme.event(kiosk.event.id, by=by)
    assert (stored.cancel_hours, stored.cancel_fee, stored.exchange_fee) == (24, 250, 0)
    for field, value, problem in (
        ("cancel_hours", -1, "negative"),
        ("cancel_hours", 9_000, "too_large"),
        ("cancel_fee", -1, "negative"),
        ("exchange_fee", 10**15, "too_large"),
    ):
        with pytest.raises(Invalid) as refusal:
            programme.edit_event(replace(stored, **{field: value}), by=by)
        assert refusal.value.problems == {field: problem}


# -- the sum ---------------------------------------------------------------------------------------

MONEY = st.integers(0, 9_999)


@given(st.lists(MONEY, min_size=1, max_size=4), MONEY, st.integers(-3, 3))
def test_back_and_fee_are_what_was_held(parts: list[int], fee: int, seconds: int):
    ticket = Ticket(
        "t", "b", "p", 1, "A-1", "Z", "Adult", Money(sum(parts), "EUR"), Money(0, "EUR"), "C"
    )
    booking = Booking(
        "b", "N", NOON, "", "T1", "kiosk", BookingStatus.PAID, ticket.price, (ticket,)
    )
    held = [
        Held(f"p{n}", Tender.CARD, "x", "t", Money(part, "EUR"))
        for n, part in enumerate(parts)
        if part
    ]
    terms = {"p": OwnTerms(NOON + timedelta(hours=1), 1, fee)}
    now = NOON + timedelta(seconds=seconds)
    made = own_cancellation(booking, held=held, terms=terms, admitted=(), now=now)
    (one,) = made.tickets
    assert one.back + one.fee == one.held == Money(sum(parts), "EUR")
    assert one.fee.minor == min(fee, sum(parts))
    assert (one.refusal == "too_late") is (seconds > 0)
    assert sum(part.amount.minor for part in made.parts(["t"])) == one.back.minor
