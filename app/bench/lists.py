"""How long the list of a million bookings and the list of their tickets take to show, search and jump in."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pysqlite3

from app.bench.houses import make_house
from app.bootstrap import Services, build
from app.config import Settings
from app.domain.bookings import BookingFilter, TicketFilter
from app.domain.event_lists import EventFilter
from app.domain.events import Event, Performance
from app.domain.tickets import BookingStatus
from app.domain.users import Operator
from app.domain.values import new_id, to_micros
from app.services.events import NewPerformance

_BOOKINGS = 1_000_000
_CUSTOMERS = 100_000
_PERFORMANCES = 400
_REPEATS = 7
_FIRST, _TYPE, _JUMP = 70.0, 30.0, 20.0


def measure() -> list[dict[str, object]]:
    """Milliseconds of wall time, the median of several, asked through the service."""
    with TemporaryDirectory(dir=Path.cwd()) as folder:
        path = Path(folder) / "bench.db"
        services = build(Settings(f"sqlite:///{path}"), durable=False)
        try:
            by = services.users.command_line(services.station)
            _fill(services, by, path)
            return [_figure(*asked) for asked in _questions(services, by)]
        finally:
            services.close()


Asked = tuple[str, Callable[[], object], float]


def _questions(services: Services, by: Operator) -> Iterator[Asked]:
    bookings = services.bookings
    event_id = services.events.events(EventFilter(), limit=1, by=by).rows[0].id

    def first(which: BookingFilter) -> object:
        return bookings.bookings(which, limit=100, by=by), bookings.count(which, by=by)

    whole = f"{_BOOKINGS:,} bookings"
    yield f"{whole}: first page and count", partial(first, BookingFilter()), _FIRST
    for offset in (500_000, 999_900):
        page = partial(bookings.bookings, BookingFilter(), offset=offset, limit=100, by=by)
        yield f"{whole}: jump to row {offset:,}", page, _JUMP
    for text in ("T1-0004", "otto 77", "nobody at all"):
        yield f"{whole}: search “{text}”", partial(first, BookingFilter(text)), _TYPE
    for title, text in (("a quarter", "play 3"), ("all", "play"), ("one of 40", "play 17")):
        asked = partial(first, BookingFilter(text))
        yield f"{whole}: search a title that names {title}", asked, _FIRST
    page = partial(bookings.bookings, BookingFilter("play 3"), offset=137_000, limit=100, by=by)
    yield f"{whole}: jump to the middle of that quarter", page, _JUMP
    yield f"{whole}: search people, 100,000 of them", partial(first, BookingFilter("otto")), _FIRST
    paid = BookingFilter("play 3", statuses=(BookingStatus.PAID,), channel="counter")
    yield f"{whole}: that quarter, paid at the counter", partial(first, paid), _FIRST
    one = BookingFilter(event_id=event_id)
    yield f"{whole}: one event's", partial(first, one), _FIRST
    reserved = BookingFilter(statuses=(BookingStatus.RESERVED,))
    yield f"{whole}: reservations only", partial(first, reserved), _FIRST

    def tickets(which: TicketFilter) -> object:
        return bookings.tickets(which, limit=100, by=by), bookings.count_tickets(which, by=by)

    yield f"{_BOOKINGS:,} tickets: first page and count", partial(tickets, TicketFilter()), _FIRST
    code = TicketFilter(f"C{_BOOKINGS // 2:023d}")
    yield f"{_BOOKINGS:,} tickets: search a code", partial(tickets, code), _TYPE
    quarter = partial(tickets, TicketFilter("play 3"))
    yield f"{_BOOKINGS:,} tickets: search a title that names a quarter", quarter, _FIRST
    some = partial(bookings.tickets, TicketFilter("play 3"), offset=137_000, limit=100, by=by)
    yield f"{_BOOKINGS:,} tickets: jump to the middle of that quarter", some, _JUMP


def _figure(name: str, ask: Callable[[], object], budget: float) -> dict[str, object]:
    ask()
    times = []
    for _ in range(_REPEATS):
        start = time.perf_counter()
        ask()
        times.append((time.perf_counter() - start) * 1_000)
    return {"name": name, "value": round(median(times), 2), "unit": "ms", "budget": budget}


def _fill(services: Services, by: Operator, path: Path) -> None:
    """Rows as years of sales would leave them, written past the services: these are the reading's figures."""
    plan = services.events.add_plan(
        make_house(1_000), venue="Hall", zone="Europe/Berlin", currency="EUR", by=by
    )
    start = datetime(2024, 1, 1, 19, tzinfo=UTC)
    performances: dict[str, str] = {}  # and their events
    for number in range(40):
        event = Event(new_id(), f"Play {number}", "", "Drama", by.user_id, 700)
        made = [
            Performance(
                id=new_id(),
                event_id=event.id,
                venue_id=plan.venue_id,
                plan_id=plan.id,
                starts_at=start + timedelta(days=number * 10 + day),
                wall_time="2024-01-01T20:00",
                zone="Europe/Berlin",
                currency="EUR",
            )
            for day in range(_PERFORMANCES // 40)
        ]
        news = [NewPerformance(performance, {}) for performance in made]
        services.events.add_event(event, performances=news, by=by)
        performances |= {performance.id: event.id for performance in made}
    with closing(pysqlite3.connect(path)) as raw:
        raw.execute("PRAGMA foreign_keys = OFF")
        raw.execute("PRAGMA synchronous = OFF")
        _write(raw, performances, operator=by.user_id, station=services.station.id)
        raw.execute("ANALYZE")
        raw.commit()


def _write(raw: Any, events: dict[str, str], *, operator: str, station: str) -> None:
    random = np.random.default_rng(1)
    base = to_micros(datetime(2024, 1, 1, tzinfo=UTC))
    performances = list(events)
    ticket_ids = [new_id() for _ in range(_BOOKINGS)]
    customers = [f"c{number:035d}" for number in range(_CUSTOMERS)]
    raw.executemany(
        "INSERT INTO users (id, name, email, email_key, password, role, created_at, search)"
        " VALUES (?, ?, ?, ?, '!', 'customer', 0, ?)",
        (
            (
                key,
                f"Otto {n}",
                f"o{n}@example.org",
                f"o{n}@example.org",
                f"otto {n} o{n}@example.org",
            )
            for n, key in enumerate(customers)
        ),
    )
    who = random.integers(0, _CUSTOMERS * 2, _BOOKINGS).tolist()
    where = random.integers(0, len(performances), _BOOKINGS).tolist()
    raw.executemany(
        "INSERT INTO bookings (id, number, customer_id, operator_id, station_id, channel, status, total,"
        " currency, created_at, idempotency_key, event_id)"
        " VALUES (?, ?, ?, ?, ?, 'counter', ?, 3400, 'EUR', ?, ?, ?)",
        (
            (
                f"b{n:035d}",
                f"T1-{n:07d}",
                customers[who[n]] if who[n] < _CUSTOMERS else None,
                operator,
                station,
                "paid" if n % 500 else "reserved",
                base + n * 60_000_000,
                f"k{n}",
                events[performances[where[n]]],
            )
            for n in range(_BOOKINGS)
        ),
    )
    raw.executemany(
        "INSERT INTO tickets (id, booking_id, performance_id, user_id, seat_no, seat_label, zone_name,"
        " price_type, price, tax, currency, status, code)"
        " VALUES (?, ?, ?, ?, ?, '12-7', 'Stalls', 'Adult', 3400, 222, 'EUR', 'valid', ?)",
        (
            (
                ticket_ids[n],
                f"b{n:035d}",
                performances[where[n]],
                customers[who[n]] if who[n] < _CUSTOMERS else None,
                n,
                f"C{n:023d}",
            )
            for n in range(_BOOKINGS)
        ),
    )
    raw.commit()
