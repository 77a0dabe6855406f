"""Transactions: begun, committed, retried and rolled back here and nowhere else."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from app.domain.facts import Fact
from app.domain.ports import Bus, Work
from app.domain.values import from_micros, new_id, to_micros
from app.persistence.access import SqlAccess
from app.persistence.analytics import SqlAnalytics
from app.persistence.baskets import SqlBaskets
from app.persistence.booking_details import SqlBookingDetails
from app.persistence.booking_lists import SqlBookingLists
from app.persistence.bookings import SqlBookings
from app.persistence.cancellations import SqlCancellations
from app.persistence.cards import SqlCards
from app.persistence.changes import SqlChanges, recording
from app.persistence.customers import SqlCustomers
from app.persistence.database import Database
from app.persistence.deliveries import SqlDeliveries
from app.persistence.discounts import SqlDiscounts
from app.persistence.door import SqlDoor
from app.persistence.drafts import SqlDrafts
from app.persistence.event_lists import SqlEventLists
from app.persistence.events import SqlEvents
from app.persistence.exchanges import SqlExchanges
from app.persistence.failures import asks_for_retry, met_another, translated
from app.persistence.figures import SqlFigures
from app.persistence.goods import SqlProducts
from app.persistence.history import SqlHistory
from app.persistence.memberships import SqlMemberships
from app.persistence.notifications import SqlNotifications
from app.persistence.occasions import SqlOccasions
from app.persistence.payment_history import SqlPaymentHistory
from app.persistence.payments import SqlPayments
from app.persistence.posters import SqlPosters
from app.persistence.price_changes import SqlPriceChanges
from app.persistence.programme import SqlProgramme
from app.persistence.reports import SqlReports
from app.persistence.settings import SqlSettings
from app.persistence.shifts import SqlShifts
from app.persistence.statements import Driver, Statement
from app.persistence.tickets import SqlTickets
from app.persistence.users import SqlUsers
from app.persistence.venues import SqlVenues
from app.persistence.vouchers import SqlVouchers

T = TypeVar("T")

_ATTEMPTS = 6
_COMMIT = Statement(sqlite="COMMIT", postgresql="COMMIT")
_SERVER_NOW = "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint"


class SqlWork:
    """One transaction in progress; repositories are made when first asked for."""

    def __init__(self, connection: Connection, *, now: datetime) -> None:
        self.now = now
        self.facts: list[Fact] = []
        self._connection = connection

    @property
    def users(self) -> SqlUsers:
        return SqlUsers(self._connection, now=self.now)

    @property
    def customers(self) -> SqlCustomers:
        return SqlCustomers(self._connection, now=self.now)

    @property
    def access(self) -> SqlAccess:
        return SqlAccess(self._connection, now=self.now)

    @property
    def events(self) -> SqlEvents:
        return SqlEvents(self._connection, now=self.now)

    @property
    def event_lists(self) -> SqlEventLists:
        return SqlEventLists(self._connection)

    @property
    def programme(self) -> SqlProgramme:
        return SqlProgramme(self._connection, now=self.now)

    @property
    def posters(self) -> SqlPosters:
        return SqlPosters(self._connection)

    @property
    def venues(self) -> SqlVenues:
        return SqlVenues(self._connection)

    @property
    def cancellations(self) -> SqlCancellations:
        return SqlCancellations(self._connection, now=self.now)

    @property
    def drafts(self) -> SqlDrafts:
        return SqlDrafts(self._connection)

    @property
    def tickets(self) -> SqlTickets:
        return SqlTickets(self._connection, now=self.now)

    @property
    def baskets(self) -> SqlBaskets:
        return SqlBaskets(self._connection, now=self.now)

    @property
    def bookings(self) -> SqlBookings:
        return SqlBookings(self._connection, now=self.now)

    @property
    def booking_lists(self) -> SqlBookingLists:
        return SqlBookingLists(self._connection, now=self.now)

    @property
    def booking_details(self) -> SqlBookingDetails:
        return SqlBookingDetails(self._connection, now=self.now)

    @property
    def door(self) -> SqlDoor:
        return SqlDoor(self._connection, now=self.now)

    @property
    def payments(self) -> SqlPayments:
        return SqlPayments(self._connection, now=self.now)

    @property
    def exchanges(self) -> SqlExchanges:
        return SqlExchanges(self._connection, now=self.now)

    @property
    def cards(self) -> SqlCards:
        return SqlCards(self._connection, now=self.now)

    @property
    def vouchers(self) -> SqlVouchers:
        return SqlVouchers(self._connection, now=self.now)

    @property
    def products(self) -> SqlProducts:
        return SqlProducts(self._connection, now=self.now)

    @property
    def memberships(self) -> SqlMemberships:
        return SqlMemberships(self._connection, now=self.now)

    @property
    def discounts(self) -> SqlDiscounts:
        return SqlDiscounts(self._connection, now=self.now)

    @property
    def price_changes(self) -> SqlPriceChanges:
        return SqlPriceChanges(self._connection, now=self.now)

    @property
    def shifts(self) -> SqlShifts:
        return SqlShifts(self._connection)

    @property
    def payment_history(self) -> SqlPaymentHistory:
        return SqlPaymentHistory(self._connection)

    @property
    def notifications(self) -> SqlNotifications:
        return SqlNotifications(self._connection, now=self.now, announce=self.tell)

    @property
    def deliveries(self) -> SqlDeliveries:
        return SqlDeliveries(self._connection, now=self.now, announce=self.tell)

    @property
    def occasions(self) -> SqlOccasions:
        return SqlOccasions(self._connection, now=self.now)

    @property
    def reports(self) -> SqlReports:
        return SqlReports(self._connection, now=to_micros(self.now))

    @property
    def analytics(self) -> SqlAnalytics:
        return SqlAnalytics(self._connection, now=self.now)

    @property
    def figures(self) -> SqlFigures:
        return SqlFigures(self._connection, now=self.now)

    @property
    def history(self) -> SqlHistory:
        return SqlHistory(self._connection, now=self.now)

    @property
    def settings(self) -> SqlSettings:
        return SqlSettings(self._connection)

    @property
    def changes(self) -> SqlChanges:
        return SqlChanges(self._connection)

    def tell(self, fact: Fact) -> None:
        """Announce this once the transaction is committed."""
        self.facts.append(fact)

    def keep(self, *, origin: str) -> None:
        """Write for other stations what was told, and commit: one round trip for both on PostgreSQL, so
        that the feed costs a distant house no waiting. SQLAlchemy's own commit then finds nothing to do."""
        driver = Driver(self._connection)
        told = recording(self.facts, origin=origin, at=self.now, dialect=driver.dialect)
        driver.run_all([*told, (_COMMIT, [{}])])


