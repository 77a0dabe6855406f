"""Cards: whatever the terminal does, nobody is charged twice and no charge is forgotten."""

from collections import Counter
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.bootstrap import build
from app.config import Settings
from app.domain.cards import UNRESOLVED, AttemptKind, AttemptStatus, CardAttempt
from app.domain.errors import (
    CardNotApproved,
    DatabaseUnavailable,
    Denied,
    NotFound,
    SeatTaken,
    TerminalTimeout,
    TerminalUnreachable,
)
from app.domain.payments import Tender, Tendered
from app.domain.users import Operator, Role
from app.domain.values import Money, new_id
from app.gateways.card_terminal import NoTerminal, SimulatedTerminal, SimulatorDriver
from app.services.cards import CardService
from tests.builders import Theatre, plan, theatre

FORTY = Money(4000, "EUR")


class Till:
    """A theatre with a terminal that does as the script says."""

    def __init__(self, house: Theatre, *script: str) -> None:
        self.house = house
        self.device = SimulatedTerminal(script=script, by_amount=False)
        self.driver = SimulatorDriver(self.device)
        self.cards = CardService(house.services.tickets._work, terminal=self.driver)
        self.by = house.cashier

    def charge(self, amount: Money = FORTY, *, key: str = "") -> CardAttempt:
        return self.cards.charge(amount, key=key or new_id(), basket_id="basket", by=self.by)

    def sell(self, *labels: str, attempt: CardAttempt, **changes):
        tenders = (Tendered(Tender.CARD, attempt.amount, attempt.id),)
        order = self.house.order(*labels, tenders=tenders, **changes)
        return self.cards.sold_with(
            [attempt.id],
            sell=lambda: self.house.services.tickets.sell(order, by=self.by),
            by=self.by,
        )

    def charged(self) -> dict[str, int]:
        return self.device.moved()

    def status(self, attempt: CardAttempt) -> AttemptStatus:
        return self.cards.attempt(attempt.id, by=self.by).status


def silent(key, *, amount):
    raise TerminalTimeout


@pytest.fixture
def till(house: Theatre):
    return lambda *script: Till(house, *script)


def test_an_approved_card_pays_for_a_booking_once(till):
    till = till("approve")
    attempt = till.charge()
    booking = till.sell("A-1", attempt=attempt)
    (payment,) = booking.payments
    assert payment.tender is Tender.CARD
    assert payment.transaction_id == attempt.transaction_id
    assert till.status(attempt) is AttemptStatus.BOOKED
    assert till.cards.unresolved(by=till.by) == ()
    with pytest.raises(CardNotApproved):
        till.sell("A-2", attempt=attempt)
    assert till.charged() == {attempt.id: 4000}, "a booked approval is not reversed by a later sale"


def test_what_was_asked_is_written_down_before_the_terminal_hears_of_it(till):
    till = till()
    seen = []

    def authorise(key, *, amount):
        seen.append([a.status for a in till.cards.unresolved(by=till.by)])
        raise TerminalTimeout

    till.driver.authorise = authorise
    assert till.charge().status is AttemptStatus.UNKNOWN
    assert seen == [[AttemptStatus.PENDING]]


def test_a_declined_card_takes_nothing_and_says_why(till):
    till = till("decline")
    attempt = till.charge()
    assert (attempt.status, attempt.reason) == (AttemptStatus.DECLINED, "funds")
    assert till.charged() == {}
    assert till.cards.unresolved(by=till.by) == ()


@pytest.mark.parametrize("behaviour", ["lose_answer", "time_out"])
def test_an_answer_that_got_lost_is_asked_for_never_charged_again(till, behaviour):
    till = till(behaviour, "approve")
    attempt = till.charge()
    assert attempt.status is AttemptStatus.UNKNOWN
    assert [a.id for a in till.cards.unresolved(by=till.by)] == [attempt.id]
    for _ in range(3):
        found = till.cards.ask_again(attempt.id, by=till.by)
    assert found.status is AttemptStatus.APPROVED
    assert found.transaction_id
    assert till.charged() == {attempt.id: 4000}


def test_the_same_key_twice_is_one_charge(till):
    till = till("lose_answer", "approve", "approve")
    key = new_id()
    first, second, third = (till.charge(key=key) for _ in range(3))
    assert first.status is AttemptStatus.UNKNOWN
    assert second.status is third.status is AttemptStatus.APPROVED
    assert till.charged() == {key: 4000}
    with pytest.raises(CardNotApproved):
        till.charge(Money(100, "EUR"), key=key)


def test_an_answer_that_comes_twice_is_not_taken_for_the_next_customers(till):
    till = till("answer_twice", "decline")
    assert till.charge().status is AttemptStatus.APPROVED
    assert till.charge(Money(3000, "EUR")).status is AttemptStatus.DECLINED


