"""The only place that starts threads. Three lanes: `db` (one worker, so database work keeps its order),
`io` (printing, files, and password hashing, which would make the counter wait) and `charts` (one
worker, because a drawing library keeps its fonts to itself). Whoever waits for the world all the time has
a thread of its own (`Watch`).

Values cross between threads, never sessions, records or QObjects. An answer for an owner that is
gone, or that a newer request of the same key has overtaken, is dropped. What a screen reads (a request
with a key) and does not get because the database is away is asked for again until it is there.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from threading import Thread
from typing import Any, Protocol

import shiboken6
from PySide6.QtCore import QObject, Qt, QTimer, Signal

from app.domain.errors import DatabaseUnavailable, HouselightsError

Done = Callable[[Any], None]
Failed = Callable[[HouselightsError], None]

_AGAIN_MS = 3000
_PATIENCE_S = 5.0


class Tasks(Protocol):
    """Runs work elsewhere and answers in the thread of the screen."""

    def run(
        self,
        owner: QObject,
        work: Callable[[], Any],
        *,
        done: Done,
        failed: Failed,
        key: str = "",
        lane: str = "db",
    ) -> None:
        """Run `work` on a lane; call `done(result)` or `failed(error)` later.

        With a `key` it is a reading: only the newest request of this owner and key is answered, and when
        the database is away `failed` is called once and `done` when it is back. An exception that is not
        one of ours goes to the crash dialog instead.
        """

    @property
    def busy(self) -> bool:
        """Whether anything is still running or waiting."""


class Watch(Protocol):
    """Waits for something as long as the program runs."""

    def run(self) -> None:
        """Blocks until `stop`."""

    def stop(self) -> None:
        """End `run` soon; from any thread."""


@dataclass(frozen=True, eq=False)
class _Asked:
    """A request, and whether it is one that could not be answered before."""

    owner: QObject
    work: Callable[[], Any]
    done: Done
    failed: Failed
    key: str
    lane: str
    number: int
    again: bool = False

    @property
    def is_reading(self) -> bool:
        return bool(self.key) and self.lane == "db"


class ThreadTasks(QObject):
    """The real thing."""

    _answered = Signal(object)
    crashed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lanes = {
            "db": ThreadPoolExecutor(1, thread_name_prefix="db"),
            "io": ThreadPoolExecutor(2, thread_name_prefix="io"),
            "charts": ThreadPoolExecutor(1, thread_name_prefix="charts"),
        }
        self._newest: dict[tuple[int, str], int] = {}
        self._count = 0
        self._open = 0
        self._missed: list[_Asked] = []
        self._watches: list[tuple[Watch, Thread]] = []
        self._later = QTimer(self, singleShot=True, interval=_AGAIN_MS)
        self._later.timeout.connect(self._try_one)
        self._answered.connect(self._on_answer, Qt.ConnectionType.QueuedConnection)

    @property
    def busy(self) -> bool:
        """Whether anything is still running or waiting."""
        return self._open > 0

    def run(
        self,
        owner: QObject,
        work: Callable[[], Any],
        *,
        done: Done,
        failed: Failed,
        key: str = "",
        lane: str = "db",
    ) -> None:
        """See `Tasks`."""
        self._count += 1
        if key:
            self._newest[id(owner), key] = self._count
        self._submit(_Asked(owner, work, done, failed, key, lane, self._count))

    def _submit(self, asked: _Asked) -> None:
        self._open += 1

        def job() -> None:
            result: Any = None
            error: BaseException | None = None
            try:
                if self._is_newest(asked):
                    result = asked.work()
            except Exception as caught:  # carried to the screen's thread
                error = caught
            try:
                self._answered.emit((asked, result, error))
            except RuntimeError:
                logging.getLogger(__name__).info("an answer came after the window was closed")

        self._lanes[asked.lane].submit(job)

    def _is_newest(self, asked: _Asked) -> bool:
        return not asked.key or self._newest.get((id(asked.owner), asked.key)) == asked.number

    def _is_wanted(self, asked: _Asked) -> bool:
        return shiboken6.isValid(asked.owner) and self._is_newest(asked)

    def _on_answer(self, answer: tuple[_Asked, Any, BaseException | None]) -> None:
        asked, result, error = answer
        self._open -= 1
        if asked.again and not isinstance(error, DatabaseUnavailable):
            self.ask_again()
        if not self._is_wanted(asked):
            return
        if error is None:
            asked.done(result)
        elif isinstance(error, HouselightsError):
            self._on_refusal(asked, error)
        else:
            self.crashed.emit(error)

    # -- the database is away ------------------------------------------------------------------

    def _on_refusal(self, asked: _Asked, error: HouselightsError) -> None:
        if asked.is_reading and isinstance(error, DatabaseUnavailable):
            still = [one for one in self._missed if self._is_wanted(one)]
            self._missed = [*still, replace(asked, again=True)]
            self._later.start()
        if not asked.again:
            asked.failed(error)

    def _try_one(self) -> None:
        """Only one, because a server that does not answer at all holds the lane up for seconds."""
        while self._missed:
            asked = self._missed.pop(0)
            if self._is_wanted(asked):
                self._submit(asked)
                return

    def ask_again(self) -> None:
        """The database is back: ask at once what could not be answered."""
        missed, self._missed = self._missed, []
        for asked in missed:
            self._submit(asked)

    def keep_running(self, watch: Watch) -> None:
        """Give it a thread until `close`; a bug in it goes to the crash dialog."""

        def job() -> None:
            try:
                watch.run()
            except Exception as error:  # carried to the screen's thread
                self.crashed.emit(error)

        # a daemon: when the program dies before `close`, nobody is left to end it
        thread = Thread(target=job, name="watch", daemon=True)
        self._watches.append((watch, thread))
        thread.start()

    def close(self) -> None:
        """Finish what the database lane has begun, drop the rest, end the threads."""
        self._later.stop()
        for watch, _ in self._watches:
            watch.stop()
        for _, thread in self._watches:
            thread.join(_PATIENCE_S)
        for lane in ("charts", "io"):
            self._lanes[lane].shutdown(wait=True, cancel_futures=True)
        self._lanes["db"].shutdown(wait=True)


class ImmediateTasks:
    """The twin for tests: runs at once, in the caller's thread."""

    busy = False

    def run(
        self,
        owner: QObject,
        work: Callable[[], Any],
        *,
        done: Done,
        failed: Failed,
        key: str = "",
        lane: str = "db",
    ) -> None:
        """See `Tasks`."""
        del owner, key, lane
        try:
            result = work()
        except HouselightsError as error:
            failed(error)
        else:
            done(result)
