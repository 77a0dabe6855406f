"""An exchange at the desk: by mouse, and with the mouse unplugged."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from app.domain.payments import Tender, Tendered
from app.domain.tickets import Booking, BookingStatus
from tests.builders import Clock, Theatre, plan, theatre
from tests.journeys.test_bookings_at_the_desk import Desk
from tests.services.exchanging import Exchanging as At
from ui import theme
from ui.bookings.page import EXCHANGE, REFUND
from ui.widgets.refund_dialog import RefundDialog

CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
NONE = Qt.KeyboardModifier.NoModifier
KEY = Qt.Key


@pytest.fixture
def house(sqlite_url: str) -> Iterator[Theatre]:
    made = theatre(sqlite_url, clock=Clock(), house=plan(standing=20))
    yield made
    made.services.close()


class Exchange(Desk):
    """A desk that exchanges."""

    def __init__(self, house: Theatre, qtbot) -> None:
        self.at = At(house)
        super().__init__(house, qtbot)

    @property
    def screen(self):
        return self.view.exchange

    @property
    def state(self):
        return self.screen.exchanging.state

    def begin(self, booking: Booking) -> None:
        self.open(booking)
        self.click(self.page.exchange)

    def seat(self, label: str) -> None:
        """A click on the map, where the seat is drawn."""
        seats = self.screen.house.map
        house_plan = self.state.hall.plan
        index = house_plan.index_of[house_plan.by_label[label]]
        self.qtbot.mouseClick(seats, Qt.MouseButton.LeftButton, pos=seats.seat_rect(index).center())
        self.settle()

    def type(self, text: str) -> None:
        self.qtbot.keyClicks(QApplication.focusWidget(), text)
        self.settle()

    def picked(self) -> list[str]:
        return [pick.seat for pick in self.state.picks]


@pytest.fixture
def desk(house: Theatre, qtbot) -> Iterator[Exchange]:
    theme.apply(QApplication.instance(), theme.load("light"))
    made = Exchange(house, qtbot)
    yield made
    made.end()


# -- by mouse ---------------------------------------------------------------------------------------


def test_two_seats_move_forward_and_the_difference_is_paid(desk: Exchange):
    booking = desk.sold("D-1", "D-2", "D-3")
    desk.begin(booking)
    assert desk.view.exchanging
    desk.tick(desk.screen.tickets.rows[booking.tickets[2].id].box)
    desk.seat("A-4")
    desk.seat("A-5")
    assert desk.picked() == ["A-4", "A-5"]
    money = desk.screen.money
    said = desk.shown(money)
    for words in ("Held for 2 tickets", "-60.00", "2 tickets instead", "80.00", "To pay", "€20.00"):
        assert words in said
    assert money.go.text() == "Take €20.00 and exchange"
    desk.write(money.paying.given, "50")
    assert "Change €30.00" in desk.shown(money)
    desk.click(money.go)
    after = desk.stored(booking)
    assert sorted(ticket.seat for ticket in after.live) == ["A-4", "A-5", "D-3"]
    assert (after.total, after.change) == (desk.house.euros(110), desk.house.euros(30))
    assert not desk.view.exchanging
    shown = desk.shown(desk.page)
    assert "Exchanged: D-1 and D-2 for A-4 and A-5" in shown
    assert "To give back" not in shown
    desk.check()


def test_a_child_on_the_same_seat_and_the_money_goes_the_way_it_came(desk: Exchange):
    tenders = (Tendered(Tender.SLIP, reference="4711"),)
    booking = desk.sold("A-1", tenders=tenders)
    desk.begin(booking)
    desk.click(desk.screen.tickets.keep)
    (row,) = desk.screen.money.taken.rows.values()
    desk.qtbot.keyClick(row.kind, KEY.Key_Down)
    desk.settle()
    money = desk.screen.money
    assert "Goes back" in desk.shown(money)
    assert "Card, by hand at its terminal (4711)" in desk.shown(money.back)
    assert money.go.text() == "Exchange, give €20.00 back"
    desk.click(money.go)
    after = desk.stored(booking)
    assert [(t.seat, t.price_type) for t in after.live] == [("A-1", "Child")]
    assert [(r.tender, r.amount) for r in after.refunds] == [(Tender.SLIP, desk.house.euros(20))]
    desk.check()


def test_going_back_leaves_everything_as_it_was(desk: Exchange):
    booking = desk.sold("A-1")
    desk.begin(booking)
    desk.seat("D-10")
    assert desk.picked() == ["D-10"]
    desk.click(desk.screen.tickets.back)
    assert not desk.view.exchanging
    house = desk.services.tickets.house(desk.at.first, by=desk.house.cashier)
    assert [claim.seat_no for claim in house.claims] == desk.house.seats("A-1")
    assert desk.stored(booking) == booking


def test_a_seat_somebody_has_is_named_and_nothing_is_paid(desk: Exchange):
    booking = desk.sold("D-1")
    desk.begin(booking)
    desk.seat("A-5")
    desk.house.clock.pass_by(minutes=11)
    desk.sold("A-5")
    desk.click(desk.screen.money.go)
    assert "A-5" in desk.screen.house.notice.text()
    assert desk.view.exchanging
    assert desk.stored(booking).paid == desk.house.euros(30)
    desk.check()


def test_a_reservation_changes_seats_without_money(desk: Exchange):
    booking = desk.reserved("A-1", "A-2")
    desk.begin(booking)
    desk.seat("D-1")
    desk.seat("D-2")
    money = desk.screen.money
    assert money.go.text() == "Exchange in the reservation"
    assert not money.paying.isVisible()
    desk.click(money.go)
    after = desk.stored(booking)
    assert (after.status, after.total) == (BookingStatus.RESERVED, desk.house.euros(60))
    desk.check()


# -- the mouse unplugged ----------------------------------------------------------------------------


def test_same_party_another_evening_with_keys_only(desk: Exchange):
    booking = desk.sold("A-1", "A-2")
    desk.open(booking)
    desk.key(KEY.Key_U)
    desk.key(KEY.Key_F3, NONE)
    desk.type("28 nov")
    desk.key(KEY.Key_Return, NONE)
    assert desk.state.hall.line.performance_id == desk.at.second
    desk.key(KEY.Key_S, ALT)
    assert desk.picked() == ["A-1", "A-2"]
    assert "Exchange fee" in desk.shown(desk.screen.money)
    desk.key(KEY.Key_Return)
    after = desk.stored(booking)
    assert {ticket.performance_id for ticket in after.live} == {desk.at.second}
    assert after.total == desk.house.euros(85)
    desk.check()


def test_one_more_for_the_booking_with_keys_only(desk: Exchange):
    booking = desk.sold("A-1")
    desk.open(booking)
    desk.key(KEY.Key_U)
    desk.key(KEY.Key_1, ALT)
    desk.key(KEY.Key_Space, NONE)
    assert desk.state.going == ()
    desk.key(KEY.Key_F6, NONE)
    assert len(desk.picked()) == 1
    assert desk.screen.money.go.text() == "Take €40.00 and add"
    desk.key(KEY.Key_Return)
    assert len(desk.stored(booking).live) == 2
    desk.check()


def test_seats_by_the_arrows_and_back_with_esc(desk: Exchange):
    booking = desk.sold("A-1")
    desk.open(booking)
    desk.key(KEY.Key_U)
    desk.key(KEY.Key_F4, NONE)
    seats = desk.screen.house.map
    assert seats.hasFocus()
    seats.set_cursor_seat(12)
    desk.key(KEY.Key_Right, NONE)
    desk.key(KEY.Key_Space, NONE)
    assert desk.picked() == ["B-4"]
    desk.key(KEY.Key_2, ALT)
    (row,) = desk.screen.money.taken.rows.values()
    assert row.kind.hasFocus()
    desk.key(KEY.Key_Escape, NONE)
    assert not desk.view.exchanging
    assert desk.stored(booking) == booking


def test_a_booking_that_is_gone_offers_no_exchange(desk: Exchange):
    booking = desk.sold("A-1")
    desk.services.bookings.cancel(booking.id, reason="", by=desk.house.cashier)
    desk.open(booking)
    assert not desk.page.offers(EXCHANGE)
    desk.key(KEY.Key_U)
    assert not desk.view.exchanging


def test_the_list_of_performances_closes_first(desk: Exchange):
    desk.begin(desk.sold("A-1"))
    desk.key(KEY.Key_F3, NONE)
    desk.type("winter")
    assert desk.screen.house.chooser.list.isVisible()
    desk.key(KEY.Key_Escape, NONE)
    assert desk.view.exchanging
    desk.key(KEY.Key_Escape, NONE)
    assert not desk.view.exchanging


def test_the_seats_say_what_a_click_does(desk: Exchange):
    booking = desk.sold("A-1", "A-2")
    desk.begin(booking)
    desk.tick(desk.screen.tickets.rows[booking.tickets[1].id].box)
    desk.seat("B-1")
    house_plan = desk.state.hall.plan
    said = {
        label: desk.screen.house.map.said_of(house_plan.index_of[house_plan.by_label[label]])[1]
        for label in ("A-1", "A-2", "B-1", "C-1")
    }
    assert said["A-1"].startswith("Given up. Click to take it again")
    assert said["A-2"].startswith("This ticket stays")
    assert said["B-1"].startswith("Taken instead. Click to give it back")
    assert said["C-1"].startswith("€30.00 Adult and €15.00 Child")


def test_the_booking_says_what_stays_as_a_fee_and_does_not_offer_it_back(desk: Exchange):
    booking = desk.sold("A-1")
    desk.open(booking)
    desk.key(KEY.Key_U)
    desk.screen.exchanging.choose(desk.at.second)
    desk.key(KEY.Key_S, ALT)
    desk.key(KEY.Key_Return)
    after = desk.stored(booking)
    shown = desk.shown(desk.page)
    assert "Exchanged: A-1 for A-1; €2.50 taken; €2.50 fee" in shown
    assert "Fees kept\n" in shown
    assert "To give back" not in shown
    assert "cancelled" not in shown
    # 7 % inside 40.00, and inside 2.50
    assert "of which tax" in shown
    assert "2.78" in shown
    desk.page.asked.emit(REFUND)
    dialog = desk.dialog(RefundDialog)
    assert dialog.everything.text() == "Everything, €40.00"
    desk.click(dialog.everything)
    desk.write(dialog.reason, "Ill")
    desk.click(dialog.give)
    assert desk.stored(after).refunded == desk.house.euros(40)
    desk.check()
