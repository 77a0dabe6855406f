"""Names, notes, deadlines, attendees and codes in SQL."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from app.domain.booking_details import REISSUED
from app.domain.errors import NotFound
from app.domain.events import PerformanceStatus
from app.domain.notifications import Channel, DeliveryStatus
from app.domain.own_cancellation import OwnTerms
from app.domain.tickets import Booking, ticket_code
from app.domain.values import from_micros, new_id, to_micros
from app.persistence import schema as s
from app.persistence.records import audit_log, deliveries

_PRINT = Channel.PRINT.value
_QUEUED = DeliveryStatus.QUEUED.value


class SqlBookingDetails:
    """The `BookingDetails` port on one connection; `now` dates what is written."""

    def __init__(self, connection: Connection, *, now: datetime) -> None:
        self._connection = connection
        self._now = to_micros(now)

    def save(self, booking: Booking) -> None:
        """See the port."""
        b, t = s.bookings.c, s.tickets.c
        until = None if booking.expires_at is None else to_micros(booking.expires_at)
        this = b.id == booking.id
        self._connection.execute(
            update(s.bookings)
            .where(this, b.expires_at.is_distinct_from(until))
            .values(expires_at=until, reminded_at=None)
        )
        self._connection.execute(
            update(s.bookings)
            .where(this)
            .values(name=booking.name, notes=booking.notes, customer_id=booking.customer_id)
        )
        self._connection.execute(
            update(s.tickets)
            .where(t.booking_id == booking.id, t.user_id.is_distinct_from(booking.customer_id))
            .values(user_id=booking.customer_id)
        )

    def set_attendees(self, names: Mapping[str, str]) -> None:
        """See the port."""
        for ticket_id, name in sorted(names.items()):
            self._connection.execute(
                update(s.tickets).where(s.tickets.c.id == ticket_id).values(attendee=name)
            )

    def set_codes(self, codes: Mapping[str, str]) -> None:
        """See the port."""
        for ticket_id, code in sorted(codes.items()):
            self._connection.execute(
                update(s.tickets).where(s.tickets.c.id == ticket_id).values(code=code)
            )

    def booking_of(self, ticket_id: str) -> str:
        """See the port."""
        query = select(s.tickets.c.booking_id).where(s.tickets.c.id == ticket_id)
        found = self._connection.execute(query).scalar()
        if found is None:
            raise NotFound("ticket", ticket_id)
        return str(found)

    def owe_print(self, booking_id: str) -> None:
        """See the port."""
        if self.owes_print(booking_id):
            return
        self._connection.execute(
            insert(deliveries),
            {
                "id": new_id(),
                "booking_id": booking_id,
                "kind": "tickets",
                "channel": _PRINT,
                "status": _QUEUED,
                "created_at": self._now,
            },
        )

    def owes_print(self, booking_id: str) -> bool:
        """See the port."""
        d = deliveries.c
        owed = (d.booking_id == booking_id) & (d.channel == _PRINT) & (d.status == _QUEUED)
        return self._connection.execute(select(d.id).where(owed).limit(1)).first() is not None

    def own_terms(self, performance_ids: Collection[str]) -> dict[str, OwnTerms]:
        """See the port."""
        p, e = s.performances.c, s.events.c
        rows = self._connection.execute(
            select(p.id, p.starts_at, e.cancel_hours, e.cancel_fee, p.status)
            .join(s.events, e.id == p.event_id)
            .where(p.id.in_(sorted(performance_ids)))
        )
        called_off = PerformanceStatus.CANCELLED.value
        return {r[0]: OwnTerms(from_micros(r[1]), r[2], r[3], r[4] == called_off) for r in rows}

    def code_before(self, code: str) -> tuple[str, str] | None:
        """See the port. That a code was replaced is a line in the history of that code."""
        a, t = audit_log.c, s.tickets.c
        row = self._connection.execute(
            select(a.body)
            .where(
                a.subject_kind == "code",
                a.subject_id == ticket_code(code),
                a.action == REISSUED,
            )
            .limit(1)
        ).first()
        if row is None:
            return None
        ticket_id = json.loads(row.body)["ticket"]
        booking_id = self._connection.execute(
            select(t.booking_id).where(t.id == ticket_id)
        ).scalar_one()
        return ticket_id, booking_id
