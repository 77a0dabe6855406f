"""Whose a booking is: typed by any part of name, e-mail or phone, chosen from who is known."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from app.domain.customers import CustomerLine
from ui.i18n import tr
from ui.widgets.choices import Choice, Choices
from ui.widgets.fields import Field

_SETTLED_MS = 90
_UP, _DOWN, _ESCAPE = Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Escape
_RETURN = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_KEY_PRESS, _FOCUS_OUT = QEvent.Type.KeyPress, QEvent.Type.FocusOut


class ContactField(Field):
    """`looked_for` asks for customers; whoever answers calls `offer`. `customer_id` is who is meant, None
    for nobody: an empty line. What is typed and names nobody is refused by `problem_of`."""

    looked_for = Signal(str)

    def __init__(
        self, label: str, *, customer_id: str | None, name: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(label, hint=tr("Nobody in particular"), value=name, parent=parent)
        self.customer_id = customer_id
        self._name = name
        self._lines: tuple[CustomerLine, ...] = ()
        self.list = Choices(self.edit)
        self._settled = QTimer(self, singleShot=True, interval=_SETTLED_MS)
        self._settled.timeout.connect(self._look)
        self.list.clicked.connect(self._take_current)
        self.edit.installEventFilter(self)
        self.edit.textEdited.connect(self._typed)

    def offer(self, lines: Sequence[CustomerLine]) -> None:
        """Who was found, while somebody is still typing here."""
        if not self.edit.hasFocus() or self.customer_id is not None or not self.text():
            return
        self._lines = tuple(lines)
        told = [Choice(line.name, line.email or line.phone) for line in lines]
        self.list.show_choices(told)
        if told:
            self.list.step(1)

    def problem_of(self) -> str:
        """Why what stands there is nobody, "" when it is somebody or empty."""
        if not self.text() or self.customer_id is not None:
            return ""
        return tr("Choose a customer from the list, or leave this empty.")

    def _typed(self, text: str) -> None:
        self.customer_id = None
        if text.strip():
            self._settled.start()
        else:
            self.list.hide()

    def _look(self) -> None:
        self.looked_for.emit(self.text())

    def _take_current(self) -> None:
        row = self.list.chosen()
        self.list.hide()
        if 0 <= row < len(self._lines):
            line = self._lines[row]
            self.set_text(line.name)
            self.customer_id = line.id

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Up, Down, Return and Esc belong to the list while it is open; leaving the field closes it."""
        kind = event.type()
        if kind == _FOCUS_OUT:
            self.list.hide()
        elif kind == _KEY_PRESS and isinstance(event, QKeyEvent) and self.list.isVisible():
            return self._key(event.key())
        return super().eventFilter(watched, event)

    def _key(self, key: int) -> bool:
        if key in _RETURN:
            self._take_current()
        elif key == _ESCAPE:
            self.list.hide()
        elif key in {_UP, _DOWN}:
            self.list.step(1 if key == _DOWN else -1)
        else:
            return False
        return True
