"""Several stations on one shared house: what a sale and a hold take through the service, and from the bare
driver writing the same rows, at 1, 4 and 16 stations that are processes; how often a sale waits for the
server; how soon another station hears of a hold while others sell.

`python -m app.bench.shared URL STATION PERFORMANCE PRICE_TYPE FIRST LAST` is a station: it does what stdin
names, as "sell SECONDS MOST", and writes the milliseconds each took. Slices of service and driver alternate,
so that a slow minute of the disk slows both.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from statistics import mean, median, quantiles
from tempfile import TemporaryFile
from typing import Any

from app.bench import feed
from app.bench.sale import Hall, bare_postgresql, bare_sale, connected, order_of
from app.bench.stage import one_performance
from app.bootstrap import build
from app.config import Settings
from app.domain.facts import SeatsChanged
from app.domain.tickets import HOLD_FOR
from app.domain.values import from_micros, new_id
from app.persistence.changes import recording
from app.persistence.events import OFFER_KEPT
from app.persistence.tickets import CLAIM

_STATIONS = (1, 4, 16)
_FIRST_SEATS, _SEATS_EACH = 20_000, 3_500  # the first station takes part in every round
_RESERVED = 300  # for whoever holds while others sell
_SLICE, _SLICES = 1.0, 2
_MOST_A_SECOND = 1_600  # of all stations together: so many are prepared
_ALONGSIDE, _SELLERS = 9.0, 4
_BUDGETS = {"sell": 0.80, "hold": None}
_NAMES = {"sell": "sale of a seat", "hold": "hold of a seat"}
_ROUND_TRIPS = 8


def measure(url: str) -> list[dict[str, object]]:
    """Figures as `houselights bench` prints them; `url` names a database that may be filled."""
    services = build(Settings(url))
    try:
        by = services.users.command_line(services.station)
        seats = _RESERVED + _FIRST_SEATS + max(_STATIONS) * _SEATS_EACH
        _, performance_id, price_type_id = one_performance(services, by=by, seats=seats)
    finally:
        services.close()
    with _stations(url, performance_id, price_type_id) as stations:
        figures = [figure for count in _STATIONS for figure in _round(stations[:count])]
        figures.append(_round_trips(stations[0]))
        figures += _heard_alongside(stations[:_SELLERS], url, performance_id)
    return figures


# -- from outside --------------------------------------------------------------------------------


class _Station:
    """A process that sells; its answers are lines."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.answer()

    def ask(self, what: str) -> None:
        """Begin."""
        if self._process.stdin is None:
            raise RuntimeError("a station that hears nothing")
        self._process.stdin.write(f"{what}\n")
        self._process.stdin.flush()

    def answer(self) -> Any:
        """What it says when it is done."""
        said = self._process.stdout.readline() if self._process.stdout else ""
        if not said:
            raise RuntimeError("a station has died")
        return json.loads(said)


