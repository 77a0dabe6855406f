"""How many single seats stand stranded while a house sells out, party after party.

A seat between taken ones finds a buyer last, if at all. The same parties come to the same house
twice: once they are given the best available seats, once the first seats together from the front
row, as a list of free seats would have it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from app.domain.best_available import BestAvailable
from app.domain.party import Wish
from app.domain.seating import COMPANION, WHEELCHAIR, Bools, SeatingPlan

Chooser = Callable[[Bools, int], Sequence[int]]  # free, how many -> plan indices

_SIZES, _SHARES = (1, 2, 3, 4, 5, 6, 8), (0.25, 0.45, 0.08, 0.15, 0.03, 0.03, 0.01)
_LATE = 0.95


@dataclass(frozen=True, slots=True)
class SoldOut:
    """Stranded singles of one run: on average after each party, at worst, and at 95 % sold."""

    usual: float
    worst: int
    late: int


def sell_out(plan: SeatingPlan, choose: Chooser, *, seed: int, returns: float = 0.0) -> SoldOut:
    """Sell every ordinary seat to parties as they come; that share of them gives its seats back.

    A party larger than what is left takes what is left.
    """
    random, best = np.random.default_rng(seed), BestAvailable(plan)
    free = (plan.attributes & (WHEELCHAIR | COMPANION)) == 0
    seats = int(np.count_nonzero(free))
    sold: list[list[int]] = []
    stranded: list[int] = []
    late = 0
    while left := int(np.count_nonzero(free)):
        count = min(left, int(random.choice(_SIZES, p=_SHARES)))
        party = list(choose(free, count))
        free[party] = False
        sold.append(party)
        if random.random() < returns and left > seats // 10:
            free[sold.pop(int(random.integers(len(sold))))] = True
        stranded.append(len(best.orphans(free)))
        if left >= (1 - _LATE) * seats:
            late = stranded[-1]
    return SoldOut(float(np.mean(stranded)), max(stranded), late)


def best_available(plan: SeatingPlan) -> Chooser:
    """What the box office offers."""
    best = BestAvailable(plan)
    return lambda free, count: best.find(free, Wish(count))


def row_greedy(plan: SeatingPlan) -> Chooser:
    """The first seats together from the front row; the first free ones when there are none."""
    beside = plan.beside_next

    def choose(free: Bools, count: int) -> Sequence[int]:
        together = free[: len(free) - count + 1].copy()
        for k in range(1, count):
            together &= free[k : len(free) - count + 1 + k] & beside[k - 1 : len(free) - count + k]
        if together.any():
            first = int(together.argmax())
            return range(first, first + count)
        first_free: list[int] = np.flatnonzero(free)[:count].tolist()
        return first_free

    return choose


def compare(
    plan: SeatingPlan, *, seeds: Sequence[int], returns: float = 0.0
) -> tuple[list[SoldOut], list[SoldOut]]:
    """The same parties with best available and row by row, a run for each seed."""
    careful, careless = best_available(plan), row_greedy(plan)
    return (
        [sell_out(plan, careful, seed=seed, returns=returns) for seed in seeds],
        [sell_out(plan, careless, seed=seed, returns=returns) for seed in seeds],
    )
