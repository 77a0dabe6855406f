"""Exchanging tickets of a booking for others: another seat, price type, performance or event, more of them
or fewer, in one act. What was previewed is posted to the cent, or nothing is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from app.domain.analytics import Rollup, sale_metrics
from app.domain.errors import Conflict
from app.domain.exchanges import Exchange, ExchangePreview, ExchangeWish
from app.domain.facts import BookingChanged
from app.domain.notifications import Channel, Delivery, DeliveryStatus, Kind
from app.domain.payments import (
    JournalHead,
    JournalLine,
    Payment,
    Tender,
    Tendered,
    journal_body,
    settle,
    spread,
)
from app.domain.ports import UnitOfWork, Work
from app.domain.tickets import Booking, Sale, Ticket, TicketStatus
from app.domain.users import Operator, Permission, cleaned
from app.domain.values import Money, new_id, to_micros
from app.services.cards import CardService
from app.services.checkout import Checkout, counted, places_of, tell_customer
from app.services.exchange_plan import ExchangePlan, check_free, planned
from app.services.house_clock import HouseClock
from app.services.money_back import MoneyBack
from app.services.returns import Returns

_LONGEST_REASON = 200


class ExchangeService:
    """Exchanges, previewed and made."""

    def __init__(
        self,
        work: UnitOfWork,
        *,
        checkout: Checkout,
        returns: Returns,
        cards: CardService,
        clock: HouseClock,
    ) -> None:
        self._work = work
        self._checkout = checkout
        self._returns = returns
        self._money_back = MoneyBack(work, cards=cards)
        self._clock = clock

    def of(self, booking_id: str, *, by: Operator) -> tuple[Exchange, ...]:
        """The exchanges made in a booking, oldest first."""
        by.require(Permission.SEE_BOOKINGS)
        return self._work.read(lambda work: work.exchanges.of(booking_id))

    def made_before(self, key: str, *, by: Operator) -> Booking | None:
        """The booking in which an exchange with this key was made, if it was."""
        by.require(Permission.SELL)
        return self._work.read(lambda work: _made_before(work, key))

    def preview(self, wish: ExchangeWish, *, by: Operator) -> ExchangePreview:
        """What the exchange comes to now; nothing is written or held.

        Raises NotFound, BookingState, TicketState (cancelled, or "admitted" for one that let somebody in),
        EmptyBasket when nothing is taken, OtherCurrency, SeatTaken for places that are neither free nor
        held by the wish's basket nor given up in it, and what a quote raises.
        """
        by.require(Permission.SELL)

        def ask(work: Work) -> ExchangePreview:
            booking = work.bookings.booking(wish.booking_id)
            plan = self._planned(work, wish, booking, by=by)
            check_free(work, wish, plan)
            return plan.preview

        return self._work.read(ask)

    def exchange(
        self,
        wish: ExchangeWish,
        *,
        expected: ExchangePreview,
        tenders: Sequence[Tendered] = (Tendered(Tender.CASH),),
        tender: Tender | None = None,
        key: str,
        by: Operator,
    ) -> Booking:
        """Make the exchange that `expected` shows: old codes die, their places are free, the new ones are
        taken, and money moves, all in one transaction. Sent twice with one key it is made once.

        `tenders` pay what is due; what goes back goes to the tenders it came from unless `tender` says
        otherwise. Slow when a terminal is asked to give money back: then call it on the lane "io".

        Raises as `preview`; Conflict("price") when it would come to anything else; as `settle` for the
        money; CardNotApproved, TerminalTimeout or TerminalUnreachable when money cannot go back to a
        card: nothing is exchanged then.
        """
        self._may(wish, expected, by=by)
        before = self.made_before(key, by=by)
        if before is not None:
            return before
        to_cards = [part for part in expected.parts if (tender or part.tender) is Tender.CARD]
        if to_cards:  # no terminal is asked before it is certain what is to be posted
            _as_shown(self.preview(wish, by=by), expected)

        def act(work: Work, cards: Mapping[str, str]) -> Booking:
            plan = self._planned(work, wish, work.bookings.lock(wish.booking_id), by=by, lock=True)
            _as_shown(plan.preview, expected)
            return self._post(
                work, wish, plan, tenders=tenders, tender=tender, cards=cards, key=key, by=by
            )

        return self._money_back.with_cards(
            to_cards,
            act,
            before=lambda work: _made_before(work, key),
            booking_id=wish.booking_id,
            key=key,
            by=by,
        )

    @staticmethod
    def _may(wish: ExchangeWish, expected: ExchangePreview, *, by: Operator) -> None:
        by.require(Permission.SELL)
        if wish.give_up:
            by.require(Permission.CANCEL)
        if expected.back:
            by.require(Permission.REFUND)

    def _planned(
        self, work: Work, wish: ExchangeWish, booking: Booking, *, by: Operator, lock: bool = False
    ) -> ExchangePlan:
        return planned(work, wish, booking, checkout=self._checkout, by=by, lock=lock)

    # -- posting it --------------------------------------------------------------------------

    def _post(
        self,
        work: Work,
        wish: ExchangeWish,
        plan: ExchangePlan,
        *,
        tenders: Iterable[Tendered],
        tender: Tender | None,
        cards: Mapping[str, str],
        key: str,
        by: Operator,
    ) -> Booking:
        booking, preview = plan.booking, plan.preview
        paid = settle(preview.due, tenders)
        # first of all: one of the places may be taken again, at another price
        self._returns.free(work, booking, plan.out, by=by)
        self._checkout.claim(
            work, plan.order, plan.quote, booking_id=booking.id, by=by, reserved=preview.unpaid
        )
        self._checkout.use(work, plan.quote)
        exchange = _exchange(wish, plan, at=work.now, by=by)
        lines = 0 if preview.unpaid else 1 + len(paid)
        head = work.payments.journal_head(by.station_id, lines=lines)
        seller = by.user_id
        if booking.payments or not paid:
            seller = work.analytics.seller(booking.id)
        payments = self._checkout.take(work, booking, paid, head=head, by=by)
        sale = self._sale(work, plan, exchange, payments, head=head, seller=seller, by=by)
        added = replace(booking, tickets=_standing(plan), payments=payments)
        printing = [] if preview.unpaid else [_to_print(booking.id, at=work.now)]
        work.bookings.add(added, sale=sale, deliveries=printing)
        change = (preview.price - (preview.credit - preview.fee)).minor
        work.exchanges.record(exchange, shares=plan.moves.shares, change=change, key=key, by=by)
        zone = self._clock.zone(work)
        work.analytics.count_exchange(exchange.id, station_id=by.station_id, zone=zone)
        if preview.back:
            self._returns.refund(
                work,
                booking.id,
                wanted=plan.moves.back,
                reason=exchange.reason or "exchange",
                key=key,
                cards=cards,
                tender=tender,
                kind=None,
                by=by,
            )
        self._say(work, plan, exchange, by=by)
        return work.bookings.booking(booking.id)

    def _sale(
        self,
        work: Work,
        plan: ExchangePlan,
        exchange: Exchange,
        payments: Sequence[Payment],
        *,
        head: JournalHead,
        seller: str,
        by: Operator,
    ) -> Sale:
        """What is written beside the new tickets: what pays for them, the journal's lines, the rollup."""
        booking, at = plan.booking, work.now
        if plan.preview.unpaid:
            return Sale(by.station_id, by.user_id, booking.customer_id, (), (), Rollup(()))
        shares = spread([(p.id, p.amount.minor) for p in payments], plan.moves.short)
        tenders = {p.id: p.tender.value for p in payments}
        events = {key: o.performance.event_id for key, o in plan.quote.offers.items()}
        rollup = sale_metrics(
            [counted(ticket, events[ticket.performance_id]) for ticket in plan.taken],
            shares=[(s.ticket_id, tenders[s.payment_id], s.amount) for s in shares],
            channel=booking.channel,
            operator_id=seller,
            at=at,
            zone=self._clock.zone(work),
        )
        return Sale(
            by.station_id,
            by.user_id,
            booking.customer_id,
            tuple(shares),
            _journal(plan, exchange, payments, head=head, at=to_micros(at), by=by),
            rollup,
        )

    @staticmethod
    def _say(work: Work, plan: ExchangePlan, exchange: Exchange, *, by: Operator) -> None:
        """To the booking's history, to its customer, and to whoever shows it."""
        booking, preview = plan.booking, plan.preview
        old, new = [t.seat for t in plan.out], [t.seat for t in plan.taken]
        money: dict[str, object] = {
            "currency": preview.total.currency,
            "fee": exchange.fee.minor,
            "paid": exchange.paid.minor,
            "refunded": exchange.returned.minor,
        }
        work.history.note(
            "exchanged" if plan.out else "added",
            subject_kind="booking",
            subject_id=booking.id,
            body={
                "exchange": exchange.id,
                "seats": old,
                "new_seats": new,
                "performances": sorted(places_of(plan.out)),
                "new_performances": sorted(places_of(plan.taken)),
                "credit": exchange.credit.minor,
                "waived": exchange.waived,
                "reason": exchange.reason,
                **money,
            },
            by=by,
        )
        tell_customer(
            work,
            booking,
            Kind.EXCHANGED,
            old_seats=old,
            new_seats=new,
            reason=exchange.reason,
            left=_left(work, plan),
            **money,
        )
        work.tell(BookingChanged(booking.id))


