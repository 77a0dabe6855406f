"""What a seat looks like to the operator: the states the map can draw.

Kept apart from the domain's claims because one claim reads differently at each till: "held" is
"mine" here and "held at another till" everywhere else.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from app.domain.seating import COMPANION, RESTRICTED_VIEW, WHEELCHAIR

States = NDArray[np.uint8]  # SeatState of each seat, or a group's number, or a mark code


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


STATES = len(SeatState)

_FREE = np.uint8(SeatState.FREE)  # comparing an array with the enum itself takes 100 times longer
_MINE = np.uint8(SeatState.MINE)

ZONE_COLOURS = 8
FADED = 0  # the group of seats that nothing is to be said of
MOST_GROUPS = 16

# A mark code says all a mark's look depends on. By price, free seats take 8 zone colours for each of
# the four attribute kinds, and every other state looks the same in all zones. Coloured by something
# else, a mark takes its group's colour: four kinds of free seats, then the other states, for each.
# Group 0 is faded. Seats in this basket look as always: nothing may hide what one is selling.
PLAIN_KIND, WHEELCHAIR_KIND, COMPANION_KIND, RESTRICTED_KIND = KINDS = range(4)
FREE_CODES = len(KINDS) * ZONE_COLOURS
_GROUPED = FREE_CODES + STATES - 1
_A_GROUP = len(KINDS) + STATES - 1


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a mark code stands for; `group` is -1 by price."""

    state: SeatState
    kind: int
    group: int


def free_code(*, zone_colour: int, kind: int = PLAIN_KIND) -> int:
    """The mark code of a free seat; `zone_colour` is 1..8."""
    return kind * ZONE_COLOURS + zone_colour - 1


def state_code(state: SeatState) -> int:
    """The mark code of any state but FREE."""
    return FREE_CODES + state - 1


def group_code(group: int, *, state: SeatState, kind: int = PLAIN_KIND) -> int:
    """The mark code of a seat in a group, 0..MOST_GROUPS."""
    inner = kind if state is SeatState.FREE else len(KINDS) + state - 1
    return _GROUPED + group * _A_GROUP + inner


def codes_of(groups: int) -> int:
    """How many mark codes there are with so many groups; -1 by price."""
    return _GROUPED + (groups + 1) * _A_GROUP


def meaning(code: int) -> Meaning:
    """What a mark code stands for."""
    if code < FREE_CODES:
        return Meaning(SeatState.FREE, code // ZONE_COLOURS, -1)
    if code < _GROUPED:
        return Meaning(SeatState(code - FREE_CODES + 1), PLAIN_KIND, -1)
    group, inner = divmod(code - _GROUPED, _A_GROUP)
    if inner < len(KINDS):
        return Meaning(SeatState.FREE, inner, group)
    return Meaning(SeatState(inner - len(KINDS) + 1), PLAIN_KIND, group)


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


def grouped_codes(states: States, kinds: States, groups: States) -> States:
    """Mark codes for `states` of seats in groups 0..MOST_GROUPS."""
    codes = groups * np.uint8(_A_GROUP)
    codes += np.where(is_free(states), kinds, states + np.uint8(len(KINDS) - 1))
    codes += np.uint8(_GROUPED)
    codes[states == _MINE] = state_code(SeatState.MINE)
    return codes


def is_free(states: States) -> NDArray[np.bool_]:
    """Which of the states are FREE."""
    free: NDArray[np.bool_] = states == _FREE
    return free
