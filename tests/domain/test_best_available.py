"""Best available offers what a good clerk would: together, no seat left alone, the best first."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.bench.houses import make_house
from app.domain.best_available import BestAvailable
from app.domain.layout import LooseRow, LooseSeat, lay_out
from app.domain.seating import COMPANION, WHEELCHAIR, Shape, Zone

ZONES = (Zone(1, "Front", 1), Zone(2, "Back", 2))


def house(*rows, stage=True):
    """Rows front to back: f a seat of the front zone, b of the back, w wheelchair, c companion.

    A space is an aisle; seats count from 0.
    """
    traits = {"w": WHEELCHAIR, "c": COMPANION}
    loose = []
    for depth, text in enumerate(rows):
        seats = [
            LooseSeat(str(i), 30.0 * i, 34.0 * depth, 1 if mark == "f" else 2, traits.get(mark, 0))
            for i, mark in enumerate(text)
            if mark != " "
        ]
        if seats:
            loose.append(LooseRow("Stalls", chr(65 + depth), tuple(seats)))
    middle = 15.0 * max((len(text) - 1 for text in rows), default=0)
    front = Shape("stage", ((middle - 45, -90.0), (middle + 45, -60.0)), "Stage")
    plan, _ = lay_out(loose, plan_id="x", name="", zones=ZONES, shapes=(front,) if stage else ())
    return plan


def flags(text):
    """Which seats are free: a dot each; spaces stand for aisles and are no seats."""
    return np.array([mark == "." for mark in "".join(text).replace(" ", "")])


def offered(plan, free, **asked):
    """What is found, as labels."""
    return [plan.label[i] for i in BestAvailable(plan).find(free, **asked)]


# --- what a party is offered ----------------------------------------------------------------------


def test_a_pair_gets_the_middle_a_third_of_the_way_back():
    plan = house(*["f" * 12] * 7)
    assert offered(plan, flags(["." * 12] * 7), count=2) == ["C-5", "C-6"]


def test_no_single_seat_is_left_beside_the_party():
    plan = house("f" * 7)
    assert offered(plan, flags(".......")[:], count=3) == ["A-2", "A-3", "A-4"]
    assert offered(plan, flags("x....xx"), count=3) in (
        ["A-1", "A-2", "A-3"],
        ["A-2", "A-3", "A-4"],
    )
    assert offered(plan, flags("x....x."), count=2) in (["A-1", "A-2"], ["A-3", "A-4"])


def test_an_orphan_is_left_only_where_nothing_else_is_together():
    plan = house("f" * 8)
    assert len(offered(plan, flags("x...x.xx"), count=2)) == 2


def test_nobody_sits_across_an_aisle():
    plan = house("fff fff", "bbbbbb")
    assert offered(plan, flags(["... ...", "xxxxxx"]), count=4, zones=[1]) != []
    assert offered(plan, flags(["xx. .xx", "xx..xx"]), count=2) == ["B-2", "B-3"]


def test_the_choice_keeps_to_the_zones_asked_for():
    plan = house("ffff", "bbbb")
    assert all(
        x.startswith("B") for x in offered(plan, flags(["....", "...."]), count=2, zones=[2])
    )


def test_a_party_sits_in_one_zone_where_it_can():
    plan = house("ffffbbbb")
    assert offered(plan, flags("xxx....x"), count=2) == ["A-5", "A-6"]


def test_a_party_too_long_for_a_row_sits_behind_each_other():
    plan = house(*["ffff"] * 4)
    seats = BestAvailable(plan).find(flags(["...."] * 4), count=8)
    assert {plan.row[i] for i in seats} in ({"A", "B"}, {"B", "C"}, {"C", "D"})


def test_scattered_seats_are_the_nearest_ones():
    plan = house("f" * 9, "f" * 9)
    free = flags([".xxxxx.x.", "xxxxxxx.x"])
    assert offered(plan, free, count=3) == ["A-6", "A-8", "B-7"]


def test_wheelchair_and_companion_places_are_for_those_who_ask():
    plan = house("wcff")
    best = BestAvailable(plan)
    assert best.find(flags("...."), count=2) == (2, 3)
    assert best.find(flags("...."), count=3) == ()
    assert best.find(flags("...."), count=2, access=True) == (0, 1)
    assert list(best.orphans(flags("..xx"))) == []


@pytest.mark.parametrize("count", [-1, 0, 5, 99])
def test_nothing_is_offered_when_there_is_not_enough(count):
    plan = house("ffff")
    assert BestAvailable(plan).find(flags("...."), count=count) == ()


def test_a_plan_without_seats_offers_nothing():
    plan = house()
    assert BestAvailable(plan).find(np.zeros(0, bool), count=1) == ()


def test_a_house_without_a_stage_is_looked_at_from_its_first_row():
    plan = house(*["f" * 12] * 7, stage=False)
    assert offered(plan, flags(["." * 12] * 7), count=2) == ["C-5", "C-6"]


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
    assert {plan.row[i] for i in BestAvailable(plan).find(free, count=4)} == {"C"}


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


# --- against a slow reference ---------------------------------------------------------------------

HOUSES = st.lists(st.text("fb w", min_size=1, max_size=12), min_size=1, max_size=6).filter(
    lambda rows: any(row.strip() for row in rows)
)


def slowly(plan, free, count):
    """(orphans left, score) of the best block in one row, looking at every block there is."""
    best = BestAvailable(plan)
    sellable = free & ((plan.attributes & (WHEELCHAIR | COMPANION)) == 0)
    costs = []
    for first in range(len(plan) - count + 1):
        block = range(first, first + count)
        if all(sellable[i] and plan.row_no[i] == plan.row_no[first] for i in block):
            mixed = plan.zone[block[0]] != plan.zone[block[-1]]
            score = float(best.score[list(block)].sum()) + 10 * mixed
            costs.append((len(best.leaves_orphan(free, block)), score))
    return min(costs, default=None)


@settings(max_examples=300)
@given(HOUSES, st.integers(0, 2**32 - 1), st.sampled_from([0.2, 0.5, 0.9]), st.integers(1, 5))
def test_in_one_row_nothing_is_better_than_what_is_offered(rows, seed, share, count):
    plan = house(*rows)
    free = np.random.default_rng(seed).random(len(plan)) < share
    best = BestAvailable(plan)
    found = best.find(free, count=count)
    expected = slowly(plan, free, count)
    if expected is None:
        return
    assert len({plan.row_no[i] for i in found}) == 1
    mixed = plan.zone[found[0]] != plan.zone[found[-1]]
    score = float(best.score[list(found)].sum()) + 10 * mixed
    assert len(best.leaves_orphan(free, found)) == expected[0]
    assert score == pytest.approx(expected[1], abs=1e-4)


@settings(max_examples=300)
@given(HOUSES, st.integers(0, 2**32 - 1), st.sampled_from([0.2, 0.5, 0.9]), st.integers(1, 30))
def test_exactly_as_many_free_seats_as_asked_or_none(rows, seed, share, count):
    plan = house(*rows)
    free = np.random.default_rng(seed).random(len(plan)) < share
    found = BestAvailable(plan).find(free, count=count)
    usable = free & ((plan.attributes & WHEELCHAIR) == 0)
    assert len(found) == (count if usable.sum() >= count else 0)
    assert len(set(found)) == len(found)
    assert usable[list(found)].all()
    assert list(found) == sorted(found)


# --- selling out ----------------------------------------------------------------------------------


def row_by_row(plan, free, count):
    """What a careless clerk sells: the first seats together, from the front."""
    run = 0
    for i in range(len(plan)):
        run = (run + 1 if i and plan.beside_next[i - 1] else 1) if free[i] else 0
        if run == count:
            return tuple(range(i - count + 1, i + 1))
    return ()


def stranded(plan, choose):
    """Singles that stand stranded, on average while a house sells out in parties of one to six."""
    best = BestAvailable(plan)
    free = (plan.attributes & (WHEELCHAIR | COMPANION)) == 0
    random = np.random.default_rng(11)
    counts = []
    while free.sum() > 0.03 * len(plan):
        chosen = choose(free, int(random.choice([1, 2, 2, 2, 3, 4, 4, 5, 6])))
        free[list(chosen)] = False
        counts.append(len(best.orphans(free)))
    return sum(counts) / len(counts)


def test_selling_out_strands_far_fewer_singles_than_selling_row_by_row():
    plan = make_house(900)
    best = BestAvailable(plan)
    careful = stranded(plan, lambda free, count: best.find(free, count=count))
    careless = stranded(plan, lambda free, count: row_by_row(plan, free, count))
    assert careful <= 0.4 * careless
