"""A house moves from its file into a shared database and back: whole, proven, or not at all."""

import json
import shutil
import signal
import subprocess
import sys
from dataclasses import replace

import pysqlite3
import pytest
from sqlalchemy import Engine, event

from app.bootstrap import build, init_shared
from app.config import Settings
from app.domain.backups import BackupPlan
from app.domain.errors import (
    CannotBeKept,
    CopyDiffers,
    DatabaseTooNew,
    DatabaseUnavailable,
    HouseMoved,
    HouseThere,
    SameHouse,
    Stopped,
)
from app.domain.shared_house import Right
from app.domain.tickets import BasketLine, Order, Place
from app.domain.users import Role
from app.domain.values import new_id
from app.gateways.passwords import Argon2Passwords
from app.persistence import copying
from app.persistence.database import Database
from tests.builders import theatre
from tests.persistence.copies import (
    columns_numbered_by_the_database,
    count,
    first_on_sale,
    quietly,
    rows,
    season,
)
from tests.persistence.stations import sale
from tests.shared_houses import drop_roles, require_roles
from ui.errors import words
from ui.main import main

_MOVER = """
import sys
from app.bootstrap import build, init_shared
from app.config import Settings
services = build(Settings(sys.argv[1], station="CLI"))
def follow(share, step):
    if step == sys.argv[3]:
        print("there", flush=True)
        sys.stdin.readline()
services.moving.move(sys.argv[2], by=services.users.command_line(services.station), follow=follow)
"""


@pytest.fixture(scope="module")
def furnished(tmp_path_factory):
    """Made once, copied for each test."""
    path = tmp_path_factory.mktemp("season") / "season.db"
    season(path)
    return path


@pytest.fixture
def local(furnished, tmp_path):
    return f"sqlite:///{shutil.copyfile(furnished, tmp_path / 'house.db')}"


@pytest.fixture
def opened():
    """Services over a URL, closed when the test is over."""
    made = []

    def open_it(url, station="T1"):
        made.append(build(Settings(url, station=station)))
        return made[-1]

    yield open_it
    for services in made:
        services.close()


def admin(services):
    return services.users.command_line(services.station)


def move(services, target, *, follow=quietly):
    return services.moving.move(target, by=admin(services), follow=follow)


def sell(services, *, station="T1"):
    by = admin(services)
    performance, price_type = first_on_sale(services, by)
    basket = new_id()
    seats, _ = services.tickets.hold_best(performance, count=2, basket_id=basket, by=by)
    lines = tuple(BasketLine(Place(performance, seat), price_type) for seat in seats)
    return services.tickets.sell(Order(key=new_id(), basket_id=basket, lines=lines), by=by)


# -- all of it ---------------------------------------------------------------------------------------


def test_into_a_shared_database_and_back_every_row_is_the_same(
    local, blank_postgresql_url, tmp_path, opened
):
    here = opened(local)
    admin(here)
    before = rows(local)
    there = move(here, blank_postgresql_url)
    assert there.holds
    assert rows(blank_postgresql_url) == before
    again = f"sqlite:///{tmp_path / 'again.db'}"
    shared = opened(blank_postgresql_url)
    back = move(shared, again)
    assert back.holds
    assert rows(again) == before
    assert {line.kind for line in back.lines} == {"money", "head", "rows", "content"}
    assert opened(again).payments.check(by=admin(shared)) == dict(back.checked)


def test_a_move_takes_an_opened_house_that_nobody_has_set_up(local, postgresql_url, opened):
    """Its wizard may have stood on a screen; the command line may have been there."""
    empty = opened(postgresql_url, station="Z9")
    admin(empty)
    here = opened(local)
    assert move(here, postgresql_url).holds
    assert "Z9" not in "".join(rows(postgresql_url)["stations"])


def test_no_table_that_moves_is_numbered_by_a_sequence():
    """Else the sequence would have to be set after a copy."""
    assert columns_numbered_by_the_database() == []


