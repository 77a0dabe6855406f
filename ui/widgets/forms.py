"""More to fill in than one line: a choice, a long text, a day, a clock time. All labelled, all with
their problem right below, as `ui.widgets.fields.Field` is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ui import house_time, theme
from ui.i18n import tr
from ui.typed_dates import clock_words, day_words, parse_clock, parse_day
from ui.widgets.fields import Field
from ui.widgets.frames import Label
from ui.widgets.month import MonthPopup

_TRAILING = QLineEdit.ActionPosition.TrailingPosition
_UP, _DOWN = Qt.Key.Key_Up, Qt.Key.Key_Down
_HAND = Qt.CursorShape.PointingHandCursor
_OPENS = Qt.KeyboardModifier.AltModifier


class Labelled(QWidget):
    """Any part with a label above and its problem below."""

    def __init__(self, label: str, part: QWidget, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.part = part
        part.setAccessibleName(label)
        self.setFocusProxy(part)
        self.label = Label(label, "heading")
        self.label.setBuddy(part)
        self._problem = Label("", "bad", wrap=True)
        self._problem.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for each in (self.label, part, self._problem):
            column.addWidget(each)

    def problem(self) -> str:
        """The sentence shown, "" when all is well."""
        return self._problem.text()

    def set_problem(self, sentence: str) -> None:
        """Say what is wrong; "" says nothing is."""
        self._problem.setText(sentence)
        self._problem.setVisible(bool(sentence))
        self.part.setAccessibleDescription(sentence)


class Choice(QComboBox):
    """A combo box that the wheel only turns while it has the focus: a form is scrolled by wheel."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(8)
        self.setMaxVisibleItems(14)
        self.setPlaceholderText(tr("Choose …"))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll the page unless one is choosing here."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class ChoiceField(Labelled):
    """One of several (key, words); `chosen` carries the key when a person chose."""

    chosen = Signal(str)

    def __init__(
        self,
        label: str,
        options: Sequence[tuple[str, str]] = (),
        *,
        parent: QWidget | None = None,
    ) -> None:
        self.box = Choice()
        super().__init__(label, self.box, parent=parent)
        self._keys: list[str] = []
        self.set_options(options)
        self.box.activated.connect(self._activated)

    def set_options(self, options: Sequence[tuple[str, str]]) -> None:
        """Other options; the one chosen stays chosen when it is among them."""
        if list(options) == self.options():
            return
        before = self.choice()
        self.box.blockSignals(True)
        self.box.clear()
        self._keys = [key for key, _ in options]
        for _, words in options:
            self.box.addItem(words)
        self.box.blockSignals(False)
        self.choose(before)

    def options(self) -> list[tuple[str, str]]:
        """(key, words) as shown."""
        return [(key, self.box.itemText(i)) for i, key in enumerate(self._keys)]

    def choice(self) -> str:
        """The key chosen, "" for none."""
        index = self.box.currentIndex()
        return self._keys[index] if 0 <= index < len(self._keys) else ""

    def choose(self, key: str) -> None:
        """Show `key` as chosen without telling anybody; an unknown key chooses none."""
        self.box.setCurrentIndex(self._keys.index(key) if key in self._keys else -1)

    def _activated(self, index: int) -> None:
        self.set_problem("")
        self.chosen.emit(self._keys[index])


