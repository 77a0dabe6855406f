"""Which ticket gets which discount: never more than one, never more than it may, and the most in all."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from app.domain.discounts import Admission, Discount, DiscountEntry, DiscountKind, Scope
from app.domain.reductions import enough, reductions
from app.domain.tickets import Place
from app.domain.values import Money

_ids = itertools.count()


def discount(kind: DiscountKind, *, used: int = 0, **terms) -> Discount:
    return Discount(f"{next(_ids):06}", DiscountEntry("It", kind, **terms), used=used)


def percent(part: int, **terms) -> Discount:
    return discount(DiscountKind.PERCENT, value=part, **terms)


def amount(minor: int, **terms) -> Discount:
    return discount(DiscountKind.AMOUNT, value=minor, currency="EUR", **terms)


def n_for_m(takes: int, pays: int, **terms) -> Discount:
    return discount(DiscountKind.N_FOR_M, takes=takes, pays=pays, **terms)


def tickets(*prices: int, performance: str = "p", zone: str = "Z") -> list[Admission]:
    return [
        Admission(Place(performance, no), "e", zone, "adult", Money(price, "EUR"))
        for no, price in enumerate(prices, 1)
    ]


def off(wanted: list[Admission], *discounts: Discount) -> list[int | None]:
    return [one and one.amount.minor for one in reductions(wanted, discounts)]


def test_a_part_of_a_price_is_rounded_half_up_ticket_by_ticket():
    assert off(tickets(1005, 1004, 1), percent(1000)) == [101, 100, None]
    assert off(tickets(999), percent(10_000)) == [999]


def test_an_amount_never_takes_more_than_the_price():
    assert off(tickets(500, 300, 0), amount(400)) == [400, 300, None]


def test_an_amount_is_for_its_own_currency():
    dollars = [Admission(Place("p", 1), "e", "Z", "adult", Money(500, "USD"))]
    assert off(dollars, amount(400)) == [None]


def test_of_each_n_the_cheapest_go_free():
    assert off(tickets(4000, 4000, 2000, 3000), n_for_m(4, 3)) == [0, 0, 2000, 0]
    assert off(tickets(4000, 3000, 2000), n_for_m(3, 1)) == [0, 3000, 2000]


def test_groups_are_made_so_that_they_free_the_most():
    wanted = tickets(4000, 2000, 4000, 2000, 4000, 2000, 4000, 2000)
    found = off(wanted, n_for_m(4, 3))
    assert sum(one or 0 for one in found) == 6000
    assert off(tickets(5000, 1000, 1000), n_for_m(2, 1)) in ([None, 0, 1000], [0, 1000, None])


def test_groups_are_of_one_performance():
    wanted = [*tickets(4000, 4000), *tickets(4000, performance="q")]
    assert off(wanted, n_for_m(3, 2)) == [None, None, None]


def test_a_ticket_gets_one_discount_and_the_basket_the_best():
    wanted = tickets(10_000, 4000, 4000, 4000, 4000)
    assert off(wanted, percent(1000), n_for_m(4, 3)) == [1000, 0, 0, 0, 4000]


def test_of_equal_discounts_the_first_is_given():
    first, second = percent(1000), percent(1000)
    found = reductions(tickets(4000), [first, second])
    assert found[0].discount is first


def test_a_discount_with_limits_is_kept_for_those_who_have_no_other():
    free, limited = percent(1000), percent(1000, per_booking=1)
    found = reductions(tickets(4000, 4000), [limited, free])
    assert [one.discount for one in found] == [free, free]


def test_limits_go_to_the_tickets_that_gain_most():
    assert off(tickets(1000, 3000, 2000), percent(5000, per_booking=1)) == [None, 1500, None]
    assert off(tickets(1000, 3000), percent(5000, most_uses=5, used=4)) == [None, 1500]


def test_too_few_tickets_get_nothing():
    assert off(tickets(1000, 1000), percent(5000, from_tickets=3)) == [None, None]
    assert off(tickets(1000, 0, 1000), percent(5000, from_tickets=3)) == [None, None, None]


def test_a_group_that_has_no_uses_left_is_not_begun():
    assert off(tickets(1000, 1000), n_for_m(2, 1, most_uses=10, used=9)) == [None, None]


def test_a_scope_names_tickets():
    stalls, circle = tickets(1000, zone="Stalls"), tickets(1000, zone="Circle")
    cheap = percent(5000, scope=Scope(zones=frozenset({"STALLS"})))
    assert (off(stalls, cheap), off(circle, cheap)) == ([500], [None])
    bound = percent(5000, scope=Scope(seats={"p": frozenset({2})}))
    assert off(tickets(1000, 1000), bound) == [None, 500]
    of_event = percent(5000, scope=Scope(events=frozenset({"e"})))
    of_another = percent(5000, scope=Scope(events=frozenset({"x"}), performances=frozenset({"p"})))
    elsewhere = percent(5000, scope=Scope(events=frozenset({"x"})))
    assert [off(stalls, one) for one in (of_event, of_another, elsewhere)] == [[500], [500], [None]]
    children = percent(5000, scope=Scope(price_types=frozenset({"child"})))
    assert off(stalls, children) == [None]


# -- against counting every way there is --------------------------------------------------------

_prices = st.sampled_from([0, 1, 1000, 1999, 4001])


@st.composite
def baskets(draw) -> list[Admission]:
    return [
        Admission(
            Place(draw(st.sampled_from("pq")), no),
            "e",
            draw(st.sampled_from("YZ")),
            draw(st.sampled_from("ab")),
            Money(draw(_prices), "EUR"),
        )
        for no in range(draw(st.integers(1, 6)))
    ]


@st.composite
def offers(draw) -> Discount:
    takes = draw(st.integers(2, 3))
    return discount(
        draw(st.sampled_from(DiscountKind)),
        value=draw(st.sampled_from([1, 300, 999, 3333, 10_000])),
        currency="EUR",
        takes=takes,
        pays=draw(st.integers(1, takes - 1)),
        scope=Scope(
            zones=draw(st.sampled_from([frozenset(), frozenset("Y")])),
            price_types=draw(st.sampled_from([frozenset(), frozenset("a")])),
        ),
        from_tickets=draw(st.sampled_from([1, 1, 2, 4])),
        per_booking=draw(st.sampled_from([None, None, 2, 3])),
        most_uses=draw(st.sampled_from([None, None, 5])),
        used=draw(st.sampled_from([0, 3])),
    )


def limit(one: Discount) -> int:
    return min(n for n in (one.terms.per_booking, one.left, 99) if n is not None)


def freed(mine: list[Admission], one: Discount) -> int | None:
    """What n for m takes off these tickets; None when they make no whole groups."""
    terms, total = one.terms, 0
    for performance in {ticket.place.performance_id for ticket in mine}:
        prices = [t.price.minor for t in mine if t.place.performance_id == performance]
        prices.sort(reverse=True)
        if len(prices) % terms.takes:
            return None
        for start in range(0, len(prices), terms.takes):
            total += sum(prices[start + terms.pays : start + terms.takes])
    return total


def most(wanted: list[Admission], discounts: list[Discount]) -> int:
    """By trying every discount on every ticket."""
    usable = [one for one in discounts if enough(one, [t for t in wanted if one.covers(t)])]
    best = 0
    for choice in itertools.product([None, *usable], repeat=len(wanted)):
        total: int | None = 0
        for one in usable:
            mine = [ticket for ticket, chosen in zip(wanted, choice, strict=True) if chosen is one]
            if len(mine) > limit(one) or not all(one.covers(ticket) for ticket in mine):
                total = None
            elif one.terms.kind is DiscountKind.N_FOR_M:
                free = freed(mine, one)
                total = None if free is None else total + free
            else:
                total += sum(one.off(ticket.price).minor for ticket in mine)
            if total is None:
                break
        best = max(best, total or 0)
    return best


@given(baskets(), st.lists(offers(), min_size=1, max_size=3))
def test_no_other_way_takes_off_more(wanted, discounts):
    found = reductions(wanted, discounts)
    assert sum(one.amount.minor for one in found if one) == most(wanted, discounts)


@given(baskets(), st.lists(offers(), min_size=1, max_size=3))
def test_every_rule_holds(wanted, discounts):
    found = reductions(wanted, discounts)
    for ticket, one in zip(wanted, found, strict=True):
        assert one is None or 0 <= one.amount.minor <= ticket.price.minor
    for one in discounts:
        mine = [t for t, r in zip(wanted, found, strict=True) if r and r.discount is one]
        assert len(mine) <= limit(one)
        assert all(one.covers(ticket) for ticket in mine)
        taken = sum(r.amount.minor for r in found if r and r.discount is one)
        if one.terms.kind is DiscountKind.N_FOR_M:
            assert freed(mine, one) == taken
        else:
            assert sum(one.off(ticket.price).minor for ticket in mine) == taken


@given(baskets(), st.lists(offers(), min_size=1, max_size=3), st.randoms())
def test_the_order_of_the_basket_does_not_matter(wanted, discounts, shuffled):
    first = dict(zip(wanted, reductions(wanted, discounts), strict=True))
    other = list(wanted)
    shuffled.shuffle(other)
    assert dict(zip(other, reductions(other, discounts), strict=True)) == first


def test_a_large_party_is_counted_too():
    wanted = tickets(*(1000 + 10 * (no % 7) for no in range(400)))
    limited = [percent(2000 + no, per_booking=40) for no in range(3)]
    found = off(wanted, n_for_m(5, 4), percent(1000), *limited)
    assert sum(one or 0 for one in found) >= 400 * 100
