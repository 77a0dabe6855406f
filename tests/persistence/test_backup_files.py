"""Backups of either database: one file, whole while selling goes on, found out when damaged, restored."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pysqlite3
import pytest
from sqlalchemy import Engine, event

from app.bootstrap import build, prove_backup, restore_backup
from app.config import Settings
from app.domain.errors import (
    BackupAltered,
    DatabaseTooNew,
    DatabaseUnavailable,
    FileUnusable,
    HouseInUse,
    HouseOutOfOrder,
    HouseThere,
    Stopped,
)
from app.gateways.backup_folders import NotedBackups
from app.persistence.house_files import whole_file
from tests.builders import plan, theatre
from tests.persistence.copies import count, quietly, rows
from ui.errors import words
from ui.main import main

_NOBODY = 65534
_SELLER = """
import sys
from app.bootstrap import build
from app.config import Settings
from app.domain.tickets import BasketLine, Order, Place
from app.domain.values import new_id
services = build(Settings(sys.argv[1], station="T2"))
by = services.users.command_line(services.station)
print("ready", flush=True)
for seat in range(101, 301, 2):
    lines = tuple(BasketLine(Place(sys.argv[2], no), sys.argv[3]) for no in (seat, seat + 1))
    services.tickets.sell(Order(key=new_id(), basket_id=new_id(), lines=lines), by=by)
services.close()
"""


@pytest.fixture
def house(database_url):
    """Has sold two seats of a large hall."""
    made = theatre(database_url, house=plan(rows=10, seats=30))
    made.services.tickets.sell(made.order("A-1", "A-2"), by=made.cashier)
    yield made
    made.services.close()


@pytest.fixture
def local(sqlite_url):
    made = theatre(sqlite_url)
    made.services.tickets.sell(made.order("A-1", "A-2"), by=made.cashier)
    yield made
    made.services.close()


def url_of(house):
    return house.services.database.url.render_as_string(hide_password=False)


def back_up(house, file, *, follow=quietly):
    return house.services.backups.back_up(file, by=house.admin, follow=follow)


# -- made --------------------------------------------------------------------------------------------


def test_a_backup_is_one_file_with_every_row_of_the_house(house, tmp_path):
    file = tmp_path / "kept" / "backup.db"
    file.parent.mkdir()
    kept, proof = back_up(house, file)
    assert sorted(path.name for path in file.parent.iterdir()) == [
        "backup.db", "backup.db.proof.json",
    ]  # fmt: skip
    assert rows(f"sqlite:///{file}") == rows(url_of(house))
    assert proof.checked["valid_tickets"] == 2
    assert kept.size == file.stat().st_size
    assert house.services.payments.check(by=house.admin) == dict(proof.checked)


def test_a_sale_during_a_backup_is_in_it_or_not_but_never_in_part(house, tmp_path):
    arguments = [url_of(house), house.performance.id, house.adult.id]
    seen = []
    with subprocess.Popen(
        [sys.executable, "-c", _SELLER, *arguments], stdout=subprocess.PIPE, text=True
    ) as seller:
        assert seller.stdout.readline() == "ready\n"
        while seller.poll() is None or not seen:
            file = tmp_path / f"{len(seen)}.db"
            _, proof = back_up(house, file)
            seen.append(proof.checked["valid_tickets"])
            assert proof.checked["bookings"] * 2 == proof.checked["valid_tickets"]
            assert count(f"sqlite:///{file}", "tickets") == seen[-1]
        assert seller.returncode == 0
    assert seen == sorted(seen)
    assert count(url_of(house), "tickets") == 202  # nobody was refused


def test_what_is_sold_after_the_snapshot_is_not_in_it(house, tmp_path):
    sold = []

    def follow(share, step):
        if step in {"bookings", "quick_check"} and not sold:
            sold.append(house.services.tickets.sell(house.order("B-1", "B-2"), by=house.cashier))

    _, proof = back_up(house, tmp_path / "backup.db", follow=follow)
    assert sold
    assert proof.checked["valid_tickets"] == 2


def test_stopped_nothing_is_left(house, tmp_path):
    def stop(share, step):
        if step == "check":
            raise Stopped

    with pytest.raises(Stopped):
        back_up(house, tmp_path / "backup.db", follow=stop)
    assert list(tmp_path.glob("*backup*")) == []


# -- where it cannot be ------------------------------------------------------------------------------


def refused(house, file, reason):
    with pytest.raises(FileUnusable) as refusal:
        back_up(house, file)
    assert refusal.value.reason == reason
    assert str(file) in words(refusal.value)


def test_a_file_that_is_there_is_not_written_over(house, tmp_path):
    file = tmp_path / "diary.db"
    file.write_bytes(b"Dear diary")
    refused(house, file, "exists")
    assert file.read_bytes() == b"Dear diary"
    refused(house, tmp_path, "is_folder")
    refused(house, tmp_path / "gone" / "backup.db", "missing")


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="file modes are POSIX")
def test_a_folder_that_may_only_be_read():
    folder = Path(tempfile.mkdtemp())  # nobody can reach it, unlike pytest's
    folder.chmod(0o555)
    try:
        with _as_nobody(), pytest.raises(FileUnusable) as refusal, whole_file(folder / "b.db"):
            pass
        assert refusal.value.reason == "read_only"
        with _as_nobody(), pytest.raises(FileUnusable) as refusal:
            NotedBackups().prepare(folder)
        assert refusal.value.reason == "read_only"
        assert list(folder.iterdir()) == []
    finally:
        folder.chmod(0o700)
        shutil.rmtree(folder)


@contextmanager
def _as_nobody():
    """Root may write everywhere."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(_NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_full_disk_is_said_and_leaves_nothing(house, tmp_path, monkeypatch):
    """Pages that a file may not have are a disk that is full, to SQLite."""
    connect = pysqlite3.connect

    def small(name, *arguments, **options):
        made = connect(name, *arguments, **options)
        if name.endswith(".part"):
            made.execute("PRAGMA max_page_count = 50")
        return made

    def no_more_pages(connection, _record):
        (_, _, name) = connection.execute("PRAGMA database_list").fetchone()
        if name.endswith(".part"):
            connection.execute("PRAGMA max_page_count = 50")

    monkeypatch.setattr("app.persistence.house_files.pysqlite3.connect", small)
    event.listen(Engine, "connect", no_more_pages)
    try:
        refused(house, tmp_path / "backup.db", "disk_full")
    finally:
        event.remove(Engine, "connect", no_more_pages)
    assert list(tmp_path.glob("*backup*")) == []
    monkeypatch.undo()
    assert back_up(house, tmp_path / "backup.db")


