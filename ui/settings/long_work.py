"""What is slow here: on a thread of its own, with progress, and stopped when somebody says so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from PySide6.QtCore import Signal

from app.domain.backups import Follow
from app.domain.errors import HouselightsError, Stopped
from ui.viewmodel import ViewModel

S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class Running:
    """`what` is at work, `share` of it done, `step` the table at hand; `stopping` once it was told to."""

    what: str = ""
    share: float = 0.0
    step: str = ""
    stopping: bool = False

    def __bool__(self) -> bool:
        return bool(self.what)


class LongWork(ViewModel[S]):
    """A view-model whose state has a field `running`; one long work at a time."""

    _stepped = Signal(float, str)

    def __init__(self, state: S, **parts: Any) -> None:
        super().__init__(state, **parts)
        self._stop = False
        self._stepped.connect(self._on_step)

    def begin(self, what: str, work: Callable[[Follow], Any], done: Callable[[Any], None]) -> None:
        """Do it on the lane for files, unless something is at work already."""
        if self.running:
            return
        self._stop = False
        self.set(running=Running(what), problem=None)

        def answered(result: Any) -> None:
            self.set(running=Running())
            done(result)

        self._tasks.run(
            self, lambda: work(self._follow), done=answered, failed=self._on_failure, lane="io"
        )

    def stop(self) -> None:
        """End what is at work; nothing of it stays."""
        self._stop = True
        now = self.running
        if now:
            self.set(running=Running(now.what, now.share, now.step, stopping=True))

    @property
    def running(self) -> Running:
        """What is at work."""
        found: Running = getattr(self.state, "running")  # noqa: B009 - every state here has one
        return found

    def _follow(self, share: float, step: str) -> None:
        """Called by the worker."""
        if self._stop:
            raise Stopped
        self._stepped.emit(share, step)

    def _on_step(self, share: float, step: str) -> None:
        now = self.running
        if now:
            self.set(running=Running(now.what, share, step, stopping=now.stopping))

    def _on_failure(self, error: HouselightsError) -> None:
        self.set(running=Running(), problem=None if isinstance(error, Stopped) else error)
