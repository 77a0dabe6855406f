"""Argon2id by argon2-cffi. Parameters: RFC 9106's second recommendation, one lane for two-core tills."""

from __future__ import annotations

import base64
import secrets

from argon2 import extract_parameters
from argon2.exceptions import Argon2Error, InvalidHashError
from argon2.low_level import ARGON2_VERSION, Type, hash_secret_raw

from app.domain.credentials import recipe_of, sealed

_SALT, _KEY = 16, 32


class Argon2Passwords:
    """The `Passwords` port. `memory_kib` and `rounds` are lowered by tests only."""

    def __init__(self, *, memory_kib: int = 65_536, rounds: int = 3) -> None:
        self.parameters = f"$argon2id$v={ARGON2_VERSION}$m={memory_kib},t={rounds},p=1"

    def verifier(self, password: str) -> str:
        """See the port."""
        salt = base64.b64encode(secrets.token_bytes(_SALT)).decode().rstrip("=")
        recipe = f"{self.parameters}${salt}"
        return sealed(recipe, self.key(password, recipe))

    def key(self, password: str, recipe: str) -> bytes:
        """See the port. A text that is no recipe makes a key that fits nothing."""
        salt = recipe.rpartition("$")[2]
        try:
            given = extract_parameters(f"{recipe}${'A' * 43}")
            return hash_secret_raw(
                password.encode(errors="surrogatepass"),
                base64.b64decode(salt + "=" * (-len(salt) % 4)),
                time_cost=given.time_cost,
                memory_cost=given.memory_cost,
                parallelism=given.parallelism,
                hash_len=_KEY,
                type=Type.ID,
                version=given.version,
            )
        except (Argon2Error, InvalidHashError, ValueError):
            return secrets.token_bytes(_KEY)

    def outdated(self, recipe: str) -> bool:
        """See the port."""
        return recipe_of(recipe) != self.parameters
