"""Kept baskets in SQL."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.sql.elements import ColumnElement

from app.domain.baskets import BasketStatus, KeptBasket
from app.domain.tickets import BasketLine, Goods, Place
from app.domain.values import Money, from_micros, to_micros
from app.persistence import schema as s
from app.persistence.counter_tables import baskets


class SqlBaskets:
    """The `Baskets` port on one connection; `now` dates what is written."""

    def __init__(self, connection: Connection, *, now: datetime) -> None:
        self._connection = connection
        self._now = to_micros(now)

    def keep(
        self, basket: KeptBasket, *, station_id: str, operator_id: str, status: BasketStatus
    ) -> None:
        """See the port."""
        self.drop(basket.id)
        self._connection.execute(
            insert(baskets),
            {
                "id": basket.id,
                "station_id": station_id,
                "operator_id": operator_id,
                "status": status.value,
                "name": basket.name,
                "body": json.dumps(_body(basket)),
                "updated_at": self._now,
            },
        )

    def take(self, basket_id: str, *, station_id: str) -> KeptBasket | None:
        """See the port."""
        b = baskets.c
        parked = (b.id == basket_id) & (b.status == BasketStatus.PARKED.value)
        taken = self._connection.execute(
            update(baskets)
            .where(parked)
            .values(status=BasketStatus.OPEN.value, station_id=station_id)
        )
        return self._baskets(b.id == basket_id)[0] if taken.rowcount else None

    def open_at(self, station_id: str, *, operator_id: str | None) -> tuple[KeptBasket, ...]:
        """See the port."""
        b = baskets.c
        wanted = (b.station_id == station_id) & (b.status == BasketStatus.OPEN.value)
        if operator_id is not None:
            wanted &= b.operator_id == operator_id
        return self._baskets(wanted)

    def parked(self) -> tuple[KeptBasket, ...]:
        """See the port."""
        return self._baskets(baskets.c.status == BasketStatus.PARKED.value)

    def drop(self, basket_id: str) -> None:
        """See the port."""
        self._connection.execute(delete(baskets).where(baskets.c.id == basket_id))

    def drop_before(self, instant: datetime) -> None:
        """See the port."""
        self._connection.execute(delete(baskets).where(baskets.c.updated_at < to_micros(instant)))

    def _baskets(self, wanted: ColumnElement[bool]) -> tuple[KeptBasket, ...]:
        b = baskets.c
        rows = self._connection.execute(
            select(b.id, b.name, b.status, b.body, b.updated_at, s.stations.c.code, s.users.c.name)
            .join(s.stations, s.stations.c.id == b.station_id)
            .join(s.users, s.users.c.id == b.operator_id)
            .where(wanted)
            .order_by(b.updated_at.desc(), b.id)
        )
        return tuple(_basket(row) for row in rows)


def _body(basket: KeptBasket) -> dict[str, Any]:
    return {
        "lines": [
            [line.place.performance_id, line.place.seat_no, line.price_type_id, _sum(line.promised)]
            for line in basket.lines
        ],
        "goods": [[one.product_id, one.quantity] for one in basket.goods],
        "vouchers": [_sum(amount) for amount in basket.vouchers],
        "codes": list(basket.codes),
        "customer": basket.customer_id,
        "key": basket.key,
    }


def _basket(row: Any) -> KeptBasket:
    body: Mapping[str, Any] = json.loads(row[3])
    return KeptBasket(
        id=row[0],
        lines=tuple(
            BasketLine(Place(performance_id, seat_no), price_type_id, _money(promised))
            for performance_id, seat_no, price_type_id, promised in body["lines"]
        ),
        goods=tuple(Goods(product_id, quantity) for product_id, quantity in body["goods"]),
        vouchers=tuple(Money(*amount) for amount in body["vouchers"]),
        codes=tuple(body["codes"]),
        customer_id=body["customer"],
        name=row[1],
        key=body["key"],
        status=BasketStatus(row[2]),
        station_code=row[5],
        operator=row[6],
        updated_at=from_micros(row[4]),
    )


def _sum(money: Money | None) -> list[Any] | None:
    return None if money is None else [money.minor, money.currency]


def _money(kept: list[Any] | None) -> Money | None:
    return None if kept is None else Money(*kept)
