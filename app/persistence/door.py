"""The door in SQL: which ticket a code belongs to, whether it may pass, and what was answered."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert, select

from app.domain.bookings import Scan, ScanResult
from app.domain.tickets import Place, TicketStatus, ticket_code
from app.domain.values import from_micros, new_id, to_micros
from app.persistence import schema as s
from app.persistence.records import checkins


class SqlDoor:
    """The `Door` port on one connection; `now` dates what is written."""

    def __init__(self, connection: Connection, *, now: datetime) -> None:
        self._connection = connection
        self._now = now

    def ticket(self, code: str) -> tuple[str, str] | None:
        """See the port."""
        t = s.tickets.c
        query = select(t.id, t.booking_id).where(t.code == ticket_code(code))
        row = self._connection.execute(query).first()
        return None if row is None else (row[0], row[1])

    def status(self, ticket_id: str) -> TicketStatus:
        """See the port."""
        query = select(s.tickets.c.status).where(s.tickets.c.id == ticket_id)
        return TicketStatus(self._connection.execute(query).scalar_one())

    def place(self, ticket_id: str) -> Place:
        """See the port."""
        t = s.tickets.c
        query = select(t.performance_id, t.seat_no).where(t.id == ticket_id)
        return Place(*self._connection.execute(query).one())

    def admitted(self, ticket_id: str) -> bool:
        """See the port."""
        c = checkins.c
        query = select(c.id).where(c.ticket_id == ticket_id, c.result == ScanResult.ADMITTED.value)
        return self._connection.execute(query.limit(1)).first() is not None

    def scan(
        self, ticket_id: str, *, result: ScanResult, station_id: str, operator_id: str
    ) -> None:
        """See the port."""
        self._connection.execute(
            insert(checkins),
            {
                "id": new_id(),
                "ticket_id": ticket_id,
                "station_id": station_id,
                "operator_id": operator_id,
                "result": result.value,
                "at": to_micros(self._now),
            },
        )

    def scans(self, ticket_id: str) -> tuple[Scan, ...]:
        """See the port."""
        c = checkins.c
        rows = self._connection.execute(
            select(c.at, c.result, s.users.c.name, s.stations.c.code)
            .join(s.users, s.users.c.id == c.operator_id)
            .join(s.stations, s.stations.c.id == c.station_id)
            .where(c.ticket_id == ticket_id)
            .order_by(c.at.desc(), c.id.desc())
        )
        return tuple(Scan(from_micros(r[0]), ScanResult(r[1]), r[2], r[3]) for r in rows)
