"""While a house sells out, far fewer single seats are stranded than by selling row by row."""

from statistics import fmean

import numpy as np
import pytest

from app.bench.houses import make_house
from app.bench.sell_out import best_available, compare, row_greedy, sell_out
from app.demo.rooms import main_house
from tests.domain.seat_text import flags, house

HOUSES = {
    "hall": main_house,
    "studio": lambda: make_house(150),
    "small": lambda: make_house(400),
    "theatre": lambda: make_house(900),
}


@pytest.mark.parametrize("returns", [0.0, 0.05])
@pytest.mark.parametrize("name", HOUSES)
def test_at_least_sixty_percent_fewer_singles_are_stranded(name, returns):
    careful, careless = compare(HOUSES[name](), seeds=range(4), returns=returns)
    assert fmean(run.usual for run in careless) > 0.1
    assert fmean(run.usual for run in careful) <= 0.4 * fmean(run.usual for run in careless)
    assert sum(run.worst for run in careful) <= 0.6 * sum(run.worst for run in careless)


def test_hardly_any_are_left_over_when_nearly_everything_is_sold():
    late = [compare(HOUSES[name](), seeds=range(12), returns=0.05) for name in HOUSES]
    careful, careless = (sum(run.late for both in late for run in both[k]) for k in (0, 1))
    assert careful <= 0.4 * careless, (careful, careless)


def test_the_baseline_takes_the_first_seats_together_from_the_front():
    plan = house("fff fff", "ffffff")
    choose = row_greedy(plan)
    assert list(choose(flags(["..x ...", "......"]), 2)) == [0, 1]
    assert list(choose(flags(["..x ...", "......"]), 4)) == [6, 7, 8, 9]
    assert list(choose(flags(["..x x.x", "x.x.x."]), 3)) == [0, 1, 4]


def test_a_house_sells_out_whatever_comes():
    plan = house("ffff", "fffff", "wcff")
    sold = []

    def choose(free, count):
        chosen = best_available(plan)(free, count)
        assert free[list(chosen)].all()
        sold.extend(chosen)
        return chosen

    sell_out(plan, choose, seed=1)
    assert sorted(sold) == np.flatnonzero(plan.attributes & 3 == 0).tolist()
