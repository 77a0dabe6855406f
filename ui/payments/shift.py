"""The drawer: the shift that is open, its report, and those that were closed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.domain.errors import HouselightsError
from app.domain.facts import BookingChanged, Fact, ShiftChanged
from app.domain.shifts import DrawerAct, Shift, ShiftReport
from app.domain.users import Operator
from app.domain.values import Money
from ui.payments.watched import Watched
from ui.relay import Relay
from ui.tasks import Tasks


@dataclass(frozen=True, slots=True)
class State:
    """`report` is the X report of the open shift; `shown` the one on paper, X or Z."""

    report: ShiftReport | None = None
    past: tuple[Shift, ...] = ()
    shown: ShiftReport | None = None
    currency: str = "EUR"
    loaded: bool = False
    busy: bool = False
    problem: HouselightsError | None = None


class Drawer(Watched[State]):
    """`done` carries what was done, as a key; `refused` what a form has to show beside its fields."""

    done = Signal(str)
    refused = Signal(object)

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
        self._shifts = services.shifts
        self._settings = services.settings
        self._by = by
        relay.told.connect(self._on_fact)

    def load(self) -> None:
        """Read the open shift and the closed ones."""
        shifts, by = self._shifts, self._by

        def work() -> tuple[ShiftReport | None, tuple[Shift, ...], str]:
            house = self._settings.house(by=by)
            return shifts.x_report(by=by), shifts.past(by=by), house.currency

        self.ask(work, self._on_read, key="shift")

    def open(self, float_amount: Money) -> None:
        """Open the drawer with its float."""
        self._act(lambda: self._shifts.open(float_amount, by=self._by), "opened")

    def move(self, act: DrawerAct, *, amount: Money, note: str) -> None:
        """Put cash in, take it out, or bring it to the safe."""
        self._act(lambda: self._shifts.move(act, amount=amount, note=note, by=self._by), act.value)

    def close_with(self, counts: Mapping[int, int]) -> None:
        """End the shift with what was counted; its Z report is shown."""
        report = self.state.report
        if report is None:
            return
        shift_id = report.shift.id
        self._act(
            lambda: self._shifts.close(counts, shift_id=shift_id, by=self._by),
            "closed",
            then=self._show,
        )

    def show_z(self, shift_id: str) -> None:
        """Show a Z report as it was printed."""
        self.ask(lambda: self._shifts.z_report(shift_id, by=self._by), self._show, key="shown")

    def show_x(self) -> None:
        """Show the report of the open shift as it is now."""
        self.set(shown=self.state.report)

    def _act(
        self, work: Callable[[], Any], name: str, *, then: Callable[[Any], None] | None = None
    ) -> None:
        if self.state.busy:
            return
        self.set(busy=True, problem=None)

        def done(result: object) -> None:
            self.set(busy=False)
            if then is not None:
                then(result)
            self.done.emit(name)
            self.load()

        self.ask(work, done, failed=self._on_refused)

    def _on_refused(self, error: HouselightsError) -> None:
        self.set(busy=False)
        self.refused.emit(error)

    def _show(self, report: ShiftReport) -> None:
        self.set(shown=report, problem=None)

    def _on_read(self, read: tuple[ShiftReport | None, tuple[Shift, ...], str]) -> None:
        report, past, currency = read
        shown = self.state.shown
        if shown is not None and shown.shift.closed_at is None:
            shown = (
                report  # asked for, and kept up to date; unasked it would tell what must be there
            )
        self.set(report=report, past=past, shown=shown, currency=currency, loaded=True)

    def _on_fact(self, fact: Fact) -> None:
        if isinstance(fact, BookingChanged):
            self.stale()
        elif isinstance(fact, ShiftChanged):
            self.load()

    def again(self) -> None:
        """Read the report again."""
        self.load()
