"""Many performances by one rule, every date in sight before any of them is made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from PySide6.QtCore import QObject, Signal

from app.domain.drafts import Draft
from app.domain.errors import HouselightsError, Invalid
from app.domain.event_lists import EventDetail
from app.domain.events import Event, Performance, PriceType
from app.domain.programme import Prices
from app.domain.seating import Zone
from app.domain.series import SeriesDate
from app.domain.users import Operator
from app.domain.venues import VenueRow
from app.services.drafts import DraftService
from app.services.events import EventService
from app.services.prices import PriceService
from app.services.schedule import ScheduleService
from app.services.venues import VenueService
from ui.events.forms import PerformanceForm, SeriesForm, entry_of, prices_from_json, prices_to_json
from ui.events.keeping import Keeper
from ui.tasks import Tasks
from ui.viewmodel import ViewModel


@dataclass(frozen=True)
class State:
    """`dates` is what the rule makes now; `problems` field -> key of the words table."""

    event: Event | None = None
    form: SeriesForm = field(default_factory=SeriesForm)
    venues: tuple[VenueRow, ...] = ()
    zones: tuple[Zone, ...] = ()
    types: tuple[PriceType, ...] = ()
    prices: Prices = field(default_factory=dict)
    dates: tuple[SeriesDate, ...] = ()
    problems: Mapping[str, str] = field(default_factory=dict)
    offered_at: datetime | None = None
    saving: bool = False
    problem: HouselightsError | None = None

    @property
    def venue(self) -> VenueRow | None:
        """The venue chosen."""
        return next((row for row in self.venues if row.venue.id == self.form.venue_id), None)

    @property
    def zone(self) -> str:
        """The time zone whose clock the rule is on."""
        return self.venue.venue.zone if self.venue else "UTC"

    @property
    def currency(self) -> str:
        """What the venue takes."""
        return self.venue.venue.currency if self.venue else "EUR"


@dataclass(frozen=True)
class _Read:
    venues: tuple[VenueRow, ...]
    types: tuple[PriceType, ...]
    prices: Prices


class SeriesEditor(ViewModel[State]):
    """`saved` carries how many performances were made."""

    saved = Signal(int)
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
        self.keeper = Keeper(drafts, form="series", by=by, tasks=tasks, parent=self)

    def begin(self, detail: EventDetail) -> None:
        """A rule for this event; venue, time and prices like its last performance's."""
        self._kept = None
        last = detail.performances[-1].performance if detail.performances else None
        form = SeriesForm()
        if last is not None:
            like = PerformanceForm.of(entry_of(last), zone=last.zone)
            form = replace(form, venue_id=like.venue_id, times=(like.clock,), doors=like.doors)
        self.state = State(event=detail.event, form=form)
        self.form_replaced.emit()
        self.changed.emit()
        by = self._by

        def read() -> _Read:
            return _Read(
                self._venues.venues(by=by),
                self._prices.price_types(by=by),
                {} if last is None else self._prices.prices(last.id, by=by).amounts,
            )

        self.ask(read, self._on_read, key="read")
        self.keeper.begin(detail.event.id, self._on_kept)

    def _on_read(self, read: _Read) -> None:
        form = self.state.form
        if not form.venue_id and read.venues:
            form = replace(form, venue_id=read.venues[0].venue.id)
        types = tuple(kind for kind in read.types if kind.active)
        self.set(venues=read.venues, types=types, prices=dict(read.prices), form=form)
        self.form_replaced.emit()
        self._read_plan()
        self._preview()

    def _read_plan(self) -> None:
        venue = self.state.venue
        plan_id = self.state.form.plan_id or (venue.plan_id if venue else "")
        if not plan_id:
            self.set(zones=())
            return
        self.ask(lambda: self._events.plan(plan_id).zones, self._on_zones, key="plan")

    def _on_zones(self, zones: tuple[Zone, ...]) -> None:
        self.set(zones=zones)

    def type(self, **fields: object) -> None:
        """Fields as typed; the dates follow."""
        before = self.state.form
        form = replace(before, **fields)  # type: ignore[arg-type]
        if form == before:
            return
        if form.venue_id != before.venue_id:
            form = replace(form, plan_id="")
        problems = {k: v for k, v in self.state.problems.items() if k not in fields}
        self.set(form=form, problems=problems)
        if (form.venue_id, form.plan_id) != (before.venue_id, before.plan_id):
            self._read_plan()
        self._preview()
        self._keep()

    def choose(self, wall_time: str, choice: str) -> None:
        """Which instant is meant on a night the clocks change."""
        self.type(choices={**self.state.form.choices, wall_time: choice})

    def leave_out(self, day: str) -> None:
        """Not on this day."""
        self.type(except_on=tuple(sorted({*self.state.form.except_on, day})))

    def put_back(self) -> None:
        """All days of the rule again."""
        self.type(except_on=())

    def price(self, prices: Prices) -> None:
        """The price list as typed."""
        if prices != self.state.prices:
            self.set(prices=dict(prices))
            self._keep()

    def _preview(self) -> None:
        form, zone, by = self.state.form, self.state.zone, self._by
        if not form.first or (form.ends == "until" and not form.until):
            self.set(dates=())
            return
        try:
            series, entry = form.series(), form.entry(zone=zone)
        except Invalid as error:
            self.set(dates=(), problems=dict(error.problems))
            return
        self.ask(
            lambda: self._schedule.preview_series(series, entry, by=by),
            self._on_dates,
            failed=self._on_unpreviewed,
            key="dates",
        )

    def _on_dates(self, dates: tuple[SeriesDate, ...]) -> None:
        self.set(dates=dates, problems={})

    def _on_unpreviewed(self, error: HouselightsError) -> None:
        if isinstance(error, Invalid):
            self.set(dates=(), problems=dict(error.problems))
        else:
            self.set(dates=(), problem=error)

    def save(self) -> None:
        """Make them all, or say what is in the way."""
        state, by = self.state, self._by
        event = state.event
        if event is None or state.saving:
            return
        missing = {} if state.form.first else {"first": "missing"}
        if state.form.ends == "until" and not state.form.until:
            missing["until"] = "missing"
        if missing:
            self.set(problems=missing)
            return
        try:
            series, entry = state.form.series(), state.form.entry(zone=state.zone)
        except Invalid as error:
            self.set(problems=dict(error.problems))
            return
        zones = {zone.no for zone in state.zones}
        prices = {key: minor for key, minor in state.prices.items() if key[0] in zones}
        self.set(saving=True, problem=None)
        self.ask(
            lambda: self._schedule.add_series(event.id, series, entry, prices=prices, by=by),
            self._on_saved,
            failed=self._on_refused,
        )

    def _on_saved(self, made: tuple[Performance, ...]) -> None:
        self.keeper.drop()
        self.set(saving=False)
        self.saved.emit(len(made))

    def _on_refused(self, error: HouselightsError) -> None:
        if isinstance(error, Invalid):
            self.set(problems=dict(error.problems), saving=False)
        else:
            self.set(problem=error, saving=False)

    # -- unsaved work ----------------------------------------------------------------------------

    def _keep(self) -> None:
        body = {**self.state.form.as_json(), "prices": prices_to_json(self.state.prices)}
        self.keeper.touch(body)

    def resume(self) -> None:
        """Go on from the unsaved work of last time."""
        if self._kept is not None:
            body, self._kept = self._kept, None
            prices = prices_from_json(body.get("prices"))
            self.set(form=SeriesForm.from_json(body), prices=prices, offered_at=None)
            self.form_replaced.emit()
            self._read_plan()
            self._preview()
            self._keep()

    def discard(self) -> None:
        """Forget the unsaved work of last time."""
        self._kept = None
        self.set(offered_at=None)
        self.keeper.drop()

    def _on_kept(self, draft: Draft) -> None:
        self._kept = draft.body
        self.set(offered_at=draft.saved_at)
