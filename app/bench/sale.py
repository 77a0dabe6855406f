"""A sale through the service against the bare driver writing the same rows, both durable.

Slices of both alternate, so that a slow minute of the disk slows both. The bare side runs the very
statements of the selling path, in order, from prepared values: no rules, no ids, no codes, no hash.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import psycopg
import pysqlite3
from sqlalchemy.engine import make_url

from app.bench.stage import one_performance
from app.bootstrap import Services, build
from app.config import Settings
from app.domain.analytics import Counted, Rollup, sale_metrics
from app.domain.facts import BookingChanged, SeatsChanged
from app.domain.tickets import BasketLine, Order, Place, new_code
from app.domain.users import Operator
from app.domain.values import new_id, to_micros
from app.persistence.analytics import rollup_writes
from app.persistence.bookings import writes
from app.persistence.changes import recording
from app.persistence.discounts import APPLICABLE
from app.persistence.events import OFFER
from app.persistence.payments import ADVANCE
from app.persistence.statements import Statement
from app.persistence.tickets import CLAIM

_SEATS = 20_000
_SLICES, _SALES = 12, 40
_BUDGETS = {"sqlite": 0.85, "postgresql": 0.80}


@dataclass(frozen=True)
class Hall:
    """One performance nobody has bought for yet."""

    services: Services
    operator: Operator
    bare_station_id: str
    event_id: str
    performance_id: str
    price_type_id: str


def measure(postgres_url: str = "") -> list[dict[str, object]]:
    """Milliseconds a sale and the ratio bare/service (1.0 = the rules cost nothing), by database and
    party size. `postgres_url` names a database that may be filled; without it SQLite only."""
    with TemporaryDirectory(dir=Path.cwd()) as folder:
        figures = _compare(f"sqlite:///{Path(folder) / 'bench.db'}", "sqlite")
    if postgres_url:
        figures += _compare(postgres_url, "postgresql")
    return figures


def _compare(url: str, database: str) -> list[dict[str, object]]:
    services = build(Settings(url))
    try:
        hall = _hall(services)
        figures = []
        with closing(connected(url)) as raw:
            free = iter(range(1, _SEATS))
            for party in (1, 4):
                ours, bare = _alternate(hall, raw, free, party=party, database=database)
                figures.append(
                    {
                        "name": f"sale of {party}, {database}",
                        "value": round(ours, 3),
                        "unit": "ms",
                        "budget": f"ratio >= {_BUDGETS[database]}",
                        "baseline": round(bare, 3),
                        "ratio": round(bare / ours, 3),
                        "within": bare / ours >= _BUDGETS[database],
                    }
                )
        return figures
    finally:
        services.close()


def _alternate(
    hall: Hall, raw: Any, free: Iterator[int], *, party: int, database: str
) -> tuple[float, float]:
    ours: list[float] = []
    bare: list[float] = []
    run = _bare_sqlite if database == "sqlite" else bare_postgresql
    for _ in range(_SLICES):
        for _ in range(_SALES):
            order = order_of(hall, [next(free) for _ in range(party)])
            ours.append(_timed(partial(hall.services.tickets.sell, order, by=hall.operator)))
        for _ in range(_SALES):
            rows = bare_sale(hall, [next(free) for _ in range(party)])
            bare.append(_timed(partial(run, raw, rows)))
    return median(ours), median(bare)


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1_000


def order_of(hall: Hall, seats: list[int]) -> Order:
    """A walk-up order for these seats."""
    lines = tuple(
        BasketLine(Place(hall.performance_id, seat), hall.price_type_id) for seat in seats
    )
    return Order(key=new_id(), basket_id=new_id(), lines=lines)


@dataclass(frozen=True)
class Rows:
    """One sale's values, made before the clock runs."""

    offer: dict[str, Any]
    claim: dict[str, Any]
    station: dict[str, Any]
    writes: Sequence[tuple[Statement, Sequence[Any]]]


