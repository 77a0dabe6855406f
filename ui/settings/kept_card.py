"""The backups there are, and what can be done with one."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QWidget

from app.domain.backups import KeptBackup
from ui.i18n import number, tr
from ui.settings.backups import State
from ui.settings.words import size_words, when_words
from ui.widgets.buttons import Button
from ui.widgets.frames import Card, Empty, Label
from ui.widgets.rows import Column, RowsModel
from ui.widgets.table import Table

_HEIGHT = 264


class KeptCard(Card):
    """A table, with its acts above it at the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(padding=24, parent=parent)
        self.verify = Button(tr("Verify"), icon="check-circle")
        self.restore = Button(tr("Restore…"), icon="undo")
        self.show_folder = Button(tr("Show folder"))
        self.rows: RowsModel[KeptBackup] = RowsModel(_columns(), key=_key, parent=self)
        self.table = Table(self.rows, accessible=tr("Backups"))
        self._empty = Empty(
            tr("No backup in this folder"),
            tr("Each one stands here with what was found in it when it was proven."),
            icon="save",
        )
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(Label(tr("Backups in the folder"), "lead"), 1)
        for button in (self.verify, self.restore, self.show_folder):
            head.addWidget(button)
        place = QWidget()
        place.setFixedHeight(_HEIGHT)
        self._stack = QStackedLayout(place)
        self._stack.addWidget(self.table)
        self._stack.addWidget(self._empty)
        self.body.addLayout(head)
        self.body.addWidget(place)
        self._busy = False
        self.table.picked.connect(self._on_picked)

    def chosen(self) -> KeptBackup | None:
        """The one that is chosen in the table."""
        return self.rows.value_at(self.table.currentIndex().row())

    def show_state(self, state: State) -> None:
        """What is in the folder; the newest is chosen to begin with."""
        self.rows.set_rows(state.kept)
        self._stack.setCurrentWidget(self.table if state.kept or not state.listed else self._empty)
        if state.kept and self.table.currentIndex().row() < 0:
            self.table.choose(0)
        self._busy = bool(state.running)
        self._enable()

    def _on_picked(self, _: KeptBackup | None) -> None:
        self._enable()

    def _enable(self) -> None:
        can = self.chosen() is not None and not self._busy
        for button in (self.verify, self.restore):
            button.setEnabled(can)


def _key(kept: KeptBackup) -> str:
    return str(kept.path)


def _tickets(kept: KeptBackup) -> str:
    count = kept.figures.get("valid_tickets")
    return "" if count is None else number(count)


def _columns() -> tuple[Column[KeptBackup], ...]:
    return (
        Column(tr("Made"), lambda kept: when_words(kept.made_at), width=148),
        Column(tr("File"), lambda kept: kept.path.name, tip=lambda kept: str(kept.path)),
        Column(tr("Of the house in"), lambda kept: kept.house, tip=lambda kept: kept.house),
        Column(tr("Valid tickets"), _tickets, figures=True, width=112),
        Column(tr("Size"), lambda kept: size_words(kept.size), figures=True, width=88),
        Column(tr("Proven"), lambda kept: when_words(kept.proven_at), width=148),
    )
