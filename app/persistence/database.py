"""One database, local or shared: how it is opened, checked, brought up to date and copied.

SQLite: `pysqlite3` as the driver (the system's library may carry the WAL-reset bug,
sqlite.org/wal.html#walresetbug), WAL with `synchronous=FULL` (NORMAL loses acknowledged sales when
the power goes), transactions begun by ourselves so that writing ones start IMMEDIATE.
PostgreSQL: psycopg 3, READ COMMITTED, a lock is waited for at most two seconds, a server that has fallen
silent not at all (`app.persistence.attentive`).
"""

from __future__ import annotations

import logging
import os
import re
import shutil
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pysqlite3
from sqlalchemy import Connection, Engine, create_engine, event, inspect
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DisconnectionError
from sqlalchemy.pool import StaticPool

from app.domain.errors import DatabaseTooNew, DatabaseTooOld, DatabaseUnavailable
from app.domain.shared_house import Enrolment, read
from app.domain.values import from_micros
from app.persistence.failures import translated
from app.persistence.protection import protected
from app.persistence.schema import HEAD

OLDEST_SQLITE = (3, 51, 3)
_APPLICATION_ID = 0x486C_6774  # "Hlgt", in the file's header: this file is ours
_BUSY_MILLISECONDS = 10_000
# A full cache drops the rarest statement, which is whatever was new: from then on every statement of a sale
# is prepared again each time (measured: 1.35 ms instead of 0.90). So it is never full.
_STATEMENTS_KEPT = 4_000
_REACHING: dict[str, Any] = {
    "connect_timeout": 3,
    "application_name": "houselights",
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
}
_WHOSE = "SELECT code, name, login, rights FROM stations WHERE login = session_user"
_MAY_MAKE_TABLES = "SELECT has_schema_privilege('public', 'CREATE')"
_SECRET = re.compile(r"://.*@")  # user and password of an address we cannot take apart


