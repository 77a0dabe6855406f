"""Sums and lines for the reports, in SQL that adds up sets; both databases give the same tuples.

Days are the house's and SQLite knows no zones, so sums come by the quarter of an hour, into which the
days of every zone divide; the service puts them together.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Select,
    and_,
    case,
    cast,
    distinct,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.sql.elements import ColumnElement

from app.domain.bookings import ScanResult
from app.domain.report_parts import (
    Cell,
)
from app.domain.reports import (
    Scope,
)
from app.domain.shifts import BY_HAND
from app.domain.users import Role
from app.persistence import records as r
from app.persistence import schema as s
from app.persistence.counter_tables import exchange_shares, exchanges

_QUARTER = 900_000_000  # microseconds
_BATCH = 2000
_TAKINGS = ("sale", "refund")
_Rows = tuple[tuple[Any, ...], ...]

_buyers = s.users.alias("buyers")
_staff = s.users.alias("staff")


class SqlReports:
    """The `Reports` port on one connection; holds past `now` (microseconds) count as free."""

    def __init__(self, connection: Connection, *, now: int) -> None:
        self._connection = connection
        self._now = now

    def events(self, organizer_id: str) -> _Rows:
        """See the port."""
        query = select(s.events.c.id, s.events.c.title).order_by(s.events.c.title, s.events.c.id)
        if organizer_id:
            query = query.where(s.events.c.organizer_id == organizer_id)
        return self._all(query)

    def operators(self) -> _Rows:
        """See the port."""
        u = s.users.c
        query = select(u.id, u.name).where(u.role != Role.CUSTOMER.value).order_by(u.name, u.id)
        return self._all(query)

    # -- money -------------------------------------------------------------------------------------

    def journal(self, scope: Scope) -> _Rows:
        """See the port."""
        j = s.journal.c
        days = _between(j.at, scope) & j.kind.in_(_TAKINGS)
        return self._all(
            select(j.kind, j.currency, _sum(j.amount)).where(days).group_by(j.kind, j.currency)
        )

    def elsewhere(self, scope: Scope) -> _Rows:
        """See the port."""
        m = _moves(scope, elsewhere=True).c
        return self._all(select(m.kind, m.currency, _sum(m.amount)).group_by(m.kind, m.currency))

    def money_by_quarter(self, scope: Scope) -> _Rows:
        """See the port."""
        m = _moves(scope).c
        quarter = _quarter(m.at)
        return self._all(
            select(quarter, m.kind, m.currency, _sum(m.one), _sum(m.amount)).group_by(
                quarter, m.kind, m.currency
            )
        )

    def tickets_by_quarter(self, scope: Scope) -> _Rows:
        """See the port."""
        t = r.ticket_sales.c
        quarter = _quarter(t.sale_date)
        query = select(quarter, t.kind, t.currency, func.count()).where(
            _between(t.sale_date, scope)
        )
        if scope.by_event:
            query = query.where(t.event_id.in_(_event_ids(scope)))
        return self._all(query.group_by(quarter, t.kind, t.currency))

    def tills(self, scope: Scope) -> _Rows:
        """See the port."""
        m = _moves(scope).c
        by = (_staff.c.name, s.stations.c.code, m.tender, m.kind, m.currency)
        return self._all(
            select(*by, _sum(m.one), _sum(m.amount))
            .join(_staff, _staff.c.id == m.operator_id)
            .join(s.stations, s.stations.c.id == m.station_id)
            .group_by(_staff.c.id, *by)
        )

    def drawers(self, scope: Scope) -> _Rows:
        """See the port. Shifts that were open on these days, all their cash."""
        h = s.shifts.c
        days = and_(h.opened_at < scope.until, func.coalesce(h.closed_at, 2**62) >= scope.since)
        query = (
            select(
                h.currency,
                s.stations.c.code,
                h.number,
                _staff.c.name,
                h.opened_at,
                h.closed_at,
                h.float_amount,
                _cash(s.payments, "amount"),
                _cash(s.refunds, "amount"),
                _moved(),
                h.counted,
            )
            .join(s.stations, s.stations.c.id == h.station_id)
            .join(_staff, _staff.c.id == h.operator_id)
            .where(days)
            .order_by(s.stations.c.code, h.number)
        )
        if scope.operator_id:
            query = query.where(h.operator_id == scope.operator_id)
        return self._all(query)

    def payment_lines(self, scope: Scope) -> Iterator[tuple[Cell, ...]]:
        """See the port."""
        return self._lines(union_all(*_taken(scope)), scope)

    def refund_lines(self, scope: Scope) -> Iterator[tuple[Cell, ...]]:
        """See the port."""
        return self._lines(_refunds(scope), scope)

    def _lines(self, moves: Any, scope: Scope) -> Iterator[tuple[Cell, ...]]:
        m = _mine(moves.subquery(), scope).c
        b = s.bookings.c
        return self._streamed(
            select(
                m.currency,
                m.at,
                b.number,
                func.coalesce(_buyers.c.name, ""),
                m.tender,
                m.remark,
                _staff.c.name,
                s.stations.c.code,
                m.amount,
            )
            .join(s.bookings, b.id == m.booking_id)
            .join(_staff, _staff.c.id == m.operator_id)
            .join(s.stations, s.stations.c.id == m.station_id)
            .outerjoin(_buyers, _buyers.c.id == b.customer_id)
            .order_by(m.at, m.id)
        )

    # -- performances ------------------------------------------------------------------------------

    def performances(self, scope: Scope) -> _Rows:
        """See the port."""
        p, c = s.performances.c, s.seat_claims.c
        taken = (
            select(func.count())
            .where(c.performance_id == p.id, or_(c.status != 1, c.hold_until > self._now))
            .scalar_subquery()
        )
        return self._all(
            select(
                p.id,
                p.event_id,
                s.events.c.title,
                p.wall_time,
                s.venues.c.name,
                p.currency,
                s.events.c.tax_bp,
                s.seating_plans.c.capacity,
                taken,
                p.starts_at,
            )
            .join(s.events, s.events.c.id == p.event_id)
            .join(s.venues, s.venues.c.id == p.venue_id)
            .join(s.seating_plans, s.seating_plans.c.id == p.plan_id)
            .where(p.id.in_(_performance_ids(scope)), p.status != "draft")
            .order_by(s.events.c.title, p.event_id, p.starts_at, p.id)
        )

    def ticket_groups(self, scope: Scope) -> Iterator[tuple[Cell, ...]]:
        """See the port. A house has few prices, so 1,000,000 tickets are some thousand groups."""
        t, p, x, z = s.tickets.c, s.payments.c, s.payment_shares.c, exchange_shares.c
        f, y = s.refunds.c, s.refund_shares.c
        paid = _share(x.amount, (p.booking_id == t.booking_id) & (x.ticket_id == t.id))
        paid = paid.where(p.id == x.payment_id)
        moved = _share(z.amount, z.ticket_id == t.id)
        back = _share(y.amount, (f.booking_id == t.booking_id) & (y.ticket_id == t.id))
        back = back.where(f.id == y.refund_id)
        tickets = (
            select(
                t.performance_id,
                t.price_type,
                t.zone_name,
                t.status,
                t.currency,
                t.price,
                t.tax,
                (
                    func.coalesce(paid.scalar_subquery(), 0)
                    + func.coalesce(moved.scalar_subquery(), 0)
                ).label("paid"),
                func.coalesce(back.scalar_subquery(), 0).label("back"),
            )
            .where(t.performance_id.in_(_performance_ids(scope)))
            .subquery()
        )
        return self._streamed(select(*tickets.c, func.count()).group_by(*tickets.c))

    def statement_tenders(self, scope: Scope) -> _Rows:
        """See the port."""
        t, p, x, z = s.tickets.c, s.payments.c, s.payment_shares.c, exchange_shares.c
        f, y = s.refunds.c, s.refund_shares.c
        wanted = t.performance_id.in_(_performance_ids(scope))
        taken = (
            select(p.tender, literal("sale").label("kind"), p.currency, p.id, x.amount)
            .join(s.payments, p.booking_id == t.booking_id)
            .join(s.payment_shares, (x.payment_id == p.id) & (x.ticket_id == t.id))
            .where(wanted)
        )
        back = (
            select(f.tender, literal("refund"), f.currency, f.id, y.amount)
            .join(s.refunds, f.booking_id == t.booking_id)
            .join(s.refund_shares, (y.refund_id == f.id) & (y.ticket_id == t.id))
            .where(wanted)
        )
        moved = (
            select(p.tender, literal("sale"), p.currency, p.id, z.amount)
            .join(exchange_shares, z.payment_id == p.id)
            .join(s.tickets, t.id == z.ticket_id)
            .where(wanted)
        )
        m = union_all(taken, moved, back).subquery().c
        return self._all(
            select(
                m.tender, m.kind, m.currency, func.count(distinct(m.id)), _sum(m.amount)
            ).group_by(m.tender, m.kind, m.currency)
        )

    def admissions(self, scope: Scope) -> _Rows:
        """See the port."""
        t, k = s.tickets.c, r.checkins.c
        let_in = (k.ticket_id == t.id) & (k.result == ScanResult.ADMITTED.value)
        inside = select(k.ticket_id).where(let_in).exists()
        return self._all(
            select(t.performance_id, func.count(), _sum(case((inside, 1), else_=0)))
            .where(t.performance_id.in_(_performance_ids(scope)), t.status == "valid")
            .group_by(t.performance_id)
        )

    # -- people ------------------------------------------------------------------------------------

    def customers_money(self, scope: Scope) -> Iterator[tuple[Cell, ...]]:
        """See the port."""
        m = _moves(scope).c
        taken = _sum(case((m.kind == "sale", m.amount), else_=0))
        back = _sum(case((m.kind == "refund", m.amount), else_=0))
        return self._by_customer(m.booking_id, m.currency, (taken, back))

    def customers_bookings(self, scope: Scope) -> Iterator[tuple[Cell, ...]]:
        """See the port."""
        b, t = s.bookings.c, s.tickets.c
        live = select(func.count()).where(t.booking_id == b.id, t.status != "cancelled")
        wanted = _between(b.created_at, scope) & (b.status != "cancelled")
        if scope.by_event:
            mine = t.performance_id.in_(_performance_ids(scope))
            live = live.where(mine)
            wanted &= select(t.id).where(t.booking_id == b.id, mine).exists()
        booked = (
            select(b.id, b.currency, b.created_at, live.scalar_subquery().label("tickets"))
            .where(wanted)
            .subquery()
            .c
        )
        sums = (func.count(), _sum(booked.tickets), func.max(booked.created_at))
        return self._by_customer(booked.id, booked.currency, sums)

    def _by_customer(
        self, booking_id: ColumnElement[str], currency: ColumnElement[str], sums: tuple[Any, ...]
    ) -> Iterator[tuple[Cell, ...]]:
        by = (s.bookings.c.customer_id, _buyers.c.name, _buyers.c.email, _buyers.c.phone, currency)
        return self._streamed(
            select(*by, *sums)
            .join(s.bookings, s.bookings.c.id == booking_id)
            .outerjoin(_buyers, _buyers.c.id == s.bookings.c.customer_id)
            .group_by(*by)
        )

    def interactions(self, scope: Scope) -> _Rows:
        """See the port."""
        i = r.user_interactions.c
        quarter = _quarter(i.at)
        query = select(quarter, i.interaction_type, func.count()).where(_between(i.at, scope))
        if scope.by_event:
            query = query.where(i.event_id.in_(_event_ids(scope)))
        return self._all(query.group_by(quarter, i.interaction_type))

    # -- running -----------------------------------------------------------------------------------

    def _all(self, query: Select[Any]) -> _Rows:
        return tuple(tuple(row) for row in self._connection.execute(query))

    def _streamed(self, query: Select[Any]) -> Iterator[tuple[Any, ...]]:
        for row in self._connection.execute(query).yield_per(_BATCH):
            yield tuple(row)


def _sum(column: ColumnElement[Any]) -> ColumnElement[int]:
    """Nothing adds up to 0; PostgreSQL would make a decimal of it."""
    return cast(func.coalesce(func.sum(column), 0), BigInteger)


def _quarter(instant: ColumnElement[Any]) -> ColumnElement[int]:
    return instant // literal(_QUARTER, BigInteger, literal_execute=True)


def _between(instant: ColumnElement[Any], scope: Scope) -> ColumnElement[bool]:
    return and_(instant >= scope.since, instant < scope.until)


def _event_ids(scope: Scope) -> Select[Any]:
    query = select(s.events.c.id)
    if scope.event_id:
        query = query.where(s.events.c.id == scope.event_id)
    if scope.organizer_id:
        query = query.where(s.events.c.organizer_id == scope.organizer_id)
    return query


def _performance_ids(scope: Scope) -> Select[Any]:
    p = s.performances.c
    days = and_(p.starts_at >= scope.played_since, p.starts_at < scope.played_until)
    return select(p.id).where(days, p.event_id.in_(_event_ids(scope)))


def _payments(scope: Scope, *, elsewhere: bool = False) -> Select[Any]:
    """Payments as moves. Those of before stations and operators stood in them have their booking's."""
    p, b, x = s.payments.c, s.bookings.c, s.payment_shares.c
    amount = _part(
        p.amount,
        share=x.amount,
        ticket_id=x.ticket_id,
        belongs=x.payment_id == p.id,
        scope=scope,
        elsewhere=elsewhere,
    )
    return (
        select(
            literal("sale").label("kind"),
            p.id,
            p.booking_id,
            p.created_at.label("at"),
            p.tender,
            p.currency,
            func.coalesce(p.transaction_id, "").label("remark"),
            func.coalesce(p.operator_id, b.operator_id).label("operator_id"),
            func.coalesce(p.station_id, b.station_id).label("station_id"),
            p.amount.label("whole"),
            amount.label("amount"),
            literal(1).label("one"),
        )
        .join(s.bookings, b.id == p.booking_id)
        .where(_between(p.created_at, scope))
    )


