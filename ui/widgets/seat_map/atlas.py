"""Pictures of marks and numbers, drawn once per size and then stamped a thousand times a frame.

Cells are drawn when first needed: a straight house never pays for turned marks, a house without
reservations never for theirs. Everything here is bounded in memory, because the sizes that a zoom
passes through are many.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from math import ceil, cos, pi, sin
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPixmap

from ui.widgets.seat_map.fragments import HEIGHT, SOURCE_X, SOURCE_Y, WIDTH, X, Y
from ui.widgets.seat_map.marks import ERASER, Ink, Place, corner_radius, draw_mark, erase_mark

Rows = NDArray[np.float64]
Floats = NDArray[np.float64]

_TURN_STEPS = 72  # of 2.5 degrees, a half turn
_SHEET_WIDTH = 2048
_SHEET_BYTES = 6 << 20
_BYTES = 7 << 20  # of all marks, and of all labels
_MOST = 0.6  # of the texts: showing 1 to 9 and not the rest looks like a fault
_ANTIALIASING = QPainter.RenderHint.Antialiasing
_CENTRED = Qt.AlignmentFlag.AlignCenter
_TRANSPARENT = Qt.GlobalColor.transparent
_CLEAR = QPainter.CompositionMode.CompositionMode_Source


class Cells:
    """A sheet of equal cells, one per key, each drawn at first use."""

    def __init__(
        self,
        *,
        keys: int,
        width: int,
        height: int,
        draw: Callable[[QPainter, int, QRect], None],
        together: int = 1,
    ) -> None:
        """`draw(painter, key, cell)` paints the picture of `key` inside `cell`.

        Where one key of a group of `together` is needed the others soon are: they come with it.
        """
        self.width, self.height = width, height
        self.sheet = QPixmap()
        self._draw, self._together = draw, together
        self._across = max(1, _SHEET_WIDTH // width)
        self._x: Floats = np.full(keys, -1.0)
        self._y: Floats = np.zeros(keys)
        self._used = 0

    @property
    def size_in_bytes(self) -> int:
        """Memory of the sheet."""
        return self.sheet.width() * self.sheet.height() * 4

    def fill(
        self, rows: Rows, keys: NDArray[np.int32], *, inset: NDArray[np.int32] | int = 0
    ) -> None:
        """Set source and size of each row to the cell of its key; draws the cells that lack.

        `inset`: so many pixels are empty at each side of the cell, and need not be copied.
        """
        left = self._x.take(keys)
        if len(left) and left.min() < 0:
            self._add(keys)
            left = self._x.take(keys)
        np.add(left, inset, out=rows[:, SOURCE_X])
        np.add(self._y.take(keys), inset, out=rows[:, SOURCE_Y])
        rows[:, WIDTH] = self.width - 2 * inset
        rows[:, HEIGHT] = self.height - 2 * inset

    def _add(self, keys: NDArray[np.int32]) -> None:
        wanted = np.zeros(len(self._x), bool)
        wanted.reshape(-1, self._together)[keys // self._together] = True
        lines = ceil((self._used + int((wanted & (self._x < 0)).sum())) / self._across)
        if self._used and lines * self.height * _SHEET_WIDTH * 4 > _SHEET_BYTES:
            self._x.fill(-1.0)
            self._used = 0
            self.sheet.fill(_TRANSPARENT)
            lines = ceil(int(wanted.sum()) / self._across)
        self._grow(lines * self.height)
        painter = QPainter(self.sheet)
        painter.setRenderHint(_ANTIALIASING)
        for key in np.flatnonzero(wanted & (self._x < 0)).tolist():
            line, column = divmod(self._used, self._across)
            x, y = column * self.width, line * self.height
            self._draw(painter, key, QRect(x, y, self.width, self.height))
            self._x[key], self._y[key] = x, y
            self._used += 1
        painter.end()

    def _grow(self, height: int) -> None:
        if height <= self.sheet.height():
            return
        sheet = QPixmap(self._across * self.width, max(height, self.sheet.height() * 3 // 2))
        sheet.fill(_TRANSPARENT)
        if not self.sheet.isNull():
            painter = QPainter(sheet)
            painter.setCompositionMode(_CLEAR)
            painter.drawPixmap(0, 0, self.sheet)
            painter.end()
        self.sheet = sheet


class MarkAtlas:
    """Every mark at one size: small ones placed to a quarter pixel, large ones to a whole."""

    def __init__(
        self, width: float, height: float, *, inks: Sequence[Ink], ground: QColor, turned: bool
    ) -> None:
        """Size of a mark in device pixels; `turned`: whether any seat of the house stands askew."""
        self._phases = 4 if height < 9 else 2 if turned and height < 20 else 1
        self._steps = 1 if not turned or height < 7 else 36 if height < 30 else _TURN_STEPS
        if self._phases == 1:
            width, height = float(round(width)), float(round(height))
        self._width, self._height = width, height
        self._inks, self._ground = inks, ground
        halves = [self._half_extent(step) for step in range(self._steps)]
        cell = 2 * max(halves)
        self._insets = np.array([max(halves) - half for half in halves], np.int32)
        self.cells = Cells(
            keys=2 * len(inks) * self._variants,
            width=cell,
            height=cell,
            draw=self._draw,
            together=self._phases * self._phases,
        )

    def _half_extent(self, step: int) -> int:
        """Whole pixels from the middle of a cell that hold a mark so turned, and its eraser."""
        turn = step * pi / self._steps
        round_off = 2 * corner_radius(self._height)
        across, down = self._width + 2 * ERASER - round_off, self._height + 2 * ERASER - round_off
        wide = across * abs(cos(turn)) + down * abs(sin(turn))
        tall = across * abs(sin(turn)) + down * abs(cos(turn))
        return ceil((max(wide, tall) + round_off) / 2 + (2 if self._phases > 1 else 1))

    @property
    def _variants(self) -> int:
        return self._steps * self._phases * self._phases

    def place(
        self,
        rows: Rows,
        x: Floats,
        y: Floats,
        *,
        codes: NDArray[np.uint8],
        turns: NDArray[np.int16],
        erase: bool = False,
    ) -> None:
        """Fill one fragment row per seat; `x`, `y` (their centres in pixels) are used up.

        `erase`: each mark on a ground that hides an older one.
        """
        keys = codes.astype(np.int32)
        if erase:
            keys += len(self._inks)
        keys *= self._variants
        phases = self._phases
        inset: NDArray[np.int32] | int = 0
        if self._steps > 1:
            every = _TURN_STEPS // self._steps
            variant = turns.astype(np.int32) if every == 1 else (turns + 1) // every % self._steps
            keys += variant * (phases * phases)
            inset = self._insets[variant]
        if phases > 1:
            whole_x, whole_y = np.floor(x), np.floor(y)
            x -= whole_x
            y -= whole_y
            x *= phases
            y *= phases
            keys += y.astype(np.int32) * phases
            keys += x.astype(np.int32)
            rows[:, X], rows[:, Y] = whole_x, whole_y
        else:
            np.rint(x, out=rows[:, X])
            np.rint(y, out=rows[:, Y])
        self.cells.fill(rows, keys, inset=inset)

    def _draw(self, painter: QPainter, key: int, cell: QRect) -> None:
        code, variant = divmod(key, self._variants)
        step, phase = divmod(variant, self._phases * self._phases)
        down, across = divmod(phase, self._phases)
        middle = cell.width() / 2
        if self._phases > 1:
            dx, dy = (across + 0.5) / self._phases, (down + 0.5) / self._phases
        else:  # an odd number of pixels has its middle half way through one: edges stay sharp
            dx, dy = (self._width % 2) / 2, (self._height % 2) / 2
        place = Place(
            x=cell.x() + middle + dx,
            y=cell.y() + middle + dy,
            width=self._width,
            height=self._height,
            turn=step * 180 / self._steps,
        )
        if code >= len(self._inks):
            code -= len(self._inks)
            erase_mark(painter, self._ground, place)
        draw_mark(painter, code, self._inks[code], place)


class LabelAtlas:
    """Short texts in a few colours at one font size, for numbers on seats and letters at rows."""

    def __init__(
        self, texts: Sequence[str], *, font: QFont, colours: Sequence[QColor], widest: float
    ) -> None:
        """Texts wider than `widest` pixels are left out; all are, when only a few would fit."""
        metrics = QFontMetrics(font)
        widths = np.array([metrics.horizontalAdvance(text) for text in texts], np.float64)
        self.fits: NDArray[np.bool_] = widths <= widest
        if len(texts) and self.fits.mean() < _MOST:
            self.fits[:] = False
        self._texts, self._font, self._colours = texts, font, colours
        room = float(widths[self.fits].max()) if self.fits.any() else 1.0
        # The line box sits low in Inter: capitals and figures are centred by their own height.
        self._baseline = metrics.capHeight() / 2
        self.cells = Cells(
            keys=max(1, len(texts) * len(colours)),
            width=2 * ceil(room / 2 + 1),
            height=2 * ceil(metrics.height() / 2 + 1),
            draw=self._draw,
        )

    def place(
        self,
        rows: Rows,
        x: Floats,
        y: Floats,
        *,
        texts: NDArray[np.int32],
        colour: NDArray[np.int32],
    ) -> None:
        """Fill one fragment row per label, centred on (x, y); `colour` indexes `colours`."""
        np.rint(x, out=rows[:, X])
        np.rint(y, out=rows[:, Y])
        self.cells.fill(rows, texts * np.int32(len(self._colours)) + colour)

    def _draw(self, painter: QPainter, key: int, cell: QRect) -> None:
        text, colour = divmod(key, len(self._colours))
        painter.setFont(self._font)
        painter.setPen(self._colours[colour])
        width = QFontMetrics(self._font).horizontalAdvance(self._texts[text])
        painter.drawText(
            cell.x() + (cell.width() - width) // 2,
            cell.y() + round(cell.height() / 2 + self._baseline),
            self._texts[text],
        )


_Key = TypeVar("_Key")
_Atlas = TypeVar("_Atlas", MarkAtlas, LabelAtlas)


class Shelf:
    """The atlases in use lately, the oldest given up when they outgrow their memory."""

    def __init__(self) -> None:
        self._marks: OrderedDict[tuple[float, float], MarkAtlas] = OrderedDict()
        self._labels: OrderedDict[tuple[str, float, float], LabelAtlas] = OrderedDict()

    def marks(self, width: float, height: float, make: Callable[[], MarkAtlas]) -> MarkAtlas:
        """The marks of a size, made by `make` when not at hand."""
        return _kept(self._marks, (width, height), make)

    def labels(
        self, kind: str, font_size: float, widest: float, make: Callable[[], LabelAtlas]
    ) -> LabelAtlas:
        """The labels of a kind and size, made by `make` when not at hand."""
        return _kept(self._labels, (kind, font_size, widest), make)

    def clear(self) -> None:
        """Forget all: the colours or the texts are no longer true."""
        self._marks.clear()
        self._labels.clear()


def _kept(atlases: OrderedDict[_Key, _Atlas], key: _Key, make: Callable[[], _Atlas]) -> _Atlas:
    """The atlas of a key, now the youngest; old ones go while all weigh too much."""
    atlas = atlases.get(key)
    if atlas is None:
        atlas = atlases[key] = make()
        while len(atlases) > 2 and sum(a.cells.size_in_bytes for a in atlases.values()) > _BYTES:
            atlases.popitem(last=False)
    atlases.move_to_end(key)
    return atlas
