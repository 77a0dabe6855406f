"""What the program tells the operator: a bar in the page with the remedy, a toast to confirm.

A bar stays until it is closed or answered; a toast goes by itself, waits while the mouse is on it,
and once closed never comes back. Both are read out by screen readers.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import (
    QEasingCurve,
    QEvent,
    QObject,
    QPropertyAnimation,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QEnterEvent, QPaintEvent
from PySide6.QtWidgets import QFrame, QGraphicsOpacityEffect, QHBoxLayout, QSizePolicy, QWidget

from ui import theme
from ui.errors import Level
from ui.i18n import tr
from ui.widgets import painting
from ui.widgets.buttons import Button
from ui.widgets.frames import Label

_ICONS = {
    Level.GOOD: "check-circle",
    Level.WARN: "alert-triangle",
    Level.BAD: "x-circle",
}
_STAYS_MS = 4000
_FADES_MS = 180
_MOST = 3
_MARGIN = 16
_FIXED = QSizePolicy.Policy.Fixed
_RESIZE = QEvent.Type.Resize
_TOP = Qt.AlignmentFlag.AlignTop


class Sign(QWidget):
    """The sign of a level, 20 px: its shape says the same as its colour."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = _ICONS[Level.GOOD]
        self._ink = "good"
        self.setSizePolicy(_FIXED, _FIXED)

    def show_level(self, level: Level, ink: str = "") -> None:
        """The sign of `level`, in its colour or in the token `ink`."""
        self._icon, self._ink = _ICONS[level], ink or level.value
        self.update()

    def sizeHint(self) -> QSize:
        """Icon size."""
        side = theme.current().size("icon")
        return QSize(side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The icon."""
        painter = painting.begin(self)
        at = self.rect().topLeft().toPointF()
        painting.glyph(painter, at, self._icon, self._ink, size=self.width())
        painter.end()


class NoticeBar(QFrame):
    """A line across the page. Hidden while there is nothing to say."""

    acted = Signal()
    closed = Signal()

    def __init__(self, parent: QWidget | None = None, *, closable: bool = True) -> None:
        super().__init__(parent)
        self._sign = Sign()
        self._words = Label(wrap=True)
        self._words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._action = Button("", height="chip")
        self._close = Button("", look="quiet", icon="x", height="chip", accessible=tr("Close"))
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 8, 8, 8)
        row.setSpacing(10)
        row.addWidget(self._sign)
        row.addWidget(self._words, 1)
        row.addWidget(self._action)
        row.addWidget(self._close)
        self._close.setVisible(closable)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, _FIXED)
        self._action.clicked.connect(self.acted)
        self._close.clicked.connect(self._closed)
        self.hide()

    def say(self, text: str, *, level: Level, action: str = "") -> None:
        """Show `text`; `action` names a button that fires `acted`."""
        self._words.setText(text)
        self._sign.show_level(level)
        self._action.setText(action)
        self._action.setVisible(bool(action))
        self.setProperty("level", level.value)
        self.style().unpolish(self)
        self.style().polish(self)
        self.show()
        _announce(self, text, level)

    def text(self) -> str:
        """What it says, "" while hidden."""
        return "" if self.isHidden() else self._words.text()

    def clear(self) -> None:
        """Say nothing any more, because it no longer holds."""
        self.hide()

    def _closed(self) -> None:
        self.clear()
        self.closed.emit()


class Toast(QFrame):
    """One confirmation that goes by itself."""

    def __init__(
        self,
        text: str,
        *,
        level: Level,
        gone: Callable[[Toast], None],
        action: str = "",
        act: Callable[[], object] | None = None,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._gone = gone
        self.text = text
        sign = Sign()
        sign.show_level(level, "hover-card-text")
        self._words = Label(text)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 8, 8, 8)
        row.setSpacing(10)
        row.addWidget(sign)
        row.addWidget(self._words, 1)
        self._close = Button("", look="inverse", icon="x", height="chip", accessible=tr("Close"))
        self.action = Button(action, look="inverse", height="chip") if action else None
        if self.action:
            row.addWidget(self.action)
            self.action.clicked.connect(self.leave)
            if act:
                self.action.clicked.connect(act)
        row.addWidget(self._close)
        self._effect = QGraphicsOpacityEffect(self, opacity=1.0)
        self._effect.setEnabled(False)
        self.setGraphicsEffect(self._effect)
        self._fade = QPropertyAnimation(self._effect, b"opacity", self)
        self._fade.setDuration(_FADES_MS)
        self._fade.setEndValue(0.0)
        self._fade.setEasingCurve(QEasingCurve.Type.InQuad)
        self._stay = QTimer(self, singleShot=True, interval=_STAYS_MS)
        self._stay.timeout.connect(self._start_fading)
        self._fade.finished.connect(self.leave)
        self._close.clicked.connect(self.leave)
        self.adjustSize()

    def appear(self, *, level: Level) -> None:
        """Come into sight, once placed: shown earlier it could meet the mouse in passing."""
        self.show()
        self._stay.start()
        _announce(self, self.text, level)

    def enterEvent(self, event: QEnterEvent) -> None:
        """Somebody reads: stay."""
        self._stay.stop()
        self._fade.stop()
        self._effect.setOpacity(1.0)
        self._effect.setEnabled(False)
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Read: go in time."""
        self._stay.start()
        super().leaveEvent(event)

    def leave(self) -> None:
        """Go now and for good."""
        self._stay.stop()
        self._fade.stop()
        if not self.isHidden():
            self.hide()
            self._gone(self)
            self.deleteLater()

    def _start_fading(self) -> None:
        self._effect.setEnabled(True)
        self._fade.start()


class Toasts(QObject):
    """Shows toasts at the foot of `host`, the newest lowest, three at the most."""

    def __init__(self, host: QWidget, *, above: int = 0) -> None:
        super().__init__(host)
        self._host = host
        self._above = above
        self._shown: list[Toast] = []
        host.installEventFilter(self)

    def say(
        self,
        text: str,
        *,
        level: Level = Level.GOOD,
        action: str = "",
        act: Callable[[], object] | None = None,
    ) -> None:
        """Show `text`, or leave it up longer when it is there already; `act` runs on its button."""
        for toast in [toast for toast in self._shown if toast.text == text]:
            toast.leave()
        while len(self._shown) >= _MOST:
            self._shown[0].leave()
        toast = Toast(text, level=level, gone=self._gone, action=action, act=act, parent=self._host)
        self._shown.append(toast)
        self._place()
        toast.appear(level=level)

    def texts(self) -> tuple[str, ...]:
        """What is up now, oldest first."""
        return tuple(toast.text for toast in self._shown)

    def to_front(self) -> None:
        """Above what has come into the host since."""
        for toast in self._shown:
            toast.raise_()

    def _gone(self, toast: Toast) -> None:
        self._shown = [other for other in self._shown if other is not toast]
        self._place()

    def _place(self) -> None:
        bottom = self._host.height() - _MARGIN - self._above
        for toast in reversed(self._shown):
            left = (self._host.width() - toast.width()) // 2
            toast.move(left, bottom - toast.height())
            toast.raise_()
            bottom -= toast.height() + 8

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep to the foot when the window changes its size."""
        if event.type() == _RESIZE:
            self._place()
        return super().eventFilter(watched, event)


def _announce(widget: QWidget, text: str, level: Level) -> None:
    """Let a screen reader say it: politely, or at once when something is broken."""
    said = QAccessibleAnnouncementEvent(widget, text)
    if level is Level.BAD:
        said.setPoliteness(QAccessible.AnnouncementPoliteness.Assertive)
    QAccessible.updateAccessibility(said)
