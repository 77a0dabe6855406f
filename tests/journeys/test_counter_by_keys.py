"""Thirty tasks of a counter with the mouse unplugged: what a cashier does in a day, by keys alone, and a
walk-up sale in no more than fifteen of them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from app.bootstrap import build
from app.config import Settings
from app.domain.customers import Contact
from app.domain.discounts import DiscountKind
from app.domain.events import Event, Performance
from app.domain.goods import ProductEntry
from app.domain.payments import Tender
from app.domain.tickets import BookingStatus, ClaimStatus
from app.domain.values import new_id
from app.domain.vouchers import shown_code
from app.services.discounts import DiscountEntry
from app.services.events import NewPerformance
from tests.builders import Theatre, plan, theatre
from ui.application import Houselights
from ui.box_office.view import BoxOfficeView
from ui.tasks import ImmediateTasks
from ui.widgets.ticket_preview import TicketPreview

Key = Qt.Key
CTRL, ALT, SHIFT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ShiftModifier,
)
_MODIFIERS = {"Ctrl": CTRL, "Alt": ALT, "Shift": SHIFT}
_MOST = 15  # keys of a walk-up cash sale
# what a menu that is opened by a key says where there is no window system
pytestmark = pytest.mark.qt_log_ignore(
    "does not support (raise|grabbing)", "Keyboard event not accepted", extend=True
)


class NoMouse(QObject):
    """The mouse is unplugged: whatever comes from one fails the test."""

    def __init__(self) -> None:
        super().__init__()
        self.seen = 0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.MouseButtonPress:
            self.seen += 1
        return False


class Till:
    """A cashier's window, and ten fingers."""

    def __init__(self, house: Theatre, qtbot) -> None:
        self.house = house
        self.services = house.services
        self._qtbot = qtbot
        self.keys = 0
        self.program = Houselights(house.services, tasks=ImmediateTasks())
        self.window = self.program.window_for(house.cashier)
        qtbot.addWidget(self.window)
        self.window.resize(1366, 768)
        self.window.show()
        self.window.activateWindow()
        qtbot.waitUntil(self.window.isActiveWindow)
        (self.view,) = self.window.findChildren(BoxOfficeView)
        self.view.prints = False
        self.view.choose(house.performance.id)
        self.settle()

    # -- fingers -----------------------------------------------------------------------------

    def target(self) -> QWidget:
        """Where a key goes: the menu or the field in front."""
        popup = QApplication.activePopupWidget()
        if popup is not None:
            return popup
        front = QApplication.activeModalWidget() or self.window
        return QApplication.focusWidget() or front.focusWidget() or front

    def press(self, *names: str) -> None:
        """Keys by their names: F6, Ctrl+L, Return."""
        for name in names:
            *modifiers, key = name.split("+")
            held = Qt.KeyboardModifier.NoModifier
            for modifier in modifiers:
                held |= _MODIFIERS[modifier]
            code = getattr(Key, f"Key_{key}")
            self.bring_up()
            self.keys += 1
            self._qtbot.keyClick(self.target(), code, held)
            self.settle()

    def bring_up(self) -> None:
        """Keys reach the active window only; without a window manager none is after a dialog."""
        if QApplication.activeModalWidget() is None and QApplication.activePopupWidget() is None:
            self.window.activateWindow()
            self._qtbot.waitUntil(self.window.isActiveWindow)

    def type(self, text: str) -> None:
        """Letters, one key each."""
        self.keys += len(text)
        self._qtbot.keyClicks(self.target(), text)
        self.settle()

    def line(self, text: str) -> None:
        """A line typed and sent off."""
        self.press("Ctrl+L")
        self.type(text)
        self.press("Return")

    def settle(self) -> None:
        for _ in range(4):
            QApplication.processEvents()

    # -- what is there -------------------------------------------------------------------------

    @property
    def state(self):
        return self.view.counter.state

    @property
    def seats(self) -> list[str]:
        return [row.seat for row in self.state.rows]

    def claims(self, status: ClaimStatus) -> list[str]:
        house = self.services.tickets.house(self.house.performance.id, by=self.house.admin)
        return [house.plan.label_of(c.seat_no) for c in house.claims if c.status is status]

    def paid(self) -> list[tuple[str, int]]:
        return [(p.tender.value, p.amount.minor) for p in self.state.sold.payments]

    def dialog(self) -> QWidget:
        self.settle()
        front = QApplication.activeModalWidget()
        assert front is not None
        front.activateWindow()
        self._qtbot.waitUntil(front.isActiveWindow)
        return front