class Database:
    """An engine with our rules on it. `clock` replaces the server's clock (tests only on PostgreSQL).

    `durable=False` is for furnishing a demo that can be made again: commits do not wait for the disk.
    Opening does not touch the file or the server; the first `upgrade()` or transaction does.
    """

    def __init__(
        self, url: str, *, clock: Callable[[], datetime] | None = None, durable: bool = True
    ) -> None:
        self.url = protected(_parsed(url))
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.clock = clock or (_system_clock if self.is_sqlite else None)
        self._ahead: int | None = None
        self.engine = (_sqlite if self.is_sqlite else _postgresql)(self.url, durable=durable)

    @property
    def path(self) -> Path | None:
        """The file of a local database; None for a shared one or one in memory."""
        name = self.url.database
        return Path(name) if self.is_sqlite and name and name != ":memory:" else None

    def where(self) -> str:
        """How to name this database to a person: the file, or server and database without secrets."""
        if self.is_sqlite:
            return str(self.path or ":memory:")
        port = f":{self.url.port}" if self.url.port else ""
        return f"{self.url.host or 'localhost'}{port}/{self.url.database or ''}"

    def heard(self, micros: int) -> None:
        """The server has said what time it is."""
        self._ahead = micros - time.monotonic_ns() // 1_000

    def now(self) -> datetime:
        """The time of the house, for whatever is shown or offered before the database is asked: the
        server's, as it told last, whatever this computer's clock says."""
        if self._ahead is None:
            return _system_clock()
        return from_micros(self._ahead + time.monotonic_ns() // 1_000)

    def onlooker(self) -> pysqlite3.Connection:
        """A connection to a local file outside the pool, for whoever only looks, and never makes one."""
        if self.path is None:
            raise ValueError("only a local file is looked at this way")
        address = f"{self.path.resolve().as_uri()}?mode=rw"
        connection = pysqlite3.connect(
            address, uri=True, timeout=1, isolation_level=None, check_same_thread=False
        )
        connection.execute("PRAGMA query_only = ON")
        return connection

    def server_address(self) -> dict[str, Any]:
        """What libpq has to know to reach a shared database, password included: for its ears only."""
        options = _REACHING | dict(self.engine.dialect.create_connect_args(self.url)[1])
        return {name: value for name, value in options.items() if name != "context"}

    def close(self) -> None:
        """Give every connection back to the system."""
        self.engine.dispose()

    def upgrade(self) -> bool:
        """Bring the schema to this program's revision, creating it when there is none; False when there
        was nothing to do.

        Does not import Alembic when it is current. A local file is copied aside first
        (`NAME.before-REVISION`); the whole migration is one transaction, so a kill half-way leaves the
        old state. Raises DatabaseTooNew, DatabaseTooOld where only the owner may, DatabaseUnavailable.
        """
        self.refuse_unwritable()
        with translated(self.where()):
            found = self.revision()
            if found == HEAD:
                return False
            self._migrate(found)
            return True

    def enrolled(self) -> Enrolment | None:
        """The station whose login this is; None for a local file, and for the owner of a shared house."""
        if self.is_sqlite:
            return None
        with translated(self.where()), self.engine.connect() as connection:
            row = connection.exec_driver_sql(_WHOSE).first()
        return None if row is None else Enrolment(row[0], row[1], row[2], read(row[3]))

    def revision(self) -> str | None:
        """The schema's revision; None for an empty database. DatabaseUnavailable for a foreign one."""
        with self.engine.connect() as connection:
            names = inspect(connection).get_table_names()
            if "alembic_version" not in names:
                if names:
                    raise DatabaseUnavailable("foreign", self.where())
                return None
            return str(
                connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one()
            )

    def backup(self, target: Path) -> None:
        """Copy a local database to `target` while selling goes on: whole, checked, durable, then renamed."""
        if self.path is None:
            raise ValueError("only a local file is copied this way")
        part = target.with_name(target.name + ".part")
        part.unlink(missing_ok=True)
        with translated(self.where()):
            source = pysqlite3.connect(str(self.path))
            copy = pysqlite3.connect(str(part))
            try:
                # All pages in one step: a stepwise backup starts over at every sale (measured).
                source.backup(copy, pages=-1)
                verdict = copy.execute("PRAGMA quick_check").fetchone()[0]
            finally:
                copy.close()
                source.close()
        if verdict != "ok":
            part.unlink(missing_ok=True)
            raise DatabaseUnavailable("corrupt", self.where())
        with part.open("rb+") as file:
            os.fsync(file.fileno())
        part.replace(target)

    def refuse_unwritable(self) -> None:
        """DatabaseUnavailable where a local file could not be written, or not be made; nothing is tried."""
        if not self.is_sqlite:
            return
        if pysqlite3.sqlite_version_info < OLDEST_SQLITE:
            raise DatabaseUnavailable("old_sqlite", pysqlite3.sqlite_version)
        path = self.path
        if path is None:
            return
        if not path.parent.is_dir():
            raise DatabaseUnavailable("missing", str(path))
        if path.is_dir():
            raise DatabaseUnavailable("not_a_database", str(path))
        # SQLite writes files of its own beside it
        if not all(_writable(needed) for needed in (path, path.parent) if needed.exists()):
            raise DatabaseUnavailable("read_only", str(path))
        if shutil.disk_usage(path.parent).free < 1_000_000:
            raise DatabaseUnavailable("disk_full", str(path))

    def _migrate(self, found: str | None) -> None:
        from alembic.config import Config
        from alembic.migration import MigrationContext
        from alembic.script import ScriptDirectory

        config = Config()
        config.set_main_option("script_location", "migrations:")
        script = ScriptDirectory.from_config(config)
        known = {revision.revision for revision in script.walk_revisions()}
        if found is not None and found not in known:
            raise DatabaseTooNew(found)
        if not self._may_migrate():
            raise DatabaseTooOld(found or "")
        if found is not None and self.path is not None:
            self.backup(self.path.with_name(f"{self.path.name}.before-{HEAD}"))
        if self.is_sqlite:
            self._write_ahead()
        with self.engine.connect() as connection, connection.begin():
            if not self.is_sqlite:  # two stations starting at once migrate one after the other
                connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7212405)")
            context = MigrationContext.configure(
                connection,
                opts={
                    "transactional_ddl": True,
                    "fn": lambda rev, _: script._upgrade_revs("head", rev),  # noqa: SLF001 (as alembic.command does)
                },
            )
            from alembic.operations import Operations

            with Operations.context(context):
                context.run_migrations()
            if self.is_sqlite:
                connection.exec_driver_sql(f"PRAGMA application_id = {_APPLICATION_ID}")

    def _may_migrate(self) -> bool:
        if self.is_sqlite:
            return True
        with self.engine.connect() as connection:
            return bool(connection.exec_driver_sql(_MAY_MAKE_TABLES).scalar_one())

    def _write_ahead(self) -> None:
        """Stays with the file, so it is asked for only once the file is known to be ours to change."""
        raw = self.engine.raw_connection()
        try:
            raw.cursor().execute("PRAGMA journal_mode = WAL")
        finally:
            raw.close()


def _system_clock() -> datetime:
    return datetime.now(UTC)


