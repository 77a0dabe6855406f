"""Cancelling one's own tickets: what comes back, where to, what stays, until when; and just that is done."""

from __future__ import annotations

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

from app.domain.errors import HouselightsError
from app.domain.own_cancellation import OwnCancellation, OwnTicket
from app.domain.payments import RefundPart, Tender
from app.domain.values import Money
from app.domain.vouchers import shown_code
from ui.errors import Level, words
from ui.i18n import moment, money, tr
from ui.my_tickets.words import refusal_words
from ui.widgets.buttons import Button
from ui.widgets.frames import Card, Label, LineLabel
from ui.widgets.notice import NoticeBar

_WIDTH = 520
_TALLEST = 280
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class CancelDialog(QDialog):
    """`agreed` carries the ids of the tickets that go; it stays until `accept`, saying what is in the way.

    Keeping has the focus: Return alone cancels nothing.
    """

    agreed = Signal(object)

    def __init__(self, own: OwnCancellation, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._own = own
        self._busy = False
        self.setWindowTitle(tr("Cancel tickets"))
        self.setFixedWidth(_WIDTH)
        self.notice = NoticeBar()
        self.boxes: dict[str, QCheckBox] = {}
        for one in own.tickets:
            seat = tr("{seat}, {kind}", seat=one.ticket.seat, kind=one.ticket.price_type)
            box = QCheckBox(seat.replace("&", "&&"))
            box.setAccessibleName(tr("{what}, {back}", what=seat, back=_back_words(one)))
            box.setChecked(not one.refusal)
            box.setEnabled(not one.refusal)
            box.toggled.connect(self._count)
            self.boxes[one.ticket.id] = box
        self._sums = QGridLayout()
        self.until = Label("", "small", wrap=True)
        self.keep = Button(tr("Keep them"), key="Esc")
        self.go = Button("", look="danger")
        self._lay_out()
        self.keep.clicked.connect(self.reject)
        self.go.clicked.connect(self._agree)
        self._count()
        self.keep.setFocus()

    def _lay_out(self) -> None:
        inside = QWidget()
        lines = QVBoxLayout(inside)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(8)
        for one in self._own.tickets:
            row = QHBoxLayout()
            row.setContentsMargins(0, 0, 4, 0)
            row.addWidget(self.boxes[one.ticket.id], 1)
            row.addWidget(Label(_back_words(one), "muted"))
            lines.addLayout(row)
            if one.refusal:
                lines.addWidget(Label(refusal_words(one.refusal, one.until), "small", wrap=True))
        scroll = QScrollArea()
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inside)
        height = inside.heightForWidth(_WIDTH - 60) if inside.hasHeightForWidth() else 0
        scroll.setFixedHeight(min(_TALLEST, max(height, inside.sizeHint().height()) + 4))
        card = Card()
        card.body.setSpacing(8)
        card.body.addWidget(Label(tr("Comes back to you"), "strong"))
        self._sums.setVerticalSpacing(4)
        self._sums.setColumnStretch(0, 1)
        card.body.addLayout(self._sums)
        card.body.addWidget(self.until)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        buttons.addWidget(self.keep)
        buttons.addWidget(self.go)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 20)
        column.setSpacing(12)
        title = tr("Cancel tickets of booking {number}", number=self._own.number)
        column.addWidget(Label(title, "title", wrap=True))
        column.addWidget(self.notice)
        column.addWidget(scroll)
        column.addWidget(card)
        column.addSpacing(4)
        column.addLayout(buttons)

    def chosen(self) -> tuple[str, ...]:
        """The ids of the tickets that go."""
        return tuple(key for key, box in self.boxes.items() if box.isChecked())

    def preview(self) -> list[tuple[str, str]]:
        """What comes back, part by part, and what stays: as it stands there."""
        chosen = self.chosen()
        going = self._own.of(chosen)
        lines = [(_where(part), money(part.amount)) for part in self._own.parts(chosen)]
        if not going:
            return [(tr("Choose the tickets that go."), "")]
        currency = going[0].held.currency
        fee = Money.total((one.fee for one in going), currency)
        if not lines:
            lines = [(tr("Nothing"), money(Money(0, currency)))]
        if fee:
            lines.append((tr("Stays with the house as a fee"), money(fee)))
        return lines

    def show_state(self, *, busy: bool, problem: HouselightsError | None) -> None:
        """Whether it is being done, and what was in the way."""
        self._busy = busy
        self.keep.setEnabled(not busy)
        for one in self._own.tickets:
            self.boxes[one.ticket.id].setEnabled(not busy and not one.refusal)
        self._count()
        if problem is None:
            self.notice.clear()
        else:
            self.notice.say(words(problem), level=Level.WARN)

    def reject(self) -> None:
        """Not while the money is on its way."""
        if not self._busy:
            super().reject()

    def _count(self) -> None:
        while self._sums.count():
            item = self._sums.takeAt(0)
            part = item.widget() if item else None
            if part is not None:
                part.hide()
                part.deleteLater()
        for position, (said, value) in enumerate(self.preview()):
            self._sums.addWidget(LineLabel(said, "text"), position, 0)
            self._sums.addWidget(Label(value, "strong"), position, 1, _RIGHT)
        going = self._own.of(self.chosen())
        untils = [one.until for one in going if one.until is not None]
        text = tr("Possible until {until}.", until=moment(min(untils))) if untils else ""
        self.until.setText(text)
        self.until.setVisible(bool(text))
        self.go.setEnabled(bool(going) and not self._busy)
        self.go.setText(tr("Giving the money back …") if self._busy else tr("Cancel tickets"))

    def _agree(self) -> None:
        self.agreed.emit(self.chosen())


def _back_words(one: OwnTicket) -> str:
    return tr("cannot go") if one.refusal else tr("{amount} back", amount=money(one.back))


def _where(part: RefundPart) -> str:
    if part.tender is Tender.VOUCHER:
        return tr("To gift voucher {code}", code=shown_code(part.transaction_id))
    return tr("To the card you paid with")
