"""Figures: what people did at the screens, and what was sold by day, in rollups kept with every sale.

A rollup row adds up one event, one day and one key of one kind (this zone, this tender …), so that a
question about a million tickets reads a few hundred rows. What an act adds is worked out here, from plain
values; `rebuild` in persistence says the same thing in SQL, and a test holds the two together.

How acts count: `sold` and `gross` when a ticket is paid for (a reservation counts when it is paid, a
free ticket when it is booked), `returned` when it is cancelled after that, `refunded` when money went back.
A return belongs to the operator who sold the ticket, a refund to the one who gave the money back, both to
the day and hour on which they happened. `TENDER` rows count money only, deposits on reservations among it;
of a deposit that goes back for a ticket that was never sold nothing else is counted either.
In an exchange the money that moves to another ticket leaves the `gross` of the one given up: the new one's
price brings it back, perhaps in another event, so that `gross` stays the money that is there for tickets.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from app.domain.values import at_venue


class Interaction(StrEnum):
    """What somebody did at a screen."""

    SEARCH = "search"
    VIEW_EVENT = "view_event"
    OPEN_HOUSE = "open_house"
    HOLD = "hold"
    ABANDON = "abandon"
    BOOK = "book"
    CANCEL = "cancel"
    SIGN_IN = "sign_in"


@dataclass(frozen=True, slots=True)
class Seen:
    """One interaction, before it is written."""

    type: Interaction
    at: datetime
    event_id: str | None = None
    performance_id: str | None = None
    ticket_id: str | None = None
    detail: str = ""


class MetricType(StrEnum):
    """By what a rollup counts; `Metric.key` says which one."""

    PERFORMANCE = "performance"  # key: the performance's id
    ZONE = "zone"  # its name
    PRICE_TYPE = "price_type"  # its name
    TENDER = "tender"  # Tender's value; counts money only, no tickets
    CHANNEL = "channel"
    OPERATOR = "operator"  # the user's id
    HOUR = "hour"  # "0-00" (Monday, midnight) to "6-23", by the house's clock


@dataclass(frozen=True, slots=True)
class Metric:
    """What one act adds to a rollup. Money in minor units; `day` "2026-11-24" by the house's clock."""

    event_id: str
    type: MetricType
    key: str
    day: str
    currency: str
    sold: int = 0
    gross: int = 0
    returned: int = 0
    refunded: int = 0


class SaleKind(StrEnum):
    """What a line of `ticket_sales` says."""

    SALE = "sale"
    RETURN = "return"


@dataclass(frozen=True, slots=True)
class TicketSale:
    """One ticket sold or given back. `amount`: its price in minor units."""

    ticket_id: str
    event_id: str
    performance_id: str
    kind: SaleKind
    amount: int
    currency: str
    at: datetime
    day: str


@dataclass(frozen=True, slots=True)
class Counted:
    """A ticket as the rollups see it. `price` in minor units of `currency`; `zone` is the price zone;
    not `sold` is one that was only reserved, with a deposit."""

    ticket_id: str
    event_id: str
    performance_id: str
    zone: str
    price_type: str
    price: int
    currency: str
    sold: bool = True


@dataclass(frozen=True, slots=True)
class Rollup:
    """What an act adds: metrics merged and in the order of their key, and a line per ticket."""

    metrics: tuple[Metric, ...]
    lines: tuple[TicketSale, ...] = ()


Share = tuple[str, str, int]  # ticket id, Tender's value, minor units


def sale_metrics(
    tickets: Iterable[Counted],
    *,
    shares: Iterable[Share],
    channel: str,
    operator_id: str,
    at: datetime,
    zone: str,
) -> Rollup:
    """What paying for these tickets adds.

    `shares`: how much of each ticket which tender paid. `operator_id`: who took the money (for free
    tickets: who booked them). `at` in UTC; `zone` is the house's IANA zone, whose day and hour count.
    """
    day, hour = _day_and_hour(at, zone)
    tally = _Tally(day)
    lines = []
    events = {}
    for t in tickets:
        events[t.ticket_id] = (t.event_id, t.currency)
        for kind, key in _keys(t, channel=channel, operator_id=operator_id, hour=hour):
            tally.add(t.event_id, kind, key, t.currency, (1, t.price, 0, 0))
        lines.append(_line(t, SaleKind.SALE, at=at, day=day))
    for ticket_id, tender, amount in shares:
        if amount:
            event_id, currency = events[ticket_id]
            tally.add(event_id, MetricType.TENDER, tender, currency, (0, amount, 0, 0))
    return Rollup(tally.metrics(), tuple(lines))


def deposit_metrics(
    tickets: Iterable[Counted], *, shares: Iterable[Share], at: datetime, zone: str
) -> Rollup:
    """What a deposit on reserved tickets adds: the money is there, and nothing is sold yet."""
    tally = _Tally(_day_and_hour(at, zone)[0])
    events = {t.ticket_id: (t.event_id, t.currency) for t in tickets}
    for ticket_id, tender, amount in shares:
        if amount:
            event_id, currency = events[ticket_id]
            tally.add(event_id, MetricType.TENDER, tender, currency, (0, amount, 0, 0))
    return Rollup(tally.metrics())


