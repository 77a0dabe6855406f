"""What is written on a booking by hand: its name, notes, and who comes on which ticket."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from app.domain.errors import Invalid
from app.domain.own_cancellation import OwnTerms
from app.domain.tickets import Booking, Ticket
from app.domain.users import cleaned, cleaned_lines

REISSUED = "reissued"  # the act, in the history of a booking, a ticket and its old code
_LONGEST_NAME = 100
_LONGEST_ATTENDEE = 200
_LONGEST_NOTES = 10_000


def checked_booking_name(text: str) -> str:
    """What a booking is called at the desk, "" for nothing; Invalid({"name": "too_long"}) above 100."""
    name = cleaned(text)
    if len(name) > _LONGEST_NAME:
        raise Invalid({"name": "too_long"})
    return name


def checked_notes(text: str) -> str:
    """Notes of a booking; Invalid({"notes": "too_long"}) above 10,000 letters."""
    notes = cleaned_lines(text)
    if len(notes) > _LONGEST_NOTES:
        raise Invalid({"notes": "too_long"})
    return notes


def checked_attendee(text: str) -> str:
    """Who comes on a ticket, "" for nobody in particular; Invalid({"attendee": "too_long"}) above 200."""
    name = cleaned(text)
    if len(name) > _LONGEST_ATTENDEE:
        raise Invalid({"attendee": "too_long"})
    return name


def pasted_names(text: str) -> tuple[str, ...]:
    """A pasted list of people, one a line; numbering and bullets before a name are passed over."""
    names = (cleaned(line).lstrip("0123456789.)•*- \t") for line in text.splitlines())
    return tuple(name for name in names if name)


def seated(tickets: Sequence[Ticket], names: Sequence[str]) -> dict[str, str]:
    """The names laid over live tickets in seat order: ticket id -> name; tickets beyond the list keep
    theirs. Invalid({"attendee": …}) with too_many_names or too_long."""
    checked = [checked_attendee(name) for name in names]
    if len(checked) > len(tickets):
        raise Invalid({"attendee": "too_many_names"})
    ordered = sorted(tickets, key=lambda ticket: (ticket.performance_id, ticket.seat_no))
    return {ticket.id: name for ticket, name in zip(ordered, checked, strict=False)}


class BookingDetails(Protocol):
    """What stands on bookings and tickets beside seats and money, as the database keeps it."""

    def save(self, booking: Booking) -> None:
        """Write name, notes, customer and deadline of a booking that is held on to. A new customer is
        the buyer of its tickets too; of a new deadline nobody was reminded yet."""

    def set_attendees(self, names: Mapping[str, str]) -> None:
        """Write who comes: ticket id -> name."""

    def set_codes(self, codes: Mapping[str, str]) -> None:
        """Write what admits: ticket id -> code."""

    def booking_of(self, ticket_id: str) -> str:
        """The booking a ticket is in; NotFound."""

    def owe_print(self, booking_id: str) -> None:
        """The tickets of a booking are owed on paper (again)."""

    def owes_print(self, booking_id: str) -> bool:
        """Whether they are."""

    def own_terms(self, performance_ids: Collection[str]) -> dict[str, OwnTerms]:
        """Performance id -> by which its customers may cancel their own tickets."""

    def code_before(self, code: str) -> tuple[str, str] | None:
        """The ids of the ticket that had this code before another was issued, and of its booking."""
