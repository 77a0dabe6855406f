"""From an order to a booking, inside a transaction somebody else opened: look everything up, claim the
places, take the money, write it down. Selling, reserving and paying a reservation are this one path."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from app.domain.analytics import Counted, Rollup, sale_metrics
from app.domain.cards import AttemptKind
from app.domain.errors import (
    BookingState,
    Conflict,
    Denied,
    EmptyBasket,
    Invalid,
    SaleClosed,
    SeatTaken,
    UnknownSeat,
)
from app.domain.events import Offer, PerformanceStatus
from app.domain.facts import BookingChanged, SeatsChanged
from app.domain.notifications import ANYWHERE, Channel, Delivery, DeliveryStatus, Kind
from app.domain.payments import (
    JournalHead,
    JournalLine,
    Paid,
    Payment,
    Tender,
    Tendered,
    journal_body,
    settle,
    spread,
)
from app.domain.ports import Work
from app.domain.seating import SeatingPlan
from app.domain.tickets import (
    BasketLine,
    Booking,
    BookingStatus,
    GiftVoucher,
    Order,
    Sale,
    Ticket,
    TicketStatus,
    new_code,
    priced,
)
from app.domain.users import Operator, Permission, cleaned_lines
from app.domain.values import MOST_MONEY, Money, new_id, to_micros
from app.domain.vouchers import Voucher, new_voucher_code, usual_expiry
from app.services.events import Plans
from app.services.house_clock import HouseClock


@dataclass(frozen=True)
class Quote:
    """An order with everything looked up: what each line costs, and what it is called."""

    offers: dict[str, Offer]
    plans: dict[str, SeatingPlan]
    prices: tuple[Money, ...]
    total: Money

    def offer(self, line: BasketLine) -> Offer:
        """What the line's performance sells."""
        return self.offers[line.place.performance_id]

    def plan(self, line: BasketLine) -> SeatingPlan:
        """The house the line's performance plays in."""
        return self.plans[line.place.performance_id]


