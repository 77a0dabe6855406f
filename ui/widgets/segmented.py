"""A choice of few, all in sight: Adult | Child | Conc."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Signal
from PySide6.QtGui import QPainterPath, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QHBoxLayout, QSizePolicy, QWidget

from ui import theme
from ui.widgets import painting
from ui.widgets.buttons import Pressable

_FIXED = QSizePolicy.Policy.Fixed


class _Segment(Pressable):
    """One of the choices; round where the control ends."""

    def __init__(self, key: str, text: str) -> None:
        super().__init__(text)
        self.key = key
        self.first = False
        self.last = False
        self.setCheckable(True)
        self.setSizePolicy(_FIXED, _FIXED)

    def sizeHint(self) -> QSize:
        """Words with 9 px either side."""
        words = painting.width_of(self.text(), theme.current().font("small-type"))
        return QSize(round(words + 0.5) + 18, 30)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Dark when chosen; a ring inside when the keyboard is here."""
        look = theme.current()
        painter = painting.begin(self)
        rect = QRectF(self.rect())
        painter.setClipPath(self._outline(rect))
        token = "chosen" if self.isChecked() else "hover" if self.underMouse() else "surface"
        painter.fillRect(rect, look.colour(token))
        ink = "chosen-text" if self.isChecked() else "muted"
        if not self.isEnabled():
            ink = "faint"
        font = look.font("small-type", painting.MEDIUM if self.isChecked() else painting.REGULAR)
        words = self.text()
        painting.words(painter, rect, words, font=font, ink=look.colour(ink), align=painting.CENTRE)
        if self.ringed:
            painting.ring(painter, rect, radius=look.size("radius-field") - 1)
        painter.end()

    def _outline(self, rect: QRectF) -> QPainterPath:
        """The segment with the outer corners of the whole control."""
        radius = theme.current().size("radius-field") - 1
        left = 0 if self.first else radius
        right = 0 if self.last else radius
        path = QPainterPath()
        path.addRoundedRect(rect.adjusted(-left, 0, right, 0), radius, radius)
        return path


class Segmented(QWidget):
    """Exactly one of `options` (key, words) is chosen; arrow keys move the choice.

    `chosen` carries the key, only when a person chose.
    """

    chosen = Signal(str)

    def __init__(
        self,
        options: Sequence[tuple[str, str]],
        *,
        accessible: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(accessible)
        self.setSizePolicy(_FIXED, _FIXED)
        self._group = QButtonGroup(self)
        self._segments = [_Segment(key, text) for key, text in options]
        row = QHBoxLayout(self)
        row.setContentsMargins(1, 1, 1, 1)
        row.setSpacing(1)
        for segment in self._segments:
            self._group.addButton(segment)
            row.addWidget(segment)
        if self._segments:
            self._segments[0].first = True
            self._segments[0].setChecked(True)
            self._segments[-1].last = True
        self._group.buttonToggled.connect(self._toggled)
        self._told = self.choice()

    def choice(self) -> str:
        """The key chosen now; "" when there are no options."""
        button = self._group.checkedButton()
        return button.key if isinstance(button, _Segment) else ""

    def choose(self, key: str) -> None:
        """Show `key` as chosen without telling anybody; KeyError when there is no such option."""
        segment = {segment.key: segment for segment in self._segments}[key]
        self._told = key
        segment.setChecked(True)

    def _toggled(self, button: QAbstractButton, checked: bool) -> None:
        if checked and isinstance(button, _Segment) and button.key != self._told:
            self._told = button.key
            self.chosen.emit(button.key)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The frame and the hairlines between."""
        look = theme.current()
        painter = painting.begin(self)
        line = look.colour("line")
        rect = QRectF(self.rect())
        painting.ground(painter, rect, radius=look.size("radius-field"), fill=line, line=line)
        painter.end()
