"""Charts from specs: pixels, and where each value lies on them. To be called from a worker."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from ui.widgets.chart_sheet import Box, Place, Sheet, mixed
from ui.widgets.chart_specs import Columns, Curve, Grid, Shares, Spec, Tick

_SMALL, _TEXT = 11.5, 12.5
_MEDIUM, _STRONG = 500, 600
_GAP = 10.0
_LINE = 16.0
_GRID_COLOURS = 16


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a value lies: `area` is what belongs to it, `mark` what is lit, a box or (x, y, 0, 0)."""

    area: Box
    mark: Box
    title: str
    detail: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawn chart: RGBA pixels of `width` × `height` logical pixels, and its spots in reading order."""

    pixels: memoryview
    width: int
    height: int
    ratio: float
    spots: tuple[Spot, ...]


@dataclass(frozen=True, slots=True)
class Look:
    """The theme's colours by what they are for."""

    ground: str
    line: str
    text: str
    muted: str
    faint: str
    main: str  # what is asked about
    bars: str  # columns
    before: str  # what it is compared with
    track: str  # what a bar is drawn in
    ramp: tuple[str, ...]


def look_of(colours: Mapping[str, str]) -> Look:
    """The colours charts are drawn in, from a theme's tokens."""
    ground, brass, text = colours["surface"], colours["brass"], colours["text"]
    return Look(
        ground=ground,
        line=colours["line"],
        text=text,
        muted=colours["muted"],
        faint=colours["faint"],
        main=colours["action"],
        bars=brass,
        before=mixed(ground, brass, 0.27),
        track=colours["pressed"],
        ramp=(
            mixed(ground, brass, 0.07),
            mixed(ground, brass, 0.38),
            mixed(ground, brass, 0.88),
            mixed(brass, text, 0.62),
        ),
    )


def draw(spec: Spec, *, width: int, height: int, ratio: float, look: Look) -> Picture:
    """The chart at this size, in logical pixels, for a screen of this pixel ratio."""
    sheet, spots = _drawn(spec, width, height, ratio=ratio, look=look)
    return Picture(sheet.pixels(), width, height, ratio, spots)


def to_file(
    spec: Spec,
    *,
    title: str,
    note: str,
    kind: Literal["png", "svg"],
    width: int,
    height: int,
    look: Look,
) -> bytes:
    """The chart with its title as a file's contents; a PNG has twice the pixels."""
    head = 64
    ratio = 2.0 if kind == "png" else 1.0
    margin = 24.0
    sheet = Sheet(width, height + head, ratio=ratio, ground=look.ground)
    room = width - 2 * margin
    sheet.words(title, (margin, 26), look.text, size=16, weight=_STRONG, room=room)
    sheet.words(note, (margin, 47), look.muted, room=room)
    inside = _Room(margin, head, width - 2 * margin, height - margin)
    _draw_on(sheet, spec, inside, look)
    return sheet.file(kind)


