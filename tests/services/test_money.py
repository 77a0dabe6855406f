"""Every cent, through random acts: what was taken minus what went back is what is held is what the journal
says. `SEASON_ACTS=10000` makes it the long run."""

import os
import random
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from app.domain.errors import HouselightsError
from app.domain.goods import ProductEntry
from app.domain.payments import Tender, Tendered
from app.domain.tickets import Goods
from app.domain.values import Money, new_id
from tests.builders import Clock, Theatre, plan, theatre

_ACTS = int(os.environ.get("SEASON_ACTS", "300"))
_HELD = """
SELECT (SELECT coalesce(sum(amount), 0) FROM payments) - (SELECT coalesce(sum(amount), 0) FROM refunds),
       (SELECT coalesce(sum(amount), 0) FROM payment_shares)
     - (SELECT coalesce(sum(amount), 0) FROM refund_shares)
     + (SELECT coalesce(sum(amount), 0) FROM item_shares)
     - (SELECT coalesce(sum(amount), 0) FROM refund_item_shares),
       (SELECT coalesce(sum(amount), 0) FROM journal),
       (SELECT coalesce(sum(gross - refunded), 0) FROM event_metrics WHERE metric_type = 'tender')
     + (SELECT coalesce(sum(amount), 0) FROM item_shares)
     - (SELECT coalesce(sum(amount), 0) FROM refund_item_shares)
"""


class Season:
    """Somebody who does anything the counter can, at random, and remembers what should be held."""

    def __init__(self, house: Theatre, seed: int) -> None:
        self.house = house
        self.random = random.Random(seed)
        self.bookings: list[str] = []
        self.vouchers: list[str] = []
        self.cash = 0
        booklet = ProductEntry("Programme", house.euros(4.5), 1900)
        self.booklet = house.services.goods.add(booklet, by=house.admin)

    def act(self) -> None:
        acts = (self.sell, self.sell, self.sell, self.reserve, self.pay, self.cancel, self.refund)
        act = self.random.choice((*acts, self.buy_voucher, self.take_back))
        try:
            act()
        except HouselightsError:
            return

    def sell(self) -> None:
        order = self._order()
        if self.random.random() < 0.3:
            pieces = Goods(self.booklet.id, self.random.randint(1, 3))
            order = replace(order, goods=(pieces,))
        booking = self.house.services.tickets.sell(order, by=self.house.cashier)
        self.bookings.append(booking.id)
        self.cash += booking.paid.minor

    def _order(self):
        seats = self.random.sample(range(1, 441), self.random.randint(1, 4))
        cash = Tendered(Tender.CASH, self.random.choice((None, self.house.euros(500))))
        slip = Tendered(Tender.SLIP, self.house.euros(self.random.randint(1, 60)), "7")
        splits = [(cash,), (slip, cash)]
        if self.vouchers:
            code = self.random.choice(self.vouchers)
            part = Tendered(Tender.VOUCHER, self.house.euros(self.random.randint(1, 60)), code)
            splits.append((part, cash))
        return self.house.order_of(seats, tenders=self.random.choice(splits))

    def reserve(self) -> None:
        until = self.house.clock.now + timedelta(minutes=self.random.randint(1, 90))
        booking = self.house.services.tickets.reserve(
            self._order(), until=until, by=self.house.cashier
        )
        self.bookings.append(booking.id)

    def pay(self) -> None:
        booking_id = self.random.choice(self.bookings or [""])
        before = self.house.services.bookings.booking(booking_id, by=self.house.cashier)
        paid = self.house.services.bookings.pay(
            booking_id, tenders=[Tendered(Tender.CASH)], by=self.house.cashier
        )
        self.cash += paid.paid.minor - before.paid.minor

    def cancel(self) -> None:
        booking = self.house.services.bookings.booking(
            self.random.choice(self.bookings or [""]), by=self.house.cashier
        )
        whole = not booking.tickets or self.random.random() < 0.5
        some = None if whole else [self.random.choice(booking.tickets).id]
        self.house.services.bookings.cancel(
            booking.id, ticket_ids=some, reason="", by=self.house.cashier
        )

    def refund(self) -> None:
        booking_id = self.random.choice(self.bookings or [""])
        held = self.house.services.bookings.held(booking_id, by=self.house.cashier)
        most = {h.ticket_id: h.amount for h in held}
        wanted = {
            ticket_id: Money(self.random.choice((amount.minor, amount.minor // 3)), "EUR")
            for ticket_id, amount in most.items()
            if self.random.random() < 0.7
        }
        refunds = self.house.services.bookings.refund(
            booking_id, wanted=wanted, reason="", key=new_id(), by=self.house.cashier
        )
        self.cash -= sum(refund.amount.minor for refund in refunds)

    def buy_voucher(self) -> None:
        amount = self.house.euros(self.random.randint(10, 100))
        order = self.house.order_of([], vouchers=(amount,))
        booking = self.house.services.tickets.sell(order, by=self.house.cashier)
        self.bookings.append(booking.id)
        self.vouchers += [voucher.code for voucher in booking.vouchers]
        self.cash += booking.paid.minor

    def take_back(self) -> None:
        booking = self.house.services.bookings.booking(
            self.random.choice(self.bookings or [""]), by=self.house.cashier
        )
        goods = [item.id for item in (*booking.live_items, *booking.live_vouchers)]
        self.house.services.bookings.cancel_items(
            booking.id,
            item_ids=self.random.sample(goods, min(len(goods), 1)),
            reason="",
            by=self.house.cashier,
        )


@pytest.mark.timeout(600)
def test_money_taken_is_money_held_is_the_journal(database_url: str):
    seed = int(os.environ.get("SEASON_SEED", random.randrange(2**32)))
    house = theatre(database_url, clock=Clock(), house=plan(standing=400))
    season = Season(house, seed)
    try:
        for number in range(_ACTS):
            season.act()
            house.clock.pass_by(minutes=season.random.random())
            if number % 50 == 0:
                house.services.bookings.expire(by=house.cashier)
        with house.services.database.engine.connect() as connection:
            sums = connection.execute(text(_HELD)).one()
        assert (*sums, season.cash) == (season.cash,) * 5, f"seed {seed}"
        assert season.cash > 0
        house.services.payments.check(by=house.admin)
    finally:
        house.services.close()