def _writable(path: Path) -> bool:
    return os.access(path, os.W_OK, effective_ids=os.access in os.supports_effective_ids)


def lacks_password(url: str) -> bool:
    """Whether it names a user of a shared database and no password."""
    parsed = _parsed(url)
    named = parsed.get_backend_name() == "postgresql" and bool(parsed.username)
    return named and parsed.password is None and "passfile" not in parsed.query


def with_password(url: str, password: str) -> str:
    """The same URL with the password in it; for the ears of the driver only."""
    return _parsed(url).set(password=password).render_as_string(hide_password=False)


def with_database(url: str, name: str) -> str:
    """The same URL for another database of its server; for itself where no name is given, and
    DatabaseUnavailable where it has none either."""
    parsed = _parsed(url)
    named = parsed.set(database=name or parsed.database)
    if not named.database:
        raise DatabaseUnavailable("bad_url", parsed.render_as_string(hide_password=True))
    return named.render_as_string(hide_password=False)


def without_password(url: str) -> tuple[str, str]:
    """The same URL without its password, for keeping in a file, and the password ("" for none)."""
    parsed = _parsed(url)
    password = str(parsed.password or "")
    # `set` takes None for "as it is"
    return parsed._replace(password=None).render_as_string(), password


def is_shared(url: str) -> bool:
    """Whether it names a database that several stations share."""
    return _parsed(url).get_backend_name() == "postgresql"


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
        name = parsed.get_backend_name()
    except (ArgumentError, ValueError):  # the latter for a port that is no number
        raise DatabaseUnavailable("bad_url", _SECRET.sub("://***@", url)) from None
    if name == "postgresql":
        return parsed.set(drivername="postgresql+psycopg")
    if name == "sqlite":
        return parsed.set(drivername="sqlite")
    raise DatabaseUnavailable("bad_url", parsed.render_as_string(hide_password=True))


def _sqlite(url: URL, *, durable: bool) -> Engine:
    options: dict[str, Any] = {"module": pysqlite3}
    if not url.database or url.database == ":memory:":
        options |= {"poolclass": StaticPool, "connect_args": {"check_same_thread": False}}
    else:
        options["connect_args"] = {
            "check_same_thread": False,
            "timeout": _BUSY_MILLISECONDS / 1000,
            "cached_statements": _STATEMENTS_KEPT,
        }
    engine = create_engine(url, **options)
    if "connect_args" in options and url.database and url.database != ":memory:":
        _stay_with(Path(url.database), engine)

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # we begin transactions ourselves
        for pragma in (
            f"synchronous = {'FULL' if durable else 'OFF'}",
            "foreign_keys = ON",
            "temp_store = MEMORY",
            "cache_size = -32000",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        kind = "DEFERRED" if connection.get_execution_options().get("reading") else "IMMEDIATE"
        connection.exec_driver_sql(f"BEGIN {kind}")

    return engine


def _stay_with(path: Path, engine: Engine) -> None:
    """Once it was there, the file must be there: SQLite would begin an empty one in its place, and write
    what is sold into one that was moved away."""
    known: set[int] = set()

    @event.listens_for(engine, "do_connect")
    def on_connecting(*_: object) -> None:
        if known and inode(path) is None:
            raise pysqlite3.OperationalError("unable to open database file")

    @event.listens_for(engine, "connect")
    def on_connected(_connection: object, record: Any) -> None:
        record.info["inode"] = inode(path)
        known.add(record.info["inode"])

    @event.listens_for(engine, "checkout")
    def on_checkout(_connection: object, record: Any, _proxy: object) -> None:
        if record.info["inode"] != inode(path):
            raise DisconnectionError


def inode(path: Path) -> int | None:
    """Which file this is, whatever its name; None when there is none."""
    try:
        return path.stat().st_ino
    except OSError:
        return None


def _postgresql(url: URL, *, durable: bool) -> Engine:
    options = "-c lock_timeout=2000 -c idle_in_transaction_session_timeout=10000"
    if not durable:
        options += " -c synchronous_commit=off"
    # of what broke a pipeline it warns, and raises it besides
    logging.getLogger("psycopg").setLevel(logging.ERROR)
    engine = create_engine(
        url,
        isolation_level="READ COMMITTED",
        pool_recycle=1800,
        connect_args=_REACHING | {"options": options},
    )
    from app.persistence.attentive import Line  # noqa: PLC0415 - psycopg: a local house never loads it

    line = Line()

    @event.listens_for(engine, "do_connect")
    def on_connecting(_dialect: object, _record: object, _: object, address: dict[str, Any]) -> Any:
        return line.connect(**address)

    return engine
