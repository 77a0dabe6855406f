"""Looking bookings and tickets up: what a list is asked for, what it says, what a ticket's page tells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from app.domain.deliveries import Told
from app.domain.history import Note
from app.domain.payments import Payment, Refund
from app.domain.tickets import BookingLine, BookingStatus, Place, Ticket, TicketStatus
from app.domain.values import Money


@dataclass(frozen=True, slots=True)
class BookingFilter:
    """Which bookings: all that fit every part that is given. `search` finds the beginning of a number, a
    whole ticket code, any part of a customer's name, e-mail or phone, of the booking's own name or of the
    name of whoever comes on a ticket, and any part of an event's title.

    `since` and `until` (UTC, half-open) ask when it was made. `to_pick_up`: paid, and the tickets are not
    handed out. `deposit`: a reservation with a deposit, or one that is gone and whose deposit is still held.
    """

    search: str = ""
    statuses: tuple[BookingStatus, ...] = ()
    event_id: str = ""
    channel: str = ""
    customer_id: str = ""
    since: datetime | None = None
    until: datetime | None = None
    to_pick_up: bool = False
    deposit: bool = False


@dataclass(frozen=True, slots=True)
class PickUpFilter:
    """For whom the desk has something ready: performances that start in between (UTC, half-open), of one
    event or one performance where named."""

    since: datetime | None = None
    until: datetime | None = None
    event_id: str = ""
    performance_id: str = ""


@dataclass(frozen=True, slots=True)
class PickUp:
    """A booking somebody will come for: paid tickets that are not handed out, or a reservation to be paid.

    `who` is the booking's name, else the customer's, else "". `seats` are those of the performances asked
    for, the first of which is `title` at `starts_at` (UTC, shown on the clock of `zone`).
    """

    booking_id: str
    number: str
    who: str
    customer: str
    phone: str
    seats: tuple[str, ...]
    title: str
    starts_at: datetime
    zone: str
    owed: Money
    expires_at: datetime | None = None

    @property
    def paid(self) -> bool:
        """Whether only the tickets are still to be handed out."""
        return not self.owed and self.expires_at is None


@dataclass(frozen=True, slots=True)
class TicketFilter:
    """Which tickets; parts as in `BookingFilter`. `since` and `until` ask when the performance starts."""

    search: str = ""
    statuses: tuple[TicketStatus, ...] = ()
    event_id: str = ""
    performance_id: str = ""
    user_id: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class TicketLine:
    """A ticket in a list. `starts_at` UTC, shown on the clock of `zone` (IANA)."""

    id: str
    booking_id: str
    number: str
    seat: str
    price_zone: str
    title: str
    starts_at: datetime
    zone: str
    price_type: str
    price: Money
    status: TicketStatus
    customer: str
    code: str
    attendee: str = ""
    performance_id: str = ""
    event_id: str = ""
    user_id: str | None = None
    booked_at: datetime | None = None
    expires_at: datetime | None = None


class ScanResult(StrEnum):
    """What the door answered."""

    ADMITTED = "admitted"
    ALREADY_IN = "already_in"
    NOT_VALID = "not_valid"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Scan:
    """A ticket held under a scanner; `at` UTC."""

    at: datetime
    result: ScanResult
    operator: str
    station_code: str


@dataclass(frozen=True, slots=True)
class Cover:
    """A payment of the ticket's booking, and how much of it pays for this ticket."""

    payment: Payment
    amount: Money


@dataclass(frozen=True, slots=True)
class Back:
    """A refund of the ticket's booking, and how much of it went back for this ticket."""

    refund: Refund
    amount: Money


@dataclass(frozen=True, slots=True)
class TicketPage:
    """Everything about one ticket; `told` is what was said of its booking, newest first."""

    line: TicketLine
    ticket: Ticket
    venue: str
    doors_at: datetime | None
    booked_at: datetime
    covers: tuple[Cover, ...]
    backs: tuple[Back, ...]
    scans: tuple[Scan, ...]
    history: tuple[Note, ...]
    told: tuple[Told, ...] = ()

    @property
    def held(self) -> Money:
        """What the house holds for it: paid minus given back."""
        paid = Money.total((c.amount for c in self.covers), self.line.price.currency)
        return paid - Money.total((b.amount for b in self.backs), self.line.price.currency)


class BookingLists(Protocol):
    """Lists over a million rows: counted and read in pages, newest first."""

    def count_bookings(self, which: BookingFilter) -> int:
        """How many fit."""

    def bookings(self, which: BookingFilter, *, offset: int, limit: int) -> tuple[BookingLine, ...]:
        """A page of them."""

    def pick_ups(self, which: PickUpFilter) -> tuple[PickUp, ...]:
        """All that fit, by name."""

    def count_tickets(self, which: TicketFilter) -> int:
        """How many fit."""

    def tickets(self, which: TicketFilter, *, offset: int, limit: int) -> tuple[TicketLine, ...]:
        """A page of them."""

    def ticket(self, ticket_id: str) -> TicketPage:
        """Everything about one but what was told of it; NotFound."""


class Door(Protocol):
    """Tickets as they are scanned."""

    def ticket(self, code: str) -> tuple[str, str] | None:
        """The ids of the ticket with this code, as `ticket_code` reads it, and of its booking."""

    def status(self, ticket_id: str) -> TicketStatus:
        """A ticket's, as it is now."""

    def place(self, ticket_id: str) -> Place:
        """What a ticket admits to."""

    def admitted(self, ticket_id: str) -> bool:
        """Whether a scan let it in already."""

    def scan(
        self, ticket_id: str, *, result: ScanResult, station_id: str, operator_id: str
    ) -> None:
        """Write a scan down."""

    def scans(self, ticket_id: str) -> Sequence[Scan]:
        """Newest first."""
