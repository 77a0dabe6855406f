"""Backups: how old the last one is, where they are, how often one is made, and back from one."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from ui.screen import Context


class BackupsPanel(QWidget):
    """The section of backups."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
