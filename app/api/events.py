"""Events. Their date is that of their next performance, their location its venue."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response
from pydantic import Field

from app.api.calls import Act, Call, Called, KeyedCall, answered, listed
from app.api.describing import reads, writes
from app.api.event_forms import (
    EventChange,
    NewEvent,
    category_of,
    changed_event,
    new_event,
    new_performance,
    venue_called,
)
from app.api.pages import Paged
from app.api.schemas import Id, Out, Version
from app.api.times import on_the_wall, shown
from app.domain.analytics import Interaction
from app.domain.errors import Invalid
from app.domain.event_lists import EventDetail, EventFilter, EventRow, PerformanceRow
from app.domain.events import EventStatus, PerformanceStatus
from app.domain.programme import PerformanceEntry
from app.domain.users import Operator

router = APIRouter(tags=["events"])


class EventShown(Out):
    """An event. `date` and `location` are those of the performance that is next, or was last."""

    id: str
    title: str
    description: str
    date: datetime | None
    location: str
    organizer_id: str
    organizer: str
    category_id: str
    category: str
    status: str
    version: int
    performances: int = Field(description="How many are not cancelled.")
    capacity: int
    sold: int


class EventPerformance(Out):
    """A performance of an event."""

    id: str
    date: datetime
    location: str
    status: str
    currency: str
    capacity: int
    free: int


class EventPage(EventShown):
    """An event with its performances. Fees are for each ticket, in minor units; `cancelHours` is how long
    before a performance customers may still cancel, none for never."""

    tax: int
    cancel_hours: int | None
    cancel_fee: int
    exchange_fee: int
    dates: list[EventPerformance]


class EventList(Out):
    """A page of events."""

    items: list[EventShown]
    next: str | None


@router.post("/events", **writes(EventPage))
def add_event(body: NewEvent, call: KeyedCall) -> Response:
    """A new event; with `date` and `location` also its first performance, whole or not at all."""

    def act(act: Act) -> EventPage:
        by, house = act.by, call.house
        event = new_event(house, body, event_id=act.derived("event"), by=by)
        if body.date is None or body.location is None:
            made = house.programme.add_event(event, by=by)
        else:
            entry, prices = new_performance(house, body, by=by)
            made = house.schedule.stage(event, entry, prices=prices, by=by)
        return _page_of(call, made.id, by=by)

    return call.once(act)


@router.get("/events", **reads(EventList))
def events(
    call: Called,
    page: Paged,
    search: Annotated[str, Query(max_length=100)] = "",
    status: Annotated[
        Literal["draft", "published", "cancelled", "archived"] | None, Query()
    ] = None,
) -> Response:
    """Events, those with a performance to come first. Customers see no drafts, organizers their own."""
    by, house = call.operator(), call.house
    wanted = EventFilter(
        text=search, statuses=frozenset() if status is None else frozenset({EventStatus(status)})
    )
    if search:
        house.interactions.seen(Interaction.SEARCH, detail=search[:100], by=by)
    found = house.events.events(wanted, offset=page.offset, limit=page.one_more, by=by)
    return listed(EventList, [_shown(row) for row in found.rows], call=call, asked=page)


@router.get("/events/{id}", **reads(EventPage))
def event(id: Id, call: Called) -> Response:  # noqa: A002 - as the specification names it
    """An event with its performances."""
    by = call.operator()
    made = _page_of(call, id, by=by)
    call.house.interactions.seen(Interaction.VIEW_EVENT, event_id=id, by=by)
    return answered(made)


@router.put("/events/{id}", **writes(EventPage, status=200))
def edit_event(id: Id, body: EventChange, call: Called) -> Response:  # noqa: A002 - see above
    """Write an event over `version`. `date` and `location` move its only performance, which is told to
    everybody who holds a ticket."""
    by, house = call.operator(), call.house
    stored = house.programme.event(id, by=by)
    changed = changed_event(house, stored, body, by=by)
    moved = None if body.date is None and body.location is None else _moved(call, id, body, by=by)
    if moved is not None:
        house.schedule.preview_edit(moved[0], moved[1], by=by)
    house.programme.edit_event(changed, by=by)
    if moved is not None:
        house.schedule.edit_performance(moved[0], moved[1], version=moved[2], by=by)
    return answered(_page_of(call, id, by=by))


@router.delete("/events/{id}", **writes(None, status=204))
def delete_event(
    id: Id,  # noqa: A002 - see above
    call: Called,
    version: Annotated[
        Version | None, Query(description="As it was seen; default: as it is.")
    ] = None,
) -> Response:
    """Delete an event nothing of which was ever sold; cancel what was, in the window."""
    by, house = call.operator(), call.house
    known = house.programme.event(id, by=by).version if version is None else version
    house.programme.delete_event(id, version=known, by=by)
    return Response(status_code=204)


def _moved(
    call: Call, event_id: str, body: EventChange, *, by: Operator
) -> tuple[str, PerformanceEntry, int]:
    """The event's only performance as it is to be, and its version; Invalid when there are several."""
    house = call.house
    rows = house.events.detail(event_id, by=by).performances
    playing = [
        r.performance for r in rows if r.performance.status is not PerformanceStatus.CANCELLED
    ]
    if len(playing) != 1:
        raise Invalid({"date": "several" if playing else "no_performance"})
    (stored,) = playing
    entry = house.schedule.entry(stored.id, by=by)
    venue = None if body.location is None else venue_called(house, body.location, by=by)
    zone = stored.zone if venue is None else venue.zone
    return (
        stored.id,
        PerformanceEntry(
            venue_id=entry.venue_id if venue is None else venue.id,
            wall_time=entry.wall_time
            if body.date is None
            else on_the_wall(body.date, zone, field="date"),
            plan_id=entry.plan_id if venue is None or venue.id == entry.venue_id else "",
            zone=zone,
            choice=entry.choice if body.date is None else None,
            doors_before=entry.doors_before,
            on_sale_from=entry.on_sale_from,
            on_sale_until=entry.on_sale_until,
            status=entry.status,
        ),
        stored.version,
    )


