"""Tickets once more: the same code after a paper jam, or a new one when the old paper is lost or stolen."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QDialog, QHBoxLayout, QVBoxLayout, QWidget

from app.domain.tickets import Booking, Ticket, TicketStatus
from ui.i18n import tr
from ui.widgets.buttons import Button
from ui.widgets.fields import Field
from ui.widgets.frames import Label
from ui.widgets.segmented import Segmented

_WIDTH = 500
_SAME, _NEW = "same", "new"
_SAID = {
    _SAME: "The same code on new paper, after a jam or a smudge. Take the bad paper back: both would open"
    " the door, though only once.",
    _NEW: "For what is lost or stolen. The old code opens no door from now on, on paper or in an e-mail."
    " The customer is sent the new tickets.",
}


class AgainDialog(QDialog):
    """`print_agreed` carries the reason, `reissue_agreed` the ids of the tickets and the reason. `only`
    limits it to issuing one ticket anew."""

    print_agreed = Signal(str)
    reissue_agreed = Signal(object, str)

    def __init__(self, booking: Booking, *, only: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tickets = _valid(booking, only)
        self.setWindowTitle(tr("Tickets once more"))
        self.setFixedWidth(_WIDTH)
        self.how = Segmented(
            [(_SAME, tr("Print again")), (_NEW, tr("Issue anew"))], accessible=tr("How")
        )
        self.how.setVisible(not only)
        if only:
            self.how.choose(_NEW)
        self.said = Label("", "text", wrap=True)
        self.boxes: dict[str, QCheckBox] = {}
        for ticket in self._tickets:
            words = tr(
                "{seat}, {kind}", seat=ticket.seat, kind=ticket.attendee or ticket.price_type
            )
            self.boxes[ticket.id] = QCheckBox(words.replace("&", "&&"))
            self.boxes[ticket.id].setChecked(True)
        self._list = QWidget()
        self.reason = Field(tr("Reason"), hint=tr("As it will stand in the history"))
        self.reason.edit.setMaxLength(200)
        self.go = Button("", look="primary")
        self.stay = Button(tr("Not now"))
        self._lay_out(booking)
        self.how.chosen.connect(self._show)
        self.reason.entered.connect(self._agree)
        self.go.clicked.connect(self._agree)
        self.stay.clicked.connect(self.reject)
        self._show()
        self.reason.edit.setFocus()

    def _lay_out(self, booking: Booking) -> None:
        boxes = QVBoxLayout(self._list)
        boxes.setContentsMargins(0, 0, 0, 0)
        boxes.setSpacing(8)
        for box in self.boxes.values():
            boxes.addWidget(box)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        row.addWidget(self.stay)
        row.addWidget(self.go)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 20)
        column.setSpacing(12)
        title = tr("Tickets of {number} once more", number=booking.number)
        column.addWidget(Label(title, "title", wrap=True))
        for part in (self.how, self.said, self._list, self.reason):
            column.addWidget(part)
        column.addSpacing(8)
        column.addLayout(row)

    @property
    def anew(self) -> bool:
        """Whether new codes are asked for."""
        return self.how.choice() == _NEW

    def _show(self, _key: str = "") -> None:
        self.said.setText(tr(_SAID[_NEW if self.anew else _SAME]))
        # one box to choose from is no choice, and what is printed is printed whole
        self._list.setVisible(self.anew and 1 < len(self.boxes) <= 12)
        self.go.setText(tr("Issue anew") if self.anew else tr("Print again"))
        self.adjustSize()

    def _agree(self) -> None:
        reason = " ".join(self.reason.text().split())
        if not reason:
            self.reason.set_problem(tr("Please say why."))
            self.reason.edit.setFocus()
            return
        chosen = tuple(key for key, box in self.boxes.items() if box.isChecked())
        if self.anew and not chosen:
            self.said.setText(tr("Choose at least one ticket."))
            return
        self.accept()
        if self.anew:
            self.reissue_agreed.emit(chosen, reason)
        else:
            self.print_agreed.emit(reason)


def _valid(booking: Booking, only: str) -> Sequence[Ticket]:
    valid = [t for t in booking.tickets if t.status is TicketStatus.VALID]
    return [t for t in valid if only in {"", t.id}]
