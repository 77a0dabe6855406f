"""Stations that do everything a counter does while their server dies again and again:
`python -m tests.persistence.trading`, told what to do on stdin, one line a station.

Each keeps a book of its own: what it was told it had sold, exchanged, cancelled and paid back. What no
answer came for is sent again with its key until one comes, so at the end the book is exact.
"""

import json
import os
import random
import sys
import time
import traceback
from collections import Counter
from contextlib import suppress
from pathlib import Path

from app.bootstrap import build
from app.config import Settings
from app.domain.errors import BookingState, DatabaseUnavailable, HouselightsError
from app.domain.exchanges import ExchangeWish
from app.domain.tickets import BasketLine, Order, Place
from app.domain.values import new_id

_GATE = os.pipe()  # stations wait at its end until `open` closes the other
_GIVE_UP = 60.0  # seconds for one act; a server is back after one


class Trader:
    """One station and its book."""

    def __init__(self, url, station, performance, price_type):
        self.services = build(Settings(url, station=station))
        self.by = self.services.users.command_line(self.services.station)
        self.performance, self.price_type = performance, price_type
        self.plan = self.services.tickets.house(performance, by=self.by).plan
        self.chance = random.Random(station)
        self.seats = {}  # booking id -> its live seats, as we were told
        self.returned = {}  # booking id -> the refunds made of it
        self.done, self.refused, self.counts = Counter(), Counter(), Counter()
        self.longest = 0.0

    def trade(self, seconds):
        acts = {self.sell: 8, self.hold: 3, self.cancel: 4, self.give_back: 3, self.exchange: 3}
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            (act,) = self.chance.choices([*acts], [*acts.values()])
            try:
                self.done[act.__name__] += bool(act())
            except DatabaseUnavailable:
                raise
            except HouselightsError as refusal:
                self.refused[type(refusal).__name__] += 1
            time.sleep(self.chance.uniform(0, 0.02))  # the next customer steps up

    def sure(self, act):
        """Until there is an answer; the act bears a key, or may be done twice without harm."""
        began, away = time.monotonic(), 0
        while True:
            try:
                result = act()
            except DatabaseUnavailable as error:
                away += 1
                self.counts[f"away: {error.reason}"] += 1
                if time.monotonic() - began > _GIVE_UP:
                    raise
                time.sleep(self.chance.uniform(0.02, 0.1))
            else:
                if away:
                    self.longest = max(self.longest, time.monotonic() - began)
                return result

    def lines(self, count):
        wish = self.chance.sample(sorted(self.plan.label), count)
        return [
            BasketLine(Place(self.performance, no), self.price_type)
            for no in self.plan.seat_nos(wish)[0]
        ]

    def hold(self):
        basket, seats = new_id(), [line.place.seat_no for line in self.lines(2)]
        tickets = self.services.tickets
        self.sure(lambda: tickets.hold(self.performance, seats, basket_id=basket, by=self.by))
        self.sure(lambda: tickets.release(basket, by=self.by))
        return True

    def sell(self):
        order = Order(new_id(), new_id(), tuple(self.lines(self.chance.randint(1, 4))))
        tickets, tries = self.services.tickets, 0

        def act():
            nonlocal tries
            tries += 1
            if tries > 1 and tickets.sold_before(order.key, by=self.by) is not None:
                self.counts["in doubt, found by key"] += 1
            elif tries > 1:
                self.counts["in doubt, not made"] += 1
            return tickets.sell(order, by=self.by)

        booking = self.sure(act)
        self.seats[booking.id] = sorted(ticket.seat for ticket in booking.tickets)
        return True

    def _one(self):
        live = [booking for booking, seats in self.seats.items() if seats]
        return self.chance.choice(live) if live else None

    def cancel(self):
        if (booking_id := self._one()) is None:
            return False

        def act():
            # done before its answer was lost, if it is done: nobody else touches it
            with suppress(BookingState):
                self.services.bookings.cancel(booking_id, reason="ill", by=self.by)

        self.sure(act)
        self.seats[booking_id] = []
        return True

    def give_back(self):
        """What stands cancelled and paid."""
        owed = [one for one, seats in self.seats.items() if not seats and one not in self.returned]
        if not owed:
            return False
        booking_id, key = self.chance.choice(owed), new_id()
        bookings = self.services.bookings
        held = self.sure(lambda: bookings.held(booking_id, by=self.by))
        wanted = {}
        for part in held:
            before = wanted.get(part.ticket_id)
            wanted[part.ticket_id] = part.amount if before is None else before + part.amount
        made = self.sure(
            lambda: bookings.refund(booking_id, wanted=wanted, reason="ill", key=key, by=self.by)
        )
        self.returned[booking_id] = [refund.id for refund in made]
        return True

    def exchange(self):
        if (booking_id := self._one()) is None:
            return False
        booking = self.sure(lambda: self.services.bookings.booking(booking_id, by=self.by))
        wish = ExchangeWish(booking_id, (booking.live[0].id,), tuple(self.lines(1)))
        exchanges, key = self.services.exchanges, new_id()
        shown = self.sure(lambda: exchanges.preview(wish, by=self.by))
        made = self.sure(lambda: exchanges.exchange(wish, expected=shown, key=key, by=self.by))
        self.seats[booking_id] = sorted(ticket.seat for ticket in made.live)
        return True


def _trade(book, seconds, *where):
    trader = Trader(*where)
    os.write(1, b"ready\n")
    os.read(_GATE[0], 1)
    trader.trade(float(seconds))
    trader.services.close()
    names = ("seats", "returned", "done", "refused", "counts", "longest")
    Path(book).write_text(json.dumps({name: getattr(trader, name) for name in names}))


def _serve():
    children = []
    for line in sys.stdin:
        if line == "open\n":
            os.close(_GATE[1])
            break
        child = os.fork()
        if child == 0:
            os.close(_GATE[1])
            status = 1
            try:
                _trade(*line.split())
                status = 0
            except BaseException:  # noqa: BLE001 - the parent hears of it by the status
                traceback.print_exc()
            finally:
                os._exit(status)
        children.append(child)
    ends = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    os.write(1, f"over {sum(end != 0 for end in ends)}\n".encode())


if __name__ == "__main__":
    _serve()
