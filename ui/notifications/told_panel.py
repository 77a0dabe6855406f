"""One notification: to whom, about what, and every letter that was sent for it, word for word."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QScrollArea, QVBoxLayout, QWidget

from app.domain.deliveries import DeliveryLine, DeliveryState
from app.services.outbox import Opened
from ui.i18n import moment, plural, tr
from ui.notifications.viewmodel import State
from ui.widgets.buttons import Button
from ui.widgets.frames import Empty, Label, LineLabel, Rule, SidePanel
from ui.widgets.marks import Dot
from ui.widgets.told import (
    detail,
    heading,
    kind_name,
    problem_words,
    state_token,
    state_words,
    target,
)

_SHORT, _TALL = 200, 440  # of a letter's text
_ABOUT = {"bookings": "Open the booking", "events": "Open the event"}


class ToldPanel(SidePanel):
    """Shows what is open; `wanted` carries (screen, key) of what it is about."""

    wanted = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._opened: Opened | None = None
        self.kind = Label("", "heading")
        self.title = Label("", "lead", wrap=True)
        self.line = Label("", "muted", wrap=True)
        self.resend = Button(tr("Send again"), look="primary", icon="mail")
        self.about = Button(tr("Open the booking"), icon="arrow-right")
        self._empty = Empty(
            tr("Nothing chosen"),
            tr("Choose a notification to read what was sent, when, and to whom."),
            icon="mail",
        )
        self._scroll = QScrollArea()
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for label in (self.kind, self.title, self.line):
            self.body.addWidget(label)
        self.body.addWidget(self._empty, 1)
        self.body.addWidget(self._scroll, 1)
        self.body.addWidget(self.about)
        self.body.addWidget(self.resend)
        self._parts = (self.kind, self.title, self.line, self._scroll, self.about, self.resend)
        for part in self._parts:
            part.hide()
        self.about.clicked.connect(self._go)

    def show_state(self, state: State) -> None:
        """What is open; nothing moves when it is the same."""
        self.resend.setEnabled(not state.busy)
        opened = state.opened
        if opened is None or opened == self._opened:
            return
        self._opened = opened
        told = opened.told
        self._empty.hide()
        for part in self._parts:
            part.show()
        self.kind.setText(kind_name(told.kind))
        self.title.setText(heading(told.kind, told.content))
        self.line.setText(detail(told.kind, told.content))
        self.line.setVisible(bool(self.line.text()))
        screen, _ = target(told.subject_kind, told.subject_id, told.content)
        self.about.setText(tr(_ABOUT.get(screen, "")))
        self.about.setVisible(screen in _ABOUT)
        settled = (DeliveryState.DONE, DeliveryState.SENDING, DeliveryState.WITHDRAWN)
        out = told.state is None or told.state in settled
        self.resend.setText(tr("Send again") if out else tr("Try again now"))
        self.resend.setVisible(bool(opened.deliveries) or bool(told.address))
        self._scroll.setWidget(_history(opened))

    def _go(self) -> None:
        if self._opened is not None:
            told = self._opened.told
            self.wanted.emit(*target(told.subject_kind, told.subject_id, told.content))


def _history(opened: Opened) -> QWidget:
    inside = QWidget()
    column = QVBoxLayout(inside)
    column.setContentsMargins(0, 8, 4, 8)
    column.setSpacing(8)
    told = opened.told
    facts = [
        (tr("To"), told.user),
        (tr("Told"), moment(told.created_at)),
        (tr("In the panel"), tr("not read yet") if told.read_at is None else moment(told.read_at)),
    ]
    for name, words in facts:
        column.addLayout(_fact(name, words))
    if not opened.deliveries:
        column.addWidget(Rule())
        column.addWidget(
            Label(tr("No e-mail: no address, or not wanted for this kind."), "muted", wrap=True)
        )
    for line in opened.deliveries:
        column.addWidget(Rule())
        _add_delivery(column, line)
    column.addStretch(0)
    return inside


def _fact(name: str, words: str) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(12)
    label = Label(name, "muted")
    label.setFixedWidth(96)
    row.addWidget(label, 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(Label(words, wrap=True), 1)
    return row


def _add_delivery(column: QVBoxLayout, line: DeliveryLine) -> None:
    row = QHBoxLayout()
    row.setSpacing(8)
    row.addWidget(Dot(state_token(line.state)))
    row.addWidget(LineLabel(state_words(line.state), "strong"))
    row.addStretch(1)
    row.addWidget(Label(moment(line.done_at or line.created_at), "small"))
    column.addLayout(row)
    column.addWidget(LineLabel(line.address, "muted"))
    for words in _notes(line):
        column.addWidget(Label(words, "muted", wrap=True))
    if line.problem is not None:
        said = Label(problem_words(line.problem), "warn", wrap=True)
        if line.state is DeliveryState.FAILED:
            said.set_role("bad")
        column.addWidget(said)
    if line.sent_text:
        column.addWidget(LineLabel(line.subject, "strong"))
        column.addWidget(_as_sent(line.sent_text), 1)


def _notes(line: DeliveryLine) -> list[str]:
    notes = []
    if line.attempts > 1:
        notes.append(plural("tried {count} time", "tried {count} times", line.attempts))
    if line.due_at is not None and line.state is DeliveryState.RETRYING:
        notes.append(tr("next time {when}", when=moment(line.due_at)))
    joined = ", ".join(notes)
    return [joined[:1].upper() + joined[1:]] if joined else []


def _as_sent(text: str) -> QPlainTextEdit:
    area = QPlainTextEdit(text)
    area.setReadOnly(True)
    area.setAccessibleName(tr("The text as sent"))
    area.setMinimumHeight(_SHORT)
    area.setMaximumHeight(_TALL)
    return area
