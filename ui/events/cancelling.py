"""Calling a performance off: what it would mean, a reason, a second act, and how far it has come.

The work runs on the lane of its own that files and printers use, so that selling goes on; it can be
paused between two bookings and continued, also after a crash.
"""

from __future__ import annotations

from dataclasses import dataclass
from threading import Event as Flag

from PySide6.QtCore import QObject, Signal

from app.domain.cancellations import Cancellation, CancellationPlan
from app.domain.errors import HouselightsError
from app.domain.event_lists import PerformanceRow
from app.domain.users import Operator
from app.services.cancellations import CancellationService
from ui.tasks import Tasks
from ui.viewmodel import ViewModel


@dataclass(frozen=True)
class State:
    """`plan` is what is (left) to do, `outcome` how far it came, None before it was begun; `sure` the
    second act; `done` of `of` bookings while running."""

    row: PerformanceRow | None = None
    title: str = ""
    plan: CancellationPlan | None = None
    reason: str = ""
    sure: bool = False
    running: bool = False
    done: int = 0
    of: int = 0
    outcome: Cancellation | None = None
    problem: HouselightsError | None = None

    @property
    def ready(self) -> bool:
        """Whether it may be begun."""
        return (
            self.plan is not None and bool(self.reason.strip()) and self.sure and not self.running
        )

    @property
    def owing(self) -> bool:
        """Whether all is done but refunds that could not be given back yet."""
        return self.finished and self.outcome is not None and bool(self.outcome.owed)

    @property
    def finished(self) -> bool:
        """Whether all of it is done."""
        return self.outcome is not None and self.outcome.finished_at is not None


class Cancelling(ViewModel[State]):
    """`finished` fires when the performance is called off whole."""

    finished = Signal()
    _progressed = Signal(int, int)

    def __init__(
        self,
        cancellations: CancellationService,
        *,
        by: Operator,
        tasks: Tasks,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(State(), tasks=tasks, parent=parent)
        self._cancellations = cancellations
        self._by = by
        self._pause = Flag()
        self._progressed.connect(self._on_progress)

    def begin(self, row: PerformanceRow, *, title: str) -> None:
        """Look what cancelling this performance would do, or what is left of it."""
        if self.state.running:
            return
        self.state = State(row=row, title=title)
        self.changed.emit()
        self._look(row)

    def _look(self, row: PerformanceRow) -> None:
        performance_id, by = row.performance.id, self._by

        def read() -> tuple[CancellationPlan, Cancellation | None]:
            state = self._cancellations.state(performance_id, by=by)
            return self._cancellations.dry_run(performance_id, by=by), state

        self.ask(read, self._on_read, key="dry")

    def _on_read(self, answer: tuple[CancellationPlan, Cancellation | None]) -> None:
        plan, outcome = answer
        reason = outcome.reason if outcome is not None else self.state.reason
        self.set(plan=plan, reason=reason, outcome=outcome)

    def give_reason(self, reason: str) -> None:
        """What the holders are told."""
        if reason != self.state.reason:
            self.set(reason=reason)

    def be_sure(self, *, sure: bool) -> None:
        """The second, deliberate act."""
        self.set(sure=sure)

    def run(self) -> None:
        """Do it, or go on with it."""
        if self.state.ready:
            self._start()

    def ask_again(self) -> None:
        """Ask once more for the refunds that are still owed."""
        if self.state.owing and not self.state.running:
            self._start()

    def _start(self) -> None:
        state = self.state
        if state.row is None or state.plan is None:
            return
        performance_id, reason, by = state.row.performance.id, state.reason.strip(), self._by
        self._pause.clear()
        self.set(running=True, done=0, of=state.plan.bookings, problem=None)
        self._tasks.run(
            self,
            lambda: self._cancellations.run(
                performance_id, reason=reason, progress=self._on_booking, by=by
            ),
            done=self._on_done,
            failed=self._on_failed,
            lane="io",
        )

    def pause(self) -> None:
        """Stop after the booking under way."""
        self._pause.set()

    def _on_booking(self, done: int, of: int) -> bool:
        """In the worker's thread."""
        self._progressed.emit(done, of)
        return not self._pause.is_set()

    def _on_progress(self, done: int, of: int) -> None:
        if self.state.running:
            self.set(done=done, of=of)

    def _on_done(self, outcome: Cancellation) -> None:
        self.set(running=False, outcome=outcome)
        if outcome.finished_at is not None:
            self.finished.emit()
        elif self.state.row is not None:
            self._look(self.state.row)

    def _on_failed(self, error: HouselightsError) -> None:
        self.set(running=False, problem=error)
        if self.state.row is not None:
            self._look(self.state.row)
