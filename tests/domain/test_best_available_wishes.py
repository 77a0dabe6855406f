"""What a party asks for beside its number: places for wheelchairs, friends, an aisle, a price."""

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.best_available import BestAvailable
from app.domain.errors import Invalid
from app.domain.events import Offer, Performance
from app.domain.party import Together, Wish, zones_within
from app.domain.seating import AISLE, COMPANION, WHEELCHAIR
from app.domain.values import Money
from tests.domain.seat_text import flags, house


def offered(plan, free, wish):
    """What is found, as labels."""
    return [plan.label[i] for i in BestAvailable(plan).find(free, wish)]


def everything(plan):
    return np.ones(len(plan), bool)


# --- wheelchairs ----------------------------------------------------------------------------------


def test_a_companion_sits_beside_the_wheelchair_on_a_companions_place():
    plan = house("ffwcff", "ffffff")
    wish = Wish(2, wheelchairs=1, companions=1)
    assert offered(plan, everything(plan), wish) == ["A-2", "A-3"]


def test_a_space_with_a_companions_place_beside_it_is_better_than_a_better_space_without():
    plan = house("fffffffwf", "f" * 9, "fffffffff", "wcfffffff")
    wish = Wish(2, wheelchairs=1, companions=1)
    assert offered(plan, everything(plan), wish) == ["D-0", "D-1"]


def test_without_a_companions_place_the_companion_sits_on_the_seat_beside():
    plan = house("ffwfff", "ffffcf")
    wish = Wish(2, wheelchairs=1, companions=1)
    found = offered(plan, everything(plan), wish)
    assert "A-2" in found
    assert set(found) <= {"A-1", "A-2", "A-3"}


def test_the_companion_sits_in_the_same_row_when_the_seats_beside_are_taken():
    plan = house("fffwfff", "fffffff")
    wish = Wish(2, wheelchairs=1, companions=1)
    found = offered(plan, flags([".xx.x..", "......."]), wish)
    assert found == ["A-3", "A-5"]
    nowhere_in_the_row = offered(plan, flags(["xxx.xxx", "......."]), wish)
    assert nowhere_in_the_row == ["A-3", "B-3"]


def test_friends_sit_on_ordinary_seats_near_the_wheelchair_and_together():
    plan = house("wcc" + "f" * 9, "f" * 12, "f" * 12)
    wish = Wish(4, wheelchairs=1, companions=1)
    assert offered(plan, everything(plan), wish) == ["A-0", "A-1", "A-3", "A-4"]


def test_two_wheelchairs_take_spaces_close_to_each_other():
    plan = house("wcfffffcw", "fffffffff", "fffwcwfff")
    wish = Wish(3, wheelchairs=2, companions=1)
    assert offered(plan, everything(plan), wish) == ["C-3", "C-4", "C-5"]


def test_no_space_no_offer():
    plan = house("ffffwc")
    best = BestAvailable(plan)
    assert best.find(flags("....x."), Wish(2, wheelchairs=1, companions=1)) == ()
    assert best.find(flags("......"), Wish(3, wheelchairs=2)) == ()
    assert best.find(flags("xxxx.x"), Wish(2, wheelchairs=1, companions=1)) == ()


def test_a_wheelchair_party_that_must_be_in_one_row_is():
    plan = house("wcxx".replace("x", "f"), "ffffffff")
    wish = Wish(5, wheelchairs=1, companions=1, together=Together.ROW)
    assert BestAvailable(plan).find(everything(plan), wish) == ()
    four = Wish(4, wheelchairs=1, companions=1, together=Together.ROW)
    assert offered(plan, everything(plan), four) == ["A-0", "A-1", "A-2", "A-3"]


@pytest.mark.parametrize(
    ("asked", "problem"),
    [
        ({"count": 2, "companions": 1}, {"wheelchairs": "not_positive"}),
        ({"count": 1, "wheelchairs": 1, "companions": 1}, {"count": "too_small"}),
        ({"count": 1, "wheelchairs": 2}, {"count": "too_small"}),
    ],
)
def test_a_wish_that_makes_no_sense_is_refused(asked, problem):
    with pytest.raises(Invalid) as refusal:
        Wish(**asked)
    assert refusal.value.problems == problem


@settings(max_examples=300)
@given(
    st.lists(st.text("ffffbbwwcc ", min_size=3, max_size=12), min_size=1, max_size=6).filter(
        lambda rows: any(row.strip() for row in rows)
    ),
    st.integers(0, 2**32 - 1),
    st.integers(1, 3),
    st.integers(0, 3),
    st.integers(0, 4),
)
def test_whoever_needs_a_space_has_one_and_nobody_else_takes_one(
    rows, seed, wheelchairs, companions, others
):
    plan = house(*rows)
    free = np.random.default_rng(seed).random(len(plan)) < 0.7
    count = wheelchairs + companions + others
    wish = Wish(count, wheelchairs=wheelchairs, companions=companions)
    found = list(BestAvailable(plan).find(free, wish))
    spaces = free & ((plan.attributes & WHEELCHAIR) != 0)
    kept = free & ((plan.attributes & COMPANION) != 0)
    ordinary = int((free & ~spaces & ~kept).sum())
    if not found:
        without_companions = max(0, companions - int(kept.sum()))
        assert (
            spaces.sum() < wheelchairs
            or ordinary < others + companions
            or (ordinary < others + without_companions)
        )
        return
    assert len(set(found)) == len(found) == count
    assert free[found].all()
    assert spaces[found].sum() == wheelchairs
    assert kept[found].sum() <= companions


