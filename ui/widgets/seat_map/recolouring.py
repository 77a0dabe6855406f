"""The house coloured by something else than price zones: who sits there, since when, who is in.

What to colour by is the screen's affair; this says how it is handed to the map. Colours are tokens of
the theme or places on a ramp, never values, so that they follow the house lights. A group may have a
sign that stands on its seats instead of their number: colours alone do not tell groups apart for
everybody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from app.domain.seating import SeatingPlan
from ui.widgets.seat_map.states import MOST_GROUPS, States

PARTY_COLOURS = tuple(f"zone-{no}" for no in range(1, 9))
_NOBODY = 0


@dataclass(frozen=True, slots=True)
class Key:
    """One colour of the house and what it means: a token ("zone-3") or a place on the ramp, 0..1.

    `sign` (one or two characters) is written on the group's seats instead of their numbers.
    """

    colour: str | float
    words: str
    sign: str = ""


@dataclass(frozen=True, eq=False)
class Recolouring:
    """`groups` holds one number a seat in plan order: 0 is faded, i has the colour of `keys[i - 1]`.

    ValueError for more than 16 keys or a group that has none.
    """

    title: str  # "By check-in"
    groups: States
    keys: tuple[Key, ...]

    def __post_init__(self) -> None:
        if len(self.keys) > MOST_GROUPS:
            raise ValueError(f"{len(self.keys)} groups, {MOST_GROUPS} can be told apart")
        if len(self.groups) and int(self.groups.max()) > len(self.keys):
            raise ValueError(f"group {int(self.groups.max())} of {len(self.keys)}")


def by_party(
    plan: SeatingPlan, parties: NDArray[np.int64], *, title: str, words: str
) -> Recolouring:
    """Seats of one party (customer, booking: any number but 0, which is nobody) in one colour.

    There are more parties than colours; those who sit side by side differ, which is what tells where
    a party ends. `words` is the one line of the legend.
    """
    beside: dict[int, set[int]] = {}
    joints = np.flatnonzero(plan.beside_next[:-1] & (parties[:-1] != parties[1:]))
    for one, other in zip(parties[joints].tolist(), parties[joints + 1].tolist(), strict=True):
        beside.setdefault(one, set()).add(other)
        beside.setdefault(other, set()).add(one)
    known, first, which = np.unique(parties, return_index=True, return_inverse=True)
    names = known.tolist()
    colour_of = {_NOBODY: 0}
    for turn, at in enumerate(np.argsort(first).tolist()):
        party = names[at]
        if party != _NOBODY:
            near = {colour_of.get(other) for other in beside.get(party, ())}
            colour_of[party] = _next_colour(turn, near)
    groups = np.array([colour_of[party] for party in names], np.uint8)[which]
    last = len(PARTY_COLOURS) - 1
    keys = tuple(Key(token, words if i == last else "") for i, token in enumerate(PARTY_COLOURS))
    return Recolouring(title, groups, keys)


def _next_colour(turn: int, near: set[int | None]) -> int:
    """The colour whose turn it is, or the next one that no neighbour has."""
    count = len(PARTY_COLOURS)
    turns = [(turn + i) % count + 1 for i in range(count)]
    return next((colour for colour in turns if colour not in near), turns[0])


def by_time(
    times: NDArray[np.float64], *, title: str, steps: Sequence[tuple[datetime, str]]
) -> Recolouring:
    """Seats by when they were sold: `times` are seconds since 1970, NaN for not at all.

    `steps` are what each colour of the ramp begins at, the earliest first, and its words.
    """
    edges = np.array([start.timestamp() for start, _ in steps], np.float64)
    groups = np.zeros(len(times), np.uint8)
    known = ~np.isnan(times)
    groups[known] = np.maximum(1, np.searchsorted(edges, times[known], side="right"))
    last = max(1, len(steps) - 1)
    keys = tuple(Key(i / last, words, sign=str(i + 1)) for i, (_, words) in enumerate(steps))
    return Recolouring(title, groups, keys)
