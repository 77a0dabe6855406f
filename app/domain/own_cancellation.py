"""Customers who cancel their own tickets: until when the event lets them, what comes back, and where to.

All of it is worked out here, once, for the preview and for the act alike.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.domain.payments import Held, RefundPart, Tender, refund_parts
from app.domain.tickets import Booking, Ticket, TicketStatus
from app.domain.values import Money

OWN_FEE = "fees"  # in the note of such a cancellation: ticket id -> minor units that stay
_BY_ITSELF = (Tender.CARD, Tender.VOUCHER)  # what can go back without anybody at a counter


@dataclass(frozen=True, slots=True)
class OwnTerms:
    """What an event allows for one of its performances: until so many hours before it starts (None for
    never), and what stays of each ticket in minor units."""

    starts_at: datetime
    hours: int | None
    fee: int
    off: bool = False  # the performance was called off: the house gives everything back itself

    @property
    def until(self) -> datetime | None:
        """The last moment, UTC."""
        return None if self.hours is None else self.starts_at - timedelta(hours=self.hours)


@dataclass(frozen=True, slots=True)
class OwnTicket:
    """A ticket as its holder may cancel it: `held` is what was paid for it, `fee` what stays of that,
    `back` what comes back. `refusal` says why it cannot be, "" when it can: never, too_late, not_valid,
    admitted, cash (what was not paid by card or gift voucher goes back at the box office), called_off."""

    ticket: Ticket
    held: Money
    fee: Money
    back: Money
    until: datetime | None
    refusal: str


@dataclass(frozen=True, slots=True)
class OwnCancellation:
    """A booking's live tickets as their holder may cancel them."""

    booking_id: str
    number: str
    tickets: tuple[OwnTicket, ...]
    held: tuple[Held, ...]

    def of(self, ticket_ids: Collection[str]) -> tuple[OwnTicket, ...]:
        """These of them."""
        return tuple(one for one in self.tickets if one.ticket.id in ticket_ids)

    def wanted(self, ticket_ids: Collection[str]) -> dict[str, Money]:
        """What comes back for each of these, where anything does."""
        return {one.ticket.id: one.back for one in self.of(ticket_ids) if one.back}

    def parts(self, ticket_ids: Collection[str]) -> tuple[RefundPart, ...]:
        """To where it comes back."""
        wanted = self.wanted(ticket_ids)
        return refund_parts(self.held, wanted) if wanted else ()


def own_cancellation(
    booking: Booking,
    *,
    held: Sequence[Held],
    terms: Mapping[str, OwnTerms],
    admitted: Collection[str],
    now: datetime,
) -> OwnCancellation:
    """`terms` by performance id, `admitted` ids of tickets that let somebody in."""
    tickets = tuple(
        _own_ticket(
            ticket,
            held=[one for one in held if one.ticket_id == ticket.id],
            terms=terms[ticket.performance_id],
            admitted=ticket.id in admitted,
            now=now,
        )
        for ticket in booking.live
    )
    return OwnCancellation(booking.id, booking.number, tickets, tuple(held))


def _own_ticket(
    ticket: Ticket, *, held: Sequence[Held], terms: OwnTerms, admitted: bool, now: datetime
) -> OwnTicket:
    paid = Money.total((one.amount for one in held), ticket.price.currency)
    fee = min(Money(terms.fee, paid.currency), paid)
    until = terms.until
    reasons = {
        "not_valid": ticket.status is not TicketStatus.VALID,
        "called_off": terms.off,
        "admitted": admitted,
        "never": until is None,
        "too_late": until is not None and now > until,
        "cash": any(one.tender not in _BY_ITSELF for one in held),
    }
    refusal = next((reason for reason, holds in reasons.items() if holds), "")
    return OwnTicket(ticket, paid, fee, paid - fee, until, refusal)
