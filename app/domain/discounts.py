"""Discounts: what takes something off a price, for whom, where and how often. Which of them a basket gets
is counted in `app.domain.reductions`."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from app.domain.errors import Invalid
from app.domain.tickets import Place, Ticket
from app.domain.users import cleaned
from app.domain.values import MOST_MONEY, Money

WHOLE = 10_000  # basis points: all of a price
MOST_TICKETS = 1_000_000  # of any limit, and of n for m
_LONGEST_NAME = 100
_LONGEST_CODE = 40
_SHORTEST_CODE = 3


class DiscountKind(StrEnum):
    """A part of each price, an amount off each price, or n tickets for the price of m."""

    PERCENT = "percent"
    AMOUNT = "amount"
    N_FOR_M = "n_for_m"


class CodeRefusal(StrEnum):
    """Why a code that was typed gives nothing. OUTDONE: another discount takes off more."""

    UNKNOWN = "unknown"
    EXPIRED = "expired"
    NOT_YET = "not_yet"
    USED_UP = "used_up"
    NOT_FOR_THESE = "not_for_these"
    TOO_FEW = "too_few"
    NOT_FOR_CUSTOMERS = "not_for_customers"
    OUTDONE = "outdone"


@dataclass(frozen=True, slots=True)
class Admission:
    """A ticket about to be bought, as far as discounts ask: where, what kind, and its price without any."""

    place: Place
    event_id: str
    zone: str
    price_type_id: str
    price: Money


@dataclass(frozen=True, slots=True)
class Scope:
    """Which tickets a discount is for; what is empty limits nothing. A ticket is for one of the events or
    performances named, in a zone of one of these names, at one of these price types, and on one of the
    `seats` (performance id -> seat numbers)."""

    events: frozenset[str] = frozenset()
    performances: frozenset[str] = frozenset()
    zones: frozenset[str] = frozenset()
    price_types: frozenset[str] = frozenset()
    seats: Mapping[str, frozenset[int]] = field(default_factory=dict)

    def covers(self, ticket: Admission) -> bool:
        """Whether a ticket is meant."""
        place = ticket.place
        named = place.performance_id in self.performances or ticket.event_id in self.events
        if (self.events or self.performances) and not named:
            return False
        if self.zones and ticket.zone.casefold() not in {zone.casefold() for zone in self.zones}:
            return False
        if self.price_types and ticket.price_type_id not in self.price_types:
            return False
        return not self.seats or place.seat_no in self.seats.get(place.performance_id, ())


@dataclass(frozen=True, slots=True)
class DiscountEntry:
    """A discount as entered. `value` is basis points of a percentage (1000 = 10 %), minor units of
    `currency` for an amount; `takes` tickets for the price of `pays`. Without a `code` it applies by
    itself. `from_tickets` it is for must be in the basket; at most `per_booking` of them get it, and at
    most `most_uses` in all bookings. Instants in UTC, from the first on and before the second."""

    name: str
    kind: DiscountKind
    code: str = ""
    value: int = 0
    currency: str | None = None
    takes: int = 0
    pays: int = 0
    scope: Scope = field(default_factory=Scope)
    from_tickets: int = 1
    per_booking: int | None = None
    most_uses: int | None = None
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    self_service: bool = True


@dataclass(frozen=True, slots=True)
class Discount:
    """A discount. A use is a ticket that carries it: `used` counts those that live."""

    id: str
    terms: DiscountEntry
    used: int = 0
    active: bool = True
    version: int = 1

    @property
    def name(self) -> str:
        """What it is called on tickets and in the basket."""
        return self.terms.name

    @property
    def left(self) -> int | None:
        """How many tickets may still get it; None without a limit."""
        most = self.terms.most_uses
        return None if most is None else max(0, most - self.used)

    def covers(self, ticket: Admission) -> bool:
        """Whether a ticket is one it is for: in its scope, its currency, and not free already."""
        terms = self.terms
        if not ticket.price.minor:
            return False
        if terms.kind is DiscountKind.AMOUNT and terms.currency != ticket.price.currency:
            return False
        return terms.scope.covers(ticket)

    def off(self, price: Money) -> Money:
        """What it takes off one price, never more than all of it. A percentage is rounded half up to the
        minor unit, ticket by ticket. Nothing for n for m, which asks for several tickets."""
        if self.terms.kind is DiscountKind.PERCENT:
            return price.part(self.terms.value)
        if self.terms.kind is DiscountKind.AMOUNT:
            return min(price, Money(self.terms.value, price.currency))
        return Money(0, price.currency)

    def refusal(self, *, now: datetime, staff: bool) -> CodeRefusal | None:
        """Why nobody gets it at `now` (UTC), whatever they buy; None when it counts."""
        terms = self.terms
        if not self.active:
            return CodeRefusal.UNKNOWN
        if not staff and not terms.self_service:
            return CodeRefusal.NOT_FOR_CUSTOMERS
        if terms.valid_from is not None and now < terms.valid_from:
            return CodeRefusal.NOT_YET
        if terms.valid_until is not None and now >= terms.valid_until:
            return CodeRefusal.EXPIRED
        return CodeRefusal.USED_UP if self.left == 0 else None


def code_key(text: str) -> str:
    """What makes two codes the same: letters and digits, whatever their case, spaces and dashes."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(sign for sign in folded if sign.isalnum())


