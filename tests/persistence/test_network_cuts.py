"""The network breaks at any packet of what a till does, in every way networks break: sent again with its
key, everything is done exactly once. `NETWORK_CUTS=200 ./test` for the long form."""

import os
import random
import time
from collections import Counter

import pytest

from app.bootstrap import build
from app.config import Settings
from app.domain.errors import BookingState, DatabaseUnavailable
from app.domain.values import new_id
from app.gateways.passwords import Argon2Passwords
from app.persistence import attentive
from tests.builders import plan, theatre
from tests.persistence.hearing import PATIENCE
from tests.persistence.proxy import proxied
from tests.services.exchanging import CASH, Exchanging

_CUTS = int(os.environ.get("NETWORK_CUTS", "40"))
_HOWS = ("reset", "lose", "half", "delay")
_EVERY = 40  # of so many cuts, one is of the whole network: finding out takes seconds


class Till:
    """A till far away, and the same acts done at home to prepare and to look."""

    def __init__(self, url, far) -> None:
        self.house = theatre(url, house=plan(rows=26, seats=60))
        self.exchanging = Exchanging(self.house)
        self.home = self.house.services
        self.far = build(
            Settings(far, station="T1"), passwords=Argon2Passwords(memory_kib=8, rounds=1)
        )
        self.by = self.house.cashier
        self._free = iter(self.house.plan.label)

    def close(self):
        self.far.close()
        self.home.close()

    def connect(self):
        """Be connected, so that a packet of the act is cut and not one of connecting."""
        self.far.tickets.claims(self.house.performance.id, [1], by=self.by)

    def sold(self):
        return self.home.tickets.sell(self.house.order(next(self._free)), by=self.by)

    # each gives: what the till does, with one key however often; and what there is of it afterwards

    def hold(self):
        seats, basket = self.house.seats(next(self._free), next(self._free)), new_id()
        first = self.house.performance.id
        return (
            lambda: self.far.tickets.hold(first, seats, basket_id=basket, by=self.by),
            lambda: len(self.home.tickets.claims(first, seats, by=self.by)) / len(seats),
        )

    def sale(self):
        order = self.house.order(next(self._free), next(self._free))
        return (
            lambda: self.far.tickets.sell(order, by=self.by),
            lambda: self._count("bookings", "idempotency_key", order.key),
        )

    def exchange(self):
        booking, key = self.sold(), new_id()
        lines = self.exchanging.lines(self.exchanging.second, next(self._free))
        wish = self.exchanging.wish(booking, (booking.tickets[0].seat,), lines)
        shown = self.exchanging.preview(wish)
        return (
            lambda: self.far.exchanges.exchange(
                wish, expected=shown, tenders=CASH, key=key, by=self.by
            ),
            lambda: len(self.home.exchanges.of(booking.id, by=self.by)),
        )

    def cancel(self):
        booking = self.sold()

        def act():
            try:
                self.far.bookings.cancel(booking.id, reason="ill", by=self.by)
            except BookingState:  # done before, and says so
                assert not self.home.bookings.booking(booking.id, by=self.by).live

        return act, lambda: self._count("tickets", "booking_id", booking.id, "cancelled")

    def refund(self):
        booking, key = self.sold(), new_id()
        wanted = {ticket.id: ticket.price for ticket in booking.tickets}
        return (
            lambda: self.far.bookings.refund(
                booking.id, wanted=wanted, reason="ill", key=key, by=self.by
            ),
            lambda: self._count("refunds", "booking_id", booking.id),
        )

    def _count(self, table, column, value, status=None):
        with self.home.database.engine.connect() as connection:
            asked = f"SELECT count(*) FROM {table} WHERE {column} = %s"
            values = (value,)
            if status:
                asked, values = f"{asked} AND status = %s", (value, status)
            return connection.exec_driver_sql(asked, values).scalar_one()


@pytest.fixture
def network(postgresql_url, monkeypatch):
    """(a till, the proxy between it and its house); silence is noticed sooner than at a counter."""
    monkeypatch.setattr(attentive, "_SILENCE", 0.15)
    monkeypatch.setattr(attentive, "_ONCE_MORE", 0.1)
    monkeypatch.setattr(attentive, "_LEFT_ALONE", 0.1)
    with proxied(postgresql_url) as (proxy, far):
        till = Till(postgresql_url, far)
        yield till, proxy
        till.close()


def _until_done(act, proxy):
    """How often it was in vain."""
    give_up, failed = time.monotonic() + PATIENCE, 0
    while True:
        try:
            act()
        except DatabaseUnavailable:
            assert time.monotonic() < give_up
            failed += 1
            proxy.silent = False
            time.sleep(0.02)
        else:
            return failed


def _packets(till, prepare, proxy):
    """How many go by, both ways, when all is well."""
    act, done = prepare()
    till.connect()
    before = proxy.packets
    act()
    assert done() == 1
    return proxy.packets - before


@pytest.mark.timeout(max(120, _CUTS))
def test_whatever_the_network_does_every_act_is_done_once(network):
    till, proxy = network
    chance, seen = random.Random(11), Counter()
    acts = (till.hold, till.sale, till.exchange, till.cancel, till.refund)
    packets = {prepare: _packets(till, prepare, proxy) for prepare in acts}
    cuts, started = 0, time.monotonic()
    while cuts < _CUTS:
        prepare = chance.choice(acts)
        how = "silent" if cuts % _EVERY == 1 else chance.choice(_HOWS)
        act, done = prepare()
        till.connect()
        all_of_them = packets[prepare]  # the last is the answer to COMMIT
        at = chance.randint(1, all_of_them) if chance.random() < 0.7 else all_of_them
        proxy.fail_at(at, how)
        try:
            act()
        except DatabaseUnavailable:
            seen["in doubt"] += 1
            seen["in doubt, but done"] += done() == 1
        came = proxy.calm()
        proxy.silent = False
        cuts += came
        seen[how] += came
        seen[prepare.__name__] += came
        _until_done(act, proxy)
        assert done() == 1, (prepare.__name__, how)
    print(f"{cuts} cuts in {time.monotonic() - started:.1f} s: {dict(seen)}")
    payments = till.home.payments
    print(payments.check(by=till.house.admin), payments.verify_journal(by=till.house.admin))
