"""Until when a basket is kept without payment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from ui.i18n import moment, tr
from ui.widgets.buttons import Button
from ui.widgets.fields import Field
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
    """`agreed` carries the deadline (UTC) and the note."""

    agreed = Signal(object, str)

    def __init__(
        self, starts_at: datetime, *, customer: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Reserve"))
        self.setFixedWidth(_WIDTH)
        self._offered = deadlines(datetime.now(UTC), starts_at)
        self.until = ChoiceField(tr("To be paid"))
        self.until.set_options(
            [
                (str(position), f"{tr(said)}, {moment(when)}")
                for position, (when, said) in enumerate(self._offered)
            ]
        )
        self.until.choose(str(min(1, len(self._offered) - 1)))
        self.note = Field(tr("Note"))
        self.note.edit.setMaxLength(500)
        told = (
            tr("{name} is reminded before the time is over.", name=customer)
            if customer
            else tr("No customer is chosen (F2): nobody can be reminded. Note a name at least.")
        )
        self.keep = Button(tr("Reserve"), look="primary")
        self.stay = Button(tr("Not now"))
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
        column.addWidget(self.note)
        column.addWidget(Label(told, "muted", wrap=True))
        column.addSpacing(8)
        column.addLayout(row)
        self.stay.clicked.connect(self.reject)
        self.keep.clicked.connect(self._agree)
        self.note.entered.connect(self._agree)
        self.keep.setDefault(True)

    def _agree(self) -> None:
        when, _ = self._offered[int(self.until.choice())]
        self.accept()
        self.agreed.emit(when, self.note.text().strip())
