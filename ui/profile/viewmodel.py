"""One's own account as the profile page shows it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.domain.errors import Conflict, HouselightsError, Invalid
from app.domain.facts import Fact, UserChanged
from app.domain.history import Note
from app.domain.users import Operator, User
from app.services.accounts import AccountService, ProfileChange
from ui.relay import Relay
from ui.tasks import Tasks
from ui.viewmodel import ViewModel


@dataclass(frozen=True, slots=True)
class State:
    """`user` as last read. `problems` by field, of whichever form was sent last; `theirs` is the account
    as somebody else has just changed it, while what was typed here is not saved."""

    user: User | None = None
    activity: tuple[Note, ...] = ()
    busy: bool = False
    problems: Mapping[str, str] = field(default_factory=dict)
    problem: HouselightsError | None = None
    theirs: User | None = None


class Profile(ViewModel[State]):
    """Reads and changes the operator's own account. `saved` and `password_changed` tell of success."""

    saved = Signal()
    password_changed = Signal()

    def __init__(
        self,
        accounts: AccountService,
        *,
        by: Operator,
        tasks: Tasks,
        relay: Relay,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(State(), tasks=tasks, parent=parent)
        self._accounts = accounts
        self._by = by
        relay.told.connect(self._on_fact)

    def load(self) -> None:
        """Read the account and what its owner did."""
        self.ask(
            lambda: (self._accounts.profile(by=self._by), self._accounts.activity(by=self._by)),
            self._on_read,
            key="read",
        )

    def save(self, typed: ProfileChange) -> None:
        """Change name, e-mail and phone."""
        self._send(lambda: self._accounts.edit(typed, by=self._by), self._on_saved)

    def change_password(self, old: str, new: str) -> None:
        """Another password; slow on purpose."""
        self._send(
            lambda: self._accounts.change_password(old, new=new, by=self._by),
            self._on_password,
            lane="io",
        )

    def prefer(self, *, language: str, theme: str) -> None:
        """See the program in this way from now on."""
        user = self.state.user
        if user is None or (user.language, user.theme) == (language, theme):
            return
        self.set(user=replace(user, language=language, theme=theme))
        self.ask(
            lambda: self._accounts.prefer(language=language, theme=theme, by=self._by),
            self._on_preferred,
            failed=self._on_failure,
        )

    def _send(
        self, work: Callable[[], Any], done: Callable[[Any], None], *, lane: str = "db"
    ) -> None:
        if self.state.busy:
            return
        self.set(busy=True, problems={}, problem=None, theirs=None)
        self._tasks.run(self, work, done=done, failed=self._on_failure, lane=lane)

    def _on_fact(self, fact: Fact) -> None:
        if isinstance(fact, UserChanged) and fact.user_id in {"", self._by.user_id}:
            self.load()

    def _on_read(self, answer: tuple[User, tuple[Note, ...]]) -> None:
        user, activity = answer
        self.set(user=user, activity=activity)

    def _on_saved(self, user: User) -> None:
        self.set(user=user, busy=False)
        self.saved.emit()

    def _on_password(self, _: object) -> None:
        self.set(busy=False)
        self.password_changed.emit()

    def _on_preferred(self, _: object) -> None:
        """The fact that follows reads it again."""

    def _on_failure(self, error: HouselightsError) -> None:
        if isinstance(error, Invalid):
            self.set(busy=False, problems=dict(error.problems))
        elif isinstance(error, Conflict) and isinstance(error.theirs, User):
            self.set(busy=False, user=error.theirs, theirs=error.theirs)
        else:
            self.set(busy=False, problem=error)
