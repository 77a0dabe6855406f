"""The counter at one station: a house, a basket, and the money for it.

Two rules keep a queue moving: what was clicked is held in the database before it counts as in the
basket, and an order keeps its key until its fate is known, so that "did it go through?" is answered
by asking again, never by selling twice.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.domain.analytics import Interaction
from app.domain.customers import CustomerLine
from app.domain.errors import HouselightsError, SeatTaken, Unavailable
from app.domain.events import PriceType
from app.domain.facts import Fact, SeatsChanged
from app.domain.payments import Tender
from app.domain.tickets import HOLD_FOR, Booking, House, Order, Place
from app.domain.users import Operator, Permission
from app.domain.values import Money, new_id
from app.services.cards import CardService
from app.services.events import EventService
from app.services.interactions import InteractionService
from app.services.tickets import TicketService
from app.services.vouchers import VoucherService
from ui.box_office.payment_desk import PaymentDesk
from ui.box_office.payment_state import PaymentState
from ui.box_office.state import Row, Stage, State
from ui.relay import Relay
from ui.tasks import Tasks
from ui.widgets.seat_map.states import SeatState


class Counter(QObject):
    """The counter. `changed` after every step; `sold` with the Booking when money was taken."""

    changed = Signal()
    sold = Signal(object)

    def __init__(
        self,
        *,
        tickets: TicketService,
        events: EventService,
        cards: CardService,
        vouchers: VoucherService,
        interactions: InteractionService,
        by: Operator,
        tasks: Tasks,
        relay: Relay,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.state = State()
        self._tickets = tickets
        self._events = events
        self._interactions = interactions
        self._by = by
        self._tasks = tasks
        self._order: Order | None = None
        self._reservation: Order | None = None
        self._asked: set[Place] = set()
        self._recent_type = ""
        # a customer at a kiosk buys for themselves, without a drawer
        self.own = not by.may(Permission.SELL)
        self.state = self._fresh()
        self.desk = PaymentDesk(
            self, cards=cards, vouchers=vouchers, by=by, tasks=tasks, parent=self
        )
        relay.told.connect(self._on_fact)

    def _fresh(self, **kept: Any) -> State:
        return State(payment=PaymentState(tender=self.first_tender), **kept)

    @property
    def first_tender(self) -> Tender:
        """What a sale is paid with unless another is chosen."""
        return Tender.CARD if self.own else Tender.CASH

    # -- the house ---------------------------------------------------------------------------

    def choose(self, performance_id: str) -> None:
        """Put a performance on the counter; the basket stays."""
        self._set(replace(self.state, loading=True, problem=None))
        self._run(lambda: self._read_stage(performance_id), self._on_stage, key="stage")

    def refresh(self) -> None:
        """Read the claims again: another till may have sold."""
        stage = self.state.stage
        if stage is not None:
            performance_id = stage.line.performance_id
            self._run(
                lambda: self._tickets.house(performance_id, by=self._by),
                self._on_house,
                key="house",
            )

    def _read_stage(self, performance_id: str) -> tuple[Stage, tuple[PriceType, ...]]:
        offer = self._events.offer(performance_id, by=self._by)
        house = self._tickets.house(performance_id, by=self._by)
        line = self._events.line(performance_id, by=self._by)
        stage = Stage(line, house.plan, offer, house.claims)
        return stage, self._events.price_types(by=self._by)

    def _on_stage(self, read: tuple[Stage, tuple[PriceType, ...]]) -> None:
        stage, price_types = read
        shown = self.state.stage
        if shown is None or shown.line.performance_id != stage.line.performance_id:
            self._seen(Interaction.OPEN_HOUSE, stage.line.performance_id)
        priced = {price_type_id for _, price_type_id in stage.offer.prices}
        kinds = tuple(
            kind
            for kind in price_types
            if kind.id in priced and (kind.self_service or not self.own)
        )
        self._set(replace(self.state, stage=stage, price_types=kinds, loading=False))

    def _on_house(self, house: House) -> None:
        stage = self.state.stage
        if stage is None or stage.line.performance_id != house.performance_id:
            return
        if stage.claims != house.claims:
            self._set(replace(self.state, stage=replace(stage, claims=house.claims)))

    def _on_fact(self, fact: Fact) -> None:
        stage = self.state.stage
        if (
            isinstance(fact, SeatsChanged)
            and stage
            and fact.performance_id == stage.line.performance_id
        ):
            self.refresh()

    # -- the basket --------------------------------------------------------------------------

    def toggle(self, index: int) -> None:
        """Take the seat at this plan index, or give it back when it is in the basket."""
        stage = self.state.stage
        if stage is None:
            return
        place = Place(stage.line.performance_id, int(stage.plan.seat_no[index]))
        if any(row.place == place for row in self.state.rows):
            self.remove((place,))
        else:
            self._hold([place.seat_no])

    def take(self, indices: Collection[int]) -> None:
        """Take the free ones of these plan indices (a drag)."""
        stage = self.state.stage
        if stage is None:
            return
        states = stage.states(self.state.basket_id)
        free = [int(stage.plan.seat_no[i]) for i in indices if states[i] == SeatState.FREE]
        if free:
            self._hold(free)

    def take_best(self, count: int, *, zones: Collection[int] = ()) -> None:
        """Take the best `count` free seats together."""
        stage = self.state.stage
        if stage is None or self.state.locked:
            return
        basket_id = self.state.basket_id
        self._run(
            lambda: self._tickets.hold_best(
                stage.line.performance_id,
                count=count,
                zones=zones,
                basket_id=basket_id,
                by=self._by,
            ),
            lambda won: self._on_held(stage, won[0]),
        )

    def take_places(self, area_no: int, count: int) -> None:
        """Take `count` places of a general-admission area."""
        stage = self.state.stage
        if stage is None or self.state.locked:
            return
        basket_id = self.state.basket_id
        self._run(
            lambda: self._tickets.hold_places(
                stage.line.performance_id,
                area_no=area_no,
                count=count,
                basket_id=basket_id,
                by=self._by,
            ),
            lambda won: self._on_held(stage, won[0]),
        )

    def _hold(self, seat_nos: list[int]) -> None:
        stage, basket_id = self.state.stage, self.state.basket_id
        if stage is None:
            return
        performance_id = stage.line.performance_id
        places = {Place(performance_id, no) for no in seat_nos} - self._asked
        wanted = sorted(place.seat_no for place in places)
        if not wanted or self.state.locked:
            return
        self._asked |= places

        def done(_until: datetime) -> None:
            self._asked -= places
            self._on_held(stage, wanted)

        def failed(error: HouselightsError) -> None:
            self._asked -= places
            self._on_failure(error)
            self.refresh()

        self._tasks.run(
            self,
            lambda: self._tickets.hold(performance_id, wanted, basket_id=basket_id, by=self._by),
            done=done,
            failed=failed,
        )

    def _on_held(self, stage: Stage, seat_nos: Sequence[int]) -> None:
        self._seen(Interaction.HOLD, stage.line.performance_id, detail=str(len(seat_nos)))
        rows = list(self.state.rows)
        have = {row.place for row in rows}
        for seat_no in seat_nos:
            place = Place(stage.line.performance_id, seat_no)
            if place not in have:
                rows.append(
                    stage.row(
                        seat_no,
                        price_types=self.state.price_types,
                        prefer=self._recent_type,
                    )
                )
        self._set(
            replace(
                self.state,
                rows=tuple(rows),
                deadline=time.monotonic() + HOLD_FOR.total_seconds(),
                sold=None,
                problem=None,
            )
        )
        self.refresh()

    def set_price_type(self, place: Place, price_type_id: str) -> None:
        """Let another price type pay for this place."""
        self._reprice({place}, price_type_id)

    def set_all(self, price_type_id: str) -> None:
        """Let one price type pay for the whole basket."""
        self._reprice({row.place for row in self.state.rows}, price_type_id)

    def _reprice(self, places: set[Place], price_type_id: str) -> None:
        if self.state.locked:
            return
        self._recent_type = price_type_id
        rows = tuple(
            row.paid_by(price_type_id) if row.place in places else row for row in self.state.rows
        )
        self._set(replace(self.state, rows=rows, given=None))

    def remove(self, places: Sequence[Place]) -> None:
        """Give places back."""
        if self.state.locked:
            return
        basket_id = self.state.basket_id
        gone = set(places)
        rows = tuple(row for row in self.state.rows if row.place not in gone)
        deadline = self.state.deadline if rows else None
        self._set(replace(self.state, rows=rows, deadline=deadline, given=None, problem=None))
        self._run(
            lambda: self._tickets.release(basket_id, places=places, by=self._by),
            lambda _: self.refresh(),
        )

    def clear(self) -> None:
        """Cancel the basket: everything held is free again, and it is nobody's in particular."""
        if self.state.locked:
            return
        self.sell_to(None)
        for performance_id in sorted({row.place.performance_id for row in self.state.rows}):
            self._seen(Interaction.ABANDON, performance_id)
        if self.state.rows:
            self.remove([row.place for row in self.state.rows])

    def sell_to(self, customer: CustomerLine | None) -> None:
        """Whom the basket is for; None for a walk-up."""
        if not self.state.locked and customer != self.state.customer:
            self._set(replace(self.state, customer=customer, sold=None))

    def hold_again(self) -> None:
        """Ask for the basket's places once more after their time ran out; what somebody else took
        meanwhile leaves the basket, and the notice names it."""
        rows, basket_id = self.state.rows, self.state.basket_id

        def ask() -> list[Row]:
            lost = []
            for row in rows:
                try:
                    self._tickets.hold(
                        row.place.performance_id,
                        [row.place.seat_no],
                        basket_id=basket_id,
                        by=self._by,
                    )
                except SeatTaken:
                    lost.append(row)
            return lost

        self._run(ask, self._on_held_again)

    def _on_held_again(self, lost: list[Row]) -> None:
        gone = {row.place for row in lost}
        rows = tuple(row for row in self.state.rows if row.place not in gone)
        self._set(
            replace(
                self.state,
                rows=rows,
                deadline=time.monotonic() + HOLD_FOR.total_seconds() if rows else None,
                problem=SeatTaken(tuple(row.seat for row in lost)) if lost else None,
            )
        )
        self.refresh()

    # -- the money ---------------------------------------------------------------------------

    def give(self, amount: Money | None) -> None:
        """What the customer hands over; None for exactly what is due."""
        self._set(replace(self.state, given=amount))

    def pay(self) -> None:
        """Take the money. Pressed twice, it sells once: the order keeps its key until it is answered."""
        state = self.state
        if not state.may_pay:
            self.desk.go_on()
            return
        lines = state.lines
        order = self._order
        doubtful = order if order is not None and order.lines != lines else None
        if order is None or doubtful is not None:
            order = Order(
                key=new_id(),
                basket_id=state.basket_id,
                lines=lines,
                expected=state.total,
                channel="kiosk" if self.own else "counter",
            )
        order = replace(order, tenders=self.desk.tenders(), customer_id=self._customer_id())
        self._order = order
        self._set(replace(state, paying=True, problem=None))
        self._tasks.run(
            self,
            lambda: self._sell(order, doubtful),
            done=self._on_sold,
            failed=self._on_not_sold,
        )

    def _customer_id(self) -> str | None:
        if self.own:
            return self._by.user_id
        return self.state.customer.id if self.state.customer else None

    def reserve(self, until: datetime, notes: str) -> None:
        """Keep the basket's places without payment until then (UTC). Pressed again after an answer was
        lost, it is the same reservation."""
        state = self.state
        if not state.rows or state.locked or state.payment.put:
            return
        order = self._reservation
        if order is None or order.lines != state.lines:
            order = Order(
                key=new_id(),
                basket_id=state.basket_id,
                lines=state.lines,
                expected=state.total,
            )
        order = replace(order, customer_id=self._customer_id())
        self._reservation = order
        self._set(replace(state, paying=True, problem=None))
        self._tasks.run(
            self,
            lambda: self._tickets.reserve(order, until=until, notes=notes, by=self._by),
            done=self._on_sold,
            failed=self._on_not_sold,
        )

    def _sell(self, order: Order, doubtful: Order | None) -> Booking:
        """An order whose answer was lost may have been sold before its basket was changed."""
        before = None if doubtful is None else self._tickets.sold_before(doubtful.key, by=self._by)
        return before or self.desk.cards.sold_with(
            [one.reference for one in order.tenders if one.tender is Tender.CARD],
            sell=lambda: self._tickets.sell(order, by=self._by),
            by=self._by,
        )

    def _on_sold(self, booking: Booking) -> None:
        self._order = self._reservation = None
        self._recent_type = ""
        for performance_id in sorted({t.performance_id for t in booking.tickets}):
            self._seen(Interaction.BOOK, performance_id, detail=booking.number)
        self._give_back_unsold(booking)
        self._set(
            self._fresh(stage=self.state.stage, price_types=self.state.price_types, sold=booking)
        )
        self.sold.emit(booking)
        self.refresh()

    def _give_back_unsold(self, booking: Booking) -> None:
        """What reached the basket after the order had left is nobody's any more."""
        basket_id = self.state.basket_id
        sold = {Place(ticket.performance_id, ticket.seat_no) for ticket in booking.tickets}
        left = [row.place for row in self.state.rows if row.place not in sold]
        if left:
            self._run(
                lambda: self._tickets.release(basket_id, places=left, by=self._by),
                lambda _: self.refresh(),
            )

    def _on_not_sold(self, error: HouselightsError) -> None:
        if not isinstance(error, Unavailable):
            self._order = self._reservation = None
            self.desk.lost()
        rows, given = self.state.rows, self.state.given
        if isinstance(error, SeatTaken):
            rows, given = tuple(row for row in rows if row.seat not in error.seats), None
        self._set(replace(self.state, paying=False, problem=error, rows=rows, given=given))
        self.refresh()

    def next_customer(self) -> None:
        """Put the last sale away."""
        self._set(replace(self.state, sold=None, problem=None))

    # -- the rest ----------------------------------------------------------------------------

    def forget_problem(self) -> None:
        """The notice was read."""
        self._set(replace(self.state, problem=None))

    def _run(self, work: Callable[[], Any], done: Callable[[Any], None], *, key: str = "") -> None:
        self._tasks.run(self, work, done=done, failed=self._on_failure, key=key)

    def _on_failure(self, error: HouselightsError) -> None:
        self._set(replace(self.state, problem=error, loading=False))

    def note_search(self, text: str) -> None:
        """Somebody looked for an event or a date."""
        if text.strip():
            self._interactions.seen(Interaction.SEARCH, detail=text.strip(), by=self._by)

    def _seen(self, what: Interaction, performance_id: str, *, detail: str = "") -> None:
        self._interactions.seen(what, performance_id=performance_id, detail=detail, by=self._by)

    def show(self, state: State) -> None:
        """Make this the state; for the payment desk."""
        self._set(state)

    def sell(self) -> None:
        """Everything is put down: make the sale."""
        self.pay()

    def _set(self, state: State) -> None:
        """An empty basket owes nothing: what was put down for it goes back."""
        cards, asked = state.payment.cards, state.payment.asked
        if not state.rows and not (asked is not None and asked.open):
            state = replace(state, payment=PaymentState(tender=self.first_tender))
        self.state = state
        if not state.rows and cards:
            self.desk.give_up(cards)
        self.changed.emit()
