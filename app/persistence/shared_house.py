"""The logins of a shared house in PostgreSQL: made, given their rights, and taken away again."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, inspect, select, text, update
from sqlalchemy.engine import make_url

from app.domain.errors import LoginMayNot, NotFound, NotInitialised
from app.domain.shared_house import Enrolment, NewLogin, OwnerLogin, Right, read, written
from app.domain.users import Station
from app.domain.values import from_micros, new_id
from app.persistence.database import Database, with_database
from app.persistence.failures import translated
from app.persistence.rights import Roles, statements
from app.persistence.schema import stations
from app.persistence.users import add_station

_S = stations.c
_STATION = (_S.code, _S.name, _S.login, _S.rights, _S.enrolled_at, _S.revoked_at)
_NOW = "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint"
_BARE = "NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS INHERIT"
_ALONE = "SELECT pg_advisory_xact_lock(7212406)"


class SqlSharedHouse:
    """The `SharedHouse` port over one database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._roles = Roles(database.url.database or "")

    @property
    def shared(self) -> bool:
        """See the port."""
        return not self._database.is_sqlite

    def may_enrol(self) -> bool:
        """See the port."""
        with self._begun() as connection:
            return _may_enrol(connection)

    @contextmanager
    def opened_by(self, owner: OwnerLogin) -> Iterator[SqlSharedHouse]:
        """See the port."""
        url = self._database.url.set(username=owner.name, password=owner.password)
        database = Database(url.render_as_string(hide_password=False))
        try:
            yield SqlSharedHouse(database)
        finally:
            database.close()

    def enrolments(self) -> tuple[Enrolment, ...]:
        """See the port."""
        with self._begun() as connection:
            rows = connection.execute(select(*_STATION).order_by(_S.code))
            return tuple(_enrolment(row) for row in rows)

    def enrol(self, code: str, *, name: str, rights: tuple[Right, ...]) -> NewLogin:
        """See the port."""
        password = secrets.token_urlsafe(24)
        with self._begun() as connection:
            self._require_rights(connection)
            station_id, login = self._station(connection, code, name=name)
            self._give(connection, login, password=password, rights=rights)
            connection.execute(
                update(stations)
                .where(_S.id == station_id)
                .values(
                    login=login,
                    rights=written(rights),
                    enrolled_at=text(_NOW),
                    revoked_at=None,
                    **({"name": name} if name else {}),
                )
            )
            made = _found(connection, code)
        url = self._database.url.set(username=login, password=password)
        return NewLogin(made, url.render_as_string(hide_password=False))

    def revoke(self, code: str) -> Enrolment:
        """See the port."""
        with self._begun() as connection:
            before = _found(connection, code)
            self._require_rights(connection)
            if not before.login:
                raise NotFound("station", code)
            _execute(connection, f"ALTER ROLE {before.login} NOLOGIN PASSWORD NULL")
            for right in Right:
                _execute(connection, f"REVOKE {self._roles.right(right)} FROM {before.login}")
            connection.execute(
                update(stations)
                .where(_S.login == before.login)
                .values(revoked_at=text(_NOW), rights="")
            )
            after = _found(connection, code)
        # After the commit: nobody comes in between.
        with self._begun() as connection:
            _end_connections(connection, before.login)
        return after

    def initialise(self) -> None:
        """Make the groups and give them their rights, theirs alone."""
        with self._begun() as connection:
            _execute(connection, _ALONE)
            there = set(_groups(connection, self._roles))
            missing = [name for name in map(self._roles.right, Right) if name not in there]
            if missing and not _makes_roles(connection):
                raise LoginMayNot("roles")
            for name in missing:
                _execute(connection, f"CREATE ROLE {name} NOLOGIN {_BARE}")
            self._give_rights(connection)

    def renew(self) -> None:
        """Give the groups their rights again, after a migration; nothing where there are none yet."""
        with self._begun() as connection:
            if _groups(connection, self._roles):
                _execute(connection, _ALONE)
                self._give_rights(connection)

    def _give_rights(self, connection: Connection) -> None:
        looked = inspect(connection)
        tables = {
            table: tuple(column["name"] for column in looked.get_columns(table))
            for table in sorted(looked.get_table_names())
        }
        quoted = connection.dialect.identifier_preparer.quote_identifier
        database = quoted(self._database.url.database or "")
        for statement in statements(self._roles, tables, database=database):
            _execute(connection, statement)
        connection.execute(
            text(
                "INSERT INTO settings (name, value) VALUES ('secret:recipes', :value)"
                " ON CONFLICT DO NOTHING"
            ),
            {"value": f'"{secrets.token_hex(32)}"'},
        )

    @contextmanager
    def _begun(self) -> Iterator[Connection]:
        with translated(self._database.where()), self._database.engine.begin() as connection:
            yield connection

    def _require_rights(self, connection: Connection) -> None:
        if not _may_enrol(connection):
            raise LoginMayNot("roles")
        if len(_groups(connection, self._roles)) < len(Right):
            raise NotInitialised

    def _station(self, connection: Connection, code: str, *, name: str) -> tuple[str, str]:
        row = connection.execute(select(_S.id, _S.login).where(_S.code == code)).first()
        if row is None:
            station = Station(new_id(), code, name or code)
            add_station(connection, station)
            return station.id, self._roles.login(code)
        return row.id, row.login or self._roles.login(code)

    def _give(
        self, connection: Connection, login: str, *, password: str, rights: tuple[Right, ...]
    ) -> None:
        there = connection.execute(
            text("SELECT 1 FROM pg_roles WHERE rolname = :name"), {"name": login}
        ).first()
        raw: Any = connection.connection.driver_connection
        # As the server keeps it, so that the password itself stands in no log of statements.
        kept = raw.pgconn.encrypt_password(password.encode(), login.encode(), b"scram-sha-256")
        verb = "ALTER" if there else "CREATE"
        _execute(connection, f"{verb} ROLE {login} LOGIN {_BARE} PASSWORD '{kept.decode()}'")
        for right in Right:
            group = self._roles.right(right)
            if right in rights:
                _execute(connection, f"GRANT {group} TO {login}{_without_set(connection)}")
            elif there:
                _execute(connection, f"REVOKE {group} FROM {login}")