def _page_of(call: Call, event_id: str, *, by: Operator) -> EventPage:
    house = call.house
    detail = house.events.detail(event_id, by=by)
    event, rows = detail.event, detail.performances
    playing = [row for row in rows if row.performance.status is not PerformanceStatus.CANCELLED]
    nearest = _nearest(playing)
    return EventPage(
        **_names(detail),
        category_id=category_of(house, event.category, by=by),
        date=None if nearest is None else _date(nearest),
        location="" if nearest is None else nearest.venue,
        performances=len(playing),
        capacity=sum(row.capacity for row in playing),
        sold=sum(row.sold for row in playing),
        tax=event.tax_bp,
        cancel_hours=event.cancel_hours,
        cancel_fee=event.cancel_fee,
        exchange_fee=event.exchange_fee,
        dates=[_performance(row) for row in rows],
    )


def _names(detail: EventDetail) -> dict[str, Any]:
    event = detail.event
    return {
        "id": event.id,
        "title": event.title,
        "description": event.description,
        "organizer_id": event.organizer_id,
        "organizer": detail.organizer,
        "category": event.category,
        "status": event.status.value,
        "version": event.version,
    }


def _nearest(rows: list[PerformanceRow]) -> PerformanceRow | None:
    now = datetime.now(UTC)
    coming = [row for row in rows if row.performance.starts_at > now]
    return next(iter([*coming, *rows[-1:]]), None)


def _date(row: PerformanceRow) -> datetime:
    return shown(row.performance.starts_at, row.performance.zone)


def _performance(row: PerformanceRow) -> EventPerformance:
    return EventPerformance(
        id=row.performance.id,
        date=_date(row),
        location=row.venue,
        status=row.performance.status.value,
        currency=row.performance.currency,
        capacity=row.capacity,
        free=row.free,
    )


def _shown(row: EventRow) -> EventShown:
    return EventShown(
        id=row.id,
        title=row.title,
        description=row.description,
        date=None if row.next_at is None else shown(row.next_at, row.zone),
        location=row.venues,
        organizer_id=row.organizer_id,
        organizer=row.organizer,
        category_id=row.category_id,
        category=row.category,
        status=row.status.value,
        version=row.version,
        performances=row.performances,
        capacity=row.capacity,
        sold=row.sold,
    )
