"""What is put into the basket and taken out of it: places with their price types, goods, gift vouchers,
codes; and what of it the last quote said."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Protocol

from app.domain.goods import Product
from app.domain.pricing import Promise, Quote
from app.domain.tickets import Place
from app.domain.values import Money
from ui.box_office.lines import GoodsRow
from ui.box_office.stage import Stage
from ui.box_office.state import State

_MOST_GOODS = 99


class Till(Protocol):
    """The counter, as its basket knows it."""

    state: State

    def show(self, state: State) -> None:
        """Make this the state."""

    def remove(self, places: Sequence[Place]) -> None:
        """Give places back."""


class Basket:
    """Acts on the counter's state; a basket that is being sold stays as it is."""

    def __init__(self, till: Till) -> None:
        self._till = till
        self._recent_type = ""

    def fresh(self) -> None:
        """The next customer: nobody's price type is remembered."""
        self._recent_type = ""

    # -- places ------------------------------------------------------------------------------

    def with_places(
        self, state: State, stage: Stage, seat_nos: Sequence[int], *, kinds: Sequence[str] = ()
    ) -> State:
        """The state with these places in the basket, for the price types in `kinds` as far as they go,
        then for the one that was chosen last."""
        have = {row.place for row in state.rows}
        new = [no for no in seat_nos if Place(stage.line.performance_id, no) not in have]
        rows = tuple(
            stage.row(
                seat_no,
                price_types=state.price_types,
                prefer=kinds[position] if position < len(kinds) else self._recent_type,
            )
            for position, seat_no in enumerate(new)
        )
        at = len(state.rows) if rows else state.at
        return replace(state, rows=(*state.rows, *rows), at=at, given=None)

    def without_places(self, state: State, places: Collection[Place]) -> State:
        """The state without these places."""
        gone = set(places)
        rows = tuple(row for row in state.rows if row.place not in gone)
        deadline = state.deadline if rows else None
        at = max(0, min(state.at, len(rows) - 1))
        return replace(state, rows=rows, at=at, deadline=deadline, given=None, problem=None)

    def left_alone(self, state: State) -> tuple[Place, ...]:
        """The places this basket would leave alone, as the sale records it."""
        if state.stage is None:
            return ()
        performance_id = state.stage.line.performance_id
        return tuple(Place(performance_id, no) for no in state.left_alone)

    # -- price types -------------------------------------------------------------------------

    def set_price_type(self, place: Place, price_type_id: str) -> None:
        """Let another price type pay for this place."""
        self._reprice({place}, price_type_id)

    def set_all(self, price_type_id: str) -> None:
        """Let one price type pay for the whole basket."""
        self._reprice({row.place for row in self._till.state.rows}, price_type_id)

    def set_next(self, number: int) -> None:
        """Let the price type with this number (from 1) pay for the line in turn, and go on to the next."""
        state = self._till.state
        if not state.rows:
            return
        at = min(state.at, len(state.rows) - 1)
        row = state.rows[at]
        if not 1 <= number <= len(row.kinds):
            return
        self._reprice({row.place}, row.kinds[number - 1].id)
        self._turn_to((at + 1) % len(state.rows))

    def move(self, step: int) -> None:
        """Put the turn on another line, so many on."""
        rows = self._till.state.rows
        if rows:
            self._turn_to((self._till.state.at + step) % len(rows))

    def turn_to(self, place: Place) -> None:
        """Put the turn on this place's line."""
        places = [row.place for row in self._till.state.rows]
        if place in places:
            self._turn_to(places.index(place))

    def drop_line(self) -> None:
        """Give back the place whose turn it is."""
        state = self._till.state
        if state.rows and not state.locked:
            self._till.remove((state.rows[min(state.at, len(state.rows) - 1)].place,))

    def _turn_to(self, at: int) -> None:
        if not self._till.state.locked:
            self._till.show(replace(self._till.state, at=at))

    def _reprice(self, places: set[Place], price_type_id: str) -> None:
        state = self._till.state
        if state.locked:
            return
        self._recent_type = price_type_id
        rows = tuple(
            row.paid_by(price_type_id) if row.place in places else row for row in state.rows
        )
        self._till.show(replace(state, rows=rows, given=None))

    # -- goods, gift vouchers, codes ---------------------------------------------------------

    def add_goods(self, product: Product, quantity: int = 1) -> None:
        """So many more of a product, fewer when negative; none of it any more leaves the basket."""
        state = self._till.state
        if state.locked:
            return
        have = {one.product.id: one for one in state.goods}
        before = have.get(product.id, GoodsRow(product, 0)).quantity
        have[product.id] = GoodsRow(product, min(_MOST_GOODS, before + quantity))
        goods = tuple(one for one in have.values() if one.quantity > 0)
        self._till.show(replace(state, goods=goods, given=None, sold=None, problem=None))

    def add_gift(self, amount: Money) -> None:
        """A gift voucher of this amount."""
        state = self._till.state
        if not state.locked:
            gifts = (*state.gifts, amount)
            self._till.show(replace(state, gifts=gifts, given=None, sold=None, problem=None))

    def drop_gift(self, position: int) -> None:
        """A gift voucher less."""
        state = self._till.state
        if not state.locked:
            gifts = state.gifts[:position] + state.gifts[position + 1 :]
            self._till.show(replace(state, gifts=gifts, given=None))

    def add_code(self, code: str) -> None:
        """A discount code as it was typed; what it gives the quote says."""
        state, code = self._till.state, code.strip()
        if code and not state.locked and code.casefold() not in map(str.casefold, state.codes):
            self._till.show(replace(state, codes=(*state.codes, code), given=None, problem=None))

    def drop_code(self, code: str) -> None:
        """Do without a code."""
        state = self._till.state
        if not state.locked:
            codes = tuple(one for one in state.codes if one != code)
            self._till.show(replace(state, codes=codes, given=None))

    # -- what the quote said -----------------------------------------------------------------

    def told(self, state: State, quote: Quote) -> State:
        """The state with what it costs. A price that was promised and cannot be kept any more is the
        list's from now on."""
        lost = {
            line.line.place: line.list_price
            for line in quote.lines
            if line.promise is Promise.LOST or line.list_price != line.line.promised
        }
        rows = tuple(
            row.promised(lost[row.place]) if row.place in lost else row for row in state.rows
        )
        after = replace(state, rows=rows)
        return replace(after, quote=quote, quoted=after.order)
