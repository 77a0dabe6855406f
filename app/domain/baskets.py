"""Baskets that outlive their till: put aside for a customer who comes back, or found again after a crash.

What a basket holds stands in the claims, under the basket's id; kept beside them is what claims do not
know: price types, codes, goods, whom it is for, and the key of an order whose answer is still out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from app.domain.tickets import BasketLine, Booking, Goods, Place
from app.domain.values import Money

PARK_FOR = timedelta(minutes=30)  # how long the places of a parked basket are held
KEEP_FOR = timedelta(days=1)  # how long a basket is kept that nobody took up


class BasketStatus(StrEnum):
    """Open at a till, or put aside."""

    OPEN = "open"
    PARKED = "parked"


@dataclass(frozen=True, slots=True)
class KeptBasket:
    """A basket as its till last showed it. `key` is the order's, once the money was asked for; `place`
    says where it is kept: station code and operator's name. `updated_at` UTC."""

    id: str
    lines: tuple[BasketLine, ...] = ()
    goods: tuple[Goods, ...] = ()
    vouchers: tuple[Money, ...] = ()
    codes: tuple[str, ...] = ()
    customer_id: str | None = None
    name: str = ""
    key: str = ""
    status: BasketStatus = BasketStatus.OPEN
    station_code: str = ""
    operator: str = ""
    updated_at: datetime | None = None

    @property
    def empty(self) -> bool:
        """Whether there is nothing in it."""
        return not (self.lines or self.goods or self.vouchers)


@dataclass(frozen=True, slots=True)
class TakenUp:
    """A kept basket, back at a till. What could not be held again is in `lost`, no longer in its lines;
    a line whose price type nobody kept has "". `sold` is the booking its order had led to after all."""

    basket: KeptBasket
    lost: tuple[Place, ...] = ()
    sold: Booking | None = None


class Baskets(Protocol):
    """Kept baskets as the database has them."""

    def keep(
        self, basket: KeptBasket, *, station_id: str, operator_id: str, status: BasketStatus
    ) -> None:
        """In place of what was kept of it before."""

    def take(self, basket_id: str, *, station_id: str) -> KeptBasket | None:
        """A parked one, parked no longer; None when it is not, or another till was quicker."""

    def open_at(self, station_id: str, *, operator_id: str | None) -> tuple[KeptBasket, ...]:
        """The open ones of a station, newest first; only this operator's unless None."""

    def parked(self) -> tuple[KeptBasket, ...]:
        """Those put aside anywhere in the house, newest first."""

    def drop(self, basket_id: str) -> None:
        """Forget it."""

    def drop_before(self, instant: datetime) -> None:
        """Forget those that nobody touched since (UTC)."""
