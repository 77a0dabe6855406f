"""The house's discounts: listed, written down, given up; and what their forms offer to choose from."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject

from app.domain.discounts import Discount
from app.domain.errors import HouselightsError, Invalid
from app.domain.events import ProgrammeLine
from app.domain.facts import DiscountsChanged, Fact, HouseChanged
from app.domain.users import Operator
from app.services.discounts import DiscountService
from app.services.events import EventService
from app.services.settings import SettingsService
from ui.events.discount_forms import DiscountForm
from ui.events.goods_forms import Editing, Thing
from ui.relay import Relay
from ui.tasks import Tasks
from ui.viewmodel import ViewModel

_Answer = tuple[tuple[Discount, ...], tuple[ProgrammeLine, ...], str, str, dict[str, str]]


@dataclass(frozen=True)
class State:
    """Inactive ones too. `programme` is what they can be limited to; `labels` has the seats of those that
    are bound to some, by discount id; `currency` and `zone` are the house's."""

    discounts: tuple[Discount, ...] = ()
    programme: tuple[ProgrammeLine, ...] = ()
    currency: str = "EUR"
    zone: str = "UTC"
    labels: tuple[tuple[str, str], ...] = ()
    loaded: bool = False
    problem: HouselightsError | None = None


class DiscountSetup(ViewModel[State]):
    """Reads them, again after every change."""

    def __init__(
        self,
        *,
        discounts: DiscountService,
        events: EventService,
        settings: SettingsService,
        by: Operator,
        tasks: Tasks,
        relay: Relay,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(State(), tasks=tasks, parent=parent)
        self._discounts = discounts
        self._events = events
        self._settings = settings
        self._by = by
        relay.told.connect(self._on_fact)

    def load(self) -> None:
        """Read everything."""
        self.ask(self._read, self._on_read, key="read")

    def _read(self) -> _Answer:
        found = self._discounts.discounts(by=self._by)
        house = self._settings.house(by=self._by)
        labels = {one.id: self._labels(one) for one in found if one.terms.scope.seats}
        programme = self._events.programme(by=self._by)
        return found, programme, house.currency, house.zone, labels

    def _labels(self, discount: Discount) -> str:
        performance_id, numbers = next(iter(discount.terms.scope.seats.items()))
        plan = self._plan(performance_id)
        return " ".join(plan.label_of(no) for no in sorted(numbers))

    def _plan(self, performance_id: str) -> Any:
        offer = self._events.offer(performance_id, by=self._by)
        return self._events.plan(offer.performance.plan_id)

    def _seats_of(self, performance_id: str, labels: Collection[str]) -> frozenset[int]:
        seat_nos, unknown = self._plan(performance_id).seat_nos(tuple(labels))
        if unknown:
            raise Invalid({"seats": "unknown_seats"})
        return frozenset(seat_nos)

    def form(self, discount_id: str = "") -> Editing:
        """The form of this discount, or of a new one."""
        state, by, discounts = self.state, self._by, self._discounts
        known = next((one for one in state.discounts if one.id == discount_id), None)
        labels = dict(state.labels)

        def form_of(discount: Discount) -> DiscountForm:
            said = labels.get(discount.id, "")
            return DiscountForm.of(discount, zone=state.zone, labels=said)

        def write(form: DiscountForm, base: Discount | None) -> Thing:
            entry = form.entry(
                currency=(base and base.terms.currency) or state.currency,
                zone=state.zone,
                seats_of=self._seats_of,
                base=base.terms if base else None,
            )
            if base is None:
                return discounts.add(entry, by=by)
            return discounts.edit(base.id, entry, version=base.version, by=by)

        start = DiscountForm() if known is None else form_of(known)
        return Editing(start, base=known, write=write, form_of=form_of, tasks=self._tasks)

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

    def _on_read(self, answer: _Answer) -> None:
        discounts, programme, currency, zone, labels = answer
        self.set(
            discounts=discounts,
            programme=programme,
            currency=currency,
            zone=zone,
            labels=tuple(labels.items()),
            loaded=True,
        )

    def _on_changed(self, _: object) -> None:
        self.load()

    def _on_refused(self, error: HouselightsError) -> None:
        self.set(problem=error)
        self.load()

    def _on_fact(self, fact: Fact) -> None:
        if isinstance(fact, DiscountsChanged | HouseChanged) and self.state.loaded:
            self.load()
