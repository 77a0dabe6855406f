"""What seats cost a party: one sum of everything a good box office clerk weighs, in one place.

The search and the tests that check it by brute force both go by this. For a party of n, lower is
better:

    cost = SPLIT   if they do not all sit side by side
         + PART    for each group of neighbours beyond the first; of more than six people in
                   proportion less (PART · 6 / n): a coach party does not count its rows
         + LONE    for each of them who sits alone while the others do not
         + APART   for each place in the house beyond the first where some of them sit
         + SPREAD  for each pitch they sit from their common middle, on average (only when split)
         + ORPHAN  for each free seat that they leave alone and that was not alone before
         + AISLE   if a place on an aisle was wished for and nobody has one
         + ZONE    for each price zone beyond the first
         - MENDS   if somebody who comes alone takes a seat that was alone
         + the mean worth of their seats

The worth of a seat is its house score (0 to about 2), or, when the party wants to be near a seat, the
distance from there, 0 to 10. The weights keep these apart: the best seat of the house is not worth an
orphan, no two orphans are worth a split, and somebody of a party alone is worse than two orphans.

Groups touch, and so are at one place in the house, when some of them sit in neighbouring rows, at
most one seat askew, or in the same row with only an aisle or one seat between.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from app.domain.house_score import row_starts
from app.domain.seating import AISLE as ON_AISLE
from app.domain.seating import Bools, Floats, SeatingPlan

SPLIT, PART, LONE, APART, SPREAD = 40.0, 3.0, 12.0, 20.0, 0.5
ORPHAN, AISLE, ZONE, MENDS = 5.0, 3.0, 2.5, 0.25
FARTHEST = 10.0  # what the distance to a seat somebody wants to be near tends to

Parties = NDArray[np.intp]  # a row each: plan indices, ascending
Worth = NDArray[np.floating]

_COUNTS_ROWS = 6
_OTHER_ROW = 1.5  # friends sit beside each other rather than behind each other
_ACROSS = 2.5  # pitches between seats of one row that still touch
_ROW_JITTER = 1.25  # neighbouring rows may be this much further apart than they usually are
_SAMPLE = 16  # seats that are asked how far the next row is


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: which seats may be taken, which can be sold at all, and what each is worth."""

    usable: Bools
    sellable: Bools
    worth: Worth
    aisle: bool = False


