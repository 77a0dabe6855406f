"""Paying at the counter: parts, slips, vouchers, and a terminal that misbehaves. Pressed twice, paid once."""

from dataclasses import replace

import pytest

from app.domain.errors import SeatTaken, TerminalUnreachable, VoucherUnusable
from app.domain.payments import Tender
from app.domain.values import Money
from app.gateways.card_terminal import NoTerminal, SimulatedTerminal, SimulatorDriver
from app.services.cards import CardService
from tests.builders import Theatre
from tests.viewmodels.test_counter import HeldTasks, click
from ui.box_office.payment_state import CardPhase
from ui.box_office.services import Services
from ui.box_office.viewmodel import Counter
from ui.relay import Relay
from ui.tasks import ImmediateTasks, ThreadTasks

pytestmark = pytest.mark.usefixtures("qapp")


class Till:
    """A counter whose terminal does as the script says."""

    def __init__(self, house: Theatre, *script: str, tasks=None, driver=None) -> None:
        self.house = house
        self.device = SimulatedTerminal(script=script, by_amount=False)
        self.driver = driver or SimulatorDriver(self.device)
        self.cards = CardService(house.services.tickets._work, terminal=self.driver)
        relay = Relay(house.services.bus)
        self.counter = Counter(
            replace(Services.of(house.services), cards=self.cards),
            by=house.cashier,
            tasks=tasks or ImmediateTasks(),
            relay=relay,
        )
        relay.setParent(self.counter)
        self.counter.choose(house.performance.id)

    @property
    def desk(self):
        return self.counter.desk

    @property
    def state(self):
        return self.counter.state

    @property
    def phase(self):
        asked = self.state.payment.asked
        return asked and asked.phase

    def paid(self) -> list[tuple[str, int]]:
        return [(p.tender.value, p.amount.minor) for p in self.state.sold.payments]

    def by_card(self) -> None:
        self.desk.choose(Tender.CARD)
        self.counter.pay()

    def unresolved(self):
        return self.cards.unresolved(by=self.house.cashier)


@pytest.fixture
def till(house: Theatre):
    def make(*script: str, seats=("A-1", "A-2"), **more) -> Till:
        made = Till(house, *script, **more)
        click(made.counter, *seats)
        return made

    return make


def euros(minor: int) -> Money:
    return Money(minor, "EUR")


# --- the terminal -----------------------------------------------------------------------------


def test_an_approved_card_sells_at_once(till):
    till = till("approve")
    till.by_card()
    assert till.paid() == [("card", 8000)]
    assert till.unresolved() == ()
    assert till.state.payment.put == ()


def test_a_held_key_charges_once(house, till):
    tasks = HeldTasks()
    till = till("approve", "approve", tasks=tasks)
    tasks.slow = True
    till.desk.choose(Tender.CARD)
    for _ in range(5):
        till.counter.pay()
    assert till.phase is CardPhase.WAITING
    assert till.state.locked
    tasks.catch_up()
    assert till.paid() == [("card", 8000)]
    assert list(till.device.moved().values()) == [8000]


def test_while_the_terminal_is_busy_the_basket_stays_as_it_is(till):
    tasks = HeldTasks()
    till = till("approve", tasks=tasks)
    tasks.slow = True
    till.by_card()
    before = till.state.rows
    till.counter.clear()
    click(till.counter, "A-1", "B-5")
    till.counter.basket.set_all(till.house.child.id)
    till.desk.choose(Tender.CASH)
    assert till.state.rows == before
    assert till.state.payment.tender is Tender.CARD
    tasks.catch_up()
    assert till.paid() == [("card", 8000)]


def test_a_declined_card_leaves_the_basket_for_another_tender(till):
    till = till("decline", "approve")
    till.by_card()
    assert till.phase is CardPhase.DECLINED
    assert till.state.payment.asked.reason == "funds"
    assert till.device.moved() == {}
    till.counter.pay()
    assert till.paid() == [("card", 8000)]


