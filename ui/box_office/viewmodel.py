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
from app.domain.errors import Conflict, HouselightsError, NeedsMembership, SeatTaken, Unavailable
from app.domain.events import PriceType
from app.domain.facts import DiscountsChanged, Fact, GoodsChanged, SeatsChanged, UserChanged
from app.domain.party import Wish
from app.domain.payments import Tender, Tendered
from app.domain.pricing import Quote
from app.domain.tickets import (
    HOLD_FOR,
    Booking,
    Claim,
    ClaimStatus,
    House,
    Occupant,
    Order,
    Place,
)
from app.domain.users import Operator, Permission
from app.domain.values import Money, new_id
from ui.box_office.basket import Basket
from ui.box_office.finder import Finder
from ui.box_office.keeper import Keeper
from ui.box_office.last_sale import LastSale
from ui.box_office.payment_desk import PaymentDesk
from ui.box_office.payment_state import PaymentState
from ui.box_office.services import Services
from ui.box_office.stage import Stage
from ui.box_office.state import State
from ui.box_office.unanswered import Unanswered
from ui.relay import Relay
from ui.tasks import Tasks
from ui.widgets.seat_map.states import SeatState


class Counter(QObject):
    """The counter. `changed` after every step; `sold` with the Booking when money was taken."""

    changed = Signal()
    sold = Signal(object)

    def __init__(
        self,
        services: Services,
        *,
        by: Operator,
        tasks: Tasks,
        relay: Relay,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._tickets = services.tickets
        self._events = services.events
        self._goods = services.goods
        self._interactions = services.interactions
        self._by = by
        self._tasks = tasks
        self._order: Order | None = None
        self._reservation: Order | None = None
        self._asked: set[Place] = set()
        self._quoting: Order | None = None
        self._pay_at: Money | None = None
        # a customer at a kiosk buys for themselves, without a drawer
        self.own = not by.may(Permission.SELL)
        self.state = self._fresh()
        self.desk = PaymentDesk(
            self, cards=services.cards, vouchers=services.vouchers, by=by, tasks=tasks, parent=self
        )
        self.basket = Basket(self)
        self.finder = Finder(self, tickets=services.tickets, by=by, tasks=tasks, parent=self)
        self.keeper = Keeper(
            self,
            baskets=services.baskets,
            customers=services.customers,
            goods=services.goods,
            by=by,
            tasks=tasks,
            parent=self,
        )
        self.last_sale = LastSale(self, bookings=services.bookings, by=by, tasks=tasks, parent=self)
        self._unanswered = Unanswered(services.tickets, by=by, tasks=tasks, parent=self)
        self._unanswered.found.connect(self._on_sold_after_all)
        relay.told.connect(self._on_fact)

    def _fresh(self, **kept: Any) -> State:
        return State(payment=PaymentState(tender=self.first_tender), **kept)

    @property
    def first_tender(self) -> Tender:
        """What a sale is paid with unless another is chosen."""
        return Tender.CARD if self.own else Tender.CASH

    # -- the house ---------------------------------------------------------------------------

    def open(self) -> None:
        """Read what can be sold besides seats, and bring back what a crash left in the basket."""
        self._read_goods()
        self.keeper.look_back()
        self.keeper.load_parked()

    def _read_goods(self) -> None:
        self._run(
            lambda: self._goods.on_sale(by=self._by),
            lambda found: self._set(replace(self.state, products=found)),
            key="goods",
        )

    def choose(self, performance_id: str) -> None:
        """Put a performance on the counter; the basket stays."""
        self._set(replace(self.state, loading=True, problem=None))
        self._run(lambda: self.stage_of(performance_id), self._on_stage, key="stage")

    def refresh(self) -> None:
        """Read all claims again: nobody said which changed."""
        stage = self.state.stage
        if stage is not None:
            performance_id = stage.line.performance_id
            self._run(
                lambda: self._tickets.house(performance_id, by=self._by),
                self._on_house,
                key="house",
            )

    def stage_of(self, performance_id: str) -> tuple[Stage, tuple[PriceType, ...]]:
        """A performance and what it can be sold as; asked off the screen's thread."""
        offer = self._events.offer(performance_id, by=self._by)
        house = self._tickets.house(performance_id, by=self._by)
        line = self._events.line(performance_id, by=self._by)
        stage = Stage(line, house.plan, offer).with_claims(house.claims, house.admitted)
        return stage, stage.kinds(self._events.price_types(by=self._by), own=self.own)

    def _on_stage(self, read: tuple[Stage, tuple[PriceType, ...]]) -> None:
        stage, kinds = read
        shown = self.state.stage
        another = shown is None or shown.line.performance_id != stage.line.performance_id
        left_alone = () if another else self.state.left_alone
        self._set(
            replace(
                self.state, stage=stage, price_types=kinds, loading=False, left_alone=left_alone
            )
        )
        if another:
            self._seen(Interaction.OPEN_HOUSE, stage.line.performance_id)
            self.finder.another_house()
            self.finder.look_for_orphans()

    def _on_house(self, house: House) -> None:
        stage = self.state.stage
        if stage is None or stage.line.performance_id != house.performance_id:
            return
        after = stage.with_claims(house.claims, house.admitted)
        if (after.claims, after.admitted) != (stage.claims, stage.admitted):
            self._set(replace(self.state, stage=after))

    def _on_fact(self, fact: Fact) -> None:
        if isinstance(fact, SeatsChanged):
            self._on_seats(fact)
        elif isinstance(fact, GoodsChanged):
            self._read_goods()
        elif isinstance(fact, DiscountsChanged):
            self._quote_anew()
        elif isinstance(fact, UserChanged) and fact.user_id in ("", self._customer_id()):
            self._quote_anew()  # who became a member has other prices

    def _on_seats(self, fact: SeatsChanged) -> None:
        """What another till did shows at once, and only what it did is read."""
        stage = self.state.stage
        if stage is None or fact.performance_id not in ("", stage.line.performance_id):
            return
        if not fact.seat_nos:
            self.refresh()
            return
        performance_id, seat_nos = stage.line.performance_id, fact.seat_nos
        self._run(
            lambda: self._read_seats(performance_id, seat_nos),
            lambda read: self._on_claims(performance_id, seat_nos, *read),
        )

    def _read_seats(
        self, performance_id: str, seat_nos: Collection[int]
    ) -> tuple[tuple[Claim, ...], tuple[Occupant, ...]]:
        """Who has these places, and for staff whose the sold ones are."""
        claims = self._tickets.claims(performance_id, seat_nos, by=self._by)
        sold = [claim.seat_no for claim in claims if claim.status is ClaimStatus.SOLD]
        if self.own or not sold:
            return claims, ()
        return claims, self._tickets.occupants(performance_id, seat_nos=sold, by=self._by)

    def _on_claims(
        self,
        performance_id: str,
        seat_nos: Collection[int],
        claims: tuple[Claim, ...],
        occupants: tuple[Occupant, ...],
    ) -> None:
        stage = self.state.stage
        if stage is not None and stage.line.performance_id == performance_id:
            self._set(replace(self.state, stage=stage.changed(seat_nos, claims, occupants)))
            self.finder.changed_places(performance_id, seat_nos, occupants)

    # -- places ------------------------------------------------------------------------------

    def toggle(self, index: int) -> None:
        """Take the seat at this plan index, or give it back when it is in the basket."""
        stage = self.state.stage
        if stage is None:
            return
        place = Place(stage.line.performance_id, int(stage.plan.seat_no[index]))
        if any(row.place == place for row in self.state.rows):
            self.remove((place,))
        else:
            self.hold([place.seat_no])

    def take(self, indices: Collection[int]) -> None:
        """Take the free ones of these plan indices (a drag)."""
        stage = self.state.stage
        if stage is None:
            return
        states = stage.states(self.state.basket_id)
        free = [int(stage.plan.seat_no[i]) for i in indices if states[i] == SeatState.FREE]
        if free:
            self.hold(free)

    def take_best(
        self, count: int | Wish, *, zones: Collection[int] = (), kinds: Sequence[str] = ()
    ) -> None:
        """Take the best `count` free seats together, or those that answer a wish; `kinds` are the price
        types of the seats, in their order."""
        stage = self.state.stage
        if stage is None or self.state.locked:
            return
        wish = count if isinstance(count, Wish) else Wish(count, zones=tuple(zones))
        basket_id = self.state.basket_id
        self.finder.drop()
        self._run(
            lambda: self._tickets.hold_best(
                stage.line.performance_id, wish, basket_id=basket_id, by=self._by
            ),
            lambda won: self._on_held(stage, won[0], kinds),
        )

    def take_places(self, area_no: int, count: int, *, kinds: Sequence[str] = ()) -> None:
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
            lambda won: self._on_held(stage, won[0], kinds),
        )

    def hold(self, seat_nos: Collection[int], *, kinds: Sequence[str] = ()) -> None:
        """Take these places of the performance on the counter."""
        stage, basket_id = self.state.stage, self.state.basket_id
        if stage is None:
            return
        performance_id = stage.line.performance_id
        places = {Place(performance_id, no) for no in seat_nos} - self._asked
        wanted = sorted(place.seat_no for place in places)
        if not wanted or self.state.locked:
            return
        self._asked |= places
        self.finder.drop()

        def done(_until: datetime) -> None:
            self._asked -= places
            self._on_held(stage, wanted, kinds)

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

    def _on_held(self, stage: Stage, seat_nos: Sequence[int], kinds: Sequence[str] = ()) -> None:
        self._seen(Interaction.HOLD, stage.line.performance_id, detail=str(len(seat_nos)))
        self._set(
            replace(
                self.basket.with_places(self.state, stage, seat_nos, kinds=kinds),
                deadline=time.monotonic() + HOLD_FOR.total_seconds(),
                sold=None,
                voiding=False,
                problem=None,
            )
        )
        self.finder.look_for_orphans()

    def remove(self, places: Sequence[Place]) -> None:
        """Give places back."""
        if self.state.locked:
            return
        basket_id = self.state.basket_id
        self._set(self.basket.without_places(self.state, places))
        self._run(lambda: self._tickets.release(basket_id, places=places, by=self._by), _nothing)
        self.finder.look_for_orphans()

    def clear(self) -> None:
        """Cancel the basket: everything held is free again, and it is nobody's in particular."""
        if self.state.locked:
            return
        self.sell_to(None)
        for performance_id in sorted({row.place.performance_id for row in self.state.rows}):
            self._seen(Interaction.ABANDON, performance_id)
        rows = self.state.rows
        self._set(replace(self.state, goods=(), gifts=(), codes=(), name=""))
        if rows:
            self.remove([row.place for row in rows])

    def sell_to(self, customer: CustomerLine | None) -> None:
        """Whom the basket is for; None for a walk-up."""
        if not self.state.locked and customer != self.state.customer:
            self._set(replace(self.state, customer=customer, sold=None))

    def call_it(self, name: str) -> None:
        """What the booking is called at the desk: a group, whoever comes for it."""
        if not self.state.locked:
            self._set(replace(self.state, name=name))

    def hold_again(self) -> None:
        """Ask for the basket's places once more after their time ran out; what somebody else took
        meanwhile leaves the basket, and the notice names it."""
        rows, basket_id = self.state.rows, self.state.basket_id

        def ask() -> list[Place]:
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
                    lost.append(row.place)
            return lost

        self._run(ask, self._on_held_again)

    def _on_held_again(self, lost: list[Place]) -> None:
        labels = tuple(row.seat for row in self.state.rows if row.place in lost)
        state = self.basket.without_places(self.state, lost)
        self._set(
            replace(
                state,
                deadline=time.monotonic() + HOLD_FOR.total_seconds() if state.rows else None,
                problem=SeatTaken(labels) if labels else None,
            )
        )

    # -- what it costs -----------------------------------------------------------------------

    def _follow(self) -> None:
        """Ask what the basket costs whenever it is another one, and keep it."""
        state = self.state
        if not state.filled or state.paying or state.order in (state.quoted, self._quoting):
            return
        asked = state.order
        self._quoting = asked
        order = replace(asked, customer_id=self._customer_id())
        self._tasks.run(
            self,
            lambda: self._tickets.quote(order, by=self._by),
            done=lambda quote: self._on_quote(asked, quote),
            failed=lambda error: self._on_no_quote(asked, error),
            key="quote",
        )

    def _quote_anew(self) -> None:
        self._quoting = None
        self._set(replace(self.state, quoted=None, barred=None))

    def _on_quote(self, asked: Order, quote: Quote) -> None:
        if asked != self.state.order:
            return
        state = self.basket.told(self.state, quote)
        solved = isinstance(state.problem, (NeedsMembership, Unavailable))
        self._set(replace(state, problem=None if solved else state.problem))
        pay_at, self._pay_at = self._pay_at, None
        if pay_at is not None and pay_at == self.state.total:
            self.pay()

    def _on_no_quote(self, asked: Order, error: HouselightsError) -> None:
        self._pay_at = None
        if asked == self.state.order and not isinstance(error, Unavailable):
            if isinstance(error, NeedsMembership):
                self._set(replace(self.state, barred=asked))
            self._on_failure(error)

    # -- the money ---------------------------------------------------------------------------

    def give(self, amount: Money | None) -> None:
        """What the customer hands over; None for exactly what is due."""
        self._set(replace(self.state, given=amount))

    def pay(self) -> None:
        """Take the money. Pressed twice, it sells once: the order keeps its key until it is answered."""
        state = self.state
        if state.barred == state.order:
            self._quote_anew()  # it says once more why not
            return
        if not state.may_pay:
            self.desk.go_on()
            return
        if state.answer is None and self._quoting == state.order and self._order is None:
            self._pay_at = state.total  # the price is on its way: as soon as it is the one shown
            return
        order = self._order
        doubtful = order if order is not None and order.lines != state.lines else None
        if order is None or doubtful is not None:
            order = self._ordered(state)
        order = replace(order, tenders=self.desk.tenders(), customer_id=self._customer_id())
        self._order = order
        self.keeper.note(order.key)
        self._set(replace(state, paying=True, problem=None))
        self._tasks.run(
            self,
            lambda: self._sell(order, doubtful),
            done=self._on_sold,
            failed=self._on_not_sold,
        )

    def _ordered(self, state: State) -> Order:
        return replace(
            state.order,
            key=new_id(),
            expected=state.total,
            channel="kiosk" if self.own else "counter",
            left_alone=self.basket.left_alone(state),
        )

    def _customer_id(self) -> str | None:
        if self.own:
            return self._by.user_id
        return self.state.customer.id if self.state.customer else None

    def reserve(
        self, until: datetime, notes: str, *, name: str = "", deposit: Money | None = None
    ) -> None:
        """Keep the basket's places without payment until then (UTC), or with a deposit in cash. Pressed
        again after an answer was lost, it is the same reservation."""
        state = self.state
        if not state.filled or state.locked or state.payment.put:
            return
        order = self._reservation
        if order is None or order.lines != state.lines:
            order = self._ordered(state)
        order = replace(
            order,
            customer_id=self._customer_id(),
            name=name or state.name,
            tenders=(Tendered(Tender.CASH),),
        )
        self._reservation = order
        self._set(replace(state, paying=True, problem=None))
        self._tasks.run(
            self,
            lambda: self._tickets.reserve(
                order, until=until, notes=notes, deposit=deposit, by=self._by
            ),
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
        self.basket.fresh()
        for performance_id in sorted({t.performance_id for t in booking.tickets}):
            self._seen(Interaction.BOOK, performance_id, detail=booking.number)
        self._give_back_unsold(booking)
        self.keeper.forget(self.state.basket_id)
        state = self.state
        self._set(
            self._fresh(
                stage=state.stage,
                price_types=state.price_types,
                products=state.products,
                parked=state.parked,
                sold=booking,
            )
        )
        self.last_sale.look()
        self.sold.emit(booking)

    def _on_sold_after_all(self, order: Order, booking: Booking) -> None:
        if self._order == order and self.state.lines == order.lines and not self.state.paying:
            self._on_sold(booking)

    def _give_back_unsold(self, booking: Booking) -> None:
        """What reached the basket after the order had left is nobody's any more."""
        basket_id = self.state.basket_id
        sold = {Place(ticket.performance_id, ticket.seat_no) for ticket in booking.tickets}
        left = [row.place for row in self.state.rows if row.place not in sold]
        if left:
            self._run(lambda: self._tickets.release(basket_id, places=left, by=self._by), _nothing)

    def _on_not_sold(self, error: HouselightsError) -> None:
        if not isinstance(error, Unavailable):
            self._order = self._reservation = None
            self.desk.lost()
        elif self._order is not None:
            self._unanswered.look_for(self._order)
        state = replace(self.state, paying=False, problem=error)
        if isinstance(error, SeatTaken):
            lost = [row.place for row in state.rows if row.seat in error.seats]
            state = replace(self.basket.without_places(state, lost), problem=error)
        elif isinstance(error, Conflict) and isinstance(error.theirs, Quote):
            state = replace(self.basket.told(state, error.theirs), problem=error, given=None)
        self._set(state)
        self.refresh()

    def next_customer(self) -> None:
        """Put the last sale away."""
        self._set(replace(self.state, sold=None, voiding=False, problem=None))

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
        """Make this the state; for the parts of the counter."""
        self._set(state)

    def sell(self) -> None:
        """Everything is put down: make the sale."""
        self.pay()

    def _set(self, state: State) -> None:
        """An empty basket owes nothing: what was put down for it goes back."""
        before = self.state
        cards, asked = state.payment.cards, state.payment.asked
        if not state.filled and not (asked is not None and asked.open):
            state = replace(state, payment=PaymentState(tender=self.first_tender))
        self.state = state
        if not state.filled and cards:
            self.desk.give_up(cards)
        self.changed.emit()
        if state.kept != before.kept and state.basket_id == before.basket_id:
            self.keeper.note()
        self._follow()


def _nothing(_: object) -> None:
    """What was given back shows when its fact arrives."""
