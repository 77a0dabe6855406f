"""How one wants to see the program: lights up or down, and how dates, numbers and money are written."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.domain.users import User
from app.domain.values import Money
from ui import theme
from ui.i18n import LANGUAGES, date_short, language_name, money, tr
from ui.widgets.forms import ChoiceField
from ui.widgets.frames import Card, Label
from ui.widgets.segmented import Segmented

_EXAMPLE = Money(124_950, "EUR")


class LooksCard(Card):
    """`chosen` carries language and theme, "" for as this computer does; both count at once."""

    chosen = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(padding=24, parent=parent)
        self.theme = Segmented(
            [("", tr("As this computer")), ("light", tr("Lights up")), ("dark", tr("Lights down"))],
            accessible=tr("Theme"),
        )
        languages = [(name, language_name(name)) for name in LANGUAGES]
        languages.sort(key=lambda each: each[1].casefold())
        self.language = ChoiceField(
            tr("Dates, numbers and money"), [("", tr("As this computer")), *languages]
        )
        self.example = Label("", "muted")
        self.body.addWidget(Label(tr("How you like it"), "lead"))
        self.body.addWidget(Label(tr("House lights"), "heading"))
        self.body.addWidget(self.theme, 0, Qt.AlignmentFlag.AlignLeft)
        row = QHBoxLayout()
        row.setSpacing(16)
        self.language.setMaximumWidth(320)
        row.addWidget(self.language, 1)
        row.addWidget(self.example, 1, Qt.AlignmentFlag.AlignBottom)
        self.example.setFixedHeight(theme.current().size("field"))
        self.body.addLayout(row)
        self.theme.chosen.connect(self._tell)
        self.language.chosen.connect(self._tell)

    def show_user(self, user: User) -> None:
        """What this user chose."""
        self.theme.choose(user.theme if user.theme in {"light", "dark"} else "")
        self.language.choose(user.language if user.language in LANGUAGES else "")
        self.show_example()

    def show_example(self) -> None:
        """A day and an amount as they are written now."""
        today = date_short(date(2026, 11, 27))
        name = self.language.choice() or None
        self.example.setText(f"{today}   {money(_EXAMPLE, name)}")

    def _tell(self, _: str) -> None:
        self.chosen.emit(self.language.choice(), self.theme.choice())
