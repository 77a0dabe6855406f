"""Bookings and tickets: the lists' questions, and the one that is open."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.domain.analytics import Interaction
from app.domain.bookings import BookingFilter, PickUp, TicketFilter, TicketLine, TicketPage
from app.domain.customers import CustomerLine
from app.domain.event_lists import EventFilter
from app.domain.facts import BookingChanged, Fact
from app.domain.tickets import BookingLine
from app.domain.users import Operator
from ui.bookings.acting import Acting
from ui.bookings.state import BOOKINGS, PICK_UPS, TICKETS, Opened, today
from ui.relay import Relay
from ui.tasks import Tasks
from ui.widgets.windowed import Source

_MOST_CUSTOMERS = 8


class Bookings(Acting):
    """`told` fires when the lists should be read again, `come` carries the pick-up list, `found` the
    customers that were looked for."""

    told = Signal()
    come = Signal(object)
    found = Signal(object)

    def __init__(
        self,
        services: Any,
        *,
        by: Operator,
        tasks: Tasks,
        relay: Relay,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(services, by=by, tasks=tasks, parent=parent)
        self.state = replace(self.state, pick_ups=today())
        relay.told.connect(self._on_fact)

    # -- the lists ---------------------------------------------------------------------------

    def load_events(self) -> None:
        """What the event filter offers."""
        self.ask(self._read_events, self._on_events, key="events")

    def _read_events(self) -> tuple[tuple[str, str], ...]:
        page = self._services.events.events(EventFilter(), limit=500, by=self._by)
        return tuple(sorted(((e.id, e.title) for e in page.rows), key=lambda event: event[1]))

    def _on_events(self, events: tuple[tuple[str, str], ...]) -> None:
        self.set(events=events)

    def show_list(self, mode: str) -> None:
        """Bookings, tickets or who comes to pick up."""
        self.set(mode=mode)
        if mode == PICK_UPS:
            self.load_pick_ups()

    def narrow(self, **changes: object) -> None:
        """Ask for less, or more: fields of the filter of the list on show."""
        if changes.get("search"):  # that somebody searched, never for whom
            self._services.interactions.seen(
                Interaction.SEARCH, detail=self.state.mode, by=self._by
            )
        if self.state.mode == BOOKINGS:
            self.set(bookings=replace(self.state.bookings, **changes))  # type: ignore[arg-type]
        elif self.state.mode == TICKETS:
            self.set(tickets=replace(self.state.tickets, **changes))  # type: ignore[arg-type]
        else:
            self.set(pick_ups=replace(self.state.pick_ups, **changes))  # type: ignore[arg-type]
            self.load_pick_ups()

    def everything(self) -> None:
        """Ask for all again."""
        self.set(bookings=BookingFilter(), tickets=TicketFilter(), pick_ups=today())

    def bookings_source(self) -> Source[BookingLine]:
        """The bookings asked for, in pages."""
        which, bookings, by = self.state.bookings, self._services.bookings, self._by

        def read(after: int, limit: int) -> tuple[BookingLine, ...]:
            lines: tuple[BookingLine, ...] = bookings.bookings(
                which, offset=after, limit=limit, by=by
            )
            return lines

        return Source(lambda: int(bookings.count(which, by=by)), read)

    def tickets_source(self) -> Source[TicketLine]:
        """The tickets asked for, in pages."""
        which, bookings, by = self.state.tickets, self._services.bookings, self._by

        def read(after: int, limit: int) -> tuple[TicketLine, ...]:
            lines: tuple[TicketLine, ...] = bookings.tickets(
                which, offset=after, limit=limit, by=by
            )
            return lines

        return Source(lambda: int(bookings.count_tickets(which, by=by)), read)

    def load_pick_ups(self) -> None:
        """Read who comes for what."""
        which, services, by = self.state.pick_ups, self._services, self._by
        self.ask(lambda: services.bookings.pick_ups(which, by=by), self._on_come, key="pick_ups")

    def _on_come(self, lines: tuple[PickUp, ...]) -> None:
        self.come.emit(lines)

    def find_customers(self, text: str) -> None:
        """Whom a booking could be for; `found` carries them."""
        services, by = self._services, self._by
        self.ask(
            lambda: services.customers.find(text, limit=_MOST_CUSTOMERS, by=by),
            self._on_found,
            key="customers",
        )

    def _on_found(self, lines: tuple[CustomerLine, ...]) -> None:
        self.found.emit(lines)

    # -- the one that is open ------------------------------------------------------------------

    def open(self, booking_id: str) -> None:
        """Show one booking's page."""
        self.ask(lambda: self._read(booking_id), self._on_opened, key="opened")

    def open_ticket(self, ticket_id: str) -> None:
        """Show one ticket's page."""
        services, by = self._services, self._by
        self.ask(lambda: services.bookings.ticket(ticket_id, by=by), self._on_ticket, key="ticket")

    def _read(self, booking_id: str) -> Opened:
        services, by = self._services, self._by
        booking = services.bookings.booking(booking_id, by=by)
        ids = sorted({ticket.performance_id for ticket in booking.tickets})
        undoes = self.may_cancel and self.may_refund
        return Opened(
            booking,
            {key: services.events.line(key, by=by) for key in ids},
            services.bookings.held(booking_id, by=by) if self.may_refund else (),
            services.bookings.history(booking_id, by=by),
            services.notifications.of_booking(booking_id, by=by),
            owes_print=services.bookings.owes_print(booking_id, by=by),
            may_void=undoes and not services.bookings.may_void(booking_id, by=by),
        )

    def _on_opened(self, opened: Opened) -> None:
        self.set(opened=opened, problem=None)

    def _on_ticket(self, page: TicketPage) -> None:
        self.set(ticket=page, problem=None)

    def _on_fact(self, fact: Fact) -> None:
        if not isinstance(fact, BookingChanged):
            return
        self.told.emit()
        if self.state.mode == PICK_UPS:
            self.load_pick_ups()
        opened, ticket = self.state.opened, self.state.ticket
        if opened is not None and fact.booking_id in ("", opened.booking.id):
            self.open(opened.booking.id)
        if ticket is not None and fact.booking_id in ("", ticket.line.booking_id):
            self.open_ticket(ticket.line.id)
