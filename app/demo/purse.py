"""How people pay at the demo's counters: half by card slip, with plausible notes, with vouchers."""

from __future__ import annotations

from collections import defaultdict
from random import Random

from app.domain.payments import Tender, Tendered, suggested_notes
from app.domain.values import Money

_VOUCHER, _SPLIT, _SLIP = 0.03, 0.042, 0.54  # shares of the payments, added up
_TEN = 1000
_FIRST_SLIPS = {"T1": 21050, "T2": 38210}


class Purse:
    """What the audience has on it. Slips are numbered by station, as the terminals do it."""

    def __init__(self, random: Random, *, currency: str) -> None:
        self._random = random
        self._currency = currency
        self._slips = defaultdict(lambda: 1, _FIRST_SLIPS)
        self._vouchers: list[tuple[str, int]] = []

    def got(self, code: str, amount: Money) -> None:
        """Somebody was given a voucher."""
        self._vouchers.append((code, amount.minor))

    def tenders(self, due: Money, *, station: str) -> tuple[Tendered, ...]:
        """What is put down for `due` at a counter."""
        how = self._random.random()
        if due.minor == 0:
            return (Tendered(Tender.CASH),)
        if how < _VOUCHER and self._vouchers:
            return self._by_voucher(due, station)
        if how < _SPLIT and due.minor > 2 * _TEN:
            notes = Money(_TEN * self._random.randint(1, due.minor // _TEN - 1), self._currency)
            return Tendered(Tender.CASH, notes), self._slip(station)
        return (self._slip(station) if how < _SLIP else self._cash(due),)

    def voucher_for(self, due: Money) -> Tendered | None:
        """A voucher that pays all of it."""
        for place, (code, balance) in enumerate(self._vouchers):
            if balance >= due.minor:
                self._spend(place, due.minor)
                return Tendered(Tender.VOUCHER, due, code)
        return None

    def _by_voucher(self, due: Money, station: str) -> tuple[Tendered, ...]:
        place = self._random.randrange(len(self._vouchers))
        code, balance = self._vouchers[place]
        part = Money(min(balance, due.minor), self._currency)
        self._spend(place, part.minor)
        rest = due - part
        voucher = Tendered(Tender.VOUCHER, part, code)
        if not rest.minor:
            return (voucher,)
        by_slip = self._random.random() < 0.5
        return voucher, self._slip(station) if by_slip else self._cash(rest)

    def _spend(self, place: int, minor: int) -> None:
        code, balance = self._vouchers.pop(place)
        if balance > minor:
            self._vouchers.append((code, balance - minor))

    def _slip(self, station: str) -> Tendered:
        self._slips[station] += 1
        return Tendered(Tender.SLIP, None, f"{self._slips[station]:06d}")

    def _cash(self, due: Money) -> Tendered:
        return Tendered(Tender.CASH, self._random.choice(suggested_notes(due)))
