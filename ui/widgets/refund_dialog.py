"""How much goes back, for which tickets, and to where: shown before anything is posted, and posted as
shown. Knows no service; whoever opens it says what is held and does what was agreed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.domain.errors import Invalid, NothingToRefund, TooMuchRefund
from app.domain.payments import Held, RefundPart, Tender, refund_parts
from app.domain.tickets import Booking, TicketStatus
from app.domain.values import Money
from app.domain.vouchers import VoucherStatus, shown_code
from ui.i18n import money, tr
from ui.widgets.buttons import Button
from ui.widgets.fields import Field, MoneyField
from ui.widgets.frames import Card, Label, LineLabel, Rule
from ui.widgets.marks import SeatLabel
from ui.widgets.segmented import Segmented

_WIDTH = 620
_ROW = 57
_MOST_ROWS = 5
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LONGEST_REASON = 200
_TENDERS = {
    Tender.CASH: "Cash, from the drawer",
    Tender.CARD: "Card, through the terminal",
    Tender.SLIP: "Card, by hand at its terminal",
    Tender.VOUCHER: "Gift voucher",
}


@dataclass(frozen=True)
class RefundChoice:
    """What can go back: `held` by ticket (item, void gift voucher) and payment, `proposed` (id -> amount) to
    begin with."""

    booking: Booking
    held: tuple[Held, ...]
    proposed: Mapping[str, Money] = field(default_factory=dict)

    def held_for(self, ticket_id: str) -> Money:
        """What is held for one ticket by all payments."""
        currency = self.booking.total.currency
        return Money.total((h.amount for h in self.held if h.ticket_id == ticket_id), currency)

    def parts(self, wanted: Mapping[str, Money]) -> tuple[RefundPart, ...]:
        """To where `wanted` goes back; nothing when nothing does, or too much is asked."""
        try:
            return refund_parts(self.held, wanted)
        except (NothingToRefund, TooMuchRefund):
            return ()


@dataclass(frozen=True, slots=True)
class _Subject:
    """What money is held for: a ticket by its seat, a product, a gift voucher that is void. `fee`: what is
    held was kept in an exchange."""

    id: str
    label: str
    words: str
    state: str
    fee: bool = False


def _subjects(booking: Booking) -> list[_Subject]:
    found = [
        _Subject(
            t.id,
            t.seat,
            tr("{kind}, {zone}", kind=t.price_type, zone=t.zone),
            tr("the fee of an exchange") if t.exchange_id is not None else _state(t.status),
            t.exchange_id is not None,
        )
        for t in booking.tickets
    ]
    found += [_Subject(i.id, tr("Goods"), i.name, _state(i.status)) for i in booking.items]
    return found + [
        _Subject(v.id, tr("Voucher"), shown_code(v.code), tr("void"))
        for v in booking.vouchers
        if v.status is VoucherStatus.VOID
    ]


def _state(status: TicketStatus) -> str:
    return tr("cancelled") if status is TicketStatus.CANCELLED else tr("still valid")


class _Row(QWidget):
    """One of them: whether it is chosen, what is held, how much goes back."""

    changed = Signal()

    def __init__(self, subject: _Subject, *, held: Money, proposed: Money | None) -> None:
        super().__init__()
        self.subject = subject
        self.held = held
        self.check = QCheckBox()
        name = tr("{label}, {words}", label=subject.label, words=subject.words)
        self.check.setAccessibleName(tr("Give {what} back", what=name))
        self.amount = MoneyField("", currency=held.currency)
        self.amount.label.hide()
        self.amount.edit.setAccessibleName(tr("Amount for {what}", what=name))
        self.amount.setFixedWidth(112)
        facts = QVBoxLayout()
        facts.setSpacing(0)
        facts.addWidget(LineLabel(subject.words, "text"))
        said = tr("{amount} held, {state}", amount=money(held), state=subject.state)
        facts.addWidget(LineLabel(said if held else tr("nothing held"), "small"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 8, 0, 8)
        row.setSpacing(12)
        row.addWidget(self.check)
        self.seat = SeatLabel(subject.label)
        row.addWidget(self.seat)
        row.addLayout(facts, 1)
        row.addWidget(self.amount)
        self.setEnabled(bool(held))
        self.take(None if proposed is None else min(proposed, held))
        self.check.clicked.connect(self._on_check)
        self.amount.edited.connect(self._on_amount)

    def take(self, value: Money | None) -> None:
        """Give back `value` of it, None for not at all; tells nobody."""
        chosen = value is not None and bool(value)
        self.check.setChecked(chosen)
        self.amount.set_text("")
        if value is not None and chosen:
            self.amount.set_money(value)

    def wanted(self) -> Money | None:
        """How much goes back; None when none does or it cannot be read or is too much."""
        if not self.check.isChecked():
            return None
        try:
            value = self.amount.money()
        except Invalid:
            return None
        return value if Money(0, self.held.currency) < value <= self.held else None

    @property
    def fits(self) -> bool:
        """Whether what stands there can be done."""
        return not self.check.isChecked() or self.wanted() is not None

    def _on_check(self) -> None:
        self.take(self.held if self.check.isChecked() else None)
        self.changed.emit()

    def _on_amount(self, text: str) -> None:
        self.check.setChecked(bool(text.strip()))
        self.amount.set_problem(
            "" if self.fits else tr("At most {amount}.", amount=money(self.held))
        )
        self.changed.emit()


class RefundDialog(QDialog):
    """`agreed` carries the amounts (ticket id -> Money), the reason, and the tender everything goes to,
    None for the ones it came from. Closed without agreeing, nothing happens."""

    agreed = Signal(object, str, object)

    def __init__(self, choice: RefundChoice, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choice = choice
        self.setWindowTitle(tr("Give money back"))
        self.setFixedWidth(_WIDTH)
        self.rows = [
            _Row(
                subject,
                held=choice.held_for(subject.id),
                proposed=choice.proposed.get(subject.id),
            )
            for subject in _subjects(choice.booking)
        ]
        self.everything = Button("", height="chip")
        self.where = Segmented(
            [("origin", tr("The way it was paid")), ("cash", tr("In cash"))],
            accessible=tr("Where it goes"),
        )
        self.reason = Field(tr("Reason"), hint=tr("As it will stand in the journal's history"))
        self.give = Button("", look="primary")
        self.stay = Button(tr("Not now"))
        self._parts = QGridLayout()
        self._lay_out()
        self.everything.clicked.connect(self._take_everything)
        self.where.chosen.connect(self._show)
        self.reason.edited.connect(self._show)
        self.reason.entered.connect(self._agree)
        self.give.clicked.connect(self._agree)
        self.stay.clicked.connect(self.reject)
        self._wire_rows()
        self._show()
        self.reason.edit.setFocus()

    def _wire_rows(self) -> None:
        for row in self.rows:
            row.changed.connect(self._show)

    def _lay_out(self) -> None:
        booking = self._choice.booking
        who = booking.customer or tr("Walk-up")
        head = QHBoxLayout()
        head.setSpacing(12)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(Label(tr("Give money back"), "title"))
        words.addWidget(
            LineLabel(tr("Booking {number}, {who}", number=booking.number, who=who), "muted")
        )
        head.addLayout(words, 1)
        head.addWidget(self.everything, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 20)
        column.setSpacing(16)
        column.addLayout(head)
        column.addWidget(self._tickets())
        column.addWidget(self._preview())
        column.addWidget(self.reason)
        acts = QHBoxLayout()
        acts.setSpacing(8)
        acts.addStretch(1)
        acts.addWidget(self.stay)
        acts.addWidget(self.give)
        column.addLayout(acts)

    def _tickets(self) -> QScrollArea:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 4, 0)
        column.setSpacing(0)
        widest = max((row.seat.sizeHint().width() for row in self.rows), default=0)
        for row in self.rows:
            row.seat.setFixedWidth(widest)
            column.addWidget(row)
            column.addWidget(Rule())
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inside)
        scroll.setFixedHeight(_ROW * min(max(len(self.rows), 1), _MOST_ROWS) + 4)
        return scroll

    def _preview(self) -> Card:
        card = Card()
        card.body.setSpacing(8)
        head = QHBoxLayout()
        head.addWidget(Label(tr("Goes back"), "strong"), 1)
        head.addWidget(self.where)
        card.body.addLayout(head)
        self._parts.setVerticalSpacing(4)
        self._parts.setColumnStretch(0, 1)
        card.body.addLayout(self._parts)
        return card

    # -- showing -----------------------------------------------------------------------------

    def wanted(self) -> dict[str, Money]:
        """Ticket id -> amount, as it stands there now."""
        found = {row.subject.id: row.wanted() for row in self.rows}
        return {ticket_id: value for ticket_id, value in found.items() if value is not None}

    def tender(self) -> Tender | None:
        """Where everything goes, None for the tenders it came from."""
        return Tender.CASH if self.where.choice() == "cash" else None

    def _show(self) -> None:
        wanted = self.wanted()
        currency = self._choice.booking.total.currency
        total = Money.total(wanted.values(), currency)
        whole = Money.total((row.held for row in self._but_fees()), currency)
        self.everything.setText(tr("Everything, {amount}", amount=money(whole)))
        self.everything.setEnabled(bool(whole))
        self._show_parts(self._choice.parts(wanted))
        fits = all(row.fits for row in self.rows) and bool(total)
        self.give.setEnabled(fits)
        self.give.setText(
            tr("Give {amount} back", amount=money(total)) if total else tr("Give back")
        )

    def _show_parts(self, parts: tuple[RefundPart, ...]) -> None:
        while self._parts.count():
            item = self._parts.takeAt(0)
            part = item.widget() if item else None
            if part is not None:
                part.hide()
                part.deleteLater()
        if not parts:
            self._parts.addWidget(Label(tr("Choose tickets above."), "muted"), 0, 0)
            return
        for position, (said, value) in enumerate(self._lines(parts)):
            self._parts.addWidget(LineLabel(said, "text"), position, 0)
            self._parts.addWidget(Label(money(value), "strong"), position, 1, _RIGHT)

    def _lines(self, parts: tuple[RefundPart, ...]) -> list[tuple[str, Money]]:
        total = Money.total((part.amount for part in parts), parts[0].amount.currency)
        if self.tender() is not None:
            return [(in_cash(), total)]
        return [(way_back(part), part.amount) for part in parts]

    # -- acting ------------------------------------------------------------------------------

    def _but_fees(self) -> list[_Row]:
        """What goes back when everything does: a fee that was kept only when it is chosen by itself."""
        return [row for row in self.rows if not row.subject.fee]

    def _take_everything(self) -> None:
        for row in self._but_fees():
            row.take(row.held)
        self._show()

    def _agree(self) -> None:
        if not self.give.isEnabled():
            return
        reason = " ".join(self.reason.text().split())
        if not reason:
            self.reason.set_problem(tr("Please say why."))
            self.reason.edit.setFocus()
            return
        self.give.setEnabled(False)
        wanted, tender = self.wanted(), self.tender()
        self.accept()
        self.agreed.emit(wanted, reason[:_LONGEST_REASON], tender)


def in_cash() -> str:
    """Where all of it goes when it goes in cash."""
    return tr(_TENDERS[Tender.CASH])


def way_back(part: RefundPart) -> str:
    """The tender, and by what one knows it."""
    name = tr(_TENDERS[part.tender])
    if part.tender is Tender.VOUCHER:
        return f"{name} {shown_code(part.transaction_id)}"
    known = part.transaction_id if part.tender is not Tender.CASH else ""
    return f"{name} ({known})" if known else name
