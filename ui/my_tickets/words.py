"""What one's own tickets are called, and why one cannot be cancelled here."""

from __future__ import annotations

from datetime import datetime

from app.domain.own_cancellation import OwnTicket
from app.domain.tickets import TicketStatus
from ui.i18n import moment, tr

_STATES = {
    TicketStatus.VALID: ("Valid", "good"),
    TicketStatus.RESERVED: ("Not paid yet", "warn"),
    TicketStatus.CANCELLED: ("Cancelled", "faint"),
}
_REFUSALS = {
    "never": "Tickets for this event cannot be cancelled here. Please ask at the box office.",
    "too_late": "Cancelling here was possible until {until}. Please ask at the box office.",
    "not_valid": "Not paid yet: please ask at the box office.",
    "admitted": "Somebody came in with it already.",
    "cash": "Paid at the counter: the money goes back there. Please come to the box office.",
    "called_off": "Called off: the house gives the money back by itself.",
}


def state_words(status: TicketStatus) -> str:
    """In a word or two."""
    return tr(_STATES[status][0])


def state_token(status: TicketStatus) -> str:
    """The colour token of its mark."""
    return _STATES[status][1]


def refusal_words(refusal: str, until: datetime | None) -> str:
    """Why a ticket cannot be cancelled here."""
    text = _REFUSALS.get(refusal, _REFUSALS["never"])
    return tr(text, until=moment(until) if until else "")


def rule_words(ticket: OwnTicket) -> str:
    """Until when a ticket can be cancelled, or why it cannot."""
    if ticket.refusal:
        return refusal_words(ticket.refusal, ticket.until)
    return tr("Can be cancelled until {until}.", until=moment(ticket.until) if ticket.until else "")
