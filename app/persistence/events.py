"""Venues, plans, events and performances in SQL."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import Connection, func, insert, or_, select, update
from sqlalchemy.sql.elements import ColumnElement

from app.domain.errors import NotFound
from app.domain.events import (
    Event,
    EventStatus,
    Offer,
    Performance,
    PerformanceStatus,
    PriceType,
    ProgrammeLine,
    Venue,
    status_within,
)
from app.domain.search import folded
from app.domain.seating import (
    GaArea,
    SeatingPlan,
    Zone,
    shapes_from_json,
    shapes_to_json,
)
from app.domain.values import from_micros, new_id, to_micros
from app.persistence.schema import (
    categories,
    events,
    ga_areas,
    performances,
    price_types,
    price_zones,
    seat_claims,
    seating_plans,
    seats,
    venues,
)
from app.persistence.schema import (
    prices as price_rows,
)
from app.persistence.statements import Driver, Statement

_OFFER = """
SELECT p.id, p.event_id, p.venue_id, p.plan_id, p.starts_at, p.wall_time, p.zone, p.currency, p.status,
       p.doors_at, p.on_sale_from, p.on_sale_until, e.tax_bp, r.zone_no, r.price_type_id, r.amount, t.name,
       t.active, e.status, p.note, p.version, t.self_service, t.membership_id
