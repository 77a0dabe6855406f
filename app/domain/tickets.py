"""Claims on places, baskets, bookings and tickets: the rules of selling a seat once."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Protocol

from app.domain.analytics import Rollup
from app.domain.notifications import Delivery
from app.domain.payments import JournalLine, Payment, Refund, Share, Tender, Tendered
from app.domain.seating import SeatingPlan
from app.domain.values import Money
from app.domain.vouchers import VoucherStatus

HOLD_FOR = timedelta(minutes=10)
# Customers who reserve for themselves: how long they have to pay, and for how many places at once.
OWN_RESERVATION = timedelta(minutes=30)
MOST_RESERVED = 20
# why a sold claim is not paid for yet
RESERVED = "reserved"


class ClaimStatus(IntEnum):
    """What a row of `seat_claims` says. A free place has no row; a hold past its time counts as free."""

    HELD = 1
    SOLD = 2
    ALLOTTED = 3
    BLOCKED = 4
    KILLED = 5


class BookingStatus(StrEnum):
    """A booking is reserved until its deadline or paid; cancelled once nothing of it lives: no ticket, no
    item, no gift voucher."""

    RESERVED = "reserved"
    PAID = "paid"
    CANCELLED = "cancelled"


class TicketStatus(StrEnum):
    """Only a valid ticket admits; a reserved one is not paid yet."""

    RESERVED = "reserved"
    VALID = "valid"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Claim:
    """A place somebody has. `hold_until` and `held_at` (UTC: since when this basket has it) only for
    holds; `reason` names a hold or a kill."""

    seat_no: int
    status: ClaimStatus
    basket_id: str | None
    station_code: str | None
    hold_until: datetime | None
    reason: str | None
    booking_id: str | None
    held_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """One place of one performance: the key of a claim."""

    performance_id: str
    seat_no: int


@dataclass(frozen=True, slots=True)
class BasketLine:
    """One admission somebody is about to buy. `promised` is the list price the buyer was told when the
    place was held: it stands until the hold ends, whatever the price list says since."""

    place: Place
    price_type_id: str
    promised: Money | None = None


@dataclass(frozen=True, slots=True)
class Goods:
    """So many of a product, bought with the tickets or alone."""

    product_id: str
    quantity: int = 1


@dataclass(frozen=True, slots=True)
class Order:
    """A purchase as asked for. `key` makes it idempotent: sent twice, it is sold once.

    `tenders` is what the customer puts down, exactly what is due in cash unless told otherwise.
    `expected` is the total shown before; the sale is refused when it would come to another.
    `vouchers` are gift vouchers bought with it, by amount; `goods` are products. `codes` are the discount
    codes that were typed. `name` is what the booking is called at the desk. `left_alone` are places that
    the seller was warned they would leave alone, and left all the same.
    """

    key: str
    basket_id: str
    lines: tuple[BasketLine, ...] = ()
    tenders: tuple[Tendered, ...] = (Tendered(Tender.CASH),)
    vouchers: tuple[Money, ...] = ()
    expected: Money | None = None
    customer_id: str | None = None
    channel: str = "counter"
    goods: tuple[Goods, ...] = ()
    codes: tuple[str, ...] = ()
    name: str = ""
    left_alone: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Ticket:
    """One admission. Price and the tax inside it in minor units of `price.currency`; `reduction` is what a
    discount took off already. `exchange_id` is the exchange in which it was given up."""

    id: str
    booking_id: str
    performance_id: str
    seat_no: int
    seat: str
    zone: str
    price_type: str
    price: Money
    tax: Money
    code: str
    status: TicketStatus = TicketStatus.VALID
    user_id: str | None = None
    attendee: str = ""
    discount_id: str | None = None
    discount: str = ""
    reduction: Money | None = None
    exchange_id: str | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One piece of a product bought in a booking; price and the tax inside it."""

    id: str
    product_id: str
    name: str
    price: Money
    tax: Money
    status: TicketStatus = TicketStatus.VALID


@dataclass(frozen=True, slots=True)
class GiftVoucher:
    """A voucher bought in a booking; its `code` pays as long as there is a balance (None: all of it)."""

    id: str
    code: str
    amount: Money
    status: VoucherStatus = VoucherStatus.VALID
    balance: Money | None = None

    @property
    def unspent(self) -> bool:
        """Whether it is as it was bought, so that its purchase can be undone."""
        return self.status is VoucherStatus.VALID and self.balance in (None, self.amount)


