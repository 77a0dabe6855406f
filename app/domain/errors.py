"""Every way an operator can be refused, sorted by what the person does next.

Errors carry data, never words: the words live in one place, `ui/errors.py`, for screens and for
the command line alike. Anything not under `HouselightsError` is a bug of ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from app.domain.values import Money


class HouselightsError(Exception):
    """Root of all refusals. Subclasses are frozen-like dataclasses; compare their fields in tests."""


@dataclass
class Invalid(HouselightsError):
    """Input to be mended: field name -> what is wrong with it (a key of the words table)."""

    problems: Mapping[str, str]


class Rejected(HouselightsError):
    """The rules say no: choose otherwise."""


@dataclass
class SeatTaken(Rejected):
    """Another basket or booking has these seats; labels as printed on a ticket."""

    seats: tuple[str, ...]


@dataclass
class UnknownSeat(Rejected):
    """The plan of this performance has no such seats."""

    seats: tuple[str, ...]


@dataclass
class NotEnoughSeats(Rejected):
    """Best available or general admission found fewer places than asked for."""

    asked: int
    free: int


@dataclass
class SaleClosed(Rejected):
    """The performance is not on sale now: `reason` is not_yet, over, cancelled or draft."""

    reason: str
    at: datetime | None = None


@dataclass
class NoPrice(Rejected):
    """No price for this price type in this zone."""

    price_type: str
    zone: str


@dataclass
class NotEnoughMoney(Rejected):
    """Less was given than is due."""

    due: Money
    given: Money


@dataclass
class EmptyBasket(Rejected):
    """There is nothing in the basket to sell."""


@dataclass
class WrongCredentials(Rejected):
    """Name and password do not belong together (the same answer for a name nobody has)."""


@dataclass
class LockedOut(Rejected):
    """Too many wrong passwords; `until` is an instant in UTC."""

    until: datetime


@dataclass
class PlanRefused(Rejected):
    """A seating plan file cannot be read: where in the file, what is wrong (key), the value found."""

    place: str
    problem: str
    found: str = ""


@dataclass
class NotEmpty(Rejected):
    """The demo theatre only moves into an empty database."""


@dataclass
class JournalBroken(Rejected):
    """The hash chain of a station does not hold from this line on."""

    station: str
    seq: int
    problem: str


@dataclass
class HouseOutOfOrder(Rejected):
    """`houselights check` found seats, tickets or money that do not agree: check -> how many."""

    failures: Mapping[str, int]


@dataclass
class Denied(HouselightsError):
    """The operator may not do that: ask a supervisor."""

    permission: str


@dataclass
class Conflict(HouselightsError):
    """Somebody else changed it meanwhile: reload and try again."""

    what: str


@dataclass
class NotFound(HouselightsError):
    """It is not there (any more): kind of thing and the key asked for."""

    what: str
    key: str


class Unavailable(HouselightsError):
    """Something outside does not answer: try later."""


@dataclass
class DatabaseUnavailable(Unavailable):
    """`reason`: missing, read_only, not_a_database, corrupt, locked, disk_full, no_answer,
    refused, old_sqlite, other."""

    reason: str
    where: str = ""


@dataclass
class DatabaseTooNew(Unavailable):
    """Written by a newer program; `revision` is unknown here."""

    revision: str


@dataclass
class FileUnusable(Unavailable):
    """A file named by the operator cannot be read or written; `reason` as for the database."""

    path: str
    reason: str