def bare_sale(hall: Hall, seats: list[int]) -> Rows:
    """The rows that one sale of these seats writes."""
    booking, payment, now = new_id(), new_id(), to_micros(datetime.now(UTC))
    tickets = [_ticket(hall, booking, seat) for seat in seats]
    due = 4800 * len(seats)
    money = {"currency": "EUR", "created_at": now}
    head = {"id": booking, "number": booking[-30:], "customer_id": None, "status": "paid"}
    who = {"operator_id": hall.operator.user_id, "station_id": hall.bare_station_id}
    key = {"channel": "counter", "total": due, "idempotency_key": new_id()}
    key |= {"expires_at": None, "notes": "", "name": "", "deposit": 0, "event_id": hall.event_id}
    paid = {"id": payment, "booking_id": booking, "user_id": None, "tender": "cash"} | who
    paid |= {"transaction_id": None, "shift_id": None}
    line = {"station_id": hall.bare_station_id, "seq": None, "kind": "sale", "at": now}
    seal = {"prev_hash": "0" * 64, "hash": booking.replace("-", "") * 2, "currency": "EUR"}
    owed = {"id": new_id(), "booking_id": booking, "kind": "tickets", "created_at": now}
    values: dict[str, list[dict[str, Any]]] = {
        "bookings": [head | who | key | money],
        "tickets": tickets,
        "payments": [paid | {"amount": due, "given": due, "status": "taken"} | money],
        "payment_shares": [
            {"payment_id": payment, "ticket_id": ticket["id"], "amount": 4800} for ticket in tickets
        ],
        "journal": [line | seal | {"body": json.dumps({"booking": booking}), "amount": due}],
        "deliveries": [owed | {"channel": "print", "status": "queued"}],
    }
    claim = {"performance": hall.performance_id, "seats": sorted(seats), "status": 2, "now": now}
    taken: dict[str, Any] = {
        "selling": 1,
        "basket": new_id(),
        "holder": "T1",
        "until": None,
        "booking": booking,
        "reason": None,
    }
    return Rows(
        offer={"id": hall.performance_id},
        claim=claim | taken,
        station={"station": hall.bare_station_id, "lines": 1, "bookings": 1},
        writes=[
            *writes(values),
            *rollup_writes(_rollup(hall, tickets), station_id=hall.bare_station_id),
            *recording(
                (SeatsChanged(hall.performance_id, tuple(seats)), BookingChanged(booking)),
                origin=hall.bare_station_id,
                at=datetime.now(UTC),
                dialect=hall.services.database.url.get_backend_name(),
            ),
        ],
    )


def _rollup(hall: Hall, tickets: list[dict[str, Any]]) -> Rollup:
    """What the sale adds to the rollups, as the service counts it."""
    return sale_metrics(
        [
            Counted(t["id"], hall.event_id, hall.performance_id, "Stalls", "Adult", 4800, "EUR")
            for t in tickets
        ],
        shares=[(t["id"], "cash", 4800) for t in tickets],
        channel="counter",
        operator_id=hall.operator.user_id,
        at=datetime.now(UTC),
        zone="Europe/Berlin",
    )


def _ticket(hall: Hall, booking: str, seat: int) -> dict[str, Any]:
    return {
        "id": new_id(),
        "booking_id": booking,
        "performance_id": hall.performance_id,
        "user_id": None,
        "seat_no": seat,
        "seat_label": "Stalls 1-1",
        "zone_name": "Stalls",
        "price_type": "Adult",
        "price": 4800,
        "tax": 314,
        "currency": "EUR",
        "status": "valid",
        "code": new_code(),
        "attendee": "",
        "discount_id": None,
        "discount": "",
        "reduction": 0,
    }


def _bare_sqlite(raw: Any, rows: Rows) -> None:
    run = raw.execute
    run("BEGIN IMMEDIATE")
    run(OFFER.text("sqlite"), rows.offer).fetchall()
    run(APPLICABLE.text("sqlite"), {"keys": "[]"}).fetchall()
    run(CLAIM.text("sqlite"), rows.claim | {"seats": json.dumps(rows.claim["seats"])}).fetchall()
    ((seq, _, _, _),) = run(ADVANCE.text("sqlite"), rows.station).fetchall()
    for statement, values in rows.writes:
        for row in values:
            if "seq" in row:
                row["seq"] = seq
        raw.executemany(statement.text("sqlite"), values)
    run("COMMIT")


def bare_postgresql(raw: Any, rows: Rows) -> None:
    """Write them as the selling path does, in one transaction."""
    with raw.cursor() as cursor:
        cursor.execute(OFFER.text("postgresql"), rows.offer).fetchall()
        cursor.execute(APPLICABLE.text("postgresql"), {"keys": []}).fetchall()
        cursor.execute(CLAIM.text("postgresql"), rows.claim).fetchall()
        ((seq, _, _, _),) = cursor.execute(ADVANCE.text("postgresql"), rows.station).fetchall()
        for statement, values in rows.writes:
            for row in values:
                if "seq" in row:
                    row["seq"] = seq
            cursor.executemany(statement.text("postgresql"), values)
    raw.execute("COMMIT")


def connected(url: str) -> Any:
    """The bare driver's connection."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        raw = pysqlite3.connect(parsed.database)
        raw.isolation_level = None
        raw.execute("PRAGMA journal_mode = WAL")
        raw.execute("PRAGMA synchronous = FULL")
        raw.execute("PRAGMA foreign_keys = ON")
        return raw
    return psycopg.connect(
        host=parsed.host,
        port=parsed.port,
        user=parsed.username,
        password=parsed.password,
        dbname=parsed.database,
    )


def _hall(services: Services) -> Hall:
    by = services.users.command_line(services.station)
    event_id, performance_id, adult_id = one_performance(services, by=by, seats=_SEATS)
    bare = services.users.station(f"B{new_id()[-12:]}")
    return Hall(services, by, bare.id, event_id, performance_id, adult_id)