@dataclass(frozen=True, slots=True)
class Booking:
    """One purchase: its number, its tickets, what it came to. Instants in UTC. `deposit` is what was taken
    of a reservation before it was paid, `covered` what of it counts for what lives."""

    id: str
    number: str
    created_at: datetime
    operator: str
    station_code: str
    channel: str
    status: BookingStatus
    total: Money
    tickets: tuple[Ticket, ...]
    payments: tuple[Payment, ...] = ()
    refunds: tuple[Refund, ...] = ()
    vouchers: tuple[GiftVoucher, ...] = ()
    customer_id: str | None = None
    customer: str = ""
    expires_at: datetime | None = None
    notes: str = ""
    version: int = 1
    items: tuple[Item, ...] = ()
    name: str = ""
    deposit: Money | None = None
    covered: Money | None = None

    @property
    def due(self) -> Money:
        """What is still to be paid: of a reservation its total less the deposit, else nothing."""
        if self.status is not BookingStatus.RESERVED:
            return self.total * 0
        return self.total if self.covered is None else self.total - self.covered

    @property
    def given(self) -> Money:
        """What was put down in all."""
        return Money.total((p.given for p in self.payments), self.total.currency)

    @property
    def paid(self) -> Money:
        """What was taken in all."""
        return Money.total((p.amount for p in self.payments), self.total.currency)

    @property
    def change(self) -> Money:
        """What went back over the counter at once."""
        return self.given - self.paid

    @property
    def refunded(self) -> Money:
        """What was given back later."""
        return Money.total((r.amount for r in self.refunds), self.total.currency)

    @property
    def live(self) -> tuple[Ticket, ...]:
        """The tickets that are not cancelled."""
        return tuple(t for t in self.tickets if t.status is not TicketStatus.CANCELLED)

    @property
    def live_items(self) -> tuple[Item, ...]:
        """The goods that were not taken back."""
        return tuple(item for item in self.items if item.status is not TicketStatus.CANCELLED)

    @property
    def live_vouchers(self) -> tuple[GiftVoucher, ...]:
        """The gift vouchers that were not taken back, spent ones too."""
        return tuple(v for v in self.vouchers if v.status is VoucherStatus.VALID)

    @property
    def lives(self) -> bool:
        """Whether anything of it is left."""
        return bool(self.live or self.live_items or self.live_vouchers)

    @property
    def tax(self) -> Money:
        """The tax inside the total: the sum of what its tickets and goods carry, never recomputed. What was
        given up in an exchange is not in the total any more."""
        taxes = [ticket.tax for ticket in self.tickets if ticket.exchange_id is None]
        taxes += [item.tax for item in self.items]
        return Money.total(taxes, self.total.currency)


@dataclass(frozen=True, slots=True)
class Sale:
    """What is written beside a booking that was paid, in the same transaction. `shares` say what of each
    payment pays for which ticket, `item_shares` for which item or gift voucher. `event_id` is the event
    of all tickets; none where there are several."""

    station_id: str
    operator_id: str
    customer_id: str | None
    shares: tuple[Share, ...]
    journal: tuple[JournalLine, ...]
    rollup: Rollup
    item_shares: tuple[Share, ...] = ()
    event_id: str | None = None


@dataclass(frozen=True, slots=True)
class BookingLine:
    """A booking in a list."""

    id: str
    number: str
    created_at: datetime
    operator: str
    customer: str
    titles: str
    tickets: int
    total: Money
    status: BookingStatus
    expires_at: datetime | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class House:
    """A performance's claims at one moment; everything not listed is free. `admitted` are the seat numbers
    whose tickets the door let in."""

    performance_id: str
    plan: SeatingPlan
    claims: tuple[Claim, ...]
    as_of: datetime
    admitted: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Occupant:
    """Whose a sold or reserved place is. `booked_at` UTC; `admitted_at` when the door let them in."""

    seat_no: int
    booking_id: str
    number: str
    customer_id: str | None
    customer: str
    price_type: str
    price: Money
    booked_at: datetime
    admitted_at: datetime | None


# Without 0, 1, I and O: read aloud at a noisy door. 24 characters of 32 carry 120 random bits.
_CODE_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_CODE_LENGTH = 24


def new_code() -> str:
    """A ticket's secret: what the QR code holds and the door looks up."""
    bits = secrets.randbits(120)
    return "".join(_CODE_LETTERS[(bits >> shift) & 31] for shift in range(0, 120, 5))


