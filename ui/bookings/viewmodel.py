"""Bookings: the list, and the one that is open."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Signal

from app.domain.errors import HouselightsError
from app.domain.events import ProgrammeLine
from app.domain.facts import BookingChanged, Fact
from app.domain.tickets import Booking, BookingLine
from app.domain.users import Operator
from app.services.events import EventService
from app.services.tickets import TicketService
from ui.relay import Relay
from ui.tasks import Tasks


@dataclass(frozen=True, slots=True)
class Opened:
    """A booking with the performances its tickets admit to, by performance id."""

    booking: Booking
    lines: dict[str, ProgrammeLine]


@dataclass(frozen=True, slots=True)
class State:
    """`lines` newest first."""

    lines: tuple[BookingLine, ...] = ()
    search: str = ""
    opened: Opened | None = None
    loaded: bool = False
    problem: HouselightsError | None = None


class Bookings(QObject):
    """Reads bookings, again after every sale."""

    changed = Signal()

    def __init__(
        self,
        *,
        tickets: TicketService,
        events: EventService,
        by: Operator,
        tasks: Tasks,
        relay: Relay,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.state = State()
        self._tickets = tickets
        self._events = events
        self._by = by
        self._tasks = tasks
        relay.told.connect(self._on_fact)

    def load(self) -> None:
        """Read the list for the search in force."""
        search = self.state.search
        self._tasks.run(
            self,
            lambda: self._tickets.bookings(search=search, by=self._by),
            done=self._on_lines,
            failed=self._on_failure,
            key="list",
        )

    def look_for(self, text: str) -> None:
        """Show bookings whose number, customer or title contains the text."""
        if text != self.state.search:
            self._set(replace(self.state, search=text))
            self.load()

    def open(self, booking_id: str) -> None:
        """Show one booking's page."""
        self._tasks.run(
            self,
            lambda: self._read(booking_id),
            done=self._on_opened,
            failed=self._on_failure,
            key="opened",
        )

    def _read(self, booking_id: str) -> Opened:
        booking = self._tickets.booking(booking_id, by=self._by)
        ids = {ticket.performance_id for ticket in booking.tickets}
        return Opened(booking, {key: self._events.line(key, by=self._by) for key in ids})

    def _on_fact(self, fact: Fact) -> None:
        if isinstance(fact, BookingChanged):
            self.load()

    def _on_lines(self, lines: tuple[BookingLine, ...]) -> None:
        self._set(replace(self.state, lines=lines, loaded=True, problem=None))

    def _on_opened(self, opened: Opened) -> None:
        self._set(replace(self.state, opened=opened, problem=None))

    def _on_failure(self, error: HouselightsError) -> None:
        self._set(replace(self.state, problem=error, loaded=True))

    def _set(self, state: State) -> None:
        self.state = state
        self.changed.emit()
