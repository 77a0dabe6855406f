"""Taking tickets back and giving money back, inside a transaction somebody else opened. Two acts: a
cancelled ticket frees its place at once; its money stays held until it is refunded."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from app.domain.cards import AttemptKind
from app.domain.errors import BookingState, TicketState
from app.domain.facts import BookingChanged, SeatsChanged
from app.domain.notifications import Kind
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
from app.domain.tickets import Booking, BookingStatus, Place, Ticket, TicketStatus
from app.domain.users import Operator, cleaned
from app.domain.values import Money, new_id, to_micros
from app.services.checkout import places_of, tell_customer
from app.services.house_clock import HouseClock

_LONGEST_REASON = 200  # with a refund; whole it stands with what was cancelled


@dataclass(frozen=True, slots=True)
class Cancelled:
    """What was cancelled, and what is held for it: the proposal of a refund, by ticket and payment."""

    booking: Booking
    tickets: tuple[Ticket, ...]
    held: tuple[Held, ...]

    @property
    def owed(self) -> Money:
        """What can be given back for these tickets."""
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
    ) -> Cancelled:
        """Cancel these tickets of a booking, or all that live; `kind` is what its customer is told.

        Raises NotFound, BookingState when nothing lives, TicketState for one cancelled before.
        """
        booking = work.bookings.lock(booking_id)
        going = _going(booking, ticket_ids)
        for performance_id, seat_nos in places_of(going).items():
            work.tickets.free(booking_id, [Place(performance_id, no) for no in seat_nos])
            work.tell(SeatsChanged(performance_id, seat_nos))
        ids = {ticket.id for ticket in going}
        zone = self._clock.zone(work)
        work.analytics.count_returns(ids, station_id=by.station_id, zone=zone)
        work.bookings.cancel_tickets(ids)
        if booking.status is BookingStatus.RESERVED:
            work.bookings.owe_less(booking_id, sum(ticket.price.minor for ticket in going))
        if len(going) == len(booking.live):
            work.bookings.cancelled(booking_id)
        work.history.note(
            "cancelled",
            subject_kind="booking",
            subject_id=booking_id,
            body={"seats": [ticket.seat for ticket in going], "reason": reason},
            by=by,
        )
        after = work.bookings.booking(booking_id)
        if kind is not None:
            seats = [ticket.seat for ticket in going]
            tell_customer(work, after, kind, seats=seats, reason=reason)
        work.tell(BookingChanged(booking_id))
        held = tuple(one for one in work.payments.held(booking_id) if one.ticket_id in ids)
        return Cancelled(after, going, held)

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
    ) -> tuple[Refund, ...]:
        """Give back `wanted` (ticket id -> amount) on the payments it came from, or only on these.

        `cards`: payment id -> the approved refund attempt at the terminal, needed for every payment by
        card. `tender`: where all of it goes instead (cash), when the customer and the house agree.
        Raises NotFound, TooMuchRefund, NothingToRefund, CardNotApproved.
        """
        booking = work.bookings.lock(booking_id)
        reason = cleaned(reason)[:_LONGEST_REASON]
        held = work.payments.held(booking_id)
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
        tell_customer(work, booking, Kind.REFUNDED, refunded=back, reason=reason)
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


def _going(booking: Booking, ticket_ids: Collection[str] | None) -> tuple[Ticket, ...]:
    if not booking.live:
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
