"""Memberships: given, bought, ended, and what price they open."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app.bootstrap import build
from app.config import Settings
from app.domain.errors import Conflict, Denied, Invalid, NeedsMembership, NotFound
from app.domain.events import PriceType
from app.domain.facts import UserChanged
from app.domain.goods import ProductEntry
from app.domain.memberships import MembershipEntry
from app.domain.tickets import BasketLine, Goods, Place
from app.domain.users import Role
from app.domain.values import Money, new_id
from tests.builders import Theatre
from tests.services.stage import customer


class Club:
    """A house with a kind of membership, a product that makes one and a member's price of 25 and 15."""

    def __init__(self, house: Theatre) -> None:
        self.house = house
        self.members = house.services.memberships
        self.kind = self.members.add_kind(
            MembershipEntry("Friends of the house", 12, 2), by=house.admin
        )
        self.price = PriceType(new_id(), "Member", "Memb.", 3, membership_id=self.kind.id)
        house.services.events.add_price_types((self.price,), by=house.admin)
        self.put_on_sale(house.performance.id)
        self.product = house.services.goods.add(
            ProductEntry("Friends, one year", Money(6000, "EUR"), 0, self.kind.id), by=house.admin
        )
        self.anna = customer(house, "Anna", "anna@example.org")

    def put_on_sale(self, performance_id: str) -> None:
        prices, by = self.house.services.prices, self.house.admin
        listed = prices.prices(performance_id, by=by)
        amounts = {(1, self.price.id): 2500, (2, self.price.id): 1500}
        prices.set_prices(
            performance_id, {**listed.amounts, **amounts}, version=listed.version, by=by
        )

    def order(self, *labels: str, customer_id: str | None = "", **changes: object):
        lines = tuple(
            BasketLine(Place(self.house.performance.id, no), self.price.id)
            for no in self.house.seats(*labels)
        )
        wanted = self.anna if customer_id == "" else customer_id
        return self.house.order(lines=lines, customer_id=wanted, **changes)

    def sell(self, *labels: str, **changes: object):
        return self.house.services.tickets.sell(
            self.order(*labels, **changes), by=self.house.cashier
        )

    def refusal(self, *labels: str, **changes: object) -> NeedsMembership:
        with pytest.raises(NeedsMembership) as refused:
            self.sell(*labels, **changes)
        return refused.value

    def buy(self, quantity: int = 1, **changes: object):
        values = {"goods": (Goods(self.product.id, quantity),), "customer_id": self.anna}
        return self.house.services.tickets.sell(
            self.house.order(**(values | changes)), by=self.house.cashier
        )

    def of_anna(self):
        return self.members.memberships_of(self.anna, by=self.house.cashier)


@pytest.fixture
def club(house: Theatre) -> Club:
    return Club(house)


# --- kinds ------------------------------------------------------------------------------------


def test_kinds_are_added_edited_and_put_away(club):
    house, members = club.house, club.members
    patrons = members.add_kind(MembershipEntry("Patrons", 24), by=house.admin)
    newer = members.edit_kind(replace(patrons, months=36), by=house.admin)
    assert (newer.months, newer.version) == (36, 2)
    with pytest.raises(Conflict) as refused:
        members.edit_kind(replace(patrons, months=48), by=house.admin)
    assert refused.value.theirs == newer
    members.activate_kind(patrons.id, active=False, by=house.admin)
    found = members.kinds(by=house.cashier)
    assert [(k.name, k.active) for k in found] == [(club.kind.name, True), ("Patrons", False)]
    for name in (" friends OF the house ", ""):
        with pytest.raises(Invalid):
            members.add_kind(MembershipEntry(name, 12), by=house.admin)
        with pytest.raises(Invalid):
            members.edit_kind(replace(found[1], name=name), by=house.admin)


# --- members ----------------------------------------------------------------------------------


def test_one_is_given_and_ended(club):
    facts = []
    club.house.services.bus.listen(facts.append)
    given = club.members.grant(club.anna, club.kind.id, by=club.house.cashier)
    assert club.of_anna() == (given,)
    assert given.valid_from == club.house.clock.now
    assert given.valid_until == datetime(2027, 11, 24, 23, tzinfo=UTC)  # midnight in Berlin
    club.house.clock.pass_by(days=3)
    club.members.end(given.id, by=club.house.cashier)
    assert club.of_anna()[0].ended_at == club.house.clock.now
    club.house.clock.pass_by(days=3)
    club.members.end(given.id, by=club.house.cashier)
    assert club.of_anna()[0].ended_at == club.house.clock.now - timedelta(days=3)
    assert facts == [UserChanged(club.anna)] * 2
    assert club.refusal("A-1").reason == "not_a_member"


def test_a_second_one_goes_on_after_the_first(club):
    first = club.members.grant(club.anna, club.kind.id, by=club.house.cashier)
    second = club.members.grant(club.anna, club.kind.id, by=club.house.cashier)
    assert second.valid_from == first.valid_until
    assert club.of_anna() == (second, first)


def test_nobody_becomes_what_is_not_given_any_more(club):
    club.members.activate_kind(club.kind.id, active=False, by=club.house.admin)
    for act in (
        lambda: club.members.grant(club.anna, club.kind.id, by=club.house.cashier),
        club.buy,
    ):
        with pytest.raises(Invalid):
            act()
    assert club.product not in club.house.services.goods.on_sale(by=club.house.cashier)


