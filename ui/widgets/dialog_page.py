"""A page of a dialog: its parts one below the other, its buttons at the foot."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.widgets.buttons import Button


def dialog_page(*parts: QWidget, buttons: tuple[Button, ...]) -> QWidget:
    """A new widget with the house's margins."""
    page = QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(24, 24, 24, 24)
    column.setSpacing(12)
    for part in parts:
        column.addWidget(part)
    column.addStretch(1)
    row = QHBoxLayout()
    row.setSpacing(8)
    row.addStretch(1)
    for button in buttons:
        row.addWidget(button, 0, Qt.AlignmentFlag.AlignRight)
    column.addLayout(row)
    return page
