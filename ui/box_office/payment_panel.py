"""The money: what is due, what was put down, with what the rest is paid, and one big button."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from app.domain.payments import Tender
from app.domain.values import Money
from ui.box_office.payment_state import CardPhase, Put
from ui.box_office.state import State
from ui.box_office.tender_page import CardPage, CashPage, SlipPage, VoucherPage
from ui.box_office.terminal_card import TerminalCard
from ui.box_office.viewmodel import Counter
from ui.i18n import amount, listed, money, percent, plural, tr
from ui.widgets.buttons import Button, TenderButton
from ui.widgets.fields import MoneyField
from ui.widgets.frames import Label, LineLabel, Rule

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
TENDERS = (
    (Tender.CASH, "Cash", "F9"),
    (Tender.CARD, "Card", "F10"),
    (Tender.SLIP, "Slip", "F7"),
    (Tender.VOUCHER, "Voucher", "F5"),
)
_VERBS = {
    Tender.CASH: "Take {amount} and print",
    Tender.CARD: "Charge {amount}",
    Tender.SLIP: "Book {amount} by slip",
    Tender.VOUCHER: "Redeem {amount}",
}
_NAMES = {tender: name for tender, name, _ in TENDERS}


class _PutLine(QWidget):
    """One part that was put down, with the way to take it off again."""

    dropped = Signal(int)

    def __init__(self, position: int, put: Put) -> None:
        super().__init__()
        self._position = position
        name = tr(_NAMES[put.tender])
        self.drop = Button(
            "",
            look="quiet",
            icon="x",
            height="chip",
            accessible=tr("Take {amount} {tender} off", amount=money(put.amount), tender=name),
        )
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(Label(name))
        row.addWidget(LineLabel(put.said, "muted"), 1)
        row.addWidget(Label(amount(put.amount)))
        row.addWidget(self.drop)
        self.drop.clicked.connect(self._on_drop)

    def _on_drop(self) -> None:
        self.dropped.emit(self._position)


class _PutList(QWidget):
    """What was put down, and what is left to pay."""

    dropped = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._shown: tuple[Put, ...] = ()
        self._lines = QVBoxLayout()
        self._lines.setSpacing(0)
        self.left_of, self.left = Label(tr("Left to pay"), "lead"), Label("", "lead")
        last = QHBoxLayout()
        last.addWidget(self.left_of, 1)
        last.addWidget(self.left)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(self._lines)
        column.addLayout(last)

    def parts(self) -> Sequence[_PutLine]:
        """The lines shown."""
        return self.findChildren(_PutLine)

    def show_put(self, put: tuple[Put, ...], left: Money) -> None:
        """Show the parts, and what is left; more than is due is said."""
        over = left.minor < 0
        self.left_of.setText(tr("Too much put down") if over else tr("Left to pay"))
        self.left.setText(money(-left if over else left))
        for label in (self.left_of, self.left):
            label.set_role("bad" if over else "lead")
        if put == self._shown:
            return
        self._shown = put
        while self._lines.count():
            item = self._lines.takeAt(0)
            part = item.widget() if item else None
            if part is not None:
                part.hide()
                part.setParent(None)
                part.deleteLater()
        for position, each in enumerate(put):
            line = _PutLine(position, each)
            line.dropped.connect(self.dropped)
            self._lines.addWidget(line)


class MoneyPart(QWidget):
    """What is due, how it is paid, what goes back."""

    def __init__(self, counter: Counter) -> None:
        super().__init__()
        self._counter = counter
        self._count, self._sum = Label("", "muted"), Label("", "muted")
        self._tax_of, self._tax = Label("", "muted"), Label("", "muted")
        self._total = Label("", "total")
        self.put = _PutList()
        self.tenders = {tender: TenderButton(tr(name), key=key) for tender, name, key in TENDERS}
        self.cash = CashPage(counter)
        self.card = CardPage(counter)
        self.slip = SlipPage(counter)
        self.voucher = VoucherPage(counter)
        self.terminal = TerminalCard()
        self.pay = Button("", look="primary", height="pay", key="F12")
        self._lay_out()
        if counter.own:
            for tender in (Tender.CASH, Tender.SLIP):
                self.tenders[tender].hide()
        for button in self.tenders.values():
            button.clicked.connect(self._on_tender)
        self.put.dropped.connect(counter.desk.take_off)
        self.terminal.stopped.connect(counter.desk.cancel)
        self.pay.clicked.connect(counter.pay)

    @property
    def given(self) -> MoneyField:
        """Where the cash that was handed over is typed."""
        return self.cash.given

    @property
    def notes(self) -> list[Button]:
        """Sums the customer is likely to hand over."""
        return self.cash.notes

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setVerticalSpacing(4)
        total = Label(tr("Total"), "total")
        for position, (left, right) in enumerate(
            ((self._count, self._sum), (self._tax_of, self._tax), (total, self._total))
        ):
            grid.addWidget(left, position, 0)
            grid.addWidget(right, position, 1, _RIGHT)
        tenders = QHBoxLayout()
        tenders.setSpacing(8)
        for button in self.tenders.values():
            tenders.addWidget(button, 1)
        pages = QWidget()
        self._stack = QStackedLayout(pages)
        self._pages = {
            Tender.CASH: self.cash,
            Tender.CARD: self.card,
            Tender.SLIP: self.slip,
            Tender.VOUCHER: self.voucher,
        }
        for page in (*self._pages.values(), self.terminal):
            self._stack.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(Rule())
        column.addLayout(grid)
        column.addWidget(self.put)
        column.addLayout(tenders)
        column.addWidget(pages)
        column.addWidget(self.pay)

    def choose(self, tender: Tender) -> None:
        """Pay the rest with this, and be ready to type."""
        if self.tenders[tender].isHidden():
            return
        self._counter.desk.choose(tender)
        if self._counter.state.payment.tender is not tender:
            return
        fields = {
            Tender.CASH: self.cash.given,
            Tender.CARD: self.card.part,
            Tender.SLIP: self.slip.number,
            Tender.VOUCHER: self.voucher.code,
        }
        fields[tender].edit.setFocus()

    def show_state(self, state: State) -> None:
        """Show amounts and what the button will do."""
        payment = state.payment
        self._show_sums(state)
        self.put.setVisible(bool(payment.put))
        self.put.show_put(payment.put, state.left)
        for tender, button in self.tenders.items():
            button.setChecked(tender is payment.tender)
            button.setEnabled(not state.locked)
        self._show_terminal_button(state)
        for page in (self.cash, self.card, self.slip, self.voucher):
            page.show_state(state)
        if payment.asked is None:
            self._stack.setCurrentWidget(self._pages[payment.tender])
        else:
            self.terminal.show_asked(payment.asked)
            self._stack.setCurrentWidget(self.terminal)
        self.pay.setEnabled(state.may_go_on)
        self.pay.setText(main_words(state))

    def _show_terminal_button(self, state: State) -> None:
        there = self._counter.desk.cards.available
        button = self.tenders[Tender.CARD]
        button.setEnabled(there and not state.locked)
        button.setToolTip(
            ""
            if there
            else tr("No card terminal is connected. Use Slip, for one that stands by itself.")
        )

    def _show_sums(self, state: State) -> None:
        self._count.setText(_what(state))
        self._sum.setText(amount(state.total))
        rates = sorted(
            {row.tax_bp for row in state.rows} | {one.product.tax_bp for one in state.goods}
        )
        self._tax_of.setText(
            tr("of which tax {rates}", rates=", ".join(percent(rate) for rate in rates))
        )
        self._tax.setText(amount(state.tax))
        self._total.setText(money(state.total))
        for label in (self._count, self._sum, self._tax_of, self._tax):
            label.setHidden(bool(state.payment.put))  # the parts need the room

    def _on_tender(self) -> None:
        pressed = self.sender()
        self.choose(next(t for t, button in self.tenders.items() if button is pressed))
        for tender, button in self.tenders.items():
            button.setChecked(tender is self._counter.state.payment.tender)


def _what(state: State) -> str:
    """How much of what is in the basket."""
    pieces = sum(one.quantity for one in state.goods) + len(state.gifts)
    parts = []
    if state.rows:
        parts.append(plural("{count} ticket", "{count} tickets", len(state.rows)))
    if pieces:
        parts.append(plural("{count} other", "{count} others", pieces))
    return listed(tuple(parts))


def main_words(state: State) -> str:
    """What the big button will do, in words."""
    asked = state.payment.asked
    if state.paying:
        return tr("One moment …")
    if asked is not None and asked.busy:
        return tr("Waiting for the terminal …")
    if asked is not None and asked.phase is CardPhase.UNKNOWN:
        return tr("Ask the terminal again")
    if state.left.minor < 0:
        return tr("Take something off first")
    return _next_words(state)


def _next_words(state: State) -> str:
    tender = state.payment.tender
    if not state.left and state.payment.put:
        return tr("Finish and print")
    if tender is Tender.VOUCHER and state.payment.voucher is None:
        return tr("Look the voucher up")
    amounts = {Tender.CASH: state.given or state.left}
    return tr(_VERBS[tender], amount=money(amounts.get(tender, state.next_part)))
