"""Tickets given up for others in one act: what they are worth, what is kept of it, and where the rest goes.

Money that stays in the house is not paid out and taken again: it moves from ticket to ticket, payment by
payment, so that a later refund of the new ticket still finds the card it came from. All of it is worked
out here, once, for the preview and for the act alike.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from app.domain.payments import Held, RefundPart, Share
from app.domain.tickets import BasketLine, Ticket
from app.domain.users import Operator
from app.domain.values import Money


@dataclass(frozen=True, slots=True)
class ExchangeWish:
    """What is asked for: `give_up` names live tickets of the booking, none to only add; `lines` are what
    is taken instead.

    `basket_id` holds new places, "" when none are held. `codes` are discount codes for what is taken.
    `reason` is noted with the act; without the fee it says why.
    """

    booking_id: str
    give_up: tuple[str, ...] = ()
    lines: tuple[BasketLine, ...] = ()
    codes: tuple[str, ...] = ()
    basket_id: str = ""
    waive_fee: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class GivenUp:
    """A ticket that goes: what is held for it, the tax inside that, and the fee that stays of it."""

    ticket: Ticket
    held: Money
    tax: Money
    fee: Money


@dataclass(frozen=True, slots=True)
class TakenInstead:
    """A ticket that comes, as it is priced now; `reduction` is off the price already."""

    line: BasketLine
    seat: str
    zone: str
    price_type: str
    price: Money
    tax: Money
    discount: str = ""
    reduction: Money | None = None


@dataclass(frozen=True, slots=True)
class ExchangePreview:
    """What an exchange comes to. Either `due` or `back` is nothing; `parts` say to where `back` goes.

    `fee_tax` is the tax inside the fee. `lost` names discounts of the tickets given up that none of the
    new ones has. `total` is what the booking comes to afterwards. Of an unpaid reservation no money moves:
    there `credit`, `fee`, `due` and `back` are nothing and `total` says it all.
    """

    booking_id: str
    number: str
    unpaid: bool
    out: tuple[GivenUp, ...]
    taken: tuple[TakenInstead, ...]
    credit: Money
    fee: Money
    fee_tax: Money
    price: Money
    due: Money
    back: Money
    total: Money
    parts: tuple[RefundPart, ...] = ()
    lost: tuple[str, ...] = ()

    @property
    def tax_out(self) -> Money:
        """The tax inside what is held for the tickets given up."""
        return Money.total((one.tax for one in self.out), self.total.currency)

    @property
    def tax_in(self) -> Money:
        """The tax inside the new prices and the fee."""
        taken = Money.total((one.tax for one in self.taken), self.total.currency)
        return taken + self.fee_tax

    @property
    def figures(self) -> tuple[object, ...]:
        """Everything in it that is money: two previews that agree here post the same."""
        return (
            tuple((one.ticket.id, one.held, one.fee) for one in self.out),
            tuple((one.line.place, one.price, one.tax) for one in self.taken),
            (self.credit, self.fee, self.fee_tax, self.due, self.back, self.total),
            tuple((part.payment_id, part.amount) for part in self.parts),
        )


@dataclass(frozen=True, slots=True)
class Exchange:
    """One that was made. `out` and `taken` are ticket ids; `waived` that the fee was let go."""

    id: str
    booking_id: str
    at: datetime
    operator: str
    credit: Money
    fee: Money
    paid: Money
    returned: Money
    out: tuple[str, ...]
    taken: tuple[str, ...]
    waived: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Moves:
    """How held money moves: `shares` are signed and come to nothing for each payment.

    `short` is what is still to be paid for each new ticket (id, minor units, without those that are
    covered), `back` what is left over by ticket given up, `kept` what is held for those afterwards: the
    fees, and in front of them what goes back.
    """

    shares: tuple[Share, ...]
    short: tuple[tuple[str, int], ...]
    back: Mapping[str, Money]
    kept: tuple[Held, ...]


def fees(
    given_up: Sequence[Ticket],
    taken: Sequence[str],
    *,
    per_ticket: Mapping[str, int],
    held: Mapping[str, int],
) -> dict[str, int]:
    """Ticket id -> fee in minor units, never more than is held for it.

    A ticket that changes its performance pays the fee of the event it leaves. Another seat or price
    type in the same performance costs none; neither does a ticket that goes without another coming.
    `taken`: the performance of each new ticket; `per_ticket`: performance id -> fee.
    """
    coming, leaving = Counter(taken), []
    for ticket in given_up:
        if coming[ticket.performance_id]:
            coming[ticket.performance_id] -= 1
        else:
            leaving.append(ticket)
    asked = {
        t.id: min(per_ticket.get(t.performance_id, 0), held.get(t.id, 0))
        for t in leaving[: coming.total()]
    }
    return {ticket_id: fee for ticket_id, fee in asked.items() if fee}


def held_for(held: Sequence[Held], ticket_id: str) -> int:
    """What all payments together hold for a ticket, in minor units."""
    return sum(one.amount.minor for one in held if one.ticket_id == ticket_id)


def moved(
    held: Sequence[Held],
    *,
    given_up: Sequence[str],
    fees: Mapping[str, int],
    taken: Sequence[tuple[str, int]],
) -> Moves:
    """Lay what is held for the tickets given up over the new ones (id, price), each in order.

    First come the payments in their order; of the last of them the fees stay where they are, and what
    is left over in front of the fees goes back.
    """
    pool = _pool(held, given_up, fees)
    amounts: Counter[tuple[str, str]] = Counter()
    short = []
    for ticket_id, price in taken:
        due = price
        for source in pool:
            part = min(due, source.left)
            if part:
                amounts[source.payment_id, source.ticket_id] -= part
                amounts[source.payment_id, ticket_id] += part
                source.left -= part
                due -= part
        if due:
            short.append((ticket_id, due))
    left: Counter[str] = Counter()
    for source in pool:
        left[source.ticket_id] += source.left
    going = set(given_up)
    kept = [
        replace(one, amount=_plus(one.amount, amounts[one.payment_id, one.ticket_id]))
        for one in held
        if one.ticket_id in going
    ]
    currency = held[0].amount.currency if held else ""
    return Moves(
        tuple(Share(*key, amount) for key, amount in amounts.items() if amount),
        tuple(short),
        {ticket_id: Money(minor, currency) for ticket_id, minor in left.items() if minor},
        tuple(one for one in kept if one.amount),
    )


@dataclass(slots=True)
class _Source:
    """What of a payment can still move away from a ticket."""

    payment_id: str
    ticket_id: str
    left: int


def _pool(held: Sequence[Held], given_up: Sequence[str], fees: Mapping[str, int]) -> list[_Source]:
    pool = []
    for ticket_id in given_up:
        free = held_for(held, ticket_id) - fees.get(ticket_id, 0)
        for one in held:
            if one.ticket_id == ticket_id:
                pool.append(_Source(one.payment_id, ticket_id, min(free, one.amount.minor)))
                free -= pool[-1].left
    return pool


def _plus(amount: Money, minor: int) -> Money:
    return Money(amount.minor + minor, amount.currency)


def lost_discounts(given_up: Sequence[Ticket], taken: Sequence[TakenInstead]) -> tuple[str, ...]:
    """The discounts that tickets given up had and no new one has, by name."""
    have = {one.discount for one in taken}
    return tuple(
        dict.fromkeys(t.discount for t in given_up if t.discount and t.discount not in have)
    )


@dataclass(frozen=True, slots=True)
class Terms:
    """On what a performance's tickets are exchanged: `fee` in minor units is what its event asks for each
    that is exchanged away, nothing where the house itself called the performance off."""

    fee: int
    currency: str


class Exchanges(Protocol):
    """Exchanges as the database keeps them."""

    def terms(self, performance_ids: Collection[str]) -> dict[str, Terms]:
        """By performance id; nothing for one there is not."""

    def admitted(self, ticket_ids: Collection[str]) -> frozenset[str]:
        """Which of these tickets let somebody in already."""

    def done_before(self, key: str) -> str | None:
        """The booking in which an exchange with this key was made."""

    def record(
        self, exchange: Exchange, *, shares: Sequence[Share], change: int, key: str, by: Operator
    ) -> None:
        """Write an exchange whose new tickets and payments are written: the money that moved, in which
        exchange the old tickets were given up, and by how much (minor units) the booking's total changes.

        Conflict("idempotency_key") when one with this key was made before.
        """

    def of(self, booking_id: str) -> tuple[Exchange, ...]:
        """Those of a booking, oldest first."""
