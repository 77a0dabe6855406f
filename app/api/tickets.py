"""Booking tickets, looking at them, giving them back, letting them in."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from fastapi import APIRouter, Query, Response
from pydantic import Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from app.api.bookings import (
    BookingShown,
    Performances,
    TicketShown,
    booking_shown,
    ticket_line,
    ticket_page,
)
from app.api.calls import Act, Called, KeyedCall, answered, hidden, listed
from app.api.describing import reads, writes
from app.api.holds import basket_of
from app.api.house import House
from app.api.pages import Paged
from app.api.paying import Means, sold
from app.api.schemas import Count, Id, In, Instant, Label, Minor, Out, Text
from app.api.seating import area_called, kind_of, seat_numbers, the_performance, usual_kind
from app.api.times import instant
from app.domain.access import act_key
from app.domain.analytics import Interaction
from app.domain.bookings import TicketFilter
from app.domain.errors import HouselightsError, Invalid, NotFound
from app.domain.events import Offer
from app.domain.tickets import BasketLine, Booking, Order, Place
from app.domain.users import Operator, Permission
from app.domain.values import Money

router = APIRouter(tags=["tickets"])


class SeatWanted(In):
    """A seat, and who sits there."""

    seat_number: Label
    price_type: Text | None = None


class TicketOrder(In):
    """What is booked: `seatNumber`, several `seats`, a `quantity` of general admission, or all of a `hold`
    (`seats` beside it give each a price type). With `payment` it is a paid sale, without one a reservation
    to be paid until its deadline. `total` is what the buyer was told: another price is refused."""

    performance_id: Id | None = None
    event_id: Id | None = None
    seat_number: Label | None = None
    seats: Annotated[list[SeatWanted], Field(min_length=1, max_length=20)] | None = None
    quantity: Count | None = None
    area: Text | None = None
    hold: Id | None = None
    price_type: Annotated[Text, Field(examples=["Adult"])] | None = None
    user_id: Id | None = Field(
        None, description="For whom staff book; customers book for themselves."
    )
    codes: Annotated[
        list[Text], Field(max_length=10, description="Discount codes.", default_factory=list)
    ]
    total: Minor | None = None
    payment: Means | None = None
    until: Instant | None = Field(None, description="Staff: until when a reservation is kept.")

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        ways = [way for way in (self.seat_number, self.seats, self.quantity) if way is not None]
        if len(ways) > 1 or (self.quantity is not None and self.hold is not None):
            raise PydanticCustomError("form", "{problem}", {"problem": "one_way"})
        if not ways and self.hold is None:
            raise PydanticCustomError("form", "{problem}", {"problem": "missing"})
        return self


class TicketList(Out):
    """A page of tickets."""

    items: list[TicketShown]
    next: str | None


class Scanned(In):
    """What the scanner read."""

    code: Annotated[str, StringConstraints(min_length=1, max_length=100)] = Field(
        examples=["K7QMXC4HBV2T9PZRDN6WJY3F"]
    )


class ScanAnswer(Out):
    """Whether the door opens: only for `admitted`."""

    result: Literal["admitted", "already_in", "not_valid", "unknown"]
    ticket_id: str | None


@router.post("/tickets", **writes(BookingShown))
def book(body: TicketOrder, call: KeyedCall) -> Response:
    """Book tickets: paid at once with `payment`, else reserved."""

    def act(act: Act) -> BookingShown:
        house, by = call.house, act.by
        before = house.tickets.sold_before(act.derived("order"), by=by) if act.again else None
        booking = _booked(house, body, act) if before is None else before
        shown = booking_shown(booking, Performances(house, by=by))
        for ticket in shown.tickets[:1]:
            house.interactions.seen(
                Interaction.BOOK,
                event_id=ticket.event_id,
                performance_id=ticket.performance_id,
                ticket_id=ticket.id,
                by=by,
            )
        return shown

    return call.once(act)


@router.get("/tickets/{id}", **reads(TicketShown))
def ticket(id: Id, call: Called) -> Response:  # noqa: A002 - as the specification names it
    """A ticket: one's own, or with the right to see bookings."""
    by = call.operator()
    with hidden("ticket", id, by=by):
        page = call.house.bookings.ticket(id, by=by)
    return answered(ticket_page(page))


@router.delete("/tickets/{id}", **writes(TicketShown, status=200))
def give_back(
    id: Id,  # noqa: A002 - see above
    call: Called,
    reason: Annotated[str, Query(max_length=200, description="Staff: why.")] = "",
) -> Response:
    """Cancel a ticket: customers their own by the rules of its event, the money goes back the way it came;
    staff with a reason, the money stays held until it is given back."""
    by, house = call.operator(), call.house
    with hidden("ticket", id, by=by):
        page = house.bookings.ticket(id, by=by)
    if by.may(Permission.CANCEL):
        house.bookings.cancel(page.line.booking_id, ticket_ids=[id], reason=reason, by=by)
    else:
        house.bookings.cancel_own([id], key=act_key(by.user_id, id, "cancel"), by=by)
    house.interactions.seen(Interaction.CANCEL, event_id=page.line.event_id, ticket_id=id, by=by)
    return answered(ticket_page(house.bookings.ticket(id, by=by)))


