"""The lines of the basket: places by performance, goods, gift vouchers, codes; what each costs and why.

Only the line in turn shows all its price types; the others say which one pays in a word, so that a party of
ten stays in sight. The keys Alt+1 … Alt+9 act on the line in turn and go on to the next.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.domain.discounts import CodeRefusal, DiscountKind
from app.domain.pricing import Promise, QuotedLine, RefusedCode
from app.domain.reductions import Reduction
from app.domain.tickets import Place
from app.domain.values import Money
from ui.box_office.lines import GoodsRow, Row
from ui.box_office.state import State
from ui.box_office.viewmodel import Counter
from ui.i18n import amount, moment_brief, percent, tr
from ui.widgets.buttons import Button
from ui.widgets.frames import Label, LineLabel
from ui.widgets.marks import SeatLabel
from ui.widgets.segmented import Segmented
from ui.widgets.stepper import Stepper

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LONG_SEAT = 14  # letters of a seat's name beside which its zone has no room
_REFUSALS = {
    CodeRefusal.UNKNOWN: "There is no such code",
    CodeRefusal.EXPIRED: "This code has run out",
    CodeRefusal.NOT_YET: "This code does not count yet",
    CodeRefusal.USED_UP: "This code is used up",
    CodeRefusal.NOT_FOR_THESE: "This code is not for what is in the basket",
    CodeRefusal.TOO_FEW: "This code asks for more tickets",
    CodeRefusal.NOT_FOR_CUSTOMERS: "This code counts at the box office only",
    CodeRefusal.OUTDONE: "Another discount takes off more",
}


def reduction_words(reduction: Reduction) -> str:
    """Which discount it is, and what it gives."""
    discount = reduction.discount
    if discount.terms.kind is DiscountKind.PERCENT:
        return tr("{name}, {share} off", name=discount.name, share=percent(discount.terms.value))
    if discount.terms.kind is DiscountKind.N_FOR_M:
        return tr(
            "{name}, {takes} for {pays}",
            name=discount.name,
            takes=str(discount.terms.takes),
            pays=str(discount.terms.pays),
        )
    return discount.name


def refusal_words(refused: RefusedCode) -> str:
    """Why a code gives nothing."""
    return tr(_REFUSALS[refused.reason])


class _Aside(QWidget):
    """A line below a line: why the price is what it is."""

    def __init__(self) -> None:
        super().__init__()
        self._words, self._amount = LineLabel("", "small"), Label("", "small")
        self._amount.setAlignment(_RIGHT)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 36, 0)
        row.setSpacing(8)
        row.addWidget(self._words, 1)
        row.addWidget(self._amount)

    def show_words(self, words: str, off: Money | None = None) -> None:
        self._words.setText(words)
        self._amount.setText(amount(-off) if off else "")
        self._amount.setVisible(bool(off))
        self.setVisible(bool(words))


class PlaceLine(QWidget):
    """One place: seat, zone, who pays, price; in turn also all the price types there are."""

    kind_chosen = Signal(object, str)
    dropped = Signal(object)
    turned = Signal(object)

    def __init__(self, row: Row) -> None:
        super().__init__()
        self.place = row.place
        self._names = {kind.id: kind.short for kind in row.kinds}
        offered = [(kind.id, kind.short) for kind in row.kinds]
        self.kinds = Segmented(offered, accessible=tr("Price type for {seat}", seat=row.seat))
        self.kind = LineLabel("", "muted")
        self.kind.setAlignment(_RIGHT)
        self._price = Label("", "strong")
        self._price.setAlignment(_RIGHT)
        self._price.setMinimumWidth(52)
        self._why = _Aside()
        self.drop = Button(
            "",
            look="quiet",
            icon="x",
            height="chip",
            accessible=tr("Give back {seat}", seat=row.seat),
        )
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 4, 0, 4)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        grid.addWidget(SeatLabel(row.seat), 0, 0)
        zone = LineLabel(row.zone, "muted")
        grid.addWidget(zone, 0, 1)
        zone.setHidden(len(row.seat) > _LONG_SEAT)  # a stub of it would say nothing
        grid.addWidget(self.kind, 0, 2)
        grid.addWidget(self._price, 0, 3)
        grid.addWidget(self.drop, 0, 4)
        grid.addWidget(self.kinds, 1, 0, 1, 5)
        grid.addWidget(self._why, 2, 0, 1, 5)
        self.kinds.chosen.connect(self._on_kind)
        self.drop.clicked.connect(self._on_drop)

    def show_row(self, row: Row, quoted: QuotedLine | None, *, in_turn: bool) -> None:
        """Show who pays, what, and why."""
        if row.price_type_id:
            self.kinds.choose(row.price_type_id)
        self.kind.setText(self._names.get(row.price_type_id, ""))
        self.kind.setHidden(in_turn)
        self.kinds.setVisible(in_turn)
        self._price.setText(amount(row.price if quoted is None else quoted.price))
        reduction = quoted.reduction if quoted else None
        if reduction is not None:
            self._why.show_words(reduction_words(reduction), reduction.amount)
        elif quoted is not None and quoted.promise is Promise.KEPT:
            self._why.show_words(tr("The price when it was held"))
        else:
            self._why.show_words("")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click anywhere on the line makes it the one in turn."""
        self.turned.emit(self.place)
        super().mousePressEvent(event)

    def _on_kind(self, price_type_id: str) -> None:
        self.kind_chosen.emit(self.place, price_type_id)

    def _on_drop(self) -> None:
        self.dropped.emit(self.place)


