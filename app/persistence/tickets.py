"""Claims, bookings and tickets in SQL. The one statement that sells a place stands here."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, case, func, insert, or_, select
from sqlalchemy.sql.elements import ColumnElement

from app.domain.errors import NotFound
from app.domain.payments import Tender
from app.domain.tickets import (
    Booking,
    BookingLine,
    BookingStatus,
    Claim,
    ClaimStatus,
    Place,
    Sale,
    Ticket,
    TicketStatus,
)
from app.domain.values import Money, from_micros, to_micros
from app.persistence import schema as s
from app.persistence.columns import metadata
from app.persistence.payments import SEAL
from app.persistence.statements import Driver, Statement, Values

# Ordered insertion: two stations that want overlapping places lock them in the same order, so they
# wait for each other but never in a circle. What is taken does not come back from RETURNING.
_CLAIM = """
INSERT INTO seat_claims (performance_id, seat_no, status, basket_id, holder, hold_until, booking_id,
                         reason)
SELECT {performance}, wanted.no, {status}, {basket}, {holder}, {until}, {booking}, {reason}
FROM {wanted} WHERE true ORDER BY wanted.no
ON CONFLICT (performance_id, seat_no) DO UPDATE SET
    status = excluded.status, basket_id = excluded.basket_id, holder = excluded.holder,
    hold_until = excluded.hold_until, booking_id = excluded.booking_id,
    reason = excluded.reason
WHERE seat_claims.status = 1
  AND (seat_claims.hold_until <= {now} OR seat_claims.basket_id = {basket})
