"""Ages, sizes and standings in words, for the settings and for the line at the foot of the window."""

from __future__ import annotations

from datetime import datetime, timedelta

from app.domain.backups import BackupState, Standing
from ui.errors import Level
from ui.i18n import moment_brief, number, plural, tr

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_STEPS = {
    "": "Getting ready …",
    "copy": "Copying the file …",
    "quick_check": "Looking for damage …",
    "check": "Proving seats, tickets and money …",
    "done": "Putting it in place …",
}


def age_words(age: timedelta) -> str:
    """How long ago, as one says it."""
    if age < timedelta(minutes=1):
        return tr("just now")
    if age < _HOUR:
        return tr("{count} min ago", count=number(age // timedelta(minutes=1)))
    if age < 2 * _DAY:
        return tr("{count} h ago", count=number(age // _HOUR))
    return plural("{count} day ago", "{count} days ago", age // _DAY)


def standing_words(state: BackupState) -> str:
    """In the line at the foot: few words."""
    match state.standing:
        case Standing.OFF if state.age is not None:
            return tr("Backup {age}, no plan", age=age_words(state.age))
        case Standing.OFF:
            return tr("No backups")
        case Standing.NEVER:
            return tr("No backup yet")
        case Standing.OVERDUE:
            return tr("Backup overdue, {age}", age=age_words(state.age or _DAY))
        case Standing.FAILED:
            return tr("Backup failed")
        case Standing.GOOD:
            return tr("Backup {age}", age=age_words(state.age or timedelta()))


def standing_level(state: BackupState) -> Level:
    """How well that is."""
    return Level.GOOD if state.standing is Standing.GOOD else Level.WARN


def trouble_words(state: BackupState) -> str:
    """What is wrong and the remedy, "" when nothing is."""
    station = state.plan.station
    if state.standing is Standing.OVERDUE and not state.problem:
        return tr(
            "The last backup is from {age}, which is too old. Start the window of station {station},"
            " or make one under Settings, Backups.",
            age=age_words(state.age or _DAY),
            station=station,
        )
    if state.standing in {Standing.OVERDUE, Standing.FAILED}:
        return tr(
            "The last backup did not go: {why}. Mend it under Settings, Backups, then back up now.",
            why=tr(_WHY.get(state.problem, "something is wrong with the house or the folder")),
        )
    return ""


_WHY = {
    "disk_full": "the disk is full",
    "read_only": "the folder cannot be written",
    "missing": "the folder is not there",
    "refused": "this station may not read the whole house, or not open the folder",
    "exists": "a file of that name is there already",
    "no_answer": "the shared house does not answer",
    "corrupt": "the database is damaged",
    "locked": "another program is holding the database",
    "HouseOutOfOrder": "seats, tickets and money do not agree",
    "JournalBroken": "the journal does not hold",
}


def step_words(step: str) -> str:
    """What is at hand: a table by its name, or what is done to the whole."""
    if step in _STEPS:
        return tr(_STEPS[step])
    return tr("Copying {table} …", table=step.replace("_", " "))


def size_words(size: int) -> str:
    """A file's size as people say it."""
    if size < 1_000_000:
        return tr("{count} kB", count=number(max(1, round(size / 1_000))))
    return tr("{count} MB", count=number(round(size / 1_000_000)))


def when_words(at: datetime | None) -> str:
    """A moment on this computer's clock, "" for none."""
    return "" if at is None else moment_brief(at)


def rule_words(rule: str) -> str:
    """What was counted, by its name."""
    return tr(rule.replace("_", " ")).capitalize()
