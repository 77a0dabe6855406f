"""What the outbox costs: owing a thousand holders a letter, working letters off, and selling meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from app.bench.stage import one_performance
from app.bootstrap import Services, build
from app.config import Settings
from app.domain.customers import Contact
from app.domain.mail import Answer, Letter, MailSettings, Outcome, Post, Security
from app.domain.tickets import BasketLine, Order, Place
from app.domain.users import Operator
from app.domain.values import new_id
from app.services.notifications import Message

_HOLDERS = 1_000
_SALES = 60


class _Bin:
    """A mail server that swallows letters at once: what is measured is everything before the wire."""

    @contextmanager
    def open(self, settings: MailSettings, *, password: str | None) -> Iterator[Post]:
        """Nobody to connect to."""
        yield self

    def send(self, letter: Letter) -> Answer:
        """Gone."""
        return Answer(Outcome.SENT)


def measure() -> list[dict[str, object]]:
    """Milliseconds of wall time on SQLite: for all holders at once, a letter, and a sale beside the queue."""
    with TemporaryDirectory(dir=Path.cwd()) as folder:
        services = build(Settings(f"sqlite:///{Path(folder) / 'bench.db'}"), postman=_Bin())
        try:
            return _figures(services, services.users.command_line(services.station))
        finally:
            services.close()


def _figures(services: Services, by: Operator) -> list[dict[str, object]]:
    here = MailSettings("127.0.0.1", 25, Security.NONE, "", "Bench", "bench@example.org")
    services.mail.change(here, by=by)
    _, performance_id, kind = one_performance(services, by=by, seats=10_000)
    customers = [
        services.customers.add(Contact(f"Customer {n}", f"c{n}@example.org"), by=by).id
        for n in range(_HOLDERS)
    ]
    seats = iter(range(1, 10_000))

    def sell(customer_id: str | None) -> None:
        line = BasketLine(Place(performance_id, next(seats)), kind)
        order = Order(new_id(), new_id(), (line,), customer_id=customer_id)
        services.tickets.sell(order, by=by)

    alone = median(_timed(partial(sell, None)) for _ in range(_SALES))
    for customer in customers:
        sell(customer)
    message = Message("A word", "The doors open half an hour earlier.", new_id())
    telling = _timed(lambda: services.notifications.message_holders(performance_id, message, by=by))
    beside = median(_timed(partial(sell, None)) for _ in range(_SALES))
    sent, start = 0, time.perf_counter()
    while sent < _HOLDERS:
        done = services.deliverer.deliver()
        sent += done.sent
        if not done.tried:
            break
    letter = (time.perf_counter() - start) * 1_000 / max(sent, 1)
    return [
        _figure(f"a message owed to {_HOLDERS:,} holders", telling, 1_000),
        _figure("a letter written, with calendar, and marked as sent", letter, 25),
        _figure("a sale while nothing waits", alone, "report"),
        _figure(f"a sale while {2 * _HOLDERS:,} letters wait", beside, round(alone * 1.25, 3)),
    ]


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1_000


def _figure(name: str, value: float, budget: object) -> dict[str, object]:
    return {"name": name, "value": round(value, 3), "unit": "ms", "budget": budget}
