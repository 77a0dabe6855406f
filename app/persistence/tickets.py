"""Claims in SQL. The one statement that sells a place stands here."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, case, func, or_, select
from sqlalchemy.sql.elements import ColumnElement

from app.domain.bookings import ScanResult
from app.domain.tickets import RESERVED, Claim, ClaimStatus, Occupant, Place, TicketStatus
from app.domain.values import Money, from_micros, to_micros
from app.persistence import schema as s
from app.persistence.counter_tables import price_changes
from app.persistence.records import checkins
from app.persistence.statements import Driver, Statement

# Ordered insertion: two stations that want overlapping places lock them in the same order, so they
# wait for each other but never in a circle. What is taken does not come back from RETURNING; neither does
# anything of a performance that was taken off sale since its offer was read. A hold is never dated before the
# last change of prices it came after (see `app.persistence.price_changes`).
_CLAIM = """
INSERT INTO seat_claims (performance_id, seat_no, status, basket_id, holder, hold_until, booking_id,
                         reason, held_at)
SELECT {performance}, wanted.no, {status}, {basket}, {holder}, {until}, {booking}, {reason},
       CASE WHEN {status} = 1 THEN (
           SELECT CASE WHEN max(c.changed_at) > {now} THEN max(c.changed_at) ELSE {now} END
           FROM price_changes c WHERE c.performance_id = {performance}) END
FROM {wanted} WHERE {selling} = 0 OR EXISTS (
    SELECT 1 FROM performances p WHERE p.id = {performance} AND p.status = 'on_sale')
ORDER BY wanted.no
ON CONFLICT (performance_id, seat_no) DO UPDATE SET
    status = excluded.status, basket_id = excluded.basket_id, holder = excluded.holder,
    hold_until = excluded.hold_until, booking_id = excluded.booking_id,
    reason = excluded.reason,
    held_at = CASE WHEN seat_claims.basket_id = {basket} AND seat_claims.hold_until > {now}
                   THEN seat_claims.held_at ELSE excluded.held_at END
WHERE seat_claims.status = 1
  AND (seat_claims.hold_until <= {now} OR seat_claims.basket_id = {basket})
RETURNING seat_no"""
_CLAIM_NAMES = "performance status basket holder until booking reason now selling".split()
_CLAIM_TYPES = {"status": "int", "until": "bigint", "now": "bigint", "selling": "int"}
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


_STATUS = {status.value: status for status in ClaimStatus}


class SqlTickets:
    """The `Tickets` port on one connection; `now` is the transaction's instant."""

    def __init__(self, connection: Connection, *, now: datetime) -> None:
        self._connection = connection
        self._now = to_micros(now)

    def claims(self, performance_id: str) -> tuple[Claim, ...]:
        """See the port."""
        return self._claims(s.seat_claims.c.performance_id == performance_id)

    def claims_on(self, performance_id: str, seat_nos: Collection[int]) -> tuple[Claim, ...]:
        """See the port."""
        c = s.seat_claims.c
        return self._claims(c.performance_id == performance_id, c.seat_no.in_(sorted(seat_nos)))

    def _claims(self, *which: ColumnElement[bool]) -> tuple[Claim, ...]:
        c = s.seat_claims.c
        rows = self._connection.execute(
            select(
                c.seat_no,
                c.status,
                c.basket_id,
                c.holder,
                c.hold_until,
                c.reason,
                c.booking_id,
                c.held_at,
            )
            .where(*which, _in_force(self._now))
            .order_by(c.seat_no)
        )
        return tuple(
            Claim(r[0], _STATUS[r[1]], r[2], r[3], _instant(r[4]), r[5], r[6], _instant(r[7]))
            for r in rows
        )

    def admitted(self, performance_id: str) -> frozenset[int]:
        """See the port."""
        t = s.tickets.c
        rows = self._connection.execute(
            select(t.seat_no)
            .join(checkins, checkins.c.ticket_id == t.id)
            .where(
                t.performance_id == performance_id,
                t.status == TicketStatus.VALID.value,
                checkins.c.result == ScanResult.ADMITTED.value,
            )
        )
        return frozenset(rows.scalars())

    def occupants(
        self, performance_id: str, seat_nos: Collection[int] | None = None
    ) -> tuple[Occupant, ...]:
        """See the port."""
        t, b = s.tickets.c, s.bookings.c
        admitted_at = (
            select(func.min(checkins.c.at))
            .where(checkins.c.ticket_id == t.id, checkins.c.result == ScanResult.ADMITTED.value)
            .scalar_subquery()
        )
        query = (
            select(
                t.seat_no,
                b.id,
                b.number,
                b.customer_id,
                func.coalesce(s.users.c.name, b.name),
                t.price_type,
                t.price,
                t.currency,
                b.created_at,
                admitted_at,
            )
            .select_from(s.tickets)
            .join(s.bookings, b.id == t.booking_id)
            .outerjoin(s.users, s.users.c.id == b.customer_id)
            .where(t.performance_id == performance_id, t.status != TicketStatus.CANCELLED.value)
            .order_by(t.seat_no)
        )
        if seat_nos is not None:
            query = query.where(t.seat_no.in_(sorted(seat_nos)))
        return tuple(
            Occupant(
                r[0],
                r[1],
                r[2],
                r[3],
                r[4],
                r[5],
                Money(r[6], r[7]),
                from_micros(r[8]),
                _instant(r[9]),
            )
            for r in self._connection.execute(query)
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
            selling=1,
        )

    def sell(
        self,
        performance_id: str,
        seat_nos: Collection[int],
        *,
        basket_id: str,
        holder: str,
        booking_id: str,
        reserved: bool = False,
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
            reason=RESERVED if reserved else None,
            selling=1,
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
            selling=0,
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
        """See the port. A hold whose time was over and whom nobody followed begins anew: what was promised
        with it is over."""
        c, p = s.seat_claims.c, price_changes.c
        last = (
            select(func.max(p.changed_at))
            .where(p.performance_id == c.performance_id)
            .scalar_subquery()
        )
        anew = case((last > self._now, last), else_=self._now)
        self._connection.execute(
            s.seat_claims.update()
            .where(c.basket_id == basket_id, c.status == 1)
            .values(
                hold_until=to_micros(until),
                held_at=case((c.hold_until <= self._now, anew), else_=c.held_at),
            )
        )

    def held_by(self, basket_id: str) -> tuple[Place, ...]:
        """See the port."""
        c = s.seat_claims.c
        rows = self._connection.execute(
            select(c.performance_id, c.seat_no)
            .where(c.basket_id == basket_id, c.status == 1, c.hold_until > self._now)
            .order_by(c.performance_id, c.seat_no)
        )
        return tuple(Place(*row) for row in rows)

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

    def free(self, booking_id: str, places: Collection[Place]) -> None:
        """See the port."""
        c = s.seat_claims.c
        for place in sorted(places, key=lambda p: (p.performance_id, p.seat_no)):
            self._connection.execute(
                s.seat_claims.delete().where(
                    c.performance_id == place.performance_id,
                    c.seat_no == place.seat_no,
                    c.booking_id == booking_id,
                    c.status == ClaimStatus.SOLD.value,
                )
            )

    def paid(self, booking_id: str) -> None:
        """See the port."""
        self._connection.execute(
            s.seat_claims.update()
            .where(s.seat_claims.c.booking_id == booking_id)
            .values(reason=None)
        )


def _in_force(now: int) -> ColumnElement[bool]:
    c = s.seat_claims.c
    return or_(c.status != 1, c.hold_until > now)


def _instant(micros: int | None) -> datetime | None:
    return None if micros is None else from_micros(micros)
