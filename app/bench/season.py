"""A house with a long past for measuring: over 1,000,000 tickets sold, in rollups, written straight into a
local database. Three years of a busy theatre: 1,056 performances of 132 events, three tills."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import insert

from app.domain.values import to_micros
from app.persistence import records as r
from app.persistence import schema as s
from app.persistence.database import Database

_EVENTS, _PER_EVENT, _SEATS = 132, 8, 1_000
_DAYS_ON_SALE = 75
_EVERY = 9  # days from one event's first night to the next's
_ZONES = ("Premium", "Stalls", "Circle", "Upper tier")
_PRICE_TYPES = ("Adult", "Concession", "Child", "Member", "Comp")
_TENDERS = ("card", "cash", "slip", "voucher")
_CHANNELS = ("counter", "kiosk")
_HOURS = range(10, 20)
_TILLS = 3


def fill(database: Database, *, today: date, seed: int = 1) -> int:
    """Write it all, the last events still to come; how many tickets the rollups count."""
    random = Random(seed)
    with database.engine.begin() as connection:
        connection.execute(insert(s.users), [_user(n) for n in range(6)])
        connection.execute(
            insert(s.stations),
            [{"id": f"t{n}", "code": f"B{n}", "name": f"Till {n}"} for n in range(_TILLS)],
        )
        connection.execute(
            insert(s.venues), [{"id": "v", "name": "Hall", "zone": "UTC", "currency": "EUR"}]
        )
        connection.execute(
            insert(s.seating_plans),
            [
                {
                    "id": "p", "venue_id": "v", "name": "Hall", "version": 1, "sections": "[]",
                    "shapes": "[]", "capacity": _SEATS,
                }
            ],
        )  # fmt: skip
        connection.execute(
            insert(s.categories), [{"id": f"c{n}", "name": f"Category {n}"} for n in range(6)]
        )
        connection.execute(insert(s.events), [_event(n) for n in range(_EVENTS)])
        dates = dict(_dates(today))
        connection.execute(
            insert(s.performances), [_performance(key, day) for key, day in dates.items()]
        )
        sold = 0
        for event in range(_EVENTS):
            rows, count = _rollups(random, event, dates, today=today)
            if rows:
                connection.execute(insert(r.event_metrics), rows)
            sold += count
    return sold


def _dates(today: date) -> Iterator[tuple[tuple[int, int], date]]:
    """(event, number) -> when it plays: a new event every nine days."""
    first = today - timedelta(days=_EVERY * (_EVENTS - 6))
    for event in range(_EVENTS):
        for number in range(_PER_EVENT):
            yield (event, number), first + timedelta(days=_EVERY * event + number)


def _rollups(
    random: Random, event: int, dates: dict[tuple[int, int], date], *, today: date
) -> tuple[list[dict[str, Any]], int]:
    """Everything one event sold, in rows as its tills would have added them up."""
    sums: dict[tuple[str, str, str, str], list[int]] = {}
    sold = 0

    def add(row: tuple[str, str, str, str], tickets: int, minor: int) -> None:
        found = sums.setdefault(row, [0, 0])
        found[0] += tickets
        found[1] += minor

    for number in range(_PER_EVENT):
        plays = dates[event, number]
        for _ in range(_SEATS // 4):
            day = plays - timedelta(days=min(int(random.expovariate(1 / 18)), _DAYS_ON_SALE))
            if day > today:
                continue
            till, iso, size = f"t{random.randrange(_TILLS)}", day.isoformat(), 4
            minor = size * random.choice((2400, 3600, 4200))
            hour = f"{day.weekday()}-{random.choice(_HOURS):02d}"
            add(("performance", f"{event}-{number}", iso, till), size, minor)
            for kind, keys in (
                ("zone", _ZONES), ("price_type", _PRICE_TYPES), ("channel", _CHANNELS),
                ("operator", tuple(f"u{n}" for n in range(6))), ("hour", (hour,)),
            ):  # fmt: skip
                add((kind, random.choice(keys), iso, till), size, minor)
            add(("tender", random.choice(_TENDERS), iso, till), 0, minor)
            sold += size
    rows = [
        {
            "event_id": f"e{event}", "metric_type": kind, "metric_key": key, "day": day,
            "currency": "EUR", "station_id": till, "sold": tickets, "gross": minor,
            "returned": 0, "refunded": 0,
        }
        for (kind, key, day, till), (tickets, minor) in sorted(sums.items())
    ]  # fmt: skip
    return rows, sold


def _user(n: int) -> dict[str, Any]:
    email = f"u{n}@example.org"
    return {
        "id": f"u{n}", "name": f"Operator {n}", "email": email, "email_key": email,
        "password": "!", "role": "cashier", "active": 1, "failures": 0, "created_at": 0,
    }  # fmt: skip


def _event(n: int) -> dict[str, Any]:
    return {
        "id": f"e{n}", "title": f"Event {n}", "description": "", "organizer_id": f"u{n % 6}",
        "category_id": f"c{n % 6}", "tax_bp": 700, "poster": "",
    }  # fmt: skip


def _performance(key: tuple[int, int], day: date) -> dict[str, Any]:
    event, number = key
    starts = datetime(day.year, day.month, day.day, 19, 30, tzinfo=UTC)
    return {
        "id": f"{event}-{number}", "event_id": f"e{event}", "venue_id": "v", "plan_id": "p",
        "starts_at": to_micros(starts), "wall_time": f"{day.isoformat()}T19:30", "zone": "UTC",
        "currency": "EUR", "status": "on_sale",
    }  # fmt: skip
