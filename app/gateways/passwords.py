"""Argon2id by argon2-cffi. Parameters: RFC 9106's second recommendation, one lane for two-core tills."""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError


class Argon2Passwords:
    """The `Passwords` port. `memory_kib` and `rounds` are lowered by tests only."""

    def __init__(self, *, memory_kib: int = 65_536, rounds: int = 3) -> None:
        self._hasher = PasswordHasher(time_cost=rounds, memory_cost=memory_kib, parallelism=1)

    def verifier(self, password: str) -> str:
        """A new verifier for this password, salted."""
        return self._hasher.hash(password)

    def matches(self, password: str, verifier: str) -> bool:
        """Whether the password belongs to the verifier; a text that is no verifier matches nothing."""
        try:
            return self._hasher.verify(verifier, password)
        except (VerificationError, InvalidHashError):
            return False

    def outdated(self, verifier: str) -> bool:
        """Whether the verifier was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(verifier)
