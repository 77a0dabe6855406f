"""A house without seats on the exchange screen: how many places to take instead."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.domain.seating import GaArea
from ui.bookings.exchange_state import ExchangeState, Hall
from ui.i18n import number, tr
from ui.widgets.buttons import Button
from ui.widgets.frames import Card, Label
from ui.widgets.stepper import Stepper


class _Area(QWidget):
    """One general-admission area."""

    taken = Signal(int, int)

    def __init__(self, area: GaArea) -> None:
        super().__init__()
        self._area = area
        self._free = Label("", "muted")
        self.stepper = Stepper(
            accessible=tr("How many places in {area}", area=area.name), least=1, value=1
        )
        self.take = Button(tr("Take places"), icon="plus")
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.stepper)
        row.addWidget(self.take)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(Label(area.name, "title"))
        column.addWidget(self._free)
        column.addLayout(row)
        self.take.clicked.connect(self._on_take)

    def show_free(self, free: int) -> None:
        capacity = number(self._area.capacity)
        said = tr("{free} of {capacity} places free", free=number(free), capacity=capacity)
        self._free.setText(said if free else tr("Sold out"))
        self.stepper.set_most(max(1, min(99, free)))
        self.take.setEnabled(free > 0)

    def _on_take(self) -> None:
        self.taken.emit(self._area.no, self.stepper.value())


class ExchangePlacesCard(Card):
    """All areas of a house without seats. `taken` carries GaArea.no and how many."""

    taken = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(padding=32, parent=parent)
        self.areas: dict[int, _Area] = {}
        self._plan_id = ""
        self.body.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.body.setSpacing(32)

    def show_hall(self, hall: Hall, state: ExchangeState) -> None:
        """Show the areas; at first as many places as tickets go are proposed."""
        if hall.plan.id != self._plan_id:
            self._plan_id = hall.plan.id
            self._make_areas(hall, proposed=max(1, len(state.going)))
        for area in hall.plan.ga_areas:
            self.areas[area.no].show_free(hall.free_of(area.no))

    def _make_areas(self, hall: Hall, *, proposed: int) -> None:
        for old in self.areas.values():
            self.body.removeWidget(old)
            old.deleteLater()
        self.areas = {}
        for area in hall.plan.ga_areas:
            part = _Area(area)
            part.taken.connect(self.taken)
            part.stepper.set_value(proposed)
            self.areas[area.no] = part
            self.body.addWidget(part)
