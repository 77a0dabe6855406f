"""Labelled fields: the label above, the field 40 px high, what is wrong with it right below."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeyEvent, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QDateTimeEdit,
    QHBoxLayout,
    QLineEdit,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.domain.errors import Invalid
from app.domain.values import Money
from ui import theme
from ui.errors import field_words
from ui.i18n import amount, parse_money, tr
from ui.widgets import painting
from ui.widgets.frames import Label

_SETTLED_MS = 90
# Qt 6.11 lays a styled spin box's text against its left edge whatever the padding says
_INSET = 11
_ROOM_FOR_CAP = 320  # logical pixels of a sale line
_ESCAPE = Qt.Key.Key_Escape
_TRAILING = QLineEdit.ActionPosition.TrailingPosition
_HIDDEN = QLineEdit.EchoMode.Password
_SHOWN = QLineEdit.EchoMode.Normal
_HAND = Qt.CursorShape.PointingHandCursor


class Field(QWidget):
    """A line to fill in. `edited` fires as the operator types; any problem shown goes then."""

    edited = Signal(str)
    entered = Signal()

    def __init__(
        self,
        label: str,
        *,
        hint: str = "",
        value: str = "",
        edit: QLineEdit | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.edit = edit or QLineEdit()
        self.edit.setPlaceholderText(hint)
        self.edit.setText(value)
        self.edit.setAccessibleName(label)
        self.setFocusProxy(self.edit)
        self.label = Label(label, "heading")
        self.label.setBuddy(self.edit)
        self._problem = Label("", "bad", wrap=True)
        self._problem.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for part in (self.label, self.edit, self._problem):
            column.addWidget(part)
        self.edit.textEdited.connect(self._edited)
        self.edit.returnPressed.connect(self.entered)

    def text(self) -> str:
        """What stands in the field, without the spaces around it."""
        return self.edit.text().strip()

    def set_text(self, text: str) -> None:
        """Put `text` there and take any problem away."""
        self.edit.setText(text)
        self.set_problem("")

    def problem(self) -> str:
        """The sentence shown, "" when all is well."""
        return self._problem.text()

    def set_problem(self, sentence: str) -> None:
        """Say what is wrong, in words and by the field's line; "" says nothing is."""
        if sentence == self._problem.text():
            return
        self._problem.setText(sentence)
        self._problem.setVisible(bool(sentence))
        self.edit.setAccessibleDescription(sentence)
        self.edit.setProperty("invalid", bool(sentence))
        self.edit.style().unpolish(self.edit)
        self.edit.style().polish(self.edit)

    def _edited(self, text: str) -> None:
        self.set_problem("")
        self.edited.emit(text)


