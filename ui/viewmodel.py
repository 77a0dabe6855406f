"""What view-models share: one frozen state, replaced whole; work asked for elsewhere, answered here;
what to do when somebody else saved first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from app.domain.errors import DatabaseUnavailable, HouselightsError
from ui.tasks import Tasks

S = TypeVar("S")
F = TypeVar("F")


class ViewModel(QObject, Generic[S]):
    """Holds `state` (a frozen dataclass with a field `problem`) and tells `changed` when it is another."""

    changed = Signal()

    def __init__(self, state: S, *, tasks: Tasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.state = state
        self._tasks = tasks
        self._acting = False

    def ask(
        self,
        work: Callable[[], Any],
        done: Callable[[Any], None],
        *,
        failed: Callable[[HouselightsError], None] | None = None,
        key: str = "",
    ) -> None:
        """Run `work` on the database lane; a refusal becomes the state's problem unless `failed` takes it.

        With a `key` it is a reading, see `Tasks`: its answer shows that the database is there again.
        """

        def answered(result: object) -> None:
            if isinstance(getattr(self.state, "problem", None), DatabaseUnavailable):
                self.set(problem=None)
            done(result)

        self._tasks.run(
            self, work, done=answered if key else done, failed=failed or self.fail, key=key
        )

    def act(
        self,
        work: Callable[[], Any],
        done: Callable[[Any], None],
        *,
        failed: Callable[[HouselightsError], None] | None = None,
    ) -> None:
        """As `ask`, for what a second press must not do again: passed over until the first is answered."""
        if self._acting:
            return
        self._acting = True

        def answered(result: object) -> None:
            self._acting = False
            done(result)

        def refused(error: HouselightsError) -> None:
            self._acting = False
            (failed or self.fail)(error)

        self.ask(work, answered, failed=refused)

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


@dataclass(frozen=True, slots=True)
class Difference:
    """A field somebody else changed meanwhile: what it was, what they made it, what is typed here."""

    field: str
    before: str
    theirs: str
    mine: str


def differences(before: F, theirs: F, mine: F) -> tuple[Difference, ...]:
    """The fields that `theirs` (all three are one dataclass) has otherwise than `before`, unless the
    same is typed here."""
    trios = (
        (name, getattr(before, name), getattr(theirs, name), getattr(mine, name))
        for name in _names(before)
    )
    return tuple(
        Difference(name, str(old), str(new), str(typed))
        for name, old, new, typed in trios
        if new not in (old, typed)
    )


def merged(before: F, theirs: F, mine: F) -> F:
    """What was typed, and `theirs` where nothing was."""
    untouched = {
        name: getattr(theirs, name)
        for name in _names(before)
        if getattr(before, name) == getattr(mine, name)
    }
    return replace(mine, **untouched)  # type: ignore[type-var]


def _names(form: object) -> tuple[str, ...]:
    return tuple(field.name for field in fields(form))  # type: ignore[arg-type]
