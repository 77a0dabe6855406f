"""Exchanging tickets of a booking: what goes, what comes instead, what it comes to, and the act.

New places are held while one decides; what was given back or is left is released. The act keeps its key
until its fate is known: pressed again after an answer was lost, it is the same exchange.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.domain.errors import (
    Conflict,
    HouselightsError,
    SeatTaken,
    Unavailable,
)
from app.domain.events import PerformanceStatus
from app.domain.exchanges import ExchangePreview, ExchangeWish
from app.domain.facts import BookingChanged, Fact, SeatsChanged
from app.domain.payments import Tender
from app.domain.tickets import Booking, House, Place
from app.domain.users import Operator
from app.domain.values import Money, new_id
from ui.bookings.exchange_act import make
from ui.bookings.exchange_state import ExchangeState, Hall, Pick, kind_like, party
from ui.relay import Relay
from ui.tasks import Tasks
from ui.viewmodel import ViewModel


class Exchanging(ViewModel[ExchangeState]):
    """`done` carries the booking as it is once the exchange was made."""

    done = Signal(object)

    def __init__(
        self,
        services: Any,
        *,
        by: Operator,
        tasks: Tasks,
        relay: Relay,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(ExchangeState(), tasks=tasks, parent=parent)
        self._services = services
        self._by = by
        self._key = self._card_key = ""
        relay.told.connect(self._on_fact)

    @property
    def card(self) -> bool:
        """Whether a card terminal is connected."""
        return bool(self._services.cards.available)

    # -- opening and leaving -----------------------------------------------------------------

    def open(self, booking_id: str) -> None:
        """Begin with a booking: all its tickets go, from the performance most of them are for."""
        self.leave()
        self.ask(lambda: self._read(booking_id), self._on_read, key="booking")

    def _read(self, booking_id: str) -> ExchangeState:
        services, by = self._services, self._by
        booking: Booking = services.bookings.booking(booking_id, by=by)
        ids = sorted({ticket.performance_id for ticket in booking.live})
        houses = {key: services.tickets.house(key, by=by) for key in ids}
        inside = frozenset(
            ticket.id
            for ticket in booking.live
            if ticket.seat_no in houses[ticket.performance_id].admitted
        )
        on_sale = [
            line
            for line in services.events.programme(by=by)
            if line.status is PerformanceStatus.ON_SALE and line.currency == booking.total.currency
        ]
        return ExchangeState(
            booking=booking,
            shows={key: services.events.line(key, by=by) for key in ids},
            programme=tuple(on_sale),
            types=services.events.price_types(by=by),
            inside=inside,
            out=frozenset(ticket.id for ticket in booking.live) - inside,
            basket_id=new_id(),
        )

    def _on_read(self, state: ExchangeState) -> None:
        self._key = self._card_key = ""
        self.state = state
        self.changed.emit()
        here = [ticket.performance_id for ticket in state.going] or list(state.shows)
        if here:
            self.choose(max(here, key=here.count))

    def leave(self) -> None:
        """What was held for the exchange is free again."""
        state = self.state
        self.state = ExchangeState()
        if any(pick.held for pick in state.picks) and not state.busy:
            services, by = self._services, self._by
            self.ask(lambda: services.tickets.release(state.basket_id, by=by), _nothing)
        self.changed.emit()

    # -- what goes ---------------------------------------------------------------------------

    def tick(self, ticket_id: str, going: bool) -> None:
        """Give a ticket up, or keep it."""
        if self.state.locked or ticket_id in self.state.inside:
            return
        self._go(self.state.out | {ticket_id} if going else self.state.out - {ticket_id})

    def tick_all(self, going: bool) -> None:
        """Give all up, or none."""
        if not self.state.locked:
            self._go({ticket.id for ticket in self.state.movable} if going else ())

    def _go(self, out: Collection[str]) -> None:
        """Other tickets go: a place that is not given up any more cannot be taken again."""
        staying = {
            Place(ticket.performance_id, ticket.seat_no)
            for ticket in self.state.movable
            if ticket.id not in out
        }
        picks = tuple(pick for pick in self.state.picks if pick.place not in staying)
        self.set(out=frozenset(out), picks=picks)
        self._work_out()

    # -- the house ---------------------------------------------------------------------------

    def choose(self, performance_id: str) -> None:
        """Choose from another performance; what was taken stays."""
        self.ask(lambda: self._read_hall(performance_id), self._on_hall, key="hall")

    def _read_hall(self, performance_id: str) -> Hall:
        services, by = self._services, self._by
        house: House = services.tickets.house(performance_id, by=by)
        return Hall(
            services.events.line(performance_id, by=by),
            house.plan,
            services.events.offer(performance_id, by=by),
            {claim.seat_no: claim for claim in house.claims},
        )

    def _on_hall(self, hall: Hall) -> None:
        self.set(hall=hall)

    def toggle(self, index: int) -> None:
        """Take the seat at this plan index, or give it back."""
        state = self.state
        if state.hall is None or state.locked:
            return
        place = Place(state.hall.line.performance_id, int(state.hall.plan.seat_no[index]))
        if any(pick.place == place for pick in state.picks):
            self.drop(place)
        else:
            self._take([place.seat_no])

    def take(self, indices: Collection[int]) -> None:
        """Take what can be taken of these plan indices (a drag)."""
        hall = self.state.hall
        if hall is not None and not self.state.locked:
            self._take([int(hall.plan.seat_no[index]) for index in indices])

    def keep_seats(self) -> None:
        """Take the very seats that are given up, at another price type or in another performance."""
        hall, own = self.state.hall, self.state.own()
        if hall is None or self.state.locked:
            return
        wanted = self.state.same_seats()
        gone = [no for no in wanted if no in hall.claims and no not in own]
        self._take([no for no in wanted if no not in gone])
        if gone:
            self.set(problem=SeatTaken(tuple(hall.plan.label_of(no) for no in gone)))

    def _take(self, seat_nos: Sequence[int]) -> None:
        state, hall = self.state, self.state.hall
        if hall is None:
            return
        own, picked = state.own(), state.picked()
        wanted = [no for no in seat_nos if no not in picked]
        again = [no for no in wanted if no in own and own[no].id in state.out]
        free = [no for no in wanted if no not in own and no not in hall.claims]
        self._add(hall, again, held=False)
        if free:
            self._hold(hall, free)

    def _hold(self, hall: Hall, seat_nos: list[int]) -> None:
        services, by, basket_id = self._services, self._by, self.state.basket_id
        performance_id = hall.line.performance_id
        self.ask(
            lambda: services.tickets.hold(performance_id, seat_nos, basket_id=basket_id, by=by),
            lambda _until: self._add(hall, seat_nos),
            failed=self._on_lost,
        )

    def _on_lost(self, error: HouselightsError) -> None:
        self.set(problem=error)
        self._look_again()

    def take_best(self) -> None:
        """The best seats for as many as are given up, as near to the old ones as may be. Asked again:
        others."""
        state, hall = self.state, self.state.hall
        if hall is None or state.locked or not hall.line.seated:
            return
        services, by, basket_id = self._services, self._by, state.basket_id
        performance_id, before = hall.line.performance_id, state.picks
        wish = party(state, hall)
        self.ask(
            lambda: services.tickets.hold_best(performance_id, wish, basket_id=basket_id, by=by)[0],
            lambda seat_nos: self._instead(hall, seat_nos, before),
        )

    def _instead(self, hall: Hall, seat_nos: Sequence[int], before: Sequence[Pick]) -> None:
        here = hall.line.performance_id
        gone = [pick.place for pick in before if pick.place.performance_id == here]
        self._give_back(gone)
        self._add(hall, seat_nos)

    def take_places(self, area_no: int, count: int) -> None:
        """So many places of a general-admission area."""
        state, hall = self.state, self.state.hall
        if hall is None or state.locked:
            return
        services, by = self._services, self._by
        performance_id = hall.line.performance_id
        self.ask(
            lambda: services.tickets.hold_places(
                performance_id, area_no=area_no, count=count, basket_id=state.basket_id, by=by
            )[0],
            lambda seat_nos: self._add(hall, seat_nos),
        )

    def _add(self, hall: Hall, seat_nos: Sequence[int], *, held: bool = True) -> None:
        picks = list(self.state.picks)
        waiting = list(self.state.going[len(picks) :])  # with nothing instead yet
        for seat_no in seat_nos:
            place = Place(hall.line.performance_id, seat_no)
            kinds = hall.kinds(seat_no, self.state.types)
            if not kinds or any(pick.place == place for pick in picks):
                continue
            old = waiting.pop(0) if waiting else None
            picks.append(
                Pick(
                    place,
                    hall.plan.label_of(seat_no),
                    hall.zone_name(seat_no),
                    kinds,
                    kind_like(kinds, old),
                    held,
                )
            )
        self.set(picks=tuple(picks), problem=None)
        self._work_out()

    # -- what comes instead ------------------------------------------------------------------

    def set_price_type(self, place: Place, price_type_id: str) -> None:
        """At another price."""
        if self.state.locked:
            return
        picks = tuple(
            replace(pick, price_type_id=price_type_id) if pick.place == place else pick
            for pick in self.state.picks
        )
        self.set(picks=picks)
        self._work_out()

    def drop(self, place: Place) -> None:
        """Take it after all not."""
        if not self.state.locked:
            self._give_back([place])
            self._work_out()

    def _give_back(self, places: Sequence[Place]) -> None:
        state, gone = self.state, set(places)
        held = [pick.place for pick in state.picks if pick.place in gone and pick.held]
        self.set(picks=tuple(pick for pick in state.picks if pick.place not in gone))
        if held:
            services, by = self._services, self._by
            self.ask(
                lambda: services.tickets.release(state.basket_id, places=held, by=by), _nothing
            )

    # -- what it comes to --------------------------------------------------------------------

    def waive(self, waived: bool) -> None:
        """Let the fee go, or not."""
        if not self.state.locked:
            self.set(waive=waived)
            self._work_out()

    def say_why(self, reason: str) -> None:
        """What is noted with it."""
        self.set(reason=reason)

    def type_codes(self, codes: str) -> None:
        """Discount codes, parted by spaces."""
        if not self.state.locked and codes.split() != self.state.codes.split():
            self.set(codes=codes)
            self._work_out()

    def pay_with(self, tender: Tender) -> None:
        """What is due is paid with this."""
        if not self.state.locked:
            self.set(tender=tender, given=None, reference="")

    def give(self, amount: Money | None) -> None:
        """What is handed over in cash; None for exactly what is due."""
        self.set(given=amount)

    def refer(self, reference: str) -> None:
        """The slip's number or the voucher's code."""
        self.set(reference=reference)

    def give_cash(self, in_cash: bool) -> None:
        """What goes back goes back in cash, not to where it came from."""
        if not self.state.locked:
            self.set(in_cash=in_cash)

    def _work_out(self) -> None:
        wish = self.state.wish
        if wish is None:
            self.set(preview=None, unfit=None)
            return
        services, by = self._services, self._by
        self.ask(
            lambda: (wish, services.exchanges.preview(wish, by=by)),
            self._on_preview,
            failed=self._on_unfit,
            key="preview",
        )

    def _on_preview(self, worked: tuple[ExchangeWish, ExchangePreview]) -> None:
        wish, preview = worked
        if wish == self.state.wish:
            self.set(preview=preview, unfit=None)

    def _on_unfit(self, error: HouselightsError) -> None:
        self.set(preview=None, unfit=error)

    # -- the act -----------------------------------------------------------------------------

    def go(self) -> None:
        """Make the exchange that is shown."""
        state = self.state
        if not state.ready or state.wish is None or state.preview is None:
            return
        self._key = self._key or new_id()
        self._card_key = self._card_key or new_id()
        wish, preview, keys = state.wish, state.preview, (self._key, self._card_key)
        self.set(busy=True, problem=None)
        self._tasks.run(
            self,
            lambda: make(self._services, state, wish, preview, keys=keys, by=self._by),
            done=self._on_made,
            failed=self._on_not_made,
            lane="io",
        )

    def _on_made(self, booking: Booking) -> None:
        self._key = self._card_key = ""
        self.state = ExchangeState()
        self.changed.emit()
        self.done.emit(booking)

    def _on_not_made(self, error: HouselightsError) -> None:
        """Where nobody knows, the same act must be asked for again; else it is another one."""
        doubtful = isinstance(error, Unavailable)
        if not doubtful:
            self._key = self._card_key = ""
        changes: dict[str, object] = {"busy": False, "doubtful": doubtful, "problem": error}
        if isinstance(error, Conflict) and isinstance(error.theirs, ExchangePreview):
            changes["preview"] = error.theirs
        if isinstance(error, SeatTaken):
            lost = set(error.seats)
            changes["picks"] = tuple(p for p in self.state.picks if p.seat not in lost)
        self.set(**changes)
        if isinstance(error, SeatTaken):
            self._work_out()
            self._look_again()

    # -- what others do ----------------------------------------------------------------------

    def _look_again(self) -> None:
        hall = self.state.hall
        if hall is not None:
            services, by, here = self._services, self._by, hall.line.performance_id
            self.ask(lambda: services.tickets.house(here, by=by), self._on_house, key="house")

    def _on_house(self, house: House) -> None:
        hall = self.state.hall
        if hall is not None and hall.line.performance_id == house.performance_id:
            claims = {claim.seat_no: claim for claim in house.claims}
            if claims != hall.claims:
                self.set(hall=replace(hall, claims=claims))

    def _on_fact(self, fact: Fact) -> None:
        state = self.state
        if state.booking is None or state.busy:
            return
        if isinstance(fact, SeatsChanged):
            if state.hall is not None and fact.performance_id == state.hall.line.performance_id:
                self._look_again()
        elif isinstance(fact, BookingChanged) and fact.booking_id in ("", state.booking.id):
            services, by, booking_id = self._services, self._by, state.booking.id
            self.ask(
                lambda: services.bookings.booking(booking_id, by=by), self._on_other, key="other"
            )

    def _on_other(self, booking: Booking) -> None:
        """Somebody else changed the booking: what went meanwhile cannot be given up."""
        if self.state.booking is None or self.state.busy:
            return
        live = {ticket.id for ticket in booking.live}
        self.set(booking=booking, out=self.state.out & live)
        self._work_out()


def _nothing(_: object) -> None:
    """The fact that follows refreshes whoever shows it."""
