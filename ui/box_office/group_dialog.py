"""A group: how many of each, where, and under which name; the seats are found as one block."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from app.domain.events import PriceType
from ui.box_office.stage import ZonePrice
from ui.i18n import plural, price, tr
from ui.widgets.buttons import Button
from ui.widgets.fields import Field
from ui.widgets.forms import ChoiceField
from ui.widgets.frames import Label
from ui.widgets.stepper import Stepper

_WIDTH = 460
_ANYWHERE = ""
_MOST = 200


class GroupDialog(QDialog):
    """`agreed` carries the name, a list with a price type's id for each of the group, and the zones
    (Zone.no) it may sit in."""

    agreed = Signal(str, list, list)

    def __init__(
        self,
        kinds: Sequence[PriceType],
        zones: Sequence[ZonePrice],
        *,
        name: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Group"))
        self.setFixedWidth(_WIDTH)
        self.name = Field(tr("Name of the group"))
        self.name.edit.setMaxLength(100)
        self.name.set_text(name)
        self.steppers = {
            kind.id: Stepper(
                accessible=tr("How many: {name}", name=kind.name),
                least=0,
                most=_MOST,
                value=10 if not position else 0,
            )
            for position, kind in enumerate(kinds)
        }
        self.zone = ChoiceField(tr("Where"))
        self.zone.set_options(
            [
                (_ANYWHERE, tr("Anywhere")),
                *(
                    (str(zone.no), f"{zone.name} {price(zone.price)}" if zone.price else zone.name)
                    for zone in zones
                ),
            ]
        )
        self.look = Button("", look="primary", key="Enter")
        self.cancel = Button(tr("Cancel"), key="Esc")
        self._lay_out(kinds)
        for stepper in self.steppers.values():
            stepper.changed.connect(self._show_count)
        self.look.clicked.connect(self._agree)
        self.cancel.clicked.connect(self.reject)
        self.name.entered.connect(self._agree)
        self._show_count()

    def _lay_out(self, kinds: Sequence[PriceType]) -> None:
        grid = QGridLayout()
        grid.setVerticalSpacing(8)
        for position, kind in enumerate(kinds):
            grid.addWidget(Label(kind.name), position, 0)
            grid.addWidget(self.steppers[kind.id], position, 1)
        grid.setColumnStretch(0, 1)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.look)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(16)
        column.addWidget(Label(tr("Group"), "title"))
        column.addWidget(
            Label(
                tr("The best block together, over several rows where it must."), "muted", wrap=True
            )
        )
        column.addWidget(self.name)
        column.addLayout(grid)
        column.addWidget(self.zone)
        column.addLayout(buttons)

    def _show_count(self, _value: int = 0) -> None:
        count = sum(stepper.value() for stepper in self.steppers.values())
        self.look.setText(plural("Find {count} place", "Find {count} places", count))
        self.look.setEnabled(count > 0)

    def _agree(self) -> None:
        each = [
            kind_id for kind_id, stepper in self.steppers.items() for _ in range(stepper.value())
        ]
        if not each:
            return
        zone = self.zone.choice()
        self.accept()
        self.agreed.emit(self.name.text().strip(), each, [int(zone)] if zone else [])
