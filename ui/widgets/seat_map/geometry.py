"""Where seats are and which one is under a point, in numpy alone.

A house of 100,000 seats is searched on every mouse move and drawn at every step of a drag. Seats
are therefore sorted once by the square of a coarse grid they stand in: any rectangle of the plan
is then a handful of contiguous slices, and nobody loops over seats. All distances are plan units.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import ceil, floor

import numpy as np
from numpy.typing import NDArray

from app.domain.seating import SeatingPlan

Indices = NDArray[np.int64]
Floats = NDArray[np.float64]

DEFAULT_PITCH = 30.0
_CELL_PITCHES = 6.0
_MAX_CELLS = (1 << 15) - 1  # so that they sort as 16-bit numbers, ten times quicker
_GAP_PITCHES = 2.5  # seats farther apart than this are parted by an aisle, not neighbours
_GENTLE = 0.94  # cosine of the sharpest bend from one seat to the next that is a curve
_ANGLE_STEPS = 72  # a half turn in steps of 2.5 degrees: finer than an eye can see at 60 px


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of the plan."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """Left to right."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Top to bottom."""
        return self.bottom - self.top

    @property
    def middle(self) -> tuple[float, float]:
        """The centre."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    def grown(self, by: float) -> Box:
        """The same box, larger by `by` on every side."""
        return Box(self.left - by, self.top - by, self.right + by, self.bottom + by)

    def union(self, other: Box) -> Box:
        """The smallest box round both."""
        return Box(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )

    def meets(self, other: Box) -> bool:
        """Whether the two overlap."""
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom


class SeatIndex:
    """Seats by place. `order` sorts the plan's seats by grid square; `rank` undoes it.

    `x` and `y` are in grid order; every answer to a caller is in plan order.
    """

    def __init__(self, x: Floats, y: Floats, *, pitch: float) -> None:
        """`x`, `y`: finite places of n seats, n may be 0; `pitch`: about one seat's width."""
        self._left, self._top = (float(x.min()), float(y.min())) if len(x) else (0.0, 0.0)
        width, height = (float(np.ptp(x)), float(np.ptp(y))) if len(x) else (0.0, 0.0)
        self._cell = _cell_size(width, height, pitch=pitch)
        self._across = int(width / self._cell) + 1
        self._down = int(height / self._cell) + 1
        square = ((y - self._top) / self._cell).astype(np.int16) * np.int16(self._across)
        square += ((x - self._left) / self._cell).astype(np.int16)
        self.order: Indices = np.argsort(square, kind="stable")
        self.rank: Indices = np.empty_like(self.order)
        self.rank[self.order] = np.arange(len(x))
        self.x: Floats = np.ascontiguousarray(x[self.order], np.float64)
        self.y: Floats = np.ascontiguousarray(y[self.order], np.float64)
        counts = np.bincount(square, minlength=self._across * self._down)
        self._starts: list[int] = [0, *np.cumsum(counts).tolist()]

    def slices(self, box: Box) -> list[slice]:
        """Grid-order slices that hold every seat inside `box` (and some near it)."""
        across, cell = self._across, self._cell
        left = max(0, floor((box.left - self._left) / cell))
        right = min(across - 1, floor((box.right - self._left) / cell))
        top = max(0, floor((box.top - self._top) / cell))
        bottom = min(self._down - 1, floor((box.bottom - self._top) / cell))
        if right < left or bottom < top:
            return []
        starts = self._starts
        if left == 0 and right == across - 1:
            first, last = starts[top * across], starts[(bottom + 1) * across]
            return [slice(first, last)] if first < last else []
        found = []
        for line in range(top * across, bottom * across + 1, across):
            first, last = starts[line + left], starts[line + right + 1]
            if first < last:
                found.append(slice(first, last))
        return found

    def nearest(self, x: float, y: float, *, within: float) -> int:
        """The seat nearest to a point and less than `within` from it; -1 when there is none."""
        best, best_square = -1, within * within
        for part in self.slices(Box(x - within, y - within, x + within, y + within)):
            squares = (self.x[part] - x) ** 2
            squares += (self.y[part] - y) ** 2
            i = int(squares.argmin())
            if squares[i] < best_square:
                best, best_square = part.start + i, squares[i]
        return int(self.order[best]) if best >= 0 else -1

    def closest(self, x: float, y: float) -> int:
        """The seat nearest to a point however far away; -1 in a house without seats."""
        if not len(self.x):
            return -1
        return int(self.order[((self.x - x) ** 2 + (self.y - y) ** 2).argmin()])

    def inside(self, box: Box) -> Indices:
        """Plan indices, rising, of the seats whose centre is inside `box`, edges included."""
        found = [np.empty(0, np.int64)]
        for part in self.slices(box):
            x, y = self.x[part], self.y[part]
            within = (x >= box.left) & (x <= box.right) & (y >= box.top) & (y <= box.bottom)
            found.append(self.order[part][within])
        return np.sort(np.concatenate(found))

    def towards(self, seat: int, dx: int, dy: int, *, shut: NDArray[np.bool_]) -> int:
        """The seat nearest to `seat` in a direction of the screen; -1 at the edge of the house.

        Straying sideways costs more than the way ahead; seats that are `shut` (in plan order) do
        not count.
        """
        at = self.rank[seat]
        right, down = self.x - self.x[at], self.y - self.y[at]
        ahead = right * dx + down * dy
        aside = np.abs(right * dy) + np.abs(down * dx)
        open_to = (ahead > 0) & (aside <= 2 * ahead) & ~shut[self.order]
        cost = np.where(open_to, ahead + 1.5 * aside, np.inf)
        best = int(cost.argmin())
        return int(self.order[best]) if np.isfinite(cost[best]) else -1


