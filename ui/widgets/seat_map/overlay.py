"""What floats over the map: the legend of its marks and the zoom control.

Painted from the same marks as the seats, so that the legend cannot disagree with the house.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from ui.i18n import tr
from ui.theme import Theme
from ui.widgets.seat_map.marks import Place, draw_mark, inks
from ui.widgets.seat_map.recolouring import Recolouring
from ui.widgets.seat_map.seats import draw_centred
from ui.widgets.seat_map.states import FADED, SeatState, free_code, group_code, state_code

_ANTIALIASING = QPainter.RenderHint.Antialiasing
_NO_PEN = Qt.PenStyle.NoPen
_TRANSPARENT = Qt.GlobalColor.transparent
_CENTRED = Qt.AlignmentFlag.AlignCenter
_LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
_LEFT_BUTTON = Qt.MouseButton.LeftButton

_MARK = 16
_WORD_GAP = 8
_ITEM_GAP = 20
_SWATCH_GAP = 4  # between colours that share their words
_PADDING = 8
_BUTTON = 40  # a finger's width
_PERCENT = 64
_HEIGHT = 40
_LINE = 24


class _Floating(QWidget):
    """Paints from a picture kept until something changes: the map below repaints all the time."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._picture = QPixmap()

    def redraw(self) -> None:
        """The picture is no longer true."""
        self._picture = QPixmap()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        ratio = self.devicePixelRatioF()
        if self._picture.isNull() or self._picture.devicePixelRatioF() != ratio:
            self._picture = QPixmap(self.size() * ratio)
            self._picture.setDevicePixelRatio(ratio)
            self._picture.fill(_TRANSPARENT)
            painter = QPainter(self._picture)
            painter.setRenderHint(_ANTIALIASING)
            self.draw(painter)
            painter.end()
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._picture)
        painter.end()

    def draw(self, painter: QPainter) -> None:
        """Draw the picture, on nothing; the painter anti-aliases."""


@dataclass(frozen=True, slots=True)
class _Item:
    """One mark with its words; code -1 is words alone."""

    code: int
    words: str
    sign: str = ""


