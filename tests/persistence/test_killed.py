"""`kill -9` in the middle of a sale: what was acknowledged stays, what was not is whole or nothing."""

import json
import os
import random
import signal
import subprocess
import sys
import time

import pytest

from tests.builders import plan, theatre
from tests.persistence.stations import sale
from ui.main import main

_KILLS = {"sqlite": 200, "postgresql": 40}
_REAL_KILLS = 10
_A_TURN = 40  # seats on offer to a station; it is killed long before they are sold
_COMMAND_LINE = "import sys; from ui.main import main; sys.exit(main())"


@pytest.fixture
def hall(database_url):
    made = theatre(database_url, house=plan(rows=26, seats=60))
    yield made
    made.services.close()


@pytest.fixture
def stations():
    """The process that forks them."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.persistence.stations"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1,
    ) as process:  # fmt: skip
        yield process
        process.stdin.close()


def _url(house):
    return house.services.database.url.render_as_string(hide_password=False)


def _keys(house):
    with house.services.database.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT idempotency_key FROM bookings")
        return sorted(key for (key,) in rows)


def _sell_and_kill(stations, order, *, after):
    """(sales acknowledged, the sale in doubt) of a station killed `after` seconds of selling."""
    stations.stdin.write(order)
    station = int(stations.stdout.readline().removeprefix("pid "))
    heard = [stations.stdout.readline(), stations.stdout.readline()]
    time.sleep(after)
    os.kill(station, signal.SIGKILL)
    stations.stdin.write(f"wait {station}\n")
    heard += iter(stations.stdout.readline, "over\n")
    done = [line.split()[1] for line in heard if line.startswith("done") and line.endswith(" 0\n")]
    assert len(done) == sum(line.startswith("done") for line in heard), heard
    tried = [line.split()[1:] for line in heard if line.startswith("try")]
    return done, [attempt for attempt in tried if attempt[0] not in done]


def test_a_killed_station_loses_no_sale_and_doubles_none(hall, stations, capsys):
    backend = hall.services.database.url.get_backend_name()
    chance, left = random.Random(9), list(hall.plan.label)
    sold = []
    for cycle in range(_KILLS[backend]):
        order = " ".join(["sell", _url(hall), hall.performance.id, f"k{cycle}", *left[:_A_TURN]])
        done, in_doubt = _sell_and_kill(stations, f"{order}\n", after=chance.uniform(0.005, 0.06))
        sold += done
        assert set(done) <= set(_keys(hall)), "an acknowledged sale is gone"
        for key, seat in in_doubt:
            assert main(sale(_url(hall), hall.performance.id, seat, key)) == 0
            sold.append(key)
        left = left[len(done) + len(in_doubt) :]
        assert _keys(hall) == sorted(sold)
    capsys.readouterr()
    assert len(sold) > _KILLS[backend]
    _is_in_order(hall, sales=len(sold))


def _is_in_order(house, *, sales):
    payments = house.services.payments
    assert payments.check(by=house.admin)["valid_tickets"] == sales
    assert payments.verify_journal(by=house.admin) == sales


def test_a_killed_command_sells_once_when_it_is_sent_again(hall, capsys):
    chance = random.Random(10)
    started = time.monotonic()
    assert _command(hall, hall.plan.label[0], "first").communicate()[0]
    whole = time.monotonic() - started
    for cycle, seat in enumerate(hall.plan.label[1 : _REAL_KILLS + 1]):
        command = _command(hall, seat, f"real-{cycle}")
        time.sleep(chance.uniform(0.5, 1.0) * whole)
        command.kill()
        said = command.communicate()[0]
        before = _keys(hall)
        assert f"real-{cycle}" in before or not said, "an acknowledged sale is gone"
        assert main(sale(_url(hall), hall.performance.id, seat, f"real-{cycle}")) == 0
        again = json.loads(capsys.readouterr().out)
        assert [ticket["seat"] for ticket in again["tickets"]] == [seat]
        assert not said or json.loads(said) == again
        assert set(_keys(hall)) == {*before, f"real-{cycle}"}
    _is_in_order(hall, sales=_REAL_KILLS + 1)


def _command(house, seat, key):
    arguments = sale(_url(house), house.performance.id, seat, key)
    return subprocess.Popen(
        [sys.executable, "-c", _COMMAND_LINE, *arguments],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
