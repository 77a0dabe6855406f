"""Best available: the seats a good box office clerk would offer to a party, found in one look.

A party sits together in one row and leaves no single seat that nobody would buy (an orphan). Only
when the house has nothing of the kind does it leave an orphan, then sit in neighbouring rows, then
wherever free seats are close to each other. All of it is arithmetic on whole columns of the plan,
because the answer has to be there before the clerk has looked up, in an arena as in a studio.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.domain.seating import COMPANION, WHEELCHAIR, Bools, Floats, SeatingPlan

_Scores = NDArray[np.float32]
_Indices = NDArray[np.intp]

_ORPHAN = np.float32(1_000.0)  # more than any block costs: fewer orphans first, then better seats
_MIXED_ZONES = 10.0  # a block: two prices in one party only where no block has one price
_ZONE_WEIGHT = 0.5  # from the dearest to the cheapest zone counts as half the depth of the house
_SIDE_WEIGHT = 0.7  # a seat to the side is a little less bad than one as far back
_ANCHORS = 32  # blocks over several rows are grown from this many of the best starts
_MOST_ROWS = 12
_KEPT_SIZES = 12  # block sizes whose scores are kept: half a megabyte each in the largest house


@dataclass(frozen=True, slots=True)
class _Blocks:
    """Every run of `size` seats side by side: block i is seats i .. i + size - 1 of the plan."""

    size: int
    whole: Bools
    score: _Scores  # sum over the seats, lower is better


@dataclass(frozen=True, slots=True)
class _Open:
    """The blocks of one size that are free: first seat (ascending), cost, middle."""

    start: _Indices
    cost: _Scores
    x: Floats
    y: Floats

    def around(self, x: float, y: float, reach: float) -> _Open:
        """Those whose middle is not further than `reach` to the side nor to the front or back."""
        near = np.flatnonzero((np.abs(self.x - x) <= reach) & (np.abs(self.y - y) <= reach))
        return _Open(self.start[near], self.cost[near], self.x[near], self.y[near])

    def away(self, x: float, y: float) -> Floats:
        """How far each middle is from a place."""
        distance: Floats = np.hypot(self.x - x, self.y - y)
        return distance


class BestAvailable:
    """Best available for one plan; build it once, ask it often. It keeps no claims.

    `free` is always one flag a seat, in plan order. Wheelchair and companion places are not
    offered, and never count as orphans, unless `access` is asked for.
    """

    def __init__(self, plan: SeatingPlan) -> None:
        self._beside = plan.beside_next
        self._access = (plan.attributes & (WHEELCHAIR | COMPANION)) != 0
        self._wheelchair = (plan.attributes & WHEELCHAIR) != 0
        self._zone = plan.zone
        self._x, self._y = plan.x, plan.y
        self._reach = 3 * plan.pitch
        self.score = house_score(plan)
        self._kept: dict[int, _Blocks] = {}

    def find(
        self, free: Bools, *, count: int, zones: Collection[int] = (), access: bool = False
    ) -> tuple[int, ...]:
        """Plan indices of the best `count` free seats, ascending; () when fewer are free.

        `zones` limits the choice to these Zone.no (none: the whole house). With `access` a block
        with a wheelchair place comes first.
        """
        sellable = self._sellable(free, access=access)
        usable = sellable & np.isin(self._zone, list(zones)) if zones else sellable
        if count < 1 or np.count_nonzero(usable) < count:
            return ()
        return (
            self._in_one_row(usable, sellable, count, access=access)
            or self._in_rows(usable, count)
            or self._scattered(usable, count)
        )

    def orphans(self, free: Bools) -> _Indices:
        """Plan indices of single free seats between taken ones, aisles and row ends."""
        begins, ends = self._edges(self._sellable(free))
        return np.flatnonzero(begins & ends)

    def leaves_orphan(self, free: Bools, chosen: Collection[int]) -> tuple[int, ...]:
        """Plan indices of the seats that would be left alone if `chosen` were sold."""
        after = free.copy()
        after[list(chosen)] = False
        return tuple(np.setdiff1d(self.orphans(after), self.orphans(free)).tolist())

    # --- together in one row ----------------------------------------------------------------------

    def _sellable(self, free: Bools, *, access: bool = False) -> Bools:
        return free if access else free & ~self._access

    def _edges(self, free: Bools) -> tuple[Bools, Bools]:
        """The free seats at which a run of free neighbours begins, and at which one ends."""
        begins, ends = free.copy(), free.copy()
        linked = free[:-1] & free[1:] & self._beside[:-1]
        begins[1:] &= ~linked
        ends[:-1] &= ~linked
        return begins, ends

    def _in_one_row(
        self, usable: Bools, sellable: Bools, count: int, *, access: bool
    ) -> tuple[int, ...]:
        blocks = self._blocks(count)
        fits = _all_of(usable, count) & blocks.whole
        if access:
            with_wheelchair = fits & ~_all_of(~self._wheelchair, count)
            fits = with_wheelchair if with_wheelchair.any() else fits
        if not fits.any():
            return ()
        orphans = self._orphans_left(sellable, count)
        cost = np.where(fits & (orphans == 0), blocks.score, np.float32(np.inf))
        first = int(cost.argmin())
        if not np.isfinite(cost[first]):
            cost = np.where(fits, blocks.score + _ORPHAN * orphans, np.float32(np.inf))
            first = int(cost.argmin())
        return tuple(range(first, first + count))

    def _orphans_left(self, free: Bools, count: int) -> NDArray[np.uint8]:
        """For each block how many seats beside it (0, 1, 2) selling it would leave alone."""
        begins, ends = self._edges(free)
        left = np.zeros(len(free) - count + 1, np.uint8)
        left[1:] += (begins & self._beside)[: len(left) - 1]
        left[:-1] += self._beside[count - 1 : -1] & ends[count:]
        return left

    def _blocks(self, size: int) -> _Blocks:
        """The blocks of a size and what they cost, computed at their first use."""
        if size in self._kept:
            return self._kept[size]
        blocks = len(self.score) - size + 1
        score = np.zeros(blocks, np.float32)
        for k in range(size):
            score += self.score[k : k + blocks]
        score[self._zone[:blocks] != self._zone[size - 1 :]] += np.float32(_MIXED_ZONES)
        found = _Blocks(size, _all_of(self._beside, size - 1)[:blocks], score)
        if len(self._kept) < _KEPT_SIZES:
            self._kept[size] = found
        return found

    # --- split up --------------------------------------------------------------------------------

    def _in_rows(self, usable: Bools, count: int) -> tuple[int, ...]:
        """The party in as few rows as will do, each a block, each near the one before."""
        for parts in range(2, min(count, _MOST_ROWS) + 1):
            sizes = [count // parts + (k < count % parts) for k in range(parts)]
            if found := self._rows_of(usable, sizes):
                return found
        return ()

    def _rows_of(self, usable: Bools, sizes: list[int]) -> tuple[int, ...]:
        open_blocks = {size: self._open(usable, size) for size in set(sizes)}
        first = open_blocks[sizes[0]]
        best: tuple[float, tuple[int, ...]] = np.inf, ()
        for anchor in _lowest(first.cost, _ANCHORS):
            x, y = float(first.x[anchor]), float(first.y[anchor])
            reach = self._reach * (len(sizes) - 1)
            near = {size: blocks.around(x, y, reach) for size, blocks in open_blocks.items()}
            best = min(best, self._grown((x, y), sizes, near))
        return best[1]

    def _open(self, usable: Bools, size: int) -> _Open:
        blocks = self._blocks(size)
        start = np.flatnonzero(_all_of(usable, size) & blocks.whole)
        last = start + size - 1
        x, y = (self._x[start] + self._x[last]) / 2, (self._y[start] + self._y[last]) / 2
        return _Open(start, blocks.score[start], x, y)

    def _grown(
        self, anchor: tuple[float, float], sizes: list[int], near: dict[int, _Open]
    ) -> tuple[float, tuple[int, ...]]:
        """Blocks of `sizes`, each the nearest to those before it, and what they cost together."""
        seats: set[int] = set()
        cost = 0.0
        away = {size: blocks.away(*anchor) for size, blocks in near.items()}
        for size in sizes:
            blocks, distance = near[size], away[size]
            distance[_overlapping(blocks.start, size, seats)] = np.inf
            best = int(distance.argmin()) if len(distance) else -1
            if best < 0 or distance[best] > self._reach:
                return np.inf, ()
            cost += float(blocks.cost[best]) + float(distance[best]) / self._reach
            seats.update(range(int(blocks.start[best]), int(blocks.start[best]) + size))
            for other, others in near.items():
                closer = others.away(float(blocks.x[best]), float(blocks.y[best]))
                away[other] = np.minimum(away[other], closer)
        return cost, tuple(sorted(seats))

    def _scattered(self, usable: Bools, count: int) -> tuple[int, ...]:
        """The free seats that are closest to each other, beginning at one of the better ones."""
        free = np.flatnonzero(usable)
        x, y = self._x[free], self._y[free]
        best: tuple[float, tuple[int, ...]] = np.inf, ()
        for anchor in _lowest(self.score[free], _ANCHORS):
            away = np.hypot(x - x[anchor], y - y[anchor])
            near = _lowest(away, count)
            best = min(best, (float(away[near].sum()), tuple(sorted(free[near].tolist()))))
        return best[1]


def house_score(plan: SeatingPlan) -> _Scores:
    """How good each seat is, 0 the best there could be, about 2 the worst.

    The distance to an ideal spot a third of the way back on the centre line, as a share of the
    house, and the rank of the price zone: a plan lists its zones from the best down.
    """
    if not len(plan):
        return np.zeros(0, np.float32)
    front_x, front_y = _front(plan)
    dx, dy = plan.x - front_x, plan.y - front_y
    away = np.hypot(dx, dy)
    starts = _row_starts(plan)
    # a straight row is as deep in the house at its ends as in its middle
    depth = np.repeat(np.minimum.reduceat(away, starts), np.diff(np.append(starts, len(plan))))
    deep = max(float(np.ptp(depth)), plan.pitch)
    ideal = float(depth.min()) + deep / 3
    to_middle = np.array([dx.mean(), dy.mean()])
    # the more the seats surround the stage, the less a centre line means
    one_sided = float(np.hypot(*to_middle)) / max(float(away.mean()), plan.pitch)
    ux, uy = to_middle / max(float(np.hypot(*to_middle)), 1e-9)
    side = np.abs(dx * uy - dy * ux) * (one_sided if one_sided > 0.25 else 0.0)
    rank = {zone.no: place for place, zone in enumerate(plan.zones)}
    ranks = np.array([rank.get(no, 0) for no in range(int(plan.zone.max()) + 1)])
    zone = ranks[plan.zone] * (_ZONE_WEIGHT / max(1, len(rank) - 1))
    size = max(deep, float(side.max()))
    score: _Scores = (np.hypot(depth - ideal, _SIDE_WEIGHT * side) / size + zone).astype(np.float32)
    return score


def _row_starts(plan: SeatingPlan) -> _Indices:
    """Where rows begin, those that only an aisle parts counted as one."""
    starts = np.flatnonzero(np.append(True, ~plan.beside_next[:-1])).tolist()
    return np.array(
        [0]
        + [
            i
            for i in starts[1:]
            if plan.row[i] != plan.row[i - 1] or plan.section[i] != plan.section[i - 1]
        ]
    )


def _front(plan: SeatingPlan) -> tuple[float, float]:
    """Where the audience looks: the stage, or the middle of a ring, or a place before row one."""
    stage = [point for shape in plan.shapes if shape.kind == "stage" for point in shape.points]
    if stage:
        return float(np.mean([x for x, _ in stage])), float(np.mean([y for _, y in stage]))
    middle_x, middle_y = (float(np.min(c) + np.max(c)) / 2 for c in (plan.x, plan.y))
    dx, dy = plan.x - middle_x, plan.y - middle_y
    sectors = np.unique((np.arctan2(dy, dx) * (6 / np.pi)).astype(int))
    away = np.hypot(dx, dy)
    if len(sectors) >= 10 and away.min() > 0.15 * away.max():
        return middle_x, middle_y
    first = plan.row_no == plan.row_no[0]
    x, y = float(plan.x[first].mean()), float(plan.y[first].mean())
    return x + (x - float(plan.x.mean())) / 3, y + (y - float(plan.y.mean())) / 3


def _all_of(flags: Bools, count: int) -> Bools:
    """For each i whether flags i .. i + count - 1 are all set; a copy."""
    blocks = len(flags) - count + 1
    found = np.ones(blocks, np.bool_) if count < 1 else flags[:blocks].copy()
    for k in range(1, count):
        found &= flags[k : k + blocks]
    return found


def _overlapping(starts: _Indices, size: int, seats: set[int]) -> Bools:
    """Which blocks of `size` at `starts` contain one of `seats`."""
    taken = np.array(sorted(seats))
    return np.searchsorted(taken, starts) < np.searchsorted(taken, starts + size)


def _lowest(values: NDArray[np.floating], count: int) -> _Indices:
    """Where the `count` lowest values are, lowest first."""
    if count >= len(values):
        return np.argsort(values, kind="stable")
    lowest = np.argpartition(values, count - 1)[:count]
    return lowest[np.lexsort((lowest, values[lowest]))]
