"""The receipt of a sale: every line of it, what it came to, the codes that pay."""

from dataclasses import replace

import pytest

from app.domain.goods import ProductEntry
from app.domain.payments import Tender, Tendered
from app.domain.tickets import Goods
from app.domain.values import Money, new_id
from app.domain.vouchers import shown_code
from tests.builders import Clock, Theatre, plan, theatre
from tests.views.test_receipt import words_of
from ui.widgets.receipt import receipt_pdf
from ui.widgets.sale_receipt import receipt_lines


@pytest.fixture
def house(sqlite_url: str):
    made = theatre(sqlite_url, clock=Clock(), house=plan())
    yield made
    made.services.close()


def sold(house: Theatre):
    booklet = house.services.goods.add(
        ProductEntry("Programme booklet", Money(450, "EUR"), 700), by=house.admin
    )
    slip = Tendered(Tender.SLIP, Money(5000, "EUR"), "7")
    order = house.order(
        "A-1",
        "A-2",
        goods=(Goods(booklet.id, 2),),
        vouchers=(Money(2500, "EUR"),),
        tenders=(slip, Tendered(Tender.CASH, Money(7000, "EUR"))),
    )
    booking = house.services.tickets.sell(order, by=house.cashier)
    lines = {
        line.performance_id: line for line in house.services.events.programme(by=house.cashier)
    }
    return booking, lines


def told(booking, lines, **words) -> list[tuple[str, str]]:
    return [(line.left, line.right) for line in receipt_lines(booking, lines, **words) if line.left]


def test_everything_that_was_bought_is_on_it_and_adds_up(house):
    booking, lines = sold(house)
    assert told(booking, lines, house="Playhouse")[0] == ("Playhouse", "")
    assert told(booking, lines)[:1] == [("Receipt", booking.number)]
    assert told(booking, lines)[2:] == [
        ("The Winter Garden", ""),
        ("27 Nov 2026, 20:00", ""),
        ("2 × Adult", "80.00"),
        ("2 × Programme booklet", "9.00"),
        ("Gift voucher", "25.00"),
        ("Total", "€114.00"),
        ("of which tax", "5.82"),
        ("Card slip given", "50.00"),
        ("Cash given", "70.00"),
        ("Change", "6.00"),
        ("Gift voucher", "€25.00"),
        (booking.vouchers[0].code, ""),
        ("Code", shown_code(booking.vouchers[0].code)),
        ("It pays at the counter until nothing is left on it.", ""),
    ]


def test_what_was_taken_back_says_so_and_a_void_code_is_gone(house):
    booking, lines = sold(house)
    bookings = house.services.bookings
    bookings.cancel(booking.id, ticket_ids=[booking.tickets[0].id], reason="", by=house.cashier)
    goods = [booking.items[0].id, booking.vouchers[0].id]
    bookings.cancel_items(booking.id, item_ids=goods, reason="", by=house.cashier)
    bookings.refund(
        booking.id,
        wanted={goods[0]: Money(450, "EUR")},
        reason="",
        key=new_id(),
        by=house.cashier,
    )
    after = bookings.booking(booking.id, by=house.cashier)
    said = told(after, lines)
    for line in (
        ("Adult", "40.00"),
        ("Adult, cancelled", "40.00"),
        ("Programme booklet", "4.50"),
        ("Programme booklet, cancelled", "4.50"),
        ("Gift voucher, cancelled", "25.00"),
        ("Given back, Cash", "-4.50"),
    ):
        assert line in said
    assert booking.vouchers[0].code not in dict(said)


def test_a_performance_that_is_not_known_costs_only_its_title(house):
    booking, _ = sold(house)
    said = told(booking, {})
    assert ("The Winter Garden", "") not in said
    assert ("2 × Adult", "80.00") in said


def test_the_paper_says_the_same(house, qtbot):
    booking, lines = sold(house)
    printed = words_of(receipt_pdf(receipt_lines(booking, lines), title="Receipt"))
    assert "Programme booklet 9.00" in printed
    assert shown_code(booking.vouchers[0].code) in printed


def test_fees_of_an_exchange_stand_by_themselves(house):
    booking, lines = sold(house)
    dearer = replace(booking, total=booking.total + Money(300, "EUR"))
    assert ("Fees", "3.00") in told(dearer, lines)
