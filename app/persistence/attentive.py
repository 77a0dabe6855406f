"""Connections to a shared database that notice when nobody is at the other end any more.

A network that swallows what is sent never fails by itself, and neither keepalives nor `tcp_user_timeout`
notice as long as something on the way acknowledges (measured). A fixed deadline would cut off the long
reading of a report, or hold the counter up for as long as a report may take. So whoever waits asks, after
a short silence, by a second connection: is the server at work on what I asked? Then waiting goes on; when
it does not answer, or has long been done, the line is dead and given up.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from enum import Enum
from typing import Any, TypeVar

from psycopg import Connection, Error
from psycopg.abc import PQGen
from psycopg.errors import ConnectionTimeout

RV = TypeVar("RV")

_SILENCE = 1.5  # seconds without a sign until the server is asked about itself
_ONCE_MORE = 0.5  # seconds; its answer may have been on the way
_REACHING = 2  # seconds to reach the server, and to be answered there; libpq takes no less
# Whoever has just found out that nobody answers has found it out for all who wait behind.
_LEFT_ALONE = 1.0
_LOOK = 0.1  # seconds; how often a wait looks at the clock

# In the middle of a pipeline a server counts as active that waits for the rest of it. What a dead connection
# holds would stand in the way of trying again, so whoever has made up their mind ends it.
_AT_WORK = """
SELECT CASE WHEN state = 'active' AND wait_event_type IS DISTINCT FROM 'Client' THEN true
            WHEN %s THEN NOT pg_terminate_backend(pid) ELSE false END
FROM pg_stat_activity WHERE pid = %s"""


class _Opinion(Enum):
    """What a second connection says of the server."""

    AT_WORK, IDLE, GONE = range(3)


class AttentiveConnection(Connection[tuple[Any, ...]]):
    """Waits as long as the server is at work; ConnectionTimeout once it is not, and then it is closed."""

    second_opinion: Callable[[int, int], _Opinion] | None = None
    """None: its silence is believed at once."""

    def wait(self, gen: PQGen[RV], interval: float = _LOOK, timeout: float | None = None) -> RV:
        """As the driver's; every statement, commit and pipeline passes here."""
        return super().wait(self._attended(gen), interval, timeout)

    def _attended(self, gen: PQGen[RV]) -> PQGen[RV]:
        heard, doubts = time.monotonic(), 0
        try:
            wish = next(gen)
            while True:
                ready = yield wish
                if ready:
                    heard, doubts = time.monotonic(), 0
                elif time.monotonic() - heard > (_ONCE_MORE if doubts else _SILENCE):
                    doubts = self._doubted(doubts)
                    heard = time.monotonic()
                wish = gen.send(ready)
        except StopIteration as done:
            result: RV = done.value
            return result

    def _doubted(self, doubts: int) -> int:
        """How often the server was not seen at work, one after the other."""
        ask = self.second_opinion
        opinion = ask(self.pgconn.backend_pid, doubts) if ask else None
        if opinion is _Opinion.AT_WORK:
            return 0
        if opinion is _Opinion.IDLE and not doubts:
            return 1
        self.pgconn.finish()
        raise ConnectionTimeout("the server has fallen silent")


class Line:
    """The way to one server."""

    def __init__(self) -> None:
        self._left_alone_until = 0.0
        # it warns of what it raises as well, on the error output of every command
        logging.getLogger("psycopg").setLevel(logging.ERROR)

    def connect(self, **address: Any) -> AttentiveConnection:
        """A new connection; ConnectionTimeout at once when nobody answered a moment ago."""
        if time.monotonic() < self._left_alone_until:
            raise ConnectionTimeout("the server did not answer a moment ago")
        try:
            made = AttentiveConnection.connect(**address)
        except ConnectionTimeout:
            self._leave_alone()
            raise

        def second_opinion(pid: int, doubts: int) -> _Opinion:
            return self._ask(pid, address, end_it=bool(doubts))

        made.second_opinion = second_opinion
        return made

    def _ask(self, pid: int, address: dict[str, Any], *, end_it: bool) -> _Opinion:
        """Whether the server is busy with what was asked on the connection `pid`."""
        briefly = address | {"connect_timeout": _REACHING, "autocommit": True}
        try:
            with AttentiveConnection.connect(**briefly) as other:
                row = other.execute(_AT_WORK, [end_it, pid]).fetchone()
        except ConnectionTimeout:
            self._leave_alone()
            return _Opinion.GONE
        except Error:  # it lets nobody in just now; it will be asked once more
            return _Opinion.IDLE
        return _Opinion.AT_WORK if row and row[0] else _Opinion.IDLE

    def _leave_alone(self) -> None:
        self._left_alone_until = time.monotonic() + _LEFT_ALONE
