"""What the services need from outside, as protocols; `app.bootstrap` plugs the real things in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Protocol, TypeVar

from app.domain.access import Access
from app.domain.analytics import Analytics
from app.domain.baskets import Baskets
from app.domain.booking_details import BookingDetails
from app.domain.bookings import BookingLists, Door
from app.domain.cancellations import Cancellations
from app.domain.cards import Cards
from app.domain.customers import Customers
from app.domain.deliveries import Deliveries
from app.domain.discounts import Discounts
from app.domain.drafts import Drafts
from app.domain.event_lists import EventLists
from app.domain.events import Events
from app.domain.exchanges import Exchanges
from app.domain.facts import Changes, Fact
from app.domain.figures import Figures
from app.domain.goods import Products
from app.domain.history import History
from app.domain.house import Settings
from app.domain.memberships import Memberships
from app.domain.notifications import Notifications
from app.domain.occasions import Occasions
from app.domain.payment_history import PaymentHistory
from app.domain.payments import Payments
from app.domain.posters import Posters
from app.domain.pricing import PriceChanges
from app.domain.programme import Programme
from app.domain.reports import Reports
from app.domain.shifts import Shifts
from app.domain.tickets import Bookings, Tickets
from app.domain.user_ports import Users
from app.domain.venues import Venues
from app.domain.vouchers import Vouchers

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
    def customers(self) -> Customers: ...

    @property
    def access(self) -> Access: ...

    @property
    def events(self) -> Events: ...

    @property
    def event_lists(self) -> EventLists: ...

    @property
    def programme(self) -> Programme: ...

    @property
    def posters(self) -> Posters: ...

    @property
    def venues(self) -> Venues: ...

    @property
    def cancellations(self) -> Cancellations: ...

    @property
    def drafts(self) -> Drafts: ...

    @property
    def tickets(self) -> Tickets: ...

    @property
    def baskets(self) -> Baskets: ...

    @property
    def bookings(self) -> Bookings: ...

    @property
    def booking_lists(self) -> BookingLists: ...

    @property
    def booking_details(self) -> BookingDetails: ...

    @property
    def door(self) -> Door: ...

    @property
    def payments(self) -> Payments: ...

    @property
    def exchanges(self) -> Exchanges: ...

    @property
    def cards(self) -> Cards: ...

    @property
    def vouchers(self) -> Vouchers: ...

    @property
    def products(self) -> Products: ...

    @property
    def memberships(self) -> Memberships: ...

    @property
    def discounts(self) -> Discounts: ...

    @property
    def price_changes(self) -> PriceChanges: ...

    @property
    def shifts(self) -> Shifts: ...

    @property
    def payment_history(self) -> PaymentHistory: ...

    @property
    def notifications(self) -> Notifications: ...

    @property
    def deliveries(self) -> Deliveries: ...

    @property
    def occasions(self) -> Occasions: ...

    @property
    def reports(self) -> Reports: ...

    @property
    def analytics(self) -> Analytics: ...

    @property
    def figures(self) -> Figures: ...

    @property
    def history(self) -> History: ...

    @property
    def settings(self) -> Settings: ...

    @property
    def changes(self) -> Changes: ...

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
