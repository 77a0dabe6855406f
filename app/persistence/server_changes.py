"""The change feed's rows on PostgreSQL, awaited on a connection of their own.

Why libpq itself and no psycopg connection: a server that has gone silent never answers and never fails,
so every wait here has an end of its own, and `stop` ends it at once.
"""

from __future__ import annotations

import selectors
import time
from collections.abc import Callable
from threading import Event

from psycopg import OperationalError, pq
from psycopg.conninfo import make_conninfo
from psycopg.pq import ConnStatus, ExecStatus, PollingStatus
from psycopg.pq.abc import PGconn, PGresult

from app.persistence.changes import CHANNEL, MOST_ROWS, FeedStopped, Place, Reading
from app.persistence.database import Database

_PATIENCE = 5.0  # seconds for an answer
_LET_IN = 3.0  # seconds for being let in: what was sent into a dead network is not sent again
_DOUBT = 1.2  # seconds without an answer until the house is said to be away; it may still come
_LOOK_ANYWAY = 1.0  # seconds; a wake-up may be lost with its connection, and silence be noticed
_STEP = 0.1  # seconds until `stop` is seen

_HERE = b"SELECT pg_current_snapshot()::text, coalesce(max(seq), 0) FROM changes"
# Numbers are given out before commit: "greater than the last" lost 401 of 3,925 rows (measured). New is what
# this snapshot sees and the last one did not, so nothing is lost, nothing comes twice, and nobody waits for
# a long transaction elsewhere. Rows of a restored copy may bear transactions that are still to come here.
_SINCE = b"""
SELECT pg_current_snapshot()::text, (SELECT coalesce(max(seq), 0) FROM changes),
       EXISTS (SELECT 1 FROM changes WHERE seq = $2::bigint)
           OR $2::bigint = 0 AND coalesce((SELECT min(seq) FROM changes), 1) = 1,
       c.origin, c.kind, c.subject_id, c.seats
FROM (SELECT 1) AS one LEFT JOIN changes c
    ON c.xid >= pg_snapshot_xmin($1::pg_snapshot)::text::bigint
    AND c.xid < pg_snapshot_xmax(pg_current_snapshot())::text::bigint
    AND NOT pg_visible_in_snapshot(c.xid::text::xid8, $1::pg_snapshot)
ORDER BY c.xid, c.seq LIMIT $3::int"""


class ServerChanges:
    """The `Changes` of a shared database."""

    def __init__(self, database: Database, stopped: Event, *, doubt: Callable[[], None]) -> None:
        self._address = make_conninfo(**database.server_address()).encode()
        self._stopped = stopped
        self._doubt = doubt
        self._server: PGconn | None = None
        self._started = ""

    @property
    def _pg(self) -> PGconn:
        if self._server is None:
            raise OperationalError("not connected")
        return self._server

    def open(self) -> bool:
        """See the protocol. A server that was started again may count transactions it has lost once more."""
        self._server = pq.PGconn.connect_start(self._address)
        status = PollingStatus.WRITING
        since = time.monotonic()
        while status is not PollingStatus.OK:
            writing = status is PollingStatus.WRITING
            event = selectors.EVENT_WRITE if writing else selectors.EVENT_READ
            self._until(event, since=since, patience=min(_LET_IN, _PATIENCE))
            status = PollingStatus(self._pg.connect_poll())
            if status is PollingStatus.FAILED:
                raise OperationalError(self._pg.get_error_message())
        self._pg.nonblocking = 1
        self._ask(f"LISTEN {CHANNEL}".encode())
        ((started,),) = _texts(self._ask(b"SELECT pg_postmaster_start_time()"))
        before, self._started = self._started, started
        return before in {"", started}

    def here(self) -> Place:
        """See the protocol."""
        (snapshot, seq), *_ = _texts(self._ask(_HERE))
        return Place(int(seq), snapshot)

    def since(self, place: Place) -> Reading:
        """See the protocol."""
        asked = (place.snapshot, place.seq, MOST_ROWS + 1)
        rows = _texts(self._ask(_SINCE, *(str(value).encode() for value in asked)))
        snapshot, newest, whole, *_ = rows[0]
        told = [(row[3], row[4], row[5], row[6]) for row in rows if row[3]]
        return Reading(Place(int(newest), snapshot), told, whole == "t")

    def wait(self) -> None:
        """See the protocol."""
        if self._was_woken():
            return
        self._is_ready(selectors.EVENT_READ, give_up=time.monotonic() + _LOOK_ANYWAY)
        self._was_woken()

    def close(self) -> None:
        """See the protocol."""
        if self._server is not None:
            self._server.finish()
            self._server = None

    def _was_woken(self) -> bool:
        self._pg.consume_input()
        woken = False
        while self._pg.notifies() is not None:
            woken = True
        return woken

    def _ask(self, command: bytes, *values: bytes) -> PGresult:
        since = time.monotonic()
        self._pg.send_query_params(command, values)
        while self._pg.flush():
            self._until(selectors.EVENT_WRITE, since=since, patience=_PATIENCE)
        answers = []
        while True:
            self._pg.consume_input()
            while self._pg.is_busy():
                self._until(selectors.EVENT_READ, since=since, patience=_PATIENCE)
                self._pg.consume_input()
            answer = self._pg.get_result()
            if answer is None:
                break
            answers.append(answer)
        for answer in answers:
            if answer.status not in {ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK}:
                raise OperationalError(answer.get_error_message())
        return answers[-1]

    def _until(self, event: int, *, since: float, patience: float) -> None:
        if self._is_ready(event, give_up=since + min(_DOUBT, patience)):
            return
        self._doubt()
        if not self._is_ready(event, give_up=since + patience):
            raise OperationalError("the server does not answer")

    def _is_ready(self, event: int, *, give_up: float) -> bool:
        """Whether the connection was ready in time; FeedStopped."""
        if self._pg.status is ConnStatus.BAD:
            raise OperationalError(self._pg.get_error_message())
        with selectors.DefaultSelector() as selector:
            selector.register(self._pg.socket, event)
            while not self._stopped.is_set():
                left = give_up - time.monotonic()
                if selector.select(max(0.0, min(_STEP, left))):
                    return True
                if left <= 0:
                    return False
        raise FeedStopped


def _texts(result: PGresult) -> list[tuple[str, ...]]:
    """Rows as text; nothing is an empty one."""
    return [
        tuple((result.get_value(row, column) or b"").decode() for column in range(result.nfields))
        for row in range(result.ntuples)
    ]
