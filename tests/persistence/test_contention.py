"""Sixteen stations want the same two hundred seats at the same moment."""

import json
import subprocess
import sys

import pytest

from tests.builders import plan, theatre

_STATIONS = 16
_ROWS, _SEATS = 8, 25


@pytest.fixture
def wanted(database_url):
    made = theatre(database_url, house=plan(rows=_ROWS, seats=_SEATS))
    yield made
    made.services.close()


def _all_buy_at_once(house):
    """What each station reports; every station is a process."""
    url = house.services.database.url.render_as_string(hide_password=False)
    orders = "".join(
        f"buy {url} S{number:02} {house.performance.id} {house.adult.id}\n"
        for number in range(_STATIONS)
    )
    with subprocess.Popen(
        [sys.executable, "-m", "tests.persistence.stations"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1,
    ) as stations:  # fmt: skip
        stations.stdin.write(orders)
        ready = 0
        while ready < _STATIONS:
            line = stations.stdout.readline()
            assert line, "the stations have died"
            ready += line == "ready\n"
        lines = stations.communicate("open\n", timeout=60)[0].splitlines()
    return [json.loads(line) for line in lines if line.startswith("{")]


def test_every_seat_is_sold_once_and_every_refusal_names_taken_seats(wanted):
    reports = _all_buy_at_once(wanted)
    assert len(reports) == _STATIONS
    assert {kind for report in reports for kind in report["refusals"]} == {"SeatTaken"}
    assert sum(bool(report["sold"]) for report in reports) > 1
    sold = [seat for report in reports for seat in report["sold"]]
    assert sorted(sold) == sorted(wanted.plan.label)
    payments = wanted.services.payments
    assert payments.check(by=wanted.admin)["valid_tickets"] == _ROWS * _SEATS
    bookings = wanted.services.bookings.bookings(by=wanted.admin)
    assert payments.verify_journal(by=wanted.admin) == len(bookings)
