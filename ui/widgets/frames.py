"""Grounds to put things on, words to put there, and what to say when there is nothing yet."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from ui import theme
from ui.widgets import painting
from ui.widgets.buttons import Button

Role = Literal[
    "text", "title", "total", "lead", "strong", "muted", "small", "heading", "good", "warn", "bad"
]

_FIXED = QSizePolicy.Policy.Fixed
_ELIDE = Qt.TextElideMode.ElideRight
_CENTRE = Qt.AlignmentFlag.AlignCenter
_HCENTRE = Qt.AlignmentFlag.AlignHCenter


class Card(QFrame):
    """A white card with a hairline; `body` is its layout, 16 px inside unless told."""

    def __init__(self, *, padding: int = 16, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(padding, padding, padding, padding)
        self.body.setSpacing(12)


class SidePanel(QFrame):
    """Details at the right edge instead of a new window; `body` is its layout."""

    def __init__(self, *, width: str = "basket", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedWidth(theme.current().size(width))
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(20, 20, 20, 20)
        self.body.setSpacing(8)


class ListPanel(QFrame):
    """A list at the left edge to choose from; `body` is its layout."""

    def __init__(self, *, width: str = "programme", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedWidth(theme.current().size(width))
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(16, 20, 16, 20)
        self.body.setSpacing(12)


class Rule(QFrame):
    """A hairline between two things."""


class Label(QLabel):
    """Words in one of the house's few type roles; `setProperty("role", …)` is done here only."""

    def __init__(
        self,
        text: str = "",
        role: Role = "text",
        *,
        wrap: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", role)
        self.setWordWrap(wrap)

    def set_role(self, role: Role) -> None:
        """Another role for the same words."""
        self.setProperty("role", role)
        self.style().unpolish(self)
        self.style().polish(self)


class LineLabel(Label):
    """One line that gives way: what does not fit ends in dots, and is told by the tool tip."""

    def minimumSizeHint(self) -> QSize:
        """A few letters wide, so that a long name never pushes a panel open."""
        return QSize(24, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """The words, elided when they must."""
        rect = self.contentsRect()
        shown = self.fontMetrics().elidedText(self.text(), _ELIDE, rect.width())
        self.setToolTip(self.text() if shown != self.text() else "")
        painter = painting.begin(self)
        painter.setFont(self.font())
        painter.setPen(self.palette().windowText().color())
        painter.drawText(rect, self.alignment(), shown)
        painter.end()


class Header(QWidget):
    """The top of a screen: title, a line below it, buttons at the right (layout `buttons`)."""

    def __init__(self, title: str, line: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = LineLabel(title, "title")
        self.line = LineLabel(line, "muted")
        self.line.setHidden(not line)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self.title)
        words.addWidget(self.line)
        self.buttons = QHBoxLayout()
        self.buttons.setSpacing(8)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        row.addLayout(words, 1)
        row.addLayout(self.buttons)
        row.setAlignment(self.buttons, Qt.AlignmentFlag.AlignTop)

    def set_line(self, text: str) -> None:
        """The line below the title; none when empty."""
        self.line.setText(text)
        self.line.setVisible(bool(text))


class Drawing(QWidget):
    """An icon drawn large on a quiet disc."""

    def __init__(self, icon: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = icon
        self.setSizePolicy(_FIXED, _FIXED)

    def sizeHint(self) -> QSize:
        """Square, by token."""
        side = theme.current().size("drawing")
        return QSize(side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        """A ring of light around the icon."""
        look = theme.current()
        painter = painting.begin(self)
        rect = QRectF(self.rect())
        painting.ground(painter, rect, radius=rect.width() / 2, fill=look.colour("pressed"))
        inner = rect.adjusted(10, 10, -10, -10)
        painting.ground(painter, inner, radius=inner.width() / 2, fill=look.colour("surface"))
        size = 36
        at = QPointF((rect.width() - size) / 2, (rect.height() - size) / 2)
        painting.glyph(painter, at, self._icon, "brass", size=size)
        painter.end()


class Empty(QWidget):
    """What a list shows when it is empty: a drawing, a sentence, and perhaps what to do."""

    acted = Signal()

    def __init__(
        self,
        title: str,
        sentence: str,
        *,
        icon: str,
        action: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(4)
        column.addStretch(2)
        column.addWidget(Drawing(icon), 0, _HCENTRE)
        column.addSpacing(12)
        self.title = Label(title, "lead")
        self.sentence = Label(sentence, "muted", wrap=True)
        for label in (self.title, self.sentence):
            label.setAlignment(_CENTRE)
            column.addWidget(label)
        self.button = Button(action, look="primary") if action else None
        if self.button:
            column.addSpacing(12)
            column.addWidget(self.button, 0, _HCENTRE)
            self.button.clicked.connect(self.acted)
        column.addStretch(3)