def test_a_sale_that_is_refused_gives_the_money_back(till):
    till = till("approve")
    till.house.services.tickets.sell(till.house.order("A-1"), by=till.by)
    attempt = till.charge()
    with pytest.raises(SeatTaken):
        till.sell("A-1", attempt=attempt)
    assert till.status(attempt) is AttemptStatus.REVERSED
    assert till.charged() == {}


def test_what_cannot_be_reversed_now_is_listed(till):
    till = till("approve")
    till.house.services.tickets.sell(till.house.order("A-1"), by=till.by)
    attempt = till.charge()
    till.driver.unplugged = True
    with pytest.raises(SeatTaken):
        till.sell("A-1", attempt=attempt)
    assert [a.id for a in till.cards.unresolved(by=till.by)] == [attempt.id]
    till.driver.unplugged = False
    assert till.cards.cancel(attempt.id, by=till.by).status is AttemptStatus.REVERSED
    assert till.charged() == {}


def test_a_sale_whose_fate_nobody_knows_keeps_the_approval_and_is_sent_again(till):
    till = till("approve")
    attempt = till.charge()
    order = till.house.order("A-1", tenders=(Tendered(Tender.CARD, FORTY, attempt.id),))

    def lost():
        till.house.services.tickets.sell(order, by=till.by)
        raise DatabaseUnavailable("no_answer")

    with pytest.raises(DatabaseUnavailable):
        till.cards.sold_with([attempt.id], sell=lost, by=till.by)
    again = till.cards.sold_with(
        [attempt.id], sell=lambda: till.house.services.tickets.sell(order, by=till.by), by=till.by
    )
    assert len(again.payments) == 1
    assert till.charged() == {attempt.id: 4000}


def test_cancelling_burns_the_key_even_when_the_terminal_never_heard_of_it(till):
    till = till("approve")
    till.driver.authorise = silent
    attempt = till.charge()
    assert till.cards.cancel(attempt.id, by=till.by).status is AttemptStatus.REVERSED
    del till.driver.authorise
    till.device.ask(attempt.id, kind="charge", amount=FORTY, behaviour="approve")
    assert till.charged() == {}


def test_a_request_that_never_arrived_is_declined_and_can_never_arrive(till):
    till = till()
    till.driver.authorise = silent
    attempt = till.charge()
    assert till.cards.ask_again(attempt.id, by=till.by).status is AttemptStatus.DECLINED
    till.device.ask(attempt.id, kind="charge", amount=FORTY, behaviour="approve")
    assert till.charged() == {}


def test_an_unplugged_terminal_is_said_and_leaves_nothing_open(till):
    till = till("unplugged")
    with pytest.raises(TerminalUnreachable):
        till.charge()
    assert till.cards.unresolved(by=till.by) == ()


@pytest.mark.parametrize("behaviour", ["approve", "lose_answer", "time_out", "answer_twice"])
def test_money_goes_back_to_the_card_once(till, database_url, behaviour):
    till = till("approve", behaviour)
    attempt = till.charge()
    booking = till.sell("A-1", attempt=attempt)
    services = build(Settings(database_url), terminal=till.driver, clock=till.house.clock)
    key, refunds = new_id(), ()
    for _ in range(4):  # pressed again until it is known
        with suppress(TerminalTimeout):
            refunds = services.bookings.refund(
                booking.id,
                wanted={booking.tickets[0].id: FORTY},
                reason="ill",
                key=key,
                by=till.by,
            )
    services.close()
    (given_back,) = refunds
    assert given_back.amount == FORTY
    assert sorted(till.charged().values()) == [-4000, 4000]
    assert till.cards.unresolved(by=till.by) == ()


def test_when_one_of_two_cards_declines_the_other_is_left_alone_too(till, database_url):
    till = till("approve", "approve", "approve", "decline", "approve", "approve")
    parts = [till.charge(till.house.euros(25)), till.charge(till.house.euros(15))]
    tenders = tuple(Tendered(Tender.CARD, part.amount, part.id) for part in parts)
    order = till.house.order("A-1", tenders=tenders)
    booking = till.house.services.tickets.sell(order, by=till.by)
    services = build(Settings(database_url), terminal=till.driver, clock=till.house.clock)

    def refund():
        wanted = {booking.tickets[0].id: FORTY}
        return services.bookings.refund(
            booking.id, wanted=wanted, reason="ill", key=new_id(), by=till.by
        )

    with pytest.raises(CardNotApproved):
        refund()
    assert sorted(till.charged().values()) == [1500, 2500]
    assert sum(one.amount.minor for one in refund()) == 4000  # another try is another act
    services.close()
    assert sum(till.charged().values()) == 0
    assert till.cards.unresolved(by=till.by) == ()


