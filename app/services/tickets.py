"""Selling: see the house, hold places, book them, find the booking again."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from app.domain.errors import Conflict, NotEnoughSeats, SeatTaken, UnknownSeat
from app.domain.events import Offer
from app.domain.facts import BookingChanged, SeatsChanged
from app.domain.notifications import Channel, Delivery, DeliveryStatus
from app.domain.payments import CashPayment, JournalHead, journal_body, pay_cash
from app.domain.ports import UnitOfWork, Work
from app.domain.seating import GaArea, SeatingPlan
from app.domain.tickets import (
    HOLD_FOR,
    BasketLine,
    Booking,
    BookingLine,
    BookingStatus,
    ClaimStatus,
    House,
    Order,
    Place,
    Sale,
    Ticket,
    new_code,
    priced,
)
from app.domain.users import Operator, Permission
from app.domain.values import Money, new_id, to_micros
from app.services.events import Plans


@dataclass(frozen=True)
class _Quote:
    """An order with everything looked up: what each line costs, and what it is called."""

    offers: dict[str, Offer]
    plans: dict[str, SeatingPlan]
    prices: tuple[Money, ...]
    cash: CashPayment

    def offer(self, line: BasketLine) -> Offer:
        return self.offers[line.place.performance_id]

    def plan(self, line: BasketLine) -> SeatingPlan:
        return self.plans[line.place.performance_id]


class TicketService:
    """What can be done with places, bookings and tickets."""

    def __init__(self, work: UnitOfWork, *, plans: Plans) -> None:
        self._work = work
        self._plans = plans

    # -- the house ---------------------------------------------------------------------------

    def house(self, performance_id: str, *, by: Operator) -> House:
        """A performance's plan and its claims in force; NotFound."""
        by.require(Permission.SEE_PROGRAMME)

        def ask(work: Work) -> House:
            plan = self._plans.get(work.events.plan_of(performance_id), work=work)
            return House(performance_id, plan, work.tickets.claims(performance_id), work.now)

        return self._work.read(ask)

    def best(
        self,
        performance_id: str,
        *,
        count: int,
        zones: Collection[int] = (),
        by: Operator,
    ) -> tuple[int, ...]:
        """The best free seats for a party of `count`, as seat numbers; NotEnoughSeats."""
        house = self.house(performance_id, by=by)
        free = np.ones(len(house.plan), bool)
        for claim in house.claims:
            index = house.plan.index_of.get(claim.seat_no)
            if index is not None:
                free[index] = False
        chosen = self._plans.best(house.plan).find(free, count=count, zones=zones)
        if len(chosen) < count:
            raise NotEnoughSeats(count, int(free.sum()))
        return tuple(int(house.plan.seat_no[i]) for i in chosen)

    # -- the basket --------------------------------------------------------------------------

    def hold(
        self, performance_id: str, seat_nos: Collection[int], *, basket_id: str, by: Operator
    ) -> datetime:
        """Hold these places for a basket, all or none; until when (UTC). The whole basket lasts
        that long from now. Raises SaleClosed, UnknownSeat, SeatTaken (naming the seats)."""
        by.require(Permission.SELL)

        def act(work: Work) -> datetime:
            offer = work.events.offer(performance_id)
            offer.performance.admits_sale(work.now)
            plan = self._plans.get(offer.performance.plan_id, work=work)
            _known(plan, seat_nos)
            until = work.now + HOLD_FOR
            won = work.tickets.hold(
                performance_id,
                seat_nos,
                basket_id=basket_id,
                holder=by.station_code,
                until=until,
            )
            _all_won(plan, seat_nos, won)
            work.tickets.prolong(basket_id, until=until)
            work.tell(SeatsChanged(performance_id, tuple(sorted(won))))
            return until

        return self._work.write(act)

    def hold_best(
        self,
        performance_id: str,
        *,
        count: int,
        zones: Collection[int] = (),
        basket_id: str,
        by: Operator,
    ) -> tuple[tuple[int, ...], datetime]:
        """Hold the best free seats for a party; their numbers, and until when (UTC).

        When somebody else wants the same seats at the same moment, looks again: each lost round means
        that another station won one. Raises SaleClosed, NotEnoughSeats.
        """
        while True:
            chosen = self.best(performance_id, count=count, zones=zones, by=by)
            try:
                until = self.hold(performance_id, chosen, basket_id=basket_id, by=by)
            except SeatTaken:
                continue
            return chosen, until

    def hold_places(
        self, performance_id: str, *, area_no: int, count: int, basket_id: str, by: Operator
    ) -> tuple[tuple[int, ...], datetime]:
        """Hold `count` places of a general-admission area; their numbers, and until when (UTC).

        Raises SaleClosed, NotEnoughSeats. Two stations may want the last places at once: who comes
        second tries other places before giving up.
        """
        by.require(Permission.SELL)

        def act(work: Work) -> tuple[tuple[int, ...], datetime]:
            offer = work.events.offer(performance_id)
            offer.performance.admits_sale(work.now)
            area = _area(self._plans.get(offer.performance.plan_id, work=work), area_no)
            until = work.now + HOLD_FOR
            won: set[int] = set()
            while len(won) < count:
                free = work.tickets.free_places(
                    performance_id, first_no=area.first_no, capacity=area.capacity
                )
                if len(free) < count - len(won):
                    raise NotEnoughSeats(count, len(free) + len(won))
                won |= work.tickets.hold(
                    performance_id,
                    free[: count - len(won)],
                    basket_id=basket_id,
                    holder=by.station_code,
                    until=until,
                )
            work.tickets.prolong(basket_id, until=until)
            work.tell(SeatsChanged(performance_id, tuple(sorted(won))))
            return tuple(sorted(won)), until

        return self._work.write(act)

    def release(
        self, basket_id: str, *, places: Sequence[Place] | None = None, by: Operator
    ) -> None:
        """Give up these places of a basket, or all of them. What it no longer holds is passed over."""
        by.require(Permission.SELL)

        def act(work: Work) -> None:
            freed: dict[str, list[int]] = defaultdict(list)
            for place in work.tickets.release(basket_id, places):
                freed[place.performance_id].append(place.seat_no)
            for performance_id, seat_nos in freed.items():
                work.tell(SeatsChanged(performance_id, tuple(seat_nos)))

        self._work.write(act)

    # -- off sale ----------------------------------------------------------------------------

    def block(
        self, performance_id: str, seat_nos: Collection[int], *, reason: str, by: Operator
    ) -> None:
        """Take places off sale under a named hold, all or none; UnknownSeat, SeatTaken."""
        self._take_off_sale(performance_id, seat_nos, ClaimStatus.BLOCKED, reason, by)

    def kill(
        self, performance_id: str, seat_nos: Collection[int], *, reason: str, by: Operator
    ) -> None:
        """Take places off sale because nobody can sit there (desk, camera), all or none."""
        self._take_off_sale(performance_id, seat_nos, ClaimStatus.KILLED, reason, by)

    def unblock(self, performance_id: str, seat_nos: Collection[int], *, by: Operator) -> None:
        """Put held-back and killed places on sale again; others are passed over."""
        by.require(Permission.EDIT_VENUES)

        def act(work: Work) -> None:
            freed = work.tickets.unblock(performance_id, seat_nos)
            work.tell(SeatsChanged(performance_id, tuple(sorted(freed))))

        self._work.write(act)

    def _take_off_sale(
        self,
        performance_id: str,
        seat_nos: Collection[int],
        status: ClaimStatus,
        reason: str,
        by: Operator,
    ) -> None:
        by.require(Permission.EDIT_VENUES)

        def act(work: Work) -> None:
            plan = self._plans.get(work.events.plan_of(performance_id), work=work)
            _known(plan, seat_nos)
            won = work.tickets.block(performance_id, seat_nos, status=status, reason=reason)
            _all_won(plan, seat_nos, won)
            work.tell(SeatsChanged(performance_id, tuple(sorted(won))))

        self._work.write(act)

    # -- the sale ----------------------------------------------------------------------------

    def sell(self, order: Order, *, by: Operator) -> Booking:
        """Sell an order: claims, booking, tickets, payment, journal line and deliveries, all in one
        transaction. An order whose key was sold before gives that booking and sells nothing.

        Raises EmptyBasket, SaleClosed, UnknownSeat, NoPrice, NotEnoughMoney, SeatTaken, and
        Conflict("price") when the total is not the expected one.
        """
        by.require(Permission.SELL)
        try:
            return self._work.write(lambda work: self._sell(work, order, by))
        except (SeatTaken, Conflict):
            # A sale that was re-sent finds its own seats taken, or its own key.
            before = self._work.read(lambda work: work.tickets.booking_by_key(order.key))
            if before is None:
                raise
            return before

    def sold_before(self, key: str, *, by: Operator) -> Booking | None:
        """The booking that an order with this key led to, if it was sold."""
        by.require(Permission.SELL)
        return self._work.read(lambda work: work.tickets.booking_by_key(key))

    def _sell(self, work: Work, order: Order, by: Operator) -> Booking:
        quote = self._quote(work, order)
        booking_id = new_id()
        self._claim(work, order, quote, booking_id=booking_id, by=by)
        head = work.payments.journal_head(by.station_id)
        booking = _booking(order, quote, booking_id=booking_id, head=head, at=work.now, by=by)
        work.tickets.record(booking, sale=_sale(order, booking, head=head, by=by))
        work.tell(BookingChanged(booking_id))
        return booking

    def _quote(self, work: Work, order: Order) -> _Quote:
        offers = {
            performance_id: work.events.offer(performance_id)
            for performance_id in sorted({line.place.performance_id for line in order.lines})
        }
        plans = {
            performance_id: self._plans.get(offer.performance.plan_id, work=work)
            for performance_id, offer in offers.items()
        }
        for performance_id, offer in offers.items():
            offer.performance.admits_sale(work.now)
            _known(plans[performance_id], _seat_nos(order, performance_id))
        prices = priced(order.lines, offers=offers, plans=plans)
        total = Money.total(prices, prices[0].currency)
        if order.expected is not None and order.expected != total:
            raise Conflict("price")
        return _Quote(offers, plans, prices, pay_cash(total, order.given))

    def _claim(
        self, work: Work, order: Order, quote: _Quote, *, booking_id: str, by: Operator
    ) -> None:
        for performance_id in quote.offers:
            seat_nos = _seat_nos(order, performance_id)
            won = work.tickets.sell(
                performance_id,
                seat_nos,
                basket_id=order.basket_id,
                holder=by.station_code,
                booking_id=booking_id,
            )
            _all_won(quote.plans[performance_id], seat_nos, won)
            work.tell(SeatsChanged(performance_id, tuple(sorted(won))))

    # -- bookings ----------------------------------------------------------------------------

    def bookings(
        self, *, search: str = "", limit: int = 500, by: Operator
    ) -> tuple[BookingLine, ...]:
        """Bookings, newest first, whose number, customer or title contains the text."""
        by.require(Permission.SEE_BOOKINGS)
        return self._work.read(lambda work: work.tickets.newest(limit=limit, search=search))

    def booking(self, booking_id: str, *, by: Operator) -> Booking:
        """One booking with its tickets; NotFound."""
        by.require(Permission.SEE_BOOKINGS)
        return self._work.read(lambda work: work.tickets.booking(booking_id))

    def printed(self, booking_id: str, *, by: Operator) -> None:
        """The tickets of this booking are on paper or in a file: nothing is owed on that channel."""
        by.require(Permission.SELL)

        def act(work: Work) -> None:
            work.notifications.done(booking_id, channel=Channel.PRINT, at=work.now)
            work.tell(BookingChanged(booking_id))

        self._work.write(act)

    def printed_before(self, instant: datetime, *, by: Operator) -> None:
        """All tickets sold before `instant` (UTC) are on paper: what was owed then is owed no more."""
        by.require(Permission.SELL)

        def act(work: Work) -> None:
            work.notifications.done_before(instant, channel=Channel.PRINT)
            work.tell(BookingChanged(""))

        self._work.write(act)


