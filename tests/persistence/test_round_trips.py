"""A shared house may be in another town: what a sale costs is how often it waits for an answer."""

import select
import socket
import threading
from contextlib import contextmanager

import pytest
from sqlalchemy.engine import make_url

from app.bootstrap import build
from app.config import Settings
from tests.builders import theatre

_BUDGET = 8


class Proxy:
    """Stands between the program and PostgreSQL; `turns` is how often the program spoke up anew."""

    def __init__(self, host, port):
        self.turns = 0
        self._server = (host, port)
        self._door = socket.create_server(("127.0.0.1", 0))
        self._bell, self._pull = socket.socketpair()
        self._pairs = {}
        self._asked = set()
        self.port = self._door.getsockname()[1]

    def stop(self):
        self._pull.send(b"!")

    def run(self):
        while True:
            waiting, _, _ = select.select([self._bell, self._door, *self._pairs], [], [])
            if self._bell in waiting:
                break
            for end in waiting:
                if end is self._door:
                    self._admit()
                elif end in self._pairs:
                    self._pass_on(end)
        for end in (*self._pairs, self._door, self._bell, self._pull):
            end.close()

    def _admit(self):
        client, _ = self._door.accept()
        server = socket.create_connection(self._server)
        self._pairs |= {client: (server, True), server: (client, False)}

    def _pass_on(self, end):
        other, from_client = self._pairs[end]
        data = end.recv(1 << 16)
        if not data:
            for closed in (end, other):
                del self._pairs[closed]
                closed.close()
            return
        if from_client and end not in self._asked:
            self.turns += 1
            self._asked.add(end)
        elif not from_client:
            self._asked.discard(other)
        other.sendall(data)


@contextmanager
def _proxied(url):
    """(proxy, the same database through it)."""
    parsed = make_url(url)
    proxy = Proxy(parsed.host, parsed.port or 5432)
    thread = threading.Thread(target=proxy.run)
    thread.start()
    try:
        through = parsed.set(host="127.0.0.1", port=proxy.port)
        yield proxy, through.render_as_string(hide_password=False)
    finally:
        proxy.stop()
        thread.join()


@pytest.fixture
def far(postgresql_url):
    """A theatre, and services that reach it through the proxy."""
    house = theatre(postgresql_url)
    with _proxied(postgresql_url) as (proxy, url):
        services = build(Settings(url, station="T1"))
        yield house, services, proxy
        services.close()
    house.services.close()


def test_a_sale_of_four_seats_stays_within_its_round_trips(far):
    house, services, proxy = far
    # the station has sold before: it is connected and knows plan and prices
    services.tickets.sell(house.order("D-1"), by=house.cashier)
    before = proxy.turns
    booking = services.tickets.sell(house.order("A-1", "A-2", "A-3", "A-4"), by=house.cashier)
    turns = proxy.turns - before
    assert len(booking.tickets) == 4
    print(f"{turns} round trips")
    assert 0 < turns <= _BUDGET, f"{turns} round trips for a sale of four seats"
