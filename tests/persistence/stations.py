"""Other processes that sell: `python -m tests.persistence.stations`, told what to do on stdin.

One process loads the program and forks a station for every line it reads, because starting Python
for each would be most of the test. A line is the name of a function below and its arguments.
"""

import contextlib
import io
import json
import os
import random
import sys
import time
from collections import Counter

from app.bootstrap import build
from app.config import Settings
from app.domain.errors import HouselightsError, SeatTaken
from app.domain.tickets import BasketLine, Order, Place
from app.domain.values import new_id
from ui.main import main

_GATE = os.pipe()  # stations that buy wait at its end until `open` closes the other


def buy_everything(url, station, performance, price_type):
    """Four seats at a time until every seat is ours or known to be taken; what happened."""
    services = build(Settings(url, station=station))
    by = services.users.command_line(services.station)
    plan = services.tickets.house(performance, by=by).plan
    chance, left = random.Random(station), set(plan.label)
    sold, refusals = [], Counter()
    _say("ready")
    os.read(_GATE[0], 1)
    while left:
        time.sleep(chance.uniform(0, 0.01))  # the next customer steps up
        wish = chance.sample(sorted(left), min(4, len(left)))
        lines = tuple(
            BasketLine(Place(performance, no), price_type) for no in plan.seat_nos(wish)[0]
        )
        order = Order(key=new_id(), basket_id=new_id(), lines=lines)
        try:
            sold += [ticket.seat for ticket in services.tickets.sell(order, by=by).tickets]
            left -= set(wish)
        except SeatTaken as refusal:
            refusals["SeatTaken"] += 1
            left -= set(refusal.seats)
        except HouselightsError as other:  # counted: the test names it
            refusals[type(other).__name__] += 1
    services.close()
    _say(json.dumps({"sold": sold, "refusals": refusals}))


def sell_until_killed(url, performance, name, *seats):
    """Sell seat after seat as the command line does; say so before and after each."""
    for seat in seats:
        key = f"{name}-{seat}"
        _say(f"try {key} {seat}")
        status = main(sale(url, performance, seat, key))
        _say(f"done {key} {status}")


def sale(url, performance, seat, key):
    """The arguments of one sale on the command line."""
    return ["--database", url, "sell", "--performance", performance, "--seats", seat,
            "--key", key, "--json"]  # fmt: skip


def _say(line):
    # one write, straight to the pipe: a killed station leaves whole lines
    os.write(1, f"{line}\n".encode())


def _fork(what, arguments):
    if os.fork() == 0:
        os.close(_GATE[1])
        _say(f"pid {os.getpid()}")
        with contextlib.redirect_stdout(io.StringIO()):
            {"buy": buy_everything, "sell": sell_until_killed}[what](*arguments)
        os._exit(0)


def _serve():
    for line in sys.stdin:
        what, *arguments = line.split()
        if what == "wait":
            os.waitpid(int(arguments[0]), 0)
            _say("over")
        elif what == "open":
            os.close(_GATE[1])
        else:
            _fork(what, arguments)


if __name__ == "__main__":
    _serve()