def _refunds(scope: Scope, *, elsewhere: bool = False) -> Select[Any]:
    f, y = s.refunds.c, s.refund_shares.c
    amount = _part(
        f.amount,
        share=y.amount,
        ticket_id=y.ticket_id,
        belongs=y.refund_id == f.id,
        scope=scope,
        elsewhere=elsewhere,
    )
    return select(
        literal("refund").label("kind"),
        f.id,
        f.booking_id,
        f.created_at.label("at"),
        f.tender,
        f.currency,
        f.reason.label("remark"),
        f.operator_id,
        f.station_id,
        f.amount.label("whole"),
        amount.label("amount"),
        literal(1).label("one"),
    ).where(_between(f.created_at, scope))


def _taken(scope: Scope, *, elsewhere: bool = False) -> tuple[Select[Any], ...]:
    """Payments, and where single events are asked what exchanges moved between them and the others."""
    payments = _payments(scope, elsewhere=elsewhere)
    return (payments, _exchanged(scope, elsewhere=elsewhere)) if scope.by_event else (payments,)


def _exchanged(scope: Scope, *, elsewhere: bool) -> Select[Any]:
    """What exchanges moved into these events or out of them, by tender: no payment of its own."""
    e, z, p, t = exchanges.c, exchange_shares.c, s.payments.c, s.tickets.c
    wanted = t.performance_id.in_(_performance_ids(scope))
    amount = func.sum(z.amount)
    return (
        select(
            literal("sale").label("kind"),
            e.id,
            e.booking_id,
            e.created_at.label("at"),
            p.tender,
            e.currency,
            literal("exchange").label("remark"),
            e.operator_id,
            e.station_id,
            literal(0).label("whole"),
            cast(amount, BigInteger).label("amount"),
            literal(0).label("one"),
        )
        .join(exchange_shares, z.exchange_id == e.id)
        .join(s.payments, p.id == z.payment_id)
        .join(s.tickets, t.id == z.ticket_id)
        .where(_between(e.created_at, scope), ~wanted if elsewhere else wanted)
        .group_by(
            e.id, e.booking_id, e.created_at, p.tender, e.currency, e.operator_id, e.station_id
        )
        .having(amount != 0)
    )


