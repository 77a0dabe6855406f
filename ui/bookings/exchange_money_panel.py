"""The right of the exchange screen: what comes instead, what it comes to, with what it is paid or to where
it goes back, and one button that says what it will do."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from app.domain.errors import Invalid
from app.domain.exchanges import ExchangePreview
from app.domain.payments import Tender
from app.domain.values import Money
from ui.bookings.exchange import Exchanging
from ui.bookings.exchange_state import ExchangeState
from ui.bookings.exchange_taken_list import ExchangeTakenList
from ui.i18n import amount, listed, money, parse_money, plural, tr
from ui.widgets.buttons import Button
from ui.widgets.fields import Field, MoneyField
from ui.widgets.frames import Label, LineLabel, Rule, SidePanel
from ui.widgets.refund_dialog import in_cash, way_back
from ui.widgets.segmented import Segmented
from ui.widgets.tenders import tender_words

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_REFERENCES = {Tender.SLIP: ("Slip number", 100), Tender.VOUCHER: ("Voucher code", 40)}
_MOST_WAYS = 3  # lines of where money goes back to; more are summed up


class _Sums(QWidget):
    """The preview in figures: words at the left, amounts at the right."""

    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(0, 1)
        self._shown: object = None

    def show_lines(self, lines: list[tuple[str, str]]) -> None:
        if lines == self._shown:
            return
        self._shown = lines
        while (item := self._grid.takeAt(0)) is not None:
            part = item.widget()
            if part is not None:
                part.hide()
                part.deleteLater()
        for row, (said, value) in enumerate(lines):
            figure = Label(value, "text")
            figure.setAlignment(_RIGHT)
            self._grid.addWidget(LineLabel(said, "muted"), row, 0)
            self._grid.addWidget(figure, row, 1)


class _Paying(QWidget):
    """With what the rest is paid."""

    def __init__(self, exchanging: Exchanging) -> None:
        super().__init__()
        self._exchanging = exchanging
        tenders = [t for t in Tender if exchanging.card or t is not Tender.CARD]
        self.tender = Segmented(
            [(each.value, tender_words(each)) for each in tenders], accessible=tr("Paid with")
        )
        self.given = MoneyField(tr("Given"), currency="EUR")
        self.reference = Field("")
        self.change = Label("", "muted")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for part in (self.tender, self.given, self.reference, self.change):
            column.addWidget(part)
        self.tender.chosen.connect(self._on_tender)
        self.given.edited.connect(self._on_given)
        self.reference.edited.connect(exchanging.refer)
        for field in (self.given, self.reference):
            field.entered.connect(exchanging.go)

    def show_state(self, state: ExchangeState) -> None:
        self.given.set_currency(state.currency)
        self.tender.choose(state.tender.value)
        self.given.setVisible(state.tender is Tender.CASH)
        self.reference.setVisible(state.tender in _REFERENCES)
        if state.tender in _REFERENCES:
            said, longest = _REFERENCES[state.tender]
            self.reference.label.setText(tr(said))
            self.reference.edit.setAccessibleName(tr(said))
            self.reference.edit.setMaxLength(longest)
        if not self.reference.edit.hasFocus():
            self.reference.set_text(state.reference)
        if state.given is None and not self.given.edit.hasFocus():
            self.given.set_text("")
        if state.preview is not None:
            self.given.edit.setPlaceholderText(amount(state.preview.due))
        change = state.change
        self.change.setVisible(change is not None)
        if change is not None:
            self.change.setText(tr("Change {amount}", amount=money(change)))
        self.setEnabled(not state.locked)

    def _on_tender(self, key: str) -> None:
        self._exchanging.pay_with(Tender(key))
        field = self.given if Tender(key) is Tender.CASH else self.reference
        if field.isVisible():
            field.edit.setFocus()

    def _on_given(self, text: str) -> None:
        state = self._exchanging.state
        if not text.strip():
            self._exchanging.give(None)
            return
        try:
            given = parse_money(text, state.currency)
        except Invalid:
            return
        self._exchanging.give(given)
        due = None if state.preview is None else state.preview.due
        if due is not None and given < due:
            self.given.set_problem(tr("That is less than {due}.", due=money(due)))


class _GoingBack(QWidget):
    """To where the rest goes."""

    def __init__(self, exchanging: Exchanging) -> None:
        super().__init__()
        self.where = Segmented(
            [("origin", tr("The way it was paid")), ("cash", tr("In cash"))],
            accessible=tr("Where it goes"),
        )
        self._ways = _Sums()
        self._exchanging = exchanging
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.where)
        column.addWidget(self._ways)
        self.where.chosen.connect(self._on_where)

    def show_state(self, state: ExchangeState) -> None:
        preview = state.preview
        self.where.choose("cash" if state.in_cash else "origin")
        if preview is not None:
            self._ways.show_lines(_ways(preview, cash=state.in_cash))
        self.setEnabled(not state.locked)

    def _on_where(self, key: str) -> None:
        self._exchanging.give_cash(key == "cash")


class ExchangeMoneyPanel(SidePanel):
    """List, sums, money, the button."""

    def __init__(self, exchanging: Exchanging, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._exchanging = exchanging
        self.count = Label("", "muted")
        self.taken = ExchangeTakenList()
        self.codes = Field(tr("Discount codes"), hint=tr("Discount codes"))
        self.codes.label.hide()
        self._sums = _Sums()
        self.waive = QCheckBox(tr("Without the fee"))
        self.reason = Field(tr("Reason"), hint=tr("Reason, for the booking's history"))
        self.reason.label.hide()
        self.reason.edit.setMaxLength(200)
        self.lost = Label("", "warn", wrap=True)
        self._of, self.total = Label("", "total"), Label("", "total")
        self.paying, self.back = _Paying(exchanging), _GoingBack(exchanging)
        self.go = Button("", look="primary", height="pay")
        self.go.setToolTip(tr("Ctrl+Enter"))
        self._lay_out()
        self._connect_parts()

    def _lay_out(self) -> None:
        head, total = QHBoxLayout(), QHBoxLayout()
        head.addWidget(Label(tr("Instead"), "title"), 1)
        head.addWidget(self.count)
        self.total.setAlignment(_RIGHT)
        total.addWidget(self._of, 1)
        total.addWidget(self.total)
        self.body.addLayout(head)
        self.body.addWidget(self.taken, 1)
        self.body.addWidget(self.codes)
        self._rule = Rule()
        self.body.addWidget(self._rule)
        for part in (self._sums, self.waive, self.reason, self.lost):
            self.body.addWidget(part)
        self.body.addLayout(total)
        for last in (self.paying, self.back, self.go):
            self.body.addWidget(last)

    def _connect_parts(self) -> None:
        exchanging = self._exchanging
        self.taken.kind_chosen.connect(exchanging.set_price_type)
        self.taken.dropped.connect(exchanging.drop)
        self.codes.edit.editingFinished.connect(self._on_codes)
        self.waive.clicked.connect(exchanging.waive)
        self.reason.edited.connect(exchanging.say_why)
        self.go.clicked.connect(exchanging.go)

    def _on_codes(self) -> None:
        self._exchanging.type_codes(self.codes.text())

    def show_state(self, state: ExchangeState) -> None:
        """Show the preview, or what is still missing for one."""
        self.taken.show_state(state)
        preview = state.preview
        self.count.setText(plural("{count} place", "{count} places", len(state.picks)))
        for part in (self.count, self.codes, self._rule):
            part.setVisible(bool(state.picks))
        for field in (self.codes, self.reason):
            field.setEnabled(not state.locked)
        if not self.codes.edit.hasFocus():
            self.codes.set_text(state.codes)
        if not self.reason.edit.hasFocus():
            self.reason.set_text(state.reason)
        self._sums.show_lines([] if preview is None else _sums(preview))
        fee = preview is not None and (bool(preview.fee) or state.waive)
        self.waive.setVisible(fee)
        self.waive.setChecked(state.waive)
        self.waive.setEnabled(not state.locked)
        self.reason.setVisible(preview is not None)
        lost = () if preview is None else preview.lost
        self.lost.setText(tr("No longer: {discounts}.", discounts=listed(lost)) if lost else "")
        self.lost.setVisible(bool(lost))
        said, value = ("", None) if preview is None else _result(preview)
        self._of.setText(said)
        self.total.setText("" if value is None else money(value))
        self.paying.setVisible(preview is not None and bool(preview.due))
        self.back.setVisible(preview is not None and bool(preview.back))
        self.paying.show_state(state)
        self.back.show_state(state)
        self.go.setEnabled(state.ready)
        self.go.setText(act_words(state))


def _sums(preview: ExchangePreview) -> list[tuple[str, str]]:
    """What is held, what is asked, what stays, and the tax before and after."""
    out, taken = len(preview.out), len(preview.taken)
    lines = []
    if preview.unpaid:
        old = Money.total((one.ticket.price for one in preview.out), preview.total.currency)
        if out:
            gone = plural("{count} ticket goes", "{count} tickets go", out)
            lines.append((gone, amount(-old)))
    elif out:
        held = plural("Held for {count} ticket", "Held for {count} tickets", out)
        lines.append((held, amount(-preview.credit)))
    new = plural("{count} ticket instead", "{count} tickets instead", taken)
    if not out:
        new = plural("{count} more ticket", "{count} more tickets", taken)
    lines.append((new, amount(preview.price)))
    if preview.fee:
        tax = amount(preview.fee_tax)
        lines.append((tr("Exchange fee, with {tax} tax", tax=tax), amount(preview.fee)))
    if not preview.unpaid:
        before, now = amount(preview.tax_out), amount(preview.tax_in)
        lines.append(
            (tr("of which tax, before and now"), tr("{before} → {now}", before=before, now=now))
        )
    lines.append((tr("The booking comes to"), amount(preview.total)))
    return lines


def _result(preview: ExchangePreview) -> tuple[str, Money | None]:
    if preview.due:
        return tr("To pay"), preview.due
    if preview.back:
        return tr("Goes back"), preview.back
    return (tr("Nothing is paid yet") if preview.unpaid else tr("Nothing to pay")), None


def _ways(preview: ExchangePreview, *, cash: bool) -> list[tuple[str, str]]:
    if cash:
        return [(in_cash(), amount(preview.back))]
    ways = [(way_back(part), amount(part.amount)) for part in preview.parts]
    if len(ways) <= _MOST_WAYS:
        return ways
    rest = Money.total(
        (part.amount for part in preview.parts[_MOST_WAYS - 1 :]), preview.total.currency
    )
    return [*ways[: _MOST_WAYS - 1], (tr("and other payments"), amount(rest))]


def act_words(state: ExchangeState) -> str:
    """What the big button will do."""
    preview = state.preview
    if state.busy:
        return tr("One moment …")
    if state.doubtful:
        return tr("Ask again what became of it")
    return tr("Exchange") if preview is None else _promise(preview)


def _promise(preview: ExchangePreview) -> str:
    adding = not preview.out
    if preview.due:
        due = money(preview.due)
        if adding:
            return tr("Take {amount} and add", amount=due)
        return tr("Take {amount} and exchange", amount=due)
    if preview.back:
        return tr("Exchange, give {amount} back", amount=money(preview.back))
    if preview.unpaid:
        return tr("Add to the reservation") if adding else tr("Exchange in the reservation")
    return tr("Add, nothing to pay") if adding else tr("Exchange, nothing to pay")