class Checkout:
    """The path of a sale, for every service that sells."""

    def __init__(self, *, plans: Plans, clock: HouseClock) -> None:
        self._plans = plans
        self._clock = clock

    def sell(self, work: Work, order: Order, *, by: Operator) -> Booking:
        """A paid booking; raises as `TicketService.sell` says."""
        quote = self._quote(work, order, by=by)
        paid = settle(quote.total, order.tenders)
        booking_id = new_id()
        self._claim(work, order, quote, booking_id=booking_id, by=by)
        head = work.payments.journal_head(by.station_id, lines=max(1, len(paid)), bookings=1)
        booking = _booking(order, quote, booking_id=booking_id, head=head, at=work.now, by=by)
        payments = _payments(work, booking, paid, head=head, by=by)
        booking = replace(booking, status=BookingStatus.PAID, payments=payments)
        sale = self._sale(work, booking, events=_events(quote), head=head, seller=by.user_id, by=by)
        printing = [_owed(booking)] if booking.tickets else []
        work.bookings.record(booking, key=order.key, sale=sale, deliveries=printing)
        self._spend(work, booking, paid)
        _issue(work, booking)
        paid_too = [Kind.PAYMENT_RECEIVED] if payments else []
        tell_customer(work, booking, Kind.BOOKING_CONFIRMED, *paid_too)
        work.tell(BookingChanged(booking_id))
        return booking

    def reserve(
        self, work: Work, order: Order, *, until: datetime, by: Operator, notes: str = ""
    ) -> Booking:
        """An unpaid booking with a deadline (UTC): its places are taken, its tickets admit nobody."""
        quote = self._quote(work, order, by=by)
        booking_id = new_id()
        self._claim(work, order, quote, booking_id=booking_id, by=by, reserved=True)
        head = work.payments.journal_head(by.station_id, lines=0, bookings=1)
        booking = _booking(order, quote, booking_id=booking_id, head=head, at=work.now, by=by)
        booking = replace(
            booking,
            status=BookingStatus.RESERVED,
            expires_at=until,
            notes=cleaned_lines(notes),
            tickets=tuple(replace(t, status=TicketStatus.RESERVED) for t in booking.tickets),
        )
        nothing = Sale(by.station_id, by.user_id, order.customer_id, (), (), Rollup(()))
        work.bookings.record(booking, key=order.key, sale=nothing, deliveries=())
        tell_customer(work, booking, Kind.BOOKING_CONFIRMED)
        work.tell(BookingChanged(booking_id))
        return booking

    def pay(
        self, work: Work, reserved: Booking, tenders: Iterable[Tendered], *, by: Operator
    ) -> Booking:
        """Make a locked reservation a paid booking. BookingState unless it is reserved, SaleClosed when a
        performance of it was called off; as `settle`."""
        if reserved.status is not BookingStatus.RESERVED:
            raise BookingState(reserved.number, reserved.status.value)
        paid = settle(reserved.total, tenders)
        head = work.payments.journal_head(by.station_id, lines=max(1, len(paid)))
        booking = replace(
            reserved,
            status=BookingStatus.PAID,
            expires_at=None,
            tickets=tuple(replace(t, status=TicketStatus.VALID) for t in reserved.live),
        )
        booking = replace(booking, payments=_payments(work, booking, paid, head=head, by=by))
        events = _still_on(work, booking)
        # nobody took money for free tickets: then they stay with whoever booked them
        seller = by.user_id if paid else work.analytics.seller(booking.id)
        sale = self._sale(work, booking, events=events, head=head, seller=seller, by=by)
        work.bookings.record_payment(booking, sale=sale, deliveries=[_owed(booking)])
        self._spend(work, booking, paid)
        work.tickets.paid(booking.id)
        for performance_id, seat_nos in places_of(booking.tickets).items():
            work.tell(SeatsChanged(performance_id, seat_nos))
        tell_customer(work, booking, Kind.PAYMENT_RECEIVED)
        work.tell(BookingChanged(booking.id))
        return booking

    def _quote(self, work: Work, order: Order, *, by: Operator) -> Quote:
        offers = {
            performance_id: work.events.offer(performance_id, lock=True)
            for performance_id in sorted({line.place.performance_id for line in order.lines})
        }
        plans = {
            performance_id: self._plans.get(offer.performance.plan_id, work=work)
            for performance_id, offer in offers.items()
        }
        for performance_id, offer in offers.items():
            offer.performance.admits_sale(work.now)
            known(plans[performance_id], _seat_nos(order, performance_id))
        if not order.lines and not order.vouchers:
            raise EmptyBasket
        _check_vouchers(order, offers=offers)
        if not by.may(Permission.SELL):
            _check_self_service(order, offers)
        prices = priced(order.lines, offers=offers, plans=plans) if order.lines else ()
        amounts = (*prices, *order.vouchers)
        total = Money.total(amounts, amounts[0].currency)
        if order.expected is not None and order.expected != total:
            raise Conflict("price")
        return Quote(offers, plans, prices, total)

    @staticmethod
    def _claim(
        work: Work,
        order: Order,
        quote: Quote,
        *,
        booking_id: str,
        by: Operator,
        reserved: bool = False,
    ) -> None:
        for performance_id in quote.offers:
            seat_nos = _seat_nos(order, performance_id)
            won = work.tickets.sell(
                performance_id,
                seat_nos,
                basket_id=order.basket_id,
                holder=by.station_code,
                booking_id=booking_id,
                reserved=reserved,
            )
            if len(won) < len(seat_nos):  # perhaps it was taken off sale this moment
                work.events.offer(performance_id).performance.admits_sale(work.now)
            all_won(quote.plans[performance_id], seat_nos, won)
            work.tell(SeatsChanged(performance_id, tuple(sorted(won))))

    def _sale(
        self,
        work: Work,
        booking: Booking,
        *,
        events: dict[str, str],
        head: JournalHead,
        seller: str,
        by: Operator,
    ) -> Sale:
        shares = spread(
            [(p.id, p.amount.minor) for p in booking.payments],
            [(t.id, t.price.minor) for t in booking.tickets],
        )
        tenders = {p.id: p.tender.value for p in booking.payments}
        rollup = sale_metrics(
            [counted(ticket, events[ticket.performance_id]) for ticket in booking.tickets],
            shares=[(s.ticket_id, tenders[s.payment_id], s.amount) for s in shares],
            channel=booking.channel,
            operator_id=seller,
            at=work.now,
            zone=self._clock.zone(work),
        )
        return Sale(
            by.station_id,
            by.user_id,
            booking.customer_id,
            tuple(shares),
            _journal(booking, head=head, at=to_micros(work.now), by=by),
            rollup,
        )

    @staticmethod
    def _spend(work: Work, booking: Booking, paid: tuple[Paid, ...]) -> None:
        """Mark the card attempts as booked: each pays once."""
        for one in paid:
            if one.tender is Tender.CARD:
                work.cards.book(
                    one.reference,
                    kind=AttemptKind.CHARGE,
                    amount=one.amount,
                    booking_id=booking.id,
                )


