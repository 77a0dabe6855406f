"""The change feed while the database is away, dead, mute or another one: no news lost, no noise, no wait."""

import logging
import time
from pathlib import Path
from queue import SimpleQueue

import psycopg
import pysqlite3
import pytest

from app.bootstrap import build
from app.config import Settings
from app.domain.errors import DatabaseUnavailable
from app.domain.facts import EVERYTHING, Fact, ProgrammeChanged
from app.persistence import change_feed, server_changes
from app.persistence.changes import recording
from app.persistence.database import Database
from app.persistence.statements import Driver
from tests.builders import Clock
from tests.persistence.hearing import PATIENCE, Station, last, stations
from tests.persistence.proxy import proxied
from tests.postgres import OwnServer


def _kill_listeners(url: str) -> int:
    plain = url.replace("postgresql+psycopg://", "postgresql://")
    with psycopg.connect(plain, autocommit=True) as boss:
        killed = boss.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND query NOT ILIKE '%ROLLBACK%' AND query NOT ILIKE '%COMMIT%'"
        ).fetchall()
    return len(killed)


def test_a_connection_that_the_server_ends_is_made_again(shared_pair, postgresql_url):
    writer, listener = shared_pair
    for number in range(3):
        assert _kill_listeners(postgresql_url) >= 1
        writer.tell(ProgrammeChanged(str(number)), last(number))
        assert listener.until(last(number)) == [ProgrammeChanged(str(number)), last(number)]


@pytest.fixture
def server():
    try:
        made = OwnServer(durable=True)
    except Exception as missing:  # noqa: BLE001 - no binaries for this platform
        pytest.skip(str(missing))
    yield made
    made.stop()


def test_a_server_that_is_away_is_waited_for_in_silence(server, caplog):
    caplog.set_level(logging.INFO)
    url = server.create("house")
    with stations(url, url) as (writer, listener):
        server.crash()
        gone = time.monotonic() + 1.5
        while time.monotonic() < gone:
            time.sleep(0.05)  # several attempts
        server.start()
        # it may have lost what was read already
        assert listener.until(EVERYTHING[-1]) == list(EVERYTHING)
        _tell_when_it_is_back(writer, last())
        assert listener.until(last()) == [last()]
        said = [r.getMessage() for r in caplog.records if r.name.endswith("change_feed")]
        assert [line.split(":")[0] for line in said] == [
            "no news of other stations",
            "news of other stations again",
        ]


def _tell_when_it_is_back(writer: Station, fact: Fact) -> None:
    while True:
        try:
            return writer.tell(fact)
        except DatabaseUnavailable:
            time.sleep(0.05)


def test_the_servers_call_is_enough(postgresql_url, monkeypatch):
    monkeypatch.setattr(server_changes, "_LOOK_ANYWAY", 10 * PATIENCE)
    with stations(postgresql_url, postgresql_url) as (writer, listener):
        writer.tell(last())
        assert listener.until(last()) == [last()]


def test_a_call_that_was_missed_costs_nothing_but_time(shared_pair):
    writer, listener = shared_pair
    with writer.services.database.engine.begin() as connection:
        row, _call = recording([last()], origin="x", at=Clock().now, dialect="postgresql")
        Driver(connection).run_all([row])
    assert listener.until(last()) == [last()]


def test_a_server_that_falls_silent_is_left_and_called_again(postgresql_url, monkeypatch):
    monkeypatch.setattr(server_changes, "_PATIENCE", 0.5)
    monkeypatch.setattr(server_changes, "_LOOK_ANYWAY", 0.1)
    with proxied(postgresql_url) as (proxy, far), stations(postgresql_url, far) as made:
        writer, listener = made
        proxy.silent = True
        writer.tell(ProgrammeChanged("meanwhile"))
        time.sleep(1)  # it does not answer for longer than anybody waits
        proxy.silent = False
        writer.tell(last())
        assert listener.until(last()) == [ProgrammeChanged("meanwhile"), last()]


def _watched(station: Station) -> SimpleQueue:
    told = SimpleQueue()
    station.services.feed.watch(told.put)
    return told


