"""The words for a sale that cannot be taken back: by a cashier, or by customers themselves. The part of
`ui/errors.py` that belongs to `app.services.undoing`."""

from __future__ import annotations

from app.domain import errors
from ui.i18n import moment, tr

_VOID = {
    "not_paid": "Booking {number} is a reservation and not paid. Cancel it instead.",
    "other_station": "Booking {number} was sold at another station. Cancel it and give the money back.",
    "other_shift": "Booking {number} was sold in another shift. Cancel it and give the money back.",
    "too_late": "Booking {number} is older than 15 minutes. Cancel it and give the money back.",
    "admitted": "Somebody came in with booking {number} already. Cancel single tickets instead.",
    "exchanged": "Tickets of booking {number} were exchanged. Cancel what is left and give the money back.",
    "refunded": "Money of booking {number} was given back already. Look at its page.",
    "cancelled": "Parts of booking {number} are cancelled already. Cancel the rest on its page.",
    "voucher_spent": "A gift voucher of booking {number} has been spent from. Cancel the tickets instead.",
}
_OWN = {
    "never": "Tickets for this event cannot be cancelled here. Please ask at the box office.",
    "too_late": "Cancelling {seat} was possible until {until}. Please ask at the box office.",
    "not_valid": "The ticket for {seat} is cancelled already or not paid yet.",
    "admitted": "Somebody came in with the ticket for {seat} already.",
    "cash": "{seat} was not paid by card or gift voucher here. Please come to the box office: the money"
    " goes back there.",
    "called_off": "This performance is called off. The house gives the money back by itself.",
}


def undo_words(error: errors.VoidRefused | errors.OwnCancelRefused) -> str:
    """What is in the way, and what can be done instead."""
    match error:
        case errors.VoidRefused(number, reason):
            return tr(_VOID.get(reason, _VOID["too_late"]), number=number)
        case errors.OwnCancelRefused(seat, reason, until):
            text = _OWN.get(reason, _OWN["never"])
            return tr(text, seat=seat, until=moment(until) if until else "")
