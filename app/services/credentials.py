"""Whether a secret belongs to somebody: the same answer after the same work whoever is asked about,
and a rest after too many wrong ones."""

from __future__ import annotations

from datetime import datetime

from app.domain.credentials import Proof, SecretKind, Verdict
from app.domain.errors import HouselightsError, LockedOut
from app.domain.ports import UnitOfWork, Work
from app.domain.user_ports import Passwords
from app.domain.users import User, email_key, lock_after

_MOST_STRANGERS = 1000
_TURNS = 5  # somebody else signs in as the same user at the very same time


class CredentialCheck:
    """Argon2id once for every attempt, known or not; failures are counted for every name alike.

    Names nobody has rest as well, in memory only: otherwise a rest would tell who has an account.
    """

    def __init__(self, work: UnitOfWork, *, passwords: Passwords) -> None:
        self._work = work
        self._passwords = passwords
        self._strangers: dict[str, tuple[int, datetime | None]] = {}

    def by_email(
        self, email: str, secret: str, *, kind: SecretKind, refusal: HouselightsError
    ) -> Proof:
        """Whose secret it is. Slow on purpose. Raises `refusal`, or LockedOut during a rest."""
        name = email.strip().casefold()
        recipe, now = self._work.read(
            lambda work: (
                work.users.recipe(name, kind, parameters=self._passwords.parameters),
                work.now,
            )
        )
        key = self._passwords.key(secret, recipe)
        for _ in range(_TURNS):
            attempt = self._work.write(lambda work: work.users.begin_attempt(name, kind, key=key))
            if attempt is None:
                self._refuse_stranger(name, now=now)
                raise refusal
            if attempt.rests_until is not None:
                raise LockedOut(attempt.rests_until)
            verdict, user = self._answer(name, attempt.id)
            if verdict is Verdict.FITS and user is not None:
                return Proof(user, attempt.id, recipe)
            if verdict is not Verdict.AGAIN:
                break
        raise refusal

    def by_user(
        self, user: User, secret: str, *, kind: SecretKind, refusal: HouselightsError
    ) -> Proof:
        """The same for somebody who is signed in."""
        return self.by_email(email_key(user), secret, kind=kind, refusal=refusal)

    def _answer(self, name: str, attempt: str) -> tuple[Verdict, User | None]:
        def ask(work: Work) -> tuple[Verdict, User | None]:
            verdict = work.users.answer(name, attempt)
            return verdict, work.users.by_email(name) if verdict is Verdict.FITS else None

        return self._work.write(ask)

    def _refuse_stranger(self, name: str, *, now: datetime) -> None:
        failures, until = self._strangers.pop(name, (0, None))
        if until is not None and until > now:
            self._strangers[name] = (failures, until)
            raise LockedOut(until)
        while len(self._strangers) >= _MOST_STRANGERS:
            self._strangers.pop(next(iter(self._strangers)))
        self._strangers[name] = (failures + 1, lock_after(failures + 1, now))
