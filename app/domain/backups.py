"""Backups: which are kept, when one is due, when that is late; and moving a whole house elsewhere.

One station of a house makes them, because the folder is one of its computer; every station sees in the
database whether it did, so that a computer that is switched off is noticed at the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from app.domain.errors import Invalid
from app.domain.house_figures import Compared, HouseFigures

# Told as a share of the whole and the table at work; what it raises ends the work, which leaves nothing.
Follow = Callable[[float, str], None]

_MOST_HOURS = 24 * 31
_MOST_KEPT = 400
_AGAIN_AFTER = timedelta(minutes=15)  # one that failed is tried again
_LATE_AT_LEAST = timedelta(hours=1)
_LATE_AT_MOST = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class BackupPlan:
    """`station` makes one every `every_hours` into `folder` (a folder of its computer), while `active`. Of
    those in the folder the `newest` stay, and the last of each of so many days and weeks."""

    folder: str = ""
    station: str = ""
    every_hours: int = 24
    newest: int = 7
    daily: int = 14
    weekly: int = 8
    active: bool = False

    def checked(self) -> BackupPlan:
        """The same; Invalid beside each field that cannot be."""
        problems = {}
        if self.active and not self.folder.strip():
            problems["folder"] = "missing"
        for name, least, most in (
            ("every_hours", 1, _MOST_HOURS),
            ("newest", 1, _MOST_KEPT),
            ("daily", 0, _MOST_KEPT),
            ("weekly", 0, _MOST_KEPT),
        ):
            value = getattr(self, name)
            if value < least:
                problems[name] = "too_small"
            elif value > most:
                problems[name] = "too_large"
        if problems:
            raise Invalid(problems)
        return self

    @property
    def every(self) -> timedelta:
        """How long from one to the next."""
        return timedelta(hours=self.every_hours)


@dataclass(frozen=True, slots=True)
class KeptBackup:
    """One in a folder. `house` is where its data was, `revision` its schema's; `proven_at` when it was last
    found whole, None for never; `figures` what was in it then."""

    path: Path
    made_at: datetime
    size: int
    house: str
    station: str = ""
    revision: str = ""
    digest: str = ""
    proven_at: datetime | None = None
    figures: Mapping[str, int] = field(default_factory=dict, hash=False)


def to_forget(kept: Iterable[KeptBackup], plan: BackupPlan) -> tuple[KeptBackup, ...]:
    """Those that the plan no longer wants, oldest first. The last of a day or week is what counts for it;
    days and weeks are those that have a backup, so that a closed summer forgets nothing."""
    ordered = sorted(kept, key=lambda one: (one.made_at, str(one.path)), reverse=True)
    wanted = {one.path for one in ordered[: plan.newest]}
    for most, period in ((plan.daily, _day), (plan.weekly, _week)):
        last: dict[object, Path] = {}
        for one in ordered:
            last.setdefault(period(one.made_at), one.path)
        wanted |= set(list(last.values())[:most])
    return tuple(one for one in reversed(ordered) if one.path not in wanted)


def _day(at: datetime) -> object:
    return at.date()


def _week(at: datetime) -> object:
    return tuple(at.isocalendar())[:2]


class Standing(StrEnum):
    """How the backups of a house stand."""

    OFF = "off"  # nobody has said that any are to be made
    NEVER = "never"  # they are to be made, and none was yet
    GOOD = "good"
    OVERDUE = "overdue"
    FAILED = "failed"  # the last try did not go


@dataclass(frozen=True, slots=True)
class BackupState:
    """The plan, the last one made, and what went wrong since: `problem` is a reason of
    `app.domain.errors.FileUnusable` or `DatabaseUnavailable`, or the name of another error."""

    plan: BackupPlan
    now: datetime
    last_at: datetime | None = None
    last_file: str = ""
    failed_at: datetime | None = None
    problem: str = ""

    @property
    def standing(self) -> Standing:
        """One word for it."""
        if not self.plan.active:
            return Standing.OFF
        if self.is_late:
            return Standing.OVERDUE
        if self.problem:
            return Standing.FAILED
        return Standing.NEVER if self.last_at is None else Standing.GOOD

    @property
    def age(self) -> timedelta | None:
        """How old the last one is."""
        return None if self.last_at is None else self.now - self.last_at

    @property
    def is_due(self) -> bool:
        """Whether the station that makes them should make one now."""
        if self.failed_at is not None and self.now - self.failed_at < _AGAIN_AFTER:
            return False
        return self.plan.active and (self.age is None or self.age >= self.plan.every)

    @property
    def is_late(self) -> bool:
        """Whether one should have been there by now, with some patience: a computer may be asleep."""
        if not self.plan.active or self.age is None:
            return False
        patience = min(max(self.plan.every / 4, _LATE_AT_LEAST), _LATE_AT_MOST)
        return self.age > self.plan.every + patience


@dataclass(frozen=True, slots=True)
class Proof:
    """What a backup file was found to hold: `checked` what was counted when every rule was proven."""

    revision: str
    figures: HouseFigures
    checked: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Journey:
    """What a move would do: `figures` are those of now at `source`; `target` has room for them."""

    source: str
    target: str
    figures: HouseFigures


@dataclass(frozen=True, slots=True)
class Moved:
    """A house that has gone elsewhere: where to, without secrets, and since when."""

    where: str
    address: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Comparison:
    """A copy held against what it was made from, after `checked` proved every rule in it."""

    source: str
    target: str
    lines: Sequence[Compared]
    checked: Mapping[str, int]

    @property
    def holds(self) -> bool:
        """Whether every figure is the same."""
        return all(line.holds for line in self.lines)


@dataclass(frozen=True, slots=True)
class Restored:
    """A backup that is the house now; `aside` is where the house of before lies, None when there was none."""

    where: str
    proof: Proof
    aside: Path | None = None


class BackupFolders(Protocol):
    """Backups as files in folders of this computer, each with a note of its proof beside it."""

    def usual(self) -> Path:
        """The folder to suggest."""

    def prepare(self, folder: Path) -> None:
        """Make it when it is missing, see that it can be written, and clear away what was never finished;
        FileUnusable."""

    def kept(self, folder: Path) -> tuple[KeptBackup, ...]:
        """Those in it that have a note, newest first; none when the folder is not there."""

    def note(
        self, file: Path, proof: Proof, *, house: str, station: str, at: datetime
    ) -> KeptBackup:
        """Write beside the file what was found in it and when, and by what it is known again."""

    def refuse_altered(self, file: Path) -> None:
        """BackupAltered when the note beside it knows another file; nothing for one without a note."""

    def forget(self, backup: KeptBackup) -> None:
        """Delete a backup and its note."""


class HouseCopies(Protocol):
    """Whole houses, copied, proven and put in place. Everything here is slow and for a thread of its own;
    `follow` may raise to end it, and then nothing is left. Raises Unavailable and what `check` raises."""

    def where(self) -> str:
        """How to name this house's database to a person."""

    def is_shared(self) -> bool:
        """Whether several stations share it."""

    def back_up(self, target: Path, *, follow: Follow) -> Proof:
        """Write a proven copy of this house to a file that is not there yet, while selling goes on."""

    def prove(self, file: Path, *, follow: Follow) -> Proof:
        """Bring a copy of the file up to date somewhere else, and prove every rule in it."""

    def may_read_all(self) -> bool:
        """Whether this login sees everything that a copy needs: a station of a shared house does not."""

    def counted(self) -> HouseFigures:
        """What is here now."""

    def room_at(self, address: str) -> str:
        """How to name the database at this address, in which a house may be put; HouseThere, SameHouse,
        Unavailable when it may not."""

    def restore(self, file: Path, *, replace: bool, follow: Follow) -> Restored:
        """Make a backup the house of this database, which must be empty; with `replace` the local file of now
        is put aside first. HouseThere, HouseInUse, and what `prove` raises."""

    def move(self, address: str, *, follow: Follow) -> Comparison:
        """Copy this house into the empty one at the address, and mark this one as moved. Nobody can write
        here meanwhile; reading goes on."""
