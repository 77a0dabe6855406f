"""What the card terminal is doing, in the place where one pays: waiting, declined, or nobody knows."""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer, QRectF, QSize, QTimer, Signal
from PySide6.QtGui import QHideEvent, QPainterPath, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from ui import theme
from ui.box_office.payment_state import Asked, CardPhase
from ui.i18n import money, tr
from ui.widgets import painting
from ui.widgets.buttons import Button
from ui.widgets.frames import Label

_TICK_MS = 33
_ROUND_MS = 1600
_EXPANDING = QSizePolicy.Policy.Expanding
_FIXED = QSizePolicy.Policy.Fixed

_DECLINED = {
    "funds": "The bank declined it. Ask for another card, or take another tender.",
    "expired": "The card has expired. Ask for another one.",
    "cancelled": "It was cancelled at the terminal. Nothing was charged.",
    "not_allowed": "This card may not pay here. Ask for another one.",
}


class Pulse(QWidget):
    """A bar that goes to and fro while something is under way elsewhere."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(_EXPANDING, _FIXED)
        self._since = QElapsedTimer()
        self._tick = QTimer(self, interval=_TICK_MS)
        self._tick.timeout.connect(self.update)

    def sizeHint(self) -> QSize:
        """Any width, 4 px high."""
        return QSize(120, 4)

    def showEvent(self, event: QShowEvent) -> None:
        """Begin."""
        self._since.start()
        self._tick.start()
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Rest."""
        self._tick.stop()
        super().hideEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """A third of the track, moving."""
        look = theme.current()
        painter = painting.begin(self)
        rect = QRectF(self.rect())
        track = QPainterPath()
        track.addRoundedRect(rect, 2, 2)
        painter.setClipPath(track)
        painter.fillRect(rect, look.colour("line"))
        turn = (self._since.elapsed() % _ROUND_MS) / _ROUND_MS
        share = 1 - abs(2 * turn - 1)
        width = rect.width() / 3
        bar = QRectF(share * (rect.width() - width), 0, width, rect.height())
        painting.ground(painter, bar, radius=2, fill=look.colour("brass"))
        painter.end()


class TerminalCard(QWidget):
    """Shows an `Asked`; `stopped` when it is to be undone. Asking again is the big button's."""

    stopped = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = Label("", "lead", wrap=True)
        self.line = Label("", "muted", wrap=True)
        self.pulse = Pulse()
        self.stop = Button(tr("Cancel"), icon="x", key="Esc")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.title)
        column.addWidget(self.line)
        column.addWidget(self.pulse)
        column.addStretch(1)
        column.addWidget(self.stop)
        self.stop.clicked.connect(self.stopped)

    def show_asked(self, asked: Asked) -> None:
        """Words and buttons for where it has come to."""
        title, line, stop = self._said(asked)
        self.title.setText(title)
        self.line.setText(line)
        self.pulse.setVisible(asked.busy)
        self.stop.setText(stop)
        self.stop.setShortcut("Esc")  # new words take a button's shortcut away
        self.stop.setEnabled(asked.phase is not CardPhase.CANCELLING)

    @staticmethod
    def _said(asked: Asked) -> tuple[str, str, str]:
        match asked.phase:
            case CardPhase.WAITING:
                return (
                    tr("Waiting for the terminal …"),
                    tr("{amount}. The customer pays there.", amount=money(asked.amount)),
                    tr("Cancel"),
                )
            case CardPhase.CANCELLING:
                return tr("Undoing the card payment …"), money(asked.amount), tr("Cancel")
            case CardPhase.DECLINED:
                text = _DECLINED.get(asked.reason, "Ask for another card, or take another tender.")
                return tr("Card declined"), tr(text), tr("Put away")
            case _:
                return (
                    tr("No answer from the terminal"),
                    tr(
                        "{amount} may have been charged. Asking again charges nothing.",
                        amount=money(asked.amount),
                    ),
                    tr("Undo it at the terminal"),
                )
