"""What a screen can do, as data, in one place for each screen.

The window makes the keys from it, the palette lists it and the help prints it, so that none of them can
say something else than the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Any

from PySide6.QtGui import QKeySequence, QShortcut  # noqa: TID251 (a key is heard; nothing is drawn)
from PySide6.QtWidgets import QAbstractButton, QWidget  # noqa: TID251 (the same)

from app.domain.users import Operator, Permission
from ui.i18n import tr


def _always(_: Any) -> bool:
    return True


@dataclass(frozen=True)
class Command:
    """One thing that can be done. `id` is unique within its screen; `title` is English source text.

    `act` and `enabled` are given the screen's widget; `enabled` says whether there is anything to do it
    to just now. `words` are others it is looked for by. `held` lets a key held down repeat it.
    `permission` None is everybody who may open the screen. Commands of one `series`, which stand one after
    the other, are one line of the help, headed by it.
    """

    id: str
    title: str
    icon: str
    act: Callable[[Any], object]
    keys: tuple[str, ...] = ()
    enabled: Callable[[Any], bool] = _always
    permission: Permission | None = None
    words: str = ""
    held: bool = False
    series: str = ""

    def allowed(self, operator: Operator) -> bool:
        """Whether `operator` may ever do it."""
        return self.permission is None or operator.may(self.permission)


def pressing(
    name: str, title: str, icon: str, button: Callable[[Any], QAbstractButton], **more: Any
) -> Command:
    """What a button of the screen does, while it is there to be pressed; `more` as for `Command`."""

    def can(owner: QWidget) -> bool:
        there = button(owner)
        return there.isVisibleTo(owner) and there.isEnabled()

    def press(owner: QWidget) -> None:
        button(owner).click()

    return Command(name, title, icon, press, enabled=can, **more)


def keys_of(commands: Iterable[Command]) -> tuple[tuple[str, str], ...]:
    """Keys with what they do, as the help prints them."""
    printed: list[tuple[str, str]] = []
    for series, alike in groupby(commands, key=attrgetter("series")):
        keyed = [command for command in alike if command.keys]
        if series and keyed:
            printed.append((f"{keyed[0].keys[0]} … {keyed[-1].keys[0]}", tr(series)))
        else:
            printed += [(" or ".join(command.keys), tr(command.title)) for command in keyed]
    return tuple(printed)


def bind(commands: Iterable[Command], *, owner: Any, host: QWidget) -> None:
    """Hear the keys of these commands of `owner` while `host` is on the screen."""
    for command in commands:
        for key in command.keys:
            _Key(key, command, owner=owner, host=host)


class _Key(QShortcut):
    """Lives as long as its host."""

    def __init__(self, key: str, command: Command, *, owner: Any, host: QWidget) -> None:
        super().__init__(QKeySequence(key), host)
        self._command = command
        self._owner = owner
        self.setAutoRepeat(command.held)
        self.activated.connect(self._run)

    def _run(self) -> None:
        if self._command.enabled(self._owner):
            self._command.act(self._owner)
