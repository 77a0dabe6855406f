"""A theatre on a local database, with a clock that tests move; a view-model answers at once."""

from collections.abc import Iterator

import pytest

from tests.builders import Clock, Theatre, plan, theatre
from ui.events.catalogue import Catalogue
from ui.events.detail import Detail
from ui.relay import Relay
from ui.tasks import ImmediateTasks


@pytest.fixture
def house(sqlite_url: str) -> Iterator[Theatre]:
    """Forty seats and twenty standing places, one performance on sale."""
    made = theatre(sqlite_url, clock=Clock(), house=plan(standing=20))
    yield made
    made.services.close()


@pytest.fixture
def relay(house: Theatre) -> Relay:
    return Relay(house.services.bus)


@pytest.fixture
def catalogue(house: Theatre, relay: Relay) -> Catalogue:
    services = house.services
    made = Catalogue(
        events=services.events,
        programme=services.programme,
        venues=services.venues,
        cancellations=services.cancellations,
        by=house.admin,
        tasks=ImmediateTasks(),
        relay=relay,
    )
    relay.setParent(made)
    made.load()
    return made


@pytest.fixture
def detail(house: Theatre, relay: Relay) -> Detail:
    services = house.services
    made = Detail(
        events=services.events,
        programme=services.programme,
        schedule=services.schedule,
        cancellations=services.cancellations,
        by=house.admin,
        tasks=ImmediateTasks(),
        relay=relay,
    )
    relay.setParent(made)
    made.open(house.event.id)
    return made
