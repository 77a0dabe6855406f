"""Stands between the program and PostgreSQL, counts, and plays dead when told to."""

import select
import socket
import threading
from contextlib import contextmanager

from sqlalchemy.engine import make_url


class Proxy:
    """`turns` is how often the program spoke up anew. While `silent`, whatever comes is swallowed and
    nothing ends: a cable that was cut, a computer that sleeps."""

    def __init__(self, host, port):
        self.turns = 0
        self.silent = False
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
        if self.silent:
            return
        if from_client and end not in self._asked:
            self.turns += 1
            self._asked.add(end)
        elif not from_client:
            self._asked.discard(other)
        other.sendall(data)


@contextmanager
def proxied(url):
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
