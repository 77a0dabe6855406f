"""The programme at the left: days as headings, one performance a row, painted for a quick eye."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStackedLayout,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from app.domain.events import PerformanceStatus, ProgrammeLine
from app.domain.values import at_venue
from ui import house_time, theme
from ui.box_office.programme import Programme
from ui.errors import words
from ui.i18n import day_heading, number, time_of, tr
from ui.widgets import painting
from ui.widgets.fields import SearchField
from ui.widgets.frames import Empty, Label, ListPanel
from ui.widgets.marks import paint_sold_bar

_Index = QModelIndex | QPersistentModelIndex
_DISPLAY = Qt.ItemDataRole.DisplayRole
_ACCESSIBLE = Qt.ItemDataRole.AccessibleTextRole
_LINE = Qt.ItemDataRole.UserRole
_SELECTABLE = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
_NO_FLAGS = Qt.ItemFlag.NoItemFlags
_SELECTED = QStyle.StateFlag.State_Selected
_HOVERED = QStyle.StateFlag.State_MouseOver
_FOCUSED = QStyle.StateFlag.State_HasFocus
_HEADING_HEIGHT, _LINE_HEIGHT = 40, 76
_NOWHERE = QModelIndex()
_STEPS = {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}


class _Lines(QAbstractListModel):
    """Performances with a heading before each day. Keeps its rows when only figures change."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._items: list[str | ProgrammeLine] = []

    def show(self, lines: tuple[ProgrammeLine, ...], *, now: datetime) -> None:
        items: list[str | ProgrammeLine] = []
        day = None
        for line in lines:
            local = at_venue(line.starts_at, line.zone).date()
            if local != day:
                day = local
                today = at_venue(now, line.zone).date()
                items.append(day_heading(local, today=today))
            items.append(line)
        if [_key(item) for item in items] == [_key(item) for item in self._items]:
            self._items = items
            self.dataChanged.emit(self.index(0), self.index(len(items) - 1))
            return
        self.beginResetModel()
        self._items = items
        self.endResetModel()

    def position(self, performance_id: str) -> int:
        keys = [_key(item) for item in self._items]
        return keys.index(performance_id) if performance_id in keys else -1

    def rowCount(self, parent: _Index = _NOWHERE) -> int:
        """Headings and performances."""
        return 0 if parent.isValid() else len(self._items)

    def data(self, index: _Index, role: int = _DISPLAY) -> Any:
        """The words for a screen reader, or the line itself."""
        item = self._items[index.row()]
        if role == _LINE:
            return item if isinstance(item, ProgrammeLine) else None
        if role in {_DISPLAY, _ACCESSIBLE}:
            return item if isinstance(item, str) else f"{item.title}, {free_words(item)}"
        return None

    def flags(self, index: _Index) -> Qt.ItemFlag:
        """Headings cannot be chosen."""
        return _SELECTABLE if isinstance(self._items[index.row()], ProgrammeLine) else _NO_FLAGS


def _key(item: str | ProgrammeLine) -> str:
    return item if isinstance(item, str) else item.performance_id


def free_words(line: ProgrammeLine) -> str:
    """How full it is, in words: "Main house, 212 of 1,057 free"."""
    if line.status is PerformanceStatus.CANCELLED:
        return tr("{venue}, cancelled", venue=line.venue)
    if line.status is PerformanceStatus.DRAFT:
        return tr("{venue}, draft", venue=line.venue)
    if line.free == 0:
        return tr("{venue}, sold out", venue=line.venue)
    return tr(
        "{venue}, {free} of {capacity} free",
        venue=line.venue,
        free=number(line.free),
        capacity=number(line.capacity),
    )


def _brief_words(line: ProgrammeLine) -> str:
    """The same where room is scarce: what is free first, the venue may be cut."""
    if line.status is not PerformanceStatus.ON_SALE or line.free == 0:
        return free_words(line)
    return tr("{free} free, {venue}", free=number(line.free), venue=line.venue)


