"""What a house has to throw away now and then so that it stays as quick as it was."""

from __future__ import annotations

from datetime import timedelta

from app.domain.ports import UnitOfWork
from app.domain.users import Operator, Permission

_FACTS_KEPT = timedelta(days=1)
_AT_ONCE = 2_000  # a few milliseconds, in which a sale may have to wait


class UpkeepService:
    """Called every minute by whoever has a window open; two stations at once do no harm."""

    def __init__(self, work: UnitOfWork) -> None:
        self._work = work

    def tidy(self, *, by: Operator) -> int:
        """Forget facts that every station has read or will never need; how many went."""
        by.require(Permission.BOOK_OWN)
        return self._work.write(
            lambda work: work.changes.forget(work.now - _FACTS_KEPT, limit=_AT_ONCE)
        )
