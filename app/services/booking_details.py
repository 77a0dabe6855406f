"""What is written on a booking after it was made: name, contact, notes, deadline, who comes, new codes. Every
act leaves a note with what was there before."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from app.domain.booking_details import (
    REISSUED,
    checked_attendee,
    checked_booking_name,
    checked_notes,
    seated,
)
from app.domain.errors import BookingState, Conflict, Invalid, NotFound, TicketState
from app.domain.facts import BookingChanged
from app.domain.notifications import Kind
from app.domain.ports import UnitOfWork, Work
from app.domain.tickets import Booking, BookingStatus, Ticket, TicketStatus, new_code
from app.domain.users import Operator, Permission, cleaned
from app.services.checkout import tell_customer

_LONGEST_REASON = 200

Body = Mapping[str, object]


class BookingDetailService:
    """Changes of a booking that move neither seats nor money. `version` is the booking's as it was seen;
    Conflict("booking", theirs=Booking) when somebody changed it since, unless to the same."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work

    def rename(self, booking_id: str, *, name: str, version: int, by: Operator) -> Booking:
        """What it is called at the desk, "" for nothing; NotFound, Conflict, Invalid({"name": …})."""
        by.require(Permission.SELL)
        wanted = checked_booking_name(name)

        def change(_: Work, before: Booking) -> tuple[Booking, Body]:
            return replace(before, name=wanted), {"from": before.name, "to": wanted}

        return self._change(booking_id, "renamed", change, version=version, by=by)

    def set_notes(self, booking_id: str, *, notes: str, version: int, by: Operator) -> Booking:
        """The booking's notes; NotFound, Conflict, Invalid({"notes": …})."""
        by.require(Permission.SELL)
        wanted = checked_notes(notes)

        def change(_: Work, before: Booking) -> tuple[Booking, Body]:
            return replace(before, notes=wanted), {"from": before.notes, "to": wanted}

        return self._change(booking_id, "noted", change, version=version, by=by)

    def set_customer(
        self, booking_id: str, *, customer_id: str | None, version: int, by: Operator
    ) -> Booking:
        """Whose it is, and whose tickets they are; None for nobody. NotFound for either, Conflict."""
        by.require(Permission.SELL)

        def change(work: Work, before: Booking) -> tuple[Booking, Body]:
            name = "" if customer_id is None else work.customers.get(customer_id).contact.name
            after = replace(before, customer_id=customer_id, customer=name)
            return after, {"from": before.customer, "to": name}

        return self._change(booking_id, "customer_changed", change, version=version, by=by)

    def prolong(self, booking_id: str, *, until: datetime, version: int, by: Operator) -> Booking:
        """Another deadline (UTC) of a reservation; NotFound, Conflict, BookingState for one that is paid or
        gone, Invalid({"until": "in_the_past"})."""
        by.require(Permission.SELL)

        def change(work: Work, before: Booking) -> tuple[Booking, Body]:
            if before.status is not BookingStatus.RESERVED:
                raise BookingState(before.number, before.status.value)
            if until <= work.now:
                raise Invalid({"until": "in_the_past"})
            was = "" if before.expires_at is None else before.expires_at.isoformat()
            return replace(before, expires_at=until), {"from": was, "to": until.isoformat()}

        return self._change(booking_id, "prolonged", change, version=version, by=by)

    def _change(
        self,
        booking_id: str,
        action: str,
        change: Callable[[Work, Booking], tuple[Booking, Body]],
        *,
        version: int,
        by: Operator,
    ) -> Booking:
        def act(work: Work) -> Booking:
            locked = work.bookings.lock(booking_id)
            # the lock counted as a change already
            before = replace(locked, version=locked.version - 1)
            after, body = change(work, before)
            if after == before:
                return locked
            if before.version != version:
                raise Conflict("booking", before)
            work.booking_details.save(after)
            work.history.note(
                action, subject_kind="booking", subject_id=booking_id, body=body, by=by
            )
            work.tell(BookingChanged(booking_id))
            return work.bookings.booking(booking_id)

        return self._work.write(act)

    # -- who comes ---------------------------------------------------------------------------

    def set_attendee(self, ticket_id: str, *, name: str, by: Operator) -> Booking:
        """Who comes on a live ticket, "" for nobody in particular; NotFound, TicketState,
        Invalid({"attendee": "too_long"})."""
        by.require(Permission.SELL)
        wanted = checked_attendee(name)

        def names(booking: Booking) -> Mapping[str, str]:
            ticket = next(t for t in booking.tickets if t.id == ticket_id)
            if ticket.status is TicketStatus.CANCELLED:
                raise TicketState(ticket.seat, ticket.status.value)
            return {ticket_id: wanted}

        def act(work: Work) -> Booking:
            return _seat(work, work.booking_details.booking_of(ticket_id), names, by=by)

        return self._work.write(act)

    def set_attendees(self, booking_id: str, *, names: Sequence[str], by: Operator) -> Booking:
        """A list of people onto the live tickets in seat order; tickets beyond the list keep theirs.
        NotFound, Invalid({"attendee": too_many_names or too_long})."""
        by.require(Permission.SELL)
        return self._work.write(
            lambda work: _seat(work, booking_id, lambda booking: seated(booking.live, names), by=by)
        )

    # -- codes -------------------------------------------------------------------------------

    def reissue(
        self,
        booking_id: str,
        *,
        ticket_ids: Collection[str] | None = None,
        reason: str,
        by: Operator,
    ) -> Booking:
        """New codes for these valid tickets of a booking, or for all: the old ones admit nobody any more.
        They are owed on paper again, and the customer is sent the new ones.

        NotFound, BookingState when none is valid, TicketState for one that is not,
        Invalid({"reason": "missing"}).
        """
        by.require(Permission.SELL)
        why = cleaned(reason)[:_LONGEST_REASON]
        if not why:
            raise Invalid({"reason": "missing"})

        def act(work: Work) -> Booking:
            booking = work.bookings.lock(booking_id)
            tickets = _valid(booking, ticket_ids)
            work.booking_details.set_codes({ticket.id: new_code() for ticket in tickets})
            for ticket in tickets:
                work.history.note(
                    REISSUED,
                    subject_kind="code",
                    subject_id=ticket.code,
                    body={"ticket": ticket.id, "reason": why},
                    by=by,
                )
            body = {"seats": [ticket.seat for ticket in tickets], "reason": why}
            work.history.note(
                REISSUED, subject_kind="booking", subject_id=booking_id, body=body, by=by
            )
            work.booking_details.owe_print(booking_id)
            after = work.bookings.booking(booking_id)
            tell_customer(work, after, Kind.BOOKING_CONFIRMED, reissued=True)
            work.tell(BookingChanged(booking_id))
            return after

        return self._work.write(act)


