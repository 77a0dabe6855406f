"""Doing what the sale line says: take the places, wait until they are held and priced, then put the money
down, step by step, each as if a hand had pressed it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from PySide6.QtCore import QObject, Signal

from app.domain.errors import UnknownSeat
from app.domain.events import PriceType
from app.domain.party import Wish
from app.domain.payments import Tender
from app.domain.sale_command import Paying, Reserving, SaleCommand
from app.domain.sale_command import Wish as Said
from app.domain.seating import SeatingPlan
from ui.box_office.viewmodel import Counter

Reserve = Callable[[datetime | None], None]


def wish_of(command: SaleCommand, plan: SeatingPlan, kinds: Sequence[PriceType]) -> Wish:
    """What a line asks for, as the search for the best seats understands it. A price limit is judged by the
    first price type named, or by the usual one, the first of `kinds`."""
    said: Said = command.wish
    usual = kinds[0].id if kinds else None
    first_kind = next((kind for kind, _ in command.kinds), usual)
    return Wish(
        command.count,
        zones=said.zones,
        sections=said.sections,
        at_most=said.limit,
        price_type_id=first_kind if said.limit else None,
        wheelchairs=said.wheelchairs,
        companions=said.companions,
        near=plan.label.index(said.near) if said.near in plan.label else None,
    )


@dataclass(frozen=True, slots=True)
class _Under:
    """What is still to be done: the basket must have so many places first."""

    places: int
    payments: tuple[Paying, ...]
    reserve: Reserving | None
    look_up: bool = False


class LineRunner(QObject):
    """One line at a time; a refusal anywhere drops the rest of it. `reserve` asks the view to keep the
    basket until then, or for the usual deadline. `ended` tells whether all of it was done."""

    ended = Signal(bool)

    def __init__(self, counter: Counter, *, reserve: Reserve, parent: QObject) -> None:
        super().__init__(parent)
        self._counter = counter
        self._reserve = reserve
        self._under: _Under | None = None
        self._stepping = False
        counter.changed.connect(self._go_on)

    def run(self, command: SaleCommand) -> None:
        """Begin with a line."""
        counter = self._counter
        state = counter.state
        if state.locked:
            self.ended.emit(False)
            return
        counter.forget_problem()
        self._under = _Under(len(state.rows) + command.count, command.payments, command.reserve)
        if command.discount:
            counter.basket.add_code(command.discount)
        if command.count:
            self._take(command)
        self._go_on()

    def _take(self, command: SaleCommand) -> None:
        counter, stage = self._counter, self._counter.state.stage
        if stage is None:
            self._end(done=False)
            return
        kinds = command.each_kind
        if command.seats:
            seat_nos, unknown = stage.plan.seat_nos(command.seats)
            if unknown:
                self._end(done=False)
                counter.show(replace(counter.state, problem=UnknownSeat(tuple(unknown))))
                return
            counter.hold(seat_nos, kinds=kinds)
        elif command.area is not None:
            counter.take_places(command.area, command.count, kinds=kinds)
        else:
            counter.take_best(wish_of(command, stage.plan, counter.state.price_types), kinds=kinds)

    def _go_on(self) -> None:
        """The next step, once the one before has shown its effect."""
        under, state = self._under, self._counter.state
        if under is None or self._stepping:
            return
        if state.problem is not None or state.sold is not None:
            self._end(done=state.problem is None)
            return
        if state.locked or len(state.rows) < under.places or not state.filled:
            return
        if state.answer is None:
            return
        if under.look_up:
            self._step(lambda: self._put_voucher(under))
        elif under.payments:
            first, rest = under.payments[0], under.payments[1:]
            self._under = replace(under, payments=rest)
            self._step(lambda: self._pay(first, last=not rest))
        else:
            self._end(done=True)
            if under.reserve is not None:
                until = under.reserve.until
                self._reserve(None if until is None else until.astimezone(UTC))

    def _step(self, act: Callable[[], None]) -> None:
        """One step, whose own effects do not begin the next before it is over."""
        self._stepping = True
        try:
            act()
        finally:
            self._stepping = False
        self._go_on()

    def _pay(self, paying: Paying, *, last: bool) -> None:
        counter, desk = self._counter, self._counter.desk
        desk.choose(paying.tender)
        if counter.state.payment.tender is not paying.tender:
            self._end(done=False)
            return
        if paying.tender is Tender.CASH:
            counter.give(paying.amount)
            if paying.amount is None or paying.amount >= counter.state.left:
                counter.pay()
            elif last:
                self._end(done=False)
            else:
                desk.put_down()
            return
        if paying.tender is Tender.VOUCHER:
            if self._under is not None:
                self._under = replace(self._under, look_up=True)
            desk.set_reference(paying.reference)
            desk.look_up()
            return
        if paying.tender is Tender.SLIP:
            desk.set_reference(paying.reference)
        if paying.amount is not None:
            desk.set_part(paying.amount)
        counter.pay()

    def _put_voucher(self, under: _Under) -> None:
        """The voucher was looked up: put down what it covers."""
        if self._counter.state.payment.voucher is not None:
            self._under = replace(under, look_up=False)
            self._counter.desk.put_down()
        elif self._counter.state.payment.problems:
            self._end(done=False)

    def _end(self, *, done: bool) -> None:
        self._under = None
        self.ended.emit(done)
