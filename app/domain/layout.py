"""From loose rows of seats to a house: which seats are neighbours, what each of them is called.

Whoever makes a plan (a file, an editor, a rule) knows names and places; this module gives every
seat a number and a label of its own, however often rows and numbers repeat, and puts the seats in
the order the rest of the program relies on: rows one after the other, each from left to right.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import dist
from statistics import fmean, median

from app.domain.seating import AISLE, SeatingPlan, Shape, Zone, floats, ints

# A gap wider than this many pitches is an aisle: the seats beside it do not sit together.
_AISLE_PITCHES = 1.6


@dataclass(frozen=True, slots=True)
class LooseSeat:
    """A seat before it has an identity. `zone` is a Zone.no, `note` what the source calls it."""

    number: str
    x: float
    y: float
    zone: int
    attributes: int = 0
    note: str = ""

    @property
    def place(self) -> tuple[float, float]:
        return self.x, self.y


@dataclass(frozen=True, slots=True)
class LooseRow:
    """A row, or a piece of one: at least one seat, in the order in which they were numbered."""

    section: str
    name: str
    seats: tuple[LooseSeat, ...]


@dataclass(frozen=True, slots=True)
class Rekeyed:
    """A row whose numbers repeated: `repeats` seats too many, now told apart by `names`."""

    section: str
    row: str
    names: tuple[str, ...]
    repeats: int
    seats: int


def lay_out(
    rows: Sequence[LooseRow],
    *,
    plan_id: str,
    name: str,
    zones: Sequence[Zone],
    shapes: Sequence[Shape] = (),
) -> tuple[SeatingPlan, tuple[Rekeyed, ...]]:
    """A plan of these rows (venue and version left open) and what had to be renamed for it.

    Seats are numbered 1..n as the rows come, section by section; rows of one section and name are
    pieces of one row. No seat is dropped.
    """
    told_apart, rekeyed = _tell_apart(rows)
    joined = _join(told_apart)
    sections = {section: i for i, section in enumerate(dict.fromkeys(r.section for r in joined))}
    joined.sort(key=lambda row: sections[row.section])
    labels = _labels([(row.section, row.name, seat.number) for row in joined for seat in row.seats])
    placed = _placed(joined)
    seats = [seat for _, _, _, seat, _ in placed]
    plan = SeatingPlan(
        id=plan_id,
        venue_id="",
        name=name,
        version=0,
        zones=tuple(zones),
        sections=tuple(sections),
        seat_no=ints([seat_no for seat_no, *_ in placed]),
        section=ints([sections[row.section] for _, row, *_ in placed]),
        zone=ints([seat.zone for seat in seats]),
        row=tuple(row.name for _, row, *_ in placed),
        number=tuple(seat.number for seat in seats),
        label=tuple(labels[seat_no - 1] for seat_no, *_ in placed),
        x=floats([seat.x for seat in seats]),
        y=floats([seat.y for seat in seats]),
        attributes=ints([seat.attributes | (AISLE if edge else 0) for *_, seat, edge in placed]),
        row_no=ints([row_no for _, _, row_no, *_ in placed]),
        shapes=tuple(shapes),
        notes=tuple(seat.note for seat in seats),
    )
    return plan, rekeyed


def _placed(rows: Sequence[LooseRow]) -> list[tuple[int, LooseRow, int, LooseSeat, bool]]:
    """(seat_no, row, row_no, seat, whether beside an aisle or the end) in plan order."""
    orders = [left_to_right([seat.place for seat in row.seats]) for row in rows]
    steps = [
        [dist(row.seats[a].place, row.seats[b].place) for a, b in pairwise(order)]
        for row, order in zip(rows, orders, strict=True)
    ]
    every = [step for row in steps for step in row]
    pitch = median(every) if every else 0.0
    placed, before, row_no = [], 1, 0
    for row, order, row_steps in zip(rows, orders, steps, strict=True):
        widest = _AISLE_PITCHES * _usual(row_steps, pitch)
        apart = [True, *(step > widest for step in row_steps), True]
        for k, i in enumerate(order):
            row_no += apart[k]
            edge = apart[k] or apart[k + 1]
            placed.append((before + i, row, row_no - 1, row.seats[i], edge))
        before += len(order)
    return placed


def _usual(steps: Sequence[float], pitch: float) -> float:
    """The pitch of a row: the house's, or its own where all seats stand far apart (boxes)."""
    own = median(steps) if len(steps) >= 3 else 0.0
    return max(pitch, own)


# --- names ----------------------------------------------------------------------------------------