class GoodsLine(QWidget):
    """So many of a product, with more and fewer."""

    changed = Signal(object, int)

    def __init__(self, row: GoodsRow) -> None:
        super().__init__()
        self._row = row
        self.stepper = Stepper(
            accessible=tr("How many: {name}", name=row.product.name),
            least=0,
            most=99,
            value=row.quantity,
        )
        self._price = Label("", "strong")
        self._price.setAlignment(_RIGHT)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 4, 36, 4)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(0, 1)
        grid.addWidget(LineLabel(row.product.name), 0, 0)
        grid.addWidget(self._price, 0, 1)
        grid.addWidget(self.stepper, 1, 0, 1, 2)
        self.stepper.changed.connect(self._on_changed)

    def show_row(self, row: GoodsRow) -> None:
        """Show quantity and price."""
        self._row = row
        self.stepper.set_value(row.quantity)
        self._price.setText(amount(row.price))

    def _on_changed(self, quantity: int) -> None:
        if quantity != self._row.quantity:
            self.changed.emit(self._row.product, quantity - self._row.quantity)


class _Removable(QWidget):
    """Something with a name, perhaps an amount, a word about it, and the way to take it off."""

    dropped = Signal(object)

    def __init__(self, key: object, name: str, *, accessible: str) -> None:
        super().__init__()
        self._key = key
        self._amount = Label("", "strong")
        self._amount.setAlignment(_RIGHT)
        self._about = Label("", "warn", wrap=True)
        self.drop = Button("", look="quiet", icon="x", height="chip", accessible=accessible)
        line = QGridLayout(self)
        line.setContentsMargins(0, 4, 0, 4)
        line.setHorizontalSpacing(8)
        line.setColumnStretch(0, 1)
        line.addWidget(LineLabel(name), 0, 0)
        line.addWidget(self._amount, 0, 1)
        line.addWidget(self.drop, 0, 2)
        line.addWidget(self._about, 1, 0, 1, 3)
        self.drop.clicked.connect(self._on_drop)

    def show_facts(self, figure: str, about: str = "") -> None:
        self._amount.setText(figure)
        self._about.setText(about)
        self._about.setVisible(bool(about))

    def _on_drop(self) -> None:
        self.dropped.emit(self._key)


