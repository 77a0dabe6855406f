"""The seats themselves: thousands of marks stamped from atlases, and their numbers.

Holds what each seat shows (its mark code) in grid order, so that drawing a rectangle of the house
is slicing, multiplying and one call to Qt.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QFont, QPainter

from ui.theme import Theme
from ui.widgets.seat_map.atlas import LabelAtlas, MarkAtlas, Shelf
from ui.widgets.seat_map.camera import Camera
from ui.widgets.seat_map.fragments import draw_fragments, new_rows
from ui.widgets.seat_map.geometry import Box, Geometry, Indices, sixteenth
from ui.widgets.seat_map.marks import Place, draw_mark, inks, numbered
from ui.widgets.seat_map.recolouring import Recolouring
from ui.widgets.seat_map.states import States, attribute_kinds, grouped_codes, mark_codes

FADE_FROM, FADE_TO = 4.0, 6.0  # logical px from seat to seat: below all tint, above all seats
_CHUNK = 8192  # seats a call: what it touches stays in the processor's cache
_NUMBER_FROM = 11.0  # logical px of a mark's height
_SMALLEST_NUMBER, _LARGEST_NUMBER = 9.0, 22.0
_SEMIBOLD = QFont.Weight.DemiBold


@dataclass(frozen=True, slots=True)
class Look:
    """How closely the house is seen: the camera, and device pixels to a logical one."""

    camera: Camera
    ratio: float

    def pitch(self, geometry: Geometry) -> float:
        """Logical pixels from seat to seat."""
        return geometry.pitch * self.camera.scale / self.ratio

    def nearness(self, geometry: Geometry) -> float:
        """0 where only tints show, 1 where only seats do."""
        share = (self.pitch(geometry) - FADE_FROM) / (FADE_TO - FADE_FROM)
        return max(0.0, min(1.0, share))


class SeatLayer:
    """All seats of a plan and what they show."""

    def __init__(self, geometry: Geometry, theme: Theme, *, shelf: Shelf) -> None:
        self._geometry = geometry
        self._shelf = shelf
        plan, order = geometry.plan, geometry.index.order
        colours = np.zeros(max((zone.no for zone in plan.zones), default=0) + 1, np.uint8)
        for zone in plan.zones:
            colours[zone.no] = zone.colour - 1
        self._kinds = attribute_kinds(plan.attributes)[order]
        self._free_codes: States = colours[plan.zone][order] + self._kinds * np.uint8(8)
        self.codes: States = self._free_codes.copy()
        self._rows = new_rows(_CHUNK)
        self._theme = theme
        self.recolour(None)

    def set_theme(self, theme: Theme) -> None:
        """Use other colours from now on."""
        self._theme = theme
        self.inks = inks(theme, self._recolouring)
        colours = [ink.mark.name() for ink in self.inks]
        named = [name if numbered(code) else "" for code, name in enumerate(colours)]
        self._number_colours = sorted({name for name in named if name})
        where = {name: i for i, name in enumerate(self._number_colours)}
        self._colour_of_code = np.array([where.get(name, -1) for name in named], np.int32)

    def recolour(self, recolouring: Recolouring | None) -> None:
        """Colour by other groups, None: by price zone; the states are to be set next."""
        self._recolouring = recolouring
        self._groups: States | None = None
        self._signs: list[str] = []
        if recolouring is not None:
            self._groups = recolouring.groups[self._geometry.index.order]
            self._signs = [key.sign for key in recolouring.keys]
        self.set_theme(self._theme)

    def set_states(self, states: States) -> None:
        """States of all seats in plan order."""
        self.codes = self._codes(states[self._geometry.index.order], slice(None))

    def update(self, places: Indices, states: States) -> None:
        """States of the seats at some grid places."""
        self.codes[places] = self._codes(states, places)

    def _codes(self, states: States, places: Indices | slice) -> States:
        if self._groups is None:
            return mark_codes(states, self._free_codes[places])
        return grouped_codes(states, self._kinds[places], self._groups[places])

    def draw(self, painter: QPainter, look: Look, box: Box) -> None:
        """Draw the seats of a rectangle of the plan."""
        nearness = look.nearness(self._geometry)
        parts = self._geometry.index.slices(box.grown(self._geometry.pitch))
        if not nearness or not parts:
            return
        painter.setOpacity(nearness)
        where = [np.arange(part.start, part.stop) for part in parts]
        self._stamp(painter, look, where[0] if len(where) == 1 else np.concatenate(where))
        painter.setOpacity(1.0)

    def overpaint(self, painter: QPainter, look: Look, places: Indices) -> None:
        """Draw the seats at some grid places over whatever is there."""
        nearness = look.nearness(self._geometry)
        if not nearness:
            return
        painter.setOpacity(nearness)
        # over a tint an eraser would leave a hole
        self._stamp(painter, look, places, erase=nearness == 1.0)
        painter.setOpacity(1.0)

    def draw_one(self, painter: QPainter, look: Look, seat: int, *, lift: float) -> None:
        """Draw one seat (plan index) live and `lift` device pixels larger, with its number."""
        place = self.place_of(look, seat, lift=lift)
        code = int(self.codes[self._geometry.index.rank[seat]])
        draw_mark(painter, code, self.inks[code], place)
        size = self._number_size(look)
        text = int(self._text_of(np.array([self._geometry.index.rank[seat]]))[0])
        if size and numbered(code) and self._labels(look, size).fits[text]:
            font = self._font(size)
            painter.setFont(font)
            painter.setPen(self.inks[code].mark)
            draw_centred(painter, place.x, place.y, self._written[text])

    def place_of(self, look: Look, seat: int, *, lift: float = 0.0) -> Place:
        """Where the mark of a seat (plan index) is on the screen, `lift` px larger on each side."""
        geometry = self._geometry
        at = int(geometry.index.rank[seat])
        x, y = look.camera.point(float(geometry.index.x[at]), float(geometry.index.y[at]))
        width, height = self._mark_size(look)
        turn = float(geometry.turns[at]) * 2.5
        return Place(x, y, width + 2 * lift, height + 2 * lift, turn)

    def _mark_size(self, look: Look) -> tuple[float, float]:
        geometry, scale = self._geometry, look.camera.scale
        least = 1.6 * look.ratio
        width, height = geometry.mark_width * scale, geometry.mark_height * scale
        return sixteenth(max(least, width)), sixteenth(max(least, height))

    def _stamp(
        self, painter: QPainter, look: Look, places: Indices, *, erase: bool = False
    ) -> None:
        """Marks, then numbers, a chunk at a time."""
        atlas = self._atlas(look)
        size = self._number_size(look)
        camera, index = look.camera, self._geometry.index
        turns = self._geometry.turns
        for start in range(0, len(places), _CHUNK):
            chunk = places[start : start + _CHUNK]
            x, y, codes = index.x[chunk], index.y[chunk], self.codes[chunk]
            x *= camera.scale
            x += camera.left
            y *= camera.scale
            y += camera.top
            if size:
                self_x, self_y = x.copy(), y.copy()
            rows = self._rows[: len(chunk)]
            atlas.place(rows, x, y, codes=codes, turns=turns[chunk], erase=erase)
            draw_fragments(painter, atlas.cells.sheet, self._rows, len(chunk))
            if size:
                self._write(painter, self._labels(look, size), self_x, self_y, chunk)

    def _write(
        self,
        painter: QPainter,
        labels: LabelAtlas,
        x: NDArray[np.float64],
        y: NDArray[np.float64],
        places: Indices,
    ) -> None:
        """Numbers on the seats of a chunk that carry one and have room for it."""
        texts = self._text_of(places)
        colour = self._colour_of_code[self.codes[places]]
        shown = np.flatnonzero((colour >= 0) & labels.fits[texts])
        rows = self._rows[: len(shown)]
        labels.place(rows, x[shown], y[shown], texts=texts[shown], colour=colour[shown])
        draw_fragments(painter, labels.cells.sheet, self._rows, len(shown))

    @cached_property
    def _numbers(self) -> tuple[list[str], NDArray[np.int32]]:
        """The different seat numbers, and which one each seat in grid order has."""
        number = self._geometry.plan.number
        known = {text: i for i, text in enumerate(dict.fromkeys(number))}
        of_seat = np.fromiter(map(known.__getitem__, number), np.int32, len(number))
        return list(known), of_seat[self._geometry.index.order]

    @property
    def _written(self) -> list[str]:
        """All that may stand on a seat: its number, or the sign of its group."""
        return self._numbers[0] + self._signs

    def _text_of(self, places: Indices) -> NDArray[np.int32]:
        """What stands on the seats at some grid places, as indices into `_written`."""
        numbers, of_seat = self._numbers
        texts = of_seat[places]
        if self._groups is None or not any(self._signs):
            return texts
        first = len(numbers) - 1
        signed = np.array([-1] + [first + i if s else -1 for i, s in enumerate(self._signs, 1)])
        signs = signed[self._groups[places]].astype(np.int32)
        return np.where(signs < 0, texts, signs)

    def _atlas(self, look: Look) -> MarkAtlas:
        width, height = self._mark_size(look)
        turned, ground = self._geometry.turned, self._theme.colour("surface")
        return self._shelf.marks(
            width,
            height,
            lambda: MarkAtlas(width, height, inks=self.inks, ground=ground, turned=turned),
        )

    def _number_size(self, look: Look) -> float:
        """Font size of numbers in device pixels; 0 where seats are too small for any."""
        height = self._geometry.mark_height * look.camera.scale / look.ratio
        if height < _NUMBER_FROM:
            return 0.0
        size = max(_SMALLEST_NUMBER, min(_LARGEST_NUMBER, 0.5 * height))
        return float(round(size * look.ratio))

    def _labels(self, look: Look, size: float) -> LabelAtlas:
        widest = self._mark_size(look)[0] - 1.5 * look.ratio
        return self._shelf.labels(
            "numbers",
            size,
            widest,
            lambda: LabelAtlas(
                self._written,
                font=self._font(size),
                colours=[QColor(name) for name in self._number_colours],
                widest=widest,
            ),
        )

    def _font(self, size: float) -> QFont:
        font = self._theme.font("small-type", _SEMIBOLD)
        font.setPixelSize(int(size))
        return font


def draw_centred(painter: QPainter, x: float, y: float, text: str) -> None:
    """Write `text` with its figures or capitals centred on a point."""
    metrics = painter.fontMetrics()
    width = metrics.horizontalAdvance(text)
    painter.drawText(round(x - width / 2), round(y + metrics.capHeight() / 2), text)
