"""The basket's second home: kept in the database after every step, put aside for a customer who comes back,
found again after a crash, and taken up at this till with everything it was."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Protocol

from PySide6.QtCore import QObject

from app.domain.baskets import KeptBasket, TakenUp
from app.domain.customers import CustomerLine
from app.domain.errors import HouselightsError, NotFound, SeatTaken
from app.domain.events import PriceType
from app.domain.tickets import HOLD_FOR, BasketLine
from app.domain.users import Operator, Permission
from app.domain.values import new_id
from app.services.baskets import BasketService
from app.services.customers import CustomerService
from app.services.goods import GoodsService
from ui.box_office.lines import GoodsRow, Row
from ui.box_office.stage import Stage
from ui.box_office.state import State
from ui.tasks import Tasks


class Till(Protocol):
    """The counter, as the keeper knows it."""

    state: State

    def show(self, state: State) -> None:
        """Make this the state."""

    def stage_of(self, performance_id: str) -> tuple[Stage, tuple[PriceType, ...]]:
        """A performance and what it can be sold as; asked off the screen's thread."""

    def choose(self, performance_id: str) -> None:
        """Put a performance on the counter."""


@dataclass(frozen=True)
class Unpacked:
    """A basket that was taken up, with all that showing it needs. `lost` names seats."""

    taken: TakenUp
    rows: tuple[Row, ...]
    goods: tuple[GoodsRow, ...]
    customer: CustomerLine | None
    lost: tuple[str, ...]


class Keeper(QObject):
    """Keeps, parks and takes up the till's basket."""

    def __init__(
        self,
        till: Till,
        *,
        baskets: BasketService,
        customers: CustomerService,
        goods: GoodsService,
        by: Operator,
        tasks: Tasks,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._till = till
        self._baskets = baskets
        self._customers = customers
        self._goods = goods
        self._by = by
        self._tasks = tasks

    # -- after every step --------------------------------------------------------------------

    def note(self, key: str = "") -> None:
        """Keep the basket as it is; `key` is its order's, when the money is being taken for it."""
        kept = replace(self._till.state.kept, key=key)
        self._tasks.run(
            self,
            lambda: self._baskets.keep(kept, by=self._by),
            done=_nothing,
            failed=_nothing,
            key="keep",
        )

    def forget(self, basket_id: str) -> None:
        """It was sold."""
        self._tasks.run(
            self,
            lambda: self._baskets.drop(basket_id, by=self._by),
            done=_nothing,
            failed=_nothing,
            key=f"drop {basket_id}",
        )

    # -- taken up again ----------------------------------------------------------------------

    def look_back(self) -> None:
        """Bring back what was in the basket when this station's window last went away."""
        self._tasks.run(self, self._left_open, done=self._on_left, failed=_nothing, key="left")

    def _left_open(self) -> Unpacked | None:
        taken = self._baskets.left_open(by=self._by)
        return None if taken is None else self._unpacked(taken)

    def _on_left(self, found: Unpacked | None) -> None:
        if found is not None and not self._till.state.filled:
            self._on_taken_up(found)

    def park(self, name: str = "") -> None:
        """Put the basket aside under a name; the till is free for the next customer."""
        state = self._till.state
        if not state.filled or state.locked or state.payment.put or not self._may_park:
            return
        kept = state.kept
        self._tasks.run(
            self,
            lambda: self._baskets.park(kept, name=name, by=self._by),
            done=self._on_parked,
            failed=self._on_failure,
        )

    def _on_parked(self, _until: object) -> None:
        fresh = State(
            stage=self._till.state.stage,
            price_types=self._till.state.price_types,
            products=self._till.state.products,
            payment=self._till.state.payment,
            parked=self._till.state.parked,
        )
        self._till.show(fresh)
        self.load_parked()

    def load_parked(self) -> None:
        """Read which baskets are put aside."""
        if self._may_park:
            self._tasks.run(
                self,
                lambda: self._baskets.parked(by=self._by),
                done=self._on_parked_read,
                failed=_nothing,
                key="parked",
            )

    @property
    def _may_park(self) -> bool:
        return self._by.may(Permission.SELL)

    def _on_parked_read(self, parked: tuple[KeptBasket, ...]) -> None:
        if parked != self._till.state.parked:
            self._till.show(replace(self._till.state, parked=parked))

    def resume(self, basket_id: str) -> None:
        """Take a parked basket up; nothing happens while another one is being filled."""
        if self._till.state.filled:
            return
        self._tasks.run(
            self,
            lambda: self._unpacked(self._baskets.resume(basket_id, by=self._by)),
            done=self._on_taken_up,
            failed=self._on_failure,
        )

    def _unpacked(self, taken: TakenUp) -> Unpacked:
        basket = taken.basket
        wanted = [line.place.performance_id for line in basket.lines]
        stages = {
            key: self._till.stage_of(key)
            for key in dict.fromkeys([*wanted, *(place.performance_id for place in taken.lost)])
        }
        rows = tuple(_rows(basket.lines, stages))
        products = {product.id: product for product in self._goods.on_sale(by=self._by)}
        goods = tuple(
            GoodsRow(products[one.product_id], one.quantity)
            for one in basket.goods
            if one.product_id in products
        )
        lost = tuple(
            stages[place.performance_id][0].plan.label_of(place.seat_no) for place in taken.lost
        )
        return Unpacked(taken, rows, goods, self._customer(basket.customer_id), lost)

    def _customer(self, customer_id: str | None) -> CustomerLine | None:
        if customer_id is None or not self._by.may(Permission.SEE_CUSTOMERS):
            return None
        try:
            found = self._customers.customer(customer_id, by=self._by).customer
        except NotFound:
            return None
        return CustomerLine(found.id, found.name, found.email, found.phone)

    def _on_taken_up(self, found: Unpacked) -> None:
        basket = found.taken.basket
        stage = self._till.state.stage
        shown = stage.line.performance_id if stage else ""
        wanted = [row.place.performance_id for row in found.rows]
        if wanted:
            self._till.choose(shown if shown in wanted else wanted[0])
        state = replace(
            self._till.state,
            basket_id=new_id() if found.taken.sold else basket.id,
            rows=found.rows,
            goods=found.goods,
            gifts=basket.vouchers,
            codes=basket.codes,
            customer=found.customer,
            name=basket.name,
            at=0,
            given=None,
            deadline=time.monotonic() + HOLD_FOR.total_seconds() if found.rows else None,
            sold=found.taken.sold,
            problem=SeatTaken(found.lost) if found.lost else None,
        )
        self._till.show(state)
        self.load_parked()

    def _on_failure(self, error: HouselightsError) -> None:
        self._till.show(replace(self._till.state, problem=error))
        self.load_parked()


def _rows(
    lines: Iterable[BasketLine], stages: dict[str, tuple[Stage, tuple[PriceType, ...]]]
) -> Iterable[Row]:
    for line in lines:
        stage, kinds = stages[line.place.performance_id]
        row = stage.row(line.place.seat_no, price_types=kinds, prefer=line.price_type_id)
        promised = line.promised if row.price_type_id == line.price_type_id else None
        yield row if promised is None else row.promised(promised)


def _nothing(_: object) -> None:
    """A basket that could not be kept is still in front of the cashier."""
