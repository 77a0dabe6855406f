"""What every seat of the house is now, kept once for all that show it.

The map and the list of seats are two views of one board: whatever is changed through either, or
from a sale at another till, both show, because neither keeps a copy. The board also knows what is
pointed out (suggested, warned of), where the keyboard is, and which seats it has spanned.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QObject, Signal

from app.domain.seating import SeatingPlan
from ui.i18n import tr
from ui.widgets.seat_map.geometry import Indices
from ui.widgets.seat_map.recolouring import Recolouring
from ui.widgets.seat_map.states import STATES, SeatState, States

Seats = Indices | Sequence[int]


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """Some seats (plan indices, each once), what each was and what it is now: never the same."""

    seats: Indices
    before: States
    after: States


class SeatBoard(QObject):
    """All indices are those of the plan.

    `states_changed` carries a Change, or None when all states are new. Its `states` are shared with
    whoever shows them: read them, and change them through the methods only.
    """

    plan_changed = Signal(bool)  # whether it is the same house with other zones or traits
    states_changed = Signal(object)
    present_changed = Signal()
    pointed_changed = Signal()
    recoloured = Signal()
    cursor_moved = Signal(int)
    span_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.plan: SeatingPlan | None = None
        self.states: States = np.empty(0, np.uint8)
        self.recolouring: Recolouring | None = None
        self._forget()

    def _forget(self) -> None:
        self.suggested = self.warned = self.span = np.empty(0, np.int64)
        self.cursor = self.anchor = -1
        self._counts = np.zeros(STATES, np.int64)
        self._last_named = np.zeros(len(self.states), np.int64)

    # -- the house ---------------------------------------------------------------------------

    def set_plan(self, plan: SeatingPlan) -> None:
        """Another house, all seats free, nothing pointed out."""
        self.plan = plan
        self.states = np.zeros(len(plan), np.uint8)
        self.recolouring = None
        self._forget()
        self._counts[SeatState.FREE] = len(plan)
        self.plan_changed.emit(False)
        self.present_changed.emit()

    def replace_plan(self, plan: SeatingPlan) -> None:
        """The same house with other zones or traits; another one when it has other seats."""
        if self.plan is None or len(self.plan) != len(plan):
            self.set_plan(plan)
            return
        self.plan = plan
        self.plan_changed.emit(True)

    # -- states ------------------------------------------------------------------------------

    def set_states(self, states: States) -> None:
        """States of all seats; told as a Change when few differ. ValueError for another number."""
        if len(states) != len(self.states):
            raise ValueError(f"{len(states)} states for {len(self.states)} seats")
        after = np.asarray(states, np.uint8)
        seats = np.flatnonzero(after != self.states)
        if not len(seats):
            return
        if len(seats) > _FEW and len(seats) > len(after) // 10:
            self.states[:] = after
            self._count(np.bincount(after, minlength=STATES) - self._counts)
            self.states_changed.emit(None)
        else:
            self._change(seats, after[seats])

    def update_states(self, seats: Seats, states: States) -> None:
        """States of some seats; a seat named twice takes the last."""
        named, after = np.asarray(seats, np.int64), np.asarray(states, np.uint8)
        turns = np.arange(len(named))
        self._last_named[named] = turns
        real = (self._last_named[named] == turns) & (self.states[named] != after)
        if real.any():
            self._change(named[real], after[real])

    def _change(self, seats: Indices, after: States) -> None:
        before = self.states[seats]
        self.states[seats] = after
        self._count(np.bincount(after, minlength=STATES) - np.bincount(before, minlength=STATES))
        self.states_changed.emit(Change(seats, before, after))

    def _count(self, more: Indices) -> None:
        had = self._counts > 0
        self._counts = self._counts + more
        if ((self._counts > 0) != had).any():
            self.present_changed.emit()

    def count(self, state: SeatState) -> int:
        """How many seats are in a state."""
        return int(self._counts[state])

    # -- what is pointed out -----------------------------------------------------------------

    def point_out(self, *, suggested: Seats | None = None, warned: Seats | None = None) -> None:
        """Seats suggested but not held, and seats that would be left alone; None: as before."""
        if suggested is not None:
            self.suggested = np.unique(np.asarray(suggested, np.int64))
        if warned is not None:
            self.warned = np.unique(np.asarray(warned, np.int64))
        self.pointed_changed.emit()

    def pointed_words(self, seat: int) -> str:
        """What is said of a seat besides its state: its group, that it is suggested or warned of."""
        said = []
        if self.recolouring is not None and (group := int(self.recolouring.groups[seat])):
            said.append(self.recolouring.keys[group - 1].words)
        if seat in self.suggested:
            said.append(tr("suggested"))
        if seat in self.warned:
            said.append(tr("would be left alone"))
        return ", ".join(filter(None, said))

    def recolour(self, recolouring: Recolouring | None) -> None:
        """Colour the house by something else than price zones, None: by them.

        ValueError when it is made for another number of seats.
        """
        if recolouring is not None and len(recolouring.groups) != len(self.states):
            raise ValueError(f"{len(recolouring.groups)} groups for {len(self.states)} seats")
        self.recolouring = recolouring
        self.recoloured.emit()

    # -- the keyboard's seat and what it spans -----------------------------------------------

    def move_cursor(self, seat: int) -> None:
        """Put the keyboard on a seat, -1 for none; a span ends, the next one begins here."""
        self.anchor = seat
        self.drop_span()
        self._to(seat)

    def span_to(self, seat: int, span: Seats) -> None:
        """Move on to a seat with `span` chosen on the way; where it began is kept."""
        if self.anchor < 0:
            self.anchor = seat
        self.span = np.unique(np.asarray(span, np.int64))
        self.span_changed.emit()
        self._to(seat)

    def drop_span(self) -> bool:
        """Let the span go; whether there was one."""
        if not len(self.span):
            return False
        self.span = np.empty(0, np.int64)
        self.span_changed.emit()
        return True

    def _to(self, seat: int) -> None:
        if seat != self.cursor:
            self.cursor = seat
            self.cursor_moved.emit(seat)


_FEW = 1_000  # changes of a full set that are still drawn one by one
