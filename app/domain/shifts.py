"""The drawer of a station: opened with a float, counted at the end, every difference on paper.

A shift belongs to a station, not to a person: whoever sells there meanwhile sells in it. Its Z report
is numbered without gaps and kept as it was printed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from app.domain.payments import Tender
from app.domain.values import Money, exponent, from_micros, to_micros


class DrawerAct(StrEnum):
    """Money in or out of the drawer that is no sale; also the kinds of their journal lines."""

    FLOAT = "float"
    PAID_IN = "paid_in"
    PAID_OUT = "paid_out"
    DROP = "drop"  # to the safe or the bank
    COUNT = "count"  # at the end; its amount is the variance


# What an operator enters by hand while a shift is open, and which way the money goes.
BY_HAND = {DrawerAct.PAID_IN: 1, DrawerAct.PAID_OUT: -1, DrawerAct.DROP: -1}


@dataclass(frozen=True, slots=True)
class Shift:
    """One opening of a drawer. `counted` and `expected` are cash, known once it is closed."""

    id: str
    station_id: str
    station_code: str
    number: int
    operator: str
    float_amount: Money
    opened_at: datetime
    closed_at: datetime | None = None
    counted: Money | None = None
    expected: Money | None = None

    @property
    def currency(self) -> str:
        """Of the drawer."""
        return self.float_amount.currency

    @property
    def variance(self) -> Money | None:
        """Counted minus expected: negative when money is missing."""
        if self.counted is None or self.expected is None:
            return None
        return self.counted - self.expected


@dataclass(frozen=True, slots=True)
class CashMovement:
    """Money put in or taken out by hand; `amount` is negative when it left the drawer."""

    act: DrawerAct
    amount: Money
    note: str
    at: datetime
    operator: str


@dataclass(frozen=True, slots=True)
class TenderTakings:
    """What one tender brought and gave back in a shift, in one currency; both amounts positive."""

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
class ShiftReport:
    """An X report (any time, `shift.closed_at` None) or the Z report that ended the shift.

    `counts` says how many pieces of each value (minor units) were counted; `first_line` and
    `last_line` the station's journal lines the shift spans.
    """

    shift: Shift
    at: datetime
    by: str
    bookings: int
    takings: tuple[TenderTakings, ...]
    movements: tuple[CashMovement, ...]
    first_line: int
    last_line: int
    counts: tuple[tuple[int, int], ...] = ()

    @property
    def expected(self) -> Money:
        """The cash that must be in the drawer."""
        currency = self.shift.currency
        cash = [
            t.net for t in self.takings if t.tender is Tender.CASH and t.net.currency == currency
        ]
        by_hand = [movement.amount for movement in self.movements]
        return Money.total((self.shift.float_amount, *cash, *by_hand), currency)

    @property
    def net(self) -> Money:
        """All tenders together, in the drawer's currency."""
        currency = self.shift.currency
        return Money.total((t.net for t in self.takings if t.net.currency == currency), currency)

    def closed(self, counts: Mapping[int, int], *, at: datetime) -> ShiftReport:
        """The Z report: this X report and what was counted."""
        kept = tuple((value, pieces) for value, pieces in sorted(counts.items()) if pieces)
        counted = Money(sum(value * pieces for value, pieces in kept), self.shift.currency)
        shift = replace(self.shift, closed_at=at, counted=counted, expected=self.expected)
        return replace(self, shift=shift, at=at, counts=kept)


# Notes and coins in minor units, largest first; a currency that is not here gets the 1-2-5 series.
_DENOMINATIONS = {
    "EUR": (50000, 20000, 10000, 5000, 2000, 1000, 500, 200, 100, 50, 20, 10, 5, 2, 1),
    "GBP": (5000, 2000, 1000, 500, 200, 100, 50, 20, 10, 5, 2, 1),
    "USD": (10000, 5000, 2000, 1000, 500, 200, 100, 50, 25, 10, 5, 1),
    "CHF": (100000, 20000, 10000, 5000, 2000, 1000, 500, 200, 100, 50, 20, 10, 5),
    "JPY": (10000, 5000, 2000, 1000, 500, 100, 50, 10, 5, 1),
    "KWD": (20000, 10000, 5000, 1000, 500, 250, 100, 50, 20, 10, 5),
    "SEK": (100000, 50000, 20000, 10000, 5000, 2000, 1000, 500, 200, 100),
    "NOK": (100000, 50000, 20000, 10000, 5000, 2000, 1000, 500, 100),
    "DKK": (100000, 50000, 20000, 10000, 5000, 2000, 1000, 500, 200, 100, 50),
    "PLN": (50000, 20000, 10000, 5000, 2000, 1000, 500, 200, 100, 50, 20, 10, 5, 2, 1),
    "CZK": (500000, 200000, 100000, 50000, 20000, 10000, 5000, 2000, 1000, 500, 200, 100),
    "HUF": tuple(100 * n for n in (20000, 10000, 5000, 2000, 1000, 500, 200, 100, 50, 20, 10, 5)),
}


