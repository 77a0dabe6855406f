"""The house's discounts: listed, written down, given up; and what their forms offer to choose from."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import timedelta

from PySide6.QtCore import QObject

from app.domain.discounts import Discount
from app.domain.errors import Conflict, HouselightsError, Invalid, NotFound
from app.domain.events import PriceType, ProgrammeLine
from app.domain.facts import DiscountsChanged, Fact, HouseChanged
from app.domain.seating import SeatingPlan
from app.domain.users import Operator
from app.services.discounts import DiscountService
from app.services.events import EventService
from app.services.prices import PriceService
from app.services.settings import SettingsService
from ui.events.discount_forms import DiscountForm, by_field
from ui.events.goods_forms import Editing, Thing
from ui.relay import Relay
from ui.tasks import Tasks
from ui.viewmodel import ViewModel

_MOST_EVENTS = 10_000


@dataclass(frozen=True)
class State:
    """Inactive ones too. `programme` is what they can be limited to, `others` are performances beside it
    that some are limited to; `titles` of events by id; `labels` has the seats of those that are bound to
    some, by discount id; `currency` and `zone` are the house's. `own_only`: it is an organizer who makes
    them, for own events."""

    discounts: tuple[Discount, ...] = ()
    programme: tuple[ProgrammeLine, ...] = ()
    others: tuple[ProgrammeLine, ...] = ()
    titles: Mapping[str, str] = field(default_factory=dict)
    zones: tuple[str, ...] = ()
    price_types: tuple[PriceType, ...] = ()
    currency: str = "EUR"
    zone: str = "UTC"
    labels: Mapping[str, str] = field(default_factory=dict)
    own_only: bool = False
    loaded: bool = False
    problem: HouselightsError | None = None


class DiscountSetup(ViewModel[State]):
    """Reads them, again after every change."""

    def __init__(
        self,
        *,
        discounts: DiscountService,
        events: EventService,
        prices: PriceService,
        settings: SettingsService,
        by: Operator,
        tasks: Tasks,
        relay: Relay,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(State(own_only=by.own_events_only), tasks=tasks, parent=parent)
        self._discounts = discounts
        self._events = events
        self._prices = prices
        self._settings = settings
        self._by = by
        relay.told.connect(self._on_fact)

    def load(self) -> None:
        """Read everything."""
        self.ask(self._read, self._on_read, key="read")

    def _read(self) -> State:
        by = self._by
        found = self._discounts.discounts(by=by)
        house = self._settings.house(by=by)
        programme = self._own_programme()
        ahead = {line.performance_id for line in programme}
        scopes = [one.terms.scope for one in found]
        named = {key for scope in scopes for key in scope.performances | scope.seats.keys()}
        others = tuple(self._lines(named - ahead))
        titles = {line.event_id: line.title for line in (*programme, *others)}
        titles |= self._titles({key for scope in scopes for key in scope.events} - titles.keys())
        return State(
            discounts=found,
            programme=programme,
            others=others,
            titles=titles,
            zones=tuple(self._zones(programme)),
            price_types=self._prices.price_types(by=by),
            currency=house.currency,
            zone=house.zone,
            labels={one.id: self._labels(one) for one in found if one.terms.scope.seats},
            own_only=by.own_events_only,
            loaded=True,
        )

    def _own_programme(self) -> tuple[ProgrammeLine, ...]:
        """What is to come, for an organizer of own events."""
        lines = self._events.programme(back=timedelta(0), by=self._by)
        if not self._by.own_events_only:
            return lines
        own = {row.id for row in self._events.events(limit=_MOST_EVENTS, by=self._by).rows}
        return tuple(line for line in lines if line.event_id in own)

    def _lines(self, performance_ids: Collection[str]) -> Iterable[ProgrammeLine]:
        """Those that are still there."""
        for performance_id in sorted(performance_ids):
            try:
                yield self._events.line(performance_id, by=self._by)
            except NotFound:
                continue

    def _titles(self, event_ids: Collection[str]) -> dict[str, str]:
        titles = {}
        for event_id in sorted(event_ids):
            try:
                titles[event_id] = self._events.detail(event_id, by=self._by).event.title
            except NotFound:
                continue
        return titles

    def _zones(self, programme: Iterable[ProgrammeLine]) -> dict[str, None]:
        """Of all houses that play, each name once."""
        plans = (
            self._events.newest_plan(venue, by=self._by)
            for venue in sorted({line.venue for line in programme})
        )
        return {zone.name: None for plan in plans if plan is not None for zone in plan.zones}

    def _labels(self, discount: Discount) -> str:
        """The seats it is bound to; "" when their performance is not there any more."""
        words: list[str] = []
        try:
            for performance_id, numbers in sorted(discount.terms.scope.seats.items()):
                plan = self._plan(performance_id)
                words += [plan.label_of(no) for no in sorted(numbers)]
        except NotFound:
            return ""
        return " ".join(words)

    def _plan(self, performance_id: str) -> SeatingPlan:
        offer = self._events.offer(performance_id, by=self._by)
        return self._events.plan(offer.performance.plan_id)

    def _seats_of(self, performance_id: str, labels: Collection[str]) -> frozenset[int]:
        seat_nos, unknown = self._plan(performance_id).seat_nos(tuple(labels))
        if unknown:
            raise Invalid({"seats": "unknown_seats"})
        return frozenset(seat_nos)

    def form(self, discount_id: str = "") -> Editing:
        """The form of this discount, or of a new one."""
        state = self.state
        known = next((one for one in state.discounts if one.id == discount_id), None)
        labels = dict(state.labels)

        def form_of(discount: Discount) -> DiscountForm:
            said = labels.get(discount.id, "")
            return DiscountForm.of(discount, zone=state.zone, labels=said)

        def write(form: DiscountForm, base: Discount | None) -> Thing:
            shown = None if base is None else form_of(base)
            try:
                return self._write(form, base, shown, state=state)
            except Conflict as error:
                if isinstance(error.theirs, Discount):
                    labels[error.theirs.id] = self._labels(error.theirs)
                raise
            except Invalid as error:
                raise Invalid(by_field(error.problems.items())) from None

        first = state.programme[0].event_id if state.own_only and state.programme else ""
        start = DiscountForm(event=first) if known is None else form_of(known)
        return Editing(start, base=known, write=write, form_of=form_of, tasks=self._tasks)

    def _write(
        self, form: DiscountForm, base: Discount | None, shown: DiscountForm | None, *, state: State
    ) -> Discount:
        entry = form.entry(
            currency=(base and base.terms.currency) or state.currency,
            zone=state.zone,
            seats_of=self._seats_of,
            base=None if base is None else base.terms,
            shown=shown,
        )
        if base is None:
            return self._discounts.add(entry, by=self._by)
        return self._discounts.edit(base.id, entry, version=base.version, by=self._by)

    def give(self, discount_id: str, *, active: bool) -> None:
        """Give it again, or not any more."""
        known = next(one for one in self.state.discounts if one.id == discount_id)
        by, version = self._by, known.version
        self.set(problem=None)
        self.ask(
            lambda: self._discounts.activate(discount_id, active=active, version=version, by=by),
            self._on_changed,
            failed=self._on_refused,
        )

    def _on_read(self, read: State) -> None:
        self.set(**{f.name: getattr(read, f.name) for f in fields(read) if f.name != "problem"})

    def _on_changed(self, _: object) -> None:
        self.load()

    def _on_refused(self, error: HouselightsError) -> None:
        self.set(problem=error)
        self.load()

    def _on_fact(self, fact: Fact) -> None:
        if isinstance(fact, DiscountsChanged | HouseChanged) and self.state.loaded:
            self.load()
