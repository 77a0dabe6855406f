"""Plugs the real things together; the only place that knows every part."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from app.config import Settings
from app.domain.users import Passwords, Station
from app.gateways.passwords import Argon2Passwords
from app.persistence.database import Database
from app.persistence.unit_of_work import SqlUnitOfWork
from app.services.bus import FactBus
from app.services.events import EventService, Plans
from app.services.payments import PaymentService
from app.services.tickets import TicketService
from app.services.users import UserService


@dataclass(frozen=True)
class Services:
    """Everything an operator can do, over one database, at one station."""

    station: Station
    bus: FactBus
    users: UserService
    events: EventService
    tickets: TicketService
    payments: PaymentService
    database: Database

    def close(self) -> None:
        """Give the database back."""
        self.database.close()


def build(
    settings: Settings,
    *,
    passwords: Passwords | None = None,
    clock: Callable[[], datetime] | None = None,
    durable: bool = True,
) -> Services:
    """Open the database (bringing it up to date) and make the services. Raises Unavailable."""
    database = Database(settings.database, clock=clock, durable=durable)
    database.upgrade()
    bus = FactBus()
    work = SqlUnitOfWork(database, bus=bus)
    plans = Plans(work)
    users = UserService(work, passwords=passwords or Argon2Passwords())
    return Services(
        station=users.station(settings.station),
        bus=bus,
        users=users,
        events=EventService(work, plans=plans),
        tickets=TicketService(work, plans=plans),
        payments=PaymentService(work),
        database=database,
    )