def test_a_late_answer_is_said_and_costs_no_connection(postgresql_url, monkeypatch):
    monkeypatch.setattr(server_changes, "_DOUBT", 0.2)
    monkeypatch.setattr(server_changes, "_LOOK_ANYWAY", 0.1)
    plain = postgresql_url.replace("postgresql+psycopg://", "postgresql://")
    with stations(postgresql_url, postgresql_url) as (_, listener), psycopg.connect(plain) as boss:
        told = _watched(listener)
        boss.execute("LOCK TABLE changes")
        assert told.get(timeout=PATIENCE) is True
        boss.rollback()
        assert told.get(timeout=PATIENCE) is False
        listener.services.feed.stop()
        listener._thread.join(PATIENCE)
        assert told.empty()


def test_a_server_that_is_away_is_said_once_and_so_is_its_return(server):
    url = server.create("house")
    with stations(url, url) as (_, listener):
        told = _watched(listener)
        server.crash()
        assert told.get(timeout=PATIENCE) is True
        server.start()
        assert told.get(timeout=PATIENCE) is False
        assert told.empty()


def test_a_connection_that_is_made_again_at_once_is_nothing_to_speak_of(
    postgresql_url, monkeypatch
):
    monkeypatch.setattr(change_feed, "_STEADY", 0.0)
    with stations(postgresql_url, postgresql_url) as (writer, listener):
        told = _watched(listener)
        assert _kill_listeners(postgresql_url) >= 1
        writer.tell(last())
        assert listener.until(last()) == [last()]
        assert told.empty()


@pytest.mark.parametrize("asking", [False, True], ids=["waiting", "asking"])
def test_closing_does_not_wait_for_a_silent_server(postgresql_url, monkeypatch, asking):
    monkeypatch.setattr(server_changes, "_PATIENCE", 10 * PATIENCE)
    monkeypatch.setattr(server_changes, "_LOOK_ANYWAY", 0.01 if asking else 10 * PATIENCE)
    with proxied(postgresql_url) as (proxy, far), stations(postgresql_url, far):
        proxy.silent = True
        time.sleep(0.2)  # it has asked something
    # leaving joined the thread


def test_closing_does_not_wait_for_a_server_that_never_lets_one_in(postgresql_url, monkeypatch):
    monkeypatch.setattr(server_changes, "_PATIENCE", 10 * PATIENCE)
    with proxied(postgresql_url) as (proxy, far):
        station = Station(far, "S1")
        proxy.silent = True
        station._thread.start()
        time.sleep(0.2)
        station.close()


def test_a_moved_file_is_waited_for_and_never_made_anew(sqlite_url):
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    with stations(sqlite_url, sqlite_url) as (writer, listener):
        away = path.with_name("away.db")
        path.rename(away)
        time.sleep(0.3)
        assert not path.exists()
        away.rename(path)
        _tell_when_it_is_back(writer, last())
        assert listener.until(last()) == [last()]


def test_another_file_in_its_place_means_that_everything_may_have_changed(sqlite_url, tmp_path):
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    with stations(sqlite_url, sqlite_url) as (writer, listener):
        copy = tmp_path / "copy.db"
        writer.services.database.backup(copy)
        writer.tell(last(1))
        assert listener.until(last(1)) == [last(1)]
        copy.replace(path)
        for name in ("-wal", "-shm"):
            path.with_name(path.name + name).unlink(missing_ok=True)
        assert listener.until(EVERYTHING[-1]) == list(EVERYTHING)
        writer.tell(last(2))
        assert listener.until(last(2)) == [last(2)]


def test_nobody_else_is_in_a_database_in_memory():
    services = build(Settings("sqlite://"))
    services.feed.run()  # returns
    services.users.command_line(services.station)
    services.close()


def test_whoever_only_looks_cannot_write(sqlite_url):
    database = Database(sqlite_url)
    connection = database.onlooker()
    with pytest.raises(pysqlite3.OperationalError, match="readonly"):
        connection.execute("DELETE FROM changes")
    connection.close()
    database.close()
