"""The dark card beside the seat under the mouse: which seat it is and what it costs."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from ui.theme import Theme

_ANTIALIASING = QPainter.RenderHint.Antialiasing
_NO_PEN = Qt.PenStyle.NoPen
_LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
_ELIDE = Qt.TextElideMode.ElideRight

_SHADOW = 10  # px of soft edge around the card, inside the widget
_PADDING_X, _PADDING_Y = 12, 9
_LINE = 18
_WIDEST = 340
_AWAY = 10  # px between the seat and the card


class HoverCard(QWidget):
    """A title and a line under it; never in the mouse's way."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._map = parent
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._title = self._detail = ""
        self.set_theme(theme)
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        """Paint in other colours."""
        self._theme = theme
        self._title_font = theme.font("chip-type", QFont.Weight.DemiBold)
        self._detail_font = theme.font("chip-type")
        self.update()

    def show_beside(self, seat: QRect, *, title: str, detail: str) -> None:
        """Show the words beside a seat's rectangle: above right, flipped at the parent's edges."""
        self._title, self._detail = title, detail
        size = self._card_size()
        self.setGeometry(
            _spot(seat, size, self._map.rect()).adjusted(-_SHADOW, -_SHADOW, _SHADOW, _SHADOW)
        )
        self.raise_()
        self.show()
        self.update()

    def _card_size(self) -> QSize:
        widths = (
            QFontMetrics(self._title_font).horizontalAdvance(self._title),
            QFontMetrics(self._detail_font).horizontalAdvance(self._detail),
        )
        lines = 2 if self._detail else 1
        width = min(_WIDEST, max(widths) + 2 * _PADDING_X + 2)
        return QSize(width, lines * _LINE + 2 * _PADDING_Y)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(_ANTIALIASING)
        painter.setPen(_NO_PEN)
        card = self.rect().adjusted(_SHADOW, _SHADOW, -_SHADOW, -_SHADOW)
        radius = self._theme.size("radius-field")
        for spread in range(_SHADOW, 0, -2):  # a blur effect would redraw the map below each move
            painter.setBrush(QColor(0, 0, 0, 9))
            soft = QRectF(card).adjusted(-spread, -spread + 3, spread, spread + 3)
            painter.drawRoundedRect(soft & QRectF(self.rect()), radius + spread, radius + spread)
        painter.setBrush(self._theme.colour("hover-card"))
        painter.drawRoundedRect(QRectF(card), radius, radius)
        text = card.adjusted(_PADDING_X, _PADDING_Y, -_PADDING_X, -_PADDING_Y)
        lines = ((self._title, self._title_font), (self._detail, self._detail_font))
        painter.setPen(self._theme.colour("hover-card-text"))
        for i, (words, font) in enumerate(lines):
            painter.setFont(font)
            line = QRect(text.left(), text.top() + i * _LINE, text.width(), _LINE)
            elided = QFontMetrics(font).elidedText(words, _ELIDE, text.width())
            painter.drawText(line, _LEFT, elided)
        painter.end()


def _spot(seat: QRect, size: QSize, room: QRect) -> QRect:
    """A rectangle of `size` above right of `seat`, else below or left, inside `room`."""
    top = seat.top() - _AWAY - size.height()
    if top < room.top() + 4:
        top = seat.bottom() + _AWAY
    left = seat.right() + _AWAY
    if left + size.width() > room.right() - 4:
        left = seat.left() - _AWAY - size.width()
    left = max(room.left() + 4, min(left, room.right() - 4 - size.width()))
    return QRect(left, top, size.width(), size.height())
