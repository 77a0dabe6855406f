"""The change feed's rows in a local file, awaited by asking SQLite whether anything was committed.

Why asking and no watch on the file: it costs nothing that can be measured, and is the same on every system.
"""

from __future__ import annotations

from threading import Event
from typing import Any

import pysqlite3

from app.persistence.changes import MOST_ROWS, Place, Reading
from app.persistence.database import Database, inode

_LOOK_EVERY = 0.015  # seconds; a look costs 6 µs (measured)

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
        # before the connection: a file put in its place in between then shows in `wait`
        before, self._file = self._file, self._inode()
        self._connection = self._database.onlooker()
        self._version = self._data_version()
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
