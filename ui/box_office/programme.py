"""What is on: the list a cashier picks a performance from."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Signal

from app.domain.errors import HouselightsError
from app.domain.events import ProgrammeLine
from app.domain.facts import Fact, ProgrammeChanged, SeatsChanged
from app.domain.users import Operator
from app.domain.values import at_venue
from app.services.events import EventService
from ui.relay import Relay
from ui.tasks import Tasks


@dataclass(frozen=True, slots=True)
class State:
    """`lines` is everything on, `shown` what the search leaves of it."""

    lines: tuple[ProgrammeLine, ...] = ()
    search: str = ""
    chosen: str = ""
    loaded: bool = False
    problem: HouselightsError | None = None

    @property
    def shown(self) -> tuple[ProgrammeLine, ...]:
        """Lines in which every word of the search occurs: title, category, venue, date or time."""
        words = self.search.casefold().split()
        return tuple(line for line in self.lines if all(w in _haystack(line) for w in words))


class Programme(QObject):
    """Reads the programme, again after every fact that touches it."""

    changed = Signal()

    def __init__(
        self,
        events: EventService,
        *,
        by: Operator,
        tasks: Tasks,
        relay: Relay,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.state = State()
        self._events = events
        self._by = by
        self._tasks = tasks
        relay.told.connect(self._on_fact)

    def load(self) -> None:
        """Read the programme."""
        self._tasks.run(
            self,
            lambda: self._events.programme(by=self._by),
            done=self._on_lines,
            failed=self._on_failure,
            key="programme",
        )

    def look_for(self, text: str) -> None:
        """Show only lines that contain every word."""
        self._set(replace(self.state, search=text))

    def choose(self, performance_id: str) -> None:
        """Mark a performance as the one on the counter."""
        self._set(replace(self.state, chosen=performance_id))

    def _on_fact(self, fact: Fact) -> None:
        if isinstance(fact, ProgrammeChanged) or fact == SeatsChanged("", ()):
            self.load()
        elif isinstance(fact, SeatsChanged) and any(
            line.performance_id == fact.performance_id for line in self.state.lines
        ):
            self._tasks.run(
                self,
                lambda: self._events.line(fact.performance_id, by=self._by),
                done=self._on_line,
                failed=self._on_failure,
                key=f"line {fact.performance_id}",
            )

    def _on_lines(self, lines: tuple[ProgrammeLine, ...]) -> None:
        self._set(replace(self.state, lines=lines, loaded=True, problem=None))

    def _on_line(self, line: ProgrammeLine) -> None:
        lines = tuple(
            line if old.performance_id == line.performance_id else old for old in self.state.lines
        )
        self._set(replace(self.state, lines=lines, problem=None))

    def _on_failure(self, error: HouselightsError) -> None:
        self._set(replace(self.state, problem=error, loaded=True))

    def _set(self, state: State) -> None:
        self.state = state
        self.changed.emit()


def _haystack(line: ProgrammeLine) -> str:
    when = at_venue(line.starts_at, line.zone)
    return f"{line.title} {line.category} {line.venue} {when:%A %d %B %-d.%-m. %H:%M}".casefold()
