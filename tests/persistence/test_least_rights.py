"""What PostgreSQL itself refuses to each login of a shared house, whatever program it runs."""

from contextlib import contextmanager, suppress

import psycopg
import pytest
from psycopg import sql

from app.domain.customers import Contact
from app.domain.shared_house import Right
from app.domain.values import new_id
from app.gateways.card_terminal import SimulatedTerminal, SimulatorDriver
from app.persistence.rights import LEDGER, Roles
from tests.conftest import _new_name
from tests.counter_day import Counter
from tests.shared_houses import shared_theatre

# Refused to everybody who is enrolled, with SQLSTATE 42501.
DDL = (
    "CREATE TABLE mine (a int)",
    "CREATE TEMP TABLE stations (id text, login text)",
    "CREATE SCHEMA mine",
    "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE OR REPLACE FUNCTION my_station() RETURNS varchar LANGUAGE sql AS $$ SELECT 'x'::varchar $$",
    "ALTER TABLE payments DISABLE TRIGGER USER",
    "ALTER TABLE journal DISABLE ROW LEVEL SECURITY",
    "ALTER TABLE users ADD COLUMN x int",
    "DROP TABLE drafts",
    "DROP POLICY house_insert_2 ON journal",
    "CREATE POLICY mine ON journal FOR INSERT WITH CHECK (true)",
    "CREATE INDEX ON payments (amount)",
    "CREATE ROLE mine LOGIN",
    "ALTER ROLE CURRENT_USER CREATEROLE",
)
SERVER = (
    "SET SESSION AUTHORIZATION postgres",
    "SET session_replication_role = replica",
    "COPY (SELECT 1) TO PROGRAM 'cat'",
    "COPY drafts FROM '/etc/passwd'",
    "SELECT pg_read_file('/etc/passwd')",
    "SELECT pg_ls_dir('.')",
    "SELECT lo_import('/etc/passwd')",
    "SELECT pg_reload_conf()",
)
SECRETS = (
    "SELECT password FROM users",
    "SELECT code_verifier FROM users",
    "SELECT failures FROM users",
    "SELECT attempt FROM users",
    "SELECT * FROM users",
    "SELECT count(*) FROM users u WHERE u.password LIKE '$argon2id%'",
    "UPDATE users SET name = password",
    "UPDATE users SET name = name RETURNING password",
    "UPDATE users SET password = '!'",
    "UPDATE users SET attempt = NULL",
    "SELECT login_kept(u, 'password', 0) FROM users u",
    "SELECT login_verdict(u, '', 0) FROM users u",
    "DELETE FROM users",
)
CHANGED = tuple(
    text.format(table)
    for table in LEDGER
    for text in ("DELETE FROM {}", "TRUNCATE {} CASCADE", "UPDATE {} SET {{column}} = {{column}}")
)
OF_OTHERS = (
    "UPDATE stations SET login = NULL",
    "INSERT INTO stations (id, code, name) VALUES ('x', 'x', 'x')",
    "DELETE FROM stations",
    "INSERT INTO station_counters VALUES ('x', 0, '', 0)",
    "DELETE FROM station_counters",
    "UPDATE alembic_version SET version_num = 'x'",
    "DELETE FROM bookings",
    "DELETE FROM tickets",
    "UPDATE bookings SET station_id = station_id",
    "UPDATE bookings SET number = number",
    "UPDATE tickets SET price = 0",
    "UPDATE tickets SET seat_no = 1",
    "UPDATE vouchers SET amount = 100000",
    "DELETE FROM event_metrics",
    "TRUNCATE settings",
    "TRUNCATE seat_claims",
)
NOT_A_TILLS = (
    "INSERT INTO categories VALUES ('x', 'x')",
    "UPDATE prices SET amount = 1",
    "DELETE FROM prices",
    "UPDATE performances SET status = 'on_sale'",
    "UPDATE performances SET id = id",
    "DELETE FROM events",
    "INSERT INTO venues (id, name, zone, currency) VALUES ('x', 'x', 'UTC', 'EUR')",
    "UPDATE discounts SET value = 10000",
    "UPDATE products SET price = 0",
    "UPDATE users SET role = 'admin'",
    "UPDATE users SET active = 1",
    "UPDATE users SET failures = 0",
    "UPDATE users SET locked_until = NULL",
    "UPDATE users SET code_verifier = 'x'",
    """INSERT INTO users (id, name, email, email_key, role, password, created_at)
    VALUES ('x', 'x', 'x', 'x', 'admin', '!', 0)""",
    "INSERT INTO settings VALUES ('house', '{{}}')",
)
NOT_AN_OFFICES = (
    *(f"INSERT INTO {table} SELECT * FROM {table}" for table in LEDGER[:12]),
    "INSERT INTO checkins SELECT * FROM checkins",
    "INSERT INTO seat_claims SELECT * FROM seat_claims",
    "UPDATE seat_claims SET status = 2",
    "INSERT INTO bookings SELECT * FROM bookings",
    "INSERT INTO tickets SELECT * FROM tickets",
    "UPDATE station_counters SET booking_seq = 0",
    "UPDATE event_metrics SET gross = 0",
    "INSERT INTO settings VALUES ('secret:mine', '1')",
)
NOT_AN_ANALYSTS = (
    *(f"INSERT INTO {table} DEFAULT VALUES" for table in ("drafts", "changes", *LEDGER)),
    *(
        f"SELECT {column} FROM {table}"
        for table, columns in {
            "users": "id name email phone notes",
            "bookings": "customer_id operator_id notes name",
            "tickets": "user_id code attendee",
            "payments": "user_id operator_id transaction_id",
            "refunds": "user_id operator_id reason",
            "journal": "body",
            "vouchers": "code",
            "settings": "value",
            "audit_log": "body",
            "notifications": "content",
            "deliveries": "address",
            "access_tokens": "token_hash",
            "baskets": "body",
            "members": "number",
            "card_attempts": "card",
            "user_interactions": "detail",
            "exchanges": "reason",
            "price_types": "membership_id",
        }.items()
        for column in columns.split()
    ),
    "SELECT login_recipe('x', 'password', '', 0)",
    "SELECT login_try('x', 'password', '', 0)",
)
EVERYBODYS = (*DDL, *SERVER, *SECRETS, *CHANGED, *OF_OTHERS)
FORBIDDEN = [
    *(("T1", one) for one in (*EVERYBODYS, *NOT_A_TILLS)),
    *(("M1", one) for one in EVERYBODYS),
    *(("O1", one) for one in (*EVERYBODYS, *NOT_AN_OFFICES)),
    *(("A1", one) for one in (*EVERYBODYS, *NOT_AN_ANALYSTS)),
]
# What the owner cannot do either, or what would leave this test.
_NOT_TRIED = ("SET SESSION", "COPY", "pg_read_file", "pg_ls_dir", "lo_import",
              "pg_reload", "DEFAULT VALUES", "SELECT * FROM", "CREATE TEMP", "login_")  # fmt: skip
