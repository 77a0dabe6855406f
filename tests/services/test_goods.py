"""Products on the counter's shelf, and goods, gift vouchers and tickets in one sale."""

from dataclasses import replace

import pytest

from app.domain.errors import (
    BookingState,
    Conflict,
    Denied,
    Invalid,
    NotFound,
    TicketState,
    TooMuchRefund,
    VoucherUnusable,
)
from app.domain.facts import GoodsChanged
from app.domain.goods import Product, ProductEntry
from app.domain.payments import Tender, Tendered
from app.domain.tickets import BookingStatus, Goods, TicketStatus
from app.domain.users import Role
from app.domain.values import Money, new_id
from app.domain.vouchers import VoucherStatus, shown_code
from tests.builders import Theatre
from tests.services.stage import customer, member

EUR = "EUR"


def on_the_shelf(house: Theatre, name: str = "Programme", minor: int = 450) -> Product:
    entry = ProductEntry(name, Money(minor, EUR), 1900)
    return house.services.goods.add(entry, by=house.admin)


def sell(house: Theatre, *labels: str, **changes: object):
    order = house.order(*labels, **changes)
    return house.services.tickets.sell(order, by=house.cashier)


def held(house: Theatre, booking) -> dict[str, int]:
    found: dict[str, int] = {}
    for one in house.services.bookings.held(booking.id, by=house.cashier):
        found[one.ticket_id] = found.get(one.ticket_id, 0) + one.amount.minor
    return found


def refund(house: Theatre, booking, wanted: dict[str, int]):
    return house.services.bookings.refund(
        booking.id,
        wanted={key: Money(minor, EUR) for key, minor in wanted.items()},
        reason="",
        key=new_id(),
        by=house.cashier,
    )


def sound(house: Theatre) -> None:
    house.services.payments.check(by=house.admin)


# --- the shelf --------------------------------------------------------------------------------


def test_products_are_added_edited_ordered_and_taken_off(house):
    goods, facts = house.services.goods, []
    house.services.bus.listen(facts.append)
    booklet, drink = on_the_shelf(house), on_the_shelf(house, "Drink", 700)
    assert [p.name for p in goods.on_sale(by=house.cashier)] == ["Programme", "Drink"]
    goods.reorder([drink.id], by=house.admin)
    dearer = goods.edit(replace(drink, price=Money(750, EUR)), by=house.admin)
    assert (dearer.price, dearer.version) == (Money(750, EUR), drink.version + 1)
    goods.activate(booklet.id, active=False, by=house.admin)
    assert goods.on_sale(by=house.cashier) == (replace(dearer, position=1),)
    assert [p.active for p in goods.products(by=house.admin)] == [True, False]
    assert GoodsChanged() in facts


def test_who_edits_an_older_state_is_shown_the_newest(house):
    product = on_the_shelf(house)
    newer = house.services.goods.edit(replace(product, name="Booklet"), by=house.admin)
    with pytest.raises(Conflict) as refused:
        house.services.goods.edit(replace(product, name="Book"), by=house.admin)
    assert refused.value.theirs == newer


@pytest.mark.parametrize(
    ("entry", "problems"),
    [
        (ProductEntry("", Money(-1, EUR), 10_001), ["name", "price", "tax"]),
        (ProductEntry("Book", Money(10**13, EUR), 700), ["price"]),
        (ProductEntry("Book", Money(1, EUR), -1), ["tax"]),
    ],
)
def test_what_does_not_fit_is_said_of_every_field(house, entry, problems):
    with pytest.raises(Invalid) as refused:
        house.services.goods.add(entry, by=house.admin)
    assert sorted(refused.value.problems) == problems
    assert house.services.goods.products(by=house.admin) == ()


def test_a_product_needs_a_kind_of_membership_that_is_there(house):
    with pytest.raises(NotFound):
        house.services.goods.add(
            ProductEntry("Friends", Money(1, EUR), 0, new_id()), by=house.admin
        )


# --- the sale ---------------------------------------------------------------------------------


