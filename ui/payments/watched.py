"""What the sections share: read again when something was sold, but only while somebody looks, and once
for a burst of sales. A till that sells must not wait for lists nobody sees."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtCore import QObject

from ui.tasks import Tasks
from ui.viewmodel import Staleness, ViewModel

S = TypeVar("S")

_SOON_MS = 250


class Watched(ViewModel[S]):
    """Calls `again` soon after `stale`, or when it is watched again."""

    def __init__(self, state: S, *, tasks: Tasks, parent: QObject | None = None) -> None:
        super().__init__(state, tasks=tasks, parent=parent)
        self._staleness = Staleness(after_ms=_SOON_MS, parent=self)
        self._staleness.sleep()
        self._staleness.due.connect(self.again)

    def watch(self, *, watched: bool) -> None:
        """Whether anybody looks."""
        if watched:
            self._staleness.wake()
        else:
            self._staleness.sleep()

    def stale(self) -> None:
        """What is shown is older than what is kept."""
        self._staleness.mark()

    def again(self) -> None:
        """Read what is shown again."""
        raise NotImplementedError
