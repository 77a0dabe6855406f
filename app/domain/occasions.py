"""What users are told because the time has come: nobody did anything, the clock did."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from app.domain.notifications import Holder, Kind

LOW_SHARE = 10  # per cent of the house: at or below it, staff are told


@dataclass(frozen=True, slots=True)
class Filling:
    """How full an upcoming performance is: places that can be sold at all, and those not yet sold."""

    performance_id: str
    event_id: str
    organizer_id: str
    title: str
    venue: str
    starts_at: datetime
    zone: str
    places: int
    free: int

    @property
    def news(self) -> Kind | None:
        """What staff are told about a house this full, if anything."""
        if self.places <= 0:
            return None
        if self.free <= 0:
            return Kind.SOLD_OUT
        low = self.free * 100 <= self.places * LOW_SHARE
        return Kind.LOW_AVAILABILITY if low else None


class Occasions(Protocol):
    """What is due and was not told yet."""

    def alone(self) -> None:
        """Let no other transaction look for occasions until this one ends, so that none is told twice."""

    def expiring(self, *, notice: timedelta, limit: int) -> tuple[str, ...]:
        """Reservations with a customer who was not reminded yet and whose deadline is no further off than
        the notice; of one shorter than two notices half of its time has to be over. Ids."""

    def reminded(self, booking_ids: Collection[str]) -> None:
        """Their customers are told now that they run out."""

    def curtains(
        self, *, until: datetime, notice: timedelta, limit: int
    ) -> Mapping[str, tuple[Holder, ...]]:
        """Holders of tickets that admit by `until` and who were not reminded within the notice, by
        performance."""

    def fillings(self) -> tuple[Filling, ...]:
        """Performances on sale and still to come, of which staff were not told that they are sold out."""

    def told(self, performance_id: str, kind: Kind) -> bool:
        """Whether anybody was told this about a performance."""
