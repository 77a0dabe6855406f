"""The rail at the left: where one is, and where one can go."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QFrame,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ui import theme
from ui.i18n import plural, tr
from ui.screen import Screen
from ui.widgets import painting
from ui.widgets.buttons import Pressable

_FIXED = QSizePolicy.Policy.Fixed
_HCENTRE = Qt.AlignmentFlag.AlignHCenter
_MOST_SHOWN = 9


class Logo(QWidget):
    """The sun coming up over the stage."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        side = theme.current().size("logo")
        self.setFixedSize(side, side)
        self.setAccessibleName("Houselights")

    def paintEvent(self, event: QPaintEvent) -> None:
        """The mark in the rail's own gold."""
        painter = painting.begin(self)
        painting.glyph(painter, QPointF(0, 0), "logo", "rail-chosen", size=self.width())
        painter.end()


class RailButton(Pressable):
    """One screen: icon above its name, a count when something waits there."""

    def __init__(self, screen: Screen, *, key: str = "") -> None:
        super().__init__(tr(screen.title))
        self.screen_id = screen.id
        self._icon = screen.icon
        self._count = 0
        self.setCheckable(True)
        self.setSizePolicy(_FIXED, _FIXED)
        self.setAccessibleName(self.text())
        self.setToolTip(f"{self.text()}  {key}" if key else self.text())

    def set_count(self, count: int) -> None:
        """How many things wait; 0 shows none."""
        self._count = count
        waiting = plural("{count} new", "{count} new", count) if count else ""
        self.setAccessibleDescription(waiting)
        self.update()

    def sizeHint(self) -> QSize:
        """By token."""
        look = theme.current()
        return QSize(look.size("rail-item-width"), look.size("rail-item-height"))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Ground when chosen or under the mouse, icon, name, count, ring."""
        look = theme.current()
        painter = painting.begin(self)
        rect, radius = QRectF(self.rect()), look.size("radius-row")
        if self.isChecked():
            painting.ground(painter, rect, radius=radius, fill=look.colour("rail-chosen-ground"))
        elif self.underMouse():
            painting.ground(painter, rect, radius=radius, fill=look.colour("rail-hover-ground"))
        ink = "rail-chosen" if self.isChecked() else "rail-text"
        size = look.size("rail-icon")
        at = QPointF((rect.width() - size) / 2, 9)
        painting.glyph(painter, at, self._icon, ink, size=size)
        words = QRectF(0, 32, rect.width(), 12)
        font, colour = look.font("rail-type"), look.colour(ink)
        painting.words(painter, words, self.text(), font=font, ink=colour, align=painting.CENTRE)
        if self._count:
            shown = str(self._count) if self._count <= _MOST_SHOWN else f"{_MOST_SHOWN}+"
            badge = QRectF(rect.width() / 2 + 3, 4, 18, 14)
            painting.ground(painter, badge, radius=7, fill=look.colour("rail-chosen"))
            bold, dark = look.font("rail-type", painting.SEMIBOLD), look.colour("rail")
            painting.words(painter, badge, shown, font=bold, ink=dark, align=painting.CENTRE)
        if self.ringed:
            painting.ring(painter, rect, radius=radius)
        painter.end()


class Rail(QFrame):
    """All screens this operator may open; `chosen` carries the id of the one pressed."""

    chosen = Signal(str)

    def __init__(self, screens: Sequence[Screen], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedWidth(theme.current().size("rail-width"))
        self.setAccessibleName(tr("Screens"))
        self._group = QButtonGroup(self)
        self._buttons: dict[str, RailButton] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 16, 0, 16)
        column.setSpacing(4)
        column.addWidget(Logo(), 0, _HCENTRE)
        column.addSpacing(16)
        self._add([screen for screen in screens if not screen.foot], column, first=1)
        column.addStretch(1)
        self._column, self._foot = column, column.count()
        self._add([screen for screen in screens if screen.foot], column, first=0)
        self._group.buttonClicked.connect(self._clicked)

    def _add(self, screens: Sequence[Screen], column: QVBoxLayout, *, first: int) -> None:
        for number, screen in enumerate(screens, first):
            key = f"Ctrl+{number}" if first and number <= _MOST_SHOWN else ""
            button = RailButton(screen, key=key)
            self._buttons[screen.id] = button
            self._group.addButton(button)
            column.addWidget(button, 0, _HCENTRE)

    def add_at_foot(self, screen: Screen, *, key: str = "") -> RailButton:
        """A button above the foot that looks like a screen's; what its press does is the caller's."""
        button = RailButton(screen, key=key)
        button.setCheckable(False)
        self._column.insertWidget(self._foot, button, 0, _HCENTRE)
        return button

    def choose(self, screen_id: str) -> None:
        """Show `screen_id` as the one on screen; KeyError when it is not in the rail."""
        self._buttons[screen_id].setChecked(True)

    def set_count(self, screen_id: str, count: int) -> None:
        """How many things wait in a screen; KeyError when it is not in the rail."""
        self._buttons[screen_id].set_count(count)

    def _clicked(self, button: QAbstractButton) -> None:
        if isinstance(button, RailButton):
            self.chosen.emit(button.screen_id)
