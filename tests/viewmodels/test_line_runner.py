"""A line typed is a sale made: seats, price types and money in one go; or it says what is in the way."""

from datetime import UTC, datetime

import pytest

from app.domain.payments import Tender
from app.domain.sale_command import SaleCommand
from app.domain.sale_line import parse
from app.domain.tickets import BookingStatus, ClaimStatus
from tests.builders import Theatre
from tests.viewmodels.test_counter import claims, open_counter, seats, take_elsewhere
from ui.box_office.line_runner import LineRunner
from ui.box_office.sale_context import context_of

pytestmark = pytest.mark.usefixtures("qapp")


class Line:
    """A counter, and a line to type into."""

    def __init__(self, house: Theatre) -> None:
        self.counter = open_counter(house)
        self.reserved: list[object] = []
        self.ended: list[bool] = []
        self.runner = LineRunner(self.counter, reserve=self.reserved.append, parent=self.counter)
        self.runner.ended.connect(self.ended.append)

    def type(self, text: str) -> None:
        state = self.counter.state
        context = context_of(
            state.stage.plan,
            kinds=state.price_types,
            currency="EUR",
            due=state.left if state.filled else None,
            zone="Europe/Berlin",
            now=datetime.now(UTC),
        )
        command = parse(text, context)
        assert isinstance(command, SaleCommand), command
        self.runner.run(command)


@pytest.fixture
def line(house: Theatre) -> Line:
    return Line(house)


def test_two_adults_and_a_child_for_cash(house, line):
    line.type("2a 1c / cash 150")
    booking = line.counter.state.sold
    assert sorted(t.price_type for t in booking.tickets) == ["Adult", "Adult", "Child"]
    assert (booking.total, booking.change) == (house.euros(100), house.euros(50))
    assert line.ended == [True]


def test_seats_by_name_with_price_types(house, line):
    line.type("A-1 A-2 2c / slip 4711")
    (payment,) = line.counter.state.sold.payments
    assert (payment.tender, payment.transaction_id) == (Tender.SLIP, "4711")
    assert payment.amount == house.euros(40)


def test_without_money_the_basket_is_filled_and_the_sum_follows(house, line):
    line.type("2")
    assert len(seats(line.counter)) == 2
    line.type("/ cash 100")
    assert line.counter.state.sold.change == house.euros(20)


def test_standing_places(house, line):
    line.type("3 standing / cash")
    assert [t.seat for t in line.counter.state.sold.tickets] == ["Standing"] * 3


def test_two_tenders(house, line):
    line.type("A-1 / cash 10 / slip 5")
    assert [(p.tender.value, p.amount.minor) for p in line.counter.state.sold.payments] == [
        ("cash", 1000),
        ("slip", 3000),
    ]


def test_a_taken_seat_ends_the_line_before_any_money(house, line):
    take_elsewhere(house, "A-2")
    line.type("A-1 A-2 / cash 100")
    assert line.ended == [False]
    assert (seats(line.counter), line.counter.state.sold) == ([], None)
    assert claims(house, ClaimStatus.SOLD) == {}


def test_too_little_money_takes_none(house, line):
    line.type("A-1 / cash 10")
    assert line.counter.state.sold is None
    assert line.counter.state.given == house.euros(10)


def test_reserving_asks_for_the_rest(house, line):
    line.type("2 / reserve")
    assert line.reserved == [None]
    assert len(seats(line.counter)) == 2


def test_more_seats_than_there_are(house, line):
    line.type("20 zone 1")
    line.type("1 zone 1 / cash")
    assert line.ended == [True, False]
    assert line.counter.state.sold is None


def test_a_paid_line_is_a_paid_booking(line):
    line.type("1 / cash")
    assert line.counter.state.sold.status is BookingStatus.PAID
