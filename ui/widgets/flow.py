"""Parts beside each other that go on in the next line when the first is full, as words do."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QRect, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

_GAP = 8
_LAYOUT = QEvent.Type.LayoutRequest


class Flow(QWidget):
    """Holds chips; as high as the lines they need at the width there is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._parts: list[QWidget] = []
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setSizePolicy(policy)

    def set_parts(self, parts: list[QWidget]) -> None:
        """Show these instead of what was there."""
        for old in self._parts:
            old.hide()
            old.deleteLater()
        self._parts = parts
        for part in parts:
            part.setParent(self)
            part.show()
        self._place()

    def parts(self) -> tuple[QWidget, ...]:
        """What is shown, in order."""
        return tuple(self._parts)

    def sizeHint(self) -> QSize:
        """One line of everything."""
        width = sum(part.sizeHint().width() + _GAP for part in self._parts)
        return QSize(width, self.minimumHeight())

    def minimumSizeHint(self) -> QSize:
        """The widest part."""
        widths = [part.sizeHint().width() for part in self._parts]
        return QSize(min(max(widths, default=0), 160), self.minimumHeight())

    def event(self, event: QEvent) -> bool:
        """A part has grown, come or gone."""
        if event.type() == _LAYOUT:
            self._place()
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Break the lines anew."""
        self._place()
        super().resizeEvent(event)

    def _place(self) -> None:
        at, line = QPoint(0, 0), 0
        for part in self._parts:
            if part.isHidden():
                continue
            size = part.sizeHint()
            if at.x() and at.x() + size.width() > self.width():
                at, line = QPoint(0, at.y() + line + _GAP), 0
            part.setGeometry(QRect(at, QSize(min(size.width(), self.width()), size.height())))
            at.setX(at.x() + size.width() + _GAP)
            line = max(line, size.height())
        self.setFixedHeight(at.y() + line)
