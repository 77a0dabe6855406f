"""Stations whose computers are hours off: `python -m tests.persistence.wrong_clocks`, told on stdin what each
does, one line a station; an empty line waits for all of them.

Every line is a process of its own whose clock is shifted wherever the program could look at it.
"""

import json
import os
import sys
import time
from datetime import datetime, timedelta

from app.bootstrap import build
from app.config import Settings
from app.domain.analytics import Interaction
from app.domain.errors import SeatTaken
from app.domain.tickets import BasketLine, Order, Place


def _shift(hours):
    ahead = hours * 3600.0
    right, right_ns = time.time, time.time_ns

    class Whatever(type(datetime)):
        def __instancecheck__(cls, one):
            return isinstance(one, datetime)

    class Wrong(datetime, metaclass=Whatever):
        @classmethod
        def now(cls, tz=None):
            return datetime.now(tz) + timedelta(hours=hours)

    time.time = lambda: right() + ahead
    time.time_ns = lambda: right_ns() + int(ahead * 1e9)
    for name, module in list(sys.modules.items()):
        if name.startswith(("app.", "ui.")) and getattr(module, "datetime", None) is datetime:
            module.datetime = Wrong


def _hold(services, by, performance, _price_type, basket, *seats):
    try:
        until = services.tickets.hold(performance, list(map(int, seats)), basket_id=basket, by=by)
    except SeatTaken as taken:
        return {"taken": list(taken.seats)}
    return {"until": until.isoformat()}


def _look(services, by, performance, _price_type):
    claims = services.tickets.house(performance, by=by).claims
    now = services.database.now().isoformat()
    services.interactions.seen(Interaction.OPEN_HOUSE, performance_id=performance, by=by)
    services.interactions.write()
    return {"claimed": [claim.seat_no for claim in claims], "now": now}


def _sell(services, by, performance, price_type, basket, *seats):
    lines = tuple(BasketLine(Place(performance, int(no)), price_type) for no in seats)
    booking = services.tickets.sell(Order(f"key {basket}", basket, lines), by=by)
    return {"sold": [ticket.seat_no for ticket in booking.tickets]}


_ACTS = {"hold": _hold, "look": _look, "sell": _sell}


def _do(hours, url, station, what, *arguments):
    _shift(float(hours))
    services = build(Settings(url, station=station))
    by = services.users.command_line(services.station)
    said = _ACTS[what](services, by, *arguments) | {"station": station}
    services.close()
    os.write(1, f"{json.dumps(said)}\n".encode())  # one write, so that lines stay whole


def _serve():
    children = []
    for line in sys.stdin:
        if line == "\n":
            while children:
                os.waitpid(children.pop(), 0)
            os.write(1, b"over\n")
        elif (child := os.fork()) == 0:
            try:
                _do(*line.split())
            finally:
                os._exit(0)
        else:
            children.append(child)


if __name__ == "__main__":
    _serve()