def _as_shown(now: ExchangePreview, expected: ExchangePreview) -> None:
    if now.figures != expected.figures:
        raise Conflict("price", theirs=now)


def _made_before(work: Work, key: str) -> Booking | None:
    booking_id = work.exchanges.done_before(key)
    return None if booking_id is None else work.bookings.booking(booking_id)


def _left(work: Work, plan: ExchangePlan) -> object:
    """The performances of which no ticket of the booking is left, as notifications say them: they go from
    the customer's calendar."""
    out = {ticket.id for ticket in plan.out}
    staying = [ticket for ticket in plan.booking.live if ticket.id not in out]
    still = places_of((*staying, *plan.taken))
    gone = [ticket.id for ticket in plan.out if ticket.performance_id not in still]
    if not gone or plan.booking.customer_id is None:
        return []
    said = work.notifications.content_of((plan.booking.id,), ticket_ids=gone)
    return said[plan.booking.id]["performances"]


def _exchange(wish: ExchangeWish, plan: ExchangePlan, *, at: datetime, by: Operator) -> Exchange:
    preview = plan.preview
    return Exchange(
        id=new_id(),
        booking_id=plan.booking.id,
        at=at,
        operator=by.name,
        credit=preview.credit,
        fee=preview.fee,
        paid=preview.due,
        returned=preview.back,
        out=tuple(ticket.id for ticket in plan.out),
        taken=tuple(ticket.id for ticket in plan.taken),
        waived=wish.waive_fee,
        reason=cleaned(wish.reason)[:_LONGEST_REASON],
    )


