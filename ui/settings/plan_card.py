"""The plan of the backups: whether, how often, where to, how many stay."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QFileDialog, QHBoxLayout, QWidget

from app.domain.backups import BackupPlan
from ui.errors import field_words
from ui.i18n import tr
from ui.settings.backups import State
from ui.widgets.buttons import Button
from ui.widgets.fields import Field
from ui.widgets.frames import Card, Label

_NARROW = 176


class PlanCard(Card):
    """`saving` carries the plan as it stands in the form; `station` is the one it is filled in at."""

    saving = Signal(object)

    def __init__(self, *, station: str, parent: QWidget | None = None) -> None:
        super().__init__(padding=24, parent=parent)
        self._station = station
        self._shown: BackupPlan | None = None
        self.active = QCheckBox(tr("Make backups by themselves, while a window is open here"))
        self.folder = Field(tr("Folder on this computer"))
        self.choose = Button(tr("Choose…"))
        self.every = Field(tr("Hours from one to the next"))
        self.newest = Field(tr("Keep the newest"))
        self.daily = Field(tr("and one a day, for days"))
        self.weekly = Field(tr("and one a week, for weeks"))
        self.save = Button(tr("Save the plan"))
        self.who = Label("", "small", wrap=True)
        self._numbers = {
            "every_hours": self.every,
            "newest": self.newest,
            "daily": self.daily,
            "weekly": self.weekly,
        }
        self._lay_out()
        self.choose.clicked.connect(self._choose)
        self.save.clicked.connect(self._tell)

    def _lay_out(self) -> None:
        bottom = Qt.AlignmentFlag.AlignBottom
        where = QHBoxLayout()
        where.setSpacing(8)
        where.addWidget(self.folder, 1)
        where.addWidget(self.choose, 0, bottom)
        counts = QHBoxLayout()
        counts.setSpacing(16)
        for field in self._numbers.values():
            field.setFixedWidth(_NARROW)
            counts.addWidget(field, 0, Qt.AlignmentFlag.AlignTop)
        counts.addStretch(1)
        foot = QHBoxLayout()
        foot.setSpacing(16)
        foot.addWidget(self.who, 1)
        foot.addWidget(self.save)
        self.body.addWidget(Label(tr("The plan"), "lead"))
        self.body.addWidget(self.active)
        self.body.addLayout(where)
        self.body.addLayout(counts)
        self.body.addLayout(foot)

    def show_state(self, state: State) -> None:
        """The plan once it is another; what is typed meanwhile stays."""
        if state.standing is not None and state.plan != self._shown:
            self._fill(state.plan)
        said = field_words(state.problems)
        self.folder.set_problem(said.get("folder", ""))
        for name, field in self._numbers.items():
            field.set_problem(said.get(name, ""))
        self.who.setText(self._who(state))

    def _fill(self, plan: BackupPlan) -> None:
        self._shown = plan
        self.active.setChecked(plan.active)
        self.folder.set_text(plan.folder)
        for name, field in self._numbers.items():
            field.set_text(str(getattr(plan, name)))

    def _who(self, state: State) -> str:
        plan = state.plan
        if not state.may_make:
            return tr(
                "The login of this station may not read the whole house, so it cannot make them. Let"
                " the computer of the owner do it: houselights --database URL --station {station}"
                " backup --scheduled",
                station=plan.station,
            )
        if plan.active and plan.station != self._station:
            return tr(
                "Station {station} makes them, into a folder of its computer. Saved here, this station does.",
                station=plan.station,
            )
        return tr(
            "This station makes them; every other one sees whether it did. What no rule keeps is"
            " deleted, in this folder and of this house only."
        )

    def _choose(self) -> None:
        folder = QFileDialog.getExistingDirectory(
            self, tr("Folder for backups"), self.folder.text()
        )
        if folder:
            self.folder.set_text(folder)

    def _tell(self) -> None:
        numbers = {name: _whole(field.text()) for name, field in self._numbers.items()}
        self.saving.emit(
            BackupPlan(
                folder=self.folder.text(),
                station=self._station,
                active=self.active.isChecked(),
                **numbers,
            )
        )


def _whole(text: str) -> int:
    """The number typed, -1 for what is none: the plan says what is wrong with it."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else -1
