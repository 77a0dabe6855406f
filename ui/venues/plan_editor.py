"""Zones and special seats of a plan: changed on a copy, saved as the plan's next version."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from PySide6.QtCore import QObject, Signal

from app.domain.errors import HouselightsError, Invalid
from app.domain.seating import SeatingPlan, Zone
from app.domain.users import Operator
from app.domain.venues import ATTRIBUTES, PlanEdit, PlanEdited, VenueDetail, edited
from app.services.events import EventService
from app.services.venues import VenueService
from ui.tasks import Tasks
from ui.viewmodel import ViewModel
from ui.widgets.seat_map.states import SeatState, States

_COLOURS = 8


@dataclass(frozen=True)
class State:
    """`plan_id` is the version asked for, `base` that version once it is there, `plan` the same with
    `edit`; `selected` are seat numbers.
    `switchable` are performances to come that may use the next version."""

    venue_id: str = ""
    plan_id: str = ""
    base: SeatingPlan | None = None
    plan: SeatingPlan | None = None
    edit: PlanEdit = field(default_factory=PlanEdit)
    selected: frozenset[int] = frozenset()
    switchable: tuple[str, ...] = ()
    bound: int = 0
    switch: bool = True
    saving: bool = False
    zone_problem: str = ""
    problem: HouselightsError | None = None

    @property
    def changed(self) -> bool:
        """Whether there is anything to save."""
        edit = self.edit
        return bool(edit.zones or edit.moved or edit.marks or edit.areas)

    def states(self) -> States:
        """What the map shows: the selected seats as chosen, all others free."""
        plan = self.plan
        if plan is None:
            return np.zeros(0, np.uint8)
        shown = np.zeros(len(plan), np.uint8)
        for seat_no in self.selected:
            shown[plan.index_of[seat_no]] = int(SeatState.MINE)
        return shown

    def seats_of(self, zone_no: int) -> int:
        """How many places a zone has."""
        plan = self.plan
        if plan is None:
            return 0
        areas = sum(area.capacity for area in plan.ga_areas if area.zone_no == zone_no)
        return int(np.count_nonzero(plan.zone == zone_no)) + areas

    def marked(self, flag: int) -> int:
        """How many of the selected seats carry an attribute."""
        plan = self.plan
        if plan is None:
            return 0
        return sum(1 for no in self.selected if plan.attributes[plan.index_of[no]] & flag)


class PlanEditor(ViewModel[State]):
    """`saved` carries a PlanEdited."""

    saved = Signal(object)

    def __init__(
        self,
        *,
        events: EventService,
        venues: VenueService,
        by: Operator,
        tasks: Tasks,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(State(), tasks=tasks, parent=parent)
        self._events = events
        self._venues = venues
        self._by = by

    def begin(self, detail: VenueDetail) -> None:
        """The newest plan of this venue; one that is being edited stays, and saving it is refused."""
        newest = detail.plans[0] if detail.plans else None
        free = tuple(p.id for p in detail.performances if not p.claimed)
        bound = sum(1 for p in detail.performances if p.claimed)
        before = self.state
        plan_id = newest.id if newest else ""
        same = before.venue_id == detail.venue.id
        if same and (before.plan_id == plan_id or before.changed):
            if (before.switchable, before.bound) != (free, bound):
                self.set(switchable=free, bound=bound)
            return
        self.state = State(detail.venue.id, plan_id, switchable=free, bound=bound)
        self.changed.emit()
        if not plan_id:
            return
        self.ask(lambda: self._events.plan(plan_id), self._on_plan, key="plan")

    def _on_plan(self, plan: SeatingPlan) -> None:
        if plan.id == self.state.plan_id:
            self.set(base=plan, plan=plan, edit=PlanEdit(), selected=frozenset())

    # -- selecting -----------------------------------------------------------------------------

    def toggle(self, index: int) -> None:
        """Select a seat of the plan (by its index), or no longer."""
        if self.state.plan is not None:
            seat_no = int(self.state.plan.seat_no[index])
            self.set(selected=self.state.selected ^ {seat_no})

    def sweep(self, indices: np.ndarray) -> None:
        """Select the seats under a rubber band; when all of them are, select none of them."""
        plan = self.state.plan
        if plan is None:
            return
        swept = frozenset(int(no) for no in plan.seat_no[indices])
        before = self.state.selected
        self.set(selected=before - swept if swept <= before else before | swept)

    def select_zone(self, zone_no: int) -> None:
        """Select all seats of a zone."""
        plan = self.state.plan
        if plan is not None:
            self.set(selected=frozenset(int(no) for no in plan.seat_no[plan.zone == zone_no]))

    def select_none(self) -> None:
        """Let all go."""
        self.set(selected=frozenset())

    # -- changing ------------------------------------------------------------------------------

    def rename(self, zone_no: int, name: str) -> None:
        """Call a zone otherwise."""
        zone = self._zone(zone_no)
        if zone is not None and zone.name != name:
            self._try(zones={**self.state.edit.zones, zone_no: replace(zone, name=name)})

    def recolour(self, zone_no: int) -> None:
        """The next of the eight colours."""
        zone = self._zone(zone_no)
        if zone is not None:
            colour = zone.colour % _COLOURS + 1
            self._try(zones={**self.state.edit.zones, zone_no: replace(zone, colour=colour)})

    def move(self, zone_no: int) -> None:
        """Put the selected seats into a zone."""
        moved = {**self.state.edit.moved, **dict.fromkeys(self.state.selected, zone_no)}
        self._try(moved=moved)

    def move_to_new(self, name: str) -> None:
        """Make a zone of the selected seats."""
        plan = self.state.plan
        if plan is None or not self.state.selected:
            return
        used = {zone.colour for zone in plan.zones}
        free = (colour for colour in range(1, _COLOURS + 1) if colour not in used)
        number = max((zone.no for zone in plan.zones), default=0) + 1
        number = max(number, *(no + 1 for no in self.state.edit.zones), 1)
        zone = Zone(number, name, next(free, number % _COLOURS + 1))
        self._try(
            zones={**self.state.edit.zones, number: zone},
            moved={**self.state.edit.moved, **dict.fromkeys(self.state.selected, number)},
        )

    def mark(self, flag: int, *, on: bool) -> None:
        """Give the selected seats an attribute, or take it away."""
        plan = self.state.plan
        if plan is None or flag not in ATTRIBUTES:
            return
        marks = dict(self.state.edit.marks)
        for seat_no in self.state.selected:
            now = int(plan.attributes[plan.index_of[seat_no]])
            marks[seat_no] = now | flag if on else now & ~flag
        self._try(marks=marks)

    def undo(self) -> None:
        """The plan as it is stored."""
        self.set(plan=self.state.base, edit=PlanEdit(), zone_problem="")

    def use_for_coming(self, *, chosen: bool) -> None:
        """Whether performances nobody has a place of yet shall use the next version."""
        self.set(switch=chosen)

    def _zone(self, zone_no: int) -> Zone | None:
        zones = self.state.plan.zones if self.state.plan else ()
        return next((zone for zone in zones if zone.no == zone_no), None)

    def _try(self, **changes: object) -> None:
        base = self.state.base
        if base is None:
            return
        edit = replace(self.state.edit, **changes)  # type: ignore[arg-type]
        try:
            plan = edited(base, edit)
        except Invalid as error:
            self.set(zone_problem=error.problems.get("zone", "unknown"))
            return
        self.set(edit=edit, plan=plan, zone_problem="")

    # -- saving --------------------------------------------------------------------------------

    def save(self) -> None:
        """Write the next version."""
        state, by = self.state, self._by
        base = state.base
        if base is None or not state.changed or state.saving:
            return
        switch = state.switchable if state.switch else ()
        self.set(saving=True, problem=None)
        self.ask(
            lambda: self._venues.edit_plan(base.id, state.edit, switch=switch, by=by),
            self._on_saved,
            failed=self._on_refused,
        )

    def _on_saved(self, made: PlanEdited) -> None:
        plan = made.plan
        edit, none = PlanEdit(), frozenset[int]()
        self.set(plan_id=plan.id, base=plan, plan=plan, edit=edit, selected=none, saving=False)
        self.saved.emit(made)

    def _on_refused(self, error: HouselightsError) -> None:
        if isinstance(error, Invalid):
            self.set(saving=False, zone_problem=error.problems.get("zone", "unknown"))
        else:
            self.set(saving=False, problem=error)
