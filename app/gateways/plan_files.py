"""Seating plans in pretix's JSON format, both generations, in and out.

The format is the one houses already have their plans in, but its promises do not hold in real
files: ids repeat, rows come in pieces, numbers carry the row. So nothing in a file is taken for an
identity, nothing that names a seat is dropped, and whatever was bent to fit is reported.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from app.domain.errors import FileUnusable, PlanRefused
from app.domain.layout import LooseRow, LooseSeat, Names, Rekeyed, lay_out
from app.domain.seating import (
    COMPANION,
    RESTRICTED_VIEW,
    WHEELCHAIR,
    SeatingPlan,
    Shape,
    Zone,
)
from app.domain.values import new_id
from app.gateways.json_tree import Tree, Wrong, decode, items, point, rounded, shown, text, tree
from app.gateways.plan_areas import AREA_KEYS, position, read_area, write_area

MAX_BYTES = 20 * 1024 * 1024  # a house of 100,000 seats takes 10.5 MB
MAX_SEATS = 150_000
_MAX_CATEGORIES, _MAX_POINTS = 1_000, 100_000  # beyond, it is no house but a trap
_MAX_FINDINGS = 100  # of one kind: a report is for reading, the counts are complete anyway
_LONGEST_NAME, _LONGEST_NUMBER = 200, 40

# The colours a plan of ours is written with; colour 1..8 survives the way out and back in.
_COLOURS = "#2f6db5 #12807a #7a4fb0 #b8457a #b3641b #5c7a1f #3f6b8c #8a5a44".split()

_KEYS = {
    "plan": frozenset("name categories zones size".split()),
    "category": frozenset("name color".split()),
    "zone": frozenset("name zone_id uuid displayed position rows areas".split()),
    "row": frozenset(
        "row_number row_label seat_label uuid seats row_number_position position number_of_seats"
        " seats_spacing".split()
    ),
    "seat": frozenset(
        "seat_guid seat_number uuid start_direction radius position category".split()
    ),
    "area": AREA_KEYS,
}
_TRAITS = (
    (
        WHEELCHAIR,
        r"wheel\s*-?chair|rollstuhl|rolstoel|fauteuil roulant|silla de ruedas|rullstol|♿",
    ),
    (COMPANION, r"companion|begleit|accompagn|acompañante|begeleider"),
    (RESTRICTED_VIEW, r"(restricted|obstructed|limited) view|sichtbehinder|eingeschränkte sicht"),
)
_TRAIT_PATTERNS = tuple((flag, re.compile(words, re.IGNORECASE)) for flag, words in _TRAITS)
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something in a file that was understood but is not as it should be.

    `kind` is a key of the words table: repeated_id, repeated_place, repeated_zone,
    repeated_category, unknown_key, unknown_shape, number_normalised, empty_number, missing_id,
    missing_uuid. `place` is where (for a person), `detail` the id, key, names or count it is about.
    """

    kind: str
    place: str
    detail: str


@dataclass(frozen=True)
class PlanImport:
    """A plan read from a file and what there is to say about it.

    `sections` counts those of the plan, `rows` the rows of the file, `repeated_ids` the ids that
    more than one seat has, `repeated_places` the seats beyond the first of the same zone, row and
    number, `rekeyed` the seats whose section or number is not the file's for that reason.
    """

    plan: SeatingPlan
    findings: tuple[Finding, ...]
    seats: int
    sections: int
    rows: int
    zones: int
    repeated_ids: int
    repeated_places: int
    rekeyed: int


def open_plan(path: Path, *, name: str) -> PlanImport:
    """The plan in a file; see `read_plan`. FileUnusable when there is no such readable file.

    A file above MAX_BYTES is refused by its size alone.
    """
    try:
        if path.exists() and not path.is_file():
            raise FileUnusable(str(path), "other")
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise _too_large(size)
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except (FileNotFoundError, ValueError) as error:
        raise FileUnusable(str(path), "missing") from error
    except PermissionError as error:
        raise FileUnusable(str(path), "refused") from error
    except OSError as error:
        raise FileUnusable(str(path), "other") from error
    return read_plan(data, name=name)


def read_plan(data: bytes, *, name: str) -> PlanImport:
    """The plan in `data`, called `name` (or as the file calls it), for a service to give a venue.

    Raises PlanRefused with the place in the file; problems: bad_encoding, not_json, too_large,
    too_deep, not_an_object, wrong_type, missing, too_long, not_a_number, out_of_range,
    unknown_category, same_place, too_many_seats, too_many (areas, categories), no_seats.
    """
    if len(data) > MAX_BYTES:
        raise _too_large(len(data))
    try:
        return _Reading().plan(tree(decode(data)), name)
    except Wrong as wrong:
        raise PlanRefused(wrong.where(), wrong.problem, wrong.found) from wrong


