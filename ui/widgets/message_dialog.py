"""Writing to everybody who holds tickets: the words at the left, how one of them reads it at the right."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QPlainTextEdit,
    QProgressBar,
    QVBoxLayout,
    QWidget,
)

from ui.errors import Level, field_words, words
from ui.i18n import number, plural, tr
from ui.screen import Context
from ui.widgets.buttons import Button
from ui.widgets.fields import Field
from ui.widgets.forms import TextArea
from ui.widgets.frames import Label
from ui.widgets.messaging import Messaging
from ui.widgets.notice import NoticeBar

_WIDTH = 960
_TEXT_HEIGHT = 264


class MessageDialog(QDialog):
    """Over a `Messaging`; `title` names the performance."""

    def __init__(self, messaging: Messaging, *, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._messaging = messaging
        self.setWindowTitle(tr("Message to ticket holders"))
        self.setFixedWidth(_WIDTH)
        self.audience = Label("", "muted", wrap=True)
        self.subject = Field(tr("Subject"))
        self.text = TextArea(tr("Message"), height=_TEXT_HEIGHT)
        self.reader = Label(tr("How it reads"), "heading")
        self.preview = QPlainTextEdit()
        self.preview.setReadOnly(True)
        self.preview.setAccessibleName(tr("How it reads"))
        self.notice = NoticeBar()
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setFixedHeight(6)
        self.how_far = Label("", "muted")
        self.close_button = Button(tr("Close"))
        self.stop = Button(tr("Stop"))
        self.send = Button(tr("Send"), look="primary", icon="mail")
        self._lay_out(title)
        self.subject.edited.connect(self._on_edited)
        self.text.edited.connect(self._on_edited)
        self.send.clicked.connect(messaging.send)
        self.stop.clicked.connect(messaging.stop)
        self.close_button.clicked.connect(self.reject)
        messaging.changed.connect(self._show)
        messaging.setParent(self)
        self._show()
        messaging.load()
        self.subject.edit.setFocus()

    def _lay_out(self, title: str) -> None:
        writing, reading = QVBoxLayout(), QVBoxLayout()
        writing.setSpacing(12)
        writing.addWidget(self.subject)
        writing.addWidget(self.text, 1)
        reading.setSpacing(4)
        reading.addWidget(self.reader)
        reading.addWidget(self.preview, 1)
        sides = QHBoxLayout()
        sides.setSpacing(20)
        sides.addLayout(writing, 1)
        sides.addLayout(reading, 1)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.how_far, 1)
        for button in (self.stop, self.close_button, self.send):
            foot.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 20)
        column.setSpacing(12)
        column.addWidget(Label(tr("Message to ticket holders"), "title"))
        column.addWidget(Label(title, "strong", wrap=True))
        column.addWidget(self.audience)
        column.addWidget(self.notice)
        column.addLayout(sides)
        column.addWidget(self.progress)
        column.addLayout(foot)

    def reject(self) -> None:
        """Not while it is being sent: stop first."""
        if not self._messaging.state.sending:
            super().reject()

    def _on_edited(self, _: str) -> None:
        self._messaging.write(self.subject.text(), self.text.text())

    def _show(self) -> None:
        state = self._messaging.state
        people = state.audience.people if state.audience else 0
        self._show_audience()
        said = field_words(state.problems)
        self.subject.set_problem(said.get("subject", ""))
        self.text.set_problem(said.get("text", ""))
        if state.preview is not None:
            self.reader.setText(tr("How {name} reads it", name=state.preview.name))
            if self.preview.toPlainText() != state.preview.words.text:
                self.preview.setPlainText(state.preview.words.text)
        self.subject.setEnabled(not state.sending)
        self.text.setEnabled(not state.sending)
        self.progress.setVisible(state.sending or state.told > 0)
        self.progress.setMaximum(max(state.told + state.left, 1))
        self.progress.setValue(state.told)
        self.stop.setVisible(state.sending)
        self.close_button.setEnabled(not state.sending)
        self.send.setEnabled(people > 0 and not state.sending and not state.done)
        self.send.setText(plural("Send to {count} person", "Send to {count} people", people))
        self._show_how_far()
        self._show_problem()

    def _show_audience(self) -> None:
        audience = self._messaging.state.audience
        if audience is None:
            self.audience.setText(tr("One moment …"))
        elif not audience.people:
            self.audience.setText(
                tr("Nobody we know holds a ticket, so there is nobody to write to.")
            )
        else:
            people = plural(
                "{count} person holds tickets", "{count} people hold tickets", audience.people
            )
            mail = tr("{count} of them get an e-mail", count=number(audience.by_mail))
            rest = tr("everybody finds it in their panel")
            self.audience.setText(f"{people}; {mail}, {rest}.")

    def _show_how_far(self) -> None:
        state = self._messaging.state
        if state.done:
            text = plural("{count} person was told", "{count} people were told", state.told)
        elif state.told:
            total = number(state.told + state.left)
            text = tr("{done} of {total} were told", done=number(state.told), total=total)
        else:
            text = ""
        self.how_far.setText(text)

    def _show_problem(self) -> None:
        state = self._messaging.state
        if state.problem is not None:
            self.notice.say(words(state.problem), level=Level.BAD)
        elif state.done:
            self.notice.say(tr("Everybody was told. The e-mails go out now."), level=Level.GOOD)
        else:
            self.notice.clear()


def message_holders(
    context: Context, performance_id: str, *, title: str, parent: QWidget
) -> MessageDialog:
    """Open the dialog over `parent`; it goes by itself when it is closed."""
    messaging = Messaging(
        context.services.notifications,
        performance_id=performance_id,
        by=context.session.operator,
        tasks=context.tasks,
    )
    dialog = MessageDialog(messaging, title=title, parent=parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()
    return dialog
