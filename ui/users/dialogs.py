"""Adding a person, and handing over a one-time code."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QStackedWidget, QVBoxLayout, QWidget

from app.domain.users import Role
from ui.errors import field_words, words
from ui.i18n import tr
from ui.users.code_card import CodeCard
from ui.users.viewmodel import STAFF, Users
from ui.users.words import may_words, role_words
from ui.widgets.buttons import Button
from ui.widgets.dialog_page import dialog_page
from ui.widgets.fields import Field
from ui.widgets.forms import ChoiceField
from ui.widgets.frames import Label

_WIDTH = 480


class PersonDialog(QDialog):
    """Asks for name, e-mail and role, then shows the code; opened with a code it shows only that."""

    def __init__(self, users: Users, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._users = users
        self.setWindowTitle(tr("Add a person"))
        self.setFixedWidth(_WIDTH)
        self.name = Field(tr("Name"))
        self.email = Field(tr("E-mail"), hint=tr("name@theatre.org"))
        self.role = ChoiceField(tr("Role"), [(role.value, role_words(role)) for role in STAFF])
        self.role.choose(Role.CASHIER.value)
        self.may = Label("", "small", wrap=True)
        self.problem = Label("", "bad", wrap=True)
        self.add = Button(tr("Make a code"), look="primary")
        self.cancel = Button(tr("Cancel"))
        self.done_button = Button(tr("Done"), look="primary")
        self.title = Label(tr("One-time code"), "title")
        self.code = CodeCard()
        self._pages = QStackedWidget()
        self._lay_out()
        self.role.chosen.connect(self._show_role)
        self.name.entered.connect(self.email.edit.setFocus)
        self.email.entered.connect(self._send)
        self.add.clicked.connect(self._send)
        self.cancel.clicked.connect(self.reject)
        self.done_button.clicked.connect(self.accept)
        users.changed.connect(self._show)
        self._show_role(self.role.choice())
        self._show()

    def _lay_out(self) -> None:
        line = tr("They choose their own password with a code you hand over.")
        asking = dialog_page(
            Label(tr("Add a person"), "title"),
            Label(line, "muted", wrap=True),
            self.name,
            self.email,
            self.role,
            self.may,
            self.problem,
            buttons=(self.cancel, self.add),
        )
        showing = dialog_page(self.title, self.code, buttons=(self.done_button,))
        for page in (asking, showing):
            self._pages.addWidget(page)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._pages)

    def _send(self) -> None:
        role = Role(self.role.choice())
        self._users.invite(self.name.text(), email=self.email.text(), role=role)

    def _show_role(self, role: str) -> None:
        self.may.setText(may_words(Role(role)))

    def _show(self) -> None:
        state = self._users.state
        said = field_words(state.problems)
        self.name.set_problem(said.get("name", ""))
        self.email.set_problem(said.get("email", ""))
        self.add.setEnabled(not state.busy)
        self.add.setText(tr("One moment …") if state.busy else tr("Make a code"))
        refused = state.problem is not None and not state.problems
        self.problem.setText(words(state.problem) if state.problem and refused else "")
        self.problem.setVisible(refused)
        if state.code is not None:
            self.code.show_code(state.code)
            self._pages.setCurrentIndex(1)
            self.done_button.setFocus()

    def ask(self) -> None:
        """Open empty, for another person."""
        for each in (self.name, self.email):
            each.set_text("")
        self._users.forget_code()
        self._pages.setCurrentIndex(0)
        self.name.edit.setFocus()
        self.open()

    def done(self, result: int) -> None:
        """However it is left, the code leaves the screen's memory with it."""
        super().done(result)
        self._users.forget_code()
