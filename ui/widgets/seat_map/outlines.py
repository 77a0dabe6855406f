"""Outlines of blocks of seats: what is left of them when one stands far away.

A block's rows are followed from front to back while they lie side by side; the ends of the rows
are its sides. Sides are drawn through a few points only: from afar a ragged edge is noise.
"""

from __future__ import annotations

import numpy as np

from ui.widgets.seat_map.geometry import Geometry, Indices

_SAMPLES = 7  # points that draw the bend of a row, or of a block's side

Point = tuple[float, float]
Outline = list[Point]


class Strips:
    """Pieces of rows, to be joined into outlines: row after row while they lie side by side."""

    def __init__(self, geometry: Geometry, first: Indices, last: Indices) -> None:
        plan = geometry.plan
        self._geometry = geometry
        self._first, self._last = first.tolist(), last.tolist()
        half = 0.5 * geometry.pitch
        along = geometry.unit_directions
        ax, ay = plan.x[first] - half * along[first].real, plan.y[first] - half * along[first].imag
        bx, by = plan.x[last] + half * along[last].real, plan.y[last] + half * along[last].imag
        self._ends: list[tuple[float, float, float, float]] = list(
            zip(ax.tolist(), ay.tolist(), bx.tolist(), by.tolist(), strict=True)
        )
        self._reach = 1.9 * geometry.row_pitch
        self._linked: set[int] = set()

    def link(self, order: Indices) -> None:
        """Find out which strips adjoin the one before them in `order`: in most houses all do."""
        ends = np.array(self._ends).reshape(-1, 4)[order]
        start, end = ends[:, :2], ends[:, 2:]
        along = (end - start)[:-1]
        middle = ((start + end) / 2)[1:] - start[:-1]
        share = (middle * along).sum(1) / np.maximum(1e-9, (along * along).sum(1))
        away = middle - np.clip(share, 0, 1)[:, None] * along
        near = (away * away).sum(1) < self._reach**2
        self._linked = set(order[1:][near].tolist())

    def outlines(self, strips: list[int]) -> list[Outline]:
        """Outlines of one block's strips, given as they were to `link`."""
        if self._linked.issuperset(strips[1:]):
            return [self._outline(strips)]
        chains: list[list[int]] = []
        for strip in strips:
            home = next((c for c in reversed(chains[-6:]) if self._adjoins(c[-1], strip)), None)
            if home is None:
                chains.append([strip])
            else:
                home.append(strip)
        return [self._outline(chain) for chain in chains]

    def _adjoins(self, one: int, other: int) -> bool:
        """Whether the middle of `other` lies within about a row of `one`."""
        ax, ay, bx, by = self._ends[one]
        cx, cy, dx, dy = self._ends[other]
        px, py = (cx + dx) / 2 - ax, (cy + dy) / 2 - ay
        ux, uy = bx - ax, by - ay
        share = min(1.0, max(0.0, (px * ux + py * uy) / max(ux * ux + uy * uy, 1e-9)))
        away_x, away_y = px - share * ux, py - share * uy
        return away_x * away_x + away_y * away_y < self._reach**2

    def _outline(self, chain: list[int]) -> Outline:
        """Front edge, right ends, back edge, left ends of strips that follow one another."""
        half = 0.5 * self._geometry.row_pitch
        back_x, back_y = self._backward(chain)
        front, back = self._edge(chain[0]), self._edge(chain[-1])
        starts: Outline = []
        ends: Outline = []
        for strip in _sampled(chain[1:-1]):
            ax, ay, bx, by = self._ends[strip]
            if self._opposed(chain[0], strip):
                ax, ay, bx, by = bx, by, ax, ay
            starts.append((ax, ay))
            ends.append((bx, by))
        if self._opposed(chain[0], chain[-1]):
            back.reverse()
        outline = [(x - half * back_x, y - half * back_y) for x, y in front]
        outline += ends
        outline += [(x + half * back_x, y + half * back_y) for x, y in reversed(back)]
        outline += reversed(starts)
        return outline

    def _opposed(self, one: int, other: int) -> bool:
        """Whether two strips are numbered in opposite directions."""
        ax, ay, bx, by = self._ends[one]
        cx, cy, dx, dy = self._ends[other]
        return (bx - ax) * (dx - cx) + (by - ay) * (dy - cy) < 0

    def _backward(self, chain: list[int]) -> Point:
        """Unit vector across the first strip, towards the last."""
        ax, ay, bx, by = self._ends[chain[0]]
        cx, cy, dx, dy = self._ends[chain[-1]]
        length = max(1e-9, ((bx - ax) ** 2 + (by - ay) ** 2) ** 0.5)
        nx, ny = -(by - ay) / length, (bx - ax) / length
        towards = nx * (cx + dx - ax - bx) + ny * (cy + dy - ay - by)
        return (-nx, -ny) if towards < 0 else (nx, ny)

    def _edge(self, strip: int) -> Outline:
        """Points along a strip from end to end, enough to show its bend."""
        plan = self._geometry.plan
        first, last = self._first[strip], self._last[strip]
        ax, ay, bx, by = self._ends[strip]
        count = max(0, min(_SAMPLES, last - first - 1))
        step = (last - first) / (count + 1)
        between = [first + round(step * (i + 1)) for i in range(count)]
        inner = zip(plan.x[between].tolist(), plan.y[between].tolist(), strict=True)
        return [(ax, ay), *inner, (bx, by)]


def _sampled(strips: list[int]) -> list[int]:
    """At most as many as are needed to see how the sides of a block run."""
    every = max(1, len(strips) // _SAMPLES)
    return strips[every // 2 :: every]
