"""Another password: the one until now, and the new one."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from ui.errors import field_words
from ui.i18n import tr
from ui.profile.viewmodel import State
from ui.widgets.buttons import Button
from ui.widgets.fields import PasswordField
from ui.widgets.frames import Card, Label


class PasswordCard(Card):
    """`changing` carries the old and the new password."""

    changing = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(padding=24, parent=parent)
        self.old = PasswordField(tr("Password until now"))
        self.new = PasswordField(tr("New password, ten characters or more"))
        self.change = Button(tr("Change the password"))
        self.body.addWidget(Label(tr("Password"), "lead"))
        for each in (self.old, self.new):
            self.body.addWidget(each)
        self.body.addWidget(self.change, 0, Qt.AlignmentFlag.AlignLeft)
        line = tr("Wherever you stayed signed in, you sign in anew afterwards.")
        self.body.addWidget(Label(line, "small", wrap=True))
        self.old.entered.connect(self.new.edit.setFocus)
        self.new.entered.connect(self._send)
        self.change.clicked.connect(self._send)

    def show_state(self, state: State) -> None:
        """Problems beside the fields."""
        said = field_words(state.problems)
        self.old.set_problem(said.get("old_password", ""))
        self.new.set_problem(said.get("password", ""))
        self.change.setEnabled(not state.busy)

    def clear(self) -> None:
        """It is done: nothing of it stays on the screen."""
        for each in (self.old, self.new):
            each.set_text("")

    def _send(self) -> None:
        self.changing.emit(self.old.edit.text(), self.new.edit.text())
