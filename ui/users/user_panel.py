"""One user at the right: role, state, what can be done, what was done."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.domain.users import Role
from ui.i18n import date_short, tr
from ui.users.viewmodel import State
from ui.users.words import (
    ROLES,
    is_locked,
    may_words,
    role_words,
    status_sentence,
    status_token,
)
from ui.widgets.acts import ActsList, by_whom
from ui.widgets.buttons import Button
from ui.widgets.forms import ChoiceField
from ui.widgets.frames import Empty, Label, LineLabel, Rule, SidePanel
from ui.widgets.marks import Dot


class UserPanel(SidePanel):
    """Shows the open user of a State; `role_chosen` carries the Role."""

    role_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.name = LineLabel("", "title")
        self.address = LineLabel("", "muted")
        self.dot = Dot("good")
        self.status = Label("", "text", wrap=True)
        self.role = ChoiceField(tr("Role"), [(role.value, role_words(role)) for role in ROLES])
        self.may = Label("", "small", wrap=True)
        self.unlock = Button(tr("Unlock"), look="primary", icon="lock")
        self.new_code = Button(tr("New one-time code"), icon="refresh")
        self.deactivate = Button(tr("Deactivate"), look="danger", icon="x-circle")
        self.reactivate = Button(tr("Reactivate"), icon="check-circle")
        self.acts = ActsList(accessible=tr("What was done to the account"), below=by_whom)
        self._empty = Empty(
            tr("Nobody chosen"),
            tr("Choose somebody to see their role and what was changed."),
            icon="user",
        )
        self._page = QWidget()
        self._lay_out()
        self.role.chosen.connect(self._on_role)

    def _lay_out(self) -> None:
        state = QHBoxLayout()
        state.setSpacing(8)
        state.addWidget(self.dot, 0, Qt.AlignmentFlag.AlignVCenter)
        state.addWidget(self.status, 1)
        column = QVBoxLayout(self._page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.name)
        column.addWidget(self.address)
        column.addSpacing(4)
        column.addLayout(state)
        column.addSpacing(8)
        column.addWidget(self.role)
        column.addWidget(self.may)
        column.addSpacing(8)
        for button in (self.unlock, self.new_code, self.deactivate, self.reactivate):
            column.addWidget(button)
        column.addSpacing(8)
        column.addWidget(Rule())
        column.addWidget(Label(tr("History"), "heading"))
        column.addWidget(self.acts, 1)
        self.body.addWidget(self._empty, 1)
        self.body.addWidget(self._page, 1)
        self._page.hide()

    def show_state(self, state: State) -> None:
        """The open user, or what to do when none is."""
        account = state.opened
        self._empty.setVisible(account is None)
        self._page.setVisible(account is not None)
        if account is None:
            return
        user = account.user
        since = date_short(account.created_at.astimezone().date())
        self.name.setText(user.name)
        self.address.setText(user.email or tr("No e-mail; here since {day}", day=since))
        self.dot.set_token(status_token(account))
        self.status.setText(status_sentence(account))
        self.role.choose(user.role.value)
        self.may.setText(may_words(user.role))
        self.unlock.setVisible(is_locked(account))
        self.new_code.setVisible(user.active and bool(user.email))
        self.deactivate.setVisible(user.active)
        self.reactivate.setVisible(not user.active)
        for part in (self.role, self.unlock, self.new_code, self.deactivate, self.reactivate):
            part.setEnabled(not state.busy)
        self.acts.show_acts(state.notes)

    def _on_role(self, key: str) -> None:
        self.role_chosen.emit(Role(key))
