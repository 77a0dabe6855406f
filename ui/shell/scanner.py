"""A barcode scanner is a keyboard that types faster than any hand and presses Enter. Wherever its letters
fall, a ticket's code is caught: the field gets back what was in it, and the ticket is what opens."""

from __future__ import annotations

import time

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QLineEdit, QWidget

from app.domain.tickets import is_ticket_code, ticket_code

_KEY_PRESS = QEvent.Type.KeyPress
_RETURN = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_PLAIN = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier)
_PAUSE = 0.060  # seconds without a key after which what follows is another burst
_MOST = 64  # letters of a burst that are looked at


class Scanner(QObject):
    """Listens to the whole program as long as its parent lives. `ticket` carries a code as it is stored."""

    ticket = Signal(str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._burst = ""
        self._last = 0.0
        self._field: QLineEdit | None = None
        self._before = ("", 0)
        app = QApplication.instance()
        if app is not None:
            app.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Swallows the Enter that ends a ticket's code, nothing else."""
        if event.type() != _KEY_PRESS or not isinstance(event, QKeyEvent):
            return False
        if not isinstance(watched, QWidget) or watched is not QApplication.focusWidget():
            return False
        if event.key() in _RETURN:
            return self._ended()
        letter = event.text()
        if len(letter) == 1 and letter.isprintable() and event.modifiers() in _PLAIN:
            self._typed(letter, watched)
        elif event.key() != Qt.Key.Key_Shift:
            self._burst = ""
        return False

    def _typed(self, letter: str, watched: QWidget) -> None:
        now = time.monotonic()
        if not self._burst or now - self._last > _PAUSE or len(self._burst) >= _MOST:
            self._burst = ""
            self._field = _field_of(watched)
            if self._field is not None:
                self._before = (self._field.text(), self._field.cursorPosition())
        self._burst += letter
        self._last = now

    def _ended(self) -> bool:
        burst, self._burst = self._burst, ""
        field, self._field = self._field, None
        if time.monotonic() - self._last > _PAUSE or not is_ticket_code(burst):
            return False
        if field is not None:
            text, cursor = self._before
            field.setText(text)
            field.setCursorPosition(cursor)
            field.textEdited.emit(text)
        self.ticket.emit(ticket_code(burst))
        return True


def _field_of(watched: QWidget) -> QLineEdit | None:
    """Where the letters land: the field itself, or the one inside a number."""
    if isinstance(watched, QLineEdit):
        return watched
    return watched.findChild(QLineEdit) if isinstance(watched, QAbstractSpinBox) else None