def test_no_answer_is_asked_for_with_the_same_key(till):
    till = till("lose_answer")
    till.by_card()
    assert till.phase is CardPhase.UNKNOWN
    assert till.state.locked
    till.counter.pay()
    assert till.paid() == [("card", 8000)]
    assert list(till.device.moved().values()) == [8000]


def test_no_answer_can_be_undone(till):
    till = till("lose_answer")
    till.by_card()
    till.desk.cancel()
    assert till.state.payment.asked is None
    assert till.state.payment.undone
    assert till.device.moved() == {}
    till.counter.pay()
    assert till.unresolved() == ()


def test_a_terminal_that_is_away_says_so_and_the_cashier_takes_cash(till):
    till = till("unplugged")
    till.by_card()
    assert isinstance(till.state.problem, TerminalUnreachable)
    assert till.state.payment.asked is None
    till.desk.choose(Tender.CASH)
    till.counter.pay()
    assert till.paid() == [("cash", 8000)]


def test_unplugged_while_unknown_it_stays_unknown(till):
    till = till("lose_answer")
    till.by_card()
    till.driver.unplugged = True
    till.counter.pay()
    assert till.phase is CardPhase.UNKNOWN
    till.desk.cancel()
    assert till.phase is CardPhase.UNKNOWN
    till.driver.unplugged = False
    till.counter.pay()
    assert till.paid() == [("card", 8000)]


def test_a_seat_lost_while_the_card_was_charged_gives_the_money_back(till):
    till = till("approve")
    till.desk.choose(Tender.CARD)
    till.house.clock.pass_by(minutes=11)  # the hold ran out, and somebody was quicker
    till.house.services.tickets.sell(till.house.order("A-1"), by=till.house.cashier)
    till.counter.pay()
    assert isinstance(till.state.problem, SeatTaken)
    assert till.state.payment.put == ()
    assert till.state.payment.undone
    assert till.device.moved() == {}
    assert till.unresolved() == ()


def test_without_a_terminal_there_is_no_card(till):
    till = till(driver=NoTerminal())
    till.desk.choose(Tender.CARD)
    assert till.state.payment.tender is Tender.CASH


# --- parts ------------------------------------------------------------------------------------


def test_three_tenders_pay_for_one_booking(till):
    till = till("approve")
    till.counter.give(euros(2000))
    assert not till.state.may_pay
    till.desk.put_down()
    assert till.state.left == euros(6000)
    till.desk.choose(Tender.SLIP)
    till.desk.set_reference(" 004711 ")
    till.desk.set_part(euros(2500))
    till.counter.pay()
    till.desk.choose(Tender.CARD)
    till.counter.pay()
    assert till.paid() == [("cash", 2000), ("slip", 2500), ("card", 3500)]
    assert till.state.sold.payments[1].transaction_id == "004711"


def test_cash_gives_change_after_a_part(till):
    till = till("approve")
    till.desk.choose(Tender.CARD)
    till.desk.set_part(euros(5000))
    till.counter.pay()
    assert till.state.payment.tender is Tender.CASH
    till.counter.give(euros(5000))
    assert till.state.change == euros(2000)
    till.counter.pay()
    assert till.paid() == [("card", 5000), ("cash", 3000)]
    assert till.state.sold.change == euros(2000)


@pytest.mark.parametrize("part", [0, 8001])
def test_a_part_is_something_and_no_more_than_is_left(till, part):
    till = till("approve")
    till.desk.choose(Tender.CARD)
    till.desk.set_part(euros(part))
    assert not till.state.may_go_on
    till.counter.pay()
    assert till.device.moved() == {}


def test_a_slip_needs_its_number(till):
    till = till()
    till.desk.choose(Tender.SLIP)
    till.counter.pay()
    assert till.state.payment.problems == {"slip": "missing"}
    assert till.state.payment.put == ()


def test_a_part_taken_off_is_owed_again_and_a_card_is_undone(till):
    till = till("approve")
    till.counter.give(euros(1000))
    till.desk.put_down()
    till.desk.choose(Tender.CARD)
    till.desk.set_part(euros(2000))
    till.counter.pay()
    assert till.state.left == euros(5000)
    till.desk.take_off(1)
    assert till.device.moved() == {}
    till.desk.take_off(0)
    assert till.state.left == euros(8000)
    assert till.unresolved() == ()


