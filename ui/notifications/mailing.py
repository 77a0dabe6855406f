"""How the house posts, as the settings dialog edits it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.domain.errors import HouselightsError, Invalid
from app.domain.mail import MailSettings
from app.domain.users import Operator
from app.services.delivery import Deliverer
from app.services.mail_settings import MailSettingsService
from ui.tasks import Tasks
from ui.viewmodel import ViewModel


@dataclass(frozen=True, slots=True)
class State:
    """`settings` as stored once `known`; `has_password` whether one is there, `kept` False when no
    keyring took the one just typed; `tested` the address a test message went to."""

    settings: MailSettings = field(default_factory=MailSettings)
    known: bool = False
    has_password: bool = False
    kept: bool = True
    busy: bool = False
    tested: str = ""
    problems: Mapping[str, str] = field(default_factory=dict)
    problem: HouselightsError | None = None


class Mailing(ViewModel[State]):
    """Reads, writes and tries the settings; `saved` once they are stored."""

    saved = Signal()

    def __init__(
        self,
        mail: MailSettingsService,
        deliverer: Deliverer,
        *,
        by: Operator,
        tasks: Tasks,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(State(), tasks=tasks, parent=parent)
        self._mail = mail
        self._deliverer = deliverer
        self._by = by

    def load(self) -> None:
        """Read what is stored."""
        self.ask(lambda: self._mail.settings(by=self._by), self._on_settings, key="settings")
        self._tasks.run(
            self,
            lambda: self._mail.has_password(by=self._by),
            done=self._on_has_password,
            failed=self.fail,
            lane="io",
        )

    def save(self, settings: MailSettings, password: str) -> None:
        """Store them; an empty password leaves the one there is."""
        self._write(settings, password, lambda: None, self._on_saved)

    def test(self, settings: MailSettings, password: str, address: str) -> None:
        """Store them, then post a test message to the address."""
        self._write(
            settings,
            password,
            lambda: self._deliverer.test(address, by=self._by),
            lambda _: self._on_tested(address),
        )

    def forget(self) -> None:
        """The dialog was left."""
        self.set(problems={}, problem=None, tested="", kept=True)

    def _write(
        self,
        settings: MailSettings,
        password: str,
        then: Callable[[], Any],
        done: Callable[[Any], None],
    ) -> None:
        if self.state.busy:
            return
        self.set(busy=True, problems={}, problem=None, tested="")

        def work() -> tuple[MailSettings, bool, bool]:
            stored = self._mail.change(settings, by=self._by)
            kept = self._mail.set_password(password, by=self._by) if password else True
            self._deliverer.try_at_once()
            then()
            return stored, kept, bool(password)

        def stored(answer: tuple[MailSettings, bool, bool]) -> None:
            now, kept, typed = answer
            has = self.state.has_password or typed
            self.set(busy=False, settings=now, known=True, kept=kept, has_password=has)
            done(now)

        self._tasks.run(self, work, done=stored, failed=self._on_failure, lane="io")

    def _on_settings(self, settings: MailSettings) -> None:
        self.set(settings=settings, known=True)

    def _on_has_password(self, has: object) -> None:
        self.set(has_password=bool(has))

    def _on_saved(self, _: MailSettings) -> None:
        self.saved.emit()

    def _on_tested(self, address: str) -> None:
        self.set(tested=address)

    def _on_failure(self, error: HouselightsError) -> None:
        problems = dict(error.problems) if isinstance(error, Invalid) else {}
        self.set(busy=False, problems=problems, problem=error)
