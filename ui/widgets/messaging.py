"""A message to everybody who holds tickets of a performance: who it reaches, how it reads, how far it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from PySide6.QtCore import QObject, QTimer, Signal

from app.domain.errors import HouselightsError, Invalid
from app.domain.users import Operator
from app.services.notifications import Audience, Message, NotificationService, Preview
from ui.tasks import Tasks
from ui.viewmodel import ViewModel

_SETTLED_MS = 250


@dataclass(frozen=True, slots=True)
class State:
    """`told` of `told + left` know it while it is `sending`; `done` once everybody does."""

    audience: Audience | None = None
    preview: Preview | None = None
    sending: bool = False
    done: bool = False
    told: int = 0
    left: int = 0
    problems: Mapping[str, str] = field(default_factory=dict)
    problem: HouselightsError | None = None


class Messaging(ViewModel[State]):
    """Asks for one portion after another, so that selling comes in between."""

    sent = Signal(int)

    def __init__(
        self,
        notifications: NotificationService,
        *,
        performance_id: str,
        by: Operator,
        tasks: Tasks,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(State(), tasks=tasks, parent=parent)
        self._notifications = notifications
        self._performance_id = performance_id
        self._by = by
        self._message = Message("", "")
        self._stopping = False
        self._soon = QTimer(self, singleShot=True, interval=_SETTLED_MS)
        self._soon.timeout.connect(self.read_preview)

    def load(self) -> None:
        """Who holds tickets."""
        key, by = self._performance_id, self._by
        self.ask(lambda: self._notifications.audience(key, by=by), self._on_audience)
        self.read_preview()

    def write(self, subject: str, text: str) -> None:
        """What it says so far."""
        if (subject, text) != (self._message.subject, self._message.text):
            # another text is another message: who got the old one gets this one too
            self._message = Message(subject, text)
            self._soon.start()
            if self.state.problems or self.state.done:
                self.set(problems={}, done=False)

    def read_preview(self) -> None:
        """How one of them would read it."""
        message = self._message
        self.ask(
            lambda: self._notifications.preview(self._performance_id, message, by=self._by),
            self._on_preview,
            key="preview",
        )

    def send(self) -> None:
        """Tell everybody; after a stop or a failure, everybody who does not know yet."""
        if self.state.sending or self.state.done:
            return
        try:
            self._message = self._message.checked()
        except Invalid as error:
            self.set(problems=dict(error.problems))
            return
        self._stopping = False
        self.set(sending=True, problems={}, problem=None)
        self._send_portion()

    def stop(self) -> None:
        """After the portion under way, tell nobody else."""
        self._stopping = True

    def _send_portion(self) -> None:
        message = self._message
        self.ask(
            lambda: self._notifications.message_portion(self._performance_id, message, by=self._by),
            self._on_portion,
            failed=self._on_failure,
        )

    def _on_audience(self, audience: Audience) -> None:
        self.set(audience=audience, left=audience.people)

    def _on_preview(self, preview: Preview | None) -> None:
        self.set(preview=preview)

    def _on_portion(self, answer: tuple[int, int]) -> None:
        told, left = answer
        self.set(told=self.state.told + told, left=left)
        if left and not self._stopping:
            self._send_portion()
            return
        self.set(sending=False, done=not left)
        if not left:
            self.sent.emit(self.state.told)

    def _on_failure(self, error: HouselightsError) -> None:
        self.set(sending=False, problem=error)
