"""Everything that can be done, found by a few letters: a field with a list, over the veiled window.

It lies inside the window, so that it is there at once and looks alike everywhere. While it is open no
key of the window is heard: F12 here must not sell anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import shiboken6
from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QListView,
    QStackedLayout,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from ui import theme
from ui.i18n import tr
from ui.widgets import painting
from ui.widgets.fields import SearchField
from ui.widgets.frames import Empty
from ui.widgets.veil import Veil

_Index = QModelIndex | QPersistentModelIndex
_WIDTH, _MOST_HIGH, _LEAST_HIGH = 640, 520, 220
_FROM_TOP = 0.12  # of the window's height
_MARGIN = 24
_ROW, _HEADING = 40, 32
_INSIDE, _ICON, _GAP, _CAP_GAP = 12, 18, 12, 4
_DISPLAY, _ACCESSIBLE = Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole
_ENTRY = Qt.ItemDataRole.UserRole
_SELECTABLE = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
_NO_FLAGS = Qt.ItemFlag.NoItemFlags
_SELECTED, _HOVERED = QStyle.StateFlag.State_Selected, QStyle.StateFlag.State_MouseOver
_NO_FOCUS = Qt.FocusPolicy.NoFocus
_RETURN = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_STEPS = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 8, Qt.Key.Key_PageUp: -8}
_ESCAPE, _TABS = Qt.Key.Key_Escape, (Qt.Key.Key_Tab, Qt.Key.Key_Backtab)
_OVERRIDE, _KEY_PRESS = QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress
_RESIZE = QEvent.Type.Resize
_NOWHERE = QModelIndex()


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the palette. Without an `id` it is a heading. `line` says where, or what it is; one that
    is not `ready` is shown, and does nothing now."""

    id: str
    title: str
    line: str = ""
    icon: str = ""
    keys: tuple[str, ...] = ()
    ready: bool = True


class _Rows(QAbstractListModel):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.entries: tuple[Entry, ...] = ()

    def show_entries(self, entries: Sequence[Entry]) -> None:
        self.beginResetModel()
        self.entries = tuple(entries)
        self.endResetModel()

    def rowCount(self, parent: _Index = _NOWHERE) -> int:
        """Headings and entries."""
        return 0 if parent.isValid() else len(self.entries)

    def data(self, index: _Index, role: int = _DISPLAY) -> Any:
        """The title, all of it for a screen reader, or the entry itself."""
        entry = self.entries[index.row()]
        if role == _ENTRY:
            return entry
        if role == _ACCESSIBLE:
            return spoken(entry)
        return entry.title if role == _DISPLAY else None

    def flags(self, index: _Index) -> Qt.ItemFlag:
        """Headings cannot be chosen."""
        return _SELECTABLE if self.entries[index.row()].id else _NO_FLAGS


def spoken(entry: Entry) -> str:
    """An entry in one sentence."""
    parts = [entry.title, entry.line, *entry.keys]
    if not entry.ready:
        parts.append(tr("not possible now"))
    return ", ".join(part for part in parts if part)