def _check_vouchers(order: Order, *, offers: Mapping[str, Offer]) -> None:
    """Gift vouchers are worth something, in the currency of what is bought with them."""
    currencies = {offer.performance.currency for offer in offers.values()}
    for amount in order.vouchers:
        if amount.minor <= 0:
            raise Invalid({"voucher": "not_positive"})
        if amount.minor > MOST_MONEY:
            raise Invalid({"voucher": "too_large"})
        if amount.currency not in (currencies or {order.vouchers[0].currency}):
            raise Invalid({"voucher": "other_currency"})


def may_order(order: Order, *, by: Operator) -> None:
    """Staff sell to anybody; a customer buys in their own name, by card or voucher. Raises Denied."""
    if by.may(Permission.SELL):
        return
    by.require(Permission.BOOK_OWN)
    own = order.customer_id == by.user_id
    paid = all(one.tender in (Tender.CARD, Tender.VOUCHER) for one in order.tenders)
    if not own or not paid or order.vouchers:
        raise Denied(Permission.SELL.value)


def _check_self_service(order: Order, offers: dict[str, Offer]) -> None:
    """Customers choose no price type that the counter alone gives (complimentary, members …)."""
    for line in order.lines:
        if line.price_type_id in offers[line.place.performance_id].counter_only:
            raise Denied(Permission.SELL.value)


def tell_customer(
    work: Work,
    booking: Booking,
    kind: Kind,
    *in_the_panel: Kind,
    **more: object,
) -> None:
    """Owe the customer of a booking, if it has one, the news. A letter about `kind` says what
    `in_the_panel` says too, so these only stand in the panel."""
    if booking.customer_id is None:
        return
    content = work.notifications.content_of((booking.id,))[booking.id] | more
    for each in (kind, *in_the_panel):
        work.notifications.tell(
            [booking.customer_id],
            kind=each,
            subject_kind="booking",
            subject_id=booking.id,
            content=content,
            booking_id=booking.id,
            channels=ANYWHERE if each is kind else {Channel.PANEL},
        )


def counted(ticket: Ticket, event_id: str) -> Counted:
    """The ticket as rollups see it."""
    return Counted(
        ticket.id,
        event_id,
        ticket.performance_id,
        ticket.zone,
        ticket.price_type,
        ticket.price.minor,
        ticket.price.currency,
    )


def places_of(tickets: Iterable[Ticket]) -> dict[str, tuple[int, ...]]:
    """Performance id -> seat numbers."""
    found: dict[str, tuple[int, ...]] = {}
    for ticket in tickets:
        before = found.get(ticket.performance_id, ())
        found[ticket.performance_id] = (*before, ticket.seat_no)
    return found


def known(plan: SeatingPlan, seat_nos: Collection[int]) -> None:
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


def all_won(plan: SeatingPlan, asked: Collection[int], won: frozenset[int]) -> None:
    """SeatTaken names what was asked for and not won."""
    lost = [seat_no for seat_no in asked if seat_no not in won]
    if lost:
        raise SeatTaken(tuple(plan.label_of(seat_no) for seat_no in lost))


def _still_on(work: Work, booking: Booking) -> dict[str, str]:
    """Performance id -> event id; SaleClosed("cancelled") for one that will not take place."""
    events = {}
    for performance_id in sorted({ticket.performance_id for ticket in booking.tickets}):
        performance = work.events.offer(performance_id).performance
        if performance.status is PerformanceStatus.CANCELLED:
            raise SaleClosed(performance.status.value)
        events[performance_id] = performance.event_id
    return events


def _seat_nos(order: Order, performance_id: str) -> list[int]:
    return [
        line.place.seat_no for line in order.lines if line.place.performance_id == performance_id
    ]


