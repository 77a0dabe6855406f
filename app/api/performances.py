"""Performances on sale, their seats as they are this moment, and the best of those that are free."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Response
from pydantic import Field

from app.api.calls import Called, answered, listed
from app.api.describing import reads
from app.api.pages import Paged
from app.api.schemas import Count, Id, In, Label, Minor, Out, Text
from app.api.seating import kind_of, wish_of
from app.api.times import shown
from app.domain.analytics import Interaction
from app.domain.events import Offer, PerformanceStatus, ProgrammeLine
from app.domain.seating import AISLE, COMPANION, RESTRICTED_VIEW, WHEELCHAIR, SeatingPlan
from app.domain.tickets import RESERVED, Claim, ClaimStatus, House
from app.domain.users import Operator, Permission

router = APIRouter(tags=["performances"])

Status = Literal["free", "held", "reserved", "sold", "blocked"]


class PerformanceShown(Out):
    """A performance in a list."""

    id: str
    event_id: str
    title: str
    category: str
    location: str
    date: datetime
    doors_at: datetime | None
    status: str
    currency: str
    capacity: int
    free: int
    seated: bool = Field(description="Whether it has numbered seats.")


class PerformanceList(Out):
    """A page of performances."""

    items: list[PerformanceShown]
    next: str | None


class PriceShown(Out):
    """What a price type costs in a price zone."""

    zone: str
    price_type_id: str
    price_type: str
    price: int


class AreaShown(Out):
    """General admission: places without seats."""

    area: str
    zone: str
    capacity: int


class PerformancePage(PerformanceShown):
    """A performance with what its places cost whoever asks."""

    prices: list[PriceShown]
    areas: list[AreaShown]


class SeatShown(Out):
    """A seat as it is this moment. `features`: wheelchair, companion, restricted view, aisle."""

    seat_number: str
    section: str
    row: str
    number: str
    zone: str
    status: Status
    features: list[Literal["wheelchair", "companion", "restricted view", "aisle"]]
    x: float
    y: float


class AreaFree(AreaShown):
    """General admission, and how many places nobody has."""

    free: int


class Seats(Out):
    """A house as it is this moment."""

    performance_id: str
    as_of: datetime
    currency: str
    prices: list[PriceShown]
    seats: list[SeatShown]
    areas: list[AreaFree]


class Party(In):
    """Who wants to sit: `count` is everybody, wheelchair users and companions included."""

    count: Count
    zones: Annotated[list[Text], Field(max_length=20, default_factory=list)]
    at_most: Minor | None = None
    price_type: Text | None = None
    wheelchairs: Annotated[int, Field(ge=0, le=20)] = 0
    companions: Annotated[int, Field(ge=0, le=20)] = 0
    together: Literal["row", "block"] = "block"
    aisle: bool = False
    near: Label | None = None


class Suggested(Out):
    """Seats for the party. Nobody holds them yet."""

    seats: list[str]
    reason: str
    split: bool = Field(description="Not all side by side.")


class Suggestions(Out):
    """Up to three ways to seat a party, the best first."""

    items: list[Suggested]


@router.get("/performances", **reads(PerformanceList))
def performances(call: Called, page: Paged) -> Response:
    """Performances on sale, in order of time."""
    by = call.operator()
    lines = [
        line
        for line in call.house.events.programme(by=by)
        if line.status is PerformanceStatus.ON_SALE
    ]
    stretch = lines[page.offset : page.offset + page.one_more]
    return listed(
        PerformanceList,
        [PerformanceShown(**_line(line)) for line in stretch],
        call=call,
        asked=page,
    )


@router.get("/performances/{id}", **reads(PerformancePage))
def performance(id: Id, call: Called) -> Response:  # noqa: A002 - as the specification names it
    """A performance with its prices."""
    by, events = call.operator(), call.house.events
    line, offer = events.line(id, by=by), events.offer(id, by=by)
    plan = events.plan(offer.performance.plan_id)
    zones = {zone.no: zone.name for zone in plan.zones}
    areas = [
        AreaShown(area=a.name, zone=zones.get(a.zone_no, ""), capacity=a.capacity)
        for a in plan.ga_areas
    ]
    made = PerformancePage(**_line(line), prices=_prices(offer, plan, by=by), areas=areas)
    return answered(made)


@router.get("/performances/{id}/seats", **reads(Seats))
def seats(id: Id, call: Called) -> Response:  # noqa: A002 - see above
    """Every seat with its status this moment."""
    by, house = call.operator(), call.house
    offer = house.events.offer(id, by=by)
    found = house.tickets.house(id, by=by)
    house.interactions.seen(
        Interaction.OPEN_HOUSE, event_id=offer.performance.event_id, performance_id=id, by=by
    )
    document = _seats(found, offer, by=by)
    return Response(json.dumps(document, ensure_ascii=False), media_type="application/json")


@router.post("/performances/{id}/best-available", **reads(Suggestions))
def best_available(id: Id, body: Party, call: Called) -> Response:  # noqa: A002 - see above
    """The best free seats for a party. They are only suggested: hold them to have them."""
    by, house = call.operator(), call.house
    offer = house.events.offer(id, by=by)
    plan = house.events.plan(offer.performance.plan_id)
    kind = None if body.price_type is None else kind_of(offer, body.price_type, by=by)
    wish = wish_of(body, plan, currency=offer.performance.currency, price_type_id=kind)
    found = [
        Suggested(
            seats=[plan.label_of(no) for no in one.seats], reason=one.reason.value, split=one.split
        )
        for one in house.tickets.suggest(id, wish, by=by)
    ]
    return answered(Suggestions(items=found))


def _line(line: ProgrammeLine) -> dict[str, Any]:
    return {
        "id": line.performance_id,
        "event_id": line.event_id,
        "title": line.title,
        "category": line.category,
        "location": line.venue,
        "date": shown(line.starts_at, line.zone),
        "doors_at": None if line.doors_at is None else shown(line.doors_at, line.zone),
        "status": line.status.value,
        "currency": line.currency,
        "capacity": line.capacity,
        "free": line.free,
        "seated": line.seated,
    }


def _prices(offer: Offer, plan: SeatingPlan, *, by: Operator) -> list[PriceShown]:
    """Those that whoever asks can choose."""
    zones = {zone.no: zone.name for zone in plan.zones}
    barred = set() if by.may(Permission.SELL) else offer.counter_only
    found = [
        PriceShown(
            zone=zones[zone_no],
            price_type_id=kind,
            price_type=offer.price_types[kind],
            price=amount,
        )
        for (zone_no, kind), amount in sorted(offer.prices.items())
        if zone_no in zones and kind in offer.price_types and kind not in barred
    ]
    return sorted(found, key=lambda price: (price.zone, -price.price, price.price_type))


_STATUS: Mapping[ClaimStatus, Status] = {
    ClaimStatus.HELD: "held",
    ClaimStatus.SOLD: "sold",
    ClaimStatus.ALLOTTED: "blocked",
    ClaimStatus.BLOCKED: "blocked",
    ClaimStatus.KILLED: "blocked",
}
_FEATURES = (
    (WHEELCHAIR, "wheelchair"),
    (COMPANION, "companion"),
    (RESTRICTED_VIEW, "restricted view"),
    (AISLE, "aisle"),
)


def _status(claim: Claim) -> Status:
    reserved = claim.status is ClaimStatus.SOLD and claim.reason == RESERVED
    return "reserved" if reserved else _STATUS[claim.status]


def _seats(house: House, offer: Offer, *, by: Operator) -> dict[str, Any]:
    """Plain values, as `Seats` describes them: a model for each of 100,000 seats would take a second."""
    plan = house.plan
    taken = {claim.seat_no: _status(claim) for claim in house.claims}
    zones = {zone.no: zone.name for zone in plan.zones}
    features = {
        bits: [name for bit, name in _FEATURES if bits & bit]
        for bits in set(plan.attributes.tolist())
    }
    columns = zip(
        plan.seat_no.tolist(),
        plan.section.tolist(),
        plan.zone.tolist(),
        plan.attributes.tolist(),
        plan.label,
        plan.row,
        plan.number,
        plan.x.tolist(),
        plan.y.tolist(),
        strict=True,
    )
    rows = [
        {
            "seatNumber": label,
            "section": plan.sections[section],
            "row": row,
            "number": number,
            "zone": zones[zone],
            "status": taken.get(no, "free"),
            "features": features[bits],
            "x": x,
            "y": y,
        }
        for no, section, zone, bits, label, row, number, x, y in columns
    ]
    return {
        "performanceId": house.performance_id,
        "asOf": house.as_of.isoformat(),
        "currency": offer.performance.currency,
        "prices": [price.model_dump(by_alias=True) for price in _prices(offer, plan, by=by)],
        "seats": rows,
        "areas": [
            {
                "area": area.name,
                "zone": zones.get(area.zone_no, ""),
                "capacity": area.capacity,
                "free": sum(
                    no not in taken for no in range(area.first_no, area.first_no + area.capacity)
                ),
            }
            for area in plan.ga_areas
        ],
    }
