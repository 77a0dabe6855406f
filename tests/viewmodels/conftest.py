"""A theatre on a local database, with a clock that tests move; a view-model answers at once."""

from collections.abc import Iterator

import pytest

from tests.builders import Clock, Theatre, plan, theatre


@pytest.fixture
def house(sqlite_url: str) -> Iterator[Theatre]:
    """Forty seats and twenty standing places, one performance on sale."""
    made = theatre(sqlite_url, clock=Clock(), house=plan(standing=20))
    yield made
    made.services.close()
