"""Splitting money: nothing appears, nothing vanishes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import (
    Invalid,
    NotEnoughMoney,
    NothingToRefund,
    TooMuchMoney,
    TooMuchRefund,
)
from app.domain.payments import Held, Tender, Tendered, refund_parts, settle, spread
from app.domain.values import Money

LIMIT = 2**62
CURRENCIES = st.sampled_from(["EUR", "JPY", "KWD"])
AMOUNTS = st.one_of(st.integers(0, 50), st.integers(0, LIMIT))


@st.composite
def tendered(draw, currency):
    tender = draw(st.sampled_from(Tender))
    amount = draw(st.none() | st.builds(Money, AMOUNTS, st.just(currency)))
    return Tendered(tender, amount, draw(st.sampled_from(["", "4711"])))


@given(st.data(), CURRENCIES, AMOUNTS)
def test_what_is_settled_is_exactly_what_is_due(data, currency, due):
    money = Money(due, currency)
    put_down = data.draw(st.lists(tendered(currency), max_size=4))
    try:
        paid = settle(money, put_down)
    except (NotEnoughMoney, TooMuchMoney, Invalid):
        return
    assert Money.total((p.amount for p in paid), currency) == money
    assert all(p.amount.minor > 0 and p.change.minor >= 0 for p in paid)
    assert all(not p.change for p in paid if p.tender is not Tender.CASH)
    assert all(p.reference for p in paid if p.tender is not Tender.CASH)


def euros(minor):
    return Money(minor, "EUR")


def test_only_cash_gives_change():
    assert settle(euros(30), [Tendered(Tender.CASH, euros(50))])[0].change == euros(20)
    with pytest.raises(TooMuchMoney):
        settle(euros(30), [Tendered(Tender.SLIP, euros(50), "1")])
    with pytest.raises(TooMuchMoney):
        settle(euros(30), [Tendered(Tender.CASH, euros(30)), Tendered(Tender.CASH, euros(1))])


def test_too_little_says_how_much_there_was():
    with pytest.raises(NotEnoughMoney) as refusal:
        settle(euros(30), [Tendered(Tender.SLIP, euros(10), "1"), Tendered(Tender.CASH, euros(5))])
    assert (refusal.value.due, refusal.value.given) == (euros(30), euros(15))


def test_a_card_slip_has_a_number():
    with pytest.raises(Invalid) as refusal:
        settle(euros(30), [Tendered(Tender.SLIP)])
    assert refusal.value.problems == {"slip": "missing"}


def test_nothing_due_takes_nothing():
    assert settle(euros(0), [Tendered(Tender.CASH)]) == ()


@given(st.lists(AMOUNTS, max_size=6), st.lists(AMOUNTS, max_size=6))
def test_payments_are_spread_over_tickets_without_loss(payments, prices):
    shares = spread(
        [(f"p{n}", amount) for n, amount in enumerate(payments)],
        [(f"t{n}", price) for n, price in enumerate(prices)],
    )
    assert sum(share.amount for share in shares) == min(sum(payments), sum(prices))
    assert all(share.amount > 0 for share in shares)
    for n, price in enumerate(prices):
        assert sum(s.amount for s in shares if s.ticket_id == f"t{n}") <= price
    for n, amount in enumerate(payments):
        assert sum(s.amount for s in shares if s.payment_id == f"p{n}") <= amount
    assert len({(s.payment_id, s.ticket_id) for s in shares}) == len(shares)


@given(
    st.lists(
        st.tuples(st.integers(0, 2), st.integers(0, 3), st.integers(1, 100)),
        max_size=8,
        unique_by=lambda held: held[:2],
    ),
    st.dictionaries(st.integers(0, 3).map(lambda n: f"t{n}"), st.integers(0, 150)),
)
def test_a_refund_returns_what_is_asked_or_nothing(rows, asked):
    held = [
        Held(f"p{payment}", Tender.CASH, "", f"t{ticket}", euros(amount))
        for payment, ticket, amount in rows
    ]
    wanted = {ticket: euros(amount) for ticket, amount in asked.items()}
    available = {t: sum(h.amount.minor for h in held if h.ticket_id == t) for t in wanted}
    try:
        parts = refund_parts(held, wanted)
    except TooMuchRefund:
        assert any(asked[t] > available[t] for t in asked)
        return
    except NothingToRefund:
        assert not any(asked.values())
        return
    for ticket, amount in asked.items():
        assert sum(part.shares.get(ticket, 0) for part in parts) == amount
    for part in parts:
        assert part.amount.minor == sum(part.shares.values())
        for ticket, amount in part.shares.items():
            most = sum(
                h.amount.minor
                for h in held
                if (h.payment_id, h.ticket_id) == (part.payment_id, ticket)
            )
            assert amount <= most