_STATION_TABLES = (
    "journal payments refunds bookings shifts card_attempts exchanges checkins baskets audit_log"
    " user_interactions event_metrics seat_claims cash_movements".split()
)


@pytest.fixture(scope="module")
def house(postgres):
    """T2 and T1 have had a day; so every table has rows of T2."""
    name = _new_name()
    with shared_theatre(postgres.create(name)) as made:
        for code, row in (("T2", "A"), ("T1", "B")):
            terminal = SimulatorDriver(SimulatedTerminal(by_amount=False))
            counter = Counter(made.at(code, terminal=terminal), made.owner, row=row)
            counter.day()
            counter.leave_a_basket()
        yield made
    postgres.drop(name)


@contextmanager
def trying(house, code: str):
    """A connection as this login (the owner's for "") whose work is undone."""
    with house.raw(code) as raw:
        raw.autocommit = False
        if not code:
            raw.execute("SET LOCAL session_replication_role = replica")
        yield raw
        raw.rollback()


def statement(text: str) -> str:
    """With a column of the table it is about."""
    word = text.split()[1] if text.startswith("UPDATE") else ""
    column = {"payments": "amount", "audit_log": "body", "checkins": "result"}
    usual = "detail" if word == "user_interactions" else "amount"
    if word == "exchanges":
        usual = "fee"
    return text.format(column=column.get(word, usual))


@pytest.mark.parametrize(("code", "text"), FORBIDDEN)
def test_it_is_refused(house, code, text):
    with trying(house, code) as raw, pytest.raises(psycopg.errors.InsufficientPrivilege):
        raw.execute(statement(text))


