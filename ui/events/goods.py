"""What the counter sells beside tickets, and the kinds of membership: listed, put in order, retired."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject

from app.domain.errors import HouselightsError
from app.domain.facts import Fact, GoodsChanged, HouseChanged
from app.domain.goods import Product
from app.domain.memberships import Membership
from app.domain.users import Operator
from app.services.goods import GoodsService
from app.services.memberships import MembershipService
from app.services.settings import SettingsService
from ui.events.goods_forms import Editing, membership_editing, product_editing
from ui.relay import Relay
from ui.tasks import Tasks
from ui.viewmodel import ViewModel

_Answer = tuple[tuple[Product, ...], tuple[Membership, ...], str]


@dataclass(frozen=True)
class State:
    """Inactive ones too; `currency` is what new products are priced in."""

    products: tuple[Product, ...] = ()
    kinds: tuple[Membership, ...] = ()
    currency: str = ""
    loaded: bool = False
    problem: HouselightsError | None = None


class GoodsSetup(ViewModel[State]):
    """Reads both lists, again after every change."""

    def __init__(
        self,
        *,
        goods: GoodsService,
        memberships: MembershipService,
        settings: SettingsService,
        by: Operator,
        tasks: Tasks,
        relay: Relay,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(State(), tasks=tasks, parent=parent)
        self._goods = goods
        self._memberships = memberships
        self._settings = settings
        self._by = by
        relay.told.connect(self._on_fact)

    def load(self) -> None:
        """Read both."""
        by = self._by
        self.ask(
            lambda: (
                self._goods.products(by=by),
                self._memberships.kinds(by=by),
                self._settings.house(by=by).currency,
            ),
            self._on_read,
            key="read",
        )

    def product_form(self, product_id: str = "") -> Editing:
        """The form of this product, or of a new one."""
        known = next((one for one in self.state.products if one.id == product_id), None)
        return product_editing(
            known, self._goods, currency=self.state.currency, by=self._by, tasks=self._tasks
        )

    def kind_form(self, membership_id: str = "") -> Editing:
        """The form of this kind of membership, or of a new one."""
        known = next((one for one in self.state.kinds if one.id == membership_id), None)
        return membership_editing(known, self._memberships, by=self._by, tasks=self._tasks)

    def kind_name(self, membership_id: str | None) -> str:
        """What a kind is called, "" for none."""
        return next((kind.name for kind in self.state.kinds if kind.id == membership_id), "")

    def sell(self, product_id: str, *, active: bool) -> None:
        """Sell a product again, or not any more."""
        by = self._by
        self._change(lambda: self._goods.activate(product_id, active=active, by=by))

    def give(self, membership_id: str, *, active: bool) -> None:
        """Let people become members again, or not any more."""
        by = self._by
        self._change(lambda: self._memberships.activate_kind(membership_id, active=active, by=by))

    def move(self, product_id: str, *, by_places: int) -> None:
        """Earlier or later on the counter."""
        ids = [product.id for product in self.state.products]
        at = ids.index(product_id)
        to = at + by_places
        if 0 <= to < len(ids):
            ids.insert(to, ids.pop(at))
            by = self._by
            self._change(lambda: self._goods.reorder(ids, by=by))

    def _change(self, act: Callable[[], object]) -> None:
        self.set(problem=None)
        self.ask(act, self._on_changed, failed=self._on_refused)

    def _on_read(self, answer: _Answer) -> None:
        products, kinds, currency = answer
        self.set(products=products, kinds=kinds, currency=currency, loaded=True)

    def _on_changed(self, _: object) -> None:
        self.load()

    def _on_refused(self, error: HouselightsError) -> None:
        self.set(problem=error)
        self.load()

    def _on_fact(self, fact: Fact) -> None:
        if isinstance(fact, GoodsChanged | HouseChanged) and self.state.loaded:
            self.load()
