"""Taking a station's login away: what that means, and the owner's login where it is needed."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from app.domain.shared_house import Enrolment
from ui.errors import words
from ui.i18n import tr
from ui.settings.owner_card import OwnerCard
from ui.settings.stations import Stations
from ui.widgets.buttons import Button
from ui.widgets.dialog_page import dialog_page
from ui.widgets.frames import Label

_WIDTH = 480


class RevokeDialog(QDialog):
    """Closes once the station is out; says why it is not."""

    def __init__(self, stations: Stations, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stations = stations
        self._code = ""
        self._sent = False
        self.setFixedWidth(_WIDTH)
        self.title = Label("", "title", wrap=True)
        self.sentence = Label("", "text", wrap=True)
        self.owner = OwnerCard()
        self.problem = Label("", "bad", wrap=True)
        self.revoke = Button(tr("Revoke"), look="danger")
        self.keep = Button(tr("Keep it"))
        page = dialog_page(
            self.title,
            self.sentence,
            self.owner,
            self.problem,
            buttons=(self.keep, self.revoke),
        )
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(page)
        self.keep.clicked.connect(self.reject)
        self.revoke.clicked.connect(self._send)
        stations.changed.connect(self._show)

    def ask(self, chosen: Enrolment) -> None:
        """Open for this station."""
        self._code, self._sent = chosen.code, False
        self._stations.forget()
        self.title.setText(tr("Revoke {code}?", code=chosen.code))
        self.setWindowTitle(self.title.text())
        self.sentence.setText(
            tr(
                "{name} can reach the house no longer: a window that is open there ends with its"
                " connection. What it sold stays. It can be enrolled again.",
                name=chosen.name,
            )
        )
        self.owner.forget()
        self.owner.setHidden(self._stations.state.may)
        self.keep.setFocus()
        self.open()

    def done(self, result: int) -> None:
        """The owner's login leaves the screen's memory with the dialog."""
        super().done(result)
        self.owner.forget()
        self._stations.forget()

    def _send(self) -> None:
        self._sent = True
        self._stations.revoke(self._code, owner=self.owner.login())

    def _show(self) -> None:
        if not self.isVisible():
            return
        state = self._stations.state
        self.revoke.setEnabled(not state.busy)
        self.problem.setText(words(state.problem) if state.problem else "")
        self.problem.setVisible(state.problem is not None)
        if state.problem is not None:
            self._sent = False
        elif self._sent and not state.busy:
            self.accept()
