"""Cancellations of performances in SQL."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update
from sqlalchemy.sql.elements import ColumnElement

from app.domain.cancellations import CancellationPlan, Owed, Returned, Started
from app.domain.payments import Tender
from app.domain.tickets import BookingStatus, TicketStatus
from app.domain.values import Money, from_micros, to_micros
from app.persistence import schema as s
from app.persistence.held import held_for

_T = s.tickets.c
_LIVE = _T.status != TicketStatus.CANCELLED.value


class SqlCancellations:
    """The `Cancellations` port on one connection; `now` is the transaction's instant."""

    def __init__(self, connection: Connection, *, now: datetime) -> None:
        self._connection = connection
        self._now = to_micros(now)

    def begin(self, started: Started) -> None:
        """See the port."""
        self._connection.execute(
            insert(s.cancellations),
            {
                "performance_id": started.performance_id,
                "operator_id": started.operator_id,
                "reason": started.reason,
                "bookings": started.bookings,
                "started_at": to_micros(started.started_at),
            },
        )

    def started(self, performance_id: str) -> Started | None:
        """See the port."""
        found = self._started(s.cancellations.c.performance_id == performance_id)
        return found[0] if found else None

    def unfinished(self) -> tuple[Started, ...]:
        """See the port."""
        return self._started(s.cancellations.c.finished_at.is_(None))

    def finish(self, performance_id: str) -> None:
        """See the port."""
        c = s.cancellations.c
        self._connection.execute(
            update(s.cancellations)
            .where(c.performance_id == performance_id, c.finished_at.is_(None))
            .values(finished_at=self._now)
        )

    def plan(self, performance_id: str) -> CancellationPlan:
        """See the port."""
        b, live = s.bookings.c, (_T.performance_id == performance_id) & _LIVE
        bookings = (
            select(b.id, b.customer_id, b.status, func.count().label("tickets"))
            .join(s.tickets, _T.booking_id == b.id)
            .where(live)
            .group_by(b.id, b.customer_id, b.status)
            .subquery()
        )
        c, u = bookings.c, s.users.c
        counted = self._connection.execute(
            select(
                func.count(),
                func.coalesce(func.sum(c.tickets), 0),
                func.count().filter(c.status == BookingStatus.RESERVED.value),
                func.count(c.customer_id.distinct()),
                func.count(c.customer_id.distinct()).filter(u.email == ""),
                func.count().filter(c.customer_id.is_(None)),
            )
            .select_from(bookings)
            .outerjoin(s.users, u.id == c.customer_id)
        ).one()
        count, tickets, reservations, told, without_email, anonymous = map(int, counted)
        return CancellationPlan(
            performance_id=performance_id,
            bookings=count,
            tickets=tickets,
            reservations=reservations,
            money=self._returned(held_for(live).subquery()),
            told=told,
            without_email=without_email,
            anonymous=anonymous,
        )

    def bookings_left(self, performance_id: str, *, limit: int) -> tuple[str, ...]:
        """See the port. Ids are in order of time."""
        query = (
            select(_T.booking_id)
            .where(_T.performance_id == performance_id, _LIVE)
            .distinct()
            .order_by(_T.booking_id)
            .limit(limit)
        )
        return tuple(self._connection.execute(query).scalars())

    def refunded(self, performance_id: str, *, since: datetime) -> tuple[Returned, ...]:
        """See the port."""
        r, y = s.refunds.c, s.refund_shares.c
        back = (
            select(r.tender, r.currency, y.amount)
            .join(s.refund_shares, y.refund_id == r.id)
            .join(s.tickets, _T.id == y.ticket_id)
            .where(_T.performance_id == performance_id, r.created_at >= to_micros(since))
            .subquery()
        )
        return self._returned(back)

    def owed(self, performance_id: str, *, since: datetime) -> tuple[Owed, ...]:
        """See the port."""
        cancelled = (
            (_T.performance_id == performance_id)
            & (_T.status == TicketStatus.CANCELLED.value)
            & (_T.cancelled_at >= to_micros(since))
            & _T.exchange_id.is_(None)  # what is held for one given up is the fee
        )
        held = held_for(cancelled).subquery()
        h, b = held.c, s.bookings.c
        rows = self._connection.execute(
            select(held, b.number)
            .join(s.bookings, b.id == h.booking_id)
            .order_by(b.id, h.payment_id, h.ticket_id)
        )
        parts: dict[str, list[Any]] = {}
        for row in rows:
            parts.setdefault(row.payment_id, []).append(row)
        return tuple(_owed(part) for part in parts.values())

    def _returned(self, amounts: Any) -> tuple[Returned, ...]:
        """Summed up from rows with tender, currency and amount."""
        a = amounts.c
        rows = self._connection.execute(
            select(a.tender, a.currency, func.sum(a.amount))
            .group_by(a.tender, a.currency)
            .order_by(a.tender, a.currency)
        )
        return tuple(Returned(Tender(row[0]), Money(int(row[2]), row[1])) for row in rows)

    def _started(self, wanted: ColumnElement[bool]) -> tuple[Started, ...]:
        c = s.cancellations.c
        rows = self._connection.execute(
            select(
                c.performance_id, c.operator_id, c.reason, c.bookings, c.started_at, c.finished_at
            )
            .where(wanted)
            .order_by(c.started_at, c.performance_id)
        )
        return tuple(
            Started(
                r[0],
                r[1],
                r[2],
                r[3],
                from_micros(r[4]),
                None if r[5] is None else from_micros(r[5]),
            )
            for r in rows
        )


def _owed(rows: list[Any]) -> Owed:
    first = rows[0]
    shares = tuple((row.ticket_id, int(row.amount)) for row in rows)
    return Owed(
        booking_id=first.booking_id,
        number=first.number,
        payment_id=first.payment_id,
        tender=Tender(first.tender),
        transaction_id=first.transaction_id or "",
        amount=Money(sum(amount for _, amount in shares), first.currency),
        shares=shares,
    )
