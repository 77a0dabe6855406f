"""The table models' common part, described columns, and the ordinary one: rows of frozen values,
updated by key.

A screen that re-reads its State gives all rows anew; this works out what came, went, moved or
changed, so that selection and scroll position survive a sale at another till. Lists too long to be
held whole are shown by `ui.widgets.windowed`.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor

from ui import theme

T = TypeVar("T")
Index = QModelIndex | QPersistentModelIndex

ROW_ROLE = Qt.ItemDataRole.UserRole
_DISPLAY = Qt.ItemDataRole.DisplayRole
_ALIGN = Qt.ItemDataRole.TextAlignmentRole
_TONE = Qt.ItemDataRole.ForegroundRole
_TIP = Qt.ItemDataRole.ToolTipRole
_HORIZONTAL = Qt.Orientation.Horizontal
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_NOWHERE = QModelIndex()


@dataclass(frozen=True)
class Column(Generic[T]):
    """How one column shows a row.

    `figures` aligns right, for money and counts. `tone` names a colour token or "" for plain
    text. `width` is in logical pixels, 0 to share what is left.
    """

    title: str
    text: Callable[[T], str]
    figures: bool = False
    tone: Callable[[T], str] | None = None
    tip: Callable[[T], str] | None = None
    width: int = 0


class ColumnsModel(QAbstractTableModel, Generic[T]):
    """What every table of the house shows: described columns over rows told apart by `key`."""

    def __init__(
        self,
        columns: Sequence[Column[T]],
        *,
        key: Callable[[T], Hashable],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._columns = tuple(columns)
        self._key = key

    @property
    def columns(self) -> tuple[Column[T], ...]:
        """The columns as described."""
        return self._columns

    def value_at(self, position: int) -> T | None:
        """The value in that row, None for one that is not there yet."""
        raise NotImplementedError

    def key_at(self, position: int) -> Hashable:
        """The key of the value in that row, None for one that is not there yet."""
        value = self.value_at(position)
        return None if value is None else self._key(value)

    def position(self, key: Hashable) -> int:
        """The row number of `key`, -1 when it is not shown."""
        raise NotImplementedError

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        """As many as were described."""
        return 0 if parent.isValid() else len(self._columns)

    def data(self, index: Index, role: int = _DISPLAY) -> Any:
        """Text, alignment, tone and tip of a cell; the whole value under ROW_ROLE."""
        if not index.isValid():
            return None
        column = self._columns[index.column()]
        if role == _ALIGN:
            return _RIGHT if column.figures else _LEFT
        row = self.value_at(index.row())
        return None if row is None else _shown(column, row, role)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _DISPLAY) -> Any:
        """Titles above, aligned as their columns."""
        if orientation != _HORIZONTAL or not 0 <= section < len(self._columns):
            return None
        if role == _DISPLAY:
            return self._columns[section].title
        if role == _ALIGN:
            return _RIGHT if self._columns[section].figures else _LEFT
        return None


class RowsModel(ColumnsModel[T]):
    """Rows of `T`, told apart by `key`; equal keys in one list raise ValueError."""

    def __init__(
        self,
        columns: Sequence[Column[T]],
        *,
        key: Callable[[T], Hashable],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(columns, key=key, parent=parent)
        self._rows: list[T] = []

    def value_at(self, position: int) -> T | None:
        """The value in that row."""
        return self._rows[position] if 0 <= position < len(self._rows) else None

    def row(self, index: Index | int) -> T:
        """The value shown at `index` (or row number); IndexError beyond the end."""
        return self._rows[index if isinstance(index, int) else index.row()]

    def rows(self) -> tuple[T, ...]:
        """All values in the order shown."""
        return tuple(self._rows)

    def position(self, key: Hashable) -> int:
        """The row number of `key`, -1 when it is not shown."""
        return next((i for i, row in enumerate(self._rows) if self._key(row) == key), -1)

    def set_rows(self, rows: Sequence[T]) -> None:
        """Show exactly `rows`, with the fewest changes that get there."""
        wanted = list(rows)
        keys = [self._key(row) for row in wanted]
        kept = set(keys)
        if len(kept) != len(keys):
            raise ValueError("two rows have the same key")
        self._remove_all_but(kept)
        self._reorder(keys)
        self._insert(wanted, keys)
        self._change(wanted)

    def _remove_all_but(self, kept: set[Hashable]) -> None:
        gone = [i for i, row in enumerate(self._rows) if self._key(row) not in kept]
        for first, last in reversed(_runs(gone)):
            self.beginRemoveRows(_NOWHERE, first, last)
            del self._rows[first : last + 1]
            self.endRemoveRows()

    def _reorder(self, keys: Sequence[Hashable]) -> None:
        """Bring the rows that stay into the wanted order; a sort is one layout change."""
        place = {key: i for i, key in enumerate(keys)}
        order = sorted(range(len(self._rows)), key=lambda i: place[self._key(self._rows[i])])
        if all(a < b for a, b in pairwise(order)):
            return
        self.layoutAboutToBeChanged.emit()
        old = self.persistentIndexList()
        went = {before: after for after, before in enumerate(order)}
        self._rows = [self._rows[i] for i in order]
        new = [self.index(went[index.row()], index.column()) for index in old]
        self.changePersistentIndexList(old, new)
        self.layoutChanged.emit()

    def _insert(self, wanted: Sequence[T], keys: Sequence[Hashable]) -> None:
        shown = {self._key(row) for row in self._rows}
        came = [i for i, key in enumerate(keys) if key not in shown]
        for first, last in _runs(came):
            self.beginInsertRows(_NOWHERE, first, last)
            self._rows[first:first] = wanted[first : last + 1]
            self.endInsertRows()

    def _change(self, wanted: Sequence[T]) -> None:
        changed = [
            i for i, (old, new) in enumerate(zip(self._rows, wanted, strict=True)) if old != new
        ]
        last_column = len(self._columns) - 1
        for first, last in _runs(changed):
            self._rows[first : last + 1] = wanted[first : last + 1]
            self.dataChanged.emit(self.index(first, 0), self.index(last, last_column))

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """As many as were set; a table has no children."""
        return 0 if parent.isValid() else len(self._rows)


def _shown(column: Column[T], row: T, role: int) -> Any:
    if role == _DISPLAY:
        return column.text(row)
    if role == _TONE:
        return _tone(column, row)
    if role == _TIP:
        return column.tip(row) if column.tip else None
    return row if role == ROW_ROLE else None


def _tone(column: Column[T], row: T) -> QColor | None:
    token = column.tone(row) if column.tone else ""
    return theme.current().colour(token) if token else None


def _runs(numbers: Sequence[int]) -> list[tuple[int, int]]:
    """Ascending numbers as (first, last) of each unbroken run."""
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and runs[-1][1] == number - 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs
