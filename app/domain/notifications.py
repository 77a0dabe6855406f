"""What must still reach somebody: the outbox, written with its cause and worked off later."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Channel(StrEnum):
    """How a delivery goes out."""

    PRINT = "print"


class DeliveryStatus(StrEnum):
    """A queued delivery is still owed to somebody."""

    QUEUED = "queued"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Delivery:
    """Something owed since `created_at` (UTC): the tickets of a booking on a channel."""

    id: str
    booking_id: str
    kind: str
    channel: Channel
    status: DeliveryStatus
    created_at: datetime


class Notifications(Protocol):
    """Deliveries as the database keeps them."""

    def owed(self, *, limit: int = 100) -> tuple[Delivery, ...]:
        """Queued deliveries, oldest first."""

    def done(self, booking_id: str, *, channel: Channel, at: datetime) -> None:
        """Mark a booking's deliveries on a channel as done."""

    def done_before(self, instant: datetime, *, channel: Channel) -> None:
        """Mark what was owed on a channel before `instant` as done when it fell due."""
