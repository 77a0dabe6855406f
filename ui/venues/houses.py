"""All venues, the one that is open, and the form of its name, clock and currency."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.domain.errors import Conflict, HouselightsError, Invalid
from app.domain.events import Venue
from app.domain.facts import Fact, ProgrammeChanged
from app.domain.plan_reading import PlanRead
from app.domain.users import Operator
from app.domain.values import new_id
from app.domain.venues import VenueDetail, VenueRow
from app.services.plan_files import PlanFileService
from app.services.venues import VenueService
from ui.relay import Relay
from ui.tasks import Tasks
from ui.viewmodel import ViewModel, differences, merged

_FIELDS = ("name", "address", "zone", "currency")


@dataclass(frozen=True)
class State:
    """`form` is the venue being entered or edited, None while none is; `base` as it was loaded."""

    rows: tuple[VenueRow, ...] = ()
    loaded: bool = False
    venue_id: str = ""
    detail: VenueDetail | None = None
    form: Venue | None = None
    base: Venue | None = None
    new: bool = False
    theirs: Venue | None = None
    problems: Mapping[str, str] = field(default_factory=dict)
    read: PlanRead | None = None
    problem: HouselightsError | None = None

    def differences(self) -> tuple[tuple[str, str, str], ...]:
        """(field, theirs, mine) for what somebody else changed meanwhile."""
        theirs, base, mine = self.theirs, self.base, self.form
        if theirs is None or base is None or mine is None:
            return ()
        found = differences(base, theirs, mine)
        return tuple((one.field, one.theirs, one.mine) for one in found if one.field in _FIELDS)


class Houses(ViewModel[State]):
    """`saved` and `imported` fire once committed; `gone` when a venue was deleted."""

    saved = Signal(str)
    imported = Signal()
    gone = Signal()

    def __init__(
        self,
        *,
        venues: VenueService,
        files: PlanFileService,
        by: Operator,
        tasks: Tasks,
        relay: Relay,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(State(), tasks=tasks, parent=parent)
        self._venues = venues
        self._files = files
        self._by = by
        relay.told.connect(self._on_fact)

    def load(self) -> None:
        """Read the list, and the venue that is open."""
        by, venue_id = self._by, self.state.venue_id
        self.ask(lambda: self._venues.venues(by=by), self._on_rows, key="rows")
        if venue_id:
            self.ask(lambda: self._venues.venue(venue_id, by=by), self._on_detail, key="venue")

    def open(self, venue_id: str) -> None:
        """Show one venue."""
        detail = self.state.detail if venue_id == self.state.venue_id else None
        self.set(venue_id=venue_id, detail=detail, problem=None, read=None)
        self.load()

    # -- the form ------------------------------------------------------------------------------

    def begin_new(self, *, zone: str, currency: str) -> None:
        """An empty form, on this clock and in this money until told otherwise."""
        made = Venue(new_id(), "", zone, currency)
        self.set(form=made, base=made, new=True, problems={}, theirs=None, problem=None)

    def begin_edit(self) -> None:
        """A form about the venue that is open."""
        if self.state.detail is not None:
            venue = self.state.detail.venue
            self.set(form=venue, base=venue, new=False, problems={}, theirs=None, problem=None)

    def type(self, **fields: str) -> None:
        """Fields as typed."""
        if self.state.form is not None:
            problems = {k: v for k, v in self.state.problems.items() if k not in fields}
            self.set(form=replace(self.state.form, **fields), problems=problems)  # type: ignore[arg-type]

    def close_form(self) -> None:
        """Give the form up."""
        self.set(form=None, base=None, theirs=None, problems={})

    def save(self) -> None:
        """Write it; after a conflict over what the other saved."""
        state, by = self.state, self._by
        form = state.form
        if form is None:
            return
        if state.theirs is not None:
            form = merged(state.base or form, state.theirs, form)
            self.set(form=form, base=state.theirs, theirs=None)
        act = self._venues.add_venue if state.new else self._venues.edit_venue
        self.act(lambda: act(form, by=by), self._on_saved, failed=self._on_refused)

    def delete(self) -> None:
        """Take the venue away, if nothing ever played there."""
        if self.state.detail is None:
            return
        venue, by = self.state.detail.venue, self._by
        self.act(
            lambda: self._venues.delete_venue(venue.id, version=venue.version, by=by),
            self._on_gone,
        )

    # -- plans ---------------------------------------------------------------------------------

    def read_plan(self, path: Path) -> None:
        """Look at a plan file before it is taken."""
        by = self._by
        self.ask(lambda: self._files.read(path, by=by), self._on_read)

    def take_plan(self) -> None:
        """Make what was read the venue's newest plan."""
        read, venue_id, by = self.state.read, self.state.venue_id, self._by
        if read is not None:
            plan = read.plan
            self.act(
                lambda: self._venues.import_plan(plan, venue_id=venue_id, by=by), self._on_imported
            )

    def leave_plan(self) -> None:
        """Do not take it."""
        self.set(read=None)

    # -- answers -------------------------------------------------------------------------------

    def _on_rows(self, rows: tuple[VenueRow, ...]) -> None:
        self.set(rows=rows, loaded=True)

    def _on_detail(self, detail: VenueDetail) -> None:
        if detail.venue.id == self.state.venue_id:
            self.set(detail=detail)

    def _on_read(self, read: PlanRead) -> None:
        self.set(read=read, problem=None)

    def _on_imported(self, _: object) -> None:
        self.set(read=None, problem=None)
        self.load()
        self.imported.emit()

    def _on_saved(self, venue: Venue) -> None:
        self.set(form=None, base=None, theirs=None, problems={}, problem=None)
        self.open(venue.id)
        self.saved.emit(venue.id)

    def _on_refused(self, error: HouselightsError) -> None:
        if isinstance(error, Conflict) and isinstance(error.theirs, Venue):
            self.set(theirs=error.theirs)
        elif isinstance(error, Invalid):
            self.set(problems=dict(error.problems))
        else:
            self.set(problem=error)

    def _on_gone(self, _: object) -> None:
        self.set(venue_id="", detail=None)
        self.load()
        self.gone.emit()

    def _on_fact(self, fact: Fact) -> None:
        if isinstance(fact, ProgrammeChanged):
            self.load()
