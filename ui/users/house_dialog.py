"""Name, time zone and currency of the house, once it is open."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from app.domain.house import CURRENCIES, zones
from ui.errors import Level, field_words, words
from ui.i18n import currency_name, number, tr
from ui.users.house import House
from ui.widgets.buttons import Button
from ui.widgets.fields import Field
from ui.widgets.frames import Label
from ui.widgets.notice import NoticeBar
from ui.widgets.search_choice import SearchChoice

_WIDTH = 480


class HouseDialog(QDialog):
    """Fills itself when opened; closes once the settings are saved."""

    def __init__(self, house: House, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._house = house
        self._filled = False
        self.setWindowTitle(tr("House settings"))
        self.setFixedWidth(_WIDTH)
        self.name = Field(tr("Name"))
        self.zone = SearchChoice(
            tr("Time zone"), [(zone, zone.replace("_", " ")) for zone in zones()]
        )
        self.currency = SearchChoice(
            tr("Currency"), [(code, f"{code}  {currency_name(code)}") for code in CURRENCIES]
        )
        self.hours = Field(tr("Remind of a reservation, hours before it ends (0: never)"))
        self.notice = NoticeBar()
        self.save = Button(tr("Save"), look="primary")
        self.cancel = Button(tr("Cancel"))
        self._lay_out()
        self.save.clicked.connect(self._send)
        self.cancel.clicked.connect(self.reject)
        self.notice.closed.connect(self.notice.hide)
        house.changed.connect(self._show)
        house.saved.connect(self.accept)

    def _lay_out(self) -> None:
        line = tr(
            "What is new begins with these. Performances and sales that are there keep theirs."
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(12)
        column.addWidget(Label(tr("House settings"), "title"))
        column.addWidget(Label(line, "muted", wrap=True))
        for part in (self.notice, self.name, self.zone, self.currency, self.hours):
            column.addWidget(part)
        column.addSpacing(8)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        for button in (self.cancel, self.save):
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignRight)
        column.addLayout(row)

    def ask(self) -> None:
        """Open with the settings as they are."""
        self._filled = False
        self._house.load()
        self.open()

    def _send(self) -> None:
        self._house.save(
            name=self.name.text(),
            zone=self.zone.choice() or self.zone.text(),
            currency=self.currency.choice() or self.currency.text(),
            notice=self.hours.text(),
        )

    def _show(self) -> None:
        state = self._house.state
        if state.house is not None and not self._filled:
            self._filled = True
            self.name.set_text(state.house.name)
            self.zone.choose(state.house.zone)
            self.currency.choose(state.house.currency)
            self.hours.set_text(str(state.house.notice_hours))
        said = field_words(state.problems)
        fields = {
            "house": self.name,
            "time_zone": self.zone,
            "currency": self.currency,
            "notice_hours": self.hours,
        }
        for name, each in fields.items():
            each.set_problem(said.get(name, ""))
        self.save.setEnabled(not state.busy)
        self._show_notice()

    def _show_notice(self) -> None:
        state = self._house.state
        if state.theirs is not None:
            theirs = ", ".join(
                (
                    state.theirs.name,
                    state.theirs.zone,
                    state.theirs.currency,
                    tr("{hours} hours", hours=number(state.theirs.notice_hours)),
                )
            )
            text = "Somebody else has just saved: {values}. Save again to put yours in its place."
            self.notice.say(tr(text, values=theirs), level=Level.WARN)
        elif state.problem is not None:
            self.notice.say(words(state.problem), level=Level.BAD)
        else:
            self.notice.clear()
