"""Tokens and answered requests in SQL. Every request from outside begins here, so the look-up of a token
runs as the selling path does."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, tuple_, update

from app.domain.access import Answer, KeptRequest
from app.domain.users import Role, User
from app.domain.values import from_micros, to_micros
from app.persistence.shared_tables import access_tokens, request_keys
from app.persistence.statements import Driver, Statement

_A, _R = access_tokens.c, request_keys.c
_HOLDER = """
SELECT u.id, u.name, u.email, u.role FROM access_tokens a JOIN users u ON u.id = a.user_id
WHERE a.token_hash = {0} AND a.revoked_at IS NULL AND a.expires_at > {1} AND u.active = 1"""
HOLDER = Statement(
    sqlite=_HOLDER.format(":hash", ":now"), postgresql=_HOLDER.format("%(hash)s", "%(now)s")
)
_TAKE = """
INSERT INTO request_keys (user_id, key, fingerprint, created_at) VALUES ({0}, {1}, {2}, {3})
ON CONFLICT (user_id, key) DO NOTHING RETURNING key"""
TAKE = Statement(
    sqlite=_TAKE.format(":user", ":key", ":fingerprint", ":now"),
    postgresql=_TAKE.format("%(user)s", "%(key)s", "%(fingerprint)s", "%(now)s"),
)


class SqlAccess:
    """The `Access` port on one connection; `now` is the transaction's instant."""

    def __init__(self, connection: Connection, *, now: datetime) -> None:
        self._connection = connection
        self._now = to_micros(now)

    # -- tokens ------------------------------------------------------------------------------

    def add_token(self, hashed: str, *, user_id: str, until: datetime, client: str) -> None:
        """See the port."""
        row = {"token_hash": hashed, "user_id": user_id, "created_at": self._now}
        row |= {"expires_at": to_micros(until), "client": client}
        self._connection.execute(insert(access_tokens), row)

    def holder(self, hashed: str) -> User | None:
        """See the port."""
        rows = Driver(self._connection).rows(HOLDER, {"hash": hashed, "now": self._now})
        if not rows:
            return None
        ((user_id, name, email, role),) = rows
        return User(user_id, name, email, Role(role))

    def revoke(self, hashed: str) -> None:
        """See the port."""
        self._revoke(_A.token_hash == hashed)

    def revoke_all(self, user_id: str) -> None:
        """See the port."""
        self._revoke(_A.user_id == user_id)

    def _revoke(self, which: Any) -> None:
        self._connection.execute(
            update(access_tokens).where(which, _A.revoked_at.is_(None)).values(revoked_at=self._now)
        )

    # -- requests ----------------------------------------------------------------------------

    def take(self, user_id: str, key: str, *, fingerprint: str) -> KeptRequest | None:
        """See the port."""
        values = {"user": user_id, "key": key, "fingerprint": fingerprint, "now": self._now}
        if Driver(self._connection).rows(TAKE, values):
            return None
        row = self._connection.execute(
            select(_R.fingerprint, _R.created_at, _R.status, _R.body)
            .where(_R.user_id == user_id, _R.key == key)
            .with_for_update()
        ).first()
        if row is None:  # dropped in between: whoever had it is done with it
            return self.take(user_id, key, fingerprint=fingerprint)
        answer = None if row[2] is None else Answer(row[2], row[3])
        return KeptRequest(row[0], from_micros(row[1]), answer)

    def take_again(self, user_id: str, key: str) -> None:
        """See the port."""
        self._connection.execute(
            update(request_keys)
            .where(_R.user_id == user_id, _R.key == key)
            .values(created_at=self._now)
        )

    def answered(self, user_id: str, key: str, answer: Answer) -> None:
        """See the port."""
        self._connection.execute(
            update(request_keys)
            .where(_R.user_id == user_id, _R.key == key)
            .values(status=answer.status, body=answer.body)
        )

    def drop(self, user_id: str, key: str) -> None:
        """See the port."""
        self._connection.execute(
            delete(request_keys).where(_R.user_id == user_id, _R.key == key, _R.status.is_(None))
        )

    def forget(self, before: datetime, *, limit: int) -> Sequence[str]:
        """See the port."""
        since = to_micros(before)
        gone: list[str] = []
        old = select(_R.user_id, _R.key).where(_R.created_at < since).limit(limit)
        found = self._connection.execute(
            delete(request_keys).where(tuple_(_R.user_id, _R.key).in_(old)).returning(_R.key)
        )
        gone += found.scalars()
        over = select(_A.token_hash).where(_A.expires_at < since).limit(limit)
        found = self._connection.execute(
            delete(access_tokens).where(_A.token_hash.in_(over)).returning(_A.token_hash)
        )
        gone += found.scalars()
        return gone
