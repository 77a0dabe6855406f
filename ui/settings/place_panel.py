"""Where the house is kept now, and how to move it elsewhere."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from ui.screen import Context


class PlacePanel(QWidget):
    """The section about the database."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
