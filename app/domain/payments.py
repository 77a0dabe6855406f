"""Money taken and given back, and the journal that proves it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from app.domain.errors import (
    Invalid,
    JournalBroken,
    NotEnoughMoney,
    NothingToRefund,
    TooMuchMoney,
    TooMuchRefund,
)
from app.domain.users import Operator, cleaned
from app.domain.values import MOST_MONEY, Money, exponent

_LONGEST_REFERENCE = 100  # of a slip, an attempt at a terminal, a gift voucher


class Tender(StrEnum):
    """Means of payment."""

    CASH = "cash"
    CARD = "card"  # through a terminal this program drives
    SLIP = "slip"  # on a terminal of its own, known by the number of its slip
    VOUCHER = "voucher"


def money_from_decimal(text: str, currency: str) -> Money:
    """A plain decimal number such as "50" or "49.90" in the currency's units.

    Invalid({"amount": …}) with not_a_number, or too_precise when the currency has fewer places.
    """
    match = re.fullmatch(r"(\d{1,12})(?:\.(\d{1,6}))?", text.strip())
    if match is None:
        raise Invalid({"amount": "not_a_number"})
    whole, places = match[1], match[2] or ""
    digits = exponent(currency)
    if len(places.rstrip("0")) > digits:
        raise Invalid({"amount": "too_precise"})
    return Money(int(whole + places[:digits].ljust(digits, "0")), currency)


@dataclass(frozen=True, slots=True)
class Tendered:
    """What somebody puts down: `amount` None means whatever is still due.

    `reference`: the card attempt's id, the slip's number or the voucher's code; nothing for cash.
    """

    tender: Tender
    amount: Money | None = None
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Paid:
    """What one tender pays: `amount` of what was `given`; cash may be given in excess."""

    tender: Tender
    amount: Money
    given: Money
    reference: str = ""

    @property
    def change(self) -> Money:
        """What goes back over the counter."""
        return self.given - self.amount


def settle(due: Money, tendered: Iterable[Tendered]) -> tuple[Paid, ...]:
    """What each tender pays of `due`, in their order; nothing when nothing is due.

    Only cash may be given in excess, and only as the last: TooMuchMoney otherwise. NotEnoughMoney
    when the sum is less than due. Invalid({"slip"|"card"|"voucher": missing or too_long}) for a reference,
    Invalid({tender: "too_large"}) for a sum nobody has.
    """
    left, given, paid = due, Money(0, due.currency), []
    for one in tendered:
        put = left if one.amount is None else one.amount
        if put.currency != due.currency or put.minor < 0:
            raise NotEnoughMoney(due, put)
        if put.minor > MOST_MONEY:
            raise Invalid({one.tender.value: "too_large"})
        given += put
        if left.minor == 0:
            if put.minor:
                raise TooMuchMoney(one.tender.value, Money(0, due.currency), put)
            continue
        if put > left and one.tender is not Tender.CASH:
            raise TooMuchMoney(one.tender.value, left, put)
        reference = _reference(one)
        amount = min(put, left)
        if amount.minor:
            paid.append(Paid(one.tender, amount, put, reference))
        left -= amount
    if left.minor:
        raise NotEnoughMoney(due, given)
    return tuple(paid)


def _reference(one: Tendered) -> str:
    reference = cleaned(one.reference)
    if one.tender is not Tender.CASH and not reference:
        raise Invalid({one.tender.value: "missing"})
    if len(reference) > _LONGEST_REFERENCE:
        raise Invalid({one.tender.value: "too_long"})
    return reference


@dataclass(frozen=True, slots=True)
class Payment:
    """Money taken for a booking. Append-only: what is given back is a `Refund` of its own."""

    id: str
    booking_id: str
    tender: Tender
    amount: Money
    given: Money
    created_at: datetime
    transaction_id: str = ""
    operator_id: str = ""
    shift_id: str | None = None


@dataclass(frozen=True, slots=True)
class Refund:
    """Money given back of one payment, to `tender`. Append-only."""

    id: str
    booking_id: str
    payment_id: str
    tender: Tender
    amount: Money
    reason: str
    created_at: datetime
    transaction_id: str = ""
    operator_id: str = ""
    shift_id: str | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """The part of a payment that pays for a ticket, or for the item or gift voucher of that id; in the
    journal's currency, minor units."""

    payment_id: str
    ticket_id: str
    amount: int


