"""The house from afar: each block one shape, the paler the more of it is gone, with its name.

Below six pixels a seat, marks are noise. A block's tint says what a far look is for: where there
is room. Tints come in steps, so that a sale repaints a block only when its step changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPainterPath, QPolygonF

from ui.i18n import number, tr
from ui.theme import Theme
from ui.widgets.seat_map.colours import contrast, group_colour, mixed
from ui.widgets.seat_map.geometry import Box, Geometry, Indices
from ui.widgets.seat_map.places import Block, Places
from ui.widgets.seat_map.recolouring import Recolouring
from ui.widgets.seat_map.seats import Look
from ui.widgets.seat_map.states import FADED, States, is_free

_STEPS = 24
_FAINTEST, _STRONGEST = 0.16, 0.78  # of the zone's colour in a block with one seat free, with all
_CONTRAST = 4.5  # of a name on its tint
_SEMIBOLD = QFont.Weight.DemiBold
_NO_PEN = Qt.PenStyle.NoPen
_WINDING = Qt.FillRule.WindingFill
_SMALLEST_NAME, _LARGEST_NAME = 9.0, 15.0
_NAME_STEP = 2  # px between the sizes of names: each new size costs a set of glyphs


@dataclass(frozen=True, slots=True)
class _Section:
    """A section's name, the middle of its seats and how wide a word may be there (plan units)."""

    no: int
    name: str
    x: float
    y: float
    extent: float
    box: Box


class TintLayer:
    """Blocks of a plan and how much of each is free."""

    def __init__(self, geometry: Geometry, places: Places, theme: Theme) -> None:
        self._geometry, self._places = geometry, places
        self._blocks = places.blocks
        self._block_of = places.block_of
        self._seats = np.array([block.seats for block in self._blocks], np.int64)
        self._free = self._seats.copy()
        self._paths = [_path(block) for block in self._blocks]
        self._boxes = np.array([_bounds(path) for path in self._paths]).reshape(-1, 4)
        self._colours = {zone.no: zone.colour for zone in geometry.plan.zones}
        self._sections = _sections(geometry, self._blocks, self._boxes)
        self._theme = theme
        self.recolour(None)

    def set_theme(self, theme: Theme) -> None:
        """Use other colours from now on."""
        self._theme = theme
        self._fonts: dict[int, tuple[QFont, QFontMetrics]] = {}
        self._widths: dict[tuple[str, int], int] = {}
        zones = {no: theme.colour(f"zone-{colour}") for no, colour in self._colours.items()}
        self._tints = {no: _tints(theme, zone) for no, zone in zones.items()}
        self._dyes = [] if self._recolouring is None else self._dyed(self._recolouring)

    def recolour(self, recolouring: Recolouring | None) -> None:
        """Tint by what most of the coloured seats of a block are, None: by price zone."""
        self._recolouring = recolouring
        self.set_theme(self._theme)

    def _dyed(self, recolouring: Recolouring) -> list[QColor]:
        """The colour of each block: its largest group's, the stronger the more of it that is."""
        width = len(recolouring.keys) + 1
        cells = self._block_of * np.int64(width) + recolouring.groups
        counts = np.bincount(cells, minlength=len(self._blocks) * width).reshape(-1, width)
        counts[:, FADED] = 0
        colours = [group_colour(self._theme, key.colour) for key in recolouring.keys]
        shares = np.rint(counts * _STEPS / np.maximum(1, self._seats)[:, None]).astype(np.int64)
        dyes = []
        for largest, share in zip(counts.argmax(1).tolist(), shares.max(1).tolist(), strict=True):
            known = self._theme.colour("sold") if not share else None
            dyes.append(known or _tint(self._theme, colours[largest - 1], share))
        return dyes

    def set_states(self, states: States) -> None:
        """States of all seats in plan order."""
        free = self._block_of[is_free(states)]
        self._free = np.bincount(free, minlength=len(self._blocks))

    def update(
        self, seats: Indices, *, before: NDArray[np.bool_], after: NDArray[np.bool_]
    ) -> Indices:
        """Seats (plan indices) were free or not and are now; the blocks whose tint that changes."""
        old = self._levels()
        change = np.bincount(
            self._block_of[seats],
            weights=after.astype(np.float64) - before,
            minlength=len(self._blocks),
        )
        self._free += np.rint(change).astype(np.int64)
        return np.flatnonzero(self._levels() != old)

    def _levels(self) -> Indices:
        return np.rint(self._free * _STEPS / np.maximum(1, self._seats)).astype(np.int64)

    def draw(self, painter: QPainter, look: Look, box: Box) -> None:
        """Draw the blocks of a rectangle of the plan, as far as they show from here."""
        strength = 1.0 - look.nearness(self._geometry)
        if not strength or not len(self._boxes):
            return
        left, top, right, bottom = self._boxes.T
        seen = (left < box.right) & (right > box.left) & (top < box.bottom) & (bottom > box.top)
        painter.setOpacity(strength)
        self._fill(painter, look, np.flatnonzero(seen))
        self._names(painter, look, [s for s in self._sections if s.box.meets(box)])
        painter.setOpacity(1.0)

    def overpaint(self, painter: QPainter, look: Look, blocks: Indices) -> QRect:
        """Draw some blocks over what is there; the rectangle round them in device pixels."""
        self._fill(painter, look, blocks)
        sections = {self._blocks[i].section for i in blocks.tolist()}
        self._names(painter, look, [s for s in self._sections if s.no in sections])
        left, top = self._boxes[blocks, :2].min(0).tolist()
        right, bottom = self._boxes[blocks, 2:].max(0).tolist()
        here = look.camera.to_screen(Box(left, top, right, bottom)).grown(2)
        return QRectF(here.left, here.top, here.width, here.height).toAlignedRect()

    def _fill(self, painter: QPainter, look: Look, blocks: Indices) -> None:
        camera, levels = look.camera, self._levels()
        painter.save()
        painter.translate(camera.left, camera.top)
        painter.scale(camera.scale, camera.scale)
        painter.setPen(_NO_PEN)
        for i in blocks.tolist():
            tint = self._dyes[i] if self._dyes else self._tints[self._blocks[i].zone][levels[i]]
            painter.setBrush(tint)
            painter.drawPath(self._paths[i])
        painter.restore()

    def _names(self, painter: QPainter, look: Look, sections: list[_Section]) -> None:
        """Section names in the middle of their seats, with the places free where there is room."""
        painter.setPen(self._theme.colour("text"))
        free = np.bincount([block.section for block in self._blocks], weights=self._free)
        for section in sections:
            room = section.extent * look.camera.scale
            size = _NAME_STEP * int(min(_LARGEST_NAME * look.ratio, 0.3 * room) / _NAME_STEP)
            if size < _SMALLEST_NAME * look.ratio:
                continue
            x, y = look.camera.point(section.x, section.y)
            if self._width(section.name, size) > room:
                continue
            small = size - _NAME_STEP
            words = _free_words(int(free[section.no]))
            if self._width(words, small) > 0.84 * room:
                self._write(painter, section.name, x, y, size=size)
                continue
            self._write(painter, section.name, x, y - 0.62 * size, size=size)
            self._write(painter, words, x, y + 0.66 * size, size=small)

    def _write(self, painter: QPainter, text: str, x: float, y: float, *, size: int) -> None:
        """A line of text centred on a point; widths are remembered, as names are drawn often."""
        font, metrics = self._font(size)
        painter.setFont(font)
        left = round(x - self._width(text, size) / 2)
        painter.drawText(left, round(y + metrics.capHeight() / 2), text)

    def _width(self, text: str, size: int) -> int:
        width = self._widths.get((text, size))
        if width is None:
            width = self._font(size)[1].horizontalAdvance(text)
            self._widths[text, size] = width
        return width

    def _font(self, size: int) -> tuple[QFont, QFontMetrics]:
        known = self._fonts.get(size)
        if known is None:
            font = self._theme.font("small-type", _SEMIBOLD)
            font.setPixelSize(size)
            known = self._fonts[size] = (font, QFontMetrics(font))
        return known


