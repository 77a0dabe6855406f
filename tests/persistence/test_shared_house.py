"""A shared house as its stations live in it: their day, logins, passwords, the way to the server."""

from dataclasses import replace

import pytest
import trustme
from sqlalchemy.engine import make_url

from app.bootstrap import build, init_shared
from app.config import Settings
from app.domain.errors import (
    DatabaseTooOld,
    DatabaseUnavailable,
    LockedOut,
    LoginMayNot,
    NotShared,
    OtherStation,
    WrongCredentials,
)
from app.domain.shared_house import OwnerLogin, Right
from app.domain.users import Role, lock_after
from app.domain.values import from_micros, to_micros
from app.gateways.card_terminal import SimulatedTerminal, SimulatorDriver
from app.gateways.passwords import Argon2Passwords
from app.persistence.database import Database
from app.persistence.protection import protected
from tests.builders import Theatre, theatre
from tests.counter_day import Counter, office_day
from tests.persistence.tls_front import tls_front
from tests.shared_houses import SharedTheatre, shared_theatre

CARLA, CURTAIN = "carla@example.org", "curtain up"


@pytest.fixture
def house(blank_postgresql_url):
    with shared_theatre(blank_postgresql_url) as made:
        yield made


def terminal():
    return SimulatorDriver(SimulatedTerminal(by_amount=False))


# -- a day ---------------------------------------------------------------------------------------


def test_a_till_and_an_office_do_their_day_under_their_own_logins(house: SharedTheatre):
    Counter(house.at("T1", terminal=terminal()), house.owner, row="A").day()
    office = house.at("M1")
    office_day(office, house.owner, by=replace(house.owner.admin, station_id=office.station.id,
                                               station_code="M1"))  # fmt: skip
    house.owner.services.payments.check(by=house.owner.admin)


def test_what_a_login_may_not_do_is_said_and_undone(house: SharedTheatre):
    till = house.at("T1")
    by = replace(house.owner.admin, station_id=till.station.id, station_code="T1")
    with pytest.raises(LoginMayNot):
        till.programme.add_category("Opera", by=by)
    with pytest.raises(LoginMayNot):
        till.users.add(
            "Eve", email="eve@example.org", password="long enough", role=Role.ADMIN, by=by
        )
    assert "Opera" not in {c.name for c in till.programme.categories(by=by)}


def test_making_it_ready_again_changes_nothing(house: SharedTheatre):
    init_shared(house.url)
    Counter(house.at("T1", terminal=terminal()), house.owner, row="A").day()


# -- enrolling and revoking ------------------------------------------------------------------------


def test_a_login_works_as_its_own_station_only(house: SharedTheatre):
    assert house.at("T2").station.code == "T2"
    with pytest.raises(OtherStation) as refused:
        build(Settings(house.connections["T2"], station="T1"))
    assert (refused.value.asked, refused.value.enrolled) == ("T1", "T2")


def test_the_window_is_not_for_an_analyst(house: SharedTheatre):
    with pytest.raises(DatabaseUnavailable) as refused:
        build(Settings(house.connections["A1"]))
    assert refused.value.reason == "analyst"


def test_a_revoked_station_is_out_at_once_and_can_come_back(house: SharedTheatre):
    till, shared, admin = house.at("T2"), house.owner.services.shared, house.owner.admin
    assert till.users.log_in(CARLA, password=CURTAIN, station=till.station)
    assert not shared.revoke("T2", by=admin).active
    with pytest.raises(DatabaseUnavailable):
        till.events.programme(by=house.owner.cashier)
    with pytest.raises(DatabaseUnavailable):
        build(Settings(house.connections["T2"]))
    house.connections["T2"] = shared.enrol("T2", by=admin).connection
    assert house.at("T2").events.programme(by=house.owner.cashier)


def test_a_station_enrols_nobody_but_its_houses_owner_does_from_there(house: SharedTheatre):
    till = house.at("M1")
    by = replace(house.owner.admin, station_id=till.station.id, station_code="M1")
    assert not till.shared.may_enrol(by=by)
    with pytest.raises(LoginMayNot):
        till.shared.enrol("T9", by=by)
    owner = OwnerLogin(make_url(house.url).username, make_url(house.url).password or "")
    made = till.shared.enrol("T9", rights=(Right.STATION,), owner=owner, by=by)
    house.connections["T9"] = made.connection
    assert house.at("T9").station.code == "T9"
    with pytest.raises(DatabaseUnavailable):
        till.shared.revoke("T9", owner=OwnerLogin("nobody", "x"), by=by)
    assert not till.shared.revoke("T9", owner=owner, by=by).active


def test_a_local_house_has_no_logins(sqlite_url):
    local = theatre(sqlite_url)
    with pytest.raises(NotShared):
        local.services.shared.enrolments(by=local.admin)
    local.services.close()


def test_an_older_house_waits_for_its_owner(house: SharedTheatre):
    with house.raw() as owner:
        owner.execute("UPDATE alembic_version SET version_num = '20261124_the_counter'")
    with pytest.raises(DatabaseTooOld):
        build(Settings(house.connections["T1"]))
    with house.raw() as owner:
        owner.execute("UPDATE alembic_version SET version_num = '20261124_shared_house'")


# -- passwords -------------------------------------------------------------------------------------


