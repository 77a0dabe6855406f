"""What the operator was told, for the bell and the panel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer

from app.domain.errors import HouselightsError
from app.domain.facts import Fact, NotificationsChanged
from app.domain.notifications import Notification
from app.domain.users import Operator
from app.services.notifications import PAGE, NotificationService
from ui.relay import Relay
from ui.tasks import Tasks
from ui.viewmodel import ViewModel

# Other stations tell too; a count over the unread takes a fraction of a millisecond.
_LOOK_EVERY_MS = 15_000
_SETTLED_MS = 150


@dataclass(frozen=True, slots=True)
class State:
    """`lines` newest first, as far as they were read; `more` says that there are older ones."""

    unread: int = 0
    lines: tuple[Notification, ...] = ()
    more: bool = False
    loaded: bool = False
    problem: HouselightsError | None = None


class Inbox(ViewModel[State]):
    """Counts what is unread now and then; reads the lines once the panel asks for them."""

    def __init__(
        self,
        notifications: NotificationService,
        *,
        by: Operator,
        tasks: Tasks,
        relay: Relay,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(State(), tasks=tasks, parent=parent)
        self._notifications = notifications
        self._by = by
        self._looked_at = False
        self._soon = QTimer(self, singleShot=True, interval=_SETTLED_MS)
        self._soon.timeout.connect(self.refresh)
        self._now_and_then = QTimer(self, interval=_LOOK_EVERY_MS)
        self._now_and_then.timeout.connect(self.refresh)
        self._now_and_then.start()
        relay.told.connect(self._on_fact)

    def look(self) -> None:
        """The panel is open: read the lines too."""
        self._looked_at = True
        self.refresh()

    def look_away(self) -> None:
        """The panel is closed: counting is enough."""
        self._looked_at = False

    def refresh(self) -> None:
        """Count again; read again as many lines as are shown."""
        by, service = self._by, self._notifications
        if not self._looked_at:
            self.ask(lambda: service.unread(by=by), self._on_unread, key="unread")
            return
        limit = max(PAGE, len(self.state.lines))
        self.ask(
            lambda: (service.unread(by=by), service.newest(limit=limit + 1, by=by), limit),
            self._on_lines,
            key="lines",
        )

    def read_more(self) -> None:
        """Older ones below those shown."""
        lines = self.state.lines
        if not self.state.more or not lines:
            return
        below = lines[-1].created_at
        self.ask(
            lambda: self._notifications.newest(below=below, limit=PAGE + 1, by=self._by),
            self._on_more,
            key="more",
        )

    def mark_read(self, notification: Notification) -> None:
        """It was opened."""
        if notification.read_at is None:
            self._mark([notification.id])

    def mark_all_read(self) -> None:
        """Nothing is new any more."""
        self._mark(None)

    def _mark(self, ids: Sequence[str] | None) -> None:
        self.ask(lambda: self._notifications.mark_read(ids, by=self._by), self._on_marked)

    def _on_fact(self, fact: Fact) -> None:
        if isinstance(fact, NotificationsChanged) and fact.user_id in {"", self._by.user_id}:
            self._soon.start()

    def _on_unread(self, unread: int) -> None:
        self.set(unread=unread, problem=None)

    def _on_lines(self, answer: tuple[int, tuple[Notification, ...], int]) -> None:
        unread, lines, limit = answer
        more = len(lines) > limit
        self.set(unread=unread, lines=lines[:limit], more=more, loaded=True, problem=None)

    def _on_more(self, older: tuple[Notification, ...]) -> None:
        known = {line.id for line in self.state.lines}
        fresh = tuple(line for line in older[:PAGE] if line.id not in known)
        self.set(lines=self.state.lines + fresh, more=len(older) > PAGE)

    def _on_marked(self, _: int) -> None:
        self.refresh()
