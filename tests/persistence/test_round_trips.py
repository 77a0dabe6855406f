"""A shared house may be in another town: what a sale costs is how often it waits for an answer."""

import pytest

from app.bootstrap import build
from app.config import Settings
from tests.builders import theatre
from tests.persistence.proxy import proxied

_BUDGET = 8


@pytest.fixture
def far(postgresql_url):
    """A theatre, and services that reach it through the proxy."""
    house = theatre(postgresql_url)
    with proxied(postgresql_url) as (proxy, url):
        services = build(Settings(url, station="T1"))
        yield house, services, proxy
        services.close()
    house.services.close()


def test_a_sale_of_four_seats_stays_within_its_round_trips(far):
    house, services, proxy = far
    # the station has sold before: it is connected and knows plan and prices
    services.tickets.sell(house.order("D-1"), by=house.cashier)
    before = proxy.turns
    booking = services.tickets.sell(house.order("A-1", "A-2", "A-3", "A-4"), by=house.cashier)
    turns = proxy.turns - before
    assert len(booking.tickets) == 4
    print(f"{turns} round trips")
    assert 0 < turns <= _BUDGET, f"{turns} round trips for a sale of four seats"
