"""How long best available takes, in houses of three sizes that are half full and nearly full."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from statistics import median
from time import thread_time

import numpy as np

from app.bench.houses import make_house
from app.domain.best_available import BestAvailable
from app.domain.seating import Bools

_HOUSES = (1_000, 10_000, 100_000)
_TAKEN = (55, 97)
_PARTIES = (1, 2, 4, 8)
_REPEATS = 41
_FIND_BUDGET_MS, _SPLIT_BUDGET_MS, _BUILD_BUDGET_MS = 0.5, 5.0, 20.0


def measure() -> list[dict[str, object]]:
    """CPU time of one thread, the median of many: `name`, `value`, `unit`, `budget` each."""
    figures: list[dict[str, object]] = []
    for seats in _HOUSES:
        plan = make_house(seats)
        house = f"best available, {seats:,} seats"
        built = [_timed(partial(BestAvailable, replace(plan))) for _ in range(5)]
        figures.append(_figure(f"{house}: set up", median(built), _BUILD_BUDGET_MS))
        best = BestAvailable(plan)
        for percent in _TAKEN:
            free = partly_sold(seats, percent=percent, seed=seats + percent)
            for count in _PARTIES:
                look = partial(best.find, free, count=count)
                found = look()
                split = not plan.beside_next[list(found[:-1])].all()
                times = [_timed(look) for _ in range(_REPEATS)]
                name = f"{house}, {percent} % taken, party of {count}{', split up' * split}"
                budget = _SPLIT_BUDGET_MS if split else _FIND_BUDGET_MS
                figures.append(_figure(name, median(times), budget))
    return figures


def partly_sold(seats: int, *, percent: int, seed: int) -> Bools:
    """Which seats are free once parties of one to six have taken `percent` of the house."""
    random = np.random.default_rng(seed)
    sizes = random.integers(1, 7, seats)
    taken = random.random(seats) < percent / 100
    free: Bools = ~np.repeat(taken, sizes)[:seats]
    return free


def _timed(work: Callable[[], object]) -> float:
    start = thread_time()
    work()
    return (thread_time() - start) * 1_000


def _figure(name: str, value: float, budget: float) -> dict[str, object]:
    return {"name": name, "value": round(value, 4), "unit": "ms", "budget": budget}
