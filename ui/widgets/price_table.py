"""A price list to fill in: zones down, price types across, an amount or nothing in each.

Made for the keyboard: typing replaces, Enter goes down, Tab goes right, and a block copied from a
spreadsheet goes in as a block. An empty place means that the pair is not sold.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QRectF,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QKeySequence, QPainter
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QAbstractItemView,
    QApplication,
    QHeaderView,
    QLineEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from app.domain.errors import Invalid
from app.domain.programme import Prices
from app.domain.values import Money
from ui import theme
from ui.errors import field_words
from ui.i18n import amount, parse_money
from ui.widgets import painting
from ui.widgets.rows import Index

_DISPLAY, _EDIT = Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole
_TIP, _TONE = Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.ForegroundRole
_ALIGN, _SAID = Qt.ItemDataRole.TextAlignmentRole, Qt.ItemDataRole.AccessibleTextRole
_BAD = Qt.ItemDataRole.UserRole
_DOT = Qt.ItemDataRole.UserRole + 1
_HORIZONTAL = Qt.Orientation.Horizontal
_FLAGS = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEditable
_READ_FLAGS = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
_NOWHERE = QModelIndex()
_RETURN = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_TAB, _BACKTAB = Qt.Key.Key_Tab, Qt.Key.Key_Backtab
_EMPTY = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)
_COPY, _PASTE = QKeySequence.StandardKey.Copy, QKeySequence.StandardKey.Paste
_KEY_PRESS = QEvent.Type.KeyPress
_NO_SELECTION = QItemSelectionModel.SelectionFlag.NoUpdate
_NO_HINT = QAbstractItemDelegate.EndEditHint.NoHint
_HAS_FOCUS = QStyle.StateFlag.State_HasFocus
_SELECTED = QStyle.StateFlag.State_Selected
_ROW = 44
_INSIDE = 12


@dataclass(frozen=True, slots=True)
class PriceRow:
    """A zone of the plan: its number, name and colour (1..8)."""

    zone_no: int
    name: str
    colour: int


class PriceModel(QAbstractTableModel):
    """What was typed, amount or not; `edited` fires after every change by a person."""

    edited = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[PriceRow, ...] = ()
        self._kinds: tuple[tuple[str, str, str], ...] = ()
        self._currency = "EUR"
        self._texts: dict[tuple[int, str], str] = {}
        self.editable = True
        self.brief = False  # whether there is only room for short names

    def show(
        self,
        rows: Sequence[PriceRow],
        kinds: Sequence[tuple[str, str, str]],
        *,
        prices: Prices,
        currency: str,
    ) -> None:
        """Zones, price types (id, name, short name) and the amounts in minor units."""
        self.beginResetModel()
        self._rows, self._kinds, self._currency = tuple(rows), tuple(kinds), currency
        self._texts = {key: amount(Money(minor, currency)) for key, minor in prices.items()}
        self.endResetModel()

    def prices(self) -> dict[tuple[int, str], int]:
        """Zone and price type -> minor units; Invalid({"prices": …}) when a place holds no amount."""
        shown = {(row.zone_no, kind) for row in self._rows for kind, _, _ in self._kinds}
        found = {}
        for key, text in self._texts.items():
            if text and key in shown:
                try:
                    found[key] = parse_money(text, self._currency).minor
                except Invalid as error:
                    raise Invalid({"prices": error.problems["amount"]}) from None
        return found

    def names(self) -> tuple[str, ...]:
        """The full names of the price types."""
        return tuple(name for _, name, _ in self._kinds)

    def problem_at(self, index: Index) -> str:
        """What is wrong with a place, as a sentence; "" when nothing is."""
        text = self._texts.get(self._place(index), "")
        if not text:
            return ""
        try:
            parse_money(text, self._currency)
        except Invalid as error:
            return field_words(error.problems)["amount"]
        return ""

    def _place(self, index: Index) -> tuple[int, str]:
        return self._rows[index.row()].zone_no, self._kinds[index.column()][0]

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """Zones."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        """Price types."""
        return 0 if parent.isValid() else len(self._kinds)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """All can be typed into while the list may be edited."""
        return _FLAGS if self.editable else _READ_FLAGS

    def data(self, index: Index, role: int = _DISPLAY) -> Any:
        """The amount as typed; a dash where nothing is sold."""
        if not index.isValid():
            return None
        text = self._texts.get(self._place(index), "")
        problem = self.problem_at(index) if role in {_TIP, _TONE, _BAD, _SAID} else ""
        answers: dict[int, Any] = {
            _DISPLAY: text or "–",
            _EDIT: text,
            _TIP: problem or None,
            _BAD: problem,
            _ALIGN: painting.RIGHT,
            _SAID: f"{self._rows[index.row()].name}, {self._kinds[index.column()][1]}: {text}",
        }
        if role == _TONE:
            token = "bad" if problem else "text" if text else "faint"
            return theme.current().colour(token)
        return answers.get(role)

    def setData(self, index: Index, value: Any, role: int = _EDIT) -> bool:
        """Take what was typed; a proper amount is written the house's way."""
        if role != _EDIT or not self.editable:
            return False
        self._set(index, str(value).strip())
        self.edited.emit()
        return True

    def _set(self, index: Index, text: str) -> None:
        try:
            written = amount(parse_money(text, self._currency))
        except Invalid:
            written = text[:40]
        self._texts[self._place(index)] = written
        self.dataChanged.emit(index, index)

    def fill(self, top: int, left: int, block: Sequence[Sequence[str]]) -> None:
        """Put a block of texts in, its first one at `top`, `left`; what juts out is left out."""
        for down, line in enumerate(block):
            for across, text in enumerate(line):
                row, column = top + down, left + across
                if row < len(self._rows) and column < len(self._kinds):
                    self._set(self.index(row, column), text.strip().lstrip("€$£¥").strip())
        self.edited.emit()

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _DISPLAY) -> Any:
        """Price types above, zones at the left with their colour."""
        across = orientation == _HORIZONTAL
        if not 0 <= section < (len(self._kinds) if across else len(self._rows)):
            return None
        if role == _DISPLAY:
            return self._kinds[section][1 + self.brief] if across else self._rows[section].name
        if role == _ALIGN:
            return painting.RIGHT if across else painting.LEFT
        if role == _DOT and not across:
            return f"zone-{self._rows[section].colour}"
        return None


