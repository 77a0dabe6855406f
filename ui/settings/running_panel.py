"""What is under way: a sentence, how far it has come, and a button that ends it."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from ui.i18n import tr
from ui.settings.long_work import Running
from ui.settings.words import step_words
from ui.widgets.buttons import Button
from ui.widgets.frames import Label

_WHOLE = 1_000


class RunningPanel(QWidget):
    """Hidden while nothing runs."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = Label("", "strong")
        self.step = Label("", "small")
        self.bar = QProgressBar()
        self.bar.setRange(0, _WHOLE)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(tr("Progress"))
        self.stop = Button(tr("Stop"), icon="x")
        said = QVBoxLayout()
        said.setSpacing(6)
        said.addWidget(self.title)
        said.addWidget(self.bar)
        said.addWidget(self.step)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 8, 0, 0)
        row.setSpacing(20)
        row.addLayout(said, 1)
        row.addWidget(self.stop)
        self.hide()

    def show_running(self, running: Running, *, titles: Mapping[str, str]) -> None:
        """Only what has a title here."""
        shown = running.what in titles
        self.setVisible(shown)
        if not shown:
            return
        self.title.setText(tr(titles[running.what]))
        self.step.setText(tr("Stopping …") if running.stopping else step_words(running.step))
        self.bar.setValue(round(running.share * _WHOLE))
        self.stop.setEnabled(not running.stopping)
