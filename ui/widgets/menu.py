"""A button with what is done more seldom behind it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from ui import theme
from ui.widgets.buttons import Button


class MenuButton(Button):
    """Offers (key, words, icon) below itself; `chosen` carries the key."""

    chosen = Signal(str)

    def __init__(
        self,
        options: Sequence[tuple[str, str, str]],
        *,
        accessible: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("", icon="more", accessible=accessible, parent=parent)
        self.choices = QMenu(self)
        self._icons: dict[str, str] = {}
        for key, words, icon in options:
            action = self.choices.addAction(words)
            action.setData(key)
            self._icons[key] = icon
        self._dress()
        self.choices.triggered.connect(self._triggered)
        self.clicked.connect(self.open_menu)
        theme.themes.changed.connect(self._dress)

    def open_menu(self) -> None:
        """Show the choices below the button, its right edge theirs."""
        width = self.choices.sizeHint().width()
        corner = QPoint(self.width() - width, self.height() + 4)
        self.choices.popup(self.mapToGlobal(corner))

    def show_only(self, *keys: str) -> None:
        """Offer these for now."""
        for action in self.choices.actions():
            action.setVisible(action.data() in keys)

    def choose(self, key: str) -> None:
        """As if a person had chosen `key`."""
        self.chosen.emit(key)

    def _dress(self) -> None:
        for action in self.choices.actions():
            action.setIcon(theme.icon(self._icons[str(action.data())], "muted", size=16))

    def _triggered(self, action: QAction) -> None:
        self.chosen.emit(str(action.data()))
