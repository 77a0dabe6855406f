"""What unrolls below a field to be chosen from. It lies inside the window rather than in a window of its
own, which would take the keyboard away from the field on some systems, and a field never waits for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from ui import theme
from ui.i18n import tr
from ui.widgets import painting

_Index = QModelIndex | QPersistentModelIndex
_MOST_SHOWN, _FEWEST_SHOWN = 8, 3
_ROW, _TALL_ROW = 36, 52
_GAP, _FRAME = 4, 10
_INSIDE, _BETWEEN = 10, 16
_DISPLAY, _ACCESSIBLE = Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole
_CHOICE = Qt.ItemDataRole.UserRole
_SELECTED, _HOVERED = QStyle.StateFlag.State_Selected, QStyle.StateFlag.State_MouseOver
_RESIZE = QEvent.Type.Resize
_NOWHERE = QModelIndex()


class Unrolled(QListView):
    """A list below `field`, as long as there is room in the window."""

    def __init__(self, field: QWidget, *, row: int = _ROW) -> None:
        super().__init__(field)
        self._field = field
        self._row = row
        self._wide = 0
        self._gap = _GAP
        self.setObjectName("choices")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setUniformItemSizes(True)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.hide()
        field.installEventFilter(self)

    def leave_room(self, gap: int) -> None:
        """So many pixels between the field and the list, for what is said there."""
        self._gap = gap

    def unroll(self, *, wide: int = 0) -> None:
        """Show it above everything else, at least `wide` where the window is; nothing is current."""
        window = self._field.window()
        if self.parent() is not window:
            self.setParent(window)
        self._wide = wide
        self._place()
        self.setCurrentIndex(_NOWHERE)
        self.scrollToTop()
        self.show()
        self.raise_()

    def _place(self) -> None:
        window = self._field.window()
        at = self._field.mapTo(window, QPoint(0, self._field.height() + self._gap))
        room = max((window.height() - at.y() - 2 * _GAP) // self._row, _FEWEST_SHOWN)
        rows = min(self.model().rowCount(), room, _MOST_SHOWN)
        width = min(max(self._field.width(), self._wide), window.width() - at.x() - 2 * _GAP)
        self.setGeometry(at.x(), at.y(), width, rows * self._row + _FRAME)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay below the field when the window gets another size."""
        if event.type() == _RESIZE and self.isVisible():
            self._place()
        return super().eventFilter(watched, event)

    def step(self, by: int) -> None:
        """Move on or back; the first step down is to the first row, up to the last."""
        count = self.model().rowCount()
        now = self.currentIndex()
        row = now.row() + by if now.isValid() else (0 if by > 0 else count - 1)
        self.setCurrentIndex(self.model().index(min(max(row, 0), count - 1), 0))


@dataclass(frozen=True, slots=True)
class Choice:
    """`text` is what choosing it writes, `words` what it means."""

    text: str
    words: str


class _Rows(QAbstractListModel):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.choices: tuple[Choice, ...] = ()

    def show_choices(self, choices: Sequence[Choice]) -> None:
        self.beginResetModel()
        self.choices = tuple(choices)
        self.endResetModel()

    def rowCount(self, parent: _Index = _NOWHERE) -> int:
        """One a choice."""
        return 0 if parent.isValid() else len(self.choices)

    def data(self, index: _Index, role: int = _DISPLAY) -> Any:
        """The text, both together for a screen reader, or the choice itself."""
        choice = self.choices[index.row()]
        if role == _CHOICE:
            return choice
        if role == _ACCESSIBLE:
            return tr("{choice}, {meaning}", choice=choice.text, meaning=choice.words)
        return choice.text if role == _DISPLAY else None


class Choices(Unrolled):
    """Choices with their meaning beside them or, when `tall`, below."""

    def __init__(self, field: QWidget, *, tall: bool = False) -> None:
        super().__init__(field, row=_TALL_ROW if tall else _ROW)
        self._rows = _Rows(self)
        self.setModel(self._rows)
        self._painter = _Painter(self, row=self._row, tall=tall)
        self.setItemDelegate(self._painter)

    def show_choices(self, choices: Sequence[Choice], *, wide: int = 0) -> None:
        """Unroll with these, or roll up when there are none."""
        self._rows.show_choices(choices)
        font = theme.current().font("type", painting.SEMIBOLD)
        widths = [painting.width_of(choice.text, font) for choice in choices]
        self._painter.column = max(widths, default=0.0)
        if choices:
            self.unroll(wide=wide)
        else:
            self.hide()

    def chosen(self) -> int:
        """The row the keyboard is at, -1 while it is in the field."""
        return self.currentIndex().row() if self.isVisible() else -1

    def choices(self) -> tuple[Choice, ...]:
        """What is offered."""
        return self._rows.choices


class _Painter(QStyledItemDelegate):
    def __init__(self, parent: QWidget, *, row: int, tall: bool) -> None:
        super().__init__(parent)
        self.column = 0.0
        self._row = row
        self._tall = tall

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        """All alike."""
        return QSize(0, self._row)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Ground, text, meaning."""
        look = theme.current()
        choice: Choice = index.data(_CHOICE)
        rect = QRectF(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & _SELECTED or option.state & _HOVERED:
            fill = look.colour("row-chosen" if option.state & _SELECTED else "hover")
            painting.ground(painter, rect, radius=look.size("radius-field"), fill=fill)
        inside = rect.adjusted(_INSIDE, 0, -_INSIDE, 0)
        first, second = self._halves(inside)
        strong, plain = look.font("type", painting.SEMIBOLD), look.font("type")
        painting.words(painter, first, choice.text, font=strong, ink=look.colour("text"))
        painting.words(painter, second, choice.words, font=plain, ink=look.colour("muted"))
        painter.restore()

    def _halves(self, inside: QRectF) -> tuple[QRectF, QRectF]:
        if self._tall:
            middle = inside.center().y()
            return (
                QRectF(inside.left(), middle - 20, inside.width(), 20),
                QRectF(inside.left(), middle, inside.width(), 20),
            )
        first = QRectF(inside)
        first.setWidth(min(self.column + 1, inside.width()))
        return first, inside.adjusted(first.width() + _BETWEEN, 0, 0, 0)
