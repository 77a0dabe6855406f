"""Users, stations and passwords as the services ask for them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from app.domain.credentials import Attempt, SecretKind, Verdict
from app.domain.users import Account, Role, Station, User


class Passwords(Protocol):
    """Argon2id behind a port: slow on purpose, so called from a worker only."""

    @property
    def parameters(self) -> str:
        """Today's, as a recipe begins."""

    def verifier(self, password: str) -> str:
        """What is kept of this password, by a recipe made now."""

    def key(self, password: str, recipe: str) -> bytes:
        """What the recipe makes of it."""

    def outdated(self, recipe: str) -> bool:
        """Whether it has other parameters than today's."""


class Users(Protocol):
    """Users and stations as the database keeps them. Every write keeps the search text filled."""

    def by_email(self, email: str) -> User | None:
        """Whoever has this address, whatever its case."""

    def recipe(self, name: str, kind: SecretKind, *, parameters: str) -> str:
        """How to make the key of a secret of whoever has this name (see `email_key`), looking alike for
        whoever has none: then of these parameters."""

    def begin_attempt(self, name: str, kind: SecretKind, *, key: bytes) -> Attempt | None:
        """Count one and keep the key it came with; None for whoever is not there or closed. Nothing is
        answered before this is committed."""

    def answer(self, name: str, attempt: str) -> Verdict:
        """What a committed attempt comes to; when it fits, what was counted is forgotten."""

    def set_password(self, user_id: str, *, verifier: str, attempt: str) -> Verdict:
        """Another password, for an attempt that fits; it and a one-time code are gone with that."""

    def forgive(self, user_id: str) -> None:
        """Forget the wrong attempts, and let the account rest no longer."""

    def set_code(self, user_id: str, *, verifier: str, until: datetime) -> None:
        """A one-time code is out; it replaces an earlier one, and wrong attempts are forgotten."""

    def add(self, user: User, *, verifier: str) -> None:
        """A new user; Invalid({"email": "taken"}) when the address is used already. Without an
        e-mail ("") it is the id that stands in the unique key."""

    def edit(self, user: User) -> User:
        """Write name, address, phone and notes, when the version is still the one given; the user with
        the next version. Conflict("user") when somebody was faster, NotFound when gone."""

    def appoint(self, user: User) -> User:
        """Write role and whether the account is open, as `edit` does."""

    def prefer(self, user_id: str, *, language: str, theme: str) -> None:
        """How this user wants to see the program; no version, the last choice counts."""

    def get(self, user_id: str) -> User:
        """By id, with everything; NotFound when there is no such user."""

    def by_role(self, role: Role) -> tuple[User, ...]:
        """All active users of a role, by name."""

    def account(self, user_id: str) -> Account:
        """By id; NotFound when there is no such user."""

    def accounts(
        self, *, search: str, roles: Collection[Role], limit: int, skip: int
    ) -> tuple[Account, ...]:
        """Users whose name, e-mail or phone contains the text, of these roles (none: all), by name."""

    def count_accounts(self, *, search: str, roles: Collection[Role]) -> int:
        """How many `accounts` would find without a limit."""

    def active_admins(self) -> tuple[str, ...]:
        """Ids of the admins who can act, kept from changing until the commit."""

    def is_empty(self) -> bool:
        """Whether there is nobody yet but the built-in operator."""

    def fold_again(self) -> None:
        """Make everybody's search key again, where it is not what this program makes of them."""

    def station(self, code: str) -> Station | None:
        """The station of this code."""

    def add_station(self, station: Station) -> None:
        """A new station with an empty journal."""
