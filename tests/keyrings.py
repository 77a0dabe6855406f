"""Keyrings as the real library knows them, one for each way a computer can have one or none."""

from keyring import errors
from keyring.backend import KeyringBackend

from app.gateways.secrets import KeyringSecrets


class InMemory(KeyringBackend):
    """Works, and forgets when the test is over."""

    priority = -1

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if (service, username) not in self.kept:
            raise errors.PasswordDeleteError("not found")
        del self.kept[service, username]


class PlainFile(InMemory):
    """Stands for those that write a readable file."""

    priority = -1


class Locked(KeyringBackend):
    """There, but nobody unlocks it."""

    priority = -1

    def get_password(self, service: str, username: str) -> str | None:
        raise errors.KeyringLocked("dismissed")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise errors.KeyringLocked("dismissed")

    def delete_password(self, service: str, username: str) -> None:
        raise errors.KeyringLocked("dismissed")


class Broken(KeyringBackend):
    """Raises whatever it is told to."""

    priority = -1

    def __init__(self, error: BaseException) -> None:
        super().__init__()
        self.error = error

    def get_password(self, service: str, username: str) -> str | None:
        raise self.error

    def set_password(self, service: str, username: str, password: str) -> None:
        raise self.error


def secrets_in(backend: KeyringBackend) -> KeyringSecrets:
    """Secrets in this back end; the working test one, the locked and the broken count as real."""
    accepted = frozenset(
        f"{kind.__module__}.{kind.__qualname__}" for kind in (InMemory, Locked, Broken)
    )
    return KeyringSecrets(find=lambda: backend, accepted=accepted)
