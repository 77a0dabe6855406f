"""A day at one till, for the pictures: every tender, a refund, shifts counted and one still open, and
cards in doubt. Through the services alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app.domain.events import PerformanceStatus
from app.domain.payment_history import PaymentFilter
from app.domain.payments import Tender, Tendered
from app.domain.shifts import DrawerAct
from app.domain.tickets import BasketLine, Booking, Order, Place
from app.domain.users import Operator
from app.domain.values import Money, new_id

_NEEDED = 60  # free places a performance must have
_LAST_SLIP = "004712"


def a_day_at_the_till(services: Any, *, by: Operator) -> None:
    """Live it through the services, once."""
    if services.payment_history.count(PaymentFilter(search=_LAST_SLIP), by=by):
        return
    if services.shifts.current(by=by) is not None:
        services.shifts.close(_count(services, short=0, by=by), by=by)
    basket = _baskets(services, by=by)
    currency = next(basket).total.currency

    def money(minor: int) -> Money:
        return Money(minor, currency)

    def sell(*tenders: Tendered) -> Booking:
        return _sell(services, next(basket), *tenders, by=by)

    services.shifts.open(money(15000), by=by)
    sell(Tendered(Tender.CASH))
    sell(Tendered(Tender.SLIP, None, "004709"))
    services.shifts.move(DrawerAct.PAID_OUT, amount=money(1850), note="Flowers", by=by)
    services.shifts.close(_count(services, short=200, by=by), by=by)
    services.shifts.open(money(20000), by=by)
    first = sell(Tendered(Tender.CASH))
    sell(Tendered(Tender.SLIP, money(1500), "004711"), Tendered(Tender.CASH))
    gift = services.tickets.sell(
        Order(new_id(), new_id(), vouchers=(money(5000), money(2500))), by=by
    ).vouchers[0]
    spent = sell(Tendered(Tender.VOUCHER, money(3000), gift.code), Tendered(Tender.CASH))
    _by_card(services, next(basket), by=by)
    services.shifts.move(DrawerAct.PAID_IN, amount=money(5000), note="Small change", by=by)
    services.shifts.move(DrawerAct.DROP, amount=money(10000), note="Evening deposit", by=by)
    for booking, share in ((first, 1), (spent, 2)):
        ticket = booking.tickets[0]
        services.bookings.refund(
            booking.id,
            wanted={ticket.id: money(ticket.price.minor // share)},
            reason="The child is ill" if share == 1 else "Late start",
            key=new_id(),
            by=by,
        )
    services.shifts.close(_count(services, short=0, by=by), by=by)
    services.shifts.open(money(15000), by=by)
    sell(Tendered(Tender.CASH))
    sell(Tendered(Tender.SLIP, None, _LAST_SLIP))


def leave_in_doubt(services: Any, *, by: Operator) -> None:
    """Two charges whose answer the simulated terminal loses, or is late with."""
    if not services.cards.unresolved(by=by):
        for minor in (6803, 3402):
            amount = Money(minor, "EUR")
            services.cards.charge(amount, key=new_id(), basket_id=new_id(), by=by)


def settle_doubts(services: Any, *, by: Operator) -> None:
    """Undo them, so that nothing is in doubt any more."""
    for attempt in services.cards.unresolved(by=by):
        services.cards.cancel(attempt.id, by=by)


class _Basket:
    """Two places held, and what they come to."""

    def __init__(self, lines: tuple[BasketLine, ...], *, basket_id: str, total: Money) -> None:
        self.lines = lines
        self.id = basket_id
        self.total = total


def _baskets(services: Any, *, by: Operator) -> Iterator[_Basket]:
    line = next(
        line
        for line in services.events.programme(by=by)
        if line.seated and line.free > _NEEDED and line.status is PerformanceStatus.ON_SALE
    )
    offer = services.events.offer(line.performance_id, by=by)
    plan = services.tickets.house(line.performance_id, by=by).plan
    price_type = next(iter(offer.price_types))
    while True:
        basket_id = new_id()
        seats, _ = services.tickets.hold_best(
            line.performance_id, count=2, basket_id=basket_id, by=by
        )
        prices = [offer.price(plan.zone_of(no), price_type) for no in seats]
        lines = tuple(BasketLine(Place(line.performance_id, no), price_type) for no in seats)
        total = Money.total(prices, line.currency)
        yield _Basket(lines, basket_id=basket_id, total=total)


def _sell(services: Any, basket: _Basket, *tenders: Tendered, by: Operator) -> Booking:
    order = Order(new_id(), basket.id, lines=basket.lines, tenders=tenders)
    booking: Booking = services.tickets.sell(order, by=by)
    return booking


def _by_card(services: Any, basket: _Basket, *, by: Operator) -> None:
    if not services.cards.available:
        return
    attempt = services.cards.charge(basket.total, key=new_id(), basket_id=basket.id, by=by)
    tender = Tendered(Tender.CARD, None, attempt.id)
    services.cards.sold_with(
        [attempt.id], sell=lambda: _sell(services, basket, tender, by=by), by=by
    )


def _count(services: Any, *, short: int, by: Operator) -> dict[int, int]:
    """What lies in the drawer but for `short` minor units, in as few pieces as can be."""
    left = services.shifts.x_report(by=by).expected.minor - short
    counts: dict[int, int] = {}
    for value in (5000, 2000, 1000, 500, 200, 100, 50, 20, 10, 5, 2, 1):
        counts[value], left = divmod(left, value)
    return counts
