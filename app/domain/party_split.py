"""A party that no row has room for: which groups of it sit where, so that it stays one block.

Two ways, judged by the one cost. A block of rows grows about the better spots of the house, which is
quick for a coach party of sixty in an arena. A handful of people is then tried in every way it can be
divided, the likeliest first, until no other way could be better: all over a small house or one that is
nearly full, about the better spots of a large one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import ceil

import numpy as np
from numpy.typing import NDArray

from app.domain.party_cost import (
    APART,
    LONE,
    ORPHAN,
    SPLIT,
    SPREAD,
    Asked,
    Parties,
    PartyCost,
    part_price,
)
from app.domain.seating import Floats

_Indices = NDArray[np.intp]
_Found = tuple[float, tuple[int, ...]]

_FEW = 6  # up to so many people every division is tried
_SMALL_HOUSE, _CORNER = 24, 12  # free seats: all of them, or those about a spot
_TRIED = 4_096  # seatings of one division
_SPOTS, _SPOTS_OF_FEW = 8, 5  # blocks are grown about so many spots
_SHORTLIST, _FINALISTS = 32, 2  # of which so many are looked at closely, and improved
_SURVEYED = 20_000  # seats, about, that are looked over for spots
_SCARCE = 8.0  # pitches of spread that twice the ground is worth
_ABOUT = 3  # so many times the seats wanted are looked over run by run
_LONG = 4.0  # a run to begin with is long rather than near
_SHORTEST = 1, 3, 8
_MOST_ROWS = 12
_ROUNDS, _TURNS = 8, 8  # of improving a block


@dataclass(frozen=True, slots=True)
class _Free:
    """The usable seats, ascending, where they are, and the number and length of the run of
    neighbours each belongs to."""

    seats: _Indices
    x: Floats
    y: Floats
    run: _Indices
    length: _Indices

    def starts(self, size: int) -> tuple[_Indices, _Indices]:
        """First seats of all blocks of a size, and their runs."""
        if size > len(self.seats):
            return self.seats[:0], self.run[:0]
        whole = np.flatnonzero(self.run[: len(self.run) - size + 1] == self.run[size - 1 :])
        return self.seats[whole], self.run[whole]


def split_up(cost: PartyCost, asked: Asked, *, count: int) -> tuple[int, ...]:
    """Plan indices of the cheapest seats for a party that is not to sit in one row, ascending; ()
    when fewer than `count` are usable."""
    free = _free(cost, np.flatnonzero(asked.usable))
    if len(free.seats) < count:
        return ()
    spots = _spots(asked, free, count)
    blocks = _grown(cost, free, spots, count)
    blocks = blocks[_first(cost.in_one_place(blocks, asked), _SHORTLIST)]
    best: _Found = np.inf, ()
    for party in blocks[_first(cost.of(blocks, asked), _FINALISTS)]:
        best = min(best, _improved(cost, asked, party))
    if count <= _FEW:
        for corner in _corners(cost, free, spots):
            best = _divided(cost, asked, corner, count, best)
    return best[1]


def _free(cost: PartyCost, seats: _Indices) -> _Free:
    begins = np.ones(len(seats), np.bool_)
    begins[1:] = (np.diff(seats) != 1) | ~cost.beside[seats[:-1]]
    run = np.cumsum(begins) - 1
    length = np.bincount(run)[run] if len(run) else run
    return _Free(seats, cost.x[seats], cost.y[seats], run, length)


# --- a few people, in every way ------------------------------------------------------------------


def _corners(cost: PartyCost, free: _Free, spots: list[int]) -> Iterator[_Free]:
    """Where a few people are tried in every way: the whole house, or the seats about its spots."""
    if len(free.seats) <= _SMALL_HOUSE:
        yield free
        return
    for spot in spots:
        away = np.hypot(free.x - cost.x[spot], free.y - cost.y[spot])
        yield _free(cost, free.seats[np.sort(_first(away, _CORNER))])


def _divided(cost: PartyCost, asked: Asked, free: _Free, count: int, best: _Found) -> _Found:
    least = float(asked.worth[free.seats].min())
    for sizes in sorted(_divisions(count, count), key=_division_cost):
        if best[0] <= _division_cost(sizes) + least:
            break
        better = cost.cheapest(_seatings(free, sizes), asked, below=best[0])
        best = better if better[1] else best
    return best


def _division_cost(sizes: tuple[int, ...]) -> float:
    """What a division costs at least, wherever it sits."""
    return SPLIT + part_price(sum(sizes)) * (len(sizes) - 1) + LONE * sizes.count(1)


def _divisions(count: int, largest: int) -> Iterator[tuple[int, ...]]:
    """The ways to write `count` as a sum, the largest first in each."""
    if count == 0:
        yield ()
    for first in range(min(count, largest), 0, -1):
        for rest in _divisions(count - first, first):
            yield (first, *rest)


def _seatings(free: _Free, sizes: tuple[int, ...]) -> Parties:
    """The parties divided like this, one group a run: all there are, up to a few thousand."""
    first, run = free.starts(sizes[0])
    starts, runs = first[:, None], run[:, None]
    for before, size in pairwise(sizes):
        following, next_run = free.starts(size)
        allowed = (runs[:, :, None] != next_run).all(axis=1)
        if before == size:
            # groups of one size are alike: each set of them once
            allowed &= following > starts[:, -1:]
        old, new = np.nonzero(allowed)
        starts = np.column_stack((starts[old], following[new]))[:_TRIED]
        runs = np.column_stack((runs[old], next_run[new]))[:_TRIED]
    seats = [starts[:, k, None] + np.arange(size) for k, size in enumerate(sizes)]
    return np.sort(np.concatenate(seats, axis=1), axis=1)


# --- a block of rows -------------------------------------------------------------------------------


def _grown(cost: PartyCost, free: _Free, spots: list[int], count: int) -> Parties:
    """Blocks about these spots of the house: some rows deep, or from run to touching run."""
    blocks: list[_Indices] = []
    for spot in spots:
        near, away = _around(free, (cost.x[spot], cost.y[spot]), count)
        blocks += _rows_deep(cost, free, near, spot, count)
        nearest = near[_first(away, _ABOUT * count)]
        blocks.append(_run_by_run(cost, free, nearest, spot, count))
    return np.unique(np.sort(np.array(blocks), axis=1), axis=0)


def _spots(asked: Asked, free: _Free, count: int) -> list[int]:
    """Seats to grow blocks about, well apart: where runs are long, much is free and worth it."""
    side = max(2.0, count**0.5 / 2)
    few = slice(None, None, 1 + len(free.seats) // _SURVEYED)
    seats, length, x, y = free.seats[few], free.length[few], free.x[few], free.y[few]
    column = ((x - x.min()) / side).astype(int) + 1
    line = ((y - y.min()) / side).astype(int) + 1
    wide = int(column.max()) + 2
    square = line * wide + column
    size = (int(line.max()) + 2) * wide
    held = _about(np.bincount(square, minlength=size), wide)
    together = _about(np.bincount(square, np.minimum(length, count), size), wide)
    worth = _about(np.bincount(square, asked.worth[seats], size), wide)
    full = np.maximum(held, 1)
    # as many groups as runs of this length make, and the more ground the more seats are taken
    price = part_price(count) * count * full / np.maximum(together, 1) + worth / full
    price += _SCARCE * np.maximum(0, count / (full * few.step) - 1)
    price[np.bincount(square, minlength=size) == 0] = np.inf
    spots: list[int] = []
    wanted = _SPOTS if count > _FEW else _SPOTS_OF_FEW
    while len(spots) < wanted and np.isfinite(price[best := int(price.argmin())]):
        inside = seats[square == best]
        spots.append(int(inside[int(asked.worth[inside].argmin())]))
        lines, columns = best // wide, best % wide
        for one in (lines - 1, lines, lines + 1):
            if 0 <= one < size // wide:
                price[one * wide + max(0, columns - 1) : one * wide + columns + 2] = np.inf
    return spots


def _about(squares: NDArray[np.number], wide: int) -> Floats:
    """For each square of a grid the sum over it and the eight about it."""
    grid = np.pad(squares.reshape(-1, wide).astype(np.float64), 1)
    rows = grid[:-2] + grid[1:-1] + grid[2:]
    sums: Floats = (rows[:, :-2] + rows[:, 1:-1] + rows[:, 2:]).ravel()
    return sums


def _around(free: _Free, middle: tuple[float, float], count: int) -> tuple[_Indices, Floats]:
    """Places in `free` of seats near enough for a block, some times as many as are wanted or all, and
    how far they are: the larger of their distances to the side and to the front or back."""
    x, y = middle
    reach = 2.0 + 1.5 * count**0.5
    while True:
        near = np.flatnonzero(np.abs(free.y - y) <= reach)
        near = near[np.abs(free.x[near] - x) <= reach]
        if len(near) >= min(2 * count, len(free.seats)):
            return near, np.maximum(np.abs(free.x[near] - x), np.abs(free.y[near] - y))
        reach *= 2


def _rows_deep(
    cost: PartyCost, free: _Free, near: _Indices, spot: int, count: int
) -> Iterator[_Indices]:
    """About a spot the nearest seats of one row, two rows, and so on."""
    seats, run, length = free.seats[near], free.run[near], free.length[near]
    dx, dy = cost.x[seats] - cost.x[spot], cost.y[seats] - cost.y[spot]
    away = np.hypot(dx, dy)
    yield seats[_first(away, count)]
    ux, uy = _along(cost, spot)
    aside = np.abs(dx * ux + dy * uy)
    depth = _ranks(cost.row[seats], away)
    # in each row the run that is nearest to the middle
    order = np.lexsort((aside, depth))
    leads = order[np.unique(depth[order], return_index=True)[1]]
    one_run = np.isin(run, run[leads])
    for shortest in _SHORTEST:
        for rows in range(1, min(_MOST_ROWS, ceil(count / shortest)) + 1):
            chosen = np.flatnonzero((depth < rows) & (length >= shortest) & one_run)
            if len(chosen) >= count:
                yield seats[chosen[_first(aside[chosen], count)]]


@dataclass(frozen=True, slots=True)
class _Ground:
    """The seats about a spot, the run each is a member of, how long runs are here, what touches."""

    seats: _Indices
    member: _Indices
    length: _Indices
    x: Floats
    y: Floats
    touch: NDArray[np.bool_]

    def nearest(self, x: float, y: float, count: int) -> tuple[NDArray[np.bool_], Floats]:
        """Of each run the seats nearest to a place, `count` at most, and how far they are on average."""
        away = np.hypot(self.x - x, self.y - y)
        order = np.lexsort((away, self.member))
        before = (np.cumsum(self.length) - self.length)[self.member[order]]
        size = np.minimum(self.length, count)
        taken = np.zeros(len(self.seats), np.bool_)
        taken[order] = np.arange(len(self.seats)) - before < size[self.member[order]]
        apart = np.bincount(self.member[taken], away[taken], len(self.length)) / size
        return taken, apart


def _run_by_run(cost: PartyCost, free: _Free, near: _Indices, spot: int, count: int) -> _Indices:
    """From a long run on, always the touching run that is the best to take in next."""
    near = np.sort(near)
    seats = free.seats[near]
    _, member, length = np.unique(free.run[near], return_inverse=True, return_counts=True)
    touch = cost.touch(seats[None])[0]
    ground = _Ground(seats, member, length, cost.x[seats], cost.y[seats], touch)
    x, y = float(cost.x[spot]), float(cost.y[spot])
    far = ground.nearest(x, y, count)[1] / count**0.5
    first = int((far - _LONG * np.minimum(length, count) / count).argmin())
    return _gathered(ground, first, (x, y), count)


def _gathered(ground: _Ground, first: int, middle: tuple[float, float], count: int) -> _Indices:
    """A party that begins in the run `first`."""
    chosen = np.zeros(len(ground.seats), np.bool_)
    used = np.zeros(len(ground.length), np.bool_)
    reached = np.arange(len(used)) == first
    left = count
    while left:
        taken, apart = ground.nearest(*middle, left)
        size = np.minimum(ground.length, left)
        price = (part_price(count) + LONE * (size == 1)) / size + SPREAD * apart / count
        price += ORPHAN * (ground.length - size == 1) / size + np.where(reached, 0.0, APART)
        price[used] = np.inf
        run = int(price.argmin())
        used[run] = True
        chosen |= taken & (ground.member == run)
        left -= int(size[run])
        middle = float(ground.x[chosen].mean()), float(ground.y[chosen].mean())
        reached = np.zeros(len(used), np.bool_)
        reached[ground.member[ground.touch[chosen].any(axis=0)]] = True
    return ground.seats[chosen]


def _along(cost: PartyCost, spot: int) -> tuple[float, float]:
    """Which way the row runs at a seat, as a unit vector."""
    first, last = max(0, spot - 2), min(len(cost.row) - 1, spot + 2)
    while cost.row[first] != cost.row[spot]:
        first += 1
    while cost.row[last] != cost.row[spot]:
        last -= 1
    dx, dy = float(cost.x[last] - cost.x[first]), float(cost.y[last] - cost.y[first])
    size = float(np.hypot(dx, dy))
    return (dx / size, dy / size) if size else (1.0, 0.0)


def _ranks(groups: _Indices, away: Floats) -> _Indices:
    """For each seat the rank of its group, that with the nearest seat first."""
    found, member = np.unique(groups, return_inverse=True)
    nearest = np.full(len(found), np.inf)
    np.minimum.at(nearest, member, away)
    rank = np.empty(len(found), np.intp)
    rank[np.argsort(nearest, kind="stable")] = np.arange(len(found))
    return rank[member]


def _first(values: Floats, count: int) -> _Indices:
    """Where the `count` lowest values are."""
    lowest: _Indices = np.argsort(values, kind="stable")[:count]
    return lowest


def _improved(cost: PartyCost, asked: Asked, party: _Indices) -> _Found:
    """The party after the moves of one seat, from the end of a group to another, that help most."""
    best: _Found = float(cost.of(party[None], asked)[0]), tuple(party.tolist())
    for _ in range(_ROUNDS):
        moved = _moved(cost, asked, best[1])
        moved = moved[_first(cost.in_one_place(moved, asked), _TURNS)]
        better = cost.cheapest(moved, asked, below=best[0])
        if not better[1]:
            break
        best = better
    return best


def _moved(cost: PartyCost, asked: Asked, party: tuple[int, ...]) -> Parties:
    """The party with one seat given up at the end of a group and one taken at the end of one."""
    seats = np.array(party)
    linked = cost.beside[seats[:-1]] & (np.diff(seats) == 1)
    ends = np.unique(
        np.concatenate((seats[np.append(True, ~linked)], seats[np.append(~linked, True)]))
    )
    before = seats[np.append(True, ~linked)] - 1
    after = seats[np.append(~linked, True)] + 1
    before = before[(before >= 0) & cost.beside[before]]
    after = after[after < len(asked.usable)]
    after = after[cost.beside[after - 1]]
    taken = np.union1d(before, after)
    taken = np.setdiff1d(taken[asked.usable[taken]], seats)
    kept = seats[None, :] != ends[:, None]
    rests = np.broadcast_to(seats, kept.shape)[kept].reshape(len(ends), len(seats) - 1)
    moved = np.concatenate(
        (
            np.repeat(rests, len(taken), axis=0),
            np.tile(taken, len(ends))[:, None],
        ),
        axis=1,
    )
    return np.sort(moved, axis=1)
