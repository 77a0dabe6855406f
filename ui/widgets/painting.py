"""The few strokes all painted parts share: rounded grounds, the focus ring, the key cap.

Painted rather than styled, because a style sheet can neither tint an icon nor put a key cap into a
button, and because a painted part follows the house lights without being told.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPaintDevice, QPainter, QPen

from ui import theme

REGULAR = QFont.Weight.Normal
MEDIUM = QFont.Weight.Medium
SEMIBOLD = QFont.Weight.DemiBold
CENTRE = Qt.AlignmentFlag.AlignCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter

_ANTIALIASING = QPainter.RenderHint.Antialiasing
_NO_BRUSH = Qt.BrushStyle.NoBrush
_NO_PEN = Qt.PenStyle.NoPen
_ELIDE = Qt.TextElideMode.ElideRight
_CAP_PADDING = 5.0


def begin(device: QPaintDevice) -> QPainter:
    """A painter with smooth edges; the caller ends it."""
    painter = QPainter(device)
    painter.setRenderHint(_ANTIALIASING)
    return painter


def ground(
    painter: QPainter,
    rect: QRectF,
    *,
    radius: float,
    fill: QColor | None,
    line: QColor | None = None,
) -> None:
    """A rounded ground with a hairline lying wholly inside `rect`."""
    painter.setPen(QPen(line, 1.0) if line else _NO_PEN)
    painter.setBrush(fill or _NO_BRUSH)
    inside = rect.adjusted(0.5, 0.5, -0.5, -0.5) if line else rect
    painter.drawRoundedRect(inside, radius, radius)


def ring(painter: QPainter, rect: QRectF, *, radius: float, gap: QColor | None = None) -> None:
    """The focus ring inside `rect`; `gap` keeps it apart from a ground as strong as itself."""
    look = theme.current()
    width = float(look.size("ring"))
    painter.setBrush(_NO_BRUSH)
    painter.setPen(QPen(look.colour("focus"), width))
    half = width / 2
    painter.drawRoundedRect(rect.adjusted(half, half, -half, -half), radius - half, radius - half)
    if gap:
        painter.setPen(QPen(gap, 1.5))
        edge = width + 0.75
        inner = rect.adjusted(edge, edge, -edge, -edge)
        painter.drawRoundedRect(inner, radius - edge, radius - edge)


def cap_size(text: str) -> QSize:
    """The room a key cap needs, in logical pixels."""
    look = theme.current()
    font = look.font("tiny-type", MEDIUM)
    height = look.size("key-cap")
    width = QFontMetricsF(font).horizontalAdvance(text) + 2 * _CAP_PADDING
    return QSize(max(round(width + 0.5), height), height)


def key_cap(
    painter: QPainter, rect: QRectF, text: str, *, ink: QColor, line: QColor, fill: QColor | None
) -> None:
    """The key printed on what it does."""
    look = theme.current()
    ground(painter, rect, radius=look.size("radius-small"), fill=fill, line=line)
    painter.setPen(ink)
    painter.setFont(look.font("tiny-type", MEDIUM))
    painter.drawText(rect, CENTRE, text)


def words(
    painter: QPainter,
    rect: QRectF,
    text: str,
    *,
    font: QFont,
    ink: QColor,
    align: Qt.AlignmentFlag = LEFT,
) -> None:
    """One line of text, elided when it does not fit."""
    painter.setFont(font)
    painter.setPen(ink)
    elided = QFontMetricsF(font).elidedText(text, _ELIDE, rect.width() + 1)
    painter.drawText(rect, align, elided)


def glyph(painter: QPainter, at: QPointF, name: str, token: str, *, size: int) -> None:
    """The icon `name` with its top left corner at `at`, sharp on this device."""
    ratio = painter.device().devicePixelRatioF()
    painter.drawPixmap(at, theme.pixmap(name, token, size=size, ratio=ratio))


def width_of(text: str, font: QFont) -> float:
    """The width of `text` in logical pixels."""
    return QFontMetricsF(font).horizontalAdvance(text)