def test_tickets_goods_and_vouchers_are_one_booking_with_one_total(house):
    booklet = on_the_shelf(house)
    slip = Tendered(Tender.SLIP, Money(4100, EUR), "7")
    booking = sell(
        house,
        "A-1",
        goods=(Goods(booklet.id, 2),),
        vouchers=(Money(2500, EUR),),
        tenders=(slip, Tendered(Tender.CASH)),
        expected=Money(4000 + 900 + 2500, EUR),
    )
    assert booking.total == booking.paid == Money(7400, EUR)
    assert [(item.name, item.price.minor, item.tax.minor) for item in booking.items] == [
        ("Programme", 450, 72)
    ] * 2
    assert booking.tax == Money(262 + 144, EUR)
    again = house.services.bookings.booking(booking.id, by=house.cashier)
    assert (again.items, again.total) == (booking.items, booking.total)
    # the slip pays the ticket and a part of the first booklet
    shares = house.services.bookings.held(booking.id, by=house.cashier)
    by_payment = {}
    for one in shares:
        by_payment.setdefault(one.tender, []).append(one.amount.minor)
    assert {tender: sorted(parts) for tender, parts in by_payment.items()} == {
        Tender.SLIP: [100, 4000],
        Tender.CASH: [350, 450],
    }
    sound(house)


def test_a_payments_page_names_what_it_pays_for(house):
    booking = sell(house, "A-1", goods=(Goods(on_the_shelf(house).id),), vouchers=(Money(1, EUR),))
    page = house.services.payment_history.payment(booking.payments[0].id, by=house.cashier)
    code = shown_code(booking.vouchers[0].code)
    assert [(c.seat, c.title, c.price_type, c.amount.minor) for c in page.covers] == [
        ("A-1", "The Winter Garden", "Adult", 4000),
        ("", "Programme", "", 450),
        ("", code, "voucher", 1),
    ]
    house.services.bookings.cancel(booking.id, reason="", by=house.cashier)
    (back,) = refund(house, booking, {booking.items[0].id: 450})
    page = house.services.payment_history.payment(back.id, by=house.cashier)
    assert [(c.title, c.status) for c in page.covers] == [("Programme", "cancelled")]


def test_a_line_of_the_journal_a_payment_still_proves_it(house):
    booklet = on_the_shelf(house)
    sell(house, goods=(Goods(booklet.id),))
    (line,) = house.services.payments.journal(by=house.admin)
    assert (line.kind, line.amount) == ("sale", 450)
    assert '"items":1' in line.body.replace(" ", "")


def test_goods_alone_need_no_printing_and_no_customer(house):
    booking = sell(house, goods=(Goods(on_the_shelf(house).id, 3),))
    assert (booking.status, booking.total) == (BookingStatus.PAID, Money(1350, EUR))
    sound(house)


def test_what_is_free_is_an_item_all_the_same(house):
    booking = sell(house, goods=(Goods(on_the_shelf(house, "Leaflet", 0).id),))
    assert (booking.total, booking.payments, len(booking.items)) == (Money(0, EUR), (), 1)
    sound(house)


@pytest.mark.parametrize(
    ("quantity", "problem"), [(0, "not_positive"), (-2, "not_positive"), (100, "too_many")]
)
def test_a_quantity_nobody_wants_is_refused(house, quantity, problem):
    booklet = on_the_shelf(house)
    with pytest.raises(Invalid) as refused:
        sell(house, goods=(Goods(booklet.id, quantity),))
    assert refused.value.problems == {"goods": problem}
    with pytest.raises(Invalid):
        sell(house, goods=(Goods(booklet.id, 50), Goods(booklet.id, 50)))


def test_what_is_not_on_the_shelf_is_not_sold(house):
    booklet = on_the_shelf(house)
    house.services.goods.activate(booklet.id, active=False, by=house.admin)
    for product_id in (booklet.id, new_id()):
        with pytest.raises(Invalid) as refused:
            sell(house, "A-1", goods=(Goods(product_id),))
        assert refused.value.problems == {"goods": "not_sold"}
    assert house.services.tickets.house(house.performance.id, by=house.admin).claims == ()


def test_a_dearer_booklet_is_not_sold_for_what_was_shown(house):
    booklet = on_the_shelf(house)
    house.services.goods.edit(replace(booklet, price=Money(500, EUR)), by=house.admin)
    with pytest.raises(Conflict):
        sell(house, goods=(Goods(booklet.id),), expected=Money(450, EUR))


def test_one_sale_takes_one_currency(house):
    yen = house.services.goods.add(ProductEntry("Fan", Money(500, "JPY"), 0), by=house.admin)
    with pytest.raises(Invalid) as refused:
        sell(house, "A-1", goods=(Goods(yen.id),))
    assert refused.value.problems == {"goods": "one_currency"}
    booking = sell(house, goods=(Goods(yen.id),))
    assert booking.total == Money(500, "JPY")
    sound(house)


