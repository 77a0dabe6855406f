"""Suggestions are really different, say why, and never worse torn apart than the best."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.best_available import BestAvailable
from app.domain.party import Reason, Wish
from app.domain.seating import AISLE
from tests.domain.seat_text import flags, house


def everything(plan):
    return np.ones(len(plan), bool)


def labels(plan, suggestion):
    return [plan.label_of(no) for no in suggestion.seats]


def test_the_best_then_another_price_then_an_aisle():
    plan = house(*["f" * 12] * 4, *["b" * 12] * 4)
    best = BestAvailable(plan)
    first, zone, aisle = best.suggest(everything(plan), Wish(2))
    assert [s.reason for s in (first, zone, aisle)] == [Reason.BEST, Reason.ZONE, Reason.AISLE]
    assert first.seats == tuple(int(plan.seat_no[i]) for i in best.find(everything(plan), Wish(2)))
    assert {plan.zone_of(no) for no in zone.seats} == {2}
    assert any(plan.attributes[plan.index_of[no]] & AISLE for no in aisle.seats)


def test_where_there_is_one_price_the_others_are_elsewhere():
    plan = house(*["f" * 9] * 6)
    found = BestAvailable(plan).suggest(everything(plan), Wish(9))
    assert [s.reason for s in found] == [Reason.BEST, Reason.ELSEWHERE, Reason.ELSEWHERE]
    assert len({label[0] for s in found for label in labels(plan, s)}) == 3


def test_a_wish_is_a_wish_for_each_suggestion():
    plan = house(*["f" * 12] * 4, *["b" * 12] * 4)
    found = BestAvailable(plan).suggest(everything(plan), Wish(3, zones=(2,)))
    assert len(found) == 3
    assert {plan.zone_of(no) for s in found for no in s.seats} == {2}


def test_nobody_is_torn_apart_for_the_sake_of_variety():
    plan = house("ffff", "bbbb")
    free = flags(["....", ".x.x"])
    found = BestAvailable(plan).suggest(free, Wish(2))
    assert all(not s.split for s in found)
    assert found[0].reason is Reason.BEST
    assert {plan.zone_of(no) for s in found for no in s.seats} == {1}


def test_a_suggestion_says_that_it_is_split_and_whom_it_leaves_alone():
    plan = house("fff", "fff")
    split, *_ = BestAvailable(plan).suggest(everything(plan), Wish(4))
    assert split.split
    single = BestAvailable(house("fff")).suggest(flags("..."), Wish(2))[0]
    assert not single.split
    assert len(single.orphans) == 1
    assert not {*single.orphans} & {*single.seats}


def test_a_full_house_suggests_nothing():
    plan = house("fff")
    assert BestAvailable(plan).suggest(flags("xxx"), Wish(1)) == ()
    assert BestAvailable(plan).suggest(flags("..."), Wish(4)) == ()
    assert BestAvailable(plan).suggest(flags("..."), Wish(1), limit=0) == ()


def test_wheelchair_users_have_a_choice_too():
    plan = house("wcffffcw", "ffffffff")
    found = BestAvailable(plan).suggest(everything(plan), Wish(2, wheelchairs=1, companions=1))
    assert sorted(labels(plan, s) for s in found) == [["A-0", "A-1"], ["A-6", "A-7"]]


@settings(max_examples=200)
@given(
    st.lists(st.text("ffbbb w", min_size=2, max_size=10), min_size=2, max_size=7).filter(
        lambda rows: any(row.strip() for row in rows)
    ),
    st.integers(0, 2**32 - 1),
    st.integers(1, 6),
    st.integers(1, 5),
)
def test_suggestions_share_no_seat_and_every_one_can_be_sold(rows, seed, count, limit):
    plan = house(*rows)
    free = np.random.default_rng(seed).random(len(plan)) < 0.7
    best = BestAvailable(plan)
    found = best.suggest(free, Wish(count), limit=limit)
    assert len(found) <= limit
    assert bool(found) == bool(best.find(free, Wish(count)))
    seats = [plan.index_of[no] for s in found for no in s.seats]
    assert len(set(seats)) == len(seats) == count * len(found)
    assert free[seats].all()
    for suggestion in found:
        chosen = [plan.index_of[no] for no in suggestion.seats]
        alone = tuple(plan.index_of[no] for no in suggestion.orphans)
        assert alone == best.leaves_orphan(free, chosen)
