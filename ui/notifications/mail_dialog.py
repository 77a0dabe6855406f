"""How the house posts: server, account, sender; and a test message that says whether it works."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from app.domain.mail import USUAL_PORTS, MailSettings, Security
from ui.errors import Level, field_words, words
from ui.i18n import tr
from ui.notifications.mailing import Mailing
from ui.widgets.buttons import Button
from ui.widgets.fields import Field, PasswordField, in_row
from ui.widgets.forms import Labelled
from ui.widgets.frames import Label, Rule
from ui.widgets.notice import NoticeBar
from ui.widgets.segmented import Segmented

_WIDTH = 620
_NARROW = 112


class MailDialog(QDialog):
    """Edits the settings of a `Mailing`; opened with `ask`."""

    def __init__(self, mailing: Mailing, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._mailing = mailing
        self.setWindowTitle(tr("Mail settings"))
        self.setFixedWidth(_WIDTH)
        self.host = Field(tr("Server"), hint=tr("mail.example.org"))
        self.port = Field(tr("Port"))
        self.security = Segmented(
            [
                (Security.TLS.value, "TLS"),
                (Security.STARTTLS.value, "STARTTLS"),
                (Security.NONE.value, tr("None, this computer only")),
            ],
            accessible=tr("Protection"),
        )
        self.protection = Labelled(tr("Protection"), self.security)
        self.user = Field(tr("User"), hint=tr("none needed"))
        self.password = PasswordField(tr("Password"))
        self.sender_name = Field(tr("Sender"), hint=tr("the house's name"))
        self.sender_address = Field(tr("Sender's address"), hint=tr("tickets@example.org"))
        self.remind = Field(tr("Remind holders, hours before curtain (0: never)"))
        self.to = Field(tr("Send a test message to"))
        self.notice = NoticeBar()
        self.test = Button(tr("Send it"), icon="mail")
        self.cancel = Button(tr("Cancel"))
        self.save = Button(tr("Save"), look="primary")
        self._fields: dict[str, Field | Labelled] = {
            "host": self.host,
            "port": self.port,
            "security": self.protection,
            "sender_name": self.sender_name,
            "sender_address": self.sender_address,
            "remind_hours": self.remind,
        }
        self._lay_out()
        self.security.chosen.connect(self._on_security)
        self.save.clicked.connect(self._save)
        self.test.clicked.connect(self._test)
        self.cancel.clicked.connect(self.reject)
        self.finished.connect(self._left)
        mailing.changed.connect(self._show)
        mailing.saved.connect(self.accept)

    def _lay_out(self) -> None:
        self.port.setFixedWidth(_NARROW)
        server = in_row(self.host, self.port)
        trying = QHBoxLayout()
        trying.setSpacing(12)
        trying.addWidget(self.to, 1)
        trying.addWidget(self.test, 0, Qt.AlignmentFlag.AlignBottom)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addStretch(1)
        foot.addWidget(self.cancel)
        foot.addWidget(self.save)
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 20)
        column.setSpacing(12)
        column.addWidget(Label(tr("Mail settings"), "title"))
        column.addWidget(
            Label(
                tr("Tickets and news go out through this server. The password is kept in the"
                   " keyring of this computer, never in the database."),
                "muted",
                wrap=True,
            )
        )  # fmt: skip
        column.addWidget(self.notice)
        column.addLayout(server)
        column.addWidget(self.protection)
        column.addLayout(in_row(self.user, self.password))
        column.addLayout(in_row(self.sender_name, self.sender_address))
        self.remind.edit.setFixedWidth(_NARROW)
        column.addWidget(self.remind)
        column.addWidget(Rule())
        column.addLayout(trying)
        column.addSpacing(4)
        column.addLayout(foot)

    def _fit(self) -> None:
        """As high as wrapped words make it."""
        self.setFixedHeight(self._column.totalHeightForWidth(_WIDTH))

    def ask(self) -> None:
        """Open with what is stored."""
        self._fill(self._mailing.state.settings)
        self._show()
        self.open()
        self.host.edit.setFocus()

    def _fill(self, settings: MailSettings) -> None:
        self.host.set_text(settings.host)
        self.port.set_text(str(settings.port))
        self.security.choose(settings.security.value)
        self.user.set_text(settings.user)
        self.password.set_text("")
        self.sender_name.set_text(settings.sender_name)
        self.sender_address.set_text(settings.sender_address)
        self.remind.set_text(str(settings.remind_hours))
        if not self.to.text():
            self.to.set_text(settings.sender_address)

    def _on_security(self, key: str) -> None:
        """The port that goes with it, where the port is a usual one."""
        if self.port.text() in {str(port) for port in USUAL_PORTS.values()}:
            self.port.set_text(str(USUAL_PORTS[Security(key)]))
        self.protection.set_problem("")

    def _settings(self) -> MailSettings:
        return MailSettings(
            host=self.host.text(),
            port=_whole(self.port.text()),
            security=Security(self.security.choice() or Security.TLS.value),
            user=self.user.text(),
            sender_name=self.sender_name.text(),
            sender_address=self.sender_address.text(),
            remind_hours=_whole(self.remind.text()),
        )

    def _save(self) -> None:
        self._mailing.save(self._settings(), self.password.text())

    def _test(self) -> None:
        self._mailing.test(self._settings(), self.password.text(), self.to.text())

    def _left(self) -> None:
        self._mailing.forget()

    def _show(self) -> None:
        state = self._mailing.state
        said = field_words(state.problems)
        for name, field in self._fields.items():
            field.set_problem(said.get(name, ""))
        for button in (self.save, self.test):
            button.setEnabled(not state.busy)
        self.test.setText(tr("Sending …") if state.busy else tr("Send it"))
        self.password.edit.setPlaceholderText(tr("as before") if state.has_password else "")
        if state.tested:
            sent = tr("A test message is on its way to {address}.", address=state.tested)
            self.notice.say(sent, level=Level.GOOD)
        elif state.problem is not None and not said:
            self.notice.say(words(state.problem), level=Level.BAD)
        elif not state.kept:
            self.notice.say(
                tr("No keyring takes the password, so it is asked for after every start."),
                level=Level.WARN,
            )
        else:
            self.notice.clear()
        self._fit()


def _whole(text: str) -> int:
    """The number typed, -1 for what is none: the settings say what is wrong with it."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else -1
