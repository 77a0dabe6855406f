"""Who is at the screen and what they may do. Permissions are data: one table, asked by every service."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from app.domain.errors import Denied, Invalid


class Role(StrEnum):
    """The five kinds of user of the client's specification."""

    CUSTOMER = "customer"
    CASHIER = "cashier"
    ORGANIZER = "organizer"
    MANAGER = "manager"
    ADMIN = "admin"


class Permission(StrEnum):
    """One right each; services ask for exactly one."""

    SEE_PROGRAMME = "see_programme"
    SELL = "sell"
    SEE_BOOKINGS = "see_bookings"
    EDIT_VENUES = "edit_venues"
    ADMINISTER = "administer"


_STAFF = {Permission.SEE_PROGRAMME, Permission.SELL, Permission.SEE_BOOKINGS}
_GRANTS: dict[Role, frozenset[Permission]] = {
    Role.CUSTOMER: frozenset({Permission.SEE_PROGRAMME}),
    Role.CASHIER: frozenset(_STAFF),
    Role.ORGANIZER: frozenset({Permission.SEE_PROGRAMME, Permission.EDIT_VENUES}),
    Role.MANAGER: frozenset(_STAFF | {Permission.EDIT_VENUES}),
    Role.ADMIN: frozenset(Permission),
}


@dataclass(frozen=True, slots=True)
class User:
    """A member of staff or a customer, as the database knows them."""

    id: str
    name: str
    email: str
    role: Role
    active: bool = True


@dataclass(frozen=True, slots=True)
class Operator:
    """The user signed in at a station: every act carries one."""

    user_id: str
    name: str
    role: Role
    station_id: str
    station_code: str

    def may(self, permission: Permission) -> bool:
        """Whether this operator's role includes the permission."""
        return permission in _GRANTS[self.role]

    def require(self, permission: Permission) -> None:
        """Raise Denied unless the operator may."""
        if not self.may(permission):
            raise Denied(permission.value)


@dataclass(frozen=True, slots=True)
class Station:
    """One workstation; the journal runs one chain per station."""

    id: str
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Credentials:
    """What signing in needs: the user, the Argon2id verifier, and how often it went wrong lately."""

    user: User
    verifier: str
    failures: int
    locked_until: datetime | None


def lock_after(failures: int, now: datetime) -> datetime | None:
    """Until when an account rests after this many wrong passwords in a row.

    Free up to four; from the fifth 30 s, doubling each time, never above an hour, never for ever
    (a lock without end would let anybody shut anybody out).
    """
    if failures < 5:
        return None
    rest: timedelta = min(timedelta(seconds=30 * 2 ** min(failures - 5, 7)), timedelta(hours=1))
    return now + rest


_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")


def checked_email(text: str) -> str:
    """The address trimmed; Invalid({"email": …}) when it cannot be one."""
    address = text.strip()
    if not address:
        raise Invalid({"email": "missing"})
    if len(address) > 254 or not _EMAIL.fullmatch(address):
        raise Invalid({"email": "not_an_email"})
    return address


class Passwords(Protocol):
    """Argon2id behind a port: slow on purpose, so called from a worker only."""

    def verifier(self, password: str) -> str:
        """A new verifier for this password."""

    def matches(self, password: str, verifier: str) -> bool:
        """Whether the password belongs to the verifier."""

    def outdated(self, verifier: str) -> bool:
        """Whether the verifier was made with weaker parameters than today's."""


class Users(Protocol):
    """Users and stations as the database keeps them."""

    def credentials(self, email: str) -> Credentials | None:
        """By e-mail, whatever its case."""

    def note_failure(self, user_id: str, *, failures: int, locked_until: datetime | None) -> None:
        """Remember a wrong password."""

    def note_success(self, user_id: str, *, verifier: str | None) -> None:
        """Forget the failures; replace the verifier when one is given."""

    def add(self, user: User, *, verifier: str) -> None:
        """A new user; Invalid({"email": "taken"}) when the address is used already."""

    def by_role(self, role: Role) -> tuple[User, ...]:
        """All active users of a role, by name."""

    def station(self, code: str) -> Station | None:
        """The station of this code."""

    def add_station(self, station: Station) -> None:
        """A new station with an empty journal."""
