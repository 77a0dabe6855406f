"""What signing in asks of the house.

The sign-in window is painted before the services are loaded, so it knows them by these shapes only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from app.domain.users import Operator, Registration, Station


class Passwords(Protocol):
    """Lets people in by e-mail and password."""

    def log_in(self, email: str, *, password: str, station: Station) -> Operator:
        """See `app.services.users`."""


class Accounts(Protocol):
    """Lets people in who had no password before."""

    def register(self, typed: Registration, *, station: Station) -> Operator:
        """See `app.services.accounts`."""

    def use_code(self, email: str, *, code: str, password: str, station: Station) -> Operator:
        """See `app.services.accounts`."""


class Sessions(Protocol):
    """Lets people in who stayed signed in."""

    def check(self) -> None:
        """See `app.services.sessions`."""

    def resume(self, *, station: Station) -> Operator | None:
        """See `app.services.sessions`."""

    def keep(self, *, by: Operator) -> None:
        """See `app.services.sessions`."""


@dataclass(frozen=True, slots=True)
class Door:
    """The ways into one house, at one station."""

    users: Passwords
    accounts: Accounts
    sessions: Sessions
    station: Station
