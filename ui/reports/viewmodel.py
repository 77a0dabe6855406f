"""Which report, about what, and the report itself once it is read; saved as files on request.

Reading a year of payments takes seconds, so it happens on the lane for files: the database lane stays
free for selling. A newer wish stops the older one on its way.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from PySide6.QtCore import QObject, QSettings, Signal

from app.domain.errors import Denied, HouselightsError, NotFound, Stopped
from app.domain.report_parts import Line, Report, Wanted
from app.domain.reports import Choices, Offered, ReportFormat
from app.domain.users import Operator
from app.services.reports import ReportService
from ui.reports.wording import Range, notation, ranges
from ui.tasks import Tasks
from ui.viewmodel import ViewModel

_LANE = "io"


@dataclass(frozen=True, slots=True)
class Made:
    """A report with the lines of each of its tables, ready to be scrolled through."""

    report: Report
    lines: tuple[tuple[Line, ...], ...]


@dataclass(frozen=True, slots=True)
class State:
    """`made` stays on show while another one is read; `stopped` once somebody said so."""

    offered: tuple[Offered, ...] = ()
    choices: Choices | None = None
    chosen: Offered | None = None
    wanted: Wanted = field(default_factory=Wanted)
    made: Made | None = None
    reading: bool = False
    saving: bool = False
    stopped: bool = False
    problem: HouselightsError | None = None


class _Halt:
    """Asked by the worker, answered by the screen: whether to stop."""

    def __init__(self) -> None:
        self.said = False

    def __call__(self) -> bool:
        return self.said


class ReportsModel(ViewModel[State]):
    """Keeps the filter between sessions; `saved` carries the path of a file that was written."""

    saved = Signal(str)

    def __init__(
        self,
        reports: ReportService,
        *,
        by: Operator,
        tasks: Tasks,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(State(), tasks=tasks, parent=parent)
        self._reports = reports
        self._by = by
        self._halt = _Halt()
        self._settings = QSettings()

    def load(self) -> None:
        """Read what there is to choose from, then the report of last time."""
        self._tasks.run(
            self,
            lambda: (self._reports.catalogue(by=self._by), self._reports.choices(by=self._by)),
            done=self._on_loaded,
            failed=self.fail,
            key="choices",
        )

    def choose(self, name: str) -> None:
        """Another report, about what it was about last time."""
        offered = self._named(name)
        if offered is None or offered == self.state.chosen:
            return
        self.set(chosen=offered, wanted=self._remembered(offered), made=None)
        self.make()

    def between(self, first: date | None, last: date | None) -> None:
        """Other days, both included; None leaves that end open."""
        self._ask(replace(self.state.wanted, first=first, last=last))

    def of_event(self, event_id: str) -> None:
        """One event, or all with ""."""
        self._ask(replace(self.state.wanted, event_id=event_id))

    def of_operator(self, operator_id: str) -> None:
        """One operator, or all with ""."""
        self._ask(replace(self.state.wanted, operator_id=operator_id))

    def of_tender(self, tender: str) -> None:
        """One tender, or all with ""."""
        self._ask(replace(self.state.wanted, tender=tender))

    def clear(self) -> None:
        """All days, all events, everybody."""
        self._ask(Wanted())

    def ranges(self) -> tuple[Range, ...]:
        """The usual ranges of days for the report chosen."""
        state = self.state
        if state.choices is None or state.chosen is None:
            return ()
        return ranges(state.choices.today, state.chosen)

    def make(self) -> None:
        """Read the report anew; whatever is being read is stopped."""
        chosen, wanted = self.state.chosen, self.state.wanted
        if chosen is None:
            return
        self._halt.said = True
        halt = self._halt = _Halt()

        def work() -> Made:
            report = self._reports.make(chosen.name, wanted, by=self._by, stop=halt)
            return Made(report, tuple(tuple(table.watched(halt)) for table in report.tables))

        self.set(reading=True, stopped=False, problem=None)
        self._tasks.run(
            self, work, done=self._on_made, failed=self._on_not_made, key="report", lane=_LANE
        )

    def stop(self) -> None:
        """Stop reading or saving."""
        self._halt.said = True

    def save(self, path: Path, form: ReportFormat) -> None:
        """Write the report on show to a file."""
        made = self.state.made
        if made is None:
            return
        halt = self._halt = _Halt()
        written = notation()

        def work() -> Path:
            self._reports.save(
                made.report, path, form=form, notation=written, by=self._by, stop=halt
            )
            return path

        self.set(saving=True, problem=None)
        self._tasks.run(
            self, work, done=self._on_saved, failed=self._on_not_saved, key="file", lane=_LANE
        )

    def fail(self, error: HouselightsError) -> None:
        """Show why something did not go."""
        self.set(reading=False, saving=False, problem=error)

    def _ask(self, wanted: Wanted) -> None:
        if wanted == self.state.wanted:
            return
        self.set(wanted=wanted)
        self._remember()
        self.make()

    def _named(self, name: str) -> Offered | None:
        return next((o for o in self.state.offered if o.name == name), None)

    # -- answers -----------------------------------------------------------------------------------

    def _on_loaded(self, found: tuple[tuple[Offered, ...], Choices]) -> None:
        offered, choices = found
        self.set(offered=offered, choices=choices)
        last = str(self._settings.value(self._key("last"), ""))
        chosen = self._named(last) or (offered[0] if offered else None)
        if chosen is not None and self.state.chosen is None:
            self.choose(chosen.name)

    def _on_made(self, made: Made) -> None:
        self.set(made=made, reading=False)
        self._settings.setValue(self._key("last"), made.report.name.value)

    def _on_not_made(self, error: HouselightsError) -> None:
        if isinstance(error, Stopped):
            self.set(reading=False, stopped=True, made=None)
        elif isinstance(error, NotFound | Denied) and self.state.wanted != Wanted():
            # what the filter remembers is gone: ask for everything rather than for nothing
            self.set(reading=False, wanted=Wanted())
            self._remember()
            self.make()
        else:
            self.set(reading=False, made=None, problem=error)

    def _on_saved(self, path: Path) -> None:
        self.set(saving=False)
        self.saved.emit(str(path))

    def _on_not_saved(self, error: HouselightsError) -> None:
        self.set(saving=False, problem=None if isinstance(error, Stopped) else error)

    # -- remembering -------------------------------------------------------------------------------

    def _key(self, name: str) -> str:
        return f"reports/{self._by.user_id}/{name}"

    def _remember(self) -> None:
        """A named range is kept by its name: today means another day tomorrow."""
        chosen, wanted = self.state.chosen, self.state.wanted
        if chosen is None:
            return
        named = (k for k, _, f, last in self.ranges() if (f, last) == (wanted.first, wanted.last))
        kept = {
            "range": next(named, ""),
            "first": wanted.first.isoformat() if wanted.first else "",
            "last": wanted.last.isoformat() if wanted.last else "",
            "event": wanted.event_id,
            "operator": wanted.operator_id,
            "tender": wanted.tender,
        }
        self._settings.setValue(self._key(chosen.name.value), json.dumps(kept))

    def _remembered(self, offered: Offered) -> Wanted:
        """As last time; the first time this month, or all performances there are."""
        if self.state.choices is None:
            return Wanted()
        named = {key: (f, last) for key, _, f, last in ranges(self.state.choices.today, offered)}
        try:
            kept = json.loads(str(self._settings.value(self._key(offered.name.value), "")))
            days = named.get(kept["range"], (_day(kept["first"]), _day(kept["last"])))
            return Wanted(*days, kept["event"], kept["operator"], kept["tender"])
        except (ValueError, KeyError, TypeError):
            return Wanted() if offered.looks_ahead else Wanted(*named["month"])


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