RETURNING seat_no"""
_CLAIM_NAMES = ("performance", "status", "basket", "holder", "until", "booking", "reason", "now")
_CLAIM_TYPES = {"status": "int", "until": "bigint", "now": "bigint"}
CLAIM = Statement(
    sqlite=_CLAIM.format(
        wanted="(SELECT value AS no FROM json_each(:seats)) wanted",
        **{name: f":{name}" for name in _CLAIM_NAMES},
    ),
    postgresql=_CLAIM.format(
        wanted="(SELECT unnest(%(seats)s::int[]) AS no) wanted",
        **{name: f"%({name})s::{_CLAIM_TYPES.get(name, 'varchar')}" for name in _CLAIM_NAMES},
    ),
)

_COLUMNS = {
    "bookings": (
        "id number customer_id operator_id station_id channel status total currency created_at "
        "idempotency_key"
    ),
    "tickets": (
        "id booking_id performance_id user_id seat_no seat_label zone_name price_type price tax "
        "currency status code"
    ),
    "payments": "id booking_id user_id tender amount given currency status created_at",
    "payment_shares": "payment_id ticket_id amount",
    "journal": "station_id seq kind body amount currency at prev_hash hash",
    "deliveries": "id booking_id kind channel status created_at",
}
_INSERTS = {
    name: Statement.of(insert(metadata.tables[name]).values(dict.fromkeys(columns.split())))
    for name, columns in _COLUMNS.items()
}


def writes(rows: Mapping[str, Sequence[Values]]) -> list[tuple[Statement, Sequence[Values]]]:
    """A sale's rows by table, in the order in which they are written; the journal's head last."""
    (line,) = rows["journal"]
    sealed = {"hash": line["hash"], "station_id": line["station_id"]}
    return [*((_INSERTS[name], rows[name]) for name in _COLUMNS), (SEAL, [sealed])]


class SqlTickets:
    """The `Tickets` port on one connection; `now` is the transaction's instant."""

    def __init__(self, connection: Connection, *, now: datetime) -> None:
        self._connection = connection
        self._now = to_micros(now)

    def claims(self, performance_id: str) -> tuple[Claim, ...]:
        """See the port."""
        c = s.seat_claims.c
        rows = self._connection.execute(
            select(c.seat_no, c.status, c.basket_id, c.holder, c.hold_until, c.reason, c.booking_id)
            .where(c.performance_id == performance_id, _in_force(self._now))
            .order_by(c.seat_no)
        )
        return tuple(
            Claim(r[0], ClaimStatus(r[1]), r[2], r[3], _instant(r[4]), r[5], r[6]) for r in rows
        )

    def hold(
        self,
        performance_id: str,
        seat_nos: Collection[int],
        *,
        basket_id: str,
        holder: str,
        until: datetime,
    ) -> frozenset[int]:
        """See the port."""
        return self._claim(
            performance_id,
            seat_nos,
            status=1,
            basket=basket_id,
            holder=holder,
            until=to_micros(until),
            booking=None,
            reason=None,
        )

    def sell(
        self,
        performance_id: str,
        seat_nos: Collection[int],
        *,
        basket_id: str,
        holder: str,
        booking_id: str,
    ) -> frozenset[int]:
        """See the port."""
        return self._claim(
            performance_id,
            seat_nos,
            status=2,
            basket=basket_id,
            holder=holder,
            until=None,
            booking=booking_id,
            reason=None,
        )

    def block(
        self, performance_id: str, seat_nos: Collection[int], *, status: ClaimStatus, reason: str
    ) -> frozenset[int]:
        """See the port."""
        return self._claim(
            performance_id,
            seat_nos,
            status=status.value,
            basket=None,
            holder=None,
            until=None,
            booking=None,
            reason=reason,
        )

    def unblock(self, performance_id: str, seat_nos: Collection[int]) -> frozenset[int]:
        """See the port."""
        c = s.seat_claims.c
        freed = self._connection.execute(
            s.seat_claims.delete()
            .where(
                c.performance_id == performance_id,
                c.seat_no.in_(sorted(seat_nos)),
                c.status.in_((ClaimStatus.BLOCKED.value, ClaimStatus.KILLED.value)),
            )
            .returning(c.seat_no)
        )
        return frozenset(freed.scalars())

    def _claim(
        self, performance_id: str, seat_nos: Collection[int], **values: Any
    ) -> frozenset[int]:
        driver = Driver(self._connection)
        wanted = sorted(seat_nos)
        rows = driver.rows(
            CLAIM,
            {
                "performance": performance_id,
                "seats": json.dumps(wanted) if driver.dialect == "sqlite" else wanted,
                "now": self._now,
                **values,
            },
        )
        return frozenset(row[0] for row in rows)

    def free_places(self, performance_id: str, *, first_no: int, capacity: int) -> tuple[int, ...]:
        """See the port."""
        c = s.seat_claims.c
        taken = set(
            self._connection.execute(
                select(c.seat_no).where(
                    c.performance_id == performance_id,
                    c.seat_no.between(first_no, first_no + capacity - 1),
                    _in_force(self._now),
                )
            ).scalars()
        )
        return tuple(no for no in range(first_no, first_no + capacity) if no not in taken)

    def prolong(self, basket_id: str, *, until: datetime) -> None:
        """See the port."""
        c = s.seat_claims.c
        self._connection.execute(
            s.seat_claims.update()
            .where(c.basket_id == basket_id, c.status == 1)
            .values(hold_until=to_micros(until))
        )

    def release(self, basket_id: str, places: Sequence[Place] | None) -> tuple[Place, ...]:
        """See the port."""
        c = s.seat_claims.c
        mine = self._connection.execute(
            select(c.performance_id, c.seat_no).where(c.basket_id == basket_id, c.status == 1)
        )
        held = {Place(*row) for row in mine}
        wanted = sorted(
            held if places is None else held & set(places),
            key=lambda place: (place.performance_id, place.seat_no),
        )
        for place in wanted:
            self._connection.execute(
                s.seat_claims.delete().where(
                    c.performance_id == place.performance_id,
                    c.seat_no == place.seat_no,
                    c.basket_id == basket_id,
                    c.status == 1,
                )
            )
        return tuple(wanted)

    def record(self, booking: Booking, *, sale: Sale) -> None:
        """See the port."""
        Driver(self._connection).run_all(writes(_rows(booking, sale)))

    def booking(self, booking_id: str) -> Booking:
        """NotFound."""
        return self._found(self._one(s.bookings.c.id == booking_id), booking_id)

    def booking_by_key(self, key: str) -> Booking | None:
        """See the port."""
        return self._one(s.bookings.c.idempotency_key == key)

    @staticmethod
    def _found(booking: Booking | None, key: str) -> Booking:
        if booking is None:
            raise NotFound("booking", key)
        return booking

    def _one(self, wanted: ColumnElement[bool]) -> Booking | None:
        b, p = s.bookings.c, s.payments.c
        operator, customer = s.users.alias("operator"), s.users.alias("customer")
        row = self._connection.execute(
            select(
                b.id,
                b.number,
                b.created_at,
                operator.c.name.label("operator"),
                s.stations.c.code,
                b.channel,
                b.status,
                b.total,
                b.currency,
                p.tender,
                p.amount,
                p.given,
                customer.c.name.label("customer"),
            )
            .select_from(s.bookings)
            .join(operator, operator.c.id == b.operator_id)
            .join(s.stations, s.stations.c.id == b.station_id)
            .join(s.payments, p.booking_id == b.id)
            .outerjoin(customer, customer.c.id == b.customer_id)
            .where(wanted)
        ).first()
        return None if row is None else _booking(row, self._tickets_of(row.id))

    def _tickets_of(self, booking_id: str) -> tuple[Ticket, ...]:
        t = s.tickets.c
        rows = self._connection.execute(
            select(
                t.id,
                t.booking_id,
                t.performance_id,
                t.seat_no,
                t.seat_label,
                t.zone_name,
                t.price_type,
                t.price,
                t.tax,
                t.currency,
                t.code,
                t.status,
            )
            .where(t.booking_id == booking_id)
            .order_by(t.performance_id, t.seat_no)
        )
        return tuple(
            Ticket(
                id=r[0],
                booking_id=r[1],
                performance_id=r[2],
                seat_no=r[3],
                seat=r[4],
                zone=r[5],
                price_type=r[6],
                price=Money(r[7], r[9]),
                tax=Money(r[8], r[9]),
                code=r[10],
                status=TicketStatus(r[11]),
            )
            for r in rows
        )

    def newest(self, *, limit: int, search: str = "") -> tuple[BookingLine, ...]:
        """See the port."""
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
            select(func.count(case((t.status == "valid", 1))))
            .where(t.booking_id == b.id)
            .scalar_subquery()
        )
        query = (
            select(
                b.id,
                b.number,
                b.created_at,
                operator.c.name,
                func.coalesce(customer.c.name, ""),
                titles.label("titles"),
                live,
                b.total,
                b.currency,
                b.status,
            )
            .select_from(s.bookings)
            .join(operator, operator.c.id == b.operator_id)
            .outerjoin(customer, customer.c.id == b.customer_id)
            .order_by(b.created_at.desc(), b.id.desc())
            .limit(limit)
        )
        if search.strip():
            pattern = f"%{_escaped(search.strip().lower())}%"
            query = query.where(
                or_(
                    func.lower(b.number).like(pattern, escape="\\"),
                    func.lower(customer.c.name).like(pattern, escape="\\"),
                    func.lower(titles).like(pattern, escape="\\"),
                )
            )
        return tuple(
            BookingLine(
                id=r[0],
                number=r[1],
                created_at=from_micros(r[2]),
                operator=r[3],
                customer=r[4],
                titles=r[5] or "",
                tickets=r[6],
                total=Money(r[7], r[8]),
                status=BookingStatus(r[9]),
            )
            for r in self._connection.execute(query)
        )


