"""Price lists and price types: what is asked from now on, never what was asked before."""

import pytest

from app.domain.errors import Conflict, Denied, Invalid, NoPrice, NotFound
from app.domain.programme import MOST_MONEY
from app.domain.users import Role
from tests.builders import Theatre
from tests.services.stage import entry, member, sold


def set_prices(house: Theatre, amounts, *, version: int = 1, **changes):
    house.services.prices.set_prices(
        house.performance.id, amounts, version=version, **({"by": house.admin} | changes)
    )


def matrix(house: Theatre, performance_id: str = ""):
    return house.services.prices.prices(performance_id or house.performance.id, by=house.admin)


def test_the_matrix_names_every_zone_and_price_type(house: Theatre):
    found = matrix(house)
    assert [zone.name for zone in found.zones] == ["Zone 1", "Zone 2"]
    assert [kind.name for kind in found.types] == ["Adult", "Child"]
    assert found.amounts[1, house.child.id] == 2000
    assert (found.currency, found.version) == ("EUR", 1)


def test_new_prices_count_from_now_on_and_sold_tickets_keep_theirs(house: Theatre):
    before = sold(house, "A-1")
    set_prices(house, {(1, house.adult.id): 5500})
    assert sold(house, "A-2").total == house.euros(55)
    again = house.services.bookings.booking(before.id, by=house.cashier)
    assert again.total == house.euros(40)
    with pytest.raises(NoPrice):
        sold(house, "C-1")


def test_the_later_of_two_is_told_and_loses_nothing(house: Theatre):
    set_prices(house, {(1, house.adult.id): 5500})
    with pytest.raises(Conflict) as refusal:
        set_prices(house, {(1, house.adult.id): 6000})
    set_prices(house, {(1, house.adult.id): 6000}, version=refusal.value.theirs.version)
    assert matrix(house).amounts == {(1, house.adult.id): 6000}


def test_the_same_list_again_changes_nothing(house: Theatre):
    set_prices(house, matrix(house).amounts)
    assert matrix(house).version == 1


def test_a_series_gets_the_same_list_in_one_go_or_not_at_all(house: Theatre):
    made = [
        house.services.schedule.add_performance(
            house.event.id, entry(house, f"2026-12-0{day}T20:00"), prices={}, by=house.admin
        )
        for day in (4, 5)
    ]
    new = {(1, house.adult.id): 5500, (2, house.adult.id): 4500}
    with pytest.raises(NotFound):
        set_prices(house, new, also=[made[0].id, "nowhere"])
    assert matrix(house).version == 1
    assert matrix(house, made[0].id).amounts == {}
    set_prices(house, new, also=[p.id for p in made])
    assert {str(matrix(house, p.id).amounts) for p in made} == {str(new)}


@pytest.mark.parametrize(
    ("zone_no", "amount", "problem"),
    [(1, -1, "negative"), (1, MOST_MONEY + 1, "too_large"), (9, 100, "unknown")],
)
def test_a_price_that_cannot_be_is_refused(house: Theatre, zone_no, amount, problem):
    with pytest.raises(Invalid) as refusal:
        set_prices(house, {(zone_no, house.adult.id): amount})
    assert refusal.value.problems == {"price": problem}


def test_nothing_is_a_price_too(house: Theatre):
    set_prices(house, {(1, house.adult.id): 0})
    assert sold(house, "A-1").total == house.euros(0)


def test_price_types_are_added_renamed_put_in_order_and_retired(house: Theatre):
    prices, by = house.services.prices, house.admin
    member_price = prices.add_price_type(" Member ", short="", by=by)
    assert (member_price.name, member_price.short, member_price.position) == ("Member", "Member", 3)
    prices.rename_price_type(member_price.id, "Friend", short="Fr", by=by)
    prices.reorder_price_types([member_price.id, house.child.id], by=by)
    prices.activate_price_type(house.child.id, active=False, by=by)
    found = prices.price_types(by=by)
    assert [(kind.name, kind.active) for kind in found] == [
        ("Friend", True),
        ("Child", False),
        ("Adult", True),
    ]
    counter = house.services.events.price_types(by=house.cashier)
    assert [kind.name for kind in counter] == ["Friend", "Adult"]
    assert [kind.name for kind in matrix(house).types] == ["Friend", "Child", "Adult"]


def test_a_retired_price_type_is_not_sold_until_it_comes_back(house: Theatre):
    prices = house.services.prices
    prices.activate_price_type(house.adult.id, active=False, by=house.admin)
    with pytest.raises(NoPrice):
        sold(house, "A-1")
    prices.activate_price_type(house.adult.id, active=True, by=house.admin)
    assert sold(house, "A-1").total == house.euros(40)


def test_two_price_types_of_one_name_would_be_one_too_many(house: Theatre):
    prices = house.services.prices
    for act in (
        lambda: prices.add_price_type("ADULT", short="A", by=house.admin),
        lambda: prices.rename_price_type(house.child.id, "Adult", short="A", by=house.admin),
    ):
        with pytest.raises(Invalid) as refusal:
            act()
        assert refusal.value.problems == {"name": "taken"}
    with pytest.raises(NotFound):
        prices.activate_price_type("nobody", active=True, by=house.admin)


@pytest.mark.parametrize("role", [Role.CASHIER, Role.CUSTOMER, Role.ORGANIZER])
def test_prices_of_others_and_price_types_are_not_everybodys(house: Theatre, role):
    by = member(house, role)
    for act in (
        lambda: set_prices(house, {}, by=by),
        lambda: house.services.prices.prices(house.performance.id, by=by),
        lambda: house.services.prices.add_price_type("Mine", short="M", by=by),
        lambda: house.services.prices.rename_price_type(house.adult.id, "X", short="X", by=by),
        lambda: house.services.prices.activate_price_type(house.adult.id, active=False, by=by),
        lambda: house.services.prices.reorder_price_types([], by=by),
    ):
        with pytest.raises(Denied):
            act()
