"""The geometry of a house: where its seats are, which of them belong together, which are best.

A `SeatingPlan` is one immutable version of a house. Its seats are columns, one numpy array a
property, because a house of 100,000 seats must be drawn, searched and compared in milliseconds;
row i of every array is the same seat. `seat_no` is the seat's identity within the plan version,
a small integer that never changes; `index_of` turns it into i.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

WHEELCHAIR, COMPANION, RESTRICTED_VIEW, AISLE = 1, 2, 4, 8

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Zone:
    """A price zone: seats that share one price list. `colour` is 1..8 of the theme's tokens."""

    no: int
    name: str
    colour: int


@dataclass(frozen=True, slots=True)
class GaArea:
    """General admission: `capacity` places without seats.

    Its places are numbered `first_no .. first_no + capacity - 1` among the plan's seat numbers, so
    one claim rule serves both.
    """

    no: int
    name: str
    zone_no: int
    first_no: int
    capacity: int
    x: float = 0.0
    y: float = 0.0
    width: float = 0.0
    height: float = 0.0


@dataclass(frozen=True, slots=True)
class Shape:
    """Something drawn that is not a seat. `kind`: stage, text, rectangle, circle, ellipse, polygon.

    `points` are plan units: rectangle = two corners, circle and ellipse = centre and radii,
    polygon = its corners, text = its middle. `rotation` in degrees about the first point.
    """

    kind: str
    points: tuple[tuple[float, float], ...]
    text: str = ""
    rotation: float = 0.0


@dataclass(frozen=True, eq=False)
class SeatingPlan:
    """One version of a house. Distances are plan units; neighbours sit about `pitch` apart."""

    id: str
    venue_id: str
    name: str
    version: int
    zones: tuple[Zone, ...]
    sections: tuple[str, ...]
    seat_no: Ints
    section: Ints  # index into sections
    zone: Ints  # Zone.no
    row: tuple[str, ...]
    number: tuple[str, ...]
    label: tuple[str, ...]  # unique in the plan, short: "F-7", "Balcony 17-3"
    x: Floats
    y: Floats
    attributes: Ints  # WHEELCHAIR | COMPANION | RESTRICTED_VIEW | AISLE
    row_no: Ints  # seats of one row_no sit side by side in index order: an aisle begins another
    ga_areas: tuple[GaArea, ...] = ()
    shapes: tuple[Shape, ...] = ()
    notes: tuple[str, ...] = field(default=(), compare=False)  # the file's own id of each seat

    def __len__(self) -> int:
        return len(self.seat_no)

    @property
    def capacity(self) -> int:
        """Seats and general-admission places together."""
        return len(self) + sum(area.capacity for area in self.ga_areas)

    @cached_property
    def pitch(self) -> float:
        """The usual distance between neighbours in a row, in plan units; never zero."""
        steps = np.hypot(np.diff(self.x), np.diff(self.y))[self.beside_next[:-1]]
        if len(steps):
            return float(np.median(steps)) or 1.0
        reach = max(float(np.ptp(self.x)), float(np.ptp(self.y))) if len(self) else 0.0
        return reach / max(1.0, len(self) ** 0.5) or 1.0

    @cached_property
    def beside_next(self) -> Bools:
        """Whether seats i and i + 1 sit side by side; never so for the last seat."""
        beside = np.zeros(len(self), np.bool_)
        beside[:-1] = self.row_no[1:] == self.row_no[:-1]
        return beside

    @cached_property
    def index_of(self) -> dict[int, int]:
        """seat_no -> row in the arrays (general-admission places have none)."""
        return {int(no): i for i, no in enumerate(self.seat_no)}

    @cached_property
    def by_label(self) -> dict[str, int]:
        """Label, upper case -> seat_no."""
        return {label.upper(): int(no) for label, no in zip(self.label, self.seat_no, strict=True)}

    def label_of(self, seat_no: int) -> str:
        """What a ticket for this place says."""
        index = self.index_of.get(seat_no)
        if index is not None:
            return self.label[index]
        return next(
            a.name for a in self.ga_areas if a.first_no <= seat_no < a.first_no + a.capacity
        )

    def zone_of(self, seat_no: int) -> int:
        """Zone.no of a seat or general-admission place; KeyError when there is no such place."""
        index = self.index_of.get(seat_no)
        if index is not None:
            return int(self.zone[index])
        for area in self.ga_areas:
            if area.first_no <= seat_no < area.first_no + area.capacity:
                return area.zone_no
        raise KeyError(seat_no)

    def seat_nos(self, labels: Sequence[str]) -> tuple[list[int], list[str]]:
        """Seat numbers for labels as people type them, and the labels the plan does not know."""
        known = [self.by_label.get(label.strip().upper()) for label in labels]
        unknown = [label for label, no in zip(labels, known, strict=True) if no is None]
        return [no for no in known if no is not None], unknown


def ints(values: Sequence[int]) -> Ints:
    """Whole numbers as a column of a plan."""
    return np.array(values, np.int32)


def floats(values: Sequence[float]) -> Floats:
    """Measures as a column of a plan."""
    return np.array(values, np.float64)


def shapes_to_json(shapes: Iterable[Shape]) -> str:
    """The drawing beside the seats as one JSON text, the form in which a plan is stored."""
    return json.dumps(
        [
            {"kind": s.kind, "points": s.points, "text": s.text, "rotation": s.rotation}
            for s in shapes
        ],
        ensure_ascii=False,
        separators=(",", ":"),
    )


def shapes_from_json(text: str) -> tuple[Shape, ...]:
    """The shapes that `shapes_to_json` wrote."""
    return tuple(
        Shape(
            kind=shape["kind"],
            points=tuple((float(x), float(y)) for x, y in shape["points"]),
            text=shape["text"],
            rotation=float(shape["rotation"]),
        )
        for shape in json.loads(text)
    )