def _in_force(now: int) -> ColumnElement[bool]:
    c = s.seat_claims.c
    return or_(c.status != 1, c.hold_until > now)


def _booking(row: Any, tickets: tuple[Ticket, ...]) -> Booking:
    return Booking(
        id=row.id,
        number=row.number,
        created_at=from_micros(row.created_at),
        operator=row.operator,
        station_code=row.code,
        channel=row.channel,
        status=BookingStatus(row.status),
        total=Money(row.total, row.currency),
        tickets=tickets,
        tender=Tender(row.tender),
        given=Money(row.given, row.currency),
        change=Money(row.given - row.amount, row.currency),
        customer=row.customer or "",
    )


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _instant(micros: int | None) -> datetime | None:
    return None if micros is None else from_micros(micros)


def _rows(booking: Booking, sale: Sale) -> dict[str, list[dict[str, Any]]]:
    """What a sale writes, by table."""
    money = {"currency": booking.total.currency, "created_at": to_micros(booking.created_at)}
    paid = {"booking_id": booking.id, "user_id": sale.customer_id, "status": "taken"} | money
    amounts = {"amount": booking.total.minor, "given": booking.given.minor}
    return {
        "bookings": [_booking_row(booking, sale) | money],
        "tickets": [_ticket_row(ticket, sale.customer_id) for ticket in booking.tickets],
        "payments": [
            {"id": sale.payment_id, "tender": booking.tender.value} | amounts | paid,
        ],
        "payment_shares": [
            {"payment_id": sale.payment_id, "ticket_id": t.id, "amount": t.price.minor}
            for t in booking.tickets
        ],
        "journal": [{name: getattr(sale.journal, name) for name in _COLUMNS["journal"].split()}],
        "deliveries": [
            {
                "id": d.id,
                "booking_id": d.booking_id,
                "kind": d.kind,
                "channel": d.channel.value,
                "status": d.status.value,
                "created_at": money["created_at"],
            }
            for d in sale.deliveries
        ],
    }


def _booking_row(booking: Booking, sale: Sale) -> dict[str, Any]:
    return {
        "id": booking.id,
        "number": booking.number,
        "customer_id": sale.customer_id,
        "operator_id": sale.operator_id,
        "station_id": sale.journal.station_id,
        "channel": booking.channel,
        "status": booking.status.value,
        "total": booking.total.minor,
        "idempotency_key": sale.key,
    }


def _ticket_row(ticket: Ticket, user_id: str | None) -> dict[str, Any]:
    return {
        "id": ticket.id,
        "booking_id": ticket.booking_id,
        "performance_id": ticket.performance_id,
        "user_id": user_id,
        "seat_no": ticket.seat_no,
        "seat_label": ticket.seat,
        "zone_name": ticket.zone,
        "price_type": ticket.price_type,
        "price": ticket.price.minor,
        "tax": ticket.tax.minor,
        "currency": ticket.price.currency,
        "status": ticket.status.value,
        "code": ticket.code,
    }