def test_afterwards_selling_goes_on_without_a_gap(local, blank_postgresql_url, tmp_path, opened):
    here = opened(local)
    first = sell(here)
    move(here, blank_postgresql_url)
    shared = opened(blank_postgresql_url)
    second = sell(shared)
    third = f"sqlite:///{tmp_path / 'third.db'}"
    move(shared, third)
    last = sell(opened(third))
    numbers = [int(one.number.rpartition("-")[2]) for one in (first, second, last)]
    assert numbers == [numbers[0], numbers[0] + 1, numbers[0] + 2]
    done = opened(third)
    done.payments.check(by=admin(done))
    heard = done.payments.journal(by=admin(done))
    assert [line.seq for line in heard if line.station_id == done.station.id] == list(
        range(1, 1 + sum(line.station_id == done.station.id for line in heard))
    )


# -- the house that stays behind ---------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_nobody_sells_in_a_house_that_has_moved(
    kind, local, blank_postgresql_url, tmp_path, opened
):
    here = opened(local)
    if kind == "postgresql":
        move(here, blank_postgresql_url)
        here, target = opened(blank_postgresql_url), f"sqlite:///{tmp_path / 'on.db'}"
    else:
        target = blank_postgresql_url
    move(here, target)
    with pytest.raises(HouseMoved):
        sell(here)  # this window has had it open all the time
    gone = here.moving.gone()
    assert gone.where == Database(target).where()
    assert "postgres:" not in gone.address
    with pytest.raises(HouseMoved) as refused:
        move(here, f"sqlite:///{tmp_path / 'twice.db'}")
    assert gone.where in words(refused.value)
    here.moving.take_back(by=admin(here))
    assert here.moving.gone() is None
    assert sell(here).number


def test_a_sale_that_comes_during_the_move_waits_and_is_then_refused(
    local, blank_postgresql_url, opened
):
    here = opened(local)
    performance, _ = first_on_sale(here, admin(here))
    house = here.tickets.house(performance, by=admin(here))
    taken = {claim.seat_no for claim in house.claims}
    seat = next(
        label
        for no, label in zip(house.plan.seat_no, house.plan.label, strict=True)
        if no not in taken
    )
    selling = []

    def follow(share, step):
        if step == "tickets" and not selling:
            arguments = sale(local, performance, seat, "meanwhile")
            code = "import sys; from ui.main import main; sys.exit(main())"
            selling.append(
                subprocess.Popen(
                    [sys.executable, "-c", code, *arguments], stderr=subprocess.PIPE, text=True
                )
            )

    compared = move(here, blank_postgresql_url, follow=follow)
    with selling[0] as station:
        _, said = station.communicate(timeout=60)
    assert station.returncode == 1
    assert "moved" in said
    assert compared.holds
    assert count(local, "bookings") == count(blank_postgresql_url, "bookings")


# -- all or nothing ----------------------------------------------------------------------------------


