"""What is asked before something is done to a booking, and what is done once it is agreed."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QDialog, QWidget

from app.domain.customers import CustomerLine
from app.domain.payments import Tender, Tendered
from app.domain.tickets import BookingStatus
from app.domain.values import Money
from app.services.returns import Cancelled
from ui.bookings.again_dialog import AgainDialog
from ui.bookings.cancel_dialog import CancelDialog
from ui.bookings.edit_dialog import EditDialog
from ui.bookings.page import (
    AGAIN,
    CANCEL,
    DEPOSIT,
    EDIT,
    HAND_OUT,
    REFUND,
    RESEND,
    VOID,
    BookingPage,
)
from ui.bookings.pay_dialog import PayDialog
from ui.bookings.state import Opened, proposed, returnable
from ui.bookings.viewmodel import Bookings
from ui.i18n import listed, money, tr
from ui.widgets.ask import Ask
from ui.widgets.refund_dialog import RefundChoice, RefundDialog
from ui.widgets.tenders import tender_words


class Dialogs(QObject):
    """Belongs to the bookings screen; the dialogs stand over its window."""

    def __init__(self, bookings: Bookings, page: BookingPage, *, view: QWidget) -> None:
        super().__init__(view)
        self._bookings = bookings
        self._page = page
        self._view = view
        self._reason = ""
        self._edit: EditDialog | None = None
        self._acts: dict[str, Callable[[], None]] = {
            AGAIN: self._again,
            CANCEL: self.cancel,
            DEPOSIT: self._lay_down,
            EDIT: self.edit,
            HAND_OUT: bookings.hand_out,
            REFUND: self.refund,
            RESEND: bookings.resend,
            VOID: self.void,
        }
        bookings.cancelled.connect(self._propose_refund)
        bookings.changed.connect(self._show_edit)
        bookings.kept.connect(self._close_edit)
        bookings.found.connect(self._offer_customers)

    def ask(self, act: str) -> None:
        """Begin an act on the booking that is open."""
        if self._bookings.state.opened is not None and act in self._acts:
            self._acts[act]()

    def _open(self, dialog: QDialog) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _opened(self) -> Opened | None:
        return self._bookings.state.opened

    # -- taking back ---------------------------------------------------------------------------

    def cancel(self, *ticket_ids: str) -> None:
        """Ask which tickets of the open booking go; with ids only these are ticked."""
        opened = self._opened()
        if opened is None or not opened.booking.lives:
            return
        dialog = CancelDialog(
            opened.booking, held=opened.held, chosen=ticket_ids, parent=self._view.window()
        )
        dialog.agreed.connect(self._cancel)
        self._open(dialog)

    def _cancel(self, ids: tuple[str, ...], reason: str) -> None:
        self._reason = reason
        self._bookings.cancel(ids, reason=reason)

    def _propose_refund(self, cancelled: Cancelled) -> None:
        """What was just cancelled could go back now, or later."""
        opened = self._opened()
        if opened is not None and opened.booking.id == cancelled.booking.id:
            wanted: dict[str, Money] = {}
            for one in cancelled.held:
                wanted[one.ticket_id] = wanted.get(one.ticket_id, one.amount * 0) + one.amount
            choice = RefundChoice(cancelled.booking, cancelled.held, wanted)
            self._ask_refund(choice, reason=self._reason)

    def refund(self) -> None:
        """Ask how much goes back; what waits is proposed."""
        opened = self._opened()
        if opened is not None and returnable(opened):
            self._ask_refund(RefundChoice(opened.booking, returnable(opened), proposed(opened)))

    def _ask_refund(self, choice: RefundChoice, *, reason: str = "") -> None:
        self._bookings.forget_refund()
        dialog = RefundDialog(choice, parent=self._view.window())
        dialog.reason.set_text(reason)
        dialog.agreed.connect(self._refund)
        self._open(dialog)

    def _refund(self, wanted: dict[str, Money], reason: str, tender: Tender | None = None) -> None:
        self._bookings.refund(wanted, reason=reason, tender=tender)

    def void(self) -> None:
        """Ask once before a sale is undone."""
        opened = self._opened()
        if opened is None or not opened.may_void:
            return
        booking = opened.booking
        ways = dict.fromkeys(tender_words(payment.tender) for payment in booking.payments)
        back = tr("Nothing was paid.")
        if booking.payments:
            back = tr(
                "{amount} goes back: {tenders}.",
                amount=money(booking.paid),
                tenders=listed(tuple(ways)),
            )
        sentence = tr(
            "The whole booking is cancelled and its places are free again. {back} Take the tickets back if"
            " they were printed.",
            back=back,
        )
        ask = Ask(
            tr("Undo sale {number}?", number=booking.number),
            sentence,
            action=tr("Undo the sale"),
            stay=tr("Leave it"),
            parent=self._view.window(),
        )
        ask.agreed.connect(self._void)
        ask.open()

    def _void(self, _line: str) -> None:
        self._bookings.void()

    # -- taking money --------------------------------------------------------------------------

    def take_payment(self) -> None:
        """Take what is due for the open reservation."""
        self._ask_money(deposit=False)

    def _lay_down(self) -> None:
        self._ask_money(deposit=True)

    def _ask_money(self, *, deposit: bool) -> None:
        opened = self._opened()
        if opened is None or opened.booking.status is not BookingStatus.RESERVED:
            return
        dialog = PayDialog(
            opened.booking, card=self._bookings.card, deposit=deposit, parent=self._view.window()
        )
        dialog.agreed.connect(self._take)
        self._open(dialog)

    def _take(self, tendered: Tendered, amount: Money) -> None:
        opened = self._opened()
        if opened is None:
            return
        if amount < opened.booking.due:
            self._bookings.lay_down(amount, tendered)
        else:
            self._bookings.pay(tendered)

    # -- on paper ------------------------------------------------------------------------------

    def _again(self) -> None:
        opened = self._opened()
        if opened is None:
            return
        dialog = AgainDialog(opened.booking, parent=self._view.window())
        dialog.print_agreed.connect(self._page.preview)
        dialog.reissue_agreed.connect(self._reissue)
        self._open(dialog)

    def _reissue(self, ticket_ids: tuple[str, ...], reason: str) -> None:
        self._bookings.reissue(ticket_ids, reason=reason)

    # -- one ticket ----------------------------------------------------------------------------

    def reissue_ticket(self) -> None:
        """A new code for the ticket that is open."""
        page = self._bookings.state.ticket
        if page is None:
            return
        ask = Ask(
            tr("Issue the ticket for {seat} anew?", seat=page.line.seat),
            tr(
                "Its code opens no door any more, on paper or in an e-mail. The new one is to be printed, and"
                " the customer is sent it."
            ),
            action=tr("Issue anew"),
            stay=tr("Leave it"),
            line=tr("Reason"),
            parent=self._view.window(),
        )
        ask.agreed.connect(self._reissue_ticket)
        ask.open()

    def _reissue_ticket(self, reason: str) -> None:
        self._bookings.reissue_ticket(reason=reason)

    def name_ticket(self) -> None:
        """Who comes on the ticket that is open."""
        page = self._bookings.state.ticket
        if page is None:
            return
        ask = Ask(
            tr("Who comes on {seat}?", seat=page.line.seat),
            tr("The name stands in the booking and is found by the search."),
            action=tr("Save"),
            look="primary",
            stay=tr("Cancel"),
            line=tr("Name"),
            value=page.ticket.attendee,
            parent=self._view.window(),
        )
        ask.agreed.connect(self._bookings.call_attendee)
        ask.open()

    # -- what is written on it -----------------------------------------------------------------

    def edit(self) -> None:
        """The form of the open booking."""
        opened = self._opened()
        if opened is None or self._edit is not None:
            return
        dialog = EditDialog(opened.booking, parent=self._view.window())
        dialog.agreed.connect(self._bookings.keep)
        dialog.looked_for.connect(self._bookings.find_customers)
        dialog.finished.connect(self._forget_edit)
        self._edit = dialog
        self._bookings.set(problem=None, problems={})
        self._open(dialog)

    def _show_edit(self) -> None:
        if self._edit is not None:
            self._edit.show_state(self._bookings.state)

    def _offer_customers(self, lines: tuple[CustomerLine, ...]) -> None:
        if self._edit is not None:
            self._edit.contact.offer(lines)

    def _close_edit(self) -> None:
        if self._edit is not None:
            self._edit.accept()

    def _forget_edit(self, _result: int) -> None:
        self._edit = None
