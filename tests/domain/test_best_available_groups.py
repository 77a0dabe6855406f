"""A coach party sits as a block: in neighbouring rows, one behind the other, nobody by themselves."""

from itertools import pairwise

import numpy as np
import pytest

from app.bench.best_available import partly_sold
from app.bench.houses import make_house
from app.domain.best_available import BestAvailable
from app.domain.house_score import row_starts
from app.domain.party import Wish
from tests.domain.seat_text import flags, house


def groups_of(plan, party):
    """Those who sit side by side, as plan indices."""
    groups = [[party[0]]]
    for before, seat in pairwise(party):
        if seat == before + 1 and plan.beside_next[before]:
            groups[-1].append(seat)
        else:
            groups.append([seat])
    return groups


def rows_of(plan, party):
    """The named rows of a party as places in the plan, aisles or not."""
    starts = row_starts(plan)
    return sorted({int(np.searchsorted(starts, seat, side="right")) for seat in party})


@pytest.mark.parametrize("count", [24, 30, 40, 60])
def test_in_an_empty_house_a_group_is_a_block_of_whole_pieces_of_neighbouring_rows(count):
    plan = make_house(900)
    best = BestAvailable(plan)
    free = np.ones(len(plan), bool)
    found = best.find(free, Wish(count))
    assert len(found) == count
    rows = rows_of(plan, found)
    assert rows == list(range(rows[0], rows[0] + len(rows)))
    groups = groups_of(plan, found)
    assert len(groups) == len(rows)
    for front, behind in pairwise(groups):
        left = max(plan.x[front].min(), plan.x[behind].min())
        right = min(plan.x[front].max(), plan.x[behind].max())
        assert left < right
    assert min(len(group) for group in groups) >= 4
    assert best.leaves_orphan(free, found) == ()


@pytest.mark.parametrize("count", [8, 12, 20])
@pytest.mark.parametrize("seed", range(6))
def test_in_a_half_sold_house_a_group_stays_in_one_place(count, seed):
    plan = make_house(3_000)
    free = partly_sold(len(plan), percent=55, seed=seed)
    found = BestAvailable(plan).find(free, Wish(count))
    assert len(found) == count
    assert free[list(found)].all()
    assert np.ptp(plan.x[list(found)]) <= 24 * plan.pitch
    assert np.ptp(plan.y[list(found)]) <= 12 * plan.pitch
    groups = groups_of(plan, found)
    assert len(groups) <= 1 + count // 4
    assert all(len(group) > 1 for group in groups)


def test_a_family_is_halved_rather_than_one_of_them_sent_away():
    plan = house("fffff", "fffff")
    found = BestAvailable(plan).find(flags(["x...x", "x...x"]), Wish(4))
    assert [len(group) for group in groups_of(plan, found)] == [2, 2]
    found = BestAvailable(plan).find(flags([".....", "....."]), Wish(6))
    assert sorted(len(group) for group in groups_of(plan, found)) in ([3, 3], [2, 4])


def test_two_rows_with_strangers_between_are_not_a_block():
    plan = house("ffff", "ffff", "ffff", "ffff")
    free = flags(["..xx", "xxxx", "..xx", "xx.."])
    assert BestAvailable(plan).find(free, Wish(4)) == (8, 9, 14, 15)


def test_an_arena_seats_sixty_wherever_there_is_room():
    plan = make_house(20_000)
    for percent in (0, 55, 90, 99):
        free = partly_sold(len(plan), percent=percent, seed=percent)
        found = BestAvailable(plan).find(free, Wish(60))
        assert len(set(found)) == 60
        assert free[list(found)].all()
