"""What is in the basket costs what the sale will charge: price types in turn, goods, vouchers, codes,
promises; and a sale just made is taken back in two steps."""

from dataclasses import replace

import pytest

from app.domain.discounts import CodeRefusal, DiscountKind
from app.domain.errors import Conflict
from app.domain.goods import ProductEntry
from app.domain.pricing import Promise
from app.domain.tickets import BookingStatus, ClaimStatus
from app.services.discounts import DiscountEntry
from tests.builders import Theatre
from tests.viewmodels.test_counter import AnswerLost, claims, click, open_counter, seats

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.fixture
def counter(house: Theatre):
    opened = open_counter(house)
    opened.open()
    return opened


def kinds(counter) -> list[str]:
    """Names of who pays, line by line."""
    names = {kind.id: kind.name for kind in counter.state.price_types}
    return [names[row.price_type_id] for row in counter.state.rows]


def programme(house: Theatre):
    return house.services.goods.add(ProductEntry("Programme", house.euros(5), 1900), by=house.admin)


def ten_percent(house: Theatre, code: str = "SUMMER10"):
    entry = DiscountEntry("Summer", DiscountKind.PERCENT, code=code, value=1000)
    return house.services.discounts.add(entry, by=house.admin)


def set_adult_price(house: Theatre, euros: float) -> None:
    prices = house.services.prices.prices(house.performance.id, by=house.admin)
    changed = dict(prices.amounts) | {(1, house.adult.id): round(euros * 100)}
    house.services.prices.set_prices(
        house.performance.id, changed, version=prices.version, by=house.admin
    )


def test_the_keys_give_each_line_its_price_type_in_turn(counter):
    click(counter, "A-1", "A-2", "A-3")
    counter.basket.turn_to(counter.state.rows[0].place)
    for number in (1, 1, 2):
        counter.basket.set_next(number)
    assert kinds(counter) == ["Adult", "Adult", "Child"]
    assert counter.state.at == 0
    counter.basket.move(-1)
    counter.basket.drop_line()
    assert seats(counter) == ["A-1", "A-2"]


def test_a_number_without_a_price_type_does_nothing(counter):
    click(counter, "A-1")
    counter.basket.set_next(9)
    assert kinds(counter) == ["Adult"]


def test_new_seats_begin_the_turn(counter):
    click(counter, "A-1")
    click(counter, "A-2")
    assert counter.state.at == 1


def test_tickets_goods_and_a_gift_voucher_are_one_sale(house, counter):
    product = programme(house)
    click(counter, "A-1")
    counter.basket.add_goods(product)
    counter.basket.add_goods(product)
    counter.basket.add_gift(house.euros(25))
    assert counter.state.total == house.euros(40 + 10 + 25)
    counter.give(house.euros(100))
    counter.pay()
    booking = counter.state.sold
    assert (booking.total, booking.change) == (house.euros(75), house.euros(25))
    assert (len(booking.tickets), len(booking.items), len(booking.vouchers)) == (1, 2, 1)
    house.services.payments.check(by=house.admin)


def test_goods_alone_are_sold(house, counter):
    counter.basket.add_goods(programme(house), 3)
    counter.pay()
    assert counter.state.sold.total == house.euros(15)


def test_goods_taken_to_nothing_leave_the_basket(house, counter):
    product = programme(house)
    counter.basket.add_goods(product, 2)
    counter.basket.add_goods(product, -2)
    assert not counter.state.filled


def test_a_code_takes_off_what_the_quote_says_line_by_line(house, counter):
    ten_percent(house)
    click(counter, "A-1", "A-2")
    counter.basket.add_code("summer 10")
    first = counter.state.quoted_line(counter.state.rows[0].place)
    assert (first.reduction.discount.name, first.reduction.amount) == ("Summer", house.euros(4))
    assert counter.state.total == house.euros(72)
    counter.pay()
    assert [t.discount for t in counter.state.sold.tickets] == ["Summer", "Summer"]
    assert counter.state.sold.total == house.euros(72)


