"""Signing in: what was typed, what came of it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Signal

from app.domain.errors import HouselightsError
from app.domain.users import Operator, Station
from app.services.users import UserService
from ui.tasks import Tasks


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """A way into the demo theatre, offered as a button."""

    name: str
    role: str
    email: str
    password: str


@dataclass(frozen=True, slots=True)
class State:
    """`missing` names fields left empty: email, password."""

    busy: bool = False
    missing: tuple[str, ...] = ()
    problem: HouselightsError | None = None


class SignIn(QObject):
    """Checks a password on the io lane: Argon2id is slow on purpose. `signed_in` carries the Operator."""

    changed = Signal()
    signed_in = Signal(object)

    def __init__(
        self, users: UserService, *, station: Station, tasks: Tasks, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.state = State()
        self._users = users
        self._station = station
        self._tasks = tasks

    def sign_in(self, email: str, password: str) -> None:
        """Try these; a second press while the first is being checked does nothing."""
        if self.state.busy:
            return
        missing = tuple(
            name for name, text in (("email", email.strip()), ("password", password)) if not text
        )
        if missing:
            self._set(State(missing=missing))
            return
        self._set(State(busy=True))
        self._tasks.run(
            self,
            lambda: self._users.log_in(email, password=password, station=self._station),
            done=self._on_operator,
            failed=self._on_failure,
            lane="io",
        )

    def _on_operator(self, operator: Operator) -> None:
        self._set(State())
        self.signed_in.emit(operator)

    def _on_failure(self, error: HouselightsError) -> None:
        self._set(replace(self.state, busy=False, problem=error))

    def _set(self, state: State) -> None:
        self.state = state
        self.changed.emit()