def _part(
    whole: Column[int],
    *,
    share: Column[int],
    ticket_id: Column[str],
    belongs: ColumnElement[bool],
    scope: Scope,
    elsewhere: bool,
) -> ColumnElement[Any]:
    """What of a payment or refund went into these events: None when nothing did. `elsewhere`: into
    other events or into no ticket at all (gift vouchers), each counted by itself."""
    if not scope.by_event:
        return literal(None, BigInteger) if elsewhere else whole
    t = s.tickets.c
    wanted = t.performance_id.in_(_performance_ids(scope))
    shares = select(func.sum(share)).where(
        belongs, t.id == ticket_id, ~wanted if elsewhere else wanted
    )
    part = cast(shares.correlate(whole.table).scalar_subquery(), BigInteger)
    if not elsewhere:
        return part
    everything = select(_sum(share)).where(belongs).correlate(whole.table).scalar_subquery()
    return func.coalesce(part, 0) + whole - everything


def _mine(moves: Any, scope: Scope) -> Any:
    """Those of one operator and tender, without the ones that have no part in the events."""
    m = moves.c
    return select(moves).where(m.amount.is_not(None), *_whose(m, scope)).subquery()


def _whose(m: Any, scope: Scope) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if scope.operator_id:
        wanted.append(m.operator_id == scope.operator_id)
    if scope.tender:
        wanted.append(m.tender == scope.tender)
    return wanted


