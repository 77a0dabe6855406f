"""What the sections share: read again when something was sold, but only while somebody looks, and once
for a burst of sales. A till that sells must not wait for lists nobody sees."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtCore import QObject, QTimer

from ui.tasks import Tasks
from ui.viewmodel import ViewModel

S = TypeVar("S")

_SOON_MS = 250


class Watched(ViewModel[S]):
    """Calls `again` soon after `stale`, or when it is watched again."""

    def __init__(self, state: S, *, tasks: Tasks, parent: QObject | None = None) -> None:
        super().__init__(state, tasks=tasks, parent=parent)
        self._watched = False
        self._stale = False
        self._soon = QTimer(self, singleShot=True, interval=_SOON_MS)
        self._soon.timeout.connect(self._read_again)

    def watch(self, *, watched: bool) -> None:
        """Whether anybody looks."""
        self._watched = watched
        if watched and self._stale:
            self._read_again()

    def stale(self) -> None:
        """What is shown is older than what is kept."""
        self._stale = True
        if self._watched and not self._soon.isActive():
            self._soon.start()

    def again(self) -> None:
        """Read what is shown again."""
        raise NotImplementedError

    def _read_again(self) -> None:
        self._stale = False
        self.again()