class Names:
    """Names that must differ, upper and lower case being the same to people who type them."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken = {name.upper() for name in taken}
        self._tried: dict[str, int] = {}

    def claim(self, name: str) -> str:
        """`name`, or the first of "name (2)", "name (3)" ... nobody has; taken from now on."""
        found, n = name, self._tried.get(name, 1)
        while found.upper() in self._taken:
            n += 1
            found = f"{name} ({n})"
        self._tried[name] = n
        self._taken.add(found.upper())
        return found


def _labels(keys: Sequence[tuple[str, str, str]]) -> list[str]:
    """A label for each (section, row, number): short where that is enough to be unique."""
    short = [f"{row}-{number}" if row else number for _, row, number in keys]
    often = Counter(label.upper() for label in short)
    names = Names()
    return [
        names.claim(label if often[label.upper()] == 1 else f"{section} {label}")
        for label, (section, _, _) in zip(short, keys, strict=True)
    ]


def _tell_apart(rows: Sequence[LooseRow]) -> tuple[list[LooseRow], tuple[Rekeyed, ...]]:
    """Rows such that no two seats share section, row and number."""
    told, rekeyed = list(rows), []
    by_section: defaultdict[str, defaultdict[str, list[int]]]
    by_section = defaultdict(lambda: defaultdict(list))
    for i, row in enumerate(rows):
        by_section[row.section][row.name.upper()].append(i)
    names = Names(by_section)
    for section, named in by_section.items():
        clashing = [pieces for pieces in named.values() if _repeats(rows[i] for i in pieces)]
        blocks = _blocks([[_middle(rows[i]) for i in pieces] for pieces in clashing])
        titles: dict[int, str] = {}
        for pieces, block_of in zip(clashing, blocks, strict=True):
            for i, block in zip(pieces, block_of, strict=True):
                if len(pieces) > 1 and block not in titles:
                    titles[block] = names.claim(f"{section} Block {block}")
                told[i] = _numbered_once(replace(rows[i], section=titles.get(block, section)))
            rekeyed.append(_report([rows[i] for i in pieces], [told[i] for i in pieces]))
    return told, tuple(rekeyed)


def _repeats(pieces: Iterable[LooseRow]) -> int:
    numbers = Counter(seat.number.upper() for row in pieces for seat in row.seats)
    return sum(count - 1 for count in numbers.values())


def _report(was: list[LooseRow], now: list[LooseRow]) -> Rekeyed:
    changed = sum(
        old.section != new.section or a.number != b.number
        for old, new in zip(was, now, strict=True)
        for a, b in zip(old.seats, new.seats, strict=True)
    )
    return Rekeyed(
        was[0].section,
        was[0].name,
        tuple(dict.fromkeys(row.section for row in now)),
        _repeats(was),
        changed,
    )


def _numbered_once(row: LooseRow) -> LooseRow:
    """A row in which a number that came twice became "5" and "5 (2)"."""
    listed = Counter(seat.number.upper() for seat in row.seats)
    if len(listed) == len(row.seats):
        return row
    names, seats, met = Names(listed), [], set[str]()
    for seat in row.seats:
        again = seat.number.upper() in met
        met.add(seat.number.upper())
        seats.append(replace(seat, number=names.claim(seat.number)) if again else seat)
    return replace(row, seats=tuple(seats))


def _middle(row: LooseRow) -> tuple[float, float]:
    return fmean(seat.x for seat in row.seats), fmean(seat.y for seat in row.seats)


def _blocks(rows: Sequence[Sequence[tuple[float, float]]]) -> list[list[int]]:
    """For each row the block (1..) of each of its pieces, given the middle of each piece.

    Blocks are counted along the direction in which the row with most pieces is spread, left to
    right or front to back, so that the third block is the third in every row.
    """
    if not rows:
        return []
    most = max(rows, key=len)
    spread = [max(p[axis] for p in most) - min(p[axis] for p in most) for axis in (0, 1)]
    axis = 0 if spread[0] >= spread[1] else 1
    known = sorted(piece[axis] for piece in most)
    return [_nearest([piece[axis] for piece in pieces], known) for pieces in rows]


def _nearest(pieces: Sequence[float], known: Sequence[float]) -> list[int]:
    """The number of the known middle nearest to each piece, each at most once (else by order)."""
    order = sorted(range(len(pieces)), key=lambda i: pieces[i])
    borders = [(a + b) / 2 for a, b in pairwise(known)]
    near = [bisect_left(borders, pieces[i]) for i in order]
    if len(set(near)) < len(near):
        near = list(range(len(near)))
    block = dict(zip(order, near, strict=True))
    return [block[i] + 1 for i in range(len(pieces))]


# --- neighbours -----------------------------------------------------------------------------------


def left_to_right(places: Sequence[tuple[float, float]]) -> list[int]:
    """The order in which the seats of one row stand side by side.

    Left to right, or front to back where the row runs that way. A row that was listed as it
    stands keeps its order, however it curves; one listed otherwise is sorted along its length.
    """
    listed = list(range(len(places)))
    if len(places) < 2:
        return listed
    across = max(x for x, _ in places) - min(x for x, _ in places)
    deep = max(y for _, y in places) - min(y for _, y in places)
    axis = 0 if across >= deep else 1
    along = sorted(listed, key=lambda i: (places[i][axis], places[i][1 - axis]))
    order = along if _length(places, along) < _length(places, listed) * 0.999 else listed
    first, last = places[order[0]], places[order[-1]]
    return order if (first[axis], first[1 - axis]) <= (last[axis], last[1 - axis]) else order[::-1]


def _length(places: Sequence[tuple[float, float]], order: Sequence[int]) -> float:
    return sum(dist(places[a], places[b]) for a, b in pairwise(order))


def _join(rows: Sequence[LooseRow]) -> list[LooseRow]:
    """One row for each section and name, where its first piece was, seats as the pieces came."""
    pieces: defaultdict[tuple[str, str], list[LooseRow]] = defaultdict(list)
    for row in rows:
        pieces[row.section, row.name].append(row)
    return [
        same[0]
        if len(same) == 1
        else replace(same[0], seats=tuple(s for r in same for s in r.seats))
        for same in pieces.values()
    ]
