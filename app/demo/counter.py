"""At the demo's counters: every party of the season is served, and what becomes of it is seen to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import accumulate

from app.demo.agenda import Agenda
from app.demo.fates import Fates, Reservation, Return
from app.demo.history import Party, Ushers
from app.demo.purse import Purse
from app.demo.repertoire import COMP, CURRENCY, MAIN, Sales
from app.demo.shelf import Shelf
from app.demo.theatre import Stage, Theatre
from app.domain.payments import Tender, Tendered
from app.domain.tickets import BasketLine, Booking, Order, Place, Ticket
from app.domain.users import Operator
from app.domain.values import Money, new_id
from app.services.returns import Cancelled

_KNOWN_CUSTOMERS = 0.45  # the share of parties that leave a name
_VOUCHERS_SOLD = 0.024  # for each party
_VOUCHER_AMOUNTS, _AMOUNT_WEIGHTS = (2500, 5000, 7500, 10000), (3, 8, 2, 4)
_BY_VOUCHER_AT_KIOSK = 0.2


class Counter:
    """Serves one party after the other. `bookings` counts those made; `numbers` says the booking's
    number of each party, by its place in the season."""

    def __init__(self, theatre: Theatre, fates: Fates, agenda: Agenda, shelf: Shelf) -> None:
        self._theatre, self._fates, self._agenda = theatre, fates, agenda
        self._shelf = shelf
        self._services, self._random = theatre.services, theatre.random
        self._purse = Purse(theatre.random, currency=CURRENCY)
        self._ushers = {MAIN: Ushers(theatre.plans[MAIN])}
        self._regulars = list(accumulate(1 / (rank + 12) for rank in range(len(theatre.customers))))
        self._stages = {stage.performance_id: stage for stage in theatre.stages}
        self.bookings = 0
        self.numbers: dict[int, str] = {}
        self.newest: Booking | None = None  # of a customer, for a performance to come

    def sell_vouchers(self) -> None:
        """Put the sale of gift vouchers on the agenda, all season long."""
        parties, random = self._theatre.season.parties, self._random
        for party in random.sample(parties, round(_VOUCHERS_SOLD * len(parties))):
            amount = Money(random.choices(_VOUCHER_AMOUNTS, _AMOUNT_WEIGHTS)[0], CURRENCY)
            self._agenda.add(party.at.astimezone(UTC), partial(self._gift, amount))

    def serve(self, number: int, party: Party) -> None:
        """Let a party buy or reserve, now."""
        stage = self._theatre.stages[party.show]
        lines = self._lines(stage, party)
        due = self._due(stage, lines)
        customer = self._customer(party)
        reservation = self._fates.reservations.get(number)
        if reservation is not None:
            booking = self._reserve(lines, customer, reservation, at=party.at)
        elif number in self._fates.kiosk:
            booking = self._at_kiosk(lines, due)
        else:
            booking = self._sell(lines, due, customer, party=party, number=number)
        self._made(number, party, booking)
        brought_back = self._fates.returns.get(number)
        if brought_back is not None:
            self._agenda.add(brought_back.at, partial(self._take_back, booking, brought_back))

    def _made(self, number: int, party: Party, booking: Booking) -> None:
        self.bookings += 1
        self.numbers[number] = booking.number
        season = self._theatre.season
        later = season.dates[party.show].starts_at > season.until + timedelta(days=1)
        if later and booking.customer_id and booking.payments:
            self.newest = booking

    def till(self, at: datetime) -> Operator:
        """Who sells at that moment; on Mondays only the second till is open."""
        second = at.weekday() == 0 or self._random.random() < 0.36
        return self._theatre.tills[1] if second else self._theatre.tills[0]

    # -- seats -------------------------------------------------------------------------------

    def _lines(self, stage: Stage, party: Party) -> tuple[BasketLine, ...]:
        room = self._theatre.season.dates[party.show].slot.room
        seat_nos = self._seated(stage, len(party.types), self._ushers.get(room))
        return tuple(
            BasketLine(Place(stage.performance_id, seat_no), self._theatre.types[kind].id)
            for seat_no, kind in zip(seat_nos, party.types, strict=True)
        )

    def _seated(self, stage: Stage, count: int, ushers: Ushers | None) -> list[int]:
        if ushers is None:
            stage.next_no += count
            return list(range(stage.next_no - count, stage.next_no))
        chosen = list(ushers.seats(self._random, stage.free, count=count))
        stage.free[chosen] = False
        seat_nos: list[int] = stage.plan.seat_no[chosen].tolist()
        return seat_nos

    def _free_again(self, tickets: Sequence[Ticket]) -> None:
        """Seats can be sold anew; in a room without seats the place stays empty."""
        for ticket in tickets:
            stage = self._stages[ticket.performance_id]
            place = stage.plan.index_of.get(ticket.seat_no)
            if place is not None:
                stage.free[place] = True

    # -- sales -------------------------------------------------------------------------------

    @staticmethod
    def _due(stage: Stage, lines: Sequence[BasketLine]) -> Money:
        price = stage.prices
        return Money(
            sum(price[stage.plan.zone_of(x.place.seat_no), x.price_type_id] for x in lines),
            CURRENCY,
        )

    def _customer(self, party: Party) -> str | None:
        random, sales = self._random, self._theatre.season.dates[party.show].slot.sales
        if COMP in party.types:
            return None
        # whoever booked what is called off can be told
        if random.random() >= _KNOWN_CUSTOMERS and sales is not Sales.CANCELLED:
            return None
        return self._anybody()

    def _anybody(self) -> str:
        return self._random.choices(self._theatre.customers, cum_weights=self._regulars)[0].id

    def _sell(
        self,
        lines: tuple[BasketLine, ...],
        due: Money,
        customer: str | None,
        *,
        party: Party,
        number: int,
    ) -> Booking:
        by = self.till(party.at)
        goods, more = self._shelf.beside(number, tickets=len(lines))
        tenders = self._purse.tenders(due + more, station=by.station_code)
        order = Order(
            new_id(), new_id(), lines=lines, tenders=tenders, goods=goods, customer_id=customer
        )
        return self._services.tickets.sell(order, by=by)

    def _gift(self, amount: Money) -> None:
        by = self.till(self._theatre.clock.now)
        tenders = self._purse.tenders(amount, station=by.station_code)
        customer = self._anybody() if self._random.random() < _KNOWN_CUSTOMERS else None
        order = Order(new_id(), new_id(), vouchers=(amount,), tenders=tenders, customer_id=customer)
        booking = self._services.tickets.sell(order, by=by)
        self.bookings += 1
        for voucher in booking.vouchers:
            self._purse.got(voucher.code, voucher.amount)

    def _at_kiosk(self, lines: tuple[BasketLine, ...], due: Money) -> Booking:
        services, by = self._services, self._random.choice(self._theatre.kiosk)
        basket_id = new_id()
        voucher = self._random.random() < _BY_VOUCHER_AT_KIOSK and self._purse.voucher_for(due)
        attempt = None
        if not voucher:
            attempt = services.cards.charge(due, key=new_id(), basket_id=basket_id, by=by)
        order = Order(
            new_id(),
            basket_id,
            lines=lines,
            tenders=(voucher or Tendered(Tender.CARD, None, attempt.id if attempt else ""),),
            customer_id=by.user_id,
            channel="kiosk",
        )
        return services.tickets.sell(order, by=by)

    # -- reservations ------------------------------------------------------------------------

    def _reserve(
        self,
        lines: tuple[BasketLine, ...],
        customer: str | None,
        reservation: Reservation,
        *,
        at: datetime,
    ) -> Booking:
        order = Order(new_id(), new_id(), lines=lines, customer_id=customer or self._anybody())
        booking = self._services.tickets.reserve(
            order, until=reservation.until, notes=reservation.notes, by=self.till(at)
        )
        if reservation.paid_at is not None:
            self._agenda.add(reservation.paid_at, partial(self._paid, booking))
        elif reservation.until < self._theatre.season.until:
            over = reservation.until + timedelta(minutes=1)
            self._agenda.add(over, partial(self._expired, booking))
        return booking

    def _paid(self, booking: Booking) -> None:
        by = self.till(self._theatre.clock.now)
        tenders = self._purse.tenders(booking.total, station=by.station_code)
        self._services.bookings.pay(booking.id, tenders=tenders, by=by)

    def _expired(self, booking: Booking) -> None:
        self._services.bookings.expire(by=self._theatre.tills[0])
        self._free_again(booking.tickets)

    # -- second thoughts ---------------------------------------------------------------------

    def _take_back(self, booking: Booking, fate: Return) -> None:
        going = None if fate.whole else [ticket.id for ticket in booking.tickets[:1]]
        by = self.till(self._theatre.clock.now)
        cancelled = self._services.bookings.cancel(
            booking.id, ticket_ids=going, reason=fate.reason, by=by
        )
        self._free_again(cancelled.tickets)
        if fate.refunded_at is not None and cancelled.held:
            self._agenda.add(fate.refunded_at, partial(self._refund, cancelled, fate, by))

    def _refund(self, cancelled: Cancelled, fate: Return, by: Operator) -> None:
        wanted: dict[str, Money] = {}
        for held in cancelled.held:
            before = wanted.get(held.ticket_id, Money(0, CURRENCY))
            wanted[held.ticket_id] = before + held.amount
        self._services.bookings.refund(
            cancelled.booking.id, wanted=wanted, reason=fate.reason, key=new_id(), by=by
        )
