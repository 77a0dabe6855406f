"""A report on the screen as it will stand on paper: figures, proof, and its tables, one a tab.

A hundred thousand rows are only ever written out where they are looked at; the totals stay in sight.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from app.domain.notation import Notation
from app.domain.report_parts import Entry, Kind, Line, LineKind, Proof, Report, Row, Table
from ui import theme
from ui.i18n import plural, tr
from ui.reports.viewmodel import Made
from ui.reports.wording import notation
from ui.widgets import painting
from ui.widgets.flow import Flow
from ui.widgets.forms import Choice
from ui.widgets.frames import Card, Label, LineLabel
from ui.widgets.rows import Index
from ui.widgets.segmented import Segmented

_DISPLAY = Qt.ItemDataRole.DisplayRole
_ALIGN = Qt.ItemDataRole.TextAlignmentRole
_LINE = Qt.ItemDataRole.UserRole
_TIP = Qt.ItemDataRole.ToolTipRole
_HORIZONTAL = Qt.Orientation.Horizontal
_SELECTED = QStyle.StateFlag.State_Selected
_LEFT, _RIGHT = painting.LEFT, painting.RIGHT
_ROW, _TOTALS = 34, 44
_INSIDE = 14
_SAMPLED = 300
_BAR = 12  # px of a scroll bar below
_FULL_SCREEN = 400  # rows no screen can show at once
_LONGEST = 240
_NARROWEST, _WIDEST = 100, 320
_MOST_TABS = 6
_NOWHERE = QModelIndex()
_WRITTEN = (Kind.TEXT, Kind.WORD)


class PreviewModel(QAbstractTableModel):
    """The lines of one table above its total, written out when they are asked for."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.table: Table | None = None
        self._lines: Sequence[Line] = ()
        self._notation = Notation()

    def show(self, table: Table, lines: Sequence[Line]) -> None:
        """Another table."""
        self.beginResetModel()
        self.table = table
        self._notation = notation()
        last = len(lines) - 1
        ends_with_total = bool(lines) and lines[last][0] is LineKind.TOTAL
        self._lines = lines[:last] if ends_with_total else lines
        self.endResetModel()

    def line(self, row: int) -> Line:
        """What stands there."""
        return self._lines[row]

    def groups(self) -> list[int]:
        """The rows that are a group's title."""
        return [i for i, line in enumerate(self._lines) if line[0] is LineKind.GROUP]

    def sample(self) -> Sequence[Line]:
        """Enough lines to judge the width of texts by."""
        return self._lines[:: max(1, len(self._lines) // _SAMPLED)]

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """Titles of groups, rows and their totals."""
        return 0 if parent.isValid() else len(self._lines)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        """As the table has."""
        return 0 if parent.isValid() or self.table is None else len(self.table.columns)

    def data(self, index: Index, role: int = _DISPLAY) -> Any:
        """A cell as it will be printed."""
        if role == _LINE:
            return self._lines[index.row()]
        if role == _DISPLAY:
            return self.text(self._lines[index.row()], index.column())
        if role == _TIP:
            text = self.text(self._lines[index.row()], index.column())
            return text[:2000] if len(text) > 24 else None
        return None

    def text(self, line: Line, place: int) -> str:
        """One cell in words."""
        kind, row = line
        if self.table is None or place >= len(row):
            return ""
        if kind is LineKind.GROUP:
            return str(row[0])
        if kind is not LineKind.ROW and place == 0:
            return tr(str(row[0]))
        return self._notation.cell(self.table.columns[place], row[place])

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _DISPLAY) -> Any:
        """Titles aligned as their columns."""
        if orientation != _HORIZONTAL or self.table is None:
            return None
        column = self.table.columns[section]
        if role == _DISPLAY:
            return tr(column.title)
        if role == _ALIGN:
            return _RIGHT if self.table.at_right(section) else _LEFT
        return None


class _Cells(QStyledItemDelegate):
    """Quiet rows, grounds for groups, totals in bold."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """One cell."""
        model = index.model()
        if not isinstance(model, PreviewModel) or model.table is None:
            return
        look = theme.current()
        rect = QRectF(option.rect)
        kind, row = model.line(index.row())
        chosen = bool(option.state & _SELECTED)
        if kind is LineKind.GROUP or chosen:
            painter.fillRect(rect, look.colour("row-chosen" if chosen else "sunk"))
        strong = kind is not LineKind.ROW
        value = row[index.column()] if index.column() < len(row) else None
        quiet = value == 0 and not strong
        right = model.table.at_right(index.column())
        painting.words(
            painter,
            rect.adjusted(_INSIDE, 0, -_INSIDE, 0),
            model.text((kind, row), index.column())[:_LONGEST],
            font=look.font("chip-type", painting.SEMIBOLD if strong else painting.REGULAR),
            ink=look.colour("muted" if quiet else "text"),
            align=_RIGHT if right else _LEFT,
        )
        line = "line-strong" if kind is LineKind.SUBTOTAL else "line"
        painter.setPen(QPen(look.colour(line), 1))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())


class PreviewTable(QTableView):
    """Columns as wide as what is in them; text gives way first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = PreviewModel(self)
        self.setModel(self.rows)
        self.setAccessibleName(tr("Preview"))
        self.setItemDelegate(_Cells(self))
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(_ROW)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setMinimumSectionSize(48)
        self._needs: list[int] = []

    def show_table(self, table: Table, lines: Sequence[Line]) -> None:
        """Another table, from its top."""
        self.clearSpans()
        self.rows.show(table, lines)
        for row in self.rows.groups():
            self.setSpan(row, 0, 1, max(len(table.columns), 1))
        self._needs = [self._need(table, place) for place in range(len(table.columns))]
        self._fit()
        self.scrollToTop()

    def full_height(self) -> int:
        """What it takes to show all rows at once, a scroll bar below included."""
        rows = min(self.rows.rowCount(), _FULL_SCREEN) * _ROW
        header = self.horizontalHeader()
        bar = _BAR if header.length() > self.viewport().width() else 0
        return header.sizeHint().height() + rows + bar + 2 * self.frameWidth() + 2

    def _need(self, table: Table, place: int) -> int:
        look = theme.current()
        column = table.columns[place]
        head = painting.width_of(tr(column.title), look.font("small-type", painting.SEMIBOLD))
        font, bold = look.font("chip-type"), look.font("chip-type", painting.SEMIBOLD)
        texts = [
            self.rows.text(line, place)[:_LONGEST]
            for line in self.rows.sample()
            if line[0] is not LineKind.GROUP
        ]
        widest = max((painting.width_of(text, font) for text in texts), default=0.0)
        if table.total is not None:
            total = self.rows.text((LineKind.TOTAL, table.total), place)
            widest = max(widest, painting.width_of(total, bold))
        needed = round(max(head + 2, widest + 2)) + 2 * _INSIDE + 2
        return min(needed, _WIDEST) if column.kind in _WRITTEN else needed

    def _fit(self) -> None:
        """Fill the width there is; scroll when even the least does not fit."""
        table = self.rows.table
        if table is None:
            return
        widths = list(self._needs)
        texts = [i for i, column in enumerate(table.columns) if column.kind in _WRITTEN]
        spare = self.viewport().width() - sum(widths)
        while spare < 0 and texts:
            widest = max(texts, key=lambda place: widths[place])
            if widths[widest] <= _NARROWEST:
                break
            step = min(-spare, 8, widths[widest] - _NARROWEST)
            widths[widest] -= step
            spare += step
        grows = texts or list(range(len(widths)))
        for number, place in enumerate(grows):
            if spare > 0:
                widths[place] += spare // len(grows) + (number < spare % len(grows))
        for place, width in enumerate(widths):
            self.setColumnWidth(place, width)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the columns the new width."""
        super().resizeEvent(event)
        self._fit()


class TotalsLine(QWidget):
    """The total of the table above it, column under column, always in sight."""

    def __init__(self, table: PreviewTable, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._table = table
        self._total: Row | None = None
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        header = table.horizontalHeader()
        header.sectionResized.connect(self._moved)
        table.horizontalScrollBar().valueChanged.connect(self._scrolled)

    def sizeHint(self) -> QSize:
        """One line, a little higher than the rows."""
        return QSize(0, _TOTALS)

    def show_total(self, total: Row | None) -> None:
        """Of another table; a table without one shows none."""
        self._total = total
        self.setVisible(total is not None)
        self.setAccessibleName(", ".join(filter(None, self.texts())))
        self.update()

    def texts(self) -> list[str]:
        """The cells as they read."""
        if self._total is None:
            return []
        line = (LineKind.TOTAL, self._total)
        return [self._table.rows.text(line, place) for place in range(len(self._total))]

    def _moved(self, *_: int) -> None:
        self.update()

    def _scrolled(self, _: int) -> None:
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """A strong line, then the cells."""
        table = self._table.rows.table
        if table is None:
            return
        look = theme.current()
        painter = painting.begin(self)
        painter.setPen(QPen(look.colour("text"), 1.5))
        painter.drawLine(QPointF(0, 0.75), QPointF(self.width(), 0.75))
        font, ink = look.font("type", painting.SEMIBOLD), look.colour("text")
        for place, text in enumerate(self.texts()):
            left = self._table.columnViewportPosition(place)
            room = QRect(left, 0, self._table.columnWidth(place), self.height())
            inside = QRectF(room).adjusted(_INSIDE, 0, -_INSIDE, 0)
            right = table.at_right(place)
            if right:  # a bold sum may be a hair wider than its column
                inside.setLeft(room.left())
            align = _RIGHT if right else _LEFT
            painting.words(painter, inside, text, font=font, ink=ink, align=align)
        painter.end()


class ProofLine(QWidget):
    """Whether the money equals the journal's: sign and sentence."""

    def __init__(self, proof: Proof, words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._holds = proof.holds
        self.words = words
        label = LineLabel(words, "good" if proof.holds else "bad")
        row = QHBoxLayout(self)
        row.setContentsMargins(24, 0, 0, 0)
        row.addWidget(label, 1)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The sign; a form, not only a colour."""
        painter = painting.begin(self)
        icon = "check-circle" if self._holds else "alert-triangle"
        at = QPointF(0, (self.height() - 16) / 2)
        painting.glyph(painter, at, icon, "good" if self._holds else "bad", size=16)
        painter.end()


class PreviewPanel(QWidget):
    """A report: `show_made` is all it takes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._made: Made | None = None
        self.figures = Flow()
        self.table = PreviewTable()
        self.totals = TotalsLine(self.table)
        self.count = Label("", "small")
        self.unit = Label("", "small")
        self._proofs = QVBoxLayout()
        self._proofs.setSpacing(4)
        self._tabs_room = QHBoxLayout()
        self._tabs_room.setContentsMargins(0, 0, 0, 0)
        self.tabs: Segmented | Choice | None = None
        self._card = card = Card(padding=1)
        card.body.setSpacing(0)
        card.body.addWidget(self.table, 1)
        card.body.addWidget(self.totals)
        line = QHBoxLayout()
        line.setSpacing(12)
        line.addLayout(self._proofs, 1)
        for label in (self.count, self.unit):
            line.addWidget(label, 0, Qt.AlignmentFlag.AlignBottom)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.figures)
        column.addLayout(line)
        column.addLayout(self._tabs_room)
        column.addWidget(card, 100)
        column.addStretch(1)

    def show_made(self, made: Made) -> None:
        """Show this report; nothing moves when it is the one on show."""
        if made is self._made:
            return
        same = self._made is not None and self._made.report.name == made.report.name
        before = self._chosen_table() if same else 0
        self._made = made
        report = made.report
        self.figures.set_parts([_figure(entry) for entry in report.figures])
        self._show_proofs(report)
        self._make_tabs(report.tables)
        self._show_table(before if before < len(report.tables) else 0)

    def proofs(self) -> list[str]:
        """What is said about the journal."""
        return [line.words for line in self._lines()]

    def _lines(self) -> list[ProofLine]:
        parts = (self._proofs.itemAt(i) for i in range(self._proofs.count()))
        return [w for part in parts if part and isinstance(w := part.widget(), ProofLine)]

    def _show_proofs(self, report: Report) -> None:
        for line in self._lines():
            self._proofs.removeWidget(line)
            line.hide()
            line.deleteLater()
        written = notation()
        for proof in report.proofs:
            self._proofs.addWidget(ProofLine(proof, written.proof(proof)))

    def _make_tabs(self, tables: Sequence[Table]) -> None:
        if self.tabs is not None:
            self._tabs_room.removeWidget(self.tabs)
            self.tabs.hide()
            self.tabs.deleteLater()
            self.tabs = None
        if len(tables) < 2:
            return
        several = len({table.currency for table in tables if table.currency}) > 1
        options = [(str(i), _tab(table, several)) for i, table in enumerate(tables)]
        if len(tables) <= _MOST_TABS:
            tabs = Segmented(options, accessible=tr("Tables"))
            tabs.chosen.connect(self._on_tab)
            self.tabs = tabs
            self._tabs_room.addWidget(tabs, 0, Qt.AlignmentFlag.AlignLeft)
            return
        choice = Choice()
        for key, words in options:
            choice.addItem(words, key)
        choice.setAccessibleName(tr("Tables"))
        choice.activated.connect(self._on_choice)
        self.tabs = choice
        self._tabs_room.addWidget(choice, 0, Qt.AlignmentFlag.AlignLeft)

    def _chosen_table(self) -> int:
        if isinstance(self.tabs, Segmented):
            return int(self.tabs.choice() or 0)
        return self.tabs.currentIndex() if self.tabs is not None else 0

    def _on_tab(self, key: str) -> None:
        self._show_table(int(key))

    def _on_choice(self, number: int) -> None:
        self._show_table(number)

    def _show_table(self, number: int) -> None:
        if self._made is None or not self._made.report.tables:
            return
        if isinstance(self.tabs, Segmented):
            self.tabs.choose(str(number))
        elif self.tabs is not None:
            self.tabs.setCurrentIndex(number)
        table = self._made.report.tables[number]
        self.table.show_table(table, self._made.lines[number])
        self.totals.show_total(table.total)
        self._end_with_total()
        self.count.setText(plural("{count} row", "{count} rows", table.length))
        self.unit.setText(tr("amounts in {currency}", currency=table.currency))
        self.unit.setVisible(bool(table.currency))

    def _end_with_total(self) -> None:
        """A short table ends with its total, not at the foot of the window."""
        height = self.table.full_height()
        self.table.setMaximumHeight(height)
        total = 0 if self.totals.isHidden() else _TOTALS
        self._card.setMaximumHeight(height + total + 2)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A scroll bar may have come or gone."""
        super().resizeEvent(event)
        self._end_with_total()


def _tab(table: Table, several: bool) -> str:
    title = tr(table.title)
    return f"{title} {table.currency}" if several and table.currency else title


def _figure(entry: Entry) -> QWidget:
    """A figure with its name above, as wide as it needs."""
    part = QWidget()
    column = QVBoxLayout(part)
    column.setContentsMargins(0, 0, 28, 0)
    column.setSpacing(0)
    column.addWidget(Label(tr(entry.title), "heading"))
    column.addWidget(Label(notation().entry(entry), "total"))
    return part
