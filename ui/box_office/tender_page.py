"""With what the rest is paid: cash and its change, the terminal, a slip, a gift voucher; a page each."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.domain.errors import Invalid
from app.domain.payments import Tender
from app.domain.values import Money
from app.domain.vouchers import shown_code
from ui.box_office.payment_state import PaymentState
from ui.box_office.state import State
from ui.box_office.viewmodel import Counter
from ui.errors import field_words
from ui.i18n import amount, date_short, money, parse_money, tr
from ui.widgets.buttons import Button
from ui.widgets.fields import Field, MoneyField
from ui.widgets.frames import Label

_NOTES = 4


class CashPage(QWidget):
    """Notes, what is given, what goes back; or, when it is not enough, a part of the sum."""

    def __init__(self, counter: Counter) -> None:
        super().__init__()
        self._counter = counter
        self.notes = [Button("", height="button") for _ in range(_NOTES)]
        for note in self.notes:
            note.setCheckable(True)
        self.given = MoneyField(tr("Given"), currency="EUR")
        self.change_of, self.change = Label(tr("Change"), "lead"), Label("", "lead")
        self.put = Button("", height="chip", key="Ctrl+Enter")
        notes = QHBoxLayout()
        notes.setSpacing(8)
        for note in self.notes:
            notes.addWidget(note, 1)
        change = QHBoxLayout()
        change.addWidget(self.change_of, 1)
        change.addWidget(self.change)
        change.addWidget(self.put, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addLayout(notes)
        column.addWidget(self.given)
        column.addLayout(change)
        column.addStretch(1)
        for note in self.notes:
            note.clicked.connect(self._on_note)
        self.given.edited.connect(self._on_given)
        self.given.entered.connect(counter.pay)
        self.put.clicked.connect(counter.desk.put_down)

    def show_state(self, state: State) -> None:
        """Show sums a customer is likely to give, and what goes back."""
        self.given.set_currency(state.currency)
        for note, value in zip(self.notes, (*state.notes, *[None] * _NOTES), strict=False):
            note.setVisible(value is not None)
            if value is not None:
                note.setText(_short(value))
                note.setProperty("minor", value.minor)
                note.setChecked(value == state.given)
        if state.given is None and not self.given.edit.hasFocus():
            self.given.set_text("")
        part = state.given if state.payment.tender is Tender.CASH and state.may_put else None
        for label in (self.change_of, self.change):
            label.setVisible(part is None)
        self.put.setVisible(part is not None)
        if part is not None:
            text = tr(
                "Put {amount} down, {left} left", amount=money(part), left=money(state.left - part)
            )
            self.put.setText(text)
        self.change.setText("" if state.change is None else money(state.change))

    def _on_note(self) -> None:
        note = self.sender()
        if isinstance(note, Button):
            value = Money(int(note.property("minor")), self._counter.state.currency)
            self.given.set_money(value)
            self._counter.give(value)

    def _on_given(self, text: str) -> None:
        if not text.strip():
            self.given.set_problem("")
            self._counter.give(None)
            return
        try:
            self._counter.give(parse_money(text, self._counter.state.currency))
        except Invalid:
            return


class _PartField(MoneyField):
    """How much goes on the chosen tender; empty for all that is left, which it shows faintly."""

    def __init__(self, label: str, counter: Counter) -> None:
        super().__init__(label, currency="EUR")
        self._counter = counter
        self.edited.connect(self._on_edited)
        self.entered.connect(counter.pay)

    def show_state(self, state: State) -> None:
        """Follow what is left while nothing is typed."""
        self.set_currency(state.currency)
        self.edit.setPlaceholderText(amount(max(state.left, Money(0, state.currency))))
        part = state.payment.part
        if self.edit.hasFocus():
            return
        if part is None:
            self.set_text("")
        elif self.text() != amount(part):
            self.set_money(part)

    def _on_edited(self, text: str) -> None:
        if not text.strip():
            self._counter.desk.set_part(None)
            return
        try:
            self._counter.desk.set_part(parse_money(text, self._counter.state.currency))
        except Invalid:
            self._counter.desk.set_part(Money(0, self._counter.state.currency))


class CardPage(QWidget):
    """The terminal: how much to ask it for."""

    def __init__(self, counter: Counter) -> None:
        super().__init__()
        self.part = _PartField(tr("On the card"), counter)
        self.line = Label("", "muted", wrap=True)
        _stand(self, self.part, self.line)

    def show_state(self, state: State) -> None:
        """The amount, and what happens next."""
        self.part.show_state(state)
        undone = state.payment.undone
        self.line.setText(
            tr("The card payment was undone. Nothing is charged.")
            if undone
            else tr("The amount goes to the terminal; the customer pays there.")
        )


class SlipPage(QWidget):
    """A terminal of its own: the number on its slip ties the two together."""

    def __init__(self, counter: Counter) -> None:
        super().__init__()
        self.number = Field(tr("Slip number"), hint=tr("As printed on the slip"))
        self.part = _PartField(tr("Paid by card"), counter)
        _stand(self, self.number, self.part)
        self.number.edited.connect(counter.desk.set_reference)
        self.number.entered.connect(counter.pay)

    def show_state(self, state: State) -> None:
        """Number and amount."""
        self.part.show_state(state)
        _fill(self.number, state.payment, "slip")


class VoucherPage(QWidget):
    """A gift voucher: typed or scanned, then what it is worth."""

    def __init__(self, counter: Counter) -> None:
        super().__init__()
        self.code = Field(tr("Voucher code"), hint="XXXX-XXXX-XXXX")
        self.worth = Label("", "muted", wrap=True)
        self.part = _PartField(tr("To redeem"), counter)
        _stand(self, self.code, self.worth, self.part)
        self.code.edited.connect(counter.desk.set_reference)
        self.code.entered.connect(counter.pay)

    def show_state(self, state: State) -> None:
        """Code, worth, amount."""
        _fill(self.code, state.payment, "voucher")
        voucher = state.payment.voucher
        self.part.setVisible(voucher is not None)
        self.part.show_state(state)
        if voucher is None:
            self.worth.setText(tr("Type the code, or scan it."))
            return
        left = tr(
            "{balance} left on {code}",
            balance=money(voucher.balance),
            code=shown_code(voucher.code),
        )
        if voucher.last_day is not None:
            left += ", " + tr("until {day}", day=date_short(voucher.last_day))
        self.worth.setText(left)


def _stand(page: QWidget, *parts: QWidget) -> None:
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(8)
    for part in parts:
        column.addWidget(part)
    column.addStretch(1)


def _fill(field: Field, payment: PaymentState, name: str) -> None:
    """The reference as typed, unless it is being typed here; what is wrong with it below."""
    if field.edit.text().strip() != payment.reference.strip() and not (
        field.edit.hasFocus() and payment.reference
    ):
        field.set_text(payment.reference)
    problem = {key: words for key, words in payment.problems.items() if key == name}
    field.set_problem(field_words(problem).get(name, ""))


def _short(value: Money) -> str:
    text = amount(value)
    return text.removesuffix(".00").removesuffix(",00")
