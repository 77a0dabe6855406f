"""Backups of the house: made, proven, listed, forgotten in time, and said when they are late."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from app.domain.backups import (
    BackupFolders,
    BackupPlan,
    BackupState,
    Follow,
    HouseCopies,
    KeptBackup,
    Proof,
    to_forget,
)
from app.domain.errors import BackupUnderWay, HouselightsError, Stopped
from app.domain.facts import BackupsChanged
from app.domain.ports import UnitOfWork, Work
from app.domain.users import Operator, Permission
from app.domain.values import from_micros, to_micros

_PLAN, _LAST, _PROBLEM, _LEASE = (
    "backups",
    "backups_last",
    "backups_problem",
    "backups_lease",
)
_AT_MOST = timedelta(minutes=20)  # that one may take, before another may begin beside it


class BackupService:
    """Everything about backups but putting one in place, for which the house must be closed."""

    def __init__(self, work: UnitOfWork, *, copies: HouseCopies, folders: BackupFolders) -> None:
        self._work = work
        self._copies = copies
        self._folders = folders

    # -- the plan ----------------------------------------------------------------------------------

    def state(self, *, by: Operator) -> BackupState:
        """How the backups stand, by the clock of the database."""
        by.require(Permission.SELL)
        return self._work.read(_state)

    def may_make(self, *, by: Operator) -> bool:
        """Whether the login of this computer may read the whole house: a station's of a shared house may
        not, and then the owner's makes them."""
        by.require(Permission.ADMINISTER)
        return self._copies.may_read_all()

    def suggestion(self, *, by: Operator) -> BackupPlan:
        """A plan to begin with, made by this station."""
        by.require(Permission.ADMINISTER)
        return BackupPlan(str(self._folders.usual()), by.station_code)

    def change_plan(self, plan: BackupPlan, *, by: Operator) -> BackupPlan:
        """From now on by this plan; Invalid beside the field, FileUnusable for the folder."""
        by.require(Permission.ADMINISTER)
        wanted = plan.checked()
        if wanted.active and wanted.station == by.station_code:
            self._folders.prepare(Path(wanted.folder))

        def write(work: Work) -> BackupPlan:
            if _plan(work) != wanted:
                work.settings.keep(_PLAN, asdict(wanted))
                work.settings.drop(_PROBLEM)
                work.history.note(
                    "edited", subject_kind="settings", subject_id=_PLAN, body=asdict(wanted), by=by
                )
                work.tell(BackupsChanged())
            return wanted

        return self._work.write(write)

    # -- making ------------------------------------------------------------------------------------

    def back_up(self, file: Path, *, by: Operator, follow: Follow) -> tuple[KeptBackup, Proof]:
        """A proven copy of the house as this file. Slow; selling goes on."""
        by.require(Permission.ADMINISTER)
        return self._made(file, by=by, follow=follow)

    def back_up_now(self, *, by: Operator, follow: Follow) -> KeptBackup:
        """One more in the plan's folder, whatever the hour. BackupUnderWay; slow."""
        by.require(Permission.ADMINISTER)
        return self._planned(by=by, follow=follow)

    def run_due(self, *, by: Operator, follow: Follow) -> KeptBackup | None:
        """The one that is due, when it is this station that makes them; called every minute by whoever has a
        window open. None when nothing is to be done. Slow; selling goes on."""
        by.require(Permission.SELL)
        state = self._work.read(_state)
        mine = state.is_due and state.plan.station == by.station_code
        if not mine or not self._copies.may_read_all():
            return None
        try:
            return self._planned(by=by, follow=follow)
        except BackupUnderWay:
            return None

    def _planned(self, *, by: Operator, follow: Follow) -> KeptBackup:
        plan = self._work.write(lambda work: _lease(work, by=by))
        folder = Path(plan.folder or self._folders.usual())
        try:
            self._folders.prepare(folder)
            now = self._work.read(lambda work: work.now)
            kept, _ = self._made(_name(folder, now, by.station_code), by=by, follow=follow)
            for old in to_forget(self._of_this_house(folder), plan):
                self._folders.forget(old)
        except HouselightsError as error:
            self._give_up(error)
            raise
        self._work.write(lambda work: _note_made(work, kept))
        return kept

    def _made(self, file: Path, *, by: Operator, follow: Follow) -> tuple[KeptBackup, Proof]:
        at = self._work.read(lambda work: work.now)
        proof = self._copies.back_up(file, follow=follow)
        where, station = self._copies.where(), by.station_code
        return self._folders.note(file, proof, house=where, station=station, at=at), proof

    def _give_up(self, error: HouselightsError) -> None:
        """Let another begin; what a person stopped is no problem."""

        def write(work: Work) -> None:
            work.settings.drop(_LEASE)
            if not isinstance(error, Stopped):
                reason = getattr(error, "reason", type(error).__name__)
                work.settings.keep(_PROBLEM, {"at": to_micros(work.now), "reason": reason})
            work.tell(BackupsChanged())

        self._work.write(write)

    # -- those there are ---------------------------------------------------------------------------

    def kept(self, folder: Path, *, by: Operator) -> tuple[KeptBackup, ...]:
        """Every backup in a folder of this computer, newest first, of other houses too."""
        by.require(Permission.ADMINISTER)
        return self._folders.kept(folder)

    def verify(self, file: Path, *, by: Operator, follow: Follow) -> Proof:
        """Restore it somewhere else and prove every rule in it. BackupAltered, FileUnusable, HouseOutOfOrder,
        JournalBroken; slow."""
        by.require(Permission.ADMINISTER)
        self._folders.refuse_altered(file)
        proof = self._copies.prove(file, follow=follow)
        now = self._work.read(lambda work: work.now)
        self._folders.note(file, proof, house="", station="", at=now)
        return proof

    def _of_this_house(self, folder: Path) -> list[KeptBackup]:
        """A folder may hold those of another house, which are none of ours to delete."""
        house = self._copies.where()
        return [one for one in self._folders.kept(folder) if one.house == house]


