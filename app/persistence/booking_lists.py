"""Lists of bookings and tickets in SQL, read in pages.

How pages and counts of very many rows are read stands in `found_rows.py`, what a search can mean in
`meanings.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Connection,
    Select,
    Subquery,
    case,
    cast,
    func,
    literal_column,
    select,
    union_all,
)
from sqlalchemy.sql.elements import ColumnElement

from app.domain.bookings import (
    Back,
    BookingFilter,
    Cover,
    PickUp,
    PickUpFilter,
    TicketFilter,
    TicketLine,
    TicketPage,
)
from app.domain.errors import NotFound
from app.domain.tickets import BookingLine, BookingStatus, TicketStatus
from app.domain.values import Money, from_micros
from app.persistence import schema as s
from app.persistence.bookings import SqlBookings
from app.persistence.counter_tables import exchange_shares
from app.persistence.door import SqlDoor
from app.persistence.found_rows import FoundRows, Order, Wanted
from app.persistence.history import SqlHistory
from app.persistence.meanings import Meanings, bookings_for
from app.persistence.payments import SqlPayments
from app.persistence.pick_ups import between, read_pick_ups, to_print


class SqlBookingLists:
    """The `BookingLists` port on one connection; `now` is the transaction's instant."""

    def __init__(self, connection: Connection, *, now: datetime) -> None:
        self._connection = connection
        self._now = now
        self._meanings = Meanings(connection)
        b, t = s.bookings.c, s.tickets.c
        self._bookings = FoundRows(connection, key=b.id, order=Order.by_instant(b.created_at))
        self._tickets = FoundRows(connection, key=t.id, order=Order.by_id(t.id))

    # -- bookings ----------------------------------------------------------------------------

    def count_bookings(self, which: BookingFilter) -> int:
        """See the port."""
        return self._bookings.count(self._wanted_bookings(which))

    def bookings(self, which: BookingFilter, *, offset: int, limit: int) -> tuple[BookingLine, ...]:
        """See the port."""
        wanted = self._wanted_bookings(which)
        page = self._bookings.page(wanted, offset=offset, limit=limit).subquery()
        return tuple(_booking_line(row) for row in self._connection.execute(_booking_lines(page)))

    def _wanted_bookings(self, which: BookingFilter) -> Wanted:
        b = s.bookings.c
        wanted: list[ColumnElement[bool]] = []
        if which.statuses:
            wanted.append(_booking_status(which.statuses))
        if which.channel:
            wanted.append(b.channel == which.channel)
        if which.customer_id:
            wanted.append(b.customer_id == which.customer_id)
        wanted += between(b.created_at, which.since, which.until)
        if which.to_pick_up:
            wanted.append(b.id.in_(to_print()))
        if which.deposit:
            wanted.append(_holds_deposit())
        eithers = []
        if which.search.strip():
            eithers.append(self._meanings.of_bookings(which.search))
        if which.event_id:
            eithers.append(bookings_for([which.event_id]))
        return Wanted(tuple(wanted), tuple(eithers))

    def pick_ups(self, which: PickUpFilter) -> tuple[PickUp, ...]:
        """See the port."""
        return read_pick_ups(self._connection, which, now=self._now)

    # -- tickets -----------------------------------------------------------------------------

    def count_tickets(self, which: TicketFilter) -> int:
        """See the port."""
        return self._tickets.count(self._wanted_tickets(which))

    def tickets(self, which: TicketFilter, *, offset: int, limit: int) -> tuple[TicketLine, ...]:
        """See the port."""
        wanted = self._wanted_tickets(which)
        page = self._tickets.page(wanted, offset=offset, limit=limit).subquery()
        query = _ticket_lines().join(page, page.c.id == s.tickets.c.id)
        rows = self._connection.execute(query.order_by(s.tickets.c.id.desc()))
        return tuple(_ticket_line(row) for row in rows)

    def _wanted_tickets(self, which: TicketFilter) -> Wanted:
        t, p = s.tickets.c, s.performances.c
        wanted: list[ColumnElement[bool]] = []
        if which.statuses:
            wanted.append(t.status.in_([status.value for status in which.statuses]))
        if which.user_id:
            wanted.append(t.user_id == which.user_id)
        plays = between(p.starts_at, which.since, which.until)
        if which.performance_id:
            plays.append(p.id == which.performance_id)
        if which.event_id:
            plays.append(p.event_id == which.event_id)
        eithers = []
        if which.search.strip():
            eithers.append(self._meanings.of_tickets(which.search))
        if plays:
            eithers.append(self._meanings.of_performances(*plays))
        return Wanted(tuple(wanted), tuple(eithers))

    # -- one ticket --------------------------------------------------------------------------

    def ticket(self, ticket_id: str) -> TicketPage:
        """See the port."""
        row = self._connection.execute(
            _ticket_lines(s.venues.c.name, s.performances.c.doors_at, s.bookings.c.created_at)
            .join(s.venues, s.venues.c.id == s.performances.c.venue_id)
            .where(s.tickets.c.id == ticket_id)
        ).first()
        if row is None:
            raise NotFound("ticket", ticket_id)
        line = _ticket_line(row)
        booking = SqlBookings(self._connection, now=self._now).booking(line.booking_id)
        covers, backs = self._money_of(ticket_id, line.booking_id)
        history = SqlHistory(self._connection, now=self._now)
        notes = (*history.of("ticket", ticket_id), *history.of("booking", line.booking_id))
        return TicketPage(
            line=line,
            ticket=next(ticket for ticket in booking.tickets if ticket.id == ticket_id),
            venue=row[-3],
            doors_at=None if row[-2] is None else from_micros(row[-2]),
            booked_at=from_micros(row[-1]),
            covers=covers,
            backs=backs,
            scans=SqlDoor(self._connection, now=self._now).scans(ticket_id),
            history=tuple(sorted(notes, key=lambda note: note.at, reverse=True)),
        )

    def _money_of(
        self, ticket_id: str, booking_id: str
    ) -> tuple[tuple[Cover, ...], tuple[Back, ...]]:
        money = SqlPayments(self._connection, now=self._now)
        x, y, z = s.payment_shares.c, s.refund_shares.c, exchange_shares.c
        moves = union_all(
            select(x.payment_id, x.amount).where(x.ticket_id == ticket_id),
            select(z.payment_id, z.amount).where(z.ticket_id == ticket_id),
        ).subquery()
        amount = func.sum(moves.c.amount)
        covered = self._connection.execute(
            select(moves.c.payment_id, cast(amount, BigInteger))
            .group_by(moves.c.payment_id)
            .having(amount != 0)
        )
        given = self._connection.execute(
            select(y.refund_id, y.amount).where(y.ticket_id == ticket_id)
        )
        shares, back = {r[0]: r[1] for r in covered}, {r[0]: r[1] for r in given}
        covers = tuple(
            Cover(payment, Money(shares[payment.id], payment.amount.currency))
            for payment in money.payments_of(booking_id)
            if payment.id in shares
        )
        backs = tuple(
            Back(refund, Money(back[refund.id], refund.amount.currency))
            for refund in money.refunds_of(booking_id)
            if refund.id in back
        )
        return covers, backs


