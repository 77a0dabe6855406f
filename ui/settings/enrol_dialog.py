"""Enrolling a station: its code, its name, what it may; then the one line that it joins with."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QCheckBox, QDialog, QStackedWidget, QVBoxLayout, QWidget

from app.domain.shared_house import NewLogin, Right
from ui.errors import field_words, words
from ui.i18n import tr
from ui.settings.owner_card import OwnerCard
from ui.settings.stations import Stations
from ui.widgets.buttons import Button
from ui.widgets.dialog_page import dialog_page
from ui.widgets.fields import Field
from ui.widgets.frames import Label

_WIDTH = 520


class EnrolDialog(QDialog):
    """Asks, then shows the line; however it is left, the line leaves the memory of the screen with it."""

    def __init__(self, stations: Stations, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stations = stations
        self._connection = ""
        self.setWindowTitle(tr("Enrol a station"))
        self.setFixedWidth(_WIDTH)
        self.code = Field(tr("Code, as it stands on tickets and reports"), hint=tr("T2"))
        self.name = Field(tr("Name"), hint=tr("Till in the foyer"))
        self.boxes = {right: QCheckBox(_offer(right)) for right in Right}
        self.owner = OwnerCard()
        self.problem = Label("", "bad", wrap=True)
        self.enrol = Button(tr("Enrol"), look="primary")
        self.cancel = Button(tr("Cancel"))
        self.sentence = Label("", "muted", wrap=True)
        self.line = Field(tr("Connection"))
        self.line.edit.setReadOnly(True)
        self.copy = Button(tr("Copy"), icon="copy")
        self.finished_button = Button(tr("Done"), look="primary")
        self._pages = QStackedWidget()
        self._lay_out()
        self.code.entered.connect(self.name.edit.setFocus)
        self.name.entered.connect(self._send)
        self.enrol.clicked.connect(self._send)
        self.cancel.clicked.connect(self.reject)
        self.copy.clicked.connect(self._copy)
        self.finished_button.clicked.connect(self.accept)
        stations.changed.connect(self._show)

    def _lay_out(self) -> None:
        asking = dialog_page(
            Label(tr("Enrol a station"), "title"),
            Label(
                tr("It gets a login of its own, and this is what it may do:"), "muted", wrap=True
            ),
            self.code,
            self.name,
            *self.boxes.values(),
            self.owner,
            self.problem,
            buttons=(self.cancel, self.enrol),
        )
        warning = tr(
            "It holds the station's password, is shown this once and kept nowhere. On that computer, start"
            " Houselights, choose “Join a house” and paste it."
        )
        showing = dialog_page(
            Label(tr("Join with this line"), "title"),
            self.sentence,
            self.line,
            Label(warning, "small", wrap=True),
            buttons=(self.copy, self.finished_button),
        )
        for page in (asking, showing):
            self._pages.addWidget(page)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._pages)

    def ask(self) -> None:
        """Open empty, for another station."""
        for each in (self.code, self.name):
            each.set_text("")
        for right, box in self.boxes.items():
            box.setChecked(right is Right.STATION)
        self._stations.forget()
        self.owner.forget()
        self.owner.setHidden(self._stations.state.may)
        self._pages.setCurrentIndex(0)
        self.code.edit.setFocus()
        self.open()

    def done(self, result: int) -> None:
        """See the class."""
        super().done(result)
        self._connection = ""
        self.line.set_text("")
        self.owner.forget()
        self._stations.forget()

    def _send(self) -> None:
        rights = [right for right, box in self.boxes.items() if box.isChecked()]
        self._stations.enrol(
            self.code.text(), name=self.name.text(), rights=rights, owner=self.owner.login()
        )

    def _show(self) -> None:
        state = self._stations.state
        said = field_words(state.problems)
        self.code.set_problem(said.get("code", ""))
        self.name.set_problem(said.get("name", ""))
        self.enrol.setEnabled(not state.busy)
        self.enrol.setText(tr("One moment …") if state.busy else tr("Enrol"))
        other = said.get("rights", "") or (words(state.problem) if state.problem else "")
        self.problem.setText(other)
        self.problem.setVisible(bool(other))
        if state.made is not None and not self._connection:
            self._show_made(state.made)

    def _show_made(self, made: NewLogin) -> None:
        self._connection = made.connection
        self.line.set_text(made.connection)
        self.line.edit.setCursorPosition(0)
        name, code = made.enrolment.name, made.enrolment.code
        self.sentence.setText(tr("{name} is enrolled as {code}.", name=name, code=code))
        self.copy.setText(tr("Copy"))
        self._pages.setCurrentIndex(1)
        self.copy.setFocus()

    def _copy(self) -> None:
        clipboard = QGuiApplication.clipboard()
        if clipboard is not None:
            clipboard.setText(self._connection)
        self.copy.setText(tr("Copied"))


def right_words(right: Right) -> str:
    """What a right is called."""
    return {
        Right.STATION: tr("Sells"),
        Right.ORGANIZER: tr("Organizes"),
        Right.ANALYST: tr("Reads figures"),
    }[right]


def _offer(right: Right) -> str:
    return {
        Right.STATION: tr("Sells: seats, bookings, money, customers"),
        Right.ORGANIZER: tr("Organizes: programme, prices, venues, people, settings"),
        Right.ANALYST: tr("Reads figures without names, for a program of its own"),
    }[right]
