"""Selling a gift voucher: how much, and with what it is paid."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.domain.errors import Invalid
from app.domain.payments import Tender
from app.domain.values import Money, exponent
from ui.i18n import money, price, tr
from ui.payments.drawer_dialog import Form
from ui.widgets.buttons import Button
from ui.widgets.fields import Field, MoneyField
from ui.widgets.segmented import Segmented
from ui.widgets.tenders import tender_words

_USUAL = (25, 50, 75, 100)


class SellVoucherDialog(Form):
    """`agreed` carries (amount, Tender, slip number)."""

    agreed = Signal(object, object, str)

    def __init__(self, currency: str, *, card: bool, parent: QWidget | None = None) -> None:
        super().__init__(
            tr("Sell a gift voucher"),
            tr("Its code pays at the counter until nothing is left on it."),
            action=tr("Sell"),
            parent=parent,
        )
        self._currency = currency
        self.amount = MoneyField(tr("Amount"), currency=currency)
        tenders = (Tender.CASH, Tender.CARD, Tender.SLIP) if card else (Tender.CASH, Tender.SLIP)
        self.tender = Segmented(
            [(each.value, tender_words(each)) for each in tenders], accessible=tr("Paid with")
        )
        self.slip = Field(tr("Slip number"), hint=tr("As printed on the slip"))
        usual = QHBoxLayout()
        usual.setSpacing(8)
        self.usual: list[Button] = []
        for units in _USUAL:
            value = Money(units * 10 ** exponent(currency), currency)
            button = Button(price(value))
            button.setProperty("minor", value.minor)
            button.clicked.connect(self._on_usual)
            self.usual.append(button)
            usual.addWidget(button, 1)
        self.body.addLayout(usual)
        for part in (self.amount, self.tender, self.slip):
            self.body.addWidget(part)
        self.amount.edited.connect(self._show)
        self.tender.chosen.connect(self._show)
        self.amount.entered.connect(self._agree)
        self.slip.entered.connect(self._agree)
        self.act.clicked.connect(self._agree)
        self._show()
        self.amount.edit.setFocus()

    def fields(self) -> Mapping[str, Field]:
        """Amount and slip."""
        return {"amount": self.amount, "slip": self.slip}

    def _on_usual(self) -> None:
        button = self.sender()
        if isinstance(button, Button):
            self.amount.set_money(Money(int(button.property("minor")), self._currency))
            self._show()

    def _value(self) -> Money | None:
        try:
            value = self.amount.money()
        except Invalid:
            return None
        return value if value.minor > 0 else None

    def _show(self) -> None:
        value = self._value()
        self.slip.setVisible(self.tender.choice() == Tender.SLIP.value)
        self.act.setEnabled(value is not None)
        self.act.setText(tr("Sell") if value is None else tr("Take {amount}", amount=money(value)))

    def _agree(self) -> None:
        value = self._value()
        if value is None or not self.act.isEnabled():
            return
        tender = Tender(self.tender.choice())
        if tender is Tender.SLIP and not self.slip.text():
            self.show_refusal(Invalid({"slip": "missing"}))
            return
        self.act.setEnabled(False)
        self.agreed.emit(value, tender, self.slip.text())
