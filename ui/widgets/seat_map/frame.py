"""The card the house stands on: rounded corners and a hairline, laid over the picture.

Kept as a picture of the four corners: stroking a path round the whole window would cost more than
showing the house.
"""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen, QPixmap

from ui.theme import Theme

_ANTIALIASING = QPainter.RenderHint.Antialiasing
_TRANSPARENT = Qt.GlobalColor.transparent
_LINE, _FOCUS_LINE = 1.0, 2.0


class CardFrame:
    """Draws the edge of a card; what lies outside its corners becomes the ground."""

    def __init__(self, theme: Theme) -> None:
        self._corners: dict[tuple[bool, float], QPixmap] = {}
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Use other colours from now on."""
        self._theme = theme
        self._radius = theme.size("radius-card")
        self._corners.clear()

    def inside(self, size: QRect) -> QRect:
        """What of a card the frame leaves untouched."""
        return size.adjusted(self._radius, self._radius, -self._radius, -self._radius)

    def draw(self, painter: QPainter, size: QRectF, *, focused: bool, ratio: float) -> None:
        """Draw along the edge of `size`, in the focus colour when the keyboard is here."""
        corners = self._corners.get((focused, ratio))
        if corners is None:
            corners = self._corners[focused, ratio] = self._draw_corners(
                focused=focused, ratio=ratio
            )
        radius, source = self._radius, self._radius * ratio
        right, bottom = size.width() - radius, size.height() - radius
        for x, y, column, row in (
            (0, 0, 0, 0),
            (right, 0, 1, 0),
            (0, bottom, 0, 1),
            (right, bottom, 1, 1),
        ):
            painter.drawPixmap(
                QRectF(x, y, radius, radius),
                corners,
                QRectF(column * source, row * source, source, source),
            )
        thick = _FOCUS_LINE if focused else _LINE
        long, tall = right - radius, bottom - radius
        colour = self._theme.colour("focus" if focused else "line")
        for left, top, across, down in (
            (radius, 0, long, thick),
            (radius, size.height() - thick, long, thick),
            (0, radius, thick, tall),
            (size.width() - thick, radius, thick, tall),
        ):
            painter.fillRect(QRectF(left, top, across, down), colour)

    def _draw_corners(self, *, focused: bool, ratio: float) -> QPixmap:
        """All four corners, as a small rounded card without sides."""
        side = 2 * self._radius
        pixmap = QPixmap(round(side * ratio), round(side * ratio))
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(_TRANSPARENT)
        whole = QRectF(0, 0, side, side)
        outside, card = QPainterPath(), QPainterPath()
        outside.addRect(whole)
        card.addRoundedRect(whole, self._radius, self._radius)
        painter = QPainter(pixmap)
        painter.setRenderHint(_ANTIALIASING)
        painter.fillPath(outside.subtracted(card), self._theme.colour("ground"))
        width = _FOCUS_LINE if focused else _LINE
        painter.setPen(QPen(self._theme.colour("focus" if focused else "line"), width))
        inside = whole.adjusted(width / 2, width / 2, -width / 2, -width / 2)
        painter.drawRoundedRect(inside, self._radius - width / 2, self._radius - width / 2)
        painter.end()
        return pixmap
