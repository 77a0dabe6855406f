"""What prices were before they were changed, in SQL.

Holds and changes of one performance wait for each other (both lock it), but on PostgreSQL each brings the
instant at which its transaction began, which need not be in that order. So a change is dated after every
hold it finds, and a hold never before the last change (see `CLAIM` in `app.persistence.tickets`): of any two
the dates say which saw the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from app.domain.pricing import PriceChange
from app.domain.programme import Prices
from app.domain.tickets import ClaimStatus, Place
from app.domain.values import from_micros, new_id, to_micros
from app.persistence import schema as s
from app.persistence.counter_tables import price_changes


class SqlPriceChanges:
    """The `PriceChanges` port on one connection; `now` is the transaction's instant."""

    def __init__(self, connection: Connection, *, now: datetime) -> None:
        self._connection = connection
        self._now = to_micros(now)

    def note(self, performance_id: str, before: Prices, after: Prices) -> None:
        """See the port."""
        keys = before.keys() | after.keys()
        differing = {key: before.get(key) for key in keys if before.get(key) != after.get(key)}
        self._note(performance_id, differing)

    def note_price_type(self, price_type_id: str, *, active: bool) -> None:
        """See the port."""
        p, c = s.prices.c, s.seat_claims.c
        held = select(c.performance_id).where(
            c.status == ClaimStatus.HELD.value, c.hold_until > self._now
        )
        rows = self._connection.execute(
            select(p.performance_id, p.zone_no, p.amount).where(
                p.price_type_id == price_type_id, p.performance_id.in_(held)
            )
        )
        found: dict[str, dict[tuple[int, str], int | None]] = {}
        for performance_id, zone_no, amount in rows:
            prices = found.setdefault(performance_id, {})
            prices[zone_no, price_type_id] = None if active else amount
        for performance_id, prices in sorted(found.items()):
            self._note(performance_id, prices)

    def _note(self, performance_id: str, were: Mapping[tuple[int, str], int | None]) -> None:
        if not were:
            return
        at = self._after_everything(performance_id)
        self._connection.execute(
            insert(price_changes),
            [
                {
                    "id": new_id(),
                    "performance_id": performance_id,
                    "zone_no": zone_no,
                    "price_type_id": price_type_id,
                    "amount": amount,
                    "changed_at": at,
                }
                for (zone_no, price_type_id), amount in sorted(were.items())
            ],
        )

    def _after_everything(self, performance_id: str) -> int:
        c, p = s.seat_claims.c, price_changes.c
        held = select(func.max(c.held_at)).where(
            c.performance_id == performance_id, c.status == ClaimStatus.HELD.value
        )
        changed = select(func.max(p.changed_at)).where(p.performance_id == performance_id)
        row = self._connection.execute(
            select(held.scalar_subquery(), changed.scalar_subquery())
        ).one()
        known: list[int] = [instant + 1 for instant in row if instant is not None]
        return max([self._now, *known])

    def held_since(self, basket_id: str) -> Mapping[Place, datetime]:
        """See the port."""
        c = s.seat_claims.c
        rows = self._connection.execute(
            select(c.performance_id, c.seat_no, c.held_at).where(
                c.basket_id == basket_id,
                c.status == ClaimStatus.HELD.value,
                c.hold_until > self._now,
                c.held_at.is_not(None),
            )
        )
        return {Place(row[0], row[1]): from_micros(row[2]) for row in rows}

    def since(self, performance_ids: Iterable[str], held_at: datetime) -> tuple[PriceChange, ...]:
        """See the port."""
        p = price_changes.c
        rows = self._connection.execute(
            select(p.performance_id, p.zone_no, p.price_type_id, p.amount, p.changed_at)
            .where(p.performance_id.in_(sorted(performance_ids)), p.changed_at > to_micros(held_at))
            .order_by(p.changed_at, p.id)
        )
        return tuple(PriceChange(*row[:4], from_micros(row[4])) for row in rows)