@pytest.mark.parametrize(
    "text",
    [
        text
        for text in dict.fromkeys((*EVERYBODYS, *NOT_A_TILLS, *NOT_AN_OFFICES, *NOT_AN_ANALYSTS))
        if not any(part in text for part in _NOT_TRIED)
    ],
)
def test_the_same_works_for_the_owner_so_the_refusal_is_the_logins(house, text):
    with trying(house, "") as raw:
        raw.execute("SAVEPOINT here")
        try:
            raw.execute(statement(text))
        except psycopg.errors.InsufficientPrivilege as refusal:
            pytest.fail(str(refusal))
        except psycopg.IntegrityError:  # let in, and met a row that is there
            raw.execute("ROLLBACK TO here")


@pytest.mark.parametrize("code", ["T1", "M1", "O1", "A1"])
def test_no_login_changes_the_server(house, code):
    with house.raw(code) as raw, pytest.raises(psycopg.errors.InsufficientPrivilege):
        raw.execute("ALTER SYSTEM SET fsync = off")


@pytest.mark.parametrize("code", ["T1", "M1", "O1", "A1"])
def test_no_login_gives_away_what_it_has_not(house, code):
    """PostgreSQL only warns whoever grants what is not theirs."""
    with trying(house, code) as raw:
        for text in (
            "GRANT UPDATE, DELETE ON journal TO PUBLIC",
            "GRANT SELECT ON users TO PUBLIC",
        ):
            with suppress(psycopg.errors.InsufficientPrivilege), raw.transaction():
                raw.execute(text)
        open_to_all = raw.execute(
            "SELECT count(*) FROM information_schema.table_privileges"
            " WHERE grantee = 'PUBLIC' AND table_schema = 'public'"
        ).fetchone()
    assert open_to_all == (0,)


def test_each_login_is_refused_at_least_thirty_statements():
    for code in ("T1", "M1", "O1", "A1"):
        assert len([one for one in FORBIDDEN if one[0] == code]) >= 30


def _copy(table: str, station: str, code: str) -> sql.Composed:
    """A row of T2 once more, with keys of its own and the station in its place."""
    fresh = {
        "journal": {"seq": 90_001, "hash": new_id()},
        "bookings": {"id": new_id(), "number": new_id()[:20], "idempotency_key": new_id()},
        "shifts": {"id": new_id(), "number": 901},
        "exchanges": {"id": new_id(), "idempotency_key": new_id()},
        "refunds": {"id": new_id(), "idempotency_key": new_id()},
        "event_metrics": {"metric_key": new_id()},
        "seat_claims": {"seat_no": 39, "status": 1, "booking_id": None, "hold_until": 1},
    }.get(table, {"id": new_id()})
    whose = {"audit_log": "station_code", "seat_claims": "holder"}.get(table, "station_id")
    row = fresh | (
        {} if table == "cash_movements" else {whose: code if whose != "station_id" else station}
    )
    return sql.SQL(
        "INSERT INTO {0} SELECT (jsonb_populate_record(t, {1}::jsonb)).* FROM {0} t{2} LIMIT 1"
    ).format(
        sql.Identifier(table),
        sql.Literal(psycopg.types.json.Jsonb(row)),
        sql.SQL(" WHERE shift_id IN (SELECT id FROM shifts WHERE station_id = {})").format(
            sql.Literal(station)
        )
        if table == "cash_movements"
        else sql.SQL(""),
    )


@pytest.mark.parametrize("table", _STATION_TABLES)
@pytest.mark.parametrize("code", ["T1", "M1"])
def test_nobody_writes_as_another_station(house, code, table):
    theirs, mine = (_copy(table, house.station_id(one), one) for one in ("T2", code))
    with trying(house, "") as raw:
        assert raw.execute(theirs).rowcount == 1
    with trying(house, code) as raw, pytest.raises(psycopg.errors.InsufficientPrivilege):
        raw.execute(theirs)
    if table != "cash_movements" or code == "T1":
        with trying(house, code) as raw:
            assert raw.execute(mine).rowcount == 1


@pytest.mark.parametrize(
    "text",
    [
        "UPDATE station_counters SET journal_seq = 0, journal_hash = ''",
        "UPDATE shifts SET expected = 0",
        "UPDATE card_attempts SET status = 'approved'",
        "UPDATE event_metrics SET gross = gross",
    ],
)
def test_what_is_there_changes_at_ones_own_station_only(house, text):
    table = text.split()[1]
    count = f"SELECT count(*) FROM {table} WHERE station_id = %s"
    with trying(house, "") as raw:
        (own,) = raw.execute(count, [house.station_id("T1")]).fetchone()
        (others,) = raw.execute(count, [house.station_id("T2")]).fetchone()
        assert own
        assert others
    with trying(house, "T1") as raw:
        assert raw.execute(text).rowcount == own


