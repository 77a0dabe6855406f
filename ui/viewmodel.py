"""What view-models share: one frozen state, replaced whole; work asked for elsewhere, answered here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from app.domain.errors import HouselightsError
from ui.tasks import Tasks

S = TypeVar("S")


class ViewModel(QObject, Generic[S]):
    """Holds `state` (a frozen dataclass with a field `problem`) and tells `changed` when it is another."""

    changed = Signal()

    def __init__(self, state: S, *, tasks: Tasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.state = state
        self._tasks = tasks

    def ask(
        self,
        work: Callable[[], Any],
        done: Callable[[Any], None],
        *,
        failed: Callable[[HouselightsError], None] | None = None,
        key: str = "",
    ) -> None:
        """Run `work` on the database lane; a refusal becomes the state's problem unless `failed` takes it."""
        self._tasks.run(self, work, done=done, failed=failed or self.fail, key=key)

    def fail(self, error: HouselightsError) -> None:
        """Show why it did not go."""
        self.set(problem=error)

    def set(self, **changes: object) -> None:
        """The same state but for these fields."""
        self.state = replace(self.state, **changes)  # type: ignore[type-var]
        self.changed.emit()

    def forget_problem(self) -> None:
        """The notice was read."""
        self.set(problem=None)


class Staleness(QObject):
    """When what is on show must be read again: soon after the last of a burst of facts, and never
    while nobody looks, because the lane of the database serves the counter first.

    `due` fires then; `mark` says that something changed, `wake` and `sleep` whether anybody looks.
    """

    due = Signal()

    def __init__(self, *, after_ms: int = 400, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._awake = True
        self._stale = False
        self._timer = QTimer(self, singleShot=True, interval=after_ms)
        self._timer.timeout.connect(self._tell)

    def mark(self) -> None:
        """Something on show is no longer true."""
        self._stale = True
        if self._awake and not self._timer.isActive():
            self._timer.start()

    def wake(self) -> None:
        """Somebody looks: what went stale meanwhile is due now."""
        self._awake = True
        if self._stale:
            self._tell()

    def sleep(self) -> None:
        """Nobody looks."""
        self._awake = False
        self._timer.stop()

    def _tell(self) -> None:
        self._stale = False
        self.due.emit()