# -- proven ------------------------------------------------------------------------------------------


def test_a_backup_is_proven_without_the_house_and_left_as_it_is(local, tmp_path):
    file = tmp_path / "backup.db"
    back_up(local, file)
    before, there = file.read_bytes(), sorted(tmp_path.iterdir())
    proof = prove_backup(file, follow=quietly)
    assert proof.checked["valid_tickets"] == 2
    assert (file.read_bytes(), sorted(tmp_path.iterdir())) == (before, there)


def test_one_flipped_bit_anywhere_is_found(local, tmp_path):
    """Most of them SQLite itself would never notice."""
    file = tmp_path / "backup.db"
    back_up(local, file)
    whole = file.read_bytes()
    for at in range(100, len(whole), len(whole) // 40):
        file.write_bytes(whole[:at] + bytes([whole[at] ^ 4]) + whole[at + 1 :])
        with pytest.raises(BackupAltered) as found:
            prove_backup(file, follow=quietly)
        assert str(file) in words(found.value)


def test_without_its_note_damage_of_a_page_is_found(local, tmp_path):
    file = tmp_path / "backup.db"
    back_up(local, file)
    (tmp_path / "backup.db.proof.json").unlink()
    connection = pysqlite3.connect(str(file))
    (page,) = connection.execute(
        "SELECT rootpage FROM sqlite_master WHERE name = 'seat_claims'"
    ).fetchone()
    (size,) = connection.execute("PRAGMA page_size").fetchone()
    connection.close()
    with file.open("r+b") as damaged:
        damaged.seek((page - 1) * size)
        damaged.write(b"\xa5" * size)
    with pytest.raises(FileUnusable) as found:
        prove_backup(file, follow=quietly)
    assert found.value.reason == "corrupt"


def test_books_that_were_cooked_in_the_file_are_found(local, tmp_path):
    file = tmp_path / "backup.db"
    back_up(local, file)
    (tmp_path / "backup.db.proof.json").unlink()
    with pysqlite3.connect(str(file)) as connection:
        connection.execute("UPDATE tickets SET status = 'cancelled'")
    connection.close()
    with pytest.raises(HouseOutOfOrder):
        prove_backup(file, follow=quietly)


def test_what_is_no_backup(tmp_path, capsys):
    diary, cats = tmp_path / "diary.db", tmp_path / "cats.db"
    diary.write_bytes(b"Dear diary, the first night went well. " * 300)
    with pysqlite3.connect(str(cats)) as connection:
        connection.execute("CREATE TABLE cats (name)")
    connection.close()
    for file, reason in (
        (diary, "not_a_database"),
        (cats, "not_a_database"),
        (tmp_path, "is_folder"),
    ):
        with pytest.raises(FileUnusable) as refusal:
            prove_backup(file, follow=quietly)
        assert refusal.value.reason == reason
    assert main(["check", str(tmp_path / "none.db")]) == 1
    assert "no file" in capsys.readouterr().err


# -- restored ----------------------------------------------------------------------------------------


def restore(url, file, *, replace=False):
    return restore_backup(Settings(url), file, replace=replace, follow=quietly)


def test_into_an_empty_database_of_either_kind(house, tmp_path, blank_database_url):
    file = tmp_path / "backup.db"
    back_up(house, file)
    restored = restore(blank_database_url, file)
    assert restored.aside is None
    assert rows(blank_database_url) == rows(url_of(house))
    services = build(Settings(blank_database_url, station="T1"))
    by = services.users.command_line(services.station)
    booking = services.tickets.sell(house.order("C-1"), by=by)
    assert booking.number.endswith("2")  # the numbers go on
    services.payments.check(by=by)
    services.close()
    with pytest.raises(HouseThere):
        restore(blank_database_url, file)


def test_the_house_of_now_is_put_aside_whole(local, tmp_path):
    file = tmp_path / "backup.db"
    back_up(local, file)
    local.services.tickets.sell(local.order("A-3"), by=local.cashier)
    url = url_of(local)
    before = rows(url)
    local.services.close()
    restored = restore(url, file, replace=True)
    assert count(url, "tickets") == 2
    assert ".before-restore-" in restored.aside.name
    assert rows(f"sqlite:///{restored.aside}") == before
    again = build(Settings(url))
    again.payments.check(by=again.users.command_line(again.station))
    with again.database.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "wal"
    again.close()


def test_not_while_somebody_has_it_open(local, tmp_path):
    file = tmp_path / "backup.db"
    back_up(local, file)
    with pytest.raises(HouseInUse) as refused_now:
        restore(url_of(local), file, replace=True)
    assert "open" in words(refused_now.value)
    local.services.tickets.sell(local.order("A-3"), by=local.cashier)
    assert list(tmp_path.glob("*before-restore*")) == list(tmp_path.glob("*restoring*")) == []


def test_a_damaged_house_is_what_a_backup_is_for(local, tmp_path):
    file = tmp_path / "backup.db"
    back_up(local, file)
    url = url_of(local)
    local.services.close()
    path = Path(url.removeprefix("sqlite:///"))
    path.write_bytes(b"\0" * 4096)
    restored = restore(url, file, replace=True)
    assert restored.aside.read_bytes() == b"\0" * 4096
    assert count(url, "tickets") == 2


def test_a_damaged_backup_changes_nothing(local, tmp_path):
    file = tmp_path / "backup.db"
    back_up(local, file)
    file.write_bytes(file.read_bytes()[:-5000])
    url = url_of(local)
    local.services.close()
    before = rows(url)
    with pytest.raises(BackupAltered):
        restore(url, file, replace=True)
    (tmp_path / "backup.db.proof.json").unlink()
    with pytest.raises(FileUnusable):
        restore(url, file, replace=True)
    assert rows(url) == before


def test_a_backup_of_before_the_last_change_is_brought_up_to_date(local, tmp_path, sqlite_url):
    """As an older program wrote it, one revision back."""
    from alembic.migration import MigrationContext
    from alembic.operations import Operations
    from alembic.script import ScriptDirectory

    file = tmp_path / "backup.db"
    back_up(local, file)
    (tmp_path / "backup.db.proof.json").unlink()
    script = ScriptDirectory(str(Path(__file__).parents[2] / "migrations"))
    services = build(Settings(f"sqlite:///{file}"))
    with services.database.engine.begin() as connection:
        context = MigrationContext.configure(
            connection,
            opts={"fn": lambda rev, _: script._downgrade_revs("20261124_the_counter", rev)},
        )
        with Operations.context(context):
            context.run_migrations()
    services.close()
    proof = prove_backup(file, follow=quietly)
    assert proof.revision == "20261124_the_counter"
    target = f"sqlite:///{tmp_path / 'there.db'}"
    restore(target, file)
    assert count(target, "request_keys") == 0


def test_a_backup_of_a_newer_program_is_refused(local, tmp_path):
    file = tmp_path / "backup.db"
    back_up(local, file)
    (tmp_path / "backup.db.proof.json").unlink()
    with pysqlite3.connect(str(file)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '20991231_later'")
    connection.close()
    with pytest.raises(DatabaseTooNew):
        prove_backup(file, follow=quietly)
    with pytest.raises(DatabaseTooNew):
        restore(f"sqlite:///{tmp_path / 'there.db'}", file)
    assert not (tmp_path / "there.db").exists()


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="file modes are POSIX")
def test_into_a_folder_that_may_only_be_read(local, tmp_path):
    folder = Path(tempfile.mkdtemp())  # nobody can reach it, unlike pytest's
    back_up(local, folder / "backup.db")
    (folder / "backup.db").chmod(0o644)
    folder.chmod(0o555)
    try:
        with _as_nobody(), pytest.raises(DatabaseUnavailable) as refusal:
            restore(f"sqlite:///{folder / 'there.db'}", folder / "backup.db")
        assert refusal.value.reason == "read_only"
        assert "there.db" in words(refusal.value)
    finally:
        folder.chmod(0o700)
        shutil.rmtree(folder)


def test_into_a_folder_that_is_not_there(local, tmp_path):
    file = tmp_path / "backup.db"
    back_up(local, file)
    with pytest.raises(DatabaseUnavailable) as refusal:
        restore(f"sqlite:///{tmp_path}/gone/there.db", file)
    assert "gone" in words(refusal.value)


# -- the commands, as a person types them ------------------------------------------------------------


def houselights(*arguments, home):
    code = "import sys; from ui.main import main; sys.exit(main())"
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False,
        env=os.environ | {"HOUSELIGHTS_HOME": str(home)},
    )  # fmt: skip


