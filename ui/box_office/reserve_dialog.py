"""Until when a basket is kept without payment, for whom, and what of it is paid at once."""

from __future__ import annotations

from datetime import datetime, timedelta

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from app.domain.errors import Invalid
from app.domain.values import Money
from ui import house_time
from ui.errors import field_words
from ui.i18n import moment, money, parse_money, tr
from ui.widgets.buttons import Button
from ui.widgets.fields import Field, MoneyField
from ui.widgets.forms import ChoiceField
from ui.widgets.frames import Label

_WIDTH = 440
_BEFORE_START = timedelta(hours=1)
_SPANS = (
    (timedelta(hours=2), "In two hours"),
    (timedelta(days=1), "Tomorrow at this time"),
    (timedelta(days=3), "In three days"),
    (timedelta(days=7), "In a week"),
)


def deadlines(now: datetime, starts_at: datetime) -> list[tuple[datetime, str]]:
    """What is offered: usual spans that end before the performance, and an hour before it starts."""
    last = starts_at - _BEFORE_START
    offered = [(now + span, said) for span, said in _SPANS if now + span < last]
    if last > now:
        offered.append((last, "One hour before the start"))
    return offered or [(now + timedelta(minutes=15), "In a quarter of an hour")]


class ReserveDialog(QDialog):
    """`agreed` carries the deadline (UTC), the note, the name at the desk and the deposit, a Money or None.
    `due` is what the basket comes to."""

    agreed = Signal(object, str, str, object)

    def __init__(
        self,
        starts_at: datetime,
        *,
        customer: str,
        due: Money,
        name: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._due = due
        self.setWindowTitle(tr("Reserve"))
        self.setFixedWidth(_WIDTH)
        self._offered = deadlines(house_time.now(), starts_at)
        self.until = ChoiceField(tr("To be paid"))
        self.until.set_options(
            [
                (str(position), f"{tr(said)}, {moment(when)}")
                for position, (when, said) in enumerate(self._offered)
            ]
        )
        self.until.choose(str(min(1, len(self._offered) - 1)))
        self.name = Field(tr("Name at the desk"))
        self.name.edit.setMaxLength(100)
        self.name.set_text(name)
        self.deposit = MoneyField(tr("Deposit in cash"), currency=due.currency)
        self.deposit.edit.setPlaceholderText(tr("None"))
        self.note = Field(tr("Note"))
        self.note.edit.setMaxLength(500)
        told = (
            tr("{name} is reminded before the time is over.", name=customer)
            if customer
            else tr("No customer is chosen (F2): nobody can be reminded. Note a name at least.")
        )
        self.keep = Button(tr("Reserve"), look="primary")
        self.stay = Button(tr("Not now"))
        self._lay_out(told)
        self.stay.clicked.connect(self.reject)
        self.keep.clicked.connect(self._agree)
        for field in (self.name, self.deposit, self.note):
            field.entered.connect(self._agree)
        self.keep.setDefault(True)

    def _lay_out(self, told: str) -> None:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        row.addWidget(self.stay)
        row.addWidget(self.keep)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 20)
        column.setSpacing(12)
        column.addWidget(Label(tr("Reserve without payment"), "title"))
        sentence = tr(
            "The places are kept. When the time is over they go back on sale by themselves."
        )
        column.addWidget(Label(sentence, "text", wrap=True))
        column.addWidget(self.until)
        column.addWidget(self.name)
        column.addWidget(self.deposit)
        column.addWidget(self.note)
        column.addWidget(Label(told, "muted", wrap=True))
        column.addSpacing(8)
        column.addLayout(row)

    def _agree(self) -> None:
        when, _ = self._offered[int(self.until.choice())]
        try:
            deposit = self._paid_at_once()
        except Invalid as error:
            self.deposit.set_problem(field_words(error.problems).get("amount", ""))
            return
        if deposit is not None and not 0 < deposit.minor < self._due.minor:
            self.deposit.set_problem(
                tr("Less than {amount}, what all of it costs.", amount=money(self._due))
            )
            return
        self.accept()
        self.agreed.emit(when, self.note.text().strip(), self.name.text().strip(), deposit)

    def _paid_at_once(self) -> Money | None:
        text = self.deposit.text().strip()
        return parse_money(text, self._due.currency) if text else None
