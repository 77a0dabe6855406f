"""Small things that are looked at, not pressed: key caps, sold bars, seat labels, status dots."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui import theme
from ui.i18n import percent, tr
from ui.widgets import painting

_FIXED = QSizePolicy.Policy.Fixed
_EXPANDING = QSizePolicy.Policy.Expanding
_MOUSE_PASSES = Qt.WidgetAttribute.WA_TransparentForMouseEvents
_BAR = 4


class KeyCap(QWidget):
    """The key that does what stands beside it."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = text
        self.setAttribute(_MOUSE_PASSES)
        self.setSizePolicy(_FIXED, _FIXED)
        self.setAccessibleName(tr("Key {key}", key=text))

    def sizeHint(self) -> QSize:
        """As wide as the key's name."""
        return painting.cap_size(self._text)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The cap."""
        look = theme.current()
        painter = painting.begin(self)
        painting.key_cap(
            painter,
            QRectF(self.rect()),
            self._text,
            ink=look.colour("muted"),
            line=look.colour("line"),
            fill=look.colour("sunk"),
        )
        painter.end()


def paint_sold_bar(painter: QPainter, rect: QRectF, share: float) -> None:
    """A 4 px bar filled to `share` (0 to 1), for widgets and list delegates alike."""
    look = theme.current()
    track = QRectF(rect.left(), rect.center().y() - _BAR / 2, rect.width(), _BAR)
    painting.ground(painter, track, radius=_BAR / 2, fill=look.colour("line"))
    filled = max(min(share, 1.0), 0.0) * track.width()
    if filled <= 0:
        return
    painter.save()
    painter.setClipRect(QRectF(track.left(), track.top(), filled, track.height()))
    painting.ground(painter, track, radius=_BAR / 2, fill=look.colour("brass"))
    painter.restore()


class SoldBar(QWidget):
    """How much of the house is sold."""

    def __init__(self, share: float = 0.0, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(_EXPANDING, _FIXED)
        self._share = share
        self.set_share(share)

    def set_share(self, share: float) -> None:
        """Show `share`, 0 to 1."""
        self._share = share
        said = percent(round(share * 100) * 100)
        self.setAccessibleName(tr("{share} sold", share=said))
        self.update()

    def sizeHint(self) -> QSize:
        """Any width, 4 px high."""
        return QSize(80, _BAR)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Track and fill."""
        painter = painting.begin(self)
        paint_sold_bar(painter, QRectF(self.rect()), self._share)
        painter.end()


class SeatLabel(QWidget):
    """A seat of this basket as the basket lists it: "F 7" on the basket's own colour."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = text
        self.setSizePolicy(_FIXED, _FIXED)
        self.setAccessibleName(text)

    def sizeHint(self) -> QSize:
        """28 px high and at least 44 wide, so that labels line up."""
        look = theme.current()
        words = painting.width_of(self._text, look.font("chip-type", painting.SEMIBOLD))
        return QSize(max(44, round(words) + 16), 28)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Ground and label."""
        look = theme.current()
        painter = painting.begin(self)
        rect = QRectF(self.rect())
        painting.ground(painter, rect, radius=7, fill=look.colour("mine"))
        font, ink = look.font("chip-type", painting.SEMIBOLD), look.colour("mine-mark")
        painting.words(painter, rect, self._text, font=font, ink=ink, align=painting.CENTRE)
        painter.end()


class Dot(QWidget):
    """A round mark before a status; always stands beside words that say the same."""

    def __init__(self, token: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._token = token
        self.setSizePolicy(_FIXED, _FIXED)

    def set_token(self, token: str) -> None:
        """Another colour."""
        self._token = token
        self.update()

    def sizeHint(self) -> QSize:
        """8 px square."""
        return QSize(8, 8)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The dot."""
        painter = painting.begin(self)
        colour = theme.current().colour(self._token)
        painting.ground(painter, QRectF(self.rect()), radius=4, fill=colour)
        painter.end()
