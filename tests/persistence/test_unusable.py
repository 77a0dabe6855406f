"""A database that cannot be used says why in a sentence, and what was sold is still there."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pysqlite3
import pytest
from sqlalchemy import Engine, event
from sqlalchemy.engine import make_url

from app.bootstrap import build
from app.config import Settings
from app.domain.errors import DatabaseUnavailable
from tests.builders import theatre
from tests.persistence.stations import sale
from ui.errors import words
from ui.main import main

_NOBODY = 65534
_HOLDER = """
import sys, pysqlite3
connection = pysqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
sys.stdin.readline()
"""


@pytest.fixture
def file(sqlite_url):
    return Path(sqlite_url.removeprefix("sqlite:///"))


@pytest.fixture
def house(sqlite_url):
    """Has sold one seat."""
    made = theatre(sqlite_url)
    made.services.tickets.sell(made.order("A-1"), by=made.cashier)
    yield made
    made.services.close()


@pytest.fixture
def refused(capsys):
    """Opens a database in both ways, which must fail for `reason`."""

    def refuse(url, reason):
        with pytest.raises(DatabaseUnavailable) as refusal:
            build(Settings(url))
        _one_sentence(refusal.value, reason)
        _fails_politely(["--database", url, "check"], capsys)
        return refusal.value

    return refuse


def _one_sentence(error, reason):
    assert error.reason == reason
    said = words(error)
    assert "\n" not in said
    assert said.endswith(".")
    assert "Traceback" not in said
    assert "Error" not in said


def _fails_politely(arguments, capsys):
    capsys.readouterr()
    assert main(arguments) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("houselights: ")
    assert err.count("\n") == 1


def _sale_fails(house, reason, capsys):
    """A sale of two dozen seats from the window and one from the command line; neither happens."""
    tickets = house.services.tickets
    with pytest.raises(DatabaseUnavailable) as refusal:
        tickets.sell(house.order_of(list(range(2, 40))), by=house.cashier)
    _one_sentence(refusal.value, reason)
    url = house.services.database.url.render_as_string()
    _fails_politely(sale(url, house.performance.id, "A-2", "again"), capsys)


def _rows(file):
    """How many rows each table has."""
    connection = pysqlite3.connect(str(file))
    names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    counts = {
        name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0]
        for (name,) in names
        if name != "stations" and not name.startswith("station_")
    }
    connection.close()
    return counts


# --- where there is no database -----------------------------------------------------------------


def test_a_folder_that_is_not_there(tmp_path, refused):
    refused(f"sqlite:///{tmp_path}/gone/houselights.db", "missing")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_in_place_of_a_file(tmp_path, refused):
    refused(f"sqlite:///{tmp_path}", "not_a_database")


def test_a_file_that_is_something_else(tmp_path, refused):
    diary = tmp_path / "diary.db"
    diary.write_bytes(b"Dear diary, the first night went well. " * 300)
    refused(f"sqlite:///{diary}", "not_a_database")
    assert diary.read_bytes() == b"Dear diary, the first night went well. " * 300


def test_the_database_of_another_program(tmp_path, refused):
    foreign = tmp_path / "cats.db"
    connection = pysqlite3.connect(str(foreign))
    connection.execute("CREATE TABLE cats (name)")
    connection.execute("INSERT INTO cats VALUES ('Mog')")
    connection.commit()
    connection.close()
    before = foreign.read_bytes()
    refused(f"sqlite:///{foreign}", "foreign")
    assert foreign.read_bytes() == before


@pytest.mark.parametrize(
    "url",
    ["nonsense", "mysql://host/name", "mysql+what://host/name", "postgresql://u:pw@host:port/name"],
)
def test_an_address_that_is_none(url, refused):
    assert "pw" not in words(refused(url, "bad_url"))


def test_a_server_that_is_not_running(refused):
    with socket.socket() as closed:  # bound, but nobody listens
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        said = words(refused(f"postgresql://u:pw@127.0.0.1:{port}/house", "no_answer"))
    assert f"127.0.0.1:{port}/house" in said
    assert "pw" not in said


def test_a_database_the_server_does_not_have(postgres, refused):
    refused(postgres.url("houselights_never_made"), "missing")


def test_a_name_the_server_does_not_know(postgres, refused):
    stranger = make_url(postgres.url("postgres")).set(username="stranger", password="pw")
    url = stranger.render_as_string(hide_password=False)
    assert "pw" not in words(refused(url, "refused"))


# --- where there is one -------------------------------------------------------------------------


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


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="file modes are POSIX")
@pytest.mark.parametrize(("folder_mode", "file_mode"), [(0o777, 0o444), (0o555, 0o666)])
def test_a_file_or_folder_that_may_only_be_read(file, house, refused, folder_mode, file_mode):
    house.services.close()
    folder = Path(tempfile.mkdtemp())  # nobody can reach it, unlike pytest's
    try:
        copy = Path(shutil.copyfile(file, folder / "house.db"))
        copy.chmod(file_mode)
        folder.chmod(folder_mode)
        with _as_nobody():
            refused(f"sqlite:///{copy}", "read_only")
        assert copy.read_bytes() == file.read_bytes()
    finally:
        folder.chmod(0o700)
        shutil.rmtree(folder)


def test_damage_in_the_middle(file, house, capsys):
    house.services.close()
    before = _rows(file)
    connection = pysqlite3.connect(str(file))
    (page,) = connection.execute(
        "SELECT rootpage FROM sqlite_master WHERE name = 'seat_claims'"
    ).fetchone()
    (size,) = connection.execute("PRAGMA page_size").fetchone()
    connection.close()
    with file.open("r+b") as damaged:
        damaged.seek((page - 1) * size)
        whole = damaged.read(size)
        damaged.seek((page - 1) * size)
        damaged.write(b"\xa5" * size)
    _sale_fails(house, "corrupt", capsys)
    house.services.close()
    with file.open("r+b") as mended:
        mended.seek((page - 1) * size)
        mended.write(whole)
    assert _rows(file) == before


def test_another_program_holds_it(file, house, capsys, monkeypatch):
    before = _rows(file)
    house.services.close()
    monkeypatch.setattr("app.persistence.database._BUSY_MILLISECONDS", 50)
    impatient = build(Settings(f"sqlite:///{file}", station="T1"))
    house.services = impatient
    with subprocess.Popen(
        [sys.executable, "-c", _HOLDER, file], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout.readline() == b"held\n"
        _sale_fails(house, "locked", capsys)
        holder.communicate(b"\n")
    assert _rows(file) == before
    impatient.tickets.sell(house.order("A-2"), by=house.cashier)


def test_the_disk_is_full(file, house, capsys):
    house.services.close()
    before = _rows(file)
    url = house.services.database.url.render_as_string()
    main(["--database", url, "check"])  # the command line's station has enrolled

    def no_more_pages(connection, _record):
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages}")

    event.listen(Engine, "connect", no_more_pages)
    try:
        with pytest.raises(DatabaseUnavailable) as refusal:
            house.services.tickets.sell(house.order_of(list(range(2, 40))), by=house.cashier)
        _one_sentence(refusal.value, "disk_full")
        rest = [label for label in house.plan.label if label != "A-1"]
        arguments = sale(url, house.performance.id, "A-2", "again")
        arguments[arguments.index("A-2") : arguments.index("A-2") + 1] = rest
        _fails_politely(arguments, capsys)
    finally:
        event.remove(Engine, "connect", no_more_pages)
    assert _rows(file) == before
    house.services.close()
    house.services.tickets.sell(house.order("A-2"), by=house.cashier)


@pytest.mark.skipif(os.name == "nt", reason="an open file cannot be moved there")
def test_a_file_that_is_moved_away_is_missed_and_never_begun_anew(file, house, tmp_path):
    elsewhere = tmp_path / "elsewhere.db"
    file.rename(elsewhere)
    for _ in range(2):  # on a connection that was open, and on a new one
        with pytest.raises(DatabaseUnavailable) as refusal:
            house.services.tickets.sell(house.order("A-2"), by=house.cashier)
        _one_sentence(refusal.value, "missing")
        house.services.database.engine.dispose()
    assert not file.exists()
    elsewhere.rename(file)
    house.services.tickets.sell(house.order("A-2"), by=house.cashier)


@pytest.mark.skipif(os.name == "nt", reason="an open file cannot be replaced there")
def test_what_is_sold_goes_into_the_file_that_is_there_now(file, house, tmp_path):
    house.services.tickets.sell(house.order("A-2"), by=house.cashier)
    copy = tmp_path / "copy.db"
    house.services.database.backup(copy)
    copy.replace(file)
    for name in ("-wal", "-shm"):
        file.with_name(file.name + name).unlink(missing_ok=True)
    house.services.tickets.sell(house.order("A-3"), by=house.cashier)
    assert _rows(file)["bookings"] == house.services.payments.check(by=house.admin)["bookings"]