def test_customers_buy_goods_for_themselves_and_no_vouchers(house):
    booklet, anna = on_the_shelf(house), member(house, Role.CUSTOMER, "Anna")
    code = sell(house, vouchers=(Money(5000, EUR),)).vouchers[0].code
    by_voucher = (Tendered(Tender.VOUCHER, None, code),)
    order = house.order(goods=(Goods(booklet.id),), customer_id=anna.user_id, tenders=by_voucher)
    assert house.services.tickets.sell(order, by=anna).items[0].name == "Programme"
    with pytest.raises(Denied):
        house.services.tickets.sell(
            replace(order, key=new_id(), vouchers=(Money(100, EUR),)), by=anna
        )


def test_goods_and_vouchers_are_not_reserved(house):
    booklet, until = on_the_shelf(house), house.clock.now.replace(year=2027)
    for what, changes in (
        ("goods", {"goods": (Goods(booklet.id),)}),
        ("voucher", {"vouchers": (Money(100, EUR),)}),
    ):
        with pytest.raises(Invalid) as refused:
            house.services.tickets.reserve(
                house.order("A-1", **changes), until=until, by=house.cashier
            )
        assert refused.value.problems == {what: "not_reserved"}


# --- taking back ------------------------------------------------------------------------------


def test_an_item_is_taken_back_and_its_money_given_back(house):
    booking = sell(house, "A-1", goods=(Goods(on_the_shelf(house).id, 2),))
    first, second = booking.items
    cancelled = house.services.bookings.cancel_items(
        booking.id, item_ids=[first.id], reason="wrong one", by=house.cashier
    )
    assert (cancelled.tickets, cancelled.items) == ((), (first,))
    assert cancelled.owed == Money(450, EUR)
    assert [i.status for i in cancelled.booking.items] == [
        TicketStatus.CANCELLED,
        TicketStatus.VALID,
    ]
    (back,) = refund(house, booking, {first.id: 450})
    assert (back.tender, back.amount) == (Tender.CASH, Money(450, EUR))
    assert held(house, booking) == {booking.tickets[0].id: 4000, second.id: 450}
    with pytest.raises(TooMuchRefund):
        refund(house, booking, {first.id: 1})
    sound(house)


def test_tickets_and_goods_go_back_in_one_refund(house):
    booking = sell(house, "A-1", goods=(Goods(on_the_shelf(house).id),))
    cancelled = house.services.bookings.cancel(booking.id, reason="", by=house.cashier)
    assert cancelled.booking.status is BookingStatus.CANCELLED
    assert cancelled.owed == Money(4450, EUR)
    (back,) = refund(house, booking, held(house, booking))
    assert back.amount == Money(4450, EUR)
    assert held(house, booking) == {}
    sound(house)


def test_a_booking_lives_as_long_as_anything_of_it_does(house):
    booking = sell(
        house, "A-1", goods=(Goods(on_the_shelf(house).id),), vouchers=(Money(1000, EUR),)
    )
    bookings = house.services.bookings
    bookings.cancel(booking.id, ticket_ids=[booking.tickets[0].id], reason="", by=house.cashier)
    assert bookings.booking(booking.id, by=house.cashier).status is BookingStatus.PAID
    after = bookings.cancel_items(
        booking.id, item_ids=[booking.items[0].id], reason="", by=house.cashier
    )
    assert after.booking.status is BookingStatus.PAID
    after = bookings.cancel_items(
        booking.id, item_ids=[booking.vouchers[0].id], reason="", by=house.cashier
    )
    assert after.booking.status is BookingStatus.CANCELLED
    assert bookings.booking(booking.id, by=house.cashier).status is BookingStatus.CANCELLED
    sound(house)


def test_what_was_taken_back_or_is_not_there_is_not_taken_back(house):
    booking = sell(house, goods=(Goods(on_the_shelf(house).id, 2),))
    ids = [booking.items[0].id]
    cancel = house.services.bookings.cancel_items
    cancel(booking.id, item_ids=ids, reason="", by=house.cashier)
    with pytest.raises(TicketState) as refused:
        cancel(booking.id, item_ids=ids, reason="", by=house.cashier)
    assert refused.value == TicketState("Programme", "cancelled")
    with pytest.raises(BookingState):
        cancel(booking.id, item_ids=[new_id()], reason="", by=house.cashier)


# --- gift vouchers ----------------------------------------------------------------------------