@pytest.fixture
def house(sqlite_url: str) -> Iterator[Theatre]:
    made = theatre(sqlite_url, house=plan(standing=20))
    made.services.close()
    made.services = build(Settings(sqlite_url, terminal="simulator"))
    yield made
    made.services.close()


@pytest.fixture
def till(house: Theatre, qtbot) -> Iterator[Till]:
    mouse = NoMouse()
    QApplication.instance().installEventFilter(mouse)
    made = Till(house, qtbot)
    yield made
    QApplication.instance().removeEventFilter(mouse)
    assert mouse.seen == 0
    made.window.close()
    house.services.payments.check(by=house.admin)


# --- selling ------------------------------------------------------------------------------------


def test_01_a_walk_up_buys_the_best_two_in_no_more_than_fifteen_keys(till):
    till.view.prints = True
    till.keys = 0
    till.press("F6", "Return")
    till.press("F9")
    till.type("100")
    till.press("F12")
    assert till.state.sold.change == till.house.euros(20)
    preview = till.dialog()
    assert isinstance(preview, TicketPreview)
    till.press("Escape")
    till.press("F12")
    assert till.state.sold is None
    print(f"{till.keys} keys")
    assert till.keys <= _MOST


def test_02_a_whole_sale_is_one_line(till):
    till.line("2a 1c / cash 150")
    kinds = sorted(ticket.price_type for ticket in till.state.sold.tickets)
    assert kinds == ["Adult", "Adult", "Child"]
    assert till.state.sold.change == till.house.euros(50)
    assert till.view.house.line.field.text() == ""


def test_03_seats_by_name(till):
    till.line("B-3-B-5")
    assert till.seats == ["B-3", "B-4", "B-5"]


def test_04_a_seat_by_walking_over_the_map(till):
    till.press("F4", "Right", "Space")
    first = till.seats
    till.press("Right", "Space")
    assert len(till.seats) == 2
    assert first[0] == till.seats[0]
    till.press("Space")
    assert till.seats == first


def test_05_several_seats_with_shift_and_the_arrows(till):
    till.press("F4", "Right", "Shift+Right", "Shift+Right", "Space")
    assert len(till.seats) == 3


def test_06_each_seat_its_price_type(till):
    till.line("A-1-A-3")
    till.press("Alt+Up") if till.state.at else None
    while till.state.at:
        till.press("Alt+Up")
    till.press("Alt+1", "Alt+2", "Alt+2")
    names = {kind.id: kind.name for kind in till.state.price_types}
    assert [names[row.price_type_id] for row in till.state.rows] == ["Adult", "Child", "Child"]


def test_07_the_best_of_a_zone_and_no_dearer_than_that(till):
    till.line("2 zone 2")
    assert {label[0] for label in till.seats} <= {"C", "D"}
    till.press("Ctrl+Backspace")
    till.line("2 under 35")
    assert {row.price.minor for row in till.state.rows} == {3000}


def test_08_other_seats_than_the_first_suggested(till):
    till.press("F6")
    first = till.view.counter.finder.found.shown.seats
    till.press("F6")
    second = till.view.counter.finder.found.shown.seats
    assert first != second
    till.press("Return")
    assert tuple(row.place.seat_no for row in till.state.rows) == second


def test_09_standing_places_by_number(till):
    till.line("3 standing / cash")
    assert len(till.state.sold.tickets) == 3


