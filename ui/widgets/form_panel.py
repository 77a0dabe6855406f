"""A page of a few fields and one big button, as signing in and opening the house have them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.domain.errors import HouselightsError
from ui.errors import Level, field_words, words
from ui.i18n import tr
from ui.widgets.buttons import Button
from ui.widgets.fields import Field
from ui.widgets.frames import Label
from ui.widgets.notice import NoticeBar


class FormPanel(QWidget):
    """`fields` go by the names that problems use; `extra` stands between them and the button.

    `submitted` fires on a press of the button, and on Return when no field below is empty. `back`
    names the button above the heading, "" shows none.
    """

    submitted = Signal()
    went_back = Signal()

    def __init__(
        self,
        title: str,
        line: str,
        *,
        fields: Mapping[str, Field],
        button: str,
        back: str = "",
        extra: Sequence[QWidget] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.fields = dict(fields)
        self.notice = NoticeBar()
        self.button = Button(button, look="primary", height="pay", key="Enter")
        self.back = Button(back, icon="arrow-left", key="Esc", height="chip")
        self._label = button
        self._shown: Mapping[str, str] = {}
        self._order = list(self.fields.values())
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(12)
        self.column.addStretch(2)
        self.column.addWidget(self.back, 0, Qt.AlignmentFlag.AlignLeft)
        self.back.setVisible(bool(back))
        self.title = Label(title, "total", wrap=True)
        self.column.addWidget(self.title)
        self.column.addWidget(Label(line, "muted", wrap=True))
        self.column.addSpacing(4)
        for part in (self.notice, *self._order, *extra):
            self.column.addWidget(part)
        self.column.addSpacing(0 if extra else 8)
        self.column.addWidget(self.button)
        for each in self._order:
            each.entered.connect(self._next)
        self.button.clicked.connect(self.submitted)
        self.back.clicked.connect(self.went_back)
        self.notice.closed.connect(self.notice.hide)

    def _next(self) -> None:
        """Return goes to the next field that is still empty, and submits when none is."""
        place = next(i for i, each in enumerate(self._order) if each is self.sender())
        waiting = [each for each in self._order[place + 1 :] if not each.edit.text()]
        if waiting:
            waiting[0].edit.setFocus()
        else:
            self.submitted.emit()

    def focus_first(self) -> None:
        """The cursor into the first field that is empty, else into the first."""
        empty = [each for each in self._order if not each.text()]
        (empty or self._order)[0].edit.setFocus()

    def show_problems(
        self, problems: Mapping[str, str], problem: HouselightsError | None, *, busy: bool
    ) -> None:
        """Problems beside their fields, the refusal above them, the button at rest or at work."""
        said = field_words(problems)
        for name, each in self.fields.items():
            each.set_problem(said.get(name, ""))
        self.button.setEnabled(not busy)
        self.button.setText(tr("One moment …") if busy else self._label)
        if problem is None:
            self.notice.clear()
        else:
            self.notice.say(words(problem), level=Level.BAD)
        wrong = [each for name, each in self.fields.items() if name in said]
        if wrong and problems != self._shown and self.isVisible():
            wrong[0].edit.setFocus()
        self._shown = problems


def quiet_row(*buttons: Button) -> QHBoxLayout:
    """Quiet buttons side by side, sharing the width of the form."""
    row = QHBoxLayout()
    row.setSpacing(8)
    for button in buttons:
        row.addWidget(button, 1)
    return row