def test_an_unspent_voucher_is_undone_by_a_counter_entry_and_paid_back(house):
    booking = sell(house, vouchers=(Money(5000, EUR), Money(1000, EUR)))
    voucher = booking.vouchers[0]
    assert held(house, booking) == {}  # the vouchers hold it
    with pytest.raises(TooMuchRefund):
        refund(house, booking, {voucher.id: 5000})
    after = house.services.bookings.cancel_items(
        booking.id, item_ids=[voucher.id], reason="", by=house.cashier
    )
    assert (after.vouchers, after.owed) == ((voucher,), Money(5000, EUR))
    void = after.booking.vouchers[0]
    assert (void.status, void.balance, void.unspent) == (VoucherStatus.VOID, Money(0, EUR), False)
    entries = house.services.vouchers.entries(voucher.id, by=house.cashier)
    assert [entry.amount.minor for entry in entries] == [5000, -5000]
    refund(house, booking, {voucher.id: 5000})
    with pytest.raises(VoucherUnusable):
        house.services.vouchers.look_up(voucher.code, by=house.cashier)
    assert after.booking.status is BookingStatus.PAID  # the other one is good
    sound(house)


def test_a_voucher_that_paid_is_not_undone_until_that_came_back(house):
    booking = sell(house, vouchers=(Money(5000, EUR),))
    voucher = booking.vouchers[0]
    spent = sell(house, "A-1", tenders=(Tendered(Tender.VOUCHER, None, voucher.code),))
    cancel = house.services.bookings.cancel_items
    with pytest.raises(VoucherUnusable) as refused:
        cancel(booking.id, item_ids=[voucher.id], reason="", by=house.cashier)
    assert (refused.value.reason, refused.value.balance) == ("spent", Money(1000, EUR))
    assert booking.vouchers[0].unspent
    bought = house.services.bookings.booking(booking.id, by=house.cashier).vouchers[0]
    assert not bought.unspent
    refund(house, spent, {spent.tickets[0].id: 4000})
    cancel(booking.id, item_ids=[voucher.id], reason="", by=house.cashier)
    sound(house)


def test_cancelling_everything_leaves_the_gift_vouchers(house):
    booking = sell(house, "A-1", vouchers=(Money(1000, EUR),))
    after = house.services.bookings.cancel(booking.id, reason="", by=house.cashier)
    assert (after.vouchers, after.owed) == ((), Money(4000, EUR))
    assert after.booking.live_vouchers == after.booking.vouchers
    assert after.booking.status is BookingStatus.PAID
    sound(house)


def test_a_voucher_sold_before_vouchers_had_shares_is_still_sound(house):
    booking = sell(house, "A-1", vouchers=(Money(1000, EUR),))
    let_go = {
        "sqlite": "DROP TRIGGER item_shares_no_delete",
        "postgresql": "DROP TRIGGER append_only ON item_shares",
    }
    with house.services.database.engine.begin() as connection:
        connection.exec_driver_sql(let_go[connection.dialect.name])
        connection.exec_driver_sql("DELETE FROM item_shares")
    sound(house)
    house.services.bookings.cancel_items(
        booking.id, item_ids=[booking.vouchers[0].id], reason="", by=house.cashier
    )
    assert held(house, booking) == {booking.tickets[0].id: 4000}
    sound(house)


def test_a_customer_is_told_of_their_goods_as_long_as_they_have_them(house):
    anna = customer(house, "Anna", "anna@example.org")
    booklet = on_the_shelf(house)
    booking = sell(
        house,
        "A-1",
        goods=(Goods(booklet.id, 2),),
        vouchers=(Money(2500, EUR),),
        customer_id=anna,
    )

    def told() -> dict:
        (newest, *_) = house.services.notifications.of_user(anna, by=house.cashier)
        return newest.content

    assert told()["goods"] == [
        {"what": "Programme", "count": 2, "amount": 900},
        {"what": "", "count": 1, "amount": 2500},
    ]
    house.clock.pass_by(minutes=1)
    house.services.bookings.cancel(
        booking.id, ticket_ids=[booking.tickets[0].id], reason="", by=house.cashier
    )
    assert told()["performances"] == []  # the ticket is gone, the goods are not
    assert len(told()["goods"]) == 2


def test_a_customer_sees_their_goods(house):
    anna = customer(house, "Anna")
    booking = sell(house, goods=(Goods(on_the_shelf(house).id),), customer_id=anna)
    operator = replace(house.cashier, user_id=anna, role=Role.CUSTOMER)
    seen = house.services.bookings.booking(booking.id, by=operator)
    assert [item.name for item in seen.items] == ["Programme"]
