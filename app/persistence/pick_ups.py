"""The pick-up list in SQL: who comes for what, paid or to be paid, for the performances of an evening."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, literal_column, select
from sqlalchemy.sql.elements import ColumnElement

from app.domain.bookings import PickUp, PickUpFilter
from app.domain.notifications import Channel
from app.domain.search import folded
from app.domain.tickets import BookingStatus, TicketStatus
from app.domain.values import Money, from_micros, to_micros
from app.persistence import schema as s
from app.persistence.bookings import SqlBookings
from app.persistence.records import deliveries


def between(
    column: ColumnElement[int], since: datetime | None, until: datetime | None
) -> list[ColumnElement[bool]]:
    """From `since` on and before `until`, as far as they are given."""
    bounds: list[ColumnElement[bool]] = []
    if since is not None:
        bounds.append(column >= to_micros(since))
    if until is not None:
        bounds.append(column < to_micros(until))
    return bounds


def to_print() -> Select[Any]:
    """Ids of bookings whose tickets are owed on paper; by the index of what is queued."""
    d = deliveries.c
    queued = d.status == literal_column("'queued'")
    return select(d.booking_id).where(queued, d.channel == Channel.PRINT.value)


def read_pick_ups(
    connection: Connection, which: PickUpFilter, *, now: datetime
) -> tuple[PickUp, ...]:
    """See `BookingLists.pick_ups`."""
    found: dict[str, list[Any]] = {}
    for row in connection.execute(_question(which)):
        found.setdefault(row.id, []).append(row)
    bookings = SqlBookings(connection, now=now)
    lines = [_pick_up(rows, bookings=bookings) for rows in found.values()]
    return tuple(sorted(lines, key=_by_name))


def _question(which: PickUpFilter) -> Select[Any]:
    b, t, p = s.bookings.c, s.tickets.c, s.performances.c
    wanted = between(p.starts_at, which.since, which.until)
    if which.event_id:
        wanted.append(p.event_id == which.event_id)
    if which.performance_id:
        wanted.append(p.id == which.performance_id)
    return (
        select(
            b.id,
            b.number,
            b.name,
            func.coalesce(s.users.c.name, "").label("customer"),
            func.coalesce(s.users.c.phone, "").label("phone"),
            b.status,
            b.total,
            b.currency,
            b.deposit,
            b.expires_at,
            t.seat_label,
            s.events.c.title,
            p.starts_at,
            p.zone,
        )
        .select_from(s.performances)
        .join(s.tickets, t.performance_id == p.id)
        .join(s.bookings, b.id == t.booking_id)
        .join(s.events, s.events.c.id == p.event_id)
        .outerjoin(s.users, s.users.c.id == b.customer_id)
        .where(
            *wanted,
            t.status != TicketStatus.CANCELLED.value,
            (b.status == BookingStatus.RESERVED.value) | b.id.in_(to_print()),
        )
        .order_by(p.starts_at, b.id, t.seat_no)
    )


def _pick_up(rows: Sequence[Any], *, bookings: SqlBookings) -> PickUp:
    first = rows[0]
    reserved = first.status == BookingStatus.RESERVED.value
    owed = first.total if reserved else 0
    if reserved and first.deposit:  # few have one, and what it covers is worked out in one place
        owed = bookings.booking(first.id).due.minor
    return PickUp(
        booking_id=first.id,
        number=first.number,
        who=first.name or first.customer,
        customer=first.customer,
        phone=first.phone,
        seats=tuple(row.seat_label for row in rows),
        title=first.title,
        starts_at=from_micros(first.starts_at),
        zone=first.zone,
        owed=Money(owed, first.currency),
        expires_at=None if first.expires_at is None else from_micros(first.expires_at),
    )


def _by_name(line: PickUp) -> tuple[bool, str, str]:
    """Whoever has no name comes last: they bring the number."""
    return not line.who, folded(line.who), line.number