class TextArea(Labelled):
    """Several lines of plain text; Tab leaves it."""

    edited = Signal(str)

    def __init__(
        self,
        label: str,
        *,
        hint: str = "",
        height: int = 120,
        grows: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        self.area = QPlainTextEdit()
        super().__init__(label, self.area, parent=parent)
        self.area.setPlaceholderText(hint)
        self.area.setTabChangesFocus(True)
        self.area.setMinimumHeight(height)
        if not grows:
            self.area.setFixedHeight(height)
        self.area.textChanged.connect(self._changed)
        self._quiet = False

    def text(self) -> str:
        """What stands there."""
        return self.area.toPlainText()

    def set_text(self, text: str) -> None:
        """Put `text` there, telling nobody; the cursor stays when nothing changes."""
        if text == self.text():
            return
        self._quiet = True
        self.area.setPlainText(text)
        self._quiet = False

    def _changed(self) -> None:
        if not self._quiet:
            self.set_problem("")
            self.edited.emit(self.text())


class DayField(Field):
    """A day, typed in any usual way or chosen from a month (Alt+Down); Up and Down go by days.

    `changed` carries the date, None when the line is empty. An unreadable day is said below.
    """

    changed = Signal(object)

    def __init__(
        self,
        label: str,
        *,
        value: date | None = None,
        hint: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(label, hint=hint or tr("27 Nov 2026"), parent=parent)
        self._value = value
        self._month = QAction(tr("Choose from a month"), self)
        self.edit.addAction(self._month, _TRAILING)
        self.set_day(value)
        self._month.triggered.connect(self.show_month)
        self.edit.editingFinished.connect(self._settle)
        theme.themes.changed.connect(self._dress)
        self._dress()
        for button in self.edit.findChildren(QToolButton):
            button.setCursor(_HAND)

    def day(self) -> date | None:
        """The day meant, None when there is none (yet)."""
        if self._value is not None and self.text() == day_words(self._value):
            return self._value
        return parse_day(self.text(), today=_today()) if self.text() else None

    def set_day(self, day: date | None) -> None:
        """Show `day` without telling anybody."""
        self._value = day
        text = day_words(day) if day else ""
        if text != self.edit.text():
            self.set_text(text)

    def _settle(self) -> None:
        found = self.day()
        if self.text() and found is None:
            self.set_problem(tr("Type a day such as 27.11. or 27 Nov 2026."))
            return
        if found != self._value:
            self.set_day(found)
            self.changed.emit(found)
        elif found is not None:
            self.set_day(found)

    def _dress(self) -> None:
        self._month.setIcon(theme.icon("calendar", "muted", size=16))

    def show_month(self) -> None:
        """The month below the field."""
        popup = MonthPopup(self.day() or _today(), today=_today(), parent=self)
        popup.chosen.connect(self._take)
        popup.adjustSize()
        popup.move(self.edit.mapToGlobal(QPoint(0, self.edit.height() + 4)))
        popup.show()

    def _take(self, day: date) -> None:
        self.set_problem("")
        self.set_day(day)
        self.changed.emit(day)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and Down step by days, Alt+Down opens the month."""
        key = event.key()
        if key == _DOWN and event.modifiers() & _OPENS:
            self.show_month()
        elif key in (_UP, _DOWN):
            step = timedelta(days=1 if key == _UP else -1)
            self._take((self.day() or _today()) + step)
        else:
            super().keyPressEvent(event)


class ClockField(Field):
    """A wall time, typed as "20", "2030" or "8 pm"; Up and Down go by quarters of an hour."""

    changed = Signal(object)

    def __init__(
        self,
        label: str,
        *,
        value: time | None = None,
        hint: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(label, hint=hint or "20:00", parent=parent)
        self._value = value
        self.set_clock(value)
        self.edit.editingFinished.connect(self._settle)

    def clock(self) -> time | None:
        """The time meant, None when there is none (yet)."""
        return parse_clock(self.text()) if self.text() else None

    def set_clock(self, clock: time | None) -> None:
        """Show `clock` without telling anybody."""
        self._value = clock
        text = clock_words(clock) if clock else ""
        if text != self.edit.text():
            self.set_text(text)

    def _settle(self) -> None:
        found = self.clock()
        if self.text() and found is None:
            self.set_problem(tr("Type a time such as 20:00."))
            return
        changed = found != self._value
        self.set_clock(found)
        if changed:
            self.changed.emit(found)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and Down step by fifteen minutes."""
        if event.key() not in (_UP, _DOWN):
            super().keyPressEvent(event)
            return
        step = timedelta(minutes=15 if event.key() == _UP else -15)
        at = datetime.combine(date(2000, 1, 2), self.clock() or time(20)) + step
        self.set_problem("")
        self.set_clock(at.time())
        self.changed.emit(at.time())


def _today() -> date:
    return house_time.today()
