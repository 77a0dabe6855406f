"""One of many, found by typing any part of it: time zones, currencies."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QStringListModel, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QToolButton, QWidget

from ui import theme
from ui.i18n import tr
from ui.widgets.choices import Unrolled
from ui.widgets.fields import Field

_UP, _DOWN, _ESCAPE = Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Escape
_RETURN = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_KEY_PRESS, _FOCUS_OUT = QEvent.Type.KeyPress, QEvent.Type.FocusOut
_TRAILING = QLineEdit.ActionPosition.TrailingPosition


class SearchChoice(Field):
    """A field over (key, words) options: typing shows those that contain it, `chosen` carries the key
    once one is meant. What is typed counts when only one option contains it. Unless `by_key`, keys are
    nothing that anybody types."""

    chosen = Signal(str)

    def __init__(
        self,
        label: str,
        options: Sequence[tuple[str, str]],
        *,
        hint: str = "",
        by_key: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(label, hint=hint, parent=parent)
        self._by_key = by_key
        self._options: tuple[tuple[str, str], ...] = ()
        self._words: dict[str, str] = {}
        self._folded: list[tuple[str, str]] = []
        self.set_options(options)
        self._told = ""
        self._found = QStringListModel(self)
        self.list = Unrolled(self.edit)
        self.list.setModel(self._found)
        self.list.clicked.connect(self._take)
        self._all = QAction(tr("Show all"), self)
        self.edit.addAction(self._all, _TRAILING)
        self._all.triggered.connect(self._show_all)
        theme.themes.changed.connect(self._dress)
        self._dress()
        for button in self.edit.findChildren(QToolButton):
            button.setCursor(Qt.CursorShape.PointingHandCursor)
        self.edit.installEventFilter(self)
        self.edit.textEdited.connect(self._typed)

    def _dress(self) -> None:
        self._all.setIcon(theme.icon("chevron-down", "muted", size=16))

    def _show_all(self) -> None:
        """Everything there is, at what is chosen; once more rolls it up again."""
        if self.list.isVisible():
            self.list.hide()
            return
        self.edit.setFocus()
        self._found.setStringList([words for _, words in self._options])
        self.list.unroll()
        keys = [key for key, _ in self._options]
        chosen = self.choice()
        if chosen in keys:
            self.list.setCurrentIndex(self._found.index(keys.index(chosen), 0))
            self.list.scrollTo(self.list.currentIndex())
        else:
            self.list.step(1)

    def set_options(self, options: Sequence[tuple[str, str]]) -> None:
        """Other options; what stands in the field stays."""
        self._options = tuple(options)
        self._words = dict(options)
        self._folded = [
            (key, _folded(f"{key} {words}" if self._by_key else words)) for key, words in options
        ]

    def choice(self) -> str:
        """The key meant, "" when it is none or not one."""
        typed = _folded(self.text())
        if not typed:
            return ""
        same = [k for k, words in self._options if typed in {_folded(k), _folded(words)}]
        having = same or self._having(typed)
        return having[0] if len(having) == 1 else ""

    def choose(self, key: str) -> None:
        """Show this option without telling anybody; an unknown key shows nothing."""
        self._told = key if key in self._words else ""
        self.set_text(self._words.get(key, ""))
        self.list.hide()

    def _having(self, typed: str) -> list[str]:
        """Keys of what contains the words typed; those that begin a word with them first."""
        found = [(key, words) for key, words in self._folded if typed in words]
        found.sort(key=lambda each: f" {typed}" not in f" {each[1].replace('/', ' ')}")
        return [key for key, _ in found]

    def _typed(self, text: str) -> None:
        self._told = ""
        typed = _folded(text)
        found = self._having(typed) if typed else []
        self._found.setStringList([self._words[key] for key in found])
        if found:
            self.list.unroll()
            self.list.step(1)
        else:
            self.list.hide()

    def _take(self) -> None:
        words = self.list.currentIndex().data()
        self.list.hide()
        self._tell(next((key for key, each in self._options if each == words), ""))

    def _tell(self, key: str) -> None:
        """Write the option out in full and tell who asked."""
        if key and key != self._told:
            self.choose(key)
            self.chosen.emit(key)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Up, Down, Return and Esc belong to the list while it is open; leaving the field closes it."""
        kind = event.type()
        if kind == _FOCUS_OUT:
            self.list.hide()
            self._tell(self.choice())
        elif kind == _KEY_PRESS and isinstance(event, QKeyEvent) and self.list.isVisible():
            return self._key(event.key())
        return super().eventFilter(watched, event)

    def _key(self, key: int) -> bool:
        if key in _RETURN:
            self._take()
        elif key == _ESCAPE:
            self.list.hide()
        elif key in {_UP, _DOWN}:
            self.list.step(1 if key == _DOWN else -1)
        else:
            return False
        return True


def _folded(text: str) -> str:
    return " ".join(text.replace("_", " ").casefold().split())
