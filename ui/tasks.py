"""The only place that starts threads. Three lanes: `db` (one worker, so database work keeps its order),
`io` (printing, files, and password hashing, which would make the counter wait) and `charts` (one
worker, because a drawing library keeps its fonts to itself).

Values cross between threads, never sessions, records or QObjects. An answer for an owner that is
gone, or that a newer request of the same key has overtaken, is dropped.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol

import shiboken6
from PySide6.QtCore import QObject, Qt, Signal

from app.domain.errors import HouselightsError

Done = Callable[[Any], None]
Failed = Callable[[HouselightsError], None]


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

        With a `key`, only the newest request of this owner and key is answered. An exception that is
        not one of ours goes to the crash dialog instead.
        """

    @property
    def busy(self) -> bool:
        """Whether anything is still running or waiting."""


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
        self._open += 1
        number = self._count
        if key:
            self._newest[id(owner), key] = number

        def job() -> None:
            result: Any = None
            error: BaseException | None = None
            try:
                if not key or self._newest.get((id(owner), key)) == number:
                    result = work()
            except Exception as caught:  # carried to the screen's thread
                error = caught
            try:
                self._answered.emit((owner, key, number, result, error, done, failed))
            except RuntimeError:
                logging.getLogger(__name__).info("an answer came after the window was closed")

        self._lanes[lane].submit(job)

    def _on_answer(self, answer: tuple[Any, ...]) -> None:
        owner, key, number, result, error, done, failed = answer
        self._open -= 1
        if not shiboken6.isValid(owner):
            return
        if key and self._newest.get((id(owner), key)) != number:
            return
        if error is None:
            done(result)
        elif isinstance(error, HouselightsError):
            failed(error)
        else:
            self.crashed.emit(error)

    def close(self) -> None:
        """Finish what the database lane has begun, drop the rest, end the threads."""
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