def test_10_a_line_out_of_the_basket(till):
    till.line("A-1-A-3")
    till.press("Alt+Down", "Alt+Delete")
    assert len(till.seats) == 2


def test_11_the_basket_given_up(till):
    till.line("A-1-A-3")
    till.press("Ctrl+Backspace")
    assert (till.seats, till.claims(ClaimStatus.HELD)) == ([], [])


def test_12_another_performance_in_the_same_basket(till):
    house = till.house
    matinee = Performance(
        id=new_id(),
        event_id=new_id(),
        venue_id=house.plan.venue_id,
        plan_id=house.plan.id,
        starts_at=datetime.now(UTC) + timedelta(days=9),
        wall_time="2026-12-03T15:00",
        zone="Europe/Berlin",
        currency="EUR",
    )
    event = Event(matinee.event_id, "Paper Lions", "", "Drama", house.admin.user_id, 700)
    prices = {(zone.no, house.adult.id): 2500 for zone in house.plan.zones}
    house.services.events.add_event(
        event, performances=(NewPerformance(matinee, prices),), by=house.admin
    )
    till.line("A-1")
    till.line("> paper")
    assert till.state.stage.line.title == "Paper Lions"
    till.line("A-1 / cash 100")
    assert {t.performance_id for t in till.state.sold.tickets} == {
        house.performance.id,
        matinee.id,
    }
    assert till.state.sold.change == house.euros(35)


# --- the money ----------------------------------------------------------------------------------


def test_13_by_card(till):
    till.line("A-1")
    till.press("F10", "F12")
    assert till.paid() == [("card", 4000)]


def test_14_by_slip(till):
    till.line("A-1")
    till.press("F7")
    till.type("4711")
    till.press("F12")
    assert till.paid() == [("slip", 4000)]


def test_15_by_gift_voucher(till):
    order = till.house.order_of([], vouchers=(till.house.euros(50),))
    (voucher,) = till.services.tickets.sell(order, by=till.house.cashier).vouchers
    till.line("A-1")
    till.press("F5")
    till.type(shown_code(voucher.code))
    till.press("F12", "F12")
    assert till.paid() == [("voucher", 4000)]


def test_16_some_of_it_in_cash_and_the_rest_by_slip(till):
    till.line("A-1")
    till.press("F9")
    till.type("10")
    till.press("Ctrl+Return", "F7")
    till.type("12")
    till.press("F12")
    assert till.paid() == [("cash", 1000), ("slip", 3000)]


def test_17_exactly_what_is_due(till):
    till.line("A-1")
    till.press("F12")
    assert (till.paid(), till.state.sold.change) == ([("cash", 4000)], till.house.euros(0))


# --- who and what else --------------------------------------------------------------------------


def test_18_a_customer_is_found_from_the_line(till):
    till.services.customers.add(Contact("Anna Huber", "anna@example.org"), by=till.house.cashier)
    till.line("A-1")
    till.line("@huber")
    till.dialog()
    till.press("Return")
    assert till.state.customer.name == "Anna Huber"


def test_19_somebody_new_is_written_down(till):
    till.line("A-1")
    till.press("F2")
    till.dialog()
    till.press("Ctrl+N")
    till.type("Ben Okafor")
    till.press("Ctrl+S")
    assert till.state.customer.name == "Ben Okafor"


def test_20_a_programme_booklet_with_the_tickets(till):
    entry = ProductEntry("Programme", till.house.euros(5), 1900)
    till.services.goods.add(entry, by=till.house.admin)
    till.line("A-1")
    till.press("Ctrl+G", "Return", "F12")
    booking = till.state.sold
    assert (len(booking.tickets), [item.name for item in booking.items]) == (1, ["Programme"])


def test_21_a_gift_voucher(till):
    till.press("Ctrl+G", "Return")
    till.dialog()
    till.type("25")
    till.press("Return", "F12")
    assert [voucher.amount for voucher in till.state.sold.vouchers] == [till.house.euros(25)]


