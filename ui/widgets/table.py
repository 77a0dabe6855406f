"""The house's table: 40 px rows, a quiet header, whole rows chosen, Return opens."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TypeVar

from PySide6.QtCore import QModelIndex, QRect, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPaintEvent, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from ui import theme
from ui.widgets import painting
from ui.widgets.rows import ColumnsModel, Index

T = TypeVar("T")

_RETURN = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_BY_MOUSE = Qt.FocusReason.MouseFocusReason
_HAS_FOCUS = QStyle.StateFlag.State_HasFocus
_TONE = Qt.ItemDataRole.ForegroundRole
_CHOSEN_TEXT = QPalette.ColorRole.HighlightedText
_STRETCH = QHeaderView.ResizeMode.Stretch
_INTERACTIVE = QHeaderView.ResizeMode.Interactive


class _Cell(QStyledItemDelegate):
    """Cells have no focus frame of their own, and keep their tone when their row is chosen."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        """Take the frame away, keep the tone."""
        super().initStyleOption(option, index)
        option.state &= ~_HAS_FOCUS
        tone = index.data(_TONE)
        if tone is not None:
            option.palette.setColor(_CHOSEN_TEXT, tone)


class Table(QTableView):
    """A table over one model: `picked` carries the current row, `opened` the one to act on.

    The current row is remembered by key: when its row number changes because the model was read anew,
    the selection follows quietly; a row that is still being read is told once it is there.
    """

    opened = Signal(object)
    picked = Signal(object)

    def __init__(
        self, rows: ColumnsModel[T], *, accessible: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._by_keyboard = False
        self._kept: Hashable = None
        self._quiet = False
        self.setAccessibleName(accessible)
        self.setModel(rows)
        self.setItemDelegate(_Cell(self))
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._set_headers(rows)
        self.doubleClicked.connect(self._open)
        self.selectionModel().currentRowChanged.connect(self._pick)
        rows.dataChanged.connect(self._keep)
        rows.modelReset.connect(self._keep)

    def _set_headers(self, rows: ColumnsModel[T]) -> None:
        vertical = self.verticalHeader()
        vertical.hide()
        vertical.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        vertical.setDefaultSectionSize(theme.current().size("row"))
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setMinimumSectionSize(48)
        for number, column in enumerate(rows.columns):
            header.setSectionResizeMode(number, _INTERACTIVE if column.width else _STRETCH)
            if column.width:
                header.resizeSection(number, column.width)

    def value(self) -> object | None:
        """The value of the current row, None when there is none."""
        index = self.currentIndex()
        return self._rows().value_at(index.row()) if index.isValid() else None

    def choose(self, position: int) -> None:
        """Make the row at `position` current and bring it into sight; -1 chooses none."""
        self._kept = None
        self.setCurrentIndex(self._rows().index(position, 0) if position >= 0 else QModelIndex())

    def _rows(self) -> ColumnsModel[object]:
        model = self.model()
        if not isinstance(model, ColumnsModel):
            raise TypeError("a Table shows a ColumnsModel")
        return model

    def _open(self, index: QModelIndex) -> None:
        value = self._rows().value_at(index.row()) if index.isValid() else None
        if value is not None:
            self.opened.emit(value)

    def _pick(self, index: QModelIndex) -> None:
        if self._quiet:
            return
        rows = self._rows()
        value = rows.value_at(index.row()) if index.isValid() else None
        self._kept = rows.key_at(index.row()) if index.isValid() else None
        if value is not None or not index.isValid():
            self.picked.emit(value)

    def _keep(self) -> None:
        """The model was read anew: the current row is the one of the same key, wherever it is now."""
        rows, index = self._rows(), self.currentIndex()
        now = rows.key_at(index.row()) if index.isValid() else None
        if self._kept is None:
            if now is not None:  # the current row has just been read
                self._pick(index)
        elif now != self._kept and (now is not None or not index.isValid()):
            self._move_quietly(rows.position(self._kept))

    def _move_quietly(self, position: int) -> None:
        bar = self.verticalScrollBar()
        at, self._quiet = bar.value(), True
        self.setCurrentIndex(self._rows().index(position, 0) if position >= 0 else QModelIndex())
        self._quiet = False
        bar.setValue(at)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return opens the current row."""
        if event.key() in _RETURN and self.currentIndex().isValid():
            self._open(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Remember whether the focus came by keyboard; then some row is current."""
        self._by_keyboard = event.reason() != _BY_MOUSE
        super().focusInEvent(event)
        if self._by_keyboard and self._rows().rowCount():
            self._show_current()
        self.viewport().update()

    def _show_current(self) -> None:
        """Qt makes the first row current when Tab comes here, but does not mark it as chosen."""
        index = self.currentIndex()
        if not index.isValid():
            self.choose(0)
        elif not self.selectionModel().hasSelection():
            self.selectRow(index.row())

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take the ring away."""
        super().focusOutEvent(event)
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The cells, then a ring around the current row when the keyboard is here."""
        super().paintEvent(event)
        index = self.currentIndex()
        if not (self.hasFocus() and self._by_keyboard and index.isValid()):
            return
        last = index.siblingAtColumn(self._rows().columnCount() - 1)
        row: QRect = self.visualRect(index.siblingAtColumn(0)).united(self.visualRect(last))
        painter = painting.begin(self.viewport())
        painting.ring(painter, row.toRectF(), radius=4)
        painter.end()
