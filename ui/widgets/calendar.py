"""A month of days with what happens on them: the season at a glance.

Each entry is a pill with its time, its title and how full it is; fullness is said three ways (the
filled length, a colour, the tool tip's words). What finds no room in its day is counted beside its number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from ui import theme
from ui.i18n import number, plural, tr
from ui.typed_dates import day_words, weekday_words
from ui.widgets import painting
from ui.widgets.month import month_after, weeks_from

_EXPANDING = QSizePolicy.Policy.Expanding
_KEY = Qt.Key
_RETURN = (_KEY.Key_Return, _KEY.Key_Enter, _KEY.Key_Space)
_SIDEWAYS = {_KEY.Key_Left: -1, _KEY.Key_Right: 1}
_DOWNWARDS = {_KEY.Key_Up: -1, _KEY.Key_Down: 1}
_PAGES = {_KEY.Key_PageUp: -1, _KEY.Key_PageDown: 1}
_HAND = Qt.CursorShape.PointingHandCursor
_ARROW = Qt.CursorShape.ArrowCursor
_BY_MOUSE = Qt.FocusReason.MouseFocusReason
_TIP = QEvent.Type.ToolTip
_HEAD = 28
_NUMBER = 28
_PILL = 23
_GAP = 3


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing on a day. `share` 0 to 1 of it is gone; `line` says so in words; `off` strikes it."""

    key: str
    day: date
    clock: str
    title: str
    share: float
    line: str
    off: bool = False
    draft: bool = False