def _events(quote: Quote) -> dict[str, str]:
    return {key: offer.performance.event_id for key, offer in quote.offers.items()}


def _booking(
    order: Order,
    quote: Quote,
    *,
    booking_id: str,
    head: JournalHead,
    at: datetime,
    by: Operator,
) -> Booking:
    return Booking(
        id=booking_id,
        number=f"{by.station_code}-{head.booking_seq:05d}",
        created_at=at,
        operator=by.name,
        station_code=by.station_code,
        channel=order.channel,
        status=BookingStatus.RESERVED,
        total=quote.total,
        tickets=tuple(
            _ticket(line, price, quote, booking_id=booking_id, customer_id=order.customer_id)
            for line, price in zip(order.lines, quote.prices, strict=True)
        ),
        vouchers=tuple(
            GiftVoucher(new_id(), new_voucher_code(), amount) for amount in order.vouchers
        ),
        customer_id=order.customer_id,
    )


def _ticket(
    line: BasketLine, price: Money, quote: Quote, *, booking_id: str, customer_id: str | None
) -> Ticket:
    plan, offer = quote.plan(line), quote.offer(line)
    zone_no = plan.zone_of(line.place.seat_no)
    return Ticket(
        id=new_id(),
        booking_id=booking_id,
        performance_id=line.place.performance_id,
        seat_no=line.place.seat_no,
        seat=plan.label_of(line.place.seat_no),
        zone=next(zone.name for zone in plan.zones if zone.no == zone_no),
        price_type=offer.price_types[line.price_type_id],
        price=price,
        tax=price.tax_included(offer.tax_bp),
        code=new_code(),
        user_id=customer_id,
    )


def _payments(
    work: Work, booking: Booking, paid: tuple[Paid, ...], *, head: JournalHead, by: Operator
) -> tuple[Payment, ...]:
    return tuple(_payment(work, booking, one, head=head, by=by) for one in paid)


def _payment(
    work: Work, booking: Booking, paid: Paid, *, head: JournalHead, by: Operator
) -> Payment:
    payment_id, transaction_id = new_id(), paid.reference
    if paid.tender is Tender.CARD:
        transaction_id = work.cards.attempt(paid.reference).transaction_id or ""
    elif paid.tender is Tender.VOUCHER:
        voucher = work.vouchers.redeem(paid.reference, amount=paid.amount, subject_id=payment_id)
        transaction_id = voucher.code
    return Payment(
        id=payment_id,
        booking_id=booking.id,
        tender=paid.tender,
        amount=paid.amount,
        given=paid.given,
        created_at=work.now,
        transaction_id=transaction_id,
        operator_id=by.user_id,
        shift_id=head.shift_id,
    )


def _journal(
    booking: Booking, *, head: JournalHead, at: int, by: Operator
) -> tuple[JournalLine, ...]:
    """One line a payment; a booking that cost nothing has one all the same."""
    facts: dict[str, str | int] = {
        "booking": booking.id,
        "number": booking.number,
        "tickets": len(booking.tickets),
        "operator": by.user_id,
    }
    lines: list[JournalLine] = []
    free = Money(0, booking.total.currency)
    money = [
        (
            p.amount,
            {
                "payment": p.id,
                "tender": p.tender.value,
                "given": p.given.minor,
                "shift": p.shift_id or "",
            },
        )
        for p in booking.payments
    ] or [(free, {})]
    for amount, paid in money:
        body = journal_body(facts | paid)
        lines.append(head.next_line(kind="sale", body=body, amount=amount, at=at))
        head = head.after(lines[-1])
    return tuple(lines)


def _owed(booking: Booking) -> Delivery:
    """The tickets, on paper."""
    return Delivery(
        new_id(), booking.id, "tickets", Channel.PRINT, DeliveryStatus.QUEUED, booking.created_at
    )


def _issue(work: Work, booking: Booking) -> None:
    for bought in booking.vouchers:
        work.vouchers.add(
            Voucher(
                id=bought.id,
                code=bought.code,
                booking_id=booking.id,
                user_id=booking.customer_id,
                amount=bought.amount,
                balance=bought.amount,
                created_at=work.now,
                expires_at=usual_expiry(work.now),
            )
        )
