"""The server dies under a full house of counters, again and again: nothing acknowledged is lost, nothing is
made twice, nobody meets a deadlock. `CRASH_SECONDS=60 CRASH_STATIONS=20 ./test` for the long form."""

import json
import os
import random
import subprocess
import sys
import time
from collections import Counter
from statistics import median

import pytest

from tests.builders import plan, theatre
from tests.postgres import OwnServer, PostgresMissing

_SECONDS = float(os.environ.get("CRASH_SECONDS", "6"))
_STATIONS = int(os.environ.get("CRASH_STATIONS", "4"))
_EVERY = (1.5, 2.5) if _SECONDS < 20 else (2.0, 5.0)
# what a counter says when somebody else was there first
_FAIR = {"SeatTaken"}


@pytest.fixture
def server():
    try:
        made = OwnServer(durable=True)
    except PostgresMissing as missing:
        pytest.skip(str(missing))
    yield made
    made.stop()


@pytest.fixture
def hall(server):
    url = server.create("hall")
    made = theatre(url, house=plan(rows=25, seats=40), station="HQ")
    yield made
    made.services.close()


def _rows(house, query):
    with house.services.database.engine.connect() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(query)]


@pytest.mark.timeout(120 + 2 * int(_SECONDS))
def test_a_dying_server_loses_nothing_and_doubles_nothing(server, hall, tmp_path):
    url = hall.services.database.url.render_as_string(hide_password=False)
    books = [tmp_path / f"S{number:02}" for number in range(_STATIONS)]
    orders = "".join(
        f"{book} {_SECONDS} {url} {book.name} {hall.performance.id} {hall.adult.id}\n"
        for book in books
    )
    with subprocess.Popen(
        [sys.executable, "-m", "tests.persistence.trading"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1,
    ) as stations:  # fmt: skip
        stations.stdin.write(orders)
        for _ in books:
            assert stations.stdout.readline() == "ready\n"
        stations.stdin.write("open\n")
        down = _crash_again_and_again(server, seconds=_SECONDS)
        assert stations.stdout.readline() == "over 0\n"
    told = [json.loads(book.read_text()) for book in books]
    _say(told, down, server)
    assert {kind for book in told for kind in book["refused"]} <= _FAIR
    assert not any("locked" in kind for book in told for kind in book["counts"])
    _books_are_the_houses(hall, told)
    payments = hall.services.payments
    print(payments.check(by=hall.admin), payments.verify_journal(by=hall.admin), "journal lines")


def _crash_again_and_again(server, *, seconds):
    """How long it was down each time."""
    chance, end, down = random.Random(4), time.monotonic() + seconds, []
    while True:
        time.sleep(chance.uniform(*_EVERY))
        if time.monotonic() > end:
            return down
        began = time.monotonic()
        server.crash()
        server.start()
        down.append(time.monotonic() - began)


def _books_are_the_houses(hall, told):
    """Every act that was acknowledged is there, and there is no other."""
    hall.services.database.close()  # its connections died with the server
    seats = {key: seats for book in told for key, seats in book["seats"].items()}
    live = {key: [] for (key,) in _rows(hall, "SELECT id FROM bookings")}
    query = "SELECT booking_id, seat_label FROM tickets WHERE status = 'valid' ORDER BY seat_label"
    for key, seat in _rows(hall, query):
        live[key].append(seat)
    assert {key: sorted(some) for key, some in live.items()} == seats
    made = {key for (key,) in _rows(hall, "SELECT id FROM refunds")}
    given_back = {key: refunds for book in told for key, refunds in book["returned"].items()}
    assert {one for refunds in given_back.values() for one in refunds} <= made
    kept = "SELECT booking_id, sum(amount) FROM {} GROUP BY booking_id"
    paid, returned = (dict(_rows(hall, kept.format(table))) for table in ("payments", "refunds"))
    assert {key for key in seats if paid[key] == returned.get(key, 0)} == {*given_back}
    taken = [seat for some in seats.values() for seat in some]
    assert len(taken) == len(set(taken))


def _say(told, down, server):
    sums = {name: Counter() for name in ("done", "refused", "counts")}
    for book in told:
        for name, total in sums.items():
            total.update(book[name])
    deadlocks = (server._folder / "log").read_text().count("deadlock detected")
    print(
        f"\n{_STATIONS} stations, {_SECONDS:.0f} s, {len(down)} crashes,"
        f" down {median(down):.2f} s median, {max(down):.2f} s at most;"
        f" longest act {max(book['longest'] for book in told):.2f} s;"
        f" deadlocks the server broke and nobody saw {deadlocks}"
    )
    for name, total in sums.items():
        print(name, dict(total))
