"""The room above the screen for what the operator must know: what holds at the moment, and what happened.

It takes no place while there is nothing to say.
"""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.errors import Level
from ui.widgets.notice import NoticeBar


class NoticeRoom(QWidget):
    """`standing` says what holds and goes by itself when it no longer does; `notice` stays until closed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.standing = NoticeBar(closable=False)
        self.notice = NoticeBar()
        room = QVBoxLayout(self)
        room.setContentsMargins(24, 12, 24, 12)
        room.setSpacing(8)
        room.addWidget(self.standing)
        room.addWidget(self.notice)
        self.notice.closed.connect(self._fit)
        self.hide()

    def say(self, text: str, *, level: Level) -> None:
        """What happened."""
        self.notice.say(text, level=level)
        self._fit()

    def take_back(self, text: str) -> None:
        """What the notice said holds no more."""
        if self.notice.text() == text:
            self.notice.clear()
            self._fit()

    def let_stand(self, text: str, *, level: Level) -> None:
        """What holds from now on; "" that it no longer does."""
        if text:
            self.standing.say(text, level=level)
        else:
            self.standing.clear()
        self._fit()

    def _fit(self) -> None:
        self.setVisible(not (self.standing.isHidden() and self.notice.isHidden()))