def spread(payments: Sequence[tuple[str, int]], prices: Sequence[tuple[str, int]]) -> list[Share]:
    """Payments (id, minor units) laid over tickets (id, price), each in order, until one side is used up."""
    shares: list[Share] = []
    rest = list(payments)
    for ticket_id, price in prices:
        due = price
        while due and rest:
            payment_id, available = rest.pop(0)
            part = min(due, available)
            if part:
                shares.append(Share(payment_id, ticket_id, part))
            due -= part
            if part < available:
                rest.insert(0, (payment_id, available - part))
    return shares


def tax_within(tax: int, *, price: int, held: int) -> int:
    """The tax inside what is still held of a price with so much tax in it, all in minor units: in
    proportion when part of it went back, rounded half up."""
    if held == price or not price:
        return tax if held else 0
    return (2 * tax * held + price) // (2 * price)


@dataclass(frozen=True, slots=True)
class Held:
    """What the house still holds of one payment for one ticket, item or gift voucher (`ticket_id` is the
    id of whichever it is): share minus what was refunded of it."""

    payment_id: str
    tender: Tender
    transaction_id: str
    ticket_id: str
    amount: Money


@dataclass(frozen=True, slots=True)
class RefundPart:
    """What goes back on one payment, and for which tickets (id -> minor units)."""

    payment_id: str
    tender: Tender
    transaction_id: str
    amount: Money
    shares: Mapping[str, int]


def whole(payment: Payment) -> RefundPart:
    """All of a payment, whatever it pays for."""
    return RefundPart(payment.id, payment.tender, payment.transaction_id, payment.amount, {})


def refund_parts(held: Sequence[Held], wanted: Mapping[str, Money]) -> tuple[RefundPart, ...]:
    """How `wanted` (ticket id -> amount) goes back to the tenders it came from, first payment first.

    Raises TooMuchRefund when more is wanted for a ticket than is held for it, NothingToRefund when
    nothing is wanted at all.
    """
    taken: dict[str, dict[str, int]] = {}
    for ticket_id, amount in wanted.items():
        left = amount.minor
        if left < 0:
            raise TooMuchRefund(amount, Money(0, amount.currency))
        for one in held:
            part = min(left, one.amount.minor) if one.ticket_id == ticket_id else 0
            if part:
                taken.setdefault(one.payment_id, {})[ticket_id] = part
                left -= part
        if left:
            raise TooMuchRefund(amount, amount - Money(left, amount.currency))
    parts = []
    for one in held:
        shares = taken.pop(one.payment_id, None)
        if shares:
            money = Money(sum(shares.values()), one.amount.currency)
            parts.append(RefundPart(one.payment_id, one.tender, one.transaction_id, money, shares))
    if not parts:
        raise NothingToRefund
    return tuple(parts)


