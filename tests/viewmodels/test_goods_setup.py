"""Goods and memberships set up: lists that follow, forms in which nothing typed is lost."""

from dataclasses import replace

import pytest

from app.domain.goods import Product, ProductEntry
from app.domain.memberships import MembershipEntry
from app.domain.values import Money
from tests.builders import Theatre
from ui.events.goods import GoodsSetup
from ui.relay import Relay
from ui.tasks import ImmediateTasks

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.fixture
def setup(house: Theatre, relay: Relay) -> GoodsSetup:
    services = house.services
    made = GoodsSetup(
        goods=services.goods,
        memberships=services.memberships,
        settings=services.settings,
        by=house.admin,
        tasks=ImmediateTasks(),
        relay=relay,
    )
    relay.setParent(made)
    made.load()
    return made


def booklet(house: Theatre) -> Product:
    return house.services.goods.add(
        ProductEntry("Programme", Money(450, "EUR"), 700), by=house.admin
    )


def test_a_product_is_written_down_and_stands_in_the_list(setup, qtbot):
    friends = setup.kind_form()
    friends.type(name="Friends", months="12", per_performance="2")
    friends.save()
    kind = setup.state.kinds[0]
    assert (kind.name, kind.months, kind.per_performance) == ("Friends", 12, 2)
    form = setup.product_form()
    form.type(name="  Friends, a year ", price="60", tax="", membership=kind.id)
    with qtbot.waitSignal(form.saved):
        form.save()
    product = setup.state.products[0]
    assert (product.name, product.price, product.tax_bp, product.membership_id) == (
        "Friends, a year",
        Money(6000, "EUR"),
        0,
        kind.id,
    )
    assert setup.kind_name(product.membership_id) == "Friends"


@pytest.mark.parametrize(
    ("typed", "problems"),
    [
        ({"name": "Book"}, {"price": "missing"}),
        (
            {"name": "Book", "price": "a", "tax": "b"},
            {"price": "not_a_number", "tax": "not_a_percentage"},
        ),
        ({"price": "4.50"}, {"name": "missing"}),
    ],
)
def test_what_does_not_fit_is_said_beside_its_field(setup, typed, problems):
    form = setup.product_form()
    form.type(**typed)
    form.save()
    assert form.state.problems == problems
    assert setup.state.products == ()


def test_months_and_tickets_are_whole_numbers(setup):
    form = setup.kind_form()
    form.type(name="Friends", months="a year", per_performance="two")
    form.save()
    assert form.state.problems == {"months": "not_whole", "per_performance": "not_whole"}
    form.type(months="", per_performance="")
    form.save()
    assert form.state.problems == {"months": "missing"}


def test_somebody_elses_changes_come_into_the_form_beside_ones_own(house, setup):
    product = booklet(house)
    form = setup.product_form(product.id)
    house.services.goods.edit(
        replace(product, name="Booklet", price=Money(500, "EUR")), by=house.admin
    )
    form.type(price="5.50")
    form.save()
    assert form.state.overtaken
    assert (form.state.typed.name, form.state.typed.price) == ("Booklet", "5.50")
    assert form.state.theirs == {"price": "5.00"}
    form.save()
    (stored,) = setup.state.products
    assert (stored.name, stored.price) == ("Booklet", Money(550, "EUR"))


def test_a_kind_somebody_else_changed_is_not_overwritten(house, setup):
    kind = house.services.memberships.add_kind(MembershipEntry("Friends", 12), by=house.admin)
    form = setup.kind_form(kind.id)
    house.services.memberships.edit_kind(replace(kind, months=24), by=house.admin)
    form.type(name="Friends of the house")
    form.save()
    assert form.state.overtaken
    assert form.state.theirs == {}
    form.save()
    (stored,) = setup.state.kinds
    assert (stored.name, stored.months) == ("Friends of the house", 24)


def test_products_are_put_in_order_and_retired(house, setup):
    first = booklet(house)
    second = house.services.goods.add(ProductEntry("Drink", Money(700, "EUR"), 0), by=house.admin)
    setup.move(second.id, by_places=-1)
    assert [product.name for product in setup.state.products] == ["Drink", "Programme"]
    setup.move(second.id, by_places=-1)  # there is no place before the first
    setup.sell(first.id, active=False)
    assert [product.active for product in setup.state.products] == [True, False]
    kind = house.services.memberships.add_kind(MembershipEntry("Friends", 12), by=house.admin)
    setup.give(kind.id, active=False)
    assert not setup.state.kinds[0].active
