"""Giving money back where a card terminal has to say yes first: it is asked, then the books are written, and
what it gave is taken back when the books refuse."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from app.domain.errors import Conflict, Rejected
from app.domain.payments import RefundPart
from app.domain.ports import UnitOfWork, Work
from app.domain.users import Operator
from app.services.cards import CardService

T = TypeVar("T")


class MoneyBack:
    """For every service that gives money back."""

    def __init__(self, work: UnitOfWork, *, cards: CardService) -> None:
        self._work = work
        self._cards = cards

    def with_cards(
        self,
        parts: Sequence[RefundPart],
        act: Callable[[Work, Mapping[str, str]], T],
        *,
        before: Callable[[Work], T | None],
        booking_id: str,
        key: str,
        by: Operator,
    ) -> T:
        """Ask the terminal to give these parts back, then write `act`, which gets its approvals. When that
        is refused the approvals are undone, unless the act was done meanwhile (`before` finds it)."""
        cards = self._cards.give_back(parts, booking_id=booking_id, key=key, by=by)
        try:
            return self._work.write(lambda work: act(work, cards))
        except (Conflict, Rejected):
            done = self._work.read(before)
            if done is None:
                self._cards.give_up(list(cards.values()), by=by)
                raise
            return done
