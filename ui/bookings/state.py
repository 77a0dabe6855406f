"""What the bookings screen shows: the list that is asked for, and the booking or ticket that is open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, timedelta

from app.domain.bookings import BookingFilter, PickUpFilter, TicketFilter, TicketPage
from app.domain.deliveries import Told
from app.domain.errors import HouselightsError
from app.domain.events import ProgrammeLine
from app.domain.history import Note
from app.domain.own_cancellation import OWN_FEE
from app.domain.payments import Held, tax_within
from app.domain.tickets import Booking, BookingStatus, TicketStatus
from app.domain.values import Money
from app.domain.vouchers import VoucherStatus
from ui import house_time

BOOKINGS, TICKETS, PICK_UPS = "bookings", "tickets", "pick_ups"


@dataclass(frozen=True, slots=True)
class Opened:
    """A booking with the performances its tickets admit to, by id, what is held, its history, and what was
    told of it. `owes_print`: its tickets are not handed out; `may_void`: the sale can still be undone."""

    booking: Booking
    lines: dict[str, ProgrammeLine]
    held: tuple[Held, ...] = ()
    history: tuple[Note, ...] = ()
    told: tuple[Told, ...] = ()
    owes_print: bool = False
    may_void: bool = False


@dataclass(frozen=True, slots=True)
class State:
    """`mode` says which list is on show; one booking or one ticket can be open in each."""

    mode: str = BOOKINGS
    bookings: BookingFilter = field(default_factory=BookingFilter)
    tickets: TicketFilter = field(default_factory=TicketFilter)
    pick_ups: PickUpFilter = field(default_factory=PickUpFilter)
    events: tuple[tuple[str, str], ...] = ()  # id, title
    opened: Opened | None = None
    ticket: TicketPage | None = None
    busy: bool = False
    problem: HouselightsError | None = None
    problems: Mapping[str, str] = field(default_factory=dict)  # of a form, beside its fields

    @property
    def filtered(self) -> bool:
        """Whether anything is asked of the list on show."""
        which = self.bookings if self.mode == BOOKINGS else self.tickets
        return self.mode != PICK_UPS and which != type(which)()


def today() -> PickUpFilter:
    """Whoever comes today, by this computer's clock."""
    midnight = house_time.now().astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
    return PickUpFilter(midnight.astimezone(UTC), (midnight + timedelta(days=1)).astimezone(UTC))


def fees_kept(opened: Opened) -> Money:
    """What stays by the events' rules: fees of tickets that customers cancelled themselves, and of those
    that were exchanged; as far as it was not given back after all."""
    return Money.total((_kept(opened, h) for h in opened.held), opened.booking.total.currency)


def fees_tax(opened: Opened) -> Money:
    """The tax inside the fees that exchanges kept."""
    given_up = {t.id: t for t in opened.booking.tickets if t.exchange_id is not None}
    fees = ((given_up[h.ticket_id], h.amount) for h in opened.held if h.ticket_id in given_up)
    minor = sum(tax_within(t.tax.minor, price=t.price.minor, held=fee.minor) for t, fee in fees)
    return Money(minor, opened.booking.total.currency)


def owed(opened: Opened) -> Money:
    """What is held for what is cancelled, less the fees that stay: what its customer waits for."""
    gone = _gone(opened.booking)
    currency = opened.booking.total.currency
    held = Money.total((h.amount for h in opened.held if h.ticket_id in gone), currency)
    return held - fees_kept(opened)


def proposed(opened: Opened) -> dict[str, Money]:
    """The same by ticket (item, gift voucher): what a refund begins with."""
    gone = _gone(opened.booking)
    found: dict[str, Money] = {}
    for one in opened.held:
        left = one.amount - _kept(opened, one)
        if one.ticket_id in gone and left:
            found[one.ticket_id] = found.get(one.ticket_id, one.amount * 0) + left
    return found


def returnable(opened: Opened) -> tuple[Held, ...]:
    """What may go back: of a reservation's deposit only what is held for what was given up."""
    if opened.booking.status is not BookingStatus.RESERVED:
        return opened.held
    gone = _gone(opened.booking)
    return tuple(one for one in opened.held if one.ticket_id in gone)


def _gone(booking: Booking) -> frozenset[str]:
    cancelled = TicketStatus.CANCELLED
    ids = {t.id for t in booking.tickets if t.status is cancelled}
    ids |= {item.id for item in booking.items if item.status is cancelled}
    return frozenset(ids | {v.id for v in booking.vouchers if v.status is VoucherStatus.VOID})


def _kept(opened: Opened, one: Held) -> Money:
    """What of this stays: all that is held for a ticket given up in an exchange, and a fee at most."""
    ticket = next((t for t in opened.booking.tickets if t.id == one.ticket_id), None)
    if ticket is None:
        return one.amount * 0
    if ticket.exchange_id is not None:
        return one.amount
    fee = _fees(opened).get(one.ticket_id, 0)
    before = sum(
        h.amount.minor
        for h in opened.held[: opened.held.index(one)]
        if h.ticket_id == one.ticket_id
    )
    return Money(min(one.amount.minor, max(0, fee - before)), one.amount.currency)


def _fees(opened: Opened) -> dict[str, int]:
    found: dict[str, int] = {}
    for note in opened.history:
        kept = note.body.get(OWN_FEE)
        if isinstance(kept, dict):
            found |= kept
    return found
