"""A small month to choose one day from; the pop-up of a date field."""

from __future__ import annotations

from datetime import date, timedelta

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from ui import theme
from ui.i18n import tr
from ui.typed_dates import day_words, month_words, weekday_words
from ui.widgets import painting
from ui.widgets.buttons import Button
from ui.widgets.frames import Label

_FIXED = QSizePolicy.Policy.Fixed
_CELL = 36
_HEAD = 24
_KEY = Qt.Key
_STEPS = {_KEY.Key_Left: -1, _KEY.Key_Right: 1, _KEY.Key_Up: -7, _KEY.Key_Down: 7}
_RETURN = (_KEY.Key_Return, _KEY.Key_Enter, _KEY.Key_Space)
_POPUP = Qt.WindowType.Popup


def weeks_from(month: date) -> date:
    """The Monday on or before the first of the month of `month`."""
    first = month.replace(day=1)
    return first - timedelta(days=first.weekday())


def month_after(month: date, count: int) -> date:
    """The first of the month `count` months away, within the years a calendar has."""
    whole = month.year * 12 + month.month - 1 + count
    return date(min(max(whole // 12, 1), 9998), whole % 12 + 1, 1)


class MonthDays(QWidget):
    """Six weeks of days; `chosen` carries the date clicked or entered."""

    chosen = Signal(object)
    moved = Signal(object)

    def __init__(self, day: date, *, today: date, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.day = day
        self._today = today
        self._hover: date | None = None
        self.setSizePolicy(_FIXED, _FIXED)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.set_day(day)

    def set_day(self, day: date) -> None:
        """Put the cursor on `day` and show its month."""
        self.day = day
        self.setAccessibleName(day_words(day))
        self.moved.emit(day)
        self.update()

    def sizeHint(self) -> QSize:
        """Seven columns, a heading and six rows."""
        return QSize(7 * _CELL, _HEAD + 6 * _CELL)

    def _cell(self, number: int) -> QRectF:
        return QRectF(number % 7 * _CELL, _HEAD + number // 7 * _CELL, _CELL, _CELL)

    def day_at(self, x: float, y: float) -> date | None:
        """The date under a point of this widget."""
        column, row = int(x // _CELL), int((y - _HEAD) // _CELL)
        if y < _HEAD or not (0 <= column < 7 and 0 <= row < 6):
            return None
        return weeks_from(self.day) + timedelta(days=row * 7 + column)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Weekdays, then days: today in brass, the cursor filled."""
        painter = painting.begin(self)
        look = theme.current()
        small, muted = look.font("tiny-type", painting.SEMIBOLD), look.colour("muted")
        for column in range(7):
            head = QRectF(column * _CELL, 0, _CELL, _HEAD)
            word = weekday_words(column)[:2]
            painting.words(painter, head, word, font=small, ink=muted, align=painting.CENTRE)
        for number in range(42):
            self._paint_day(painter, weeks_from(self.day) + timedelta(days=number), number)
        painter.end()

    def _paint_day(self, painter: QPainter, day: date, number: int) -> None:
        look = theme.current()
        rect = self._cell(number).adjusted(2, 2, -2, -2)
        ink = "text" if day.month == self.day.month else "muted"
        if day == self.day:
            painting.ground(painter, rect, radius=8, fill=look.colour("chosen"))
            ink = "chosen-text"
        elif day == self._hover:
            painting.ground(painter, rect, radius=8, fill=look.colour("hover"))
        if day == self._today:
            painting.ground(painter, rect, radius=8, fill=None, line=look.colour("brass"))
        weight = painting.SEMIBOLD if day in (self.day, self._today) else painting.REGULAR
        font = look.font("chip-type", weight)
        shown = str(day.day)
        painting.words(painter, rect, shown, font=font, ink=look.colour(ink), align=painting.CENTRE)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Light up the day under the mouse."""
        self._hover = self.day_at(event.position().x(), event.position().y())
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Choose it."""
        day = self.day_at(event.position().x(), event.position().y())
        if day is not None:
            self.set_day(day)
            self.chosen.emit(day)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move by days and weeks, page keys by months, Return chooses."""
        key = _KEY(event.key())
        if key in _STEPS:
            self.set_day(self.day + timedelta(days=_STEPS[key]))
        elif key in (_KEY.Key_PageUp, _KEY.Key_PageDown):
            self.set_day(month_after(self.day, 1 if key == _KEY.Key_PageDown else -1))
        elif key in _RETURN:
            self.chosen.emit(self.day)
        else:
            super().keyPressEvent(event)


class MonthPopup(QFrame):
    """The month with its arrows, floating below a field."""

    chosen = Signal(object)

    def __init__(self, day: date, *, today: date, parent: QWidget) -> None:
        super().__init__(parent, _POPUP)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.days = MonthDays(day, today=today)
        self._title = Label(month_words(day), "strong")
        back = Button("", look="quiet", icon="chevron-left", height="chip")
        on = Button("", look="quiet", icon="chevron-right", height="chip")
        for button, name in ((back, tr("Earlier month")), (on, tr("Later month"))):
            button.setAccessibleName(name)
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(back)
        head.addWidget(on)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 12)
        column.addLayout(head)
        column.addWidget(self.days)
        self.days.moved.connect(self._name)
        self.days.chosen.connect(self._choose)
        back.clicked.connect(self._back)
        on.clicked.connect(self._on)
        self.days.setFocus()

    def paintEvent(self, event: QPaintEvent) -> None:
        """A card of its own."""
        painter = painting.begin(self)
        look = theme.current()
        fill, line = look.colour("surface"), look.colour("line-strong")
        painting.ground(painter, QRectF(self.rect()), radius=0, fill=fill, line=line)
        painter.end()

    def _name(self, day: date) -> None:
        self._title.setText(month_words(day))

    def _choose(self, day: date) -> None:
        self.chosen.emit(day)
        self.close()

    def _back(self) -> None:
        self.days.set_day(month_after(self.days.day, -1))

    def _on(self) -> None:
        self.days.set_day(month_after(self.days.day, 1))
