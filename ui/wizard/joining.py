"""Joining a shared house: one that sells already, by the line that an enrolment gives, or a new one that is
made on a server of one's own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from PySide6.QtCore import QObject, Signal

from app.domain.errors import HouselightsError, Invalid
from ui.tasks import Tasks
from ui.viewmodel import ViewModel

Join = Callable[[str], None]


class Found(Protocol):
    """Makes a shared house on a server and has this computer join it."""

    def __call__(self, server: str, *, database: str, code: str) -> None:
        """Invalid beside `server`, `database` or `code`; Unavailable."""


@dataclass(frozen=True, slots=True)
class State:
    """`problems` belong to the fields of the page on show."""

    busy: bool = False
    problems: Mapping[str, str] = field(default_factory=dict)
    problem: HouselightsError | None = None


class Joining(ViewModel[State]):
    """Tries the connection and has it remembered; `joined` when this computer belongs to that house."""

    joined = Signal()

    def __init__(
        self, join: Join, *, found: Found, tasks: Tasks, parent: QObject | None = None
    ) -> None:
        super().__init__(State(), tasks=tasks, parent=parent)
        self._join = join
        self._found = found

    def join(self, connection: str) -> None:
        """Reach the shared house; slow when its server does not answer."""
        self._try(lambda: self._join(connection.strip()))

    def found(self, server: str, *, database: str, code: str) -> None:
        """Make a house on this server and join it as its first station."""
        self._try(lambda: self._found(server.strip(), database=database, code=code))

    def forget_problems(self) -> None:
        """Another page is on show."""
        self.set(problems={}, problem=None)

    def _try(self, work: Callable[[], None]) -> None:
        if self.state.busy:
            return
        self.set(busy=True, problems={}, problem=None)
        self._tasks.run(self, work, done=self._on_joined, failed=self._on_failure, lane="io")

    def _on_joined(self, _: object) -> None:
        self.set(busy=False)
        self.joined.emit()

    def _on_failure(self, error: HouselightsError) -> None:
        if isinstance(error, Invalid):
            self.set(busy=False, problems=error.problems)
        else:
            self.set(busy=False, problem=error)
