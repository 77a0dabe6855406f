"""The house as it is: where it lies, what is in it, and whether every rule holds."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from app.domain.house_figures import HouseFigures
from app.domain.values import Money
from ui.i18n import money, number, tr
from ui.settings.place import CHECK, State
from ui.settings.words import rule_words, when_words
from ui.widgets.buttons import Button
from ui.widgets.frames import Card, Drawing, Label, LineLabel, Rule

_COLUMNS = 4
_RIGHT = Qt.AlignmentFlag.AlignRight


class HereCard(Card):
    """Figures at a glance; what was proven below, once it was."""

    def __init__(self, *, where: str, shared: bool, parent: QWidget | None = None) -> None:
        super().__init__(padding=24, parent=parent)
        title = tr("A shared database") if shared else tr("A file on this computer")
        self.title = Label(title, "title")
        self.where = LineLabel(where, "muted")
        self.where.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.check = Button(tr("Check the house"), icon="check-circle")
        self.said = Label("", "good", wrap=True)
        said = QVBoxLayout()
        said.setSpacing(2)
        said.addStretch(1)
        said.addWidget(self.title)
        said.addWidget(self.where)
        said.addStretch(1)
        row = QHBoxLayout()
        row.setSpacing(20)
        row.addWidget(Drawing("house"), 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(said, 1)
        row.addWidget(self.check, 0, Qt.AlignmentFlag.AlignVCenter)
        self._figures, self._proven = _Pairs(), _Pairs()
        self._rule = Rule()
        self.body.setSpacing(20)
        self.body.addLayout(row)
        self.body.addWidget(self._figures)
        for part in (self._rule, self.said, self._proven):
            self.body.addWidget(part)

    def show_state(self, state: State) -> None:
        """What is known by now."""
        checking = state.running.what == CHECK
        self.check.setEnabled(not state.running)
        self.check.setText(tr("Checking …") if checking else tr("Check the house"))
        if state.figures is not None:
            self._figures.show_pairs(_pairs(state.figures))
        for part in (self._rule, self.said, self._proven):
            part.setVisible(bool(state.checked))
        if state.checked:
            self.said.setText(
                tr("Every rule holds: no seat is sold twice, and money, figures and journal agree.")
            )
            counts = [(rule_words(name), number(count)) for name, count in state.checked.items()]
            self._proven.show_pairs(counts)


class _Pairs(QWidget):
    """Names and figures in columns."""

    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(40)
        self._grid.setVerticalSpacing(8)
        self._cells: list[_Pair] = []
        for column in range(_COLUMNS):
            self._grid.setColumnStretch(column, 1)

    def show_pairs(self, pairs: list[tuple[str, str]]) -> None:
        while len(self._cells) < len(pairs):
            cell = _Pair()
            place = divmod(len(self._cells), _COLUMNS)
            self._grid.addWidget(cell, *place)
            self._cells.append(cell)
        for cell, pair in zip(self._cells, pairs, strict=False):
            cell.show_pair(*pair)
        for cell in self._cells[len(pairs) :]:
            cell.hide()


class _Pair(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.name, self.figure = Label("", "muted"), Label("", "strong")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.name, 1)
        row.addWidget(self.figure, 0, _RIGHT)

    def show_pair(self, name: str, figure: str) -> None:
        self.name.setText(name)
        self.figure.setText(figure)
        self.show()


def _pairs(figures: HouseFigures) -> list[tuple[str, str]]:
    rows = figures.rows
    counted = [
        (tr("Bookings"), number(rows.get("bookings", 0))),
        (tr("Tickets"), number(rows.get("tickets", 0))),
        (tr("People"), number(rows.get("users", 0))),
    ]
    sums = [
        (tr(_SUMS[name]), money(Money(amount, currency)))
        for (name, currency), amount in sorted(figures.money.items())
        if name in _SUMS
    ]
    lines = sum(head.seq for head in figures.heads.values())
    last = (tr("Last act"), when_words(figures.last_act_at) or tr("none"))
    return [*counted, (tr("Journal lines"), number(lines)), *sums, last]


_SUMS = {"payments": "Taken", "refunds": "Given back", "vouchers": "On gift vouchers"}