def _booking_status(statuses: Sequence[BookingStatus]) -> ColumnElement[bool]:
    if statuses == (BookingStatus.RESERVED,):  # as the partial index says it
        return s.bookings.c.status == literal_column("'reserved'")
    return s.bookings.c.status.in_([status.value for status in statuses])


def _holds_deposit() -> ColumnElement[bool]:
    b, p, r = s.bookings.c, s.payments.c, s.refunds.c
    taken = select(func.sum(p.amount)).where(p.booking_id == b.id).scalar_subquery()
    back = select(func.sum(r.amount)).where(r.booking_id == b.id).scalar_subquery()
    gone = (b.status == BookingStatus.CANCELLED.value) & (taken > func.coalesce(back, 0))
    waits = b.status == literal_column("'reserved'")
    return (b.deposit > literal_column("0")) & (waits | gone)


def _booking_lines(page: Subquery) -> Select[Any]:
    b, t = s.bookings.c, s.tickets.c
    operator, customer = s.users.alias("operator"), s.users.alias("customer")
    titles = (
        select(func.min(s.events.c.title))
        .select_from(s.tickets)
        .join(s.performances, s.performances.c.id == t.performance_id)
        .join(s.events, s.events.c.id == s.performances.c.event_id)
        .where(t.booking_id == b.id)
        .scalar_subquery()
    )
    live = (
        select(func.count(case((t.status != TicketStatus.CANCELLED.value, 1))))
        .where(t.booking_id == b.id)
        .scalar_subquery()
    )
    return (
        select(
            b.id,
            b.number,
            b.created_at,
            operator.c.name,
            func.coalesce(customer.c.name, ""),
            func.coalesce(titles, ""),
            live,
            b.total,
            b.currency,
            b.status,
            b.expires_at,
            b.name,
        )
        .select_from(page)
        .join(s.bookings, b.id == page.c.id)
        .join(operator, operator.c.id == b.operator_id)
        .outerjoin(customer, customer.c.id == b.customer_id)
        .order_by(b.created_at.desc())
    )


def _booking_line(row: Any) -> BookingLine:
    return BookingLine(
        id=row[0],
        number=row[1],
        created_at=from_micros(row[2]),
        operator=row[3],
        customer=row[4],
        titles=row[5],
        tickets=row[6],
        total=Money(row[7], row[8]),
        status=BookingStatus(row[9]),
        expires_at=None if row[10] is None else from_micros(row[10]),
        name=row[11],
    )


def _ticket_lines(*more: ColumnElement[Any]) -> Select[Any]:
    t, p = s.tickets.c, s.performances.c
    customer = s.users.alias("customer")
    return (
        select(
            t.id,
            t.booking_id,
            s.bookings.c.number,
            t.seat_label,
            t.zone_name,
            s.events.c.title,
            p.starts_at,
            p.zone,
            t.price_type,
            t.price,
            t.currency,
            t.status,
            func.coalesce(customer.c.name, ""),
            t.code,
            t.attendee,
            p.id,
            p.event_id,
            t.user_id,
            s.bookings.c.created_at,
            s.bookings.c.expires_at,
            *more,
        )
        .select_from(s.tickets)
        .join(s.bookings, s.bookings.c.id == t.booking_id)
        .join(s.performances, p.id == t.performance_id)
        .join(s.events, s.events.c.id == p.event_id)
        .outerjoin(customer, customer.c.id == t.user_id)
    )


def _ticket_line(row: Any) -> TicketLine:
    return TicketLine(
        id=row[0],
        booking_id=row[1],
        number=row[2],
        seat=row[3],
        price_zone=row[4],
        title=row[5],
        starts_at=from_micros(row[6]),
        zone=row[7],
        price_type=row[8],
        price=Money(row[9], row[10]),
        status=TicketStatus(row[11]),
        customer=row[12],
        code=row[13],
        attendee=row[14],
        performance_id=row[15],
        event_id=row[16],
        user_id=row[17],
        booked_at=from_micros(row[18]),
        expires_at=None if row[19] is None else from_micros(row[19]),
    )