def _cell_size(width: float, height: float, *, pitch: float) -> float:
    """A grid square's side: a few seats, more when stray seats would make the grid enormous."""
    cell = pitch * _CELL_PITCHES
    while (width / cell + 1) * (height / cell + 1) > _MAX_CELLS:
        cell *= 2
    return cell


class Geometry:
    """Everything about a plan that does not change while it is sold: pitch, turns, rows, bounds."""

    def __init__(self, plan: SeatingPlan) -> None:
        self.plan = plan
        across, down = np.diff(plan.x), np.diff(plan.y)
        steps: Floats = np.sqrt(across * across + down * down)
        beside = (np.diff(plan.row_no) == 0) & (steps > 0)
        self.pitch = _typical(_sample(steps[beside]))
        self._beside = beside & (steps <= _GAP_PITCHES * self.pitch)
        self.index = SeatIndex(plan.x, plan.y, pitch=self.pitch)
        along = np.zeros(len(plan) + 1, np.complex128)
        if len(plan):
            scale = np.divide(1.0, steps, out=np.zeros_like(steps), where=self._beside)
            along.real[1:-1], along.imag[1:-1] = across * scale, down * scale
        self.unit_directions = _row_directions(along)
        self.row_pitch = self._measure_row_pitch()
        self.mark_width, self.mark_height = self._mark_size(_sample(steps[self._beside]))

    @cached_property
    def turns(self) -> NDArray[np.int16]:
        """Turn of each seat in grid order, in steps of 2.5 degrees clockwise, 0..71 (a half turn).

        A square mark looks the same after a quarter turn: its turn stays within 45 degrees.
        """
        square = abs(self.mark_width - self.mark_height) < 0.02 * self.mark_width
        period = _ANGLE_STEPS // 2 if square else _ANGLE_STEPS
        angles = np.angle(self.unit_directions[self.index.order])
        steps = np.rint(angles * (_ANGLE_STEPS / np.pi)).astype(np.int16)
        steps += period // 2
        steps %= period
        steps -= period // 2
        return np.mod(steps, _ANGLE_STEPS, dtype=np.int16)

    @cached_property
    def turned(self) -> bool:
        """Whether any seat stands askew."""
        return bool(self.turns.any())

    @cached_property
    def seat_box(self) -> Box:
        """The box round all seat centres; all zero for a plan without seats."""
        x, y = self.plan.x, self.plan.y
        if not len(x):
            return Box(0.0, 0.0, 0.0, 0.0)
        return Box(float(x.min()), float(y.min()), float(x.max()), float(y.max()))

    def direction(self, seat: int) -> tuple[float, float]:
        """Unit vector along the row at a seat, in the order of the plan; (1, 0) for a lone seat."""
        along = complex(self.unit_directions[seat])
        return along.real, along.imag

    def are_beside(self, one: int, other: int) -> bool:
        """Whether the seat after `one` in the plan is `other`, and its neighbour."""
        return other == one + 1 and bool(self._beside[one])

    def beside(self, seat: int, dx: int, dy: int) -> int:
        """The neighbour in the same row in a direction of the screen; -1 when none lies that way.

        Sideways follows rows up to 60 degrees steep, up and down only rows steeper than that.
        """
        plan, steps = self.plan, self._beside
        least = 0.5 if dx else 0.87
        for other, joint in ((seat - 1, seat - 1), (seat + 1, seat)):
            if not 0 <= joint < len(steps) or not steps[joint]:
                continue
            right, down = plan.x[other] - plan.x[seat], plan.y[other] - plan.y[seat]
            if right * dx + down * dy > least * float(np.hypot(right, down)):
                return other
        return -1

    def step(self, seat: int, dx: int, dy: int) -> int:
        """Where an arrow key leads: along the row, else to the nearest that way; -1: nowhere."""
        along = self.beside(seat, dx, dy)
        if along >= 0:
            return along
        plan = self.plan
        same_row = (plan.row_no == plan.row_no[seat]) if dy else np.zeros(len(plan), bool)
        return self.index.towards(seat, dx, dy, shut=same_row)

    def hit(self, x: float, y: float) -> int:
        """The seat under a point of the plan; -1 between seats."""
        return self.index.nearest(x, y, within=0.58 * max(self.mark_width, self.mark_height))

    def _measure_row_pitch(self) -> float:
        """Distance between rows, measured at a few seats; the pitch when there is only one row."""
        plan, reach = self.plan, 2.5 * self.pitch
        found = []
        for seat in np.linspace(0, len(plan) - 1, min(48, len(plan))).astype(np.int64).tolist():
            x, y = float(plan.x[seat]), float(plan.y[seat])
            near = self.index.inside(Box(x - reach, y - reach, x + reach, y + reach))
            near = near[plan.row_no[near] != plan.row_no[seat]]
            ux, uy = self.direction(seat)
            right, down = plan.x[near] - x, plan.y[near] - y
            across = np.abs(down * ux - right * uy)
            close = (np.abs(right * ux + down * uy) < 0.75 * self.pitch) & (across > 0)
            if close.any():
                found.append(float(across[close].min()))
        return float(np.median(found)) if found else self.pitch

    def _mark_size(self, steps: Floats) -> tuple[float, float]:
        """Width and height of a mark: as large as the tighter parts of the house allow."""
        tight = float(np.percentile(steps, 4)) if len(steps) else self.pitch
        width = 0.84 * min(tight, self.pitch)
        height = 0.84 * min(self.row_pitch, self.pitch)
        height = min(max(height, 0.7 * width), width)
        return min(width, 1.25 * height), height


