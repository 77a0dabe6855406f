"""The house's table: 40 px rows, a quiet header, whole rows chosen, Return opens."""

from __future__ import annotations

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
from ui.widgets.rows import Index, RowsModel

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
    """A table over one RowsModel: `picked` carries the current row, `opened` the one to act on."""

    opened = Signal(object)
    picked = Signal(object)

    def __init__(
        self, rows: RowsModel[T], *, accessible: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._by_keyboard = False
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

    def _set_headers(self, rows: RowsModel[T]) -> None:
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
        return self._rows().row(index) if index.isValid() else None

    def choose(self, position: int) -> None:
        """Make the row at `position` current and bring it into sight; -1 chooses none."""
        self.setCurrentIndex(self._rows().index(position, 0) if position >= 0 else QModelIndex())

    def _rows(self) -> RowsModel[object]:
        model = self.model()
        if not isinstance(model, RowsModel):
            raise TypeError("a Table shows a RowsModel")
        return model

    def _open(self, index: QModelIndex) -> None:
        if index.isValid():
            self.opened.emit(self._rows().row(index))

    def _pick(self, index: QModelIndex) -> None:
        self.picked.emit(self._rows().row(index) if index.isValid() else None)

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
        if self._by_keyboard and not self.currentIndex().isValid() and self._rows().rowCount():
            self.choose(0)
        self.viewport().update()

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
