"""What stands in the basket: places, and goods."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from app.domain.events import PriceType
from app.domain.goods import Product
from app.domain.tickets import BasketLine, Place
from app.domain.values import Money


@dataclass(frozen=True, slots=True)
class Row:
    """One place in the basket. `colour` is the zone's (1..8); `prices` what each price type pays there by the
    list as it was when the place was held, which stands as long as the hold; `kinds` are these
    types in their order. `time_zone` is IANA."""

    place: Place
    seat: str
    zone: str
    colour: int
    title: str
    price_type_id: str
    prices: Mapping[str, Money]
    tax_bp: int
    starts_at: datetime
    time_zone: str = "UTC"
    kinds: tuple[PriceType, ...] = ()

    @property
    def price(self) -> Money:
        """Gross, by the list."""
        return self.prices[self.price_type_id]

    @property
    def tax(self) -> Money:
        """The tax inside the price."""
        return self.price.tax_included(self.tax_bp)

    @property
    def line(self) -> BasketLine:
        """As an order carries it."""
        return BasketLine(self.place, self.price_type_id, self.price)

    def paid_by(self, price_type_id: str) -> Row:
        """The same place for another price type; unchanged when that one has no price there."""
        if price_type_id not in self.prices:
            return self
        return replace(self, price_type_id=price_type_id)

    def promised(self, price: Money) -> Row:
        """The same place at the list price its buyer was told."""
        return replace(self, prices={**self.prices, self.price_type_id: price})


@dataclass(frozen=True, slots=True)
class GoodsRow:
    """So many of a product in the basket."""

    product: Product
    quantity: int = 1

    @property
    def price(self) -> Money:
        """For all of them, gross."""
        return self.product.price * self.quantity

    @property
    def tax(self) -> Money:
        """The tax inside, piece by piece."""
        return self.product.price.tax_included(self.product.tax_bp) * self.quantity
