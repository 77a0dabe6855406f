"""Products in SQL, and the items sold of them once they are taken back. A sale writes its items with its
booking, in `bookings.py`."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update
from sqlalchemy.sql.elements import ColumnElement

from app.domain.errors import Conflict, NotFound
from app.domain.goods import Product
from app.domain.tickets import TicketStatus
from app.domain.values import Money, to_micros
from app.persistence.counter_tables import booking_items, products

_P = products.c


class SqlProducts:
    """The `Products` port on one connection; `now` dates what is taken back."""

    def __init__(self, connection: Connection, *, now: datetime) -> None:
        self._connection = connection
        self._now = to_micros(now)

    def every(self) -> tuple[Product, ...]:
        """See the port."""
        return self._products()

    def some(self, ids: Collection[str]) -> Mapping[str, Product]:
        """See the port."""
        return {product.id: product for product in self._products(_P.id.in_(sorted(set(ids))))}

    def get(self, product_id: str) -> Product:
        """See the port."""
        found = self._products(_P.id == product_id)
        if not found:
            raise NotFound("product", product_id)
        return found[0]

    def add(self, product: Product) -> None:
        """See the port."""
        self._connection.execute(insert(products), _row(product))

    def save(self, product: Product) -> Product:
        """See the port."""
        changed = self._connection.execute(
            update(products)
            .where(_P.id == product.id, _P.version == product.version)
            .values(**_row(product) | {"version": product.version + 1})
        )
        stored = self.get(product.id)
        if not changed.rowcount:
            raise Conflict("product", theirs=stored)
        return stored

    def place(self, products_: Collection[Product]) -> None:
        """See the port."""
        for product in products_:
            self._connection.execute(
                update(products).where(_P.id == product.id).values(position=product.position)
            )

    def cancel(self, item_ids: Collection[str]) -> None:
        """See the port."""
        self._connection.execute(
            update(booking_items)
            .where(booking_items.c.id.in_(sorted(item_ids)))
            .values(status=TicketStatus.CANCELLED.value, cancelled_at=self._now)
        )

    def _products(self, *wanted: ColumnElement[bool]) -> tuple[Product, ...]:
        rows = self._connection.execute(
            select(products).where(*wanted).order_by(_P.position, _P.id)
        )
        return tuple(_product(row) for row in rows)


def _product(row: Row[Any]) -> Product:
    return Product(
        id=row.id,
        name=row.name,
        price=Money(row.price, row.currency),
        tax_bp=row.tax_bp,
        membership_id=row.membership_id,
        position=row.position,
        active=bool(row.active),
        version=row.version,
    )


def _row(product: Product) -> dict[str, Any]:
    return {
        "id": product.id,
        "name": product.name,
        "price": product.price.minor,
        "currency": product.price.currency,
        "tax_bp": product.tax_bp,
        "membership_id": product.membership_id,
        "position": product.position,
        "active": int(product.active),
        "version": product.version,
    }