def test_wrong_passwords_count_at_all_stations_together(house: SharedTheatre):
    one, other = house.at("T1"), house.at("T2")
    for number in range(5):
        till = (one, other)[number % 2]
        with pytest.raises(WrongCredentials):
            till.users.log_in(CARLA, password=f"wrong {number}", station=till.station)
    for till in (one, other):
        with pytest.raises(LockedOut):
            till.users.log_in(CARLA, password=CURTAIN, station=till.station)


def test_the_server_lets_rest_by_the_rule_of_the_program(house: SharedTheatre):
    now = from_micros(1_790_000_000_000_000)
    with house.raw() as owner:
        for failures in range(20):
            asked = "SELECT login_rest(%s, %s)"
            (until,) = owner.execute(asked, [failures, to_micros(now)]).fetchone()
            wanted = lock_after(failures, now)
            assert until == (None if wanted is None else to_micros(wanted)), failures


def test_a_password_is_changed_at_a_till_by_who_knows_the_old_one(house: SharedTheatre):
    till = house.at("T1")
    by = till.users.log_in(CARLA, password=CURTAIN, station=till.station)
    till.accounts.change_password(CURTAIN, new="the second act", by=by)
    assert till.users.log_in(CARLA, password="the second act", station=till.station)
    with pytest.raises(WrongCredentials):
        till.users.log_in(CARLA, password=CURTAIN, station=till.station)


@pytest.fixture
def before_this_revision(blank_database_url):
    """A database as the counter's revision left it: keys of Argon2id kept as they are."""
    from argon2 import PasswordHasher

    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    made: Theatre = theatre(blank_database_url)
    made.services.close()
    database = Database(blank_database_url)
    with database.engine.begin() as connection:
        connection.exec_driver_sql(
            f"UPDATE users SET password = '{hasher.hash(CURTAIN)}' WHERE email_key = '{CARLA}'"
        )
    _down_and_up(database)
    yield blank_database_url
    database.close()


def _down_and_up(database: Database) -> None:
    from alembic.config import Config
    from alembic.migration import MigrationContext
    from alembic.operations import Operations
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", "migrations:")
    script = ScriptDirectory.from_config(config)

    def down(revision, _):
        return script._downgrade_revs("20261124_the_counter", revision)

    with database.engine.connect() as connection, connection.begin():
        context = MigrationContext.configure(connection, opts={"fn": down})
        with Operations.context(context):
            context.run_migrations()
    database.upgrade()


def test_whoever_had_a_password_keeps_it(before_this_revision):
    services = build(
        Settings(before_this_revision, station="T1"),
        passwords=Argon2Passwords(memory_kib=8, rounds=1),
    )
    assert services.users.log_in(CARLA, password=CURTAIN, station=services.station)
    with pytest.raises(WrongCredentials):
        services.users.log_in(CARLA, password="another", station=services.station)
    services.close()


# -- the way to the server -------------------------------------------------------------------------


@pytest.fixture
def tls(blank_postgresql_url, tmp_path):
    """Makes addresses of the tests' server behind a certificate of 127.0.0.1 that "ca" vouches for, and
    "stranger" does not."""
    ca, stranger = trustme.CA(), trustme.CA()
    for name, made in (("ca", ca), ("stranger", stranger)):
        made.cert_pem.write_to_path(tmp_path / f"{name}.pem")
    plain = make_url(blank_postgresql_url)
    with tls_front(plain.port, ca, "127.0.0.1") as port:

        def address(root: str, **more: str) -> str:
            wanted = {"sslmode": "verify-full", "sslrootcert": str(tmp_path / f"{root}.pem")}
            url = plain.set(port=port).update_query_dict(wanted | more)
            return url.render_as_string(hide_password=False)

        yield address


def test_a_server_that_proves_itself_is_opened(tls):
    database = Database(tls("ca"))
    assert database.revision() is None
    with database.engine.connect() as connection:
        assert connection.connection.driver_connection.pgconn.ssl_in_use
    database.close()


def test_one_that_does_not_is_refused(tls):
    with pytest.raises(DatabaseUnavailable) as refused:
        build(Settings(tls("stranger")))
    assert refused.value.reason == "certificate"


def test_one_of_another_name_is_refused(tls):
    url = make_url(tls("ca", hostaddr="127.0.0.1")).set(host="db.theatre.example")
    with pytest.raises(DatabaseUnavailable) as refused:
        build(Settings(url.render_as_string(hide_password=False)))
    assert refused.value.reason == "certificate"


@pytest.mark.parametrize(
    "host", ["db.theatre.example", "192.0.2.7", "127.0.0.1,db.theatre.example"]
)
def test_another_computer_is_reached_protected_or_not_at_all(host):
    url = make_url("postgresql+psycopg://till@x/house").set(host=host)
    assert protected(url).query["sslmode"] == "verify-full"
    for weaker in ("disable", "allow", "prefer", "require", "verify-ca"):
        with pytest.raises(DatabaseUnavailable) as refused:
            protected(url.update_query_dict({"sslmode": weaker}))
        assert refused.value.reason == "unprotected"


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", ""])
def test_this_computer_needs_no_protection(host):
    url = make_url("postgresql+psycopg://till@x/house").set(host=host)
    assert protected(url) == url