@dataclass(frozen=True, slots=True)
class _Room:
    """The part of a sheet that a chart may fill."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.left + self.width

    @property
    def bottom(self) -> float:
        return self.top + self.height


def _drawn(
    spec: Spec, width: int, height: int, *, ratio: float, look: Look
) -> tuple[Sheet, tuple[Spot, ...]]:
    sheet = Sheet(width, height, ratio=ratio, ground=look.ground)
    return sheet, _draw_on(sheet, spec, _Room(0, 0, width, height), look)


def _draw_on(sheet: Sheet, spec: Spec, room: _Room, look: Look) -> tuple[Spot, ...]:
    if isinstance(spec, Columns):
        return _columns(sheet, spec, room, look)
    if isinstance(spec, Shares):
        return _shares(sheet, spec, room, look)
    if isinstance(spec, Grid):
        return _grid(sheet, spec, room, look)
    return _curve(sheet, spec, room, look)


# --- columns -----------------------------------------------------------------------------------


def _columns(sheet: Sheet, spec: Columns, room: _Room, look: Look) -> tuple[Spot, ...]:
    plot = _plot(sheet, spec.ticks, room, above=18 if any(bar.above for bar in spec.bars) else 8)
    top = spec.ticks[-1].at
    _rules(sheet, spec.ticks, plot, top, look)
    step = plot.width / len(spec.bars)
    wide = min(step * 0.36, 26.0)
    gap = min(1.5, step * 0.04)
    radii = (min(3, wide / 3), min(3, wide / 3), 0.0, 0.0)
    spots, now, before = [], [], []
    for number, bar in enumerate(spec.bars):
        middle = plot.left + step * (number + 0.5)
        high, low = (plot.height * max(v, 0) / top for v in (bar.value, bar.before))
        before.append((middle - gap - wide, plot.bottom - low, wide, low))
        left = middle + gap if spec.compared else middle - wide / 2
        mine = (left, plot.bottom - high, wide, high)
        now.append(mine)
        area = (plot.left + step * number, plot.top, step, plot.height)
        spots.append(Spot(area, mine if high >= 1 else (*_foot(mine), 0, 0), bar.title, bar.detail))
    sheet.boxes(before, look.before, radii=radii)
    sheet.boxes(now, look.bars, radii=radii)
    for number, bar in enumerate(spec.bars):
        x, y, width, _ = now[number]
        if bar.above:
            at = (x + width / 2, y - 9)
            sheet.words(bar.above, at, look.text, size=_SMALL, weight=_MEDIUM, align="center")
    _below(
        sheet,
        [(plot.left + step * (n + 0.5), bar.label) for n, bar in enumerate(spec.bars)],
        room,
        look,
    )
    return tuple(spots)


def _foot(box: Box) -> Place:
    return box[0] + box[2] / 2, box[1] + box[3]


# --- shares ------------------------------------------------------------------------------------


def _shares(sheet: Sheet, spec: Shares, room: _Room, look: Look) -> tuple[Spot, ...]:
    shares = spec.shares
    step = min((room.height - 4) / len(shares), 34.0)
    thick = min(step * 0.5, 14.0)
    most = max(max(share.value, share.of) for share in shares) or 1.0
    names = max(sheet.width_of(share.name[:60], size=_TEXT) for share in shares)
    left = room.left + min(names, room.width * 0.42) + _GAP
    behind = max(sheet.width_of(s.words, size=_TEXT, weight=_MEDIUM) for s in shares)
    length = room.right - behind - _GAP - left
    top = room.top + 4
    tracks, bars, spots = [], [], []
    for number, share in enumerate(shares):
        middle = top + step * (number + 0.5)
        whole = length * (share.of / most if share.of else 1.0)
        filled = max(length * max(share.value, 0) / most, 2.0 if share.value > 0 else 0.0)
        tracks.append((left, middle - thick / 2, whole, thick))
        bar = (left, middle - thick / 2, filled, thick)
        bars.append(bar)
        area = (room.left, middle - step / 2, room.width, step)
        spots.append(Spot(area, bar, share.title, share.detail))
    sheet.boxes(tracks, look.track, radii=(3, 3, 3, 3))
    sheet.boxes(bars, look.main, radii=(3, 3, 3, 3))
    for number, share in enumerate(shares):
        middle = top + step * (number + 0.5)
        fits = left - _GAP - room.left
        at = (left - _GAP, middle)
        sheet.words(share.name, at, look.muted, size=_TEXT, align="right", room=fits)
        sheet.words(
            share.words, (left + length + _GAP, middle), look.text, size=_TEXT, weight=_MEDIUM
        )
    return tuple(spots)


# --- grid --------------------------------------------------------------------------------------


def _grid(sheet: Sheet, spec: Grid, room: _Room, look: Look) -> tuple[Spot, ...]:
    names = max(sheet.width_of(row, size=_TEXT) for row in spec.rows)
    left, foot = room.left + names + 12, 24.0
    count = max(len(row) for row in spec.cells)
    wide, high = (room.right - left) / count, (room.height - foot) / len(spec.rows)
    by_colour: dict[int, list[Box]] = {}
    spots = []
    for y, row in enumerate(spec.cells):
        for x, cell in enumerate(row):
            box = (left + x * wide + 1.5, room.top + y * high + 1.5, wide - 3, high - 3)
            by_colour.setdefault(round(cell.strength * (_GRID_COLOURS - 1)), []).append(box)
            area = (left + x * wide, room.top + y * high, wide, high)
            spots.append(Spot(area, box, cell.title, cell.detail))
        middle = room.top + (y + 0.5) * high
        sheet.words(spec.rows[y], (left - 10, middle), look.muted, size=_TEXT, align="right")
    for step, boxes in sorted(by_colour.items()):
        colour = _ramp(look.ramp, step / (_GRID_COLOURS - 1))
        sheet.boxes(boxes, colour, radii=(3, 3, 3, 3))
    below = [(left + (tick.at + 0.5) * wide, tick.words) for tick in spec.columns]
    _below(sheet, below, room, look)
    return tuple(spots)


def _ramp(stops: Sequence[str], share: float) -> str:
    place = share * (len(stops) - 1)
    low = min(int(place), len(stops) - 2)
    return mixed(stops[low], stops[low + 1], place - low)


# --- curve -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Frame:
    """From values to pixels."""

    plot: _Room
    reach: tuple[float, float]
    top: float

    def x(self, value: float) -> float:
        first, last = self.reach
        return self.plot.left + self.plot.width * (value - first) / ((last - first) or 1)

    def y(self, value: float) -> float:
        return self.plot.bottom - self.plot.height * max(value, 0.0) / self.top

    def at(self, x: float, y: float) -> Place:
        return self.x(x), self.y(y)


def _curve(sheet: Sheet, spec: Curve, room: _Room, look: Look) -> tuple[Spot, ...]:
    above = 24 if spec.roof or spec.now else 10
    plot = _plot(sheet, spec.y_ticks, room, above=above)
    frame = _Frame(plot, spec.reach, spec.top or spec.y_ticks[-1].at)
    _rules(sheet, spec.y_ticks, plot, frame.top, look)
    _compared(sheet, spec, frame, look)
    mine = [frame.at(point.x, point.y) for point in spec.points]
    if spec.filled and len(mine) > 1:
        ends = [(mine[-1][0], plot.bottom), (mine[0][0], plot.bottom)]
        sheet.area([*mine, *ends], look.main, alpha=0.08)
    _ahead(sheet, spec, frame, look)
    if len(mine) > 1:
        sheet.line(mine, look.main, width=2.4)
    if mine:
        sheet.dot(mine[-1], look.main, radius=4.5, rim=look.ground)
        _now(sheet, spec, mine, plot, look)
    _below(sheet, [(frame.x(tick.at), tick.words) for tick in spec.x_ticks], room, look)
    return _along(spec, mine, plot)


def _compared(sheet: Sheet, spec: Curve, frame: _Frame, look: Look) -> None:
    if len(spec.band) > 1:
        low = [frame.at(x, value) for x, value, _, _ in spec.band]
        high = [frame.at(x, value) for x, _, _, value in spec.band]
        sheet.area([*low, *reversed(high)], look.faint, alpha=0.18)
        middle = [frame.at(x, value) for x, _, value, _ in spec.band]
        sheet.line(middle, look.faint, width=1.6)
    if len(spec.before) > 1:
        sheet.line([frame.at(*point) for point in spec.before], look.faint, width=1.6)
    compared = spec.before or tuple((x, middle) for x, _, middle, _ in spec.band)
    if compared and spec.before_words:
        x, y = compared[int(len(compared) * 0.52)]
        at = (frame.x(x), frame.y(y) + 16)
        sheet.words(
            spec.before_words, (at[0] + 8, at[1]), look.muted, size=_SMALL, halo=look.ground
        )
    if spec.roof is not None:
        y = frame.y(spec.roof.at)
        ends = [(frame.plot.left, y), (frame.plot.right, y)]
        sheet.line(ends, look.muted, dashes=(2, 4))
        sheet.words(spec.roof.words, (frame.plot.left + 6, y - 10), look.muted, size=_SMALL)


def _ahead(sheet: Sheet, spec: Curve, frame: _Frame, look: Look) -> None:
    if len(spec.ahead) < 2:
        return
    low = [frame.at(x, value) for x, value, _, _ in spec.ahead]
    high = [frame.at(x, value) for x, _, _, value in spec.ahead]
    sheet.area([*low, *reversed(high)], look.main, alpha=0.16)
    middle = [frame.at(x, value) for x, _, value, _ in spec.ahead]
    sheet.line(middle, look.main, width=1.5, dashes=(4, 3))
    _foresaid(sheet, spec, frame, look)


def _foresaid(sheet: Sheet, spec: Curve, frame: _Frame, look: Look) -> None:
    """The forecast in words at the right, above everything drawn there, or below where it has no room."""
    lines = spec.ahead_words.split("\n")
    wide = max(sheet.width_of(line, size=_SMALL) for line in lines)
    edge = frame.plot.right - wide - 12
    values = [
        (x, value)
        for x, *rest in (*spec.band, *spec.ahead, *((p.x, p.y) for p in spec.points))
        for value in rest
        if frame.x(x) >= edge
    ]
    ys = [frame.y(value) for _, value in values]
    top = min(ys) - 14 - _LINE * (len(lines) - 1)
    if top < frame.plot.top + 12:
        top = min(max(ys) + 18, frame.plot.bottom - 10 - _LINE * (len(lines) - 1))
    for number, words in enumerate(lines):
        at = (frame.plot.right - 2, top + _LINE * number)
        sheet.words(words, at, look.muted, size=_SMALL, align="right", halo=look.ground)


def _now(sheet: Sheet, spec: Curve, mine: Sequence[Place], plot: _Room, look: Look) -> None:
    """The value at the end of the line, on the side where there is room."""
    x, y = mine[-1]
    wide = sheet.width_of(spec.now, size=13, weight=_STRONG)
    left = x - wide - 10 > plot.left
    at = (x - 9 if left else x + 9, max(y - 13, plot.top + 6 - 24))
    sheet.words(
        spec.now,
        at,
        look.main,
        size=13,
        weight=_STRONG,
        align="right" if left else "left",
        halo=look.ground,
    )


def _along(spec: Curve, mine: Sequence[Place], plot: _Room) -> tuple[Spot, ...]:
    """To each value belongs the strip half-way to its neighbours."""
    if not mine:
        return ()
    edges = [plot.left, *((a[0] + b[0]) / 2 for a, b in pairwise(mine)), plot.right]
    return tuple(
        Spot(
            (edges[n], plot.top, edges[n + 1] - edges[n], plot.height),
            (*mine[n], 0, 0),
            point.title,
            point.detail,
        )
        for n, point in enumerate(spec.points)
    )


# --- shared ------------------------------------------------------------------------------------


def _plot(sheet: Sheet, ticks: Sequence[Tick], room: _Room, *, above: float) -> _Room:
    """What is left of the room beside the scale and above the words below."""
    scale = max((sheet.width_of(tick.words, size=_SMALL) for tick in ticks), default=0.0)
    left = room.left + scale + _GAP
    return _Room(left, room.top + above, room.right - left - 4, room.height - above - 26)


def _rules(sheet: Sheet, ticks: Sequence[Tick], plot: _Room, top: float, look: Look) -> None:
    for tick in ticks:
        y = round(plot.bottom - plot.height * tick.at / top) + 0.5
        sheet.line([(plot.left, y), (plot.right, y)], look.line)
        at = (plot.left - _GAP, y)
        sheet.words(tick.words, at, look.muted, size=_SMALL, align="right")


def _below(sheet: Sheet, words: Sequence[tuple[float, str]], room: _Room, look: Look) -> None:
    """Words below the plot; where they would touch, the later one gives way."""
    taken = -1.0
    for x, text in words:
        if not text:
            continue
        half = sheet.width_of(text, size=_SMALL) / 2
        middle = min(max(x, room.left + half), room.right - half)
        if middle - half > taken + 8 or taken < 0:
            sheet.words(text, (middle, room.bottom - 8), look.muted, size=_SMALL, align="center")
            taken = middle + half
