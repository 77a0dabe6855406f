"""Which tickets of a booking go, and why."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QDialog, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.domain.tickets import Booking, BookingStatus
from app.domain.values import Money
from ui.i18n import amount, money, plural, tr
from ui.widgets.buttons import Button
from ui.widgets.fields import Field
from ui.widgets.frames import Label

_WIDTH = 480
_TALLEST = 320


class CancelDialog(QDialog):
    """Every live ticket of a booking with a box, all ticked; `agreed` carries ticket ids and the reason.

    Keeping has the focus: Return alone cancels nothing.
    """

    agreed = Signal(object, str)

    def __init__(self, booking: Booking, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._booking = booking
        self.setWindowTitle(tr("Cancel tickets"))
        self.setFixedWidth(_WIDTH)
        self.boxes: dict[str, QCheckBox] = {}
        for ticket in booking.live:
            box = QCheckBox(f"{ticket.seat}, {ticket.price_type}".replace("&", "&&"))
            box.setAccessibleName(f"{ticket.seat}, {ticket.price_type}, {amount(ticket.price)}")
            box.setChecked(True)
            box.toggled.connect(self._count)
            self.boxes[ticket.id] = box
        self.reason = Field(tr("Reason"))
        self.reason.edit.setMaxLength(200)
        self.result_line = Label("", "muted", wrap=True)
        self.keep = Button(tr("Keep them"))
        self.go = Button(tr("Cancel tickets"), look="danger")
        self._lay_out()
        self.keep.clicked.connect(self.reject)
        self.go.clicked.connect(self._agree)
        self._count()
        self.keep.setFocus()

    def _lay_out(self) -> None:
        inside = QWidget()
        boxes = QVBoxLayout(inside)
        boxes.setContentsMargins(0, 0, 0, 0)
        boxes.setSpacing(8)
        for ticket in self._booking.live:
            line = QHBoxLayout()
            line.setContentsMargins(0, 0, 4, 0)
            line.addWidget(self.boxes[ticket.id], 1)
            line.addWidget(Label(amount(ticket.price), "muted"))
            boxes.addLayout(line)
        scroll = QScrollArea()
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
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
        column.addWidget(scroll)
        column.addWidget(self.reason)
        column.addWidget(self.result_line)
        column.addSpacing(8)
        column.addLayout(row)

    def chosen(self) -> tuple[str, ...]:
        """The ids of the tickets that go."""
        return tuple(key for key, box in self.boxes.items() if box.isChecked())

    def _count(self) -> None:
        chosen = set(self.chosen())
        going = [t for t in self._booking.live if t.id in chosen]
        self.go.setEnabled(bool(going))
        if not going:
            self.result_line.setText(tr("Choose the tickets that go."))
            return
        free = plural(
            "{count} seat is on sale again", "{count} seats are on sale again", len(going)
        )
        if self._booking.status is BookingStatus.RESERVED:
            self.result_line.setText(tr("{free}; nothing was paid.", free=free))
            return
        value = Money.total((t.price for t in going), self._booking.total.currency)
        self.result_line.setText(
            tr(
                "{free} at once. {money} stays held until it is given back: that is the next step.",
                free=free,
                money=money(value),
            )
        )

    def _agree(self) -> None:
        self.agreed.emit(self.chosen(), self.reason.text().strip())
        self.accept()
