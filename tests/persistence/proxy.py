"""Stands between the program and PostgreSQL, counts, and does what bad networks do when told to."""

import select
import socket
import struct
import threading
import time
from contextlib import contextmanager, suppress

from sqlalchemy.engine import make_url

_AT_ONCE = struct.pack("ii", 1, 0)  # closing sends a reset and forgets what was under way
_LATE = 0.03


class Proxy:
    """`turns` is how often the program spoke up anew, `packets` how many went by in either direction. While
    `silent`, whatever comes is swallowed and nothing ends: a cable that was cut, a computer that sleeps.
    While `refusing`, nobody is let in."""

    def __init__(self, host, port):
        self.turns = 0
        self.packets = 0
        self.silent = False
        self.refusing = False
        self._fault = None
        self._server = (host, port)
        self._door = socket.create_server(("127.0.0.1", 0))
        self._bell, self._pull = socket.socketpair()
        self._pairs = {}
        self._lost = set()
        self._asked = set()
        self.port = self._door.getsockname()[1]

    def fail_at(self, packet, how):
        """At the `packet`-th from now: "reset" both sides; "lose" it and all else on its connection;
        "half", the same and its direction is closed; "delay" it; fall "silent" altogether."""
        self._fault = (self.packets + packet, how)

    def calm(self):
        """Whether the fault has come; from now on none will."""
        came, self._fault = self._fault is None, None
        return came

    def cut(self):
        """Reset every connection there is."""
        self._pull.send(b"x")

    def stop(self):
        self._pull.send(b"!")

    def run(self):
        while True:
            waiting, _, _ = select.select([self._bell, self._door, *self._pairs], [], [])
            if self._bell in waiting:
                if self._bell.recv(1) == b"!":
                    break
                for end in [end for end, (_, from_client) in self._pairs.items() if from_client]:
                    self._close(end, at_once=True)
                continue
            for end in waiting:
                if end is self._door:
                    self._admit()
                elif end in self._pairs:
                    self._pass_on(end)
        for end in (*self._pairs, self._door, self._bell, self._pull):
            end.close()

    def _admit(self):
        client, _ = self._door.accept()
        try:
            if self.refusing:
                raise ConnectionRefusedError
            server = socket.create_connection(self._server)
        except OSError:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
            client.close()
            return
        for end in (client, server):
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._pairs |= {client: (server, True), server: (client, False)}

    def _close(self, end, *, at_once=False):
        other, _ = self._pairs[end]
        for closed in (end, other):
            del self._pairs[closed]
            self._lost.discard(closed)
            self._asked.discard(closed)
            if at_once:
                with suppress(OSError):
                    closed.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
            closed.close()

    def _pass_on(self, end):
        other, from_client = self._pairs[end]
        try:
            data = end.recv(1 << 16)
        except OSError:
            data = b""
        if not data:
            self._close(end)
            return
        self.packets += 1
        if self._fault is not None and self.packets >= self._fault[0]:
            how, self._fault = self._fault[1], None
            self._fail(end, other, how)
        if self.silent or end in self._lost or end not in self._pairs:
            return
        if from_client and end not in self._asked:
            self.turns += 1
            self._asked.add(end)
        elif not from_client:
            self._asked.discard(other)
        try:
            other.sendall(data)
        except OSError:
            self._close(end)

    def _fail(self, end, other, how):
        if how == "reset":
            self._close(end, at_once=True)
        elif how == "lose":
            self._lost |= {end, other}
        elif how == "half":
            self._lost.add(end)
            with suppress(OSError):
                other.shutdown(socket.SHUT_WR)
        elif how == "delay":
            time.sleep(_LATE)
        elif how == "silent":
            self.silent = True


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
