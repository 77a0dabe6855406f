"""Everything one can press: buttons, chips, payment targets.

All are QPushButton underneath, so screen readers, shortcuts and Space work; Return presses too,
because a cashier's hand rests there. The ring shows only when the focus came by keyboard.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFocusEvent, QFont, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from ui import theme
from ui.widgets import painting

Look = Literal["plain", "primary", "quiet", "danger", "inverse"]
Height = Literal["button", "pay", "chip", "tender"]

_RETURN = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_BY_MOUSE = Qt.FocusReason.MouseFocusReason
_HAND = Qt.CursorShape.PointingHandCursor
_HOVER = Qt.WidgetAttribute.WA_Hover
_FIXED = QSizePolicy.Policy.Fixed
_PREFERRED = QSizePolicy.Policy.Preferred
_GAP = 8
_PILL = 11  # either side of a chip's words


@dataclass(frozen=True)
class _Inks:
    """Colour tokens of one look: ground at rest, under the mouse, pressed; hairline; text."""

    rest: str | None
    hover: str
    pressed: str
    line: str | None
    text: str


_LOOKS: dict[str, _Inks] = {
    "plain": _Inks("surface", "hover", "pressed", "line", "text"),
    "primary": _Inks("action", "action-hover", "action-pressed", None, "action-text"),
    "quiet": _Inks(None, "hover", "pressed", None, "muted"),
    "danger": _Inks("surface", "notice-bad", "notice-bad-line", "line", "bad"),
    "inverse": _Inks(None, "hover-card-line", "hover-card-line", None, "hover-card-text"),
}
_CHOSEN = _Inks("chosen", "chosen", "chosen", None, "chosen-text")
_DISABLED = _Inks("action-idle", "action-idle", "action-idle", None, "faint")
_DISABLED_QUIET = _Inks(None, "hover", "hover", None, "faint")


class Pressable(QPushButton):
    """A push button that paints itself; subclasses say how big and how it looks."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._by_keyboard = False
        self.setAttribute(_HOVER)
        self.setCursor(_HAND)
        self.setAutoDefault(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return presses like Space, once however long it is held down."""
        if event.key() in _RETURN:
            if not event.isAutoRepeat():
                self.click()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Remember whether the focus came by keyboard."""
        self._by_keyboard = event.reason() != _BY_MOUSE
        super().focusInEvent(event)

    @property
    def ringed(self) -> bool:
        """Whether the focus ring is due."""
        return self.hasFocus() and self._by_keyboard

    def minimumSizeHint(self) -> QSize:
        """Painted parts never shrink below what they show."""
        return self.sizeHint()

    def fill_token(self, inks: _Inks) -> str | None:
        """The ground for the state the button is in."""
        if self.isDown():
            return inks.pressed
        return inks.hover if self.underMouse() and self.isEnabled() else inks.rest

    def paint_ground(self, painter: QPainter, inks: _Inks, *, radius: float) -> None:
        """Ground, hairline and ring."""
        look = theme.current()
        token = self.fill_token(inks)
        rect = QRectF(self.rect())
        painting.ground(
            painter,
            rect,
            radius=radius,
            fill=look.colour(token) if token else None,
            line=look.colour(inks.line) if inks.line else None,
        )
        if self.ringed:
            gap = look.colour("surface") if inks.line is None and inks.rest else None
            painting.ring(painter, rect, radius=radius, gap=gap)


class Button(Pressable):
    """The ordinary button: optional icon before and key cap behind the words.

    `height` is a size token; "pay" is the one big button of a screen. Without words give
    `accessible`, which also becomes the tool tip.
    """

    def __init__(
        self,
        text: str,
        *,
        look: Look = "plain",
        icon: str = "",
        key: str = "",
        height: Height = "button",
        accessible: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self._look = look
        self._icon = icon
        self._key = key
        self._height: Height = height
        self.setSizePolicy(_FIXED if icon and not text else _PREFERRED, _FIXED)
        if accessible:
            self.setAccessibleName(accessible)
            self.setToolTip(accessible)

    def set_key(self, key: str) -> None:
        """Print another key on the button; "" prints none."""
        self._key = key
        self.updateGeometry()
        self.update()

    def set_glyph(self, icon: str) -> None:
        """Show another icon; "" shows none."""
        self._icon = icon
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Words, icon and cap side by side; square when there is only an icon."""
        height = theme.current().size(self._height)
        content = self._content_width()
        if not self.text() and not self._key:
            return QSize(height, height)
        return QSize(round(content + 2 * self._padding() + 0.5), height)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Ground, then icon, words and cap centred as one."""
        painter = painting.begin(self)
        inks = self._inks()
        self.paint_ground(painter, inks, radius=self._radius())
        x = max((self.width() - self._content_width()) / 2, self._padding())
        x = self._paint_icon(painter, x, inks)
        x = self._paint_text(painter, x, inks)
        self._paint_cap(painter, x, inks)
        painter.end()

    def _inks(self) -> _Inks:
        if not self.isEnabled():
            return _DISABLED_QUIET if self._look == "quiet" else _DISABLED
        return _CHOSEN if self.isChecked() else _LOOKS[self._look]

    def _font(self) -> QFont:
        look = theme.current()
        if self._height == "pay":
            return look.font("pay-type", painting.SEMIBOLD)
        weight = painting.SEMIBOLD if self._look == "primary" else painting.MEDIUM
        return look.font("chip-type" if self._height == "chip" else "type", weight)

    def _radius(self) -> float:
        tokens = {"pay": "radius-button", "tender": "radius-row", "chip": "radius-field"}
        return theme.current().size(tokens.get(self._height, "radius-field"))

    def _padding(self) -> float:
        if not self.text():
            return 0.0
        return 12.0 if self._height == "chip" or self._look == "quiet" else 16.0

    def _icon_size(self) -> int:
        small = self._height == "chip" or bool(self.text())
        return theme.current().size("icon-small" if small else "icon")

    def _content_width(self) -> float:
        parts = []
        if self._icon:
            parts.append(float(self._icon_size()))
        if self.text():
            parts.append(painting.width_of(self.text(), self._font()))
        if self._key:
            parts.append(float(painting.cap_size(self._key).width()))
        return sum(parts) + _GAP * max(len(parts) - 1, 0)

    def _paint_icon(self, painter: QPainter, x: float, inks: _Inks) -> float:
        if not self._icon:
            return x
        size = self._icon_size()
        at = QPointF(round(x), round((self.height() - size) / 2))
        painting.glyph(painter, at, self._icon, inks.text, size=size)
        return x + size + _GAP

    def _paint_text(self, painter: QPainter, x: float, inks: _Inks) -> float:
        if not self.text():
            return x
        cap = painting.cap_size(self._key).width() + _GAP if self._key else 0
        wanted = painting.width_of(self.text(), self._font())
        room = min(wanted, self.width() - x - self._padding() - cap)
        rect = QRectF(x, 0, room, self.height())
        ink = theme.current().colour(inks.text)
        painting.words(painter, rect, self.text(), font=self._font(), ink=ink)
        return x + room + _GAP

    def _paint_cap(self, painter: QPainter, x: float, inks: _Inks) -> None:
        if not self._key:
            return
        look = theme.current()
        size = painting.cap_size(self._key)
        rect = QRectF(
            round(x), round((self.height() - size.height()) / 2), size.width(), size.height()
        )
        ink = look.colour("muted" if inks is _LOOKS["plain"] else inks.text)
        line = look.colour("line")
        if inks.line is None and inks.rest:
            line = look.colour(inks.text)
            line.setAlphaF(0.55)
        painting.key_cap(painter, rect, self._key, ink=ink, line=line, fill=None)


class Chip(Pressable):
    """A pill to filter by: an optional colour dot, words, an optional figure in bold.

    Checkable ones turn dark when chosen, so the state does not hang on the dot's colour.
    """

    def __init__(
        self,
        text: str,
        *,
        value: str = "",
        dot: str = "",
        checkable: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self._value = value
        self._dot = dot
        self.setCheckable(checkable)
        self.setSizePolicy(_FIXED, _FIXED)
        self._name()

    def set_value(self, value: str) -> None:
        """Another figure behind the words."""
        self._value = value
        self._name()
        self.updateGeometry()
        self.update()

    def _name(self) -> None:
        self.setAccessibleName(f"{self.text()} {self._value}".strip())

    def sizeHint(self) -> QSize:
        """Dot, words and figure in a row."""
        look = theme.current()
        font, bold = look.font("chip-type"), look.font("chip-type", painting.SEMIBOLD)
        width = 2 * _PILL + painting.width_of(self.text(), font)
        width += 10 + _GAP if self._dot else 0
        width += painting.width_of(self._value, bold) + _GAP if self._value else 0
        return QSize(round(width + 0.5), look.size("chip"))

    def paintEvent(self, event: QPaintEvent) -> None:
        """The pill."""
        look = theme.current()
        painter = painting.begin(self)
        inks = _CHOSEN if self.isChecked() else _LOOKS["plain"]
        if not self.isEnabled():
            inks = _DISABLED
        self.paint_ground(painter, inks, radius=self.height() / 2)
        x = float(_PILL)
        if self._dot:
            dot = QRectF(x, round(self.height() / 2) - 5, 10, 10)
            painting.ground(painter, dot, radius=3, fill=look.colour(self._dot))
            x += 10 + _GAP
        self._paint_words(painter, x, inks)
        painter.end()

    def _paint_words(self, painter: QPainter, x: float, inks: _Inks) -> None:
        """Where room is scarce the words give way, never the figure."""
        look = theme.current()
        font, bold = look.font("chip-type"), look.font("chip-type", painting.SEMIBOLD)
        figure = painting.width_of(self._value, bold) + 1 if self._value else 0.0
        end = self.width() - (_PILL - 1.0) - figure
        room = end - x - (_GAP if self._value else 0)
        wanted = min(painting.width_of(self.text(), font) + 1, room)
        ink, height = look.colour(inks.text), self.height()
        words = QRectF(x, 0, wanted, height)
        painting.words(painter, words, self.text(), font=font, ink=ink)
        at = QRectF(x + wanted + _GAP - 1, 0, figure, height)
        painting.words(painter, at, self._value, font=bold, ink=ink)


class TenderButton(Pressable):
    """A payment target: the means of payment above its key, framed when chosen."""

    def __init__(self, text: str, *, key: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._key = key
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, _FIXED)

    def sizeHint(self) -> QSize:
        """At least as wide as high, with air around the words."""
        look = theme.current()
        words = painting.width_of(self.text(), look.font("type", painting.MEDIUM))
        height = look.size("tender")
        return QSize(max(round(words) + 24, height), height)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Ground, name, key."""
        look = theme.current()
        painter = painting.begin(self)
        radius = look.size("radius-row")
        inks = _Inks("sunk", "hover", "pressed", "line", "text")
        if self.isChecked():
            inks = _Inks("action-soft", "action-soft", "action-soft", "action", "text")
        if not self.isEnabled():
            inks = _DISABLED
        self.paint_ground(painter, inks, radius=radius)
        if self.isChecked() and not self.ringed:
            rect = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
            painting.ground(painter, rect, radius=radius, fill=None, line=look.colour("action"))
        self._paint_words(painter, inks)
        painter.end()

    def _paint_words(self, painter: QPainter, inks: _Inks) -> None:
        look = theme.current()
        middle = self.height() / 2
        font, ink = look.font("type", painting.MEDIUM), look.colour(inks.text)
        top = middle - (18 if self._key else 10)
        rect = QRectF(8, top, self.width() - 16, look.size("type-line"))
        painting.words(painter, rect, self.text(), font=font, ink=ink, align=painting.CENTRE)
        if self._key:
            rect = QRectF(8, top + 20, self.width() - 16, 16)
            small, muted = look.font("tiny-type"), look.colour("muted")
            painting.words(painter, rect, self._key, font=small, ink=muted, align=painting.CENTRE)
