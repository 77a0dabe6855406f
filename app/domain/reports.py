"""Reports: which there are, what they are about, and what they need from outside.

What a report is made of stands in `report_parts`, how its sums become tables in `report_tables`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from app.domain.notation import Notation
from app.domain.report_parts import Cell, Report, ReportName, Stop
from app.domain.users import Permission


class Narrowing(StrEnum):
    """By what else than days a report can be narrowed."""

    EVENT = "event"
    OPERATOR = "operator"
    TENDER = "tender"


class ReportFormat(StrEnum):
    """The files a report can be saved as."""

    CSV = "csv"
    XLSX = "xlsx"
    PDF = "pdf"


_BY_MONEY = (Narrowing.EVENT, Narrowing.OPERATOR, Narrowing.TENDER)
_SOLD = "Money moved"
_PLAYED = "Performances"


@dataclass(frozen=True, slots=True)
class Offered:
    """A report somebody may ask for. `days` says what the range of days is about; `looks_ahead` when
    that are performances, which may be still to come."""

    name: ReportName
    title: str
    sentence: str
    days: str
    narrowings: tuple[Narrowing, ...] = ()
    permission: Permission = Permission.SEE_REPORTS

    @property
    def looks_ahead(self) -> bool:
        """Whether its days are those of performances."""
        return self.days == _PLAYED


CATALOGUE = (
    Offered(
        ReportName.DAILY_SALES,
        "Daily sales",
        "Tickets and money of each day.",
        _SOLD,
        (Narrowing.EVENT,),
    ),
    Offered(
        ReportName.EVENT_STATEMENT,
        "Event statement",
        "House, tickets, money and tax of each performance.",
        _PLAYED,
        (Narrowing.EVENT,),
    ),
    Offered(
        ReportName.OPERATORS,
        "Operators and tenders",
        "Takings by operator and tender, with drawers.",
        _SOLD,
        _BY_MONEY,
    ),
    Offered(ReportName.PAYMENTS, "Payments", "Every payment, one a line.", _SOLD, _BY_MONEY),
    Offered(
        ReportName.REFUNDS, "Refunds", "Every refund with its reason, one a line.", _SOLD, _BY_MONEY
    ),
    Offered(
        ReportName.ATTENDANCE,
        "Attendance",
        "Sold, checked in and missing, by performance.",
        _PLAYED,
        (Narrowing.EVENT,),
    ),
    Offered(
        ReportName.CUSTOMERS,
        "Customers",
        "Bookings, tickets and money of each customer.",
        _SOLD,
        (Narrowing.EVENT,),
        Permission.SEE_CUSTOMERS,
    ),
    Offered(
        ReportName.INTERACTIONS,
        "User interactions",
        "Searches, views, holds and sales of each day.",
        "Interactions",
        (Narrowing.EVENT,),
    ),
)


END_OF_TIME = 2**62  # microseconds since 1970: some 146,000 years


@dataclass(frozen=True, slots=True)
class Scope:
    """The same for the database: instants as microseconds since 1970 UTC, ends not included.

    `since` and `until` are about when money moved, the other two about when performances start.
    `organizer_id` limits everything to the events of one organizer; `tickets_only` leaves out what
    was paid for something else, such as gift vouchers.
    """

    since: int = 0
    until: int = END_OF_TIME
    played_since: int = 0
    played_until: int = END_OF_TIME
    event_id: str = ""
    organizer_id: str = ""
    operator_id: str = ""
    tender: str = ""
    tickets_only: bool = False

    @property
    def by_event(self) -> bool:
        """Whether only a part of each payment may count."""
        return bool(self.event_id or self.organizer_id or self.tickets_only)

    @property
    def narrowed(self) -> bool:
        """Whether anything but the days limits it."""
        return bool(self.by_event or self.operator_id or self.tender)


class ReportFiles(Protocol):
    """Writes a report to a file, whole or not at all."""

    def write(
        self,
        report: Report,
        path: Path,
        *,
        form: ReportFormat,
        notation: Notation,
        stop: Stop,
    ) -> None:
        """FileUnusable; Stopped when `stop` says so on the way."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What the filter offers: (id, name) pairs, and today by the house's clock."""

    events: tuple[tuple[str, str], ...]
    operators: tuple[tuple[str, str], ...]
    tenders: tuple[str, ...]
    today: date


class Reports(Protocol):
    """Sums and lines as the database gives them, in plain tuples; a quarter is a quarter of an hour
    since 1970, into which every zone's days divide."""

    def events(self, organizer_id: str) -> tuple[tuple[str, str], ...]:
        """Id and title, all or one organizer's, by title."""

    def operators(self) -> tuple[tuple[str, str], ...]:
        """Id and name of everybody who works here, by name."""

    def journal(self, scope: Scope) -> tuple[tuple[str, str, int], ...]:
        """Kind (sale or refund), currency, sum; only the days of the scope count."""

    def elsewhere(self, scope: Scope) -> tuple[tuple[str, str, int], ...]:
        """Kind, currency and sum of what moved on these days outside the scope."""

    def money_by_quarter(self, scope: Scope) -> tuple[tuple[int, str, str, int, int], ...]:
        """Quarter, kind, currency, how many, sum."""

    def tickets_by_quarter(self, scope: Scope) -> tuple[tuple[int, str, str, int], ...]:
        """Quarter, kind (sale or return), currency, how many."""

    def tills(self, scope: Scope) -> tuple[tuple[str, str, str, str, str, int, int], ...]:
        """Operator, station, tender, kind, currency, how many, sum."""

    def drawers(self, scope: Scope) -> tuple[tuple[Cell, ...], ...]:
        """Currency, station, number, operator, opened, closed, float, cash taken, cash given back,
        moved by hand, counted (None while open)."""

    def payment_lines(self, scope: Scope) -> Iterator[tuple[Cell, ...]]:
        """Currency, instant, booking, customer, tender, reference, operator, station, amount."""

    def refund_lines(self, scope: Scope) -> Iterator[tuple[Cell, ...]]:
        """Currency, instant, booking, customer, tender, reason, operator, station, amount."""

    def performances(self, scope: Scope) -> tuple[tuple[Cell, ...], ...]:
        """Id, event, its title, wall time, venue, currency, tax rate, capacity, claims in force,
        starts_at; those of the scope, in order of title and time."""

    def ticket_groups(self, scope: Scope) -> Iterator[tuple[Cell, ...]]:
        """Performance, price type, zone, status, currency, price, tax, paid, refunded, how many."""

    def statement_tenders(self, scope: Scope) -> tuple[tuple[str, str, str, int, int], ...]:
        """Tender, kind, currency, how many, sum; of the tickets of these performances."""

    def admissions(self, scope: Scope) -> tuple[tuple[str, int, int], ...]:
        """Performance, valid tickets, how many of them were let in."""

    def customers_money(self, scope: Scope) -> Iterator[tuple[Cell, ...]]:
        """Customer (None: walk-up), name, e-mail, phone, currency, taken, refunded."""

    def customers_bookings(self, scope: Scope) -> Iterator[tuple[Cell, ...]]:
        """Customer, name, e-mail, phone, currency, bookings, live tickets, last booking's instant."""

    def interactions(self, scope: Scope) -> tuple[tuple[int, str, int], ...]:
        """Quarter, type, how many."""