def _too_large(size: int) -> PlanRefused:
    return PlanRefused("", "too_large", f"{size / 2**20:.1f} MB > {MAX_BYTES / 2**20:.0f} MB")


class _Reading:
    """One pass over one file: what has been met so far."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self.told: dict[str, int] = {}
        self.unknown: set[tuple[str, str]] = set()
        self.categories: dict[str, tuple[int, int]] = {}  # name -> zone number, attributes
        self.zone_names = Names()
        self.seats: list[tuple[str, tuple[int, int, int]]] = []  # id, where in the file
        self.places: dict[tuple[float, float], tuple[int, int, int]] = {}
        self.without_uuid = 0
        self.points = 0
        self.stripped: list[str] = []  # of the rows of the zone being read

    def plan(self, root: Tree, name: str) -> PlanImport:
        """The whole file."""
        self.check_keys("plan", root, "")
        own_name = text(root, "name", default="", longest=_LONGEST_NAME)
        zones = self.price_zones(root)
        rows: list[LooseRow] = []
        shapes: list[Shape] = []
        for i, raw in enumerate(items(root, "zones")):
            try:
                self.zone(tree(raw), i, rows, shapes)
            except Wrong as wrong:
                wrong.under(f"zones[{i}]", context=_named("zone", raw, "name"))
                raise
        if not self.seats:
            raise Wrong("no_seats", place="zones")
        plan, rekeyed = lay_out(
            rows, plan_id=new_id(), name=name or own_name, zones=zones, shapes=shapes
        )
        return self.report(plan, rekeyed, len(rows))

    def report(self, plan: SeatingPlan, rekeyed: Sequence[Rekeyed], rows: int) -> PlanImport:
        """The plan with everything there is to say about the file."""
        repeated = self.repeated_ids()
        for row in rekeyed:
            names = ", ".join(row.names)
            self.find("repeated_place", f'zone "{row.section}", row "{row.row}"', names)
        if self.without_uuid:
            self.find("missing_uuid", "", str(self.without_uuid))
        return PlanImport(
            plan=plan,
            findings=tuple(self.findings),
            seats=len(plan),
            sections=len(plan.sections),
            rows=rows,
            zones=len(plan.zones),
            repeated_ids=repeated,
            repeated_places=sum(row.repeats for row in rekeyed),
            rekeyed=sum(row.seats for row in rekeyed),
        )

    def price_zones(self, root: Tree) -> list[Zone]:
        """The file's categories, in its order; seats of one file colour keep one colour."""
        zones: list[Zone] = []
        colours: dict[str, int] = {}
        for i, raw in enumerate(items(root, "categories")):
            try:
                category = tree(raw)
                name = text(category, "name", longest=_LONGEST_NAME)
                ink = text(category, "color", default="").lower() or f"none {i}"
            except Wrong as wrong:
                wrong.under(f"categories[{i}]")
                raise
            self.check_keys("category", category, f"categories[{i}]")
            if name in self.categories:
                self.find("repeated_category", f"categories[{i}]", name)
                continue
            if len(zones) == _MAX_CATEGORIES:
                raise Wrong("too_many", f"> {_MAX_CATEGORIES}", place="categories")
            if ink not in colours:
                colours[ink] = _COLOURS.index(ink) if ink in _COLOURS else len(colours) % 8
            zones.append(Zone(len(zones) + 1, name or f"Category {i + 1}", colours[ink] + 1))
            self.categories[name] = len(zones), _traits(name)
        return zones

    def zone(self, zone: Tree, i: int, rows: list[LooseRow], shapes: list[Shape]) -> None:
        """One zone of the file: a section with its rows, and what is drawn in it."""
        self.check_keys("zone", zone, f"zones[{i}]")
        given = text(zone, "name", default="", longest=_LONGEST_NAME)
        given = given or text(zone, "zone_id", default="", longest=_LONGEST_NAME)
        origin = point(zone, "position")
        before = len(rows)
        section = given or f"Section {i + 1}"
        for j, raw in enumerate(items(zone, "rows")):
            try:
                row = self.row(tree(raw), (i, j), section, origin)
            except Wrong as wrong:
                wrong.under(f"rows[{j}]", context=_named("row", raw, "row_number"))
                raise
            if row.seats:
                rows.append(row)
        if self.stripped:
            detail = f"{self.stripped[0]} ({len(self.stripped)})"
            self.find("number_normalised", f'zones[{i}] (zone "{section}")', detail)
            self.stripped.clear()
        if len(rows) > before:
            self.name_section(section, i, rows, before)
        self.areas(zone, i, origin, shapes)

    def name_section(self, section: str, i: int, rows: list[LooseRow], before: int) -> None:
        """Two zones of one name become two sections."""
        own = self.zone_names.claim(section)
        if own != section:
            self.find("repeated_zone", f"zones[{i}]", own)
            rows[before:] = [replace(row, section=own) for row in rows[before:]]

    def areas(self, zone: Tree, i: int, origin: tuple[float, float], shapes: list[Shape]) -> None:
        """What is drawn in a zone; a shape nobody knows is left out and reported."""
        if zone.get("areas") is None:
            return
        for j, raw in enumerate(items(zone, "areas")):
            try:
                area = tree(raw)
                self.check_keys("area", area, f"zones[{i}].areas[{j}]")
                shapes.extend(self.drawn(area, origin))
            except Wrong as wrong:
                wrong.under(f"areas[{j}]")
                if wrong.problem != "unknown_shape":
                    raise
                self.find("unknown_shape", f"zones[{i}].{wrong.where()}", wrong.found)

    def drawn(self, area: Tree, origin: tuple[float, float]) -> tuple[Shape, ...]:
        """The shapes of one area, within what a picture can bear."""
        shapes = read_area(area, origin=origin)
        self.points += sum(len(shape.points) for shape in shapes)
        if self.points > _MAX_POINTS:
            raise Wrong("too_many", f"> {_MAX_POINTS}")
        return shapes

    def row(
        self, row: Tree, at: tuple[int, int], section: str, origin: tuple[float, float]
    ) -> LooseRow:
        """One row of the file, its seats in the file's order."""
        place = f"zones[{at[0]}].rows[{at[1]}]"
        self.check_keys("row", row, place)
        name = text(row, "row_number", longest=_LONGEST_NUMBER)
        for key in ("row_label", "seat_label", "row_number_position"):
            text(row, key, default="", longest=_LONGEST_NAME)
        dx, dy = point(row, "position") if row.get("position") is not None else (0.0, 0.0)
        start = rounded(origin[0] + dx), rounded(origin[1] + dy)
        traits = _traits(section) | _traits(name)
        seats = []
        for k, raw in enumerate(items(row, "seats")):
            try:
                seats.append(self.seat(tree(raw), (*at, k), start, traits))
            except Wrong as wrong:
                wrong.under(f"seats[{k}]")
                raise
        where = f'{place} (zone "{section}", row "{name}")'
        return LooseRow(section, name, self.numbered(name, seats, where))

    def seat(
        self, seat: Tree, at: tuple[int, int, int], start: tuple[float, float], traits: int
    ) -> LooseSeat:
        """One seat of the file."""
        if len(self.seats) >= MAX_SEATS:
            raise Wrong("too_many_seats", f"> {MAX_SEATS}")
        if not seat.keys() <= _KEYS["seat"]:
            self.check_keys("seat", seat, _path(at))
        number = text(seat, "seat_number", longest=_LONGEST_NUMBER)
        guid = text(seat, "seat_guid", default="", longest=_LONGEST_NAME)
        uuid = text(seat, "uuid", default="", longest=_LONGEST_NUMBER)
        category = text(seat, "category", longest=_LONGEST_NAME)
        if category not in self.categories:
            raise Wrong("unknown_category", category, place="category")
        dx, dy = point(seat, "position")
        x, y = rounded(start[0] + dx), rounded(start[1] + dy)
        if self.places.setdefault((x, y), at) is not at:
            raise Wrong("same_place", _path(self.places[x, y]), place="position")
        self.without_uuid += not uuid
        self.seats.append((guid, at))
        zone_no, more_traits = self.categories[category]
        traits |= more_traits if number.isdigit() else more_traits | _traits(number)
        return LooseSeat(number, x, y, zone_no, traits, f"{guid} {uuid}".strip())

    def numbered(self, row: str, seats: list[LooseSeat], where: str) -> tuple[LooseSeat, ...]:
        """The seats with numbers that are only numbers: no row in front, none left empty."""
        prefix, numbers = f"{row}-", [seat.number for seat in seats]
        while row and numbers and all(n.startswith(prefix) and n != prefix for n in numbers):
            numbers = [number.removeprefix(prefix).strip() for number in numbers]
        if seats and numbers[0] != seats[0].number:
            self.stripped.append(f"{seats[0].number} → {numbers[0]}")
        if not all(numbers):
            self.find("empty_number", where, str(numbers.count("")))
            numbers = [number or str(i) for i, number in enumerate(numbers, 1)]
        if all(n == seat.number for n, seat in zip(numbers, seats, strict=True)):
            return tuple(seats)
        return tuple(replace(seat, number=n) for n, seat in zip(numbers, seats, strict=True))

    def repeated_ids(self) -> int:
        """How many ids more than one seat has; every seat keeps its own."""
        met: dict[str, list[tuple[int, int, int]]] = {}
        for guid, at in self.seats:
            met.setdefault(guid, []).append(at)
        if nameless := met.pop("", None):
            self.find("missing_id", _path(nameless[0]), str(len(nameless)))
        repeated = {guid: places for guid, places in met.items() if len(places) > 1}
        for guid, places in repeated.items():
            self.find("repeated_id", " = ".join(_path(at) for at in places[:4]), guid)
        return len(repeated)

    def check_keys(self, kind: str, node: Tree, place: str) -> None:
        """Report keys the format does not have, each once for a kind of thing."""
        for key in node.keys() - _KEYS[kind]:
            name = shown(key)
            if (kind, name) not in self.unknown and len(self.unknown) < _MAX_FINDINGS:
                self.unknown.add((kind, name))
                self.find("unknown_key", place, name)

    def find(self, kind: str, place: str, detail: str) -> None:
        """Note a finding, unless there are more of its kind than anybody reads."""
        self.told[kind] = self.told.get(kind, 0) + 1
        if self.told[kind] <= _MAX_FINDINGS:
            self.findings.append(Finding(kind, place, detail))


