"""Whoever waits for the shared house: as long as it works on what was asked, and no longer."""

import threading

import pytest

from app.domain.errors import DatabaseUnavailable
from app.persistence import attentive
from app.persistence.database import Database
from app.persistence.failures import translated
from tests.persistence.proxy import proxied


@pytest.fixture
def line(postgresql_url, monkeypatch):
    """(a database at the other end of a network, the proxy in it, the same database at home)."""
    monkeypatch.setattr(attentive, "_SILENCE", 0.1)
    monkeypatch.setattr(attentive, "_ONCE_MORE", 0.1)
    monkeypatch.setattr(attentive, "_LEFT_ALONE", 30.0)
    with proxied(postgresql_url) as (proxy, url):
        far, home = Database(url), Database(postgresql_url)
        with far.engine.connect():
            pass
        yield far, proxy, home
        far.close()
        home.close()


def _ask(database, statement):
    with translated("theatre"), database.engine.connect() as connection:
        return connection.exec_driver_sql(statement).scalar_one()


def test_a_long_reading_is_waited_for_while_the_server_is_at_work(line):
    far, _, _ = line
    assert _ask(far, "SELECT 7 FROM pg_sleep(1.5)") == 7


def test_whoever_waits_for_a_lock_is_at_work(line):
    far, _, home = line
    with home.engine.connect() as holder:
        holder.exec_driver_sql("LOCK TABLE bookings")
        letting_go = threading.Timer(1.0, holder.rollback)
        letting_go.start()
        assert _ask(far, "SELECT count(*) FROM bookings") == 0
        letting_go.join()


def _lose_a_lock(database, proxy):
    """The backend that held it."""
    pids = []
    with pytest.raises(DatabaseUnavailable):
        _take_and_lose(database, proxy, pids)
    return pids[0]


def _take_and_lose(database, proxy, pids):
    with translated("theatre"), database.engine.begin() as held:
        held.exec_driver_sql("LOCK TABLE bookings")
        pids.append(held.exec_driver_sql("SELECT pg_backend_pid()").scalar_one())
        proxy.fail_at(1, "lose")
        held.exec_driver_sql("SELECT 1")


def test_a_connection_that_is_lost_is_given_up_and_holds_nothing(line):
    far, proxy, home = line
    pid = _lose_a_lock(far, proxy)
    assert _ask(home, "SELECT count(*) FROM bookings") == 0
    assert _ask(home, f"SELECT count(*) FROM pg_stat_activity WHERE pid = {pid}") == 0
    assert _ask(far, "SELECT 1") == 1  # the network is there


def _lose_the_end_of_a_pipeline(database, proxy):
    with translated("theatre"), database.engine.begin() as held:
        raw = held.connection.driver_connection
        with raw.pipeline():
            raw.execute("SELECT 1").fetchone()
            proxy.fail_at(1, "lose")


def test_a_server_that_waits_for_the_rest_of_a_pipeline_is_not_at_work(line):
    far, proxy, _ = line
    with pytest.raises(DatabaseUnavailable):
        _lose_the_end_of_a_pipeline(far, proxy)


def test_nobody_waits_again_for_what_somebody_has_just_waited_for(line):
    far, proxy, _ = line
    proxy.silent = True
    with pytest.raises(DatabaseUnavailable):
        _ask(far, "SELECT 1")
    asked = proxy.packets
    for _ in range(100):
        with pytest.raises(DatabaseUnavailable):
            _ask(far, "SELECT 1")
    assert proxy.packets <= asked + 1
