"""Name, e-mail and phone: what was typed stays whatever somebody else saves meanwhile."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.domain.users import User
from app.services.accounts import ProfileChange
from ui.errors import Level, field_words
from ui.i18n import tr
from ui.profile.viewmodel import State
from ui.widgets.buttons import Button
from ui.widgets.fields import Field
from ui.widgets.frames import Card, Label
from ui.widgets.notice import NoticeBar

_NAMES = ("name", "email", "phone")


class AboutCard(Card):
    """`saving` carries what was typed, as a ProfileChange from the version it was made from."""

    saving = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(padding=24, parent=parent)
        self.fields = {
            "name": Field(tr("Name")),
            "email": Field(tr("E-mail")),
            "phone": Field(tr("Phone")),
        }
        self.notice = NoticeBar()
        self.save = Button(tr("Save"), look="primary")
        self.undo = Button(tr("Undo"), look="quiet")
        self._base: User | None = None
        self._state = State()
        self.body.addWidget(Label(tr("About you"), "lead"))
        self.body.addWidget(self.notice)
        for each in self.fields.values():
            self.body.addWidget(each)
            each.edited.connect(self._on_edited)
            each.entered.connect(self._send)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.save, 0, Qt.AlignmentFlag.AlignLeft)
        row.addWidget(self.undo)
        row.addStretch(1)
        self.body.addLayout(row)
        self.save.clicked.connect(self._send)
        self.undo.clicked.connect(self._take_back)
        self.notice.closed.connect(self.notice.hide)

    @property
    def dirty(self) -> bool:
        """Whether something typed here is not saved."""
        base = self._base
        return base is not None and any(
            self.fields[name].text() != getattr(base, name) for name in _NAMES
        )

    def show_state(self, state: State) -> None:
        """The account where nothing was typed; problems beside what was."""
        self._state = state
        said = field_words(state.problems)
        for name, each in self.fields.items():
            each.set_problem(said.get(name, ""))
        if state.theirs is not None:
            self._show_conflict(state.theirs)
        elif state.user is not None and not self.dirty:
            self._fill(state.user)
        self._show_buttons()

    def _show_conflict(self, theirs: User) -> None:
        """Say what is there now; saving once more puts what was typed over it."""
        self._base = theirs
        other = [getattr(theirs, name) or tr("empty") for name in _NAMES]
        text = tr(
            "Somebody else has just saved: {values}. Save again to put your words in their place.",
            values=", ".join(other),
        )
        self.notice.say(text, level=Level.WARN)

    def _fill(self, user: User) -> None:
        self._base = user
        self.notice.clear()
        for name, each in self.fields.items():
            if each.text() != getattr(user, name):
                each.edit.setText(getattr(user, name))

    def _show_buttons(self) -> None:
        self.save.setEnabled(self.dirty and not self._state.busy)
        self.undo.setVisible(self.dirty)

    def _on_edited(self, _: str) -> None:
        self._show_buttons()

    def _take_back(self) -> None:
        if self._state.user is not None:
            self._fill(self._state.user)
        for each in self.fields.values():
            each.set_problem("")
        self._show_buttons()

    def _send(self) -> None:
        if self._base is None or not self.dirty:
            return
        typed = {name: each.text() for name, each in self.fields.items()}
        self.saving.emit(ProfileChange(**typed, version=self._base.version))
