"""The backups of the house as the settings show them: how they stand, the plan, those there are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.domain.backups import BackupPlan, BackupState, KeptBackup, Proof
from app.domain.errors import HouselightsError, Invalid
from app.domain.facts import BackupsChanged, Fact
from app.domain.users import Operator
from app.services.backups import BackupService
from ui.relay import Relay
from ui.settings.long_work import LongWork, Running
from ui.tasks import Tasks

BACK_UP, VERIFY = "back_up", "verify"


@dataclass(frozen=True, slots=True)
class State:
    """`standing` once known; `plan` what the form begins with; `kept` what is in its folder; `proof` and
    `proven` what was last verified."""

    standing: BackupState | None = None
    plan: BackupPlan = field(default_factory=BackupPlan)
    kept: tuple[KeptBackup, ...] = ()
    listed: bool = False
    may_make: bool = True
    running: Running = field(default_factory=Running)
    proven: Path | None = None
    proof: Proof | None = None
    problems: Mapping[str, str] = field(default_factory=dict)
    problem: HouselightsError | None = None


class Backups(LongWork[State]):
    """Reads, plans, makes and verifies them; `saved` once a plan is stored, `made` once one is there."""

    saved = Signal()
    made = Signal(object)  # a KeptBackup

    def __init__(
        self,
        backups: BackupService,
        *,
        by: Operator,
        tasks: Tasks,
        relay: Relay,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(State(), tasks=tasks, parent=parent)
        self._backups = backups
        self._by = by
        relay.told.connect(self._on_fact)

    def load(self) -> None:
        """How they stand, and then what is in the folder."""
        self.ask(self._read, self._on_read, key="state")

    def _read(self) -> tuple[BackupState, BackupPlan, bool]:
        state = self._backups.state(by=self._by)
        never_set = state.plan == BackupPlan()
        plan = self._backups.suggestion(by=self._by) if never_set else state.plan
        return state, plan, self._backups.may_make(by=self._by)

    def back_up(self) -> None:
        """One more, now."""
        self.begin(
            BACK_UP,
            lambda follow: self._backups.back_up_now(by=self._by, follow=follow),
            self._on_made,
        )

    def verify(self, file: Path) -> None:
        """Restore one somewhere else and prove it."""
        self.set(proven=None, proof=None)

        def verified(proof: Proof) -> None:
            self.set(proven=file, proof=proof)
            self._list()

        self.begin(
            VERIFY,
            lambda follow: self._backups.verify(file, by=self._by, follow=follow),
            verified,
        )

    def save(self, plan: BackupPlan) -> None:
        """From now on by this plan."""
        self.set(problems={}, problem=None)
        self._tasks.run(
            self,
            lambda: self._backups.change_plan(plan, by=self._by),
            done=self._on_saved,
            failed=self._on_refused,
            lane="io",
        )

    def _list(self) -> None:
        folder = Path(self.state.plan.folder)
        self._tasks.run(
            self,
            lambda: self._backups.kept(folder, by=self._by),
            done=self._on_kept,
            failed=self.fail,
            key="kept",
            lane="io",
        )

    def _on_read(self, answer: tuple[BackupState, BackupPlan, bool]) -> None:
        standing, plan, may_make = answer
        self.set(standing=standing, plan=plan, may_make=may_make)
        self._list()

    def _on_kept(self, kept: tuple[KeptBackup, ...]) -> None:
        self.set(kept=kept, listed=True)

    def _on_made(self, kept: KeptBackup) -> None:
        self.made.emit(kept)
        self.load()

    def _on_saved(self, plan: BackupPlan) -> None:
        self.set(plan=plan)
        self.saved.emit()
        self.load()

    def _on_refused(self, error: HouselightsError) -> None:
        problems = dict(error.problems) if isinstance(error, Invalid) else {}
        self.set(problems=problems, problem=error)

    def _on_fact(self, fact: Fact) -> None:
        if isinstance(fact, BackupsChanged):
            self.load()
