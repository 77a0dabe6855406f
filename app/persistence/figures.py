"""The dashboard's questions in SQL: a few sums over the rollups, a thousand times fewer rows than tickets.

Two ways lead to the same rows, and neither database finds the better one by itself: a short time is read
through the index on the day, a long one along the key, event after event (measured over 1,000,000
tickets: a year takes 19 ms instead of 30, all time 60 instead of 92).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, text

from app.domain.analytics import Interaction, MetricType, SaleKind
from app.domain.errors import NotFound
from app.domain.figures import (
    Choice,
    Choices,
    Curve,
    Filling,
    Part,
    SaleLine,
    Scope,
    SeenLine,
    Totals,
)
from app.domain.values import Money, at_venue, business_day, from_micros, to_micros

_LONG = 90  # days
_SUMS = "sum(m.sold), sum(m.gross), sum(m.returned), sum(m.refunded)"
_OFF = "('draft', 'cancelled')"
_SOLD = """coalesce((
        SELECT sum(m.sold) - sum(m.returned) FROM event_metrics m
        WHERE m.event_id = p.event_id AND m.metric_type = 'performance' AND m.metric_key = p.id), 0)"""
_FILLING = f"""
    SELECT p.id, p.event_id, e.title, p.starts_at, p.zone, {{sold}}, s.capacity
    FROM performances p JOIN events e ON e.id = p.event_id JOIN seating_plans s ON s.id = p.plan_id
    LEFT JOIN categories c ON c.id = e.category_id
    WHERE p.status NOT IN {_OFF} AND e.status NOT IN {_OFF}"""  # noqa: S608 - our own text


class SqlFigures:
    """The `Figures` port on one connection; `now` is the transaction's instant."""

    def __init__(self, connection: Connection, *, now: datetime) -> None:
        self._connection = connection
        self._now = now

    def choices(self, *, organizer_id: str, zone: str) -> Choices:
        """See the port."""
        own = "WHERE e.organizer_id = :own" if organizer_id else ""
        values = {"own": organizer_id} if organizer_id else {}
        events = self._rows(
            f"""SELECT e.id, e.title, c.name FROM events e
            JOIN categories c ON c.id = e.category_id
            JOIN performances p ON p.event_id = e.id {own}
            GROUP BY e.id, e.title, c.name ORDER BY max(p.starts_at) DESC, e.id""",  # noqa: S608 - our own text
            values,
        )
        currencies = self._rows(
            "SELECT currency FROM performances GROUP BY currency ORDER BY count(*) DESC", {}
        )
        ((first,),) = self._rows(
            "SELECT min(day) FROM event_metrics WHERE metric_type = 'channel'", {}
        )
        return Choices(
            now=self._now,
            today=business_day(self._now, zone),
            zone=zone,
            first_day=date.fromisoformat(first) if first else None,
            currencies=tuple(row[0] for row in currencies),
            categories=tuple(sorted({row[2] for row in events})),
            events=tuple(Choice(*row) for row in events),
        )

    def by_day(self, scope: Scope) -> dict[date, Totals]:
        """See the port. Read from the channels' rows: there are the fewest of them. In order of days the
        index on the day is the better way for any length of time."""
        along_key = bool(scope.event_id)
        where, values = _where(scope, MetricType.CHANNEL, along_key=along_key)
        day = "coalesce(m.day, '')" if along_key else "m.day"
        rows = self._rows(
            f"SELECT {day}, {_SUMS} FROM event_metrics m WHERE {where} GROUP BY {day}",  # noqa: S608 - our own text
            values,
        )
        return {date.fromisoformat(row[0]): _totals(row[1:]) for row in rows}

    def by_key(self, scope: Scope, kind: MetricType) -> tuple[Part, ...]:
        """See the port."""
        where, values = _where(scope, kind, along_key=_is_long(scope))
        rows = self._rows(
            f"SELECT m.metric_key, {_SUMS} FROM event_metrics m WHERE {where} GROUP BY m.metric_key",  # noqa: S608 - our own text
            values,
        )
        names = self._names(kind, [row[0] for row in rows])
        return _largest(Part(row[0], names.get(row[0], row[0]), _totals(row[1:])) for row in rows)

    def by_event(self, scope: Scope, *, limit: int) -> tuple[Part, ...]:
        """See the port."""
        where, values = _where(scope, MetricType.CHANNEL, along_key=_is_long(scope))
        rows = self._rows(
            f"""SELECT x.event_id, e.title, x.sold, x.gross, x.returned, x.refunded FROM (
                SELECT m.event_id, sum(m.sold) AS sold, sum(m.gross) AS gross,
                    sum(m.returned) AS returned, sum(m.refunded) AS refunded
                FROM event_metrics m WHERE {where} GROUP BY m.event_id) x
            JOIN events e ON e.id = x.event_id
            ORDER BY x.sold - x.returned DESC, e.title, e.id LIMIT :limit""",  # noqa: S608 - our own text
            values | {"limit": limit},
        )
        return tuple(Part(row[0], row[1], _totals(row[2:])) for row in rows)

    def fillings(
        self, scope: Scope, *, since: datetime, until: datetime | None
    ) -> tuple[Filling, ...]:
        """See the port."""
        chosen, values = _events(scope, alias="e")
        where = " AND ".join(["p.starts_at >= :since", "p.currency = :currency", *chosen])
        values |= {"since": to_micros(since), "currency": scope.currency}
        if until is not None:
            where += " AND p.starts_at < :until"
            values["until"] = to_micros(until)
        sql = f"{_FILLING.format(sold=_SOLD)} AND {where} ORDER BY p.starts_at, p.id"
        return tuple(_filling(row) for row in self._rows(sql, values))

    def curve(self, filling: Filling) -> Curve:
        """See the port."""
        return self._curves([filling]).get(filling.performance_id, {})

    def comparable(self, filling: Filling, *, limit: int) -> list[tuple[int, Curve]]:
        """See the port."""
        # what they sold is not asked: their curves tell
        sql = f"""{_FILLING.format(sold=0)} AND p.starts_at < :now AND p.id <> :id
            AND (p.event_id = :event OR p.venue_id = (SELECT venue_id FROM performances WHERE id = :id))
            ORDER BY CASE p.event_id WHEN :event THEN 0 ELSE 1 END, p.starts_at DESC LIMIT 200"""  # noqa: S608 - our own text
        values = {
            "now": to_micros(self._now),
            "id": filling.performance_id,
            "event": filling.event_id,
        }
        weekday = at_venue(filling.starts_at, filling.zone).weekday()
        found = [_filling(row) for row in self._rows(sql, values)]
        found.sort(
            key=lambda one: (
                one.event_id != filling.event_id
                and at_venue(one.starts_at, one.zone).weekday() != weekday
            )
        )
        alike = found[:limit]
        curves = self._curves(alike)
        return [
            (one.capacity, curves[one.performance_id])
            for one in alike
            if curves.get(one.performance_id)
        ]

    def organizer_of(self, event_id: str) -> str:
        """See the port."""
        return str(self._one("SELECT organizer_id FROM events WHERE id = :id", "event", event_id))

    def owner_of(self, ticket_id: str) -> str | None:
        """See the port."""
        found: str | None = self._one(
            "SELECT user_id FROM tickets WHERE id = :id", "ticket", ticket_id
        )
        return found

    def seen_by(self, user_id: str, *, limit: int) -> tuple[SeenLine, ...]:
        """See the port."""
        rows = self._rows(
            """SELECT i.at, i.interaction_type, i.user_id, u.name, s.code, i.event_id, e.title,
                i.performance_id, i.ticket_id, i.detail
            FROM user_interactions i LEFT JOIN users u ON u.id = i.user_id
            LEFT JOIN stations s ON s.id = i.station_id LEFT JOIN events e ON e.id = i.event_id
            WHERE i.user_id = :user ORDER BY i.at DESC, i.id DESC LIMIT :limit""",
            {"user": user_id, "limit": limit},
        )
        return tuple(
            SeenLine(
                from_micros(row[0]),
                Interaction(row[1]),
                row[2],
                row[3] or "",
                row[4] or "",
                row[5],
                row[6] or "",
                *row[7:],
            )
            for row in rows
        )

    def seen_of(self, event_id: str) -> dict[Interaction, int]:
        """See the port."""
        rows = self._rows(
            """SELECT interaction_type, count(*) FROM user_interactions WHERE event_id = :event
            GROUP BY interaction_type""",
            {"event": event_id},
        )
        return {Interaction(kind): count for kind, count in rows}

    def metrics_of(self, event_id: str) -> dict[MetricType, tuple[Part, ...]]:
        """See the port."""
        rows = self._rows(
            f"""SELECT m.metric_type, m.metric_key, {_SUMS} FROM event_metrics m
            WHERE m.event_id = :event AND m.currency = :currency
            GROUP BY m.metric_type, m.metric_key""",  # noqa: S608 - our own text
            {"event": event_id, "currency": self.currency_of(event_id)},
        )
        found: dict[MetricType, list[Any]] = defaultdict(list)
        for row in rows:
            found[MetricType(row[0])].append(row)
        return {kind: self._parts(kind, found[kind]) for kind in found}

    def currency_of(self, event_id: str) -> str:
        """See the port."""
        found = self._rows(
            """SELECT currency FROM performances WHERE event_id = :event
            GROUP BY currency ORDER BY count(*) DESC LIMIT 1""",
            {"event": event_id},
        )
        return str(found[0][0]) if found else ""

    def sales_of(self, ticket_id: str) -> tuple[SaleLine, ...]:
        """See the port."""
        rows = self._rows(
            """SELECT sale_date, kind, amount, currency, event_id, performance_id FROM ticket_sales
            WHERE ticket_id = :ticket ORDER BY sale_date, id""",
            {"ticket": ticket_id},
        )
        return tuple(
            SaleLine(from_micros(row[0]), SaleKind(row[1]), Money(row[2], row[3]), row[4], row[5])
            for row in rows
        )

    def _parts(self, kind: MetricType, rows: Sequence[Any]) -> tuple[Part, ...]:
        names = self._names(kind, [row[1] for row in rows])
        return _largest(Part(row[1], names.get(row[1], row[1]), _totals(row[2:])) for row in rows)

    def _names(self, kind: MetricType, keys: Sequence[str]) -> dict[str, str]:
        """What keys are called, where they are not their own names."""
        if kind is not MetricType.OPERATOR or not keys:
            return {}
        query = text("SELECT id, name FROM users WHERE id IN :keys").bindparams(
            bindparam("keys", expanding=True)
        )
        return {row[0]: row[1] for row in self._connection.execute(query, {"keys": list(keys)})}

    def _curves(self, fillings: Sequence[Filling]) -> dict[str, dict[int, int]]:
        if not fillings:
            return {}
        query = text("""
            SELECT m.metric_key, m.day, sum(m.sold) - sum(m.returned) FROM event_metrics m
            WHERE m.event_id IN :events AND m.metric_type = 'performance' AND m.metric_key IN :keys
            GROUP BY m.metric_key, m.day""").bindparams(
            bindparam("events", expanding=True), bindparam("keys", expanding=True)
        )
        values = {
            "events": sorted({one.event_id for one in fillings}),
            "keys": [one.performance_id for one in fillings],
        }
        plays = {one.performance_id: business_day(one.starts_at, one.zone) for one in fillings}
        curves: dict[str, dict[int, int]] = defaultdict(dict)
        for key, day, tickets in self._connection.execute(query, values):
            out = max((plays[key] - date.fromisoformat(day)).days, 0)
            curves[key][out] = curves[key].get(out, 0) + int(tickets)
        return curves

    def _one(self, sql: str, kind: str, key: str) -> Any:
        rows = self._rows(sql, {"id": key})
        if not rows:
            raise NotFound(kind, key)
        return rows[0][0]

    def _rows(self, sql: str, values: dict[str, Any]) -> Sequence[Any]:
        return self._connection.execute(text(sql), values).all()


