"""What is kept of passwords and one-time codes, in SQL.

In a shared house no login but the owner's can read it: the server's own functions (in the migration that made
the shared house) hand out recipes, count attempts and compare, for the owner too. In a local file there is
nobody to hide it from, and the same steps are taken on plain rows.
"""

from __future__ import annotations

import hashlib
from typing import Any

from sqlalchemy import Connection, func, select, text, update
from sqlalchemy.sql.elements import ColumnElement

from app.domain.credentials import Attempt, SecretKind, Verdict, fits, no_recipe, recipe_of
from app.domain.users import NO_PASSWORD, lock_after
from app.domain.values import from_micros, new_id, to_micros
from app.persistence.schema import users

_U = users.c
# Alike for every name that is not there; who reads it has the file already.
_PEPPER = new_id()


class ServerSecrets:
    """By the functions of PostgreSQL. `now` counts only where the owner asks: a station has no say in
    what time it is."""

    def __init__(self, connection: Connection, *, now: int) -> None:
        self._connection = connection
        self._now = now

    def recipe(self, name: str, kind: SecretKind, *, parameters: str) -> str:
        """See `Users`."""
        row = self._call(
            "SELECT login_recipe(:name, :kind, :parameters, :now)",
            name=name,
            kind=kind.value,
            parameters=parameters,
        )
        return str(row[0])

    def begin_attempt(self, name: str, kind: SecretKind, *, key: bytes) -> Attempt | None:
        """See `Users`."""
        row = self._call(
            "SELECT attempt, rests_until FROM login_try(:name, :kind, :key, :now)",
            name=name,
            kind=kind.value,
            key=key.hex(),
        )
        if row[1] is not None:
            return Attempt("", from_micros(row[1]))
        return None if row[0] is None else Attempt(row[0])

    def answer(self, name: str, attempt: str) -> Verdict:
        """See `Users`."""
        asked = "SELECT login_answer(:name, :attempt, :now)"
        return Verdict(self._call(asked, name=name, attempt=attempt)[0])

    def set_password(self, user_id: str, *, verifier: str, attempt: str) -> Verdict:
        """See `Users`."""
        asked = "SELECT login_set(:user_id, :attempt, :verifier, :now)"
        return Verdict(self._call(asked, user_id=user_id, attempt=attempt, verifier=verifier)[0])

    def has_password(self) -> ColumnElement[bool]:
        """Whether a password was chosen, for a row of `users`."""
        return func.has_password(_U.id)

    def _call(self, asked: str, **values: object) -> Any:
        return self._connection.execute(text(asked), values | {"now": self._now}).one()


class LocalSecrets:
    """The same on plain rows."""

    def __init__(self, connection: Connection, *, now: int) -> None:
        self._connection = connection
        self._now = now

    def recipe(self, name: str, kind: SecretKind, *, parameters: str) -> str:
        """See `Users`."""
        row = self._row(_U.email_key == name)
        kept = "" if row is None else self._kept(row, kind)
        if not kept:
            return no_recipe(name, kind, parameters=parameters, pepper=_PEPPER)
        return recipe_of(kept)

    def begin_attempt(self, name: str, kind: SecretKind, *, key: bytes) -> Attempt | None:
        """See `Users`."""
        row = self._row(_U.email_key == name)
        if row is None:
            return None
        if row.locked_until is not None and row.locked_until > self._now:
            return Attempt("", from_micros(row.locked_until))
        attempt, failures = new_id(), row.failures + 1
        rest = lock_after(failures, from_micros(self._now))
        self._set(
            row.id,
            failures=failures,
            locked_until=None if rest is None else to_micros(rest),
            attempt=f"{attempt}|{kind}|{hashlib.sha256(key).hexdigest()}",
        )
        return Attempt(attempt)

    def answer(self, name: str, attempt: str) -> Verdict:
        """See `Users`."""
        row = self._row(_U.email_key == name)
        verdict = self._verdict(row, attempt)
        if row is not None and verdict is Verdict.FITS:
            self._set(row.id, failures=0, locked_until=None)
        return verdict

    def set_password(self, user_id: str, *, verifier: str, attempt: str) -> Verdict:
        """See `Users`."""
        verdict = self._verdict(self._row(_U.id == user_id), attempt)
        if verdict is Verdict.FITS:
            gone = dict.fromkeys(("locked_until", "code_verifier", "code_until", "attempt"))
            self._set(user_id, password=verifier, failures=0, **gone)
        return verdict

    def has_password(self) -> ColumnElement[bool]:
        """Whether a password was chosen, for a row of `users`."""
        return _U.password != NO_PASSWORD

    def _row(self, wanted: ColumnElement[bool]) -> Any:
        return self._connection.execute(
            select(
                _U.id,
                _U.password,
                _U.code_verifier,
                _U.code_until,
                _U.failures,
                _U.locked_until,
                _U.attempt,
            ).where(wanted, _U.active == 1)
        ).first()

    def _kept(self, row: Any, kind: SecretKind) -> str:
        if kind is SecretKind.PASSWORD:
            return "" if row.password == NO_PASSWORD else str(row.password)
        return (row.code_verifier or "") if (row.code_until or 0) > self._now else ""

    def _verdict(self, row: Any, attempt: str) -> Verdict:
        if row is None or row.attempt is None:
            return Verdict.AGAIN
        made, kind, seal = row.attempt.split("|")
        if made != attempt:
            return Verdict.AGAIN
        kept = self._kept(row, SecretKind(kind))
        return Verdict.FITS if kept and fits(seal, kept) else Verdict.WRONG

    def _set(self, user_id: str, **values: object) -> None:
        self._connection.execute(update(users).where(_U.id == user_id).values(values))