def ticket_code(text: str) -> str:
    """A code as it is stored, from what was typed or scanned: letters in any case, spaces and dashes
    passed over."""
    return "".join(text.split()).replace("-", "").upper()


def is_ticket_code(text: str) -> bool:
    """Whether a text has the shape of a ticket's code, as `ticket_code` reads it."""
    code = ticket_code(text)
    return len(code) == _CODE_LENGTH and all(letter in _CODE_LETTERS for letter in code)


class Tickets(Protocol):
    """Claims, bookings and tickets as the database keeps them."""

    def claims(self, performance_id: str) -> tuple[Claim, ...]:
        """All claims in force; holds past their time are left out."""

    def claims_on(self, performance_id: str, seat_nos: Collection[int]) -> tuple[Claim, ...]:
        """Those of them on these seats."""

    def admitted(self, performance_id: str) -> frozenset[int]:
        """The places whose tickets the door let in."""

    def occupants(
        self, performance_id: str, seat_nos: Collection[int] | None = None
    ) -> tuple[Occupant, ...]:
        """Whose the sold and reserved places are: all of them, or these, by seat number."""

    def hold(
        self,
        performance_id: str,
        seat_nos: Collection[int],
        *,
        basket_id: str,
        holder: str,
        until: datetime,
    ) -> frozenset[int]:
        """Hold what is free or already this basket's; the numbers that were won."""

    def block(
        self, performance_id: str, seat_nos: Collection[int], *, status: ClaimStatus, reason: str
    ) -> frozenset[int]:
        """Take free places off sale, BLOCKED (a named hold) or KILLED; the numbers that were won."""

    def unblock(self, performance_id: str, seat_nos: Collection[int]) -> frozenset[int]:
        """Put blocked and killed places back on sale; the numbers that were."""

    def free_places(self, performance_id: str, *, first_no: int, capacity: int) -> tuple[int, ...]:
        """Which of these general-admission places nobody has."""

    def prolong(self, basket_id: str, *, until: datetime) -> None:
        """Give every hold of the basket until then."""

    def held_by(self, basket_id: str) -> tuple[Place, ...]:
        """What the basket holds now."""

    def release(self, basket_id: str, places: Sequence[Place] | None) -> tuple[Place, ...]:
        """Give up these holds of the basket, or all; the places that were freed."""

    def sell(
        self,
        performance_id: str,
        seat_nos: Collection[int],
        *,
        basket_id: str,
        holder: str,
        booking_id: str,
        reserved: bool = False,
    ) -> frozenset[int]:
        """Turn free places and this basket's holds into sold ones; the numbers that were won."""

    def free(self, booking_id: str, places: Collection[Place]) -> None:
        """Give up sold places of a booking."""

    def paid(self, booking_id: str) -> None:
        """A reservation's places are paid for now."""


class Bookings(Protocol):
    """Bookings with their tickets as the database keeps them."""

    def record(
        self, booking: Booking, *, key: str, sale: Sale, deliveries: Sequence[Delivery]
    ) -> None:
        """Write a new booking with its tickets, payments, journal lines, rollups and deliveries in one go.

        Conflict("idempotency_key") when an order with this key was sold before.
        """

    def add(self, booking: Booking, *, sale: Sale, deliveries: Sequence[Delivery]) -> None:
        """Write more tickets of a booking that is there, with what was paid for them; `booking` carries
        the new tickets and payments only."""

    def record_payment(
        self, booking: Booking, *, sale: Sale, deliveries: Sequence[Delivery]
    ) -> None:
        """Write what makes a reservation a paid booking."""

    def record_deposit(self, reserved: Booking, *, sale: Sale) -> None:
        """Write payments that are a deposit on a reservation."""

    def booking(self, booking_id: str) -> Booking:
        """NotFound."""

    def booking_by_key(self, key: str) -> Booking | None:
        """The booking an order with this key led to."""

    def hold_on(self, booking_id: str) -> None:
        """Keep a booking from every other transaction until this one ends."""

    def lock(self, booking_id: str) -> Booking:
        """The booking, held on to; NotFound."""

    def cancel_tickets(self, ticket_ids: Collection[str]) -> None:
        """Tickets that admit nobody any more."""

    def owe_less(self, booking_id: str, amount: int) -> None:
        """Tickets of a reservation went: so much less, in minor units, is to be paid."""

    def cancelled(self, booking_id: str) -> None:
        """Nothing of the booking lives."""

    def expired(self, *, limit: int) -> tuple[str, ...]:
        """Reservations past their deadline, the longest first; booking ids."""
