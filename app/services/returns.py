"""Taking tickets and goods back and giving money back, inside a transaction somebody else opened. Two acts:
a cancelled ticket frees its place at once; its money stays held until it is refunded."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from app.domain.cards import AttemptKind
from app.domain.errors import BookingState, TicketState
from app.domain.facts import BookingChanged, SeatsChanged, VoucherChanged
from app.domain.notifications import ANYWHERE, Channel, Kind
from app.domain.payments import (
    Held,
    JournalHead,
    JournalLine,
    Refund,
    RefundPart,
    Tender,
    journal_body,
    refund_parts,
)
from app.domain.ports import Work
from app.domain.tickets import (
    Booking,
    BookingStatus,
    GiftVoucher,
    Item,
    Place,
    Ticket,
    TicketStatus,
)
from app.domain.users import Operator, cleaned
from app.domain.values import Money, new_id, to_micros
from app.domain.voids import VOIDED
from app.domain.vouchers import shown_code
from app.services.checkout import places_of, tell_customer
from app.services.goods_in_sale import take_back
from app.services.house_clock import HouseClock

_LONGEST_REASON = 200  # with a refund; whole it stands with what was cancelled


@dataclass(frozen=True, slots=True)
class Cancelled:
    """What was cancelled, and what is held for it: the proposal of a refund, by ticket (item, gift
    voucher) and payment."""

    booking: Booking
    tickets: tuple[Ticket, ...]
    held: tuple[Held, ...]
    items: tuple[Item, ...] = ()
    vouchers: tuple[GiftVoucher, ...] = ()

    @property
    def ids(self) -> frozenset[str]:
        """Of everything that was cancelled."""
        goods = {item.id for item in self.items} | {voucher.id for voucher in self.vouchers}
        return frozenset(goods.union(ticket.id for ticket in self.tickets))

    @property
    def goods(self) -> tuple[str, ...]:
        """What the goods among it are called, a gift voucher by its code."""
        codes = (shown_code(voucher.code) for voucher in self.vouchers)
        return (*(item.name for item in self.items), *codes)

    @property
    def owed(self) -> Money:
        """What can be given back for them."""
        return Money.total((one.amount for one in self.held), self.booking.total.currency)


class Returns:
    """Cancelling and refunding, for every service that does."""

    def __init__(self, *, clock: HouseClock) -> None:
        self._clock = clock

    def cancel(
        self,
        work: Work,
        booking_id: str,
        *,
        ticket_ids: Collection[str] | None,
        reason: str,
        by: Operator,
        kind: Kind | None = Kind.BOOKING_CANCELLED,
        more: Mapping[str, object] | None = None,
    ) -> Cancelled:
        """Cancel these tickets of a booking, or all that live and the goods with them (not its gift
        vouchers: somebody has their codes); `kind` is what its customer is told, `more` is noted with it.

        Raises NotFound, BookingState when nothing lives, TicketState for one cancelled before.
        """
        booking = work.bookings.lock(booking_id)
        going = _going(booking, ticket_ids)
        self.free(work, booking, going, by=by)
        items = booking.live_items if ticket_ids is None else ()
        take_back(work, items, by=by)
        cancelled = self._closed(
            work, booking, Cancelled(booking, going, (), items), reason=reason, by=by, more=more
        )
        if kind is not None:
            seats = [ticket.seat for ticket in going]
            held = cancelled.owed.minor
            tell_customer(work, cancelled.booking, kind, seats=seats, reason=reason, held=held)
        return cancelled

    def cancel_items(
        self,
        work: Work,
        booking_id: str,
        *,
        item_ids: Collection[str],
        reason: str,
        by: Operator,
    ) -> Cancelled:
        """Cancel these items and gift vouchers of a booking. A membership bought as one ends; a voucher
        is void. Its customer is told when nothing of the booking is left.

        Raises NotFound, BookingState when none of them is in it, TicketState for an item cancelled before,
        VoucherUnusable (void, spent) for a voucher that cannot be undone.
        """
        booking = work.bookings.lock(booking_id)
        items, vouchers = _goods_going(booking, item_ids)
        take_back(work, items, by=by)
        for voucher in vouchers:
            work.vouchers.void(voucher.id, subject_id=booking_id)
            work.tell(VoucherChanged(voucher.id))
        going = Cancelled(booking, (), (), items, vouchers)
        cancelled = self._closed(work, booking, going, reason=reason, by=by)
        if not cancelled.booking.lives:
            tell_customer(work, cancelled.booking, Kind.BOOKING_CANCELLED, seats=[], reason=reason)
        return cancelled

    def void(
        self, work: Work, booking: Booking, *, key: str, cards: Mapping[str, str], by: Operator
    ) -> Booking:
        """Undo a locked booking that may be undone: everything is cancelled and all its money goes back in
        one act. Its customer hears of it by mail only when they may have had mail about it before.

        Raises CardNotApproved, VoucherUnusable.
        """
        unheard = work.deliveries.withdraw(booking.id, channel=Channel.EMAIL)
        self.free(work, booking, booking.live, by=by)
        take_back(work, booking.live_items, by=by)
        for voucher in booking.live_vouchers:
            work.vouchers.void(voucher.id, subject_id=booking.id)
            work.tell(VoucherChanged(voucher.id))
        going = Cancelled(booking, booking.live, (), booking.live_items, booking.live_vouchers)
        more = {"key": key, "money": booking.paid.minor, "currency": booking.paid.currency}
        cancelled = self._closed(work, booking, going, reason="", by=by, act=VOIDED, more=more)
        if cancelled.held:
            self.refund(
                work,
                booking.id,
                wanted=held_by_ticket(cancelled.held),
                reason=VOIDED,
                key=key,
                cards=cards,
                kind=None,
                by=by,
            )
        work.notifications.tell_buyer(
            booking.id,
            kind=Kind.BOOKING_CANCELLED,
            more={"seats": [t.seat for t in going.tickets], "refunded": booking.paid.minor},
            channels={Channel.PANEL} if unheard else ANYWHERE,
        )
        return work.bookings.booking(booking.id)

    def free(
        self, work: Work, booking: Booking, going: tuple[Ticket, ...], *, by: Operator
    ) -> None:
        """The places of these tickets are free, their codes open no door."""
        for performance_id, seat_nos in places_of(going).items():
            work.tickets.free(booking.id, [Place(performance_id, no) for no in seat_nos])
            work.tell(SeatsChanged(performance_id, seat_nos))
        ids = {ticket.id for ticket in going}
        zone = self._clock.zone(work)
        work.analytics.count_returns(ids, station_id=by.station_id, zone=zone)
        work.bookings.cancel_tickets(ids)
        work.discounts.give_back(going)
        if booking.status is BookingStatus.RESERVED:
            work.bookings.owe_less(booking.id, sum(ticket.price.minor for ticket in going))

    @staticmethod
    def _closed(
        work: Work,
        booking: Booking,
        going: Cancelled,
        *,
        reason: str,
        by: Operator,
        act: str = "cancelled",
        more: Mapping[str, object] | None = None,
    ) -> Cancelled:
        """Note the act; the booking is cancelled once nothing of it lives."""
        body: dict[str, object] = {"seats": [t.seat for t in going.tickets], "reason": reason}
        if going.goods:
            body["goods"] = list(going.goods)
        body |= more or {}
        work.history.note(act, subject_kind="booking", subject_id=booking.id, body=body, by=by)
        after = work.bookings.booking(booking.id)
        if not after.lives:
            work.bookings.cancelled(booking.id)
            work.deliveries.withdraw(booking.id, channel=Channel.PRINT)
            after = replace(after, status=BookingStatus.CANCELLED, expires_at=None)
        work.tell(BookingChanged(booking.id))
        held = tuple(one for one in work.payments.held(booking.id) if one.ticket_id in going.ids)
        return replace(going, booking=after, held=held)

    def refund(
        self,
        work: Work,
        booking_id: str,
        *,
        wanted: Mapping[str, Money],
        reason: str,
        key: str,
        by: Operator,
        cards: Mapping[str, str] | None = None,
        tender: Tender | None = None,
        payment_ids: Collection[str] | None = None,
        kind: Kind | None = Kind.REFUNDED,
    ) -> tuple[Refund, ...]:
        """Give back `wanted` (ticket id -> amount) on the payments it came from, or only on these; a
        deposit only for what was given up of its reservation. `kind` is what the customer is told.

        `cards`: payment id -> the approved refund attempt at the terminal, needed for every payment by
        card. `tender`: where all of it goes instead (cash), when the customer and the house agree.
        Raises NotFound, TooMuchRefund, NothingToRefund, CardNotApproved.
        """
        booking = work.bookings.lock(booking_id)
        reason = cleaned(reason)[:_LONGEST_REASON]
        held = returnable(booking, work.payments.held(booking_id))
        if payment_ids is not None:
            held = tuple(one for one in held if one.payment_id in payment_ids)
        parts = refund_parts(held, wanted)
        head = work.payments.journal_head(by.station_id, lines=len(parts))
        refunds = tuple(
            self._give_back(
                work, booking, part, head=head, reason=reason, by=by, cards=cards, tender=tender
            )
            for part in parts
        )
        shares = [part.shares for part in parts]
        work.payments.record_refunds(refunds, shares=shares, key=key, by=by)
        lines = _journal(booking, refunds, head=head, by=by)
        work.payments.append(by.station_id, lines)
        zone = self._clock.zone(work)
        refund_ids = [refund.id for refund in refunds]
        work.analytics.count_refund(refund_ids, station_id=by.station_id, zone=zone)
        back = sum(refund.amount.minor for refund in refunds)
        if kind is not None:
            tell_customer(work, booking, kind, refunded=back, reason=reason)
        work.tell(BookingChanged(booking_id))
        return refunds

    @staticmethod
    def _give_back(
        work: Work,
        booking: Booking,
        part: RefundPart,
        *,
        head: JournalHead,
        reason: str,
        by: Operator,
        cards: Mapping[str, str] | None,
        tender: Tender | None,
    ) -> Refund:
        refund_id, goes_to = new_id(), tender or part.tender
        transaction_id = part.transaction_id if goes_to is part.tender else ""
        if goes_to is Tender.CARD:
            attempt = work.cards.book(
                (cards or {}).get(part.payment_id, ""),
                kind=AttemptKind.REFUND,
                amount=part.amount,
                booking_id=booking.id,
            )
            transaction_id = attempt.transaction_id or ""
        elif goes_to is Tender.VOUCHER:
            work.vouchers.credit(transaction_id, amount=part.amount, subject_id=refund_id)
        return Refund(
            id=refund_id,
            booking_id=booking.id,
            payment_id=part.payment_id,
            tender=goes_to,
            amount=part.amount,
            reason=reason,
            created_at=work.now,
            transaction_id=transaction_id,
            operator_id=by.user_id,
            shift_id=head.shift_id,
        )


def done_before(work: Work, booking_id: str, act: str, *, key: str) -> bool:
    """Whether an act on a booking that noted its key was done with this one."""
    notes = work.history.of("booking", booking_id)
    return any(note.action == act and note.body.get("key") == key for note in notes)


def returnable(booking: Booking, held: Sequence[Held]) -> tuple[Held, ...]:
    """What of the held money may go back: all, but of a reservation's deposit only what is held for what
    was given up. The rest counts for the seats that are still kept."""
    if booking.status is not BookingStatus.RESERVED:
        return tuple(held)
    kept = {ticket.id for ticket in booking.live} | {item.id for item in booking.live_items}
    return tuple(one for one in held if one.ticket_id not in kept)


def held_by_ticket(held: Iterable[Held]) -> dict[str, Money]:
    """What is held for each ticket (item, gift voucher), of all payments together."""
    found: dict[str, Money] = {}
    for one in held:
        found[one.ticket_id] = found.get(one.ticket_id, one.amount * 0) + one.amount
    return found


def _going(booking: Booking, ticket_ids: Collection[str] | None) -> tuple[Ticket, ...]:
    if not booking.live and (ticket_ids is not None or not booking.live_items):
        raise BookingState(booking.number, BookingStatus.CANCELLED.value)
    if ticket_ids is None:
        return booking.live
    going = tuple(ticket for ticket in booking.tickets if ticket.id in ticket_ids)
    for ticket in going:
        if ticket.status is TicketStatus.CANCELLED:
            raise TicketState(ticket.seat, ticket.status.value)
    if not going:
        raise BookingState(booking.number, booking.status.value)
    return going


def _goods_going(
    booking: Booking, item_ids: Collection[str]
) -> tuple[tuple[Item, ...], tuple[GiftVoucher, ...]]:
    items = tuple(item for item in booking.items if item.id in item_ids)
    vouchers = tuple(voucher for voucher in booking.vouchers if voucher.id in item_ids)
    for item in items:
        if item.status is TicketStatus.CANCELLED:
            raise TicketState(item.name, item.status.value)
    if not items and not vouchers:
        raise BookingState(booking.number, booking.status.value)
    return items, vouchers


def _journal(
    booking: Booking, refunds: tuple[Refund, ...], *, head: JournalHead, by: Operator
) -> list[JournalLine]:
    lines: list[JournalLine] = []
    for refund in refunds:
        body = journal_body(
            {
                "booking": booking.id,
                "number": booking.number,
                "refund": refund.id,
                "payment": refund.payment_id,
                "tender": refund.tender.value,
                "operator": by.user_id,
                "shift": refund.shift_id or "",
            }
        )
        at = to_micros(refund.created_at)
        lines.append(head.next_line(kind="refund", body=body, amount=-refund.amount, at=at))
        head = head.after(lines[-1])
    return lines
