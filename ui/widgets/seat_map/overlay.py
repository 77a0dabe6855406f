"""What floats over the map: the legend of its marks and the zoom control.

Painted from the same marks as the seats, so that the legend cannot disagree with the house.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from ui.i18n import tr
from ui.theme import Theme
from ui.widgets.seat_map.marks import Place, draw_mark, inks
from ui.widgets.seat_map.states import SeatState, free_code, state_code

_ANTIALIASING = QPainter.RenderHint.Antialiasing
_NO_PEN = Qt.PenStyle.NoPen
_TRANSPARENT = Qt.GlobalColor.transparent
_CENTRED = Qt.AlignmentFlag.AlignCenter
_LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
_LEFT_BUTTON = Qt.MouseButton.LeftButton

_MARK = 16
_WORD_GAP = 8
_ITEM_GAP = 20
_PADDING = 8
_BUTTON = 36
_PERCENT = 64
_HEIGHT = 36


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


class Legend(_Floating):
    """The commonest marks with their words; hidden where there is no room for all of them."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._items: list[tuple[int, str]] = []
        self._words: tuple[tuple[SeatState, str], ...] = ()
        self._colour = 1
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Paint in other colours."""
        self._theme = theme
        self._inks = inks(theme)
        self._font = theme.font("small-type", QFont.Weight.Medium)
        self._name_items()

    def set_free_colour(self, colour: int) -> None:
        """The zone colour (1..8) that stands for a free seat."""
        self._colour = colour
        self._name_items()

    def set_items(self, items: Sequence[tuple[SeatState, str]]) -> None:
        """Explain these marks instead of the counter's."""
        self._words = tuple(items)
        self._name_items()

    def _name_items(self) -> None:
        self._items = [
            (
                free_code(zone_colour=self._colour)
                if state is SeatState.FREE
                else state_code(state),
                words,
            )
            for state, words in self._words or _counter_words()
        ]
        self.redraw()

    def fit(self, width: int) -> None:
        """Take up to `width` logical pixels; hide when the words would not fit."""
        metrics = QFontMetrics(self._font)
        total = 2 * _PADDING - _ITEM_GAP
        for _, words in self._items:
            total += _MARK + _WORD_GAP + metrics.horizontalAdvance(words) + _ITEM_GAP
        self.resize(total, _HEIGHT)
        self.setVisible(total <= width)

    def draw(self, painter: QPainter) -> None:
        veil = self._theme.colour("surface")
        veil.setAlphaF(0.9)  # seats pass below when the house is larger than the window
        painter.setPen(_NO_PEN)
        painter.setBrush(veil)
        radius = self._theme.size("radius-field")
        painter.drawRoundedRect(QRectF(self.rect()), radius, radius)
        painter.setFont(self._font)
        metrics = QFontMetrics(self._font)
        x = _PADDING
        for code, words in self._items:
            place = Place(x + _MARK / 2, _HEIGHT / 2, _MARK, _MARK)
            draw_mark(painter, code, self._inks[code], place)
            x += _MARK + _WORD_GAP
            width = metrics.horizontalAdvance(words)
            painter.setPen(self._theme.colour("muted"))
            painter.drawText(QRect(x, 0, width + 2, _HEIGHT), _LEFT, words)
            x += width + _ITEM_GAP


def _counter_words() -> tuple[tuple[SeatState, str], ...]:
    return (
        (SeatState.FREE, tr("free")),
        (SeatState.MINE, tr("this basket")),
        (SeatState.HELD_ELSEWHERE, tr("held at another till")),
        (SeatState.SOLD, tr("sold")),
        (SeatState.BLOCKED, tr("blocked")),
    )


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
