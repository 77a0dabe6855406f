"""Calling a performance off, booking by booking, so that it can be interrupted and taken up again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from app.domain.cancellations import (
    Cancellation,
    CancellationPlan,
    Owed,
    Started,
    refund_key,
)
from app.domain.cards import AttemptStatus, CardAttempt
from app.domain.errors import (
    CardNotApproved,
    Conflict,
    NotFound,
    NothingToRefund,
    TerminalTimeout,
    TerminalUnreachable,
    TooMuchRefund,
    VoucherUnusable,
)
from app.domain.events import PerformanceStatus
from app.domain.facts import ProgrammeChanged
from app.domain.notifications import Kind
from app.domain.payments import Tender
from app.domain.ports import UnitOfWork, Work
from app.domain.users import Operator, Permission, cleaned_lines
from app.domain.values import Money
from app.services.cards import CardService
from app.services.returns import Returns
from app.services.schedule import note_performance, save_performance

Progress = Callable[[int, int], bool]

_AT_ONCE = 50
# An attempt that came to nothing, or is in the books already: another try needs another key.
_SPENT = (AttemptStatus.DECLINED, AttemptStatus.REVERSED, AttemptStatus.BOOKED)


class CancellationService:
    """Cancelling performances (CANCEL_PERFORMANCES). One transaction per booking; whatever interrupts
    it, `run` goes on from where it was and does nothing twice."""

    def __init__(self, work: UnitOfWork, *, returns: Returns, cards: CardService) -> None:
        self._work = work
        self._returns = returns
        self._cards = cards

    def dry_run(self, performance_id: str, *, by: Operator) -> CancellationPlan:
        """What `run` would do right now: bookings, tickets, money by tender, people. Of a cancellation
        that was interrupted: what is left. NotFound."""
        by.require(Permission.CANCEL_PERFORMANCES)

        def ask(work: Work) -> CancellationPlan:
            work.programme.performance(performance_id)
            return work.cancellations.plan(performance_id)

        return self._work.read(ask)

    def run(
        self,
        performance_id: str,
        *,
        reason: str,
        progress: Progress | None = None,
        by: Operator,
    ) -> Cancellation:
        """Close the sale, then cancel the tickets of one booking after the other, give each payment back
        to its tender and tell the customer.

        `progress(done, of)` is called after each booking (from the calling thread) and may return False
        to pause: `run` again goes on. Once it is finished, running it again changes nothing, but asks
        once more for money that is still owed. Talks to the card terminal: call it on the lane "io".
        NotFound.
        """
        by.require(Permission.CANCEL_PERFORMANCES)
        started = self._work.write(lambda work: _begun(work, performance_id, reason, by=by))
        before = self._read(performance_id).done
        for done, booking_id in enumerate(self._bookings_left(performance_id), before + 1):
            self._cancel_booking(booking_id, started, by=by)
            if progress is not None and not progress(done, max(done, started.bookings)):
                return self._read(performance_id)
        problems = self._give_back_owed(started, by=by)
        self._work.write(lambda work: _finished(work, started))
        state = self._read(performance_id)
        owed = tuple(replace(o, problem=problems.get(o.payment_id, o.problem)) for o in state.owed)
        return replace(state, owed=owed)

    def state(self, performance_id: str, *, by: Operator) -> Cancellation | None:
        """How far the cancellation has come and what is still owed; None when nobody began one."""
        by.require(Permission.CANCEL_PERFORMANCES)
        return self._work.read(
            lambda work: _state(work, work.cancellations.started(performance_id))
        )

    def unfinished(self, *, by: Operator) -> tuple[Cancellation, ...]:
        """Cancellations that were interrupted, oldest first."""
        by.require(Permission.CANCEL_PERFORMANCES)

        def ask(work: Work) -> tuple[Cancellation, ...]:
            states = (_state(work, started) for started in work.cancellations.unfinished())
            return tuple(state for state in states if state is not None)

        return self._work.read(ask)

    def _read(self, performance_id: str) -> Cancellation:
        state = self._work.read(
            lambda work: _state(work, work.cancellations.started(performance_id))
        )
        if state is None:
            raise NotFound("performance", performance_id)
        return state

    # -- booking by booking ------------------------------------------------------------------

    def _bookings_left(self, performance_id: str) -> Iterator[str]:
        """Asked for again and again, the last time behind a lock that waits for sales under way."""

        def left(work: Work) -> tuple[str, ...]:
            return work.cancellations.bookings_left(performance_id, limit=_AT_ONCE)

        def left_behind(work: Work) -> tuple[str, ...]:
            work.programme.performance(performance_id, lock=True)
            return left(work)

        while found := self._work.read(left) or self._work.write(left_behind):
            yield from found

    def _cancel_booking(self, booking_id: str, started: Started, *, by: Operator) -> None:
        self._work.write(lambda work: self._cancelled(work, booking_id, started, by=by))

    def _cancelled(self, work: Work, booking_id: str, started: Started, *, by: Operator) -> None:
        """One booking, whole or not at all: its tickets of this performance, the money that needs no
        terminal, and the news."""
        booking = work.bookings.lock(booking_id)
        going = [t.id for t in booking.live if t.performance_id == started.performance_id]
        if not going:
            return  # another run was here
        cancelled = self._returns.cancel(
            work, booking_id, ticket_ids=going, reason=started.reason, by=by, kind=None
        )
        more: dict[str, object] = {"reason": started.reason, "refund": cancelled.owed.minor}
        work.notifications.tell_buyer(
            booking_id, kind=Kind.PERFORMANCE_CANCELLED, more=more, ticket_ids=going
        )
        at_once = [one for one in cancelled.held if one.tender is not Tender.CARD]
        if not at_once:
            return
        wanted: dict[str, Money] = {}
        for one in at_once:
            wanted[one.ticket_id] = wanted.get(one.ticket_id, one.amount * 0) + one.amount
        self._returns.refund(
            work,
            booking_id,
            wanted=wanted,
            reason=started.reason,
            key=refund_key(started.performance_id, booking_id),
            payment_ids={one.payment_id for one in at_once},
            by=by,
        )

    # -- what a terminal has to give back ----------------------------------------------------

    def _give_back_owed(self, started: Started, *, by: Operator) -> dict[str, str]:
        """Ask for everything that is owed once; payment id -> problem, of what was not given back."""
        owed = self._work.read(
            lambda work: work.cancellations.owed(started.performance_id, since=started.started_at)
        )
        problems = {one.payment_id: self._give_back(one, started, by=by) for one in owed}
        return {payment_id: problem for payment_id, problem in problems.items() if problem}

    def _give_back(self, owed: Owed, started: Started, *, by: Operator) -> str:
        """Nothing, or why it is still owed."""
        if owed.tender is not Tender.CARD:  # of a ticket that was cancelled by itself meanwhile
            key = refund_key(started.performance_id, owed.payment_id)
            return self._booked(owed, started, key=key, by=by)
        try:
            attempt = self._cards.refund(
                owed.amount,
                key=self._next_key(owed, started),
                booking_id=owed.booking_id,
                transaction_id=owed.transaction_id,
                by=by,
            )
            if attempt.status is not AttemptStatus.APPROVED:
                return attempt.status.value
            return self._booked(owed, started, key=attempt.id, card=attempt.id, by=by)
        except TerminalUnreachable:
            return "unreachable"
        except (TerminalTimeout, NotFound):  # nobody knows, or another station's terminal does
            return AttemptStatus.UNKNOWN.value

    def _booked(
        self, owed: Owed, started: Started, *, key: str, card: str = "", by: Operator
    ) -> str:
        """Nothing, or why it is not in the books. `card` is the terminal's approval."""
        try:
            self._work.write(
                lambda work: self._book(work, owed, started, key=key, card=card, by=by)
            )
        except (TooMuchRefund, NothingToRefund, Conflict):  # somebody gave it back meanwhile
            if card:
                self._cards.give_up([card], by=by)
        except (CardNotApproved, VoucherUnusable):
            return "not_approved"
        return ""

    def _next_key(self, owed: Owed, started: Started) -> str:
        """The key of the last try while anything may still come of it, else a new one."""

        def ask(work: Work) -> str:
            tries = _tries(work, owed, started.performance_id)
            if tries and tries[-1].status not in _SPENT:
                return tries[-1].id
            return refund_key(started.performance_id, owed.payment_id, str(len(tries)))

        return self._work.read(ask)

    def _book(
        self, work: Work, owed: Owed, started: Started, *, key: str, card: str, by: Operator
    ) -> None:
        self._returns.refund(
            work,
            owed.booking_id,
            wanted={
                ticket_id: Money(amount, owed.amount.currency) for ticket_id, amount in owed.shares
            },
            reason=started.reason,
            key=key,
            cards={owed.payment_id: card},
            payment_ids={owed.payment_id},
            by=by,
        )


