"""What the clock brings about, in SQL: reservations about to end, curtains about to rise, full houses."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, literal_column, select, text, update
from sqlalchemy.sql.elements import ColumnElement

from app.domain.events import PerformanceStatus
from app.domain.notifications import Holder, Kind
from app.domain.occasions import Filling
from app.domain.tickets import ClaimStatus, TicketStatus
from app.domain.values import from_micros, to_micros
from app.persistence import schema as s
from app.persistence.records import notifications

# Any number nobody else locks; SQLite has one writer anyway.
_ALONE = text("SELECT pg_advisory_xact_lock(7266811)")


class SqlOccasions:
    """The `Occasions` port on one connection."""

    def __init__(self, connection: Connection, *, now: datetime) -> None:
        self._connection = connection
        self._now = to_micros(now)

    def alone(self) -> None:
        """See the port."""
        if self._connection.dialect.name == "postgresql":
            self._connection.execute(_ALONE)

    def expiring(self, *, notice: timedelta, limit: int) -> tuple[str, ...]:
        """See the port."""
        b = s.bookings.c
        return tuple(
            self._connection.execute(
                select(b.id)
                .where(
                    b.status == literal_column("'reserved'"),  # as the partial index says it
                    b.expires_at > self._now,
                    b.expires_at <= self._now + _micros(notice),
                    b.expires_at + b.created_at <= 2 * self._now,
                    b.customer_id.is_not(None),
                    b.reminded_at.is_(None),
                )
                .order_by(b.expires_at)
                .limit(limit)
            ).scalars()
        )

    def reminded(self, booking_ids: Collection[str]) -> None:
        """See the port."""
        self._connection.execute(
            update(s.bookings)
            .where(s.bookings.c.id.in_(sorted(booking_ids)))
            .values(reminded_at=self._now)
        )

    def curtains(
        self, *, until: datetime, notice: timedelta, limit: int
    ) -> Mapping[str, tuple[Holder, ...]]:
        """See the port."""
        t, b, p, n = s.tickets.c, s.bookings.c, s.performances.c, notifications.c
        user = func.coalesce(t.user_id, b.customer_id)
        reminded = select(n.id).where(
            n.subject_kind == "performance",
            n.subject_id == p.id,
            n.kind == Kind.REMINDER.value,
            n.user_id == user,
            n.created_at >= p.starts_at - _micros(notice),
        )
        rows = self._connection.execute(
            select(p.id, b.id, user)
            .select_from(s.performances)
            .join(s.tickets, t.performance_id == p.id)
            .join(s.bookings, b.id == t.booking_id)
            .where(
                self._to_come(),
                p.starts_at <= to_micros(until),
                t.status == TicketStatus.VALID.value,
                # whoever has just bought knows when the curtain rises
                b.created_at < p.starts_at - _micros(notice),
                user.is_not(None),
                ~reminded.exists(),
            )
            .group_by(p.id, b.id, user)
            .order_by(p.id, b.id, user)
            .limit(limit)
        )
        found: dict[str, list[Holder]] = {}
        for performance_id, booking_id, user_id in rows:
            found.setdefault(performance_id, []).append(Holder(booking_id, user_id))
        return {performance_id: tuple(holders) for performance_id, holders in found.items()}

    def fillings(self) -> tuple[Filling, ...]:
        """See the port."""
        p, c, n = s.performances.c, s.seat_claims.c, notifications.c
        told = select(n.id).where(
            n.subject_kind == "performance",
            n.subject_id == p.id,
            n.kind == Kind.SOLD_OUT.value,
        )
        gone = (ClaimStatus.KILLED.value, ClaimStatus.HELD.value)
        taken = _claims(c.status.not_in(gone))
        killed = _claims(c.status == ClaimStatus.KILLED.value)
        rows = self._connection.execute(
            select(
                p.id,
                p.event_id,
                s.events.c.organizer_id,
                s.events.c.title,
                s.venues.c.name,
                p.starts_at,
                p.zone,
                s.seating_plans.c.capacity - killed,
                s.seating_plans.c.capacity - killed - taken,
            )
            .select_from(s.performances)
            .join(s.events, s.events.c.id == p.event_id)
            .join(s.venues, s.venues.c.id == p.venue_id)
            .join(s.seating_plans, s.seating_plans.c.id == p.plan_id)
            .where(self._to_come(), ~told.exists())
            .order_by(p.starts_at)
        )
        return tuple(Filling(*r[:5], from_micros(r[5]), *r[6:]) for r in rows)

    def told(self, performance_id: str, kind: Kind) -> bool:
        """See the port."""
        n = notifications.c
        found = self._connection.execute(
            select(n.id)
            .where(
                n.subject_kind == "performance",
                n.subject_id == performance_id,
                n.kind == kind.value,
            )
            .limit(1)
        )
        return found.first() is not None

    def _to_come(self) -> ColumnElement[bool]:
        p = s.performances.c
        return (p.status == PerformanceStatus.ON_SALE.value) & (p.starts_at > self._now)


def _claims(wanted: ColumnElement[bool]) -> ColumnElement[int]:
    c = s.seat_claims.c
    counted = select(func.count()).select_from(s.seat_claims)
    return (
        counted.where(c.performance_id == s.performances.c.id, wanted)
        .correlate(s.performances)
        .scalar_subquery()
    )


def _micros(delta: timedelta) -> int:
    return delta // timedelta(microseconds=1)
