"""What the demo's counter sells beside tickets: booklets and drinks with some bookings, and memberships to
its friends, who alone have the member's price from now on."""

from __future__ import annotations

from datetime import UTC
from functools import partial
from random import Random

from app.demo.agenda import Agenda
from app.demo.repertoire import CURRENCY, MEMBER
from app.demo.theatre import Theatre
from app.domain.discounts import DiscountEntry, DiscountKind
from app.domain.goods import Product, ProductEntry
from app.domain.memberships import MembershipEntry
from app.domain.tickets import Goods, Order
from app.domain.values import Money, new_id

FRIENDS = "Friends of the house"
BOOKLET, DRINK = 0, 1
_GOODS = (("Programme booklet", 450, 700), ("Drinks voucher", 700, 1900))
_YEAR = 6000
_MEMBERS = 0.008  # for each party
_PER_PERFORMANCE = 2
# every so manyth party takes a booklet, or a drink for everybody
_BOOKLETS, _DRINKS = 7, 23


class Shelf:
    """Stocked once before the season. `bookings` counts those made of memberships alone."""

    def __init__(self, theatre: Theatre) -> None:
        self._theatre = theatre
        self.bookings = 0
        # its own dice: who takes a booklet changes nothing of the season
        self._random = Random(FRIENDS)
        services, by = theatre.services, theatre.admin
        self._kind = services.memberships.add_kind(
            MembershipEntry(FRIENDS, 12, _PER_PERFORMANCE), by=by
        )
        self.goods = tuple(
            services.goods.add(ProductEntry(name, Money(minor, CURRENCY), tax_bp), by=by)
            for name, minor, tax_bp in _GOODS
        )
        entry = ProductEntry(FRIENDS, Money(_YEAR, CURRENCY), 0, self._kind.id)
        self.friendship: Product = services.goods.add(entry, by=by)

    def beside(self, number: int, *, tickets: int) -> tuple[tuple[Goods, ...], Money]:
        """What the party of this number takes with its tickets, and what that comes to."""
        taken = []
        if number % _BOOKLETS == 0:
            taken.append(Goods(self.goods[BOOKLET].id))
        if number % _DRINKS == 0:
            taken.append(Goods(self.goods[DRINK].id, tickets))
        prices = {product.id: product.price for product in self.goods}
        due = (prices[one.product_id] * one.quantity for one in taken)
        return tuple(taken), Money.total(due, CURRENCY)

    def sell_memberships(self, agenda: Agenda) -> None:
        """Put the sale of memberships on the agenda, all season long."""
        theatre, random = self._theatre, self._random
        parties = theatre.season.parties
        count = min(round(_MEMBERS * len(parties)), len(theatre.customers))
        members = random.sample(theatre.customers, count)
        for party, member in zip(random.sample(parties, count), members, strict=True):
            agenda.add(party.at.astimezone(UTC), partial(self._befriend, member.id))

    def _befriend(self, customer_id: str) -> None:
        """For three notes, at either till."""
        order = Order(
            new_id(), new_id(), goods=(Goods(self.friendship.id),), customer_id=customer_id
        )
        by = self._random.choice(self._theatre.tills)
        self._theatre.services.tickets.sell(order, by=by)
        self.bookings += 1

    def print_codes(self) -> None:
        """Codes for the counter to try; nobody of the season had one."""
        codes = (
            DiscountEntry("Summer ten", DiscountKind.PERCENT, code="SUMMER10", value=1000),
            DiscountEntry("Family four", DiscountKind.N_FOR_M, code="FAMILY", takes=4, pays=3),
            DiscountEntry(
                "Neighbours", DiscountKind.AMOUNT, code="NEXTDOOR", value=500, currency=CURRENCY
            ),
        )
        for entry in codes:
            self._theatre.services.discounts.add(entry, by=self._theatre.admin)

    def keep_the_price_to_members(self) -> None:
        """Until today anybody who said so had it."""
        self._theatre.services.prices.keep_price_type_to_members(
            self._theatre.types[MEMBER].id, membership_id=self._kind.id, by=self._theatre.admin
        )
