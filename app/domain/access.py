"""Who is signed in from outside the window, and what their requests were answered.

A token is chance: whoever has it is let in, and the database has its hash only, so whoever reads the
table is not. A request that bears a key is done once: sent again, it is answered as before.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from uuid import NAMESPACE_OID, uuid5

from app.domain.users import User

TOKEN_LASTS = timedelta(hours=12)
ANSWERS_KEPT = timedelta(days=1)
# Whoever took a request up and has not answered by then has died over it: it may be taken up again.
TAKEN_FOR = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Issued:
    """A new token, shown once, and until when it lets in (UTC)."""

    token: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request was answered: an HTTP status and a body."""

    status: int
    body: str


@dataclass(frozen=True, slots=True)
class KeptRequest:
    """A request that was taken up before; `answer` is None while it is being done."""

    fingerprint: str
    taken_at: datetime
    answer: Answer | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of taking a request up. `answer`: it was done before, this was said. `again`: somebody
    died over it, so parts of it may be done already."""

    answer: Answer | None = None
    again: bool = False


def token_hash(token: str) -> str:
    """What the database keeps of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def act_key(user_id: str, key: str, *parts: str) -> str:
    """The key of an act that follows from a user's request: the same request, the same act."""
    return str(uuid5(NAMESPACE_OID, "\x1f".join((user_id, key, *parts))))


class Access(Protocol):
    """Tokens and answered requests as the database keeps them."""

    def add_token(self, hashed: str, *, user_id: str, until: datetime, client: str) -> None:
        """A token lets in from now until then."""

    def holder(self, hashed: str) -> User | None:
        """Whom a token lets in now: nobody when it is unknown, over or revoked, or the account closed."""

    def revoke(self, hashed: str) -> None:
        """The token lets nobody in any more."""

    def revoke_all(self, user_id: str) -> None:
        """No token of this user lets anybody in any more."""

    def take(self, user_id: str, key: str, *, fingerprint: str) -> KeptRequest | None:
        """Take a request up; the one that bore this key before, if one did. Others wait for the commit."""

    def take_again(self, user_id: str, key: str) -> None:
        """The time it was taken up is now."""

    def answered(self, user_id: str, key: str, answer: Answer) -> None:
        """Keep what it was answered."""

    def drop(self, user_id: str, key: str) -> None:
        """Nothing came of it: the key is free again, unless it was answered."""

    def forget(self, before: datetime, *, limit: int) -> Sequence[str]:
        """Drop requests taken up before then and tokens that were over by then; their keys and hashes."""