class BasketLines(QScrollArea):
    """Everything in the basket; parts are kept by what they stand for, so that focus and scroll survive."""

    def __init__(self, counter: Counter) -> None:
        super().__init__()
        self._counter = counter
        self._parts: dict[Hashable, QWidget] = {}
        self._places: dict[Place, PlaceLine] = {}
        self._goods_lines: dict[str, GoodsLine] = {}
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inside = QWidget()
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(0, 0, 4, 0)
        self._column.setSpacing(0)
        self._column.addStretch(1)
        self.setWidget(inside)
        self._shown_turn: Place | None = None

    def part(self, place: Place) -> PlaceLine:
        """The line of one place."""
        return self._places[place]

    def goods(self, product_id: str) -> GoodsLine:
        """The line of one product."""
        return self._goods_lines[product_id]

    def show_state(self, state: State) -> None:
        """Show the basket."""
        wanted = self._wanted(state)
        for key in [key for key in self._parts if key not in wanted]:
            self._take_out(key)
        for position, (key, make) in enumerate(wanted.items()):
            part = self._parts.get(key)
            if part is None:
                part = self._parts[key] = make()
            item = self._column.itemAt(position)
            if item is None or item.widget() is not part:
                self._column.removeWidget(part)
                self._column.insertWidget(position, part)
                part.show()
        self._fill(state)

    def _wanted(self, state: State) -> dict[Hashable, Callable[[], QWidget]]:
        """What is shown, in order, with how to make it."""
        wanted: dict[Hashable, Callable[[], QWidget]] = {}
        performances = dict.fromkeys(row.place.performance_id for row in state.rows)
        for performance_id in performances:
            rows = [row for row in state.rows if row.place.performance_id == performance_id]
            if len(performances) > 1:
                wanted["head", performance_id] = self._heading(rows[0])
            for row in rows:
                wanted[row.place] = self._place(row)
        for one in state.goods:
            wanted["goods", one.product.id] = self._goods(one)
        for position, gift in enumerate(state.gifts):
            wanted["gift", position, gift.minor] = self._gift(position)
        for code in state.codes:
            wanted["code", code] = self._code(code)
        return wanted

    @staticmethod
    def _heading(row: Row) -> Callable[[], QWidget]:
        when = moment_brief(row.starts_at, row.time_zone)
        return lambda: LineLabel(tr("{title}, {when}", title=row.title, when=when), "heading")

    def _place(self, row: Row) -> Callable[[], QWidget]:
        return lambda: self._wire_place(PlaceLine(row))

    def _wire_place(self, part: PlaceLine) -> PlaceLine:
        self._places[part.place] = part
        part.kind_chosen.connect(self._counter.basket.set_price_type)
        part.dropped.connect(self._on_dropped)
        part.turned.connect(self._counter.basket.turn_to)
        return part

    def _goods(self, row: GoodsRow) -> Callable[[], QWidget]:
        return lambda: self._wire_goods(row.product.id, GoodsLine(row))

    def _wire_goods(self, product_id: str, part: GoodsLine) -> GoodsLine:
        self._goods_lines[product_id] = part
        part.changed.connect(self._counter.basket.add_goods)
        return part

    def _gift(self, position: int) -> Callable[[], QWidget]:
        name = tr("Gift voucher")
        return lambda: self._wire_gift(
            _Removable(position, name, accessible=tr("Take {name} off", name=name))
        )

    def _wire_gift(self, part: _Removable) -> _Removable:
        part.dropped.connect(self._counter.basket.drop_gift)
        return part

    def _code(self, code: str) -> Callable[[], QWidget]:
        return lambda: self._wire_code(
            _Removable(
                code, tr("Code {code}", code=code), accessible=tr("Take {name} off", name=code)
            )
        )

    def _wire_code(self, part: _Removable) -> _Removable:
        part.dropped.connect(self._counter.basket.drop_code)
        return part

    def _fill(self, state: State) -> None:
        turn = state.rows[min(state.at, len(state.rows) - 1)].place if state.rows else None
        for row in state.rows:
            quoted = state.quoted_line(row.place)
            self.part(row.place).show_row(row, quoted, in_turn=row.place == turn)
        for one in state.goods:
            self.goods(one.product.id).show_row(one)
        refused = {one.code: one for one in state.refused_codes}
        for key, part in self._parts.items():
            if isinstance(part, _Removable) and isinstance(key, tuple):
                if key[0] == "gift":
                    part.show_facts(amount(state.gifts[key[1]]))
                else:
                    about = refused.get(key[1])
                    part.show_facts("", refusal_words(about) if about else "")
        if turn is not None and turn != self._shown_turn:
            self.ensureWidgetVisible(self._parts[turn], 0, 16)
        self._shown_turn = turn

    def _take_out(self, key: Hashable) -> None:
        part = self._parts.pop(key)
        self._column.removeWidget(part)
        part.hide()
        part.deleteLater()

    def _on_dropped(self, place: Place) -> None:
        self._counter.remove((place,))