def test_22_a_discount_code(till):
    entry = DiscountEntry("Summer", DiscountKind.PERCENT, code="SUMMER10", value=1000)
    till.services.discounts.add(entry, by=till.house.admin)
    till.line("2 code summer10 / cash")
    assert till.state.sold.total == till.house.euros(72)


# --- not now ------------------------------------------------------------------------------------


def test_23_reserved_with_a_name(till):
    till.line("A-1-A-2")
    till.press("Ctrl+R")
    dialog = till.dialog()
    dialog.name.edit.setFocus()
    till.type("Okafor")
    till.press("Return") if isinstance(till.target(), QLineEdit) else None
    booking = till.state.sold
    assert (booking.status, booking.name) == (BookingStatus.RESERVED, "Okafor")


def test_24_reserved_with_a_deposit(till):
    till.line("A-1-A-2")
    till.press("Ctrl+R")
    dialog = till.dialog()
    dialog.deposit.edit.setFocus()
    till.type("20")
    till.press("Return")
    booking = till.state.sold
    assert (booking.status, booking.due) == (BookingStatus.RESERVED, till.house.euros(60))


def test_25_parked_and_taken_up(till):
    till.line("A-1-A-2")
    till.press("Ctrl+D")
    assert (till.seats, len(till.claims(ClaimStatus.HELD))) == ([], 2)
    till.line("B-1 / cash")
    till.press("F12", "Ctrl+D", "Return")
    assert till.seats == ["A-1", "A-2"]


def test_26_a_group_as_one_block(till):
    till.press("Ctrl+Shift+R")
    dialog = till.dialog()
    dialog.name.edit.setFocus()
    till.type("School trip")
    till.press("Return")
    assert (len(till.seats), till.state.name) == (10, "School trip")
    till.press("F12")
    assert till.state.sold.name == "School trip"


def test_27_whoops_in_two_keys(till):
    till.line("A-1-A-2 / cash 100")
    first = till.state.sold
    till.press("Ctrl+Z", "Return")
    after = till.services.bookings.booking(first.id, by=till.house.cashier)
    assert (after.status, after.refunded) == (BookingStatus.CANCELLED, first.total)
    assert till.seats == ["A-1", "A-2"]


# --- looking ------------------------------------------------------------------------------------


def test_28_a_booking_by_its_number_and_a_ticket_by_its_code(till):
    till.line("A-1 / cash")
    booking = till.state.sold
    till.press("F12")
    till.line(booking.number)
    assert till.window.current() == "bookings"
    till.press("Ctrl+1")
    till.line(booking.tickets[0].code)
    assert till.window.current() == "bookings"


def test_29_the_seats_as_a_list(till):
    till.press("Ctrl+T", "Down", "Space")
    assert len(till.seats) == 1
    till.press("Ctrl+T")
    assert till.view.house.map.isVisible()


def test_30_the_house_by_who_sits_together_and_back(till):
    till.line("A-1-A-2 / cash")
    till.press("F12")
    for _ in range(5):
        till.press("Ctrl+M")
    assert till.view.house.map.board.recolouring is None
    till.press("Ctrl+M")
    assert till.view.house.map.board.recolouring.title == "By customer"


def test_31_anything_else_by_the_palette(till):
    till.press("Ctrl+K")
    till.dialog() if QApplication.activeModalWidget() else None
    till.type("put the basket")
    till.press("Escape")
    till.press("Ctrl+K")
    till.type("payments")
    till.press("Return")
    assert till.window.current() == "payments"


def test_a_held_down_enter_and_a_double_press_sell_once(till):
    till.line("A-1")
    for _ in range(5):
        till.press("F12")
    assert till.claims(ClaimStatus.SOLD) == ["A-1"]
    till.line("A-2 / cash")
    till.press("Return", "Return", "Return")
    assert sorted(till.claims(ClaimStatus.SOLD)) == ["A-1", "A-2"]


def test_cash_is_the_first_tender_of_every_sale(till):
    till.line("A-1")
    till.press("F7", "Ctrl+Backspace")
    till.line("A-2")
    assert till.state.payment.tender is Tender.CASH
