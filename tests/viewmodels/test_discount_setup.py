"""Discounts as they are written down: by percent, amount, n for m, for some seats only; and given up."""

from dataclasses import replace

import pytest

from app.domain.discounts import DiscountKind
from tests.builders import Theatre
from ui.events.discount_forms import NO
from ui.events.discounts import DiscountSetup
from ui.relay import Relay
from ui.tasks import ImmediateTasks

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.fixture
def setup(house: Theatre, relay: Relay) -> DiscountSetup:
    services = house.services
    made = DiscountSetup(
        discounts=services.discounts,
        events=services.events,
        settings=services.settings,
        by=house.admin,
        tasks=ImmediateTasks(),
        relay=relay,
    )
    relay.setParent(made)
    made.load()
    return made


def write(setup: DiscountSetup, discount_id: str = "", **typed: str):
    form = setup.form(discount_id)
    form.type(**typed)
    form.save()
    return form.state


def test_ten_percent_with_a_code_shows_and_counts(house, setup):
    write(setup, name="Summer", code="SUMMER10", value="10")
    (made,) = setup.state.discounts
    assert (made.terms.kind, made.terms.value, made.terms.code) == (
        DiscountKind.PERCENT,
        1000,
        "SUMMER10",
    )
    order = replace(house.order("A-1"), codes=("summer10",))
    assert house.services.tickets.quote(order, by=house.cashier).total == house.euros(36)


def test_four_for_three_from_a_day_to_a_day(setup):
    write(
        setup,
        name="Family",
        kind="n_for_m",
        value="4 for 3",
        valid_from="2026-12-01",
        valid_until="2026-12-31",
        self_service=NO,
    )
    terms = setup.state.discounts[0].terms
    assert (terms.takes, terms.pays, terms.self_service) == (4, 3, False)
    form = setup.form(setup.state.discounts[0].id)
    assert (form.state.typed.value, form.state.typed.valid_from, form.state.typed.valid_until) == (
        "4 for 3",
        "2026-12-01",
        "2026-12-31",
    )


def test_an_amount_for_two_seats_only(house, setup):
    write(
        setup,
        name="Behind the pillar",
        kind="amount",
        value="5",
        performance=house.performance.id,
        seats="A-1, A-2",
    )
    form = setup.form(setup.state.discounts[0].id)
    assert (form.state.typed.seats, form.state.typed.value) == ("A-1 A-2", "5.00")
    totals = [
        house.services.tickets.quote(house.order(label), by=house.cashier).total
        for label in ("A-1", "A-3")
    ]
    assert totals == [house.euros(35), house.euros(40)]


@pytest.mark.parametrize(
    ("typed", "field", "problem"),
    [
        ({"name": "X", "value": "much"}, "value", "not_a_percentage"),
        ({"name": "X", "kind": "n_for_m", "value": "4"}, "value", "not_a_group"),
        ({"name": "X", "value": "10", "most_uses": "few"}, "most_uses", "not_whole"),
        ({"name": "X", "value": "10", "valid_from": "soonish"}, "valid_from", "not_a_time"),
        ({"name": "X", "value": "10", "seats": "A-1"}, "performance", "missing"),
        ({"name": "", "value": "10"}, "name", "missing"),
    ],
)
def test_what_cannot_be_read_is_named_by_its_field(setup, typed, field, problem):
    state = write(setup, **typed)
    assert state.problems[field] == problem
    assert setup.state.discounts == ()


def test_seats_nobody_knows_are_refused(house, setup):
    state = write(setup, name="X", value="10", performance=house.performance.id, seats="Z-99")
    assert state.problems == {"seats": "unknown_seats"}


def test_given_up_and_given_again(setup):
    write(setup, name="Summer", code="SUMMER10", value="10")
    (made,) = setup.state.discounts
    setup.give(made.id, active=False)
    assert not setup.state.discounts[0].active
    setup.give(made.id, active=True)
    assert setup.state.discounts[0].active


def test_somebody_elses_change_meanwhile_is_shown_beside(house, setup):
    write(setup, name="Summer", code="SUMMER10", value="10")
    (made,) = setup.state.discounts
    form = setup.form(made.id)
    house.services.discounts.edit(
        made.id, replace(made.terms, value=2000), version=made.version, by=house.admin
    )
    form.type(name="Summer sale")
    form.save()
    assert form.state.overtaken
    form.save()
    terms = setup.state.discounts[0].terms
    assert (terms.name, terms.value) == ("Summer sale", 2000)