def test_from_the_first_backup_to_the_house_restored(tmp_path):
    home, file = tmp_path / "home", tmp_path / "backup.db"
    home.mkdir()
    url = f"sqlite:///{home / 'houselights.db'}"
    made = theatre(url)
    made.services.tickets.sell(made.order("A-1"), by=made.cashier)
    made.services.close()
    done = houselights("backup", str(file), "--json", home=home)
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert document["checked"]["valid_tickets"] == 1
    assert document["money"] == [
        {"of": "payments", "currency": "EUR", "amount": 4000},
        {"of": "tickets", "currency": "EUR", "amount": 4000},
    ]
    again = houselights("backup", str(file), home=home)
    assert (again.returncode, again.stdout) == (1, "")
    assert again.stderr.count("\n") == 1
    assert houselights("backup", home=home).returncode == 2
    checked = houselights("check", str(file), "--json", home=home)
    assert json.loads(checked.stdout)["checked"]["journal_lines"] == 1
    occupied = houselights("restore", str(file), home=home)
    assert occupied.returncode == 1
    assert "tickets: 1" in occupied.stderr
    restored = houselights("restore", str(file), "--replace", "--json", home=home)
    aside = Path(json.loads(restored.stdout)["aside"])
    assert aside.parent == home
    assert aside.exists()
    assert houselights("check", home=home).returncode == 0
    due = houselights("backup", "--scheduled", home=home)
    assert (due.returncode, due.stdout) == (0, "no backup is due at this station\n")