def _path(at: tuple[int, int, int]) -> str:
    return f"zones[{at[0]}].rows[{at[1]}].seats[{at[2]}]"


def _named(kind: str, node: object, key: str) -> str:
    name = node.get(key) if isinstance(node, dict) else None
    return f'{kind} "{shown(name)}"' if isinstance(name, str | int) else ""


def _traits(words: str) -> int:
    return sum(flag for flag, pattern in _TRAIT_PATTERNS if pattern.search(words))


# --- out ------------------------------------------------------------------------------------------


def write_plan(plan: SeatingPlan) -> bytes:
    """The plan as a file of the current generation; reading it gives the same seats and labels.

    What the format cannot say is left out: the capacity of general admission (its place is drawn),
    and attributes that no name tells of.
    """
    names = Names()
    categories = {zone.no: names.claim(zone.name) for zone in plan.zones}
    ids = _ids(plan)
    by_section = np.argsort(plan.section, kind="stable")
    zones = [
        _zone(plan, by_section[plan.section[by_section] == i], categories, ids)
        for i in range(len(plan.sections))
    ]
    zones = [zone for zone in zones if zone["rows"]]
    if zones:
        zones[0]["areas"] = [write_area(shape) for shape in (*plan.shapes, *_drawn(plan))]
    document = {
        "name": plan.name,
        "categories": [
            {"name": categories[zone.no], "color": _COLOURS[(zone.colour - 1) % 8]}
            for zone in plan.zones
        ],
        "zones": zones,
        "size": {"width": _extent(plan, plan.x), "height": _extent(plan, plan.y)},
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def _zone(
    plan: SeatingPlan, seats: Iterable[int], categories: dict[int, str], ids: Sequence[str]
) -> dict[str, object]:
    rows: dict[str, list[int]] = {}
    section = ""
    for i in sorted(map(int, seats), key=plan.seat_no.__getitem__):
        rows.setdefault(plan.row[i], []).append(i)
        section = plan.sections[plan.section[i]]
    origin = position((0.0, 0.0))
    return {
        "name": section,
        "position": origin,
        "rows": [
            {
                "row_number": plan.row[row[0]],
                "row_number_position": "both",
                "position": origin,
                "seats": [_seat(plan, i, categories, ids[i]) for i in row],
            }
            for row in rows.values()
        ],
        "areas": [],
    }


def _seat(plan: SeatingPlan, i: int, categories: dict[int, str], guid: str) -> dict[str, object]:
    seat: dict[str, object] = {
        "seat_guid": guid,
        "seat_number": plan.number[i],
        "position": position((plan.x[i], plan.y[i])),
        "category": categories[int(plan.zone[i])],
    }
    uuid = plan.notes[i].rpartition(" ")[2] if plan.notes else ""
    return seat | {"uuid": uuid} if _UUID.fullmatch(uuid) else seat


def _ids(plan: SeatingPlan) -> list[str]:
    """An id for each seat, the source's own where it is one: no reader has to bear repeats."""
    notes = plan.notes or ("",) * len(plan)
    own = []
    for note in notes:
        guid, _, uuid = note.rpartition(" ")
        own.append(guid if _UUID.fullmatch(uuid) else note)
    met: dict[str, int] = {}
    for guid in own:
        met[guid] = met.get(guid, 0) + 1
    names = Names(guid for guid in own if guid)
    return [
        guid if guid and met[guid] == 1 else names.claim(label)
        for guid, label in zip(own, plan.label, strict=True)
    ]


def _drawn(plan: SeatingPlan) -> Iterable[Shape]:
    for area in plan.ga_areas:
        corners = ((area.x, area.y), (area.x + area.width, area.y + area.height))
        yield Shape("rectangle", corners, area.name)


def _extent(plan: SeatingPlan, along: np.ndarray) -> int:
    return max(1, math.ceil(float(along.max(initial=0.0)) + plan.pitch))
