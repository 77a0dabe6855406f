"""Interactions and rollups in SQL: what a sale, a return, a refund adds, in its own transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, exists, func, insert, select

from app.domain.analytics import (
    Counted,
    Metric,
    Rollup,
    SaleKind,
    Seen,
    TicketSale,
    moved_metrics,
    refund_metrics,
    return_metrics,
)
from app.domain.values import from_micros, new_id, to_micros
from app.persistence import records as r
from app.persistence import rollups
from app.persistence import schema as s
from app.persistence.counter_tables import exchange_shares
from app.persistence.statements import Driver, Statement, Values

_KEY = "event_id metric_type metric_key day currency station_id".split()
_COUNTS = "sold gross returned refunded".split()
_ADD = """
INSERT INTO event_metrics ({columns}) VALUES ({values})
ON CONFLICT ({key}) DO UPDATE SET {added}"""


def _add(placeholder: str) -> str:
    columns = [*_KEY, *_COUNTS]
    return _ADD.format(
        columns=", ".join(columns),
        values=", ".join(placeholder.format(name) for name in columns),
        key=", ".join(_KEY),
        added=", ".join(f"{name} = event_metrics.{name} + excluded.{name}" for name in _COUNTS),
    )


ADD = Statement(sqlite=_add(":{}"), postgresql=_add("%({})s"))
_LINE_COLUMNS = "id ticket_id event_id performance_id kind amount currency sale_date day".split()
LINE = Statement.of(insert(r.ticket_sales).values(dict.fromkeys(_LINE_COLUMNS)))


def rollup_writes(rollup: Rollup, *, station_id: str) -> list[tuple[Statement, Sequence[Values]]]:
    """What `Driver.run_all` is given to add a rollup, in the order of the rows' keys."""
    return [
        (LINE, [_line_row(line) for line in rollup.lines]),
        (ADD, [_metric_row(metric, station_id) for metric in rollup.metrics]),
    ]