class PartyCost:
    """The costs of seats in one plan; parties are judged many at a time."""

    def __init__(self, plan: SeatingPlan) -> None:
        self._plan = plan
        # one more at either end, so that the seat beside the first and the last can be asked for
        self._joined = np.concatenate(([False], plan.beside_next))
        self.beside = plan.beside_next
        self.x, self.y = plan.x / plan.pitch, plan.y / plan.pitch
        self.on_aisle: Bools = (plan.attributes & ON_AISLE) != 0
        self.zone = plan.zone

    @cached_property
    def row(self) -> NDArray[np.intp]:
        """Which named row each seat is in: one row, even where an aisle parts it."""
        starts = np.zeros(len(self._plan), np.intp)
        starts[row_starts(self._plan)] = 1
        return np.cumsum(starts)

    def near(self, index: int) -> Worth:
        """What each seat is worth to those who want to be near this one."""
        away = np.hypot(self.x - self.x[index], self.y - self.y[index])
        away += np.where(self.row == self.row[index], 0.0, _OTHER_ROW)
        worth: Worth = FARTHEST * away / (FARTHEST + away)
        return worth

    def of(self, parties: Parties, asked: Asked) -> Floats:
        """The cost of each party."""
        return self.in_one_place(parties, asked) + APART * (self._places(parties) - 1)

    def cheapest(
        self, parties: Parties, asked: Asked, *, below: float = np.inf
    ) -> tuple[float, tuple[int, ...]]:
        """The best of these parties that costs less than `below`, and its cost; else `below` and ()."""
        least = self.in_one_place(parties, asked)
        best: tuple[float, tuple[int, ...]] = below, ()
        promising = np.flatnonzero(least < below)
        promising = promising[np.argsort(least[promising], kind="stable")]
        done, step = 0, 8
        while done < len(promising) and least[promising[done]] < best[0]:
            some = promising[done : done + step]
            costs = least[some] + APART * (self._places(parties[some]) - 1)
            first = int(costs.argmin())
            if costs[first] < best[0]:
                best = float(costs[first]), tuple(parties[some[first]].tolist())
            done, step = done + step, 4 * step
        return best

    def in_one_place(self, parties: Parties, asked: Asked) -> Floats:
        """The cost of each party, if it all sat in one place: never more than it really is."""
        count = parties.shape[1]
        linked = self._linked(parties)
        parts = count - np.count_nonzero(linked, axis=1)
        begins, ends = _padded(~linked, before=True), _padded(~linked, before=False)
        left_alone, mended = self._orphans(parties, begins, ends, asked.sellable)
        zones = np.sort(self.zone[parties], axis=1)
        cost: Floats = asked.worth[parties].mean(axis=1, dtype=np.float64)
        cost += ORPHAN * left_alone + ZONE * np.count_nonzero(np.diff(zones), axis=1)
        if asked.aisle:
            cost += AISLE * ~self.on_aisle[parties].any(axis=1)
        if count == 1:
            cost -= MENDS * mended
            return cost
        lone = np.count_nonzero(begins & ends, axis=1)
        split = SPLIT + part_price(count) * (parts - 1) + LONE * lone
        split += SPREAD * self._spread(parties)
        cost += np.where(parts > 1, split, 0.0)
        return cost

    def _linked(self, parties: Parties) -> Bools:
        """For each seat of a party but the last whether the next one is beside it."""
        linked: Bools = self.beside[parties[:, :-1]] & (np.diff(parties, axis=1) == 1)
        return linked

    def _orphans(
        self, parties: Parties, begins: Bools, ends: Bools, sellable: Bools
    ) -> tuple[NDArray[np.intp], Bools]:
        """How many seats each party leaves alone, and whether its first seat was alone before."""
        last = len(sellable) - 1
        open_before = self._joined[parties] & sellable[np.maximum(parties - 1, 0)]
        open_after = self._joined[parties + 1] & sellable[np.minimum(parties + 1, last)]
        two_before = np.maximum(parties - 2, 0)
        two_after = np.minimum(parties + 2, last)
        # whether the seat one further, two from the party's own, is free and nobody's of the party
        further_before = self._joined[np.maximum(parties - 1, 0)] & sellable[two_before]
        further_after = self._joined[np.minimum(parties + 2, last + 1)] & sellable[two_after]
        one_apart = np.diff(parties, axis=1) == 2
        further_before[:, 1:] &= ~one_apart
        between = one_apart & self._joined[parties[:, :-1] + 2]
        alone_before = begins & open_before & ~further_before
        alone_after = ends & open_after & ~further_after
        # a seat between two of the party is told by the one after it
        alone_after[:, :-1] &= ~between
        mended = ~open_before[:, 0] & ~open_after[:, 0]
        left_alone = np.count_nonzero(alone_before, axis=1)
        return left_alone + np.count_nonzero(alone_after, axis=1), mended

    def _spread(self, parties: Parties) -> Floats:
        x, y = self.x[parties], self.y[parties]
        away = np.hypot(x - x.mean(axis=1, keepdims=True), y - y.mean(axis=1, keepdims=True))
        spread: Floats = away.mean(axis=1)
        return spread

    def _places(self, parties: Parties) -> NDArray[np.intp]:
        """At how many places in the house each party sits: its groups, those that touch as one."""
        part = np.cumsum(_padded(~self._linked(parties), before=True), axis=1)
        touching = self.touch(parties) | (part[:, :, None] == part[:, None, :])
        label, most = part, parties.shape[1] + 1
        while True:
            lower = np.where(touching, label[:, None, :], most).min(axis=2)
            if np.array_equal(lower, label):
                break
            label = lower
        firsts = np.diff(part, axis=1, prepend=0) == 1
        places: NDArray[np.intp] = np.count_nonzero(firsts & (label == part), axis=1)
        return places

    def touch(self, parties: Parties) -> Bools:
        """For each two seats of each party whether groups they belong to would touch."""
        x, y, row = self.x[parties], self.y[parties], self.row[parties]
        dx, dy = x[:, :, None] - x[:, None, :], y[:, :, None] - y[:, None, :]
        same = row[:, :, None] == row[:, None, :]
        reach = np.where(same, _ACROSS**2, self._row_reach**2)
        touch: Bools = dx * dx + dy * dy <= reach
        return touch

    @cached_property
    def _row_reach(self) -> float:
        """How far seats of neighbouring rows may be from each other to touch, in pitches."""
        distances = []
        for seat in np.linspace(0, len(self.x) - 1, _SAMPLE).astype(int).tolist():
            dx, dy = self.x - self.x[seat], self.y - self.y[seat]
            away = dx * dx + dy * dy
            away[self.row == self.row[seat]] = np.inf
            distances.append(float(away.min()) ** 0.5)
        usual = float(np.median(distances))
        return float(np.hypot(_ROW_JITTER * usual, 1.0)) if np.isfinite(usual) else 0.0


def part_price(count: int) -> float:
    """What each group beyond the first costs a party of `count`."""
    return PART * min(1.0, _COUNTS_ROWS / count)


def _padded(flags: Bools, *, before: bool) -> Bools:
    """`flags` with a column of True before the first or after the last."""
    ones = np.ones((len(flags), 1), np.bool_)
    return np.concatenate((ones, flags) if before else (flags, ones), axis=1)
