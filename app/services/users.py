"""Signing in and out, and the users a new house needs."""

from __future__ import annotations

from app.domain.credentials import SecretKind
from app.domain.errors import WrongCredentials
from app.domain.facts import UserChanged
from app.domain.ports import UnitOfWork, Work
from app.domain.user_ports import Passwords
from app.domain.users import (
    COMMAND_LINE_ID,
    NO_PASSWORD,
    Operator,
    Permission,
    Role,
    Station,
    User,
    checked_email,
    checked_name,
    checked_password,
    gathered,
)
from app.domain.values import new_id
from app.services.credentials import CredentialCheck


class UserService:
    """Who comes in at which station."""

    def __init__(self, work: UnitOfWork, *, passwords: Passwords, check: CredentialCheck) -> None:
        self._work = work
        self._passwords = passwords
        self._check = check

    def log_in(self, email: str, *, password: str, station: Station) -> Operator:
        """The operator for these credentials. Slow on purpose (Argon2id): call it from a worker.

        Raises WrongCredentials (the same answer, after the same work, for an unknown name), LockedOut.
        """
        found = self._check.by_email(
            email, password, kind=SecretKind.PASSWORD, refusal=WrongCredentials()
        )
        stronger = None
        if self._passwords.outdated(found.recipe):
            stronger = self._passwords.verifier(password)
        operator = operator_of(found.user, station)

        def note(work: Work) -> None:
            if stronger is not None:
                work.users.set_password(found.user.id, verifier=stronger, attempt=found.attempt)
            work.history.note(
                "signed_in", subject_kind="user", subject_id=found.user.id, by=operator
            )

        self._work.write(note)
        return operator

    def log_out(self, *, by: Operator) -> None:
        """Write down that the operator left."""
        by.require(Permission.USE_ACCOUNT)
        self._work.write(
            lambda work: work.history.note(
                "signed_out", subject_kind="user", subject_id=by.user_id, by=by
            )
        )

    def still_in(self, *, by: Operator) -> bool:
        """Whether the operator's account is still active in the role they came in with."""
        by.require(Permission.USE_ACCOUNT)
        user = self._work.read(lambda work: work.users.get(by.user_id))
        return user.active and user.role is by.role

    def station(self, code: str, *, name: str = "") -> Station:
        """The station of this code, made on first use."""
        found = self._work.read(lambda work: work.users.station(code))
        if found is not None:
            return found
        station = Station(new_id(), code, name or code)

        def enrol(work: Work) -> Station:
            existing = work.users.station(code)
            if existing is None:
                work.users.add_station(station)
            return existing or station

        return self._work.write(enrol)

    def operator_for(self, email: str, *, station: Station) -> Operator:
        """Who commands on the command line act for: whoever can open the database may name any
        active user. Raises WrongCredentials when there is none."""
        found = self._work.read(lambda work: work.users.by_email(email))
        if found is None or not found.active:
            raise WrongCredentials
        return operator_of(found, station)

    def command_line(self, station: Station) -> Operator:
        """The built-in operator of unattended commands; made on first use, and nobody can sign in as it."""
        user = User(COMMAND_LINE_ID, "Command line", "command-line@localhost.invalid", Role.ADMIN)
        if self._work.read(lambda work: work.users.by_email(user.email)) is None:

            def add(work: Work) -> None:
                if work.users.by_email(user.email) is None:
                    work.users.add(user, verifier=NO_PASSWORD)

            self._work.write(add)
        return operator_of(user, station)

    def add(self, name: str, *, email: str, password: str, role: Role, by: Operator) -> User:
        """A new user; Invalid for a bad or taken address, no name, or a weak password."""
        by.require(Permission.ADMINISTER)
        name, email, password = gathered(
            lambda: checked_name(name),
            lambda: checked_email(email),
            lambda: checked_password(password, email=email),
        )
        return self._add(
            User(new_id(), name, email, role), self._passwords.verifier(password), by=by
        )

    def _add(self, user: User, verifier: str, *, by: Operator) -> User:
        def add(work: Work) -> None:
            work.users.add(user, verifier=verifier)
            work.history.note(
                "added",
                subject_kind="user",
                subject_id=user.id,
                body={"name": user.name, "role": user.role.value},
                by=by,
            )
            work.tell(UserChanged(user.id))

        self._work.write(add)
        return user


def operator_of(user: User, station: Station) -> Operator:
    """The user as the operator of a station."""
    return Operator(user.id, user.name, user.role, station.id, station.code)
