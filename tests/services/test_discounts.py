"""Setting discounts up: what may be entered, by whom, and what a change does to those who see the old one."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain.discounts import DiscountEntry, DiscountKind, Scope
from app.domain.errors import Conflict, Denied, Invalid, NotFound, UnknownSeat
from app.domain.facts import DiscountsChanged
from app.domain.users import Role
from app.domain.values import MOST_MONEY, new_id
from tests.builders import Theatre
from tests.services.stage import member, new_event, sold

TENTH = DiscountEntry("A tenth", DiscountKind.PERCENT, value=1000)
EURO = DiscountEntry("A euro", DiscountKind.AMOUNT, value=100, currency="EUR")
FAMILY = DiscountEntry("Family", DiscountKind.N_FOR_M, takes=4, pays=3)


def add(house: Theatre, entry: DiscountEntry = TENTH, **changes):
    return house.services.discounts.add(replace(entry, **changes), by=house.admin)


def kept(house: Theatre):
    return house.services.discounts.discounts(by=house.admin)


def test_what_was_entered_is_what_there_is(house: Theatre):
    now = house.clock.now
    scope = Scope(
        events=frozenset({house.event.id}),
        performances=frozenset({house.performance.id}),
        zones=frozenset({"Zone 1"}),
        price_types=frozenset({house.adult.id, house.child.id}),
        seats={house.performance.id: frozenset({1, 2})},
    )
    entry = replace(
        EURO,
        name="  A   euro ",
        code=" Summer 10 ",
        scope=scope,
        from_tickets=2,
        per_booking=4,
        most_uses=100,
        valid_from=now,
        valid_until=now + timedelta(days=1),
        self_service=False,
    )
    added = add(house, entry)
    assert added.terms == replace(entry, name="A euro", code="Summer 10")
    assert kept(house) == (added,)
    assert (added.used, added.left, added.active, added.version) == (0, 100, True, 1)


def test_what_a_kind_does_not_use_is_left_out(house: Theatre):
    assert add(house, takes=4, pays=3, currency="EUR").terms == TENTH
    assert add(house, FAMILY, value=5).terms == FAMILY


@pytest.mark.parametrize(
    ("entry", "field", "problem"),
    [
        (replace(TENTH, name=" "), "name", "missing"),
        (replace(TENTH, name="x" * 101), "name", "too_long"),
        (replace(TENTH, code="-A B-"), "code", "too_short"),
        (replace(TENTH, code="x" * 41), "code", "too_long"),
        (replace(TENTH, code="ß" * 30), "code", "too_long"),
        (replace(TENTH, value=0), "value", "not_positive"),
        (replace(TENTH, value=10_001), "value", "too_large"),
        (replace(EURO, value=-1), "value", "not_positive"),
        (replace(EURO, value=MOST_MONEY + 1), "value", "too_large"),
        (replace(EURO, currency=None), "currency", "missing"),
        (replace(FAMILY, takes=1, pays=1), "takes", "too_small"),
        (replace(FAMILY, pays=4), "pays", "too_large"),
        (replace(FAMILY, pays=0), "pays", "too_small"),
        (replace(FAMILY, per_booking=3), "per_booking", "too_small"),
        (replace(FAMILY, most_uses=3), "most_uses", "too_small"),
        (replace(TENTH, from_tickets=0), "from_tickets", "too_small"),
        (replace(TENTH, from_tickets=10**9), "from_tickets", "too_large"),
        (replace(TENTH, most_uses=0), "most_uses", "too_small"),
        (replace(TENTH, scope=Scope(seats={"p": frozenset()})), "seats", "missing"),
        (replace(TENTH, scope=Scope(price_types=frozenset("x"))), "price_types", "unknown"),
    ],
)
def test_a_field_that_cannot_be_is_named(house: Theatre, entry, field, problem):
    with pytest.raises(Invalid) as refusal:
        house.services.discounts.add(entry, by=house.admin)
    assert refusal.value.problems == {field: problem}
    assert kept(house) == ()


def test_validity_ends_after_it_begins(house: Theatre):
    with pytest.raises(Invalid, match="valid_until"):
        add(house, valid_from=house.clock.now, valid_until=house.clock.now)


def test_a_code_belongs_to_one_discount(house: Theatre):
    add(house, code="Summer 10")
    other = add(house)
    for act in (
        lambda: add(house, code="SUMMER-10"),
        lambda: house.services.discounts.edit(
            other.id, replace(TENTH, code="summer10"), version=1, by=house.admin
        ),
    ):
        with pytest.raises(Invalid) as refusal:
            act()
        assert refusal.value.problems == {"code": "taken"}
    add(house)  # any number without a code


def test_a_scope_names_what_is_there(house: Theatre):
    for scope, refusal in (
        (Scope(events=frozenset({new_id()})), NotFound),
        (Scope(performances=frozenset({new_id()})), NotFound),
        (Scope(seats={house.performance.id: frozenset({999})}), UnknownSeat),
    ):
        with pytest.raises(refusal):
            add(house, scope=scope)


def test_a_discount_outlives_the_event_it_was_for(house: Theatre):
    event = new_event(house.admin)
    house.services.programme.add_event(event, by=house.admin)
    one = add(house, scope=Scope(events=frozenset({event.id})))
    house.services.programme.delete_event(event.id, version=1, by=house.admin)
    named = replace(one.terms, name="For nothing")
    edited = house.services.discounts.edit(one.id, named, version=1, by=house.admin)
    house.services.discounts.activate(one.id, active=False, version=edited.version, by=house.admin)
    olga = member(house, Role.ORGANIZER, "Olga")
    assert house.services.discounts.discounts(by=olga) == ()
    assert sold(house, "A-1").total == house.euros(40)


def test_an_edit_counts_from_now_on_and_the_later_of_two_is_told(house: Theatre):
    first = add(house)
    before = sold(house, "A-1")
    half = replace(TENTH, name="Half", value=5000)
    edited = house.services.discounts.edit(first.id, half, version=1, by=house.admin)
    assert (edited.terms, edited.version, edited.used) == (half, 2, 1)
    assert sold(house, "A-2").total == house.euros(20)
    assert (
        house.services.bookings.booking(before.id, by=house.cashier).tickets[0].discount
        == "A tenth"
    )
    for act in (
        lambda: house.services.discounts.edit(first.id, TENTH, version=1, by=house.admin),
        lambda: house.services.discounts.activate(
            first.id, active=False, version=1, by=house.admin
        ),
    ):
        with pytest.raises(Conflict, match="discount") as refusal:
            act()
        assert refusal.value.theirs == kept(house)[0]


def test_a_sale_is_no_change_that_somebody_who_edits_must_hear_of(house: Theatre):
    one = add(house, most_uses=10)
    sold(house, "A-1")
    house.services.discounts.edit(one.id, replace(TENTH, most_uses=5), version=1, by=house.admin)
    assert (kept(house)[0].used, kept(house)[0].left) == (1, 4)


def test_a_limit_does_not_fall_below_what_was_sold(house: Theatre):
    one = add(house)
    sold(house, "A-1", "A-2")
    with pytest.raises(Invalid) as refusal:
        house.services.discounts.edit(
            one.id, replace(TENTH, most_uses=1), version=1, by=house.admin
        )
    assert refusal.value.problems == {"most_uses": "less_than_used"}


def test_changes_are_noted_and_told(house: Theatre):
    told = []
    house.services.bus.listen(told.append)
    one = add(house)
    house.services.discounts.edit(one.id, replace(TENTH, value=2000), version=1, by=house.admin)
    house.services.discounts.edit(one.id, replace(TENTH, value=2000), version=2, by=house.admin)
    house.services.discounts.activate(one.id, active=False, version=2, by=house.admin)
    house.services.discounts.activate(one.id, active=False, version=3, by=house.admin)
    assert told == [DiscountsChanged()] * 3
    work = house.services.discounts._work
    notes = work.read(lambda w: w.history.of("discount", one.id))
    assert [(note.action, note.body) for note in reversed(notes)] == [
        ("added", {"name": "A tenth"}),
        ("edited", {"value": [1000, 2000]}),
        ("deactivated", {"name": "A tenth"}),
    ]


def test_an_organizer_makes_discounts_for_own_events_only(house: Theatre):
    olga = member(house, Role.ORGANIZER, "Olga")
    own = new_event(olga)
    house.services.programme.add_event(own, by=olga)
    discounts = house.services.discounts
    theirs = add(house, scope=Scope(events=frozenset({house.event.id})))
    everywhere = add(house)
    for scope in (
        Scope(),
        theirs.terms.scope,
        Scope(events=frozenset({own.id, house.event.id})),
        Scope(events=frozenset({own.id}), performances=frozenset({house.performance.id})),
        Scope(zones=frozenset({"Zone 1"})),
    ):
        with pytest.raises(Denied):
            discounts.add(replace(TENTH, scope=scope), by=olga)
    mine = discounts.add(replace(TENTH, scope=Scope(events=frozenset({own.id}))), by=olga)
    assert discounts.discounts(by=olga) == (mine,)
    for other in (theirs, everywhere):
        with pytest.raises(Denied):
            discounts.edit(other.id, mine.terms, version=1, by=olga)
        with pytest.raises(Denied):
            discounts.activate(other.id, active=False, version=1, by=olga)
    with pytest.raises(Denied):
        discounts.edit(mine.id, TENTH, version=1, by=olga)


@pytest.mark.parametrize("role", [Role.CASHIER, Role.CUSTOMER])
def test_the_counter_gives_discounts_and_makes_none(house: Theatre, role):
    by = member(house, role)
    with pytest.raises(Denied):
        house.services.discounts.discounts(by=by)
    with pytest.raises(Denied):
        house.services.discounts.add(TENTH, by=by)
