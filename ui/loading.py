"""The house behind the sign-in window: its services, its database and the program's own window.

Importing this takes longer than anybody waits for a window and less than it takes to type a password, so
`ui.opening` does it in a worker, after the sign-in window is painted.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from app.bootstrap import (
    Services,
    build,
    can_keep_passwords,
    given_password,
    keep_password,
    wants_password,
)
from app.config import Settings
from app.domain.backups import Moved
from app.domain.errors import DatabaseUnavailable
from ui.application import Houselights
from ui.login.viewmodel import DemoAccount
from ui.shell.password_dialog import PasswordWanted
from ui.tasks import Tasks


@dataclass(frozen=True)
class Opened:
    """A house whose database has answered; `new` when nobody has opened it yet, `gone` when it has moved."""

    services: Services
    new: bool
    gone: Moved | None

    def program(self, tasks: Tasks, *, demo: Sequence[DemoAccount]) -> Houselights:
        """The program over it; made in the thread of the screen."""
        return Houselights(self.services, tasks=tasks, demo=demo)


def open_house(
    settings: Settings, *, password: str | None = None, keep: bool = False
) -> Opened | PasswordWanted:
    """Open the database, with `password` where its URL lacks one. Raises Unavailable."""
    trying = settings if password is None else given_password(settings, password)
    try:
        services = build(trying)
    except DatabaseUnavailable as error:
        if error.reason != "refused" or not wants_password(settings):
            raise
        return PasswordWanted(error, keyring=can_keep_passwords())
    with ExitStack() as undoing:
        undoing.callback(services.close)
        if password and keep:
            keep_password(settings.database, password)
        opened = Opened(services, new=services.settings.is_new(), gone=services.moving.gone())
        undoing.pop_all()
    return opened