# --- friends, aisles, sections, one row -----------------------------------------------------------


def test_near_friends_means_beside_them():
    plan = house(*["f" * 12] * 5)
    free = everything(plan)
    free[12:14] = False  # friends on B-0 and B-1
    assert offered(plan, free, Wish(2, near=12)) == ["B-2", "B-3"]


def test_near_friends_means_in_front_or_behind_when_the_row_is_full():
    plan = house(*["f" * 6] * 5)
    free = everything(plan)
    free[12:18] = False
    found = BestAvailable(plan).find(free, Wish(2, near=14))
    assert {plan.row[i] for i in found} <= {"B", "D"}
    assert {plan.number[i] for i in found} & {"2"}


def test_near_friends_comes_before_the_best_seats_but_leaves_no_single_for_one_step():
    plan = house(*["f" * 12] * 5)
    free = everything(plan)
    free[48:50] = False
    free[53:] = False  # E-2, E-3, E-4 are free beside the friends on E-0 and E-1
    found = offered(plan, free, Wish(2, near=49))
    assert found[0].startswith("D")


def test_an_aisle_is_found_for_who_asks_for_one():
    plan = house(*["f" * 12] * 5)
    best = BestAvailable(plan)
    plain = best.find(everything(plan), Wish(2))
    wished = best.find(everything(plan), Wish(2, aisle=True))
    assert not (plan.attributes[list(plain)] & AISLE).any()
    assert (plan.attributes[list(wished)] & AISLE).any()


def test_an_aisle_is_not_worth_a_single_seat():
    plan = house("ffffff")
    assert offered(plan, flags("...xxx"), Wish(2, aisle=True)) != []
    both = house("ffff", "fffff")
    found = offered(both, flags(["x..x", "...xx"]), Wish(2, aisle=True))
    assert found == ["A-1", "A-2"]


def test_the_choice_keeps_to_the_sections_asked_for():
    plan = house("ffff", "bbbb")
    section = np.array([0] * 4 + [1] * 4, np.int32)
    parted = type(plan)(**{**plan.__dict__, "section": section, "sections": ("Left", "Right")})
    found = BestAvailable(parted).find(everything(parted), Wish(2, sections=(1,)))
    assert set(found) <= {4, 5, 6, 7}
    assert BestAvailable(parted).find(everything(parted), Wish(5, sections=(1,))) == ()


def test_who_must_sit_together_is_not_split():
    plan = house("fff", "fff")
    assert BestAvailable(plan).find(everything(plan), Wish(4, together=Together.ROW)) == ()
    assert len(BestAvailable(plan).find(everything(plan), Wish(4))) == 4


def test_it_is_told_how_many_would_have_found_room():
    plan = house("ffff", "bb wc")
    best, free = BestAvailable(plan), flags(["..x.", "x. .."])
    assert best.room(free, Wish(9)) == 4
    assert best.room(free, Wish(9, zones=(2,))) == 1
    assert best.room(free, Wish(9, together=Together.ROW)) == 2
    assert best.room(free, Wish(9, wheelchairs=2)) == 1
    assert best.room(flags(["xxxx", "xx xx"]), Wish(1, together=Together.ROW)) == 0


def test_somebody_alone_takes_a_seat_that_stands_alone_where_it_is_about_as_good():
    plan = house("f" * 9, "f" * 9)
    free = flags(["xxx.xxxxx", "xx.....xx"])
    assert offered(plan, free, Wish(1)) == ["A-3"]


# --- a price --------------------------------------------------------------------------------------


def offer(prices):
    performance = Performance(
        "p", "e", "v", "plan", datetime(2026, 11, 27, 19, tzinfo=UTC), "", "Europe/Berlin", "EUR"
    )
    return Offer(performance, 700, prices)


def test_a_price_limit_is_judged_by_the_price_type_asked_for():
    prices = {(1, "adult"): 4000, (1, "child"): 2000, (2, "adult"): 3000, (2, "child"): 1500}
    limit = Money(3000, "EUR")
    assert zones_within(offer(prices), at_most=limit, price_type_id="adult") == (2,)
    assert zones_within(offer(prices), at_most=limit, price_type_id="child") == (1, 2)
    assert zones_within(offer(prices), at_most=Money(1499, "EUR")) == ()


def test_a_price_limit_without_a_price_type_passes_over_free_tickets():
    prices = {(1, "adult"): 4000, (1, "comp"): 0, (2, "adult"): 3000, (2, "comp"): 0}
    assert zones_within(offer(prices), at_most=Money(3500, "EUR")) == (2,)
