"""What other stations and processes commit, told here within the blink of an eye: a wake-up plus a place.

The wake-up (SQLite: `PRAGMA data_version`, PostgreSQL: NOTIFY) only says that something may have happened;
what did stands in the rows of `changes` after the place read last. A wake-up that is missed, doubled or
late costs nothing, and rows that were read twice would do no harm: facts only say what to read again.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Event
from typing import Any, Protocol

import pysqlite3

from app.domain.errors import HouselightsError
from app.domain.facts import EVERYTHING, Fact
from app.domain.ports import Bus
from app.persistence.changes import facts_of
from app.persistence.database import Database, inode
from app.persistence.failures import translated

# More rows than these at once: to read everything again is quicker than to be told all of them.
MOST_ROWS = 2_000
_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 5.0  # seconds between attempts while the database is away
_STEADY = 10.0  # seconds; a connection that fails sooner is not trusted again at once
_LOOK_EVERY = 0.015  # seconds; a look costs 6 µs (measured)


class FeedStopped(Exception):
    """Somebody called `stop` while an answer was awaited."""


@dataclass(frozen=True, slots=True)
class Place:
    """Up to where the rows were read. On PostgreSQL numbers become visible out of order: there `snapshot`
    says which transactions had been seen, and `seq` only serves to notice that rows were dropped."""

    seq: int
    snapshot: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What stands after a place: the new one, the rows (origin, kind, subject, seats), and whether all
    rows in between are still there."""

    place: Place
    rows: Sequence[tuple[str, str, str, str]]
    whole: bool


class Changes(Protocol):
    """The rows of `changes` in one database. Driver errors leave as they are."""

    def open(self) -> bool:
        """Connect; False when it is another database than before, in which old places mean nothing."""

    def here(self) -> Place:
        """The place behind the newest row."""

    def since(self, place: Place) -> Reading:
        """What was committed after this place."""

    def wait(self) -> None:
        """Until there may be something new, or `stopped` is set."""

    def close(self) -> None:
        """Give the connection back."""


class ChangeFeed:
    """Tells the bus what others committed, from `run` to `stop`. What comes from `origin`, which is this
    process, was told when it was committed."""

    def __init__(self, database: Database, *, bus: Bus, origin: str) -> None:
        self._database = database
        self._bus = bus
        self._origin = origin
        self._stopped = Event()
        self._place: Place | None = None
        self._away = False
        self._back_at = time.monotonic()

    def run(self) -> None:
        """Blocks its thread until `stop`, whether the database is there or not; the bus is told in it."""
        changes = self._changes()
        pause = _FIRST_PAUSE
        while changes is not None and not self._stopped.is_set():
            try:
                with translated(self._database.where()):
                    self._follow(changes)
            except FeedStopped:
                return
            except (HouselightsError, OSError) as error:
                held = not self._away and time.monotonic() - self._back_at > _STEADY
                pause = _FIRST_PAUSE if held else min(2 * pause, _LONGEST_PAUSE)
                self._say_away(error)
                self._stopped.wait(pause)
            finally:
                changes.close()

    def stop(self) -> None:
        """End `run` soon; from any thread."""
        self._stopped.set()

    def _changes(self) -> Changes | None:
        """Nobody else has a database in memory."""
        if self._database.is_sqlite:
            return (
                None if self._database.path is None else FileChanges(self._database, self._stopped)
            )
        from app.persistence.server_changes import (  # noqa: PLC0415 - psycopg: a local house never loads it
            ServerChanges,
        )

        return ServerChanges(self._database, self._stopped)

    def _follow(self, changes: Changes) -> None:
        if not changes.open():
            self._place = None
        self._catch_up(changes)
        self._say_back()
        while not self._stopped.is_set():
            changes.wait()
            self._catch_up(changes)

    def _catch_up(self, changes: Changes) -> None:
        if self._place is None:
            # whoever read before this place was known reads again
            self._place = changes.here()
            self._tell(EVERYTHING)
            return
        reading = changes.since(self._place)
        self._place = reading.place
        if not reading.whole or len(reading.rows) > MOST_ROWS:
            self._tell(EVERYTHING)
        else:
            self._tell(facts_of(row[1:] for row in reading.rows if row[0] != self._origin))

    def _tell(self, facts: Sequence[Fact]) -> None:
        for fact in facts:
            self._bus.publish(fact)

    def _say_away(self, error: Exception) -> None:
        """Once, however long it lasts."""
        if not self._away:
            logging.getLogger(__name__).warning("no news of other stations: %s", error)
        self._away = True

    def _say_back(self) -> None:
        if self._away:
            logging.getLogger(__name__).info("news of other stations again")
        self._away = False
        self._back_at = time.monotonic()


# One statement, so that the place and the rows are of one moment. After an empty table, a first row that is
# not number 1 counts as rows dropped: on PostgreSQL sometimes wrongly, and then all is read once more.
_HERE = "SELECT coalesce(max(seq), 0) FROM changes"
_SINCE = """
SELECT (SELECT coalesce(max(seq), 0) FROM changes),
       EXISTS (SELECT 1 FROM changes WHERE seq = :seq)
           OR :seq = 0 AND coalesce((SELECT min(seq) FROM changes), 1) = 1,
       c.origin, c.kind, c.subject_id, c.seats
FROM (SELECT 1) LEFT JOIN changes c ON c.seq > :seq
ORDER BY c.seq LIMIT :most"""


class FileChanges:
    """The `Changes` of a local file. One writer at a time, so numbers become visible in order."""

    def __init__(self, database: Database, stopped: Event) -> None:
        self._database = database
        self._stopped = stopped
        self._connection: Any = None
        self._file: int | None = None
        self._version = 0

    def open(self) -> bool:
        """See the protocol."""
        self._connection = self._database.onlooker()
        self._version = self._data_version()
        before, self._file = self._file, self._inode()
        return before in {None, self._file}

    def here(self) -> Place:
        """See the protocol."""
        return Place(self._connection.execute(_HERE).fetchone()[0])

    def since(self, place: Place) -> Reading:
        """See the protocol."""
        rows = self._connection.execute(_SINCE, {"seq": place.seq, "most": MOST_ROWS + 1})
        found = rows.fetchall()
        newest, whole = found[0][:2]
        told = [row[2:] for row in found if row[2] is not None]
        return Reading(Place(newest), told, bool(whole))

    def wait(self) -> None:
        """See the protocol."""
        while not self._stopped.wait(_LOOK_EVERY):
            before, self._version = self._version, self._data_version()
            if self._version != before:
                return
            if self._inode() != self._file:  # moved away, or another one put in its place
                raise pysqlite3.OperationalError("unable to open database file")

    def close(self) -> None:
        """See the protocol."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _data_version(self) -> int:
        return int(self._connection.execute("PRAGMA data_version").fetchone()[0])

    def _inode(self) -> int | None:
        path = self._database.path
        return None if path is None else inode(path)
