"""Payments and refunds: the question, its totals, and the line that is open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.domain.errors import HouselightsError
from app.domain.facts import BookingChanged, Fact, ShiftChanged
from app.domain.payment_history import (
    Choices,
    PaymentFilter,
    PaymentLine,
    PaymentPage,
    TenderTotal,
)
from app.domain.shifts import Shift
from app.domain.users import Operator
from ui.payments.watched import Watched
from ui.relay import Relay
from ui.tasks import Tasks
from ui.widgets.windowed import Source

_SHIFTS_OFFERED = 30
_NO_CHOICES = Choices((), ())


@dataclass(frozen=True, slots=True)
class State:
    """`totals` are those of `wanted`, empty until they are known; `shifts` newest first."""

    wanted: PaymentFilter = field(default_factory=PaymentFilter)
    totals: tuple[TenderTotal, ...] = ()
    choices: Choices = _NO_CHOICES
    shifts: tuple[Shift, ...] = ()
    opened: PaymentPage | None = None
    exporting: bool = False
    problem: HouselightsError | None = None

    @property
    def filtered(self) -> bool:
        """Whether anything is asked of the list."""
        return self.wanted != PaymentFilter()


class History(Watched[State]):
    """`told` fires when the list should be read again; `exported` carries (path, lines)."""

    told = Signal()
    exported = Signal(str, int)

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
        self._services = services
        self._by = by
        relay.told.connect(self._on_fact)

    def load(self) -> None:
        """Read what the filters offer, and the totals."""
        services, by = self._services, self._by

        def work() -> tuple[Choices, tuple[Shift, ...]]:
            now = services.shifts.current(by=by)
            past = services.shifts.past(limit=_SHIFTS_OFFERED, by=by)
            shifts = past if now is None else (now, *past)
            return services.payment_history.choices(by=by), shifts

        self.ask(work, self._on_choices, key="choices")
        self.load_totals()

    def load_totals(self) -> None:
        """Add up what is asked for."""
        wanted, by = self.state.wanted, self._by
        self._tasks.run(
            self,
            lambda: self._services.payment_history.totals(wanted, by=by),
            done=self._on_totals,
            failed=self.fail,
            key="totals",
            lane="io",  # a sale need not wait for it
        )

    def source(self) -> Source[PaymentLine]:
        """The list that answers the filter."""
        history, wanted, by = self._services.payment_history, self.state.wanted, self._by

        def read(after: int, limit: int) -> Sequence[PaymentLine]:
            lines: Sequence[PaymentLine] = history.page(wanted, offset=after, limit=limit, by=by)
            return lines

        return Source(count=lambda: history.count(wanted, by=by), read=read)

    def narrow(self, **changes: object) -> None:
        """Ask for less, or for something else."""
        wanted = replace(self.state.wanted, **changes)  # type: ignore[arg-type]
        if wanted != self.state.wanted:
            self.set(wanted=wanted, totals=())
            self.load_totals()

    def everything(self) -> None:
        """Take all filters away."""
        if self.state.filtered:
            self.set(wanted=PaymentFilter(), totals=())
            self.load_totals()

    def open(self, line_id: str) -> None:
        """Show everything about a payment or refund."""
        self.ask(
            lambda: self._services.payment_history.payment(line_id, by=self._by),
            self._on_opened,
            key="opened",
        )

    def export(self, path: Path) -> None:
        """Write what is asked for to a CSV file."""
        wanted, by = self.state.wanted, self._by
        self.set(exporting=True, problem=None)
        self._tasks.run(
            self,
            lambda: (path, self._services.payment_history.export(path, wanted, by=by)),
            done=self._on_exported,
            failed=self._on_not_exported,
            lane="io",
        )

    def _on_exported(self, done: tuple[Path, int]) -> None:
        self.set(exporting=False)
        self.exported.emit(done[0].name, done[1])

    def _on_not_exported(self, error: HouselightsError) -> None:
        self.set(exporting=False, problem=error)

    def _on_choices(self, read: tuple[Choices, tuple[Shift, ...]]) -> None:
        self.set(choices=read[0], shifts=read[1])

    def _on_totals(self, totals: tuple[TenderTotal, ...]) -> None:
        self.set(totals=totals)

    def _on_opened(self, opened: PaymentPage) -> None:
        self.set(opened=opened, problem=None)

    def _on_fact(self, fact: Fact) -> None:
        if isinstance(fact, BookingChanged):
            self.stale()
        elif isinstance(fact, ShiftChanged):
            self.load()

    def again(self) -> None:
        """Read list, totals and what is open again."""
        self.told.emit()
        self.load_totals()
        if self.state.opened is not None:
            self.open(self.state.opened.line.id)
