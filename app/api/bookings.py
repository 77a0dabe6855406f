"""Bookings, tickets and payments as they are answered."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from app.api.house import House
from app.api.schemas import Out
from app.api.times import shown
from app.domain.bookings import TicketLine, TicketPage
from app.domain.payment_history import PaymentKind, PaymentLine
from app.domain.payments import Payment
from app.domain.tickets import Booking, Ticket, TicketStatus
from app.domain.users import Operator


class TicketShown(Out):
    """One admission. `status` is reserved, valid or cancelled; only a valid one has a `code`, which the
    door lets in. A reserved one is kept until `expiresAt`."""

    id: str
    booking_id: str
    booking_number: str
    event_id: str
    performance_id: str
    title: str
    date: datetime
    user_id: str | None
    seat_number: str
    zone: str
    price_type: str
    price: int
    currency: str
    status: str
    booking_date: datetime
    expires_at: datetime | None
    code: str | None


class PaymentShown(Out):
    """Money taken, or given back: then `amount` is negative."""

    id: str
    booking_id: str
    booking_number: str
    ticket_id: str | None = None
    user_id: str | None
    amount: int
    currency: str
    tender: str
    status: str = Field(description="taken or refunded", examples=["taken"])
    date: datetime
    transaction_id: str


class BookingShown(Out):
    """One purchase: its tickets, and what was paid. `due` is still to be paid until `expiresAt`."""

    id: str
    number: str
    status: str
    user_id: str | None
    booking_date: datetime
    expires_at: datetime | None
    total: int
    due: int
    currency: str
    tickets: list[TicketShown]
    payments: list[PaymentShown]


class Performances:
    """What answers say of the performances of tickets, each looked up once."""

    def __init__(self, house: House, *, by: Operator) -> None:
        self._house, self._by = house, by
        self._known: dict[str, tuple[str, str, datetime]] = {}

    def of(self, performance_id: str) -> tuple[str, str, datetime]:
        """Event id, title and date."""
        if performance_id not in self._known:
            line = self._house.events.line(performance_id, by=self._by)
            date = shown(line.starts_at, line.zone)
            self._known[performance_id] = (line.event_id, line.title, date)
        return self._known[performance_id]


def booking_shown(booking: Booking, performances: Performances) -> BookingShown:
    """A booking with everything in it."""
    return BookingShown(
        id=booking.id,
        number=booking.number,
        status=booking.status.value,
        user_id=booking.customer_id,
        booking_date=booking.created_at,
        expires_at=booking.expires_at,
        total=booking.total.minor,
        due=booking.due.minor,
        currency=booking.total.currency,
        tickets=[_ticket(one, booking, performances) for one in booking.tickets],
        payments=[_payment(one, booking) for one in booking.payments],
    )


def _ticket(ticket: Ticket, booking: Booking, performances: Performances) -> TicketShown:
    event_id, title, date = performances.of(ticket.performance_id)
    return TicketShown(
        id=ticket.id,
        booking_id=booking.id,
        booking_number=booking.number,
        event_id=event_id,
        performance_id=ticket.performance_id,
        title=title,
        date=date,
        user_id=ticket.user_id,
        seat_number=ticket.seat,
        zone=ticket.zone,
        price_type=ticket.price_type,
        price=ticket.price.minor,
        currency=ticket.price.currency,
        status=ticket.status.value,
        booking_date=booking.created_at,
        expires_at=booking.expires_at if ticket.status is TicketStatus.RESERVED else None,
        code=ticket.code if ticket.status is TicketStatus.VALID else None,
    )


def _payment(payment: Payment, booking: Booking) -> PaymentShown:
    return PaymentShown(
        id=payment.id,
        booking_id=booking.id,
        booking_number=booking.number,
        user_id=booking.customer_id,
        amount=payment.amount.minor,
        currency=payment.amount.currency,
        tender=payment.tender.value,
        status="taken",
        date=payment.created_at,
        transaction_id=payment.transaction_id,
    )


def ticket_line(line: TicketLine) -> TicketShown:
    """A ticket in a list."""
    reserved = line.status is TicketStatus.RESERVED
    return TicketShown(
        id=line.id,
        booking_id=line.booking_id,
        booking_number=line.number,
        event_id=line.event_id,
        performance_id=line.performance_id,
        title=line.title,
        date=shown(line.starts_at, line.zone),
        user_id=line.user_id,
        seat_number=line.seat,
        zone=line.price_zone,
        price_type=line.price_type,
        price=line.price.minor,
        currency=line.price.currency,
        status=line.status.value,
        booking_date=line.booked_at or line.starts_at,
        expires_at=line.expires_at if reserved else None,
        code=line.code if line.status is TicketStatus.VALID else None,
    )


def ticket_page(page: TicketPage) -> TicketShown:
    """A ticket by itself."""
    return ticket_line(page.line)


def payment_line(line: PaymentLine, *, ticket_id: str | None = None) -> PaymentShown:
    """A payment or refund in a list."""
    return PaymentShown(
        id=line.id,
        booking_id=line.booking_id,
        booking_number=line.number,
        ticket_id=ticket_id,
        user_id=line.user_id,
        amount=line.amount.minor,
        currency=line.amount.currency,
        tender=line.tender.value,
        status="taken" if line.kind is PaymentKind.PAYMENT else "refunded",
        date=line.at,
        transaction_id=line.transaction_id,
    )
