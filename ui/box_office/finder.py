"""Finding seats: what is suggested before it is held, which seats the basket would leave alone, and whose the
taken places are."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from PySide6.QtCore import QObject, Signal

from app.domain.errors import HouselightsError
from app.domain.party import Suggestion, Wish
from app.domain.tickets import Occupant
from app.domain.users import Operator, Permission
from app.services.tickets import TicketService
from ui.box_office.state import State
from ui.tasks import Tasks


class Till(Protocol):
    """The counter, as the finder knows it."""

    state: State

    def show(self, state: State) -> None:
        """Make this the state."""

    def hold(self, seat_nos: Collection[int]) -> None:
        """Take these places of the performance on the counter."""


@dataclass(frozen=True, slots=True)
class Found:
    """What was found in a performance's house: suggestions for a wish, the one at `at` on show, and whose
    its places are, by seat number."""

    performance_id: str = ""
    wish: Wish | None = None
    suggestions: tuple[Suggestion, ...] = ()
    at: int = 0
    occupants: Mapping[int, Occupant] = field(default_factory=dict)

    @property
    def shown(self) -> Suggestion | None:
        """The suggestion on show."""
        return self.suggestions[self.at] if self.suggestions else None


class Finder(QObject):
    """Suggests and warns; holds nothing by itself."""

    changed = Signal()

    def __init__(
        self,
        till: Till,
        *,
        tickets: TicketService,
        by: Operator,
        tasks: Tasks,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self.found = Found()
        self._till = till
        self._tickets = tickets
        self._by = by
        self._tasks = tasks

    # -- suggestions -------------------------------------------------------------------------

    def ask(self, wish: Wish) -> None:
        """Suggest seats for a wish; asked the same again, the next suggestion."""
        if self.found.suggestions and wish == self.found.wish:
            self.next()
        else:
            self.look(wish)

    def look(self, wish: Wish) -> None:
        """Suggest seats for a wish, the best first."""
        stage = self._till.state.stage
        if stage is None or self._till.state.locked:
            return
        performance_id = stage.line.performance_id
        self._tasks.run(
            self,
            lambda: self._tickets.suggest(performance_id, wish, by=self._by),
            done=lambda found: self._on_found(performance_id, wish, found),
            failed=self._on_failure,
            key="suggest",
        )

    def _on_found(
        self, performance_id: str, wish: Wish, suggestions: tuple[Suggestion, ...]
    ) -> None:
        stage = self._till.state.stage
        if stage is not None and stage.line.performance_id == performance_id:
            self._set(replace(self.found, wish=wish, suggestions=suggestions, at=0))

    def next(self) -> None:
        """Show the next suggestion; after the last the first."""
        if self.found.suggestions:
            self._set(replace(self.found, at=(self.found.at + 1) % len(self.found.suggestions)))

    def take(self) -> bool:
        """Hold what is on show; whether anything was."""
        shown = self.found.shown
        if shown is None:
            return False
        self.drop()
        self._till.hold(shown.seats)
        return True

    def drop(self) -> None:
        """Suggest nothing any more."""
        if self.found.wish is not None:
            self._set(replace(self.found, wish=None, suggestions=(), at=0))

    def _on_failure(self, error: HouselightsError) -> None:
        self.drop()
        self._till.show(replace(self._till.state, problem=error))

    # -- seats left alone --------------------------------------------------------------------

    def look_for_orphans(self) -> None:
        """See which seats of the performance on the counter the basket would leave alone."""
        state = self._till.state
        stage = state.stage
        if stage is None:
            return
        performance_id = stage.line.performance_id
        mine = [
            row.place.seat_no
            for row in state.rows
            if row.place.performance_id == performance_id
            and row.place.seat_no in stage.plan.index_of
        ]
        if not mine:
            self._on_orphans(())
            return
        self._tasks.run(
            self,
            lambda: self._tickets.orphans(
                performance_id, mine, basket_id=state.basket_id, by=self._by
            ),
            done=self._on_orphans,
            failed=_nothing,
            key="orphans",
        )

    def _on_orphans(self, seat_nos: tuple[int, ...]) -> None:
        state = self._till.state
        if seat_nos != state.left_alone:
            self._till.show(replace(state, left_alone=seat_nos))

    # -- whose the places are ----------------------------------------------------------------

    def read_occupants(self) -> None:
        """Read whose the places of the performance on the counter are, for staff."""
        stage = self._till.state.stage
        if stage is None or not self._by.may(Permission.SEE_BOOKINGS):
            return
        performance_id = stage.line.performance_id
        self._tasks.run(
            self,
            lambda: self._tickets.occupants(performance_id, by=self._by),
            done=lambda found: self._on_occupants(performance_id, found),
            failed=_nothing,
            key="occupants",
        )

    def _on_occupants(self, performance_id: str, found: tuple[Occupant, ...]) -> None:
        occupants = {one.seat_no: one for one in found}
        self._set(replace(self.found, performance_id=performance_id, occupants=occupants))

    def changed_places(
        self, performance_id: str, seat_nos: Collection[int], occupants: tuple[Occupant, ...]
    ) -> None:
        """These places were read again; `occupants` are whose the sold ones of them are."""
        if performance_id == self.found.performance_id and self.found.occupants:
            known = {no: one for no, one in self.found.occupants.items() if no not in seat_nos}
            known |= {one.seat_no: one for one in occupants}
            self._set(replace(self.found, occupants=known))

    def another_house(self) -> None:
        """Another performance is on the counter: what was found belongs to the one before."""
        self._set(Found())

    def occupant(self, seat_no: int) -> Occupant | None:
        """Whose this place of the performance on the counter is, as far as it was read."""
        stage = self._till.state.stage
        if stage is None or stage.line.performance_id != self.found.performance_id:
            return None
        return self.found.occupants.get(seat_no)

    def _set(self, found: Found) -> None:
        self.found = found
        self.changed.emit()


def party(
    count: int, *, zones: Collection[int] = (), wheelchair: bool = False, companion: bool = False
) -> Wish:
    """A wish as the buttons make it; a companion belongs to a wheelchair."""
    count = max(count, 1 + companion) if wheelchair else count
    return Wish(
        count,
        zones=tuple(zones),
        wheelchairs=int(wheelchair),
        companions=int(wheelchair and companion),
    )


def _nothing(_: object) -> None:
    """A warning that could not be made is not made."""
