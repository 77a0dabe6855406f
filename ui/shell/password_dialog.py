"""The password of a shared database, asked when nothing this computer knows opens it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtWidgets import QCheckBox, QDialog, QHBoxLayout, QVBoxLayout, QWidget

from app.domain.errors import DatabaseUnavailable
from ui.i18n import tr
from ui.widgets.buttons import Button
from ui.widgets.fields import PasswordField
from ui.widgets.frames import Label

_WIDTH = 460


@dataclass(frozen=True, slots=True)
class PasswordWanted:
    """A shared database refused us; `keyring` when this computer could keep its password."""

    refusal: DatabaseUnavailable
    keyring: bool


class PasswordDialog(QDialog):
    """Asks for one password; kept in the system's keyring only, and only when there is one to trust."""

    def __init__(
        self, wanted: PasswordWanted, *, again: bool, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Houselights")
        self.setFixedWidth(_WIDTH)
        self.password = PasswordField(tr("Password"))
        self.remember = QCheckBox(tr("Keep it in this computer's keyring"))
        self.remember.setVisible(wanted.keyring)
        self.open_it = Button(tr("Open"), look="primary")
        self.stay = Button(tr("Cancel"))
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        row.addWidget(self.stay)
        row.addWidget(self.open_it)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 20)
        column.setSpacing(12)
        column.addWidget(Label(tr("The database asks for a password"), "title", wrap=True))
        column.addWidget(Label(wanted.refusal.where, "muted", wrap=True))
        column.addWidget(self.password)
        if again:
            self.password.set_problem(tr("That one was not accepted. Type it again."))
        column.addWidget(self.remember)
        if not wanted.keyring:
            said = tr("This computer has no keyring to keep it in, so it is asked for each time.")
            column.addWidget(Label(said, "muted", wrap=True))
        column.addSpacing(8)
        column.addLayout(row)
        self.stay.clicked.connect(self.reject)
        self.open_it.clicked.connect(self.accept)
        self.password.entered.connect(self.accept)
        self.password.edit.setFocus()
