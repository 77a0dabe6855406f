"""Who works here and in which role: an admin's view of all users."""

from __future__ import annotations

import secrets as chance
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from app.domain.errors import Conflict, Invalid, LastAdmin
from app.domain.facts import UserChanged
from app.domain.history import Note
from app.domain.ports import UnitOfWork, Work
from app.domain.user_ports import Passwords
from app.domain.users import (
    NO_PASSWORD,
    Account,
    Operator,
    Permission,
    Role,
    User,
    checked_email,
    checked_name,
    gathered,
)
from app.domain.values import new_id
from app.services.accounts import plain_code
from app.services.sessions import forget_sessions

CODE_LASTS = timedelta(days=7)
# No letters or figures that look alike when read out or written down: 0 O, 1 I L, 5 S, 2 Z, 8 B, U V.
_LETTERS = "ACDEFGHJKMNPQRTWXY34679"
_GROUPS, _IN_GROUP = 3, 4


@dataclass(frozen=True, slots=True)
class People:
    """A page of users, and how many there are in all."""

    accounts: tuple[Account, ...]
    total: int


@dataclass(frozen=True, slots=True)
class OneTimeCode:
    """Shown once, kept nowhere: the database has its verifier only."""

    user: User
    code: str
    until: datetime


class StaffService:
    """User administration; all of it needs the permission to administer."""

    def __init__(self, work: UnitOfWork, *, passwords: Passwords) -> None:
        self._work = work
        self._passwords = passwords

    def people(
        self,
        *,
        search: str = "",
        roles: Collection[Role] = (),
        limit: int = 200,
        skip: int = 0,
        by: Operator,
    ) -> People:
        """Users by name; `search` looks in name, e-mail and phone, `roles` empty means all."""
        by.require(Permission.ADMINISTER)
        return self._work.read(
            lambda work: People(
                work.users.accounts(search=search, roles=roles, limit=limit, skip=skip),
                work.users.count_accounts(search=search, roles=roles),
            )
        )

    def account(self, user_id: str, *, by: Operator) -> Account:
        """One user; NotFound."""
        by.require(Permission.ADMINISTER)
        return self._work.read(lambda work: work.users.account(user_id))

    def history(self, user_id: str, *, limit: int = 50, by: Operator) -> tuple[Note, ...]:
        """What was done to the account, newest first."""
        by.require(Permission.ADMINISTER)
        return self._work.read(lambda work: work.history.of("user", user_id, limit=limit))

    def invite(self, name: str, *, email: str, role: Role, by: Operator) -> OneTimeCode:
        """A new user who chooses a password with the code. Invalid beside the field."""
        by.require(Permission.ADMINISTER)
        name, email = gathered(lambda: checked_name(name), lambda: checked_email(email))
        user = User(new_id(), name, email, role)

        def add(work: Work) -> User:
            if work.users.by_email(email) is not None:
                raise Invalid({"email": "taken"})
            work.users.add(user, verifier=NO_PASSWORD)
            _note(work, "invited", user, by=by, role=role.value)
            return user

        return self._with_code(add)

    def new_code(self, user_id: str, *, by: Operator) -> OneTimeCode:
        """A code for somebody who forgot the password, or whose first code got lost; it replaces an
        earlier one and lifts a lock. The password until now counts until the code is used."""
        by.require(Permission.ADMINISTER)

        def read(work: Work) -> User:
            user = work.users.account(user_id).user
            if not user.email:
                raise Invalid({"email": "missing"})
            _note(work, "given_code", user, by=by)
            return user

        return self._with_code(read)

    def change_role(self, user_id: str, *, role: Role, version: int, by: Operator) -> Account:
        """Another role. Conflict with the account as it is now, LastAdmin."""
        by.require(Permission.ADMINISTER)
        return self._change(user_id, version=version, role=role, action="role_changed", by=by)

    def deactivate(self, user_id: str, *, version: int, by: Operator) -> Account:
        """Let nobody in as this user any more; what they did stays. Conflict, LastAdmin."""
        by.require(Permission.ADMINISTER)
        return self._change(user_id, version=version, active=False, action="deactivated", by=by)

    def reactivate(self, user_id: str, *, version: int, by: Operator) -> Account:
        """Let them in again, with the password they had. Conflict."""
        by.require(Permission.ADMINISTER)
        return self._change(user_id, version=version, active=True, action="reactivated", by=by)

    def unlock(self, user_id: str, *, by: Operator) -> Account:
        """End the rest after wrong passwords, and forget them."""
        by.require(Permission.ADMINISTER)

        def write(work: Work) -> Account:
            user = work.users.account(user_id).user
            work.users.forgive(user_id)
            _note(work, "unlocked", user, by=by)
            return work.users.account(user_id)

        return self._work.write(write)

    def _change(
        self,
        user_id: str,
        *,
        version: int,
        action: str,
        by: Operator,
        role: Role | None = None,
        active: bool | None = None,
    ) -> Account:
        def write(work: Work) -> Account:
            admins = work.users.active_admins()  # first: it keeps them from changing
            account = work.users.account(user_id)
            before = account.user
            if before.version != version:
                raise Conflict("user", account)
            after = replace(
                before,
                role=before.role if role is None else role,
                active=before.active if active is None else active,
            )
            if after == before:
                return account
            _keep_an_admin(before, after, admins)
            work.users.appoint(after)
            if not after.active:
                forget_sessions(work, user_id)
            _note(work, action, after, by=by, before=before.role.value, role=after.role.value)
            return work.users.account(user_id)

        return self._work.write(write)

    def _with_code(self, act: Callable[[Work], User]) -> OneTimeCode:
        code = "-".join(
            "".join(chance.choice(_LETTERS) for _ in range(_IN_GROUP)) for _ in range(_GROUPS)
        )
        verifier = self._passwords.verifier(plain_code(code))

        def write(work: Work) -> OneTimeCode:
            user, until = act(work), work.now + CODE_LASTS
            work.users.set_code(user.id, verifier=verifier, until=until)
            return OneTimeCode(user, code, until)

        return self._work.write(write)


def _keep_an_admin(before: User, after: User, admins: Collection[str]) -> None:
    was = before.role is Role.ADMIN and before.active
    stays = after.role is Role.ADMIN and after.active
    if was and not stays and not set(admins) - {before.id}:
        raise LastAdmin


def _note(work: Work, action: str, user: User, *, by: Operator, **body: object) -> None:
    work.history.note(
        action, subject_kind="user", subject_id=user.id, body={"name": user.name, **body}, by=by
    )
    work.tell(UserChanged(user.id))