def checked_discount(entry: DiscountEntry) -> DiscountEntry:
    """The entry with its texts trimmed and what its kind does not use left out.

    Invalid, by field: name, code, value, currency, takes, pays, from_tickets, per_booking, most_uses,
    valid_until, seats.
    """
    kind, trimmed = entry.kind, replace(entry, name=cleaned(entry.name), code=cleaned(entry.code))
    grouped = kind is DiscountKind.N_FOR_M
    trimmed = replace(
        trimmed,
        value=0 if grouped else entry.value,
        currency=entry.currency if kind is DiscountKind.AMOUNT else None,
        takes=entry.takes if grouped else 0,
        pays=entry.pays if grouped else 0,
    )
    problems = {
        "name": _text_problem(trimmed.name),
        "code": _code_problem(trimmed.code),
        "value": "" if grouped else _value_problem(trimmed),
        "currency": "missing" if kind is DiscountKind.AMOUNT and not entry.currency else "",
        **(_group_problems(trimmed) if grouped else {}),
        **_limit_problems(trimmed),
    }
    found = {name: problem for name, problem in problems.items() if problem}
    if found:
        raise Invalid(found)
    return trimmed


def _text_problem(name: str) -> str:
    if not name:
        return "missing"
    return "too_long" if len(name) > _LONGEST_NAME else ""


def _code_problem(code: str) -> str:
    if not code:
        return ""
    if max(len(code), len(code_key(code))) > _LONGEST_CODE:
        return "too_long"
    return "too_short" if len(code_key(code)) < _SHORTEST_CODE else ""


def _value_problem(entry: DiscountEntry) -> str:
    most = WHOLE if entry.kind is DiscountKind.PERCENT else MOST_MONEY
    if entry.value <= 0:
        return "not_positive"
    return "too_large" if entry.value > most else ""


def _group_problems(entry: DiscountEntry) -> dict[str, str]:
    takes = _count_problem(entry.takes, 2)
    if takes or entry.pays < entry.takes:
        return {"takes": takes, "pays": _count_problem(entry.pays, 1)}
    return {"pays": "too_large"}


def _limit_problems(entry: DiscountEntry) -> dict[str, str]:
    least = max(1, entry.takes)
    turned = (
        entry.valid_from is not None
        and entry.valid_until is not None
        and entry.valid_until <= entry.valid_from
    )
    return {
        "from_tickets": _count_problem(entry.from_tickets, 1),
        "per_booking": _count_problem(entry.per_booking, least),
        "most_uses": _count_problem(entry.most_uses, least),
        "valid_until": "before_start" if turned else "",
        "seats": "missing" if any(not numbers for numbers in entry.scope.seats.values()) else "",
    }


def _count_problem(count: int | None, least: int) -> str:
    if count is None:
        return ""
    if count < least:
        return "too_small"
    return "too_large" if count > MOST_TICKETS else ""


class Discounts(Protocol):
    """Discounts as the database keeps them."""

    def applicable(self, codes: Collection[str]) -> tuple[Discount, ...]:
        """On the selling path: the active ones without a code, and whatever has one of these codes (as
        `code_key` folds them), in the order in which they were made."""

    def every(self) -> tuple[Discount, ...]:
        """All there are, the newest first."""

    def get(self, discount_id: str, *, lock: bool = False) -> Discount:
        """NotFound. With `lock` nobody can use or change it until the transaction is over."""

    def add(self, discount: Discount) -> None:
        """Invalid({"code": "taken"})."""

    def save(self, discount: Discount) -> None:
        """Write it over the stored one with the next version; Invalid({"code": "taken"})."""

    def use(self, counts: Mapping[str, int]) -> bool:
        """Count so many uses more of each (id -> tickets); False when one has not so many left, and then
        the transaction must not go on. Two tills cannot take the same last one: who is second waits."""

    def give_back(self, tickets: Iterable[Ticket]) -> None:
        """These tickets do not live any more: what they used of discounts is free again."""
