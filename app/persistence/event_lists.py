"""Lists of events and their pages, in SQL."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, and_, false, func, or_, select
from sqlalchemy.sql.elements import ColumnElement

from app.domain.event_lists import (
    EventDetail,
    EventFilter,
    EventOrder,
    EventPage,
    EventRow,
    PerformanceRow,
    Sales,
    Tally,
)
from app.domain.events import EventStatus, PerformanceStatus, ProgrammeLine
from app.domain.search import folded, search_words
from app.domain.tickets import ClaimStatus, TicketStatus
from app.domain.values import Money, from_micros, to_micros
from app.persistence import schema as s
from app.persistence.events import SqlEvents
from app.persistence.programme import PERFORMANCE, SqlProgramme, occupancy_of, performance_of
from app.persistence.records import event_metrics

_E, _P, _C, _T = s.events.c, s.performances.c, s.seat_claims.c, s.tickets.c
_PLAYS = _P.status != PerformanceStatus.CANCELLED.value


class SqlEventLists:
    """The `EventLists` port on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    # -- the list ----------------------------------------------------------------------------

    def page(
        self, wanted: EventFilter, *, order: EventOrder, offset: int, limit: int, now: datetime
    ) -> EventPage:
        """See the port. Finds the ids first and counts only for those on the page."""
        conditions = self._conditions(wanted)
        total = self._connection.execute(
            select(func.count()).select_from(s.events).where(*conditions)
        ).scalar_one()
        found = self._connection.execute(
            _ordered(order, now).where(*conditions).offset(offset).limit(limit)
        ).all()
        return EventPage(self._rows(found), total)

    def _conditions(self, wanted: EventFilter) -> list[ColumnElement[bool]]:
        conditions = [self._word(word) for word in search_words(wanted.text)]
        if wanted.category:
            known = select(s.categories.c.id).where(s.categories.c.name == wanted.category)
            conditions.append(_E.category_id.in_(known))
        if wanted.organizer_id:
            conditions.append(_E.organizer_id == wanted.organizer_id)
        if wanted.statuses:
            conditions.append(_E.status.in_([status.value for status in wanted.statuses]))
        performed = _performed(wanted)
        if performed:
            conditions.append(_E.id.in_(select(_P.event_id).where(*performed)))
        return conditions

    def _word(self, word: str) -> ColumnElement[bool]:
        """Names of categories and people change: they are looked up, not kept beside the event."""
        named = []
        for table, column in ((s.categories, _E.category_id), (s.users, _E.organizer_id)):
            names = select(table.c.id, table.c.name).where(table.c.id.in_(select(column)))
            ids = [i for i, name in self._connection.execute(names) if word in folded(name)]
            named.append(column.in_(ids) if ids else false())
        return or_(_E.search.contains(word, autoescape=True), *named)

    def _rows(self, found: Sequence[Any]) -> tuple[EventRow, ...]:
        ids = [row[0] for row in found]
        plays, sold = self._plays(ids), self._sold(ids)
        takings = self._takings(ids)
        rows = []
        for event_id, title, category, organizer, status, poster, next_at, *more in found:
            own = plays[event_id]
            currency = own[0][3] if own else ""
            rows.append(
                EventRow(
                    id=event_id,
                    title=title,
                    category=category,
                    organizer=organizer,
                    status=EventStatus(status),
                    poster=poster,
                    venues=", ".join(dict.fromkeys(play[1] for play in own)),
                    performances=len(own),
                    next_at=None if next_at is None else from_micros(next_at),
                    zone=_zone(own, next_at),
                    sold=sold.get(event_id, 0),
                    capacity=sum(play[5] for play in own),
                    takings=takings.get((event_id, currency)),
                    description=more[0],
                    organizer_id=more[1],
                    category_id=more[2],
                    version=more[3],
                )
            )
        return tuple(rows)

    def _plays(self, ids: Collection[str]) -> defaultdict[str, list[Any]]:
        """Event id -> (event id, venue, zone, currency, starts_at, capacity) of what is not cancelled."""
        rows = self._connection.execute(
            select(
                _P.event_id,
                s.venues.c.name,
                _P.zone,
                _P.currency,
                _P.starts_at,
                s.seating_plans.c.capacity,
            )
            .join(s.venues, s.venues.c.id == _P.venue_id)
            .join(s.seating_plans, s.seating_plans.c.id == _P.plan_id)
            .where(_P.event_id.in_(ids), _PLAYS)
            .order_by(_P.starts_at, _P.id)
        )
        plays: defaultdict[str, list[Any]] = defaultdict(list)
        for row in rows:
            plays[row[0]].append(row)
        return plays

    def _sold(self, ids: Collection[str]) -> dict[str, int]:
        """One look-up per performance: joined, PostgreSQL may walk the claims of the whole house."""
        sold = (
            select(func.count())
            .where(_C.performance_id == _P.id, _C.status == ClaimStatus.SOLD.value)
            .scalar_subquery()
        )
        rows = self._connection.execute(
            select(_P.event_id, sold).where(_P.event_id.in_(ids), _PLAYS)
        )
        counts: Counter[str] = Counter()
        for event_id, count in rows:
            counts[event_id] += count
        return counts

    def _takings(self, ids: Collection[str]) -> dict[tuple[str, str], Money]:
        m = event_metrics.c
        rows = self._connection.execute(
            select(m.event_id, m.currency, func.sum(m.gross - m.refunded))
            .where(m.event_id.in_(ids), m.metric_type == "performance")
            .group_by(m.event_id, m.currency)
        )
        return {(row[0], row[1]): Money(int(row[2]), row[1]) for row in rows}

    def calendar(
        self,
        *,
        since: datetime,
        until: datetime,
        event_id: str,
        organizer_id: str,
        statuses: frozenset[EventStatus],
        now: datetime,
    ) -> tuple[ProgrammeLine, ...]:
        """See the port."""
        wanted = [
            _P.starts_at >= to_micros(since),
            _P.starts_at < to_micros(until),
            _E.status.in_([status.value for status in statuses]),
        ]
        if event_id:
            wanted.append(_P.event_id == event_id)
        if organizer_id:
            wanted.append(_E.organizer_id == organizer_id)
        return SqlEvents(self._connection, now=now).lines(and_(*wanted), now=now)

    # -- the page ----------------------------------------------------------------------------

    def detail(self, event_id: str, *, now: datetime) -> EventDetail:
        """See the port."""
        event = SqlProgramme(self._connection, now=now).event(event_id)
        organizer, created_at = self._connection.execute(
            select(s.users.c.name, _E.created_at)
            .join(s.users, s.users.c.id == _E.organizer_id)
            .where(_E.id == event_id)
        ).one()
        performances = self._performances(event_id, now=now)
        return EventDetail(event, organizer, from_micros(created_at), performances)

    def _performances(self, event_id: str, *, now: datetime) -> tuple[PerformanceRow, ...]:
        counts: defaultdict[str, dict[int, int]] = defaultdict(dict)
        for performance_id, status, count in self._connection.execute(
            select(_C.performance_id, _C.status, func.count())
            .join(s.performances, _P.id == _C.performance_id)
            .where(
                _P.event_id == event_id,
                or_(_C.status != ClaimStatus.HELD.value, _C.hold_until > to_micros(now)),
            )
            .group_by(_C.performance_id, _C.status)
        ):
            counts[performance_id][status] = count
        plan = s.seating_plans.c
        rows = self._connection.execute(
            select(
                *PERFORMANCE,
                s.venues.c.name.label("venue"),
                plan.version.label("plan_version"),
                plan.capacity,
            )
            .join(s.venues, s.venues.c.id == _P.venue_id)
            .join(s.seating_plans, plan.id == _P.plan_id)
            .where(_P.event_id == event_id)
            .order_by(_P.starts_at, _P.id)
        )
        made = []
        for row in rows:
            taken = occupancy_of(counts[row[0]])
            made.append(
                PerformanceRow(
                    performance_of(row),
                    row.venue,
                    row.plan_version,
                    row.capacity,
                    taken.sold,
                    taken.held,
                    taken.blocked,
                )
            )
        return tuple(made)

    def sales(self, event_id: str) -> tuple[Sales, ...]:
        """See the port."""
        live = (_P.event_id == event_id, _T.status == TicketStatus.VALID.value)
        rows = self._connection.execute(
            select(_T.currency, _T.zone_name, _T.price_type, func.count(), func.sum(_T.price))
            .join(s.performances, _P.id == _T.performance_id)
            .where(*live)
            .group_by(_T.currency, _T.zone_name, _T.price_type)
        ).all()
        bookings = self._connection.execute(
            select(_T.currency, func.count(_T.booking_id.distinct()))
            .join(s.performances, _P.id == _T.performance_id)
            .where(*live)
            .group_by(_T.currency)
        )
        return tuple(
            _sales(currency, count, [row for row in rows if row[0] == currency])
            for currency, count in sorted(tuple(row) for row in bookings)
        )


