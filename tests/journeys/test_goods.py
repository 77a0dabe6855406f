"""Goods and memberships in the window: set up, sold, a member made and ended, all with keys and clicks."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from app.domain.customers import Contact
from app.domain.errors import NeedsMembership
from app.domain.tickets import BasketLine, Goods, Order, Place
from app.domain.values import Money, new_id
from tests.builders import Clock, plan, theatre
from tests.journeys.test_events import Office
from ui import theme
from ui.bookings.page import RECEIPT
from ui.bookings.view import BookingsView
from ui.customers.view import CustomersView
from ui.events.goods_dialog import GoodsDialog
from ui.widgets.ask import Ask
from ui.widgets.paper import PaperDialog

Key = Qt.Key


@pytest.fixture
def office(sqlite_url: str, qtbot, qapp) -> Iterator[Office]:
    theme.apply(qapp, theme.load("light"))
    house = theatre(sqlite_url, clock=Clock(), house=plan())
    made = Office(house, qtbot)
    yield made
    made.window.close()
    house.services.close()


def the(office: Office, kind):
    """The one dialog of this kind that is open."""
    office.qtbot.waitUntil(lambda: bool(office.window.findChildren(kind)))
    (found,) = office.window.findChildren(kind)
    return found


def fill(office: Office, dialog: GoodsDialog, **texts: str) -> None:
    for name, text in texts.items():
        line = dialog.fields[name].edit
        line.setFocus()
        line.selectAll()
        office.type(line, text)


def make_friends(office: Office) -> str:
    """A kind of membership, written down; its id."""
    office.click(office.events.list.goods)
    page = office.events.goods_page
    office.click(page.add_kind)
    dialog = the(office, GoodsDialog)
    fill(office, dialog, name="Friends", per_performance="1", months="12")
    with office.qtbot.waitSignal(dialog.saved):
        office.click(dialog.save)
    office.qtbot.waitUntil(lambda: not office.window.findChildren(GoodsDialog))
    (kind,) = office.services.memberships.kinds(by=office.theatre.admin)
    assert (kind.name, kind.months, kind.per_performance) == ("Friends", 12, 1)
    return kind.id


def test_a_product_is_put_on_the_shelf_and_taken_off(office):
    kind_id = make_friends(office)
    page = office.events.goods_page
    office.click(page.add_product)
    dialog = the(office, GoodsDialog)
    fill(office, dialog, name="Friends, a year", price="sixty")
    office.click(dialog.save)
    assert dialog.fields["price"].problem() == "Type an amount such as 50 or 50.50."
    fill(office, dialog, price="60")
    dialog.fields["membership"].choose(kind_id)
    with office.qtbot.waitSignal(dialog.saved):
        office.qtbot.keyClick(dialog.fields["price"].edit, Key.Key_Return)
    office.qtbot.waitUntil(lambda: not office.window.findChildren(GoodsDialog))
    (product,) = office.services.goods.on_sale(by=office.theatre.cashier)
    assert (product.price, product.membership_id) == (Money(6000, "EUR"), kind_id)
    line = page.products.itemAt(0).widget()
    assert line.name.text() == "Friends, a year"
    office.click(line.active)
    assert office.services.goods.on_sale(by=office.theatre.cashier) == ()


def test_typed_words_are_given_up_only_when_asked_twice(office):
    office.click(office.events.list.goods)
    office.click(office.events.goods_page.add_product)
    dialog = the(office, GoodsDialog)
    fill(office, dialog, name="Book")
    dialog.reject()
    assert dialog.isVisible()
    dialog.reject()
    assert not dialog.isVisible()


def test_a_customer_is_made_a_member_and_has_the_price_until_it_ends(office):
    house, by = office.theatre, office.theatre.cashier
    kind_id = make_friends(office)
    services = office.services
    services.prices.keep_price_type_to_members(
        house.child.id, membership_id=kind_id, by=house.admin
    )
    anna = services.customers.add(Contact("Anna", "anna@example.org"), by=by)

    def order(seat_no: int) -> Order:
        line = BasketLine(Place(house.performance.id, seat_no), house.child.id)
        return Order(new_id(), new_id(), lines=(line,), customer_id=anna.id)

    with pytest.raises(NeedsMembership):
        services.tickets.sell(order(1), by=by)
    office.window.go("customers", anna.id)
    (view,) = office.window.findChildren(CustomersView)
    card = view.page.memberships
    office.qtbot.waitUntil(card.isVisible)
    assert card.title.text() == "No membership"
    office.click(card.give)
    office.answer(yes=True)
    (member,) = services.memberships.memberships_of(anna.id, by=by)
    shown = "\n".join(label.text() for label in card.findChildren(type(card.title)))
    assert member.number in shown
    assert "24 Nov 2027" in shown
    services.tickets.sell(order(1), by=by)
    (end,) = [b for b in card.findChildren(QPushButton) if b.objectName() == member.id]
    office.click(end)
    office.answer(yes=False)
    assert services.memberships.memberships_of(anna.id, by=by)[0].ended_at is None
    office.click(end)
    office.answer(yes=True)
    assert services.memberships.memberships_of(anna.id, by=by)[0].ended_at is not None
    with pytest.raises(NeedsMembership):
        services.tickets.sell(order(2), by=by)
    assert not office.window.findChildren(Ask)


def test_a_bookings_receipt_names_its_goods_and_the_code_that_pays(office):
    office.click(office.events.list.goods)
    office.click(office.events.goods_page.add_product)
    dialog = the(office, GoodsDialog)
    fill(office, dialog, name="Programme booklet", price="4.50", tax="7")
    with office.qtbot.waitSignal(dialog.saved):
        office.click(dialog.save)
    (product,) = office.services.goods.on_sale(by=office.theatre.cashier)
    booking = office.services.tickets.sell(
        office.theatre.order("A-1", goods=(Goods(product.id),), vouchers=(Money(2500, "EUR"),)),
        by=office.theatre.cashier,
    )
    office.window.go("bookings", booking.id)
    (view,) = office.window.findChildren(BookingsView)
    view.page.more.choose(RECEIPT)
    slip = the(office, PaperDialog).paper.receipt.text()
    assert "Programme booklet\t4.50" in slip
    assert "Total\t€69.50" in slip
    assert booking.vouchers[0].code in slip
