"""Bookings and tickets: the lists' questions, the one that is open, and what is done to it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.domain.analytics import Interaction
from app.domain.bookings import BookingFilter, TicketFilter, TicketLine, TicketPage
from app.domain.cards import AttemptStatus
from app.domain.errors import CardNotApproved, HouselightsError, TerminalTimeout, Unavailable
from app.domain.event_lists import EventFilter
from app.domain.events import ProgrammeLine
from app.domain.facts import BookingChanged, Fact
from app.domain.history import Note
from app.domain.payments import Held, Tender, Tendered
from app.domain.tickets import Booking, BookingLine, BookingStatus, TicketStatus
from app.domain.users import Operator, Permission
from app.domain.values import Money, new_id
from app.services.returns import Cancelled
from ui.relay import Relay
from ui.tasks import Tasks
from ui.viewmodel import ViewModel
from ui.widgets.windowed import Source

BOOKINGS, TICKETS = "bookings", "tickets"


@dataclass(frozen=True, slots=True)
class Opened:
    """A booking with the performances its tickets admit to, by id, what is held, and its history."""

    booking: Booking
    lines: dict[str, ProgrammeLine]
    held: tuple[Held, ...] = ()
    history: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class State:
    """`mode` says which list is on show; one booking or one ticket can be open in each."""

    mode: str = BOOKINGS
    bookings: BookingFilter = field(default_factory=BookingFilter)
    tickets: TicketFilter = field(default_factory=TicketFilter)
    events: tuple[tuple[str, str], ...] = ()  # id, title
    opened: Opened | None = None
    ticket: TicketPage | None = None
    busy: bool = False
    problem: HouselightsError | None = None

    @property
    def filtered(self) -> bool:
        """Whether anything is asked of the list on show."""
        which = self.bookings if self.mode == BOOKINGS else self.tickets
        return which != type(which)()


class Bookings(ViewModel[State]):
    """`told` fires when the lists should be read again, `cancelled` carries what a cancellation left
    to give back, `done` what was done in a sentence's key."""

    told = Signal()
    cancelled = Signal(object)
    done = Signal(str)

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
        self._refund_key = ""
        self._pay_keys: dict[str, str] = {}  # by booking id
        self.may_cancel = by.may(Permission.CANCEL)
        self.may_refund = by.may(Permission.REFUND)
        self.may_check_in = by.may(Permission.CHECK_IN)
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
        """Bookings or tickets."""
        self.set(mode=mode)

    def narrow(self, **changes: object) -> None:
        """Ask for less, or more: fields of the filter of the list on show."""
        if changes.get("search"):  # that somebody searched, never for whom
            self._services.interactions.seen(
                Interaction.SEARCH, detail=self.state.mode, by=self._by
            )
        if self.state.mode == BOOKINGS:
            self.set(bookings=replace(self.state.bookings, **changes))  # type: ignore[arg-type]
        else:
            self.set(tickets=replace(self.state.tickets, **changes))  # type: ignore[arg-type]

    def everything(self) -> None:
        """Ask for all again."""
        self.set(bookings=BookingFilter(), tickets=TicketFilter())

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
        return Opened(
            booking,
            {key: services.events.line(key, by=by) for key in ids},
            services.bookings.held(booking_id, by=by) if self.may_refund else (),
            services.bookings.history(booking_id, by=by),
        )

    def _on_opened(self, opened: Opened) -> None:
        self.set(opened=opened, problem=None)

    def _on_ticket(self, page: TicketPage) -> None:
        self.set(ticket=page, problem=None)

    # -- acts --------------------------------------------------------------------------------

    def cancel(self, ticket_ids: Collection[str], *, reason: str) -> None:
        """Cancel these tickets of the open booking."""
        opened = self.state.opened
        if opened is None or self.state.busy:
            return
        self.set(busy=True, problem=None)
        services, by = self._services, self._by
        self.ask(
            lambda: services.bookings.cancel(
                opened.booking.id, ticket_ids=tuple(ticket_ids), reason=reason, by=by
            ),
            self._on_cancelled,
            failed=self._on_act_failed,
        )

    def _on_cancelled(self, cancelled: Cancelled) -> None:
        self.set(busy=False)
        for ticket in cancelled.tickets:
            self._services.interactions.seen(
                Interaction.CANCEL,
                performance_id=ticket.performance_id,
                ticket_id=ticket.id,
                by=self._by,
            )
        self.open(cancelled.booking.id)
        self.done.emit("cancelled")
        if cancelled.owed and self.may_refund:
            self.cancelled.emit(cancelled)

    def refund(
        self, wanted: Mapping[str, Money], *, reason: str, tender: Tender | None = None
    ) -> None:
        """Give money of the open booking back. Pressed again after an answer was lost, it is the same act."""
        opened = self.state.opened
        if opened is None or self.state.busy:
            return
        self._refund_key = self._refund_key or new_id()
        key, booking_id = self._refund_key, opened.booking.id
        services, by = self._services, self._by
        self.set(busy=True, problem=None)
        self._tasks.run(
            self,
            lambda: services.bookings.refund(
                booking_id, wanted=wanted, reason=reason, key=key, tender=tender, by=by
            ),
            done=self._on_refunded,
            failed=self._on_act_failed,
            lane="io",
        )

    def _on_refunded(self, _refunds: object) -> None:
        self._refund_key = ""
        self.set(busy=False)
        self._again()
        self.done.emit("refunded")

    def forget_refund(self) -> None:
        """Another refund was begun: it is another act."""
        self._refund_key = ""

    @property
    def card(self) -> bool:
        """Whether a card terminal is connected."""
        return bool(self._services.cards.available)

    def pay(self, tendered: Tendered) -> None:
        """Take the money for the open reservation; a card is asked for at the terminal first."""
        opened = self.state.opened
        if opened is None or opened.booking.status is not BookingStatus.RESERVED or self.state.busy:
            return
        booking = opened.booking
        # kept until the answer is known: pressed again after a doubt, the card is charged once, and
        # never for another booking
        key = self._pay_keys.setdefault(booking.id, new_id())
        self.set(busy=True, problem=None)

        def failed(error: HouselightsError) -> None:
            if not isinstance(error, Unavailable):
                del self._pay_keys[booking.id]
            self.set(busy=False, problem=error)

        self._tasks.run(
            self,
            lambda: self._take(booking, tendered, key=key),
            done=self._on_paid,
            failed=failed,
            lane="io",
        )

    def _take(self, booking: Booking, tendered: Tendered, *, key: str) -> Booking:
        services, by, charged = self._services, self._by, []
        if tendered.tender is Tender.CARD:
            attempt = services.cards.charge(booking.total, key=key, basket_id=booking.id, by=by)
            if attempt.in_doubt:
                raise TerminalTimeout
            if attempt.status not in (AttemptStatus.APPROVED, AttemptStatus.BOOKED):
                raise CardNotApproved(attempt.id)
            charged = [attempt.id]
            tendered = replace(tendered, amount=booking.total, reference=attempt.id)
        paid: Booking = services.cards.sold_with(
            charged,
            sell=lambda: services.bookings.pay(booking.id, tenders=(tendered,), by=by),
            by=by,
        )
        return paid

    def _on_paid(self, booking: Booking) -> None:
        del self._pay_keys[booking.id]
        self.set(busy=False)
        self.open(booking.id)
        self.done.emit("paid")

    def printed(self, booking_id: str) -> None:
        """The open booking's tickets are on paper or in a file."""
        services, by = self._services, self._by
        self.ask(lambda: services.bookings.printed(booking_id, by=by), _nothing)

    def resend(self) -> None:
        """Send the open booking's confirmation again."""
        opened = self.state.opened
        if opened is None:
            return
        services, by, booking_id = self._services, self._by, opened.booking.id
        self.act(lambda: services.bookings.resend(booking_id, by=by), self._on_resent)

    def _on_resent(self, _: object) -> None:
        self._again()
        self.done.emit("resent")

    def check_in(self, code: str) -> None:
        """Admit the open ticket's holder."""
        services, by = self._services, self._by
        self.act(lambda: services.bookings.check_in(code, by=by), self._on_scanned)

    def _on_scanned(self, answer: tuple[object, str | None]) -> None:
        if answer[1] is not None:
            self.open_ticket(answer[1])

    def _on_act_failed(self, error: HouselightsError) -> None:
        if not isinstance(error, Unavailable):
            self._refund_key = ""
        self.set(busy=False, problem=error)

    def _again(self) -> None:
        if self.state.opened is not None:
            self.open(self.state.opened.booking.id)

    def _on_fact(self, fact: Fact) -> None:
        if not isinstance(fact, BookingChanged):
            return
        self.told.emit()
        opened, ticket = self.state.opened, self.state.ticket
        if opened is not None and fact.booking_id in ("", opened.booking.id):
            self.open(opened.booking.id)
        if ticket is not None and fact.booking_id in ("", ticket.line.booking_id):
            self.open_ticket(ticket.line.id)


def owed(opened: Opened) -> Money:
    """What is held for tickets that are cancelled: what its customer waits for."""
    gone = {t.id for t in opened.booking.tickets if t.status is TicketStatus.CANCELLED}
    currency = opened.booking.total.currency
    return Money.total((h.amount for h in opened.held if h.ticket_id in gone), currency)


def _nothing(_: object) -> None:
    """The fact that follows refreshes whoever shows it."""
