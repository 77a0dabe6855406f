"""Places of one performance held back from sale under a name, and given free again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from PySide6.QtCore import QObject

from app.domain.errors import HouselightsError
from app.domain.facts import Fact, SeatsChanged
from app.domain.tickets import RESERVED, ClaimStatus, House
from app.domain.users import Operator
from app.domain.venues import HoldLine, VenueDetail, VenuePerformance
from app.services.tickets import TicketService
from app.services.venues import VenueService
from ui.relay import Relay
from ui.tasks import Tasks
from ui.viewmodel import Staleness, ViewModel
from ui.widgets.seat_map.states import SeatState, States

_STATES = {
    ClaimStatus.HELD: SeatState.HELD_ELSEWHERE,
    ClaimStatus.SOLD: SeatState.SOLD,
    ClaimStatus.ALLOTTED: SeatState.ALLOTTED,
    ClaimStatus.BLOCKED: SeatState.BLOCKED,
    ClaimStatus.KILLED: SeatState.KILLED,
}


@dataclass(frozen=True)
class State:
    """`selected` are seat numbers of the performance's plan."""

    performances: tuple[VenuePerformance, ...] = ()
    performance_id: str = ""
    house: House | None = None
    lines: tuple[HoldLine, ...] = ()
    selected: frozenset[int] = frozenset()
    name: str = ""
    problems: dict[str, str] = field(default_factory=dict)
    problem: HouselightsError | None = None

    def states(self) -> States:
        """What the map shows."""
        if self.house is None:
            return np.zeros(0, np.uint8)
        plan = self.house.plan
        shown = np.zeros(len(plan), np.uint8)
        for claim in self.house.claims:
            index = plan.index_of.get(claim.seat_no)
            if index is not None:
                reserved = claim.status is ClaimStatus.SOLD and claim.reason == RESERVED
                state = SeatState.RESERVED if reserved else _STATES[claim.status]
                shown[index] = int(state)
        for seat_no in self.selected:
            shown[plan.index_of[seat_no]] = int(SeatState.MINE)
        return shown

    def held(self) -> frozenset[int]:
        """Seats that are off sale now."""
        return frozenset(no for line in self.lines for no in line.seat_nos)

    @property
    def releasable(self) -> frozenset[int]:
        """Selected seats that are off sale."""
        return self.selected & self.held()

    @property
    def blockable(self) -> frozenset[int]:
        """Selected seats that nobody has."""
        taken = {claim.seat_no for claim in self.house.claims} if self.house else set()
        return self.selected - taken


class Holds(ViewModel[State]):
    """Reads a performance's house, again whenever its places change."""

    def __init__(
        self,
        *,
        venues: VenueService,
        tickets: TicketService,
        by: Operator,
        tasks: Tasks,
        relay: Relay,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(State(), tasks=tasks, parent=parent)
        self._venues = venues
        self._tickets = tickets
        self._by = by
        self.staleness = Staleness(parent=self)
        self.staleness.due.connect(self.load)
        relay.told.connect(self._on_fact)

    def begin(self, detail: VenueDetail) -> None:
        """The performances to come in this venue; the next one unless one is chosen already."""
        ids = [performance.id for performance in detail.performances]
        chosen = self.state.performance_id
        if chosen not in ids:
            self.state = State(performances=detail.performances)
            self.choose(ids[0] if ids else "")
        else:
            self.set(performances=detail.performances)
            self.load()

    def choose(self, performance_id: str) -> None:
        """Look at this performance."""
        self.set(
            performance_id=performance_id, house=None, lines=(), selected=frozenset(), problem=None
        )
        self.load()

    def load(self) -> None:
        """Read its places."""
        performance_id, by = self.state.performance_id, self._by
        if performance_id:
            self.ask(
                lambda: (
                    self._tickets.house(performance_id, by=by),
                    self._venues.holds(performance_id, by=by),
                ),
                self._on_read,
                key="house",
            )

    def _on_read(self, answer: tuple[House, tuple[HoldLine, ...]]) -> None:
        house, lines = answer
        if house.performance_id == self.state.performance_id:
            self.set(house=house, lines=lines)

    # -- selecting -----------------------------------------------------------------------------

    def toggle(self, index: int) -> None:
        """Select a seat (by its index in the plan), or no longer; one sold cannot be."""
        if self.state.house is not None:
            self._toggle({int(self.state.house.plan.seat_no[index])})

    def sweep(self, indices: np.ndarray) -> None:
        """Select the seats under a rubber band, those that are sold left out."""
        if self.state.house is not None:
            self._toggle({int(no) for no in self.state.house.plan.seat_no[indices]})

    def _toggle(self, seat_nos: set[int]) -> None:
        house = self.state.house
        others = {
            claim.seat_no
            for claim in (house.claims if house else ())
            if claim.status not in (ClaimStatus.BLOCKED, ClaimStatus.KILLED)
        }
        wanted = frozenset(seat_nos - others)
        before = self.state.selected
        self.set(selected=before - wanted if wanted <= before else before | wanted)

    def select(self, line: HoldLine) -> None:
        """Select the seats of one hold."""
        plan = self.state.house.plan if self.state.house else None
        seats = {no for no in line.seat_nos if plan is not None and no in plan.index_of}
        self.set(selected=frozenset(seats))

    def select_none(self) -> None:
        """Let all go."""
        self.set(selected=frozenset())

    def name_it(self, name: str) -> None:
        """What the hold is called."""
        self.set(name=name, problems={})

    # -- acting --------------------------------------------------------------------------------

    def block(self) -> None:
        """Hold the selected free seats back under the name typed."""
        self._take_off_sale(self._tickets.block)

    def kill(self) -> None:
        """Take the selected free seats out of this performance: nobody can sit there."""
        self._take_off_sale(self._tickets.kill)

    def _take_off_sale(self, act: Callable[..., None]) -> None:
        state, by = self.state, self._by
        name = state.name.strip()
        if not name:
            self.set(problems={"name": "missing"})
            return
        seats, performance_id = sorted(state.blockable), state.performance_id
        if seats:
            self.act(lambda: act(performance_id, seats, reason=name, by=by), self._on_done)

    def release(self) -> None:
        """Put the selected held seats on sale again."""
        self._release(self.state.releasable)

    def release_line(self, line: HoldLine) -> None:
        """Put all places of one hold on sale again."""
        self._release(frozenset(line.seat_nos))

    def _release(self, seats: frozenset[int]) -> None:
        performance_id, by = self.state.performance_id, self._by
        if seats:
            self.act(
                lambda: self._tickets.unblock(performance_id, sorted(seats), by=by), self._on_done
            )

    def _on_done(self, _: object) -> None:
        self.set(selected=frozenset(), name="", problem=None)
        self.load()

    def _on_fact(self, fact: Fact) -> None:
        if isinstance(fact, SeatsChanged) and fact.performance_id in {
            "",
            self.state.performance_id,
        }:
            self.staleness.mark()
