"""What the endpoints need of a house that is open: its services, as `app.bootstrap` makes them."""

from __future__ import annotations

from typing import Protocol

from app.domain.users import Station
from app.services.access import AccessService
from app.services.accounts import AccountService
from app.services.analytics import AnalyticsService
from app.services.bookings import BookingService
from app.services.cards import CardService
from app.services.events import EventService
from app.services.interactions import InteractionService
from app.services.notifications import NotificationService
from app.services.payment_history import PaymentHistoryService
from app.services.programme import ProgrammeService
from app.services.schedule import ScheduleService
from app.services.tickets import TicketService
from app.services.upkeep import UpkeepService
from app.services.users import UserService
from app.services.venues import VenueService


class House(Protocol):
    """One house, at the station that serves it."""

    @property
    def station(self) -> Station: ...

    @property
    def users(self) -> UserService: ...

    @property
    def accounts(self) -> AccountService: ...

    @property
    def access(self) -> AccessService: ...

    @property
    def events(self) -> EventService: ...

    @property
    def programme(self) -> ProgrammeService: ...

    @property
    def schedule(self) -> ScheduleService: ...

    @property
    def venues(self) -> VenueService: ...

    @property
    def tickets(self) -> TicketService: ...

    @property
    def bookings(self) -> BookingService: ...

    @property
    @property
    def cards(self) -> CardService: ...

    @property
    def payment_history(self) -> PaymentHistoryService: ...

    @property
    def notifications(self) -> NotificationService: ...

    @property
    def analytics(self) -> AnalyticsService: ...

    @property
    def interactions(self) -> InteractionService: ...

    @property
    def upkeep(self) -> UpkeepService: ...
