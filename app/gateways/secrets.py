"""Secrets in the system's keyring. Back ends are accepted by name: one that keeps its secrets in a plain
file, or that nobody has looked at, is refused rather than trusted.

`keyring` is imported when the first secret is asked for: it takes 160 ms and reads every back end.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from app.domain.errors import SecretsUnavailable

SERVICE = "Houselights"
ACCEPTED = frozenset(
    {
        "keyring.backends.SecretService.Keyring",
        "keyring.backends.libsecret.Keyring",
        "keyring.backends.kwallet.DBusKeyring",
        "keyring.backends.kwallet.DBusKeyringKWallet4",
        "keyring.backends.macOS.Keyring",
        "keyring.backends.Windows.WinVaultKeyring",
    }
)
_CHAIN = "keyring.backends.chainer.ChainerBackend"
_NOTHING = frozenset({"keyring.backends.fail.Keyring", "keyring.backends.null.Keyring"})
# What the back ends' own libraries raise besides keyring's errors: known only once one of them is loaded.
_FOREIGN = (
    ("secretstorage.exceptions", "SecretStorageException"),
    ("jeepney.wrappers", "DBusErrorResponse"),
)


class KeyringSecrets:
    """The `Secrets` port. `find` gives the back end, the system's own unless a test says otherwise."""

    def __init__(
        self,
        *,
        find: Callable[[], Any] | None = None,
        accepted: frozenset[str] = ACCEPTED,
    ) -> None:
        self._find = find or _system_keyring
        self._accepted = accepted

    def check(self) -> None:
        """See the port."""
        with _translated():
            self._backend()

    def get(self, name: str) -> str | None:
        """See the port."""
        with _translated():
            found: str | None = self._backend().get_password(SERVICE, name)
        return found

    def set(self, name: str, value: str) -> None:
        """See the port."""
        with _translated():
            self._backend().set_password(SERVICE, name, value)

    def delete(self, name: str) -> None:
        """See the port."""
        with _translated():
            backend = self._backend()
            if backend.get_password(SERVICE, name) is not None:
                backend.delete_password(SERVICE, name)

    def _backend(self) -> Any:
        """The back end, looked at anew each time: a keyring that is started later is found then."""
        backend = self._find()
        name = _name(backend)
        if name in _NOTHING:
            raise SecretsUnavailable("none")
        if name == _CHAIN:
            parts = list(backend.backends)
            if not parts:
                raise SecretsUnavailable("none")
            if any(_name(part) not in self._accepted for part in parts):
                raise SecretsUnavailable("not_trusted")
        elif name not in self._accepted:
            raise SecretsUnavailable("not_trusted")
        return backend


def _name(backend: Any) -> str:
    kind = type(backend)
    return f"{kind.__module__}.{kind.__qualname__}"


def _system_keyring() -> Any:
    import keyring

    return keyring.get_keyring()


@contextmanager
def _translated() -> Iterator[None]:
    """Inside, what the keyring complains about leaves as SecretsUnavailable."""
    from keyring import errors

    try:
        yield
    except errors.KeyringLocked as error:
        raise SecretsUnavailable("locked") from error
    except (errors.NoKeyringError, errors.InitError) as error:
        raise SecretsUnavailable("none") from error
    except _failures(errors.KeyringError) as error:
        raise SecretsUnavailable("failed") from error


def _failures(keyring_error: type[BaseException]) -> tuple[type[BaseException], ...]:
    foreign = (
        getattr(sys.modules[module], name) for module, name in _FOREIGN if module in sys.modules
    )
    return (keyring_error, OSError, RuntimeError, *foreign)
