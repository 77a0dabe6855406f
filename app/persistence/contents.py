"""What a notification can say of a booking, read from the tables in one statement for many bookings."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, func, literal, select

from app.domain.tickets import BookingStatus, TicketStatus
from app.domain.values import from_micros
from app.domain.vouchers import VoucherStatus
from app.persistence import schema as s
from app.persistence.counter_tables import booking_items

# SQLite takes 32,766 parameters a statement, PostgreSQL 65,535
CHUNK = 5_000


def chunks(values: Collection[str], size: int = CHUNK) -> Sequence[tuple[str, ...]]:
    """The values once each, in order, in portions that fit a statement."""
    unique = tuple(dict.fromkeys(values))
    return [unique[i : i + size] for i in range(0, len(unique), size)]


def contents(
    connection: Connection,
    booking_ids: Collection[str],
    *,
    ticket_ids: Collection[str] = (),
    performance_id: str = "",
) -> dict[str, dict[str, object]]:
    """By booking id; see `Notifications.content_of`."""
    rows: dict[str, list[Row[Any]]] = {}
    for portion in chunks(booking_ids):
        for row in connection.execute(_QUESTION, {"ids": portion}):
            rows.setdefault(row.id, []).append(row)
    only = frozenset(ticket_ids)
    found = {
        booking_id: _content(lines, _spoken_of(lines, only, performance_id))
        for booking_id, lines in rows.items()
    }
    if not only and not performance_id:
        more = [booking_id for booking_id, lines in rows.items() if _costs_more(lines)]
        for booking_id, goods in _goods(connection, more).items():
            found[booking_id]["goods"] = goods
    return found


def instant(micros: int | None) -> str:
    """ISO 8601 in UTC, "" for none."""
    return "" if micros is None else from_micros(micros).isoformat()


def _question() -> Select[Any]:
    b, t, p = s.bookings.c, s.tickets.c, s.performances.c
    return (
        select(
            b.id,
            b.number,
            b.customer_id,
            b.total,
            b.currency,
            b.status,
            b.expires_at,
            b.deposit,
            s.users.c.name.label("customer"),
            t.id.label("ticket_id"),
            t.seat_label,
            t.zone_name,
            t.price_type,
            t.price,
            t.status.label("ticket_status"),
            p.id.label("performance_id"),
            p.starts_at,
            p.doors_at,
            p.zone,
            p.version,
            s.events.c.title,
            s.venues.c.name.label("venue"),
            s.venues.c.address,
        )
        .select_from(s.bookings)
        .outerjoin(s.users, s.users.c.id == b.customer_id)
        .outerjoin(s.tickets, t.booking_id == b.id)
        .outerjoin(s.performances, p.id == t.performance_id)
        .outerjoin(s.events, s.events.c.id == p.event_id)
        .outerjoin(s.venues, s.venues.c.id == p.venue_id)
        .where(b.id.in_(bindparam("ids", expanding=True)))
        .order_by(b.id, p.starts_at, p.id, t.seat_no)
    )


_QUESTION = _question()  # made once: a sale to a known customer asks it


def _costs_more(rows: list[Row[Any]]) -> bool:
    """Whether something beside its tickets may be in a booking: a plain sale is not asked about it."""
    return bool(rows[0].total != sum(row.price or 0 for row in rows))


def _goods(
    connection: Connection, booking_ids: Collection[str]
) -> dict[str, list[dict[str, object]]]:
    """The goods and gift vouchers (whose `what` is empty) of these bookings that were not taken back."""
    i, v = booking_items.c, s.vouchers.c
    found: dict[str, list[dict[str, object]]] = {}
    for portion in chunks(booking_ids):
        items = (
            select(i.booking_id, i.name, func.count(), func.sum(i.price))
            .where(i.booking_id.in_(portion), i.status == TicketStatus.VALID.value)
            .group_by(i.booking_id, i.name, i.price)
            .order_by(i.name, i.price)
        )
        vouchers = (
            select(v.booking_id, literal(""), func.count(), func.sum(v.amount))
            .where(v.booking_id.in_(portion), v.status == VoucherStatus.VALID.value)
            .group_by(v.booking_id, v.amount)
            .order_by(v.amount)
        )
        for query in (items, vouchers):
            for booking_id, what, count, amount in connection.execute(query):
                line = {"what": what, "count": count, "amount": int(amount)}
                found.setdefault(booking_id, []).append(line)
    return found


def _content(rows: list[Row[Any]], tickets: list[Row[Any]]) -> dict[str, object]:
    first = rows[0]
    content: dict[str, object] = {
        "booking_id": first.id,
        "number": first.number,
        "customer": first.customer or "",
        "total": first.total,
        "currency": first.currency,
        "status": first.status,
        "performances": _performances(tickets),
    }
    if first.deposit:
        content["deposit"] = first.deposit
    if first.expires_at is not None:
        content["expires_at"] = instant(first.expires_at)
    return content


def _spoken_of(rows: list[Row[Any]], only: frozenset[str], performance_id: str) -> list[Row[Any]]:
    tickets = [
        row
        for row in rows
        if row.ticket_id is not None and performance_id in ("", row.performance_id)
    ]
    if only:
        return [row for row in tickets if row.ticket_id in only]
    live = [row for row in tickets if row.ticket_status != TicketStatus.CANCELLED.value]
    goods_are_left = not performance_id and rows[0].status != BookingStatus.CANCELLED.value
    return live if live or goods_are_left else tickets


def _performances(tickets: list[Row[Any]]) -> list[dict[str, object]]:
    found: dict[str, dict[str, object]] = {}
    seats: dict[str, list[dict[str, object]]] = {}
    for row in tickets:
        seats.setdefault(row.performance_id, []).append(
            {
                "seat": row.seat_label,
                "zone": row.zone_name,
                "price_type": row.price_type,
                "price": row.price,
            }
        )
        found[row.performance_id] = {
            "id": row.performance_id,
            "title": row.title,
            "venue": row.venue,
            "address": row.address,
            "starts_at": instant(row.starts_at),
            "doors_at": instant(row.doors_at),
            "zone": row.zone,
            "version": row.version,
        }
    return [performance | {"tickets": seats[key]} for key, performance in found.items()]