def test_a_code_that_gives_nothing_is_named_and_can_be_taken_off(counter):
    click(counter, "A-1")
    counter.basket.add_code("NOSUCH")
    (refused,) = counter.state.refused_codes
    assert (refused.code, refused.reason) == ("NOSUCH", CodeRefusal.UNKNOWN)
    counter.basket.drop_code("NOSUCH")
    assert counter.state.codes == ()


def test_a_price_that_rose_while_the_seat_was_held_is_the_one_that_was_promised(house, counter):
    click(counter, "A-1")
    set_adult_price(house, 48)
    counter.basket.add_code("x")  # asks for the price again
    counter.basket.drop_code("x")
    line = counter.state.quoted_line(counter.state.rows[0].place)
    assert (line.promise, counter.state.total) == (Promise.KEPT, house.euros(40))
    counter.pay()
    assert counter.state.sold.total == house.euros(40)


def test_after_the_hold_ran_out_the_new_price_is_shown_before_any_money_is_taken(house, counter):
    click(counter, "A-1")
    set_adult_price(house, 48)
    house.clock.pass_by(minutes=11)
    counter.pay()
    assert isinstance(counter.state.problem, Conflict)
    assert claims(house, ClaimStatus.SOLD) == {}
    assert counter.state.total == house.euros(48)
    counter.forget_problem()
    counter.pay()
    assert counter.state.sold.total == house.euros(48)


def test_a_sale_is_undone_in_two_steps_and_the_basket_is_back(house, counter):
    click(counter, "A-1", "A-2")
    counter.basket.set_price_type(counter.state.rows[1].place, house.child.id)
    counter.pay()
    first = counter.state.sold
    counter.last_sale.undo()
    assert counter.state.sold == first  # one key is not enough
    counter.last_sale.ask()
    counter.last_sale.undo()
    after = house.services.bookings.booking(first.id, by=house.cashier)
    assert (after.status, after.refunded) == (BookingStatus.CANCELLED, house.euros(60))
    assert (counter.state.sold, seats(counter)) == (None, ["A-1", "A-2"])
    assert kinds(counter) == ["Adult", "Child"]
    house.services.payments.check(by=house.admin)


def test_thinking_better_of_it_leaves_it_sold(house, counter):
    click(counter, "A-1")
    counter.pay()
    counter.last_sale.ask()
    counter.last_sale.stay()
    counter.last_sale.undo()
    assert len(claims(house, ClaimStatus.SOLD)) == 1


def test_a_sale_too_long_ago_is_not_undone_and_says_why(house, counter):
    click(counter, "A-1")
    counter.pay()
    house.clock.pass_by(minutes=30)
    counter.last_sale.ask()
    counter.last_sale.undo()
    assert counter.state.problem.reason == "too_late"
    assert len(claims(house, ClaimStatus.SOLD)) == 1


def test_pay_pressed_before_the_price_is_there_sells_once_it_is_the_one_shown(house):
    from tests.viewmodels.test_counter import HeldTasks

    tasks = HeldTasks()
    counter = open_counter(house, tasks=tasks)
    click(counter, "A-1")
    tasks.slow = True
    counter.basket.set_price_type(counter.state.rows[0].place, house.child.id)
    counter.pay()
    assert counter.state.sold is None
    tasks.catch_up()
    assert counter.state.sold.total == house.euros(20)


def test_the_answer_lost_the_same_sale_is_found_by_its_key(house):
    till = AnswerLost(house.services.tickets)
    counter = open_counter(house, tickets=till)
    click(counter, "A-1")
    counter.pay()
    counter.pay()
    assert len(set(till.keys)) == 1
    assert len(claims(house, ClaimStatus.SOLD)) == 1
    assert counter.state.sold.number == "T1-00001"


def test_what_is_kept_is_what_is_shown(counter):
    click(counter, "A-1")
    counter.call_it("School trip")
    kept = counter.state.kept
    assert kept == replace(kept, lines=counter.state.lines, name="School trip")
