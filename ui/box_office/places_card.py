"""A house without seats: how many places are free, and how many to take."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.box_office.stage import Stage
from ui.i18n import number, tr
from ui.widgets.buttons import Button
from ui.widgets.frames import Card, Label
from ui.widgets.marks import SoldBar
from ui.widgets.stepper import Stepper


class _Area(QWidget):
    """One general-admission area."""

    def __init__(self, area_no: int, name: str, *, taken: Callable[[int, int], None]) -> None:
        super().__init__()
        self._no = area_no
        self._taken = taken
        self._free = Label("", "muted")
        self._bar = SoldBar()
        self.stepper = Stepper(
            accessible=tr("How many places in {area}", area=name), least=1, value=2
        )
        self.take = Button(tr("Take places"), look="primary", icon="plus")
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.stepper)
        row.addWidget(self.take)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(Label(name, "title"))
        column.addWidget(self._free)
        column.addWidget(self._bar)
        column.addSpacing(8)
        column.addLayout(row)
        self.take.clicked.connect(self._on_take)

    def show_free(self, free: int, capacity: int) -> None:
        self._free.setText(
            tr("{free} of {capacity} places free", free=number(free), capacity=number(capacity))
            if free
            else tr("Sold out")
        )
        self._bar.set_share(1 - free / max(1, capacity))
        self.stepper.set_most(max(1, min(99, free)))
        self.take.setEnabled(free > 0)

    def _on_take(self) -> None:
        self._taken(self._no, self.stepper.value())


class PlacesCard(Card):
    """All areas of a house without seats. `taken` carries GaArea.no and how many."""

    taken = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(padding=32, parent=parent)
        self._areas: dict[int, _Area] = {}
        self._plan_id = ""
        self.body.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.body.setSpacing(32)

    def show_areas(self, stage: Stage) -> None:
        """Show the areas of the performance on the counter."""
        if stage.plan.id != self._plan_id:
            self._plan_id = stage.plan.id
            self._make_areas(stage)
        free = stage.ga_free()
        for area in stage.plan.ga_areas:
            self._areas[area.no].show_free(free[area.no], area.capacity)

    def area(self, area_no: int) -> _Area:
        """The part for one GaArea.no."""
        return self._areas[area_no]

    def _make_areas(self, stage: Stage) -> None:
        for old in self._areas.values():
            self.body.removeWidget(old)
            old.deleteLater()
        self._areas = {
            area.no: _Area(area.no, area.name, taken=self.taken.emit)
            for area in stage.plan.ga_areas
        }
        for part in self._areas.values():
            part.setMaximumWidth(520)
            self.body.addWidget(part)
        for first in list(self._areas.values())[:1]:
            self.setFocusProxy(first.stepper)
