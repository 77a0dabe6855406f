"""How the house posts: read and changed here; the password stays in the keyring, or is asked for."""

from __future__ import annotations

import time
from dataclasses import asdict

from app.domain.errors import SecretsUnavailable
from app.domain.facts import DeliveriesChanged
from app.domain.mail import MailSettings, Security
from app.domain.ports import UnitOfWork, Work
from app.domain.secrets import Secrets
from app.domain.users import Operator, Permission

_ASK_AGAIN_S = 60.0
_NAME = "mail"
_SECRET = "mail password"  # noqa: S105 - the name of one


def mail_settings(work: Work) -> MailSettings:
    """As set; without a host before that."""
    kept = work.settings.value(_NAME)
    if not isinstance(kept, dict):
        return MailSettings()
    return MailSettings(**kept | {"security": Security(kept["security"])})


class MailPassword:
    """The password of the mail account: in the system's keyring, else for this session only."""

    def __init__(self, secrets: Secrets, *, scope: str) -> None:
        self._secrets = secrets
        self._name = f"{_SECRET} {scope}"
        self._session: str | None = None
        self._asked_at: float | None = None

    def get(self) -> str | None:
        """The password; None when there is none yet. May be slow, so a keyring that has none is asked
        again after a while only: it may have been unlocked."""
        now = time.monotonic()
        just_asked = self._asked_at is not None and now - self._asked_at < _ASK_AGAIN_S
        if self._session is not None or just_asked:
            return self._session
        self._asked_at = now
        try:
            self._session = self._secrets.get(self._name)
        except SecretsUnavailable:
            return None
        return self._session

    def set(self, password: str) -> bool:
        """Use it from now on; whether it could be kept beyond this session."""
        self._session = password
        try:
            self._secrets.set(self._name, password)
        except SecretsUnavailable:
            return False
        return True


class MailSettingsService:
    """The settings of the way out."""

    def __init__(self, work: UnitOfWork, *, password: MailPassword) -> None:
        self._work = work
        self._password = password

    def settings(self, *, by: Operator) -> MailSettings:
        """As set; without a host before that."""
        by.require(Permission.MANAGE_NOTIFICATIONS)
        return self._work.read(mail_settings)

    def change(self, settings: MailSettings, *, by: Operator) -> MailSettings:
        """Write them; Invalid beside the field."""
        by.require(Permission.MANAGE_NOTIFICATIONS)
        wanted = settings.checked()

        def write(work: Work) -> MailSettings:
            if mail_settings(work) != wanted:
                work.settings.keep(_NAME, asdict(wanted))
                work.history.note(
                    "edited", subject_kind="settings", subject_id=_NAME, body=asdict(wanted), by=by
                )
                work.tell(DeliveriesChanged())
            return wanted

        return self._work.write(write)

    def has_password(self, *, by: Operator) -> bool:
        """Whether a password is known. May be slow: asks the keyring."""
        by.require(Permission.MANAGE_NOTIFICATIONS)
        return self._password.get() is not None

    def set_password(self, password: str, *, by: Operator) -> bool:
        """Use it; False when there is no keyring and it will be asked for next time. May be slow."""
        by.require(Permission.MANAGE_NOTIFICATIONS)
        return self._password.set(password)
