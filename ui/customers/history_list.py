"""What a customer did, a line each: painted for a quick eye, opened by a click or Return."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from ui import theme
from ui.customers.history import Line
from ui.i18n import tr
from ui.widgets import painting

_Index = QModelIndex | QPersistentModelIndex
_DISPLAY = Qt.ItemDataRole.DisplayRole
_ACCESSIBLE = Qt.ItemDataRole.AccessibleTextRole
_LINE = Qt.ItemDataRole.UserRole
_HOVERED = QStyle.StateFlag.State_MouseOver
_FOCUSED = QStyle.StateFlag.State_HasFocus
_RETURN = {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}
_HEIGHT = 60
_NOWHERE = QModelIndex()


class _Lines(QAbstractListModel):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.lines: tuple[Line, ...] = ()

    def show(self, lines: tuple[Line, ...]) -> None:
        if lines == self.lines:
            return
        self.beginResetModel()
        self.lines = lines
        self.endResetModel()

    def rowCount(self, parent: _Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.lines)

    def data(self, index: _Index, role: int = _DISPLAY) -> Any:
        line = self.lines[index.row()]
        if role == _LINE:
            return line
        if role in {_DISPLAY, _ACCESSIBLE}:
            return ", ".join(filter(None, (line.lead, line.below, line.figure, line.state)))
        return None


class _Painter(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(0, _HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """A disc with the icon, two lines, the figure above the state at the right."""
        look = theme.current()
        line: Line = index.data(_LINE)
        rect = QRectF(option.rect)
        state: QStyle.StateFlag = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = rect.adjusted(0, 2, 0, -2)
        radius = look.size("radius-row")
        if state & _HOVERED and line.booking_id:
            painting.ground(painter, ground, radius=radius, fill=look.colour("hover"))
        if state & _FOCUSED:
            painting.ring(painter, ground, radius=radius)
        inner = rect.adjusted(8, 0, -8, 0)
        middle = rect.center().y()
        disc = QRectF(inner.left(), middle - 16, 32, 32)
        painting.ground(painter, disc, radius=16, fill=look.colour("pressed"))
        at = QPointF(disc.left() + 8, disc.top() + 8)
        painting.glyph(painter, at, line.icon, "muted", size=16)
        _paint_words(painter, inner.adjusted(44, 0, 0, 0), line)
        painter.restore()


def _paint_words(painter: QPainter, rect: QRectF, line: Line) -> None:
    look = theme.current()
    middle = rect.center().y()
    text, muted = look.colour("text"), look.colour("muted")
    bold, small = look.font("type", painting.SEMIBOLD), look.font("small-type")
    lead = look.font("type", painting.MEDIUM)
    lead.setStrikeOut(line.gone)
    figure = look.font("type", painting.SEMIBOLD)
    figure.setStrikeOut(line.gone)
    ink = muted if line.gone else text
    right = painting.width_of(line.figure, bold) + 12 if line.figure else 0
    if not line.figure and line.state:
        right = painting.width_of(line.state, small) + 12
    first = QRectF(rect.left(), middle - 20, rect.width(), 20)
    second = QRectF(rect.left(), middle + 1, rect.width(), 18)
    painting.words(painter, first.adjusted(0, 0, -right, 0), line.lead, font=lead, ink=ink)
    at = first if line.state else rect
    painting.words(painter, at, line.figure, font=figure, ink=ink, align=painting.RIGHT)
    said = second if line.figure else rect
    mark = look.font("small-type", painting.MEDIUM)
    painting.words(
        painter, said, line.state, font=mark, ink=look.colour(line.tone), align=painting.RIGHT
    )
    room = painting.width_of(line.state, mark) + 12 if line.state else right
    painting.words(painter, second.adjusted(0, 0, -room, 0), line.below, font=small, ink=muted)


class HistoryList(QListView):
    """Lines; `opened` carries the booking a line is about."""

    opened = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines = _Lines(self)
        self.setModel(self._lines)
        self.setAccessibleName(tr("History"))
        self.setItemDelegate(_Painter(self))
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        self.clicked.connect(self._open)

    def show_lines(self, lines: tuple[Line, ...]) -> None:
        """Show these; nothing moves when they are the ones on show."""
        self._lines.show(lines)

    def lines(self) -> tuple[Line, ...]:
        """What is shown."""
        return self._lines.lines

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return opens, arrows only move."""
        if event.key() in _RETURN and self.currentIndex().isValid():
            self._open(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def _open(self, index: QModelIndex) -> None:
        booking_id = self._lines.lines[index.row()].booking_id
        if booking_id:
            self.opened.emit(booking_id)
