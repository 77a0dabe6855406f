"""Signing in, and the users a new house needs."""

from __future__ import annotations

from app.domain.errors import LockedOut, WrongCredentials
from app.domain.ports import UnitOfWork, Work
from app.domain.users import (
    Credentials,
    Operator,
    Passwords,
    Permission,
    Role,
    Station,
    User,
    checked_email,
    lock_after,
)
from app.domain.values import new_id


class UserService:
    """What can be done with accounts."""

    def __init__(self, work: UnitOfWork, *, passwords: Passwords) -> None:
        self._work = work
        self._passwords = passwords
        self._decoy = ""

    def log_in(self, email: str, *, password: str, station: Station) -> Operator:
        """The operator for these credentials. Slow on purpose (Argon2id): call it from a worker.

        Raises WrongCredentials (the same answer, after the same work, for an unknown name), LockedOut.
        """
        found, now = self._work.read(lambda work: (work.users.credentials(email), work.now))
        if found is None or not found.user.active:
            self._passwords.matches(password, self._decoy_verifier())
            raise WrongCredentials
        if found.locked_until is not None and found.locked_until > now:
            raise LockedOut(found.locked_until)
        if not self._passwords.matches(password, found.verifier):
            self._note_failure(email)
            raise WrongCredentials
        self._note_success(found, password)
        return Operator(found.user.id, found.user.name, found.user.role, station.id, station.code)

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
        found = self._work.read(lambda work: work.users.credentials(email))
        if found is None or not found.user.active:
            raise WrongCredentials
        return Operator(found.user.id, found.user.name, found.user.role, station.id, station.code)

    def command_line(self, station: Station) -> Operator:
        """The built-in operator of unattended commands; made on first use, and nobody can sign in as it."""
        user = User(
            "00000000-0000-7000-8000-000000000001",
            "Command line",
            "command-line@localhost.invalid",
            Role.ADMIN,
        )
        if self._work.read(lambda work: work.users.credentials(user.email)) is None:

            def add(work: Work) -> None:
                if work.users.credentials(user.email) is None:
                    work.users.add(user, verifier="!")

            self._work.write(add)
        return Operator(user.id, user.name, user.role, station.id, station.code)

    def add(self, name: str, *, email: str, password: str, role: Role, by: Operator) -> User:
        """A new user; Invalid({"email": …}) for a bad or taken address."""
        by.require(Permission.ADMINISTER)
        user = User(new_id(), name.strip(), checked_email(email), role)
        verifier = self._passwords.verifier(password)
        self._work.write(lambda work: work.users.add(user, verifier=verifier))
        return user

    def add_customer(self, name: str, *, email: str, by: Operator) -> User:
        """A new customer who cannot sign in (no password); Invalid({"email": …}) as for `add`."""
        by.require(Permission.SELL)
        user = User(new_id(), name.strip(), checked_email(email), Role.CUSTOMER)
        self._work.write(lambda work: work.users.add(user, verifier="!"))
        return user

    def customers(self, *, by: Operator) -> tuple[User, ...]:
        """All customers, by name."""
        by.require(Permission.SEE_BOOKINGS)
        return self._work.read(lambda work: work.users.by_role(Role.CUSTOMER))

    def _note_failure(self, email: str) -> None:
        def note(work: Work) -> None:
            current = work.users.credentials(email)
            if current is not None:
                failures = current.failures + 1
                work.users.note_failure(
                    current.user.id,
                    failures=failures,
                    locked_until=lock_after(failures, work.now),
                )

        self._work.write(note)

    def _note_success(self, found: Credentials, password: str) -> None:
        verifier = None
        if self._passwords.outdated(found.verifier):
            verifier = self._passwords.verifier(password)
        if found.failures or verifier:
            self._work.write(lambda work: work.users.note_success(found.user.id, verifier=verifier))

    def _decoy_verifier(self) -> str:
        if not self._decoy:
            self._decoy = self._passwords.verifier(new_id())
        return self._decoy
