"""Small values every other module speaks in: identity, money, time at the venue.

Kept apart from the six domains because all of them need these and they need none of them.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import total_ordering
from threading import Lock
from zoneinfo import ZoneInfo

# ISO 4217 currencies whose minor unit is not a hundredth (list one of the standard, 2026-01).
_EXPONENTS = {
    **dict.fromkeys(
        "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(), 0
    ),
    **dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3),
}


MOST_MONEY = 10**12  # minor units: more than anybody pays at once, less than sums can hold

_ids = Lock()
_newest = 0


def new_id() -> str:
    """A UUIDv7 (RFC 9562, section 5.7) as 36 characters: made anywhere, sorts by time.

    Those of one process sort in the order in which they were made (section 6.2, method 2); what is
    added within a millisecond is random, so that processes that began as one do not meet.
    """
    global _newest  # noqa: PLW0603 - one sequence for the process is the point
    milliseconds = time.time_ns() // 1_000_000
    random = int.from_bytes(os.urandom(10), "big")
    bits = (milliseconds << 80) | (0x7 << 76) | ((random >> 68) << 64)
    bits |= (0b10 << 62) | (random & 0x3FFF_FFFF_FFFF_FFFF)
    with _ids:
        if bits <= _newest and bits >> 80 == _newest >> 80:
            bits = _newest + 1 + (random & 0xFFFF_FFFF)
        _newest = bits
    text = f"{bits:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


@total_ordering
@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units of an ISO 4217 currency; never a float.

    Adding or comparing two currencies raises ValueError: that is a bug, not a refusal.
    """

    minor: int
    currency: str

    def __add__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.minor - other.minor, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __mul__(self, count: int) -> Money:
        return Money(self.minor * count, self.currency)

    def __lt__(self, other: Money) -> bool:
        self._same(other)
        return self.minor < other.minor

    def __bool__(self) -> bool:
        return self.minor != 0

    def _same(self, other: Money) -> None:
        if other.currency != self.currency:
            raise ValueError(f"{self.currency} and {other.currency} do not add up")

    def tax_included(self, basis_points: int) -> Money:
        """The tax inside this gross amount, in the same minor units; `basis_points` 700 is 7 %.

        Rounded half away from zero, so that a refund mirrors its sale to the cent.
        """
        return Money(_half_up(self.minor * basis_points, 10_000 + basis_points), self.currency)

    def part(self, basis_points: int) -> Money:
        """So much of this amount: 1000 is a tenth. Rounded half away from zero."""
        return Money(_half_up(self.minor * basis_points, 10_000), self.currency)

    def split(self, weights: Sequence[int]) -> tuple[Money, ...]:
        """Shares in proportion to `weights` (largest remainder); they add up to the whole."""
        total = sum(weights)
        if total <= 0:
            raise ValueError("the weights of a split must add up to more than nothing")
        sign = -1 if self.minor < 0 else 1
        parts = [divmod(abs(self.minor) * weight, total) for weight in weights]
        shares = [whole for whole, _ in parts]
        by_remainder = sorted(range(len(parts)), key=lambda i: (-parts[i][1], i))
        for i in by_remainder[: abs(self.minor) - sum(shares)]:
            shares[i] += 1
        return tuple(Money(sign * share, self.currency) for share in shares)

    @staticmethod
    def total(amounts: Iterable[Money], currency: str) -> Money:
        """The sum of `amounts`, nothing in `currency` when there are none."""
        return sum(amounts, Money(0, currency))


def exponent(currency: str) -> int:
    """Decimal places of the currency's minor unit: 2 for EUR, 0 for JPY, 3 for KWD."""
    return _EXPONENTS.get(currency, 2)


def _half_up(numerator: int, denominator: int) -> int:
    sign = -1 if numerator < 0 else 1
    return sign * ((2 * abs(numerator) + denominator) // (2 * denominator))


def to_micros(instant: datetime) -> int:
    """Microseconds since 1970 UTC, the form in which both databases keep an instant."""
    delta = instant - _EPOCH
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds


def from_micros(micros: int) -> datetime:
    """The aware UTC instant for microseconds since 1970."""
    return _EPOCH + timedelta(microseconds=micros)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def at_venue(instant: datetime, zone: str) -> datetime:
    """The same instant on the wall clock of the venue (IANA zone name)."""
    return instant.astimezone(ZoneInfo(zone))


def business_day(instant: datetime, zone: str) -> date:
    """The calendar day at the venue that a sale at `instant` (UTC) belongs to."""
    return at_venue(instant, zone).date()
