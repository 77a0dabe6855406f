"""What one station does by itself while somebody works at it: post what is owed, watch the clock.

Selling never waits for it: letters go out on the `io` lane, in small batches, and the watch is one
short transaction a minute.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from app.domain.errors import HouselightsError
from app.domain.users import Operator, Permission
from app.services.bookings import BookingService
from app.services.delivery import Delivered, Deliverer
from app.services.notifications import NotificationService
from app.services.upkeep import UpkeepService
from ui.tasks import Tasks

_POST_EVERY_MS = 5_000
_WATCH_EVERY_MS = 60_000
_AT_ONCE_MS = 50


class Postroom(QObject):
    """Runs from `start` to `stop`; `posted` carries what a round did (a `Delivered`)."""

    posted = Signal(object)

    def __init__(
        self,
        deliverer: Deliverer,
        notifications: NotificationService,
        bookings: BookingService,
        *,
        upkeep: UpkeepService,
        tasks: Tasks,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._deliverer = deliverer
        self._notifications = notifications
        self._bookings = bookings
        self._upkeep = upkeep
        self._tasks = tasks
        self._by: Operator | None = None
        self._posting = False
        self._post = QTimer(self, singleShot=True)
        self._watch = QTimer(self, interval=_WATCH_EVERY_MS)
        self._post.timeout.connect(self.post)
        self._watch.timeout.connect(self.watch)

    def start(self) -> None:
        """Begin to post."""
        self._post.start(_AT_ONCE_MS)

    def work_for(self, operator: Operator | None) -> None:
        """Watch the clock while somebody is signed in."""
        self._by = operator
        if operator is None:
            self._watch.stop()
        else:
            self._watch.start()
            self.watch()

    def stop(self) -> None:
        """Post no further letter; a round under way gives back what it holds."""
        self._post.stop()
        self._watch.stop()
        self._deliverer.stop()

    def post(self) -> None:
        """One round, unless one is under way."""
        if self._posting:
            return
        self._posting = True
        self._tasks.run(
            self, self._deliverer.deliver, done=self._on_posted, failed=self._on_failure, lane="io"
        )

    def watch(self) -> None:
        """Give up reservations whose time is over, and tell what has become due."""
        by = self._by
        if by is not None:
            self._tasks.run(
                self,
                lambda: self._look(by),
                done=_nothing,
                failed=_nothing,
                key="watch",
            )

    def _look(self, by: Operator) -> None:
        if by.may(Permission.BOOK_OWN):
            self._bookings.expire(by=by)
            self._upkeep.tidy(by=by)
        self._notifications.watch(by=by)

    def _on_posted(self, delivered: Delivered) -> None:
        self._posting = False
        self.posted.emit(delivered)
        more = delivered.tried > 0 and delivered.waiting > 0 and not delivered.problem
        self._post.start(_AT_ONCE_MS if more else _POST_EVERY_MS)

    def _on_failure(self, _: HouselightsError) -> None:
        """The database is away; whoever works at the screen hears of it there."""
        self._posting = False
        self._post.start(_POST_EVERY_MS)


def _nothing(_: object) -> None:
    """The facts that follow tell whoever shows it."""
