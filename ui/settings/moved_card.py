"""After a move: every figure here and there, how to open the house there, and the way back."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.domain.backups import Comparison
from app.domain.house_figures import Compared
from app.domain.values import Money
from ui.i18n import money, number, tr
from ui.settings.place import State
from ui.widgets.buttons import Button
from ui.widgets.cells import StatusCell
from ui.widgets.frames import Card, Label
from ui.widgets.rows import Column, RowsModel
from ui.widgets.table import Table

_HEIGHT = 360


class MovedCard(Card):
    """Hidden while the house is here."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(padding=24, parent=parent)
        self.title = Label("", "lead", wrap=True)
        self.line = Label("", "muted", wrap=True)
        self.open_there = Button(tr("Open it there"), look="primary", icon="arrow-right")
        self.take_back = Button(tr("Sell here again…"))
        self.rows: RowsModel[Compared] = RowsModel(_columns(), key=_key, parent=self)
        self.table = Table(self.rows, accessible=tr("Figures here and there"))
        self.table.setItemDelegateForColumn(3, StatusCell(_token, self.table))
        self.table.setFixedHeight(_HEIGHT)
        said = QVBoxLayout()
        said.setSpacing(2)
        said.addWidget(self.title)
        said.addWidget(self.line)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addLayout(said, 1)
        for button in (self.take_back, self.open_there):
            head.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
        self.body.addLayout(head)
        self.body.addWidget(self.table)
        self.hide()

    def show_state(self, state: State) -> None:
        """The figures just after the move; later only where the house is."""
        self.setVisible(state.gone is not None or state.moved is not None)
        moved, gone = state.moved, state.gone
        self.table.setVisible(moved is not None)
        for button in (self.open_there, self.take_back):
            button.setEnabled(gone is not None)
        if moved is not None:
            self.title.setText(tr("The house is in {where} now", where=moved.target))
            self.line.setText(_proven(moved))
            self.rows.set_rows([line for line in moved.lines if line.kind != "content"])
        elif gone is not None:
            self.title.setText(tr("The house is in {where}", where=gone.where))
            self.line.setText(tr("Nobody can sell here. What is here can be looked at."))


def _proven(moved: Comparison) -> str:
    prints = [line for line in moved.lines if line.kind == "content"]
    return tr(
        "{count} tables hold the same rows to the last letter, and every rule was proven there. Nobody can"
        " sell here any more; nothing here was deleted.",
        count=number(sum(line.holds for line in prints)),
    )


def _key(line: Compared) -> tuple[str, str, str]:
    return line.kind, line.name, line.currency


def _what(line: Compared) -> str:
    if line.kind == "money":
        return tr(_MONEY[line.name])
    if line.kind == "head":
        return tr("Journal of station {code}: lines, last hash", code=line.name)
    return tr("Rows: {table}", table=line.name.replace("_", " "))


_MONEY = {
    "payments": "Money taken",
    "refunds": "Money given back",
    "tickets": "Prices of tickets",
    "vouchers": "Left on gift vouchers",
}


def _figure(line: Compared, value: int | str | None) -> str:
    if value is None:
        return tr("none")
    if isinstance(value, str):
        return value
    return money(Money(value, line.currency)) if line.currency else number(value)


def _token(line: Compared | None) -> str:
    return "good" if line is not None and line.holds else "bad"


def _columns() -> tuple[Column[Compared], ...]:
    return (
        Column(tr("Figure"), _what),
        Column(tr("Here"), lambda line: _figure(line, line.here), figures=True, width=232),
        Column(tr("There"), lambda line: _figure(line, line.there), figures=True, width=232),
        Column(tr("The same"), lambda line: tr("yes") if line.holds else tr("no"), width=112),
    )
