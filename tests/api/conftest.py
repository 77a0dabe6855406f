"""A served house on each kind of database."""

from collections.abc import Iterator

import pytest

from tests.api.site import Site, make_site


@pytest.fixture
def site(database_url: str) -> Iterator[Site]:
    yield from _served(database_url)


@pytest.fixture
def local_site(sqlite_url: str) -> Iterator[Site]:
    """For what has nothing to do with the database."""
    yield from _served(sqlite_url)


def _served(url: str) -> Iterator[Site]:
    made = make_site(url)
    with made.client:
        yield made
    made.services.close()
