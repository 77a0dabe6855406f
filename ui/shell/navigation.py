"""The rail at the left: where one is, and where one can go."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QButtonGroup,
    QFrame,
    QLayout,
    QSizePolicy,
    QSpacerItem,
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
_BY_TAB = Qt.FocusPolicy.TabFocus
_MOST_SHOWN = 9
_MARGIN, _TIGHT_MARGIN = 16, 8
_GAP, _TIGHT_GAP = 4, 2
_LOWEST_ITEM = 40


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
        self._height = theme.current().size("rail-item-height")
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

    def set_height(self, height: int) -> None:
        """As high as the rail has room for, in logical pixels."""
        if height != self._height:
            self._height = height
            self.updateGeometry()

    def sizeHint(self) -> QSize:
        """As wide as the token says, as high as the rail allows."""
        return QSize(theme.current().size("rail-item-width"), self._height)

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
        top = round((rect.height() - size - 15) / 2)
        at = QPointF((rect.width() - size) / 2, top)
        painting.glyph(painter, at, self._icon, ink, size=size)
        words = QRectF(0, top + size + 3, rect.width(), 12)
        font, colour = look.font("rail-type"), look.colour(ink)
        painting.words(painter, words, self.text(), font=font, ink=colour, align=painting.CENTRE)
        if self._count:
            shown = str(self._count) if self._count <= _MOST_SHOWN else f"{_MOST_SHOWN}+"
            badge = QRectF(rect.width() / 2 + 3, top - 4, 18, 14)
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
        self._own: list[RailButton] = []
        column = QVBoxLayout(self)
        column.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        column.setContentsMargins(0, _MARGIN, 0, _MARGIN)
        column.setSpacing(_GAP)
        column.addWidget(Logo(), 0, _HCENTRE)
        self._space = QSpacerItem(0, _MARGIN)
        column.addSpacerItem(self._space)
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
        self._own.append(button)
        self._fit()
        return button

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a low window the buttons move together, so that none is cut off."""
        super().resizeEvent(event)
        self._fit()

    def minimumSizeHint(self) -> QSize:
        """The window's least height decides, not the number of screens."""
        return QSize(self.width(), 0)

    def _fit(self) -> None:
        look = theme.current()
        buttons = [*self._buttons.values(), *self._own]
        usual, logo = look.size("rail-item-height"), look.size("logo")
        roomy = logo + 3 * _MARGIN + 2 * _GAP + len(buttons) * (usual + _GAP)
        tight = self.height() < roomy
        margin, gap = (_TIGHT_MARGIN, _TIGHT_GAP) if tight else (_MARGIN, _GAP)
        room = self.height() - logo - 3 * margin - 2 * gap
        height = room // max(len(buttons), 1) - gap
        self._column.setContentsMargins(0, margin, 0, margin)
        self._column.setSpacing(gap)
        self._space.changeSize(0, margin)
        for button in buttons:
            button.set_height(max(min(height, usual), _LOWEST_ITEM))
        self._column.invalidate()

    def choose(self, screen_id: str) -> None:
        """Show `screen_id` as the one on screen; KeyError when it is not in the rail."""
        self._buttons[screen_id].setChecked(True)

    def set_count(self, screen_id: str, count: int) -> None:
        """How many things wait in a screen; KeyError when it is not in the rail."""
        self._buttons[screen_id].set_count(count)

    def _clicked(self, button: QAbstractButton) -> None:
        if isinstance(button, RailButton):
            self.chosen.emit(button.screen_id)


def bring_keyboard(screen: QWidget | None) -> None:
    """The keyboard goes along to a screen: to where it was there, else to its first part."""
    now = QApplication.focusWidget()
    if screen is None or (now is not None and screen.isAncestorOf(now)):
        return
    before: QWidget | None = screen.focusWidget()
    part = before if before is not None else _first_part(screen)
    if part is not None:
        part.setFocus(Qt.FocusReason.ShortcutFocusReason)


def _first_part(screen: QWidget) -> QWidget | None:
    part = screen.nextInFocusChain()
    while part is not None and part is not screen and screen.isAncestorOf(part):
        if part.isVisible() and part.isEnabled() and part.focusPolicy() & _BY_TAB:
            return part
        part = part.nextInFocusChain()
    return None
