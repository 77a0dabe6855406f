"""A one-time code, large enough to be read out across a desk."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QGuiApplication, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.services.staff import OneTimeCode
from ui import theme
from ui.i18n import date_short, tr
from ui.widgets import painting
from ui.widgets.buttons import Button
from ui.widgets.frames import Label

_EXPANDING = QSizePolicy.Policy.Expanding
_FIXED = QSizePolicy.Policy.Fixed


class _Letters(QWidget):
    """The code itself, on a ground of its own."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._code = ""
        self.setSizePolicy(_EXPANDING, _FIXED)

    def set_code(self, code: str) -> None:
        """Show this one; a screen reader spells it."""
        self._code = code
        self.setAccessibleName(" ".join(code))
        self.update()

    def sizeHint(self) -> QSize:
        """Wide enough for the letters."""
        words = painting.width_of(self._code, theme.current().font("total-type", painting.SEMIBOLD))
        return QSize(round(words) + 48, 72)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Letters in the middle."""
        look = theme.current()
        painter = painting.begin(self)
        rect = QRectF(self.rect())
        fill, line = look.colour("sunk"), look.colour("line")
        painting.ground(painter, rect, radius=look.size("radius-button"), fill=fill, line=line)
        font, ink = look.font("total-type", painting.SEMIBOLD), look.colour("text")
        painting.words(painter, rect, self._code, font=font, ink=ink, align=painting.CENTRE)
        painter.end()


class CodeCard(QWidget):
    """The code, for whom it is and how long it counts; `copy` puts it on the clipboard."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._code = ""
        self.letters = _Letters()
        self.sentence = Label("", "muted", wrap=True)
        self.copy = Button(tr("Copy"), icon="copy")
        self.warning = Label(
            tr("It is shown this once and kept nowhere. Hand it over in person or by telephone."),
            "small",
            wrap=True,
        )
        row = QHBoxLayout()
        row.addWidget(self.copy, 0, Qt.AlignmentFlag.AlignLeft)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        for part in (self.sentence, self.letters):
            column.addWidget(part)
        column.addLayout(row)
        column.addWidget(self.warning)
        self.copy.clicked.connect(self._copy)

    def show_code(self, made: OneTimeCode) -> None:
        """Show this one."""
        self._code = made.code
        self.letters.set_code(made.code)
        day = date_short(made.until.astimezone().date())
        self.sentence.setText(
            tr(
                "{name} signs in with {email}, “I have a code” and this, until {day}:",
                name=made.user.name,
                email=made.user.email,
                day=day,
            )
        )
        self.copy.setText(tr("Copy"))

    def _copy(self) -> None:
        clipboard = QGuiApplication.clipboard()
        if clipboard is not None:
            clipboard.setText(self._code)
        self.copy.setText(tr("Copied"))
