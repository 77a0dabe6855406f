"""How soon another process hears of a hold: two real processes on one database, one holds, one listens.

`python -m app.bench.feed listen URL` and `… hold URL PERFORMANCE` are the two; both write the system's
monotonic clock, which on every system we run on is the same for all processes.
"""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from threading import Event, Thread

from app.bench.stage import one_performance
from app.bootstrap import build
from app.config import Settings
from app.domain.facts import Fact, SeatsChanged
from app.domain.values import new_id
from app.persistence.database import is_shared

_HOLDS = 200
_BUDGETS = {"sqlite": 50, "postgresql": 100}


def measure(postgres_url: str = "") -> list[dict[str, object]]:
    """Milliseconds from the commit in one process, and from the click before it, to the fact in the other.
    `postgres_url` names a database that may be filled; without it SQLite only."""
    with TemporaryDirectory(dir=Path.cwd()) as folder:
        figures = _figures(f"sqlite:///{Path(folder) / 'bench.db'}", "sqlite")
    if postgres_url:
        figures += _figures(postgres_url, "postgresql")
    return figures


def _figures(url: str, database: str) -> list[dict[str, object]]:
    services = build(Settings(url))
    try:
        by = services.users.command_line(services.station)
        _, performance_id, _ = one_performance(services, by=by, seats=_HOLDS + 10)
    finally:
        services.close()
    return heard(url, performance_id, name=f"a hold heard elsewhere, {database}")


def heard(url: str, performance_id: str, *, name: str) -> list[dict[str, object]]:
    """The same figures on a performance there is, whose first seats nobody else wants."""
    clicked, done, told = _both(url, performance_id)
    since_commit = [(told[seat] - done[seat]) / 1e6 for seat in done]
    since_click = [(told[seat] - clicked[seat]) / 1e6 for seat in done]
    budget = _BUDGETS["postgresql" if is_shared(url) else "sqlite"]
    return [
        _figure(f"{name}: p50 from the commit", median(since_commit), budget),
        _figure(f"{name}: p99 from the commit", quantiles(since_commit, n=100)[-1], budget),
        _figure(f"{name}: p99 from the click", quantiles(since_click, n=100)[-1], "report"),
    ]


def _figure(name: str, value: float, budget: object) -> dict[str, object]:
    # the other one may be quicker than the answer to the first
    return {"name": name, "value": round(max(value, 0), 1), "unit": "ms", "budget": budget}


def _both(url: str, performance_id: str) -> tuple[dict[int, int], dict[int, int], dict[int, int]]:
    """By seat: when it was clicked, when its hold was committed, when the other process heard of it."""
    program = [sys.executable, "-m", "app.bench.feed"]
    with subprocess.Popen(
        [*program, "listen", url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as listener:
        if listener.stdout is None or listener.stdout.readline() != "ready\n":
            raise RuntimeError("the listener has died")
        holder = subprocess.run(
            [*program, "hold", url, performance_id], check=True, capture_output=True, text=True
        )
        time.sleep(1)
        said, _ = listener.communicate("over\n")
    held = [_numbers(line) for line in holder.stdout.splitlines()]
    heard = {numbers[0]: numbers[1] for numbers in map(_numbers, said.splitlines())}
    return (
        {seat: clicked for seat, clicked, _ in held},
        {seat: done for seat, _, done in held},
        heard,
    )


def _numbers(line: str) -> tuple[int, ...]:
    return tuple(int(part) for part in line.split())


def _listen(url: str) -> None:
    services, ready = build(Settings(url, station="B1")), Event()
    heard: list[
        str
    ] = []  # told at the end: nobody reads meanwhile, and a full pipe would stop the listener

    def on_fact(fact: Fact) -> None:
        now = time.monotonic_ns()
        if isinstance(fact, SeatsChanged):
            ready.set()
            heard.extend(f"{seat} {now}" for seat in fact.seat_nos)

    services.bus.listen(on_fact)
    feed = Thread(target=services.feed.run)
    feed.start()
    ready.wait()
    _say(["ready"])
    sys.stdin.readline()
    services.feed.stop()
    feed.join()
    _say(heard)
    services.close()


def _hold(url: str, performance_id: str) -> None:
    services = build(Settings(url, station="B2"))
    by = services.users.command_line(services.station)
    pause = random.Random(1)
    for seat in range(1, _HOLDS + 1):
        clicked = time.monotonic_ns()
        services.tickets.hold(performance_id, [seat], basket_id=new_id(), by=by)
        _say([f"{seat} {clicked} {time.monotonic_ns()}"])
        time.sleep(pause.uniform(0.01, 0.05))
    services.close()


def _say(lines: Iterable[str]) -> None:
    for line in lines:
        sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    if sys.argv[1] == "listen":
        _listen(sys.argv[2])
    else:
        _hold(sys.argv[2], sys.argv[3])
