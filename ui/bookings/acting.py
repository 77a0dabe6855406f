"""What is done to the booking that is open. Each act keeps its key until its fate is known, so that pressed
again after an answer was lost it is the same act, and nothing is taken or given twice."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.domain.analytics import Interaction
from app.domain.cards import AttemptStatus
from app.domain.errors import (
    CardNotApproved,
    Conflict,
    HouselightsError,
    Invalid,
    TerminalTimeout,
    Unavailable,
)
from app.domain.payments import Tender, Tendered
from app.domain.tickets import Booking, BookingStatus
from app.domain.users import Operator, Permission
from app.domain.values import Money, new_id
from app.services.returns import Cancelled
from ui.bookings.state import Opened, State
from ui.tasks import Tasks
from ui.viewmodel import ViewModel


@dataclass(frozen=True, slots=True)
class Details:
    """What the form of a booking says; `version` is the booking's it was filled from. `until` None leaves
    the deadline, `names` None leaves who comes."""

    name: str
    customer_id: str | None
    notes: str
    version: int
    until: datetime | None = None
    names: tuple[str, ...] | None = None


class Acting(ViewModel[State]):
    """`cancelled` carries what a cancellation left to give back, `done` what was done in a sentence's
    key, `kept` that a form was written."""

    cancelled = Signal(object)
    done = Signal(str)
    kept = Signal()

    def __init__(
        self, services: Any, *, by: Operator, tasks: Tasks, parent: QObject | None = None
    ) -> None:
        super().__init__(State(), tasks=tasks, parent=parent)
        self._services = services
        self._by = by
        self._refund_key = ""
        self._keys: dict[tuple[str, str], str] = {}  # by act and booking
        self.may_sell = by.may(Permission.SELL)
        self.may_cancel = by.may(Permission.CANCEL)
        self.may_refund = by.may(Permission.REFUND)
        self.may_check_in = by.may(Permission.CHECK_IN)

    def open(self, booking_id: str) -> None:
        """Show one booking's page."""
        raise NotImplementedError

    def open_ticket(self, ticket_id: str) -> None:
        """Show one ticket's page."""
        raise NotImplementedError

    @property
    def card(self) -> bool:
        """Whether a card terminal is connected."""
        return bool(self._services.cards.available)

    # -- taking back -------------------------------------------------------------------------

    def cancel(self, ticket_ids: Collection[str], *, reason: str) -> None:
        """Cancel these tickets (items, gift vouchers) of the open booking."""
        opened = self._ready()
        if opened is None:
            return
        services, by, booking = self._services, self._by, opened.booking
        tickets = tuple(t.id for t in booking.tickets if t.id in ticket_ids)
        goods = tuple(key for key in ticket_ids if key not in tickets)

        def act() -> Cancelled:
            made: list[Cancelled] = []
            if tickets:
                made.append(
                    services.bookings.cancel(booking.id, ticket_ids=tickets, reason=reason, by=by)
                )
            if goods:
                made.append(
                    services.bookings.cancel_items(booking.id, item_ids=goods, reason=reason, by=by)
                )
            return made[0] if len(made) == 1 else _together(*made)

        self.set(busy=True, problem=None)
        self.ask(act, self._on_cancelled, failed=self._on_act_failed)

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
        """Give money of the open booking back."""
        opened = self._ready()
        if opened is None:
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

    def void(self) -> None:
        """Undo the sale that is open, whole, with its money."""
        services, by = self._services, self._by

        def act(booking: Booking, key: str) -> object:
            return services.bookings.void(booking.id, key=key, by=by)

        self._keyed("void", act, said="voided")

    # -- taking money ------------------------------------------------------------------------

    def pay(self, tendered: Tendered) -> None:
        """Take what is still due for the open reservation; a card is asked for at the terminal first."""
        services, by = self._services, self._by

        def act(booking: Booking, key: str) -> object:
            return self._take(
                booking,
                booking.due,
                tendered,
                key=key,
                book=lambda tenders: services.bookings.pay(booking.id, tenders=tenders, by=by),
            )

        self._keyed("pay", act, said="paid", of=(BookingStatus.RESERVED,))

    def lay_down(self, amount: Money, tendered: Tendered) -> None:
        """Take a deposit on the open reservation; as `pay`."""
        services, by = self._services, self._by

        def act(booking: Booking, key: str) -> object:
            return self._take(
                booking,
                amount,
                tendered,
                key=key,
                book=lambda tenders: services.bookings.take_deposit(
                    booking.id, amount, tenders=tenders, key=key, by=by
                ),
            )

        self._keyed("deposit", act, said="deposit", of=(BookingStatus.RESERVED,))

    def _take(
        self,
        booking: Booking,
        amount: Money,
        tendered: Tendered,
        *,
        key: str,
        book: Callable[[Sequence[Tendered]], Booking],
    ) -> Booking:
        services, by, charged = self._services, self._by, []
        if tendered.tender is Tender.CARD and amount:
            attempt = services.cards.charge(amount, key=key, basket_id=booking.id, by=by)
            if attempt.in_doubt:
                raise TerminalTimeout
            if attempt.status not in (AttemptStatus.APPROVED, AttemptStatus.BOOKED):
                raise CardNotApproved(attempt.id)
            charged = [attempt.id]
            tendered = replace(tendered, amount=amount, reference=attempt.id)
        paid: Booking = services.cards.sold_with(
            charged, sell=lambda: book((tendered,) if amount else ()), by=by
        )
        return paid

    # -- on paper ----------------------------------------------------------------------------

    def printed(self, booking_id: str, *, reason: str = "") -> None:
        """A booking's tickets are on paper or in a file."""
        services, by = self._services, self._by
        self.ask(lambda: services.bookings.printed(booking_id, reason=reason, by=by), _nothing)

    def hand_out(self) -> None:
        """The open booking's tickets are in the hands of whoever they are for."""
        services, by = self._services, self._by
        self._do(lambda booking: services.bookings.hand_out(booking.id, by=by), said="handed_out")

    def reissue(self, ticket_ids: Collection[str] | None, *, reason: str) -> None:
        """New codes for tickets of the open booking, or for all of them; the old ones die."""
        services, by = self._services, self._by
        self._do(
            lambda booking: services.booking_details.reissue(
                booking.id, ticket_ids=ticket_ids, reason=reason, by=by
            ),
            said="reissued",
        )

    def reissue_ticket(self, *, reason: str) -> None:
        """A new code for the ticket that is open."""
        page = self.state.ticket
        if page is None or self.state.busy:
            return
        services, by, line = self._services, self._by, page.line
        self.act(
            lambda: services.booking_details.reissue(
                line.booking_id, ticket_ids=[line.id], reason=reason, by=by
            ),
            self._on_reissued,
        )

    def _on_reissued(self, _: object) -> None:
        self.done.emit("reissued")

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

    # -- what is written on it ---------------------------------------------------------------

    def keep(self, details: Details) -> None:
        """Write the form of the open booking; `kept` fires once it stands, what does not fit is told
        beside its field (`State.problems`)."""
        opened = self._ready()
        if opened is None:
            return
        booking = opened.booking
        self.set(busy=True, problem=None, problems={})
        self.ask(lambda: self._write(booking, details), self._on_kept, failed=self._on_not_kept)

    def _write(self, booking: Booking, details: Details) -> None:
        """What differs, one after the other, each over the version the one before made."""
        services, by = self._services.booking_details, self._by
        now = replace(booking, version=details.version)
        if details.name != booking.name:
            now = services.rename(booking.id, name=details.name, version=now.version, by=by)
        if details.customer_id != booking.customer_id:
            now = services.set_customer(
                booking.id, customer_id=details.customer_id, version=now.version, by=by
            )
        if details.notes != booking.notes:
            now = services.set_notes(booking.id, notes=details.notes, version=now.version, by=by)
        if details.until not in {None, booking.expires_at}:
            now = services.prolong(booking.id, until=details.until, version=now.version, by=by)
        if details.names is not None:
            services.set_attendees(booking.id, names=details.names, by=by)

    def _on_kept(self, _: object) -> None:
        self.set(busy=False)
        self._again()
        self.kept.emit()
        self.done.emit("kept")

    def _on_not_kept(self, error: HouselightsError) -> None:
        if isinstance(error, Invalid):
            self.set(busy=False, problems=error.problems)
            return
        self.set(busy=False, problem=error)
        if isinstance(error, Conflict) and isinstance(error.theirs, Booking) and self.state.opened:
            self.set(opened=replace(self.state.opened, booking=error.theirs))

    def call_attendee(self, name: str) -> None:
        """Who comes on the open ticket."""
        page = self.state.ticket
        if page is None:
            return
        services, by, ticket_id = self._services, self._by, page.line.id
        self.act(
            lambda: services.booking_details.set_attendee(ticket_id, name=name, by=by),
            self._on_called,
        )

    def _on_called(self, _: object) -> None:
        self.done.emit("kept")

    # -- how an act is made ------------------------------------------------------------------

    def _ready(self) -> Opened | None:
        """The booking that is open, unless an act is under way."""
        return None if self.state.busy else self.state.opened

    def _do(self, act: Callable[[Booking], object], *, said: str) -> None:
        """An act that may be done twice without harm."""
        opened = self._ready()
        if opened is None:
            return
        self.set(busy=True, problem=None)

        def answered(_: object) -> None:
            self.set(busy=False)
            self._again()
            self.done.emit(said)

        self.ask(lambda: act(opened.booking), answered, failed=self._on_act_failed)

    def _keyed(
        self,
        name: str,
        act: Callable[[Booking, str], object],
        *,
        said: str,
        of: Collection[BookingStatus] = tuple(BookingStatus),
    ) -> None:
        """An act that is done once by its key, and may ask the card terminal."""
        opened = self._ready()
        if opened is None or opened.booking.status not in of:
            return
        booking = opened.booking
        # kept until the answer is known: pressed again after a doubt, it is done once, and never for
        # another booking
        key = self._keys.setdefault((name, booking.id), new_id())
        self.set(busy=True, problem=None)

        def answered(_: object) -> None:
            del self._keys[name, booking.id]
            self.set(busy=False)
            self.open(booking.id)
            self.done.emit(said)

        def failed(error: HouselightsError) -> None:
            if not isinstance(error, Unavailable):
                del self._keys[name, booking.id]
            self.set(busy=False, problem=error)

        self._tasks.run(self, lambda: act(booking, key), done=answered, failed=failed, lane="io")

    def _on_act_failed(self, error: HouselightsError) -> None:
        if not isinstance(error, Unavailable):
            self._refund_key = ""
        self.set(busy=False, problem=error)

    def _again(self) -> None:
        if self.state.opened is not None:
            self.open(self.state.opened.booking.id)


def _together(first: Cancelled, more: Cancelled) -> Cancelled:
    return replace(
        more,
        tickets=first.tickets,
        items=(*first.items, *more.items),
        held=(*first.held, *more.held),
    )


def _nothing(_: object) -> None:
    """The fact that follows refreshes whoever shows it."""
