"""All venues in a table, and the form of one in the panel at the right."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from app.domain.venues import VenueRow
from ui.errors import level, words
from ui.i18n import number, plural, tr
from ui.venues.houses import Houses
from ui.widgets.buttons import Button
from ui.widgets.cells import TwoLines
from ui.widgets.frames import Card, Empty, Header
from ui.widgets.notice import NoticeBar
from ui.widgets.rows import Column, RowsModel
from ui.widgets.table import Table

_ROW = 60
_ROOMY = 900  # logical pixels from which all columns fit


class VenuesPage(QWidget):
    """`opened` carries a venue's id, `new_asked` fires for one more."""

    opened = Signal(str)
    new_asked = Signal()

    def __init__(self, houses: Houses, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._houses = houses
        self.header = Header(tr("Venues"))
        self.new = Button(tr("New venue"), look="primary", icon="plus", key="Ctrl+N")
        self.header.buttons.addWidget(self.new)
        self.notice = NoticeBar()
        self.rows: RowsModel[VenueRow] = RowsModel(_columns(), key=_id, parent=self)
        self.table = Table(self.rows, accessible=tr("Venues"))
        self.table.verticalHeader().setDefaultSectionSize(_ROW)
        self._cell: TwoLines[VenueRow] = TwoLines(_address, strong=True, parent=self.table)
        self.table.setItemDelegateForColumn(0, self._cell)
        self._none = Empty(
            tr("No venues yet"),
            tr(
                "A venue is a house with a clock, a currency and a seating plan. Enter the first one,"
                " then import its plan."
            ),
            icon="map",
            action=tr("New venue"),
        )
        card = Card(padding=0)
        card.body.setContentsMargins(1, 0, 1, 8)
        card.body.addWidget(self.table)
        place = QWidget()
        self._stack = QStackedLayout(place)
        self._card = card
        self._stack.addWidget(card)
        self._stack.addWidget(self._none)
        column = QVBoxLayout()
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        column.addWidget(self.header)
        column.addWidget(self.notice)
        column.addWidget(place, 1)
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(0, 0, 0, 0)
        self.row.setSpacing(0)
        self.row.addLayout(column, 1)
        self.new.clicked.connect(self.new_asked)
        self._none.acted.connect(self.new_asked)
        self.table.opened.connect(self._on_row)
        self.table.clicked.connect(self._on_click)
        self.notice.closed.connect(houses.forget_problem)
        houses.changed.connect(self._show)
        self._show()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Clock and currency give way to the names."""
        for column in (4, 5):
            self.table.setColumnHidden(column, event.size().width() < _ROOMY)
        super().resizeEvent(event)

    def _on_row(self, row: VenueRow) -> None:
        self.opened.emit(row.venue.id)

    def _on_click(self) -> None:
        row = self.table.value()
        if isinstance(row, VenueRow):
            self.opened.emit(row.venue.id)

    def _show(self) -> None:
        state = self._houses.state
        self.rows.set_rows(state.rows)
        empty = state.loaded and not state.rows
        self._stack.setCurrentWidget(self._none if empty else self._card)
        if state.loaded:
            self.header.set_line(plural("{count} venue", "{count} venues", len(state.rows)))
        if state.problem is None:
            self.notice.clear()
        else:
            self.notice.say(words(state.problem), level=level(state.problem))


def _id(row: VenueRow) -> str:
    return row.venue.id


def _address(row: VenueRow) -> str:
    return " ".join(row.venue.address.split())


def _columns() -> tuple[Column[VenueRow], ...]:
    return (
        Column(tr("Venue"), lambda row: row.venue.name),
        Column(
            tr("Places"),
            lambda row: number(row.capacity) if row.plan_version else "–",
            figures=True,
            width=100,
        ),
        Column(
            tr("Plan"),
            lambda row: (
                tr("Version {version}", version=row.plan_version)
                if row.plan_version
                else tr("No plan yet")
            ),
            tone=lambda row: "" if row.plan_version else "warn",
            width=130,
        ),
        Column(tr("To come"), lambda row: number(row.upcoming), figures=True, width=110),
        Column(tr("Clock"), lambda row: row.venue.zone, width=180),
        Column(tr("Currency"), lambda row: row.venue.currency, width=110),
    )