@contextmanager
def _stations(url: str, performance_id: str, price_type_id: str) -> Iterator[list[_Station]]:
    program = [sys.executable, "-m", "app.bench.shared", url]
    with ExitStack() as stack:
        processes = []
        first = _RESERVED + 1
        for number in range(max(_STATIONS)):
            last = first + (_SEATS_EACH if number else _FIRST_SEATS) - 1
            seats = [str(first), str(last)]
            process = subprocess.Popen(
                [*program, f"P{number:02}", performance_id, price_type_id, *seats],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            processes.append(
                stack.enter_context(process)
            )  # leaving closes its stdin, which ends it
            first = last + 1
        yield [_Station(process) for process in processes]


def _round(stations: list[_Station]) -> list[dict[str, object]]:
    """Service and driver in turn, all stations at once."""
    seen = {who: _Seen() for kind in _NAMES for who in (kind, f"bare_{kind}")}
    for _ in range(_SLICES):
        for who, sum_ in seen.items():
            _begin(stations, who, seconds=_SLICE)
            answers = [station.answer() for station in stations]
            sum_.rates.append(sum(answer["a_second"] for answer in answers))
            sum_.spent += [ms for answer in answers for ms in answer["spent"]]
    return [
        figure
        for kind in _NAMES
        for figure in _compared(kind, len(stations), seen[kind], seen[f"bare_{kind}"])
    ]


def _begin(stations: list[_Station], what: str, *, seconds: float) -> None:
    """Once all are ready."""
    most = int(seconds * _MOST_A_SECOND / len(stations))
    for station in stations:
        station.ask(f"{what} {seconds} {most}")
    for station in stations:
        station.answer()
    for station in stations:
        station.ask("go")


@dataclass
class _Seen:
    """What all stations did in one way: how many a second in each slice, how long each took."""

    rates: list[float] = field(default_factory=list)
    spent: list[float] = field(default_factory=list)


def _compared(kind: str, count: int, ours: _Seen, bare: _Seen) -> list[dict[str, object]]:
    rate, baseline = mean(ours.rates), mean(bare.rates)
    # several stations here share their cores with the server, which those of a real house do not
    budget = _BUDGETS[kind] if count == 1 else None
    ratio = rate / baseline
    name = f"{_NAMES[kind]}, {count} station{'s' if count > 1 else ''}"
    return [
        {
            "name": name,
            "value": round(rate, 1),
            "unit": "/s",
            "budget": f"ratio >= {budget}" if budget else "report",
            "baseline": round(baseline, 1),
            "ratio": round(ratio, 2),
            "within": ratio >= budget if budget else None,
        },
        *(
            {
                "name": f"{name}: p{percent}",
                "value": round(_percentile(ours.spent, percent), 1),
                "unit": "ms",
                "budget": "report",
                "baseline": round(_percentile(bare.spent, percent), 1),
            }
            for percent in (50, 99)
        ),
    ]


def _percentile(values: list[float], percent: int) -> float:
    return median(values) if percent == 50 else quantiles(values, n=100)[percent - 1]


def _round_trips(station: _Station) -> dict[str, object]:
    station.ask("count")
    return {
        "name": "round trips of a sale of four seats, counted on the wire",
        "value": station.answer(),
        "unit": "",
        "budget": _ROUND_TRIPS,
    }


def _heard_alongside(
    sellers: list[_Station], url: str, performance_id: str
) -> list[dict[str, object]]:
    _begin(sellers, "sell", seconds=_ALONGSIDE)
    figures = feed.heard(url, performance_id, name=f"a hold heard while {len(sellers)} others sell")
    for station in sellers:
        station.answer()
    return figures


# -- a station -----------------------------------------------------------------------------------


class _Till:
    """One process: the services, and a bare connection beside them."""

    def __init__(self, url: str, code: str, performance_id: str, price_type_id: str) -> None:
        self._services = build(Settings(url, station=code))
        users = self._services.users
        by = users.command_line(self._services.station)
        bare = users.station(f"B{new_id()[-12:]}")
        event_id = self._services.events.offer(performance_id, by=by).performance.event_id
        self._hall = Hall(self._services, by, bare.id, event_id, performance_id, price_type_id)
        self._raw = connected(url)

    def close(self) -> None:
        """Give both back."""
        self._raw.close()
        self._services.close()

    def sell(self, seat: int) -> Callable[[], object]:
        """A sale through the service, ready to be made."""
        order = order_of(self._hall, [seat])
        return lambda: self._services.tickets.sell(order, by=self._hall.operator)

    def bare_sell(self, seat: int) -> Callable[[], object]:
        """The rows of one, ready to be written."""
        rows = bare_sale(self._hall, [seat])
        return lambda: bare_postgresql(self._raw, rows)

    def hold(self, seat: int) -> Callable[[], object]:
        """A hold through the service."""
        hall, basket = self._hall, new_id()
        tickets = self._services.tickets
        return lambda: tickets.hold(hall.performance_id, [seat], basket_id=basket, by=hall.operator)

    def bare_hold(self, seat: int) -> Callable[[], object]:
        """The rows of one."""
        hall = self._hall
        now = time.time_ns() // 1_000
        held = {"status": 1, "selling": 0, "basket": new_id(), "holder": hall.operator.station_code}
        held |= {"until": now + HOLD_FOR // timedelta(microseconds=1), "now": now}
        held |= {"performance": hall.performance_id, "seats": [seat]}
        held |= {"booking": None, "reason": None}
        told = recording(
            (SeatsChanged(hall.performance_id, (seat,)),),
            origin=hall.bare_station_id,
            at=from_micros(now),
            dialect="postgresql",
        )

        def write() -> None:
            with self._raw.cursor() as cursor:
                cursor.execute(OFFER_KEPT.text("postgresql"), {"id": hall.performance_id})
                cursor.execute(CLAIM.text("postgresql"), held)
                for statement, rows in told:
                    cursor.executemany(statement.text("postgresql"), rows)
            self._raw.execute("COMMIT")

        return write

    def round_trips(self, seats: list[int]) -> int:
        """Of a sale, once the station is connected and knows plan and prices."""
        self.sell(seats[0])()
        order = order_of(self._hall, seats[1:])
        with self._services.database.engine.connect() as connection:
            pg: Any = connection.connection.driver_connection.pgconn  # type: ignore[union-attr]
        with TemporaryFile() as trace:
            pg.trace(trace.fileno())
            self._services.tickets.sell(order, by=self._hall.operator)
            pg.untrace()
            trace.seek(0)
            return _turns(trace.read().decode())


def _turns(trace: str) -> int:
    """How often the program spoke up after the server had: libpq writes F before what goes to the server,
    B before what comes back."""
    spoke = [line.split("\t")[1] for line in trace.splitlines() if "\t" in line]
    return sum(
        who == "F" and before != "F" for before, who in zip(["B", *spoke], spoke, strict=False)
    )


def _station(url: str, code: str, performance_id: str, price_type_id: str, *seats: str) -> None:
    till = _Till(url, code, performance_id, price_type_id)
    first, last = map(int, seats)
    free = deque(range(first, last + 1))
    for warm_up in (till.sell, till.bare_sell, till.hold, till.bare_hold):
        warm_up(free.popleft())()  # plan and prices are read once a day
    _say("ready")
    for line in sys.stdin:
        what, *much = line.split()
        if what == "count":
            _say(till.round_trips([free.popleft() for _ in range(5)]))
        else:
            seconds, most = float(much[0]), int(much[1])
            _say(_timed(getattr(till, what), free, seconds=seconds, most=most))
    till.close()


def _timed(
    prepare: Callable[[int], Callable[[], object]], free: deque[int], *, seconds: float, most: int
) -> dict[str, object]:
    """Milliseconds of each, and how many in a second. Everything is prepared before the clock runs, and
    before all begin at once; seats that were not come to are free for the next time."""
    seats = [free.popleft() for _ in range(min(len(free), most))]
    acts = deque((seat, prepare(seat)) for seat in seats)
    _say("ready")
    sys.stdin.readline()
    spent = []
    began = done = time.perf_counter()
    while acts and done - began < seconds:
        _, act = acts.popleft()
        start = time.perf_counter()
        act()
        done = time.perf_counter()
        spent.append(round((done - start) * 1_000, 3))
    free.extendleft(seat for seat, _ in reversed(acts))
    return {"spent": spent, "a_second": len(spent) / (done - began)}


def _say(document: object) -> None:
    sys.stdout.write(json.dumps(document) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    _station(*sys.argv[1:])
