"""Card payments through a terminal: what may be asked of it, and what is kept about every asking.

The one rule: what was asked is written down and committed before the terminal hears of it, under a
key that is never used for anything else. When an answer is lost, the terminal is asked about that
key; nothing is ever charged a second time to find out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from app.domain.values import Money


@dataclass(frozen=True, slots=True)
class Approved:
    """The money moved. `card` is scheme and last four digits, as the terminal gives them."""

    transaction_id: str
    card: str


@dataclass(frozen=True, slots=True)
class Declined:
    """No money moved: `reason` is funds, expired, cancelled, not_allowed or other."""

    reason: str


@dataclass(frozen=True, slots=True)
class Working:
    """The terminal is still busy with it."""


@dataclass(frozen=True, slots=True)
class Unheard:
    """The terminal never heard of that key."""


@dataclass(frozen=True, slots=True)
class Reversed:
    """The money moved and moved back, or was kept from moving."""


Answer = Approved | Declined
Outcome = Approved | Declined | Working | Unheard | Reversed


class CardTerminal(Protocol):
    """A card terminal. Every method may raise TerminalTimeout (the answer did not come, anything may
    have happened) and TerminalUnreachable (it was not asked at all)."""

    @property
    def connected(self) -> bool:
        """Whether this station has a terminal at all."""

    def authorise(self, key: str, *, amount: Money) -> Answer:
        """Charge a card. A key that was charged before gives the old answer and charges nothing."""

    def enquire(self, key: str) -> Outcome:
        """What became of this key; changes nothing."""

    def refund(self, key: str, *, transaction_id: str, amount: Money) -> Answer:
        """Give money back to the card of an earlier transaction; idempotent by key as `authorise`."""

    def reverse(self, key: str) -> None:
        """Undo a key, whatever became of it: afterwards no money has moved for it, nor ever will."""


class AttemptKind(StrEnum):
    """Which way the money goes."""

    CHARGE = "charge"
    REFUND = "refund"


class AttemptStatus(StrEnum):
    """What is known. BOOKED is an approval that became a payment or a refund in the books."""

    PENDING = "pending"
    APPROVED = "approved"
    DECLINED = "declined"
    UNKNOWN = "unknown"
    REVERSED = "reversed"
    BOOKED = "booked"


# Money may have moved, and the books do not say so.
UNRESOLVED = (AttemptStatus.PENDING, AttemptStatus.UNKNOWN, AttemptStatus.APPROVED)


@dataclass(frozen=True, slots=True)
class CardAttempt:
    """One thing asked of the terminal; `id` is its key there.

    `booking_id` is the booking refunded, or the one a charge became part of. `reason` is why the
    terminal declined, only right after it did.
    """

    id: str
    kind: AttemptKind
    amount: Money
    status: AttemptStatus
    created_at: datetime
    station_id: str
    operator_id: str
    operator: str = ""
    station_code: str = ""
    basket_id: str | None = None
    booking_id: str | None = None
    booking_number: str = ""
    transaction_id: str | None = None
    card: str = ""
    reason: str = ""

    @property
    def in_doubt(self) -> bool:
        """Whether nobody knows yet if money moved."""
        return self.status in {AttemptStatus.PENDING, AttemptStatus.UNKNOWN}

    @property
    def unresolved(self) -> bool:
        """Whether money may have moved that no booking accounts for."""
        return self.status in UNRESOLVED


class Cards(Protocol):
    """What was asked of card terminals, as the database keeps it."""

    def add(self, attempt: CardAttempt) -> bool:
        """Write one down; False when one with this id is there already, and nothing is changed."""

    def attempt(self, attempt_id: str) -> CardAttempt:
        """NotFound."""

    def settle(
        self,
        attempt_id: str,
        *,
        status: AttemptStatus,
        transaction_id: str | None = None,
        card: str = "",
    ) -> None:
        """What became of it. One that is booked, declined or reversed stays as it is, and an approval
        is not forgotten for UNKNOWN."""

    def hold_back(self, attempt_id: str) -> bool:
        """Make an unresolved one UNKNOWN, so that no sale can use it; False when it is resolved."""

    def unresolved(self, station_id: str) -> tuple[CardAttempt, ...]:
        """Of this station, oldest first."""

    def book(
        self, attempt_id: str, *, kind: AttemptKind, amount: Money, booking_id: str
    ) -> CardAttempt:
        """Use an approval in a booking, in the transaction that writes the payment or refund.

        CardNotApproved when it is not approved, of another amount or kind, or used already.
        """
