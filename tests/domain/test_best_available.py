"""Best available offers what a good clerk would: together, no seat left alone, the best first."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.best_available import BestAvailable
from app.domain.layout import LooseRow, LooseSeat, lay_out
from app.domain.party import Wish
from app.domain.seating import WHEELCHAIR
from tests.domain.seat_text import ZONES, flags, house


def offered(plan, free, wish):
    """What is found, as labels."""
    return [plan.label[i] for i in BestAvailable(plan).find(free, wish)]


# --- what a party is offered ----------------------------------------------------------------------


def test_a_pair_gets_the_middle_a_third_of_the_way_back():
    plan = house(*["f" * 12] * 7)
    assert offered(plan, flags(["." * 12] * 7), Wish(2)) == ["C-5", "C-6"]


def test_no_single_seat_is_left_beside_the_party():
    plan = house("f" * 7)
    assert offered(plan, flags(".......")[:], Wish(3)) == ["A-2", "A-3", "A-4"]
    assert offered(plan, flags("x....xx"), Wish(3)) in (
        ["A-1", "A-2", "A-3"],
        ["A-2", "A-3", "A-4"],
    )
    assert offered(plan, flags("x....x."), Wish(2)) in (["A-1", "A-2"], ["A-3", "A-4"])


def test_an_orphan_is_left_only_where_nothing_else_is_together():
    plan = house("f" * 8)
    assert len(offered(plan, flags("x...x.xx"), Wish(2))) == 2


def test_nobody_sits_across_an_aisle():
    plan = house("fff fff", "bbbbbb")
    assert offered(plan, flags(["... ...", "xxxxxx"]), Wish(4, zones=(1,))) != []
    assert offered(plan, flags(["xx. .xx", "xx..xx"]), Wish(2)) == ["B-2", "B-3"]


def test_the_choice_keeps_to_the_zones_asked_for():
    plan = house("ffff", "bbbb")
    assert all(
        x.startswith("B") for x in offered(plan, flags(["....", "...."]), Wish(2, zones=(2,)))
    )


def test_a_party_sits_in_one_zone_where_it_can():
    plan = house("ffffbbbb")
    assert offered(plan, flags("xxx....x"), Wish(2)) == ["A-5", "A-6"]


def test_a_party_too_long_for_a_row_sits_behind_each_other():
    plan = house(*["ffff"] * 4)
    seats = BestAvailable(plan).find(flags(["...."] * 4), Wish(8))
    assert {plan.row[i] for i in seats} in ({"A", "B"}, {"B", "C"}, {"C", "D"})


def test_scattered_seats_are_the_nearest_ones():
    plan = house("f" * 9, "f" * 9)
    free = flags([".xxxxx.x.", "xxxxxxx.x"])
    assert offered(plan, free, Wish(3)) == ["A-6", "A-8", "B-7"]


def test_wheelchair_and_companion_places_are_for_those_who_ask():
    plan = house("wcff")
    best = BestAvailable(plan)
    assert best.find(flags("...."), Wish(2)) == (2, 3)
    assert best.find(flags("...."), Wish(3)) == ()
    assert best.find(flags("...."), Wish(2, wheelchairs=1, companions=1)) == (0, 1)
    assert list(best.orphans(flags("..xx"))) == []


@pytest.mark.parametrize("count", [-1, 0, 5, 99])
def test_nothing_is_offered_when_there_is_not_enough(count):
    plan = house("ffff")
    assert BestAvailable(plan).find(flags("...."), Wish(count)) == ()


def test_a_plan_without_seats_offers_nothing():
    plan = house()
    assert BestAvailable(plan).find(np.zeros(0, bool), Wish(1)) == ()


def test_a_house_without_a_stage_is_looked_at_from_its_first_row():
    plan = house(*["f" * 12] * 7, stage=False)
    assert offered(plan, flags(["." * 12] * 7), Wish(2)) == ["C-5", "C-6"]


def test_an_arena_is_best_a_third_of_the_way_back_on_any_side():
    angles = np.linspace(0, 2 * np.pi, 48, endpoint=False)
    rows = []
    for depth in range(6):
        ring = 300 + 40 * depth
        seats = [
            LooseSeat(str(i), ring * np.cos(a), ring * np.sin(a), 1) for i, a in enumerate(angles)
        ]
        rows.append(LooseRow("Ring", chr(65 + depth), tuple(seats)))
    plan, _ = lay_out(rows, plan_id="x", name="", zones=ZONES)
    free = np.ones(len(plan), bool)
    assert {plan.row[i] for i in BestAvailable(plan).find(free, Wish(4))} == {"C"}


# --- orphans --------------------------------------------------------------------------------------


def test_orphans_are_the_single_free_seats():
    plan = house("fff ff")
    best = BestAvailable(plan)
    assert list(best.orphans(flags("x.x .x"))) == [1, 3]
    assert list(best.orphans(flags("..x .."))) == []


def test_a_choice_answers_for_the_orphans_it_makes_and_no_others():
    plan = house("fffff ff")
    best = BestAvailable(plan)
    free = flags("..... .x")
    assert best.leaves_orphan(free, (1, 2)) == (0,)
    assert best.leaves_orphan(free, (1, 2, 3)) == (0, 4)
    assert best.leaves_orphan(free, (0, 1)) == ()
    assert free.sum() == 6


# --- any house at all ------------------------------------------------------------------------------

HOUSES = st.lists(st.text("fb w", min_size=1, max_size=12), min_size=1, max_size=6).filter(
    lambda rows: any(row.strip() for row in rows)
)


@settings(max_examples=300)
@given(HOUSES, st.integers(0, 2**32 - 1), st.sampled_from([0.2, 0.5, 0.9]), st.integers(1, 30))
def test_exactly_as_many_free_seats_as_asked_or_none(rows, seed, share, count):
    plan = house(*rows)
    free = np.random.default_rng(seed).random(len(plan)) < share
    found = BestAvailable(plan).find(free, Wish(count))
    usable = free & ((plan.attributes & WHEELCHAIR) == 0)
    assert len(found) == (count if usable.sum() >= count else 0)
    assert len(set(found)) == len(found)
    assert usable[list(found)].all()
    assert list(found) == sorted(found)
