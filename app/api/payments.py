"""Paying what was reserved, and what was paid."""

from __future__ import annotations

from contextlib import suppress
from typing import Annotated, Self

from fastapi import APIRouter, Response
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from app.api.bookings import (
    BookingShown,
    PaymentShown,
    Performances,
    booking_shown,
    payment_line,
)
from app.api.calls import Act, Called, KeyedCall, hidden, listed
from app.api.describing import reads, writes
from app.api.house import House
from app.api.pages import Paged
from app.api.paying import Means, charged, tendered
from app.api.schemas import Id, Minor, Out
from app.domain.access import act_key
from app.domain.errors import (
    BookingState,
    Denied,
    NotEnoughMoney,
    TooMuchMoney,
    Unavailable,
)
from app.domain.payments import Tender, Tendered
from app.domain.tickets import Booking, BookingStatus
from app.domain.users import Permission
from app.domain.values import Money

router = APIRouter(tags=["payments"])


class NewPayment(Means):
    """Money for a reservation, known by its booking or one of its tickets. `amount` is all that is due."""

    ticket_id: Id | None = None
    booking_id: Id | None = None
    amount: Annotated[Minor, Field(description="In minor units of the booking's currency.")]

    @model_validator(mode="after")
    def _one_booking(self) -> Self:
        if (self.ticket_id is None) == (self.booking_id is None):
            problem = "missing" if self.ticket_id is None else "one_way"
            raise PydanticCustomError("form", "{problem}", {"problem": problem})
        return self


class PaymentList(Out):
    """A page of payments and refunds."""

    items: list[PaymentShown]
    next: str | None


@router.post("/payments", **writes(BookingShown))
def pay(body: NewPayment, call: KeyedCall) -> Response:
    """Pay a reservation: its tickets are valid then."""

    def act(act: Act) -> BookingShown:
        booking = _paid(call.house, body, act)
        return booking_shown(booking, Performances(call.house, by=act.by))

    return call.once(act)


@router.get("/payments/user/{userId}", **reads(PaymentList))
def payments_of(userId: Id, call: Called, page: Paged) -> Response:  # noqa: N803 - as specified
    """What somebody paid and got back, newest first: oneself, or with the right to see payments."""
    found = call.house.payment_history.of_user(
        userId.lower(), offset=page.offset, limit=page.one_more, by=call.operator()
    )
    return listed(PaymentList, [payment_line(line) for line in found], call=call, asked=page)


@router.get("/payments/ticket/{ticketId}", **reads(PaymentList))
def payments_for(ticketId: Id, call: Called, page: Paged) -> Response:  # noqa: N803 - as specified
    """The payments that cover a ticket and the refunds for it, newest first."""
    by = call.operator()
    with hidden("ticket", ticketId, by=by):
        found = call.house.payment_history.of_ticket(ticketId, by=by)
    stretch = found[page.offset : page.offset + page.one_more]
    items = [payment_line(line, ticket_id=ticketId) for line in stretch]
    return listed(PaymentList, items, call=call, asked=page)


def _paid(house: House, body: NewPayment, act: Act) -> Booking:
    by = act.by
    booking = _reserved(house, body, act)
    done = booking.status is BookingStatus.PAID and act.again
    if done:
        return booking
    if booking.status is not BookingStatus.RESERVED:
        raise BookingState(booking.number, booking.status.value)
    amount = Money(body.amount, booking.total.currency)
    if amount < booking.due:
        raise NotEnoughMoney(booking.due, amount)
    if amount > booking.due:
        raise TooMuchMoney(body.tender, booking.due, amount)
    if Tender(body.tender) is not Tender.CARD or not amount:
        put = tendered(body, amount=amount, currency=amount.currency)
        return house.bookings.pay(booking.id, tenders=[put] if amount else [], by=by)
    if not by.may(Permission.SELL) and booking.customer_id != by.user_id:
        raise Denied(Permission.SELL.value)
    attempt_id = charged(house, amount, act, basket_id=act_key(by.user_id, booking.id))
    put = Tendered(Tender.CARD, amount, attempt_id)

    def take() -> Booking:
        return house.bookings.pay(booking.id, tenders=[put], by=by)

    after = house.cards.sold_with([attempt_id], sell=take, by=by)
    _give_back_unused(house, attempt_id, act)
    return after


def _give_back_unused(house: House, attempt_id: str, act: Act) -> None:
    """When somebody else paid the booking in the same moment, this card's money goes back."""
    with suppress(Unavailable):  # then it stays on the list of cards in doubt
        if house.cards.attempt(attempt_id, by=act.by).booking_id is None:
            house.cards.give_up([attempt_id], by=act.by)


def _reserved(house: House, body: NewPayment, act: Act) -> Booking:
    """The booking that is meant; NotFound for somebody else's."""
    if body.booking_id is not None:
        with hidden("booking", body.booking_id, by=act.by):
            return house.bookings.booking(body.booking_id, by=act.by)
    ticket_id = body.ticket_id or ""
    with hidden("ticket", ticket_id, by=act.by):
        page = house.bookings.ticket(ticket_id, by=act.by)
        return house.bookings.booking(page.line.booking_id, by=act.by)
