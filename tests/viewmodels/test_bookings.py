"""Paying a reservation by card: one charge for one booking, whatever the terminal answers."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from app.domain.errors import TerminalTimeout
from app.domain.payments import Tender, Tendered
from app.domain.tickets import Booking, BookingStatus
from app.gateways.card_terminal import SimulatedTerminal, SimulatorDriver
from tests.builders import Clock, Theatre, plan, theatre
from tests.viewmodels.test_counter import HeldTasks
from ui.bookings.viewmodel import Bookings
from ui.relay import Relay

pytestmark = pytest.mark.usefixtures("qapp")

CARD = Tendered(Tender.CARD)


class Desk:
    """Reservations, and a terminal that does as the script says."""

    def __init__(self, house: Theatre, device: SimulatedTerminal) -> None:
        self.house, self.device, self.tasks = house, device, HeldTasks()
        relay = Relay(house.services.bus)
        self.bookings = Bookings(house.services, by=house.cashier, tasks=self.tasks, relay=relay)
        relay.setParent(self.bookings)

    def reserved(self, seat: str) -> Booking:
        until = self.house.clock.now + timedelta(days=1)
        order = self.house.order(seat)
        return self.house.services.tickets.reserve(order, until=until, by=self.house.cashier)

    def pay(self, booking: Booking) -> None:
        self.bookings.open(booking.id)
        self.bookings.pay(CARD)

    def status(self, booking: Booking) -> BookingStatus:
        by = self.house.cashier
        return self.house.services.bookings.booking(booking.id, by=by).status


@pytest.fixture
def desk(sqlite_url: str) -> Iterator[Desk]:
    device = SimulatedTerminal(script=("lose_answer", "approve"), by_amount=False)
    terminal = SimulatorDriver(device)
    made = theatre(sqlite_url, clock=Clock(), house=plan(), terminal=terminal)
    yield Desk(made, device)
    made.services.close()


def test_a_card_whose_answer_was_lost_pays_its_own_booking_only(desk: Desk):
    first, second = desk.reserved("A-1"), desk.reserved("A-2")
    desk.pay(first)
    assert isinstance(desk.bookings.state.problem, TerminalTimeout)
    desk.pay(second)
    assert desk.status(second) is BookingStatus.PAID
    assert desk.status(first) is BookingStatus.RESERVED
    desk.pay(first)
    assert desk.status(first) is BookingStatus.PAID
    assert list(desk.device.moved().values()) == [4000, 4000]


def test_looking_at_another_booking_meanwhile_does_not_let_one_pay_twice(desk: Desk):
    first, second = desk.reserved("A-1"), desk.reserved("A-2")
    desk.bookings.open(first.id)
    desk.tasks.slow = True
    desk.bookings.pay(CARD)
    desk.tasks.slow = False
    desk.bookings.open(second.id)
    desk.bookings.pay(CARD)
    assert desk.bookings.state.busy
    assert desk.status(second) is BookingStatus.RESERVED
