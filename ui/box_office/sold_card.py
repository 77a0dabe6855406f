"""After the sale: the change in large figures, the tickets, the way back, the next customer."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from app.domain.payments import Tender
from app.domain.tickets import Booking, BookingStatus
from ui.box_office.payment_panel import TENDERS
from ui.i18n import listed, moment, money, tr
from ui.widgets.buttons import Button
from ui.widgets.frames import Label

_CANCEL = QKeySequence.StandardKey.Cancel


class SoldCard(QWidget):
    """What became of the basket. `undo_asked` begins the way back, `undone` goes it, `kept` does not."""

    tickets_asked = Signal(object)
    receipt_asked = Signal(object)
    done = Signal()
    undo_asked = Signal()
    undone = Signal()
    kept = Signal()

    def __init__(self, *, own: bool) -> None:
        super().__init__()
        self._booking: Booking | None = None
        self._number = Label("", "muted")
        self._change_of = Label(tr("Change"), "lead")
        self._change = Label("", "total")
        self._facts = Label("", "text", wrap=True)
        self.show_tickets = Button(tr("Tickets"), icon="ticket", key="F11")
        self.receipt = Button(tr("Receipt"), icon="receipt")
        self.receipt.setToolTip(
            tr("All that was bought, with the codes of gift vouchers (Shift+F11)")
        )
        self.undo = Button(tr("Undo this sale"), look="quiet", icon="undo", key="Ctrl+Z")
        further = tr("Book something else") if own else tr("Next customer")
        self.next = Button(further, look="primary", height="pay", key="F12")
        self._sure = Label("", "lead", wrap=True)
        self.yes = Button(tr("Undo it"), look="danger", height="pay", key="Enter")
        self.no = Button(tr("Leave it sold"), key="Esc")
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._sold_page())
        self._stack.addWidget(self._sure_page())
        self.show_tickets.clicked.connect(self._on_tickets)
        self.receipt.clicked.connect(self._on_receipt)
        self.next.clicked.connect(self.done)
        self.undo.clicked.connect(self.undo_asked)
        self.yes.clicked.connect(self.undone)
        self.no.clicked.connect(self.kept)

    def _sold_page(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._number)
        column.addStretch(1)
        column.addWidget(self._change_of)
        column.addWidget(self._change)
        column.addWidget(self._facts)
        column.addStretch(2)
        column.addWidget(self.undo)
        papers = QHBoxLayout()
        papers.setSpacing(8)
        papers.addWidget(self.show_tickets, 1)
        papers.addWidget(self.receipt, 1)
        column.addLayout(papers)
        column.addWidget(self.next)
        return page

    def _sure_page(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addStretch(1)
        column.addWidget(self._sure)
        column.addStretch(1)
        column.addWidget(self.no)
        column.addWidget(self.yes)
        return page

    def show_booking(self, booking: Booking, *, may_undo: bool, undoing: bool) -> None:
        """Show what was sold; `undoing`: whether the next key takes it back."""
        self._booking = booking
        self.undo.setVisible(may_undo)
        asked = self._stack.currentIndex() == 1
        self._stack.setCurrentIndex(1 if undoing else 0)
        if undoing:
            self._sure.setText(_sure_words(booking))
            if not asked:
                self.yes.setFocus()
            return
        self._number.setText(tr("Booking {number}", number=booking.number))
        self.show_tickets.setVisible(booking.status is BookingStatus.PAID and bool(booking.tickets))
        self.receipt.setVisible(booking.status is BookingStatus.PAID)
        if booking.status is BookingStatus.RESERVED and booking.expires_at is not None:
            self._show_reserved(booking)
            return
        cash = all(payment.tender is Tender.CASH for payment in booking.payments)
        self._change_of.setText(tr("Change") if cash or booking.change else tr("Paid"))
        self._change.setText(money(booking.change if cash or booking.change else booking.total))
        seats = ", ".join(ticket.seat for ticket in booking.tickets)
        self._facts.setText(f"{_paid(booking)} {seats}".strip())

    def _show_reserved(self, booking: Booking) -> None:
        until = booking.expires_at
        self._change_of.setText(
            tr("Reserved until {when}", when=moment(until) if until is not None else "")
        )
        self._change.setText(money(booking.due))
        seats = ", ".join(ticket.seat for ticket in booking.tickets)
        self._facts.setText(tr("To be paid for {seats}.", seats=seats))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc thinks better of it."""
        if event.matches(_CANCEL) and self._stack.currentIndex() == 1:
            self.kept.emit()
        else:
            super().keyPressEvent(event)

    def _on_tickets(self) -> None:
        self.tickets_asked.emit(self._booking)

    def _on_receipt(self) -> None:
        self.receipt_asked.emit(self._booking)


def _sure_words(booking: Booking) -> str:
    return tr(
        "Undo booking {number}? {parts} goes back, the tickets are void and their places come back "
        "into the basket.",
        number=booking.number,
        parts=listed(_parts(booking)) if booking.payments else money(booking.total),
    )


def _parts(booking: Booking) -> tuple[str, ...]:
    names = {tender: tr(name).lower() for tender, name, _ in TENDERS}
    return tuple(f"{money(each.amount)} {names[each.tender]}" for each in booking.payments)


def _paid(booking: Booking) -> str:
    """How it was paid, in one sentence."""
    if not booking.payments:
        return ""
    if all(payment.tender is Tender.CASH for payment in booking.payments):
        total, given = money(booking.total), money(booking.given)
        return tr("{total} paid with {given}.", total=total, given=given)
    return tr("Paid: {parts}.", parts=listed(_parts(booking)))
