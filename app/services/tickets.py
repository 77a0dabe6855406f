"""Selling: see the house, hold places, sell them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime

from app.domain.bookings import TicketFilter
from app.domain.errors import (
    CardNotApproved,
    Conflict,
    Invalid,
    NotEnoughSeats,
    SeatTaken,
    TooManyReserved,
    UnknownSeat,
)
from app.domain.facts import SeatsChanged
from app.domain.party import Suggestion, Wish, zones_within
from app.domain.ports import UnitOfWork, Work
from app.domain.pricing import Quote
from app.domain.seating import GaArea, SeatingPlan
from app.domain.tickets import (
    HOLD_FOR,
    MOST_RESERVED,
    OWN_RESERVATION,
    Booking,
    Claim,
    ClaimStatus,
    House,
    Occupant,
    Order,
    Place,
    TicketStatus,
)
from app.domain.users import Operator, Permission, cleaned
from app.domain.values import Money
from app.services.checkout import Checkout, all_won, may_order
from app.services.events import Plans
from app.services.quoting import known

_LONGEST_REASON = 200


class TicketService:
    """What can be done with places, up to and including their sale."""

    def __init__(self, work: UnitOfWork, *, plans: Plans, checkout: Checkout) -> None:
        self._work = work
        self._plans = plans
        self._checkout = checkout

    # -- the house ---------------------------------------------------------------------------

    def house(self, performance_id: str, *, by: Operator) -> House:
        """A performance's plan and its claims in force; NotFound."""
        by.require(Permission.SEE_PROGRAMME)

        def ask(work: Work) -> House:
            plan = self._plans.get(work.events.plan_of(performance_id), work=work)
            return House(
                performance_id,
                plan,
                work.tickets.claims(performance_id),
                work.now,
                work.tickets.admitted(performance_id),
            )

        return self._work.read(ask)

    def claims(
        self, performance_id: str, seat_nos: Collection[int], *, by: Operator
    ) -> tuple[Claim, ...]:
        """Claims in force on these seats; a seat that is not among them is free. For a house that is shown
        already, when `SeatsChanged` names some of its seats."""
        by.require(Permission.SEE_PROGRAMME)
        return self._work.read(lambda work: work.tickets.claims_on(performance_id, seat_nos))

    def occupants(
        self, performance_id: str, *, seat_nos: Collection[int] | None = None, by: Operator
    ) -> tuple[Occupant, ...]:
        """Whose the sold and reserved places are: all of them, or these, by seat number."""
        by.require(Permission.SEE_BOOKINGS)
        return self._work.read(lambda work: work.tickets.occupants(performance_id, seat_nos))

    def best(self, performance_id: str, wish: Wish, *, by: Operator) -> tuple[int, ...]:
        """The best free seats for a party, as seat numbers; NotEnoughSeats."""
        house, wish = self._asked(performance_id, wish, by=by)
        search = self._plans.best(house.plan)
        free = search.free_but(claim.seat_no for claim in house.claims)
        chosen = search.find(free, wish)
        if not chosen:
            raise NotEnoughSeats(wish.count, search.room(free, wish))
        return tuple(int(house.plan.seat_no[i]) for i in chosen)

    def suggest(
        self, performance_id: str, wish: Wish, *, limit: int = 3, by: Operator
    ) -> tuple[Suggestion, ...]:
        """Up to `limit` ways to seat a party that share no seat, the best first; none are held.
        NotEnoughSeats."""
        house, wish = self._asked(performance_id, wish, by=by)
        search = self._plans.best(house.plan)
        free = search.free_but(claim.seat_no for claim in house.claims)
        found = search.suggest(free, wish, limit=limit)
        if not found:
            raise NotEnoughSeats(wish.count, search.room(free, wish))
        return found

    def orphans(
        self,
        performance_id: str,
        seat_nos: Collection[int],
        *,
        basket_id: str | None = None,
        by: Operator,
    ) -> tuple[int, ...]:
        """Seats that taking these would leave alone, as seat numbers; UnknownSeat.

        What the basket holds counts as taken with them. Seats that were alone before are not named,
        nor are wheelchair and companion places.
        """
        house = self.house(performance_id, by=by)
        known(house.plan, set(seat_nos))
        mine = {*seat_nos}
        if basket_id is not None:
            mine |= {c.seat_no for c in house.claims if c.basket_id == basket_id}
        search = self._plans.best(house.plan)
        free = search.free_but(c.seat_no for c in house.claims if c.seat_no not in mine)
        index_of = house.plan.index_of
        chosen = [index_of[seat_no] for seat_no in mine if seat_no in index_of]
        return tuple(int(house.plan.seat_no[i]) for i in search.leaves_orphan(free, chosen))

    def _asked(self, performance_id: str, wish: Wish, *, by: Operator) -> tuple[House, Wish]:
        """The house and the wish with its price limit told as zones; NotEnoughSeats, UnknownSeat."""
        house = self.house(performance_id, by=by)
        if wish.near is not None and not 0 <= wish.near < len(house.plan):
            raise UnknownSeat((str(wish.near),))
        if wish.at_most is None:
            return house, wish
        offer = self._work.read(lambda work: work.events.offer(performance_id))
        cheap = zones_within(offer, at_most=wish.at_most, price_type_id=wish.price_type_id)
        zones = tuple(no for no in cheap if not wish.zones or no in wish.zones)
        if not zones:
            raise NotEnoughSeats(wish.count, 0)
        return house, replace(wish, zones=zones)

    # -- the basket --------------------------------------------------------------------------

    def hold(
        self, performance_id: str, seat_nos: Collection[int], *, basket_id: str, by: Operator
    ) -> datetime:
        """Hold these places for a basket, all or none; until when (UTC). The whole basket lasts
        that long from now. Raises SaleClosed, UnknownSeat, SeatTaken (naming the seats)."""
        by.require(Permission.BOOK_OWN)

        def act(work: Work) -> datetime:
            offer = work.events.offer(performance_id, lock=True)
            offer.performance.admits_sale(work.now)
            plan = self._plans.get(offer.performance.plan_id, work=work)
            known(plan, seat_nos)
            until = work.now + HOLD_FOR
            won = work.tickets.hold(
                performance_id,
                seat_nos,
                basket_id=basket_id,
                holder=by.station_code,
                until=until,
            )
            all_won(plan, seat_nos, won)
            work.tickets.prolong(basket_id, until=until)
            work.tell(SeatsChanged(performance_id, tuple(sorted(won))))
            return until

        return self._work.write(act)

    def hold_best(
        self,
        performance_id: str,
        wish: Wish | None = None,
        *,
        count: int = 1,
        zones: Collection[int] = (),
        basket_id: str,
        by: Operator,
    ) -> tuple[tuple[int, ...], datetime]:
        """Hold the best free seats for a party; their numbers, and until when (UTC). Without a wish
        simply `count` of these zones.

        When somebody else wants the same seats at the same moment, looks again: each lost round means
        that another station won one. Raises SaleClosed, NotEnoughSeats.
        """
        wanted = wish or Wish(count, zones=tuple(zones))
        while True:
            chosen = self.best(performance_id, wanted, by=by)
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
        by.require(Permission.BOOK_OWN)

        def act(work: Work) -> tuple[tuple[int, ...], datetime]:
            offer = work.events.offer(performance_id, lock=True)
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

    def held(self, basket_id: str, *, by: Operator) -> tuple[Place, ...]:
        """What a basket holds now."""
        by.require(Permission.BOOK_OWN)
        return self._work.read(lambda work: work.tickets.held_by(basket_id))

    def release(
        self, basket_id: str, *, places: Sequence[Place] | None = None, by: Operator
    ) -> None:
        """Give up these places of a basket, or all of them. What it no longer holds is passed over."""
        by.require(Permission.BOOK_OWN)

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
        """Take places off sale under a named hold, all or none; UnknownSeat, SeatTaken,
        Invalid({"reason": "too_long"})."""
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
            _own(work, performance_id, by)
            freed = work.tickets.unblock(performance_id, seat_nos)
            if freed:
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
        reason = cleaned(reason)
        if len(reason) > _LONGEST_REASON:
            raise Invalid({"reason": "too_long"})

        def act(work: Work) -> None:
            _own(work, performance_id, by)
            plan = self._plans.get(work.events.plan_of(performance_id), work=work)
            known(plan, seat_nos)
            won = work.tickets.block(performance_id, seat_nos, status=status, reason=reason)
            all_won(plan, seat_nos, won)
            work.tell(SeatsChanged(performance_id, tuple(sorted(won))))

        self._work.write(act)

    # -- the sale ----------------------------------------------------------------------------

    def quote(self, order: Order, *, by: Operator) -> Quote:
        """What an order comes to now and why, ticket by ticket: what `sell` charges when the order expects
        this total. Nothing is written or held; what the order expects, puts down, and whether its places
        are free is passed over.

        Raises EmptyBasket, SaleClosed, UnknownSeat, SeatTaken for a place named twice, NoPrice, Invalid,
        NeedsMembership, Denied.
        """
        by.require(Permission.BOOK_OWN)
        by.require_self(Permission.SELL, user_id=order.customer_id or by.user_id)
        return self._work.read(lambda work: self._checkout.quote(work, order, by=by, lock=False))

    def sell(self, order: Order, *, by: Operator) -> Booking:
        """Sell an order: claims, booking, tickets, payments, journal lines, rollups and deliveries, all in
        one transaction. An order whose key was sold before gives that booking and sells nothing.

        Raises Denied, EmptyBasket, SaleClosed, UnknownSeat, NoPrice, NotEnoughMoney, TooMuchMoney,
        CardNotApproved, VoucherUnusable, SeatTaken, and Conflict("price") when the total is not the
        expected one.
        """
        may_order(order, by=by)
        return self._once(order, lambda work: self._checkout.sell(work, order, by=by))

    def reserve(
        self,
        order: Order,
        *,
        until: datetime | None = None,
        notes: str = "",
        deposit: Money | None = None,
        by: Operator,
    ) -> Booking:
        """Keep an order's places without payment until then (UTC), for half an hour unless told. A
        `deposit` is taken at once, with what the order puts down (`tenders`); the rest is due later.
        Idempotent and refused as `sell`; Invalid({"until": "in_the_past"}), Invalid({"deposit": …}).

        Customers reserve for themselves what they are about to pay: for half an hour at most, without a
        deposit, and not more than a party's places at once (TooManyReserved).
        """
        may_order(order, by=by)
        own = not by.may(Permission.SELL)

        def act(work: Work) -> Booking:
            soon = work.now + OWN_RESERVATION
            deadline = soon if until is None else until
            if deadline <= work.now:
                raise Invalid({"until": "in_the_past"})
            if own:
                _few_reserved(work, order, by)
            return self._checkout.reserve(
                work,
                order,
                until=min(deadline, soon) if own else deadline,
                notes=notes,
                deposit=None if own else deposit,
                by=by,
            )

        return self._once(order, act)

    def sold_before(self, key: str, *, by: Operator) -> Booking | None:
        """The booking that an order with this key led to, if it was sold; Denied for another customer's."""
        by.require(Permission.BOOK_OWN)
        found = self._work.read(lambda work: work.bookings.booking_by_key(key))
        if found is not None:
            by.require_self(Permission.SELL, user_id=found.customer_id or "")
        return found

    def _once(self, order: Order, act: Callable[[Work], Booking]) -> Booking:
        try:
            return self._work.write(act)
        except (SeatTaken, CardNotApproved, Conflict):
            # A sale that was re-sent finds its own seats taken, its own card spent, or its own key.
            before = self._work.read(lambda work: work.bookings.booking_by_key(order.key))
            if before is None:
                raise
            return before


def _few_reserved(work: Work, order: Order, by: Operator) -> None:
    """Whoever pays nothing could keep a whole house from others."""
    kept = TicketFilter(user_id=by.user_id, statuses=(TicketStatus.RESERVED,))
    if work.booking_lists.count_tickets(kept) + len(order.lines) > MOST_RESERVED:
        raise TooManyReserved(MOST_RESERVED)


def _own(work: Work, performance_id: str, by: Operator) -> None:
    """Denied for an organizer whose event it is not."""
    organizer_id = work.notifications.organizer_of(performance_id)
    by.require_own(Permission.EDIT_VENUES, organizer_id=organizer_id)


def _area(plan: SeatingPlan, area_no: int) -> GaArea:
    for area in plan.ga_areas:
        if area.no == area_no:
            return area
    raise UnknownSeat((str(area_no),))
