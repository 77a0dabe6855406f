"""A member's price in the basket: what is missing is said at once, and it is gone as soon as it is there."""

import pytest

from app.domain.customers import Contact, CustomerLine
from app.domain.errors import NeedsMembership
from app.domain.goods import Product, ProductEntry
from app.domain.memberships import MembershipEntry
from app.domain.payments import Tender
from app.domain.values import Money
from tests.builders import Theatre
from tests.viewmodels.test_counter import click, open_counter
from ui.box_office.viewmodel import Counter

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.fixture
def friendship(house: Theatre) -> Product:
    """The child's price is kept to friends, who have it once for a performance."""
    kind = house.services.memberships.add_kind(MembershipEntry("Friends", 12, 1), by=house.admin)
    house.services.prices.keep_price_type_to_members(
        house.child.id, membership_id=kind.id, by=house.admin
    )
    return house.services.goods.add(
        ProductEntry("Friends, a year", Money(6000, "EUR"), 0, kind.id), by=house.admin
    )


@pytest.fixture
def anna(house: Theatre) -> CustomerLine:
    return house.services.customers.add(Contact("Anna", "anna@example.org"), by=house.cashier)


def basket(house: Theatre, *labels: str) -> Counter:
    """These seats at the member's price."""
    counter = open_counter(house)
    click(counter, *labels)
    counter.basket.set_all(house.child.id)
    return counter


def why(counter: Counter) -> str:
    problem = counter.state.problem
    assert isinstance(problem, NeedsMembership)
    return problem.reason


def test_the_customer_is_asked_for_then_the_membership_which_a_sale_can_bring(
    house: Theatre, friendship: Product, anna: CustomerLine
):
    counter = basket(house, "A-1")
    assert why(counter) == "no_customer"
    assert not counter.state.may_pay
    counter.sell_to(anna)
    assert why(counter) == "not_a_member"
    counter.basket.add_goods(friendship)
    assert counter.state.problem is None
    counter.pay()
    assert counter.state.sold.total == Money(6000 + 2000, "EUR")
    (member,) = house.services.memberships.memberships_of(anna.id, by=house.cashier)
    assert member.item_id == counter.state.sold.items[0].id


def test_a_card_is_not_charged_for_what_is_not_sold(
    house: Theatre, friendship: Product, anna: CustomerLine
):
    counter = basket(house, "A-1")
    counter.sell_to(anna)
    counter.desk.choose(Tender.SLIP)
    assert not counter.state.may_put
    counter.forget_problem()
    counter.pay()
    assert why(counter) == "not_a_member"
    assert counter.state.sold is None
    house.services.memberships.grant(anna.id, friendship.membership_id, by=house.cashier)
    assert counter.state.problem is None
    assert counter.state.may_put


def test_a_second_ticket_at_the_members_price_is_refused_while_it_is_in_the_basket(
    house: Theatre, friendship: Product, anna: CustomerLine
):
    house.services.memberships.grant(anna.id, friendship.membership_id, by=house.cashier)
    counter = basket(house, "A-1", "A-2")
    counter.sell_to(anna)
    assert why(counter) == "used_up"
    click(counter, "A-2")
    assert counter.state.problem is None
    counter.pay()
    assert counter.state.sold.total == Money(2000, "EUR")