@lru_cache(maxsize=4096)
def _free_words(count: int) -> str:
    # below a thousand there is nothing to group, and Babel takes 40 microseconds to find that out
    return tr("{free} free", free=str(count) if count < 1000 else number(count))


def _tints(theme: Theme, zone: QColor) -> list[QColor]:
    """From all gone to all free."""
    return [theme.colour("sold")] + [_tint(theme, zone, step) for step in range(1, _STEPS + 1)]


def _tint(theme: Theme, colour: QColor, step: int) -> QColor:
    """A colour for a block, as strong as a name on it can bear."""
    ground, text = theme.colour("surface"), theme.colour("text")
    share = _FAINTEST + (_STRONGEST - _FAINTEST) * step / _STEPS
    while contrast(text, mixed(ground, colour, share)) < _CONTRAST and share > 0.02:
        share -= 0.02
    return mixed(ground, colour, share)


def _path(block: Block) -> QPainterPath:
    path = QPainterPath()
    path.setFillRule(_WINDING)
    for outline in block.outlines:
        path.addPolygon(QPolygonF([QPointF(x, y) for x, y in outline]))
        path.closeSubpath()
    return path


def _bounds(path: QPainterPath) -> tuple[float, float, float, float]:
    box = path.controlPointRect()
    return box.left(), box.top(), box.right(), box.bottom()


def _sections(
    geometry: Geometry, blocks: list[Block], boxes: NDArray[np.float64]
) -> list[_Section]:
    """Every section that has seats."""
    plan = geometry.plan
    if not blocks:
        return []
    counts = np.maximum(1, np.bincount(plan.section, minlength=len(plan.sections)))
    x = np.bincount(plan.section, weights=plan.x, minlength=len(plan.sections)) / counts
    y = np.bincount(plan.section, weights=plan.y, minlength=len(plan.sections)) / counts
    largest: dict[int, tuple[int, float]] = {}
    for block, (left, top, right, bottom) in zip(blocks, boxes.tolist(), strict=True):
        side = (block.seats * geometry.pitch * geometry.row_pitch) ** 0.5
        extent = min(right - left, 1.6 * (bottom - top), 1.1 * side)
        if block.seats > largest.get(block.section, (0, 0.0))[0]:
            largest[block.section] = (block.seats, extent)
    return [
        _Section(
            no=no,
            name=plan.sections[no],
            x=float(x[no]),
            y=float(y[no]),
            extent=extent,
            box=Box(x[no] - extent / 2, y[no] - extent / 2, x[no] + extent / 2, y[no] + extent / 2),
        )
        for no, (_, extent) in sorted(largest.items())
    ]