def test_a_cancelled_basket_gives_the_card_payment_back(till):
    till = till("approve")
    till.desk.choose(Tender.CARD)
    till.desk.set_part(euros(2000))
    till.counter.pay()
    till.counter.clear()
    assert till.device.moved() == {}
    assert till.unresolved() == ()
    assert till.state.payment.put == ()


def test_giving_back_a_seat_never_leaves_more_paid_than_is_due(till):
    till = till()
    till.counter.give(euros(5000))
    till.desk.put_down()
    till.counter.remove([till.state.rows[0].place])
    assert till.state.left == euros(-1000)
    assert not till.state.may_go_on
    till.desk.take_off(0)
    till.counter.pay()
    assert till.paid() == [("cash", 4000)]


# --- vouchers ---------------------------------------------------------------------------------


def voucher(till: Till, minor: int):
    order = till.house.order_of([], vouchers=(euros(minor),))
    return till.house.services.tickets.sell(order, by=till.house.cashier).vouchers[0]


def test_a_voucher_is_looked_up_then_redeemed(till):
    till = till()
    gift = voucher(till, 10000)
    till.desk.choose(Tender.VOUCHER)
    till.desk.set_reference(gift.code.lower())
    till.counter.pay()
    assert till.state.payment.voucher.balance == euros(10000)
    assert till.state.next_part == euros(8000)
    till.counter.pay()
    assert till.paid() == [("voucher", 8000)]


def test_a_small_voucher_pays_what_it_can_and_not_twice(till):
    till = till()
    gift = voucher(till, 3000)
    for _ in range(2):
        till.desk.choose(Tender.VOUCHER)
        till.desk.set_reference(gift.code)
        till.counter.pay()
        till.counter.pay()
    assert isinstance(till.state.problem, VoucherUnusable)
    assert till.state.left == euros(5000)
    till.desk.choose(Tender.CASH)
    till.counter.pay()
    assert till.paid() == [("voucher", 3000), ("cash", 5000)]


def test_a_mistyped_voucher_is_said_beside_the_field(till):
    till = till()
    till.desk.choose(Tender.VOUCHER)
    till.desk.set_reference("ABCDEFGHJKLM")
    till.counter.pay()
    assert till.state.payment.problems == {"voucher": "mistyped"}
    till.desk.set_reference("ABCDEFGHJKL")
    assert till.state.payment.problems == {}


def test_the_books_agree_after_all_of_it(till):
    till = till("approve", "lose_answer", "decline")
    gift = voucher(till, 3000)
    till.desk.choose(Tender.VOUCHER)
    till.desk.set_reference(gift.code)
    till.counter.pay()
    till.counter.pay()
    till.by_card()
    assert till.paid() == [("voucher", 3000), ("card", 5000)]
    till.house.services.payments.check(by=till.house.admin)
    assert till.unresolved() == ()


def test_waiting_at_a_real_terminal_can_be_cancelled(house, qtbot):
    tasks = ThreadTasks()
    device = SimulatedTerminal(delay=20, by_amount=False)
    till = Till(house, tasks=tasks, driver=SimulatorDriver(device))
    qtbot.waitUntil(lambda: till.state.stage is not None)
    click(till.counter, "A-1")
    qtbot.waitUntil(lambda: bool(till.state.rows))
    till.by_card()
    assert till.phase is CardPhase.WAITING
    qtbot.waitUntil(lambda: bool(till.unresolved()))
    till.desk.cancel()
    qtbot.waitUntil(lambda: not till.state.locked)
    qtbot.waitUntil(lambda: not tasks.busy)
    assert device.moved() == {}
    assert till.unresolved() == ()
    till.desk.choose(Tender.CASH)
    till.counter.pay()
    qtbot.waitUntil(lambda: till.state.sold is not None)
    assert till.paid() == [("cash", 4000)]
    qtbot.waitUntil(lambda: not tasks.busy)
    tasks.close()