def _typical(steps: Floats) -> float:
    """The median distance, or a fair guess for a plan without neighbours."""
    return float(np.median(steps)) if len(steps) else DEFAULT_PITCH


def _sample(steps: Floats) -> Floats:
    """Some of the distances, evenly: enough to know what is usual."""
    return steps[:: max(1, len(steps) // 8192)]


def _row_directions(along: NDArray[np.complex128]) -> NDArray[np.complex128]:
    """Unit vectors along the row at each seat, as complex numbers; 1 for a lone seat.

    `along[i]` leads from seat i-1 to seat i (unit length), 0 where a row or a gap ends.
    """
    before, after = along[:-1], along[1:]
    directions = before + after
    alone_before, alone_after = before == 0, after == 0
    # A row's end has one neighbour: lean on by half the bend between the last two steps, or the
    # end seats of a curved row would stand askew.
    for ends, near, beyond in (
        (np.flatnonzero(alone_before & ~alone_after), 1, 2),
        (np.flatnonzero(alone_after & ~alone_before), 0, -1),
    ):
        last = along[ends + near]
        bend = last * np.conj(along[np.clip(ends + beyond, 0, len(along) - 1)])
        gentle = bend.real > _GENTLE
        directions[ends] = last * np.where(gentle, np.sqrt(np.where(gentle, bend, 1)), 1)
    lengths = np.abs(directions)
    lone = lengths == 0
    directions[lone] = 1
    lengths[lone] = 1
    directions /= lengths
    return directions


def sixteenth(value: float) -> float:
    """A size in pixels rounded up to a sixteenth, so that near sizes share one set of pictures."""
    return ceil(value * 16 - 1e-6) / 16
