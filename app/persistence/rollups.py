"""Rollups against the ledger: made again from it, and compared with it. Set-based, for both databases.

The SQL says what `app.domain.analytics` says in Python; `tests/services/test_analytics_rollups.py` holds
the two together over random sales, returns and refunds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from app.domain.analytics import SaleKind, TicketSale
from app.domain.values import business_day, from_micros, to_micros

# who had taken the first money of the booking when the ticket was sold
_SELLER = """coalesce((SELECT p.operator_id FROM payments p WHERE p.booking_id = b.id
        AND p.created_at <= s.sale_date ORDER BY p.created_at, p.id LIMIT 1), b.operator_id)"""

# One row per ticket sold, per ticket returned, per share refunded and per share moved away by an exchange,
# with everything a rollup asks by.
_ACTS = f"""
acts AS (
    SELECT l.event_id, l.performance_id, t.zone_name, t.price_type, b.channel,
        {_SELLER} AS operator_id, l.currency, b.station_id, l.sale_date AS at,
        CASE l.kind WHEN 'sale' THEN 1 ELSE 0 END AS sold,
        CASE l.kind WHEN 'sale' THEN l.amount ELSE 0 END AS gross,
        CASE l.kind WHEN 'return' THEN 1 ELSE 0 END AS returned,
        0 AS refunded
    FROM ticket_sales l JOIN tickets t ON t.id = l.ticket_id JOIN bookings b ON b.id = t.booking_id
    JOIN ticket_sales s ON s.ticket_id = l.ticket_id AND s.kind = 'sale'
    UNION ALL
    SELECT e.event_id, t.performance_id, t.zone_name, t.price_type, b.channel,
        {_SELLER}, t.currency, x.station_id, x.created_at, 0, h.amount, 0, 0
    FROM exchange_shares h JOIN exchanges x ON x.id = h.exchange_id JOIN tickets t ON t.id = h.ticket_id
    JOIN bookings b ON b.id = t.booking_id JOIN performances e ON e.id = t.performance_id
    JOIN ticket_sales s ON s.ticket_id = t.id AND s.kind = 'sale'
    WHERE h.amount < 0
    UNION ALL
    SELECT e.event_id, t.performance_id, t.zone_name, t.price_type, b.channel,
        g.operator_id, t.currency, g.station_id, g.created_at, 0, 0, 0, h.amount
    FROM refund_shares h JOIN refunds g ON g.id = h.refund_id JOIN tickets t ON t.id = h.ticket_id
    JOIN bookings b ON b.id = t.booking_id JOIN performances e ON e.id = t.performance_id
    WHERE h.amount <> 0 AND EXISTS (
        SELECT 1 FROM ticket_sales x WHERE x.ticket_id = t.id AND x.kind = 'sale')
),
money AS (
    SELECT e.event_id, p.tender, t.currency, coalesce(p.station_id, b.station_id) AS station_id,
        p.created_at AS at, h.amount AS gross, 0 AS refunded
    FROM payment_shares h JOIN payments p ON p.id = h.payment_id JOIN tickets t ON t.id = h.ticket_id
    JOIN bookings b ON b.id = t.booking_id JOIN performances e ON e.id = t.performance_id
    WHERE h.amount <> 0
    UNION ALL
    SELECT e.event_id, p.tender, t.currency, x.station_id, x.created_at, h.amount, 0
    FROM exchange_shares h JOIN exchanges x ON x.id = h.exchange_id
    JOIN payments p ON p.id = h.payment_id JOIN tickets t ON t.id = h.ticket_id
    JOIN performances e ON e.id = t.performance_id
    UNION ALL
    SELECT e.event_id, g.tender, t.currency, g.station_id, g.created_at, 0, h.amount
    FROM refund_shares h JOIN refunds g ON g.id = h.refund_id JOIN tickets t ON t.id = h.ticket_id
    JOIN performances e ON e.id = t.performance_id
    WHERE h.amount <> 0
)"""  # noqa: S608 - our own text
_BY = {
    "performance": "performance_id",
    "zone": "zone_name",
    "price_type": "price_type",
    "channel": "channel",
    "operator": "operator_id",
}
# An instant moved by its zone's offset and read as if it were UTC: the day, and weekday and hour.
_MOMENT = {
    "sqlite": "(a.at + z.shift) / 1000000, 'unixepoch'",
    "postgresql": "to_timestamp((a.at + z.shift) / 1000000) AT TIME ZONE 'UTC'",
}
_DAY = {"sqlite": "strftime('%Y-%m-%d', {0})", "postgresql": "to_char({0}, 'YYYY-MM-DD')"}
_HOUR = {
    "sqlite": "((strftime('%w', {0}) + 6) % 7) || '-' || strftime('%H', {0})",
    "postgresql": "(to_char({0}, 'ID')::int - 1)::text || '-' || to_char({0}, 'HH24')",
}
_REACH = """
    SELECT coalesce(min(at), 0), coalesce(max(at), 0) FROM (
        SELECT sale_date AS at FROM ticket_sales UNION ALL SELECT created_at FROM payments
        UNION ALL SELECT created_at FROM refunds UNION ALL SELECT created_at FROM exchanges) acts"""
_SUMS = "sum(sold), sum(gross), sum(returned), sum(refunded)"


def missing_sales(connection: Connection) -> Sequence[Any]:
    """Tickets that were sold without a line in `ticket_sales` (sold before there was one). A share may be
    a deposit's, but then there were lines: only what is paid in full is sold."""
    return connection.exec_driver_sql("""
        SELECT t.id, e.event_id, t.performance_id, 'sale' AS kind, t.price, t.currency,
            coalesce((SELECT min(p.created_at) FROM payments p WHERE p.booking_id = b.id),
                     b.created_at) AS at
        FROM tickets t JOIN bookings b ON b.id = t.booking_id
        JOIN performances e ON e.id = t.performance_id
        WHERE (t.status = 'valid'
               OR (b.deposit = 0
                   AND EXISTS (SELECT 1 FROM payment_shares h WHERE h.ticket_id = t.id)))
          AND NOT EXISTS (SELECT 1 FROM ticket_sales l
                          WHERE l.ticket_id = t.id AND l.kind = 'sale')""").all()


