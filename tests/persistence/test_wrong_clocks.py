"""Ten stations whose clocks are hours apart, on one shared house: only the server's clock counts."""

import json
import subprocess
import sys
from datetime import datetime, timedelta

import pytest

from app.domain.tickets import HOLD_FOR
from app.domain.values import from_micros
from tests.builders import plan, theatre

_HOURS = (-30, -9, -3, -1, -0.2, 0, 0.2, 2, 8, 26)
_NEAR = timedelta(minutes=3)  # a busy machine; the nearest wrong clock is twelve minutes off


class Stations:
    """Ten of them, with the seats 10n+1 to 10n+4 in the basket of the n-th."""

    def __init__(self, url, process) -> None:
        self.house = theatre(url, house=plan(rows=10, seats=10), station="HQ")
        self._url = url
        self._process = process

    def each(self, what, arguments):
        """What each says; `arguments(n)` are the n-th station's."""
        where = f"{self.house.performance.id} {self.house.adult.id}"
        for n, hours in enumerate(_HOURS):
            told = " ".join(map(str, (where, *arguments(n))))
            self._process.stdin.write(f"{hours} {self._url} S{n} {what} {told}\n")
        self._process.stdin.write("\n")
        lines = iter(self._process.stdout.readline, "over\n")
        said = {answer.pop("station"): answer for answer in map(json.loads, lines)}
        assert len(said) == len(_HOURS)
        return [said[f"S{n}"] for n in range(len(_HOURS))]

    def ask(self, query):
        with self.house.services.database.engine.begin() as connection:
            result = connection.exec_driver_sql(query)
            return [tuple(row) for row in result] if result.returns_rows else []

    def now(self):
        """The server's."""
        ((micros,),) = self.ask("SELECT (extract(epoch FROM clock_timestamp())*1000000)::bigint")
        return from_micros(micros)


@pytest.fixture
def stations(postgresql_url):
    with subprocess.Popen(
        [sys.executable, "-m", "tests.persistence.wrong_clocks"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1,
    ) as process:  # fmt: skip
        made = Stations(postgresql_url, process)
        yield made
        made.house.services.close()
        process.stdin.close()


def _seats(n):
    return range(10 * n + 1, 10 * n + 5)


def test_only_the_servers_clock_counts(stations):
    held = stations.each("hold", lambda n: (f"basket{n}", *_seats(n)))
    for answer in held:
        assert abs(datetime.fromisoformat(answer["until"]) - stations.now() - HOLD_FOR) < _NEAR

    # nobody's clock frees what another holds, and everybody sees all of it
    everything = [no for n in range(len(_HOURS)) for no in _seats(n)]
    neighbours = stations.each("hold", lambda n: (f"more{n}", *_seats((n + 1) % len(_HOURS))))
    assert all("taken" in answer for answer in neighbours)
    for answer in stations.each("look", lambda _n: ()):
        assert answer["claimed"] == everything
        assert abs(datetime.fromisoformat(answer["now"]) - stations.now()) < _NEAR

    # what has run out by the server's clock has run out for all, a minute before it has for none
    now = stations.now()
    for n in range(len(_HOURS)):
        for no, minutes in ((10 * n + 1, -1), (10 * n + 2, 1)):
            until = int((now + timedelta(minutes=minutes)).timestamp() * 1_000_000)
            stations.ask(f"UPDATE seat_claims SET hold_until = {until} WHERE seat_no = {no}")
    for answer in stations.each("look", lambda _n: ()):
        assert answer["claimed"] == [no for no in everything if no % 10 != 1]
    following = lambda n: 10 * ((n + 1) % len(_HOURS))  # noqa: E731
    taken = stations.each("hold", lambda n: (f"late{n}", following(n) + 1))
    assert all("until" in answer for answer in taken)

    # sales, journal and what people looked at bear the server's time
    sold = stations.each("sell", lambda n: (f"basket{n}", 10 * n + 3, 10 * n + 4))
    assert [answer["sold"] for answer in sold] == [[10 * n + 3, 10 * n + 4] for n in range(10)]
    now = stations.now()
    for table, column in (
        ("bookings", "created_at"),
        ("payments", "created_at"),
        ("journal", "at"),
        ("ticket_sales", "sale_date"),
        ("changes", "at"),
        ("user_interactions", "at"),
    ):
        times = [from_micros(at) for (at,) in stations.ask(f"SELECT {column} FROM {table}")]
        assert len(times) >= len(_HOURS), table
        assert all(abs(at - now) < _NEAR for at in times), table
    payments = stations.house.services.payments
    payments.check(by=stations.house.admin)
    assert payments.verify_journal(by=stations.house.admin) == len(_HOURS)
