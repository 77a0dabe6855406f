"""What somebody did, or what was done to a thing, line by line."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from app.domain.history import Note
from ui.i18n import moment, tr
from ui.widgets.cells import TwoLines
from ui.widgets.rows import Column, RowsModel
from ui.widgets.table import Table

# The number of an act, counted from the oldest one read, and the act.
Act = tuple[int, Note]

_TWO_LINES = 52
_SAID = {
    ("added", "user"): "Added {name}",
    ("changed_password", "user"): "Changed the password",
    ("deactivated", "user"): "Deactivated {name}",
    ("edited", "settings"): "Changed the settings of the house",
    ("edited", "user"): "Changed the profile",
    ("given_code", "user"): "Gave {name} a one-time code",
    ("invited", "user"): "Invited {name}",
    ("kept_in", "user"): "Chose to stay signed in",
    ("opened", "settings"): "Opened the house",
    ("preferred", "user"): "Chose language and theme",
    ("reactivated", "user"): "Reactivated {name}",
    ("registered", "user"): "Registered",
    ("role_changed", "user"): "Made {name} {role}",
    ("signed_in", "user"): "Signed in",
    ("signed_out", "user"): "Signed out",
    ("unlocked", "user"): "Unlocked {name}",
    ("used_code", "user"): "Chose a password with a one-time code",
}


def act_words(note: Note) -> str:
    """One act in a few words."""
    text = _SAID.get((note.action, note.subject_kind))
    if text is None:
        doing = note.action.replace("_", " ")
        return tr("{doing}: {thing}", doing=doing.capitalize(), thing=tr(note.subject_kind))
    name, role = note.body.get("name", ""), str(note.body.get("role", ""))
    return tr(text, name=name or tr("somebody"), role=tr(role))


class ActsList(Table):
    """Acts, newest first: what in one line, when and what `below` says of it in the next."""

    def __init__(
        self,
        *,
        accessible: str,
        below: Callable[[Note], str],
        parent: QWidget | None = None,
    ) -> None:
        self.acts: RowsModel[Act] = RowsModel((Column(tr("What"), _what, tip=_what),), key=_key)
        super().__init__(self.acts, accessible=accessible, parent=parent)
        self.acts.setParent(self)
        self.setItemDelegateForColumn(0, TwoLines(_Below(below), parent=self))
        self.horizontalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_TWO_LINES)

    def show_acts(self, notes: tuple[Note, ...]) -> None:
        """These instead."""
        self.acts.set_rows(_counted(notes))


def _counted(notes: tuple[Note, ...]) -> list[Act]:
    """Numbered from the oldest, so that a new one moves the others down."""
    last = len(notes) - 1
    return [(last - place, note) for place, note in enumerate(notes)]


def _key(act: Act) -> int:
    return act[0]


def _what(act: Act) -> str:
    return act_words(act[1])


def by_whom(note: Note) -> str:
    """Who did it."""
    return tr("by {who}", who=note.user) if note.user else ""


def where(note: Note) -> str:
    """At which station."""
    return tr("at {station}", station=note.station_code)


class _Below:
    """The second line of an act."""

    def __init__(self, said: Callable[[Note], str]) -> None:
        self._said = said

    def __call__(self, act: Act) -> str:
        return " ".join(part for part in (moment(act[1].at), self._said(act[1])) if part)
