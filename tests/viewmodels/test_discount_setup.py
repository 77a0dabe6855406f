"""Discounts as they are written down: by percent, amount, n for m, for some seats only; and given up."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain.discounts import DiscountEntry, DiscountKind, Scope
from app.domain.users import Operator, Role
from tests.builders import Theatre
from tests.services.stage import entry, full_prices, member, new_event
from ui.events.discount_dialog import discount_dialog, facts
from ui.events.discount_forms import NO
from ui.events.discounts import DiscountSetup
from ui.relay import Relay
from ui.tasks import ImmediateTasks

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.fixture
def setup(house: Theatre, relay: Relay) -> DiscountSetup:
    return setup_of(house, relay, house.admin)


def setup_of(house: Theatre, relay: Relay, by: Operator) -> DiscountSetup:
    services = house.services
    made = DiscountSetup(
        discounts=services.discounts,
        events=services.events,
        prices=services.prices,
        settings=services.settings,
        by=by,
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
        "Tue 1 Dec 2026",
        "Thu 31 Dec 2026",
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
        ({"name": "X", "value": "10", "valid_from": "soonish"}, "valid_from", "not_a_date"),
        ({"name": "X", "value": "10", "seats": "A-1"}, "performance", "missing"),
        ({"name": "", "value": "10"}, "name", "missing"),
        ({"name": "X", "kind": "n_for_m", "value": "4 for 4"}, "value", "too_large"),
        ({"name": "X", "kind": "n_for_m", "value": "1 for 0"}, "value", "too_small"),
        ({"name": "X", "kind": "amount", "value": "0"}, "value", "not_positive"),
        ({"name": "X", "value": "10", "from_tickets": "0"}, "from_tickets", "too_small"),
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


def test_for_one_zone_and_one_price_type(house, setup):
    assert setup.state.zones == ("Zone 1", "Zone 2")
    write(setup, name="Children above", value="50", zone="Zone 2", price_type=house.child.id)
    scope = setup.state.discounts[0].terms.scope
    assert (scope.zones, scope.price_types) == ({"Zone 2"}, {house.child.id})


def test_what_the_form_cannot_show_outlives_a_change_of_the_name(house, setup):
    second = house.services.schedule.add_performance(
        house.event.id, entry(house), prices=full_prices(house), by=house.admin
    )
    now = house.clock.now
    scope = Scope(
        events=frozenset({house.event.id, _put_away(house)}),
        performances=frozenset({house.performance.id, second.id}),
        zones=frozenset({"Zone 1", "Royal box"}),
        price_types=frozenset({house.adult.id, house.child.id}),
        seats={house.performance.id: frozenset({1}), second.id: frozenset({2})},
    )
    made = house.services.discounts.add(
        DiscountEntry(
            "Patrons",
            DiscountKind.PERCENT,
            value=1050,
            scope=scope,
            per_booking=2,
            valid_from=now,
            valid_until=now + timedelta(days=1),
        ),
        by=house.admin,
    )
    setup.load()
    write(setup, made.id, name="Friends of patrons")
    assert setup.state.discounts[0].terms == replace(made.terms, name="Friends of patrons")


def test_the_form_shows_what_is_over_and_keeps_it(house, setup):
    """An event without a performance to come is not on offer, and stays chosen where it was."""
    event_id = _put_away(house)
    scope = Scope(events=frozenset({event_id}))
    made = house.services.discounts.add(
        DiscountEntry("Last year", DiscountKind.PERCENT, value=1000, scope=scope), by=house.admin
    )
    setup.load()
    dialog = discount_dialog(setup.form(made.id), state=setup.state)
    assert dialog.fields["event"].box.currentText() == "The Lighthouse"
    dialog.fields["name"].set_text("Every year")
    dialog.save.click()
    assert setup.state.discounts[0].terms == replace(made.terms, name="Every year")


def _put_away(house: Theatre) -> str:
    event = new_event(house.admin)
    house.services.programme.add_event(event, by=house.admin)
    return event.id


def test_an_organizer_chooses_among_own_events(house, relay):
    olga = member(house, Role.ORGANIZER, "Olga")
    own = new_event(olga)
    house.services.programme.add_event(own, by=olga)
    house.services.schedule.add_performance(
        own.id, entry(house), prices=full_prices(house), by=olga
    )
    setup = setup_of(house, relay, olga)
    assert {line.event_id for line in setup.state.programme} == {own.id}
    dialog = discount_dialog(setup.form(), state=setup.state)
    assert [key for key, _ in dialog.fields["event"].options()] == [own.id]
    write(setup, name="Early birds", value="10")
    setup.load()
    assert setup.state.discounts[0].terms.scope == Scope(events=frozenset({own.id}))
    dialog.deleteLater()


def test_a_group_that_cannot_be_is_said_beside_what_was_typed(setup):
    dialog = discount_dialog(setup.form(), state=setup.state)
    dialog.fields["name"].set_text("Family")
    dialog.fields["kind"].choose("n_for_m")
    dialog.fields["value"].set_text("3 for 4")
    dialog.save.click()
    assert dialog.fields["value"].problem()
    dialog.deleteLater()


def test_a_line_says_for_whom_it_is(house, setup):
    write(
        setup,
        name="Children above",
        value="50",
        zone="Zone 2",
        price_type=house.child.id,
        event=house.event.id,
        per_booking="2",
        self_service=NO,
    )
    said = facts(setup.state.discounts[0], setup.state)
    assert said == (
        "by itself, The Winter Garden, Zone 2, Child, 2 a booking, 0 used, counter only"
    )
