"""The words for everything about copies of the house: backups, restoring, moving. Part of `ui/errors.py`."""

from __future__ import annotations

from app.domain import errors
from ui.i18n import moment, number, tr

_MOST_NAMED = 4
_KNOWN = ("tickets", "bookings", "events", "venues", "users")


def keeping_words(error: errors.CopyRefused) -> str:
    """What stands in the way and the remedy; TypeError for a class nobody has written words for."""
    match error:
        case errors.HouseThere(where, contents):
            text = "There is a house in {where} already ({found}). Name an empty database instead."
            return tr(text, where=where, found=_found(contents))
        case errors.SameHouse(where):
            text = "The house is in {where} already. Name another database, an empty one."
            return tr(text, where=where)
        case errors.HouseMoved():
            return _moved(error)
        case errors.HouseInUse(where):
            text = "The house in {where} is open in a window or another command. Close it, then try again."
            return tr(text, where=where)
        case errors.BackupUnderWay(station):
            text = "Station {station} makes a backup at this moment. Wait until it is done."
            return tr(text, station=station)
        case _:
            return _broken(error)


def _broken(error: errors.CopyRefused) -> str:
    match error:
        case errors.CopyDiffers(where, lines):
            named = ", ".join(f"{line.kind} {line.name}" for line in lines[:_MOST_NAMED])
            text = (
                "What arrived in {where} is not what was sent ({found}), so nothing was kept there."
                " Try again; if it stays, the log has the details."
            )
            return tr(text, where=where, found=named)
        case errors.CannotBeKept(table):
            text = (
                "Something in {table} cannot be kept by the other database, so nothing was written"
                " there. Check the house, then tell whoever looks after the program."
            )
            return tr(text, table=table)
        case errors.BackupAltered(path):
            text = "The file {path} is not the one that was proven when it was made. Use another backup."
            return tr(text, path=path)
        case _:
            raise TypeError(f"no words for {type(error).__name__}")


def _moved(error: errors.HouseMoved) -> str:
    if not error.where:
        text = (
            "This house has moved to another database, so nothing is sold here any more. Open it"
            " there, or let an administrator take this one back under Settings."
        )
        return tr(text)
    if error.at is None:
        return tr("This house has moved to {where} already. Open it there.", where=error.where)
    text = "This house moved to {where} on {at}. Open it there."
    return tr(text, where=error.where, at=moment(error.at))


def _found(contents: object) -> str:
    """What people know of it, else whatever is there."""
    if not isinstance(contents, dict) or not contents:
        return tr("the one you named")
    known = [table for table in _KNOWN if table in contents] or list(contents)[:_MOST_NAMED]
    return ", ".join(f"{table.replace('_', ' ')}: {number(contents[table])}" for table in known)
