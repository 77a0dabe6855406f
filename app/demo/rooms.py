"""The three rooms of the demo theatre as seating plans."""

from __future__ import annotations

from dataclasses import replace

import resources
from app.domain.seating import GaArea, SeatingPlan, Shape, Zone, floats, ints
from app.domain.values import new_id
from app.gateways.plan_files import read_plan


def main_house() -> SeatingPlan:
    """The real hall of 1,057 seats, its five zones told apart by five colours."""
    plan = read_plan(resources.read("demo/hall.pretix.json"), name="hall.pretix.json").plan
    zones = tuple(replace(zone, colour=place) for place, zone in enumerate(plan.zones, start=1))
    return replace(plan, name="Main house", zones=zones)


def studio() -> SeatingPlan:
    """120 people on a flat floor."""
    return _floor("Studio", "Studio, standing", capacity=120, colour=2)


def foyer() -> SeatingPlan:
    """48 chairs that nobody has numbered."""
    return _floor("Foyer", "Foyer, free seating", capacity=48, colour=4)


def _floor(name: str, area: str, *, capacity: int, colour: int) -> SeatingPlan:
    return SeatingPlan(
        id=new_id(),
        venue_id="",
        name=name,
        version=1,
        zones=(Zone(1, name, colour),),
        sections=(),
        seat_no=ints(()),
        section=ints(()),
        zone=ints(()),
        row=(),
        number=(),
        label=(),
        x=floats(()),
        y=floats(()),
        attributes=ints(()),
        row_no=ints(()),
        ga_areas=(GaArea(1, area, 1, 1, capacity, x=0.0, y=90.0, width=600.0, height=360.0),),
        shapes=(Shape("stage", ((150.0, 0.0), (450.0, 60.0)), "STAGE"),),
    )
