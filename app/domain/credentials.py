"""Proving a secret without ever showing what it is held against.

A recipe (how to make a key of a secret: Argon2id's parameters and a salt) is handed to whoever asks; the key
is made where the secret is typed. What is kept is the recipe and the SHA-256 of the key: who reads it has
neither the secret nor the key, and cannot come in.

An attempt is counted and written down, key and all, before it is answered, and in a transaction of its own:
whoever takes the answer back by a rollback cannot take the count back.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.domain.users import User


class SecretKind(StrEnum):
    """What is held against what: two secrets an account can have."""

    PASSWORD = "password"  # noqa: S105 - the name of one
    CODE = "code"


class Verdict(StrEnum):
    """What an attempt comes to. `again`: another one took its place meanwhile."""

    FITS = "fits"
    WRONG = "wrong"
    AGAIN = "again"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One that was counted; `rests_until` instead when it was not let in at all."""

    id: str
    rests_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Proof:
    """Somebody's secret fitted. `attempt` proves it once more to whoever sets another one."""

    user: User
    attempt: str
    recipe: str


def sealed(recipe: str, key: bytes) -> str:
    """What is kept of a secret: its recipe and the seal of its key."""
    return f"{recipe}${hashlib.sha256(key).hexdigest()}"


def recipe_of(verifier: str) -> str:
    """The part of it that may be handed out."""
    return verifier.rpartition("$")[0]


def fits(seal: str, verifier: str) -> bool:
    """Whether the seal of a key is the one that is kept."""
    return hmac.compare_digest(seal, verifier.rpartition("$")[2])


def no_recipe(name: str, kind: SecretKind, *, parameters: str, pepper: str) -> str:
    """For whoever has no such secret: always the same, and like any other."""
    mixed = hashlib.sha256(f"{pepper}{kind}{name}".encode(errors="replace")).digest()[:16]
    return f"{parameters}${base64.b64encode(mixed).decode().rstrip('=')}"
