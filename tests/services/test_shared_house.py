"""Stations enrolled in a shared house: they work under their own logins, and no longer once revoked."""

import pytest
from sqlalchemy.engine import make_url

from app.bootstrap import build, init_shared
from app.config import Settings
from app.domain.errors import (
    DatabaseTooOld,
    DatabaseUnavailable,
    Invalid,
    LockedOut,
    LoginMayNot,
    NotFound,
    NotShared,
    OtherStation,
    WrongCredentials,
)
from app.domain.shared_house import Right
from app.domain.users import Role, lock_after
from app.domain.values import from_micros, to_micros
from app.gateways.card_terminal import SimulatedTerminal, SimulatorDriver
from tests.builders import NOON, theatre
from tests.counter_day import Counter, office_day
from tests.shared_houses import shared_theatre
from ui.main import main


@pytest.fixture
def house(blank_postgresql_url):
    with shared_theatre(blank_postgresql_url) as made:
        yield made


def test_a_cashiers_day_and_a_managers_work_under_their_logins(house):
    terminal = SimulatorDriver(SimulatedTerminal(by_amount=False))
    till = Counter(house.at("T1", terminal=terminal), house.owner, row="A")
    till.day()
    manager = house.at("M1")
    boss = manager.users.command_line(manager.station)
    office_day(manager, house.owner, by=boss)
    invited = manager.staff.invite("New", email="new@example.org", role=Role.CASHIER, by=boss)
    manager.accounts.use_code(
        "new@example.org", code=invited.code, password="my own words", station=manager.station
    )
    came = till.services.users.log_in(
        "new@example.org", password="my own words", station=till.services.station
    )
    till.services.accounts.change_password("my own words", new="other words now", by=came)
    house.owner.services.payments.check(by=house.owner.admin)


def test_a_till_is_told_what_its_login_may_not(house):
    till = house.at("T1")
    by = till.users.command_line(till.station)
    for act in (
        lambda: till.programme.add_category("Opera", by=by),
        lambda: till.staff.invite("X", email="x@example.org", role=Role.ADMIN, by=by),
        lambda: till.shared.enrol("T9", by=by),
        lambda: till.shared.revoke("T2", by=by),
    ):
        with pytest.raises(LoginMayNot):
            act()
    assert not till.shared.may_enrol(by=by)
    assert house.owner.services.shared.may_enrol(by=house.owner.admin)
    assert "T2" in {one.code for one in till.shared.enrolments(by=by)}


def test_a_login_is_its_station_and_no_other(house):
    assert build_and_close(house.connections["T1"], station="T1") == "T1"
    assert build_and_close(house.connections["T1"]) == "T1"
    with pytest.raises(OtherStation):
        build_and_close(house.connections["T1"], station="T2")
    with pytest.raises(DatabaseUnavailable) as refused:
        build_and_close(house.connections["A1"])
    assert refused.value.reason == "analyst"


def build_and_close(url: str, **settings) -> str:
    services = build(Settings(url, **settings))
    services.close()
    return services.station.code


def test_a_revoked_station_is_out_at_once_and_comes_back_when_enrolled_again(house):
    till = house.at("T1")
    by = till.users.command_line(till.station)
    shared, admin = house.owner.services.shared, house.owner.admin
    assert till.payments.check(by=by)
    revoked = shared.revoke("T1", by=admin)
    assert not revoked.active
    with pytest.raises(DatabaseUnavailable):
        till.payments.check(by=by)
    with pytest.raises(DatabaseUnavailable) as refused:
        build_and_close(house.connections["T1"])
    assert refused.value.reason == "refused"
    again = shared.enrol("T1", name="Left till", rights=[Right.STATION, Right.ORGANIZER], by=admin)
    assert (again.enrolment.login, again.enrolment.name) == (revoked.login, "Left till")
    assert again.enrolment.rights == (Right.STATION, Right.ORGANIZER)
    assert build_and_close(again.connection) == "T1"
    with pytest.raises(NotFound):
        shared.revoke("T77", by=admin)