def _is_long(scope: Scope) -> bool:
    return scope.days > _LONG or bool(scope.event_id)


def _where(scope: Scope, kind: MetricType, *, along_key: bool) -> tuple[str, dict[str, Any]]:
    """The rows of `event_metrics m` a scope is about; `along_key` hides the day from its index."""
    chosen, values = _events(scope, alias="e")
    day = "coalesce(m.day, '')" if along_key else "m.day"
    where = ["m.metric_type = :type", "m.currency = :currency", f"{day} BETWEEN :since AND :until"]
    if scope.event_id:
        where.append("m.event_id = :event")
    if along_key or len(chosen) > bool(scope.event_id):
        inside = f" WHERE {' AND '.join(chosen)}" if chosen else ""
        where.append(
            "m.event_id IN (SELECT e.id FROM events e "  # noqa: S608 - our own text
            f"LEFT JOIN categories c ON c.id = e.category_id{inside})"
        )
    values |= {
        "type": kind.value,
        "currency": scope.currency,
        "since": scope.since.isoformat(),
        "until": scope.until.isoformat(),
    }
    return " AND ".join(where), values


def _events(scope: Scope, *, alias: str) -> tuple[list[str], dict[str, Any]]:
    """Conditions on events and their categories (`c`)."""
    conditions: list[str] = []
    values: dict[str, Any] = {}
    for column, name, value in (
        (f"{alias}.id", "event", scope.event_id),
        (f"{alias}.organizer_id", "organizer", scope.organizer_id),
        ("c.name", "category", scope.category),
    ):
        if value:
            conditions.append(f"{column} = :{name}")
            values[name] = value
    return conditions, values


def _totals(sums: Sequence[Any]) -> Totals:
    """PostgreSQL adds up to a decimal."""
    return Totals(*(int(value) for value in sums))


def _largest(parts: Any) -> tuple[Part, ...]:
    return tuple(
        sorted(
            parts,
            key=lambda part: (-part.totals.takings, -part.totals.tickets, part.name, part.key),
        )
    )


def _filling(row: Any) -> Filling:
    return Filling(row[0], row[1], row[2], from_micros(row[3]), row[4], int(row[5]), row[6])
