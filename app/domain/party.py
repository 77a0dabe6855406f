"""What a party asks of the house, and what it is offered: plain values, no search.

A cashier hears "four together, not over forty, one wheelchair with a companion, near our friends";
a `Wish` is that sentence, and a `Suggestion` is one answer to it that nobody holds yet.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.domain.errors import Invalid
from app.domain.events import Offer
from app.domain.values import Money


class Together(StrEnum):
    """How a party may sit: in one row or not at all, or split over neighbouring rows as a block."""

    ROW = "row"
    BLOCK = "block"


@dataclass(frozen=True, slots=True)
class Wish:
    """What a party wants. `count` is everybody, wheelchair users and their companions included.

    `zones` (Zone.no) and `sections` (indexes into the plan's sections) limit the choice, none of them
    is the whole house. `at_most` limits the price of a seat, judged by `price_type_id` or else by the
    cheapest price that is not nothing; prices are known to the service, the search only knows zones.
    `near` is a plan index: as near as possible to that seat. `aisle`: one of them on an aisle (not
    weighed for parties with wheelchairs).
    Raises Invalid: wheelchairs not_positive (companions of nobody), count too_small (more at the
    wheelchair spaces than there are people).
    """

    count: int
    zones: tuple[int, ...] = ()
    sections: tuple[int, ...] = ()
    at_most: Money | None = None
    price_type_id: str | None = None
    wheelchairs: int = 0
    companions: int = 0
    together: Together = Together.BLOCK
    near: int | None = None
    aisle: bool = False

    def __post_init__(self) -> None:
        if self.companions and not self.wheelchairs:
            raise Invalid({"wheelchairs": "not_positive"})
        if self.wheelchairs and self.wheelchairs + self.companions > self.count:
            raise Invalid({"count": "too_small"})

    @property
    def others(self) -> int:
        """Those who need neither a wheelchair space nor the place beside one."""
        return self.count - self.wheelchairs - self.companions


class Reason(StrEnum):
    """Why seats are suggested: the best there are, the best of another price zone, with a place on an
    aisle, or simply somewhere else in the house."""

    BEST = "best"
    ZONE = "zone"
    AISLE = "aisle"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Seats that answer a wish, by seat number, ascending in the plan. Nobody holds them.

    `orphans` are the seats that would be left alone; `split` means not all side by side.
    """

    seats: tuple[int, ...]
    reason: Reason
    orphans: tuple[int, ...] = ()
    split: bool = False


def zones_within(
    offer: Offer, *, at_most: Money, price_type_id: str | None = None
) -> tuple[int, ...]:
    """The zones (Zone.no) in which a seat costs no more than `at_most`, ascending.

    Judged by that price type; without one by the cheapest in the zone, free tickets left aside, since
    every zone has those.
    """
    cheapest: dict[int, int] = {}
    for (zone_no, type_id), minor in offer.prices.items():
        counts = type_id == price_type_id if price_type_id else minor > 0
        if counts:
            cheapest[zone_no] = min(minor, cheapest.get(zone_no, minor))
    return tuple(sorted(no for no, minor in cheapest.items() if minor <= at_most.minor))
