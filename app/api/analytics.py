"""Figures about one user, one event, one ticket."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter, Response

from app.api.calls import Called, answered, hidden, listed
from app.api.describing import reads
from app.api.pages import Paged
from app.api.schemas import Id, Out

router = APIRouter(tags=["analytics"])


class Seen(Out):
    """Something a user did at a screen."""

    user_id: str | None
    event_id: str | None
    performance_id: str | None
    ticket_id: str | None
    interaction_type: str
    date: datetime
    detail: str


class SeenList(Out):
    """A page of what a user did."""

    items: list[Seen]
    next: str | None


class MetricShown(Out):
    """A figure of an event: `value` tickets sold under one key of a kind, with the money for them."""

    event_id: str
    metric_type: str
    key: str
    name: str
    value: int
    gross: int
    returned: int
    refunded: int


class EventFigures(Out):
    """Everything that was counted about an event; money in minor units of `currency`."""

    event_id: str
    currency: str
    metrics: list[MetricShown]
    interactions: dict[str, int]


class SaleShown(Out):
    """A ticket sold or given back."""

    ticket_id: str
    event_id: str
    performance_id: str
    kind: str
    sale_date: datetime
    amount: int
    currency: str


class TicketSales(Out):
    """When a ticket was sold and given back."""

    ticket_id: str
    sales: list[SaleShown]


@router.get("/analytics/user/{userId}", **reads(SeenList))
def of_user(userId: Id, call: Called, page: Paged) -> Response:  # noqa: N803 - as specified
    """What somebody did, newest first: oneself, or with the right to see customers."""
    found = call.house.analytics.of_user(
        userId.lower(), limit=page.offset + page.one_more, by=call.operator()
    )
    items = [
        Seen(
            user_id=line.user_id,
            event_id=line.event_id,
            performance_id=line.performance_id,
            ticket_id=line.ticket_id,
            interaction_type=line.type.value,
            date=line.at,
            detail=line.detail,
        )
        for line in found[page.offset :]
    ]
    return listed(SeenList, items, call=call, asked=page)


@router.get("/analytics/event/{eventId}", **reads(EventFigures))
def of_event(eventId: Id, call: Called) -> Response:  # noqa: N803 - as specified
    """Everything counted about an event; organizers see their own."""
    found = call.house.analytics.of_event(eventId, by=call.operator())
    metrics = [
        MetricShown(
            event_id=found.event_id,
            metric_type=kind.value,
            key=part.key,
            name=part.name,
            value=part.totals.sold,
            gross=part.totals.gross,
            returned=part.totals.returned,
            refunded=part.totals.refunded,
        )
        for kind, parts in found.parts.items()
        for part in parts
    ]
    seen = {kind.value: count for kind, count in found.seen.items()}
    made = EventFigures(
        event_id=found.event_id, currency=found.currency, metrics=metrics, interactions=seen
    )
    return answered(made)


@router.get("/analytics/ticket/{ticketId}", **reads(TicketSales))
def of_ticket(ticketId: Id, call: Called) -> Response:  # noqa: N803 - as specified
    """When a ticket was sold and given back: one's own, or with the right to see bookings."""
    by = call.operator()
    with hidden("ticket", ticketId, by=by):
        found = call.house.analytics.of_ticket(ticketId, by=by)
    sales = [
        SaleShown(
            ticket_id=ticketId,
            event_id=line.event_id,
            performance_id=line.performance_id,
            kind=line.kind.value,
            sale_date=line.at,
            amount=line.amount.minor,
            currency=line.amount.currency,
        )
        for line in found
    ]
    return answered(TicketSales(ticket_id=ticketId, sales=sales))