@pytest.mark.parametrize("step", ["tickets", "check"])
def test_killed_in_the_middle_the_target_is_empty_and_the_house_sells(
    step, local, blank_postgresql_url, opened
):
    with subprocess.Popen(
        [sys.executable, "-c", _MOVER, local, blank_postgresql_url, step],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as mover:  # fmt: skip
        assert mover.stdout.readline() == "there\n"
        mover.send_signal(signal.SIGKILL)
    for table in ("users", "tickets", "journal", "settings"):
        assert count(blank_postgresql_url, table) == 0
    here = opened(local)
    assert here.moving.gone() is None
    assert sell(here).number
    assert move(here, blank_postgresql_url).holds


def test_stopped_nothing_is_left(local, tmp_path, opened):
    here, target = opened(local), tmp_path / "there.db"

    def stop(share, step):
        if step == "tickets":
            raise Stopped

    with pytest.raises(Stopped):
        move(here, f"sqlite:///{target}", follow=stop)
    assert list(tmp_path.glob("there.db*")) == []
    assert sell(here).number


def test_what_arrives_otherwise_is_not_kept(local, blank_postgresql_url, opened, monkeypatch):
    """A fault between the two: one letter in one row, which no count and no sum would show."""
    carry = copying._carry

    def carry_badly(source, target, *, follow):
        sent = carry(source, target, follow=follow)
        target.exec_driver_sql("UPDATE users SET notes = 'x' WHERE email_key LIKE 'ada@%%'")
        return sent

    monkeypatch.setattr(copying, "_carry", carry_badly)
    here = opened(local)
    with pytest.raises(CopyDiffers) as refused:
        move(here, blank_postgresql_url)
    assert [line.name for line in refused.value.lines] == ["users"]
    assert count(blank_postgresql_url, "users") == 0
    assert here.moving.gone() is None


def test_what_postgresql_cannot_keep_names_its_table(local, blank_postgresql_url, opened):
    file = local.removeprefix("sqlite:///")
    with pysqlite3.connect(file) as connection:
        connection.execute("UPDATE users SET phone = ? WHERE role = 'customer'", ("0" * 300,))
    connection.close()
    here = opened(local)
    with pytest.raises(CannotBeKept) as refused:
        move(here, blank_postgresql_url)
    assert refused.value.table == "users"
    assert count(blank_postgresql_url, "users") == 0
    assert sell(here).number


def test_a_full_disk_leaves_nothing(local, tmp_path, opened):
    here, target = opened(local), tmp_path / "there.db"

    def no_more_pages(connection, _record):
        (_, _, name) = connection.execute("PRAGMA database_list").fetchone()
        if name.endswith("there.db"):
            connection.execute("PRAGMA max_page_count = 200")

    event.listen(Engine, "connect", no_more_pages)
    try:
        with pytest.raises(DatabaseUnavailable) as refused:
            move(here, f"sqlite:///{target}")
    finally:
        event.remove(Engine, "connect", no_more_pages)
    assert refused.value.reason == "disk_full"
    assert list(tmp_path.glob("there.db*")) == []
    assert here.moving.gone() is None


# -- wrong targets -----------------------------------------------------------------------------------


def test_where_a_house_is_none_is_put(local, furnished, tmp_path, opened):
    other = shutil.copyfile(furnished, tmp_path / "other.db")
    before = other.read_bytes()
    here = opened(local)
    address = f"sqlite:///{other}"
    for act in (lambda: here.moving.preview(address, by=admin(here)), lambda: move(here, address)):
        with pytest.raises(HouseThere) as refused:
            act()
        assert refused.value.contents["tickets"] == 250
        assert "tickets: 250" in words(refused.value)
    assert other.read_bytes() == before


def test_the_same_house_by_another_name(local, tmp_path, opened):
    (tmp_path / "alias.db").symlink_to(local.removeprefix("sqlite:///"))
    here = opened(local)
    for address in (local, f"sqlite:///{tmp_path / 'alias.db'}"):
        with pytest.raises(SameHouse):
            move(here, address)


def test_the_same_shared_house_by_another_name(local, blank_postgresql_url, opened):
    move(opened(local), blank_postgresql_url)
    shared = opened(blank_postgresql_url)
    with pytest.raises(SameHouse):
        move(shared, blank_postgresql_url.replace("127.0.0.1", "localhost"))


def test_a_newer_and_a_foreign_and_a_missing_database(local, tmp_path, opened, sqlite_url):
    here = opened(local)
    file = sqlite_url.removeprefix("sqlite:///")
    with pysqlite3.connect(file) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '20991231_later'")
    connection.close()
    with pytest.raises(DatabaseTooNew):
        move(here, sqlite_url)
    foreign = tmp_path / "cats.db"
    with pysqlite3.connect(str(foreign)) as connection:
        connection.execute("CREATE TABLE cats (name)")
    connection.close()
    for address, reason in (
        (f"sqlite:///{foreign}", "foreign"),
        (f"sqlite:///{tmp_path}/gone/there.db", "missing"),
        ("postgresql://u:secret@127.0.0.1:1/house", "no_answer"),
        ("cats", "bad_url"),
    ):
        with pytest.raises(DatabaseUnavailable) as refused:
            move(here, address)
        assert refused.value.reason == reason
        assert "secret" not in words(refused.value)
    assert sell(here).number


def test_a_station_that_was_enrolled_is_not_thrown_away(local, postgresql_url, opened):
    shared = opened(postgresql_url, station="T7")
    with shared.database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE stations SET login = 'till_7'")
    with pytest.raises(HouseThere) as refused:
        move(opened(local), postgresql_url)
    assert refused.value.contents == {"stations": 1}


# -- the command -------------------------------------------------------------------------------------


def test_the_command_moves_and_moves_back(local, blank_postgresql_url, tmp_path, capsys):
    assert (
        main(["--database", local, "move", "--to", blank_postgresql_url, "--dry-run", "--json"])
        == 0
    )
    preview = json.loads(capsys.readouterr().out)
    assert preview["rows"]["tickets"] == 250
    assert main(["--database", local, "move", "--to", blank_postgresql_url, "--json"]) == 0
    moved = json.loads(capsys.readouterr().out)
    assert moved["holds"]
    assert all(line["here"] == line["there"] for line in moved["lines"])
    back = tmp_path / "back.db"
    assert main(["--database", blank_postgresql_url, "move", "--back", str(back)]) == 0
    said = capsys.readouterr().out
    assert "hold the same rows" in said
    assert f"--database sqlite:///{back}" in said
    assert main(["--database", f"sqlite:///{back}", "check"]) == 0
    assert main(["--database", local, "move", "--take-back"]) == 0


# -- a shared house with least rights ----------------------------------------------------------------


def test_into_a_house_that_was_made_ready_and_its_stations_sign_in_and_sell(
    sqlite_url, blank_postgresql_url, tmp_path
):
    """Its secret stays its own, and a station cannot make the backups of a whole house."""
    require_roles(blank_postgresql_url)
    init_shared(blank_postgresql_url)
    local = theatre(sqlite_url)
    local.services.moving.move(blank_postgresql_url, by=local.admin, follow=quietly)
    assert count(blank_postgresql_url, "settings WHERE name = 'secret:recipes'") == 1
    owner = build(Settings(blank_postgresql_url, station="OFFICE"))
    by = admin(owner)
    try:
        enrolled = owner.shared.enrol("T1", rights=(Right.STATION,), by=by)
        till = build(
            Settings(enrolled.connection), passwords=Argon2Passwords(memory_kib=8, rounds=1)
        )
        cashier = till.users.log_in(
            "carla@example.org", password="curtain up", station=till.station
        )
        till.tickets.sell(local.order("A-1"), by=cashier)
        plan = BackupPlan(str(tmp_path / "backups"), "T1", active=True)
        owner.backups.change_plan(plan, by=by)
        assert till.backups.state(by=cashier).is_due
        assert till.backups.run_due(by=cashier, follow=quietly) is None
        assert not till.backups.may_make(by=replace(cashier, role=Role.ADMIN))
        assert owner.backups.back_up_now(by=by, follow=quietly).figures["valid_tickets"] == 1
        back = f"sqlite:///{tmp_path / 'back.db'}"
        assert owner.moving.move(back, by=by, follow=quietly).holds
        assert count(back, "settings WHERE name LIKE 'secret:%%'") == 0
        with pytest.raises(HouseMoved):
            till.tickets.sell(local.order("A-2"), by=cashier)
        till.close()
    finally:
        owner.close()
        local.services.close()
        drop_roles(blank_postgresql_url)
