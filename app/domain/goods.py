"""Goods: what the counter sells beside tickets, such as programme booklets, drinks or memberships."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from app.domain.errors import Invalid
from app.domain.programme import checked_label
from app.domain.tickets import Goods, Item
from app.domain.values import MOST_MONEY, Money, new_id

MOST_OF_ONE = 99  # pieces of a product in one sale
_WHOLE = 10_000  # basis points


@dataclass(frozen=True, slots=True)
class ProductEntry:
    """A product as entered: gross price, the tax inside it in basis points, and the kind of membership
    that buying one makes."""

    name: str
    price: Money
    tax_bp: int
    membership_id: str | None = None


@dataclass(frozen=True, slots=True)
class Product:
    """Something on the counter's shelf. An inactive one is not sold; what was sold of it stays."""

    id: str
    name: str
    price: Money
    tax_bp: int
    membership_id: str | None = None
    position: int = 0
    active: bool = True
    version: int = 1


def checked_entry(entry: ProductEntry) -> ProductEntry:
    """The entry with its name trimmed; Invalid with every field (name, price, tax) that does not fit."""
    problems: dict[str, str] = {}
    try:
        entry = replace(entry, name=checked_label("name", entry.name))
    except Invalid as error:
        problems.update(error.problems)
    if entry.price.minor < 0:
        problems["price"] = "negative"
    elif entry.price.minor > MOST_MONEY:
        problems["price"] = "too_large"
    if not 0 <= entry.tax_bp <= _WHOLE:
        problems["tax"] = "not_a_percentage"
    if problems:
        raise Invalid(problems)
    return entry


def bought(goods: Iterable[Goods], *, products: Mapping[str, Product]) -> tuple[Item, ...]:
    """An item for each piece, in the order asked for.

    Invalid({"goods": …}): not_positive, too_many (more than 99 of one), not_sold (unknown or inactive).
    """
    items: list[Item] = []
    pieces: dict[str, int] = {}
    for line in goods:
        product = products.get(line.product_id)
        if product is None or not product.active:
            raise Invalid({"goods": "not_sold"})
        if line.quantity <= 0:
            raise Invalid({"goods": "not_positive"})
        pieces[product.id] = pieces.get(product.id, 0) + line.quantity
        if pieces[product.id] > MOST_OF_ONE:
            raise Invalid({"goods": "too_many"})
        items += [_item(product) for _ in range(line.quantity)]
    return tuple(items)


def _item(product: Product) -> Item:
    tax = product.price.tax_included(product.tax_bp)
    return Item(new_id(), product.id, product.name, product.price, tax)


def reordered(products: Sequence[Product], ids: Sequence[str]) -> tuple[Product, ...]:
    """The products in this order, those not named after them as they were, with their positions set."""
    place = {product_id: at for at, product_id in enumerate(dict.fromkeys(ids))}
    ordered = sorted(products, key=lambda product: place.get(product.id, len(place)))
    return tuple(replace(product, position=at) for at, product in enumerate(ordered, 1))


class Products(Protocol):
    """Products, and the items sold of them, as the database keeps them."""

    def every(self) -> tuple[Product, ...]:
        """All, inactive ones too, in the counter's order."""

    def some(self, ids: Collection[str]) -> Mapping[str, Product]:
        """By id, those there are."""

    def get(self, product_id: str) -> Product:
        """NotFound."""

    def add(self, product: Product) -> None: ...

    def save(self, product: Product) -> Product:
        """Write everything when the version is still the one given; the product with the next version.
        Conflict("product", theirs=Product), NotFound."""

    def place(self, products: Collection[Product]) -> None:
        """Write their positions; no version, the last order counts."""

    def cancel(self, item_ids: Collection[str]) -> None:
        """Items that were taken back."""