class _Painter(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        """Headings are lower."""
        entry: Entry = index.data(_ENTRY)
        return QSize(0, _ROW if entry.id else _HEADING)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """A heading, or ground, icon, title, line, keys."""
        entry: Entry = index.data(_ENTRY)
        look, rect = theme.current(), QRectF(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not entry.id:
            words = rect.adjusted(_INSIDE, 8, -_INSIDE, 0)
            font = look.font("small-type", painting.SEMIBOLD)
            painting.words(painter, words, entry.title, font=font, ink=look.colour("muted"))
        else:
            if option.state & (_SELECTED | _HOVERED):
                fill = look.colour("row-chosen" if option.state & _SELECTED else "hover")
                painting.ground(painter, rect, radius=look.size("radius-field"), fill=fill)
            self._paint_entry(painter, rect.adjusted(_INSIDE, 0, -_INSIDE, 0), entry)
        painter.restore()

    def _paint_entry(self, painter: QPainter, rect: QRectF, entry: Entry) -> None:
        look = theme.current()
        ink = look.colour("text" if entry.ready else "faint")
        at = QPointF(rect.left(), rect.center().y() - _ICON / 2)
        tint = "muted" if entry.ready else "faint"
        painting.glyph(painter, at, entry.icon, tint, size=_ICON)
        right = self._paint_keys(painter, rect, entry)
        left = rect.left() + _ICON + _GAP
        font = look.font("type", painting.MEDIUM)
        width = min(painting.width_of(entry.title, font) + 1, right - left)
        title = QRectF(left, rect.top(), width, rect.height())
        painting.words(painter, title, entry.title, font=font, ink=ink)
        rest = QRectF(title.right() + _GAP, rect.top(), right - title.right() - _GAP, rect.height())
        if entry.line and rest.width() > _ICON:
            muted, plain = look.colour("muted"), look.font("chip-type")
            painting.words(painter, rest, entry.line, font=plain, ink=muted)

    def _paint_keys(self, painter: QPainter, rect: QRectF, entry: Entry) -> float:
        """The caps at the right; where they begin."""
        look, right = theme.current(), rect.right()
        for key in reversed(entry.keys):
            cap = painting.cap_size(key)
            right -= cap.width()
            box = QRectF(right, rect.center().y() - cap.height() / 2, cap.width(), cap.height())
            line, fill = look.colour("line"), look.colour("sunk")
            painting.key_cap(painter, box, key, ink=look.colour("muted"), line=line, fill=fill)
            right -= _CAP_GAP
        return right - _GAP if entry.keys else right


class _Field(SearchField):
    """Its keys move in the list; those of the window are not heard."""

    stepped = Signal(int)
    entered = Signal()
    escaped = Signal()

    def event(self, event: QEvent) -> bool:
        """Take every key before a shortcut does; Tab moves like the arrows."""
        if event.type() == _OVERRIDE:
            event.accept()
            return True
        if event.type() == _KEY_PRESS and isinstance(event, QKeyEvent) and event.key() in _TABS:
            self.stepped.emit(1 if event.key() == Qt.Key.Key_Tab else -1)
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows, Enter, Esc; all else is typed."""
        key = Qt.Key(event.key())
        if key in _RETURN:
            if not event.isAutoRepeat():
                self.entered.emit()
        elif key in _STEPS:
            self.stepped.emit(_STEPS[key])
        elif key == _ESCAPE:
            self.escaped.emit()
        else:
            super().keyPressEvent(event)


class Palette(QFrame):
    """`typed` carries what is looked for, at every letter; `chosen` the id of an entry, when the palette
    is closed already and the focus where it was."""

    typed = Signal(str)
    chosen = Signal(str)

    def __init__(self, host: QWidget) -> None:
        super().__init__(host)
        self.setObjectName("palette")
        self.setAccessibleName(tr("Commands"))
        self._host = host
        self._before: QWidget | None = None
        self.veil = Veil(host)
        self.field = _Field(tr("Search for commands, performances, bookings, customers"))
        self._rows = _Rows(self)
        self.list = QListView()
        self._dress_list()
        self.nothing = Empty(
            tr("Nothing found"),
            tr("Type a part of what you want to do, a title, a name or a booking's number."),
            icon="search",
        )
        self._lay_out()
        self.hide()
        self.veil.hide()
        host.installEventFilter(self)
        self.veil.pressed.connect(self.close_palette)
        self.field.textChanged.connect(self.typed)
        self.field.stepped.connect(self._step)
        self.field.entered.connect(self._take)
        self.field.escaped.connect(self.close_palette)
        self.list.clicked.connect(self._take)

    def _dress_list(self) -> None:
        self.list.setModel(self._rows)
        self.list.setItemDelegate(_Painter(self.list))
        self.list.setFocusPolicy(_NO_FOCUS)
        self.list.setMouseTracking(True)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setAccessibleName(tr("Commands"))

    def _lay_out(self) -> None:
        place = QWidget()
        self._stack = QStackedLayout(place)
        self._stack.addWidget(self.list)
        self._stack.addWidget(self.nothing)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        column.addWidget(self.field)
        column.addWidget(place, 1)

    # -- coming and going ----------------------------------------------------------------------

    def open_palette(self) -> None:
        """Come up, empty; the focus goes back where it was when it closes."""
        if not self.isHidden():
            return
        self._before = QApplication.focusWidget()
        self.field.clear()
        self.typed.emit("")
        self._place()
        for part in (self.veil, self):
            part.show()
            part.raise_()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    def close_palette(self) -> None:
        """Go, and let the focus be where it was."""
        if self.isHidden():
            return
        self.hide()
        self.veil.hide()
        before, self._before = self._before, None
        if before is not None and shiboken6.isValid(before) and before.isVisible():
            before.setFocus(Qt.FocusReason.PopupFocusReason)

    def show_entries(self, entries: Sequence[Entry], *, keep: bool = False) -> None:
        """List these. The first that is ready is the current one, or with `keep` the one that was."""
        before = self.current() if keep else None
        self._rows.show_entries(entries)
        self._stack.setCurrentWidget(self.list if entries else self.nothing)
        ids = [entry.id for entry in entries]
        ready = [row for row, entry in enumerate(entries) if entry.id and entry.ready]
        if before is not None and before.id in ids:
            self._go_to(ids.index(before.id))
        elif ready:
            self._go_to(ready[0])
            self.list.scrollToTop()

    def entries(self) -> tuple[Entry, ...]:
        """What is listed."""
        return self._rows.entries

    def current(self) -> Entry | None:
        """What Enter would take."""
        index = self.list.currentIndex()
        return self._rows.entries[index.row()] if index.isValid() else None

    # -- moving and taking ---------------------------------------------------------------------

    def _step(self, by: int) -> None:
        """To the next entry, headings passed over; the ends do not meet."""
        rows = [row for row, entry in enumerate(self._rows.entries) if entry.id]
        if not rows:
            return
        now = self.list.currentIndex().row()
        at = rows.index(now) if now in rows else -1
        self._go_to(rows[min(max(at + by, 0), len(rows) - 1)])

    def _go_to(self, row: int) -> None:
        index = self._rows.index(row, 0)
        self.list.setCurrentIndex(index)
        self.list.scrollTo(index)
        self.field.setAccessibleDescription(spoken(self._rows.entries[row]))

    def _take(self) -> None:
        entry = self.current()
        if entry is not None and entry.id and entry.ready:
            self.close_palette()
            self.chosen.emit(entry.id)

    # -- the frame -----------------------------------------------------------------------------

    def _place(self) -> None:
        width, height = self._host.width(), self._host.height()
        top = round(height * _FROM_TOP)
        own = min(_WIDTH, width - 2 * _MARGIN)
        tall = max(min(_MOST_HIGH, height - top - _MARGIN), _LEAST_HIGH)
        self.veil.setGeometry(0, 0, width, height)
        self.setGeometry((width - own) // 2, top, own, tall)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep to the host's middle."""
        if event.type() == _RESIZE and not self.isHidden():
            self._place()
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """A card with a hairline."""
        look = theme.current()
        painter = painting.begin(self)
        fill, line = look.colour("surface"), look.colour("line-strong")
        radius = look.size("radius-card")
        painting.ground(painter, QRectF(self.rect()), radius=radius, fill=fill, line=line)
        painter.end()
