"""What a seat looks like to the operator: the states the map can draw.

Kept apart from the domain's claims because one claim reads differently at each till: "held" is
"mine" here and "held at another till" everywhere else.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from app.domain.seating import COMPANION, RESTRICTED_VIEW, WHEELCHAIR

States = NDArray[np.uint8]


class SeatState(IntEnum):
    """One mark each; the value is what `SeatMap.set_states` takes, one byte a seat."""

    FREE = 0
    MINE = 1
    HELD_ELSEWHERE = 2
    SOLD = 3
    RESERVED = 4
    BLOCKED = 5
    KILLED = 6
    ALLOTTED = 7
    CHECKED_IN = 8


_FREE = np.uint8(SeatState.FREE)  # comparing an array with the enum itself takes 100 times longer

ZONE_COLOURS = 8

# A mark code says all a mark's look depends on: free seats take 8 zone colours for each of the
# four attribute kinds, every other state looks the same in all zones.
PLAIN_KIND, WHEELCHAIR_KIND, COMPANION_KIND, RESTRICTED_KIND = range(4)
FREE_CODES = 4 * ZONE_COLOURS
MARK_CODES = FREE_CODES + len(SeatState) - 1


def free_code(*, zone_colour: int, kind: int = PLAIN_KIND) -> int:
    """The mark code of a free seat; `zone_colour` is 1..8."""
    return kind * ZONE_COLOURS + zone_colour - 1


def state_code(state: SeatState) -> int:
    """The mark code of any state but FREE."""
    return FREE_CODES + state - 1


def attribute_kinds(attributes: NDArray[np.int32]) -> States:
    """The one attribute a seat's mark shows: wheelchair before companion before view."""
    kinds = np.zeros(len(attributes), np.uint8)
    kinds[(attributes & RESTRICTED_VIEW) != 0] = RESTRICTED_KIND
    kinds[(attributes & COMPANION) != 0] = COMPANION_KIND
    kinds[(attributes & WHEELCHAIR) != 0] = WHEELCHAIR_KIND
    return kinds


def mark_codes(states: States, free_codes: States) -> States:
    """Mark codes for `states`, where `free_codes` holds what each seat shows while free."""
    codes = states + np.uint8(FREE_CODES - 1)
    return np.where(is_free(states), free_codes, codes)


def is_free(states: States) -> NDArray[np.bool_]:
    """Which of the states are FREE."""
    free: NDArray[np.bool_] = states == _FREE
    return free