FROM performances p JOIN events e ON e.id = p.event_id
LEFT JOIN prices r ON r.performance_id = p.id
LEFT JOIN price_types t ON t.id = r.price_type_id
WHERE p.id = {0}"""
OFFER = Statement(sqlite=_OFFER.format(":id"), postgresql=_OFFER.format("%(id)s"))
# What somebody is editing is waited for and read as it is then.
OFFER_KEPT = Statement(
    sqlite=_OFFER.format(":id"),
    postgresql=_OFFER.format("%(id)s") + " FOR KEY SHARE OF p, e",
)

# As `SqlEvents.plan` unpacks them.
_SEAT_COLUMNS = "seat_no section_no zone_no row_no row number label x y attributes note".split()


class SqlEvents:
    """The `Events` port on one connection; `now` dates what is written."""

    def __init__(self, connection: Connection, *, now: datetime) -> None:
        self._connection = connection
        self._now = to_micros(now)

    def programme(
        self, *, since: datetime, until: datetime | None, now: datetime
    ) -> tuple[ProgrammeLine, ...]:
        """See the port. Taken places are counted from the claims, which an index on their key covers."""
        wanted = performances.c.starts_at >= to_micros(since)
        if until is not None:
            wanted &= performances.c.starts_at < to_micros(until)
        return self.lines(wanted, now=now)

    def line(self, performance_id: str, *, now: datetime) -> ProgrammeLine:
        """One performance; NotFound."""
        found = self.lines(performances.c.id == performance_id, now=now)
        if not found:
            raise NotFound("performance", performance_id)
        return found[0]

    def lines(self, wanted: ColumnElement[bool], *, now: datetime) -> tuple[ProgrammeLine, ...]:
        """The performances that fit a condition on performances and events, in order of time."""
        taken = (
            select(func.count())
            .where(
                seat_claims.c.performance_id == performances.c.id,
                or_(seat_claims.c.status != 1, seat_claims.c.hold_until > to_micros(now)),
            )
            .scalar_subquery()
        )
        has_seats = (
            select(seats.c.seat_no).where(seats.c.plan_id == performances.c.plan_id).exists()
        )
        query = (
            select(
                performances.c.id,
                performances.c.event_id,
                events.c.title,
                categories.c.name,
                venues.c.name,
                performances.c.starts_at,
                performances.c.doors_at,
                performances.c.zone,
                performances.c.currency,
                performances.c.status,
                seating_plans.c.capacity,
                taken,
                has_seats,
                events.c.poster,
                events.c.status,
            )
            .select_from(performances)
            .join(events, events.c.id == performances.c.event_id)
            .join(categories, categories.c.id == events.c.category_id)
            .join(venues, venues.c.id == performances.c.venue_id)
            .join(seating_plans, seating_plans.c.id == performances.c.plan_id)
            .where(wanted)
            .order_by(performances.c.starts_at, performances.c.id)
        )
        return tuple(
            ProgrammeLine(
                performance_id=r[0],
                event_id=r[1],
                title=r[2],
                category=r[3],
                venue=r[4],
                starts_at=from_micros(r[5]),
                doors_at=_instant(r[6]),
                zone=r[7],
                currency=r[8],
                status=status_within(EventStatus(r[14]), PerformanceStatus(r[9])),
                capacity=r[10],
                taken=r[11],
                seated=bool(r[12]),
                poster=r[13],
            )
            for r in self._connection.execute(query)
        )

    def offer(self, performance_id: str, *, lock: bool = False) -> Offer:
        """See the port. On the selling path: one statement."""
        rows = Driver(self._connection).rows(OFFER_KEPT if lock else OFFER, {"id": performance_id})
        if not rows:
            raise NotFound("performance", performance_id)
        r = rows[0]
        performance = Performance(
            id=r[0],
            event_id=r[1],
            venue_id=r[2],
            plan_id=r[3],
            starts_at=from_micros(r[4]),
            wall_time=r[5],
            zone=r[6],
            currency=r[7],
            status=status_within(EventStatus(r[18]), PerformanceStatus(r[8])),
            doors_at=_instant(r[9]),
            on_sale_from=_instant(r[10]),
            on_sale_until=_instant(r[11]),
            note=r[19],
            version=r[20],
        )
        priced = [row for row in rows if row[15] is not None and row[17]]
        return Offer(
            performance,
            r[12],
            {(row[13], row[14]): row[15] for row in priced},
            {row[14]: row[16] for row in priced},
            frozenset(row[14] for row in priced if not row[21]),
            {row[14]: row[22] for row in priced if row[22]},
        )

    def price_types(self) -> tuple[PriceType, ...]:
        """See the port."""
        t = price_types.c
        query = (
            select(t.id, t.name, t.short, t.position, t.active, t.self_service, t.membership_id)
            .where(t.active == 1)
            .order_by(t.position, t.id)
        )
        return tuple(price_type_of(row) for row in self._connection.execute(query))

    def plan_of(self, performance_id: str) -> str:
        """The plan's id of a performance; NotFound."""
        query = select(performances.c.plan_id).where(performances.c.id == performance_id)
        found: str | None = self._connection.execute(query).scalar()
        if found is None:
            raise NotFound("performance", performance_id)
        return found

    def plan(self, plan_id: str) -> SeatingPlan:
        """One version of a house, seats in plan order; NotFound."""
        head = self._connection.execute(
            select(seating_plans).where(seating_plans.c.id == plan_id)
        ).first()
        if head is None:
            raise NotFound("seating_plan", plan_id)
        columns = self._seat_columns(plan_id)
        return SeatingPlan(
            id=head.id,
            venue_id=head.venue_id,
            name=head.name,
            version=head.version,
            zones=self._zones(plan_id),
            sections=tuple(json.loads(head.sections)),
            seat_no=np.array(columns[0], np.int32),
            section=np.array(columns[1], np.int32),
            zone=np.array(columns[2], np.int32),
            row_no=np.array(columns[3], np.int32),
            row=columns[4],
            number=columns[5],
            label=columns[6],
            x=np.array(columns[7], np.float64),
            y=np.array(columns[8], np.float64),
            attributes=np.array(columns[9], np.int32),
            notes=columns[10],
            ga_areas=self._areas(plan_id),
            shapes=shapes_from_json(head.shapes),
        )

    def _seat_columns(self, plan_id: str) -> list[tuple[Any, ...]]:
        wanted = [seats.c[name] for name in _SEAT_COLUMNS]
        rows = self._connection.execute(
            select(*wanted).where(seats.c.plan_id == plan_id).order_by(seats.c.position)
        ).all()
        return list(zip(*rows, strict=True)) or [()] * len(wanted)

    def _zones(self, plan_id: str) -> tuple[Zone, ...]:
        z = price_zones.c
        rows = self._connection.execute(
            select(z.zone_no, z.name, z.colour).where(z.plan_id == plan_id).order_by(z.zone_no)
        )
        return tuple(Zone(*row) for row in rows)

    def _areas(self, plan_id: str) -> tuple[GaArea, ...]:
        a = ga_areas.c
        places = (a.area_no, a.name, a.zone_no, a.first_no, a.capacity, a.x, a.y, a.width, a.height)
        rows = self._connection.execute(
            select(*places).where(a.plan_id == plan_id).order_by(a.area_no)
        )
        return tuple(GaArea(*row) for row in rows)

    def venue_named(self, name: str) -> Venue | None:
        """A venue by its exact name."""
        row = self._connection.execute(
            select(
                venues.c.id,
                venues.c.name,
                venues.c.zone,
                venues.c.currency,
                venues.c.address,
                venues.c.version,
            ).where(venues.c.name == name)
        ).first()
        return Venue(*row) if row else None

    def newest_plan_id(self, venue: str) -> str | None:
        """The plan in force of the venue with this name."""
        found: str | None = self._connection.execute(
            select(seating_plans.c.id)
            .join(venues, venues.c.id == seating_plans.c.venue_id)
            .where(venues.c.name == venue)
            .order_by(seating_plans.c.version.desc())
            .limit(1)
        ).scalar()
        return found

    def newest_plan_version(self, venue_id: str) -> int:
        """0 when the venue has no plan yet."""
        query = select(func.max(seating_plans.c.version)).where(
            seating_plans.c.venue_id == venue_id
        )
        return self._connection.execute(query).scalar() or 0

    def add_venue(self, venue: Venue) -> None:
        """Invalid({"venue": "taken"}) when the name is used already."""
        self._insert(
            venues,
            {
                "id": venue.id,
                "name": venue.name,
                "zone": venue.zone,
                "currency": venue.currency,
                "address": venue.address,
            },
        )

    def add_plan(self, plan: SeatingPlan) -> None:
        """A plan with its zones, seats and areas."""
        self._insert(
            seating_plans,
            {
                "id": plan.id,
                "venue_id": plan.venue_id,
                "name": plan.name,
                "version": plan.version,
                "sections": json.dumps(plan.sections, ensure_ascii=False),
                "shapes": shapes_to_json(plan.shapes),
                "capacity": plan.capacity,
            },
        )
        self._insert_many(
            price_zones,
            [
                {"plan_id": plan.id, "zone_no": z.no, "name": z.name, "colour": z.colour}
                for z in plan.zones
            ],
        )
        self._insert_many(seats, _seat_rows(plan))
        self._insert_many(
            ga_areas,
            [
                {
                    "plan_id": plan.id,
                    "area_no": a.no,
                    "name": a.name,
                    "zone_no": a.zone_no,
                    "first_no": a.first_no,
                    "capacity": a.capacity,
                    "x": a.x,
                    "y": a.y,
                    "width": a.width,
                    "height": a.height,
                }
                for a in plan.ga_areas
            ],
        )

    def add_price_types(self, types: Collection[PriceType]) -> None:
        """New price types."""
        self._insert_many(
            price_types,
            [
                {
                    "id": t.id,
                    "name": t.name,
                    "short": t.short,
                    "position": t.position,
                    "self_service": int(t.self_service),
                    "membership_id": t.membership_id,
                }
                for t in types
            ],
        )

    def fold_again(self) -> None:
        """See the port."""
        e = events.c
        kept = self._connection.execute(select(e.id, e.title, e.description, e.search)).all()
        for event_id, title, description, search in kept:
            key = folded(f"{title} {description}")
            if key != search:
                self._connection.execute(update(events).where(e.id == event_id).values(search=key))

    def add_event(self, event: Event) -> None:
        """A new event; its category is made when there is none of that name."""
        self._insert(
            events,
            {
                "id": event.id,
                "title": event.title,
                "description": event.description,
                "organizer_id": event.organizer_id,
                "category_id": category_id(self._connection, event.category),
                "tax_bp": event.tax_bp,
                "poster": event.poster,
                "status": event.status.value,
                "created_at": self._now,
                "search": folded(f"{event.title} {event.description}"),
                "cancel_hours": event.cancel_hours,
                "cancel_fee": event.cancel_fee,
                "exchange_fee": event.exchange_fee,
            },
        )

    def add_performance(
        self, performance: Performance, *, prices: Mapping[tuple[int, str], int]
    ) -> None:
        """A performance with its price list: (Zone.no, PriceType.id) -> minor units."""
        p = performance
        self._insert(
            performances,
            {
                "id": p.id,
                "event_id": p.event_id,
                "venue_id": p.venue_id,
                "plan_id": p.plan_id,
                "starts_at": to_micros(p.starts_at),
                "wall_time": p.wall_time,
                "zone": p.zone,
                "currency": p.currency,
                "status": p.status.value,
                "doors_at": _micros(p.doors_at),
                "on_sale_from": _micros(p.on_sale_from),
                "on_sale_until": _micros(p.on_sale_until),
                "note": p.note,
            },
        )
        self._insert_many(price_rows, priced(p.id, prices))

    def is_empty(self) -> bool:
        """Whether there is no venue and no event."""
        return not any(
            self._connection.execute(select(table.c.id).limit(1)).first()
            for table in (venues, events)
        )

    def _insert(self, table: Any, values: Mapping[str, Any]) -> None:
        self._connection.execute(insert(table), values)

    def _insert_many(self, table: Any, rows: Iterable[Mapping[str, Any]]) -> None:
        rows = list(rows)
        if rows:
            self._connection.execute(insert(table), rows)