def _ordered(order: EventOrder, now: datetime) -> Select[Any]:
    coming = (
        select(_P.event_id, func.min(_P.starts_at).label("next_at"))
        .where(_P.starts_at >= to_micros(now), _PLAYS)
        .group_by(_P.event_id)
        .subquery()
    )
    next_at = coming.c.next_at
    by: dict[EventOrder, tuple[ColumnElement[Any], ...]] = {
        EventOrder.NEXT: (next_at.is_(None), next_at, func.lower(_E.title)),
        EventOrder.TITLE: (func.lower(_E.title),),
        EventOrder.NEWEST: (_E.created_at.desc(),),
    }
    return (
        select(
            _E.id,
            _E.title,
            s.categories.c.name,
            s.users.c.name,
            _E.status,
            _E.poster,
            next_at,
            _E.description,
            _E.organizer_id,
            _E.category_id,
            _E.version,
        )
        .join(s.categories, s.categories.c.id == _E.category_id)
        .join(s.users, s.users.c.id == _E.organizer_id)
        .outerjoin(coming, coming.c.event_id == _E.id)
        .order_by(*by[order], _E.id)
    )


def _performed(wanted: EventFilter) -> list[ColumnElement[bool]]:
    """What one and the same performance has to be."""
    conditions: list[ColumnElement[bool]] = []
    if wanted.venue_id:
        conditions.append(_P.venue_id == wanted.venue_id)
    if wanted.since is not None:
        conditions.append(_P.starts_at >= to_micros(wanted.since))
    if wanted.until is not None:
        conditions.append(_P.starts_at < to_micros(wanted.until))
    return conditions


def _zone(plays: Sequence[Any], next_at: int | None) -> str:
    """Of the performance to come first, else of the last one."""
    zones: list[str] = [play[2] for play in plays if play[4] == next_at]
    zones += [play[2] for play in plays[-1:]]
    return zones[0] if zones else ""


def _sales(currency: str, bookings: int, rows: Sequence[Any]) -> Sales:
    def by(column: int) -> tuple[Tally, ...]:
        sums: defaultdict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
        for row in rows:
            count, gross = sums[row[column]]
            sums[row[column]] = count + row[3], gross + int(row[4])
        return tuple(
            Tally(name, count, Money(gross, currency))
            for name, (count, gross) in sorted(sums.items(), key=lambda item: -item[1][1])
        )

    return Sales(
        tickets=sum(row[3] for row in rows),
        bookings=bookings,
        gross=Money(sum(int(row[4]) for row in rows), currency),
        by_zone=by(1),
        by_price_type=by(2),
    )
