"""Staying signed in: a random token in the computer's keyring, its hash in the database.

Nobody who reads either alone can come in; thirty days, or until the operator signs out, the password
changes or an admin closes the account.
"""

from __future__ import annotations

import hashlib
import secrets as chance
from datetime import timedelta

from app.domain.errors import SecretsUnavailable
from app.domain.ports import UnitOfWork, Work
from app.domain.secrets import Secrets
from app.domain.users import Operator, Permission, Station
from app.domain.values import to_micros
from app.services.users import operator_of

STAYS = timedelta(days=30)
_BEGINNING = "session:"


class SessionService:
    """`scope` tells databases apart in one keyring. All of it asks the keyring: call it from a worker."""

    def __init__(self, work: UnitOfWork, *, secrets: Secrets, scope: str) -> None:
        self._work = work
        self._secrets = secrets
        self._name = f"session {scope}"
        self._kept = False

    def check(self) -> None:
        """Return when it is possible here; SecretsUnavailable says why not."""
        self._secrets.check()

    def keep(self, *, by: Operator) -> None:
        """Stay signed in from now on. SecretsUnavailable when the keyring will not have it."""
        by.require(Permission.USE_ACCOUNT)
        before, token = self._secrets.get(self._name), chance.token_urlsafe(32)
        self._secrets.set(self._name, token)
        self._kept = True

        def write(work: Work) -> None:
            if before:  # somebody else stayed here; this computer lets in one
                work.settings.drop(_row(before))
            until = to_micros(work.now + STAYS)
            work.settings.keep(_row(token), {"user": by.user_id, "until": until})
            work.history.note("kept_in", subject_kind="user", subject_id=by.user_id, by=by)

        self._work.write(write)

    def resume(self, *, station: Station) -> Operator | None:
        """Whoever stayed signed in on this computer, None when nobody did or may any more."""
        token = self._secrets.get(self._name)
        if not token:
            return None

        def look(work: Work) -> Operator | None:
            operator = _holder(work, token, station=station)
            if operator is None:
                work.settings.drop(_row(token))
            else:
                work.history.note(
                    "signed_in",
                    subject_kind="user",
                    subject_id=operator.user_id,
                    body={"stayed": True},
                    by=operator,
                )
            return operator

        operator = self._work.write(look)
        if operator is None:
            self._secrets.delete(self._name)
        self._kept = operator is not None
        return operator

    def end(self, *, by: Operator) -> None:
        """Stay signed in no longer on this computer."""
        by.require(Permission.USE_ACCOUNT)
        if not self._kept:
            return
        self._kept = False
        try:
            token = self._secrets.get(self._name)
            self._secrets.delete(self._name)
        except SecretsUnavailable:
            # What cannot be read here must not count anywhere.
            self._work.write(lambda work: forget_sessions(work, by.user_id))
            return
        if token:
            self._work.write(lambda work: work.settings.drop(_row(token)))


def forget_sessions(work: Work, user_id: str) -> None:
    """Nobody stays signed in as this user, on any computer or over the network."""
    work.access.revoke_all(user_id)
    work.settings.drop_all(beginning=_BEGINNING, holding=user_id)


def _holder(work: Work, token: str, *, station: Station) -> Operator | None:
    kept = work.settings.value(_row(token))
    if not isinstance(kept, dict) or kept["until"] <= to_micros(work.now):
        return None
    user = work.users.get(kept["user"])
    return operator_of(user, station) if user.active else None


def _row(token: str) -> str:
    return _BEGINNING + hashlib.blake2b(token.encode(), digest_size=24).hexdigest()
