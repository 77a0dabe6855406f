"""Every payment and every refund in one list, to be searched, filtered, added up and explained."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from app.domain.payments import JournalLine, Tender
from app.domain.values import Money


class PaymentKind(StrEnum):
    """Money in or money back."""

    PAYMENT = "payment"
    REFUND = "refund"


@dataclass(frozen=True, slots=True)
class PaymentFilter:
    """Which lines; what is empty does not limit. `since` (inclusive) and `until` (exclusive) in UTC.

    `search` finds booking numbers, customers, transaction ids, slip numbers and amounts.
    """

    search: str = ""
    tenders: tuple[Tender, ...] = ()
    kinds: tuple[PaymentKind, ...] = ()
    operator_id: str = ""
    station_id: str = ""
    shift_id: str = ""
    user_id: str = ""
    booking_id: str = ""
    ticket_id: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class PaymentLine:
    """One payment or refund; `amount` is negative when money went back, `given` what was put down."""

    id: str
    kind: PaymentKind
    at: datetime
    booking_id: str
    number: str
    customer: str
    tender: Tender
    amount: Money
    given: Money
    operator: str
    station_code: str
    shift_no: int | None = None
    transaction_id: str = ""
    reason: str = ""
    payment_id: str = ""
    user_id: str | None = None

    @property
    def change(self) -> Money:
        """What went back over the counter at once."""
        return self.given - self.amount if self.kind is PaymentKind.PAYMENT else self.given


@dataclass(frozen=True, slots=True)
class TenderTotal:
    """What the lines of a filter come to, by currency and tender; both amounts positive."""

    tender: Tender
    payments: int
    taken: Money
    refunds: int
    given_back: Money

    @property
    def net(self) -> Money:
        """What stayed."""
        return self.taken - self.given_back


@dataclass(frozen=True, slots=True)
class Covered:
    """A ticket a payment pays for, or a refund was for, and how much of it. Of an item `title` is its name
    and `seat` is empty; of a gift voucher `title` is its code and `price_type` "voucher"."""

    ticket_id: str
    seat: str
    title: str
    price_type: str
    amount: Money
    status: str


@dataclass(frozen=True, slots=True)
class PaymentPage:
    """Everything about one line: what it covers, what went back of it, where the journal has it."""

    line: PaymentLine
    covers: tuple[Covered, ...]
    related: tuple[PaymentLine, ...]
    journal: JournalLine | None
    booking_total: Money
    card: str = ""


@dataclass(frozen=True, slots=True)
class Choices:
    """Who and where the list can be filtered by: (id, name) each."""

    operators: tuple[tuple[str, str], ...]
    stations: tuple[tuple[str, str], ...]


class PaymentHistory(Protocol):
    """The list as the database answers for it. Newest first throughout."""

    def totals(self, wanted: PaymentFilter) -> tuple[TenderTotal, ...]:
        """By currency and tender; their counts add up to the number of lines."""

    def count(self, wanted: PaymentFilter) -> int:
        """How many lines."""

    def page(self, wanted: PaymentFilter, *, offset: int, limit: int) -> tuple[PaymentLine, ...]:
        """A window of the list."""

    def following(
        self, wanted: PaymentFilter, *, after: PaymentLine | None
    ) -> tuple[PaymentLine, ...]:
        """Some thousand lines after this one (None: from the first), for reading all of them."""

    def line(self, line_id: str) -> PaymentLine:
        """One payment or refund; NotFound."""

    def detail(self, line: PaymentLine) -> PaymentPage:
        """Everything about it."""

    def choices(self) -> Choices:
        """Whoever took a payment, wherever one was taken."""


class PaymentFiles(Protocol):
    """Payments as a table in a file."""

    def write(self, path: Path, lines: Iterable[PaymentLine], *, zone: str) -> int:
        """Write them, whole or not at all, times on the wall clock of `zone`; how many. FileUnusable."""
