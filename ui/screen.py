"""What a screen is to the window, and what the window hands to a screen.

Screens never import each other: to go elsewhere they ask `navigate` for another screen's id.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from PySide6.QtWidgets import QWidget  # noqa: TID251 (a screen is a widget; nothing is drawn here)

from app.domain.users import Operator, Permission
from ui.commands import Command
from ui.errors import Level
from ui.relay import Relay
from ui.tasks import Tasks


@dataclass(frozen=True)
class Session:
    """Who sits at this station."""

    operator: Operator


@dataclass(frozen=True)
class Reopening:
    """The program is to be opened anew: over the house at `address` ("" is the one of now), after the backup
    `restore` was put in its place, if one is named."""

    address: str = ""
    restore: Path | None = None


def _stay(_: Reopening) -> None:
    """Where nothing can be opened anew: in a test, or a picture."""


@dataclass(frozen=True)
class Context:
    """Everything a screen may use. `services` is what `app.bootstrap` built.

    `navigate(screen, key)` shows another screen, at the thing called `key` unless that is "".
    `say(text, level)` confirms with a toast, or warns with a notice that stays. `sign_out` ends the
    session and brings the sign-in window back. `reopen` closes everything and opens the program anew.
    """

    services: Any
    tasks: Tasks
    relay: Relay
    session: Session
    navigate: Callable[[str, str], None]
    say: Callable[[str, Level], None]
    sign_out: Callable[[], None]
    reopen: Callable[[Reopening], None] = _stay


@runtime_checkable
class Addressed(Protocol):
    """A screen that can be opened at one of its things."""

    def show_item(self, key: str) -> None:
        """Bring the thing called `key` into sight."""


@runtime_checkable
class Leaving(Protocol):
    """A screen with something to put away before the window closes."""

    def leave(self) -> None:
        """Put it away."""


@dataclass(frozen=True)
class Screen:
    """One entry of the rail. `open` runs once, when the screen is first shown.

    `title` is English source text; `permission` None lets everybody in; `foot` puts the entry at
    the bottom of the rail; `order` sorts, smallest first. `help` is its page of the help, when that is
    not called like the screen. `commands` are what can be done on it; their keys are heard while it is
    on show.
    """

    id: str
    title: str
    icon: str
    open: Callable[[Context], QWidget]
    permission: Permission | None = None
    order: int = 0
    foot: bool = False
    help: str = ""
    commands: tuple[Command, ...] = ()

    def for_operator(self, operator: Operator) -> Screen:
        """The same screen with what `operator` may do on it."""
        commands = tuple(command for command in self.commands if command.allowed(operator))
        return replace(self, commands=commands)

    def allowed(self, operator: Operator) -> bool:
        """Whether `operator` may open it."""
        return self.permission is None or operator.may(self.permission)
