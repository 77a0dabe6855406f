"""Cards in doubt at this station: asked about one by one, until every cent is accounted for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.domain.cards import CardAttempt
from app.domain.errors import HouselightsError
from app.domain.facts import CardChanged, Fact
from app.domain.users import Operator
from ui.relay import Relay
from ui.tasks import Tasks
from ui.viewmodel import ViewModel


@dataclass(frozen=True, slots=True)
class State:
    """`busy` holds the attempts the terminal is being asked about."""

    attempts: tuple[CardAttempt, ...] = ()
    busy: frozenset[str] = frozenset()
    loaded: bool = False
    problem: HouselightsError | None = None


class Cards(ViewModel[State]):
    """`settled` carries a CardAttempt about which something became known."""

    settled = Signal(object)

    def __init__(
        self,
        services: Any,
        *,
        by: Operator,
        tasks: Tasks,
        relay: Relay,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(State(), tasks=tasks, parent=parent)
        self._cards = services.cards
        self._by = by
        relay.told.connect(self._on_fact)

    @property
    def terminal(self) -> bool:
        """Whether this station has a terminal to ask."""
        return bool(self._cards.available)

    def load(self) -> None:
        """Read what is in doubt."""
        self.ask(lambda: self._cards.unresolved(by=self._by), self._on_attempts, key="attempts")

    def ask_terminal(self, attempt_id: str) -> None:
        """Ask what became of it; charges nothing."""
        self._go(attempt_id, lambda: self._cards.ask_again(attempt_id, by=self._by))

    def undo(self, attempt_id: str) -> None:
        """Let the money move back, whatever became of it."""
        self._go(attempt_id, lambda: self._cards.cancel(attempt_id, by=self._by))

    def _go(self, attempt_id: str, work: Callable[[], CardAttempt]) -> None:
        if attempt_id in self.state.busy:
            return
        self.set(busy=self.state.busy | {attempt_id}, problem=None)

        def done(attempt: CardAttempt) -> None:
            self.set(busy=self.state.busy - {attempt_id})
            self.settled.emit(attempt)
            self.load()

        def failed(error: HouselightsError) -> None:
            self.set(busy=self.state.busy - {attempt_id}, problem=error)

        self._tasks.run(self, work, done=done, failed=failed, lane="io")

    def _on_attempts(self, attempts: tuple[CardAttempt, ...]) -> None:
        self.set(attempts=attempts, loaded=True)

    def _on_fact(self, fact: Fact) -> None:
        if isinstance(fact, CardChanged):
            self.load()
