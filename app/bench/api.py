"""Orders and check-ins over HTTP, from 1, 4 and 16 clients: the real `houselights serve` in a process of its
own, the clients in another.

`python -m app.bench.api PORT` is the clients: a line of JSON on stdin says what to send and from how many, a
line on stdout the milliseconds each request took and how long all of them did.

What it is compared with: pretix 2026.8 with two workers on PostgreSQL 15, on an idle two-core machine of this
kind, measured in one sitting by the project: orders a second with 1, 4 and 16 clients, and check-ins.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from threading import Lock, Thread
from typing import Any

from app.bench.stage import one_performance
from app.bootstrap import build
from app.config import Settings
from app.domain.users import Role
from app.domain.values import new_id

_CLIENTS = (1, 4, 16)
_EACH = {1: 200, 4: 400, 16: 480}
_WARM = 30
_PEER_ORDERS = {1: 15.4, 4: 18.8, 16: 15.8}
_PEER_CHECK_INS = 37.6
_PASSWORD = "sixteen clients at once"  # noqa: S105 - of a house that lives for a minute
_SERVE = "import sys; from ui.main import main; sys.exit(main(sys.argv[1:]))"
_PATIENCE = 30.0  # seconds for the server to end


def measure(postgres_url: str = "") -> list[dict[str, object]]:
    """Orders of one seat, paid at once, and check-ins: a second, and milliseconds for one. `postgres_url`
    names a database that may be filled; without it SQLite only."""
    with TemporaryDirectory(dir=Path.cwd()) as folder:
        figures = _figures(f"sqlite:///{Path(folder) / 'bench.db'}", "sqlite")
    if postgres_url:
        figures += _figures(postgres_url, "postgresql")
    return figures


def _figures(url: str, database: str) -> list[dict[str, object]]:
    email, performance_id, labels = _house(url)
    free = iter(labels)
    figures: list[dict[str, object]] = []
    codes: list[str] = []
    with _served(url) as port, _clients(port) as clients:
        signed_in = clients.send([("/login", {"email": email, "password": _PASSWORD})], at_once=1)
        clients.token = signed_in.answers[0]["token"]

        def orders(count: int) -> list[tuple[str, dict[str, object]]]:
            seats = [next(free) for _ in range(count)]
            paid = {"tender": "cash"}
            return [
                ("/tickets", {"performanceId": performance_id, "seatNumber": seat, "payment": paid})
                for seat in seats
            ]

        clients.send(orders(_WARM), at_once=4)
        for count in _CLIENTS:
            done = clients.send(orders(_EACH[count]), at_once=count)
            codes += [answer["tickets"][0]["code"] for answer in done.answers]
            name = f"orders over HTTP, {database}, {count} at once"
            figures += done.figures(name, peer=_PEER_ORDERS[count])
        scans = [("/check-ins", {"code": code}) for code in codes[:300]]
        done = clients.send(scans, at_once=1)
        figures += done.figures(f"check-ins over HTTP, {database}", peer=_PEER_CHECK_INS)
    return figures


def _house(url: str) -> tuple[str, str, list[str]]:
    """A cashier's address, a performance, and the labels of its seats."""
    services = build(Settings(url))
    try:
        by = services.users.command_line(services.station)
        seats = sum(_EACH.values()) + 10 * _WARM
        _, performance_id, _ = one_performance(services, by=by, seats=seats)
        email = f"bench-{new_id()}@houselights.example"
        services.users.add("Bench", email=email, password=_PASSWORD, role=Role.CASHIER, by=by)
        plan = services.tickets.house(performance_id, by=by).plan
        return email, performance_id, [plan.label_of(int(seat)) for seat in plan.seat_no]
    finally:
        services.close()


@contextmanager
def _served(url: str) -> Iterator[int]:
    command = [sys.executable, "-c", _SERVE, "--database", url, "serve", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        if server.stdout is None:
            raise RuntimeError("no pipe")
        yield int(server.stdout.readline().rpartition(":")[2])
        server.terminate()
        server.wait(_PATIENCE)


class _Done:
    """What came back of one batch; raises RuntimeError when anything was refused."""

    def __init__(self, told: dict[str, Any]) -> None:
        refused = [answer for status, answer in told["answers"] if status >= 400]
        if refused:
            raise RuntimeError(refused[0])
        self.answers = [answer for _, answer in told["answers"]]
        self._seconds: float = told["seconds"]
        self._took: list[float] = told["took"]

    def figures(self, name: str, *, peer: float) -> list[dict[str, object]]:
        """A second, and how long one waits."""
        rate = len(self._took) / self._seconds
        return [
            {
                "name": f"{name}: a second",
                "value": round(rate, 1),
                "unit": "/s",
                "budget": "report",
                "baseline": peer,
                "ratio": round(rate / peer, 1),
            },
            {"name": f"{name}: p50", "value": round(median(self._took), 1)} | _LATENCY,
            {"name": f"{name}: p95", "value": round(quantiles(self._took, n=20)[-1], 1)} | _LATENCY,
        ]


_LATENCY: dict[str, object] = {"unit": "ms", "budget": "report"}


class _Clients:
    """The process that the clients live in."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.token = ""

    def send(self, requests: Sequence[tuple[str, Mapping[str, object]]], *, at_once: int) -> _Done:
        """Post all of them, from so many clients."""
        pipe, answers = self._process.stdin, self._process.stdout
        if pipe is None or answers is None:
            raise RuntimeError("no pipe")
        told = {"requests": requests, "at_once": at_once, "token": self.token}
        pipe.write(json.dumps(told) + "\n")
        pipe.flush()
        return _Done(json.loads(answers.readline()))


@contextmanager
def _clients(port: int) -> Iterator[_Clients]:
    command = [sys.executable, "-m", "app.bench.api", str(port)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield _Clients(process)
        if process.stdin is not None:
            process.stdin.close()


def _post_all(port: int, told: dict[str, Any]) -> dict[str, Any]:
    """In the clients' process: threads, each with a connection it keeps."""
    waiting = iter(told["requests"])
    taking = Lock()
    answers: list[tuple[int, Any]] = []
    took: list[float] = []
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {told['token']}"}
    if not told["token"]:
        del headers["Authorization"]

    def client() -> None:
        connection = HTTPConnection("127.0.0.1", port)
        while True:
            with taking:
                request = next(waiting, None)
            if request is None:
                break
            path, body = request
            start = time.perf_counter()
            connection.request("POST", path, json.dumps(body), headers)
            answer = connection.getresponse()
            content = answer.read()
            took.append((time.perf_counter() - start) * 1_000)
            answers.append((answer.status, json.loads(content)))
        connection.close()

    threads = [Thread(target=client) for _ in range(told["at_once"])]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return {"answers": answers, "took": took, "seconds": time.perf_counter() - start}


def main() -> None:
    """The clients."""
    port = int(sys.argv[1])
    for line in sys.stdin:
        print(json.dumps(_post_all(port, json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
