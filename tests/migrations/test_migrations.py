"""A schema is brought up to date whole or not at all, and never over a newer one."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import event, inspect
from sqlalchemy.exc import DBAPIError

import migrations
from app.domain.errors import DatabaseTooNew
from app.persistence.columns import metadata, whole_metadata
from app.persistence.database import Database
from app.persistence.schema import HEAD
from tests.builders import theatre

_FOLDER = Path(migrations.__file__).parent
_APPEND_ONLY = ("journal", "payments", "payment_shares")
_NEXT = """
import sqlalchemy as sa
from alembic import op

revision = "next_season"
down_revision = "{head}"


def upgrade():
    op.create_table("seasons", sa.Column("id", sa.Integer(), primary_key=True))
    {then}
"""


class Interrupted(BaseException):
    """The power goes."""


@pytest.fixture
def opened():
    """Opens databases and closes them."""
    made = []

    def open_(url):
        made.append(Database(url))
        return made[-1]

    yield open_
    for database in made:
        database.close()


@pytest.fixture
def blank(blank_database_url, opened):
    return opened(blank_database_url)


@pytest.fixture
def next_season(tmp_path, monkeypatch):
    """Makes this program one revision newer; `then` is how that revision ends."""

    def release(then=""):
        folder = tmp_path / "versions"
        folder.mkdir(exist_ok=True)
        (folder / "next_season.py").write_text(_NEXT.format(head=HEAD, then=then), encoding="utf-8")
        script = ScriptDirectory(
            _FOLDER, version_locations=[str(_FOLDER / "versions"), str(folder)]
        )
        monkeypatch.setattr(ScriptDirectory, "from_config", lambda _config: script)
        monkeypatch.setattr("app.persistence.database.HEAD", "next_season")

    return release


def _tables(database):
    with database.engine.connect() as connection:
        return set(inspect(connection).get_table_names())


def _sql(database, statement):
    with database.engine.begin() as connection:
        return connection.exec_driver_sql(statement)


def _migrate(database, move):
    """Run the revisions that `move` names, as `upgrade` does."""
    with database.engine.connect() as connection, connection.begin():
        context = MigrationContext.configure(connection, opts={"fn": move})
        with Operations.context(context):
            context.run_migrations()


def test_there_is_one_head_and_the_program_knows_it():
    assert ScriptDirectory(_FOLDER).get_heads() == [HEAD]


def test_the_migrated_schema_is_the_one_the_program_describes(database_url, opened):
    database = opened(database_url)
    with database.engine.connect() as connection:
        # Alembic takes SQLite's DEFAULT '' for none
        options = {"compare_type": True, "compare_server_default": not database.is_sqlite}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, whole_metadata()) == []


def test_every_step_goes_up_and_down(blank):
    script = ScriptDirectory(_FOLDER)
    for revision in reversed(list(script.walk_revisions())):
        name, before = revision.revision, revision.down_revision or "base"
        for _ in range(2):
            _migrate(blank, lambda at, _, to=name: script._upgrade_revs(to, at))
            above = _tables(blank)
            _migrate(blank, lambda at, _, to=before: script._downgrade_revs(to, at))
            assert _tables(blank) < above
        _migrate(blank, lambda at, _, to=name: script._upgrade_revs(to, at))
    assert _tables(blank) == {*metadata.tables, "alembic_version"}
    _migrate(blank, lambda at, _: script._downgrade_revs("base", at))
    assert _tables(blank) == {"alembic_version"}


def test_older_bookings_learn_the_event_of_their_tickets(database_url, opened):
    house = theatre(database_url)
    house.services.tickets.sell(house.order("A-1", "A-2"), by=house.cashier)
    house.services.tickets.sell(house.order_of([], vouchers=(house.euros(5),)), by=house.cashier)
    house.services.close()
    database = opened(database_url)
    script = ScriptDirectory(_FOLDER)
    _migrate(database, lambda at, _: script._downgrade_revs("20261124_the_counter", at))
    _migrate(database, lambda at, _: script._upgrade_revs("head", at))
    with database.engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT event_id FROM bookings ORDER BY number")
        assert found.scalars().all() == [house.event.id, None]


def test_bringing_up_to_date_what_is_up_to_date_changes_nothing(database_url, opened):
    database = opened(database_url)
    statements = []
    event.listen(database.engine, "before_cursor_execute", lambda *a: statements.append(a[2]))
    database.upgrade()
    assert not [s for s in statements if s.split()[0] in {"CREATE", "ALTER", "INSERT", "UPDATE"}]


def test_a_newer_database_is_refused_and_left_as_it_is(database_url, opened):
    database = opened(database_url)
    _sql(database, "UPDATE alembic_version SET version_num = 'from_2031'")
    before = _tables(database)
    with pytest.raises(DatabaseTooNew) as refusal:
        database.upgrade()
    assert refusal.value.revision == "from_2031"
    assert database.revision() == "from_2031"
    assert _tables(database) == before


@pytest.mark.parametrize("at", [1, 7, 20, 32])
def test_an_interrupted_first_migration_leaves_nothing_behind(blank, at):
    done = []

    def count(*arguments):
        done.append(arguments[2])
        if sum(statement.strip().startswith("CREATE") for statement in done) == at:
            raise Interrupted

    event.listen(blank.engine, "after_cursor_execute", count)
    with pytest.raises(Interrupted):
        blank.upgrade()
    event.remove(blank.engine, "after_cursor_execute", count)
    assert _tables(blank) == set()
    blank.upgrade()
    assert blank.revision() == HEAD


def test_an_older_database_is_brought_up_to_date(database_url, opened, next_season):
    database = opened(database_url)
    next_season()
    database.upgrade()
    assert database.revision() == "next_season"
    assert "seasons" in _tables(database)


def test_a_local_file_is_copied_aside_first(sqlite_url, opened, next_season):
    house = theatre(sqlite_url)
    house.services.tickets.sell(house.order("A-1"), by=house.cashier)
    house.services.close()
    next_season()
    opened(sqlite_url).upgrade()
    copy = opened(f"{sqlite_url}.before-next_season")
    assert copy.revision() == HEAD
    assert _sql(copy, "SELECT count(*) FROM tickets").scalar_one() == 1


def test_an_older_database_survives_a_failing_migration(database_url, opened, next_season):
    database = opened(database_url)
    before = _tables(database)
    next_season(then="raise ZeroDivisionError")
    with pytest.raises(ZeroDivisionError):
        database.upgrade()
    assert (database.revision(), _tables(database)) == (HEAD, before)
    next_season()
    database.upgrade()
    assert database.revision() == "next_season"


@pytest.mark.parametrize("table", _APPEND_ONLY)
@pytest.mark.parametrize("change", ["UPDATE {} SET amount = 0", "DELETE FROM {}"])
def test_money_and_journal_refuse_to_be_changed(database_url, table, change):
    house = theatre(database_url)
    house.services.tickets.sell(house.order("A-1"), by=house.cashier)
    database = house.services.database
    before = _sql(database, f"SELECT * FROM {table}").all()
    with pytest.raises(DBAPIError, match="append-only"):
        _sql(database, change.format(table))
    assert before == _sql(database, f"SELECT * FROM {table}").all() != []
    house.services.close()
