"""One payment or refund at the right: what it covers, what else was paid, where the journal has it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.domain.payment_history import Covered, PaymentKind, PaymentLine, PaymentPage
from app.domain.payments import Tender
from app.domain.vouchers import shown_code
from ui.i18n import amount, moment, money, number, tr
from ui.payments.words import kind_words
from ui.widgets.buttons import Button
from ui.widgets.frames import Empty, Label, LineLabel, Rule, SidePanel
from ui.widgets.marks import SeatLabel
from ui.widgets.tenders import tender_words

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class PaymentPanel(SidePanel):
    """Shows a `PaymentPage`; `booking_asked` carries the booking to go to."""

    booking_asked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._page: PaymentPage | None = None
        self.title = Label("", "title")
        self.line = Label("", "muted", wrap=True)
        self.figure = Label("", "total")
        self.booking = Button(tr("Open booking"), icon="arrow-right")
        self._empty = Empty(
            tr("No payment chosen"),
            tr("Choose one to see its tickets, its refunds and its line in the journal."),
            icon="receipt",
        )
        self._scroll = QScrollArea()
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._parts = (self.title, self.line, self.figure, self._scroll, self.booking)
        self.body.addWidget(self.title)
        self.body.addWidget(self.line)
        self.body.addWidget(self.figure)
        self.body.addWidget(self._empty, 1)
        self.body.addWidget(self._scroll, 1)
        self.body.addWidget(self.booking)
        for part in self._parts:
            part.hide()
        self.booking.clicked.connect(self._on_booking)

    def show_page(self, page: PaymentPage | None) -> None:
        """Show this one; nothing moves when it is on show."""
        if page == self._page:
            return
        self._page = page
        self._empty.setVisible(page is None)
        for part in self._parts:
            part.setVisible(page is not None)
        if page is None:
            return
        line = page.line
        self.title.setText(f"{kind_words(line.kind)}, {tender_words(line.tender)}")
        said = tr("{when}, {operator} at {station}")
        self.line.setText(
            said.format(when=moment(line.at), operator=line.operator, station=line.station_code)
        )
        self.figure.setText(money(line.amount))
        self.booking.setText(tr("Open booking {number}", number=line.number))
        self._scroll.setWidget(self._inside(page))

    def _on_booking(self) -> None:
        if self._page is not None:
            self.booking_asked.emit(self._page.line.booking_id)

    def _inside(self, page: PaymentPage) -> QWidget:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 4, 4, 8)
        column.setSpacing(8)
        _add_facts(column, page)
        if page.covers:
            refund = page.line.kind is PaymentKind.REFUND
            _heading(column, tr("Given back for") if refund else tr("Pays for"))
            for covered in page.covers:
                column.addLayout(_covered_row(covered))
        if page.related:
            _heading(column, tr("Also on this booking"))
            for line in page.related:
                column.addLayout(_related_row(line))
        if page.journal is not None:
            _heading(column, tr("In the journal"))
            told = tr(
                "Line {seq} of station {station}, {amount}",
                seq=number(page.journal.seq),
                station=page.line.station_code,
                amount=money(page.line.amount),
            )
            column.addWidget(Label(told, wrap=True))
            seal = LineLabel(page.journal.hash, "small")
            column.addWidget(seal)
        column.addStretch(1)
        return inside


def _heading(column: QVBoxLayout, text: str) -> None:
    column.addSpacing(4)
    column.addWidget(Rule())
    column.addWidget(Label(text, "heading"))


def _add_facts(column: QVBoxLayout, page: PaymentPage) -> None:
    line = page.line
    facts = [
        (tr("Customer"), line.customer or tr("Walk-up")),
        (tr("Booking total"), money(page.booking_total)),
    ]
    if line.kind is PaymentKind.PAYMENT and line.tender is Tender.CASH:
        facts += [(tr("Given"), money(line.given)), (tr("Change"), money(line.change))]
    if page.card:
        facts.append((tr("Card"), page.card))
    if line.transaction_id:
        voucher = line.tender is Tender.VOUCHER
        shown = shown_code(line.transaction_id) if voucher else line.transaction_id
        facts.append((_REFERENCES.get(line.tender, tr("Reference")), shown))
    if line.shift_no is not None:
        facts.append((tr("Shift"), number(line.shift_no)))
    if line.reason:
        facts.append((tr("Reason"), line.reason))
    grid = QGridLayout()
    grid.setVerticalSpacing(4)
    grid.setHorizontalSpacing(12)
    grid.setColumnStretch(1, 1)
    for row, (name, value) in enumerate(facts):
        shown_value = LineLabel(value, "text")
        shown_value.setAlignment(_RIGHT)
        grid.addWidget(Label(name, "muted"), row, 0)
        grid.addWidget(shown_value, row, 1)
    column.addLayout(grid)


_REFERENCES = {
    Tender.CARD: "Transaction",
    Tender.SLIP: "Slip number",
    Tender.VOUCHER: "Voucher",
}


def _covered_row(covered: Covered) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(8)
    if covered.seat:
        row.addWidget(SeatLabel(covered.seat))
    words = QVBoxLayout()
    words.setSpacing(0)
    words.addWidget(LineLabel(covered.title, "text"))
    words.addWidget(LineLabel(_covered_words(covered), "small"))
    row.addLayout(words, 1)
    row.addWidget(Label(amount(covered.amount), "strong"))
    return row


def _covered_words(covered: Covered) -> str:
    if covered.status in {"cancelled", "void"}:
        return tr("cancelled")
    if covered.price_type == "voucher":
        return tr("Gift voucher")
    return covered.price_type or tr("Goods")


def _related_row(line: PaymentLine) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(8)
    words = QVBoxLayout()
    words.setSpacing(0)
    words.addWidget(LineLabel(f"{kind_words(line.kind)}, {tender_words(line.tender)}", "text"))
    said = f"{moment(line.at)}, {line.reason}" if line.reason else moment(line.at)
    words.addWidget(LineLabel(said, "small"))
    row.addLayout(words, 1)
    row.addWidget(Label(amount(line.amount), "strong"))
    return row