def _name(folder: Path, at: datetime, station: str) -> Path:
    who = "".join(letter for letter in station if letter.isalnum()) or "station"
    return folder / f"houselights-{at:%Y%m%d-%H%M%S}-{who}.db"


def _plan(work: Work) -> BackupPlan:
    kept = work.settings.value(_PLAN)
    if not isinstance(kept, dict):
        return BackupPlan()
    known = BackupPlan.__dataclass_fields__
    return BackupPlan(**{name: value for name, value in kept.items() if name in known})


def _state(work: Work) -> BackupState:
    last, problem = _row(work, _LAST), _row(work, _PROBLEM)
    return BackupState(
        plan=_plan(work),
        now=work.now,
        last_at=from_micros(last["at"]) if last else None,
        last_file=last.get("file", ""),
        failed_at=from_micros(problem["at"]) if problem else None,
        problem=problem.get("reason", ""),
    )


def _row(work: Work, name: str) -> dict[str, Any]:
    kept = work.settings.value(name)
    return kept if isinstance(kept, dict) else {}


def _lease(work: Work, *, by: Operator) -> BackupPlan:
    """Only one at a time: two windows may call themselves the same station."""
    held = work.settings.value(_LEASE, lock=True)
    if isinstance(held, dict) and held["until"] > to_micros(work.now):
        raise BackupUnderWay(held["station"])
    until = to_micros(work.now + _AT_MOST)
    work.settings.keep(_LEASE, {"station": by.station_code, "until": until})
    return _plan(work)


def _note_made(work: Work, kept: KeptBackup) -> None:
    work.settings.drop(_LEASE)
    work.settings.drop(_PROBLEM)
    last = {"at": to_micros(kept.made_at), "file": str(kept.path)}
    work.settings.keep(_LAST, last)
    work.tell(BackupsChanged())
