"""What is sent about events, and the values it means."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from app.api.house import House
from app.api.schemas import Id, In, Instant, Minor, Text, Version, Words
from app.api.times import on_the_wall
from app.domain.errors import Invalid
from app.domain.events import Event, EventStatus, Venue
from app.domain.programme import PerformanceEntry
from app.domain.users import Operator

Hours = Annotated[int, Field(ge=0, le=8784)]
BasisPoints = Annotated[int, Field(ge=0, le=10_000, description="Tax in prices: 700 is 7 %.")]
Location = Annotated[
    str,
    StringConstraints(min_length=1, max_length=200),
    Field(description="A venue by its name or id.", examples=["Playhouse"]),
]


class NewPrice(In):
    """What a price type costs, in one price zone or in all."""

    price_type: Annotated[str, StringConstraints(max_length=100), Field(examples=["Adult"])]
    price: Minor
    zone: Text | None = None


class NewEvent(In):
    """A new event. `organizerId` is whoever asks unless told; the category by id, or by name and made when
    there is none of that name."""

    title: Annotated[str, StringConstraints(max_length=200), Field(examples=["The Lighthouse"])]
    description: Words = ""
    category_id: Id | None = None
    category: Annotated[str, StringConstraints(max_length=100), Field(examples=["Drama"])] = ""
    organizer_id: Id | None = None
    status: Literal["draft", "published"] = "draft"
    tax: BasisPoints = 0
    cancel_hours: Hours | None = None
    cancel_fee: Minor = 0
    exchange_fee: Minor = 0
    date: Instant | None = None
    location: Location | None = None
    prices: Annotated[list[NewPrice], Field(max_length=200, default_factory=list)]


class EventChange(In):
    """An event as it is to be, written over `version`; what is left out stays."""

    version: Version
    title: Text | None = None
    description: Words | None = None
    category_id: Id | None = None
    category: Text | None = None
    organizer_id: Id | None = None
    status: Literal["draft", "published", "cancelled", "archived"] | None = None
    tax: BasisPoints | None = None
    cancel_hours: Hours | None = None
    cancel_fee: Minor | None = None
    exchange_fee: Minor | None = None
    date: Instant | None = None
    location: Location | None = None


def new_event(house: House, body: NewEvent, *, event_id: str, by: Operator) -> Event:
    """The event that was sent. Invalid for a category nobody knows, or half a performance."""
    if (body.date is None) != (body.location is None):
        raise Invalid({"location" if body.location is None else "date": "missing"})
    return Event(
        id=event_id,
        title=body.title,
        description=body.description,
        category=_category(house, body.category_id, body.category, by=by),
        organizer_id=body.organizer_id or by.user_id,
        tax_bp=body.tax,
        status=EventStatus(body.status),
        cancel_hours=body.cancel_hours,
        cancel_fee=body.cancel_fee,
        exchange_fee=body.exchange_fee,
    )


def changed_event(house: House, stored: Event, body: EventChange, *, by: Operator) -> Event:
    """The stored event with what was sent written over it."""
    sent = body.model_fields_set
    changes: dict[str, object] = {
        name: getattr(body, name)
        for name in ("title", "description", "organizer_id", "cancel_fee", "exchange_fee")
        if getattr(body, name) is not None
    }
    if "cancel_hours" in sent:
        changes["cancel_hours"] = body.cancel_hours
    if body.tax is not None:
        changes["tax_bp"] = body.tax
    if body.status is not None:
        changes["status"] = EventStatus(body.status)
    if body.category_id is not None or body.category is not None:
        changes["category"] = _category(house, body.category_id, body.category or "", by=by)
    return replace(stored, version=body.version, **changes)  # type: ignore[arg-type]


def new_performance(
    house: House, body: NewEvent, *, by: Operator
) -> tuple[PerformanceEntry, dict[tuple[int, str], int]]:
    """The first performance of a new event, and its prices; Invalid."""
    venue = venue_called(house, body.location or "", by=by)
    entry = PerformanceEntry(
        venue_id=venue.id, wall_time=on_the_wall(body.date or "", venue.zone, field="date")
    )
    plan = house.events.newest_plan(venue.name, by=by)
    if plan is None:
        raise Invalid({"location": "missing"})
    types = {kind.id: kind.id for kind in house.events.price_types(by=by)}
    types |= {kind.name.casefold(): kind.id for kind in house.events.price_types(by=by)}
    prices: dict[tuple[int, str], int] = {}
    for price in body.prices:
        zones = [z.no for z in plan.zones if price.zone in (None, z.name, str(z.no))]
        kind = types.get(price.price_type.casefold())
        if not zones or kind is None:
            raise Invalid({"zone" if kind is not None else "price_type": "unknown"})
        prices |= {(no, kind): price.price for no in zones}
    return entry, prices


def venue_called(house: House, text: str, *, by: Operator) -> Venue:
    """A venue by its name or id; Invalid({"location": "unknown"})."""
    for row in house.venues.venues(by=by):
        if text == row.venue.id or text.strip().casefold() == row.venue.name.casefold():
            return row.venue
    raise Invalid({"location": "unknown"})


def category_of(house: House, name: str, *, by: Operator) -> str:
    """The id of a category, "" for one that is gone."""
    return next((one.id for one in house.programme.categories(by=by) if one.name == name), "")


def _category(house: House, category_id: str | None, name: str, *, by: Operator) -> str:
    if category_id is None:
        return name
    for one in house.programme.categories(by=by):
        if one.id == category_id:
            return one.name
    raise Invalid({"category_id": "unknown"})