class SqlAnalytics:
    """The `Analytics` port on one connection; `now` is the transaction's instant."""

    def __init__(self, connection: Connection, *, now: datetime) -> None:
        self._connection = connection
        self._now = now
        self._micros = to_micros(now)

    def count(self, rollup: Rollup, *, station_id: str) -> None:
        """See the port."""
        Driver(self._connection).run_all(rollup_writes(rollup, station_id=station_id))

    def count_returns(self, ticket_ids: Iterable[str], *, station_id: str, zone: str) -> None:
        """See the port."""
        by_sale: dict[tuple[str, str], list[Counted]] = defaultdict(list)
        for row in self._sold(sorted(ticket_ids)):
            by_sale[row.channel, row.operator_id].append(_counted(row))
        for (channel, operator_id), tickets in sorted(by_sale.items()):
            rollup = return_metrics(
                tickets, channel=channel, operator_id=operator_id, at=self._now, zone=zone
            )
            self.count(rollup, station_id=station_id)

    def count_refund(self, refund_ids: Iterable[str], *, station_id: str, zone: str) -> None:
        """See the port."""
        t, p, given, share = s.tickets, s.performances, s.refunds, s.refund_shares
        line = r.ticket_sales.c
        sold = exists().where(line.ticket_id == t.c.id, line.kind == SaleKind.SALE.value)
        query = (
            select(
                *_ticket_columns(),
                sold.label("sold"),
                p.c.event_id,
                s.bookings.c.channel,
                given.c.operator_id,
                given.c.created_at,
                given.c.tender,
                share.c.amount,
            )
            .select_from(share)
            .join(given, given.c.id == share.c.refund_id)
            .join(t, t.c.id == share.c.ticket_id)
            .join(p, p.c.id == t.c.performance_id)
            .join(s.bookings, s.bookings.c.id == t.c.booking_id)
            .where(given.c.id.in_(sorted(refund_ids)))
        )
        by_act: dict[tuple[str, str, int], list[tuple[Counted, str, int]]] = defaultdict(list)
        for row in self._connection.execute(query):
            act = (row.channel, row.operator_id, row.created_at)
            by_act[act].append(
                (replace(_counted(row), sold=bool(row.sold)), row.tender, row.amount)
            )
        for (channel, operator_id, at), refunds in sorted(by_act.items()):
            rollup = refund_metrics(
                refunds, channel=channel, operator_id=operator_id, at=from_micros(at), zone=zone
            )
            self.count(rollup, station_id=station_id)

    def count_exchange(self, exchange_id: str, *, station_id: str, zone: str) -> None:
        """See the port."""
        t, p, x, line = s.tickets, s.performances, exchange_shares, r.ticket_sales.alias()
        sold = (line.c.ticket_id == t.c.id) & (line.c.kind == SaleKind.SALE.value)
        query = (
            select(
                *_ticket_columns(),
                line.c.id.is_not(None).label("sold"),
                p.c.event_id,
                s.bookings.c.channel,
                _seller(s.bookings.c, line.c.sale_date),
                s.payments.c.tender,
                x.c.amount,
            )
            .select_from(x)
            .join(s.payments, s.payments.c.id == x.c.payment_id)
            .join(t, t.c.id == x.c.ticket_id)
            .join(p, p.c.id == t.c.performance_id)
            .join(s.bookings, s.bookings.c.id == t.c.booking_id)
            .outerjoin(line, sold)
            .where(x.c.exchange_id == exchange_id)
        )
        by_sale: dict[tuple[str, str], list[tuple[Counted, str, int]]] = defaultdict(list)
        for row in self._connection.execute(query):
            moved = (replace(_counted(row), sold=bool(row.sold)), row.tender, row.amount)
            by_sale[row.channel, row.operator_id].append(moved)
        for (channel, operator_id), moves in sorted(by_sale.items()):
            rollup = moved_metrics(
                moves, channel=channel, operator_id=operator_id, at=self._now, zone=zone
            )
            self.count(rollup, station_id=station_id)

    def seller(self, booking_id: str) -> str:
        """See the port."""
        b = s.bookings.c
        query = select(_seller(b, self._micros)).select_from(s.bookings).where(b.id == booking_id)
        return str(self._connection.execute(query).scalar_one())

    def rebuild(self, *, zone: str) -> int:
        """See the port."""
        self._write_lines(rollups.missing_sales(self._connection), zone=zone)
        self._write_lines(rollups.missing_returns(self._connection), zone=zone)
        return rollups.rebuild(self._connection, zone=zone)

    def differences(self) -> dict[str, int]:
        """See the port."""
        return rollups.differences(self._connection)

    def note(self, seen: Iterable[tuple[Seen, str, str]]) -> None:
        """See the port. Whoever saw a performance need not know its event."""
        found = list(seen)
        events = self._events_of({one.performance_id for one, _, _ in found if one.performance_id})
        rows = [
            {
                "id": new_id(),
                "user_id": user_id,
                "station_id": station_id,
                "interaction_type": one.type.value,
                "event_id": one.event_id or events.get(one.performance_id or ""),
                "performance_id": one.performance_id,
                "ticket_id": one.ticket_id,
                "detail": one.detail[:200],
                "at": to_micros(one.at),
            }
            for one, user_id, station_id in found
        ]
        if rows:
            self._connection.execute(insert(r.user_interactions), rows)

    def _events_of(self, performance_ids: Collection[str]) -> dict[str, str]:
        p = s.performances.c
        rows = self._connection.execute(
            select(p.id, p.event_id).where(p.id.in_(sorted(performance_ids)))
        )
        return {row[0]: row[1] for row in rows}

    def _sold(self, ticket_ids: Sequence[str]) -> Sequence[Any]:
        """These tickets with who sold them, as far as they counted as sold and not as returned."""
        t, line, back = s.tickets, r.ticket_sales.alias(), r.ticket_sales.alias()
        returned = exists().where(back.c.ticket_id == t.c.id, back.c.kind == SaleKind.RETURN.value)
        query: Select[Any] = (
            select(
                *_ticket_columns(),
                line.c.event_id,
                s.bookings.c.channel,
                _seller(s.bookings.c, line.c.sale_date),
            )
            .select_from(t)
            .join(line, line.c.ticket_id == t.c.id)
            .join(s.bookings, s.bookings.c.id == t.c.booking_id)
            .where(line.c.kind == SaleKind.SALE.value, ~returned)
        )
        found: list[Any] = []
        for start in range(0, len(ticket_ids), 500):
            wanted = t.c.id.in_(ticket_ids[start : start + 500])
            found.extend(self._connection.execute(query.where(wanted)))
        return found

    def _write_lines(self, rows: Sequence[Any], *, zone: str) -> None:
        lines = [rollups.line_of(row, zone=zone) for row in rows]
        Driver(self._connection).run_all([(LINE, [_line_row(line) for line in lines])])


def _ticket_columns() -> tuple[Any, ...]:
    t = s.tickets.c
    return (t.id, t.performance_id, t.zone_name, t.price_type, t.price, t.currency)


def _seller(bookings: Any, sold_at: Any) -> Any:
    """Whose sale a ticket sold at that instant is: who had taken the first payment of its booking by then,
    else who made it."""
    by_then = s.payments.alias()
    p = by_then.c
    first = (
        select(p.operator_id)
        .where(p.booking_id == bookings.id, p.created_at <= func.coalesce(sold_at, 0))
        .order_by(p.created_at, p.id)
        .limit(1)
        .scalar_subquery()
    )
    return func.coalesce(first, bookings.operator_id).label("operator_id")


def _counted(row: Any) -> Counted:
    return Counted(
        row.id,
        row.event_id,
        row.performance_id,
        row.zone_name,
        row.price_type,
        row.price,
        row.currency,
    )


def _metric_row(metric: Metric, station_id: str) -> dict[str, str | int]:
    return {
        "event_id": metric.event_id,
        "metric_type": metric.type.value,
        "metric_key": metric.key,
        "day": metric.day,
        "currency": metric.currency,
        "station_id": station_id,
        "sold": metric.sold,
        "gross": metric.gross,
        "returned": metric.returned,
        "refunded": metric.refunded,
    }


def _line_row(line: TicketSale) -> dict[str, str | int]:
    return {
        "id": new_id(),
        "ticket_id": line.ticket_id,
        "event_id": line.event_id,
        "performance_id": line.performance_id,
        "kind": line.kind.value,
        "amount": line.amount,
        "currency": line.currency,
        "sale_date": to_micros(line.at),
        "day": line.day,
    }
