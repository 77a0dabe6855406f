"""The way elsewhere: an address, a look at what would happen, the move itself."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QWidget

from ui.i18n import number, tr
from ui.settings.place import LOOK, MOVE, State
from ui.settings.running_panel import RunningPanel
from ui.widgets.buttons import Button
from ui.widgets.fields import Field
from ui.widgets.frames import Card, Label
from ui.widgets.segmented import Segmented

SHARED, FILE = "shared", "file"
_FILE_URL = "sqlite:///"


class MoveCard(Card):
    """`looking` and `typed` carry the address."""

    looking = Signal(str)
    typed = Signal(str)

    def __init__(self, *, shared: bool, parent: QWidget | None = None) -> None:
        super().__init__(padding=24, parent=parent)
        self.kind = Segmented(
            ((SHARED, tr("Into a shared database")), (FILE, tr("Into a file"))),
            accessible=tr("Where to"),
        )
        self.address = Field(tr("Address of an empty database"))
        self.choose = Button(tr("Choose…"))
        self.look = Button(tr("Look first"), icon="search")
        self.move_it = Button(tr("Move it…"), look="primary", icon="arrow-right")
        self.said = Label("", "muted", wrap=True)
        self.running = RunningPanel()
        self._lay_out()
        self.kind.choose(FILE if shared else SHARED)
        self._dress(self.kind.choice())
        self.kind.chosen.connect(self._on_kind)
        self.address.edited.connect(self._on_typed)
        self.address.entered.connect(self._look)
        self.choose.clicked.connect(self._choose)
        self.look.clicked.connect(self._look)

    def _lay_out(self) -> None:
        bottom = Qt.AlignmentFlag.AlignBottom
        head = QHBoxLayout()
        head.addWidget(Label(tr("Move the house"), "lead"), 1)
        head.addWidget(self.kind)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.address, 1)
        for button in (self.choose, self.look):
            row.addWidget(button, 0, bottom)
        foot = QHBoxLayout()
        foot.setSpacing(16)
        foot.addWidget(self.said, 1)
        foot.addWidget(self.move_it, 0, bottom)
        self.body.addLayout(head)
        self.body.addLayout(row)
        self.body.addLayout(foot)
        self.body.addWidget(self.running)

    @property
    def stop(self) -> Button:
        """Ends a move that is under way."""
        return self.running.stop

    def text(self) -> str:
        """The address as it stands in the form."""
        typed = self.address.text()
        is_file = self.kind.choice() == FILE and typed and "://" not in typed
        return _FILE_URL + typed if is_file else typed

    def show_state(self, state: State) -> None:
        """What a move would do, or how far it is."""
        self.setVisible(state.gone is None and state.moved is None)
        busy = bool(state.running)
        self.running.show_running(state.running, titles=_TITLES)
        for part in (self.kind, self.address, self.choose):
            part.setEnabled(not busy)
        looking = state.running.what == LOOK
        self.look.setText(tr("Looking …") if looking else tr("Look first"))
        self.look.setEnabled(not busy and bool(self.text()))
        self.move_it.setEnabled(not busy and state.journey is not None)
        journey = state.journey
        if journey is None:
            self.said.setText(tr(_BEFORE))
        else:
            self.said.setText(
                tr(
                    "{target} is empty and has room for the {rows} rows of this house.",
                    target=journey.target,
                    rows=number(journey.figures.total),
                )
            )

    def _on_kind(self, kind: str) -> None:
        self.address.set_text("")
        self._dress(kind)
        self.typed.emit("")

    def _dress(self, kind: str) -> None:
        is_file = kind == FILE
        hint = tr("a file that is not there yet") if is_file else "postgresql://USER@HOST/NAME"
        self.address.edit.setPlaceholderText(hint)
        self.address.label.setText(tr("File") if is_file else tr("Address of an empty database"))
        self.choose.setVisible(is_file)

    def _choose(self) -> None:
        path, _ = QFileDialog.getSaveFileName(
            self, tr("File for the house"), "houselights-moved.db", tr("Houses (*.db)")
        )
        if path:
            self.address.set_text(path)
            self.typed.emit(self.text())

    def _on_typed(self, _: str) -> None:
        self.typed.emit(self.text())

    def _look(self) -> None:
        if self.text() and self.look.isEnabled():
            self.looking.emit(self.text())


_TITLES = {MOVE: "The house is moving. Nobody can sell until it has arrived."}
_BEFORE = (
    "Look first: nothing is written, and what stands in the way is said. Then the whole house moves, is"
    " counted, summed and proven there, and only then is this one closed for sales."
)