def test_the_hold_of_another_station_is_neither_taken_nor_ended_nor_lengthened(house):
    services = house.at("T2")
    counter = Counter(services, house.owner, row="C")
    basket = new_id()
    where = "performance_id = %s AND seat_no = %s"
    showing, (seat,) = house.owner.performance.id, house.owner.seats("C-9")
    services.tickets.hold(showing, [seat], basket_id=basket, by=counter.by)
    for text in (
        f"DELETE FROM seat_claims WHERE {where}",
        f"UPDATE seat_claims SET hold_until = 1 WHERE {where}",
        f"UPDATE seat_claims SET hold_until = 9000000000000000 WHERE {where}",
        f"UPDATE seat_claims SET basket_id = 'mine' WHERE {where}",
        f"UPDATE seat_claims SET holder = 'T1' WHERE {where}",
    ):
        with trying(house, "T1") as raw:
            assert raw.execute(text, [showing, seat]).rowcount == 0
        with trying(house, "T2") as raw:
            if "'T1'" not in text:
                assert raw.execute(text, [showing, seat]).rowcount == 1
    with trying(house, "T2") as raw, pytest.raises(psycopg.errors.InsufficientPrivilege):
        raw.execute(f"UPDATE seat_claims SET holder = 'T1' WHERE {where}", [showing, seat])
    services.tickets.release(basket, by=counter.by)


def test_no_login_becomes_another_role(house):
    roles = Roles(house.owner.services.database.url.database)
    for code in ("T1", "M1", "O1", "A1"):
        others = [roles.login("T2"), "postgres", *(roles.right(right) for right in Right)]
        for other in others:
            with trying(house, code) as raw, pytest.raises(psycopg.errors.InsufficientPrivilege):
                raw.execute(f"SET ROLE {other}")


def test_a_station_is_asked_for_once_a_statement_and_not_once_a_row(house):
    with trying(house, "T1") as raw:
        plan = raw.execute(
            "EXPLAIN (ANALYZE, FORMAT JSON) UPDATE event_metrics SET gross = gross"
        ).fetchone()[0]
    calls = [
        node for node in _nodes(plan[0]["Plan"]) if node.get("Parent Relationship") == "InitPlan"
    ]
    assert calls
    assert all(node["Actual Loops"] <= 1 for node in calls)


def _nodes(plan):
    yield plan
    for child in plan.get("Plans", ()):
        yield from _nodes(child)


def test_a_temporary_table_cannot_stand_in_for_a_real_one(house):
    with trying(house, "") as raw:
        for name in ("login_try", "login_answer", "login_set", "login_recipe", "my_station"):
            (settings,) = raw.execute(
                "SELECT proconfig FROM pg_proc WHERE proname = %s AND prosecdef", [name]
            ).fetchone()
            assert settings == ["search_path=pg_catalog, public, pg_temp"]


def test_an_analyst_reads_the_figures_and_no_operators(house):
    with trying(house, "A1") as raw:
        (sold,) = raw.execute("SELECT sum(amount) FROM ticket_sales").fetchone()
        kinds = {row[0] for row in raw.execute("SELECT metric_type FROM event_metrics")}
    assert sold > 0
    assert "tender" in kinds
    assert "operator" not in kinds


def test_the_pepper_is_read_by_nobody_enrolled(house):
    asked = "SELECT count(*) FROM settings WHERE name LIKE 'secret:%'"
    with trying(house, "") as raw:
        assert raw.execute(asked).fetchone() == (1,)
    for code in ("T1", "M1", "O1"):
        with trying(house, code) as raw:
            assert raw.execute(asked).fetchone() == (0,)


def test_a_customer_may_be_added_by_a_till_and_staff_by_an_office(house):
    services = house.at("T1")
    services.customers.add(Contact("New", "new@example.org"), by=house.owner.cashier)
    add = (
        "INSERT INTO users (id, name, email, email_key, role, password, created_at)"
        " VALUES ('s', 's', 's', 's', 'cashier', '!', 0)"
    )
    with trying(house, "O1") as raw:
        assert raw.execute(add).rowcount == 1
    with trying(house, "T1") as raw, pytest.raises(psycopg.errors.InsufficientPrivilege):
        raw.execute(add)
