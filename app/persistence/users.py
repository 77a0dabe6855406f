"""Users and stations in SQL."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from app.domain.payments import GENESIS
from app.domain.users import Credentials, Role, Station, User
from app.domain.values import from_micros, to_micros
from app.persistence.schema import station_counters, stations, users


class SqlUsers:
    """The `Users` port on one connection; `now` dates what is added."""

    def __init__(self, connection: Connection, *, now: datetime) -> None:
        self._connection = connection
        self._now = now

    def credentials(self, email: str) -> Credentials | None:
        """By e-mail, whatever its case."""
        u = users.c
        row = self._connection.execute(
            select(
                u.id, u.name, u.email, u.role, u.active, u.password, u.failures, u.locked_until
            ).where(u.email_key == email.strip().casefold())
        ).first()
        if row is None:
            return None
        locked = None if row.locked_until is None else from_micros(row.locked_until)
        user = User(row.id, row.name, row.email, Role(row.role), active=bool(row.active))
        return Credentials(user, row.password, row.failures, locked)

    def note_failure(self, user_id: str, *, failures: int, locked_until: datetime | None) -> None:
        """Remember a wrong password."""
        locked = None if locked_until is None else to_micros(locked_until)
        self._connection.execute(
            update(users)
            .where(users.c.id == user_id)
            .values(failures=failures, locked_until=locked)
        )

    def note_success(self, user_id: str, *, verifier: str | None) -> None:
        """Forget the failures; replace the verifier when one is given."""
        values: dict[str, object] = {"failures": 0, "locked_until": None}
        if verifier is not None:
            values["password"] = verifier
        self._connection.execute(update(users).where(users.c.id == user_id).values(values))

    def add(self, user: User, *, verifier: str) -> None:
        """A new user; Invalid({"email": "taken"}) when the address is used already."""
        self._connection.execute(
            insert(users),
            {
                "id": user.id,
                "name": user.name,
                "email": user.email,
                "email_key": user.email.strip().casefold(),
                "password": verifier,
                "role": user.role.value,
                "active": int(user.active),
                "created_at": to_micros(self._now),
            },
        )

    def by_role(self, role: Role) -> tuple[User, ...]:
        """All active users of a role, by name."""
        u = users.c
        rows = self._connection.execute(
            select(u.id, u.name, u.email)
            .where(u.role == role.value, u.active == 1)
            .order_by(u.name)
        )
        return tuple(User(*row, role) for row in rows)

    def station(self, code: str) -> Station | None:
        """The station of this code."""
        c = stations.c
        row = self._connection.execute(select(c.id, c.code, c.name).where(c.code == code)).first()
        return Station(*row) if row else None

    def add_station(self, station: Station) -> None:
        """A new station with an empty journal."""
        self._connection.execute(
            insert(stations), {"id": station.id, "code": station.code, "name": station.name}
        )
        self._connection.execute(
            insert(station_counters),
            {
                "station_id": station.id,
                "journal_seq": 0,
                "journal_hash": GENESIS,
                "booking_seq": 0,
            },
        )
