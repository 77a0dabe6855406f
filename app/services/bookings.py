"""What happens to bookings after they were made: found, paid, cancelled, refunded, printed again."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from app.domain.bookings import (
    BookingFilter,
    PickUp,
    PickUpFilter,
    ScanResult,
    TicketFilter,
    TicketLine,
    TicketPage,
)
from app.domain.errors import (
    BookingState,
    Invalid,
)
from app.domain.facts import BookingChanged, SeatsChanged
from app.domain.history import Note
from app.domain.notifications import Channel, Kind
from app.domain.own_cancellation import OwnCancellation
from app.domain.payments import Held, Refund, Tender, Tendered, refund_parts
from app.domain.ports import UnitOfWork, Work
from app.domain.tickets import Booking, BookingLine, BookingStatus, TicketStatus
from app.domain.users import Operator, Permission, cleaned
from app.domain.values import Money
from app.services.cards import CardService
from app.services.checkout import Checkout, may_pay, tell_customer
from app.services.money_back import MoneyBack
from app.services.returns import Cancelled, Returns, done_before, returnable
from app.services.undoing import Undoing

T = TypeVar("T")

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
        self._money_back = MoneyBack(work, cards=cards)
        self._undoing = Undoing(work, returns=returns, money_back=self._money_back)

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

    def pick_ups(self, which: PickUpFilter, *, by: Operator) -> tuple[PickUp, ...]:
        """Who comes for what: paid tickets that are not handed out, reservations to be paid; by name."""
        by.require(Permission.SEE_BOOKINGS)
        return self._work.read(lambda work: work.booking_lists.pick_ups(which))

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
            found, before = work.door.ticket(code), None
            if found is None:
                found = before = work.booking_details.code_before(code)
            if found is None:
                return ScanResult.UNKNOWN, None
            ticket_id, booking_id = found
            # from here on no other door is at this booking, and nobody who cancels
            work.bookings.hold_on(booking_id)
            result = ScanResult.ADMITTED
            if before is not None or work.door.status(ticket_id) is not TicketStatus.VALID:
                result = ScanResult.NOT_VALID
            elif work.door.admitted(ticket_id):
                result = ScanResult.ALREADY_IN
            work.door.scan(
                ticket_id, result=result, station_id=by.station_id, operator_id=by.user_id
            )
            work.tell(BookingChanged(booking_id))
            if result is ScanResult.ADMITTED:
                place = work.door.place(ticket_id)
                work.tell(SeatsChanged(place.performance_id, (place.seat_no,)))
            return result, ticket_id

        return self._work.write(act)

    # -- acts --------------------------------------------------------------------------------

    def pay(self, booking_id: str, *, tenders: Sequence[Tendered], by: Operator) -> Booking:
        """Take the money for a reservation. Paying what is paid already gives that booking and takes
        nothing; BookingState for a cancelled one, SaleClosed for a performance called off, and as
        `settle` for the money. Customers pay their own, by card or gift voucher."""

        def act(work: Work) -> Booking:
            booking = work.bookings.lock(booking_id)
            may_pay(booking.customer_id, tenders, by=by)
            if booking.status is BookingStatus.PAID:
                return booking
            return self._checkout.pay(work, booking, tenders, by=by)

        return self._work.write(act)

    def take_deposit(
        self,
        booking_id: str,
        amount: Money,
        *,
        tenders: Sequence[Tendered],
        key: str,
        by: Operator,
    ) -> Booking:
        """Take a part of what a reservation comes to; its seats stay reserved until its deadline. Sent
        twice with one key it is taken once. Raises NotFound and as `Checkout.take_deposit`."""
        by.require(Permission.SELL)

        def act(work: Work) -> Booking:
            booking = work.bookings.lock(booking_id)
            if done_before(work, booking_id, "deposit", key=key):
                return booking
            after = self._checkout.take_deposit(work, booking, amount, tenders, by=by)
            body = {"money": amount.minor, "currency": amount.currency, "key": key}
            work.history.note(
                "deposit", subject_kind="booking", subject_id=booking_id, body=body, by=by
            )
            tell_customer(work, after, Kind.PAYMENT_RECEIVED, paid=amount.minor)
            work.tell(BookingChanged(booking_id))
            return after

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

    def cancel_items(
        self, booking_id: str, *, item_ids: Collection[str], reason: str, by: Operator
    ) -> Cancelled:
        """Cancel goods of a booking, and gift vouchers nothing was spent of: their money is held until it
        is refunded. NotFound, BookingState, TicketState, VoucherUnusable."""
        by.require(Permission.CANCEL)
        return self._work.write(
            lambda work: self._returns.cancel_items(
                work, booking_id, item_ids=item_ids, reason=reason, by=by
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
        parts = refund_parts(self._returnable(booking_id), wanted)

        def act(work: Work, cards: Mapping[str, str]) -> tuple[Refund, ...]:
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

        return self._money_back.with_cards(
            [part for part in parts if (tender or part.tender) is Tender.CARD],
            act,
            before=lambda work: work.payments.refunded_before(key) or None,
            booking_id=booking_id,
            key=key,
            by=by,
        )

    def _returnable(self, booking_id: str) -> tuple[Held, ...]:
        return self._work.read(
            lambda work: returnable(
                work.bookings.booking(booking_id), work.payments.held(booking_id)
            )
        )

    # -- undoing -------------------------------------------------------------------------------

    def may_void(self, booking_id: str, *, by: Operator) -> str:
        """Why `void` would refuse now (see `app.domain.voids.why_not`), "" when it would not; NotFound."""
        by.require(Permission.CANCEL)
        return self._undoing.may_void(booking_id, by=by)

    def void(self, booking_id: str, *, key: str, by: Operator) -> Booking:
        """Undo a sale just made at this station, whole: everything is cancelled and all money goes back to
        the tenders it came from, cards through the terminal first. By counter-entries: nothing is deleted.
        Sent twice with one key it is done once. Slow when a terminal is asked: call it from the io lane.

        Raises NotFound, VoidRefused, and as `refund` when money cannot go back to a card: then nothing is
        undone, and the same key goes on where it stopped.
        """
        by.require(Permission.CANCEL)
        by.require(Permission.REFUND)
        return self._undoing.void(booking_id, key=key, by=by)

    def own_cancellation(self, booking_id: str, *, by: Operator) -> OwnCancellation:
        """What its customer could cancel of a booking, until when, and what would come back; NotFound."""
        return self._undoing.own_cancellation(booking_id, by=by)

    def cancel_own(self, ticket_ids: Collection[str], *, key: str, by: Operator) -> Booking:
        """Cancel one's own tickets of one booking by the rules of their events: what was paid goes back to
        the card or gift voucher it came from, less the event's fee, which stays. Sent twice with one key it
        is done once. Slow: call it from the io lane.

        Raises NotFound, Denied, OwnCancelRefused, Invalid({"tickets": missing or several_bookings}), and
        as `refund` when money cannot go back to a card.
        """
        by.require(Permission.BOOK_OWN)
        return self._undoing.cancel_own(ticket_ids, key=key, by=by)

    # -- deadlines -------------------------------------------------------------------------------

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

    # -- on paper --------------------------------------------------------------------------------

    def owes_print(self, booking_id: str, *, by: Operator) -> bool:
        """Whether the tickets of a booking are still to be printed and handed out."""
        by.require(Permission.SEE_BOOKINGS)
        return self._work.read(lambda work: work.booking_details.owes_print(booking_id))

    def printed(self, booking_id: str, *, reason: str = "", by: Operator) -> None:
        """The tickets of this booking are on paper or in a file: nothing is owed on that channel. The
        second time and later it is a reprint of the same codes, and noted as one with its reason."""
        by.require(Permission.SELL)

        def act(work: Work) -> None:
            if not work.notifications.done(booking_id, channel=Channel.PRINT, at=work.now):
                work.history.note(
                    "reprinted",
                    subject_kind="booking",
                    subject_id=booking_id,
                    body={"reason": cleaned(reason)},
                    by=by,
                )
            work.tell(BookingChanged(booking_id))

        self._work.write(act)

    def hand_out(self, booking_id: str, *, by: Operator) -> None:
        """The tickets, printed before, are in the hands of whoever they are for. Once is enough: handed
        out already they stay so. NotFound, BookingState for what is not paid."""
        by.require(Permission.SELL)

        def act(work: Work) -> None:
            booking = work.bookings.lock(booking_id)
            if booking.status is not BookingStatus.PAID:
                raise BookingState(booking.number, booking.status.value)
            if work.notifications.done(booking_id, channel=Channel.PRINT, at=work.now):
                work.history.note(
                    "handed_out", subject_kind="booking", subject_id=booking_id, by=by
                )
            work.tell(BookingChanged(booking_id))

        self._work.write(act)

    def printed_before(self, instant: datetime, *, by: Operator) -> None:
        """All tickets sold before `instant` (UTC) are on paper: what was owed then is owed no more."""
        by.require(Permission.SELL)

        def act(work: Work) -> None:
            work.notifications.done_before(instant, channel=Channel.PRINT)
            work.tell(BookingChanged(""))

        self._work.write(act)
