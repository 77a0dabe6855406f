"""What a station does by itself while a window is open: make the backup that is due, say how they stand.

Selling never waits for it: a backup is made on the `io` lane from one snapshot, and the look is a short
reading once a minute.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from app.domain.backups import BackupState, KeptBackup
from app.domain.errors import HouselightsError, Stopped
from app.domain.facts import BackupsChanged, Fact
from app.domain.users import Operator, Permission
from app.services.backups import BackupService
from ui.relay import Relay
from ui.tasks import Tasks

_EVERY_MS = 60_000


class BackupClock(QObject):
    """Works while somebody who sells is signed in; `stood` carries each new `BackupState`."""

    stood = Signal(object)

    def __init__(
        self,
        backups: BackupService,
        *,
        tasks: Tasks,
        relay: Relay,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._backups = backups
        self._tasks = tasks
        self._by: Operator | None = None
        self._making = False
        self._stopped = False
        self._timer = QTimer(self, interval=_EVERY_MS)
        self._timer.timeout.connect(self.look)
        relay.told.connect(self._on_fact)

    def work_for(self, operator: Operator | None) -> None:
        """Look at once, and every minute, for as long as somebody is there who may."""
        may = operator is not None and operator.may(Permission.SELL)
        self._by = operator if may else None
        if may:
            self._timer.start()
            self.look()
        else:
            self._timer.stop()

    def stop(self) -> None:
        """Make no more; one under way ends, and nothing of it stays."""
        self._stopped = True
        self._timer.stop()

    def look(self) -> None:
        """How they stand, and make one when it is due."""
        by = self._by
        if by is not None and not self._stopped:
            self._tasks.run(
                self,
                lambda: self._backups.state(by=by),
                done=self._on_state,
                failed=_nothing,
                key="state",
            )

    def _on_state(self, state: BackupState) -> None:
        self.stood.emit(state)
        by = self._by
        if by is None or self._making or not state.is_due or state.plan.station != by.station_code:
            return
        self._making = True
        self._tasks.run(
            self,
            lambda: self._backups.run_due(by=by, follow=self._follow),
            done=self._on_made,
            failed=self._on_failure,
            lane="io",
        )

    def _follow(self, share: float, step: str) -> None:
        """Called by the worker."""
        del share, step
        if self._stopped:
            raise Stopped

    def _on_made(self, _: KeptBackup | None) -> None:
        self._making = False

    def _on_failure(self, _: HouselightsError) -> None:
        """It is in the state that follows, with the reason."""
        self._making = False

    def _on_fact(self, fact: Fact) -> None:
        if isinstance(fact, BackupsChanged):
            self.look()


def _nothing(_: HouselightsError) -> None:
    """The database is away; whoever works at the screen hears of it there."""
