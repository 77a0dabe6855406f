"""Taking cards: write down, ask, and when no answer comes ask what became of it, never again to pay."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from uuid import NAMESPACE_OID, uuid5

from app.domain.cards import (
    Answer,
    Approved,
    AttemptKind,
    AttemptStatus,
    CardAttempt,
    CardTerminal,
    Declined,
    Outcome,
    Reversed,
    Unheard,
    Working,
)
from app.domain.errors import (
    CardNotApproved,
    HouselightsError,
    Invalid,
    NotFound,
    TerminalTimeout,
    TerminalUnreachable,
    Unavailable,
)
from app.domain.facts import CardChanged
from app.domain.notifications import Kind
from app.domain.payments import RefundPart
from app.domain.ports import UnitOfWork, Work
from app.domain.tickets import Booking
from app.domain.users import Operator, Permission
from app.domain.values import MOST_MONEY, Money

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class CardService:
    """What can be done with the card terminal of this station. Slow: call it on the lane "io"."""

    def __init__(self, work: UnitOfWork, *, terminal: CardTerminal) -> None:
        self._work = work
        self._terminal = terminal

    @property
    def available(self) -> bool:
        """Whether a terminal is connected."""
        return self._terminal.connected

    def charge(self, amount: Money, *, key: str, basket_id: str, by: Operator) -> CardAttempt:
        """Ask for a payment; approved, declined, or unknown when no answer came.

        A key is charged once: a second call with it looks at what became of the first. Raises
        TerminalUnreachable when the terminal was not asked at all.
        """
        by.require(Permission.BOOK_OWN)
        return self._ask(
            _attempt(AttemptKind.CHARGE, amount, key=key, basket_id=basket_id, by=by),
            lambda: self._terminal.authorise(key, amount=amount),
            by=by,
        )

    def refund(
        self, amount: Money, *, key: str, booking_id: str, transaction_id: str, by: Operator
    ) -> CardAttempt:
        """Ask for money to go back to the card of an earlier transaction; as `charge`."""
        by.require(Permission.REFUND)
        attempt = _attempt(AttemptKind.REFUND, amount, key=key, booking_id=booking_id, by=by)
        return self._ask(
            attempt,
            lambda: self._terminal.refund(key, transaction_id=transaction_id, amount=amount),
            by=by,
        )

    def give_back(
        self, parts: Sequence[RefundPart], *, booking_id: str, key: str, by: Operator
    ) -> dict[str, str]:
        """Ask for all of these to go back to their cards, or for none when one is declined; payment id ->
        the approved attempt. The same key goes on where it stopped.

        Raises CardNotApproved, TerminalTimeout, TerminalUnreachable.
        """
        by.require(Permission.REFUND)
        cards: dict[str, str] = {}
        try:
            for part in parts:
                cards[part.payment_id] = self._part_back(part, booking_id, key, by=by)
        except CardNotApproved:
            self.give_up(list(cards.values()), by=by)
            raise
        return cards

    def _part_back(self, part: RefundPart, booking_id: str, key: str, *, by: Operator) -> str:
        attempt = self.refund(
            part.amount,
            key=str(uuid5(NAMESPACE_OID, f"{key}/{part.payment_id}")),
            booking_id=booking_id,
            transaction_id=part.transaction_id,
            by=by,
        )
        if attempt.in_doubt:
            raise TerminalTimeout
        if attempt.status not in (AttemptStatus.APPROVED, AttemptStatus.BOOKED):
            raise CardNotApproved(attempt.id)
        return attempt.id

    def ask_again(self, attempt_id: str, *, by: Operator) -> CardAttempt:
        """Ask the terminal what became of it, and keep what it says; charges nothing.

        Raises TerminalTimeout and TerminalUnreachable: then nothing is known yet.
        """
        attempt = self._mine(attempt_id, by=by)
        if not attempt.in_doubt:
            return attempt
        outcome = self._terminal.enquire(attempt_id)
        if isinstance(outcome, Unheard):
            # The request may still be on its way: burn the key, so that it can never be charged.
            self._terminal.reverse(attempt_id)
        return self._settled(attempt_id, outcome, by=by)

    def cancel(self, attempt_id: str, *, by: Operator) -> CardAttempt:
        """Undo it at the terminal, whatever became of it there; one in the books stays as it is.

        Raises TerminalTimeout and TerminalUnreachable: then it stays unresolved.
        """
        attempt = self._mine(attempt_id, by=by)
        # First no sale can use it any more, then the money moves back.
        if not self._work.write(lambda work: work.cards.hold_back(attempt.id)):
            return self.attempt(attempt_id, by=by)
        self._terminal.reverse(attempt_id)
        return self._settled(attempt_id, Reversed(), by=by)

    def sold_with(
        self, attempt_ids: Sequence[str], *, sell: Callable[[], Booking], by: Operator
    ) -> Booking:
        """Make the sale these approvals are for.

        When it is refused the approvals are reversed, and what cannot be reversed now is listed as
        unresolved. When nobody knows whether it was made (Unavailable) they stay: the same order, sent
        again, answers that.
        """
        try:
            return sell()
        except Unavailable:
            raise
        except HouselightsError:
            self.give_up(attempt_ids, by=by)
            raise

    def give_up(self, attempt_ids: Sequence[str], *, by: Operator) -> tuple[CardAttempt, ...]:
        """Reverse what can be reversed of these; the ones that stay unresolved."""
        left = []
        for attempt_id in attempt_ids:
            try:
                self.cancel(attempt_id, by=by)
            except (TerminalTimeout, TerminalUnreachable):
                left.append(self.attempt(attempt_id, by=by))
        return tuple(left)

    def attempt(self, attempt_id: str, *, by: Operator) -> CardAttempt:
        """One thing that was asked; NotFound. Without the right to sell only one's own."""
        found = self._work.read(lambda work: work.cards.attempt(attempt_id))
        by.require_self(Permission.SELL, user_id=found.operator_id)
        return found

    def unresolved(self, *, by: Operator) -> tuple[CardAttempt, ...]:
        """What was asked at this station and is not accounted for, oldest first."""
        by.require(Permission.SELL)
        return self._work.read(lambda work: work.cards.unresolved(by.station_id))

    def _mine(self, attempt_id: str, *, by: Operator) -> CardAttempt:
        """Only this station's terminal knows what became of it; NotFound for another's."""
        attempt = self.attempt(attempt_id, by=by)
        if attempt.station_id != by.station_id:
            raise NotFound("card_attempt", attempt_id)
        return attempt

    def _ask(self, attempt: CardAttempt, ask: Callable[[], Answer], *, by: Operator) -> CardAttempt:
        if attempt.amount.minor <= 0:
            raise Invalid({"amount": "not_positive"})
        if attempt.amount.minor > MOST_MONEY:
            raise Invalid({"amount": "too_large"})
        if not self._written_down(attempt):
            return self._once_more(attempt, by=by)
        try:
            answer = ask()
        except TerminalTimeout:
            return self._settled(attempt.id, None, by=by)
        except TerminalUnreachable:
            self._settled(attempt.id, Unheard(), by=by)
            raise
        return self._settled(attempt.id, answer, by=by)

    def _once_more(self, attempt: CardAttempt, *, by: Operator) -> CardAttempt:
        """The key was used before: by the same wish, or by a mistake that must not pass."""
        before = self.attempt(attempt.id, by=by)
        if before.amount != attempt.amount or before.kind is not attempt.kind:
            raise CardNotApproved(attempt.id)
        return self.ask_again(attempt.id, by=by)

    def _written_down(self, attempt: CardAttempt) -> bool:
        """Committed before the terminal hears of it; False when this key was asked before."""

        def act(work: Work) -> bool:
            added = work.cards.add(attempt)
            work.tell(CardChanged(attempt.id))
            return added

        return self._work.write(act)

    def _settled(self, attempt_id: str, outcome: Outcome | None, *, by: Operator) -> CardAttempt:
        """Keep what is known now."""

        def act(work: Work) -> CardAttempt:
            if isinstance(outcome, Approved):
                work.cards.settle(
                    attempt_id,
                    status=AttemptStatus.APPROVED,
                    transaction_id=outcome.transaction_id,
                    card=outcome.card,
                )
            else:
                work.cards.settle(attempt_id, status=_STATUS[type(outcome)])
            if isinstance(outcome, Reversed):
                work.history.note("reversed", subject_kind="payment", subject_id=attempt_id, by=by)
            work.tell(CardChanged(attempt_id))
            kept = work.cards.attempt(attempt_id)
            if isinstance(outcome, Declined):
                _tell_declined(work, kept, outcome, by=by)
            return kept

        kept = self._work.write(act)
        return replace(kept, reason=outcome.reason) if isinstance(outcome, Declined) else kept