def test_a_refund_that_never_reached_the_books_is_listed_and_can_be_undone(till):
    till = till("approve", "approve")
    booking = till.sell("A-1", attempt=till.charge())
    refund = till.cards.refund(
        FORTY,
        key=new_id(),
        booking_id=booking.id,
        transaction_id=booking.payments[0].transaction_id,
        by=till.by,
    )
    (listed,) = till.cards.unresolved(by=till.by)
    assert (listed.kind, listed.booking_number) == (AttemptKind.REFUND, booking.number)
    till.cards.cancel(refund.id, by=till.by)
    assert sorted(till.charged().values()) == [4000]


def test_only_the_station_that_asked_can_ask_again(till):
    till = till("lose_answer")
    attempt = till.charge()
    elsewhere = Operator(till.by.user_id, "Carla", Role.CASHIER, "another", "T2")
    with pytest.raises(NotFound):
        till.cards.ask_again(attempt.id, by=elsewhere)
    assert till.cards.unresolved(by=elsewhere) == ()


def test_a_customer_sees_only_what_was_asked_for_them(till):
    till = till("approve")
    attempt = till.charge()
    stranger = Operator(new_id(), "Mia", Role.CUSTOMER, till.by.station_id, "T1")
    with pytest.raises(Denied):
        till.cards.cancel(attempt.id, by=stranger)
    with pytest.raises(Denied):
        till.cards.unresolved(by=stranger)


def test_a_station_without_a_terminal_says_so(house):
    cards = CardService(house.services.tickets._work, terminal=NoTerminal())
    assert not cards.available
    with pytest.raises(TerminalUnreachable):
        cards.charge(FORTY, key=new_id(), basket_id="", by=house.cashier)


# --- the property -----------------------------------------------------------------------------

ACTS = st.lists(
    st.tuples(
        st.sampled_from(
            ["charge", "charge_again", "ask", "cancel", "sell", "sell_taken", "pull", "plug"]
        ),
        st.sampled_from(
            ["approve", "decline", "time_out", "lose_answer", "answer_twice", "unplugged"]
        ),
        st.integers(0, 3),
    ),
    max_size=24,
)


@pytest.fixture(scope="module")
def stage(tmp_path_factory, sqlite_template):
    """One theatre for all examples: they do not meet, every key is new."""
    path = tmp_path_factory.mktemp("cards") / "cards.db"
    path.write_bytes(sqlite_template.read_bytes())
    made = theatre(f"sqlite:///{path}", house=plan(rows=60, seats=100, zones=1))
    made.free = iter(range(1, 6001))
    made.services.tickets.sell(made.order_of([next(made.free)]), by=made.cashier)
    yield made
    made.services.close()


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ACTS)
def test_whatever_the_terminal_does_money_is_booked_reversed_or_listed(stage, acts):
    till = Till(stage)
    keys = [new_id() for _ in range(4)]
    asked: Counter[str] = Counter()
    for act, behaviour, number in acts:
        till.device._script.clear()
        till.device._script.append(behaviour)
        _do(till, act, keys[number], asked)
    till.driver.unplugged = False
    charged = till.charged()
    assert all(amount in (0, 4000) for amount in charged.values()), "charged twice"
    states = {}
    for key in asked:
        states[key] = till.cards.attempt(key, by=till.by).status
        if states[key] is AttemptStatus.BOOKED:
            assert charged.get(key) == 4000
        elif states[key] not in UNRESOLVED:
            assert key not in charged, f"{states[key]} but charged"
    listed = {a.id for a in till.cards.unresolved(by=till.by)} & set(keys)
    accounted = {key for key, state in states.items() if state is AttemptStatus.BOOKED} | listed
    assert set(charged) <= accounted, "an approved charge was forgotten"
    for key in listed:  # and asking settles each of them
        for _ in range(3):
            till.cards.ask_again(key, by=till.by)
        till.cards.cancel(key, by=till.by)
    assert set(till.charged()) == {k for k, s in states.items() if s is AttemptStatus.BOOKED}
    assert not {a.id for a in till.cards.unresolved(by=till.by)} & set(keys)


def _do(till: Till, act: str, key: str, asked: Counter) -> None:
    tickets = till.house.services.tickets
    try:
        if act in {"charge", "charge_again"}:
            asked[key] += 1
            for _ in range(1 if act == "charge" else 2):
                till.charge(key=key)
        elif act == "pull":
            till.driver.unplugged = True
        elif act == "plug":
            till.driver.unplugged = False
        elif key not in asked:
            return
        elif act == "ask":
            till.cards.ask_again(key, by=till.by)
        elif act == "cancel":
            till.cards.cancel(key, by=till.by)
        else:
            seat = 1 if act == "sell_taken" else next(till.house.free)
            order = till.house.order_of([seat], tenders=(Tendered(Tender.CARD, FORTY, key),))
            till.cards.sold_with([key], sell=lambda: tickets.sell(order, by=till.by), by=till.by)
    except (TerminalUnreachable, TerminalTimeout, CardNotApproved, SeatTaken):
        pass
