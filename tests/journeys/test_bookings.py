"""A booking after the sale, by mouse and keyboard: found, cancelled in part, given back, checked in."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtWidgets import QApplication, QDialog

from app.domain.customers import Contact
from app.domain.payments import Tender
from app.domain.tickets import TicketStatus
from tests.builders import Clock, Theatre, plan, theatre
from ui import theme
from ui.application import Houselights
from ui.bookings.cancel_dialog import CancelDialog
from ui.bookings.page import CANCEL
from ui.bookings.pay_dialog import PayDialog
from ui.bookings.view import BookingsView
from ui.tasks import ImmediateTasks
from ui.widgets.frames import Label, LineLabel
from ui.widgets.refund_dialog import RefundDialog

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def house(sqlite_url: str) -> Iterator[Theatre]:
    made = theatre(sqlite_url, clock=Clock(), house=plan())
    yield made
    made.services.close()


@pytest.fixture
def desk(house: Theatre, qtbot) -> Iterator["Desk"]:
    theme.apply(QApplication.instance(), theme.load("light"))
    made = Desk(house, qtbot)
    yield made
    made.end()


class Desk:
    """The bookings screen of a signed-in cashier, with one booking of three seats."""

    def __init__(self, house: Theatre, qtbot) -> None:
        self.house, self.qtbot = house, qtbot
        ada = house.services.customers.add(Contact("Ada <b>Byron</b>"), by=house.cashier)
        self.booking = house.services.tickets.sell(
            house.order("A-1", "A-2", "A-3", customer_id=ada.id), by=house.cashier
        )
        house.services.tickets.sell(house.order("B-1"), by=house.cashier)
        self.program = Houselights(house.services, tasks=ImmediateTasks())
        self.window = self.program.window_for(house.cashier)
        self.window.resize(1400, 900)
        self.window.show()
        self.window.go("bookings")
        (self.view,) = self.window.findChildren(BookingsView)
        self.settle()

    def settle(self) -> None:
        for _ in range(5):
            QApplication.processEvents()

    def click(self, widget) -> None:
        self.qtbot.mouseClick(widget, LEFT)
        self.settle()

    def click_row(self, table, row: int) -> None:
        place = table.visualRect(table.model().index(row, 0)).center()
        self.qtbot.mouseClick(table.viewport(), LEFT, pos=place)
        self.settle()

    def shown(self, widget: QObject) -> str:
        labels = [*widget.findChildren(Label), *widget.findChildren(LineLabel)]
        return "\n".join(label.text() for label in labels if label.isVisibleTo(widget))

    def dialog(self, kind: type[QDialog]):
        self.settle()
        (found,) = [d for d in self.window.findChildren(kind) if d.isVisible()]
        return found

    def stored(self):
        return self.house.services.bookings.booking(self.booking.id, by=self.house.cashier)

    def end(self) -> None:
        self.window.close()
        self.window.deleteLater()
        self.program.deleteLater()
        self.settle()


def test_a_booking_is_found_by_any_part_of_its_customer(desk: Desk):
    assert desk.view.table.model().rowCount() == 2
    desk.qtbot.keyClicks(desk.view.search, "byron")
    desk.qtbot.waitUntil(lambda: desk.view.table.model().rowCount() == 1)
    desk.click_row(desk.view.table, 0)
    shown = desk.shown(desk.view.page)
    assert desk.booking.number in shown
    assert "The Winter Garden" in shown


def test_two_tickets_are_cancelled_and_their_money_given_back(desk: Desk):
    desk.view.show_item(desk.booking.id)
    desk.settle()
    desk.view.page.more.choose(CANCEL)
    dialog = desk.dialog(CancelDialog)
    kept = desk.booking.tickets[2].id
    box = dialog.boxes[kept]
    desk.qtbot.mouseClick(box, LEFT, pos=QPoint(8, box.height() // 2))
    desk.qtbot.keyClicks(dialog.reason.edit, "ill")
    desk.click(dialog.go)
    states = [ticket.status for ticket in desk.stored().tickets]
    assert states == [TicketStatus.CANCELLED, TicketStatus.CANCELLED, TicketStatus.VALID]
    assert "To give back" in desk.shown(desk.view.page)
    refund = desk.dialog(RefundDialog)
    desk.click(refund.give)
    assert desk.stored().refunded == desk.house.euros(80)
    shown = desk.shown(desk.view.page)
    assert "Given back, Cash" in shown
    assert "To give back" not in shown
    desk.house.services.payments.check(by=desk.house.admin)


def test_return_alone_cancels_nothing(desk: Desk):
    desk.view.show_item(desk.booking.id)
    desk.settle()
    desk.view.page.more.choose(CANCEL)
    dialog = desk.dialog(CancelDialog)
    desk.qtbot.keyClick(dialog.focusWidget() or dialog, Qt.Key.Key_Return)
    desk.settle()
    assert all(ticket.status is TicketStatus.VALID for ticket in desk.stored().tickets)


def test_a_ticket_has_a_page_and_is_checked_in_once(desk: Desk):
    desk.click_row(desk.view.table, 1)
    desk.view.page.ticket_asked.emit(desk.booking.tickets[0].id)
    desk.settle()
    panel = desk.view.ticket_page
    assert "Seat A-1" in desk.shown(panel)
    desk.click(panel.check_in)
    assert "Admitted" in desk.shown(panel)
    desk.click(panel.check_in)
    assert "Refused: already in" in desk.shown(panel)
    desk.click(panel.booking)
    assert desk.booking.number in desk.shown(desk.view.page)


def test_a_filter_that_fits_nothing_says_how_to_get_out(desk: Desk):
    desk.qtbot.keyClicks(desk.view.search, "nobody at all")
    desk.qtbot.waitUntil(lambda: "Nothing found" in desk.shown(desk.view))
    desk.view.clear.click()
    desk.settle()
    assert desk.view.table.model().rowCount() == 2
    assert desk.view.search.text() == ""


def test_each_list_shows_its_own_search(desk: Desk):
    view = desk.view
    desk.qtbot.keyClicks(view.search, "byron")
    desk.qtbot.waitUntil(lambda: view.table.model().rowCount() == 1)
    view.show_item(desk.booking.id)
    view.page.ticket_asked.emit(desk.booking.tickets[0].id)
    desk.settle()
    assert view.search.text() == ""
    assert view.ticket_table.model().rowCount() == 4
    view.show_item(desk.booking.id)
    desk.settle()
    assert view.search.text() == "byron"
    assert view.table.model().rowCount() == 1


def test_a_reservation_is_paid_with_what_the_customer_has(desk: Desk):
    house = desk.house
    until = house.clock.now + timedelta(days=1)
    reserved = house.services.tickets.reserve(
        house.order("B-2", "B-3"), until=until, by=house.cashier
    )
    desk.view.show_item(reserved.id)
    desk.settle()
    assert "Reserved until" in desk.shown(desk.view.page)
    desk.click(desk.view.page.pay)
    dialog = desk.dialog(PayDialog)
    desk.qtbot.keyClicks(dialog.given.edit, "50")
    desk.click(dialog.take)
    assert "That is less than" in dialog.given.problem()
    dialog.tender.choose("slip")
    dialog.tender.chosen.emit("slip")
    desk.click(dialog.take)
    assert dialog.reference.problem()
    desk.qtbot.keyClicks(dialog.reference.edit, "4711")
    desk.click(dialog.take)
    paid = house.services.bookings.booking(reserved.id, by=house.cashier)
    assert [(p.tender, p.transaction_id) for p in paid.payments] == [(Tender.SLIP, "4711")]
    assert "Card slip given" in desk.shown(desk.view.page)
    house.services.payments.check(by=house.admin)
