"""From an order to a booking, inside a transaction somebody else opened: look everything up, claim the
places, take the money, write it down. Selling, reserving and paying a reservation are this one path."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from app.domain.analytics import Counted, Rollup, deposit_metrics, sale_metrics
from app.domain.booking_details import checked_booking_name
from app.domain.cards import AttemptKind
from app.domain.errors import (
    BookingState,
    Conflict,
    Denied,
    Invalid,
    SaleClosed,
    SeatTaken,
)
from app.domain.events import PerformanceStatus
from app.domain.facts import BookingChanged, SeatsChanged
from app.domain.notifications import ANYWHERE, Channel, Delivery, DeliveryStatus, Kind
from app.domain.payments import (
    Held,
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
from app.domain.pricing import Quote, QuotedLine
from app.domain.seating import SeatingPlan
from app.domain.tickets import (
    Booking,
    BookingStatus,
    GiftVoucher,
    Order,
    Sale,
    Ticket,
    TicketStatus,
    new_code,
)
from app.domain.users import Operator, Permission, cleaned_lines
from app.domain.values import Money, new_id, to_micros
from app.domain.vouchers import Voucher, new_voucher_code, usual_expiry
from app.services.events import Plans
from app.services.goods_in_sale import begin_memberships
from app.services.house_clock import HouseClock
from app.services.quoting import quote, seat_nos


class Checkout:
    """The path of a sale, for every service that sells."""

    def __init__(self, *, plans: Plans, clock: HouseClock) -> None:
        self._plans = plans
        self._clock = clock

    def sell(self, work: Work, order: Order, *, by: Operator) -> Booking:
        """A paid booking; raises as `TicketService.sell` says."""
        quoted = self.quote(work, order, by=by)
        agreed(order, quoted)
        paid = settle(quoted.total, order.tenders)
        booking_id = new_id()
        self.claim(work, order, quoted, booking_id=booking_id, by=by)
        self.use(work, quoted)
        head = work.payments.journal_head(by.station_id, lines=max(1, len(paid)), bookings=1)
        booking = _booking(order, quoted, booking_id=booking_id, head=head, at=work.now, by=by)
        payments = _payments(work, booking, paid, head=head, by=by)
        booking = replace(booking, status=BookingStatus.PAID, payments=payments)
        sale = self._sale(
            work, booking, events=_events(quoted), head=head, seller=by.user_id, by=by
        )
        printing = [_owed(booking)] if booking.tickets else []
        work.bookings.record(booking, key=order.key, sale=sale, deliveries=printing)
        _note_left_alone(work, order, quoted, booking_id, by)
        self._spend(work, booking, paid)
        _issue(work, booking)
        begin_memberships(work, booking, zone=self._clock.zone(work))
        paid_too = [Kind.PAYMENT_RECEIVED] if payments else []
        tell_customer(work, booking, Kind.BOOKING_CONFIRMED, *paid_too)
        work.tell(BookingChanged(booking_id))
        return booking

    def reserve(
        self,
        work: Work,
        order: Order,
        *,
        until: datetime,
        by: Operator,
        notes: str = "",
        deposit: Money | None = None,
    ) -> Booking:
        """An unpaid booking with a deadline (UTC): its places are taken, its tickets admit nobody. A
        `deposit` is taken with the order's tenders. Goods and gift vouchers are sold, never kept:
        Invalid({"goods" or "voucher": "not_reserved"})."""
        for what, wanted in (("goods", order.goods), ("voucher", order.vouchers)):
            if wanted:
                raise Invalid({what: "not_reserved"})
        quoted = self.quote(work, order, by=by)
        agreed(order, quoted)
        booking_id = new_id()
        self.claim(work, order, quoted, booking_id=booking_id, by=by, reserved=True)
        self.use(work, quoted)
        head = work.payments.journal_head(by.station_id, lines=0, bookings=1)
        booking = _booking(order, quoted, booking_id=booking_id, head=head, at=work.now, by=by)
        booking = replace(
            booking,
            status=BookingStatus.RESERVED,
            expires_at=until,
            notes=cleaned_lines(notes),
            tickets=tuple(replace(t, status=TicketStatus.RESERVED) for t in booking.tickets),
        )
        nothing = Sale(
            by.station_id,
            by.user_id,
            order.customer_id,
            (),
            (),
            Rollup(()),
            event_id=_only(_events(quoted)),
        )
        work.bookings.record(booking, key=order.key, sale=nothing, deliveries=())
        _note_left_alone(work, order, quoted, booking_id, by)
        if deposit is not None:
            booking = self.take_deposit(work, booking, deposit, order.tenders, by=by)
        paid_too = [Kind.PAYMENT_RECEIVED] if booking.payments else []
        paid = booking.paid.minor
        tell_customer(work, booking, Kind.BOOKING_CONFIRMED, *paid_too, paid=paid)
        work.tell(BookingChanged(booking_id))
        return booking

    def take_deposit(
        self,
        work: Work,
        reserved: Booking,
        amount: Money,
        tenders: Iterable[Tendered],
        *,
        by: Operator,
    ) -> Booking:
        """Take a part of what a locked reservation comes to; its tickets still admit nobody. Raises
        Invalid({"deposit": not_positive or too_large}), BookingState, and as `settle`."""
        if reserved.status is not BookingStatus.RESERVED:
            raise BookingState(reserved.number, reserved.status.value)
        if amount.minor <= 0 or amount.currency != reserved.total.currency:
            raise Invalid({"deposit": "not_positive"})
        if amount > reserved.due:
            raise Invalid({"deposit": "too_large"})
        paid = settle(amount, tenders)
        head = work.payments.journal_head(by.station_id, lines=len(paid))
        payments = _payments(work, reserved, paid, head=head, by=by)
        events = _still_on(work, reserved)
        sale = self._sale(
            work,
            replace(reserved, payments=payments),
            events=events,
            head=head,
            seller=by.user_id,
            by=by,
            held=work.payments.held(reserved.id),
        )
        work.bookings.record_deposit(replace(reserved, payments=payments), sale=sale)
        self._spend(work, reserved, paid)
        return work.bookings.booking(reserved.id)

    def pay(
        self, work: Work, reserved: Booking, tenders: Iterable[Tendered], *, by: Operator
    ) -> Booking:
        """Make a locked reservation a paid booking. BookingState unless it is reserved, SaleClosed when a
        performance of it was called off; as `settle`."""
        if reserved.status is not BookingStatus.RESERVED:
            raise BookingState(reserved.number, reserved.status.value)
        paid = settle(reserved.due, tenders)
        head = work.payments.journal_head(by.station_id, lines=max(1, len(paid)))
        booking = replace(
            reserved,
            status=BookingStatus.PAID,
            expires_at=None,
            tickets=tuple(replace(t, status=TicketStatus.VALID) for t in reserved.live),
        )
        booking = replace(booking, payments=_payments(work, booking, paid, head=head, by=by))
        events = _still_on(work, booking)
        held = work.payments.held(booking.id) if reserved.deposit else ()
        # the sale is whose who took the first money; free tickets stay with whoever booked them
        first = bool(paid) and not reserved.deposit
        seller = by.user_id if first else work.analytics.seller(booking.id)
        sale = self._sale(work, booking, events=events, head=head, seller=seller, by=by, held=held)
        work.bookings.record_payment(booking, sale=sale, deliveries=[_owed(booking)])
        self._spend(work, booking, paid)
        work.tickets.paid(booking.id)
        for performance_id, places in places_of(booking.tickets).items():
            work.tell(SeatsChanged(performance_id, places))
        booking = replace(booking, payments=(*reserved.payments, *booking.payments))
        tell_customer(work, booking, Kind.PAYMENT_RECEIVED)
        work.tell(BookingChanged(booking.id))
        return booking

    def quote(
        self,
        work: Work,
        order: Order,
        *,
        by: Operator,
        lock: bool = True,
        returned: Collection[Ticket] = (),
    ) -> Quote:
        """See `app.services.quoting.quote`."""
        return quote(work, order, plans=self._plans, by=by, lock=lock, returned=returned)

    @staticmethod
    def claim(
        work: Work,
        order: Order,
        quoted: Quote,
        *,
        booking_id: str,
        by: Operator,
        reserved: bool = False,
    ) -> None:
        """Take all places of a quoted order for a booking, or raise SeatTaken (naming them), SaleClosed."""
        for performance_id in quoted.offers:
            asked = seat_nos(order, performance_id)
            won = work.tickets.sell(
                performance_id,
                asked,
                basket_id=order.basket_id,
                holder=by.station_code,
                booking_id=booking_id,
                reserved=reserved,
            )
            if len(won) < len(asked):  # perhaps it was taken off sale this moment
                work.events.offer(performance_id).performance.admits_sale(work.now)
            all_won(quoted.plans[performance_id], asked, won)
            work.tell(SeatsChanged(performance_id, tuple(sorted(won))))

    @staticmethod
    def use(work: Work, quoted: Quote) -> None:
        """Count what a quote uses of discounts, once its places are claimed (whoever waits for a place must
        not keep others from a discount). Conflict("price") when another till took the last use."""
        if not work.discounts.use(quoted.uses):
            raise Conflict("price")

    @staticmethod
    def tickets(quoted: Quote, *, booking_id: str, customer_id: str | None) -> tuple[Ticket, ...]:
        """The tickets of a quote, for a booking."""
        return tuple(
            _ticket(line, booking_id=booking_id, customer_id=customer_id) for line in quoted.lines
        )

    def take(
        self,
        work: Work,
        booking: Booking,
        paid: tuple[Paid, ...],
        *,
        head: JournalHead,
        by: Operator,
    ) -> tuple[Payment, ...]:
        """The payments of a booking that is there already: vouchers are redeemed, card attempts booked."""
        payments = _payments(work, booking, paid, head=head, by=by)
        self._spend(work, booking, paid)
        return payments

    def _sale(
        self,
        work: Work,
        booking: Booking,
        *,
        events: dict[str, str],
        head: JournalHead,
        seller: str,
        by: Operator,
        held: Sequence[Held] = (),
    ) -> Sale:
        """What the booking's payments write beside them; `held` is what a deposit covers already."""
        covered = Counter[str]()
        for one in held:
            covered[one.ticket_id] += one.amount.minor
        shares = spread(
            [(p.id, p.amount.minor) for p in booking.payments],
            [
                *((t.id, t.price.minor - covered[t.id]) for t in booking.live),
                *((item.id, item.price.minor) for item in booking.live_items),
                *((voucher.id, voucher.amount.minor) for voucher in booking.live_vouchers),
            ],
        )
        goods = {item.id for item in booking.items} | {v.id for v in booking.vouchers}
        item_shares = tuple(share for share in shares if share.ticket_id in goods)
        shares = [share for share in shares if share.ticket_id not in goods]
        tenders = {p.id: p.tender.value for p in booking.payments}
        tickets = [counted(ticket, events[ticket.performance_id]) for ticket in booking.live]
        parts = [(s.ticket_id, tenders[s.payment_id], s.amount) for s in shares]
        zone = self._clock.zone(work)
        if booking.status is BookingStatus.PAID:
            rollup = sale_metrics(
                tickets,
                shares=parts,
                channel=booking.channel,
                operator_id=seller,
                at=work.now,
                zone=zone,
            )
        else:
            rollup = deposit_metrics(tickets, shares=parts, at=work.now, zone=zone)
        return Sale(
            by.station_id,
            by.user_id,
            booking.customer_id,
            tuple(shares),
            _journal(booking, head=head, at=to_micros(work.now), by=by),
            rollup,
            item_shares,
            event_id=_only(events),
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


def agreed(order: Order, quoted: Quote) -> None:
    """Conflict("price", theirs=the quote) unless an order comes to what its buyer was told: the total that
    it expects, or without one every price that was promised."""
    fits = not quoted.lost if order.expected is None else order.expected == quoted.total
    if not fits:
        raise Conflict("price", theirs=quoted)


def may_order(order: Order, *, by: Operator) -> None:
    """Staff sell to anybody; a customer buys in their own name, by card or voucher. Raises Denied."""
    may_pay(order.customer_id, order.tenders, by=by)
    if order.vouchers and not by.may(Permission.SELL):
        raise Denied(Permission.SELL.value)


def may_pay(customer_id: str | None, tenders: Iterable[Tendered], *, by: Operator) -> None:
    """Staff take money for anybody; a customer pays what is their own, by card or voucher. Raises Denied."""
    if by.may(Permission.SELL):
        return
    by.require(Permission.BOOK_OWN)
    if customer_id != by.user_id:
        raise Denied(Permission.SELL.value)
    if any(one.tender not in (Tender.CARD, Tender.VOUCHER) for one in tenders):
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


def all_won(plan: SeatingPlan, asked: Collection[int], won: frozenset[int]) -> None:
    """SeatTaken names what was asked for and not won."""
    lost = [seat_no for seat_no in asked if seat_no not in won]
    if lost:
        raise SeatTaken(tuple(plan.label_of(seat_no) for seat_no in lost))


def _note_left_alone(work: Work, order: Order, quote: Quote, booking_id: str, by: Operator) -> None:
    """Seats were left alone against the program's advice: that is on record."""
    seats = [
        quote.plans[place.performance_id].label_of(place.seat_no)
        for place in order.left_alone
        if place.performance_id in quote.plans
    ]
    if seats:
        work.history.note(
            "left_alone",
            subject_kind="booking",
            subject_id=booking_id,
            body={"seats": seats},
            by=by,
        )


def _still_on(work: Work, booking: Booking) -> dict[str, str]:
    """Performance id -> event id; SaleClosed("cancelled") for one that will not take place."""
    events = {}
    for performance_id in sorted({ticket.performance_id for ticket in booking.tickets}):
        performance = work.events.offer(performance_id).performance
        if performance.status is PerformanceStatus.CANCELLED:
            raise SaleClosed(performance.status.value)
        events[performance_id] = performance.event_id
    return events


def _only(events: dict[str, str]) -> str | None:
    """The event of all these performances, if it is one."""
    found = set(events.values())
    return found.pop() if len(found) == 1 else None


def _events(quoted: Quote) -> dict[str, str]:
    return {key: offer.performance.event_id for key, offer in quoted.offers.items()}


def _booking(
    order: Order,
    quoted: Quote,
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
        total=quoted.total,
        tickets=Checkout.tickets(quoted, booking_id=booking_id, customer_id=order.customer_id),
        vouchers=tuple(
            GiftVoucher(new_id(), new_voucher_code(), amount, balance=amount)
            for amount in order.vouchers
        ),
        items=quoted.items,
        customer_id=order.customer_id,
        name=checked_booking_name(order.name),
    )


def _ticket(quoted: QuotedLine, *, booking_id: str, customer_id: str | None) -> Ticket:
    place, reduction = quoted.line.place, quoted.reduction
    return Ticket(
        id=new_id(),
        booking_id=booking_id,
        performance_id=place.performance_id,
        seat_no=place.seat_no,
        seat=quoted.seat,
        zone=quoted.zone,
        price_type=quoted.price_type,
        price=quoted.price,
        tax=quoted.tax,
        code=new_code(),
        user_id=customer_id,
        discount_id=None if reduction is None else reduction.discount.id,
        discount="" if reduction is None else reduction.discount.name,
        reduction=None if reduction is None else reduction.amount,
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
    if booking.items:
        facts["items"] = len(booking.items)
    if booking.status is BookingStatus.RESERVED:
        facts["deposit"] = 1
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
