"""Calling a performance off: first what it would mean, then exactly that, however often it is begun."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import NAMESPACE_URL, uuid5

from app.domain.payments import Tender
from app.domain.values import Money


@dataclass(frozen=True, slots=True)
class Returned:
    """Money that goes back, or went back, on one tender."""

    tender: Tender
    amount: Money


@dataclass(frozen=True, slots=True)
class CancellationPlan:
    """What cancelling a performance would do right now.

    `reservations` are the unpaid ones among the bookings. `told` people are told, `without_email` of
    them only inside the program; `anonymous` bookings have no customer who could be told at all.
    """

    performance_id: str
    bookings: int
    tickets: int
    reservations: int
    money: tuple[Returned, ...]
    told: int
    without_email: int
    anonymous: int


@dataclass(frozen=True, slots=True)
class Owed:
    """Money of a cancelled booking that has not gone back yet. `problem` is what became of the last try:
    "" (not tried), declined, reversed, pending, unknown, unreachable or not_approved."""

    booking_id: str
    number: str
    payment_id: str
    tender: Tender
    transaction_id: str
    amount: Money
    shares: tuple[tuple[str, int], ...]  # (Ticket.id, minor units)
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Cancellation:
    """How far a cancellation has come: `done` of `bookings`. `finished_at` None while it is under way."""

    performance_id: str
    reason: str
    bookings: int
    done: int
    refunded: tuple[Returned, ...]
    owed: tuple[Owed, ...]
    started_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class Started:
    """A cancellation as recorded: by whom, for what reason, of how many bookings."""

    performance_id: str
    operator_id: str
    reason: str
    bookings: int
    started_at: datetime
    finished_at: datetime | None = None


def refund_key(*parts: str) -> str:
    """The same key for the same refund, so that no interruption can make it happen twice."""
    return str(uuid5(NAMESPACE_URL, "houselights:cancellation:" + ":".join(parts)))


class Cancellations(Protocol):
    """Cancellations as the database keeps them."""

    def plan(self, performance_id: str) -> CancellationPlan:
        """What its live tickets come to."""

    def begin(self, started: Started) -> None:
        """Write it down; one per performance."""

    def started(self, performance_id: str) -> Started | None:
        """The one of a performance."""

    def unfinished(self) -> tuple[Started, ...]:
        """Those under way, oldest first."""

    def finish(self, performance_id: str) -> None:
        """It is done, now."""

    def bookings_left(self, performance_id: str, *, limit: int) -> tuple[str, ...]:
        """Ids of bookings that still have live tickets of the performance, oldest first."""

    def refunded(self, performance_id: str, *, since: datetime) -> tuple[Returned, ...]:
        """What went back for its tickets from an instant on."""

    def owed(self, performance_id: str, *, since: datetime) -> tuple[Owed, ...]:
        """What is still held for its tickets that were cancelled from an instant on, by payment."""
