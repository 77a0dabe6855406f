"""Exchanges in SQL."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, case, insert, select, update

from app.domain.bookings import ScanResult
from app.domain.events import PerformanceStatus
from app.domain.exchanges import Exchange, Terms
from app.domain.payments import Share
from app.domain.users import Operator
from app.domain.values import Money, from_micros, to_micros
from app.persistence import schema as s
from app.persistence.counter_tables import exchange_shares, exchanges
from app.persistence.records import checkins


class SqlExchanges:
    """The `Exchanges` port on one connection; `now` is the transaction's instant."""

    def __init__(self, connection: Connection, *, now: datetime) -> None:
        self._connection = connection
        self._now = to_micros(now)

    def terms(self, performance_ids: Collection[str]) -> dict[str, Terms]:
        """See the port."""
        p = s.performances.c
        off = p.status == PerformanceStatus.CANCELLED.value
        fee = case((off, 0), else_=s.events.c.exchange_fee)
        rows = self._connection.execute(
            select(p.id, fee, p.currency)
            .join(s.events, s.events.c.id == p.event_id)
            .where(p.id.in_(sorted(performance_ids)))
        )
        return {row[0]: Terms(row[1], row[2]) for row in rows}

    def admitted(self, ticket_ids: Collection[str]) -> frozenset[str]:
        """See the port."""
        c = checkins.c
        rows = self._connection.execute(
            select(c.ticket_id).where(
                c.ticket_id.in_(sorted(ticket_ids)), c.result == ScanResult.ADMITTED.value
            )
        )
        return frozenset(rows.scalars())

    def done_before(self, key: str) -> str | None:
        """See the port."""
        e = exchanges.c
        query = select(e.booking_id).where(e.idempotency_key == key)
        found: str | None = self._connection.execute(query).scalar()
        return found

    def record(
        self, exchange: Exchange, *, shares: Sequence[Share], change: int, key: str, by: Operator
    ) -> None:
        """See the port."""
        body = {"out": exchange.out, "in": exchange.taken, "waived": exchange.waived}
        self._connection.execute(
            insert(exchanges),
            {
                "id": exchange.id,
                "booking_id": exchange.booking_id,
                "operator_id": by.user_id,
                "station_id": by.station_id,
                "created_at": self._now,
                "currency": exchange.credit.currency,
                "credit": exchange.credit.minor,
                "fee": exchange.fee.minor,
                "paid": exchange.paid.minor,
                "returned": exchange.returned.minor,
                "reason": exchange.reason,
                "body": json.dumps(body, sort_keys=True),
                "idempotency_key": key,
            },
        )
        self._connection.execute(
            update(s.tickets)
            .where(s.tickets.c.id.in_(exchange.out))
            .values(exchange_id=exchange.id)
        )
        if shares:
            self._connection.execute(
                insert(exchange_shares),
                [
                    {
                        "exchange_id": exchange.id,
                        "payment_id": share.payment_id,
                        "ticket_id": share.ticket_id,
                        "amount": share.amount,
                    }
                    for share in shares
                ],
            )
        b = s.bookings.c
        self._connection.execute(
            update(s.bookings).where(b.id == exchange.booking_id).values(total=b.total + change)
        )

    def of(self, booking_id: str) -> tuple[Exchange, ...]:
        """See the port."""
        e = exchanges.c
        rows = self._connection.execute(
            select(
                e.id,
                e.booking_id,
                e.created_at,
                s.users.c.name,
                e.credit,
                e.fee,
                e.paid,
                e.returned,
                e.currency,
                e.reason,
                e.body,
            )
            .join(s.users, s.users.c.id == e.operator_id)
            .where(e.booking_id == booking_id)
            .order_by(e.created_at, e.id)
        )
        return tuple(_exchange(row) for row in rows)


def _exchange(row: Any) -> Exchange:
    body = json.loads(row.body)
    return Exchange(
        id=row.id,
        booking_id=row.booking_id,
        at=from_micros(row.created_at),
        operator=row.name,
        credit=Money(row.credit, row.currency),
        fee=Money(row.fee, row.currency),
        paid=Money(row.paid, row.currency),
        returned=Money(row.returned, row.currency),
        out=tuple(body["out"]),
        taken=tuple(body["in"]),
        waived=body["waived"],
        reason=row.reason,
    )
