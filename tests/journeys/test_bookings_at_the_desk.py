"""What happens to bookings at the desk, by mouse and keys: undone, called something, laid down,
printed again, issued anew, handed out, picked up."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtWidgets import QApplication, QDialog

from app.domain.bookings import ScanResult
from app.domain.customers import Contact
from app.domain.errors import VoidRefused
from app.domain.goods import ProductEntry
from app.domain.payments import Tender, Tendered
from app.domain.tickets import Booking, BookingStatus, Goods, TicketStatus
from app.domain.values import Money
from tests.builders import Clock, Theatre, plan, theatre
from ui import theme
from ui.application import Houselights
from ui.bookings.again_dialog import AgainDialog
from ui.bookings.cancel_dialog import CancelDialog
from ui.bookings.edit_dialog import EditDialog
from ui.bookings.page import DEPOSIT
from ui.bookings.pay_dialog import PayDialog
from ui.bookings.state import PICK_UPS, TICKETS
from ui.bookings.view import BookingsView
from ui.tasks import ImmediateTasks
from ui.widgets.ask import Ask
from ui.widgets.frames import Label, LineLabel
from ui.widgets.refund_dialog import RefundDialog
from ui.widgets.ticket_preview import TicketPreview

LEFT = Qt.MouseButton.LeftButton
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def house(sqlite_url: str) -> Iterator[Theatre]:
    made = theatre(sqlite_url, clock=Clock(), house=plan())
    yield made
    made.services.close()


class Desk:
    """The bookings screen of a signed-in cashier."""

    def __init__(self, house: Theatre, qtbot) -> None:
        self.house, self.qtbot, self.services = house, qtbot, house.services
        self.program = Houselights(house.services, tasks=ImmediateTasks())
        self.window = self.program.window_for(house.cashier)
        self.window.resize(1400, 900)
        self.window.show()
        self.window.activateWindow()
        qtbot.waitUntil(lambda: QApplication.activeWindow() is self.window)
        self.window.go("bookings")
        (self.view,) = self.window.findChildren(BookingsView)
        self.page = self.view.page
        self.settle()

    def settle(self) -> None:
        for _ in range(5):
            QApplication.processEvents()

    def click(self, widget) -> None:
        self.qtbot.mouseClick(widget, LEFT)
        self.settle()

    def tick(self, box) -> None:
        self.qtbot.mouseClick(box, LEFT, pos=QPoint(8, box.height() // 2))
        self.settle()

    def key(self, key: Qt.Key, modifier=CTRL) -> None:
        self.window.activateWindow()  # a dialog that closed leaves it so on a real screen
        self.qtbot.waitUntil(lambda: QApplication.activeWindow() is self.window)
        self.qtbot.keyClick(QApplication.focusWidget() or self.window, key, modifier)
        self.settle()

    def write(self, field, text: str) -> None:
        field.edit.clear()
        self.qtbot.keyClicks(field.edit, text)
        self.settle()

    def shown(self, widget: QObject) -> str:
        labels = [*widget.findChildren(Label), *widget.findChildren(LineLabel)]
        return "\n".join(label.text() for label in labels if label.isVisibleTo(widget))

    def dialog(self, kind: type[QDialog]):
        self.settle()
        (found,) = [d for d in self.window.findChildren(kind) if d.isVisible()]
        return found

    def no_dialog(self) -> bool:
        self.settle()
        return not [d for d in self.window.findChildren(QDialog) if d.isVisible()]

    def sold(self, *labels: str, **changes) -> Booking:
        return self.services.tickets.sell(
            self.house.order(*labels, **changes), by=self.house.cashier
        )

    def reserved(self, *labels: str, deposit: float = 0, **changes) -> Booking:
        return self.services.tickets.reserve(
            self.house.order(*labels, **changes),
            until=self.house.clock.now + timedelta(days=1),
            deposit=self.house.euros(deposit) if deposit else None,
            by=self.house.cashier,
        )

    def open(self, booking: Booking) -> None:
        self.view.show_item(booking.id)
        self.settle()

    def stored(self, booking: Booking) -> Booking:
        return self.services.bookings.booking(booking.id, by=self.house.cashier)

    def check(self) -> None:
        self.services.payments.check(by=self.house.admin)

    def end(self) -> None:
        self.window.close()
        self.window.deleteLater()
        self.program.deleteLater()
        self.settle()


@pytest.fixture
def desk(house: Theatre, qtbot) -> Iterator[Desk]:
    theme.apply(QApplication.instance(), theme.load("light"))
    made = Desk(house, qtbot)
    yield made
    made.end()


# -- undone ---------------------------------------------------------------------------------------


def test_a_sale_is_undone_with_two_keys(desk: Desk):
    booking = desk.sold("A-1", "A-2")
    desk.open(booking)
    desk.key(Qt.Key.Key_Z)
    ask = desk.dialog(Ask)
    assert "€80.00 goes back: Cash." in ask.sentence.text()
    assert ask.focusWidget() is ask.no  # Return alone undoes nothing
    desk.click(ask.yes)
    after = desk.stored(booking)
    assert (after.status, after.refunded) == (BookingStatus.CANCELLED, desk.house.euros(80))
    shown = desk.shown(desk.page)
    assert "Sale undone: A-1 and A-2; €80.00 given back" in shown
    assert desk.page.undo.isHidden()
    desk.check()


def test_what_cannot_be_undone_any_more_does_not_offer_it(desk: Desk):
    booking = desk.sold("A-1")
    desk.open(booking)
    assert not desk.page.undo.isHidden()
    desk.house.clock.pass_by(minutes=16)
    desk.click(desk.page.undo)  # shown since before: the service says why not
    desk.click(desk.dialog(Ask).yes)
    assert "older than 15 minutes" in desk.view.notice.text()
    assert desk.stored(booking).status is BookingStatus.PAID
    other = desk.sold("A-2")
    desk.open(other)
    desk.house.clock.pass_by(minutes=16)
    desk.open(booking)
    assert desk.page.undo.isHidden()
    with pytest.raises(VoidRefused):
        desk.services.bookings.void(other.id, key="k", by=desk.house.cashier)


# -- name, customer, notes ---------------------------------------------------------------------------


def test_a_group_gets_its_name_its_contact_its_deadline_and_its_people(desk: Desk):
    gray = desk.services.customers.add(
        Contact("Ms Gray", "gray@example.org"), by=desk.house.cashier
    )
    booking = desk.reserved("A-1", "A-2", "A-3")
    desk.open(booking)
    desk.key(Qt.Key.Key_F2, Qt.KeyboardModifier.NoModifier)
    dialog = desk.dialog(EditDialog)
    desk.write(dialog.name, "Class 7b")
    dialog.contact.edit.setFocus()
    desk.qtbot.keyClicks(dialog.contact.edit, "gray")
    desk.qtbot.waitUntil(dialog.contact.list.isVisible)
    desk.qtbot.keyClick(dialog.contact.edit, Qt.Key.Key_Return)
    assert dialog.contact.text() == "Ms Gray"
    dialog.notes.area.setFocus()
    desk.qtbot.keyClicks(dialog.notes.area, "One wheelchair")
    desk.write(dialog.day, "26.11.2026")
    desk.write(dialog.clock, "18:00")
    dialog.names.area.setFocus()
    QApplication.clipboard().setText("1. Ada Byron\n2. Bo Ek\n")
    dialog.names.area.paste()
    assert dialog.count.text() == "2 names for 3 tickets"
    desk.click(dialog.save)
    assert desk.no_dialog()
    after = desk.stored(booking)
    assert (after.name, after.customer_id, after.notes) == ("Class 7b", gray.id, "One wheelchair")
    assert [ticket.attendee for ticket in after.tickets] == ["Ada Byron", "Bo Ek", ""]
    assert after.expires_at.astimezone().strftime("%d %H:%M") == "26 18:00"
    shown = desk.shown(desk.page)
    for words in ("Class 7b", "One wheelchair", "Ada Byron", "Name: Class 7b", "Customer: Ms Gray"):
        assert words in shown
    desk.qtbot.keyClicks(desk.view.search, "byron")
    desk.qtbot.waitUntil(lambda: desk.view.table.model().rowCount() == 1)


def test_who_types_somebody_nobody_knows_is_asked_to_choose(desk: Desk):
    booking = desk.sold("A-1")
    desk.open(booking)
    desk.click(desk.page.edit)
    dialog = desk.dialog(EditDialog)
    desk.write(dialog.contact, "Nobody Known")
    desk.click(dialog.save)
    assert "Choose a customer" in dialog.contact.problem()
    assert dialog.isVisible()


def test_two_who_write_on_a_booking_at_once_lose_nothing(desk: Desk):
    booking = desk.sold("A-1")
    desk.open(booking)
    desk.click(desk.page.edit)
    dialog = desk.dialog(EditDialog)
    desk.write(dialog.name, "Ours")
    desk.services.booking_details.rename(
        booking.id, name="Theirs", version=desk.stored(booking).version, by=desk.house.admin
    )
    desk.click(dialog.save)
    assert "it is called Theirs now" in dialog.notice.text()
    assert dialog.name.text() == "Ours"
    desk.click(dialog.save)
    assert desk.no_dialog()
    assert desk.stored(booking).name == "Ours"


def test_more_names_than_tickets_are_refused_beside_the_list(desk: Desk):
    desk.open(desk.sold("A-1"))
    desk.click(desk.page.edit)
    dialog = desk.dialog(EditDialog)
    dialog.names.area.setPlainText("Ada\nBo")
    desk.click(dialog.save)
    assert dialog.names.problem() == "These are more names than there are tickets."


# -- money ----------------------------------------------------------------------------------------


def test_a_deposit_is_laid_down_and_the_rest_is_taken(desk: Desk):
    booking = desk.reserved("A-1", "A-2")
    desk.open(booking)
    desk.page.more.choose(DEPOSIT)
    dialog = desk.dialog(PayDialog)
    desk.write(dialog.part, "90")
    assert not dialog.take.isEnabled()
    desk.write(dialog.part, "30")
    desk.write(dialog.given, "50")
    assert dialog.change.text() == "Change €20.00"
    desk.click(dialog.take)
    laid = desk.stored(booking)
    assert (laid.deposit, laid.due) == (desk.house.euros(30), desk.house.euros(50))
    shown = desk.shown(desk.page)
    assert "€30.00 deposit taken" in shown
    assert "Still to pay" in shown
    desk.key(Qt.Key.Key_T)
    rest = desk.dialog(PayDialog)
    assert "€30.00 was taken as a deposit." in desk.shown(rest)
    desk.click(rest.take)
    assert desk.stored(booking).status is BookingStatus.PAID
    desk.check()


def test_a_deposit_that_is_left_over_is_shown_and_given_back(desk: Desk):
    booking = desk.reserved("A-1", "A-2", deposit=50)
    desk.open(booking)
    desk.key(Qt.Key.Key_D)
    dialog = desk.dialog(CancelDialog)
    desk.tick(dialog.boxes[booking.tickets[1].id])  # it stays
    assert "€40.00 stays held" in dialog.result_line.text()
    desk.click(dialog.go)
    proposal = desk.dialog(RefundDialog)
    proposal.reject()
    desk.settle()
    assert desk.page.refund.text() == "Give €40.00 back"
    desk.key(Qt.Key.Key_M)
    refund = desk.dialog(RefundDialog)
    desk.write(refund.reason, "fewer people")
    desk.click(refund.give)
    after = desk.stored(booking)
    assert (after.refunded, after.due) == (desk.house.euros(40), desk.house.euros(30))
    assert desk.page.refund.isHidden()
    desk.check()


def test_one_ticket_is_cancelled_from_its_own_page(desk: Desk):
    booking = desk.sold("A-1", "A-2")
    desk.view.show_mode(TICKETS)
    desk.view.bookings.open_ticket(booking.tickets[1].id)
    desk.settle()
    desk.click(desk.view.ticket_page.cancel)
    dialog = desk.dialog(CancelDialog)
    assert dialog.chosen() == (booking.tickets[1].id,)
    desk.click(dialog.go)
    desk.dialog(RefundDialog).reject()
    states = [ticket.status for ticket in desk.stored(booking).tickets]
    assert states == [TicketStatus.VALID, TicketStatus.CANCELLED]
    assert "To give back" in desk.shown(desk.page)


# -- on paper ---------------------------------------------------------------------------------------


def test_the_first_print_needs_no_reason_and_the_second_does(desk: Desk, tmp_path: Path):
    booking = desk.sold("A-1")
    desk.open(booking)
    desk.key(Qt.Key.Key_P)
    preview = desk.dialog(TicketPreview)
    preview._choose_file = lambda *_: str(tmp_path / "first.pdf")
    preview._save_tickets()
    preview.reject()
    desk.settle()
    assert desk.page.tickets.text() == "Print again …"
    desk.key(Qt.Key.Key_P)
    dialog = desk.dialog(AgainDialog)
    desk.click(dialog.go)
    assert dialog.reason.problem() == "Please say why."
    desk.write(dialog.reason, "paper jam")
    desk.click(dialog.go)
    again = desk.dialog(TicketPreview)
    again._choose_file = lambda *_: str(tmp_path / "second.pdf")
    again._save_tickets()
    again.reject()
    desk.settle()
    assert "Printed again. Reason: paper jam" in desk.shown(desk.page)
    assert desk.stored(booking).tickets[0].code == booking.tickets[0].code


def test_a_stolen_ticket_is_issued_anew_and_the_old_code_is_dead(desk: Desk):
    booking = desk.sold("A-1", "A-2")
    desk.services.bookings.printed(booking.id, by=desk.house.cashier)
    desk.open(booking)
    desk.click(desk.page.tickets)
    dialog = desk.dialog(AgainDialog)
    dialog.how.choose("new")
    dialog.how.chosen.emit("new")
    desk.tick(dialog.boxes[booking.tickets[1].id])
    desk.write(dialog.reason, "stolen")
    desk.click(dialog.go)
    after = desk.stored(booking)
    assert after.tickets[0].code != booking.tickets[0].code
    assert after.tickets[1].code == booking.tickets[1].code
    scan = desk.services.bookings.check_in
    assert scan(booking.tickets[0].code, by=desk.house.cashier)[0] is ScanResult.NOT_VALID
    assert "Issued anew, the old codes are dead: A-1. Reason: stolen" in desk.shown(desk.page)
    assert desk.page.tickets.text() == "Tickets"  # owed on paper again


def test_a_tickets_page_names_who_comes_and_gives_a_new_code(desk: Desk):
    booking = desk.sold("A-1")
    ticket = booking.tickets[0]
    desk.open(booking)
    desk.page.ticket_asked.emit(ticket.id)
    desk.settle()
    panel = desk.view.ticket_page
    desk.click(panel.name)
    ask = desk.dialog(Ask)
    desk.write(ask.field, "Zoe Ek")
    desk.click(ask.yes)
    assert "Zoe Ek" in desk.shown(panel)
    desk.click(panel.reissue)
    ask = desk.dialog(Ask)
    desk.write(ask.field, "lost")
    desk.click(ask.yes)
    new = desk.stored(booking).tickets[0].code
    assert new != ticket.code
    assert new[:4] in desk.shown(panel)
    scan = desk.services.bookings.check_in
    assert scan(ticket.code, by=desk.house.cashier)[0] is ScanResult.NOT_VALID
    desk.click(panel.check_in)
    assert "Admitted" in desk.shown(panel)
    assert "Refused: not valid" in desk.shown(panel)


# -- the pick-up list ---------------------------------------------------------------------------------


def come(desk: Desk) -> list[str]:
    return [line.who for line in desk.view.pick_ups.shown()]


def test_the_desk_hands_out_and_takes_money_with_one_key_each(desk: Desk):
    desk.sold("A-1", name="Ada")
    owing = desk.reserved("A-2", name="Bo")
    desk.sold("A-3", name="Cy")
    desk.view.show_mode(PICK_UPS)
    starts = desk.house.performance.starts_at
    desk.view.bookings.narrow(since=starts - timedelta(hours=20), until=starts + timedelta(hours=4))
    desk.settle()
    assert come(desk) == ["Ada", "Bo", "Cy"]
    assert "3 bookings, 1 to be paid" in desk.shown(desk.view.pick_ups)
    desk.view.pick_ups.table.setFocus()
    desk.view.pick_ups.table.choose(0)
    desk.settle()
    desk.key(Qt.Key.Key_H)
    assert come(desk) == ["Bo", "Cy"]
    assert desk.view.bookings.state.opened.booking.id == owing.id  # the next one follows
    desk.key(Qt.Key.Key_H)  # not paid: nothing is handed out
    assert come(desk) == ["Bo", "Cy"]
    desk.key(Qt.Key.Key_T)
    desk.click(desk.dialog(PayDialog).take)
    assert desk.stored(owing).status is BookingStatus.PAID
    assert [line.paid for line in desk.view.pick_ups.shown()] == [True, True]
    desk.key(Qt.Key.Key_H)
    assert come(desk) == ["Cy"]
    desk.qtbot.keyClicks(desk.view.search, "nobody")
    desk.qtbot.waitUntil(lambda: come(desk) == [])
    desk.view.search.clear()
    desk.qtbot.waitUntil(lambda: come(desk) == ["Cy"])


def test_the_list_is_printed_or_kept_as_a_pdf_where_there_is_no_printer(desk: Desk, tmp_path: Path):
    for n in range(1, 11):
        desk.sold(f"A-{n}", name=f"Guest {n}")
    for n in range(1, 11):
        desk.reserved(f"B-{n}", name=f"Late {n}")
    page = desk.view.pick_ups
    page.printers = list
    page.choose_file = lambda *_: str(tmp_path / "list.pdf")
    desk.view.show_mode(PICK_UPS)
    starts = desk.house.performance.starts_at
    desk.view.bookings.narrow(since=starts - timedelta(days=1), until=starts + timedelta(days=1))
    desk.settle()
    desk.click(page.print)
    written = (tmp_path / "list.pdf").read_bytes()
    assert written.startswith(b"%PDF")
    assert len(written) > 5_000


def test_to_pick_up_and_deposits_are_filters_of_the_list(desk: Desk):
    paid = desk.sold("A-1")
    laid = desk.reserved("A-2", "A-3", deposit=10)
    desk.reserved("A-4")

    def listed(key: str) -> list[str]:
        desk.view.status.choose(key)
        desk.view.status.chosen.emit(key)
        desk.settle()
        model = desk.view.table.model()
        return [model.value_at(row).id for row in range(model.rowCount())]

    assert listed("to_pick_up") == [paid.id]
    assert listed("deposit") == [laid.id]
    assert len(listed("reserved")) == 2
    assert len(listed("")) == 3


def test_every_way_in_is_in_the_tab_order(desk: Desk):
    desk.open(desk.sold("A-1"))
    wanted = {desk.page.undo, desk.page.tickets, desk.page.hand_out, desk.page.exchange}
    wanted |= {desk.page.cancel, desk.page.more, desk.page.edit}
    reached, at = set(), desk.window
    for _ in range(4_000):  # longer than the chain
        at = at.nextInFocusChain()
        if at.focusPolicy() & Qt.FocusPolicy.TabFocus and at.isVisible():
            reached.add(at)
    assert wanted <= reached


def test_the_bookings_money_reads_as_it_stands(desk: Desk):
    tenders = (Tendered(Tender.SLIP, Money(3000, "EUR"), "4711"), Tendered(Tender.CASH))
    booking = desk.sold("A-1", tenders=tenders)
    desk.open(booking)
    shown = desk.shown(desk.page)
    for words in ("Card slip given", "Cash given", "of which tax", "€40.00"):
        assert words in shown


def test_goods_go_back_with_their_money_and_a_voucher_only_by_choice(desk: Desk):
    services = desk.services
    booklet = services.goods.add(
        ProductEntry("Programme booklet", desk.house.euros(5), 700), by=desk.house.admin
    )
    booking = desk.sold("A-1", goods=(Goods(booklet.id),), vouchers=(desk.house.euros(20),))
    desk.open(booking)
    shown = desk.shown(desk.page)
    assert "Programme booklet" in shown
    assert "Gift voucher" in shown
    desk.click(desk.page.cancel)
    dialog = desk.dialog(CancelDialog)
    ticket, item, voucher = booking.tickets[0], booking.items[0], booking.vouchers[0]
    assert set(dialog.chosen()) == {ticket.id, item.id}
    desk.tick(dialog.boxes[ticket.id])
    desk.tick(dialog.boxes[voucher.id])
    assert "€25.00 stays held" in dialog.result_line.text()
    desk.click(dialog.go)
    refund = desk.dialog(RefundDialog)
    desk.write(refund.reason, "not wanted")
    desk.click(refund.give)
    after = desk.stored(booking)
    assert (after.status, after.refunded) == (BookingStatus.PAID, desk.house.euros(25))
    assert [one.status for one in after.tickets] == [TicketStatus.VALID]
    assert not after.live_items
    assert not after.live_vouchers
    desk.check()
