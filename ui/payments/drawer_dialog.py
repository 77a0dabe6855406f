"""Opening the drawer, moving cash by hand, counting it blind at the end."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.domain.errors import HouselightsError, Invalid
from app.domain.shifts import BY_HAND, DrawerAct, denominations
from app.domain.values import Money
from ui.errors import field_words, words
from ui.i18n import amount, money, tr
from ui.payments.words import act_words
from ui.widgets.buttons import Button, Look
from ui.widgets.fields import Field, MoneyField
from ui.widgets.frames import Label, Rule
from ui.widgets.segmented import Segmented

_WIDTH = 440
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_MOST_DIGITS = 6
_TALL = 8  # denominations in one column


class Form(QDialog):
    """What the three have in common: a title, a sentence, fields, two buttons, a line for refusals.

    It stays open until what it asked for was done: what was typed is not lost by a refusal."""

    def __init__(
        self,
        title: str,
        sentence: str,
        *,
        action: str,
        look: Look = "primary",
        width: int = _WIDTH,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.setFixedWidth(width)
        self.act = Button(action, look=look)
        self.stay = Button(tr("Not now"))
        self.refusal = Label("", "bad", wrap=True)
        self.refusal.hide()
        self.body = QVBoxLayout()
        self.body.setSpacing(12)
        acts = QHBoxLayout()
        acts.setSpacing(8)
        acts.addStretch(1)
        acts.addWidget(self.stay)
        acts.addWidget(self.act)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 20)
        column.setSpacing(12)
        column.addWidget(Label(title, "title", wrap=True))
        if sentence:
            column.addWidget(Label(sentence, "muted", wrap=True))
        column.addLayout(self.body)
        column.addWidget(self.refusal)
        column.addSpacing(4)
        column.addLayout(acts)
        self.stay.clicked.connect(self.reject)

    def fields(self) -> Mapping[str, Field]:
        """By the name a refusal gives them."""
        return {}

    def show_refusal(self, error: HouselightsError) -> None:
        """Beside the field it is about, or below all of them."""
        problems = field_words(error.problems) if isinstance(error, Invalid) else {}
        fields = self.fields()
        for name, sentence in problems.items():
            if name in fields:
                fields[name].set_problem(sentence)
        said = not problems or set(problems) - set(fields)
        self.refusal.setText(words(error) if said else "")
        self.refusal.setVisible(bool(said))
        self.act.setEnabled(True)


class OpenShiftDialog(Form):
    """`agreed` carries the float."""

    agreed = Signal(object)

    def __init__(self, currency: str, *, parent: QWidget | None = None) -> None:
        super().__init__(
            tr("Open the drawer"),
            tr("Count the float that is in it. Every sale from now on belongs to this shift."),
            action=tr("Open the drawer"),
            parent=parent,
        )
        self.amount = MoneyField(tr("Float"), currency=currency)
        self.body.addWidget(self.amount)
        self.amount.entered.connect(self._agree)
        self.act.clicked.connect(self._agree)
        self.amount.edit.setFocus()

    def fields(self) -> Mapping[str, Field]:
        """The float."""
        return {"float": self.amount, "amount": self.amount}

    def _agree(self) -> None:
        try:
            value = self.amount.money()
        except Invalid as error:
            self.show_refusal(error)
            return
        self.act.setEnabled(False)
        self.agreed.emit(value)


class MoveCashDialog(Form):
    """`agreed` carries (DrawerAct, Money, note)."""

    agreed = Signal(object, object, str)

    def __init__(
        self, currency: str, *, act: DrawerAct = DrawerAct.PAID_IN, parent: QWidget | None = None
    ) -> None:
        super().__init__(
            tr("Cash in or out"),
            tr("What is no sale: change brought, a bill paid, money taken to the safe."),
            action=tr("Enter it"),
            parent=parent,
        )
        self.which = Segmented(
            [(each.value, act_words(each)) for each in BY_HAND], accessible=tr("What happens")
        )
        self.which.choose(act.value)
        self.amount = MoneyField(tr("Amount"), currency=currency)
        self.note = Field(tr("What for"), hint=tr("As it will stand in the report"))
        for part in (self.which, self.amount, self.note):
            self.body.addWidget(part)
        self.amount.entered.connect(self.note.edit.setFocus)
        self.note.entered.connect(self._agree)
        self.act.clicked.connect(self._agree)
        self.amount.edit.setFocus()

    def fields(self) -> Mapping[str, Field]:
        """Amount and note."""
        return {"amount": self.amount, "note": self.note}

    def _agree(self) -> None:
        if not self.act.isEnabled():
            return
        try:
            value = self.amount.money()
        except Invalid as error:
            self.show_refusal(error)
            return
        self.act.setEnabled(False)
        self.agreed.emit(DrawerAct(self.which.choice()), value, self.note.text())


class _Pieces(QLineEdit):
    """How many notes or coins of one value."""

    def __init__(self, value: int, *, shown: str) -> None:
        super().__init__()
        self.value = value
        self.setPlaceholderText("0")
        self.setMaxLength(_MOST_DIGITS)
        self.setAlignment(_RIGHT)
        self.setFixedWidth(72)
        self.setAccessibleName(tr("Pieces of {value}", value=shown))

    def pieces(self) -> int | None:
        """None when it is no number."""
        text = self.text().strip()
        if not text:
            return 0
        return int(text) if text.isascii() and text.isdecimal() else None


class CountDialog(Form):
    """The count, blind: nothing here says what should be there. `agreed` carries value -> pieces."""

    agreed = Signal(object)

    def __init__(self, currency: str, *, parent: QWidget | None = None) -> None:
        super().__init__(
            tr("Count the drawer"),
            tr("Count what is there, note by note. The report tells afterwards whether it fits."),
            action=tr("Close the shift"),
            width=620,
            parent=parent,
        )
        self._currency = currency
        self.pieces: list[_Pieces] = []
        self._sums: list[Label] = []
        self.total = Label("", "total")
        self._lay_out()
        for pieces in self.pieces:
            pieces.textEdited.connect(self._reckon)
            pieces.returnPressed.connect(self.focusNextChild)
        self.act.clicked.connect(self._agree)
        self._reckon()
        self.pieces[0].setFocus()

    def _lay_out(self) -> None:
        values = denominations(self._currency)
        split = len(values) // 2 if len(values) > _TALL else len(values)  # euros: notes, coins
        columns = QHBoxLayout()
        columns.setSpacing(32)
        for part in filter(None, (values[:split], values[split:])):
            grid = QGridLayout()
            grid.setHorizontalSpacing(12)
            grid.setVerticalSpacing(4)
            for row, value in enumerate(part):
                self._add_row(grid, row, value)
            grid.setRowStretch(len(values), 1)
            grid.setColumnStretch(3, 1)
            columns.addLayout(grid, 1)
        self.body.addLayout(columns)
        self.body.addWidget(Rule())
        foot = QHBoxLayout()
        foot.addWidget(Label(tr("Counted"), "total"), 1)
        foot.addWidget(self.total)
        self.body.addLayout(foot)

    def _add_row(self, grid: QGridLayout, row: int, value: int) -> None:
        shown = amount(Money(value, self._currency))
        pieces, total = _Pieces(value, shown=shown), Label("", "muted")
        name = Label(shown)
        name.setAlignment(_RIGHT)
        name.setMinimumWidth(56)
        total.setAlignment(_RIGHT)
        total.setMinimumWidth(84)
        grid.addWidget(name, row, 0)
        grid.addWidget(Label("×", "muted"), row, 1)
        grid.addWidget(pieces, row, 2)
        grid.addWidget(total, row, 3)
        self.pieces.append(pieces)
        self._sums.append(total)

    def counts(self) -> dict[int, int] | None:
        """Value -> pieces; None while something is no number."""
        counted = {pieces.value: pieces.pieces() for pieces in self.pieces}
        if any(found is None for found in counted.values()):
            return None
        return {value: found for value, found in counted.items() if found}

    def _reckon(self) -> None:
        total = 0
        for pieces, label in zip(self.pieces, self._sums, strict=True):
            found = pieces.pieces()
            total += pieces.value * (found or 0)
            pieces.setProperty("invalid", found is None)
            pieces.style().unpolish(pieces)
            pieces.style().polish(pieces)
            label.setText(amount(Money(pieces.value * found, self._currency)) if found else "")
        self.total.setText(money(Money(total, self._currency)))
        self.act.setEnabled(self.counts() is not None)

    def _agree(self) -> None:
        counts = self.counts()
        if counts is not None:
            self.act.setEnabled(False)
            self.agreed.emit(counts)