def missing_returns(connection: Connection) -> Sequence[Any]:
    """Sold tickets that are cancelled without a line in `ticket_sales` that says so."""
    return connection.exec_driver_sql("""
        SELECT t.id, l.event_id, t.performance_id, 'return' AS kind, t.price, t.currency,
            coalesce(t.cancelled_at, l.sale_date) AS at
        FROM tickets t JOIN ticket_sales l ON l.ticket_id = t.id AND l.kind = 'sale'
        WHERE t.status = 'cancelled'
          AND NOT EXISTS (SELECT 1 FROM ticket_sales r
                          WHERE r.ticket_id = t.id AND r.kind = 'return')""").all()


def line_of(row: Any, *, zone: str) -> TicketSale:
    """A line from what `missing_sales` and `missing_returns` find."""
    ticket_id, event_id, performance_id, kind, price, currency, at = row
    instant = from_micros(at)
    day = business_day(instant, zone).isoformat()
    return TicketSale(
        ticket_id, event_id, performance_id, SaleKind(kind), price, currency, instant, day
    )


def rebuild(connection: Connection, *, zone: str) -> int:
    """All rows of `event_metrics` from the ledger; how many. Days and hours by the clock of `zone`."""
    dialect = connection.dialect.name
    day, hour = (form[dialect].format(_MOMENT[dialect]) for form in (_DAY, _HOUR))
    since, until = connection.exec_driver_sql(_REACH).one()
    spans = ", ".join(str(span) for span in _spans(zone, since=since, until=until))
    between = "JOIN spans z ON a.at >= z.since AND a.at < z.until"
    per_key = [
        f"SELECT event_id, '{kind}', {column}, day, currency, station_id, {_SUMS} "  # noqa: S608 - our own text
        f"FROM dated GROUP BY event_id, {column}, day, currency, station_id"
        for kind, column in (*_BY.items(), ("hour", "hour"))
    ]
    connection.exec_driver_sql("DELETE FROM event_metrics")
    connection.exec_driver_sql(f"""
        WITH spans (since, until, shift) AS (VALUES {spans}), {_ACTS},
        dated AS (SELECT a.*, {day} AS day, {hour} AS hour FROM acts a {between}),
        paid AS (SELECT a.*, {day} AS day FROM money a {between})
        INSERT INTO event_metrics (event_id, metric_type, metric_key, day, currency, station_id,
                                   sold, gross, returned, refunded)
        {" UNION ALL ".join(per_key)}
        UNION ALL SELECT event_id, 'tender', tender, day, currency, station_id,
            0, sum(gross), 0, sum(refunded) FROM paid
        GROUP BY event_id, tender, day, currency, station_id""")  # noqa: S608 - our own text
    rows: int = connection.exec_driver_sql("SELECT count(*) FROM event_metrics").scalar_one()
    return rows


