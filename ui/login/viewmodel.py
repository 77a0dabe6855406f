"""Coming in: with a password, with a one-time code, by registering, or because one stayed signed in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import partial

from PySide6.QtCore import QObject, Signal

from app.domain.errors import HouselightsError, Invalid, SecretsUnavailable
from app.domain.users import Operator, Registration
from ui.login.door import Door
from ui.tasks import Tasks
from ui.viewmodel import ViewModel


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """A way into the demo theatre, offered as a button."""

    name: str
    role: str
    email: str
    password: str


class Staying(Enum):
    """Whether one can stay signed in on this computer."""

    NOT_KNOWN_YET = auto()
    POSSIBLE = auto()
    IMPOSSIBLE = auto()


@dataclass(frozen=True, slots=True)
class State:
    """`problems` names fields that do not fit, with the key of their words; `refusal` is why nobody
    can stay signed in here, or why it did not work this time."""

    busy: bool = False
    problems: Mapping[str, str] = field(default_factory=dict)
    problem: HouselightsError | None = None
    staying: Staying = Staying.NOT_KNOWN_YET
    refusal: SecretsUnavailable | None = None


class SignIn(ViewModel[State]):
    """Works on the io lane: Argon2id and the keyring are slow. `signed_in` carries the Operator.

    Without a door at first: the window is on the screen while the house is still being opened, and what
    was asked for meanwhile is asked when it is open.
    """

    signed_in = Signal(object)

    def __init__(
        self, door: Door | None = None, *, tasks: Tasks, parent: QObject | None = None
    ) -> None:
        super().__init__(State(), tasks=tasks, parent=parent)
        self._door = door
        self._asked: Callable[[Door], None] | None = None

    def open(self, door: Door) -> None:
        """The house is open: ask at its door what was asked for before."""
        self._door = door
        asked, self._asked = self._asked, None
        if asked is not None:
            asked(door)

    # -- staying signed in ---------------------------------------------------------------------

    def look_for_keyring(self, *, resume: bool) -> None:
        """Find out whether one can stay signed in here; let whoever did come in when `resume`. Only once
        the house is open."""
        door = self._door
        if door is None:
            raise LookupError("nobody has opened the house yet")

        def look() -> Operator | None:
            door.sessions.check()
            return door.sessions.resume(station=door.station) if resume else None

        self._tasks.run(self, look, done=self._on_keyring, failed=self._on_no_keyring, lane="io")

    def _on_keyring(self, operator: Operator | None) -> None:
        self.set(staying=Staying.POSSIBLE)
        if operator is not None and not self.state.busy:
            self.signed_in.emit(operator)

    def _on_no_keyring(self, error: HouselightsError) -> None:
        refusal = error if isinstance(error, SecretsUnavailable) else None
        self.set(staying=Staying.IMPOSSIBLE, refusal=refusal)

    # -- coming in -----------------------------------------------------------------------------

    def sign_in(self, email: str, password: str, *, stay: bool = False) -> None:
        """Try these; a second press while the first is being checked does nothing."""
        self._come_in(
            {"email": email.strip(), "password": password},
            lambda door: door.users.log_in(email, password=password, station=door.station),
            stay=stay,
        )

    def register(self, typed: Registration, *, stay: bool = False) -> None:
        """Make a customer's account and come in with it."""
        self._come_in(
            {"name": typed.name.strip(), "email": typed.email.strip(), "password": typed.password},
            lambda door: door.accounts.register(typed, station=door.station),
            stay=stay,
        )

    def use_code(self, email: str, *, code: str, password: str, stay: bool = False) -> None:
        """Choose a password with a one-time code and come in with it."""
        self._come_in(
            {"email": email.strip(), "code": code.strip(), "password": password},
            lambda door: door.accounts.use_code(
                email, code=code, password=password, station=door.station
            ),
            stay=stay,
        )

    def forget_problem(self) -> None:
        """Another page is shown: what was wrong on the one before is not wrong there."""
        if not self.state.busy:
            self.set(problems={}, problem=None)

    def _come_in(
        self, needed: Mapping[str, str], check: Callable[[Door], Operator], *, stay: bool
    ) -> None:
        if self.state.busy:
            return
        missing = {name: "missing" for name, text in needed.items() if not text}
        self.set(busy=not missing, problems=missing, problem=None)
        if missing:
            return
        keeps = stay and self.state.staying is Staying.POSSIBLE
        ask = partial(self._ask, check=check, keeps=keeps)
        if self._door is None:
            self._asked = ask
        else:
            ask(self._door)

    def _ask(self, door: Door, *, check: Callable[[Door], Operator], keeps: bool) -> None:
        def work() -> tuple[Operator, SecretsUnavailable | None]:
            operator = check(door)
            return operator, _kept(door, operator) if keeps else None

        self._tasks.run(self, work, done=self._on_operator, failed=self._on_failure, lane="io")

    def _on_operator(self, answer: tuple[Operator, SecretsUnavailable | None]) -> None:
        operator, refusal = answer
        self.set(busy=False, problems={}, problem=None, refusal=refusal)
        self.signed_in.emit(operator)

    def _on_failure(self, error: HouselightsError) -> None:
        if isinstance(error, Invalid):
            self.set(busy=False, problems=dict(error.problems))
        else:
            self.set(busy=False, problem=error)


def _kept(door: Door, operator: Operator) -> SecretsUnavailable | None:
    """Why it did not work, None when it did: whoever is in stays in all the same."""
    try:
        door.sessions.keep(by=operator)
    except SecretsUnavailable as refusal:
        return refusal
    return None