class _Painter(QStyledItemDelegate):
    """Paints headings and performances."""

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        """Headings are lower."""
        heading = index.data(_LINE) is None
        return QSize(0, _HEADING_HEIGHT if heading else _LINE_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """One row."""
        look = theme.current()
        rect = QRectF(option.rect)
        line: ProgrammeLine | None = index.data(_LINE)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if line is None:
            font = look.font("small-type", painting.SEMIBOLD)
            box = rect.adjusted(4, 8, -4, -4)
            painting.words(painter, box, index.data(), font=font, ink=look.colour("muted"))
        else:
            self._ground(painter, rect.adjusted(0, 2, 0, -2), option)
            _paint_line(painter, rect.adjusted(12, 12, -12, -12), line)
        painter.restore()

    @staticmethod
    def _ground(painter: QPainter, rect: QRectF, option: QStyleOptionViewItem) -> None:
        look = theme.current()
        radius = look.size("radius-row")
        state: QStyle.StateFlag = option.state
        if state & _SELECTED:
            fill, edge = look.colour("surface"), look.colour("line-strong")
            painting.ground(painter, rect, radius=radius, fill=fill, line=edge)
        elif state & _HOVERED:
            painting.ground(painter, rect, radius=radius, fill=look.colour("hover"))
        if state & _FOCUSED:
            painting.ring(painter, rect, radius=radius)


def _paint_line(painter: QPainter, rect: QRectF, line: ProgrammeLine) -> None:
    look = theme.current()
    gone = line.status is not PerformanceStatus.ON_SALE
    text, muted = look.colour("text"), look.colour("muted")
    strong = look.font("line-type", painting.SEMIBOLD)
    title = look.font("type", painting.SEMIBOLD)
    title.setStrikeOut(line.status is PerformanceStatus.CANCELLED)
    clock = QRectF(rect.left(), rect.top(), 52, 20)
    ink = muted if gone else text
    painting.words(painter, clock, time_of(line.starts_at, line.zone), font=strong, ink=ink)
    left = rect.left() + 60
    box = QRectF(left, rect.top(), rect.right() - left, 20)
    painting.words(painter, box, line.title, font=title, ink=ink)
    small = look.font("small-type")
    said = free_words(line)
    if painting.width_of(said, small) > box.width():
        said = _brief_words(line)
    painting.words(painter, box.translated(0, 20), said, font=small, ink=muted)
    share = 0.0 if gone else line.taken / max(1, line.capacity)
    paint_sold_bar(painter, QRectF(left, rect.bottom() - 4, rect.right() - left, 4), share)


class _List(QListView):
    """The list itself: Enter puts the performance on the counter."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(tr("Programme"))
        self.setItemDelegate(_Painter(self))
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setUniformItemSizes(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and Space choose; arrows only move."""
        if event.key() in _STEPS:
            self.clicked.emit(self.currentIndex())
        else:
            super().keyPressEvent(event)


class ProgrammePanel(ListPanel):
    """Search above, days and performances below. `chosen` carries the performance's id."""

    chosen = Signal(str)

    def __init__(self, programme: Programme, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._programme = programme
        self.search = SearchField(tr("Search events, dates"), key="F3")
        self.list = _List()
        self._lines = _Lines(self)
        self.list.setModel(self._lines)
        self._empty = Empty(
            tr("Nothing found"),
            tr("No performance has all these words. Search for a title, a place or a date."),
            icon="search",
        )
        self._bare = Empty(
            tr("Nothing on sale yet"),
            tr("Performances appear here as soon as there are any."),
            icon="calendar",
        )
        place = QWidget()
        self._stack = QStackedLayout(place)
        for page in (self.list, self._empty, self._bare):
            self._stack.addWidget(page)
        self.body.addWidget(Label(tr("Programme"), "title"))
        self.body.addWidget(self.search)
        self.body.addWidget(place, 1)
        self.search.searched.connect(programme.look_for)
        self.search.returnPressed.connect(self._choose_first)
        self.list.clicked.connect(self._on_click)
        programme.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        state = self._programme.state
        self._lines.show(state.shown, now=house_time.now())
        row = self._lines.position(state.chosen)
        if row >= 0 and self.list.currentIndex().row() != row:
            self.list.setCurrentIndex(self._lines.index(row))
        page: QWidget = self.list
        if state.loaded and not state.shown:
            page = self._empty if state.lines else self._bare
        self._stack.setCurrentWidget(page)
        if state.problem is not None:
            self.search.setToolTip(words(state.problem))

    def _on_click(self, index: QModelIndex) -> None:
        line: ProgrammeLine | None = index.data(_LINE) if index.isValid() else None
        if line is not None:
            self.chosen.emit(line.performance_id)

    def _choose_first(self) -> None:
        self._programme.look_for(self.search.text().strip())
        for row in range(self._lines.rowCount()):
            if self._lines.index(row).data(_LINE) is not None:
                self.list.setFocus()
                self.list.setCurrentIndex(self._lines.index(row))
                self._on_click(self._lines.index(row))
                return