def denominations(currency: str) -> tuple[int, ...]:
    """The values to count, in minor units, largest first."""
    if currency in _DENOMINATIONS:
        return _DENOMINATIONS[currency]
    highest = 2 + exponent(currency)
    return tuple(step * 10**power for power in range(highest, -1, -1) for step in (5, 2, 1))


def report_to_json(report: ShiftReport) -> str:
    """As it is kept for good."""
    shift = report.shift
    return json.dumps(
        {
            "shift": {
                "id": shift.id,
                "station_id": shift.station_id,
                "station": shift.station_code,
                "number": shift.number,
                "operator": shift.operator,
                "currency": shift.currency,
                "float": shift.float_amount.minor,
                "opened_at": to_micros(shift.opened_at),
                "closed_at": None if shift.closed_at is None else to_micros(shift.closed_at),
                "counted": None if shift.counted is None else shift.counted.minor,
                "expected": None if shift.expected is None else shift.expected.minor,
            },
            "at": to_micros(report.at),
            "by": report.by,
            "bookings": report.bookings,
            "takings": [_takings_row(takings) for takings in report.takings],
            "movements": [_movement_row(movement) for movement in report.movements],
            "lines": [report.first_line, report.last_line],
            "counts": [list(pair) for pair in report.counts],
        },
        ensure_ascii=False,
        sort_keys=True,
    )


def report_from_json(text: str) -> ShiftReport:
    """What `report_to_json` wrote."""
    kept: dict[str, Any] = json.loads(text)
    shift, currency = kept["shift"], kept["shift"]["currency"]

    def cash(name: str) -> Money | None:
        return None if shift[name] is None else Money(shift[name], currency)

    return ShiftReport(
        shift=Shift(
            id=shift["id"],
            station_id=shift["station_id"],
            station_code=shift["station"],
            number=shift["number"],
            operator=shift["operator"],
            float_amount=Money(shift["float"], currency),
            opened_at=from_micros(shift["opened_at"]),
            closed_at=None if shift["closed_at"] is None else from_micros(shift["closed_at"]),
            counted=cash("counted"),
            expected=cash("expected"),
        ),
        at=from_micros(kept["at"]),
        by=kept["by"],
        bookings=kept["bookings"],
        takings=tuple(
            TenderTakings(Tender(t[0]), t[2], Money(t[3], t[1]), t[4], Money(t[5], t[1]))
            for t in kept["takings"]
        ),
        movements=tuple(
            CashMovement(DrawerAct(m[0]), Money(m[1], currency), m[2], from_micros(m[3]), m[4])
            for m in kept["movements"]
        ),
        first_line=kept["lines"][0],
        last_line=kept["lines"][1],
        counts=tuple((value, pieces) for value, pieces in kept["counts"]),
    )


def _takings_row(takings: TenderTakings) -> list[str | int]:
    return [
        takings.tender.value,
        takings.taken.currency,
        takings.payments,
        takings.taken.minor,
        takings.refunds,
        takings.given_back.minor,
    ]


def _movement_row(movement: CashMovement) -> list[str | int]:
    return [
        movement.act.value,
        movement.amount.minor,
        movement.note,
        to_micros(movement.at),
        movement.operator,
    ]


class Shifts(Protocol):
    """Shifts as the database keeps them."""

    def open_at(self, station_id: str) -> Shift | None:
        """The open shift of a station."""

    def next_number(self, station_id: str) -> int:
        """Of the next shift; ask it under the lock of `Payments.journal_head`."""

    def begin(self, shift: Shift, *, operator_id: str) -> None:
        """A new shift; from now on the station sells in it."""

    def move(self, shift_id: str, movement: CashMovement, *, operator_id: str) -> None:
        """Money in or out by hand."""

    def end(self, report: ShiftReport) -> None:
        """Keep the Z report; the station sells in no shift any more."""

    def report(self, shift: Shift, *, at: datetime, by: str) -> ShiftReport:
        """What happened in a shift until now."""

    def z_report(self, shift_id: str) -> ShiftReport:
        """As it was printed; NotFound for a shift that is not closed."""

    def past(self, *, station_id: str | None, limit: int) -> Sequence[Shift]:
        """Closed shifts, newest first, of one station or of all."""