def test_a_new_password_ends_the_old_one_and_fewer_rights_are_fewer(house):
    shared, admin = house.owner.services.shared, house.owner.admin
    made = shared.enrol("M1", by=admin)
    with pytest.raises(DatabaseUnavailable):
        build_and_close(house.connections["M1"])
    house.connections["M1"] = made.connection
    manager = house.at("M1")
    with pytest.raises(LoginMayNot):
        manager.programme.add_category("Opera", by=manager.users.command_line(manager.station))


def test_a_station_waits_for_the_owner_to_bring_an_older_house_up_to_date(house):
    with house.raw() as owner:
        owner.execute("UPDATE alembic_version SET version_num = '20261124_the_counter'")
    with pytest.raises(DatabaseTooOld):
        build_and_close(house.connections["T1"])


def test_making_ready_again_changes_nothing(house):
    asked = "SELECT polname, polrelid::regclass::text FROM pg_policy ORDER BY 1, 2"
    with house.raw() as owner:
        before = owner.execute(asked).fetchall()
        init_shared(house.url)
        assert owner.execute(asked).fetchall() == before != []
    assert build_and_close(house.connections["T1"]) == "T1"


def test_the_lock_is_central_and_a_rollback_does_not_take_the_count_back(house):
    with house.raw("T1") as raw:
        raw.autocommit = False
        tried = "SELECT attempt FROM login_try('carla@example.org', 'password', %s, 0)"
        answered = "SELECT login_answer('carla@example.org', %s, 0)"
        (attempt,) = raw.execute(tried, ["00"]).fetchone()
        # not answered in the transaction that could still take its count back
        assert raw.execute(answered, [attempt]).fetchone() == ("again",)
        raw.rollback()
        (attempt,) = raw.execute(tried, ["00"]).fetchone()
        raw.commit()
        for _ in range(2):  # asked twice, it is one answer to one key
            assert raw.execute(answered, [attempt]).fetchone() == ("wrong",)
            raw.rollback()
    with house.raw() as owner:
        asked = "SELECT failures FROM users WHERE email = 'carla@example.org'"
        assert owner.execute(asked).fetchone() == (1,)
    till, other = house.at("T1"), house.at("T2")
    for _ in range(4):
        with pytest.raises(WrongCredentials):
            till.users.log_in("carla@example.org", password="wrong one", station=till.station)
    with pytest.raises(LockedOut):
        other.users.log_in("carla@example.org", password="curtain up", station=other.station)


def test_the_servers_rule_of_rest_is_the_domains(house):
    now = to_micros(NOON)
    with house.raw() as owner:
        for failures in range(200):
            (until,) = owner.execute("SELECT login_rest(%s, %s)", [failures, now]).fetchone()
            assert (until and from_micros(until)) == lock_after(failures, NOON)


def test_a_local_house_has_no_logins(sqlite_url):
    house = theatre(sqlite_url)
    shared = house.services.shared
    assert not shared.is_shared(by=house.admin)
    assert not shared.may_enrol(by=house.admin)
    with pytest.raises(NotShared):
        shared.enrolments(by=house.admin)
    with pytest.raises(NotShared):
        shared.enrol("T2", by=house.admin)
    house.services.close()
    with pytest.raises(Invalid):
        init_shared(sqlite_url)


def test_what_cannot_be_enrolled_is_said_beside_the_field(house):
    shared, admin = house.owner.services.shared, house.owner.admin
    for code, rights, field in (
        ("", [Right.STATION], "code"),
        ("a b", [Right.STATION], "code"),
        ("T9", [], "rights"),
        ("T9", [Right.ANALYST, Right.STATION], "rights"),
    ):
        with pytest.raises(Invalid) as refused:
            shared.enrol(code, rights=rights, by=admin)
        assert set(refused.value.problems) == {field}


def test_where_nothing_can_be_kept_nothing_is_enrolled(house, capsys):
    kept = ["--database", house.url, "shared", "enrol", "T1", "--keep"]
    assert main(kept) == 1
    assert "keyring" in capsys.readouterr().err
    assert build_and_close(house.connections["T1"]) == "T1"  # its password is the one it had


def test_two_houses_on_one_server_have_logins_of_their_own(house):
    login = make_url(house.connections["T1"]).username
    assert login.startswith(house.owner.services.database.url.database)