class MonthCalendar(QWidget):
    """Shows the month of `set_month` with the entries of `set_entries`.

    `opened` carries the key of an entry, `day_opened` a date whose entries did not all fit or that
    is still empty. Arrow keys move from day to day and through a day's entries, Return opens.
    """

    opened = Signal(str)
    day_opened = Signal(object)
    month_changed = Signal(object)

    def __init__(self, *, today: date, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._today = today
        self._month = today.replace(day=1)
        self._days: dict[date, list[Entry]] = {}
        self._cursor = today
        self._entry = -1  # of the cursor's day, -1 the day itself
        self._hover: tuple[date, int] | None = None
        self._by_keyboard = False
        self.setSizePolicy(_EXPANDING, _EXPANDING)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleName(tr("Calendar"))

    def month(self) -> date:
        """The first day of the month shown."""
        return self._month

    def set_month(self, month: date) -> None:
        """Show the month that this day lies in."""
        self._month = month.replace(day=1)
        if (self._cursor.year, self._cursor.month) != (month.year, month.month):
            self._cursor, self._entry = self._month, -1
        self.update()

    def set_entries(self, entries: Sequence[Entry]) -> None:
        """Show these, in the order given within a day."""
        self._days = {}
        for entry in entries:
            self._days.setdefault(entry.day, []).append(entry)
        self.update()

    def span(self) -> tuple[date, date]:
        """First and last day in sight, days of the months before and after included."""
        first = weeks_from(self._month)
        return first, first + timedelta(days=7 * self._weeks() - 1)

    def sizeHint(self) -> QSize:
        """A good part of the window."""
        return QSize(840, 560)

    def minimumSizeHint(self) -> QSize:
        """One entry a day."""
        return QSize(480, 420)

    def _weeks(self) -> int:
        last = month_after(self._month, 1) - timedelta(days=1)
        return (last - weeks_from(self._month)).days // 7 + 1

    # -- where things are ----------------------------------------------------------------------

    def _cell(self, day: date) -> QRectF:
        number_ = (day - weeks_from(self._month)).days
        width = self.width() / 7
        height = (self.height() - _HEAD) / self._weeks()
        left, top = number_ % 7 * width, _HEAD + number_ // 7 * height
        return QRectF(round(left), round(top), round(left + width) - round(left), round(height))

    def _room(self) -> int:
        """How many pills a day holds."""
        height = (self.height() - _HEAD) / self._weeks() - _NUMBER
        return max(int(height // (_PILL + _GAP)), 1)

    def _fitting(self, day: date) -> int:
        return min(len(self._days.get(day, ())), self._room())

    def entry_rect(self, day: date, position: int) -> QRectF:
        """Where the pill at `position` of a day is."""
        cell = self._cell(day)
        top = cell.top() + _NUMBER + position * (_PILL + _GAP)
        return QRectF(cell.left() + 5, top, cell.width() - 10, _PILL)

    def _at(self, point: QPointF) -> tuple[date, int] | None:
        """The day under a point, and its entry there or -1; the line "2 more" counts as -1."""
        first, last = self.span()
        row = int((point.y() - _HEAD) // ((self.height() - _HEAD) / self._weeks()))
        day = first + timedelta(days=row * 7 + int(point.x() // (self.width() / 7)))
        if point.y() < _HEAD or not first <= day <= last:
            return None
        for position in range(self._fitting(day)):
            if self.entry_rect(day, position).contains(point):
                return day, position
        return day, -1

    # -- painting ------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """The card, the weekdays, every day with its pills."""
        painter = painting.begin(self)
        look = theme.current()
        radius = look.size("radius-card")
        card = QRectF(self.rect())
        fill, line = look.colour("surface"), look.colour("line")
        painting.ground(painter, card, radius=radius, fill=fill, line=line)
        small, muted = look.font("small-type", painting.SEMIBOLD), look.colour("muted")
        for column in range(7):
            width = self.width() / 7
            head = QRectF(column * width + 10, 0, width - 20, _HEAD)
            painting.words(painter, head, weekday_words(column), font=small, ink=muted)
        first, last = self.span()
        for offset in range((last - first).days + 1):
            self._paint_day(painter, first + timedelta(days=offset))
        painter.end()

    def _paint_day(self, painter: QPainter, day: date) -> None:
        look = theme.current()
        cell = self._cell(day)
        if day.month != self._month.month:
            painter.save()
            painter.setClipPath(self._card())
            painter.fillRect(cell, look.colour("sunk"))
            painter.restore()
        painter.setPen(look.colour("line"))
        painter.drawLine(cell.topLeft(), cell.topRight())
        if day.weekday():
            painter.drawLine(cell.topLeft(), cell.bottomLeft())
        self._paint_number(painter, day, cell)
        for position in range(self._fitting(day)):
            self._paint_entry(painter, day, position)
        self._paint_rest(painter, day)
        on_day = self._cursor == day and self._entry < 0
        if on_day and self.hasFocus() and self._by_keyboard:
            painting.ring(painter, cell.adjusted(2, 2, -1, -1), radius=8)

    def _card(self) -> QPainterPath:
        path = QPainterPath()
        radius = theme.current().size("radius-card")
        path.addRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), radius, radius)
        return path

    def _paint_number(self, painter: QPainter, day: date, cell: QRectF) -> None:
        look = theme.current()
        at = QRectF(cell.left() + 6, cell.top() + 4, 24, 20)
        weight, ink = painting.MEDIUM, "text" if day.month == self._month.month else "muted"
        if day == self._today:
            painting.ground(painter, at, radius=10, fill=look.colour("chosen"))
            weight, ink = painting.SEMIBOLD, "chosen-text"
        font = look.font("small-type", weight)
        colour = look.colour(ink)
        painting.words(painter, at, str(day.day), font=font, ink=colour, align=painting.CENTRE)

    def _paint_entry(self, painter: QPainter, day: date, position: int) -> None:
        look = theme.current()
        entry = self._days[day][position]
        rect = self.entry_rect(day, position)
        lit = self._hover == (day, position)
        token = "pressed" if lit else "sunk"
        line = look.colour("line-strong" if lit else "line")
        painting.ground(painter, rect, radius=6, fill=look.colour(token), line=line)
        if not (entry.off or entry.draft):
            self._paint_share(painter, rect, entry.share)
        gone = entry.off or entry.draft
        ink = look.colour("muted" if gone else "text")
        clock = look.font("tiny-type", painting.SEMIBOLD)
        title = look.font("small-type")
        title.setStrikeOut(entry.off)
        title.setItalic(entry.draft)
        at = QRectF(rect.left() + 8, rect.top(), 32, rect.height() - 2)
        painting.words(painter, at, entry.clock, font=clock, ink=ink)
        words = QRectF(rect.left() + 46, rect.top(), rect.width() - 52, rect.height() - 2)
        painting.words(painter, words, entry.title, font=title, ink=ink)
        if (self._cursor, self._entry) == (day, position) and self.hasFocus():
            painting.ring(painter, rect, radius=6)

    @staticmethod
    def _paint_share(painter: QPainter, rect: QRectF, share: float) -> None:
        """How much is gone, as a bar along the pill's foot; a full house is full and red-brown."""
        look = theme.current()
        painter.save()
        painter.setClipRect(rect.adjusted(1, 1, -1, -1))
        bar = QRectF(rect.left(), rect.bottom() - 4, rect.width() * min(share, 1.0), 4)
        painter.fillRect(bar, look.colour("action" if share >= 1 else "brass"))
        painter.restore()

    def _paint_rest(self, painter: QPainter, day: date) -> None:
        rest = len(self._days.get(day, ())) - self._fitting(day)
        if rest <= 0:
            return
        look = theme.current()
        cell = self._cell(day)
        rect = QRectF(cell.left() + 36, cell.top() + 4, cell.width() - 46, 20)
        font, ink = look.font("small-type", painting.MEDIUM), look.colour("muted")
        words = plural("{count} more", "{count} more", rest)
        painting.words(painter, rect, words, font=font, ink=ink, align=painting.RIGHT)

    # -- mouse and keyboard --------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        """The whole of an entry as its tool tip."""
        if event.type() == _TIP and isinstance(event, QHelpEvent):
            found = self._at(event.pos().toPointF())
            if found is not None and found[1] >= 0:
                entry = self._days[found[0]][found[1]]
                text = f"{entry.clock}  {entry.title}\n{entry.line}"
                QToolTip.showText(event.globalPos(), text, self)
            else:
                QToolTip.hideText()
            return True
        return super().event(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Light up what can be opened."""
        self._hover = self._at(event.position())
        opens = self._hover is not None and self._hover[1] >= 0
        self.setCursor(_HAND if opens else _ARROW)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is lit any more."""
        self._hover = None
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Open the entry, or the day whose entries did not all fit."""
        found = self._at(event.position())
        if found is None:
            return
        self._cursor, self._entry = found
        self._open()
        self.update()

    def _open(self) -> None:
        entries = self._days.get(self._cursor, [])
        if 0 <= self._entry < len(entries):
            self.opened.emit(entries[self._entry].key)
        elif len(entries) > self._fitting(self._cursor) or not entries:
            self.day_opened.emit(self._cursor)
        elif len(entries) == 1:
            self.opened.emit(entries[0].key)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and right by days; up and down through a day's entries, then by weeks."""
        key = _KEY(event.key())
        self._by_keyboard = True
        if key in _SIDEWAYS:
            self._go(self._cursor + timedelta(days=_SIDEWAYS[key]))
        elif key in _DOWNWARDS:
            self._go_down(_DOWNWARDS[key])
        elif key in _PAGES:
            self._go(month_after(self._month, _PAGES[key]))
        elif key == _KEY.Key_Home:
            self._go(self._today)
        elif key in _RETURN:
            self._open()
        else:
            super().keyPressEvent(event)

    def _go_down(self, step: int) -> None:
        entry = self._entry + step
        if -1 <= entry < self._fitting(self._cursor):
            self._go(self._cursor, entry)
            return
        day = self._cursor + timedelta(days=7 * step)
        self._go(day, -1 if step > 0 else len(self._days.get(day, ())) - 1)

    def _go(self, day: date, entry: int = -1) -> None:
        self._cursor, self._entry = day, entry
        if (day.year, day.month) != (self._month.year, self._month.month):
            self._month = day.replace(day=1)
            self.month_changed.emit(self._month)
        self._entry = min(entry, self._fitting(day) - 1)
        self.setAccessibleDescription(self._said())
        self.update()

    def _said(self) -> str:
        """What the cursor is on, for a screen reader."""
        entries = self._days.get(self._cursor, [])
        if 0 <= self._entry < len(entries):
            entry = entries[self._entry]
            return f"{entry.clock} {entry.title}, {entry.line}"
        count = tr("{count} performances", count=number(len(entries)))
        return f"{day_words(self._cursor)}, {count}"

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Remember whether the focus came by keyboard."""
        self._by_keyboard = event.reason() != _BY_MOUSE
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take the ring away."""
        super().focusOutEvent(event)
        self.update()
