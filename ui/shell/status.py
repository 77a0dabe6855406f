"""The line at the foot: the truth about network, drawer, printer and back-up, in plain words."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from ui import theme
from ui.errors import Level
from ui.i18n import tr
from ui.widgets.frames import Label
from ui.widgets.marks import Dot, KeyCap


class _Cell(QWidget):
    """One fact; a dot before it only where something can be well or ill."""

    def __init__(self) -> None:
        super().__init__()
        self.dot = Dot("good")
        self.words = Label()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self.dot)
        row.addWidget(self.words)


class KeyCell(QWidget):
    """Says what a key does, and does it when pressed."""

    pressed = Signal()

    def __init__(self, text: str, key: str) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(Label(text))
        row.addWidget(KeyCap(key))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click anywhere on it."""
        if self.rect().contains(event.position().toPoint()):
            self.pressed.emit()


class StatusBar(QFrame):
    """Cells by name, in the order first set; those set with `at_right` stand before the keys."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(theme.current().size("status"))
        self._cells: dict[str, _Cell] = {}
        self.commands = KeyCell(tr("Commands"), "Ctrl+K")
        self.help = KeyCell(tr("Help"), "F1")
        self.lights = KeyCell(tr("House lights"), "F8")
        self._left, self._right = QHBoxLayout(), QHBoxLayout()
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 16, 0)
        for side in (self._left, self._right):
            side.setSpacing(22)
        row.addLayout(self._left)
        row.addStretch(1)
        row.addLayout(self._right)
        self._keys = (self.commands, self.help, self.lights)
        for key in self._keys:
            self._right.addWidget(key)

    def show_cell(
        self, name: str, text: str, *, level: Level | None = None, at_right: bool = False
    ) -> None:
        """Put `text` into the cell `name`, with a dot when `level` says how it stands; "" hides."""
        cell = self._cells.get(name) or self._new_cell(name, at_right=at_right)
        cell.words.setText(text)
        cell.dot.setVisible(level is not None)
        if level is not None:
            cell.dot.set_token(level.value)
        cell.setVisible(bool(text))

    def text(self, name: str) -> str:
        """What the cell `name` says, "" when there is none."""
        return self._cells[name].words.text() if name in self._cells else ""

    def _new_cell(self, name: str, *, at_right: bool) -> _Cell:
        cell = self._cells[name] = _Cell()
        if at_right:
            self._right.insertWidget(self._right.count() - len(self._keys), cell)
        else:
            self._left.addWidget(cell)
        return cell