def _moves(scope: Scope, *, elsewhere: bool = False) -> Any:
    """Payments and refunds of the scope in one; `elsewhere`: what these days had beside it."""
    both = union_all(
        *_taken(scope, elsewhere=elsewhere), _refunds(scope, elsewhere=elsewhere)
    ).subquery()
    if not elsewhere:
        return _mine(both, scope)
    m = both.c
    whose = _whose(m, scope)
    amount = case((and_(*whose), m.amount), else_=m.whole) if whose else m.amount
    return select(m.kind, m.currency, amount.label("amount")).subquery()


def _share(amount: ColumnElement[int], of_ticket: ColumnElement[bool]) -> Select[Any]:
    return select(_sum(amount)).where(of_ticket).correlate(s.tickets)


def _cash(table: Any, amount: str) -> ColumnElement[int]:
    t = table.c
    wanted = (t.shift_id == s.shifts.c.id) & (t.tender == "cash")
    return select(_sum(t[amount])).where(wanted).correlate(s.shifts).scalar_subquery()


def _moved() -> ColumnElement[int]:
    """What was put into a drawer and taken out by hand."""
    c = s.cash_movements.c
    wanted = (c.shift_id == s.shifts.c.id) & c.kind.in_(act.value for act in BY_HAND)
    return select(_sum(c.amount)).where(wanted).correlate(s.shifts).scalar_subquery()