class _ZoneHeader(QHeaderView):
    """The zones at the left, each with the square of its colour on the map."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setDefaultSectionSize(_ROW)
        self.setFixedWidth(152)

    def paintSection(self, painter: QPainter, rect: Any, section: int) -> None:
        """A square and the name."""
        look = theme.current()
        model = self.model()
        vertical = Qt.Orientation.Vertical
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        at = QRectF(rect.left() + 16, rect.center().y() - 5, 11, 11)
        dot = model.headerData(section, vertical, _DOT) or "zone-1"
        painting.ground(painter, at, radius=3, fill=look.colour(dot))
        words = QRectF(rect).adjusted(38, 0, -8, 0)
        name = str(model.headerData(section, vertical, _DISPLAY) or "")
        font, ink = look.font("type", painting.MEDIUM), look.colour("text")
        painting.words(painter, words, name, font=font, ink=ink)
        painter.setPen(look.colour("line"))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        painter.restore()


class _Amounts(QStyledItemDelegate):
    """Types amounts at the right; Enter goes down and Tab right, also while typing."""

    def createEditor(
        self, parent: QWidget, option: QStyleOptionViewItem, index: Index
    ) -> QLineEdit:
        """A bare line, filled from the place."""
        line = QLineEdit(parent)
        line.setAlignment(painting.RIGHT)
        line.setProperty("role", "cell")
        line.setAccessibleName(str(index.data(_SAID)))
        return line

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """The amount, and a ring while the keyboard is there."""
        table = self.parent()
        here = isinstance(table, PriceTable) and table.hasFocus() and index == table.currentIndex()
        option.state &= ~_HAS_FOCUS
        if not (isinstance(table, PriceTable) and table.hasFocus()):
            option.state &= ~_SELECTED
        super().paint(painter, option, index)
        rect = QRectF(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if here:
            painting.ring(painter, rect.adjusted(1, 1, -1, -1), radius=4)
        elif index.data(_BAD):
            line = theme.current().colour("bad")
            painting.ground(painter, rect.adjusted(2, 2, -2, -2), radius=4, fill=None, line=line)
        painter.restore()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Commit and move on Enter; the table's own keys do the rest."""
        table = self.parent()
        if (
            event.type() == _KEY_PRESS
            and isinstance(event, QKeyEvent)
            and event.key() in _RETURN
            and isinstance(watched, QLineEdit)
            and isinstance(table, PriceTable)
        ):
            self.commitData.emit(watched)
            self.closeEditor.emit(watched, _NO_HINT)
            table.go_down()
            return True
        return super().eventFilter(watched, event)


