"""The counter's goods in their order, the kinds of membership, and discounts: lists with a form for each
line."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.domain.discounts import Discount
from app.domain.goods import Product
from app.domain.memberships import Membership
from ui.errors import level, words
from ui.events.discount_dialog import discount_dialog, facts, gives
from ui.events.discounts import DiscountSetup
from ui.events.goods import GoodsSetup
from ui.events.goods_dialog import GoodsDialog, membership_dialog, product_dialog
from ui.i18n import money, percent, plural, tr
from ui.widgets.buttons import Button
from ui.widgets.frames import Card, Header, Label, LineLabel, Rule
from ui.widgets.notice import NoticeBar

_TOP = Qt.AlignmentFlag.AlignTop
_PRICE = 88  # px, so that prices end alike


class _Line(QWidget):
    """One thing: its name above what there is to say of it, then its buttons."""

    edit_asked = Signal(str)
    activated = Signal(str, bool)
    moved = Signal(str, int)

    def __init__(self, key: str, name: str, said: str, *, active: bool, box: str) -> None:
        super().__init__()
        self.key = key
        self.name = LineLabel(name, "text" if active else "muted")
        self.active = QCheckBox(box)
        self.active.setChecked(active)
        self.edit = Button(
            "", look="quiet", icon="pencil", height="chip", accessible=tr("Edit {name}", name=name)
        )
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addWidget(self.name)
        column.addWidget(LineLabel(said, "small"))
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(0, 2, 0, 2)
        self.row.setSpacing(12)
        self.row.addLayout(column, 1)
        self.row.addWidget(self.active)
        self.row.addWidget(self.edit)
        self.active.clicked.connect(self._activate)
        self.edit.clicked.connect(self._edit)

    def add_order(self, *, first: bool, last: bool) -> None:
        """The buttons that move it."""
        for icon, places, told, ends in (
            ("chevron-up", -1, tr("Earlier"), first),
            ("chevron-down", 1, tr("Later"), last),
        ):
            button = Button("", look="quiet", icon=icon, height="chip", accessible=told)
            button.setProperty("places", places)
            button.setEnabled(not ends)
            button.clicked.connect(self._move)
            self.row.addWidget(button)

    def _edit(self) -> None:
        self.edit_asked.emit(self.key)

    def _activate(self) -> None:
        self.activated.emit(self.key, self.active.isChecked())

    def _move(self) -> None:
        self.moved.emit(self.key, int(self.sender().property("places")))


class GoodsPage(QWidget):
    """Shows a GoodsSetup and a DiscountSetup, an organizer the discounts alone; `left` fires when one goes
    back, `saved` when a form was."""

    left = Signal()
    saved = Signal()

    def __init__(
        self,
        goods: GoodsSetup,
        discounts: DiscountSetup,
        *,
        may_set_goods: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._may_set_goods = may_set_goods
        self._goods = goods
        self._discounts = discounts
        self._shown: tuple[object, ...] | None = None
        self._shown_discounts: tuple[Discount, ...] | None = None
        self.back = Button(tr("Events"), look="quiet", icon="arrow-left", key="Esc", height="chip")
        self.notice = NoticeBar()
        self.add_product = Button(tr("New product"), icon="plus", key="Ctrl+N")
        self.add_kind = Button(tr("New membership"), icon="plus")
        key = "" if may_set_goods else "Ctrl+N"
        self.add_discount = Button(tr("New discount"), icon="plus", key=key)
        self.first = self.add_product if may_set_goods else self.add_discount
        self.products, self.kinds, self.discounts = QVBoxLayout(), QVBoxLayout(), QVBoxLayout()
        for column in (self.products, self.kinds, self.discounts):
            column.setSpacing(4)
        self._lay_out()
        self.back.clicked.connect(self.left)
        self.add_product.clicked.connect(self.new_product)
        self.add_kind.clicked.connect(self.new_kind)
        self.add_discount.clicked.connect(self.new_discount)
        self.notice.closed.connect(goods.forget_problem)
        self.notice.closed.connect(discounts.forget_problem)
        goods.changed.connect(self._show)
        discounts.changed.connect(self._show_discounts)

    def _lay_out(self) -> None:
        products = _card(
            tr("Goods"),
            tr("Sold at the counter beside tickets or alone, in this order."),
            self.products,
            self.add_product,
        )
        kinds = _card(
            tr("Memberships"),
            tr("Who is a member may have the price types that are kept to members."),
            self.kinds,
            self.add_kind,
        )
        inside = QWidget()
        cards = QHBoxLayout(inside)
        cards.setContentsMargins(24, 4, 24, 24)
        cards.setSpacing(16)
        discounts = _card(
            tr("Discounts"),
            tr("Taken off by themselves, or with a code that is typed or scanned."),
            self.discounts,
            self.add_discount,
        )
        left = QVBoxLayout()
        left.setSpacing(16)
        left.addWidget(products)
        left.addWidget(kinds)
        for card in (products, kinds):
            card.setVisible(self._may_set_goods)
        cards.addLayout(left, 1 if self._may_set_goods else 0)
        cards.setAlignment(left, _TOP)
        cards.addWidget(discounts, 1, _TOP)
        scroll = QScrollArea()
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(inside)
        top = QHBoxLayout()
        top.setContentsMargins(12, 12, 24, 0)
        top.addWidget(self.back)
        top.addStretch(1)
        head = QVBoxLayout()
        head.setContentsMargins(24, 8, 24, 12)
        head.setSpacing(12)
        head.addWidget(self._header())
        head.addWidget(self.notice)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addLayout(head)
        column.addWidget(scroll, 1)

    def _header(self) -> Header:
        if self._may_set_goods:
            line = tr("They belong to the whole house, not to one event.")
            return Header(tr("Goods, memberships and discounts"), line)
        return Header(tr("Discounts"), tr("For events of your own."))

    def load(self) -> None:
        """Read what is shown."""
        self._discounts.load()
        if self._may_set_goods:
            self._goods.load()

    # -- forms ---------------------------------------------------------------------------------

    def new(self) -> GoodsDialog:
        """The form of what comes first on the page."""
        return self.new_product() if self._may_set_goods else self.new_discount()

    def new_product(self) -> GoodsDialog:
        """The form of one more product."""
        return self.open_product("")

    def new_kind(self) -> GoodsDialog:
        """The form of one more kind of membership."""
        return self.open_kind("")

    def open_product(self, product_id: str) -> GoodsDialog:
        """The form of this product, "" for a new one."""
        state = self._goods.state
        known = next((one for one in state.products if one.id == product_id), None)
        dialog = product_dialog(
            self._goods.product_form(product_id),
            kinds=[
                (kind.id, kind.name)
                for kind in state.kinds
                if kind.active or (known is not None and known.membership_id == kind.id)
            ],
            currency=state.currency if known is None else known.price.currency,
            parent=self.window(),
        )
        return self._wire_dialog(dialog)

    def open_kind(self, membership_id: str) -> GoodsDialog:
        """The form of this kind of membership, "" for a new one."""
        form = self._goods.kind_form(membership_id)
        return self._wire_dialog(membership_dialog(form, parent=self.window()))

    def new_discount(self) -> GoodsDialog:
        """The form of one more discount."""
        return self.open_discount("")

    def open_discount(self, discount_id: str) -> GoodsDialog:
        """The form of this discount, "" for a new one."""
        state = self._discounts.state
        form = self._discounts.form(discount_id)
        dialog = discount_dialog(form, state=state, parent=self.window())
        return self._wire_dialog(dialog)

    def _wire_dialog(self, dialog: GoodsDialog) -> GoodsDialog:
        dialog.saved.connect(self._on_saved)
        dialog.open()
        return dialog

    def _on_saved(self) -> None:
        self.saved.emit()
        self.load()

    # -- lists ---------------------------------------------------------------------------------

    def _on_sold(self, product_id: str, active: bool) -> None:
        self._goods.sell(product_id, active=active)

    def _on_given(self, membership_id: str, active: bool) -> None:
        self._goods.give(membership_id, active=active)

    def _on_discounted(self, discount_id: str, active: bool) -> None:
        self._discounts.give(discount_id, active=active)

    def _show_discounts(self) -> None:
        state = self._discounts.state
        if state.problem is not None:
            self.notice.say(words(state.problem), level=level(state.problem))
        if not state.loaded or state.discounts == self._shown_discounts:
            return
        self._shown_discounts = state.discounts
        _empty(self.discounts)
        for discount in state.discounts:
            self.discounts.addWidget(self._discount_line(discount))
        if not state.discounts:
            self.discounts.addWidget(Label(tr("No discount yet."), "muted"))

    def _discount_line(self, discount: Discount) -> _Line:
        said = facts(discount, self._discounts.state)
        line = _Line(discount.id, discount.name, said, active=discount.active, box=tr("given"))
        line.row.insertWidget(1, Label(gives(discount), "strong"))
        line.activated.connect(self._on_discounted)
        line.edit_asked.connect(self.open_discount)
        return line

    def _on_moved(self, product_id: str, places: int) -> None:
        self._goods.move(product_id, by_places=places)

    def _show(self) -> None:
        state = self._goods.state
        if state.problem is None:
            self.notice.clear()
        else:
            self.notice.say(words(state.problem), level=level(state.problem))
        shown = (state.products, state.kinds, state.problem)
        if state.loaded and shown != self._shown:
            self._shown = shown
            self._fill()

    def _fill(self) -> None:
        state = self._goods.state
        for column in (self.products, self.kinds):
            _empty(column)
        last = len(state.products) - 1
        for place, product in enumerate(state.products):
            line = self._product_line(product)
            line.add_order(first=place == 0, last=place == last)
            self.products.addWidget(line)
        for kind in state.kinds:
            self.kinds.addWidget(self._kind_line(kind))
        if not state.products:
            self.products.addWidget(Label(tr("Nothing yet: tickets only."), "muted"))
        if not state.kinds:
            self.kinds.addWidget(Label(tr("No membership yet."), "muted"))

    def _product_line(self, product: Product) -> _Line:
        makes = self._goods.kind_name(product.membership_id)
        tax = tr("{tax} tax included", tax=percent(product.tax_bp)) if product.tax_bp else ""
        kind = tr("makes a member of {kind}", kind=makes) if makes else ""
        said = ", ".join(part for part in (tax, kind) if part) or tr("no tax")
        line = _Line(product.id, product.name, said, active=product.active, box=tr("sold"))
        price = Label(money(product.price), "strong")
        price.setMinimumWidth(_PRICE)
        price.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        line.row.insertWidget(1, price)
        line.activated.connect(self._on_sold)
        line.moved.connect(self._on_moved)
        line.edit_asked.connect(self.open_product)
        return line

    def _kind_line(self, kind: Membership) -> _Line:
        line = _Line(kind.id, kind.name, _kind_words(kind), active=kind.active, box=tr("given"))
        line.activated.connect(self._on_given)
        line.edit_asked.connect(self.open_kind)
        return line


def _kind_words(kind: Membership) -> str:
    lasts = plural("{count} month", "{count} months", kind.months)
    if kind.per_performance is None:
        return tr("{lasts}, any number of tickets", lasts=lasts)
    most = plural(
        "{count} ticket a performance", "{count} tickets a performance", kind.per_performance
    )
    return tr("{lasts}, {most}", lasts=lasts, most=most)


def _card(title: str, hint: str, lines: QVBoxLayout, add: Button) -> Card:
    card = Card(padding=20)
    card.body.addWidget(Label(title, "lead"))
    card.body.addWidget(Label(hint, "muted", wrap=True))
    card.body.addLayout(lines)
    card.body.addWidget(Rule())
    card.body.addWidget(add, 0, Qt.AlignmentFlag.AlignLeft)
    return card


def _empty(column: QVBoxLayout) -> None:
    while column.count():
        item = column.takeAt(0)
        widget = item.widget() if item is not None else None
        if widget is not None:
            widget.blockSignals(True)
            widget.hide()
            widget.deleteLater()