def suggested_notes(due: Money) -> tuple[Money, ...]:
    """Sums a customer is likely to hand over for `due`: exact first, then round ones, at most four."""
    unit = 100
    found = [due.minor]
    for step in (5 * unit, 10 * unit, 20 * unit, 50 * unit, 100 * unit, 200 * unit):
        rounded = -(-due.minor // step) * step
        if rounded not in found:
            found.append(rounded)
    return tuple(Money(minor, due.currency) for minor in found[:4])


GENESIS = "0" * 64


@dataclass(frozen=True, slots=True)
class JournalLine:
    """One money act of a station. `amount` in minor units of `currency`, negative when money left."""

    station_id: str
    seq: int
    kind: str
    body: str
    amount: int
    currency: str
    at: int  # microseconds since 1970 UTC
    prev_hash: str
    hash: str


@dataclass(frozen=True, slots=True)
class JournalHead:
    """Where a station's chain ends, locked by this unit of work, and its next booking's number."""

    station_id: str
    seq: int
    hash: str
    booking_seq: int
    shift_id: str | None = None

    def next_line(self, *, kind: str, body: str, amount: Money, at: int) -> JournalLine:
        """The line that follows, sealed; `at` in microseconds since 1970 UTC."""
        seq = self.seq + 1
        sealed = journal_hash(
            self.hash,
            station_id=self.station_id,
            seq=seq,
            kind=kind,
            body=body,
            amount=amount.minor,
            currency=amount.currency,
            at=at,
        )
        return JournalLine(
            self.station_id, seq, kind, body, amount.minor, amount.currency, at, self.hash, sealed
        )

    def after(self, line: JournalLine) -> JournalHead:
        """The head once `line` stands in the journal."""
        return replace(self, seq=line.seq, hash=line.hash)


# The kinds of line whose amounts are takings; the drawer's own (float, count …) are not.
TAKINGS = ("sale", "refund")


def journal_body(facts: Mapping[str, str | int]) -> str:
    """The canonical text that is hashed: JSON with sorted keys and no spaces."""
    return json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def journal_hash(
    prev_hash: str,
    *,
    station_id: str,
    seq: int,
    kind: str,
    body: str,
    amount: int,
    currency: str,
    at: int,
) -> str:
    """SHA-256 over the previous line's hash and every field of this one, unit separators between."""
    sealed = "\x1f".join(
        (prev_hash, station_id, str(seq), kind, body, str(amount), currency, str(at))
    )
    return hashlib.sha256(sealed.encode()).hexdigest()


def verify_chain(lines: Iterable[JournalLine]) -> int:
    """Lines checked, in order of station and seq. JournalBroken names the first line that does not hold."""
    checked, station, seq, prev = 0, "", 0, GENESIS
    for line in lines:
        if line.station_id != station:
            station, seq, prev = line.station_id, 0, GENESIS
        seq += 1
        problem = _problem(line, seq=seq, prev=prev)
        if problem:
            raise JournalBroken(line.station_id, line.seq, problem)
        prev, checked = line.hash, checked + 1
    return checked


def _problem(line: JournalLine, *, seq: int, prev: str) -> str:
    if line.seq != seq:
        return "gap"
    if line.prev_hash != prev:
        return "chain"
    told = journal_hash(
        line.prev_hash,
        station_id=line.station_id,
        seq=line.seq,
        kind=line.kind,
        body=line.body,
        amount=line.amount,
        currency=line.currency,
        at=line.at,
    )
    return "" if told == line.hash else "altered"


@dataclass(frozen=True, slots=True)
class Audit:
    """What is in the database, and how many rows break each rule (all 0 in a sound one)."""

    counts: Mapping[str, int]
    broken: Mapping[str, int]


class Payments(Protocol):
    """Payments and the journal as the database keeps them."""

    def journal_head(self, station_id: str, *, lines: int, bookings: int = 0) -> JournalHead:
        """Lock and advance the station's counters by so many lines and bookings; the head before the
        first line, with the number of the last booking."""

    def append(self, station_id: str, lines: Sequence[JournalLine]) -> None:
        """Write lines made from `journal_head`, and keep the last one's hash."""

    def held(self, booking_id: str) -> tuple[Held, ...]:
        """What is held for each ticket and item of a booking by payment, and for its gift vouchers that
        are void (until then the voucher itself holds the money); nothing where all was refunded."""

    def record_refunds(
        self,
        refunds: Sequence[Refund],
        *,
        shares: Sequence[Mapping[str, int]],
        key: str,
        by: Operator,
    ) -> None:
        """Write refunds with their shares (id of the ticket, item or gift voucher -> minor units), in the
        same order.

        Conflict("idempotency_key") when the act with this key was done before.
        """

    def refunded_before(self, key: str) -> tuple[Refund, ...]:
        """The refunds an act with this key led to."""

    def journal(self) -> Iterable[JournalLine]:
        """Every line, by station and seq."""

    def audit(self) -> Audit:
        """Counts, and every invariant of seats and money with how often it is broken."""
