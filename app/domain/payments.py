"""Money taken and given back, and the journal that proves it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from app.domain.errors import Invalid, JournalBroken, NotEnoughMoney
from app.domain.values import Money, exponent


class Tender(StrEnum):
    """Means of payment."""

    CASH = "cash"


def money_from_decimal(text: str, currency: str) -> Money:
    """A plain decimal number such as "50" or "49.90" in the currency's units.

    Invalid({"amount": …}) with not_a_number, or too_precise when the currency has fewer places.
    """
    match = re.fullmatch(r"(\d{1,12})(?:\.(\d{1,6}))?", text.strip())
    if match is None:
        raise Invalid({"amount": "not_a_number"})
    whole, places = match[1], match[2] or ""
    digits = exponent(currency)
    if len(places.rstrip("0")) > digits:
        raise Invalid({"amount": "too_precise"})
    return Money(int(whole + places[:digits].ljust(digits, "0")), currency)


@dataclass(frozen=True, slots=True)
class CashPayment:
    """Cash over the counter; what is due, what was handed over, what goes back."""

    due: Money
    given: Money
    change: Money


def pay_cash(due: Money, given: Money | None) -> CashPayment:
    """Take `given` (None: exactly what is due) for `due`; NotEnoughMoney when it is less."""
    given = due if given is None else given
    if given < due or given.currency != due.currency:
        raise NotEnoughMoney(due, given)
    return CashPayment(due, given, given - due)


def suggested_notes(due: Money) -> tuple[Money, ...]:
    """Sums a customer is likely to hand over for `due`: exact first, then round ones, at most four."""
    unit = 100
    found = [due.minor]
    for step in (5 * unit, 10 * unit, 20 * unit, 50 * unit, 100 * unit, 200 * unit):
        rounded = -(-due.minor // step) * step
        if rounded not in found:
            found.append(rounded)
    return tuple(Money(minor, due.currency) for minor in found[:4])


GENESIS = "0" * 64


@dataclass(frozen=True, slots=True)
class JournalLine:
    """One money act of a station. `amount` in minor units of `currency`, negative when money left."""

    station_id: str
    seq: int
    kind: str
    body: str
    amount: int
    currency: str
    at: int  # microseconds since 1970 UTC
    prev_hash: str
    hash: str


@dataclass(frozen=True, slots=True)
class JournalHead:
    """Where a station's chain ends, locked by this unit of work, and its next booking's number."""

    station_id: str
    seq: int
    hash: str
    booking_seq: int

    def next_line(self, *, kind: str, body: str, amount: Money, at: int) -> JournalLine:
        """The line that follows, sealed; `at` in microseconds since 1970 UTC."""
        seq = self.seq + 1
        sealed = journal_hash(
            self.hash,
            station_id=self.station_id,
            seq=seq,
            kind=kind,
            body=body,
            amount=amount.minor,
            currency=amount.currency,
            at=at,
        )
        return JournalLine(
            self.station_id, seq, kind, body, amount.minor, amount.currency, at, self.hash, sealed
        )


def journal_body(facts: Mapping[str, str | int]) -> str:
    """The canonical text that is hashed: JSON with sorted keys and no spaces."""
    return json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def journal_hash(
    prev_hash: str,
    *,
    station_id: str,
    seq: int,
    kind: str,
    body: str,
    amount: int,
    currency: str,
    at: int,
) -> str:
    """SHA-256 over the previous line's hash and every field of this one, unit separators between."""
    sealed = "\x1f".join(
        (prev_hash, station_id, str(seq), kind, body, str(amount), currency, str(at))
    )
    return hashlib.sha256(sealed.encode()).hexdigest()


def verify_chain(lines: Iterable[JournalLine]) -> int:
    """Lines checked, in order of station and seq. JournalBroken names the first line that does not hold."""
    checked, station, seq, prev = 0, "", 0, GENESIS
    for line in lines:
        if line.station_id != station:
            station, seq, prev = line.station_id, 0, GENESIS
        seq += 1
        problem = _problem(line, seq=seq, prev=prev)
        if problem:
            raise JournalBroken(line.station_id, line.seq, problem)
        prev, checked = line.hash, checked + 1
    return checked


def _problem(line: JournalLine, *, seq: int, prev: str) -> str:
    if line.seq != seq:
        return "gap"
    if line.prev_hash != prev:
        return "chain"
    told = journal_hash(
        line.prev_hash,
        station_id=line.station_id,
        seq=line.seq,
        kind=line.kind,
        body=line.body,
        amount=line.amount,
        currency=line.currency,
        at=line.at,
    )
    return "" if told == line.hash else "altered"


@dataclass(frozen=True, slots=True)
class Audit:
    """What is in the database, and how many rows break each rule (all 0 in a sound one)."""

    counts: Mapping[str, int]
    broken: Mapping[str, int]


class Payments(Protocol):
    """Payments and the journal as the database keeps them."""

    def journal_head(self, station_id: str) -> JournalHead:
        """Lock and advance the station's counters by one booking; the head before this line."""

    def journal(self) -> Iterable[JournalLine]:
        """Every line, by station and seq."""

    def audit(self) -> Audit:
        """Counts, and every invariant of seats and money with how often it is broken."""