class Legend(_Floating):
    """The marks that are in the house with their words; hidden where there is no room for them."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._items: list[_Item] = []
        self._lines: list[list[tuple[_Item, int]]] = []
        self._words: tuple[tuple[SeatState, str], ...] = ()
        self._present: frozenset[SeatState] = frozenset()
        self._recolouring: Recolouring | None = None
        self._colour = 1
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Paint in other colours."""
        self._theme = theme
        self._inks = inks(theme, self._recolouring)
        self._font = theme.font("small-type", QFont.Weight.Medium)
        self._sign_font = theme.font("rail-type", QFont.Weight.DemiBold)
        self._name_items()

    def set_free_colour(self, colour: int) -> None:
        """The zone colour (1..8) that stands for a free seat."""
        self._colour = colour
        self._name_items()

    def set_items(self, items: Sequence[tuple[SeatState, str]]) -> None:
        """Explain these marks, instead of the counter's and those of rarer states that there are."""
        self._words = tuple(items)
        self._name_items()

    def set_present(self, states: Iterable[SeatState]) -> None:
        """The states that there are in the house."""
        self._present = frozenset(states)
        self._name_items()

    def set_recolouring(self, recolouring: Recolouring | None) -> None:
        """Explain the colours of groups, None: the states."""
        self._recolouring = recolouring
        self._inks = inks(self._theme, recolouring)
        self._name_items()

    def _name_items(self) -> None:
        self._items = self._group_items() if self._recolouring else self._state_items()
        self.redraw()

    def _state_items(self) -> list[_Item]:
        named = self._words or _counter_words(self._present)
        free = free_code(zone_colour=self._colour)
        return [
            _Item(free if state is SeatState.FREE else state_code(state), words)
            for state, words in named
        ]

    def _group_items(self) -> list[_Item]:
        if self._recolouring is None:
            return []
        keys = enumerate(self._recolouring.keys, 1)
        return [
            _Item(-1, self._recolouring.title),
            *(_Item(group_code(i, state=SeatState.SOLD), key.words, key.sign) for i, key in keys),
            _Item(group_code(FADED, state=SeatState.FREE), tr("free")),
        ]

    def texts(self) -> list[str]:
        """The words shown, in their order."""
        return [item.words for item in self._items if item.words]

    def fit(self, width: int, *, lines: int) -> None:
        """Take up to `width` logical pixels and so many lines; hide when the words would not fit."""
        metrics = QFontMetrics(self._font)
        self._lines, x, widest = [[]], _PADDING, 0
        for item in self._items:
            wide = (_MARK if item.code >= 0 else 0) + metrics.horizontalAdvance(item.words)
            if item.code >= 0 and item.words:
                wide += _WORD_GAP
            if x + wide + _PADDING > width and self._lines[-1]:
                self._lines.append([])
                x = _PADDING
            self._lines[-1].append((item, x))
            widest = max(widest, x + wide + _PADDING)
            x += wide + (_ITEM_GAP if item.words else _SWATCH_GAP)
        self.resize(widest, _HEIGHT + (len(self._lines) - 1) * _LINE)
        self.setVisible(len(self._lines) <= lines and widest <= width)
        self.redraw()

    def draw(self, painter: QPainter) -> None:
        veil = self._theme.colour("surface")
        veil.setAlphaF(0.95)  # seats pass below when the house is larger than the window
        painter.setPen(_NO_PEN)
        painter.setBrush(veil)
        radius = self._theme.size("radius-field")
        painter.drawRoundedRect(QRectF(self.rect()), radius, radius)
        for number, line in enumerate(self._lines):
            for item, x in line:
                self._draw_item(painter, item, x, _HEIGHT / 2 + number * _LINE)

    def _draw_item(self, painter: QPainter, item: _Item, x: int, middle: float) -> None:
        if item.code >= 0:
            ink = self._inks[item.code]
            draw_mark(painter, item.code, ink, Place(x + _MARK / 2, middle, _MARK, _MARK))
            if item.sign:
                painter.setFont(self._sign_font)
                painter.setPen(ink.mark)
                draw_centred(painter, x + _MARK / 2, middle, item.sign)
            x += _MARK + _WORD_GAP
        painter.setFont(self._font)
        painter.setPen(self._theme.colour("muted" if item.code >= 0 else "text"))
        line = QRect(x, int(middle) - _LINE // 2, self.width() - x, _LINE)
        painter.drawText(line, _LEFT, item.words)


def _counter_words(present: frozenset[SeatState]) -> tuple[tuple[SeatState, str], ...]:
    """What a till always meets, then what there is besides."""
    usual = (
        (SeatState.FREE, tr("free")),
        (SeatState.MINE, tr("this basket")),
        (SeatState.HELD_ELSEWHERE, tr("held at another till")),
        (SeatState.SOLD, tr("sold")),
        (SeatState.BLOCKED, tr("blocked")),
    )
    rarer = (
        (SeatState.RESERVED, tr("reserved")),
        (SeatState.KILLED, tr("not on sale")),
        (SeatState.ALLOTTED, tr("allotted")),
        (SeatState.CHECKED_IN, tr("checked in")),
    )
    return (*usual, *((state, words) for state, words in rarer if state in present))


class ZoomControl(_Floating):
    """Minus, percent, plus: the sides zoom, the middle fits the house again."""

    stepped = Signal(int)
    fit_asked = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent)
        self.setFixedSize(QSize(2 * _BUTTON + _PERCENT, _HEIGHT))
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(tr("Zoom"))
        self._percent = 100
        self._hover = -1
        self._pressed = -1
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Paint in other colours."""
        self._theme = theme
        self._font = theme.font("small-type", QFont.Weight.Medium)
        self.redraw()

    def set_percent(self, percent: int) -> None:
        """Show how large the house is, 100 when it just fits."""
        self._percent = percent
        self.setAccessibleDescription(f"{percent} %")
        self.redraw()

    def _parts(self) -> tuple[QRect, QRect, QRect]:
        return (
            QRect(0, 0, _BUTTON, _HEIGHT),
            QRect(_BUTTON, 0, _PERCENT, _HEIGHT),
            QRect(_BUTTON + _PERCENT, 0, _BUTTON, _HEIGHT),
        )

    def _part_at(self, point: QPointF) -> int:
        parts = enumerate(self._parts())
        return next((i for i, part in parts if part.contains(point.toPoint())), -1)

    def draw(self, painter: QPainter) -> None:
        colour = self._theme.colour
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        radius = self._theme.size("radius-field")
        painter.setPen(QPen(colour("line"), 1))
        painter.setBrush(colour("surface"))
        painter.drawRoundedRect(frame, radius, radius)
        if self._hover >= 0:
            painter.save()
            painter.setClipRect(self._parts()[self._hover].adjusted(1, 1, -1, -1))
            painter.setBrush(colour("pressed" if self._pressed == self._hover else "hover"))
            painter.drawRoundedRect(frame, radius, radius)
            painter.restore()
        for x in (_BUTTON, _BUTTON + _PERCENT):
            painter.fillRect(QRect(x, 1, 1, _HEIGHT - 2), colour("line"))
        painter.setPen(colour("text"))
        painter.setFont(self._font)
        painter.drawText(self._parts()[1], _CENTRED, f"{self._percent}\u2009%")
        self._signs(painter)

    def _signs(self, painter: QPainter) -> None:
        """The minus and the plus."""
        pen = QPen(self._theme.colour("text"), 1.5)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        minus, _, plus = (QRectF(part).center() for part in self._parts())
        for middle in (minus, plus):
            painter.drawLine(middle - QPointF(5, 0), middle + QPointF(5, 0))
        painter.drawLine(plus - QPointF(0, 5), plus + QPointF(0, 5))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        part = self._part_at(event.position())
        if part != self._hover:
            self._hover = part
            self.redraw()

    def leaveEvent(self, event: QEvent) -> None:
        self._hover = self._pressed = -1
        self.redraw()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == _LEFT_BUTTON:
            self._pressed = self._part_at(event.position())
            self.redraw()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        part, self._pressed = self._pressed, -1
        self.redraw()
        if event.button() != _LEFT_BUTTON or part != self._part_at(event.position()):
            return
        if part == 1:
            self.fit_asked.emit()
        elif part >= 0:
            self.stepped.emit(part - 1)