def category_id(connection: Connection, name: str) -> str:
    """The category of this name, made when there is none."""
    query = select(categories.c.id).where(categories.c.name == name)
    found: str | None = connection.execute(query).scalar()
    if found is None:
        found = new_id()
        connection.execute(insert(categories), {"id": found, "name": name})
    return found


def priced(performance_id: str, prices: Mapping[tuple[int, str], int]) -> list[dict[str, Any]]:
    """A price list's rows."""
    return [
        {
            "performance_id": performance_id,
            "zone_no": zone_no,
            "price_type_id": price_type_id,
            "amount": amount,
        }
        for (zone_no, price_type_id), amount in prices.items()
    ]


def price_type_of(row: Any) -> PriceType:
    """From id, name, short, position, active, self_service and membership_id, in this order."""
    price_type_id, name, short, position, active, self_service, membership_id = row
    return PriceType(
        price_type_id, name, short, position, bool(active), bool(self_service), membership_id
    )


def _seat_rows(plan: SeatingPlan) -> list[dict[str, Any]]:
    columns = zip(
        plan.seat_no.tolist(),
        plan.section.tolist(),
        plan.zone.tolist(),
        plan.row_no.tolist(),
        plan.row,
        plan.number,
        plan.label,
        plan.x.tolist(),
        plan.y.tolist(),
        plan.attributes.tolist(),
        plan.notes or ("",) * len(plan),
        strict=True,
    )
    return [
        {"plan_id": plan.id, "position": position, **dict(zip(_SEAT_COLUMNS, values, strict=True))}
        for position, values in enumerate(columns)
    ]


def _instant(micros: int | None) -> datetime | None:
    return None if micros is None else from_micros(micros)


def _micros(instant: datetime | None) -> int | None:
    return None if instant is None else to_micros(instant)
