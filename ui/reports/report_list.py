"""The reports at the left: each with the sentence that says what it answers."""

from __future__ import annotations

from collections.abc import Sequence
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
from PySide6.QtGui import QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from app.domain.report_parts import ReportName
from app.domain.reports import Offered
from ui import theme
from ui.i18n import tr
from ui.widgets import painting
from ui.widgets.frames import Label, ListPanel

_Index = QModelIndex | QPersistentModelIndex
_DISPLAY = Qt.ItemDataRole.DisplayRole
_ACCESSIBLE = Qt.ItemDataRole.AccessibleTextRole
_OFFERED = Qt.ItemDataRole.UserRole
_TIP = Qt.ItemDataRole.ToolTipRole
_SELECTED = QStyle.StateFlag.State_Selected
_HOVERED = QStyle.StateFlag.State_MouseOver
_FOCUSED = QStyle.StateFlag.State_HasFocus
_HEIGHT, _LINE = 66, 16
_BRIEF = 50  # px high without its sentence
_WORDY = 170  # px of words below which only titles stand there
_BESIDE = 56  # px left and right of the words
_WRAPPED = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
_NOWHERE = QModelIndex()
_ICONS = {
    ReportName.DAILY_SALES: "calendar",
    ReportName.EVENT_STATEMENT: "receipt",
    ReportName.OPERATORS: "drawer",
    ReportName.PAYMENTS: "banknote",
    ReportName.REFUNDS: "undo",
    ReportName.ATTENDANCE: "scan",
    ReportName.CUSTOMERS: "users",
    ReportName.INTERACTIONS: "eye",
}


class _Reports(QAbstractListModel):
    """What is offered, in its order."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._offered: tuple[Offered, ...] = ()

    def show(self, offered: tuple[Offered, ...]) -> None:
        if offered != self._offered:
            self.beginResetModel()
            self._offered = offered
            self.endResetModel()

    def position(self, name: str) -> int:
        return next((i for i, one in enumerate(self._offered) if one.name == name), -1)

    def rowCount(self, parent: _Index = _NOWHERE) -> int:
        """As many as are offered."""
        return 0 if parent.isValid() else len(self._offered)

    def data(self, index: _Index, role: int = _DISPLAY) -> Any:
        """The title, the words for a screen reader, or the report itself."""
        offered = self._offered[index.row()]
        if role == _DISPLAY:
            return tr(offered.title)
        if role in {_ACCESSIBLE, _TIP}:
            return f"{tr(offered.title)}: {tr(offered.sentence)}"
        return offered if role == _OFFERED else None


class _Painter(QStyledItemDelegate):
    """Icon, title, and the sentence in as many lines as it needs, two at most."""

    def __init__(self, view: QListView) -> None:
        super().__init__(view)
        self._view = view

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        """Higher when the sentence takes two lines."""
        font = theme.current().font("small-type")
        room = self._view.viewport().width() - _BESIDE
        if room < _WORDY:
            return QSize(0, _BRIEF)
        needed = painting.width_of(tr(index.data(_OFFERED).sentence), font)
        return QSize(0, _HEIGHT if needed <= room else _HEIGHT + _LINE)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """One report."""
        offered: Offered = index.data(_OFFERED)
        look = theme.current()
        state: QStyle.StateFlag = option.state
        rect = QRectF(option.rect).adjusted(0, 2, 0, -2)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        radius = look.size("radius-row")
        chosen = bool(state & _SELECTED)
        if chosen:
            fill, edge = look.colour("surface"), look.colour("line-strong")
            painting.ground(painter, rect, radius=radius, fill=fill, line=edge)
        elif state & _HOVERED:
            painting.ground(painter, rect, radius=radius, fill=look.colour("hover"))
        if state & _FOCUSED:
            painting.ring(painter, rect, radius=radius)
        icon = QPointF(rect.left() + 14, rect.top() + 13)
        token = "brass" if chosen else "muted"
        painting.glyph(painter, icon, _ICONS.get(offered.name, "report"), token, size=20)
        words = QRectF(rect.left() + 46, rect.top() + 11, rect.width() - 58, 20)
        title = look.font("type", painting.SEMIBOLD)
        ink, muted = look.colour("text"), look.colour("muted")
        painting.words(painter, words, tr(offered.title), font=title, ink=ink)
        if self._view.viewport().width() - _BESIDE < _WORDY:
            painter.restore()
            return
        small = look.font("small-type")
        below = QRectF(words.left(), words.top() + 23, words.width() + 4, 2 * _LINE)
        painter.setFont(small)
        painter.setPen(muted)
        painter.drawText(below, _WRAPPED, tr(offered.sentence))
        painter.restore()


class _List(QListView):
    """Arrow keys open at once: looking costs nothing."""

    moved = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(tr("Reports"))
        self.setItemDelegate(_Painter(self))
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.setFrameShape(QListView.Shape.NoFrame)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A sentence may need another number of lines now."""
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()

    def currentChanged(self, current: _Index, previous: _Index) -> None:
        """Tell which report is current now."""
        super().currentChanged(current, previous)
        if current.isValid():
            self.moved.emit(current.data(_OFFERED).name.value)


class ReportList(ListPanel):
    """`chosen` carries a report's name."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._reports = _Reports(self)
        self.list = _List()
        self.list.setModel(self._reports)
        self.body.addWidget(Label(tr("Reports"), "title"))
        self.body.addWidget(self.list, 1)
        self.list.moved.connect(self.chosen)

    def show_offered(self, offered: Sequence[Offered], chosen: str) -> None:
        """These, with one of them chosen."""
        self._reports.show(tuple(offered))
        row = self._reports.position(chosen)
        if row >= 0 and self.list.currentIndex().row() != row:
            self.list.setCurrentIndex(self._reports.index(row))