def _tell_declined(work: Work, attempt: CardAttempt, outcome: Declined, *, by: Operator) -> None:
    """Who pays for themselves is told; at the counter the cashier says so."""
    if by.may(Permission.SELL) or attempt.kind is not AttemptKind.CHARGE:
        return
    work.notifications.tell(
        [by.user_id],
        kind=Kind.PAYMENT_FAILED,
        subject_kind="payment",
        subject_id=attempt.id,
        content={
            "total": attempt.amount.minor,
            "currency": attempt.amount.currency,
            "reason": outcome.reason,
        },
    )


_STATUS: dict[type, AttemptStatus] = {
    Declined: AttemptStatus.DECLINED,
    Unheard: AttemptStatus.DECLINED,
    Reversed: AttemptStatus.REVERSED,
    Working: AttemptStatus.UNKNOWN,
    type(None): AttemptStatus.UNKNOWN,
}


def _attempt(
    kind: AttemptKind,
    amount: Money,
    *,
    key: str,
    by: Operator,
    basket_id: str | None = None,
    booking_id: str | None = None,
) -> CardAttempt:
    return CardAttempt(
        id=key,
        kind=kind,
        amount=amount,
        status=AttemptStatus.PENDING,
        created_at=_EPOCH,  # the database's clock dates it
        station_id=by.station_id,
        operator_id=by.user_id,
        basket_id=basket_id,
        booking_id=booking_id,
    )
