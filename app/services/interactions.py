"""What people do at the screens, written down without ever making anybody wait.

`seen` only puts a value into a bounded queue; the window writes the queue from a worker every few seconds.
What is in the queue when the power goes is lost, and that is the bargain: it is a count, not money.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from threading import Lock

from app.domain.analytics import Interaction, Seen
from app.domain.errors import HouselightsError, Unavailable
from app.domain.ports import UnitOfWork, Work
from app.domain.users import Operator, Permission

_ROOM = 5_000
_BATCH = 500

Noted = tuple[Seen, str, str]  # what, user id, station id


def _system_clock() -> datetime:
    return datetime.now(UTC)


class InteractionService:
    """Collects in memory, writes in batches. `clock` is the station's: an interaction needs no more."""

    def __init__(
        self, work: UnitOfWork, *, clock: Callable[[], datetime] | None = None, room: int = _ROOM
    ) -> None:
        self._work = work
        self._clock = clock or _system_clock
        self._queue: deque[Noted] = deque(maxlen=room)
        self._lock = Lock()

    @property
    def waiting(self) -> int:
        """How many are not written yet."""
        return len(self._queue)

    def seen(
        self,
        what: Interaction,
        *,
        event_id: str | None = None,
        performance_id: str | None = None,
        ticket_id: str | None = None,
        detail: str = "",
        by: Operator,
    ) -> None:
        """Note one, at no cost. When the queue is full the oldest makes room."""
        by.require(Permission.USE_ACCOUNT)
        one = Seen(what, self._clock(), event_id, performance_id, ticket_id, detail)
        with self._lock:
            self._queue.append((one, by.user_id, by.station_id))

    def write(self) -> int:
        """Write what waits, in the order it was seen; how many were. Call it from a worker.

        While the database is away everything stays queued. A batch it refuses is dropped: one odd line
        must not hold up the rest for ever.
        """
        written = 0
        while batch := self._next():
            try:
                self._work.write(partial(self._note, rows=batch))
            except Unavailable:
                self._put_back(batch)
                break
            except HouselightsError:
                continue
            written += len(batch)
        return written

    def _note(self, work: Work, *, rows: list[Noted]) -> None:
        """As long ago by the house's clock as it was by this station's, which may be hours off."""
        ahead = work.now - self._clock()
        work.analytics.note(
            [(replace(one, at=one.at + ahead), user, station) for one, user, station in rows]
        )

    def _next(self) -> list[Noted]:
        with self._lock:
            batch = list(islice(self._queue, _BATCH))
            for _ in batch:
                self._queue.popleft()
        return batch

    def _put_back(self, batch: list[Noted]) -> None:
        """Only as many as there is room for: what came meanwhile is newer."""
        with self._lock:
            room = (self._queue.maxlen or 0) - len(self._queue)
            for one in reversed(batch[len(batch) - min(room, len(batch)) :]):
                self._queue.appendleft(one)
