"""What dims the window behind something that lies over it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QMouseEvent, QPaintEvent
from PySide6.QtWidgets import QWidget

from ui import theme
from ui.widgets import painting


class Veil(QWidget):
    """Dims what lies behind; a press on it means "away with what lies before"."""

    pressed = Signal()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The veil."""
        painter = painting.begin(self)
        painter.fillRect(self.rect(), theme.current().colour("veil"))
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Anywhere on it."""
        self.pressed.emit()
