"""Another till of the season: `python -m tests.journeys.season_till URL STATION COUNT PERFORMANCE …`.

Sells two tickets COUNT times, in turn with the program's own `sell` command to walk-ups and through
its services to the customers on file, as a web shop would. Says as JSON what it took.
"""

import contextlib
import io
import json
import random
import sys

from app.bootstrap import build
from app.config import Settings
from app.domain.errors import SeatTaken, Unavailable
from app.domain.payments import Tender, Tendered
from app.domain.tickets import BasketLine, Order, Place
from app.domain.values import new_id
from ui.main import main

_TRIES = 50


def command(url, station, performance, _):
    """`houselights sell`, as somebody types it."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        status = main(
            ["--database", url, "--station", station, "sell", "--performance", performance,
             "--best", "2", "--json"]
        )  # fmt: skip
    if status:
        return said.getvalue()
    return json.loads(said.getvalue())["total"]


class Shop:
    """Sells to customers on file, by a card terminal that stands by itself."""

    def __init__(self, url, station, seed):
        self._services = build(Settings(url, station=station))
        self._by = self._services.users.command_line(self._services.station)
        self._customers = self._services.customers.find("", limit=200, by=self._by)
        self._chance = random.Random(seed)
        self._slip = 0

    def sell(self, url, station, performance, turn):
        """Two neighbours for the next customer, one of them at the second price."""
        del url
        services, by, basket = self._services, self._by, new_id()
        kinds = services.events.price_types(by=by)
        seats, _ = services.tickets.hold_best(performance, count=2, basket_id=basket, by=by)
        lines = tuple(
            BasketLine(Place(performance, seat), kind.id)
            for seat, kind in zip(seats, kinds, strict=False)
        )
        self._slip += 1
        tender = Tendered(Tender.SLIP, None, f"{station}{self._slip:05}")
        customer = self._customers[turn % len(self._customers)]
        order = Order(new_id(), basket, lines, (tender,), customer_id=customer.id, channel="web")
        return services.tickets.sell(order, by=by).total.minor

    def close(self):
        self._services.close()


def work(url, station, count, performances):
    """Sell `count` times; how much was taken and what was refused on the way."""
    shop = Shop(url, station, station)
    taken, refused = [], []
    for turn in range(count):
        sell = shop.sell if turn % 2 else command
        performance = performances[turn % len(performances)]
        for _ in range(_TRIES):
            try:
                answer = sell(url, station, performance, turn)
            except (SeatTaken, Unavailable) as refusal:
                answer = type(refusal).__name__
            if isinstance(answer, int):
                taken.append(answer)
                break
            refused.append(answer)
    shop.close()
    return {"sales": len(taken), "taken": sum(taken), "refused": refused}


if __name__ == "__main__":
    print(json.dumps(work(sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4:])))
