"""Users and stations in SQL."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update
from sqlalchemy.sql.elements import ColumnElement

from app.domain.credentials import Attempt, SecretKind, Verdict
from app.domain.errors import Conflict, NotFound
from app.domain.payments import GENESIS
from app.domain.search import search_key, search_words
from app.domain.users import (
    COMMAND_LINE_ID,
    Account,
    Role,
    Station,
    User,
    email_key,
    search_text,
)
from app.domain.values import from_micros, to_micros
from app.persistence.credentials import LocalSecrets, ServerSecrets
from app.persistence.schema import station_counters, stations, users

_U = users.c
_USER = (
    _U.id,
    _U.name,
    _U.email,
    _U.role,
    _U.active,
    _U.phone,
    _U.language,
    _U.theme,
    _U.notes,
    _U.version,
)
_ACCOUNT = (_U.created_at, _U.locked_until, _U.code_until)


class SqlUsers:
    """The `Users` port on one connection; `now` dates what is added."""

    def __init__(self, connection: Connection, *, now: datetime) -> None:
        self._connection = connection
        self._now = now
        shared = connection.dialect.name == "postgresql"
        self._secrets = (ServerSecrets if shared else LocalSecrets)(connection, now=to_micros(now))

    # -- signing in ----------------------------------------------------------------------------

    def by_email(self, email: str) -> User | None:
        """See the port."""
        row = self._connection.execute(
            select(*_USER).where(_U.email_key == email.strip().casefold())
        ).first()
        return None if row is None else _user(row)

    def recipe(self, name: str, kind: SecretKind, *, parameters: str) -> str:
        """See the port."""
        return self._secrets.recipe(name, kind, parameters=parameters)

    def begin_attempt(self, name: str, kind: SecretKind, *, key: bytes) -> Attempt | None:
        """See the port."""
        return self._secrets.begin_attempt(name, kind, key=key)

    def answer(self, name: str, attempt: str) -> Verdict:
        """See the port."""
        return self._secrets.answer(name, attempt)

    def set_password(self, user_id: str, *, verifier: str, attempt: str) -> Verdict:
        """See the port."""
        return self._secrets.set_password(user_id, verifier=verifier, attempt=attempt)

    def forgive(self, user_id: str) -> None:
        """See the port."""
        self._set(user_id, failures=0, locked_until=None)

    def set_code(self, user_id: str, *, verifier: str, until: datetime) -> None:
        """See the port."""
        self._set(
            user_id,
            failures=0,
            locked_until=None,
            code_verifier=verifier,
            code_until=to_micros(until),
        )

    def _set(self, user_id: str, **values: object) -> None:
        self._connection.execute(update(users).where(_U.id == user_id).values(values))

    # -- users ---------------------------------------------------------------------------------

    def add(self, user: User, *, verifier: str) -> None:
        """See the port."""
        values = (
            _person(user)
            | _place(user)
            | {
                "id": user.id,
                "language": user.language,
                "theme": user.theme,
                "password": verifier,
                "created_at": to_micros(self._now),
            }
        )
        self._connection.execute(insert(users), values)

    def edit(self, user: User) -> User:
        """See the port."""
        return self._write(user, _person(user))

    def appoint(self, user: User) -> User:
        """See the port."""
        return self._write(user, _place(user))

    def _write(self, user: User, values: dict[str, Any]) -> User:
        written = self._connection.execute(
            update(users)
            .where(_U.id == user.id, _U.version == user.version)
            .values(values | {"version": user.version + 1})
        )
        if not written.rowcount:
            raise Conflict("user", self.get(user.id))
        return self.get(user.id)

    def prefer(self, user_id: str, *, language: str, theme: str) -> None:
        """See the port."""
        self._set(user_id, language=language, theme=theme)

    def get(self, user_id: str) -> User:
        """See the port."""
        row = self._connection.execute(select(*_USER).where(_U.id == user_id)).first()
        if row is None:
            raise NotFound("user", user_id)
        return _user(row)

    def by_role(self, role: Role) -> tuple[User, ...]:
        """See the port."""
        rows = self._connection.execute(
            select(*_USER).where(_U.role == role.value, _U.active == 1).order_by(_U.name)
        )
        return tuple(_user(row) for row in rows)

    # -- administration ------------------------------------------------------------------------

    def account(self, user_id: str) -> Account:
        """See the port."""
        row = self._connection.execute(
            select(*_USER, *_ACCOUNT, self._secrets.has_password()).where(
                _U.id == user_id, _U.id != COMMAND_LINE_ID
            )
        ).first()
        if row is None:
            raise NotFound("user", user_id)
        return _account(row)

    def accounts(
        self, *, search: str, roles: Collection[Role], limit: int, skip: int
    ) -> tuple[Account, ...]:
        """See the port. The search text begins with the name, so it sorts whatever the case; whoever is
        on the page is found in an index that holds all of that, and only then read in full."""
        page = (
            select(_U.id)
            .where(*_wanted(search, roles))
            .order_by(_U.search, _U.id)
            .limit(limit)
            .offset(skip)
        )
        rows = self._connection.execute(
            select(*_USER, *_ACCOUNT, self._secrets.has_password())
            .where(_U.id.in_(page))
            .order_by(_U.search, _U.id)
        )
        return tuple(_account(row) for row in rows)

    def count_accounts(self, *, search: str, roles: Collection[Role]) -> int:
        """See the port."""
        counted = self._connection.execute(
            select(func.count()).select_from(users).where(*_wanted(search, roles))
        )
        return counted.scalar_one()

    def active_admins(self) -> tuple[str, ...]:
        """See the port."""
        rows = self._connection.execute(
            select(_U.id)
            .where(
                _U.role == Role.ADMIN.value,
                _U.active == 1,
                _U.id != COMMAND_LINE_ID,
                self._secrets.has_password(),
            )
            .order_by(_U.id)
            .with_for_update()
        )
        return tuple(row[0] for row in rows)

    def is_empty(self) -> bool:
        """See the port."""
        somebody = select(_U.id).where(_U.id != COMMAND_LINE_ID).limit(1)
        return self._connection.execute(somebody).first() is None

    # -- stations ------------------------------------------------------------------------------

    def fold_again(self) -> None:
        """See the port."""
        kept = self._connection.execute(select(_U.id, _U.name, _U.email, _U.phone, _U.search)).all()
        for user_id, name, email, phone, search in kept:
            key = search_key(name, email, phone)
            if key != search:
                self._connection.execute(update(users).where(_U.id == user_id).values(search=key))

    def station(self, code: str) -> Station | None:
        """See the port."""
        c = stations.c
        row = self._connection.execute(select(c.id, c.code, c.name).where(c.code == code)).first()
        return Station(*row) if row else None

    def add_station(self, station: Station) -> None:
        """See the port."""
        add_station(self._connection, station)


def add_station(connection: Connection, station: Station) -> None:
    """A new station with an empty journal, on a connection of one's own."""
    connection.execute(
        insert(stations), {"id": station.id, "code": station.code, "name": station.name}
    )
    connection.execute(
        insert(station_counters),
        {
            "station_id": station.id,
            "journal_seq": 0,
            "journal_hash": GENESIS,
            "booking_seq": 0,
        },
    )


def _person(user: User) -> dict[str, Any]:
    return {
        "name": user.name,
        "email": user.email,
        "email_key": email_key(user),
        "phone": user.phone,
        "notes": user.notes,
        "search": search_text(user),
    }


def _place(user: User) -> dict[str, Any]:
    return {"role": user.role.value, "active": int(user.active)}


def _user(row: Any) -> User:
    identity, name, email, role, active, phone, language, theme, notes, version = row[: len(_USER)]
    return User(
        identity,
        name,
        email,
        Role(role),
        active=bool(active),
        phone=phone,
        language=language,
        theme=theme,
        notes=notes,
        version=version,
    )


def _account(row: Any) -> Account:
    created, locked, until, has_password = row[len(_USER) :]
    return Account(
        _user(row), from_micros(created), _instant(locked), _instant(until), bool(has_password)
    )


def _wanted(search: str, roles: Collection[Role]) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = [_U.id != COMMAND_LINE_ID]
    wanted += [_U.search.contains(word, autoescape=True) for word in search_words(search)]
    wanted.append(_U.role.in_([role.value for role in roles or Role]))
    return wanted


def _instant(micros: int | None) -> datetime | None:
    return None if micros is None else from_micros(micros)
