"""How long best available takes in houses that are half full and nearly full, and how good it is at
keeping single seats from being stranded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from statistics import fmean, median
from time import thread_time

import numpy as np

from app.bench.houses import make_house
from app.bench.sell_out import SoldOut, compare
from app.demo.rooms import main_house
from app.domain.best_available import BestAvailable
from app.domain.party import Wish
from app.domain.seating import Bools, SeatingPlan

_HOUSES = (1_000, 10_000, 100_000)
_TAKEN = (55, 97)
_PARTIES = (1, 2, 4, 8, 20, 60)
_LARGEST_FAMILY = 8
_REPEATS = 25
_FIND_BUDGET_MS, _SPLIT_BUDGET_MS, _GROUP_BUDGET_MS = 0.5, 10.0, 20.0
_BUILD_BUDGET_MS, _WISH_BUDGET_MS, _SUGGEST_BUDGET_MS = 20.0, 20.0, 20.0
_SEEDS = range(6)
_STRANDED_BUDGET = 0.4  # at least 60 % fewer than row by row


def measure() -> list[dict[str, object]]:
    """CPU time of one thread, the median of many, and stranded singles: `name`, `value`, `unit`,
    `budget` each."""
    figures: list[dict[str, object]] = []
    for seats in _HOUSES:
        plan = make_house(seats)
        built = [_timed(partial(BestAvailable, replace(plan))) for _ in range(5)]
        figures.append(_figure(f"{_house(plan)}: set up", median(built), _BUILD_BUDGET_MS))
        best = BestAvailable(plan)
        for percent in _TAKEN:
            free = partly_sold(seats, percent=percent, seed=seats + percent)
            name = f"{_house(plan)}, {percent} % taken"
            figures += [_party(best, plan, free, count, name) for count in _PARTIES]
            figures += [_wish(best, free, wish, f"{name}, {what}") for what, wish in _wishes(plan)]
            look = partial(best.suggest, free, Wish(4))
            figures.append(_figure(f"{name}, three suggestions", _usual(look), _SUGGEST_BUDGET_MS))
    return figures + stranded()


def stranded() -> list[dict[str, object]]:
    """Single seats stranded on average while houses sell out, beside selling row by row."""
    houses = [main_house(), *(make_house(seats) for seats in (150, 400, 900, 3_000))]
    figures = []
    for plan in houses:
        for returns in (0.0, 0.05):
            name = f"singles stranded, {len(plan):,} seats{', 5 % returned' * bool(returns)}"
            careful, careless = compare(plan, seeds=_SEEDS, returns=returns)
            figures.append(_beside(name, careful, careless))
    return figures


def partly_sold(seats: int, *, percent: int, seed: int) -> Bools:
    """Which seats are free once parties of one to six have taken `percent` of the house."""
    random = np.random.default_rng(seed)
    sizes = random.integers(1, 7, seats)
    taken = random.random(seats) < percent / 100
    free: Bools = ~np.repeat(taken, sizes)[:seats]
    return free


def _house(plan: SeatingPlan) -> str:
    return f"best available, {len(plan):,} seats"


def _wishes(plan: SeatingPlan) -> list[tuple[str, Wish]]:
    return [
        ("four in two zones", Wish(4, zones=(1, 2))),
        ("four with an aisle", Wish(4, aisle=True)),
        ("four near a seat", Wish(4, near=len(plan) // 2)),
        ("a wheelchair and a companion", Wish(2, wheelchairs=1, companions=1)),
        ("the same and two friends", Wish(4, wheelchairs=1, companions=1)),
    ]


def _party(
    best: BestAvailable, plan: SeatingPlan, free: Bools, count: int, name: str
) -> dict[str, object]:
    look = partial(best.find, free, Wish(count))
    found = look()
    side_by_side = range(found[0], found[0] + count) if found else ()
    split = found != tuple(side_by_side) or not plan.beside_next[list(found[:-1])].all()
    budget = _SPLIT_BUDGET_MS if count <= _LARGEST_FAMILY else _GROUP_BUDGET_MS
    name = f"{name}, party of {count}{', split up' * split}{', too many' * (not found)}"
    return _figure(name, _usual(look), budget if split else _FIND_BUDGET_MS)


def _wish(best: BestAvailable, free: Bools, wish: Wish, name: str) -> dict[str, object]:
    return _figure(name, _usual(partial(best.find, free, wish)), _WISH_BUDGET_MS)


def _usual(work: Callable[[], object]) -> float:
    work()
    return median(_timed(work) for _ in range(_REPEATS))


def _timed(work: Callable[[], object]) -> float:
    start = thread_time()
    work()
    return (thread_time() - start) * 1_000


def _figure(name: str, value: float, budget: float) -> dict[str, object]:
    return {"name": name, "value": round(value, 4), "unit": "ms", "budget": budget}


def _beside(name: str, careful: list[SoldOut], careless: list[SoldOut]) -> dict[str, object]:
    value, baseline = (fmean(run.usual for run in runs) for runs in (careful, careless))
    return {
        "name": name,
        "value": round(value, 3),
        "unit": "seats",
        "budget": round(_STRANDED_BUDGET * baseline, 3),
        "baseline": round(baseline, 3),
        "ratio": round(value / baseline, 3) if baseline else None,
    }
