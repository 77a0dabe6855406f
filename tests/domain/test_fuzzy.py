"""Hasty letters find names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.fuzzy import fit

COMMANDS = [
    "New customer", "Edit the customer", "Import customers", "Search customers", "Cash", "Card",
    "Card elsewhere, by slip", "Count the drawer", "House lights up or down", "Go to Customers",
    "Event list", "New event", "Réserver",
]  # fmt: skip


def best(typed):
    ranked = sorted(COMMANDS, key=lambda name: -fit(typed, name))
    return ranked[0] if fit(typed, ranked[0]) else ""


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("new customer", "New customer"),
        ("nwcu", "New customer"),
        ("newcu", "New customer"),
        ("nc", "New customer"),
        ("customer new", "New customer"),
        ("ic", "Import customers"),
        ("card", "Card"),
        ("slip", "Card elsewhere, by slip"),
        ("lights", "House lights up or down"),
        ("ne", "New event"),
        ("reserver", "Réserver"),
        ("xyz", ""),
        ("", ""),
    ],
)
def test_what_is_meant(typed, name):
    assert best(typed) == name


def test_the_nearer_the_better():
    fits = [
        fit(typed, "House lights") for typed in ("house lights", "house", "lights", "ights", "hl")
    ]
    assert fits == sorted(fits, reverse=True)
    assert fits[-1] > 0


@given(st.text(max_size=20), st.text(max_size=30))
def test_any_text_has_a_fit_and_a_name_fits_itself(typed, name):
    assert 0 <= fit(typed, name) <= 400
    if name.strip() and fit(name, name):
        assert fit(name, name) == 400
