"""The demo theatre while it is furnished: its services, its people, its stages, and what time it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from random import Random
from zoneinfo import ZoneInfo

from app.bootstrap import Services
from app.demo.repertoire import ZONE
from app.demo.season import Season
from app.domain.customers import CustomerLine
from app.domain.events import PriceType
from app.domain.seating import Bools, SeatingPlan
from app.domain.user_ports import Passwords
from app.domain.users import Operator
from app.domain.values import at_venue
from app.gateways.passwords import Argon2Passwords

Progress = Callable[[float, str], None]


class WalkingClock:
    """The time it is in the demo's past."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


class OnePassword:
    """Hashes the demo's one password once: it is no secret, and hashing is slow on purpose."""

    def __init__(self) -> None:
        self._real: Passwords = Argon2Passwords()
        self.parameters = self._real.parameters
        self.verifier = cache(self._real.verifier)

    def key(self, password: str, recipe: str) -> bytes:
        """See the port."""
        return self._real.key(password, recipe)

    def outdated(self, recipe: str) -> bool:
        """See the port."""
        return self._real.outdated(recipe)


@dataclass(slots=True)
class Stage:
    """One performance while its tickets are sold: which seats are free, or which place is next."""

    performance_id: str
    event_id: str
    plan: SeatingPlan
    prices: Mapping[tuple[int, str], int]
    free: Bools
    next_no: int = 1


@dataclass(slots=True)
class Theatre:
    """What every part of the furnishing has at hand; filled from the top down."""

    services: Services
    season: Season
    clock: WalkingClock
    random: Random
    admin: Operator
    manager: Operator
    tills: tuple[Operator, Operator]
    door: Operator
    kiosk: tuple[Operator, ...] = ()  # customers who sign in there
    customers: list[CustomerLine] = field(default_factory=list)
    plans: dict[str, SeatingPlan] = field(default_factory=dict)
    types: tuple[PriceType, ...] = ()
    stages: list[Stage] = field(default_factory=list)


def on_day(instant: datetime, time: str) -> datetime:
    """That wall time ("09:40") on the theatre's day of an instant, in UTC."""
    hour, minute = map(int, time.split(":"))
    local = at_venue(instant, ZONE).replace(hour=hour, minute=minute, second=0, microsecond=0)
    return local.replace(tzinfo=ZoneInfo(ZONE)).astimezone(UTC)