def _begun(work: Work, performance_id: str, reason: str, *, by: Operator) -> Started:
    """The cancellation's record, made when there is none, with the sale closed in the same moment."""
    performance = work.programme.performance(performance_id, lock=True)
    before = work.cancellations.started(performance_id)
    if before is not None:
        return before
    plan = work.cancellations.plan(performance_id)
    started = Started(performance_id, by.user_id, cleaned_lines(reason), plan.bookings, work.now)
    work.cancellations.begin(started)
    if performance.status is not PerformanceStatus.CANCELLED:
        save_performance(
            work,
            replace(performance, status=PerformanceStatus.CANCELLED, note=started.reason),
        )
    body = {
        "performance": performance_id,
        "starts_at": performance.starts_at.isoformat(),
        "reason": started.reason,
        "bookings": plan.bookings,
        "tickets": plan.tickets,
    }
    note_performance(work, "cancelled", performance.event_id, body, by=by)
    return started


def _finished(work: Work, started: Started) -> None:
    if started.finished_at is not None:
        return
    work.cancellations.finish(started.performance_id)
    performance = work.programme.performance(started.performance_id)
    work.tell(ProgrammeChanged(performance.event_id))


def _tries(work: Work, owed: Owed, performance_id: str) -> list[CardAttempt]:
    """What the terminal was asked for this payment so far, one after the other."""
    tries: list[CardAttempt] = []
    while True:
        key = refund_key(performance_id, owed.payment_id, str(len(tries)))
        try:
            tries.append(work.cards.attempt(key))
        except NotFound:
            return tries


def _with_problem(work: Work, owed: Owed, performance_id: str) -> Owed:
    tries = _tries(work, owed, performance_id)
    return replace(owed, problem=tries[-1].status.value) if tries else owed


def _state(work: Work, started: Started | None) -> Cancellation | None:
    if started is None:
        return None
    left = work.cancellations.plan(started.performance_id).bookings
    since, performance_id = started.started_at, started.performance_id
    return Cancellation(
        performance_id=performance_id,
        reason=started.reason,
        bookings=started.bookings,
        done=max(0, started.bookings - left),
        refunded=work.cancellations.refunded(performance_id, since=since),
        owed=tuple(
            _with_problem(work, owed, performance_id)
            for owed in work.cancellations.owed(performance_id, since=since)
        ),
        started_at=since,
        finished_at=started.finished_at,
    )
