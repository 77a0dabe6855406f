"""What other stations and processes commit, told here within the blink of an eye: a wake-up plus a place.

The wake-up (SQLite: `PRAGMA data_version`, PostgreSQL: NOTIFY) only says that something may have happened;
what did stands in the rows of `changes` after the place read last. A wake-up that is missed, doubled or
late costs nothing, and rows that were read twice would do no harm: facts only say what to read again.

It is also the heart-beat: its connection asks every second, so whether the house answers is known within
three, whatever anybody does, and whoever `watch`es is told.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from threading import Event
from typing import Protocol

from app.domain.errors import HouselightsError
from app.domain.facts import EVERYTHING, Fact
from app.domain.ports import Bus
from app.persistence.changes import MOST_ROWS, FeedStopped, Place, Reading, facts_of
from app.persistence.database import Database
from app.persistence.failures import translated
from app.persistence.file_changes import FileChanges

_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 1.6  # seconds between attempts while the database is away
_STEADY = 10.0  # seconds; a connection that fails sooner is not trusted again at once


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
        self._watching: list[Callable[[bool], None]] = []
        self._away = False
        self._told_away = False
        self._back_at = time.monotonic()

    def watch(self, heard: Callable[[bool], None]) -> None:
        """Call `heard(True)` when the database does not answer, `heard(False)` when it does again; in the
        thread of `run`. A connection that is made again at once was nothing to speak of."""
        self._watching.append(heard)

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
                self._say_away(error, steady=held)
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

        return ServerChanges(self._database, self._stopped, doubt=self._tell_away)

    def _follow(self, changes: Changes) -> None:
        if not changes.open():
            self._place = None
        self._catch_up(changes)
        self._say_back()
        while not self._stopped.is_set():
            changes.wait()
            self._catch_up(changes)
            self._tell_back()

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

    def _say_away(self, error: Exception, *, steady: bool) -> None:
        """Once, however long it lasts."""
        if not self._away:
            logging.getLogger(__name__).warning("no news of other stations: %s", error)
        if self._away or not steady:
            self._tell_away()
        self._away = True

    def _say_back(self) -> None:
        if self._away:
            logging.getLogger(__name__).info("news of other stations again")
        self._away = False
        self._back_at = time.monotonic()
        self._tell_back()

    def _tell_away(self) -> None:
        self._tell_watching(away=True)

    def _tell_back(self) -> None:
        self._tell_watching(away=False)

    def _tell_watching(self, *, away: bool) -> None:
        if self._told_away is not away:
            self._told_away = away
            for heard in self._watching:
                heard(away)
