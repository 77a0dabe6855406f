"""Whole ways through the program."""

import pytest

pytest.register_assert_rewrite(
    *(f"tests.journeys.season_{act}" for act in ("opening", "selling", "returns", "closing"))
)
