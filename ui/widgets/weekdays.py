"""Monday to Sunday as seven targets, any number of them chosen."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from ui import theme
from ui.typed_dates import weekday_full, weekday_words
from ui.widgets import painting
from ui.widgets.buttons import Pressable

_FIXED = QSizePolicy.Policy.Fixed
_LEFT, _RIGHT = Qt.Key.Key_Left, Qt.Key.Key_Right


class _Day(Pressable):
    """One weekday; dark when chosen."""

    def __init__(self, weekday: int) -> None:
        super().__init__(weekday_words(weekday))
        self.setAccessibleName(weekday_full(weekday))
        self.setToolTip(weekday_full(weekday))
        self.setCheckable(True)
        self.setSizePolicy(_FIXED, _FIXED)

    def sizeHint(self) -> QSize:
        """Room for three letters."""
        return QSize(46, 36)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrow keys go from day to day."""
        if event.key() == _LEFT:
            self.focusPreviousChild()
        elif event.key() == _RIGHT:
            self.focusNextChild()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Ground, letters, ring."""
        look = theme.current()
        painter = painting.begin(self)
        rect = QRectF(self.rect())
        chosen = self.isChecked()
        fill = "chosen" if chosen else "hover" if self.underMouse() else "surface"
        line = None if chosen else look.colour("line")
        painting.ground(painter, rect, radius=8, fill=look.colour(fill), line=line)
        font = look.font("chip-type", painting.SEMIBOLD if chosen else painting.REGULAR)
        ink = look.colour("chosen-text" if chosen else "text")
        painting.words(painter, rect, self.text(), font=font, ink=ink, align=painting.CENTRE)
        if self.ringed:
            painting.ring(painter, rect, radius=8, gap=look.colour("surface") if chosen else None)
        painter.end()


class Weekdays(QWidget):
    """`changed` carries the chosen weekdays as a tuple, 0 is Monday, when a person chose."""

    changed = Signal(object)

    def __init__(self, *, accessible: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(accessible)
        self.setSizePolicy(_FIXED, _FIXED)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        self.days = [_Day(weekday) for weekday in range(7)]
        for day in self.days:
            row.addWidget(day)
            day.clicked.connect(self._clicked)
        self.setFocusProxy(self.days[0])

    def chosen(self) -> tuple[int, ...]:
        """Those chosen, Monday first."""
        return tuple(i for i, day in enumerate(self.days) if day.isChecked())

    def choose(self, weekdays: Iterable[int]) -> None:
        """Show these as chosen without telling anybody."""
        wanted = set(weekdays)
        for weekday, day in enumerate(self.days):
            day.setChecked(weekday in wanted)

    def _clicked(self) -> None:
        self.changed.emit(self.chosen())
