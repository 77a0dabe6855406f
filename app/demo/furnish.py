"""The demo theatre in a database: furnished once, whole or not at all, and opened again.

A local demo is furnished beside its place and then renamed. On a server it is furnished in place,
and what a killed furnishing leaves there is refused the next time like any database in use.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from glob import escape
from pathlib import Path
from random import Random
from typing import Any

from app.bootstrap import build
from app.config import Settings, demo_database
from app.demo import people
from app.demo.post import NoKeyring, ReturnedPost
from app.demo.repertoire import PASSWORD, WORKS
from app.demo.season import Season, plan_season
from app.demo.staging import Staging
from app.demo.theatre import OnePassword, Progress, WalkingClock
from app.domain.errors import DatabaseUnavailable, NotEmpty
from app.domain.events import PerformanceStatus
from app.domain.users import Operator, Role
from app.gateways.card_terminal import SimulatedTerminal, SimulatorDriver
from app.persistence.database import Database
from app.persistence.failures import translated
from app.persistence.schema import HEAD

_LITTLE_LEFT = 10  # performances on sale; with fewer a demo has had its season
_ABANDONED = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Furnished:
    """What moved in, and who can sign in with `password`."""

    events: int
    performances: int
    customers: int
    bookings: int
    tickets: int
    logins: tuple[people.Person, ...] = people.STAFF
    password: str = PASSWORD


def describe(furnished: Furnished) -> dict[str, Any]:
    """The same as plain values, for `--json`."""
    return {
        "events": furnished.events,
        "performances": furnished.performances,
        "customers": furnished.customers,
        "bookings": furnished.bookings,
        "tickets": furnished.tickets,
        "password": furnished.password,
        "logins": [
            {"name": p.name, "email": p.email, "role": p.role.value} for p in furnished.logins
        ],
    }


def _quietly(fraction: float, step: str) -> None:
    """Progress nobody watches."""


def furnish(
    database_url: str,
    *,
    seed: int = 1,
    tickets: int | None = None,
    now: datetime | None = None,
    progress: Progress = _quietly,
) -> Furnished:
    """Furnish an empty database; the same seed in the same hour of `now` gives the same theatre.

    `tickets` are sold, about eleven thousand when None; `now` is in UTC, the real time when None.
    `progress` hears the share done (0..1) and the step: people, programme, sales, done. Raises
    NotEmpty when there is a venue or an event already, and what opening a database raises.
    """
    path = Database(database_url).path
    moment = now or datetime.now(UTC)
    random = Random(seed)
    season = plan_season(random, now=moment, tickets=tickets)
    if path is None:
        bookings = _stage(database_url, season, random=random, now=now, progress=progress)
    else:
        with _beside(path) as part:
            if path.exists():
                _copy_if_empty(database_url, part)
            place = f"sqlite:///{part}"
            bookings = _stage(place, season, random=random, now=now, progress=progress)
    return Furnished(
        events=len(WORKS),
        performances=len(season.dates),
        customers=people.CUSTOMERS,
        bookings=bookings,
        tickets=sum(len(party.types) for party in season.parties),
    )


def open_demo(*, progress: Progress = _quietly) -> str:
    """The URL of the demo theatre on this machine. It is furnished when it is missing, was made by
    another version of the program, or has had its season."""
    url = demo_database()
    path = Database(url).path
    if path is not None and not (path.exists() and _is_current(url) and _has_a_season(url)):
        random = Random(1)
        season = plan_season(random, now=datetime.now(UTC), tickets=None)
        with _beside(path) as part:
            _stage(f"sqlite:///{part}", season, random=random, now=None, progress=progress)
    return url


def _stage(
    url: str, season: Season, *, random: Random, now: datetime | None, progress: Progress
) -> int:
    """How many bookings were made."""
    clock = WalkingClock(min(date.opens_at for date in season.dates) - timedelta(days=1))
    services = build(
        Settings(url),
        passwords=OnePassword(),
        secrets=NoKeyring(),
        postman=ReturnedPost(),
        terminal=SimulatorDriver(SimulatedTerminal(by_amount=False)),
        clock=clock,
        durable=False,
    )
    try:
        if not services.events.is_empty():
            raise NotEmpty
        staging = Staging(services, season, clock=clock, random=random)
        staging.run(now=now or datetime.now(UTC), progress=progress)
        return staging.bookings
    finally:
        services.close()


def _copy_if_empty(url: str, part: Path) -> None:
    """Whoever can sign in to the empty house already still can when it is furnished."""
    services = build(Settings(url))
    try:
        if not services.events.is_empty():
            raise NotEmpty
        services.database.backup(part)
    finally:
        services.close()


def _is_current(url: str) -> bool:
    database = Database(url)
    try:
        with translated(database.where()):
            return database.revision() == HEAD
    except DatabaseUnavailable:
        return False
    finally:
        database.close()


def _has_a_season(url: str) -> bool:
    services = build(Settings(url))
    try:
        visitor = Operator("", "", Role.CUSTOMER, services.station.id, services.station.code)
        lines = services.events.programme(by=visitor, back=timedelta(0))
    finally:
        services.close()
    return sum(line.status is PerformanceStatus.ON_SALE for line in lines) >= _LITTLE_LEFT


@contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """A file next to `path` that takes its place when the block ends well, and else is gone.

    Its name is this process's own: two windows may furnish at once, and the last one stays.
    """
    _sweep(path)
    part = path.with_name(f"{path.name}.furnishing-{os.getpid()}")
    try:
        yield part
        with part.open("rb+") as file:
            os.fsync(file.fileno())
        for log in _logs(path):  # they belong to the file that is replaced
            log.unlink(missing_ok=True)
        part.replace(path)
    finally:
        for left in (part, *_logs(part)):
            left.unlink(missing_ok=True)


def _logs(path: Path) -> tuple[Path, Path]:
    return path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")


def _sweep(path: Path) -> None:
    """Remove what killed furnishings left behind."""
    for left in path.parent.glob(f"{escape(path.name)}.furnishing-*"):
        with suppress(FileNotFoundError):  # the other one has just finished
            if time.time() - left.stat().st_mtime > _ABANDONED.total_seconds():
                left.unlink()
