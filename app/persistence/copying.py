"""A whole house from one database into another, of either kind: one snapshot there, one transaction here.

Either everything arrives and is proven, or the target is as empty as it was: killed half-way, cancelled,
out of disk or found to differ. PostgreSQL takes the rows by COPY, which asks for no more than the right to
insert, so that append-only tables are filled like any others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Table, delete, func, insert, inspect, select, text, true
from sqlalchemy.exc import DBAPIError

from app.domain.backups import Comparison, Follow
from app.domain.errors import CopyDiffers, HouseThere, SameHouse
from app.domain.house_figures import HouseFigures, compared
from app.domain.ports import Work
from app.domain.users import COMMAND_LINE_ID
from app.domain.values import from_micros
from app.persistence import schema as s
from app.persistence.counter_tables import changes
from app.persistence.database import Database, inode
from app.persistence.failures import asks_for_retry, translated, unkept
from app.persistence.house_figures import (
    Fingerprint,
    carried,
    counts,
    figures,
    of_this_database,
    rows_of,
)
from app.persistence.records import settings
from app.persistence.unit_of_work import SqlWork

# What opening an empty house leaves in it before anybody has set it up; and the command line's own user.
_LEFT_BY_OPENING = (s.station_counters, s.stations, settings, changes)
_NOBODY = s.users.c.id == COMMAND_LINE_ID
_AT_ONCE = 2_000  # rows
_SHARE_COPIED, _SHARE_READ_BACK = 0.6, 0.9  # of the whole work
_ATTEMPTS = 6
# What may not be updated is only added to together with something that may.
_LOCKABLE = text(
    "SELECT string_agg(quote_ident(relname), ', ' ORDER BY relname) FROM pg_class"
    " WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace"
    " AND has_table_privilege(oid, 'UPDATE')"
)
_NOW = text("SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint")

Check = Callable[[Work], Mapping[str, int]]


def copy_house(
    source: Connection, target: Database, *, names: tuple[str, str], check: Check, follow: Follow
) -> Comparison:
    """Copy what the snapshot of `source` shows into `target`, prove it there, commit. `names` are source and
    target for people. HouseThere, CopyDiffers, and whatever `check` and `follow` raise."""
    target.upgrade()
    with translated(names[1]), _alone(target) as arriving:
        _make_room(arriving, names[1])
        here = _carry(source, arriving, follow=follow)
        _settle(arriving)
        there = _read_back(arriving, here, follow=follow)
        follow(_SHARE_READ_BACK, "check")
        result = Comparison(
            *names, compared(here, there), check(SqlWork(arriving, now=_now(arriving)))
        )
        if not result.holds:
            raise CopyDiffers(names[1], tuple(line for line in result.lines if not line.holds))
    follow(1.0, "done")
    return result


def refuse_occupied(target: Database) -> None:
    """HouseThere with what is in it, unless a house may be put there. Changes nothing, so that an older
    house is not brought up to date only to be refused."""
    path = target.path
    if path is not None and not path.exists():
        return
    with translated(target.where()):
        target.revision()  # a foreign one is refused here
        with target.engine.connect() as connection:
            there = _contents(connection)
    if there:
        raise HouseThere(target.where(), there)


def refuse_same(one: Database, other: Database) -> None:
    """SameHouse when both are one database, whatever they are called."""
    if one.is_sqlite and other.is_sqlite:
        same = one.path is not None and other.path is not None and _one_file(one, other)
    elif one.is_sqlite or other.is_sqlite:
        same = False
    else:
        same = _server_of(one) == _server_of(other)
    if same:
        raise SameHouse(other.where())


@contextmanager
def snapshot(database: Database) -> Iterator[Connection]:
    """Everything as it is at one moment, read for as long as it takes, while others write."""
    engine = database.engine.execution_options(reading=True)
    with translated(database.where()), engine.connect() as connection:
        if not database.is_sqlite:
            connection.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
        with connection.begin():
            _be_patient(connection)
            connection.execute(select(func.count()).select_from(s.stations))  # from here on
            yield connection


@contextmanager
def nobody_writes(database: Database) -> Iterator[Connection]:
    """The house to ourselves, but for those who read. What is written in here is committed at its end."""
    with translated(database.where()), database.engine.begin() as connection:
        if not database.is_sqlite:
            _be_patient(connection)
            _lock_out(connection)
        yield connection


def _lock_out(connection: Connection) -> None:
    """Wait for those who write, and let nobody begin; again when that met a sale the wrong way round."""
    names = connection.execute(_LOCKABLE).scalar_one()
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            with connection.begin_nested():
                connection.exec_driver_sql(f"LOCK TABLE {names} IN SHARE ROW EXCLUSIVE MODE")
        except DBAPIError as error:
            if attempt == _ATTEMPTS or not asks_for_retry(error):
                raise
        else:
            return


@contextmanager
def _alone(target: Database) -> Iterator[Connection]:
    with target.engine.begin() as connection:
        _be_patient(connection)
        if not target.is_sqlite:  # two who move at once: the second finds it occupied
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7212406)")
        yield connection


def _be_patient(connection: Connection) -> None:
    """A whole house takes longer than the limits of a sale allow."""
    if connection.dialect.name == "postgresql":
        for limit in ("statement_timeout", "idle_in_transaction_session_timeout"):
            connection.exec_driver_sql(f"SET LOCAL {limit} = 0")


def _now(connection: Connection) -> datetime:
    if connection.dialect.name == "sqlite":
        return datetime.now(UTC)
    return from_micros(connection.execute(_NOW).scalar_one())


# -- the target --------------------------------------------------------------------------------------


def _contents(connection: Connection) -> dict[str, int]:
    """What makes a house of it: rows by table, but for what opening an empty one leaves; stations that were
    given a login of their own are more than that."""
    there: dict[str, int] = {}
    names = set(inspect(connection).get_table_names())
    if "stations" not in names:
        return there
    enrols = "login" in {column["name"] for column in inspect(connection).get_columns("stations")}
    for table in carried():
        query = select(func.count()).select_from(table)
        if table is s.stations and enrols:
            query = query.where(table.c.login.is_not(None))
        elif table is s.users:
            query = query.where(~_NOBODY)
        elif table in _LEFT_BY_OPENING or table.name not in names:
            continue
        if rows := connection.execute(query).scalar_one():
            there[table.name] = rows
    return there


def _make_room(connection: Connection, name: str) -> None:
    there = _contents(connection)
    if there:
        raise HouseThere(name, there)
    for table in _LEFT_BY_OPENING:
        mine = ~of_this_database() if table is settings else true()
        connection.execute(delete(table).where(mine))
    connection.execute(delete(s.users).where(_NOBODY))


def _settle(connection: Connection) -> None:
    """Every reference checked now, and the planner told what there is: it knows empty tables only."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET CONSTRAINTS ALL IMMEDIATE")
        connection.exec_driver_sql("ANALYZE")


