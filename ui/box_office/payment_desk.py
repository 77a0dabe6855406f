"""Everything about paying that is not cash in the hand: parts, slips, vouchers and the card terminal.

The terminal is asked once. Until its answer is known the basket stays as it is, every further press
does nothing, and an answer that got lost is asked for again under the same key.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from PySide6.QtCore import QObject

from app.domain.cards import AttemptStatus, CardAttempt
from app.domain.errors import (
    HouselightsError,
    Invalid,
    NotFound,
    TerminalUnreachable,
    Unavailable,
    VoucherUnusable,
)
from app.domain.payments import Tender, Tendered
from app.domain.users import Operator
from app.domain.values import Money, new_id
from app.domain.vouchers import Voucher, shown_code
from app.services.cards import CardService
from app.services.vouchers import VoucherService
from ui.box_office.payment_state import Asked, CardPhase, PaymentState, Put
from ui.box_office.state import State
from ui.tasks import Tasks

_SLIP_LETTERS = 40


class Till(Protocol):
    """The counter, as the desk knows it."""

    state: State

    @property
    def first_tender(self) -> Tender:
        """What a sale is paid with unless another is chosen."""

    def show(self, state: State) -> None:
        """Make this the state."""

    def sell(self) -> None:
        """Everything is put down: make the sale."""


class PaymentDesk(QObject):
    """Acts on the counter's `PaymentState`; answers of the terminal arrive on the lane "io"."""

    def __init__(
        self,
        till: Till,
        *,
        cards: CardService,
        vouchers: VoucherService,
        by: Operator,
        tasks: Tasks,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self.cards = cards
        self._till = till
        self._vouchers = vouchers
        self._by = by
        self._tasks = tasks

    @property
    def _now(self) -> PaymentState:
        return self._till.state.payment

    def _set(self, **changes: object) -> None:
        state = self._till.state
        self._till.show(replace(state, payment=replace(state.payment, **changes)))  # type: ignore[arg-type]

    # -- what the rest is paid with ----------------------------------------------------------

    def choose(self, tender: Tender) -> None:
        """Pay the rest with this."""
        if self._till.state.locked:
            return
        if tender is Tender.CARD and not self.cards.available:
            return
        state = self._till.state
        fresh = replace(
            state.payment,
            tender=tender,
            part=None,
            reference="",
            voucher=None,
            asked=None,
            problems={},
        )
        self._till.show(replace(state, payment=fresh, given=None, problem=None))

    def set_part(self, amount: Money | None) -> None:
        """Pay only so much with it; None for all that is left."""
        self._set(part=amount, problems={}, undone=False)

    def set_reference(self, text: str) -> None:
        """The slip's number or the voucher's code, as it is typed."""
        self._set(reference=text, voucher=None, problems={})

    def look_up(self) -> None:
        """See what the voucher is worth; what it covers becomes the part."""
        text = self._now.reference
        if not text.strip():
            return
        self._tasks.run(
            self,
            lambda: self._vouchers.look_up(text, by=self._by),
            done=self._on_voucher,
            failed=self._on_no_voucher,
            key="voucher",
        )

    def _on_voucher(self, voucher: Voucher) -> None:
        state = self._till.state
        used = Money.total(
            (put.amount for put in self._now.put if put.reference == voucher.code),
            state.currency,
        )
        if voucher.balance.currency != state.currency:
            self._on_no_voucher(VoucherUnusable(shown_code(voucher.code), "currency"))
            return
        left = voucher.balance - used
        if left.minor <= 0:
            self._on_no_voucher(VoucherUnusable(shown_code(voucher.code), "empty", left))
            return
        part = left if left < state.left else None
        self._set(voucher=voucher, part=part, problems={})

    def _on_no_voucher(self, error: HouselightsError) -> None:
        if isinstance(error, Invalid):
            self._set(voucher=None, problems=dict(error.problems))
            return
        state = self._till.state
        self._till.show(replace(state, payment=replace(self._now, voucher=None), problem=error))

    def go_on(self) -> None:
        """The next step while cash is not it: ask again what is unknown, or put the part down."""
        if self._now.asked is not None and self._now.asked.phase is CardPhase.UNKNOWN:
            self.ask_again()
        elif self._now.tender is not Tender.CASH:
            self.put_down()

    # -- putting down ------------------------------------------------------------------------

    def put_down(self) -> None:
        """Put the chosen part down; the sale follows when nothing is left."""
        state, now = self._till.state, self._now
        if not state.may_put:
            return
        if now.tender is Tender.CARD:
            self._charge(state.next_part)
        elif now.tender is Tender.VOUCHER and now.voucher is None:
            self.look_up()
        elif now.tender is Tender.VOUCHER and now.voucher is not None:
            code = now.voucher.code
            self._add(Put(Tender.VOUCHER, state.next_part, code, shown_code(code)))
        elif now.tender is Tender.SLIP:
            self._add_slip(now.reference.strip(), state.next_part)
        elif state.given is not None:
            self._add(Put(Tender.CASH, min(state.given, state.left)))

    def _add_slip(self, number: str, amount: Money) -> None:
        if not number:
            self._set(problems={"slip": "missing"})
        elif len(number) > _SLIP_LETTERS:
            self._set(problems={"slip": "too_long"})
        else:
            self._add(Put(Tender.SLIP, amount, number, number))

    def take_off(self, position: int) -> None:
        """Take a part back; a card payment is undone at the terminal."""
        now = self._now
        put = now.put[position]
        if self._till.state.locked:
            return
        if put.tender is not Tender.CARD:
            self._set(put=now.put[:position] + now.put[position + 1 :])
            return
        self._undo(Asked(put.reference, put.amount, CardPhase.CANCELLING))

    def _add(self, put: Put) -> None:
        """Onto the list; vouchers and slips of one number become one part."""
        state = self._till.state
        payment = replace(
            state.payment,
            put=_with(state.payment.put, put),
            part=None,
            reference="",
            voucher=None,
            asked=None,
            undone=False,
            problems={},
            tender=self._till.first_tender,
        )
        after = replace(state, payment=payment, given=None, problem=None)
        self._till.show(after)
        if not after.left:
            self._till.sell()

    # -- the terminal ------------------------------------------------------------------------

    def _charge(self, amount: Money) -> None:
        """Ask for the money, once: from here to the answer nothing else can be pressed."""
        key, basket_id = new_id(), self._till.state.basket_id
        self._set(asked=Asked(key, amount, CardPhase.WAITING), undone=False)
        self._tasks.run(
            self,
            lambda: self.cards.charge(amount, key=key, basket_id=basket_id, by=self._by),
            done=self._on_answer,
            failed=self._on_not_charged,
            lane="io",
        )

    def ask_again(self) -> None:
        """No answer came: ask what became of it. Charges nothing."""
        asked = self._now.asked
        if asked is None or asked.phase is not CardPhase.UNKNOWN:
            return
        self._set(asked=replace(asked, phase=CardPhase.WAITING))
        self._at_terminal(lambda: self.cards.ask_again(asked.attempt_id, by=self._by))

    def cancel(self) -> None:
        """Undo what was asked, whatever became of it; a declined card is only put away."""
        asked = self._now.asked
        if asked is None or asked.phase is CardPhase.CANCELLING:
            return
        if not asked.open:
            self._set(asked=None)
            return
        self._undo(replace(asked, phase=CardPhase.CANCELLING))

    def _undo(self, asked: Asked) -> None:
        self._set(asked=asked)
        self._at_terminal(lambda: self.cards.cancel(asked.attempt_id, by=self._by))

    def _at_terminal(self, work: Callable[[], CardAttempt]) -> None:
        self._tasks.run(self, work, done=self._on_answer, failed=self._on_no_answer, lane="io")

    def _on_answer(self, attempt: CardAttempt) -> None:
        now, asked = self._now, self._now.asked
        if asked is None or asked.attempt_id != attempt.id:
            return
        if attempt.status is AttemptStatus.APPROVED:
            if asked.phase is not CardPhase.CANCELLING:
                self._add(Put(Tender.CARD, attempt.amount, attempt.id, attempt.card))
        elif attempt.status is AttemptStatus.REVERSED:
            rest = tuple(put for put in now.put if put.reference != attempt.id)
            self._set(asked=None, put=rest, undone=True)
        elif attempt.in_doubt:
            self._set(asked=replace(asked, phase=CardPhase.UNKNOWN))
        else:
            phase = CardPhase.DECLINED
            self._set(asked=replace(asked, phase=phase, reason=attempt.reason))

    def _on_not_charged(self, error: HouselightsError) -> None:
        """The terminal was not asked at all, unless the database went away in between."""
        unsure = isinstance(error, Unavailable) and not isinstance(error, TerminalUnreachable)
        self._stay(error, doubtful=unsure)

    def _on_no_answer(self, error: HouselightsError) -> None:
        """It is as unknown as before, unless it was never written down and so never asked."""
        self._stay(error, doubtful=not isinstance(error, NotFound))

    def _stay(self, error: HouselightsError, *, doubtful: bool) -> None:
        state, asked = self._till.state, self._now.asked
        if asked is None:
            return
        put = any(part.reference == asked.attempt_id for part in state.payment.put)
        after = replace(asked, phase=CardPhase.UNKNOWN) if doubtful and not put else None
        payment = replace(state.payment, asked=after)
        self._till.show(replace(state, payment=payment, problem=error))

    # -- for the sale ------------------------------------------------------------------------

    def tenders(self) -> tuple[Tendered, ...]:
        """What the order carries: the parts, then cash for whatever is left."""
        state = self._till.state
        parts = tuple(put.tendered for put in self._now.put)
        return (*parts, Tendered(Tender.CASH, state.given)) if state.left else parts

    def lost(self) -> None:
        """The sale was refused: what cards had paid was undone."""
        now = self._now
        rest = tuple(put for put in now.put if put.tender is not Tender.CARD)
        if rest != now.put:
            self._set(put=rest, undone=True)

    def give_up(self, attempt_ids: tuple[str, ...]) -> None:
        """The basket is gone: undo what cards had paid for it."""
        self._tasks.run(
            self,
            lambda: self.cards.give_up(attempt_ids, by=self._by),
            done=_nothing,
            failed=_nothing,
            lane="io",
        )


def _with(put: tuple[Put, ...], new: Put) -> tuple[Put, ...]:
    for position, old in enumerate(put):
        same = old.tender is new.tender and old.reference == new.reference
        if same and new.tender is not Tender.CARD:
            merged = replace(old, amount=old.amount + new.amount)
            return (*put[:position], merged, *put[position + 1 :])
    return (*put, new)


def _nothing(_: object) -> None:
    """What could not be undone is listed under Payments, Cards."""