def _seat_nos(order: Order, performance_id: str) -> list[int]:
    return [
        line.place.seat_no for line in order.lines if line.place.performance_id == performance_id
    ]


def _known(plan: SeatingPlan, seat_nos: Collection[int]) -> None:
    """Every place is one of this plan and asked for once; UnknownSeat, SeatTaken."""
    unknown = []
    for seat_no in seat_nos:
        try:
            plan.zone_of(seat_no)
        except KeyError:
            unknown.append(str(seat_no))
    if unknown:
        raise UnknownSeat(tuple(unknown))
    twice = {seat_no for seat_no, times in Counter(seat_nos).items() if times > 1}
    if twice:
        raise SeatTaken(tuple(plan.label_of(seat_no) for seat_no in sorted(twice)))


def _all_won(plan: SeatingPlan, asked: Collection[int], won: frozenset[int]) -> None:
    lost = [seat_no for seat_no in asked if seat_no not in won]
    if lost:
        raise SeatTaken(tuple(plan.label_of(seat_no) for seat_no in lost))


def _area(plan: SeatingPlan, area_no: int) -> GaArea:
    for area in plan.ga_areas:
        if area.no == area_no:
            return area
    raise UnknownSeat((str(area_no),))


def _booking(
    order: Order,
    quote: _Quote,
    *,
    booking_id: str,
    head: JournalHead,
    at: datetime,
    by: Operator,
) -> Booking:
    tickets = []
    for line, price in zip(order.lines, quote.prices, strict=True):
        plan = quote.plan(line)
        zone_no = plan.zone_of(line.place.seat_no)
        tickets.append(
            Ticket(
                id=new_id(),
                booking_id=booking_id,
                performance_id=line.place.performance_id,
                seat_no=line.place.seat_no,
                seat=plan.label_of(line.place.seat_no),
                zone=next(zone.name for zone in plan.zones if zone.no == zone_no),
                price_type=quote.offer(line).price_types[line.price_type_id],
                price=price,
                tax=price.tax_included(quote.offer(line).tax_bp),
                code=new_code(),
            )
        )
    return Booking(
        id=booking_id,
        number=f"{by.station_code}-{head.booking_seq:05d}",
        created_at=at,
        operator=by.name,
        station_code=by.station_code,
        channel=order.channel,
        status=BookingStatus.PAID,
        total=quote.cash.due,
        tickets=tuple(tickets),
        tender=order.tender,
        given=quote.cash.given,
        change=quote.cash.change,
    )


def _sale(order: Order, booking: Booking, *, head: JournalHead, by: Operator) -> Sale:
    at = to_micros(booking.created_at)
    body = journal_body(
        {
            "booking": booking.id,
            "number": booking.number,
            "tickets": len(booking.tickets),
            "tender": booking.tender.value,
            "given": booking.given.minor,
            "operator": by.user_id,
        }
    )
    return Sale(
        key=order.key,
        operator_id=by.user_id,
        customer_id=order.customer_id,
        payment_id=new_id(),
        journal=head.next_line(kind="sale", body=body, amount=booking.total, at=at),
        deliveries=(
            Delivery(
                new_id(),
                booking.id,
                "tickets",
                Channel.PRINT,
                DeliveryStatus.QUEUED,
                booking.created_at,
            ),
        ),
    )
