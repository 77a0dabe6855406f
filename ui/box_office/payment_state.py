"""How a basket is being paid: what was put down already, with what the rest will be, and what the
card terminal is doing about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from app.domain.payments import Tender, Tendered
from app.domain.values import Money
from app.domain.vouchers import Voucher


class CardPhase(StrEnum):
    """Where asking the terminal has come to."""

    WAITING = "waiting"
    DECLINED = "declined"
    UNKNOWN = "unknown"
    CANCELLING = "cancelling"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the terminal was asked; `attempt_id` is its key there. `reason` is why it declined."""

    attempt_id: str
    amount: Money
    phase: CardPhase
    reason: str = ""

    @property
    def open(self) -> bool:
        """Whether money may have moved: nothing else may be done before this is known."""
        return self.phase in {CardPhase.WAITING, CardPhase.UNKNOWN, CardPhase.CANCELLING}

    @property
    def busy(self) -> bool:
        """Whether the terminal is at it this moment."""
        return self.phase in {CardPhase.WAITING, CardPhase.CANCELLING}


@dataclass(frozen=True, slots=True)
class Put:
    """One part of the sum, put down. `said` is what the list shows beside the tender."""

    tender: Tender
    amount: Money
    reference: str = ""
    said: str = ""

    @property
    def tendered(self) -> Tendered:
        """As the order carries it."""
        return Tendered(self.tender, self.amount, self.reference)


@dataclass(frozen=True, slots=True)
class PaymentState:
    """`part` is what goes on the chosen tender, None for all that is left; `reference` the slip's number
    or the voucher's code as typed; `problems` stand beside the fields."""

    tender: Tender = Tender.CASH
    part: Money | None = None
    reference: str = ""
    voucher: Voucher | None = None
    put: tuple[Put, ...] = ()
    asked: Asked | None = None
    undone: bool = False
    problems: Mapping[str, str] = field(default_factory=dict)

    @property
    def cards(self) -> tuple[str, ...]:
        """The approved card payments put down, by attempt."""
        return tuple(put.reference for put in self.put if put.tender is Tender.CARD)

    def put_down(self, currency: str) -> Money:
        """The sum of what was put down."""
        return Money.total((put.amount for put in self.put), currency)
