"""What is sold besides seats: products, a gift voucher over any amount, and a discount code."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QMenu, QVBoxLayout, QWidget

from app.domain.errors import Invalid
from app.domain.goods import Product
from ui import theme
from ui.errors import field_words
from ui.i18n import money, parse_money, tr
from ui.widgets.buttons import Button
from ui.widgets.fields import Field, MoneyField
from ui.widgets.frames import Label

_WIDTH = 400
_GIFT, _CODE = "gift", "code"


class GoodsButton(Button):
    """Offers everything that is not a seat. `product_chosen` carries the Product."""

    product_chosen = Signal(object)
    gift_asked = Signal()
    code_asked = Signal()

    def __init__(self, *, own: bool, parent: QWidget | None = None) -> None:
        super().__init__(tr("Add"), look="quiet", icon="plus", height="chip", parent=parent)
        self._own = own
        self._products: dict[str, Product] = {}
        self._shown: tuple[Product, ...] | None = None
        self.setToolTip(tr("Products, gift vouchers, discount codes ({key})", key="Ctrl+G"))
        self.choices = QMenu(self)
        self.clicked.connect(self.open_menu)
        self.choices.triggered.connect(self._on_triggered)

    def show_products(self, products: tuple[Product, ...]) -> None:
        """Offer these."""
        if products == self._shown:
            return
        self._shown = products
        self._products = {product.id: product for product in products}
        self.choices.clear()
        for product in products:
            words = tr("{name}, {price}", name=product.name, price=money(product.price))
            icon = "user" if product.membership_id else "tag"
            self._offer(product.id, words, icon)
        if products:
            self.choices.addSeparator()
        if not self._own:
            self._offer(_GIFT, tr("Gift voucher …"), "banknote")
        self._offer(_CODE, tr("Discount code …"), "tag")

    def _offer(self, key: str, words: str, icon: str) -> None:
        action = self.choices.addAction(theme.icon(icon, "muted", size=16), words)
        action.setData(key)

    def open_menu(self) -> None:
        """Show the choices below the button, the first of them under the keys."""
        self.choices.popup(self.mapToGlobal(QPoint(0, self.height() + 4)))
        first = self.choices.actions()
        if first:
            self.choices.setActiveAction(first[0])

    def _on_triggered(self, action: object) -> None:
        data = getattr(action, "data", None)
        key = "" if data is None else str(data())
        if key == _GIFT:
            self.gift_asked.emit()
        elif key == _CODE:
            self.code_asked.emit()
        elif key in self._products:
            self.product_chosen.emit(self._products[key])


class _Dialog(QDialog):
    """A field, yes and no."""

    def __init__(self, title: str, field: Field, *, yes: str, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setFixedWidth(_WIDTH)
        self.field = field
        self.accept_button = Button(yes, look="primary", key="Enter")
        cancel = Button(tr("Cancel"), key="Esc")
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(cancel)
        buttons.addWidget(self.accept_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(16)
        column.addWidget(Label(title, "title"))
        column.addWidget(field)
        column.addLayout(buttons)
        self.accept_button.clicked.connect(self._on_accept)
        cancel.clicked.connect(self.reject)
        field.entered.connect(self._on_accept)
        field.edit.setFocus()

    def _on_accept(self) -> None:
        raise NotImplementedError


class GiftDialog(_Dialog):
    """Over how much; `agreed` carries the Money."""

    agreed = Signal(object)

    def __init__(self, currency: str, parent: QWidget | None = None) -> None:
        field = MoneyField(tr("Amount"), currency=currency)
        super().__init__(tr("Gift voucher"), field, yes=tr("Add to basket"), parent=parent)
        self._currency = currency

    def _on_accept(self) -> None:
        try:
            value = parse_money(self.field.text(), self._currency)
        except Invalid as error:
            self.field.set_problem(field_words(error.problems).get("amount", ""))
            return
        if value.minor <= 0:
            self.field.set_problem(tr("Type an amount above zero."))
            return
        self.agreed.emit(value)
        self.accept()


class CodeDialog(_Dialog):
    """Which code; `agreed` carries it as typed. What it gives the basket says."""

    agreed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr("Discount code"), Field(tr("Code")), yes=tr("Use it"), parent=parent)

    def _on_accept(self) -> None:
        code = self.field.text().strip()
        if not code:
            self.field.set_problem(tr("Type or scan the code."))
            return
        self.agreed.emit(code)
        self.accept()
