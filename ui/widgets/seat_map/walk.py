"""Where the keyboard leads in a house, and which seats lie between two of them.

Rows are those people see: across aisles, in whatever direction they are numbered, straight or bent.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ui.widgets.seat_map.geometry import Floats, Geometry, Indices
from ui.widgets.seat_map.places import Places

_INSIDE = 0.4  # seats: one whose middle sticks out of a rectangle by less still counts
_IN_LINE = 0.5  # rows: a row that passes a corner of the rectangle by less goes through it

_Bools = NDArray[np.bool_]


class Walk:
    """Steps and ranges in one house; all seats are plan indices."""

    def __init__(self, geometry: Geometry, places: Places) -> None:
        self._geometry, self._places = geometry, places

    def step(self, seat: int, dx: int, dy: int, *, times: int = 1) -> int:
        """Where so many arrow keys lead; as far as they do."""
        for _ in range(times):
            following = self._geometry.step(seat, dx, dy)
            if following < 0:
                break
            seat = following
        return seat

    def end_of_row(self, seat: int, side: int) -> int:
        """The end of a seat's row that is seen at the left (-1; of a steep row the upper) or right."""
        plan, (first, last) = self._geometry.plan, self._places.rows
        row = int(np.searchsorted(first, seat, side="right")) - 1
        one, other = int(first[row]), int(last[row])
        right, down = plan.x[other] - plan.x[one], plan.y[other] - plan.y[one]
        forwards = (right if abs(right) >= abs(down) else down) >= 0
        return other if forwards == (side > 0) else one

    def between(self, one: int, other: int) -> Indices:
        """The seats between two, both included: along their row, else the rectangle of both.

        A rectangle follows the rows: in each of those that pass between the two, what lies between
        the places next to them.
        """
        low, high = min(one, other), max(one, other)
        if self._same_row(low, high):
            plan = self._geometry.plan
            here = np.arange(low, high + 1)
            same = [plan.row[i] == plan.row[low] for i in here.tolist()]
            chosen: Indices = here[np.array(same) & (plan.section[here] == plan.section[low])]
            return chosen
        first, last = self._places.rows
        at_one, across_one = self._beside(one)
        at_other, across_other = self._beside(other)
        near = _IN_LINE * self._geometry.row_pitch
        passing = across_one * across_other <= 0
        passing |= np.minimum(np.abs(across_one), np.abs(across_other)) < near
        start = np.ceil(np.minimum(at_one, at_other) - _INSIDE).clip(min=first)
        stop = np.floor(np.maximum(at_one, at_other) + _INSIDE).clip(max=last)
        rows = np.flatnonzero(passing & (start <= stop))
        found = [np.arange(int(start[r]), int(stop[r]) + 1) for r in rows.tolist()]
        return np.unique(np.concatenate([np.array([one, other]), *found]))

    def _same_row(self, one: int, other: int) -> bool:
        plan = self._geometry.plan
        return plan.row[one] == plan.row[other] and plan.section[one] == plan.section[other]

    def _beside(self, seat: int) -> tuple[Floats, Floats]:
        """Where a seat would be in each row, counted in seats (beyond the ends too), and how far off
        the row it is: to the one side or, negative, to the other."""
        geometry, (first, last) = self._geometry, self._places.rows
        plan = geometry.plan
        away = (plan.x - plan.x[seat]) ** 2 + (plan.y - plan.y[seat]) ** 2
        least = np.minimum.reduceat(away, first)
        hits = np.flatnonzero(away == np.repeat(least, last - first + 1))
        _, once = np.unique(np.searchsorted(last, hits), return_index=True)
        near = hits[once]
        along = geometry.unit_directions[near]
        off_x, off_y = plan.x[seat] - plan.x[near], plan.y[seat] - plan.y[near]
        ahead = (off_x * along.real + off_y * along.imag) / geometry.pitch
        ahead = np.where(near == first, ahead, ahead.clip(min=-0.5))
        ahead = np.where(near == last, ahead, ahead.clip(max=0.5))
        return near + ahead, along.real * off_y - along.imag * off_x
