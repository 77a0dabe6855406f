"""All notifications: the list's question, the one that is open, and how the mail stands."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

from PySide6.QtCore import QObject, QTimer, Signal

from app.domain.deliveries import Counts, DeliveryState, Sieve, Told
from app.domain.errors import HouselightsError
from app.domain.facts import DeliveriesChanged, Fact, NotificationsChanged
from app.domain.notifications import Channel, Kind
from app.domain.users import Operator
from app.services.outbox import Opened, OutboxService
from ui.relay import Relay
from ui.tasks import Tasks
from ui.viewmodel import ViewModel
from ui.widgets.windowed import Source

# A batch tells of every letter; the list is read again once it has come to rest.
_SETTLED_MS = 800


def _no_mail() -> Counts:
    return Counts({})


@dataclass(frozen=True, slots=True)
class State:
    """`counts` of e-mails by state."""

    sieve: Sieve = field(default_factory=Sieve)
    counts: Counts = field(default_factory=_no_mail)
    opened: Opened | None = None
    busy: bool = False
    problem: HouselightsError | None = None


class Outbox(ViewModel[State]):
    """`asked` says that the list's question is another one, `stale` that its answer may be; `resent`
    how many e-mails were queued again."""

    asked = Signal()
    stale = Signal()
    resent = Signal(int)

    def __init__(
        self,
        outbox: OutboxService,
        *,
        by: Operator,
        tasks: Tasks,
        relay: Relay,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(State(), tasks=tasks, parent=parent)
        self._outbox = outbox
        self._by = by
        self._soon = QTimer(self, singleShot=True, interval=_SETTLED_MS)
        self._soon.timeout.connect(self._read_again)
        relay.told.connect(self._on_fact)

    # -- the list ------------------------------------------------------------------------------

    def source(self) -> Source[Told]:
        """The question in force, to be asked page by page from a worker."""
        sieve, outbox, by = self.state.sieve, self._outbox, self._by
        return Source(
            count=lambda: outbox.count(sieve, by=by),
            read=lambda after, limit: outbox.lines(sieve, after=after, limit=limit, by=by),
        )

    def look_for(self, text: str) -> None:
        """Only those whose reader, address or facts contain the text."""
        self._sift(replace(self.state.sieve, search=text))

    def only_kind(self, kind: str) -> None:
        """Only this kind, all for ""."""
        self._sift(replace(self.state.sieve, kinds=(Kind(kind),) if kind else ()))

    def only_state(self, state: str) -> None:
        """Only those whose e-mail stands so; "owed" is everything that has not gone out yet."""
        owed = (DeliveryState.QUEUED, DeliveryState.SENDING, DeliveryState.RETRYING)
        states = owed if state == "owed" else (DeliveryState(state),) if state else ()
        self._sift(replace(self.state.sieve, states=states))

    def only_channel(self, channel: str) -> None:
        """Only by e-mail, or only in the panel."""
        self._sift(replace(self.state.sieve, channel=Channel(channel) if channel else None))

    def only_days(self, since: date | None, until: date | None) -> None:
        """Only what was told on these days."""
        self._sift(replace(self.state.sieve, since=since, until=until))

    def _sift(self, sieve: Sieve) -> None:
        if sieve != self.state.sieve:
            self.set(sieve=sieve)
            self.asked.emit()

    def count(self) -> None:
        """How the e-mails stand."""
        self.ask(lambda: self._outbox.counts(by=self._by), self._on_counts, key="counts")

    # -- one -----------------------------------------------------------------------------------

    def open(self, key: str) -> None:
        """Show one with its history, by its own id or a delivery's."""
        self.ask(lambda: self._outbox.open(key, by=self._by), self._on_opened, key="opened")

    def resend(self) -> None:
        """Send the open one's e-mail again."""
        opened = self.state.opened
        if opened is not None and not self.state.busy:
            self.set(busy=True, problem=None)
            self.ask(
                lambda: self._outbox.resend(opened.told.id, by=self._by),
                self._on_resent,
                failed=self._on_failure,
            )

    def retry_failed(self) -> None:
        """Try everything that was given up once more."""
        if not self.state.busy:
            self.set(busy=True, problem=None)
            self.ask(
                lambda: self._outbox.retry_failed(by=self._by),
                self._on_resent,
                failed=self._on_failure,
            )

    # -- answers -------------------------------------------------------------------------------

    def _on_fact(self, fact: Fact) -> None:
        if isinstance(fact, NotificationsChanged | DeliveriesChanged) and not self._soon.isActive():
            self._soon.start()

    def _read_again(self) -> None:
        self.stale.emit()
        self.count()
        if self.state.opened is not None:
            self.open(self.state.opened.told.id)

    def _on_counts(self, counts: Counts) -> None:
        self.set(counts=counts)

    def _on_opened(self, opened: Opened) -> None:
        self.set(opened=opened)

    def _on_resent(self, count: int) -> None:
        self.set(busy=False)
        self.resent.emit(count)
        self._read_again()

    def _on_failure(self, error: HouselightsError) -> None:
        self.set(busy=False, problem=error)
