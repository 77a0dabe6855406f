"""Whether a secret belongs to somebody: the same answer after the same work whoever is asked about,
and a rest after too many wrong ones."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from app.domain.errors import HouselightsError, LockedOut
from app.domain.ports import UnitOfWork, Work
from app.domain.users import Credentials, Passwords, lock_after
from app.domain.values import new_id

# Which verifier a secret is held against: the password's, or the one-time code's.
Against = Callable[[Credentials, datetime], str]

_MOST_STRANGERS = 1000


class CredentialCheck:
    """Argon2id once for every attempt, known or not; failures are counted for every name alike.

    Names nobody has rest as well, in memory only: otherwise a rest would tell who has an account.
    """

    def __init__(self, work: UnitOfWork, *, passwords: Passwords) -> None:
        self._work = work
        self._passwords = passwords
        self._decoy = ""
        self._strangers: dict[str, tuple[int, datetime | None]] = {}

    def by_email(
        self, email: str, secret: str, *, against: Against, refusal: HouselightsError
    ) -> Credentials:
        """Whose secret it is. Slow on purpose. Raises `refusal`, or LockedOut during a rest."""
        found, now = self._work.read(lambda work: (work.users.credentials(email), work.now))
        if found is None or not found.user.active:
            self._refuse_stranger(email, secret, now=now)
            raise refusal
        self._hold(found, secret, against(found, now), now=now, refusal=refusal)
        return found

    def by_id(
        self, user_id: str, secret: str, *, against: Against, refusal: HouselightsError
    ) -> Credentials:
        """The same for somebody who is signed in; NotFound when they are gone."""
        found, now = self._work.read(lambda work: (work.users.credentials_of(user_id), work.now))
        self._hold(found, secret, against(found, now), now=now, refusal=refusal)
        return found

    def _hold(
        self,
        found: Credentials,
        secret: str,
        verifier: str,
        *,
        now: datetime,
        refusal: HouselightsError,
    ) -> None:
        if found.locked_until is not None and found.locked_until > now:
            raise LockedOut(found.locked_until)
        fits = self._passwords.matches(secret, verifier or self._decoy_verifier())
        if not verifier or not fits:
            self._count_failure(found.user.id)
            raise refusal

    def _count_failure(self, user_id: str) -> None:
        def count(work: Work) -> None:
            failures = work.users.note_failure(user_id)
            work.users.lock(user_id, until=lock_after(failures, work.now))

        self._work.write(count)

    def _refuse_stranger(self, email: str, secret: str, *, now: datetime) -> None:
        key = email.strip().casefold()
        failures, until = self._strangers.pop(key, (0, None))
        if until is not None and until > now:
            self._strangers[key] = (failures, until)
            raise LockedOut(until)
        self._passwords.matches(secret, self._decoy_verifier())
        while len(self._strangers) >= _MOST_STRANGERS:
            self._strangers.pop(next(iter(self._strangers)))
        self._strangers[key] = (failures + 1, lock_after(failures + 1, now))

    def prepare(self) -> None:
        """Make the decoy, so that the first stranger does not wait longer than others."""
        self._decoy_verifier()

    def _decoy_verifier(self) -> str:
        if not self._decoy:
            self._decoy = self._passwords.verifier(new_id())
        return self._decoy
