"""Who is at the screen and what they may do. Permissions are data: one table, asked by every service."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from app.domain.errors import Denied, Invalid
from app.domain.search import search_key

# The built-in operator of unattended commands: nobody signs in as it, no list shows it.
COMMAND_LINE_ID = "00000000-0000-7000-8000-000000000001"
# In the place of a verifier: no password belongs to it.
NO_PASSWORD = "!"  # noqa: S105 - the absence of one


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
    EDIT_DISCOUNTS = "edit_discounts"
    CANCEL_PERFORMANCES = "cancel_performances"
    MESSAGE_HOLDERS = "message_holders"
    MANAGE_NOTIFICATIONS = "manage_notifications"
    SEE_FIGURES = "see_figures"
    SEE_REPORTS = "see_reports"
    ADMINISTER = "administer"


_EVERYBODY = {Permission.USE_ACCOUNT, Permission.SEE_PROGRAMME}
_COUNTER = _EVERYBODY | {
    Permission.BOOK_OWN,
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
    Permission.EDIT_DISCOUNTS,
    Permission.MESSAGE_HOLDERS,
    Permission.SEE_FIGURES,
    Permission.SEE_REPORTS,
}
_GRANTS: dict[Role, frozenset[Permission]] = {
    Role.CUSTOMER: frozenset(_EVERYBODY | {Permission.BOOK_OWN}),
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
class Registration:
    """What a new customer types."""

    name: str
    email: str
    password: str
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    """A user as whoever administers them sees it; never a verifier.

    `code_until` is when a one-time code that is out expires; `has_password` whether one was chosen.
    """

    user: User
    created_at: datetime
    locked_until: datetime | None
    code_until: datetime | None
    has_password: bool


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
_LONGEST_EMAIL = 254
_LONGEST_NAME = 200
_LONGEST_PHONE = 40
_SHORTEST_PASSWORD = 10
_LONGEST_PASSWORD = 1000
# Control characters, halves of surrogates, and marks that turn the words around them.
_UNWANTED = {"Cc", "Cs"}
_TURNING = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def cleaned(text: str) -> str:
    """One line of text as people mean it: single spaces, nothing invisible that breaks a list or a
    database."""
    spaced = (" " if letter.isspace() else letter for letter in text)
    kept = "".join(
        letter
        for letter in spaced
        if unicodedata.category(letter) not in _UNWANTED and letter not in _TURNING
    )
    return " ".join(kept.split())


def cleaned_lines(text: str) -> str:
    """Several lines of text as people mean them: without what breaks a database or turns words around,
    and without empty space before and after."""
    kept = (
        letter
        for letter in text.replace("\r\n", "\n")
        if letter in "\n\t" or unicodedata.category(letter) not in _UNWANTED
    )
    return "".join(letter for letter in kept if letter not in _TURNING).strip()


def checked_name(text: str) -> str:
    """The name cleaned; Invalid({"name": …}) when there is none or it is longer than 200."""
    name = cleaned(text)
    if not name:
        raise Invalid({"name": "missing"})
    if len(name) > _LONGEST_NAME:
        raise Invalid({"name": "too_long"})
    return name


def checked_email(text: str) -> str:
    """The address trimmed; Invalid({"email": …}) when it cannot be one."""
    address = text.strip()
    if not address:
        raise Invalid({"email": "missing"})
    longest = max(len(address), len(address.casefold()))
    if longest > _LONGEST_EMAIL or not _EMAIL.fullmatch(address) or cleaned(address) != address:
        raise Invalid({"email": "not_an_email"})
    return address


def checked_phone(text: str) -> str:
    """The number cleaned, "" for none; Invalid({"phone": …}) when it has no figures or over 40 signs."""
    phone = cleaned(text)
    if len(phone) > _LONGEST_PHONE:
        raise Invalid({"phone": "too_long"})
    if phone and not any(sign.isdigit() for sign in phone):
        raise Invalid({"phone": "not_a_phone"})
    return phone


def checked_password(password: str, *, email: str) -> str:
    """The password as typed; Invalid({"password": …}) under 10 signs, over 1,000, or the e-mail."""
    if not password:
        raise Invalid({"password": "missing"})
    if len(password) < _SHORTEST_PASSWORD:
        raise Invalid({"password": "too_short_password"})
    if len(password) > _LONGEST_PASSWORD:
        raise Invalid({"password": "too_long"})
    address = email.strip().casefold()
    if password.strip().casefold() in {address, address.partition("@")[0]}:
        raise Invalid({"password": "same_as_email"})
    return password


def gathered(*checks: Callable[[], str]) -> list[str]:
    """What the checks return, in order; one Invalid with the problems of all that refuse."""
    found: list[str] = []
    problems: dict[str, str] = {}
    for check in checks:
        try:
            found.append(check())
        except Invalid as error:
            problems.update(error.problems)
    if problems:
        raise Invalid(problems)
    return found


def email_key(user: User) -> str:
    """What the database keeps unique: the address in one case, the id for a user without one."""
    return user.email.strip().casefold() or user.id


def search_text(user: User) -> str:
    """What a search looks through, see `app.domain.search`."""
    return search_key(user.name, user.email, user.phone)
