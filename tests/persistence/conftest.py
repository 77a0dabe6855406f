"""Two stations on one database: the first writes, the second listens."""

import pytest

from tests.persistence.hearing import stations


@pytest.fixture
def pair(database_url: str):
    """Who writes, and who listens."""
    with stations(database_url, database_url) as made:
        yield made


@pytest.fixture
def shared_pair(postgresql_url: str):
    with stations(postgresql_url, postgresql_url) as made:
        yield made
