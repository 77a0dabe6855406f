"""Made-up houses of any size, for benchmarks, pictures and tests.

They are shaped like real ones, because an even grid would hide what is hard about a house: curved
rows, aisles, blocks of unequal length, rows whose letters skip I and O. The same arguments always
make the same house.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import ceil, radians

import numpy as np
from numpy.typing import NDArray

from app.domain.seating import (
    AISLE,
    COMPANION,
    RESTRICTED_VIEW,
    WHEELCHAIR,
    SeatingPlan,
    Shape,
    Zone,
)

PITCH = 30.0
ROW_PITCH = 34.0
_AISLE_PITCHES = 1.7
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"  # no I or O: they read as 1 and 0
_THEATRE_UP_TO = 3_000
_PREMIUM, _STALLS, _CIRCLE, _RESTRICTED, _UPPER = 1, 2, 3, 4, 5
_ZONES = (
    Zone(_PREMIUM, "Premium", 3),
    Zone(_STALLS, "Stalls", 1),
    Zone(_CIRCLE, "Circle", 2),
    Zone(_RESTRICTED, "Restricted view", 4),
    Zone(_UPPER, "Upper tier", 6),
)


@dataclass(frozen=True, slots=True)
class _Row:
    """One row: its place in the house and its seats from left to right as angles on an arc."""

    section: int
    name: str
    depth: int  # rows behind the front of the tier
    radius: float
    angles: NDArray[np.float64]  # radians, 0 straight below the stage, rising to the left
    breaks: tuple[int, ...]  # an aisle lies before these seats
    zone: int


def make_house(seats: int, *, seed: int = 0) -> SeatingPlan:
    """A house of exactly `seats` seats (at least 1): a theatre, from 3,001 seats an arena in tiers.

    `seed` moves the few wheelchair places and restricted views about.
    """
    if seats <= _THEATRE_UP_TO:
        sections, rows = _theatre_rows(seats)
        stage = Shape("stage", ((-270.0, 470.0), (270.0, 610.0)), "STAGE")
    else:
        sections, rows = _arena_rows(seats)
        inner = rows[0].radius
        stage = Shape("stage", ((-0.5 * inner, -0.3 * inner), (0.5 * inner, 0.3 * inner)), "STAGE")
    return _plan(f"House of {seats}", sections, _exactly(seats, rows), stage, seed=seed)


def row_letter(place: int) -> str:
    """A, B, ... H, J, ... Z, AA, BB, ...: what the row at `place` (from 0) is called."""
    again, letter = divmod(place, len(_LETTERS))
    return _LETTERS[letter] * (again + 1)


def _theatre_rows(seats: int) -> tuple[list[str], list[_Row]]:
    """Stalls in three blocks and, behind a gangway, the circle: rows longer towards the back."""
    rows: list[_Row] = []
    total, place, radius, stalls = 0, 0, 760.0, 0
    while total < seats:
        circle = total >= 0.66 * seats
        if circle and not stalls:
            stalls = place
            radius += 2.2 * ROW_PITCH
        depth = place - stalls if circle else place
        count = 20 + round(0.011 * seats) + place
        zone = _CIRCLE if circle else _PREMIUM if depth < 4 else _STALLS
        row = _arc_row(
            int(circle), row_letter(place), depth=depth, radius=radius, count=count, zone=zone
        )
        rows.append(row)
        total, place, radius = total + count, place + 1, radius + ROW_PITCH
    return ["Stalls", "Circle"], rows


def _arc_row(section: int, name: str, *, depth: int, radius: float, count: int, zone: int) -> _Row:
    """A theatre row of `count` seats about the middle, with an aisle at a third from each end."""
    side = round(count * 0.29)
    breaks = (side, count - side)
    slots: NDArray[np.float64] = np.arange(count, dtype=np.float64)
    for seat in breaks:
        slots[seat:] += _AISLE_PITCHES - 1
    slots -= slots[-1] / 2
    return _Row(section, name, depth, radius, -slots * (PITCH / radius), breaks, zone)


def _arena_rows(seats: int) -> tuple[list[str], list[_Row]]:
    """Tiers of blocks about a stage in the middle, open behind it."""
    span = radians(230 if seats <= 20_000 else 330)
    radius = 620.0 if seats <= 20_000 else 1_300.0
    sections: list[str] = []
    rows: list[_Row] = []
    total, tier = 0, 0
    while total < seats:
        deep = 22 + 2 * min(tier, 3)
        blocks = max(3, round(span * (radius + deep * ROW_PITCH / 2) / (26 * PITCH)))
        for block in range(blocks):
            middle = span * ((block + 0.5) / blocks - 0.5)
            zone = _arena_zone(tier, abs(middle) / (span / 2))
            for depth in range(deep):
                row = _block_row(
                    len(sections), depth, radius, span / blocks, middle=-middle, zone=zone
                )
                rows.append(row)
                total += len(row.angles)
            sections.append(f"{tier + 1}{block + 1:02d}")
        radius += (deep + 3.0) * ROW_PITCH
        tier += 1
    return sections, rows


def _block_row(
    section: int, depth: int, front: float, width: float, *, middle: float, zone: int
) -> _Row:
    """A row of one arena block `width` radians wide, an aisle left free at either side."""
    radius = front + depth * ROW_PITCH
    count = max(1, int((width * radius - 2.4 * PITCH) / PITCH))
    angles = middle - (np.arange(count, dtype=np.float64) - (count - 1) / 2) * (PITCH / radius)
    return _Row(section, row_letter(depth), depth, radius, angles, (), zone)


def _arena_zone(tier: int, outward: float) -> int:
    """Dear in front of the stage, cheaper to the sides and upwards."""
    rank = tier + 1.8 * outward
    ladder = ((0.7, _PREMIUM), (1.7, _STALLS), (2.7, _CIRCLE), (4.2, _UPPER))
    return next((zone for limit, zone in ladder if rank < limit), _RESTRICTED)


def _exactly(seats: int, rows: list[_Row]) -> list[_Row]:
    """`rows` less the surplus, taken from the rearmost row of the last tier, then the next."""
    surplus = sum(len(row.angles) for row in rows) - seats
    last_tier = max(row.radius - row.depth * ROW_PITCH for row in rows)
    behind = [i for i, row in enumerate(rows) if row.radius - row.depth * ROW_PITCH > last_tier - 1]
    kept = list(rows)
    for i in sorted(behind, key=lambda i: (-rows[i].depth, -abs(float(rows[i].angles.mean())))):
        cut = min(surplus, len(rows[i].angles))
        surplus -= cut
        kept[i] = _shortened(rows[i], cut)
    return [row for row in kept if len(row.angles)]


def _shortened(row: _Row, cut: int) -> _Row:
    """`row` without `cut` seats, evenly from both ends."""
    left, count = ceil(cut / 2), len(row.angles) - cut
    breaks = tuple(b - left for b in row.breaks if 0 < b - left < count)
    angles = row.angles[left : left + count]
    return _Row(row.section, row.name, row.depth, row.radius, angles, breaks, row.zone)


def _plan(
    name: str, sections: list[str], rows: list[_Row], stage: Shape, *, seed: int
) -> SeatingPlan:
    """The rows as the columns of a plan."""
    sizes = [len(row.angles) for row in rows]
    angles = np.concatenate([row.angles for row in rows])
    radii = np.repeat([row.radius for row in rows], sizes)
    runs = [piece for row in rows for piece in _runs(row)]
    numbers = [str(n) for size in sizes for n in range(size, 0, -1)]
    names = [row.name for row, size in zip(rows, sizes, strict=True) for _ in range(size)]
    section = np.repeat([row.section for row in rows], sizes).astype(np.int32)
    attributes = _attributes(rows, runs, seed=seed)
    zone = np.repeat([row.zone for row in rows], sizes).astype(np.int32)
    zone[(attributes & RESTRICTED_VIEW) != 0] = _RESTRICTED
    arena = len(sections) > 2
    return SeatingPlan(
        id=f"house-{len(angles)}-{seed}",
        venue_id="bench",
        name=name,
        version=1,
        zones=_ZONES,
        sections=tuple(sections),
        seat_no=np.arange(1, len(angles) + 1, dtype=np.int32),
        section=section,
        zone=zone,
        row=tuple(names),
        number=tuple(numbers),
        label=tuple(
            f"{sections[at]} {row}-{number}" if arena else f"{row}-{number}"
            for at, row, number in zip(section.tolist(), names, numbers, strict=True)
        ),
        x=np.round(-radii * np.sin(angles), 2),
        y=np.round(radii * np.cos(angles), 2),
        attributes=attributes,
        row_no=np.repeat(np.arange(len(runs)), runs).astype(np.int32),
        shapes=(stage,),
    )


def _runs(row: _Row) -> list[int]:
    """Seats between the aisles of a row."""
    edges = [0, *row.breaks, len(row.angles)]
    return [after - before for before, after in pairwise(edges) if after > before]


def _attributes(rows: list[_Row], runs: list[int], *, seed: int) -> NDArray[np.int32]:
    """Aisle seats, wheelchair places with companions near the back, poor views at the sides."""
    random = np.random.default_rng(seed)
    found = np.zeros(sum(runs), np.int32)
    ends = np.cumsum(runs)
    found[ends - 1] |= AISLE
    found[ends - np.array(runs)] |= AISLE
    first = 0
    deepest = {row.section: row.depth for row in rows}  # rows of a section come front to back
    for row in rows:
        last = first + len(row.angles) - 1
        if row.depth == deepest[row.section] - 1 and last - first > 8:
            found[[first, last]] |= WHEELCHAIR
            found[[first + 1, last - 1]] |= COMPANION
        elif row.depth < 2 and last - first > 14 and random.random() < 0.8:
            found[[first, last]] |= RESTRICTED_VIEW
        first = last + 1
    return found
