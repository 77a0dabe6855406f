"""What everybody may do with their own account, and the two ways to come by one: registration for
customers, a one-time code for those who were invited."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from app.domain.credentials import SecretKind, Verdict
from app.domain.errors import Conflict, Invalid, WrongCode
from app.domain.facts import UserChanged
from app.domain.history import Note
from app.domain.ports import UnitOfWork, Work
from app.domain.user_ports import Passwords
from app.domain.users import (
    Operator,
    Permission,
    Registration,
    Role,
    Station,
    User,
    checked_email,
    checked_name,
    checked_password,
    checked_phone,
    gathered,
)
from app.domain.values import new_id
from app.services.credentials import CredentialCheck
from app.services.sessions import forget_sessions
from app.services.users import operator_of


@dataclass(frozen=True, slots=True)
class ProfileChange:
    """What somebody typed about themselves, made from `version`."""

    name: str
    email: str
    phone: str
    version: int


class AccountService:
    """One's own account. Everything with a password is slow on purpose: call it from a worker."""

    def __init__(self, work: UnitOfWork, *, passwords: Passwords, check: CredentialCheck) -> None:
        self._work = work
        self._passwords = passwords
        self._check = check

    def register(self, typed: Registration, *, station: Station) -> Operator:
        """A new customer, signed in. Invalid for each field that does not fit, `has_account` for an
        address that is known."""
        name, email, phone, password = gathered(
            lambda: checked_name(typed.name),
            lambda: checked_email(typed.email),
            lambda: checked_phone(typed.phone),
            lambda: checked_password(typed.password, email=typed.email),
        )
        user = User(new_id(), name, email, Role.CUSTOMER, phone=phone)
        verifier = self._passwords.verifier(password)
        operator = operator_of(user, station)

        def add(work: Work) -> None:
            if work.users.by_email(email) is not None:
                raise Invalid({"email": "has_account"})
            work.users.add(user, verifier=verifier)
            _note(work, "registered", user.id, by=operator)

        self._work.write(add)
        return operator

    def use_code(self, email: str, *, code: str, password: str, station: Station) -> Operator:
        """Choose a password with a one-time code, and come in with it.

        Raises Invalid for a weak password, WrongCode (the same for an unknown name and an old code),
        LockedOut. The code counts once.
        """
        checked_password(password, email=email)
        found = self._check.by_email(
            email, plain_code(code), kind=SecretKind.CODE, refusal=WrongCode()
        )
        verifier = self._passwords.verifier(password)
        operator = operator_of(found.user, station)

        def choose(work: Work) -> None:
            verdict = work.users.set_password(
                found.user.id, verifier=verifier, attempt=found.attempt
            )
            if verdict is not Verdict.FITS:
                raise WrongCode
            forget_sessions(work, found.user.id)
            _note(work, "used_code", found.user.id, by=operator)

        self._work.write(choose)
        return operator

    def profile(self, *, by: Operator) -> User:
        """The operator's own account."""
        by.require(Permission.USE_ACCOUNT)
        return self._work.read(lambda work: work.users.get(by.user_id))

    def edit(self, change: ProfileChange, *, by: Operator) -> User:
        """Change name, e-mail and phone. Invalid beside the field, Conflict (with the account as it is
        now) when somebody else changed it since."""
        by.require(Permission.USE_ACCOUNT)
        name, email, phone = gathered(
            lambda: checked_name(change.name),
            lambda: checked_email(change.email),
            lambda: checked_phone(change.phone),
        )

        def write(work: Work) -> User:
            before = work.users.get(by.user_id)
            if before.version != change.version:
                raise Conflict("user", before)
            wanted = replace(before, name=name, email=email, phone=phone)
            if wanted == before:
                return before
            after = work.users.edit(wanted)
            changed = {
                field: [getattr(before, field), getattr(after, field)]
                for field in ("name", "email", "phone")
                if getattr(before, field) != getattr(after, field)
            }
            _note(work, "edited", by.user_id, body=changed, by=by)
            return after

        return self._work.write(write)

    def prefer(self, *, language: str, theme: str, by: Operator) -> None:
        """How the operator wants to see the program; "" for as this computer does. The last choice
        counts: nobody argues with themselves."""
        by.require(Permission.USE_ACCOUNT)
        if theme not in {"", "light", "dark"} or len(language) > 10:
            raise Invalid({"theme": "unknown"})

        def write(work: Work) -> None:
            work.users.prefer(by.user_id, language=language, theme=theme)
            _note(work, "preferred", by.user_id, body={"language": language, "theme": theme}, by=by)

        self._work.write(write)

    def change_password(self, old: str, *, new: str, by: Operator) -> None:
        """Another password; everybody who stayed signed in as this user is out. Invalid for
        `old_password` when it is wrong (wrong ones count, so LockedOut too) or `password` when weak."""
        by.require(Permission.USE_ACCOUNT)
        user = self._work.read(lambda work: work.users.get(by.user_id))
        if not old:
            raise Invalid({"old_password": "missing"})
        checked_password(new, email=user.email)
        wrong = Invalid({"old_password": "wrong_password"})
        proof = self._check.by_user(user, old, kind=SecretKind.PASSWORD, refusal=wrong)
        verifier = self._passwords.verifier(new)

        def write(work: Work) -> None:
            verdict = work.users.set_password(by.user_id, verifier=verifier, attempt=proof.attempt)
            if verdict is not Verdict.FITS:
                raise wrong
            forget_sessions(work, by.user_id)
            _note(work, "changed_password", by.user_id, by=by)

        self._work.write(write)

    def activity(self, *, limit: int = 200, by: Operator) -> tuple[Note, ...]:
        """What the operator did, signing in and out included, newest first."""
        by.require(Permission.USE_ACCOUNT)
        return self._work.read(lambda work: work.history.by_user(by.user_id, limit=limit))


def plain_code(typed: str) -> str:
    """A one-time code as it was made, however it was copied: capitals, no spaces or dashes."""
    return "".join(sign for sign in typed.upper() if sign.isalnum())


def _note(
    work: Work, action: str, user_id: str, *, by: Operator, body: Mapping[str, object] | None = None
) -> None:
    work.history.note(action, subject_kind="user", subject_id=user_id, body=body, by=by)
    work.tell(UserChanged(user_id))
