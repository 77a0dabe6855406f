"""Lists of bookings and tickets in SQL, read in pages.

A search never asks every row whether it fits: the text is looked up where it can be meant (numbers, codes,
people, titles), each by an index of its own, and the list is made of what those name.
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
    false,
    func,
    literal_column,
    select,
    union,
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
from app.domain.search import folded, search_words
from app.domain.tickets import BookingLine, BookingStatus, TicketStatus, ticket_code
from app.domain.values import Money, from_micros
from app.persistence import schema as s
from app.persistence.bookings import SqlBookings
from app.persistence.counter_tables import exchange_shares
from app.persistence.customers import SqlCustomers
from app.persistence.door import SqlDoor
from app.persistence.history import SqlHistory
from app.persistence.payments import SqlPayments
from app.persistence.pick_ups import between, read_pick_ups, to_print
from app.persistence.text_search import holds_all

_MOST_PEOPLE = 200
_MOST_EVENTS = 50
_FAR = 50_000  # rows
# as the partial indexes say it
_NAMED = s.bookings.c.name != literal_column("''")
_ATTENDED = s.tickets.c.attendee != literal_column("''")
_LAST = "\U0010ffff"


class SqlBookingLists:
    """The `BookingLists` port on one connection; `now` is the transaction's instant."""

    def __init__(self, connection: Connection, *, now: datetime) -> None:
        self._connection = connection
        self._now = now

    # -- bookings ----------------------------------------------------------------------------

    def count_bookings(self, which: BookingFilter) -> int:
        """See the port."""
        return self._count(select(func.count()).select_from(s.bookings), self._bookings(which))

    def bookings(self, which: BookingFilter, *, offset: int, limit: int) -> tuple[BookingLine, ...]:
        """See the port."""
        b, wanted, newest_first = s.bookings.c, self._bookings(which), True
        if offset > _FAR:  # from whichever end is nearer: what is passed over costs time
            left = self._count(select(func.count()).select_from(s.bookings), wanted) - offset
            newest_first = left > offset
            if not newest_first:
                offset, limit = max(0, left - limit), min(limit, max(0, left))
        order = b.created_at.desc() if newest_first else b.created_at
        page = select(b.id).where(*wanted).order_by(order).offset(offset).limit(limit).subquery()
        return tuple(_booking_line(row) for row in self._connection.execute(_booking_lines(page)))

    def _bookings(self, which: BookingFilter) -> list[ColumnElement[bool]]:
        b = s.bookings.c
        wanted: list[ColumnElement[bool]] = []
        if which.statuses:
            wanted.append(_booking_status(which.statuses))
        if which.channel:
            wanted.append(b.channel == which.channel)
        if which.customer_id:
            wanted.append(b.customer_id == which.customer_id)
        wanted += between(b.created_at, which.since, which.until)
        if which.event_id:
            wanted.append(b.id.in_(_sold_for([which.event_id])))
        if which.to_pick_up:
            wanted.append(b.id.in_(to_print()))
        if which.deposit:
            wanted.append(_holds_deposit())
        if which.search.strip():
            wanted.append(b.id.in_(self._bookings_meant(which.search)))
        return wanted

    def _bookings_meant(self, text: str) -> Select[Any]:
        b, t = s.bookings.c, s.tickets.c
        of_number, of_code = _of_number(text), t.code == ticket_code(text)
        exact = self._first_that_finds(
            select(b.id).where(of_number), select(t.booking_id).where(of_code)
        )
        if exact is not None:
            return exact
        meant: list[Select[Any]] = []
        people, events = self._people(text), self._events(text)
        if people:
            meant.append(select(b.id).where(b.customer_id.in_(people)))
        meant.append(select(b.id).where(_NAMED, holds_all(b.name, text)))
        meant.append(select(t.booking_id).where(_ATTENDED, holds_all(t.attendee, text)))
        if events:
            meant.append(_sold_for(events))
        return _any_of(meant)

    def pick_ups(self, which: PickUpFilter) -> tuple[PickUp, ...]:
        """See the port."""
        return read_pick_ups(self._connection, which, now=self._now)

    # -- tickets -----------------------------------------------------------------------------

    def count_tickets(self, which: TicketFilter) -> int:
        """See the port."""
        return self._count(select(func.count()).select_from(s.tickets), self._tickets(which))

    def tickets(self, which: TicketFilter, *, offset: int, limit: int) -> tuple[TicketLine, ...]:
        """See the port."""
        page = (
            select(s.tickets.c.id)
            .where(*self._tickets(which))
            .order_by(s.tickets.c.id.desc())
            .offset(offset)
            .limit(limit)
            .subquery()
        )
        query = _ticket_lines().join(page, page.c.id == s.tickets.c.id)
        rows = self._connection.execute(query.order_by(s.tickets.c.id.desc()))
        return tuple(_ticket_line(row) for row in rows)

    def _tickets(self, which: TicketFilter) -> list[ColumnElement[bool]]:
        t, p = s.tickets.c, s.performances.c
        wanted: list[ColumnElement[bool]] = []
        if which.statuses:
            wanted.append(t.status.in_([status.value for status in which.statuses]))
        if which.performance_id:
            wanted.append(t.performance_id == which.performance_id)
        if which.user_id:
            wanted.append(t.user_id == which.user_id)
        plays = between(p.starts_at, which.since, which.until)
        if which.event_id:
            plays.append(p.event_id == which.event_id)
        if plays:
            wanted.append(t.performance_id.in_(select(p.id).where(*plays)))
        if which.search.strip():
            wanted.append(t.id.in_(self._tickets_meant(which.search)))
        return wanted

    def _tickets_meant(self, text: str) -> Select[Any]:
        t = s.tickets.c
        of_number = select(s.bookings.c.id).where(_of_number(text))
        exact = self._first_that_finds(
            select(t.id).where(t.booking_id.in_(of_number)),
            select(t.id).where(t.code == ticket_code(text)),
        )
        if exact is not None:
            return exact
        meant: list[Select[Any]] = []
        people, events = self._people(text), self._events(text)
        if people:
            meant.append(select(t.id).where(t.user_id.in_(people)))
        named = select(s.bookings.c.id).where(_NAMED, holds_all(s.bookings.c.name, text))
        meant.append(select(t.id).where(t.booking_id.in_(named)))
        meant.append(select(t.id).where(_ATTENDED, holds_all(t.attendee, text)))
        if events:
            meant.append(select(t.id).where(t.performance_id.in_(_performances(events))))
        return _any_of(meant)

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

    # -- what a text can mean ------------------------------------------------------------------

    def _first_that_finds(self, *asked: Select[Any]) -> Select[Any] | None:
        """A number or a code means itself: who types one looks for nothing else."""
        for query in asked:
            if self._connection.execute(query.limit(1)).first() is not None:
                return query
        return None

    def _people(self, text: str) -> list[str]:
        words = search_words(text)
        if not words:
            return []
        customers = SqlCustomers(self._connection, now=self._now)
        return [line.id for line in customers.find(words, limit=_MOST_PEOPLE, after=0)]

    def _events(self, text: str) -> list[str]:
        rows = self._connection.execute(select(s.events.c.id, s.events.c.title))
        wanted = folded(text)
        return [key for key, title in rows if wanted in folded(title)][:_MOST_EVENTS]

    def _count(self, query: Select[Any], wanted: list[ColumnElement[bool]]) -> int:
        return int(self._connection.execute(query.where(*wanted)).scalar_one())


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


def _of_number(text: str) -> ColumnElement[bool]:
    number, column = text.strip().upper(), s.bookings.c.number
    return (column >= number) & (column < number + _LAST)


def _any_of(meant: list[Select[Any]]) -> Select[Any]:
    if not meant:
        return select(s.bookings.c.id).where(false())
    return meant[0] if len(meant) == 1 else select(union(*meant).subquery().c[0])


def _performances(event_ids: Sequence[str]) -> Select[Any]:
    return select(s.performances.c.id).where(s.performances.c.event_id.in_(event_ids))


def _sold_for(event_ids: Sequence[str]) -> Select[Any]:
    t = s.tickets.c
    return select(t.booking_id).where(t.performance_id.in_(_performances(event_ids)))


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
