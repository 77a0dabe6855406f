"""What was committed, told to the rest of the program and, through the change feed, to other stations.
Facts carry ids only: whoever cares reads again. An empty id means many: all that the reader shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that has been committed."""


@dataclass(frozen=True, slots=True)
class SeatsChanged(Fact):
    """Claims on these seats of a performance were made, changed or given up; no seats means all of its
    seats, an empty id every house."""

    performance_id: str
    seat_nos: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class BasketsChanged(Fact):
    """A basket was put aside or taken up."""


@dataclass(frozen=True, slots=True)
class BookingChanged(Fact):
    """A booking was made or changed; an empty id means many."""

    booking_id: str


@dataclass(frozen=True, slots=True)
class ProgrammeChanged(Fact):
    """Events, performances or prices changed; an empty id means many."""

    event_id: str = ""


@dataclass(frozen=True, slots=True)
class CardChanged(Fact):
    """What is known about something asked of a card terminal changed."""

    attempt_id: str


@dataclass(frozen=True, slots=True)
class ShiftChanged(Fact):
    """A station's drawer was opened, closed, or money went in or out by hand."""

    station_id: str


@dataclass(frozen=True, slots=True)
class VoucherChanged(Fact):
    """A gift voucher's balance changed."""

    voucher_id: str


@dataclass(frozen=True, slots=True)
class GoodsChanged(Fact):
    """Products or kinds of membership changed."""


@dataclass(frozen=True, slots=True)
class DiscountsChanged(Fact):
    """Discounts were made or changed: what a basket comes to may have changed with them."""


@dataclass(frozen=True, slots=True)
class NotificationsChanged(Fact):
    """A user was told something, or read it; an empty id means many."""

    user_id: str = ""


@dataclass(frozen=True, slots=True)
class DeliveriesChanged(Fact):
    """E-mails went out, failed or were queued again."""


@dataclass(frozen=True, slots=True)
class UserChanged(Fact):
    """A user was added or changed; an empty id means many."""

    user_id: str = ""


@dataclass(frozen=True, slots=True)
class HouseChanged(Fact):
    """The house's name, zone or currency changed."""


@dataclass(frozen=True, slots=True)
class BackupsChanged(Fact):
    """A backup was made, or did not go, or is to be made otherwise."""


# One of each kind, about many: what is told when nobody knows what changed meanwhile. The change feed
# carries the kinds that stand here and refuses others.
EVERYTHING: tuple[Fact, ...] = (
    SeatsChanged("", ()),
    BasketsChanged(),
    BookingChanged(""),
    ProgrammeChanged(),
    CardChanged(""),
    ShiftChanged(""),
    VoucherChanged(""),
    GoodsChanged(),
    DiscountsChanged(),
    NotificationsChanged(),
    DeliveriesChanged(),
    UserChanged(),
    HouseChanged(),
    BackupsChanged(),
)


class Changes(Protocol):
    """The facts of all stations, as the database keeps them for a day."""

    def forget(self, before: datetime, *, limit: int) -> int:
        """Drop the oldest facts from before then (UTC), at most `limit`, never the newest; how many went."""
