"""What a house has to throw away now and then so that it stays as quick as it was."""

from __future__ import annotations

from datetime import timedelta

from app.domain.access import ANSWERS_KEPT
from app.domain.ports import UnitOfWork, Work
from app.domain.users import Operator, Permission

_FACTS_KEPT = timedelta(days=1)
_AT_ONCE = 2_000  # a few milliseconds, in which a sale may have to wait


class UpkeepService:
    """Called every minute by whoever has a window open; two stations at once do no harm."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work

    def tidy(self, *, by: Operator) -> int:
        """Forget facts that every station has read or will never need, answers nobody asks for any more
        and tokens that are over; how many went."""
        by.require(Permission.BOOK_OWN)

        def act(work: Work) -> int:
            gone = work.access.forget(work.now - ANSWERS_KEPT, limit=_AT_ONCE)
            return len(gone) + work.changes.forget(work.now - _FACTS_KEPT, limit=_AT_ONCE)

        return self._work.write(act)