def differences(connection: Connection) -> dict[str, int]:
    """By rule, how many sums of the rollups are not what the ledger says.

    Days are compared where the ledger carries them (`ticket_sales.day`): by which clock a payment of
    last year was counted may have changed since.
    """
    per_key = [
        f"SELECT event_id, '{kind}' AS kind, {column} AS key, currency, {_SUMS} "  # noqa: S608 - our own text
        f"FROM acts GROUP BY event_id, {column}, currency"
        for kind, column in _BY.items()
    ]
    per_key.append(
        f"SELECT event_id, 'hour', '', currency, {_SUMS} FROM acts GROUP BY event_id, currency"  # noqa: S608 - our own text
    )
    per_key.append(
        "SELECT event_id, 'tender', tender, currency, 0, sum(gross), 0, sum(refunded) "
        "FROM money GROUP BY event_id, tender, currency"
    )
    ledger = " UNION ALL ".join(per_key)
    kept = f"""SELECT event_id, metric_type AS kind,
            CASE metric_type WHEN 'hour' THEN '' ELSE metric_key END AS key, currency, {_SUMS}
        FROM event_metrics GROUP BY 1, 2, 3, 4"""  # noqa: S608 - our own text
    by_day = """SELECT event_id, performance_id, day, currency,
            sum(CASE kind WHEN 'sale' THEN 1 ELSE 0 END), sum(CASE kind WHEN 'return' THEN 1 ELSE 0 END)
        FROM ticket_sales GROUP BY event_id, performance_id, day, currency"""
    kept_by_day = """SELECT event_id, metric_key, day, currency, sum(sold), sum(returned)
        FROM event_metrics WHERE metric_type = 'performance'
        GROUP BY event_id, metric_key, day, currency HAVING sum(sold) + sum(returned) <> 0"""
    return {
        "rollups_that_differ_from_the_ledger": _apart(connection, f"WITH {_ACTS}", ledger, kept),
        "days_that_differ_from_the_lines_of_sale": _apart(connection, "", by_day, kept_by_day),
        "tickets_sold_without_a_line_of_sale": len(missing_sales(connection)),
        "tickets_returned_without_a_line_of_sale": len(missing_returns(connection)),
    }


def _apart(connection: Connection, before: str, one: str, other: str) -> int:
    """How many rows stand in only one of two queries."""
    count: int = connection.exec_driver_sql(f"""
        {before} SELECT (SELECT count(*) FROM (SELECT * FROM ({one}) x1 EXCEPT SELECT * FROM ({other}) x2) d1)
            + (SELECT count(*) FROM (SELECT * FROM ({other}) y1 EXCEPT SELECT * FROM ({one}) y2) d2)
        """).scalar_one()  # noqa: S608 - our own text
    return count


def _spans(zone: str, *, since: int, until: int) -> Iterator[tuple[int, int, int]]:
    """(since, until, offset) in microseconds: between them the zone's clock was not changed."""
    clock = ZoneInfo(zone)
    day, end = from_micros(since), from_micros(until)
    start, shift = since, day.astimezone(clock).utcoffset()
    while day <= end:
        before, day = day, day + timedelta(days=1)
        now = day.astimezone(clock).utcoffset()
        if now != shift:
            change = to_micros(_change(clock, before, day))
            yield start, change, _micros(shift)
            start, shift = change, now
    yield start, to_micros(day) + 1, _micros(shift)


def _change(clock: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """The second between two instants at which the clock was put forward or back."""
    shift = before.astimezone(clock).utcoffset()
    low, high = int(before.timestamp()), int(after.timestamp())
    while high - low > 1:
        half = (low + high) // 2
        if datetime.fromtimestamp(half, clock).utcoffset() == shift:
            low = half
        else:
            high = half
    return datetime.fromtimestamp(high, UTC)


def _micros(shift: timedelta | None) -> int:
    return int((shift or timedelta()).total_seconds()) * 1_000_000
