"""Bringing customers in from a file: what its columns are, what would happen, what happened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.domain.customer_sheets import (
    BadRow,
    Field,
    OnKnown,
    Outcome,
    Preview,
    Sheet,
    SheetRow,
    contact_in,
    propose,
)
from app.domain.customers import Contact
from app.domain.errors import HouselightsError, Invalid
from app.domain.users import Operator
from app.services.customers import CustomerService
from ui.errors import field_words, words
from ui.i18n import number, tr
from ui.tasks import Tasks
from ui.viewmodel import ViewModel

_FIRST = 50  # rows shown as they would come in


class Step(StrEnum):
    """How far it has come."""

    READING = "reading"
    REFUSED = "refused"
    MAPPING = "mapping"
    RUNNING = "running"
    DONE = "done"


@dataclass(frozen=True)
class FirstRow:
    """One of the first rows as it would come in; `problems` has a sentence for each field that does
    not fit."""

    line: int
    contact: Contact
    problems: Mapping[str, str]


def _first(row: SheetRow, mapped: Mapping[Field, int]) -> FirstRow:
    contact = contact_in(row, mapped)
    try:
        return FirstRow(row.line, contact.checked(), {})
    except Invalid as error:
        return FirstRow(row.line, contact, field_words(error.problems))


@dataclass(frozen=True)
class State:
    """`preview` is None while it is being worked out; `done` of `whole` rows while running."""

    step: Step = Step.READING
    sheet: Sheet | None = None
    mapped: Mapping[Field, int] = field(default_factory=dict)
    known: OnKnown = OnKnown.UPDATE
    preview: Preview | None = None
    done: int = 0
    whole: int = 0
    stopping: bool = False
    outcome: Outcome | None = None
    problem: HouselightsError | None = None

    @property
    def incoming(self) -> int:
        """How many rows an import would take."""
        if self.preview is None:
            return 0
        update = self.known is OnKnown.UPDATE
        return self.preview.new + (self.preview.known if update else 0)

    @property
    def bad(self) -> tuple[BadRow, ...]:
        """The rows that are, or would be, left out."""
        if self.outcome is not None:
            return self.outcome.bad
        return self.preview.bad if self.preview else ()

    @property
    def first(self) -> tuple[FirstRow, ...]:
        """The first rows as customers."""
        rows = self.sheet.rows[:_FIRST] if self.sheet else ()
        return tuple(_first(row, self.mapped) for row in rows)


class Importing(ViewModel[State]):
    """One file on its way in. Works beside the counter, on the lane for files."""

    _stepped = Signal(int, int)
    rows_saved = Signal()

    def __init__(
        self,
        customers: CustomerService,
        *,
        by: Operator,
        tasks: Tasks,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(State(), tasks=tasks, parent=parent)
        self._customers = customers
        self._by = by
        self._stop = False
        self._stepped.connect(self._on_step)

    def read(self, path: Path) -> None:
        """Read a file."""
        self._tasks.run(
            self,
            lambda: self._customers.read_sheet(path, by=self._by),
            done=self._on_sheet,
            failed=self._on_refused,
            key="read",
            lane="io",
        )

    def map(self, column: int, held: Field | None) -> None:
        """Say what a column holds, None for nothing that is wanted; one column a field."""
        mapped = {
            each: at for each, at in self.state.mapped.items() if at != column and each is not held
        }
        if held is not None:
            mapped[held] = column
        self.set(mapped=mapped, problem=None)
        self._check()

    def choose_known(self, known: OnKnown) -> None:
        """What happens to those who are there already."""
        self.set(known=known)

    def start(self) -> None:
        """Bring the good rows in."""
        state = self.state
        sheet = state.sheet
        if sheet is None or state.step is not Step.MAPPING or not state.incoming:
            return
        self._stop = False
        self.set(step=Step.RUNNING, done=0, whole=len(sheet.rows), problem=None)
        self._tasks.run(
            self,
            lambda: self._customers.bring_in(
                sheet, state.mapped, known=state.known, progress=self._tell, by=self._by
            ),
            done=self._on_outcome,
            failed=self._on_failure,
            lane="io",
        )

    def cancel(self) -> None:
        """Stop after the rows at hand; what came in stays, and a second run goes on from there."""
        self._stop = True
        if self.state.step is Step.RUNNING:
            self.set(stopping=True)

    def save_bad(self, path: Path) -> None:
        """Write the rows that were left out, with line and reason, to mend and import them."""
        sheet, bad = self.state.sheet, self.state.bad
        if sheet is None:
            return
        header = (tr("Line"), tr("Reason"), *sheet.header)
        self._tasks.run(
            self,
            lambda: self._customers.write_rows(path, header, _told(bad), by=self._by),
            done=self._on_rows_saved,
            failed=self.fail,
            lane="io",
        )

    def _tell(self, done: int, whole: int) -> bool:
        """Called by the worker after each batch."""
        self._stepped.emit(done, whole)
        return not self._stop

    def _check(self) -> None:
        sheet, mapped = self.state.sheet, dict(self.state.mapped)
        if sheet is None:
            return
        self.set(preview=None)
        self._tasks.run(
            self,
            lambda: self._customers.preview(sheet, mapped, by=self._by),
            done=self._on_preview,
            failed=self._on_failure,
            key="preview",
            lane="io",
        )

    def _on_sheet(self, sheet: Sheet) -> None:
        self.set(step=Step.MAPPING, sheet=sheet, mapped=propose(sheet))
        self._check()

    def _on_refused(self, error: HouselightsError) -> None:
        self.set(step=Step.REFUSED, problem=error)

    def _on_preview(self, preview: Preview) -> None:
        self.set(preview=preview, problem=None)

    def _on_step(self, done: int, whole: int) -> None:
        if self.state.step is Step.RUNNING:
            self.set(done=done, whole=whole)

    def _on_outcome(self, outcome: Outcome) -> None:
        self.set(step=Step.DONE, outcome=outcome, stopping=False)

    def _on_failure(self, error: HouselightsError) -> None:
        self.set(step=Step.MAPPING, problem=error, stopping=False)

    def _on_rows_saved(self, _: None) -> None:
        self.rows_saved.emit()


def reason(bad: BadRow) -> str:
    """Why a row is left out, in words."""
    if bad.problem == "duplicate":
        return tr("The same customer as in line {line}.", line=number(bad.of))
    if bad.problem == "staff":
        return tr("This address belongs to somebody who works here.")
    return words(Invalid({bad.field.value: bad.problem}))


def _told(bad: Sequence[BadRow]) -> list[tuple[str, ...]]:
    return [(str(row.row.line), reason(row), *row.row.cells) for row in bad]
