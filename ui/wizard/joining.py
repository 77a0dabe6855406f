"""Joining a house that sells already: one line from whoever enrolled this computer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from PySide6.QtCore import QObject, Signal

from app.domain.errors import HouselightsError, Invalid
from ui.tasks import Tasks
from ui.viewmodel import ViewModel

Join = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class State:
    """`problems` belong to the field."""

    busy: bool = False
    problems: Mapping[str, str] = field(default_factory=dict)
    problem: HouselightsError | None = None


class Joining(ViewModel[State]):
    """Tries the connection and has it remembered; `joined` when this computer belongs to that house."""

    joined = Signal()

    def __init__(self, join: Join, *, tasks: Tasks, parent: QObject | None = None) -> None:
        super().__init__(State(), tasks=tasks, parent=parent)
        self._join = join

    def join(self, connection: str) -> None:
        """Reach the shared house; slow when its server does not answer."""
        if self.state.busy:
            return
        self.set(busy=True, problems={}, problem=None)
        self._tasks.run(
            self,
            lambda: self._join(connection.strip()),
            done=self._on_joined,
            failed=self._on_failure,
            lane="io",
        )

    def _on_joined(self, _: object) -> None:
        self.set(busy=False)
        self.joined.emit()

    def _on_failure(self, error: HouselightsError) -> None:
        if isinstance(error, Invalid):
            self.set(busy=False, problems=error.problems)
        else:
            self.set(busy=False, problem=error)
