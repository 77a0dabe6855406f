"""Filling in one performance and its price list, new or already sold from.

Before an edit that ticket holders must hear of is saved, the state carries a preview: how many
people would be told, and what changes for them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from PySide6.QtCore import QObject, Signal

from app.domain.drafts import Draft
from app.domain.errors import Conflict, HouselightsError, Invalid
from app.domain.event_lists import EventDetail
from app.domain.events import ClockChoice, Event, Performance, PriceType, starts_at
from app.domain.programme import EditPreview, PerformanceEntry, Prices
from app.domain.seating import Zone
from app.domain.users import Operator
from app.domain.venues import PlanRow, VenueRow
from app.services.drafts import DraftService
from app.services.events import EventService
from app.services.prices import PriceService
from app.services.schedule import ScheduleService
from app.services.venues import VenueService
from ui.events.forms import PerformanceForm, entry_of, prices_from_json, prices_to_json
from ui.events.keeping import Keeper
from ui.tasks import Tasks
from ui.viewmodel import Difference, ViewModel, differences, merged


@dataclass(frozen=True)
class State:
    """`base` None is a new performance. `form` and `prices` as typed, `start` and `priced` as they
    were filled in; `siblings` other performances of the event with the same plan, which may get the
    same list."""

    event: Event | None = None
    base: Performance | None = None
    form: PerformanceForm = field(default_factory=PerformanceForm)
    start: PerformanceForm = field(default_factory=PerformanceForm)
    claimed: bool = False
    venues: tuple[VenueRow, ...] = ()
    plans: tuple[PlanRow, ...] = ()
    zones: tuple[Zone, ...] = ()
    types: tuple[PriceType, ...] = ()
    prices: Prices = field(default_factory=dict)
    priced: Prices = field(default_factory=dict)
    currency: str = "EUR"
    siblings: tuple[str, ...] = ()
    for_all: bool = False
    problems: Mapping[str, str] = field(default_factory=dict)
    preview: EditPreview | None = None
    theirs: Performance | None = None
    offered_at: datetime | None = None
    saving: bool = False
    problem: HouselightsError | None = None

    @property
    def venue(self) -> VenueRow | None:
        """The venue chosen."""
        return next((row for row in self.venues if row.venue.id == self.form.venue_id), None)

    @property
    def zone(self) -> str:
        """The time zone whose clock the form is on."""
        if self.base is not None and self.base.venue_id == self.form.venue_id:
            return self.base.zone
        return self.venue.venue.zone if self.venue else "UTC"

    def clock_problem(self) -> str:
        """does_not_exist or exists_twice for a time around a change of clocks, "" else."""
        if not (self.form.day and self.form.clock and self.venues):
            return ""
        try:
            starts_at(f"{self.form.day}T{self.form.clock}", self.zone)
        except Invalid as error:
            return error.problems["starts_at"]
        return ""

    def instants(self) -> tuple[datetime, datetime] | None:
        """The two instants to choose from when `clock_problem`."""
        if not self.clock_problem():
            return None
        wall = f"{self.form.day}T{self.form.clock}"
        earlier, later = (starts_at(wall, self.zone, choice) for choice in ClockChoice)
        return earlier, later

    @property
    def changed(self) -> bool:
        """Whether anything was typed that is not saved."""
        return self.prices != self.priced or self.form != self.start

    def differences(self) -> tuple[Difference, ...]:
        """What somebody else changed meanwhile."""
        if self.theirs is None:
            return ()
        return differences(self.start, _filled(self.theirs), self.form)


@dataclass(frozen=True)
class _Read:
    venues: tuple[VenueRow, ...]
    types: tuple[PriceType, ...]
    base: Performance | None
    prices: Prices


class PerformanceEditor(ViewModel[State]):
    """`saved` fires with (performance id, people told); `form_replaced` when fields must be filled."""

    saved = Signal(str, int)
    form_replaced = Signal()

    def __init__(
        self,
        *,
        events: EventService,
        schedule: ScheduleService,
        prices: PriceService,
        venues: VenueService,
        drafts: DraftService,
        by: Operator,
        tasks: Tasks,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(State(), tasks=tasks, parent=parent)
        self._events = events
        self._schedule = schedule
        self._prices = prices
        self._venues = venues
        self._by = by
        self._kept: Mapping[str, object] | None = None
        self.keeper = Keeper(drafts, form="performance", by=by, tasks=tasks, parent=self)

    def begin(self, detail: EventDetail, performance_id: str = "") -> None:
        """A form about a performance of this event, "" for one more; like the last one until told
        otherwise."""
        self._kept = None
        row = next((r for r in detail.performances if r.performance.id == performance_id), None)
        last = detail.performances[-1].performance if detail.performances else None
        base = row.performance if row else None
        form = PerformanceForm()
        if base is not None:
            form = _filled(base)
        elif last is not None:
            like = _filled(last)
            form = PerformanceForm(venue_id=like.venue_id, clock=like.clock, doors=like.doors)
        self.state = State(
            event=detail.event,
            base=base,
            form=form,
            start=form,
            claimed=row.claimed if row else False,
            siblings=_siblings(detail, base),
        )
        self.form_replaced.emit()
        self.changed.emit()
        self._read(base, like=last)
        self.keeper.begin(performance_id or f"new of {detail.event.id}", self._on_kept)

    def _read(self, base: Performance | None, *, like: Performance | None) -> None:
        by = self._by
        priced = base or like

        def read() -> _Read:
            return _Read(
                self._venues.venues(by=by),
                self._prices.price_types(by=by),
                None if base is None else self._schedule.performance(base.id, by=by),
                {} if priced is None else self._prices.prices(priced.id, by=by).amounts,
            )

        self.ask(read, self._on_read, key="read")

    def _on_read(self, read: _Read) -> None:
        state = self.state
        start = state.start if read.base is None else _filled(read.base)
        if not start.venue_id and read.venues:
            start = replace(start, venue_id=read.venues[0].venue.id)
        used = {kind for _, kind in read.prices}
        self.set(
            venues=read.venues,
            types=tuple(kind for kind in read.types if kind.active or kind.id in used),
            base=read.base,
            form=merged(state.start, start, state.form),
            start=start,
            prices=dict(read.prices),
            priced=dict(read.prices),
        )
        self.form_replaced.emit()
        self._read_plan()

    def _read_plan(self) -> None:
        """Zones to price: of the plan chosen, else of the venue's newest."""
        state, by = self.state, self._by
        venue = state.venue
        if venue is None:
            self.set(zones=(), plans=())
            return
        plan_id = state.form.plan_id or venue.plan_id
        venue_id = venue.venue.id

        def read() -> tuple[tuple[PlanRow, ...], tuple[Zone, ...]]:
            plans = self._venues.venue(venue_id, by=by).plans
            return plans, self._events.plan(plan_id).zones if plan_id else ()

        self.ask(read, self._on_plan, key="plan")

    def _on_plan(self, answer: tuple[tuple[PlanRow, ...], tuple[Zone, ...]]) -> None:
        plans, zones = answer
        venue = self.state.venue
        currency = venue.venue.currency if venue else self.state.currency
        base = self.state.base
        if base is not None and venue is not None and base.venue_id == venue.venue.id:
            currency = base.currency
        self.set(plans=plans, zones=zones, currency=currency)

    def type(self, **fields: str) -> None:
        """Fields as typed. Another venue brings another plan, another time asks anew which is meant."""
        before = self.state.form
        form = replace(before, **fields)
        if form == before:
            return
        if form.venue_id != before.venue_id:
            form = replace(form, plan_id="")
        if (form.day, form.clock) != (before.day, before.clock):
            form = replace(form, choice="")
        problems = {k: v for k, v in self.state.problems.items() if k not in fields}
        problems.pop("starts_at", None)
        preview = self.state.preview if set(fields) == {"note"} else None
        self.set(form=form, problems=problems, preview=preview)
        if (form.venue_id, form.plan_id) != (before.venue_id, before.plan_id):
            self._read_plan()
        self._keep()

    def price(self, prices: Prices) -> None:
        """The price list as typed."""
        if prices != self.state.prices:
            self.set(prices=dict(prices))
            self._keep()

    def use_for_all(self, *, chosen: bool) -> None:
        """Whether the other performances with this plan get the same price list."""
        self.set(for_all=chosen)

    def _keep(self) -> None:
        body = {**self.state.form.as_json(), "prices": prices_to_json(self.state.prices)}
        self.keeper.touch(body)

    # -- saving --------------------------------------------------------------------------------

    def save(self) -> None:
        """Write it; when holders would be told, first show whom (`preview`), then `confirm`."""
        entry = None if self.state.saving else self._entry()
        if entry is None:
            return
        base, by = self.state.base, self._by
        self.set(saving=True, problem=None, problems={})
        if base is None:
            self._add(entry)
            return
        self.ask(
            lambda: self._schedule.preview_edit(base.id, entry, by=by),
            self._on_preview,
            failed=self._on_refused,
        )

    def _entry(self) -> PerformanceEntry | None:
        state = self.state
        base = state.base
        own_zone = state.zone if base is not None and base.venue_id == state.form.venue_id else ""
        if state.clock_problem() and not state.form.choice:
            self._on_refused(Invalid({"starts_at": state.clock_problem()}))
            return None
        try:
            return state.form.entry(zone=state.zone, own_zone=own_zone)
        except Invalid as error:
            self._on_refused(error)
            return None

    def _add(self, entry: PerformanceEntry) -> None:
        event, prices, by = self.state.event, self.state.prices, self._by
        zones = {zone.no for zone in self.state.zones}
        fitting = {key: minor for key, minor in prices.items() if key[0] in zones}
        if event is None:
            return
        self.ask(
            lambda: self._schedule.add_performance(event.id, entry, prices=fitting, by=by),
            self._on_added,
            failed=self._on_refused,
        )

    def _on_preview(self, preview: EditPreview) -> None:
        if preview.told or preview.anonymous:
            self.set(preview=preview, saving=False)
        else:
            self._write()

    def reconsider(self) -> None:
        """Not yet: go on typing."""
        self.set(preview=None)

    def confirm(self) -> None:
        """Write the edit, and tell whoever is to be told."""
        if not self.state.saving:
            self._write()

    def _write(self) -> None:
        entry, state, by = self._entry(), self.state, self._by
        base = state.base
        if entry is None or base is None:
            return
        repriced = state.prices != state.priced or state.for_all
        also = state.siblings if state.for_all else ()
        prices, note = dict(state.prices), state.form.note

        def write() -> tuple[str, int]:
            edited = self._schedule.edit_performance(
                base.id, entry, version=base.version, note=note, by=by
            )
            if repriced:
                version = edited.performance.version
                self._prices.set_prices(base.id, prices, version=version, also=also, by=by)
            return base.id, edited.told

        self.set(saving=True, preview=None)
        self.ask(write, self._on_written, failed=self._on_refused)

    def _on_added(self, performance: Performance) -> None:
        self._on_written((performance.id, 0))

    def _on_written(self, answer: tuple[str, int]) -> None:
        self.keeper.drop()
        self.set(saving=False)
        self.saved.emit(*answer)

    def _on_refused(self, error: HouselightsError) -> None:
        if isinstance(error, Conflict) and isinstance(error.theirs, Performance):
            self.set(theirs=error.theirs, saving=False, preview=None, problem=error)
        elif isinstance(error, Invalid):
            self.set(problems=dict(error.problems), saving=False, preview=None, problem=None)
        else:
            self.set(problem=error, saving=False, preview=None)

    # -- conflicts and unsaved work --------------------------------------------------------------

    def take_theirs(self, name: str) -> None:
        """Let the other's change of one field stand."""
        if self.state.theirs is not None:
            self.type(**{name: getattr(_filled(self.state.theirs), name)})
            self.form_replaced.emit()

    def settle(self) -> None:
        """What is in the form counts: save over what the other saved."""
        state = self.state
        if state.theirs is None:
            return
        theirs = _filled(state.theirs)
        form = merged(state.start, theirs, state.form)
        self.set(base=state.theirs, start=theirs, theirs=None, problem=None, form=form)
        self.form_replaced.emit()
        self.save()

    def resume(self) -> None:
        """Go on from the unsaved work of last time."""
        if self._kept is not None:
            body, self._kept = self._kept, None
            prices = prices_from_json(body.get("prices"))
            self.set(form=PerformanceForm.from_json(body), prices=prices, offered_at=None)
            self.form_replaced.emit()
            self._read_plan()
            self._keep()

    def discard(self) -> None:
        """Forget the unsaved work of last time."""
        self._kept = None
        self.set(offered_at=None)
        self.keeper.drop()

    def _on_kept(self, draft: Draft) -> None:
        self._kept = draft.body
        self.set(offered_at=draft.saved_at)


def _filled(performance: Performance) -> PerformanceForm:
    """The form as this performance fills it."""
    return PerformanceForm.of(entry_of(performance), zone=performance.zone)


def _siblings(detail: EventDetail, base: Performance | None) -> tuple[str, ...]:
    if base is None:
        return ()
    return tuple(
        row.performance.id
        for row in detail.performances
        if row.performance.plan_id == base.plan_id and row.performance.id != base.id
    )
