"""Where secrets are kept: in the system's own keyring or nowhere."""

from __future__ import annotations

from typing import Protocol


class Secrets(Protocol):
    """Secrets by name. All raise SecretsUnavailable when there is no keyring to trust; may be slow and
    may ask the person at the screen, so called from a worker only."""

    def check(self) -> None:
        """Return when secrets can be kept here; SecretsUnavailable says why not. Asks nobody."""

    def get(self, name: str) -> str | None:
        """The secret of this name, None when there is none."""

    def set(self, name: str, value: str) -> None:
        """Keep it."""

    def delete(self, name: str) -> None:
        """Forget it; nothing happens when there is none."""
