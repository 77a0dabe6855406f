"""Taking a sale back: a cashier right after it was made, or customers by the rules of the event. Cancelling
and giving the money back are one act here, with the card terminal asked in between."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from app.domain.errors import Denied, Invalid, OwnCancelRefused, VoidRefused
from app.domain.notifications import Kind
from app.domain.own_cancellation import OWN_FEE, OwnCancellation, own_cancellation
from app.domain.payments import RefundPart, Tender, whole
from app.domain.ports import UnitOfWork, Work
from app.domain.tickets import Booking, TicketStatus
from app.domain.users import Operator, Permission, Role
from app.domain.voids import VOIDED, Till, why_not
from app.services.checkout import tell_customer
from app.services.money_back import MoneyBack
from app.services.returns import Returns, done_before


class Undoing:
    """What `BookingService` does about a booking as a whole."""

    def __init__(self, work: UnitOfWork, *, returns: Returns, money_back: MoneyBack) -> None:
        self._work = work
        self._returns = returns
        self._money_back = money_back

    def may_void(self, booking_id: str, *, by: Operator) -> str:
        """See `BookingService.may_void`."""

        def ask(work: Work) -> str:
            return _why_not_void(work, work.bookings.booking(booking_id), by=by)

        return self._work.read(ask)

    def void(self, booking_id: str, *, key: str, by: Operator) -> Booking:
        """See `BookingService.void`."""

        def before(work: Work) -> Booking | None:
            done = done_before(work, booking_id, VOIDED, key=key)
            return work.bookings.booking(booking_id) if done else None

        def parts(work: Work) -> list[RefundPart]:
            booking = work.bookings.booking(booking_id)
            _must_be_voidable(work, booking, by=by)
            return [whole(payment) for payment in booking.payments if payment.tender is Tender.CARD]

        def act(work: Work, cards: Mapping[str, str]) -> Booking:
            booking = work.bookings.lock(booking_id)
            _must_be_voidable(work, booking, by=by)
            return self._returns.void(work, booking, key=key, cards=cards, by=by)

        done = self._work.read(before)
        if done is not None:
            return done
        to_cards = self._work.read(parts)
        return self._money_back.with_cards(
            to_cards, act, before=before, booking_id=booking_id, key=key, by=by
        )

    # -- customers for themselves ----------------------------------------------------------------

    def own_cancellation(self, booking_id: str, *, by: Operator) -> OwnCancellation:
        """See `BookingService.own_cancellation`."""

        def ask(work: Work) -> OwnCancellation:
            booking = work.bookings.booking(booking_id)
            by.require_self(Permission.CANCEL, user_id=booking.customer_id or "")
            return _own(work, booking)

        return self._work.read(ask)

    def cancel_own(self, ticket_ids: Collection[str], *, key: str, by: Operator) -> Booking:
        """See `BookingService.cancel_own`."""
        booking_id = self._work.read(lambda work: _booking_of(work, ticket_ids))

        def before(work: Work) -> Booking | None:
            done = done_before(work, booking_id, "cancelled", key=key)
            return work.bookings.booking(booking_id) if done else None

        def to_cards(work: Work) -> list[RefundPart]:
            plan = _own_agreed(work, work.bookings.booking(booking_id), ticket_ids, by=by)
            return [part for part in plan.parts(ticket_ids) if part.tender is Tender.CARD]

        def act(work: Work, cards: Mapping[str, str]) -> Booking:
            booking = work.bookings.lock(booking_id)
            plan = _own_agreed(work, booking, ticket_ids, by=by)
            return self._cancel_own(work, plan, ticket_ids, cards=cards, key=key, by=by)

        done = self._work.read(before)
        if done is not None:
            return done
        return self._money_back.with_cards(
            self._work.read(to_cards),
            act,
            before=before,
            booking_id=booking_id,
            key=key,
            by=_for_the_house(by),
        )

    def _cancel_own(
        self,
        work: Work,
        plan: OwnCancellation,
        ticket_ids: Collection[str],
        *,
        cards: Mapping[str, str],
        key: str,
        by: Operator,
    ) -> Booking:
        going = plan.of(ticket_ids)
        fees = {one.ticket.id: one.fee.minor for one in going if one.fee}
        cancelled = self._returns.cancel(
            work,
            plan.booking_id,
            ticket_ids=ticket_ids,
            reason="",
            kind=None,
            more={"own": 1, "key": key, OWN_FEE: fees},
            by=by,
        )
        wanted = plan.wanted(ticket_ids)
        if wanted:
            self._returns.refund(
                work,
                plan.booking_id,
                wanted=wanted,
                reason="own",
                key=key,
                cards=cards,
                kind=None,
                by=by,
            )
        tell_customer(
            work,
            cancelled.booking,
            Kind.BOOKING_CANCELLED,
            *([Kind.REFUNDED] if wanted else []),
            seats=[one.ticket.seat for one in going],
            refunded=sum(amount.minor for amount in wanted.values()),
        )
        return work.bookings.booking(plan.booking_id)


def _why_not_void(work: Work, booking: Booking, *, by: Operator) -> str:
    shift = work.shifts.open_at(by.station_id)
    till = Till(by.station_code, None if shift is None else shift.id)
    admitted = bool(work.exchanges.admitted([ticket.id for ticket in booking.tickets]))
    return why_not(booking, till=till, now=work.now, admitted=admitted)


def _must_be_voidable(work: Work, booking: Booking, *, by: Operator) -> None:
    reason = _why_not_void(work, booking, by=by)
    if reason:
        raise VoidRefused(booking.number, reason)


def _booking_of(work: Work, ticket_ids: Collection[str]) -> str:
    """The one booking these tickets are in."""
    found = {work.booking_details.booking_of(ticket_id) for ticket_id in ticket_ids}
    if len(found) != 1:
        raise Invalid({"tickets": "several_bookings" if found else "missing"})
    return found.pop()


def _own(work: Work, booking: Booking) -> OwnCancellation:
    return own_cancellation(
        booking,
        held=work.payments.held(booking.id),
        terms=work.booking_details.own_terms({t.performance_id for t in booking.live}),
        admitted=work.exchanges.admitted([ticket.id for ticket in booking.live]),
        now=work.now,
    )


def _own_agreed(
    work: Work, booking: Booking, ticket_ids: Collection[str], *, by: Operator
) -> OwnCancellation:
    """The plan, when these tickets are the operator's own and every one of them may go."""
    if booking.customer_id != by.user_id:
        raise Denied(Permission.CANCEL.value)
    plan = _own(work, booking)
    going = plan.of(ticket_ids)
    for ticket in booking.tickets:
        if ticket.id in ticket_ids and ticket.status is TicketStatus.CANCELLED:
            raise OwnCancelRefused(ticket.seat, "not_valid")
    for one in going:
        if one.refusal:
            raise OwnCancelRefused(one.ticket.seat, one.refusal, one.until)
    return plan


def _for_the_house(by: Operator) -> Operator:
    """Whoever cancels by the house's own rules has the terminal give money back in the house's name."""
    return replace(by, role=Role.CASHIER)
