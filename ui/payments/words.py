"""What the payments screen calls things."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from app.domain.cards import AttemptKind, AttemptStatus, CardAttempt
from app.domain.payment_history import PaymentKind
from app.domain.shifts import DrawerAct
from ui.i18n import tr

_KINDS = {PaymentKind.PAYMENT: "Payment", PaymentKind.REFUND: "Refund"}
_ACTS = {
    DrawerAct.FLOAT: "Float",
    DrawerAct.PAID_IN: "Paid in",
    DrawerAct.PAID_OUT: "Paid out",
    DrawerAct.DROP: "To the safe",
    DrawerAct.COUNT: "Count",
}
_STATUS = {
    AttemptStatus.PENDING: "Asked, and no answer kept: the program ended meanwhile.",
    AttemptStatus.UNKNOWN: "The terminal did not answer. Nobody knows yet whether money moved.",
}
_APPROVED = {
    AttemptKind.CHARGE: "Charged, but in no booking. Undo it, unless its sale is still open at the counter.",
    AttemptKind.REFUND: "Given back, but not in the books. Undo it, then refund again.",
}


def kind_words(kind: PaymentKind) -> str:
    """In a word."""
    return tr(_KINDS[kind])


def act_words(act: DrawerAct) -> str:
    """In a word or two."""
    return tr(_ACTS[act])


def attempt_words(attempt: CardAttempt) -> str:
    """Why it is listed, and what to do."""
    return tr(_STATUS.get(attempt.status, _APPROVED[attempt.kind]))


def midnight(day: date | None) -> datetime | None:
    """When a day begins on this computer's clock, in UTC."""
    return None if day is None else datetime.combine(day, time()).astimezone().astimezone(UTC)
