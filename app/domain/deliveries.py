"""The outbox: e-mails owed, taken on lease, tried again with patience, given up with a reason."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol

from app.domain.notifications import Channel, DeliveryStatus, Kind

# Long enough for a batch over a slow line; whoever dies leaves its letters to others after this.
LEASE = timedelta(minutes=10)
RETRY_AFTER = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=12),
)
# While the server is away nothing is used up; it is asked again this often.
REST = timedelta(minutes=1)
# An outage as long as this is told to staff.
OUTAGE_TOLD_AFTER = timedelta(minutes=5)


def retry_at(attempts: int, now: datetime) -> datetime | None:
    """When a letter is tried again after so many attempts in vain; None: it is given up."""
    if attempts > len(RETRY_AFTER):
        return None
    return now + RETRY_AFTER[max(attempts, 1) - 1]


class DeliveryState(StrEnum):
    """What a delivery looks like to people."""

    QUEUED = "queued"
    SENDING = "sending"
    RETRYING = "retrying"
    DONE = "done"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"


def state_of(
    status: DeliveryStatus, *, attempts: int, lease_until: datetime | None, now: datetime
) -> DeliveryState:
    """The state a row of `deliveries` stands for at `now`."""
    if status is not DeliveryStatus.QUEUED:
        return DeliveryState(status.value)
    if lease_until is not None and lease_until > now:
        return DeliveryState.SENDING
    return DeliveryState.RETRYING if attempts else DeliveryState.QUEUED


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a delivery has not gone out: a key of the words table, and the server's own answer."""

    reason: str  # refused, postponed, too_late, unreadable, or a reason of MailDown
    said: str = ""

    def __str__(self) -> str:
        """As the table keeps it."""
        return f"{self.reason}: {self.said}" if self.said else self.reason

    @staticmethod
    def parsed(text: str) -> Problem | None:
        """From the table; None for no problem."""
        reason, _, said = text.partition(": ")
        return Problem(reason, said) if reason else None


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A letter taken on lease: to whom, about what, and how it read if it was composed before."""

    id: str
    notification_id: str
    booking_id: str | None
    kind: Kind
    address: str
    name: str
    language: str
    content: Mapping[str, object]
    created_at: datetime
    attempts: int
    subject: str
    sent_text: str


@dataclass(frozen=True, slots=True)
class DeliveryLine:
    """One delivery as its history shows it."""

    id: str
    channel: Channel
    address: str
    state: DeliveryState
    created_at: datetime
    done_at: datetime | None
    due_at: datetime | None
    attempts: int
    problem: Problem | None
    subject: str
    sent_text: str


@dataclass(frozen=True, slots=True)
class Told:
    """A notification in the list of all: whom, what, and how its newest e-mail stands (None: panel
    only)."""

    id: str
    user_id: str
    user: str
    kind: Kind
    subject_kind: str
    subject_id: str
    content: Mapping[str, object]
    created_at: datetime
    read_at: datetime | None
    address: str
    state: DeliveryState | None
    problem: Problem | None


@dataclass(frozen=True, slots=True)
class Sieve:
    """Which notifications a list shows. Empty parts let everything through; days are the house's."""

    search: str = ""
    kinds: tuple[Kind, ...] = ()
    states: tuple[DeliveryState, ...] = ()
    channel: Channel | None = None
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """How many e-mails stand where, by DeliveryState."""

    by_state: Mapping[DeliveryState, int]

    def of(self, state: DeliveryState) -> int:
        """0 when there are none."""
        return self.by_state.get(state, 0)

    @property
    def waiting(self) -> int:
        """Still owed."""
        owed = (DeliveryState.QUEUED, DeliveryState.SENDING, DeliveryState.RETRYING)
        return sum(self.of(state) for state in owed)


class Deliveries(Protocol):
    """The outbox as the database keeps it."""

    def take(self, *, limit: int, lease_until: datetime) -> tuple[Outgoing, ...]:
        """Lease e-mails that are due, the longest due first: until then nobody else gets them. Counts
        an attempt for each."""

    def composed(self, words: Sequence[tuple[str, str, str]]) -> None:
        """Keep (id, subject, text) before they are sent."""

    def sent(self, delivery_id: str) -> None:
        """It is with the server."""

    def postponed(self, delivery_id: str, *, due_at: datetime, problem: Problem) -> None:
        """Try again then."""

    def given_up(self, delivery_id: str, *, problem: Problem) -> None:
        """Never again by itself."""

    def released(
        self, delivery_ids: Collection[str], *, due_at: datetime, problem: Problem | None
    ) -> None:
        """Give leases back without having tried: the attempt does not count."""

    def again(self, delivery_ids: Collection[str]) -> int:
        """Queue failed and waiting ones for now, with all their attempts back and to the users' addresses
        of today; how many. What is being sent is passed over."""

    def once_more(self, notification_ids: Collection[str]) -> int:
        """Owe the e-mail of these notifications a second time, to the users' addresses of today; how
        many have one."""

    def withdraw(self, booking_id: str, *, channel: Channel) -> bool:
        """Owe nobody any more what is queued about a booking on a channel; what is being sent is passed
        over. Whether nothing of it has reached anybody, as far as one can know."""

    def failed(self) -> tuple[str, ...]:
        """All that were given up."""

    def waiting(self) -> int:
        """How many e-mails are still owed."""

    def counts(self) -> Counts:
        """E-mails by state."""

    def lines(
        self,
        sieve: Sieve,
        *,
        days: tuple[datetime | None, datetime | None],
        after: int,
        limit: int,
    ) -> tuple[Told, ...]:
        """At most `limit` notifications after the first `after`, newest first; `days` are the sieve's as
        instants [since, until)."""

    def count(self, sieve: Sieve, *, days: tuple[datetime | None, datetime | None]) -> int:
        """How many the sieve lets through."""

    def told(self, notification_id: str) -> Told:
        """One; NotFound."""

    def notification_of(self, key: str) -> str:
        """The notification a delivery belongs to; the key itself when no delivery has it."""

    def history(self, notification_id: str) -> tuple[DeliveryLine, ...]:
        """Its deliveries, newest first."""

    def about(self, booking_id: str, *, limit: int = 200) -> tuple[Told, ...]:
        """What was told about a booking, newest first."""
