"""The house's price types and categories: added, renamed, put in order, retired."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from PySide6.QtCore import QObject, Signal

from app.domain.errors import HouselightsError, Invalid
from app.domain.events import PriceType
from app.domain.facts import Fact, GoodsChanged, ProgrammeChanged
from app.domain.memberships import Membership
from app.domain.programme import Category
from app.domain.users import Operator
from app.services.memberships import MembershipService
from app.services.prices import PriceService
from app.services.programme import ProgrammeService
from ui.relay import Relay
from ui.tasks import Tasks
from ui.viewmodel import ViewModel


@dataclass(frozen=True)
class State:
    """`problems` are of the line about to be added: name, short, category -> key of the words table."""

    types: tuple[PriceType, ...] = ()
    categories: tuple[Category, ...] = ()
    memberships: tuple[Membership, ...] = ()
    loaded: bool = False
    problems: Mapping[str, str] = field(default_factory=dict)
    problem: HouselightsError | None = None


class Kinds(ViewModel[State]):
    """Reads both lists, again after every change; `added` fires when a line was taken."""

    added = Signal()

    def __init__(
        self,
        *,
        prices: PriceService,
        programme: ProgrammeService,
        memberships: MembershipService,
        by: Operator,
        tasks: Tasks,
        relay: Relay,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(State(), tasks=tasks, parent=parent)
        self._prices = prices
        self._programme = programme
        self._memberships = memberships
        self._by = by
        relay.told.connect(self._on_fact)

    def load(self) -> None:
        """Read both, and whose members a price type can be kept to."""
        by = self._by
        self.ask(
            lambda: (
                self._prices.price_types(by=by),
                self._programme.categories(by=by),
                self._memberships.kinds(by=by),
            ),
            self._on_read,
            key="read",
        )

    def add_type(self, name: str, short: str) -> None:
        """One more way to pay less, or more."""
        by = self._by
        self._add(lambda: self._prices.add_price_type(name, short=short, by=by))

    def rename_type(self, type_id: str, name: str, short: str) -> None:
        """Call it otherwise; tickets sold keep the old name."""
        known = next((kind for kind in self.state.types if kind.id == type_id), None)
        if known is not None and (known.name, known.short) != (name, short):
            by = self._by
            self._change(lambda: self._prices.rename_price_type(type_id, name, short=short, by=by))

    def activate(self, type_id: str, *, active: bool) -> None:
        """Sell it again, or not any more."""
        by = self._by
        self._change(lambda: self._prices.activate_price_type(type_id, active=active, by=by))

    def open(self, type_id: str, *, self_service: bool) -> None:
        """Let customers choose it for themselves, or keep it to the counter."""
        by = self._by
        self._change(
            lambda: self._prices.open_price_type(type_id, self_service=self_service, by=by)
        )

    def keep_to(self, type_id: str, membership_id: str) -> None:
        """Let only members of this have it, "" for everybody."""
        by = self._by
        self._change(
            lambda: self._prices.keep_price_type_to_members(
                type_id, membership_id=membership_id or None, by=by
            )
        )

    def move(self, type_id: str, *, by_places: int) -> None:
        """Earlier or later on the counter."""
        ids = [kind.id for kind in self.state.types]
        at = ids.index(type_id)
        to = at + by_places
        if 0 <= to < len(ids):
            ids.insert(to, ids.pop(at))
            by = self._by
            self._change(lambda: self._prices.reorder_price_types(ids, by=by))

    def add_category(self, name: str) -> None:
        """One more kind of event."""
        by = self._by
        self._add(lambda: self._programme.add_category(name, by=by))

    def rename_category(self, category_id: str, name: str) -> None:
        """Call it otherwise, in all its events."""
        known = next((c for c in self.state.categories if c.id == category_id), None)
        if known is not None and known.name != name:
            by = self._by
            self._change(lambda: self._programme.rename_category(category_id, name, by=by))

    def delete_category(self, category_id: str) -> None:
        """Take one away that no event is of."""
        by = self._by
        self._change(lambda: self._programme.delete_category(category_id, by=by))

    def _change(self, act: Callable[[], object]) -> None:
        self.set(problem=None)
        self.ask(act, self._on_changed, failed=self._on_refused)

    def _on_read(
        self, answer: tuple[tuple[PriceType, ...], tuple[Category, ...], tuple[Membership, ...]]
    ) -> None:
        types, categories, memberships = answer
        self.set(types=types, categories=categories, memberships=memberships, loaded=True)

    def _on_changed(self, _: object) -> None:
        self.load()

    def _on_refused(self, error: HouselightsError) -> None:
        self.set(problem=error)
        self.load()

    def _add(self, act: Callable[[], object]) -> None:
        self.set(problems={}, problem=None)
        self.act(act, self._on_added, failed=self._on_not_added)

    def _on_added(self, _: object) -> None:
        self.added.emit()
        self.load()

    def _on_not_added(self, error: HouselightsError) -> None:
        if isinstance(error, Invalid):
            self.set(problems=dict(error.problems))
        else:
            self.set(problem=error)

    def _on_fact(self, fact: Fact) -> None:
        ours = isinstance(fact, GoodsChanged) or (
            isinstance(fact, ProgrammeChanged) and not fact.event_id
        )
        if ours and self.state.loaded:
            self.load()
