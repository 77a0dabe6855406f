"""How the backups stand, in a sentence; and one more, with progress."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.domain.backups import BackupState, Standing
from ui.i18n import number, plural, tr
from ui.settings.backups import BACK_UP, VERIFY, State
from ui.settings.running_panel import RunningPanel
from ui.settings.words import (
    size_words,
    standing_level,
    standing_words,
    trouble_words,
    when_words,
)
from ui.widgets.buttons import Button
from ui.widgets.frames import Card, Drawing, Label
from ui.widgets.notice import Sign


class StandingCard(Card):
    """The first thing one sees: whether the house is safe."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(padding=24, parent=parent)
        self.sign = Sign()
        self.title = Label("", "title")
        self.line = Label("", "muted", wrap=True)
        self.back_up = Button(tr("Back up now"), look="primary", icon="save")
        self.running = RunningPanel()
        said = QVBoxLayout()
        said.setSpacing(2)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.sign)
        head.addWidget(self.title, 1)
        said.addStretch(1)
        said.addLayout(head)
        said.addWidget(self.line)
        said.addStretch(1)
        row = QHBoxLayout()
        row.setSpacing(20)
        row.addWidget(Drawing("save"), 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(said, 1)
        row.addWidget(self.back_up, 0, Qt.AlignmentFlag.AlignVCenter)
        self.body.addLayout(row)
        self.body.addWidget(self.running)

    @property
    def stop(self) -> Button:
        """Ends what is under way."""
        return self.running.stop

    def show_state(self, state: State) -> None:
        """The sentence, the sign, what is under way."""
        standing = state.standing
        can = standing is not None and state.may_make and not state.running
        self.back_up.setEnabled(can)
        self.running.show_running(state.running, titles=_TITLES)
        if standing is None:
            return
        self.title.setText(standing_words(standing))
        good = standing.standing is Standing.GOOD
        self.sign.show_level(standing_level(standing))
        self.line.setText(_line(standing, state) if good else _worse(standing))


_TITLES = {
    BACK_UP: "A backup is being made. Selling goes on.",
    VERIFY: "The backup is restored elsewhere and proven. Selling goes on.",
}


def _line(standing: BackupState, state: State) -> str:
    parts = [
        tr("Made on {when} and proven whole", when=when_words(standing.last_at)),
        Path(standing.last_file).name,
    ]
    newest = next((one for one in state.kept if str(one.path) == standing.last_file), None)
    if newest is not None:
        parts.append(size_words(newest.size))
    return ", ".join(parts)


def _worse(standing: BackupState) -> str:
    match standing.standing:
        case Standing.OFF:
            return tr(
                "Nobody has said that any are to be made. Choose a folder below, best on another disk"
                " than the house's, and switch them on."
            )
        case Standing.NEVER:
            return plural(
                "Station {station} makes the first one within a minute, and then one every hour.",
                "Station {station} makes the first one within a minute, and then one every {count} hours.",
                standing.plan.every_hours,
                station=standing.plan.station,
            )
        case _:
            return trouble_words(standing) or number(0)
