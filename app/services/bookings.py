"""What happens to bookings after they were made: found, paid, cancelled, refunded, printed again."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import NAMESPACE_OID, uuid5

from app.domain.bookings import (
    BookingFilter,
    ScanResult,
    TicketFilter,
    TicketLine,
    TicketPage,
)
from app.domain.cards import AttemptStatus
from app.domain.errors import CardNotApproved, Conflict, Invalid, Rejected, TerminalTimeout
from app.domain.facts import BookingChanged
from app.domain.history import Note
from app.domain.notifications import Channel, Kind
from app.domain.payments import Held, Refund, RefundPart, Tender, Tendered, refund_parts
from app.domain.ports import UnitOfWork, Work
from app.domain.tickets import Booking, BookingLine, BookingStatus, TicketStatus
from app.domain.users import Operator, Permission
from app.domain.values import Money
from app.services.cards import CardService
from app.services.checkout import Checkout, tell_customer
from app.services.returns import Cancelled, Returns

_AT_ONCE = 20
_ALL = BookingFilter()


class BookingService:
    """What can be done with a booking."""

    def __init__(
        self, work: UnitOfWork, *, checkout: Checkout, returns: Returns, cards: CardService
    ) -> None:
        self._work = work
        self._checkout = checkout
        self._returns = returns
        self._cards = cards

    def booking(self, booking_id: str, *, by: Operator) -> Booking:
        """One booking with its tickets and money; NotFound. Customers see their own."""
        found = self._work.read(lambda work: work.bookings.booking(booking_id))
        by.require_self(Permission.SEE_BOOKINGS, user_id=found.customer_id or "")
        return found

    # -- lists -------------------------------------------------------------------------------

    def count(self, which: BookingFilter, *, by: Operator) -> int:
        """How many bookings fit."""
        by.require(Permission.SEE_BOOKINGS)
        return self._work.read(lambda work: work.booking_lists.count_bookings(which))

    def bookings(
        self,
        which: BookingFilter = _ALL,
        *,
        offset: int = 0,
        limit: int = 500,
        by: Operator,
    ) -> tuple[BookingLine, ...]:
        """A page of them, newest first."""
        by.require(Permission.SEE_BOOKINGS)
        return self._work.read(
            lambda work: work.booking_lists.bookings(which, offset=offset, limit=limit)
        )

    def count_tickets(self, which: TicketFilter, *, by: Operator) -> int:
        """How many tickets fit; a customer's are their own (`which.user_id`)."""
        by.require_self(Permission.SEE_BOOKINGS, user_id=which.user_id)
        return self._work.read(lambda work: work.booking_lists.count_tickets(which))

    def tickets(
        self, which: TicketFilter, *, offset: int = 0, limit: int = 500, by: Operator
    ) -> tuple[TicketLine, ...]:
        """A page of them, newest first; a customer's are their own (`which.user_id`)."""
        by.require_self(Permission.SEE_BOOKINGS, user_id=which.user_id)
        return self._work.read(
            lambda work: work.booking_lists.tickets(which, offset=offset, limit=limit)
        )

    def ticket(self, ticket_id: str, *, by: Operator) -> TicketPage:
        """Everything about one ticket; NotFound. Customers see their own."""

        def ask(work: Work) -> TicketPage:
            page = work.booking_lists.ticket(ticket_id)
            return replace(page, told=work.deliveries.about(page.line.booking_id))

        page = self._work.read(ask)
        by.require_self(Permission.SEE_BOOKINGS, user_id=page.ticket.user_id or "")
        return page

    def history(self, booking_id: str, *, by: Operator) -> tuple[Note, ...]:
        """What happened to a booking, newest first."""
        by.require(Permission.SEE_BOOKINGS)
        return self._work.read(lambda work: work.history.of("booking", booking_id))

    # -- the door ----------------------------------------------------------------------------

    def check_in(self, code: str, *, by: Operator) -> tuple[ScanResult, str | None]:
        """Admit whoever holds the ticket with this code, once; the answer, and the ticket's id when there
        is one. Every scan of a known ticket is kept."""
        by.require(Permission.CHECK_IN)

        def act(work: Work) -> tuple[ScanResult, str | None]:
            found = work.door.ticket(code)
            if found is None:
                return ScanResult.UNKNOWN, None
            ticket_id, booking_id = found
            # from here on no other door is at this booking, and nobody who cancels
            work.bookings.hold_on(booking_id)
            result = ScanResult.ADMITTED
            if work.door.status(ticket_id) is not TicketStatus.VALID:
                result = ScanResult.NOT_VALID
            elif work.door.admitted(ticket_id):
                result = ScanResult.ALREADY_IN
            work.door.scan(
                ticket_id, result=result, station_id=by.station_id, operator_id=by.user_id
            )
            work.tell(BookingChanged(booking_id))
            return result, ticket_id

        return self._work.write(act)

    # -- acts --------------------------------------------------------------------------------

    def pay(self, booking_id: str, *, tenders: Sequence[Tendered], by: Operator) -> Booking:
        """Take the money for a reservation. Paying what is paid already gives that booking and takes
        nothing; BookingState for a cancelled one, SaleClosed for a performance called off, and as
        `settle` for the money."""
        by.require(Permission.SELL)

        def act(work: Work) -> Booking:
            booking = work.bookings.lock(booking_id)
            if booking.status is BookingStatus.PAID:
                return booking
            return self._checkout.pay(work, booking, tenders, by=by)

        return self._work.write(act)

    def cancel(
        self,
        booking_id: str,
        *,
        ticket_ids: Collection[str] | None = None,
        reason: str,
        by: Operator,
    ) -> Cancelled:
        """Cancel tickets of a booking, or all that live: places free at once, codes void, money still
        held until it is refunded. NotFound, BookingState, TicketState."""
        by.require(Permission.CANCEL)
        return self._work.write(
            lambda work: self._returns.cancel(
                work, booking_id, ticket_ids=ticket_ids, reason=reason, by=by
            )
        )

    def held(self, booking_id: str, *, by: Operator) -> tuple[Held, ...]:
        """What is held for each ticket by payment: what a refund can give back."""
        by.require(Permission.SEE_PAYMENTS)
        return self._work.read(lambda work: work.payments.held(booking_id))

    def refund(
        self,
        booking_id: str,
        *,
        wanted: Mapping[str, Money],
        reason: str,
        key: str,
        tender: Tender | None = None,
        by: Operator,
    ) -> tuple[Refund, ...]:
        """Give back `wanted` (ticket id -> amount), to the tenders it came from unless `tender` says
        otherwise. Sent twice with one key it is given back once. Slow when a terminal is asked: then
        call it from the io lane.

        Raises as `Returns.refund`; CardNotApproved, TerminalTimeout or TerminalUnreachable when money
        cannot go back to a card: nothing is refunded then, and the same key goes on where it stopped.
        """
        by.require(Permission.REFUND)
        before = self._work.read(lambda work: work.payments.refunded_before(key))
        if before:
            return before
        held = self.held(booking_id, by=by)
        to_cards = [
            part for part in refund_parts(held, wanted) if (tender or part.tender) is Tender.CARD
        ]
        cards = self._to_cards(to_cards, booking_id=booking_id, key=key, by=by)

        def act(work: Work) -> tuple[Refund, ...]:
            return work.payments.refunded_before(key) or self._returns.refund(
                work,
                booking_id,
                wanted=wanted,
                reason=reason,
                key=key,
                cards=cards,
                tender=tender,
                by=by,
            )

        try:
            return self._work.write(act)
        except (Conflict, Rejected):
            before = self._work.read(lambda work: work.payments.refunded_before(key))
            if not before:  # somebody else gave it back while the terminal was asked
                self._cards.give_up(list(cards.values()), by=by)
                raise
            return before

    def _to_cards(
        self, parts: Sequence[RefundPart], *, booking_id: str, key: str, by: Operator
    ) -> dict[str, str]:
        """Payment id -> the terminal's approval; all of them, or none when one is declined."""
        cards: dict[str, str] = {}
        try:
            for part in parts:
                cards[part.payment_id] = self._to_card(part, booking_id=booking_id, key=key, by=by)
        except CardNotApproved:
            self._cards.give_up(list(cards.values()), by=by)
            raise
        return cards

    def _to_card(self, part: RefundPart, *, booking_id: str, key: str, by: Operator) -> str:
        """The id of the terminal's approval to give this part back."""
        attempt = self._cards.refund(
            part.amount,
            key=str(uuid5(NAMESPACE_OID, f"{key}/{part.payment_id}")),
            booking_id=booking_id,
            transaction_id=part.transaction_id,
            by=by,
        )
        if attempt.in_doubt:
            raise TerminalTimeout
        if attempt.status not in (AttemptStatus.APPROVED, AttemptStatus.BOOKED):
            raise CardNotApproved(attempt.id)
        return attempt.id

    def expire(self, *, by: Operator) -> int:
        """Give up reservations past their deadline, each in a transaction of its own; how many went.

        Called every minute by whoever has a window open: two stations doing it at once is harmless.
        """
        by.require(Permission.BOOK_OWN)
        due = self._work.read(lambda work: work.bookings.expired(limit=_AT_ONCE))
        return sum(self._expire(booking_id, by) for booking_id in due)

    def _expire(self, booking_id: str, by: Operator) -> bool:
        def act(work: Work) -> bool:
            booking = work.bookings.lock(booking_id)
            late = booking.expires_at is not None and booking.expires_at <= work.now
            if booking.status is not BookingStatus.RESERVED or not late:
                return False
            self._returns.cancel(
                work,
                booking_id,
                ticket_ids=None,
                reason="expired",
                kind=Kind.RESERVATION_EXPIRED,
                by=by,
            )
            return True

        return self._work.write(act)

    def resend(self, booking_id: str, *, by: Operator) -> None:
        """Tell the customer of a booking again what they booked, with the tickets attached.
        Invalid({"customer": "missing"}) when it has none."""
        by.require(Permission.SELL)

        def act(work: Work) -> None:
            booking = work.bookings.booking(booking_id)
            if booking.customer_id is None:
                raise Invalid({"customer": "missing"})
            tell_customer(work, booking, Kind.BOOKING_CONFIRMED)
            work.history.note("resent", subject_kind="booking", subject_id=booking_id, by=by)
            work.tell(BookingChanged(booking_id))

        self._work.write(act)

    def printed(self, booking_id: str, *, by: Operator) -> None:
        """The tickets of this booking are on paper or in a file: nothing is owed on that channel. The
        second time and later it is a reprint, and noted as one."""
        by.require(Permission.SELL)

        def act(work: Work) -> None:
            if not work.notifications.done(booking_id, channel=Channel.PRINT, at=work.now):
                work.history.note("reprinted", subject_kind="booking", subject_id=booking_id, by=by)
            work.tell(BookingChanged(booking_id))

        self._work.write(act)

    def printed_before(self, instant: datetime, *, by: Operator) -> None:
        """All tickets sold before `instant` (UTC) are on paper: what was owed then is owed no more."""
        by.require(Permission.SELL)

        def act(work: Work) -> None:
            work.notifications.done_before(instant, channel=Channel.PRINT)
            work.tell(BookingChanged(""))

        self._work.write(act)
