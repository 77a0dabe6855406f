"""A side panel whose middle scrolls, with its acts always in sight at the foot."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from ui.widgets.frames import SidePanel


class ScrollPanel(SidePanel):
    """`inside` is the layout that scrolls, `foot` the one below it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._scroll = QScrollArea()
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        content = QWidget()
        self.inside = QVBoxLayout(content)
        self.inside.setContentsMargins(0, 0, 6, 0)
        self.inside.setSpacing(12)
        self._scroll.setWidget(content)
        self.foot = QVBoxLayout()
        self.foot.setContentsMargins(0, 0, 6, 0)
        self.foot.setSpacing(8)
        self.body.setContentsMargins(20, 20, 14, 20)
        self.body.setSpacing(12)
        self.body.addWidget(self._scroll, 1)
        self.body.addLayout(self.foot)
