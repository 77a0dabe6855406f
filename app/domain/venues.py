"""Houses and their plans: a plan is never changed, an edit makes its next version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from app.domain.errors import Invalid, UnknownSeat
from app.domain.events import Venue
from app.domain.history import Note
from app.domain.seating import AISLE, COMPANION, RESTRICTED_VIEW, WHEELCHAIR, SeatingPlan, Zone
from app.domain.tickets import ClaimStatus
from app.domain.users import cleaned, cleaned_lines
from app.domain.values import new_id

ATTRIBUTES = (WHEELCHAIR, COMPANION, RESTRICTED_VIEW, AISLE)


@dataclass(frozen=True, slots=True)
class VenueRow:
    """A venue in a list, with its plan in force ("" and 0 when it has none) and what is to come."""

    venue: Venue
    plan_id: str
    plan_version: int
    capacity: int
    upcoming: int


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One version of a venue's plan, and how many performances use it."""

    id: str
    name: str
    version: int
    capacity: int
    seats: int
    performances: int


@dataclass(frozen=True, slots=True)
class VenuePerformance:
    """A performance to come in a venue. `claimed`: somebody or something has a place, so its plan stays."""

    id: str
    title: str
    starts_at: datetime
    zone: str
    plan_id: str
    plan_version: int
    claimed: bool


@dataclass(frozen=True, slots=True)
class VenueDetail:
    """A venue's page: plans newest first, performances to come in order of time."""

    venue: Venue
    plans: tuple[PlanRow, ...]
    performances: tuple[VenuePerformance, ...]
    history: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class HoldLine:
    """Places of a performance off sale under one name: BLOCKED (a named hold) or KILLED."""

    reason: str
    status: ClaimStatus
    seat_nos: tuple[int, ...]
    labels: tuple[str, ...]

    @property
    def count(self) -> int:
        """How many places."""
        return len(self.seat_nos)


@dataclass(frozen=True)
class PlanEdit:
    """What the next version of a plan has otherwise; what is not named stays.

    `zones`: Zone.no -> the zone as it is to be (a new number makes a new zone). `moved`: seat_no ->
    Zone.no. `marks`: seat_no -> attributes (WHEELCHAIR | COMPANION | RESTRICTED_VIEW | AISLE).
    `areas`: GaArea.no -> Zone.no.
    """

    name: str = ""
    zones: Mapping[int, Zone] = field(default_factory=dict)
    moved: Mapping[int, int] = field(default_factory=dict)
    marks: Mapping[int, int] = field(default_factory=dict)
    areas: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PlanEdited:
    """The new version; performances that use it now, and those that kept theirs because places of them
    are taken (ids)."""

    plan: SeatingPlan
    switched: tuple[str, ...]
    kept: tuple[str, ...]


def edited(plan: SeatingPlan, edit: PlanEdit) -> SeatingPlan:
    """The plan's next version, with an id of its own. Seat numbers stay, so a seat is the same seat in
    both. Zones that no place is in any more are left out.

    Raises UnknownSeat, Invalid({"zone": missing, taken, too_long, unknown, "name": too_long}).
    """
    name = cleaned(edit.name) or plan.name
    if len(name) > 200:
        raise Invalid({"name": "too_long"})
    zones = {zone.no: zone for zone in plan.zones} | dict(edit.zones)
    zone, attributes = plan.zone.copy(), plan.attributes.copy()
    unknown = [n for n in (*edit.moved, *edit.marks) if n not in plan.index_of]
    if unknown:
        raise UnknownSeat(tuple(str(n) for n in unknown))
    for seat_no, zone_no in edit.moved.items():
        zone[plan.index_of[seat_no]] = zone_no
    for seat_no, marks in edit.marks.items():
        attributes[plan.index_of[seat_no]] = marks & sum(ATTRIBUTES)
    areas = tuple(replace(a, zone_no=edit.areas.get(a.no, a.zone_no)) for a in plan.ga_areas)
    used = {int(no) for no in set(zone.tolist())} | {area.zone_no for area in areas}
    if not used <= set(zones):
        raise Invalid({"zone": "unknown"})
    kept = tuple(zones[no] for no in sorted(used))
    return replace(
        plan,
        id=new_id(),
        name=name,
        version=plan.version + 1,
        zones=_named_apart(kept),
        zone=zone,
        attributes=attributes,
        ga_areas=areas,
    )


def changed_zones(old: SeatingPlan, new: SeatingPlan) -> dict[str, list[object]]:
    """Zone number -> [old name, new name], of zones that were renamed, made or left out."""
    names = [{zone.no: zone.name for zone in plan.zones} for plan in (old, new)]
    return {
        str(no): [names[0].get(no), names[1].get(no)]
        for no in sorted(set(names[0]) | set(names[1]))
        if names[0].get(no) != names[1].get(no)
    }


def _named_apart(zones: tuple[Zone, ...]) -> tuple[Zone, ...]:
    trimmed = tuple(replace(zone, name=cleaned(zone.name)) for zone in zones)
    names = [zone.name.casefold() for zone in trimmed]
    if not all(names):
        raise Invalid({"zone": "missing"})
    if len(set(names)) < len(names):
        raise Invalid({"zone": "taken"})
    if max(map(len, names)) > 100:
        raise Invalid({"zone": "too_long"})
    return trimmed


def checked_venue(venue: Venue) -> Venue:
    """The venue with its texts trimmed; Invalid (fields name, zone, currency, address)."""
    trimmed = replace(
        venue,
        name=cleaned(venue.name),
        zone=venue.zone.strip(),
        currency=venue.currency.strip().upper(),
        address=cleaned_lines(venue.address),
    )
    problems: dict[str, str] = {}
    if not trimmed.name:
        problems["name"] = "missing"
    elif len(trimmed.name) > 200:
        problems["name"] = "too_long"
    if not is_zone(trimmed.zone):
        problems["zone"] = "unknown"
    if (
        len(trimmed.currency) != 3
        or not trimmed.currency.isascii()
        or not trimmed.currency.isalpha()
    ):
        problems["currency"] = "unknown"
    if len(trimmed.address) > 2000:
        problems["address"] = "too_long"
    if problems:
        raise Invalid(problems)
    return trimmed


def is_zone(name: str) -> bool:
    """Whether this is a time zone the program knows (IANA)."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


class Venues(Protocol):
    """Venues and plans as the database keeps them, for looking after them."""

    def venue(self, venue_id: str) -> Venue:
        """NotFound."""

    def rows(self, *, now: datetime) -> tuple[VenueRow, ...]:
        """By name."""

    def plans(self, venue_id: str) -> tuple[PlanRow, ...]:
        """Newest first."""

    def performances(
        self, venue_id: str, *, now: datetime, limit: int = 500
    ) -> tuple[VenuePerformance, ...]:
        """The next ones that are not cancelled, in order of time."""

    def save(self, venue: Venue) -> bool:
        """Write it over the version it was made from; False when that is not the stored one."""

    def delete(self, venue_id: str) -> None:
        """Of a venue nothing ever played in: with its plans."""

    def times_used(self, venue_id: str) -> int:
        """How many performances name it, past ones too."""

    def switch(self, performance_ids: tuple[str, ...], *, plan_id: str) -> None:
        """These performances use this plan from now on."""
