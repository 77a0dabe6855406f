"""One's own page: who one is, the password, how one likes the program, and what one did."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QScrollArea, QVBoxLayout, QWidget

from ui.errors import Level, words
from ui.i18n import tr
from ui.profile.about_card import AboutCard
from ui.profile.looks_card import LooksCard
from ui.profile.password_card import PasswordCard
from ui.profile.viewmodel import Profile
from ui.screen import Context
from ui.widgets.acts import ActsList, where
from ui.widgets.buttons import Button
from ui.widgets.frames import Card, Header, Label
from ui.widgets.notice import NoticeBar

# A card of another screen's on this page: it may use what a screen may.
Section = Callable[[Context], QWidget]

_NARROW = 900  # logical pixels of this view; below, one column


class ProfileView(QWidget):
    """Cards in two columns, in one where there is no room; `sections` stand below one's own choices."""

    def __init__(
        self,
        context: Context,
        *,
        sections: Sequence[Section] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        operator = context.session.operator
        self._context = context
        self.profile = Profile(
            context.services.accounts,
            by=operator,
            tasks=context.tasks,
            relay=context.relay,
            parent=self,
        )
        self.sign_out = Button(tr("Sign out"), icon="log-out")
        self.header = Header(operator.name)
        self.notice = NoticeBar()
        self.about = AboutCard()
        self.password = PasswordCard()
        self.looks = LooksCard()
        self.acts = ActsList(accessible=tr("What you did"), below=where)
        self.nothing_yet = Label(tr("Nothing yet. What you change is written down here."), "muted")
        self.sections = [section(context) for section in sections]
        self._lay_out()
        role = tr(operator.role.value).capitalize()
        station = operator.station_code
        self.header.set_line(tr("{role} at station {station}", role=role, station=station))
        self.sign_out.clicked.connect(context.sign_out)
        self.about.saving.connect(self.profile.save)
        self.password.changing.connect(self.profile.change_password)
        self.looks.chosen.connect(self._on_looks)
        self.profile.changed.connect(self._show)
        self.profile.saved.connect(self._on_saved)
        self.profile.password_changed.connect(self._on_password)
        self.notice.closed.connect(self.notice.hide)
        self.profile.load()

    def _lay_out(self) -> None:
        activity = Card(padding=24)
        activity.body.addWidget(Label(tr("What you did"), "lead"))
        activity.body.addWidget(self.nothing_yet)
        self.acts.setMinimumHeight(272)
        activity.body.addWidget(self.acts, 1)
        inside = QWidget()
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight, inside)
        self._columns.setContentsMargins(24, 0, 14, 24)  # the scroll bar's 10 make it even
        self._columns.setSpacing(16)
        left, right = QVBoxLayout(), QVBoxLayout()
        left.addWidget(self.about)
        left.addWidget(self.password)
        left.addWidget(activity, 1)
        for part in (self.looks, *self.sections):
            right.addWidget(part)
        right.addStretch(1)
        for column, share in ((left, 2), (right, 3)):
            column.setSpacing(16)
            self._columns.addLayout(column, share)
        scroll = QScrollArea()
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inside)
        self.header.buttons.addWidget(self.sign_out)
        top = QVBoxLayout()
        top.setContentsMargins(24, 20, 24, 0)
        top.setSpacing(12)
        top.addWidget(self.header)
        top.addWidget(self.notice)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(16)
        whole.addLayout(top)
        whole.addWidget(scroll, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Two columns where there is room for them."""
        narrow = event.size().width() < _NARROW
        direction = QBoxLayout.Direction
        self._columns.setDirection(direction.TopToBottom if narrow else direction.LeftToRight)
        super().resizeEvent(event)

    def to_password(self) -> None:
        """The cursor to where the password is changed."""
        self.password.old.setFocus()

    def _on_looks(self, language: str, theme: str) -> None:
        self.profile.prefer(language=language, theme=theme)

    def _on_saved(self) -> None:
        self._context.say(tr("Your profile is saved"), Level.GOOD)

    def _on_password(self) -> None:
        self.password.clear()
        self._context.say(tr("Your password is changed"), Level.GOOD)

    def _show(self) -> None:
        state = self.profile.state
        self.about.show_state(state)
        self.password.show_state(state)
        if state.user is not None:
            self.header.title.setText(state.user.name)
            self.looks.show_user(state.user)
        self.acts.show_acts(state.activity)
        self.acts.setVisible(bool(state.activity))
        self.nothing_yet.setVisible(not state.activity)
        if state.problem is None:
            self.notice.clear()
        else:
            self.notice.say(words(state.problem), level=Level.BAD)
