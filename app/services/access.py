"""Coming in from outside the window: tokens are given out, looked at and taken back, and a request that
bears a key is done once."""

from __future__ import annotations

import secrets as chance

from app.domain.access import (
    TAKEN_FOR,
    TOKEN_LASTS,
    Answer,
    Issued,
    Taken,
    token_hash,
)
from app.domain.errors import Conflict, RequestInHand
from app.domain.ports import UnitOfWork, Work
from app.domain.users import Operator, Permission, Station, cleaned
from app.services.users import operator_of

_LONGEST_CLIENT = 200


class AccessService:
    """Who is in over the network, and what their requests came to."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work

    # -- tokens ------------------------------------------------------------------------------

    def issue(self, *, client: str = "", by: Operator) -> Issued:
        """A token that lets the operator in for some hours. `client` is what their program calls itself."""
        by.require(Permission.USE_ACCOUNT)
        token = chance.token_urlsafe(32)

        def write(work: Work) -> Issued:
            until = work.now + TOKEN_LASTS
            work.access.add_token(
                token_hash(token),
                user_id=by.user_id,
                until=until,
                client=cleaned(client)[:_LONGEST_CLIENT],
            )
            return Issued(token, until)

        return self._work.write(write)

    def resolve(self, token: str, *, station: Station) -> Operator | None:
        """Whoever the token lets in, in the role they have now; None when it lets nobody in."""
        user = self._work.read(lambda work: work.access.holder(token_hash(token)))
        return None if user is None else operator_of(user, station)

    def revoke(self, token: str, *, by: Operator) -> None:
        """The token lets nobody in any more."""
        by.require(Permission.USE_ACCOUNT)
        self._work.write(lambda work: work.access.revoke(token_hash(token)))

    # -- requests ----------------------------------------------------------------------------

    def take(self, key: str, *, fingerprint: str, by: Operator) -> Taken:
        """Take up a request that bears a key. Conflict("request") when another request bore it before,
        RequestInHand while that one is being done."""
        by.require(Permission.USE_ACCOUNT)

        def write(work: Work) -> Taken:
            before = work.access.take(by.user_id, key, fingerprint=fingerprint)
            if before is None:
                return Taken()
            if before.fingerprint != fingerprint:
                raise Conflict("request")
            if before.answer is not None:
                return Taken(before.answer)
            if before.taken_at > work.now - TAKEN_FOR:
                raise RequestInHand
            work.access.take_again(by.user_id, key)
            return Taken(again=True)

        return self._work.write(write)

    def answered(self, key: str, answer: Answer, *, by: Operator) -> None:
        """Keep what the request with this key was answered."""
        by.require(Permission.USE_ACCOUNT)
        self._work.write(lambda work: work.access.answered(by.user_id, key, answer))

    def refused(self, key: str, *, by: Operator) -> None:
        """Nothing came of the request with this key: it may be sent again, and is done then."""
        by.require(Permission.USE_ACCOUNT)
        self._work.write(lambda work: work.access.drop(by.user_id, key))