def _seat(
    work: Work, booking_id: str, names: Callable[[Booking], Mapping[str, str]], *, by: Operator
) -> Booking:
    """Write who comes where that is somebody else than before."""
    booking = work.bookings.lock(booking_id)
    wanted = names(booking)
    changed = [t for t in booking.tickets if wanted.get(t.id, t.attendee) != t.attendee]
    if not changed:
        return booking
    work.booking_details.set_attendees({ticket.id: wanted[ticket.id] for ticket in changed})
    body = {
        "seats": [ticket.seat for ticket in changed],
        "from": [ticket.attendee for ticket in changed],
        "to": [wanted[ticket.id] for ticket in changed],
    }
    work.history.note("attendees", subject_kind="booking", subject_id=booking_id, body=body, by=by)
    work.tell(BookingChanged(booking_id))
    return work.bookings.booking(booking_id)


def _valid(booking: Booking, ticket_ids: Collection[str] | None) -> tuple[Ticket, ...]:
    valid = tuple(t for t in booking.tickets if t.status is TicketStatus.VALID)
    if ticket_ids is None:
        if not valid:
            raise BookingState(booking.number, booking.status.value)
        return valid
    found = {ticket.id: ticket for ticket in booking.tickets}
    for ticket_id in ticket_ids:
        if ticket_id not in found:
            raise NotFound("ticket", ticket_id)
        if found[ticket_id].status is not TicketStatus.VALID:
            raise TicketState(found[ticket_id].seat, found[ticket_id].status.value)
    return tuple(ticket for ticket in valid if ticket.id in set(ticket_ids))