def test_only_customers_become_members(club):
    with pytest.raises(Invalid):
        club.members.grant(club.house.cashier.user_id, club.kind.id, by=club.house.cashier)
    for user_id, kind_id in ((new_id(), club.kind.id), (club.anna, new_id())):
        with pytest.raises(NotFound):
            club.members.grant(user_id, kind_id, by=club.house.cashier)


# --- bought -----------------------------------------------------------------------------------


def test_buying_it_makes_one_a_member_and_taking_it_back_ends_that(club):
    booking = club.buy()
    (member,) = club.of_anna()
    assert (member.item_id, member.membership) == (booking.items[0].id, club.kind.name)
    club.house.clock.pass_by(hours=1)
    club.house.services.bookings.cancel_items(
        booking.id, item_ids=[booking.items[0].id], reason="", by=club.house.cashier
    )
    assert club.of_anna()[0].ended_at == club.house.clock.now
    assert club.refusal("A-1").reason == "not_a_member"
    club.house.services.payments.check(by=club.house.admin)


def test_two_bought_at_once_follow_each_other(club):
    club.buy(2)
    later, now = club.of_anna()
    assert later.valid_from == now.valid_until


def test_a_membership_is_bought_for_somebody(club):
    with pytest.raises(Invalid) as refused:
        club.buy(customer_id=None)
    assert refused.value.problems == {"customer": "missing"}


# --- a member's price -------------------------------------------------------------------------


def test_a_member_pays_less_as_often_as_it_says(club):
    club.members.grant(club.anna, club.kind.id, by=club.house.cashier)
    booking = club.sell("A-1", "A-2")
    assert booking.total == Money(5000, "EUR")
    refused = club.refusal("A-3")
    assert refused == NeedsMembership("Member", club.kind.name, "used_up", 2)
    other = club.house.order("A-3", customer_id=club.anna)  # at the full price
    club.house.services.tickets.sell(other, by=club.house.cashier)
    club.house.services.bookings.cancel(
        booking.id, ticket_ids=[booking.tickets[0].id], reason="", by=club.house.cashier
    )
    club.sell("A-4")  # what was given back counts no more


def test_reserved_tickets_count_too(club):
    club.members.grant(club.anna, club.kind.id, by=club.house.cashier)
    until = club.house.clock.now + timedelta(days=1)
    club.house.services.tickets.reserve(
        club.order("A-1", "A-2"), until=until, by=club.house.cashier
    )
    assert club.refusal("A-3").reason == "used_up"


def test_nobody_else_has_it(club):
    assert club.refusal("A-1", customer_id=None).reason == "no_customer"
    assert club.refusal("A-1").reason == "not_a_member"
    members = club.members.grant(club.anna, club.kind.id, by=club.house.cashier)
    club.house.clock.now = members.valid_until
    assert club.refusal("A-1").reason == "not_a_member"  # a year later


def test_becoming_a_member_counts_for_the_tickets_beside_it(club):
    booking = club.sell("A-1", "A-2", goods=(Goods(club.product.id),))
    assert booking.total == Money(6000 + 5000, "EUR")
    assert club.refusal("A-3").reason == "used_up"


def test_customers_choose_their_members_price_themselves(club):
    club.members.grant(club.anna, club.kind.id, by=club.house.cashier)
    anna = replace(club.house.cashier, user_id=club.anna, role=Role.CUSTOMER)
    order = club.order("A-1", tenders=())
    with pytest.raises(Denied):
        club.house.services.tickets.sell(replace(order, customer_id=new_id()), by=anna)
    stranger = replace(anna, user_id=customer(club.house, "Ben", "ben@example.org"))
    with pytest.raises(NeedsMembership):
        club.house.services.tickets.sell(replace(order, customer_id=stranger.user_id), by=stranger)


def test_a_price_type_is_kept_to_members_and_opened_again(club):
    prices, house = club.house.services.prices, club.house
    prices.keep_price_type_to_members(house.child.id, membership_id=club.kind.id, by=house.admin)
    kept = {kind.id: kind.membership_id for kind in prices.price_types(by=house.admin)}
    assert kept == {house.adult.id: None, house.child.id: club.kind.id, club.price.id: club.kind.id}
    line = BasketLine(Place(house.performance.id, 1), house.child.id)
    with pytest.raises(NeedsMembership):
        house.services.tickets.sell(house.order(lines=(line,)), by=house.cashier)
    prices.keep_price_type_to_members(house.child.id, membership_id=None, by=house.admin)
    house.services.tickets.sell(house.order(lines=(line,)), by=house.cashier)
    with pytest.raises(NotFound):
        prices.keep_price_type_to_members(house.child.id, membership_id=new_id(), by=house.admin)


def test_two_tills_cannot_give_one_member_more_than_there_is(club, database_url):
    club.members.grant(club.anna, club.kind.id, by=club.house.cashier)
    tills = [
        build(Settings(database_url, station=f"T{n}"), clock=club.house.clock) for n in range(4)
    ]

    def one(till, label):
        by = replace(club.house.cashier, station_id=till.station.id, station_code=till.station.code)
        try:
            till.tickets.sell(club.order(label), by=by)
        except NeedsMembership as refused:
            return refused.reason
        return "sold"

    with ThreadPoolExecutor(4) as threads:
        ends = sorted(threads.map(one, tills, ("A-1", "A-2", "A-3", "A-4")))
    for till in tills:
        till.close()
    assert ends == ["sold", "sold", "used_up", "used_up"]
