"""A theatre on each kind of database, with a clock that tests move."""

from collections.abc import Iterator

import pytest

from tests.builders import Clock, Theatre, plan, theatre


@pytest.fixture
def house(database_url: str) -> Iterator[Theatre]:
    """Forty seats and twenty standing places, one performance on sale."""
    made = theatre(database_url, clock=Clock(), house=plan(standing=20))
    yield made
    made.services.close()