# -- rows --------------------------------------------------------------------------------------------


def _carry(source: Connection, target: Connection, *, follow: Follow) -> HouseFigures:
    """Every row from there to here; what the snapshot amounts to."""
    expected = counts(source)
    whole, done = max(sum(expected.values()), 1), 0
    prints, rows = {}, {}
    for table in carried():
        mark, taken = Fingerprint(), 0
        with _taking(target, table) as take:
            for batch in _batches(source, table):
                mark.add(batch)
                take(batch)
                taken += len(batch)
                follow(_SHARE_COPIED * (done + taken) / whole, table.name)
        done += taken
        prints[table.name], rows[table.name] = str(mark), taken
    return figures(source, prints=prints, rows=rows)


def _read_back(target: Connection, here: HouseFigures, *, follow: Follow) -> HouseFigures:
    """What has arrived, every row of it looked at again."""
    whole, done = max(here.total, 1), 0
    prints = {}
    for table in carried():
        mark = Fingerprint()
        for batch in _batches(target, table):
            mark.add(batch)
            done += len(batch)
            share = (_SHARE_READ_BACK - _SHARE_COPIED) * min(done / whole, 1.0)
            follow(_SHARE_COPIED + share, table.name)
        prints[table.name] = str(mark)
    return figures(target, prints=prints)


def _batches(connection: Connection, table: Table) -> Iterator[Sequence[Any]]:
    streamed = {"stream_results": True, "yield_per": _AT_ONCE}
    with connection.execute(rows_of(table), execution_options=streamed) as result:
        yield from result.partitions(_AT_ONCE)


@contextmanager
def _taking(target: Connection, table: Table) -> Iterator[Callable[[Sequence[Any]], None]]:
    """What puts rows into the table, many at a time."""
    with unkept(table.name):
        if target.dialect.name == "postgresql":
            with _copying(target, table) as take:
                yield take
        else:
            names = [column.name for column in table.columns]
            statement = str(insert(table).compile(target, column_keys=names))

            def put(rows: Sequence[Any]) -> None:
                target.exec_driver_sql(statement, [tuple(row) for row in rows])

            yield put


@contextmanager
def _copying(target: Connection, table: Table) -> Iterator[Callable[[Sequence[Any]], None]]:
    preparer = target.dialect.identifier_preparer
    columns = ", ".join(preparer.quote(column.name) for column in table.columns)
    cursor = target.connection.cursor()
    try:
        name = preparer.format_table(table)
        with cursor.copy(f"COPY {name} ({columns}) FROM STDIN") as copy:

            def put(rows: Sequence[Any]) -> None:
                for row in rows:
                    copy.write_row(row)

            yield put
    finally:
        cursor.close()


# -- which database it is ----------------------------------------------------------------------------


def _one_file(one: Database, other: Database) -> bool:
    if one.path is None or other.path is None:
        return False
    there = inode(one.path)
    return one.path.resolve() == other.path.resolve() or (
        there is not None and there == inode(other.path)
    )


def _server_of(database: Database) -> tuple[Any, ...]:
    with translated(database.where()), database.engine.connect() as connection:
        return tuple(
            connection.exec_driver_sql(
                "SELECT pg_postmaster_start_time()::text, inet_server_port(), current_database()"
            ).one()
        )