def _standing(plan: ExchangePlan) -> tuple[Ticket, ...]:
    """The new tickets as they stand in the booking: those of a reservation admit nobody yet."""
    if not plan.preview.unpaid:
        return plan.taken
    return tuple(replace(ticket, status=TicketStatus.RESERVED) for ticket in plan.taken)


def _to_print(booking_id: str, *, at: datetime) -> Delivery:
    return Delivery(new_id(), booking_id, "tickets", Channel.PRINT, DeliveryStatus.QUEUED, at)


def _journal(
    plan: ExchangePlan,
    exchange: Exchange,
    payments: Sequence[Payment],
    *,
    head: JournalHead,
    at: int,
    by: Operator,
) -> tuple[JournalLine, ...]:
    """The act itself, which takes nothing, then a line for each payment of it."""
    booking = plan.booking
    facts: dict[str, str | int] = {
        "booking": booking.id,
        "number": booking.number,
        "exchange": exchange.id,
        "operator": by.user_id,
    }
    act = facts | {
        "out": len(exchange.out),
        "in": len(exchange.taken),
        "credit": exchange.credit.minor,
        "fee": exchange.fee.minor,
        "paid": exchange.paid.minor,
        "returned": exchange.returned.minor,
    }
    nothing = Money(0, booking.total.currency)
    lines = [head.next_line(kind="exchange", body=journal_body(act), amount=nothing, at=at)]
    for payment in payments:
        head = head.after(lines[-1])
        paid = {
            "payment": payment.id,
            "tender": payment.tender.value,
            "given": payment.given.minor,
            "shift": payment.shift_id or "",
            "tickets": len(exchange.taken),
        }
        body = journal_body(facts | paid)
        lines.append(head.next_line(kind="sale", body=body, amount=payment.amount, at=at))
    return tuple(lines)
