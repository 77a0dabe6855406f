"""A customer at the kiosk: own bookings, by card, and nothing else; and a reservation at the counter."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from app.bootstrap import build
from app.config import Settings
from app.domain.customers import Contact
from app.domain.errors import Denied
from app.domain.payments import Tender
from app.domain.tickets import BasketLine, BookingStatus, ClaimStatus, Place
from app.domain.users import Role
from tests.builders import Theatre, plan, theatre
from ui import theme
from ui.application import Houselights
from ui.box_office.reserve_dialog import ReserveDialog
from ui.box_office.view import BoxOfficeView
from ui.my_tickets.view import MyTicketsView
from ui.shell.navigation import RailButton
from ui.tasks import ImmediateTasks
from ui.widgets.seat_map.states import SeatState

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def house(sqlite_url: str) -> Iterator[Theatre]:
    made = theatre(sqlite_url, house=plan())
    made.services.close()
    made.services = build(Settings(sqlite_url, terminal="simulator"))
    yield made
    made.services.close()


@pytest.fixture
def open_for(house: Theatre, qtbot):
    theme.apply(QApplication.instance(), theme.load("light"))
    opened = []

    def open_window(operator):
        program = Houselights(house.services, tasks=ImmediateTasks())
        window = program.window_for(operator)
        window.resize(1500, 900)
        window.show()
        opened.append((program, window))
        for _ in range(5):
            QApplication.processEvents()
        return window

    yield open_window
    for program, window in opened:
        window.close()
        window.deleteLater()
        program.deleteLater()
    for _ in range(5):
        QApplication.processEvents()


def ada(house: Theatre):
    line = house.services.customers.add(Contact("Ada Byron", "ada@example.org"), by=house.cashier)
    return replace(house.cashier, user_id=line.id, name=line.name, role=Role.CUSTOMER)


def one(window, kind):
    (found,) = window.findChildren(kind)
    return found


def test_a_customer_books_by_card_and_finds_the_tickets(house: Theatre, open_for, qtbot):
    customer = ada(house)
    window = open_for(customer)
    names = [button.text() for button in window.findChildren(RailButton)]
    assert names == ["Book", "My tickets", "Me", "News"]
    counter = one(window, BoxOfficeView)
    counter.prints = False
    counter.choose(house.performance.id)
    counter.counter.take_best(2)
    money = counter.basket.money
    assert money.tenders[Tender.CASH].isHidden()
    assert money.tenders[Tender.SLIP].isHidden()
    assert counter.basket.customer.isHidden()
    qtbot.mouseClick(money.pay, LEFT)
    qtbot.waitUntil(lambda: counter.counter.state.sold is not None, timeout=10_000)
    booking = counter.counter.state.sold
    assert (booking.channel, booking.customer_id) == ("kiosk", customer.user_id)
    assert [payment.tender for payment in booking.payments] == [Tender.CARD]
    kinds = {each.kind.value for each in house.services.notifications.newest(by=customer)}
    assert kinds == {"booking_confirmed", "payment_received"}
    window.go("my_tickets")
    own = one(window, MyTicketsView)
    assert own.table.model().rowCount() == 2
    assert [line.booking_id for line in own.mine.state.payments] == [booking.id]
    house.services.payments.check(by=house.admin)


def test_what_only_the_counter_gives_is_not_offered_and_not_sold(house: Theatre, open_for):
    services, customer = house.services, ada(house)
    services.prices.open_price_type(house.child.id, self_service=False, by=house.admin)
    view = one(open_for(customer), BoxOfficeView)
    view.choose(house.performance.id)
    assert [kind.name for kind in view.counter.state.price_types] == ["Adult"]
    line = BasketLine(Place(house.performance.id, 1), house.child.id)
    order = house.order_of([], lines=(line,), customer_id=customer.user_id, tenders=())
    with pytest.raises(Denied):
        services.tickets.sell(order, by=customer)
    at_counter = one(open_for(house.cashier), BoxOfficeView)
    at_counter.choose(house.performance.id)
    assert [kind.name for kind in at_counter.counter.state.price_types] == ["Adult", "Child"]


def test_a_basket_is_reserved_and_shown_so(house: Theatre, open_for, qtbot):
    window = open_for(house.cashier)
    view = one(window, BoxOfficeView)
    view.choose(house.performance.id)
    view.counter.take_best(2)
    qtbot.mouseClick(view.basket.reserve, LEFT)
    dialog = one(window, ReserveDialog)
    qtbot.keyClicks(dialog.note.edit, "Mr Smith")
    qtbot.mouseClick(dialog.keep, LEFT)
    booking = view.counter.state.sold
    assert (booking.status, booking.notes) == (BookingStatus.RESERVED, "Mr Smith")
    assert booking.expires_at - booking.created_at > timedelta(hours=1)
    stage = view.counter.state.stage
    claims = [claim for claim in stage.claims.values() if claim.status is ClaimStatus.SOLD]
    assert len(claims) == 2
    states = stage.states(view.counter.state.basket_id)
    assert list(states).count(SeatState.RESERVED) == 2
    assert view.basket.sold.show_tickets.isHidden()
