"""The basket and the money at the right: what is bought, what it comes to, one big button."""

from __future__ import annotations

import time

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from ui.box_office.basket_list import BasketLines
from ui.box_office.customer_card import CustomerCard
from ui.box_office.goods_dialog import GoodsButton
from ui.box_office.parked_list import ParkedButton
from ui.box_office.payment_panel import MoneyPart
from ui.box_office.sold_card import SoldCard
from ui.box_office.state import State
from ui.box_office.viewmodel import Counter
from ui.i18n import countdown, tr
from ui.widgets.buttons import Button
from ui.widgets.frames import Empty, Label, SidePanel

_SOON = 120  # seconds before the end from which the countdown is marked


class BasketPanel(SidePanel):
    """Lines, total, tender, notes, change, and the button that says what it will do."""

    tickets_asked = Signal(object)
    receipt_asked = Signal(object)
    reserve_asked = Signal()
    park_asked = Signal()

    def __init__(self, counter: Counter, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._counter = counter
        self._tick = QTimer(self, interval=250)
        self._held = Label("", "warn")
        self.parked = ParkedButton()
        self.lines = BasketLines(counter)
        self.cancel = Button("", look="quiet", icon="trash", height="chip")
        self.cancel.setAccessibleName(tr("Cancel basket"))
        self.cancel.setToolTip(tr("Cancel basket (Ctrl+Backspace)"))
        self.reserve = _act(tr("Reserve"), "clock", tr("Reserve without payment (Ctrl+R)"))
        self.park = _act(tr("Park"), "pause", tr("Put this basket aside (Ctrl+D)"))
        self.add = GoodsButton(own=counter.own)
        self.add_to_nothing = GoodsButton(own=counter.own)
        self.again = Button(tr("Hold again"), icon="refresh", height="chip")
        self.again.hide()
        self.customer = CustomerCard()
        self.sold = SoldCard(own=counter.own)
        self.money = MoneyPart(counter)
        self._lay_out()
        for button in (self.reserve, self.park):
            button.setVisible(not counter.own)
        self._connect_parts()
        self._tick.start()
        self.show_state(counter.state)

    def _connect_parts(self) -> None:
        counter = self._counter
        self.cancel.clicked.connect(counter.clear)
        self.again.clicked.connect(counter.hold_again)
        self.reserve.clicked.connect(self.reserve_asked)
        self.park.clicked.connect(self.park_asked)
        self.parked.chosen.connect(counter.keeper.resume)
        for add in (self.add, self.add_to_nothing):
            add.product_chosen.connect(counter.basket.add_goods)
        self.sold.tickets_asked.connect(self.tickets_asked)
        self.sold.receipt_asked.connect(self.receipt_asked)
        self.sold.done.connect(counter.next_customer)
        self.sold.undo_asked.connect(counter.last_sale.ask)
        self.sold.undone.connect(counter.last_sale.undo)
        self.sold.kept.connect(counter.last_sale.stay)
        self.customer.dropped.connect(self._on_walk_up)
        self._tick.timeout.connect(self._show_countdown)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(Label(tr("Basket"), "title"), 1)
        head.addWidget(self._held)
        head.addWidget(self.parked)
        self._basket = QWidget()
        column = QVBoxLayout(self._basket)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.lines, 1)
        acts = QHBoxLayout()
        acts.setSpacing(0)
        for button in (self.add, self.reserve, self.park):
            acts.addWidget(button)
        acts.addStretch(1)
        acts.addWidget(self.again)
        acts.addWidget(self.cancel)
        column.addLayout(acts)
        column.addWidget(self.money)
        place = QWidget()
        self._stack = QStackedLayout(place)
        self._pages = (self._nothing_page(), self._basket, self.sold)
        for page in self._pages:
            self._stack.addWidget(page)
        self.body.addLayout(head)
        self.body.addWidget(self.customer)
        self.body.addWidget(place, 1)

    def _nothing_page(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        empty = Empty(
            tr("Nothing in the basket"),
            tr("Click seats, drag over several, or take the best available."),
            icon="ticket",
        )
        column.addWidget(empty, 1)
        column.addWidget(self.add_to_nothing, 0, Qt.AlignmentFlag.AlignHCenter)
        return page

    def show_state(self, state: State) -> None:
        """Show the counter's state."""
        self.lines.show_state(state)
        self.cancel.setEnabled(state.filled and not state.locked)
        self.money.show_state(state)
        self.customer.show_customer(state.customer, locked=state.locked)
        at_counter = not self._counter.own
        self.customer.setVisible(at_counter and (state.filled or state.sold is None))
        may_keep = not state.locked and not state.payment.put
        self.reserve.setEnabled(may_keep)
        self.park.setEnabled(may_keep)
        for add in (self.add, self.add_to_nothing):
            add.show_products(state.products)
            add.setEnabled(not state.locked)
        self.parked.show_parked(state.parked, enabled=not state.filled)
        if state.sold is not None and not state.filled:
            may_undo = self._counter.last_sale.may
            self.sold.show_booking(state.sold, may_undo=may_undo, undoing=state.voiding)
            self._stack.setCurrentWidget(self.sold)
        else:
            self._stack.setCurrentWidget(self._pages[1 if state.filled else 0])
        self._show_countdown()

    def _on_walk_up(self) -> None:
        self._counter.sell_to(None)

    def _show_countdown(self) -> None:
        left = self._counter.state.seconds_left(time.monotonic())
        self.again.setVisible(left == 0)
        if left is None:
            self._held.setText("")
            return
        self._held.setText(
            tr("held {time}", time=countdown(left)) if left else tr("hold has run out")
        )
        self._held.set_role("bad" if left < _SOON else "warn")


def _act(words: str, icon: str, tip: str) -> Button:
    button = Button(words, look="quiet", icon=icon, height="chip")
    button.setToolTip(tip)
    return button
