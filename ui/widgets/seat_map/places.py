"""Where the words go, and the outlines a house has when it is too far away to see its seats.

Row letters stand at both ends of a row, section names outside the seats; from afar each block of
one section and one price zone is a single shape. All of it follows from the places of the seats, so
that imported plans look as good as drawn ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ui.widgets.seat_map.geometry import Floats, Geometry, Indices
from ui.widgets.seat_map.outlines import Outline, Strips

_SAME_ROW_PITCHES = 4.0  # pieces of a row closer than this share one pair of row letters
_LABEL_PITCHES = 1.15  # from an end seat to its row letter
_SMALL_BLOCK = 0.08  # of a section's seats: fewer than that do not get a shape of their own


@dataclass(frozen=True, eq=False)
class RowLabels:
    """Row letters: the text and the place of each, both ends of every row."""

    text: tuple[str, ...]
    x: Floats
    y: Floats


@dataclass(frozen=True, eq=False)
class Block:
    """The seats of one section in one price zone, and the odd seat of another among them."""

    section: int
    zone: int
    seats: int
    outlines: list[Outline]


class Places:
    """Rows, labels and blocks of a plan, each worked out when first asked for."""

    def __init__(self, geometry: Geometry) -> None:
        self._geometry = geometry
        plan = geometry.plan
        changes = np.diff(plan.row_no) != 0
        self._breaks: Indices = np.flatnonzero(changes) + 1
        if len(plan):
            self._sections = plan.section.astype(np.int64)
            self._zones = plan.zone.astype(np.int64)

    @cached_property
    def rows(self) -> tuple[Indices, Indices]:
        """First and last seat of each row as people see it: across aisles, of one name."""
        plan, breaks = self._geometry.plan, self._breaks
        if not len(plan):
            return np.empty(0, np.int64), np.empty(0, np.int64)
        near = np.hypot(plan.x[breaks] - plan.x[breaks - 1], plan.y[breaks] - plan.y[breaks - 1])
        near_enough = near < _SAME_ROW_PITCHES * self._geometry.pitch
        same_section = plan.section[breaks] == plan.section[breaks - 1]
        names = [plan.row[i] == plan.row[i - 1] for i in breaks.tolist()]
        cuts = breaks[~(near_enough & same_section & np.array(names, bool))]
        return np.append(0, cuts), np.append(cuts, len(plan)) - 1

    @cached_property
    def row_labels(self) -> RowLabels:
        """A letter beyond each end of each named row."""
        plan, (first, last) = self._geometry.plan, self.rows
        out = _LABEL_PITCHES * self._geometry.pitch
        along = self._geometry.unit_directions * out
        names = tuple(plan.row[i] for i in first.tolist())
        return RowLabels(
            text=names + names,
            x=np.concatenate([plan.x[first] - along[first].real, plan.x[last] + along[last].real]),
            y=np.concatenate([plan.y[first] - along[first].imag, plan.y[last] + along[last].imag]),
        )

    @cached_property
    def block_of(self) -> NDArray[np.int32]:
        """The block of each seat in plan order, an index into `blocks`."""
        return self._block_numbers[1]

    @cached_property
    def _block_numbers(self) -> tuple[list[tuple[int, int]], NDArray[np.int32]]:
        if not len(self._geometry.plan):
            return [], np.empty(0, np.int32)
        width = int(self._zones.max()) + 1
        keys = self._sections * width + self._zones
        counts = np.bincount(keys)
        known = np.flatnonzero(counts)
        home = _joined(known, counts[known], width=width)
        kept = np.unique(home)
        dense = np.zeros(len(counts), np.int32)
        dense[known] = np.searchsorted(kept, home)
        return [divmod(int(key), width) for key in kept], dense[keys]

    @cached_property
    def blocks(self) -> list[Block]:
        """Every block with its outline, in order of section and zone."""
        names, numbers = self._block_numbers
        counts = np.bincount(numbers, minlength=len(names)).tolist()
        first, last = self._strips()
        strips = Strips(self._geometry, first, last)
        of_strip = numbers[first] if len(first) else numbers
        order = np.argsort(of_strip, kind="stable")
        strips.link(order)
        edges = np.searchsorted(of_strip[order], np.arange(len(names) + 1)).tolist()
        return [
            Block(
                section=section,
                zone=zone,
                seats=counts[i],
                outlines=strips.outlines(order[edges[i] : edges[i + 1]].tolist()),
            )
            for i, (section, zone) in enumerate(names)
        ]

    def _strips(self) -> tuple[Indices, Indices]:
        """First and last seats of the pieces of rows that lie in one block."""
        first, last = self.rows
        if not len(first):
            return first, last
        inner = np.flatnonzero(np.diff(self.block_of) != 0) + 1
        cuts = np.union1d(first, inner)
        return cuts, np.append(cuts[1:], len(self.block_of)) - 1


def _joined(keys: Indices, counts: Indices, *, width: int) -> Indices:
    """The key each block goes by: a few seats in another zone belong to their section's largest."""
    sections = keys // width
    whole = np.bincount(sections, weights=counts)
    largest = np.zeros(len(whole), np.int64)
    for i in np.argsort(counts, kind="stable").tolist():
        largest[sections[i]] = keys[i]
    return np.where(counts < _SMALL_BLOCK * whole[sections], largest[sections], keys)
