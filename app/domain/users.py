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

    USE_ACCOUNT = "use_account"
    SEE_PROGRAMME = "see_programme"
    BOOK_OWN = "book_own"
    SELL = "sell"
    SEE_BOOKINGS = "see_bookings"
    CANCEL = "cancel"
    REFUND = "refund"
    RUN_SHIFT = "run_shift"
    SEE_PAYMENTS = "see_payments"
    SEE_CUSTOMERS = "see_customers"
    EDIT_CUSTOMERS = "edit_customers"
    CHECK_IN = "check_in"
    EDIT_EVENTS = "edit_events"
    EDIT_VENUES = "edit_venues"
    CANCEL_PERFORMANCES = "cancel_performances"
    MESSAGE_HOLDERS = "message_holders"
    MANAGE_NOTIFICATIONS = "manage_notifications"
    SEE_FIGURES = "see_figures"
    SEE_REPORTS = "see_reports"
    ADMINISTER = "administer"


_EVERYBODY = {Permission.USE_ACCOUNT, Permission.SEE_PROGRAMME, Permission.BOOK_OWN}
_COUNTER = _EVERYBODY | {
    Permission.SELL,
    Permission.SEE_BOOKINGS,
    Permission.CANCEL,
    Permission.REFUND,
    Permission.RUN_SHIFT,
    Permission.SEE_PAYMENTS,
    Permission.SEE_CUSTOMERS,
    Permission.EDIT_CUSTOMERS,
    Permission.CHECK_IN,
}
# An organizer's rights reach own events only: see `Operator.require_own`.
_PROGRAMME = {
    Permission.EDIT_EVENTS,
    Permission.EDIT_VENUES,
    Permission.MESSAGE_HOLDERS,
    Permission.SEE_FIGURES,
    Permission.SEE_REPORTS,
}
_GRANTS: dict[Role, frozenset[Permission]] = {
    Role.CUSTOMER: frozenset(_EVERYBODY),
    Role.CASHIER: frozenset(_COUNTER),
    Role.ORGANIZER: frozenset(_EVERYBODY | _PROGRAMME),
    Role.MANAGER: frozenset(
        _COUNTER | _PROGRAMME | {Permission.CANCEL_PERFORMANCES, Permission.MANAGE_NOTIFICATIONS}
    ),
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
    phone: str = ""
    language: str = ""
    theme: str = ""
    notes: str = ""
    version: int = 1


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

    @property
    def own_events_only(self) -> bool:
        """Whether everything about events is limited to those this user organizes."""
        return self.role is Role.ORGANIZER

    def require_own(self, permission: Permission, *, organizer_id: str) -> None:
        """Raise Denied unless the operator may, and for an organizer: unless the event is their own."""
        self.require(permission)
        if self.own_events_only and organizer_id != self.user_id:
            raise Denied(permission.value)

    def require_self(self, permission: Permission, *, user_id: str) -> None:
        """Raise Denied unless the operator may, or the things asked for are the operator's own."""
        if user_id != self.user_id:
            self.require(permission)


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
