"""What is done at the counter and with bookings is noted as it happens."""

import pytest

from app.domain.analytics import Interaction
from app.domain.tickets import Booking
from tests.builders import Theatre
from tests.viewmodels.test_counter import HeldTasks, click, open_counter
from ui.bookings.viewmodel import Bookings
from ui.relay import Relay
from ui.tasks import ImmediateTasks

pytestmark = pytest.mark.usefixtures("qapp")


def noted(house: Theatre) -> list[tuple[Interaction, str]]:
    """What the cashier did so far, oldest first, as the database tells it."""
    house.services.interactions.write()
    lines = house.services.analytics.of_user(house.cashier.user_id, by=house.cashier)
    return [(line.type, line.event) for line in reversed(lines)]


def test_a_sale_leaves_its_steps(house: Theatre):
    counter = open_counter(house)
    counter.note_search("winter")
    counter.note_search("  ")
    counter.choose(house.performance.id)
    click(counter, "A-1")
    counter.pay()
    title = house.event.title
    assert noted(house) == [
        (Interaction.OPEN_HOUSE, title),
        (Interaction.SEARCH, ""),
        (Interaction.HOLD, title),
        (Interaction.BOOK, title),
    ]


def test_a_basket_put_back_is_abandoned(house: Theatre):
    counter = open_counter(house)
    click(counter, "A-1")
    counter.clear()
    counter.clear()
    assert [what for what, _ in noted(house)] == [
        Interaction.OPEN_HOUSE,
        Interaction.HOLD,
        Interaction.ABANDON,
    ]


def test_a_basket_that_is_being_paid_cannot_be_abandoned(house: Theatre):
    tasks = HeldTasks()
    counter = open_counter(house, tasks=tasks)
    click(counter, "A-1")
    tasks.slow = True
    counter.pay()
    counter.clear()
    tasks.catch_up()
    assert [what for what, _ in noted(house)] == [
        Interaction.OPEN_HOUSE,
        Interaction.HOLD,
        Interaction.BOOK,
    ]


def test_a_cancelled_ticket_and_a_search_without_its_words(house: Theatre):
    booking: Booking = house.services.tickets.sell(house.order("A-1", "A-2"), by=house.cashier)
    relay = Relay(house.services.bus)
    bookings = Bookings(house.services, by=house.cashier, tasks=ImmediateTasks(), relay=relay)
    bookings.narrow(search="Ms Private")
    bookings.open(booking.id)
    bookings.cancel([booking.tickets[0].id], reason="ill")
    assert noted(house) == [
        (Interaction.SEARCH, ""),
        (Interaction.CANCEL, house.event.title),
    ]
    lines = house.services.analytics.of_user(house.cashier.user_id, by=house.cashier)
    assert lines[0].ticket_id == booking.tickets[0].id
    assert lines[1].detail == "bookings"
