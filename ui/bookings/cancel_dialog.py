"""Which tickets and goods of a booking go, and why. The money is another step, and said to be."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.domain.payments import Held
from app.domain.tickets import Booking
from app.domain.values import Money
from app.domain.vouchers import shown_code
from ui.i18n import amount, money, plural, tr
from ui.widgets.buttons import Button
from ui.widgets.fields import Field
from ui.widgets.frames import Label

_WIDTH = 480
_TALLEST = 320


@dataclass(frozen=True, slots=True)
class _Line:
    """Something that can go."""

    id: str
    words: str
    price: Money
    ticked: bool
    seat: bool = False


class CancelDialog(QDialog):
    """Every live ticket and product of a booking with a box, all ticked unless `chosen` names some; gift
    vouchers only by choice. `agreed` carries their ids and the reason.

    Keeping has the focus: Return alone cancels nothing.
    """

    agreed = Signal(object, str)

    def __init__(
        self,
        booking: Booking,
        *,
        held: Sequence[Held] = (),
        chosen: Collection[str] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._booking = booking
        self._held = held
        self._lines = _lines(booking, chosen)
        self.setWindowTitle(tr("Cancel tickets"))
        self.setFixedWidth(_WIDTH)
        self.boxes: dict[str, QCheckBox] = {}
        for line in self._lines:
            box = QCheckBox(line.words.replace("&", "&&"))
            box.setAccessibleName(tr("{what}, {price}", what=line.words, price=amount(line.price)))
            box.setChecked(line.ticked)
            box.toggled.connect(self._count)
            self.boxes[line.id] = box
        self.everything = QCheckBox(tr("All of it"))
        self.everything.setVisible(len(self._lines) > 2)
        self.reason = Field(tr("Reason"))
        self.reason.edit.setMaxLength(200)
        self.result_line = Label("", "muted", wrap=True)
        self.keep = Button(tr("Keep them"))
        self.go = Button(tr("Cancel tickets"), look="danger")
        self._lay_out()
        self.everything.clicked.connect(self._tick_all)
        self.keep.clicked.connect(self.reject)
        self.go.clicked.connect(self._agree)
        self._count()
        self.keep.setFocus()

    def _lay_out(self) -> None:
        inside = QWidget()
        boxes = QVBoxLayout(inside)
        boxes.setContentsMargins(0, 0, 0, 0)
        boxes.setSpacing(8)
        for each in self._lines:
            line = QHBoxLayout()
            line.setContentsMargins(0, 0, 4, 0)
            line.addWidget(self.boxes[each.id], 1)
            line.addWidget(Label(amount(each.price), "muted"))
            boxes.addLayout(line)
        scroll = QScrollArea()
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setWidget(inside)
        scroll.setFixedHeight(min(_TALLEST, inside.sizeHint().height() + 4))
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        row.addWidget(self.keep)
        row.addWidget(self.go)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 20)
        column.setSpacing(12)
        title = tr("Cancel tickets of booking {number}", number=self._booking.number)
        column.addWidget(Label(title, "title", wrap=True))
        column.addWidget(self.everything)
        column.addWidget(scroll)
        column.addWidget(self.reason)
        column.addWidget(self.result_line)
        column.addSpacing(8)
        column.addLayout(row)

    def chosen(self) -> tuple[str, ...]:
        """The ids of what goes."""
        return tuple(key for key, box in self.boxes.items() if box.isChecked())

    def _tick_all(self) -> None:
        for box in self.boxes.values():
            box.setChecked(self.everything.isChecked())

    def _count(self) -> None:
        chosen = set(self.chosen())
        going = [line for line in self._lines if line.id in chosen]
        self.everything.setChecked(len(going) == len(self._lines))
        self.go.setEnabled(bool(going))
        if not going:
            self.result_line.setText(tr("Choose what goes."))
            return
        currency = self._booking.total.currency
        value = Money.total((h.amount for h in self._held if h.ticket_id in chosen), currency)
        # a gift voucher holds its money itself until it is void
        vouchers = {voucher.id for voucher in self._booking.vouchers} & chosen
        value += Money.total((line.price for line in going if line.id in vouchers), currency)
        seats = sum(line.seat for line in going)
        free = plural("{count} seat is on sale again", "{count} seats are on sale again", seats)
        if not value:
            text = tr("{free}; nothing was paid.", free=free) if seats else tr("Nothing was paid.")
            self.result_line.setText(text)
            return
        held = tr(
            "{money} stays held until it is given back: that is the next step.", money=money(value)
        )
        said = tr("{free} at once. {held}", free=free, held=held) if seats else held
        self.result_line.setText(said)

    def _agree(self) -> None:
        self.agreed.emit(self.chosen(), self.reason.text().strip())
        self.accept()


def _lines(booking: Booking, chosen: Collection[str]) -> list[_Line]:
    lines = [
        _Line(
            t.id,
            tr("{seat}, {kind}", seat=t.seat, kind=t.attendee or t.price_type),
            t.price,
            not chosen or t.id in chosen,
            seat=True,
        )
        for t in booking.live
    ]
    lines += [
        _Line(i.id, i.name, i.price, not chosen or i.id in chosen) for i in booking.live_items
    ]
    return lines + [
        _Line(v.id, tr("Gift voucher {code}", code=shown_code(v.code)), v.amount, v.id in chosen)
        for v in booking.live_vouchers
        if v.unspent
    ]
