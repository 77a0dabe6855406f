"""What an order comes to, looked up inside a transaction somebody else opened: the one way by which the
basket's quote and the sale get their prices."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import replace

from app.domain.discounts import Discount, code_key
from app.domain.errors import Denied, EmptyBasket, Invalid, SeatTaken, UnknownSeat
from app.domain.events import Offer
from app.domain.ports import Work
from app.domain.pricing import PriceChange, Quote, listed_price, price_at, priced, quoted
from app.domain.seating import SeatingPlan
from app.domain.tickets import BasketLine, Item, Order, Place, Ticket
from app.domain.users import Operator, Permission
from app.domain.values import MOST_MONEY, Money
from app.services.events import Plans
from app.services.goods_in_sale import check_members, goods_of


def quote(
    work: Work,
    order: Order,
    *,
    plans: Plans,
    by: Operator,
    lock: bool,
    returned: Collection[Ticket] = (),
) -> Quote:
    """What an order comes to now, whatever it expected. With `lock` it stays so until the transaction is
    over. `returned` are tickets that are given up for it: what they use of discounts and memberships is
    free again.

    Raises EmptyBasket, SaleClosed, UnknownSeat, SeatTaken for a place named twice, NoPrice, Invalid,
    NeedsMembership, and Denied for what customers may not choose.
    """
    offers = _offers(work, order, lock=lock)
    houses = {
        performance_id: plans.get(offer.performance.plan_id, work=work)
        for performance_id, offer in offers.items()
    }
    for performance_id, offer in offers.items():
        offer.performance.admits_sale(work.now)
        known(houses[performance_id], seat_nos(order, performance_id))
    if not order.lines and not order.vouchers and not order.goods:
        raise EmptyBasket
    kept = _kept(work, order, offers, houses)
    offers = _with_types(work, order, offers, kept)
    items = goods_of(work, order)
    _one_currency(order, offers=offers, items=items)
    check_members(
        work,
        order.lines,
        offers=offers,
        customer_id=order.customer_id,
        items=items,
        besides={ticket.id for ticket in returned},
        lock=lock,
    )
    staff = by.may(Permission.SELL)
    if not staff:
        _check_self_service(order, offers)
    lines, refused = quoted(
        priced(order.lines, offers=offers, plans=houses, kept=kept),
        order.codes,
        offers=offers,
        plans=houses,
        discounts=_discounts(work, order, returned),
        now=work.now,
        staff=staff,
    )
    amounts = (*(q.price for q in lines), *(item.price for item in items), *order.vouchers)
    total = Money.total(amounts, amounts[0].currency)
    return Quote(lines, total, items, order.vouchers, refused, offers, houses)


def seat_nos(order: Order, performance_id: str) -> list[int]:
    """The places of one performance that an order asks for."""
    return [
        line.place.seat_no for line in order.lines if line.place.performance_id == performance_id
    ]


def known(plan: SeatingPlan, asked: Collection[int]) -> None:
    """Every place is one of this plan and asked for once; UnknownSeat, SeatTaken."""
    unknown = []
    for seat_no in asked:
        try:
            plan.zone_of(seat_no)
        except KeyError:
            unknown.append(str(seat_no))
    if unknown:
        raise UnknownSeat(tuple(unknown))
    twice = {seat_no for seat_no, times in Counter(asked).items() if times > 1}
    if twice:
        raise SeatTaken(tuple(plan.label_of(seat_no) for seat_no in sorted(twice)))


def _offers(work: Work, order: Order, *, lock: bool) -> dict[str, Offer]:
    """In one order of performances, so that two sales never wait for each other in a circle."""
    return {
        performance_id: work.events.offer(performance_id, lock=lock)
        for performance_id in sorted({line.place.performance_id for line in order.lines})
    }


def _kept(
    work: Work, order: Order, offers: Mapping[str, Offer], plans: Mapping[str, SeatingPlan]
) -> dict[Place, Money]:
    """The promised prices that differ from the list and stand: this basket holds the place since a time at
    which the list said so. Asks nothing of the database while every promise is what the list says."""
    doubted: list[tuple[BasketLine, Money | None]] = []
    for line in order.lines:
        performance_id = line.place.performance_id
        listed = listed_price(offers[performance_id], plans[performance_id], line)
        if line.promised is not None and line.promised != listed:
            doubted.append((line, listed))
    since = work.price_changes.held_since(order.basket_id) if doubted else {}
    held = [(line, listed) for line, listed in doubted if line.place in since]
    if not held:
        return {}
    changes = defaultdict[tuple[str, int, str], list[PriceChange]](list)
    concerned = {line.place.performance_id for line, _ in held}
    for change in work.price_changes.since(concerned, min(since[line.place] for line, _ in held)):
        changes[change.performance_id, change.zone_no, change.price_type_id].append(change)
    kept = {}
    for line, listed in held:
        place = line.place
        zone_no = plans[place.performance_id].zone_of(place.seat_no)
        was = price_at(
            since[place],
            listed,
            changes[place.performance_id, zone_no, line.price_type_id],
            currency=offers[place.performance_id].performance.currency,
        )
        if was is not None and was == line.promised:
            kept[place] = was
    return kept


def _with_types(
    work: Work, order: Order, offers: Mapping[str, Offer], kept: Mapping[Place, Money]
) -> dict[str, Offer]:
    """The offers, knowing also the price types that left the list while somebody holds places at them."""
    gone = {
        (line.place.performance_id, line.price_type_id)
        for line in order.lines
        if line.place in kept
        and line.price_type_id not in offers[line.place.performance_id].price_types
    }
    found = dict(offers)
    types = {kind.id: kind for kind in work.programme.all_price_types()} if gone else {}
    for performance_id, price_type_id in sorted(gone):
        kind, offer = types[price_type_id], found[performance_id]
        members = {kind.id: kind.membership_id} if kind.membership_id else {}
        found[performance_id] = replace(
            offer,
            price_types={**offer.price_types, kind.id: kind.name},
            counter_only=offer.counter_only | (set() if kind.self_service else {kind.id}),
            members_only={**offer.members_only, **members},
        )
    return found


def _discounts(work: Work, order: Order, returned: Collection[Ticket]) -> tuple[Discount, ...]:
    """Those that may apply, as if the returned tickets did not carry any."""
    if not order.lines and not order.codes:
        return ()
    found = work.discounts.applicable({code_key(code) for code in order.codes})
    back = Counter(ticket.discount_id for ticket in returned)
    return tuple(replace(one, used=max(0, one.used - back[one.id])) for one in found)


def _one_currency(order: Order, *, offers: Mapping[str, Offer], items: tuple[Item, ...]) -> None:
    """Gift vouchers are worth something, and all that is bought at once is paid in one currency."""
    for amount in order.vouchers:
        if amount.minor <= 0:
            raise Invalid({"voucher": "not_positive"})
        if amount.minor > MOST_MONEY:
            raise Invalid({"voucher": "too_large"})
    currencies = [
        *(("performance", offer.performance.currency) for offer in offers.values()),
        *(("goods", item.price.currency) for item in items),
        *(("voucher", amount.currency) for amount in order.vouchers),
    ]
    for what, currency in currencies:
        if currency != currencies[0][1]:
            raise Invalid({what: "one_currency"})


def _check_self_service(order: Order, offers: Mapping[str, Offer]) -> None:
    """Customers choose no price type that the counter alone gives (complimentary, members …)."""
    for line in order.lines:
        if line.price_type_id in offers[line.place.performance_id].counter_only:
            raise Denied(Permission.SELL.value)
