"""The columns of a file, one below the other, each with a choice of what it holds."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from app.domain.customer_sheets import Field, Sheet
from ui.i18n import number, tr
from ui.widgets.forms import Choice
from ui.widgets.frames import Label, LineLabel, ListPanel

_SAMPLES = 12  # rows looked through for something to show
_MOST = 100  # columns
_NONE = ""


class _Column(QWidget):
    """One column: its title, what stands in it, what it is."""

    mapped = Signal(int, object)

    def __init__(self, column: int, sheet: Sheet) -> None:
        super().__init__()
        self._column = column
        title = sheet.header[column] or tr("Column {number}", number=number(column + 1))
        self.choice = Choice()
        self.choice.setAccessibleName(title)
        for key, words in _options():
            self.choice.addItem(words, key)
        samples = [row.cell(column) for row in sheet.rows[:_SAMPLES]]
        shown = ", ".join([sample[:40] for sample in samples if sample][:3])
        self._column_layout(title, shown)
        self.choice.activated.connect(self._on_choice)

    def _column_layout(self, title: str, shown: str) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(LineLabel(title, "strong"))
        layout.addWidget(LineLabel(shown or tr("empty"), "small"))
        layout.addWidget(self.choice)

    def show_field(self, held: Field | None) -> None:
        """Show what the column holds."""
        self.choice.setCurrentIndex(self.choice.findData(held.value if held else _NONE))

    def _on_choice(self) -> None:
        key = str(self.choice.currentData())
        self.mapped.emit(self._column, Field(key) if key else None)


class MappingPanel(ListPanel):
    """`mapped` carries a column's number and the Field it holds now, None for left out."""

    mapped = Signal(int, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.columns: list[_Column] = []
        self._sheet: Sheet | None = None
        self._scroll = QScrollArea()
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.body.addWidget(Label(tr("What the columns are"), "lead"))
        self.body.addWidget(self._scroll, 1)

    def show_sheet(self, sheet: Sheet, mapped: Mapping[Field, int]) -> None:
        """Show the columns of this sheet and what they hold."""
        if sheet is not self._sheet:
            self._sheet = sheet
            self._wire_columns(sheet)
        holds = {column: held for held, column in mapped.items()}
        for number_, column in enumerate(self.columns):
            column.show_field(holds.get(number_))

    def _wire_columns(self, sheet: Sheet) -> None:
        inside = QWidget()
        layout = QVBoxLayout(inside)
        layout.setContentsMargins(0, 0, 8, 0)
        layout.setSpacing(20)
        self.columns = [_Column(number_, sheet) for number_ in range(min(len(sheet.header), _MOST))]
        for column in self.columns:
            column.mapped.connect(self.mapped)
            layout.addWidget(column)
        layout.addStretch(1)
        self._scroll.setWidget(inside)


def _options() -> tuple[tuple[str, str], ...]:
    return (
        (_NONE, tr("Leave out")),
        (Field.NAME.value, tr("Name")),
        (Field.FIRST_NAME.value, tr("First name")),
        (Field.LAST_NAME.value, tr("Last name")),
        (Field.EMAIL.value, tr("E-mail")),
        (Field.PHONE.value, tr("Phone")),
        (Field.NOTES.value, tr("Notes")),
    )
