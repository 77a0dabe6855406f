"""From what requests say of seats, parties and price types to what the services mean by them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from app.api.house import House
from app.domain.errors import Invalid, UnknownSeat
from app.domain.events import Offer
from app.domain.party import Together, Wish
from app.domain.seating import GaArea, SeatingPlan
from app.domain.users import Operator, Permission
from app.domain.values import Money


class PartyAsked(Protocol):
    """What a request says of a party."""

    @property
    def count(self) -> int: ...

    @property
    def zones(self) -> list[str]: ...

    @property
    def at_most(self) -> int | None: ...

    @property
    def wheelchairs(self) -> int: ...

    @property
    def companions(self) -> int: ...

    @property
    def together(self) -> str: ...

    @property
    def aisle(self) -> bool: ...

    @property
    def near(self) -> str | None: ...


def the_performance(
    house: House, performance_id: str | None, event_id: str | None, *, by: Operator
) -> str:
    """The performance that is meant: named, or the only one of an event that is on sale. Invalid when
    several are, or none, or both were named."""
    if (performance_id is None) == (event_id is None):
        raise Invalid({"performance_id": "missing" if event_id is None else "one_way"})
    if performance_id is not None:
        return performance_id
    found = house.events.on_sale(event_id or "", by=by)
    if len(found) != 1:
        raise Invalid({"performance_id": "several"} if found else {"event_id": "none_on_sale"})
    return found[0]


def seat_numbers(plan: SeatingPlan, labels: Sequence[str]) -> list[int]:
    """The seats of these labels; UnknownSeat."""
    found, unknown = plan.seat_nos(labels)
    if unknown:
        raise UnknownSeat(tuple(unknown))
    return found


def area_called(plan: SeatingPlan, name: str | None) -> GaArea:
    """The general-admission area of this name, the first one without; Invalid."""
    for area in plan.ga_areas:
        if name is None or area.name.casefold() == name.strip().casefold():
            return area
    if name is None:
        raise Invalid({"quantity": "no_general_admission"})
    raise Invalid({"area": "unknown"})


def kind_of(offer: Offer, text: str, *, by: Operator) -> str:
    """The id of a price type by its name or id, among those that whoever asks can choose; Invalid."""
    staff = by.may(Permission.SELL)
    for key, name in offer.price_types.items():
        named = text == key or text.strip().casefold() == name.casefold()
        if named and (staff or key not in offer.counter_only):
            return key
    raise Invalid({"price_type": "unknown"})


def usual_kind(house: House, offer: Offer, *, by: Operator) -> str:
    """The first price type of the counter that this performance has and whoever asks can choose; Invalid."""
    staff = by.may(Permission.SELL)
    for kind in house.events.price_types(by=by):
        if kind.id in offer.price_types and (staff or kind.id not in offer.counter_only):
            return kind.id
    raise Invalid({"price_type": "missing"})


def wish_of(
    asked: PartyAsked, plan: SeatingPlan, *, currency: str, price_type_id: str | None = None
) -> Wish:
    """What the party wants, in the plan's terms; Invalid, UnknownSeat."""
    known = {zone.name.casefold(): zone.no for zone in plan.zones}
    zones = [known.get(name.strip().casefold()) for name in asked.zones]
    if None in zones:
        raise Invalid({"zones": "unknown"})
    near = None if asked.near is None else seat_numbers(plan, [asked.near])[0]
    return Wish(
        asked.count,
        zones=tuple(no for no in zones if no is not None),
        at_most=None if asked.at_most is None else Money(asked.at_most, currency),
        price_type_id=price_type_id,
        wheelchairs=asked.wheelchairs,
        companions=asked.companions,
        together=Together(asked.together),
        near=None if near is None else plan.index_of[near],
        aisle=asked.aisle,
    )
