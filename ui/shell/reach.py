"""Whether the house answers: said on the window within seconds of the moment it stops, and of its return.

The heart-beat is the change feed's, in a thread of its own; here it becomes a moment and a signal in the
thread of the screen. Afterwards everything on show is read anew: what others did meanwhile was not heard.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from PySide6.QtCore import QObject, Qt, Signal

from app.domain.facts import EVERYTHING
from ui.errors import Level
from ui.i18n import time_here, tr
from ui.relay import Relay
from ui.shell.window import Window


class HeartBeat(Protocol):
    """Tells whether the database is away; from a thread of its own."""

    def watch(self, heard: Callable[[bool], None]) -> None:
        """Call `heard(True)` when it does not answer, `heard(False)` when it does again."""


class Reach(QObject):
    """`away_since` is None while the house answers; `changed` then and when it no longer does, `back` when
    it does again, before anybody reads anew."""

    changed = Signal()
    back = Signal()
    _heard = Signal(bool)

    def __init__(
        self, beat: HeartBeat, *, relay: Relay, shared: bool, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.away_since: datetime | None = None
        self._relay = relay
        self._shared = shared
        self._heard.connect(self._on_heard, Qt.ConnectionType.QueuedConnection)
        beat.watch(self._heard.emit)

    def _on_heard(self, away: bool) -> None:
        if away is (self.away_since is not None):
            return
        self.away_since = datetime.now().astimezone() if away else None
        self.changed.emit()
        if not away:
            self.back.emit()
            for fact in EVERYTHING:
                self._relay.told.emit(fact)

    def show_on(self, window: Window) -> None:
        """The cell at the foot, and while it is away the line above the screen."""
        since = self.away_since
        house = tr("Shared house") if self._shared else tr("Local house")
        if since is None:
            window.status.show_cell("house", house, level=Level.GOOD)
            window.notices.let_stand("", level=Level.GOOD)
            return
        at = time_here(since)
        cell = tr("{house}: no answer since {time}", house=house, time=at)
        window.status.show_cell("house", cell, level=Level.BAD)
        window.notices.let_stand(_away_words(at, shared=self._shared), level=Level.WARN)


def _away_words(at: str, *, shared: bool) -> str:
    if not shared:
        return tr(
            "The file of this house has not been there since {time}. What is on show, in the basket"
            " and typed stays. Put the file back: it is looked for all the time.",
            time=at,
        )
    return tr(
        "The shared house has not answered since {time}. What is on show, in the basket and typed stays;"
        " holding, selling and searching wait. No sale is lost or made twice. It is tried all the time.",
        time=at,
    )
