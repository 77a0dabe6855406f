"""How held money lies over new tickets, whatever was paid with what."""

from collections import Counter
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from app.domain.exchanges import fees, held_for, moved
from app.domain.payments import Held, Tender, refund_parts
from app.domain.tickets import Ticket
from app.domain.values import Money

NOON = datetime(2026, 11, 24, 11, tzinfo=UTC)


def euros(minor: int) -> Money:
    return Money(minor, "EUR")


def ticket(ticket_id: str, performance_id: str = "tonight") -> Ticket:
    return Ticket(
        ticket_id, "b", performance_id, 1, "A-1", "Stalls", "Adult", euros(4000), euros(262), "X"
    )


@st.composite
def holdings(draw) -> tuple[Held, ...]:
    """Up to four payments over up to five tickets."""
    amounts = draw(
        st.dictionaries(
            st.tuples(st.sampled_from("wxyz"), st.sampled_from("abcde")),
            st.integers(1, 9000),
            max_size=12,
        )
    )
    return tuple(
        Held(payment, Tender.CASH, "", held, euros(amount))
        for (payment, held), amount in sorted(amounts.items())
    )


@given(
    held=holdings(),
    out=st.lists(st.sampled_from("abcde"), unique=True),
    prices=st.lists(st.integers(0, 9000), max_size=5),
    data=st.data(),
)
def test_money_only_moves(held, out, prices, data):
    kept = {
        ticket_id: data.draw(st.integers(0, held_for(held, ticket_id)), label="fee")
        for ticket_id in out
    }
    taken = [(f"new {n}", price) for n, price in enumerate(prices)]
    moves = moved(held, given_up=out, fees=kept, taken=taken)
    for payment in "wxyz":
        assert sum(s.amount for s in moves.shares if s.payment_id == payment) == 0
    after = Counter({(one.payment_id, one.ticket_id): one.amount.minor for one in held})
    for share in moves.shares:
        after[share.payment_id, share.ticket_id] += share.amount
    assert min(after.values(), default=0) >= 0
    by_ticket = Counter()
    for (_, ticket_id), amount in after.items():
        by_ticket[ticket_id] += amount
    short = dict(moves.short)
    assert all(by_ticket[key] + short.get(key, 0) == price for key, price in taken)
    for ticket_id in out:
        back = moves.back.get(ticket_id, euros(0)).minor
        assert by_ticket[ticket_id] == kept[ticket_id] + back
    for ticket_id in set("abcde") - set(out):
        assert by_ticket[ticket_id] == held_for(held, ticket_id)
    assert not (short and moves.back), "nothing goes back while something is to be paid"
    if moves.back:
        parts = refund_parts(moves.kept, moves.back)
        for part in parts:
            for ticket_id, amount in part.shares.items():
                assert amount <= after[part.payment_id, ticket_id]


def test_what_is_left_over_is_of_the_last_payment_and_the_fee_behind_it():
    held = (
        Held("first", Tender.VOUCHER, "V", "a", euros(2000)),
        Held("last", Tender.CARD, "C", "a", euros(2000)),
    )
    moves = moved(held, given_up=["a"], fees={"a": 500}, taken=[("new", 2500)])
    assert [(s.payment_id, s.ticket_id, s.amount) for s in moves.shares] == [
        ("first", "a", -2000),
        ("first", "new", 2000),
        ("last", "a", -500),
        ("last", "new", 500),
    ]
    (part,) = refund_parts(moves.kept, moves.back)
    assert (part.payment_id, part.amount) == ("last", euros(1000))


def test_only_a_ticket_that_changes_its_performance_pays_the_fee():
    out = [ticket("a"), ticket("b"), ticket("c", "tomorrow")]
    terms = {"tonight": 300, "tomorrow": 100}
    held = {"a": 4000, "b": 4000, "c": 50}
    assert fees(out, ["tonight", "tonight", "tomorrow"], per_ticket=terms, held=held) == {}
    assert fees(out, ["later"] * 3, per_ticket=terms, held=held) == {"a": 300, "b": 300, "c": 50}
    # one of tonight's stays, and of the two that leave only one comes back as something else
    assert fees(out, ["tonight", "later"], per_ticket=terms, held=held) == {"b": 300}
    assert fees(out, ["tonight"], per_ticket=terms, held=held) == {}
