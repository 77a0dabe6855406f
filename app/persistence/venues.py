"""Looking after venues, in SQL."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, or_, select, update

from app.domain.errors import NotFound
from app.domain.events import PerformanceStatus, Venue
from app.domain.values import from_micros, to_micros
from app.domain.venues import PlanRow, VenuePerformance, VenueRow
from app.persistence import schema as s


class SqlVenues:
    """The `Venues` port on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def venue(self, venue_id: str) -> Venue:
        """See the port."""
        v = s.venues.c
        row = self._connection.execute(
            select(v.id, v.name, v.zone, v.currency, v.address, v.version).where(v.id == venue_id)
        ).first()
        if row is None:
            raise NotFound("venue", venue_id)
        return Venue(*row)

    def rows(self, *, now: datetime) -> tuple[VenueRow, ...]:
        """See the port."""
        v, p, q = s.venues.c, s.seating_plans.c, s.performances.c
        every = s.seating_plans.alias().c
        newest = select(func.max(every.version)).where(every.venue_id == v.id).scalar_subquery()
        upcoming = (
            select(func.count())
            .where(
                q.venue_id == v.id,
                q.starts_at >= to_micros(now),
                q.status != PerformanceStatus.CANCELLED.value,
            )
            .scalar_subquery()
        )
        columns = (v.id, v.name, v.zone, v.currency, v.address, v.version)
        query = (
            select(*columns, p.id, p.version, p.capacity, upcoming)
            .select_from(s.venues)
            .outerjoin(s.seating_plans, (p.venue_id == v.id) & (p.version == newest))
            .order_by(v.name, v.id)
        )
        return tuple(
            VenueRow(Venue(*r[:6]), r[6] or "", r[7] or 0, r[8] or 0, r[9])
            for r in self._connection.execute(query)
        )

    def plans(self, venue_id: str) -> tuple[PlanRow, ...]:
        """See the port."""
        p = s.seating_plans.c
        query = (
            select(
                p.id,
                p.name,
                p.version,
                p.capacity,
                select(func.count()).where(s.seats.c.plan_id == p.id).scalar_subquery(),
                select(func.count()).where(s.performances.c.plan_id == p.id).scalar_subquery(),
            )
            .where(p.venue_id == venue_id)
            .order_by(p.version.desc())
        )
        return tuple(PlanRow(*row) for row in self._connection.execute(query))

    def performances(
        self, venue_id: str, *, now: datetime, limit: int = 500
    ) -> tuple[VenuePerformance, ...]:
        """See the port."""
        q, c = s.performances.c, s.seat_claims.c
        claimed = (
            select(c.seat_no)
            .where(
                c.performance_id == q.id,
                or_(c.status != 1, c.hold_until > to_micros(now)),
            )
            .exists()
        )
        query = (
            select(
                q.id,
                s.events.c.title,
                q.starts_at,
                q.zone,
                q.plan_id,
                s.seating_plans.c.version,
                claimed,
            )
            .select_from(s.performances)
            .join(s.events, s.events.c.id == q.event_id)
            .join(s.seating_plans, s.seating_plans.c.id == q.plan_id)
            .where(
                q.venue_id == venue_id,
                q.starts_at >= to_micros(now),
                q.status != PerformanceStatus.CANCELLED.value,
            )
            .order_by(q.starts_at, q.id)
            .limit(limit)
        )
        return tuple(
            VenuePerformance(r[0], r[1], from_micros(r[2]), r[3], r[4], r[5], bool(r[6]))
            for r in self._connection.execute(query)
        )

    def save(self, venue: Venue) -> bool:
        """See the port."""
        v = s.venues.c
        done = self._connection.execute(
            update(s.venues)
            .where(v.id == venue.id, v.version == venue.version)
            .values(
                name=venue.name,
                zone=venue.zone,
                currency=venue.currency,
                address=venue.address,
                version=venue.version + 1,
            )
        )
        return done.rowcount == 1

    def delete(self, venue_id: str) -> None:
        """See the port."""
        plans = select(s.seating_plans.c.id).where(s.seating_plans.c.venue_id == venue_id)
        parts: tuple[Any, ...] = (s.seats, s.ga_areas, s.price_zones)
        for table in parts:
            self._connection.execute(delete(table).where(table.c.plan_id.in_(plans)))
        self._connection.execute(
            delete(s.seating_plans).where(s.seating_plans.c.venue_id == venue_id)
        )
        self._connection.execute(delete(s.venues).where(s.venues.c.id == venue_id))

    def times_used(self, venue_id: str) -> int:
        """See the port."""
        query = select(func.count()).where(s.performances.c.venue_id == venue_id)
        return self._connection.execute(query).scalar_one()

    def switch(self, performance_ids: tuple[str, ...], *, plan_id: str) -> None:
        """See the port."""
        q = s.performances.c
        self._connection.execute(
            update(s.performances)
            .where(q.id.in_(performance_ids))
            .values(plan_id=plan_id, version=q.version + 1)
        )