class SqlUnitOfWork:
    """The `UnitOfWork` port over one `Database`. `origin` marks in the change feed what came from here,
    and was told here already."""

    def __init__(self, database: Database, *, bus: Bus, origin: str = "") -> None:
        self._database = database
        self._bus = bus
        self._origin = origin or new_id()
        self._reading = database.engine.execution_options(reading=True)

    def read(self, ask: Callable[[Work], T]) -> T:
        """Run `ask` in one reading transaction; nothing it writes survives."""
        with translated(self._database.where()), self._begun(self._reading) as work:
            return ask(work)

    def write(self, act: Callable[[Work], T]) -> T:
        """Run `act`, commit, announce. Runs it again when PostgreSQL asks for that (at most five times),
        and once when another transaction wrote in between what this one had looked up."""
        for attempt in range(1, _ATTEMPTS + 1):
            with translated(self._database.where()):
                try:
                    result, facts = self._once(act)
                except Exception as error:
                    once_more = asks_for_retry(error) or (attempt == 1 and met_another(error))
                    if attempt == _ATTEMPTS or not once_more:
                        raise
                    time.sleep(random.uniform(0.005, 0.02) * 2**attempt)  # noqa: S311 - jitter
                    continue
            break
        for fact in facts:
            self._bus.publish(fact)
        return result

    def _once(self, act: Callable[[Work], T]) -> tuple[T, list[Fact]]:
        with self._begun(self._database.engine) as work:
            result = act(work)
            work.keep(origin=self._origin)
        return result, work.facts

    @contextmanager
    def _begun(self, engine: Engine) -> Iterator[SqlWork]:
        """A transaction with its instant. Asking for the time is its first statement, so a connection
        that died in the pool shows before anything was done, and a fresh one takes its place."""
        try:
            connection, now = self._connected(engine)
        except DBAPIError as error:
            if not error.connection_invalidated:
                raise
            connection, now = self._connected(engine)
        with connection, connection.get_transaction() or connection.begin():
            yield SqlWork(connection, now=now)

    def _connected(self, engine: Engine) -> tuple[Connection, datetime]:
        connection = engine.connect()
        try:
            connection.begin()
            if self._database.clock is not None:
                return connection, self._database.clock()
            micros = connection.exec_driver_sql(_SERVER_NOW).scalar_one()
            self._database.heard(micros)
        except BaseException:
            connection.close()
            raise
        return connection, from_micros(micros)
