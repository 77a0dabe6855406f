"""What the services need from outside, as protocols; `app.bootstrap` plugs the real things in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Protocol, TypeVar

from app.domain.analytics import Analytics
from app.domain.events import Events
from app.domain.facts import Fact
from app.domain.history import History
from app.domain.notifications import Notifications
from app.domain.payments import Payments
from app.domain.tickets import Tickets
from app.domain.users import Users

T = TypeVar("T")

Clock = Callable[[], datetime]


class Work(Protocol):
    """One transaction in progress. Lives inside one call of `UnitOfWork`; never keep it."""

    @property
    def now(self) -> datetime:
        """The instant of this transaction in UTC, by the clock of the database server."""

    @property
    def users(self) -> Users: ...

    @property
    def events(self) -> Events: ...

    @property
    def tickets(self) -> Tickets: ...

    @property
    def payments(self) -> Payments: ...

    @property
    def notifications(self) -> Notifications: ...

    @property
    def analytics(self) -> Analytics: ...

    @property
    def history(self) -> History: ...

    def tell(self, fact: Fact) -> None:
        """Announce this once the transaction is committed."""


class UnitOfWork(Protocol):
    """The door to the database: whole transactions only, retried when the server asks for it.

    `act` may run more than once, so it must not do anything but database work. Raises what `act`
    raises (rolled back), Conflict for broken constraints, Unavailable when the database is away.
    """

    def read(self, ask: Callable[[Work], T]) -> T:
        """Run `ask` in one reading transaction."""

    def write(self, act: Callable[[Work], T]) -> T:
        """Run `act` in one writing transaction, commit, then announce its facts."""


class Bus(Protocol):
    """Facts to whoever cares, after the commit."""

    def publish(self, fact: Fact) -> None: ...
