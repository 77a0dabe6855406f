"""Taking the money for a reservation, all of it or a part: with what it is paid, and what was handed over."""

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
    """`agreed` carries the `Tendered` and how much of what is due it pays (a Money): less than all is a
    deposit. A card's reference is made when the terminal is asked."""

    agreed = Signal(object, object)

    def __init__(
        self,
        booking: Booking,
        *,
        card: bool,
        deposit: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._due = booking.due
        title = tr("Take a deposit") if deposit else tr("Take payment")
        self.setWindowTitle(title)
        self.setFixedWidth(_WIDTH)
        tenders = [t for t in Tender if card or t is not Tender.CARD]
        currency = booking.total.currency
        self.part = MoneyField(tr("Deposit"), currency=currency)
        self.part.setVisible(deposit)
        self.tender = Segmented(
            [(each.value, tender_words(each)) for each in tenders], accessible=tr("Paid with")
        )
        self.given = MoneyField(tr("Given"), currency=currency)
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
        of = tr("{title} for {number}", title=title, number=booking.number)
        column.addWidget(Label(of, "title", wrap=True))
        column.addWidget(Label(money(self._due), "total"))
        if booking.deposit is not None:
            laid = tr("{amount} was taken as a deposit.", amount=money(booking.deposit))
            column.addWidget(Label(laid, "muted", wrap=True))
        for part in (self.part, self.tender, self.given, self.reference, self.change):
            column.addWidget(part)
        column.addSpacing(8)
        column.addLayout(row)
        self._wire_parts()
        self._on_tender(tenders[0].value)
        if deposit:
            self.part.edit.setFocus()

    def _wire_parts(self) -> None:
        self.tender.chosen.connect(self._on_tender)
        for field in (self.part, self.given, self.reference):
            field.edited.connect(self._show)
            field.entered.connect(self._agree)
        self.take.clicked.connect(self._agree)
        self.stay.clicked.connect(self.reject)

    @property
    def deposit(self) -> bool:
        """Whether only a part is taken."""
        return not self.part.isHidden()

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

    def _asked(self) -> Money | None:
        """How much is taken; None while that cannot be said."""
        if not self.deposit:
            return self._due
        try:
            part = self.part.money()
        except Invalid:
            return None
        return part if 0 < part.minor <= self._due.minor else None

    def _given(self) -> Money | None:
        """What was handed over; None for exactly what is taken. Invalid for no amount."""
        return self.given.money() if self.given.text().strip() else None

    def _show(self) -> None:
        asked = self._asked()
        self.take.setEnabled(asked is not None)
        shown = tr("Take {amount}", amount=money(asked)) if asked is not None else tr("Take")
        self.take.setText(shown)
        try:
            given = self._given()
        except Invalid:
            given = None
        enough = given is not None and asked is not None and given >= asked
        back = given - asked if given is not None and asked is not None and enough else None
        self.change.setText("" if back is None else tr("Change {amount}", amount=money(back)))

    def _agree(self) -> None:
        asked = self._asked()
        if asked is None:
            text = tr("More than nothing, and at most {due}.", due=money(self._due))
            self.part.set_problem(text)
            return
        tender = Tender(self.tender.choice())
        try:
            given = self._given() if tender is Tender.CASH else None
        except Invalid as error:
            self.given.set_problem(next(iter(field_words(error.problems).values())))
            return
        if given is not None and given < asked:
            self.given.set_problem(tr("That is less than {due}.", due=money(asked)))
            return
        reference = self.reference.text().strip() if tender in _REFERENCES else ""
        if tender in _REFERENCES and not reference:
            self.reference.set_problem(field_words({"reference": "missing"})["reference"])
            return
        self.accept()
        self.agreed.emit(Tendered(tender, given, reference), asked)