def make_database(url: str) -> None:
    """Make the database that `url` names, unless it is there, by its server's maintenance database."""
    wanted = make_url(url).database or ""
    maintenance = Database(with_database(url, "postgres"))
    try:
        apart = maintenance.engine.execution_options(isolation_level="AUTOCOMMIT")
        with translated(maintenance.where()), apart.connect() as connection:
            there = connection.execute(
                text("SELECT 1 FROM pg_database WHERE datname = :name"), {"name": wanted}
            ).first()
            if there is None:
                name = connection.dialect.identifier_preparer.quote_identifier(wanted)
                _execute(connection, f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
    finally:
        maintenance.close()


def _execute(connection: Connection, statement: str) -> None:
    connection.exec_driver_sql(statement.replace("%", "%%"))


def _may_enrol(connection: Connection) -> bool:
    """Whether it makes roles, and the tables are its own."""
    if not _makes_roles(connection):
        return False
    owns = "SELECT has_table_privilege('stations', 'UPDATE, INSERT')"
    return bool(connection.exec_driver_sql(owns).scalar_one())


def _makes_roles(connection: Connection) -> bool:
    asked = "SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user"
    return bool(connection.exec_driver_sql(asked).scalar_one())


def _groups(connection: Connection, roles: Roles) -> list[str]:
    names = [roles.right(right) for right in Right]
    rows = connection.execute(
        text("SELECT rolname FROM pg_roles WHERE rolname = ANY (:names)"), {"names": names}
    )
    return [row[0] for row in rows]


def _end_connections(connection: Connection, login: str) -> None:
    """The connections of a login that comes in no more; whoever may not end them becomes one of it first."""
    superuser = connection.exec_driver_sql(
        "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"
    ).scalar_one()
    if not superuser:
        _execute(connection, f"GRANT {login} TO CURRENT_USER")
    connection.execute(
        text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = :login"),
        {"login": login},
    ).all()
    if not superuser:
        _execute(connection, f"REVOKE {login} FROM CURRENT_USER")


def _without_set(connection: Connection) -> str:
    """From PostgreSQL 16 on a login has its group's rights and yet cannot become the group."""
    version = connection.dialect.server_version_info or (0,)
    return " WITH INHERIT TRUE, SET FALSE" if version >= (16,) else ""


def _found(connection: Connection, code: str) -> Enrolment:
    row = connection.execute(select(*_STATION).where(_S.code == code)).first()
    if row is None:
        raise NotFound("station", code)
    return _enrolment(row)


def _enrolment(row: Any) -> Enrolment:
    code, name, login, rights, enrolled, revoked = row
    return Enrolment(
        code,
        name,
        login or "",
        read(rights),
        None if enrolled is None else from_micros(enrolled),
        None if revoked is None else from_micros(revoked),
    )
