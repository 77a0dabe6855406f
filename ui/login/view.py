"""The sign-in window: the house in the dark at the left, two fields at the right."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QKeySequence,
    QLinearGradient,
    QPainter,
    QPaintEvent,
    QRadialGradient,
    QShortcut,
)
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from ui import theme
from ui.errors import Level, words
from ui.i18n import tr
from ui.login.viewmodel import DemoAccount, SignIn
from ui.widgets import painting
from ui.widgets.buttons import Button
from ui.widgets.fields import Field, PasswordField
from ui.widgets.frames import Label, Rule
from ui.widgets.notice import NoticeBar

_FORM_WIDTH = 360
_LAMPS = 7


class _Stage(QWidget):
    """Seven lamps over an empty stage, and the name of the house's program."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Painted, so that it is sharp at any size and follows the house lights."""
        look = theme.current()
        painter = painting.begin(self)
        rect = QRectF(self.rect())
        painter.fillRect(rect, look.colour("rail"))
        self._paint_lamps(painter, rect)
        self._paint_seats(painter, rect)
        painting.glyph(painter, QPointF(48, 48), "logo", "rail-chosen", size=56)
        name = look.font("total-type", painting.SEMIBOLD)
        box = QRectF(48, 120, rect.width() - 96, 40)
        painting.words(painter, box, "Houselights", font=name, ink=look.colour("rail-chosen"))
        line = look.font("lead-type")
        said = tr("The box office, from doors to curtain.")
        painting.words(
            painter, box.translated(0, 36), said, font=line, ink=look.colour("rail-text")
        )
        painter.end()

    def _paint_lamps(self, painter: QPainter, rect: QRectF) -> None:
        gold = theme.current().colour("rail-chosen")
        floor = rect.height() * 0.70
        painter.setPen(Qt.PenStyle.NoPen)
        for lamp in range(_LAMPS):
            x = rect.width() * (lamp + 0.5) / _LAMPS
            glow = QRadialGradient(QPointF(x, floor), rect.width() / _LAMPS * 1.5)
            glow.setColorAt(0, _faded(gold, 0.20))
            glow.setColorAt(1, _faded(gold, 0.0))
            painter.setBrush(glow)
            painter.drawRect(rect)
        shade = QLinearGradient(QPointF(0, floor), QPointF(0, rect.height()))
        shade.setColorAt(0, _faded(theme.current().colour("rail"), 0.0))
        shade.setColorAt(1, theme.current().colour("rail"))
        painter.setBrush(shade)
        painter.drawRect(QRectF(0, floor, rect.width(), rect.height() - floor))

    def _paint_seats(self, painter: QPainter, rect: QRectF) -> None:
        """Backs of seats in the dark, nearer ones larger."""
        ink = theme.current().colour("rail-text")
        for row in range(5):
            size = 16 + 7 * row
            y = rect.height() * 0.70 + 10 + row * (row * 5 + 22)
            gap = size * 1.32
            count = int(rect.width() / gap) + 2
            first = rect.width() / 2 - gap * (count - 1) / 2 + (gap / 2 if row % 2 else 0)
            painter.setBrush(_faded(ink, 0.10 + 0.035 * row))
            for seat in range(count):
                box = QRectF(first + seat * gap - size / 2, y, size, size * 0.9)
                painter.drawRoundedRect(box, size * 0.3, size * 0.3)


def _faded(colour: QColor, share: float) -> QColor:
    faded = QColor(colour)
    faded.setAlphaF(share)
    return faded


class LoginView(QWidget):
    """Two fields and a button; in the demo theatre also a button for every role."""

    def __init__(
        self,
        sign_in: SignIn,
        *,
        house: str = "",
        demo: Sequence[DemoAccount] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._sign_in = sign_in
        self.email = Field(tr("E-mail"), hint=tr("you@theatre.org"))
        self.password = PasswordField(tr("Password"))
        self.notice = NoticeBar()
        self.button = Button(tr("Sign in"), look="primary", height="pay", key="Enter")
        self.accounts = [
            Button(f"{account.name}, {tr(account.role)}", icon="user") for account in demo
        ]
        self._demo = tuple(demo)
        self._lay_out(house)
        self.setWindowTitle("Houselights")
        self.setMinimumSize(1024, 680)
        self.resize(1600, 960)
        self._lights = QShortcut(QKeySequence(Qt.Key.Key_F8), self)
        self._lights.activated.connect(self._toggle_lights)
        self.email.entered.connect(self.password.edit.setFocus)
        self.password.entered.connect(self._submit)
        self.button.clicked.connect(self._submit)
        for account in self.accounts:
            account.clicked.connect(self._on_account)
        self.notice.closed.connect(self.notice.hide)
        sign_in.changed.connect(self._show)
        self.email.edit.setFocus()
        self._show()

    def _lay_out(self, house: str) -> None:
        form = QVBoxLayout()
        form.setSpacing(16)
        form.addStretch(2)
        form.addWidget(Label(tr("Good to see you"), "total"))
        where = house or tr("Sign in to open the box office.")
        form.addWidget(Label(where, "muted", wrap=True))
        for part in (self.notice, self.email, self.password, self.button):
            form.addWidget(part)
        if self.accounts:
            form.addSpacing(8)
            form.addWidget(Rule())
            form.addWidget(Label(tr("This is the demo theatre. Come in as"), "muted"))
            for account in self.accounts:
                form.addWidget(account)
        form.addStretch(3)
        inner = QWidget()
        inner.setFixedWidth(_FORM_WIDTH)
        inner.setLayout(form)
        right = QHBoxLayout()
        right.addStretch(1)
        right.addWidget(inner)
        right.addStretch(1)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(_Stage(), 1)
        whole.addLayout(right, 1)

    def _submit(self) -> None:
        self._sign_in.sign_in(self.email.text(), self.password.text())

    def _on_account(self) -> None:
        for button, account in zip(self.accounts, self._demo, strict=True):
            if button is self.sender():
                self._sign_in.sign_in(account.email, account.password)

    def _show(self) -> None:
        state = self._sign_in.state
        for name, field in (("email", self.email), ("password", self.password)):
            empty = name in state.missing
            field.set_problem(tr("Please fill this in.") if empty else "")
        for part in (self.button, *self.accounts):
            part.setEnabled(not state.busy)
        self.button.setText(tr("One moment …") if state.busy else tr("Sign in"))
        if state.problem is None:
            self.notice.clear()
        else:
            self.notice.say(words(state.problem), level=Level.BAD)
            self.password.edit.setFocus()
            self.password.edit.selectAll()

    def _toggle_lights(self) -> None:
        app = QApplication.instance()
        if isinstance(app, QApplication):
            theme.toggle(app)
