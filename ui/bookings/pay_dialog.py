"""Taking the money for a reservation: with what it is paid, and what was handed over."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from app.domain.errors import Invalid
from app.domain.payments import Tender, Tendered
from app.domain.tickets import Booking
from app.domain.values import Money
from ui.errors import field_words
from ui.i18n import money, tr
from ui.widgets.buttons import Button
from ui.widgets.fields import Field, MoneyField
from ui.widgets.frames import Label
from ui.widgets.segmented import Segmented
from ui.widgets.tenders import tender_words

_WIDTH = 460
_REFERENCES = {Tender.SLIP: ("Slip number", 100), Tender.VOUCHER: ("Voucher code", 40)}


class PayDialog(QDialog):
    """`agreed` carries the `Tendered`; a card's reference is made when the terminal is asked."""

    agreed = Signal(object)

    def __init__(self, booking: Booking, *, card: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._due = booking.total
        self.setWindowTitle(tr("Take payment"))
        self.setFixedWidth(_WIDTH)
        tenders = [t for t in Tender if card or t is not Tender.CARD]
        self.tender = Segmented(
            [(each.value, tender_words(each)) for each in tenders], accessible=tr("Paid with")
        )
        self.given = MoneyField(tr("Given"), currency=booking.total.currency)
        self.reference = Field("")
        self.change = Label("", "muted")
        self.take = Button("", look="primary")
        self.stay = Button(tr("Not now"))
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        row.addWidget(self.stay)
        row.addWidget(self.take)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 20)
        column.setSpacing(12)
        title = tr("Take payment for {number}", number=booking.number)
        column.addWidget(Label(title, "title", wrap=True))
        column.addWidget(Label(money(booking.total), "total"))
        for part in (self.tender, self.given, self.reference, self.change):
            column.addWidget(part)
        column.addSpacing(8)
        column.addLayout(row)
        self.tender.chosen.connect(self._on_tender)
        self.given.edited.connect(self._show)
        self.given.entered.connect(self._agree)
        self.reference.edited.connect(self._show)
        self.reference.entered.connect(self._agree)
        self.take.clicked.connect(self._agree)
        self.stay.clicked.connect(self.reject)
        self._on_tender(tenders[0].value)

    def _on_tender(self, _key: str) -> None:
        tender = Tender(self.tender.choice())
        self.given.setVisible(tender is Tender.CASH)
        self.change.setVisible(tender is Tender.CASH)
        self.reference.setVisible(tender in _REFERENCES)
        self.reference.set_text("")
        self.reference.set_problem("")
        if tender in _REFERENCES:
            said, longest = _REFERENCES[tender]
            self.reference.label.setText(tr(said))
            self.reference.edit.setMaxLength(longest)
            self.reference.edit.setFocus()
        elif tender is Tender.CASH:
            self.given.edit.setFocus()
        else:
            self.take.setFocus()
        self._show()

    def _given(self) -> Money | None:
        """What was handed over; None for exactly what is due. Invalid for no amount."""
        return self.given.money() if self.given.text().strip() else None

    def _show(self) -> None:
        self.take.setText(tr("Take {amount}", amount=money(self._due)))
        try:
            given = self._given()
        except Invalid:
            given = None
        enough = given is not None and given >= self._due
        back = given - self._due if given is not None and enough else None
        self.change.setText("" if back is None else tr("Change {amount}", amount=money(back)))

    def _agree(self) -> None:
        tender = Tender(self.tender.choice())
        given = None
        if tender is Tender.CASH:
            try:
                given = self._given()
            except Invalid as error:
                self.given.set_problem(next(iter(field_words(error.problems).values())))
                return
            if given is not None and given < self._due:
                self.given.set_problem(tr("That is less than {due}.", due=money(self._due)))
                return
        reference = self.reference.text().strip() if tender in _REFERENCES else ""
        if tender in _REFERENCES and not reference:
            self.reference.set_problem(field_words({"reference": "missing"})["reference"])
            return
        self.accept()
        self.agreed.emit(Tendered(tender, given, reference))
