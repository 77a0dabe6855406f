"""Where a window stands: where the last one stood, on this computer."""

from __future__ import annotations

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QWidget

_KEPT_AS = "window/geometry"


def place(widget: QWidget) -> None:
    """Where the last window stood; the first one in the middle, no larger than the screen."""
    geometry = QSettings().value(_KEPT_AS)
    if geometry is not None and widget.restoreGeometry(geometry):
        return
    room = widget.screen().availableGeometry()
    widget.resize(widget.size().boundedTo(room.size()))
    widget.move(room.center() - widget.rect().center())


def remember_place(window: QWidget) -> None:
    """The next window stands there."""
    QSettings().setValue(_KEPT_AS, window.saveGeometry())