class MoneyField(Field):
    """An amount in one currency, figures at the right."""

    def __init__(
        self,
        label: str,
        *,
        currency: str,
        value: Money | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(label, parent=parent)
        self._currency = currency
        self.edit.setAlignment(painting.RIGHT)
        if value is not None:
            self.set_money(value)
        self.edit.editingFinished.connect(self._check)

    def money(self) -> Money:
        """The amount typed; Invalid({"amount": …}) when it is none."""
        return parse_money(self.text(), self._currency)

    def set_currency(self, currency: str) -> None:
        """Take amounts of this currency from now on."""
        self._currency = currency

    def set_money(self, value: Money) -> None:
        """Show `value` as a cashier would type it."""
        self.set_text(amount(value))

    def _check(self) -> None:
        if not self.text():
            return
        try:
            self.set_money(self.money())
        except Invalid as error:
            self.set_problem(field_words(error.problems)["amount"])


class PasswordField(Field):
    """A secret, with an eye to look at it."""

    def __init__(self, label: str, *, parent: QWidget | None = None) -> None:
        super().__init__(label, parent=parent)
        self.edit.setEchoMode(_HIDDEN)
        self._reveal = QAction(self)
        self._reveal.setCheckable(True)
        self.edit.addAction(self._reveal, _TRAILING)
        self._reveal.toggled.connect(self._show)
        theme.themes.changed.connect(self._dress)
        self._dress()
        for button in self.edit.findChildren(QToolButton):
            button.setCursor(_HAND)

    def _show(self, shown: bool) -> None:
        self.edit.setEchoMode(_SHOWN if shown else _HIDDEN)
        self._dress()

    def _dress(self) -> None:
        shown = self._reveal.isChecked()
        self._reveal.setIcon(theme.icon("eye-off" if shown else "eye", "muted", size=16))
        self._reveal.setText(tr("Hide the password") if shown else tr("Show the password"))


class NumberBox(QSpinBox):
    """A whole number; use a Stepper instead where it is small and touched often."""

    def __init__(
        self, *, accessible: str, least: int = 0, most: int = 99, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setRange(least, most)
        self.setAccessibleName(accessible)
        self.lineEdit().setTextMargins(_INSET, 0, 0, 0)


class MomentBox(QDateTimeEdit):
    """A day and a time at the venue, with a calendar to choose the day from."""

    def __init__(self, *, accessible: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(accessible)
        self.setDisplayFormat("d MMM yyyy, HH:mm")
        self.setCalendarPopup(True)


class SearchField(QLineEdit):
    """Type to find: `searched` fires when the typing has settled; Esc clears."""

    searched = Signal(str)

    def __init__(self, hint: str, *, key: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._key = key
        self._settle = QTimer(self, singleShot=True, interval=_SETTLED_MS)
        self._hint = hint
        self.setPlaceholderText(hint)
        self.setAccessibleName(hint)
        self.setTextMargins(24, 0, painting.cap_size(key).width() + 8 if key else 0, 0)
        self.textChanged.connect(self._settle.start)
        self._settle.timeout.connect(self._tell)

    def _tell(self) -> None:
        self.searched.emit(self.text().strip())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A hint that has no room says no more than what the field is for."""
        super().resizeEvent(event)
        margins = self.textMargins()
        room = self.width() - margins.left() - margins.right() - 2 * _INSET - 8
        fits = self.fontMetrics().horizontalAdvance(self._hint) <= room
        self.setPlaceholderText(self._hint if fits else tr("Search"))
        self.setToolTip("" if fits else self._hint)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc clears what is there; an empty field lets Esc through to step back."""
        if event.key() == _ESCAPE and self.text():
            self.clear()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The field, then the glass before and the key cap behind the words."""
        super().paintEvent(event)
        look = theme.current()
        painter = painting.begin(self)
        middle = self.height() / 2
        painting.glyph(painter, QPointF(12, middle - 8), "search", "muted", size=16)
        if self._key:
            cap = painting.cap_size(self._key)
            rect = QRectF(self.width() - cap.width() - 11, middle - 9, cap.width(), cap.height())
            line, fill = look.colour("line"), look.colour("sunk")
            ink = look.colour("muted")
            painting.key_cap(painter, rect, self._key, ink=ink, line=line, fill=fill)
        painter.end()


class SaleLine(QLineEdit):
    """The line a whole sale is typed into, `2a 1c stalls best / cash 50`, with what it would do.

    `key` is what brings the cursor here; once it is here, Enter does what the line says. The halo lies
    outside the field, so the widget is 4 px larger all around.
    """

    def __init__(
        self, hint: str, *, accessible: str, key: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._preview = ""
        self._key = key
        self._marked = (0, 0)
        self.setPlaceholderText(hint)
        self.setAccessibleName(accessible)
        self.setFrame(False)
        self.setFont(theme.current().font("line-type", painting.MEDIUM))
        self._leave_room()

    def set_preview(self, text: str) -> None:
        """What the line would do, at the right; "" shows nothing."""
        self._preview = text
        self.setAccessibleDescription(text)
        self._leave_room()
        self.update()

    def mark(self, start: int, end: int) -> None:
        """Underline what was not understood; nothing when both are the same."""
        if (start, end) != self._marked:
            self._marked = (start, end)
            self.update()

    def _cap(self) -> str:
        return self._key if self._key and not self.hasFocus() else tr("Enter")

    def _cap_width(self) -> int:
        """What the cap takes away from the words: nothing where they have little room."""
        if self.width() < _ROOM_FOR_CAP:
            return -18
        return max(painting.cap_size(name).width() for name in (tr("Enter"), self._key))

    def _leave_room(self) -> None:
        preview = painting.width_of(self._preview, theme.current().font("chip-type"))
        self.setTextMargins(30, 0, round(preview) + self._cap_width() + 36, 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A narrow line is for its words."""
        super().resizeEvent(event)
        self._leave_room()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Ground and halo, Qt's text, then preview and cap."""
        look = theme.current()
        rect = QRectF(self.rect()).adjusted(4, 4, -4, -4)
        radius = look.size("radius-row")
        painter = painting.begin(self)
        if self.hasFocus():
            halo = look.colour("focus-soft")
            painting.ground(painter, QRectF(self.rect()), radius=radius + 4, fill=halo)
        line = look.colour("focus" if self.hasFocus() else "line")
        painting.ground(painter, rect, radius=radius, fill=look.colour("surface"), line=line)
        painter.end()
        super().paintEvent(event)
        self._paint_around(rect)

    def _paint_around(self, rect: QRectF) -> None:
        look = theme.current()
        painter = painting.begin(self)
        middle = rect.center().y()
        painting.glyph(painter, QPointF(16, middle - 8), "chevron-right", "muted", size=16)
        cap = painting.cap_size(self._cap())
        box = QRectF(rect.right() - cap.width() - 12, middle - 9, cap.width(), cap.height())
        ink, line, fill = look.colour("muted"), look.colour("line"), look.colour("sunk")
        if self.width() >= _ROOM_FOR_CAP:
            painting.key_cap(painter, box, self._cap(), ink=ink, line=line, fill=fill)
        if self._preview:
            room = QRectF(rect.left(), rect.top(), box.left() - 10 - rect.left(), rect.height())
            font = look.font("chip-type")
            painting.words(painter, room, self._preview, font=font, ink=ink, align=painting.RIGHT)
        if self._marked[0] < self._marked[1]:
            right = box.left() - 10
            painting.ground(painter, self._under(right), radius=1, fill=look.colour("bad"))
        painter.end()

    def _under(self, right: float) -> QRectF:
        """The line below the marked letters, wherever the text has scrolled to."""
        metrics, text = self.fontMetrics(), self.text()
        cursor = self.cursorRect()
        left = cursor.center().x() - metrics.horizontalAdvance(text[: self.cursorPosition()])
        begin, end = (left + metrics.horizontalAdvance(text[:at]) for at in self._marked)
        first, last = max(float(begin), float(self.textMargins().left())), min(float(end), right)
        return QRectF(first, cursor.bottom() - 1, max(last - first, 0), 2)

    def event(self, event: QEvent) -> bool:
        """Repaint the halo when focus comes or goes."""
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.update()
        return super().event(event)


def in_row(*fields: QWidget) -> QHBoxLayout:
    """Fields side by side, their labels in one line."""
    row = QHBoxLayout()
    row.setSpacing(12)
    for field in fields:
        row.addWidget(field, 1, Qt.AlignmentFlag.AlignTop)
    return row
