"""Two stations that exchange onto the same seats at the same moment: one has them, the other is told which
were lost and has kept everything it had."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from app.bootstrap import build
from app.config import Settings
from app.domain.errors import SeatTaken
from app.domain.exchanges import ExchangeWish
from app.domain.users import Operator
from app.domain.values import new_id
from tests.builders import plan, theatre

_ROUNDS = 6


@pytest.fixture
def house(database_url: str):
    made = theatre(database_url, house=plan())
    yield made
    made.services.close()


@pytest.fixture
def stations(house):
    """Two programs over one database, each with its cashier."""
    url, by = house.services.database.url.render_as_string(hide_password=False), house.cashier
    opened = [build(Settings(url, station=code)) for code in ("T2", "T3")]
    yield [
        (each, Operator(by.user_id, by.name, by.role, each.station.id, each.station.code))
        for each in opened
    ]
    for services in opened:
        services.close()


def test_the_same_seats_go_to_one_of_two(house, stations):
    start = Barrier(2)

    def exchange(station, booking, wanted) -> tuple[str, ...]:
        services, by = station
        wish = ExchangeWish(booking.id, tuple(t.id for t in booking.live), wanted)
        shown = services.exchanges.preview(wish, by=by)
        start.wait(timeout=30)
        try:
            services.exchanges.exchange(wish, expected=shown, key=new_id(), by=by)
        except SeatTaken as lost:
            return lost.seats
        return ()

    with ThreadPoolExecutor(2) as pool:
        for number in range(1, _ROUNDS + 1):
            wanted = house.order(f"A-{number}", f"B-{number}").lines
            bookings = [
                services.tickets.sell(house.order(f"{row}-{number}"), by=by)
                for (services, by), row in zip(stations, "CD", strict=True)
            ]
            answers = list(pool.map(exchange, stations, bookings, [wanted, wanted]))
            assert sorted(map(bool, answers)) == [False, True]
            for booking, lost in zip(bookings, answers, strict=True):
                after = house.services.bookings.booking(booking.id, by=house.cashier)
                assert set(lost) <= {f"A-{number}", f"B-{number}"}
                assert len(after.live) == (1 if lost else 2)
                assert (after == booking) is bool(lost)
    house.services.payments.check(by=house.admin)
