"""Changing the programme, in SQL."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, or_, select, true, update
from sqlalchemy.sql.elements import ColumnElement

from app.domain.errors import NotFound
from app.domain.events import (
    Event,
    EventStatus,
    Performance,
    PerformanceStatus,
    PriceType,
)
from app.domain.programme import Category, Holders, Occupancy, Organizer, Prices
from app.domain.search import folded
from app.domain.tickets import ClaimStatus, TicketStatus
from app.domain.users import COMMAND_LINE_ID, Role
from app.domain.values import from_micros, to_micros
from app.persistence import schema as s
from app.persistence.counter_tables import price_changes
from app.persistence.events import category_id, price_type_of, priced
from app.persistence.price_changes import SqlPriceChanges

_E, _P = s.events.c, s.performances.c
PERFORMANCE = (
    _P.id,
    _P.event_id,
    _P.venue_id,
    _P.plan_id,
    _P.starts_at,
    _P.wall_time,
    _P.zone,
    _P.currency,
    _P.status,
    _P.doors_at,
    _P.on_sale_from,
    _P.on_sale_until,
    _P.note,
    _P.version,
)
_ORGANIZING = (Role.ORGANIZER.value, Role.MANAGER.value, Role.ADMIN.value)


class SqlProgramme:
    """The `Programme` port on one connection; `now` dates what is written."""

    def __init__(self, connection: Connection, *, now: datetime) -> None:
        self._connection = connection
        self._now = now

    # -- events ------------------------------------------------------------------------------

    def event(self, event_id: str) -> Event:
        """See the port."""
        row = self._connection.execute(
            select(
                _E.id,
                _E.title,
                _E.description,
                s.categories.c.name,
                _E.organizer_id,
                _E.tax_bp,
                _E.poster,
                _E.status,
                _E.version,
                _E.cancel_hours,
                _E.cancel_fee,
                _E.exchange_fee,
            )
            .join(s.categories, s.categories.c.id == _E.category_id)
            .where(_E.id == event_id)
        ).first()
        if row is None:
            raise NotFound("event", event_id)
        return Event(*row[:7], EventStatus(row[7]), *row[8:])

    def save_event(self, event: Event) -> bool:
        """See the port."""
        done = self._connection.execute(
            update(s.events)
            .where(_E.id == event.id, _E.version == event.version)
            .values(
                title=event.title,
                description=event.description,
                category_id=category_id(self._connection, event.category),
                organizer_id=event.organizer_id,
                tax_bp=event.tax_bp,
                poster=event.poster,
                status=event.status.value,
                search=folded(f"{event.title} {event.description}"),
                cancel_hours=event.cancel_hours,
                cancel_fee=event.cancel_fee,
                exchange_fee=event.exchange_fee,
                version=event.version + 1,
            )
        )
        return done.rowcount == 1

    def delete_event(self, event_id: str) -> None:
        """See the port."""
        for performance in self.performances_of(event_id):
            self.delete_performance(performance.id)
        self._connection.execute(delete(s.events).where(_E.id == event_id))

    def organizers(self) -> tuple[Organizer, ...]:
        """See the port."""
        u = s.users.c
        rows = self._connection.execute(
            select(u.id, u.name)
            .where(u.active == 1, u.role.in_(_ORGANIZING), u.id != COMMAND_LINE_ID)
            .order_by(u.name, u.id)
        )
        return tuple(Organizer(*row) for row in rows)

    # -- categories --------------------------------------------------------------------------

    def categories(self) -> tuple[Category, ...]:
        """See the port."""
        return self._categories(true())

    def category(self, category_id: str) -> Category:
        """See the port."""
        found = self._categories(s.categories.c.id == category_id)
        if not found:
            raise NotFound("category", category_id)
        return found[0]

    def _categories(self, wanted: ColumnElement[bool]) -> tuple[Category, ...]:
        c = s.categories.c
        rows = self._connection.execute(
            select(c.id, c.name, func.count(_E.id))
            .outerjoin(s.events, _E.category_id == c.id)
            .where(wanted)
            .group_by(c.id, c.name)
            .order_by(func.lower(c.name), c.id)
        )
        return tuple(Category(*row) for row in rows)

    def add_category(self, category_id: str, name: str) -> None:
        """See the port."""
        self._connection.execute(insert(s.categories), {"id": category_id, "name": name})

    def rename_category(self, category_id: str, name: str) -> None:
        """See the port."""
        c = s.categories.c
        self._connection.execute(update(s.categories).where(c.id == category_id).values(name=name))

    def delete_category(self, category_id: str) -> None:
        """See the port."""
        self._connection.execute(delete(s.categories).where(s.categories.c.id == category_id))

    # -- performances ------------------------------------------------------------------------

    def performance(self, performance_id: str, *, lock: bool = False) -> Performance:
        """See the port. A claim's foreign key needs the row shared, so it waits for the lock."""
        query = select(*PERFORMANCE).where(_P.id == performance_id)
        row = self._connection.execute(query.with_for_update() if lock else query).first()
        if row is None:
            raise NotFound("performance", performance_id)
        return performance_of(row)

    def performances_of(self, event_id: str, *, lock: bool = False) -> tuple[Performance, ...]:
        """See the port."""
        query = select(*PERFORMANCE).where(_P.event_id == event_id).order_by(_P.starts_at, _P.id)
        rows = self._connection.execute(query.with_for_update() if lock else query)
        return tuple(performance_of(row) for row in rows)

    def save_performance(self, performance: Performance) -> bool:
        """See the port."""
        p = performance
        done = self._connection.execute(
            update(s.performances)
            .where(_P.id == p.id, _P.version == p.version)
            .values(
                venue_id=p.venue_id,
                plan_id=p.plan_id,
                starts_at=to_micros(p.starts_at),
                wall_time=p.wall_time,
                zone=p.zone,
                currency=p.currency,
                status=p.status.value,
                doors_at=_micros(p.doors_at),
                on_sale_from=_micros(p.on_sale_from),
                on_sale_until=_micros(p.on_sale_until),
                note=p.note,
                version=p.version + 1,
            )
        )
        return done.rowcount == 1

    def delete_performance(self, performance_id: str) -> None:
        """See the port."""
        for table in (s.prices, price_changes, s.seat_claims, s.cancellations):
            self._connection.execute(delete(table).where(table.c.performance_id == performance_id))
        self._connection.execute(delete(s.performances).where(_P.id == performance_id))

    def occupancy(self, performance_ids: Collection[str], *, now: datetime) -> Occupancy:
        """See the port."""
        c = s.seat_claims.c
        rows = self._connection.execute(
            select(c.status, func.count())
            .where(
                c.performance_id.in_(list(performance_ids)),
                or_(c.status != ClaimStatus.HELD.value, c.hold_until > to_micros(now)),
            )
            .group_by(c.status)
        )
        return occupancy_of({row[0]: row[1] for row in rows})

    def tickets_ever(self, performance_ids: Collection[str]) -> int:
        """See the port."""
        t = s.tickets.c
        query = select(func.count()).where(t.performance_id.in_(list(performance_ids)))
        return self._connection.execute(query).scalar_one()

    def holders(self, performance_id: str) -> Holders:
        """See the port."""
        t = s.tickets.c
        rows = self._connection.execute(
            select(t.user_id, func.count())
            .where(t.performance_id == performance_id, t.status != TicketStatus.CANCELLED.value)
            .group_by(t.user_id)
            .order_by(t.user_id)
        ).all()
        return Holders(
            tuple(row[0] for row in rows if row[0] is not None),
            sum(row[1] for row in rows if row[0] is None),
        )

    def playing(self, venue_id: str, starts: Sequence[datetime]) -> Mapping[datetime, str]:
        """See the port."""
        rows = self._connection.execute(
            select(_P.starts_at, _E.title)
            .join(s.events, _E.id == _P.event_id)
            .where(
                _P.venue_id == venue_id,
                _P.starts_at.in_([to_micros(start) for start in starts]),
                _P.status != PerformanceStatus.CANCELLED.value,
            )
        )
        return {from_micros(row[0]): row[1] for row in rows}

    # -- prices ------------------------------------------------------------------------------

    def prices(self, performance_id: str) -> Prices:
        """See the port."""
        p = s.prices.c
        rows = self._connection.execute(
            select(p.zone_no, p.price_type_id, p.amount).where(p.performance_id == performance_id)
        )
        return {(row[0], row[1]): row[2] for row in rows}

    def replace_prices(self, performance_id: str, prices: Prices) -> None:
        """See the port."""
        before = self.prices(performance_id)
        SqlPriceChanges(self._connection, now=self._now).note(performance_id, before, prices)
        self._connection.execute(
            delete(s.prices).where(s.prices.c.performance_id == performance_id)
        )
        if prices:
            self._connection.execute(insert(s.prices), priced(performance_id, prices))

    def all_price_types(self) -> tuple[PriceType, ...]:
        """See the port."""
        t = s.price_types.c
        rows = self._connection.execute(
            select(
                t.id, t.name, t.short, t.position, t.active, t.self_service, t.membership_id
            ).order_by(t.position, t.id)
        )
        return tuple(price_type_of(row) for row in rows)

    def save_price_types(self, types: Collection[PriceType]) -> None:
        """See the port."""
        t = s.price_types.c
        for kind in types:
            self._connection.execute(
                update(s.price_types)
                .where(t.id == kind.id)
                .values(
                    name=kind.name,
                    short=kind.short,
                    position=kind.position,
                    active=int(kind.active),
                    self_service=int(kind.self_service),
                    membership_id=kind.membership_id,
                )
            )


def performance_of(row: Any) -> Performance:
    """From the columns of `PERFORMANCE`, wherever they stand in the row."""
    return Performance(
        id=row.id,
        event_id=row.event_id,
        venue_id=row.venue_id,
        plan_id=row.plan_id,
        starts_at=from_micros(row.starts_at),
        wall_time=row.wall_time,
        zone=row.zone,
        currency=row.currency,
        status=PerformanceStatus(row.status),
        doors_at=_instant(row.doors_at),
        on_sale_from=_instant(row.on_sale_from),
        on_sale_until=_instant(row.on_sale_until),
        note=row.note,
        version=row.version,
    )


def occupancy_of(counts: Mapping[int, int]) -> Occupancy:
    """From claims counted by status."""
    sold, held = counts.get(ClaimStatus.SOLD.value, 0), counts.get(ClaimStatus.HELD.value, 0)
    return Occupancy(sold, held, sum(counts.values()) - sold - held)


def _instant(micros: int | None) -> datetime | None:
    return None if micros is None else from_micros(micros)


def _micros(instant: datetime | None) -> int | None:
    return None if instant is None else to_micros(instant)
