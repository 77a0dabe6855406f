"""By what else the house can be coloured: who sits together, since when it is sold, who is in."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from app.domain.seating import SeatingPlan
from app.domain.tickets import Occupant
from ui.i18n import tr
from ui.widgets.seat_map.recolouring import Key, Recolouring, by_party, by_time

_STEPS = (
    (timedelta(days=3650), "Earlier"),
    (timedelta(days=7), "The last seven days"),
    (timedelta(days=1), "The last day"),
    (timedelta(hours=1), "The last hour"),
)


class ColourBy(StrEnum):
    """What the colours of the house say."""

    PRICE = "price"
    CUSTOMER = "customer"
    BOOKING = "booking"
    TIME = "time"
    DOOR = "door"


NAMES = {
    ColourBy.PRICE: "Price",
    ColourBy.CUSTOMER: "Customer",
    ColourBy.BOOKING: "Booking",
    ColourBy.TIME: "Time sold",
    ColourBy.DOOR: "Check-in",
}


def recolouring(
    by: ColourBy, plan: SeatingPlan, occupants: Mapping[int, Occupant], *, now: datetime
) -> Recolouring | None:
    """How the map is told; None for price zones. `occupants` by seat number, `now` aware."""
    if by is ColourBy.CUSTOMER:
        parties = _parties(plan, occupants, lambda one: one.customer_id or one.customer or None)
        return by_party(
            plan, parties, title=tr("By customer"), words=tr("one customer, one colour")
        )
    if by is ColourBy.BOOKING:
        parties = _parties(plan, occupants, lambda one: one.booking_id)
        return by_party(plan, parties, title=tr("By booking"), words=tr("one booking, one colour"))
    if by is ColourBy.TIME:
        times = np.full(len(plan), np.nan)
        for index, one in _seated(plan, occupants):
            times[index] = one.booked_at.timestamp()
        steps = [(now - back, tr(words)) for back, words in _STEPS]
        return by_time(times, title=tr("By time sold"), steps=steps)
    if by is ColourBy.DOOR:
        groups = np.zeros(len(plan), np.uint8)
        for index, one in _seated(plan, occupants):
            groups[index] = 1 if one.admitted_at is not None else 2
        keys = (Key("zone-1", tr("in"), sign="✓"), Key("zone-5", tr("not in yet")))
        return Recolouring(tr("By check-in"), groups, keys)
    return None


def _seated(plan: SeatingPlan, occupants: Mapping[int, Occupant]) -> list[tuple[int, Occupant]]:
    index_of = plan.index_of
    return [(index_of[no], one) for no, one in occupants.items() if no in index_of]


def _parties(
    plan: SeatingPlan,
    occupants: Mapping[int, Occupant],
    key: Callable[[Occupant], Hashable | None],
) -> NDArray[np.int64]:
    """A number for each party, 0 where nobody is known."""
    numbers: dict[Hashable, int] = {}
    parties = np.zeros(len(plan), np.int64)
    for index, one in _seated(plan, occupants):
        party = key(one)
        if party is not None:
            parties[index] = numbers.setdefault(party, len(numbers) + 1)
    return parties
