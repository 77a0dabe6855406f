"""The tickets and payments of whoever is signed in, and cancelling them by the rules of their events."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.domain.bookings import TicketFilter, TicketLine
from app.domain.errors import HouselightsError, Unavailable
from app.domain.events import ProgrammeLine
from app.domain.facts import BookingChanged, Fact
from app.domain.own_cancellation import OwnCancellation
from app.domain.payment_history import PaymentLine
from app.domain.tickets import Booking
from app.domain.users import Operator
from app.domain.values import new_id
from ui import house_time
from ui.relay import Relay
from ui.tasks import Tasks
from ui.viewmodel import ViewModel

_MOST = 500
_STILL_ON = 4 * 3600  # seconds after its start for which a performance is not over


@dataclass(frozen=True, slots=True)
class Opened:
    """A booking with the performances its tickets admit to, by id, and what of it could be cancelled."""

    booking: Booking
    lines: dict[str, ProgrammeLine]
    own: OwnCancellation


@dataclass(frozen=True, slots=True)
class State:
    """`tickets` by when they play, the next first; `payments` newest first; `refusal` is why nothing was
    cancelled."""

    tickets: tuple[TicketLine, ...] = ()
    payments: tuple[PaymentLine, ...] = ()
    opened: Opened | None = None
    loaded: bool = False
    busy: bool = False
    refusal: HouselightsError | None = None
    problem: HouselightsError | None = None


class MyTickets(ViewModel[State]):
    """Reads one's own, again after every booking; `cancelled` carries the booking once tickets of it
    are."""

    cancelled = Signal(object)

    def __init__(
        self,
        services: Any,
        *,
        by: Operator,
        tasks: Tasks,
        relay: Relay,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(State(), tasks=tasks, parent=parent)
        self._services = services
        self._by = by
        self._key = ""
        relay.told.connect(self._on_fact)

    def load(self) -> None:
        """Read tickets and payments."""
        self.ask(self._read, self._on_read, key="own")

    def open(self, booking_id: str) -> None:
        """Show a booking's tickets."""
        self.ask(lambda: self._read_booking(booking_id), self._on_opened, key="opened")

    def _read(self) -> tuple[tuple[TicketLine, ...], tuple[PaymentLine, ...]]:
        services, by = self._services, self._by
        own = TicketFilter(user_id=by.user_id)
        tickets = services.bookings.tickets(own, limit=_MOST, by=by)
        payments = services.payment_history.of_user(by.user_id, by=by)
        return next_first(tickets, now=house_time.now()), tuple(payments)

    def _read_booking(self, booking_id: str) -> Opened:
        services, by = self._services, self._by
        booking = services.bookings.booking(booking_id, by=by)
        ids = sorted({ticket.performance_id for ticket in booking.tickets})
        return Opened(
            booking,
            {key: services.events.line(key, by=by) for key in ids},
            services.bookings.own_cancellation(booking_id, by=by),
        )

    def _on_read(self, read: tuple[tuple[TicketLine, ...], tuple[PaymentLine, ...]]) -> None:
        self.set(tickets=read[0], payments=read[1], loaded=True, problem=None)

    def _on_opened(self, opened: Opened) -> None:
        self.set(opened=opened, problem=None)

    def begin(self) -> None:
        """Another cancellation is begun: it is another act."""
        self._key = ""
        self.set(refusal=None)

    def cancel(self, ticket_ids: Collection[str]) -> None:
        """Cancel these of one's tickets; the card terminal may be asked. Pressed again after an answer was
        lost, it is the same act."""
        if self.state.busy or not ticket_ids:
            return
        self._key = self._key or new_id()
        key, services, by = self._key, self._services, self._by
        self.set(busy=True, refusal=None)
        self._tasks.run(
            self,
            lambda: services.bookings.cancel_own(tuple(ticket_ids), key=key, by=by),
            done=self._on_cancelled,
            failed=self._on_refused,
            lane="io",
        )

    def _on_cancelled(self, booking: Booking) -> None:
        self._key = ""
        self.set(busy=False)
        self.load()
        self.open(booking.id)
        self.cancelled.emit(booking)

    def _on_refused(self, error: HouselightsError) -> None:
        if not isinstance(error, Unavailable):
            self._key = ""
        self.set(busy=False, refusal=error)

    def _on_fact(self, fact: Fact) -> None:
        if isinstance(fact, BookingChanged):
            self.load()
            opened = self.state.opened
            if opened is not None and fact.booking_id in ("", opened.booking.id):
                self.open(opened.booking.id)


def next_first(tickets: Iterable[TicketLine], *, now: datetime) -> tuple[TicketLine, ...]:
    """What is still to come, the next performance first; then what is over, the latest first."""

    def place(line: TicketLine) -> tuple[bool, float, str]:
        away = (line.starts_at - now).total_seconds()
        over = away < -_STILL_ON
        return over, -away if over else away, line.seat

    return tuple(sorted(tickets, key=place))
