"""The one window: rail, screens, notices, status line; it knows nothing of what it frames.

No menu: everything is on a screen, on a key and in the palette.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QMainWindow,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ui import theme
from ui.errors import Level
from ui.i18n import tr
from ui.screen import Addressed, Leaving, Screen
from ui.shell.commands import Commands
from ui.shell.help import HelpDialog
from ui.shell.navigation import Rail
from ui.shell.notices import NoticeRoom
from ui.shell.status import StatusBar
from ui.widgets.notice import Toasts

_SMALLEST = (1024, 680)
_FIRST_SIZE = (1600, 960)


class Window(QMainWindow):
    """Shows `screens` in their order; `open_screen` makes the widget of one when first shown."""

    def __init__(
        self, screens: Sequence[Screen], *, open_screen: Callable[[Screen], QWidget]
    ) -> None:
        super().__init__()
        self._screens = {screen.id: screen for screen in sorted(screens, key=_by_order)}
        self._open_screen = open_screen
        self._opened: dict[str, QWidget] = {}
        self.rail = Rail(tuple(self._screens.values()))
        self.status = StatusBar()
        self.notices = NoticeRoom()
        self.notice = self.notices.notice
        self._stack = QStackedWidget()
        self._lay_out()
        self.toasts = Toasts(self._stack)
        self.commands = Commands(self, self, tuple(self._screens.values()))
        self.rail.chosen.connect(self.go)
        self.status.lights.pressed.connect(self.toggle_lights)
        self.status.help.pressed.connect(self.show_help)
        self.status.commands.pressed.connect(self.commands.palette.open_palette)
        self.setWindowTitle("Houselights")
        self.setMinimumSize(*_SMALLEST)
        self.resize(*_FIRST_SIZE)

    def _lay_out(self) -> None:
        right = QVBoxLayout()
        right.addWidget(self.notices)
        right.addWidget(self._stack, 1)
        right.addWidget(self.status)
        whole = QWidget()
        row = QHBoxLayout(whole)
        row.addWidget(self.rail)
        row.addLayout(right, 1)
        for layout in (row, right):
            layout.setContentsMargins(0, 0, 0, 0)
            layout.setSpacing(0)
        self.setCentralWidget(whole)

    def go(self, screen_id: str, key: str = "") -> None:
        """Show a screen, at the thing called `key` if it can; KeyError for an unknown screen."""
        screen = self._screens[screen_id]
        widget = self._opened.get(screen_id)
        if widget is None:
            widget = self._opened[screen_id] = self._open_screen(screen)
            self._stack.addWidget(widget)
            self.commands.hear(screen, widget)
        self._stack.setCurrentWidget(widget)
        self.toasts.to_front()  # a stack raises the page it shows
        self.rail.choose(screen_id)
        self.setWindowTitle(tr("{screen}, Houselights", screen=tr(screen.title)))
        if key and isinstance(widget, Addressed):
            widget.show_item(key)

    def current(self) -> str:
        """The id of the screen on show, "" before the first."""
        shown = self._stack.currentWidget()
        return next((name for name, widget in self._opened.items() if widget is shown), "")

    def opened(self, screen_id: str) -> QWidget | None:
        """The widget of a screen, None before it was first shown."""
        return self._opened.get(screen_id)

    def say(self, text: str, level: Level = Level.GOOD) -> None:
        """Good news as a toast; anything else stays until it is closed."""
        if level is Level.GOOD:
            self.toasts.say(text)
            return
        self.notices.say(text, level=level)

    def take_back(self, text: str) -> None:
        """What this notice said holds no more."""
        self.notices.take_back(text)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Let every screen put away what it holds."""
        for widget in self._opened.values():
            if isinstance(widget, Leaving):
                widget.leave()
        super().closeEvent(event)

    def show_help(self) -> None:
        """What the screen in front is for, and every key."""
        dialog = HelpDialog(tuple(self._screens.values()), at=self.current(), parent=self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def toggle_lights(self) -> None:
        """House lights up or down, for all windows."""
        app = QApplication.instance()
        if isinstance(app, QApplication):
            theme.toggle(app)


def _by_order(screen: Screen) -> tuple[bool, int]:
    return screen.foot, screen.order