def return_metrics(
    tickets: Iterable[Counted], *, channel: str, operator_id: str, at: datetime, zone: str
) -> Rollup:
    """What cancelling these tickets adds, sold at `channel` by `operator_id`; `at` is when they were
    cancelled. Only for tickets that counted as sold: a reservation given up is no return."""
    day, hour = _day_and_hour(at, zone)
    tally = _Tally(day)
    lines = []
    for t in tickets:
        for kind, key in _keys(t, channel=channel, operator_id=operator_id, hour=hour):
            tally.add(t.event_id, kind, key, t.currency, (0, 0, 1, 0))
        lines.append(_line(t, SaleKind.RETURN, at=at, day=day))
    return Rollup(tally.metrics(), tuple(lines))


def refund_metrics(
    refunds: Iterable[tuple[Counted, str, int]],
    *,
    channel: str,
    operator_id: str,
    at: datetime,
    zone: str,
) -> Rollup:
    """What giving money back adds: (ticket, Tender's value, minor units) each. `channel` is where the
    tickets were sold, `operator_id` who gave the money back."""
    day, hour = _day_and_hour(at, zone)
    tally = _Tally(day)
    for t, tender, amount in refunds:
        if amount:
            keys = _keys(t, channel=channel, operator_id=operator_id, hour=hour) if t.sold else ()
            for kind, key in (*keys, (MetricType.TENDER, tender)):
                tally.add(t.event_id, kind, key, t.currency, (0, 0, 0, amount))
    return Rollup(tally.metrics())


def moved_metrics(
    moves: Iterable[tuple[Counted, str, int]],
    *,
    channel: str,
    operator_id: str,
    at: datetime,
    zone: str,
) -> Rollup:
    """What an exchange adds beside the tickets it returns and sells: (ticket, Tender's value, minor units)
    each, negative where money left a ticket for another. `operator_id` sold the tickets given up."""
    day, hour = _day_and_hour(at, zone)
    tally = _Tally(day)
    for t, tender, amount in moves:
        tally.add(t.event_id, MetricType.TENDER, tender, t.currency, (0, amount, 0, 0))
        if amount < 0 and t.sold:  # what comes to a new ticket is in its price
            for kind, key in _keys(t, channel=channel, operator_id=operator_id, hour=hour):
                tally.add(t.event_id, kind, key, t.currency, (0, amount, 0, 0))
    return Rollup(tally.metrics())


def _keys(
    t: Counted, *, channel: str, operator_id: str, hour: str
) -> tuple[tuple[MetricType, str], ...]:
    return (
        (MetricType.PERFORMANCE, t.performance_id),
        (MetricType.ZONE, t.zone),
        (MetricType.PRICE_TYPE, t.price_type),
        (MetricType.CHANNEL, channel),
        (MetricType.OPERATOR, operator_id),
        (MetricType.HOUR, hour),
    )


def _line(t: Counted, kind: SaleKind, *, at: datetime, day: str) -> TicketSale:
    return TicketSale(t.ticket_id, t.event_id, t.performance_id, kind, t.price, t.currency, at, day)


def _day_and_hour(at: datetime, zone: str) -> tuple[str, str]:
    local = at_venue(at, zone)
    return local.strftime("%Y-%m-%d"), f"{local.weekday()}-{local.hour:02d}"


class _Tally:
    """Adds up what falls on the same row."""

    def __init__(self, day: str) -> None:
        self._day = day
        self._sums: dict[tuple[str, MetricType, str, str], list[int]] = {}

    def add(
        self,
        event_id: str,
        kind: MetricType,
        key: str,
        currency: str,
        counts: tuple[int, int, int, int],
    ) -> None:
        sums = self._sums.setdefault((event_id, kind, key, currency), [0, 0, 0, 0])
        for i, count in enumerate(counts):
            sums[i] += count

    def metrics(self) -> tuple[Metric, ...]:
        """In the order of the table's key: stations that add to the same rows then lock them in the
        same order."""
        return tuple(
            Metric(
                event_id, kind, key, self._day, currency, *self._sums[event_id, kind, key, currency]
            )
            for event_id, kind, key, currency in sorted(self._sums)
        )


class Analytics(Protocol):
    """Interactions and rollups as the database keeps them."""

    def count(self, rollup: Rollup, *, station_id: str) -> None:
        """Add what an act adds, in the act's transaction."""

    def count_returns(self, ticket_ids: Iterable[str], *, station_id: str, zone: str) -> None:
        """Count these tickets as returned now, reading what they were from the database; those that
        never counted as sold, or are counted as returned already, are passed over."""

    def count_refund(self, refund_ids: Iterable[str], *, station_id: str, zone: str) -> None:
        """Count these refunds, whose rows and shares this transaction has written."""

    def count_exchange(self, exchange_id: str, *, station_id: str, zone: str) -> None:
        """Count the money an exchange moved, whose rows this transaction has written."""

    def seller(self, booking_id: str) -> str:
        """Whose sale a booking is: who took its first payment, else who made it."""

    def rebuild(self, *, zone: str) -> int:
        """Make every rollup again from tickets, payments and refunds; how many rows there are."""

    def differences(self) -> dict[str, int]:
        """By rule, how many rollups differ from what the ledger says (all 0 in a sound house)."""

    def note(self, seen: Iterable[tuple[Seen, str, str]]) -> None:
        """Write interactions down: (what, user id, station id) each."""
