"""The house in the dark: what stands beside the doors to the program, signing in and opening the house."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QKeySequence,
    QLinearGradient,
    QPainter,
    QPaintEvent,
    QRadialGradient,
    QShortcut,
)
from PySide6.QtWidgets import QApplication, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from ui import theme
from ui.i18n import tr
from ui.widgets import painting

_LAMPS = 7
_FORM_WIDTH = 420


class Stage(QWidget):
    """Seven lamps over an empty stage, and the name of the house's program."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Painted, so that it is sharp at any size and follows the house lights."""
        look = theme.current()
        painter = painting.begin(self)
        rect = QRectF(self.rect())
        painter.fillRect(rect, look.colour("rail"))
        self._paint_lamps(painter, rect)
        self._paint_seats(painter, rect)
        painting.glyph(painter, QPointF(48, 48), "logo", "rail-chosen", size=56)
        name = look.font("total-type", painting.SEMIBOLD)
        box = QRectF(48, 120, rect.width() - 96, 40)
        painting.words(painter, box, "Houselights", font=name, ink=look.colour("rail-chosen"))
        line = look.font("lead-type")
        said = tr("The box office, from doors to curtain.")
        painting.words(
            painter, box.translated(0, 36), said, font=line, ink=look.colour("rail-text")
        )
        painter.end()

    def _paint_lamps(self, painter: QPainter, rect: QRectF) -> None:
        gold = theme.current().colour("rail-chosen")
        floor = rect.height() * 0.70
        painter.setPen(Qt.PenStyle.NoPen)
        for lamp in range(_LAMPS):
            x = rect.width() * (lamp + 0.5) / _LAMPS
            glow = QRadialGradient(QPointF(x, floor), rect.width() / _LAMPS * 1.5)
            glow.setColorAt(0, _faded(gold, 0.20))
            glow.setColorAt(1, _faded(gold, 0.0))
            painter.setBrush(glow)
            painter.drawRect(rect)
        shade = QLinearGradient(QPointF(0, floor), QPointF(0, rect.height()))
        shade.setColorAt(0, _faded(theme.current().colour("rail"), 0.0))
        shade.setColorAt(1, theme.current().colour("rail"))
        painter.setBrush(shade)
        painter.drawRect(QRectF(0, floor, rect.width(), rect.height() - floor))

    def _paint_seats(self, painter: QPainter, rect: QRectF) -> None:
        """Backs of seats in the dark, nearer ones larger."""
        ink = theme.current().colour("rail-text")
        for row in range(5):
            size = 16 + 7 * row
            y = rect.height() * 0.70 + 10 + row * (row * 5 + 22)
            gap = size * 1.32
            count = int(rect.width() / gap) + 2
            first = rect.width() / 2 - gap * (count - 1) / 2 + (gap / 2 if row % 2 else 0)
            painter.setBrush(_faded(ink, 0.10 + 0.035 * row))
            for seat in range(count):
                box = QRectF(first + seat * gap - size / 2, y, size, size * 0.9)
                painter.drawRoundedRect(box, size * 0.3, size * 0.3)


class StageWindow(QWidget):
    """A window before the program's own: the stage at the left, `pages` at the right. F8 turns the house
    lights."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pages = QStackedWidget()
        self.pages.setFixedWidth(_FORM_WIDTH)
        middle = QVBoxLayout()
        middle.setContentsMargins(0, 16, 0, 16)
        middle.addWidget(self.pages)
        right = QHBoxLayout()
        right.addStretch(1)
        right.addLayout(middle)
        right.addStretch(1)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(Stage(), 1)
        whole.addLayout(right, 1)
        self.setWindowTitle("Houselights")
        self.setMinimumSize(1024, 680)
        self.resize(1600, 960)
        self._lights = QShortcut(QKeySequence(Qt.Key.Key_F8), self)
        self._lights.activated.connect(self._toggle_lights)

    def _toggle_lights(self) -> None:
        app = QApplication.instance()
        if isinstance(app, QApplication):
            theme.toggle(app)


def _faded(colour: QColor, share: float) -> QColor:
    faded = QColor(colour)
    faded.setAlphaF(share)
    return faded