class PriceTable(QTableView):
    """The list itself, over its own `PriceModel` (attribute `prices`)."""

    def __init__(self, *, accessible: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.prices = PriceModel(self)
        self.setModel(self.prices)
        self.setAccessibleName(accessible)
        self.setItemDelegate(_Amounts(self))
        self.setVerticalHeader(_ZoneHeader(self))
        self.setShowGrid(False)
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.AnyKeyPressed
            | QAbstractItemView.EditTrigger.DoubleClicked
            | QAbstractItemView.EditTrigger.SelectedClicked
            | QAbstractItemView.EditTrigger.EditKeyPressed
        )
        self.setTabKeyNavigation(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ContiguousSelection)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        header.setHighlightSections(False)
        header.setMinimumSectionSize(64)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        header.sectionResized.connect(self._shorten)
        self.prices.modelReset.connect(self._fit)

    def _fit(self) -> None:
        rows = self.prices.rowCount()
        self.setMinimumHeight(min(rows, 12) * _ROW + 40)
        self.setMaximumHeight(max(rows, 1) * _ROW + 40)
        self._shorten()
        if self.prices.columnCount() and rows and not self.currentIndex().isValid():
            first = self.prices.index(0, 0)
            self.selectionModel().setCurrentIndex(first, _NO_SELECTION)

    def _shorten(self) -> None:
        """Short names of price types as soon as one of the full ones would not fit."""
        font = theme.current().font("small-type", painting.SEMIBOLD)
        width = self.horizontalHeader().sectionSize(0) - 2 * _INSIDE
        brief = any(painting.width_of(name, font) > width for name in self.prices.names())
        if brief != self.prices.brief:
            self.prices.brief = brief
            self.prices.headerDataChanged.emit(_HORIZONTAL, 0, self.prices.columnCount() - 1)

    def go_down(self) -> None:
        """One zone down; from the last to the first of the next price type."""
        at = self.currentIndex()
        row, column = at.row() + 1, at.column()
        if row >= self.prices.rowCount():
            row, column = 0, (column + 1) % max(1, self.prices.columnCount())
        self.setCurrentIndex(self.prices.index(row, column))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy, paste, empty and Enter; everything else begins to type."""
        if event.matches(_PASTE):
            self.paste(QApplication.clipboard().text())
        elif event.matches(_COPY):
            QApplication.clipboard().setText(self._chosen())
        elif event.key() in _EMPTY:
            self._empty()
        elif event.key() in _RETURN:
            self.go_down()
        elif self._leaves(event.key()):
            event.ignore()  # then Qt goes to the next part of the page
        else:
            super().keyPressEvent(event)

    def _leaves(self, key: int) -> bool:
        """Whether Tab goes out of the list, forward from its last place or back from its first."""
        return (key == _TAB and self._at_end()) or (key == _BACKTAB and self._at_start())

    def _at_end(self) -> bool:
        at = self.currentIndex()
        last = (self.prices.rowCount() - 1, self.prices.columnCount() - 1)
        return not at.isValid() or (at.row(), at.column()) == last

    def _at_start(self) -> bool:
        at = self.currentIndex()
        return not at.isValid() or (at.row(), at.column()) == (0, 0)

    def paste(self, text: str) -> None:
        """Put a block of a spreadsheet (lines, tabs) in at the current place."""
        block = [line.split("\t") for line in text.splitlines() if line.strip()]
        at = self.currentIndex()
        if block and self.prices.editable:
            self.prices.fill(max(at.row(), 0), max(at.column(), 0), block)

    def _chosen(self) -> str:
        lines: dict[int, list[str]] = {}
        for index in sorted(self.selectedIndexes(), key=lambda i: (i.row(), i.column())):
            lines.setdefault(index.row(), []).append(str(index.data(_EDIT)))
        return "\n".join("\t".join(line) for line in lines.values())

    def _empty(self) -> None:
        for index in self.selectedIndexes():
            self.prices.setData(index, "")