@router.get("/tickets/user/{userId}", **reads(TicketList))
def tickets_of(userId: Id, call: Called, page: Paged) -> Response:  # noqa: N803 - as specified
    """Somebody's tickets, newest first: one's own, or with the right to see bookings."""
    found = call.house.bookings.tickets(
        TicketFilter(user_id=userId.lower()),
        offset=page.offset,
        limit=page.one_more,
        by=call.operator(),
    )
    return listed(TicketList, [ticket_line(line) for line in found], call=call, asked=page)


@router.post("/check-ins", tags=["door"], **writes(ScanAnswer, status=200))
def check_in(body: Scanned, call: KeyedCall) -> Response:
    """Let in whoever holds the ticket with this code, once."""

    def act(act: Act) -> ScanAnswer:
        result, ticket_id = call.house.bookings.check_in(body.code, by=act.by)
        return ScanAnswer(result=result.value, ticket_id=ticket_id)

    return call.once(act, status=200)


def _booked(house: House, body: TicketOrder, act: Act) -> Booking:
    by = act.by
    basket_id = act.derived("basket") if body.hold is None else basket_of(body.hold, by=by)
    if act.again and body.quantity is not None:  # what was held for it by whoever died over it
        house.tickets.release(basket_id, by=by)
    performance_id = _performance(house, body, basket_id, by=by)
    offer = house.events.offer(performance_id, by=by)
    try:
        return _sold_or_reserved(house, body, act, offer, basket_id)
    except HouselightsError:
        if body.quantity is not None:
            house.tickets.release(basket_id, by=by)
        raise


def _sold_or_reserved(
    house: House, body: TicketOrder, act: Act, offer: Offer, basket_id: str
) -> Booking:
    by, currency = act.by, offer.performance.currency
    own = None if by.may(Permission.SELL) else by.user_id
    order = Order(
        key=act.derived("order"),
        basket_id=basket_id,
        lines=_lines(house, body, offer, basket_id, by=by),
        tenders=(),
        expected=None if body.total is None else Money(body.total, currency),
        customer_id=body.user_id or own,
        channel="web",
        codes=tuple(body.codes),
    )
    if body.payment is not None:
        return sold(house, order, body.payment, act, currency=currency)
    until = None if body.until is None else instant(body.until, field="until")
    return house.tickets.reserve(order, until=until, by=by)


def _performance(house: House, body: TicketOrder, basket_id: str, *, by: Operator) -> str:
    named = body.performance_id is not None or body.event_id is not None
    if named or body.hold is None:
        return the_performance(house, body.performance_id, body.event_id, by=by)
    held = {place.performance_id for place in house.tickets.held(basket_id, by=by)}
    if not held:
        raise NotFound("hold", body.hold)
    if len(held) > 1:
        raise Invalid({"performance_id": "several"})
    return held.pop()


def _lines(
    house: House, body: TicketOrder, offer: Offer, basket_id: str, *, by: Operator
) -> tuple[BasketLine, ...]:
    """One line a place, each with its price type."""
    performance_id = offer.performance.id
    usual = _usual(house, body, offer, by=by)
    plan = house.events.plan(offer.performance.plan_id)
    wanted = list(body.seats or ())
    if body.seat_number is not None:
        wanted.append(SeatWanted.model_construct(seat_number=body.seat_number))
    if wanted:
        numbers = seat_numbers(plan, [seat.seat_number for seat in wanted])
        kinds = [
            usual if seat.price_type is None else kind_of(offer, seat.price_type, by=by)
            for seat in wanted
        ]
    elif body.quantity is not None:
        places, _ = house.tickets.hold_places(
            performance_id,
            area_no=area_called(plan, body.area).no,
            count=body.quantity,
            basket_id=basket_id,
            by=by,
        )
        numbers, kinds = list(places), [usual] * len(places)
    else:
        held = house.tickets.held(basket_id, by=by)
        numbers = [one.seat_no for one in held if one.performance_id == performance_id]
        if not numbers:
            raise NotFound("hold", body.hold or "")
        kinds = [usual] * len(numbers)
    return tuple(
        BasketLine(Place(performance_id, no), kind) for no, kind in zip(numbers, kinds, strict=True)
    )


def _usual(house: House, body: TicketOrder, offer: Offer, *, by: Operator) -> str:
    """The price type of whatever has none of its own."""
    each = body.seats is not None and all(seat.price_type is not None for seat in body.seats)
    if body.price_type is not None:
        return kind_of(offer, body.price_type, by=by)
    return "" if each else usual_kind(house, offer, by=by)
