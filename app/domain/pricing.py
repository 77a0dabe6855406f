"""What an order comes to, ticket by ticket, and why: the price list, the price that was promised with a
hold, and discounts. The basket shows a quote and the sale charges one, made by the same rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from app.domain.discounts import Admission, CodeRefusal, Discount, code_key
from app.domain.errors import NoPrice
from app.domain.events import Offer
from app.domain.programme import Prices
from app.domain.reductions import Reduction, enough, reductions
from app.domain.seating import SeatingPlan
from app.domain.tickets import BasketLine, Item, Place
from app.domain.values import Money


class Promise(StrEnum):
    """What became of a price that was told with a hold and is not in the list any more: it is KEPT while
    the hold lasts, or LOST, and then the list counts."""

    KEPT = "kept"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class QuotedLine:
    """One ticket of a quote. `list_price` is before discounts: the list's, or the promised one when it is
    kept; `price` is what is charged and `tax` the tax inside it."""

    line: BasketLine
    seat: str
    zone: str
    price_type: str
    list_price: Money
    price: Money
    tax: Money
    reduction: Reduction | None = None
    promise: Promise | None = None


@dataclass(frozen=True, slots=True)
class RefusedCode:
    """A code that gives nothing, as it was typed, and why. `discount` is the one of that code, if any."""

    code: str
    reason: CodeRefusal
    discount: Discount | None = None


@dataclass(frozen=True, slots=True)
class Quote:
    """What an order comes to: `lines` in its order, one of `items` a piece of goods, gift `vouchers` by
    amount. `offers` and `plans` by performance id are what it was looked up in."""

    lines: tuple[QuotedLine, ...]
    total: Money
    items: tuple[Item, ...] = ()
    vouchers: tuple[Money, ...] = ()
    refused: tuple[RefusedCode, ...] = ()
    offers: Mapping[str, Offer] = field(default_factory=dict, repr=False)
    plans: Mapping[str, SeatingPlan] = field(default_factory=dict, repr=False)

    @property
    def reduced(self) -> Money:
        """What discounts take off in all."""
        amounts = (line.reduction.amount for line in self.lines if line.reduction is not None)
        return Money.total(amounts, self.total.currency)

    @property
    def uses(self) -> dict[str, int]:
        """Discount id -> how many tickets carry it."""
        return dict(Counter(q.reduction.discount.id for q in self.lines if q.reduction is not None))

    @property
    def lost(self) -> tuple[QuotedLine, ...]:
        """The lines whose promised price does not stand any more."""
        return tuple(line for line in self.lines if line.promise is Promise.LOST)


@dataclass(frozen=True, slots=True)
class PriceChange:
    """What a price was until an instant (UTC); `amount` None when there was no such price."""

    performance_id: str
    zone_no: int
    price_type_id: str
    amount: int | None
    changed_at: datetime


def listed_price(offer: Offer, plan: SeatingPlan, line: BasketLine) -> Money | None:
    """What the price list says of a line; None when it says nothing."""
    minor = offer.prices.get((plan.zone_of(line.place.seat_no), line.price_type_id))
    return None if minor is None else Money(minor, offer.performance.currency)


def price_at(
    held_at: datetime, now: Money | None, changes: Sequence[PriceChange], *, currency: str
) -> Money | None:
    """What a price was at an instant: as the first change after it found it, or as it is `now`. The
    changes are those of this price, oldest first."""
    for change in changes:
        if change.changed_at > held_at:
            return None if change.amount is None else Money(change.amount, currency)
    return now


@dataclass(frozen=True, slots=True)
class Priced:
    """A line with its price before discounts."""

    line: BasketLine
    price: Money
    promise: Promise | None = None


def priced(
    lines: Iterable[BasketLine],
    *,
    offers: Mapping[str, Offer],
    plans: Mapping[str, SeatingPlan],
    kept: Mapping[Place, Money],
) -> tuple[Priced, ...]:
    """The price of each line before discounts, in the lines' order. `kept` are promises that differ from the
    list and stand. Raises NoPrice."""
    return tuple(
        _priced(line, offers[line.place.performance_id], plans[line.place.performance_id], kept)
        for line in lines
    )


def _priced(
    line: BasketLine, offer: Offer, plan: SeatingPlan, kept: Mapping[Place, Money]
) -> Priced:
    listed = listed_price(offer, plan, line)
    if line.promised is None or line.promised == listed:
        promise = None
    elif line.place in kept:
        return Priced(line, kept[line.place], Promise.KEPT)
    else:
        promise = Promise.LOST
    if listed is None:
        raise NoPrice(line.price_type_id, str(plan.zone_of(line.place.seat_no)))
    return Priced(line, listed, promise)


def quoted(
    lines: Sequence[Priced],
    codes: Iterable[str],
    *,
    offers: Mapping[str, Offer],
    plans: Mapping[str, SeatingPlan],
    discounts: Sequence[Discount],
    now: datetime,
    staff: bool,
) -> tuple[tuple[QuotedLine, ...], tuple[RefusedCode, ...]]:
    """Every line with its discount, and the codes that give nothing. `discounts` are those that may apply:
    what applies by itself and what the codes name; `staff` may give those customers cannot take."""
    tickets = [_admission(one, offers, plans) for one in lines]
    refusals = {one.id: one.refusal(now=now, staff=staff) for one in discounts}
    typed: dict[str, str] = {}
    for code in filter(str.strip, codes):
        typed.setdefault(code_key(code), code)
    rank = {key: at for at, key in enumerate(typed)}
    usable = sorted(
        (one for one in discounts if refusals[one.id] is None),
        key=lambda one: rank.get(code_key(one.terms.code), -1),
    )
    found = reductions(tickets, usable)
    given = {reduction.discount.id for reduction in found if reduction is not None}
    named = {code_key(one.terms.code): one for one in discounts if one.terms.code}
    refused = []
    for key, code in typed.items():
        discount = named.get(key)
        reason = _refusal(discount, refusals, tickets, given)
        if reason is not None:
            shown = discount if reason is not CodeRefusal.UNKNOWN else None
            refused.append(RefusedCode(code, reason, shown))
    return tuple(
        _quoted(one, ticket, reduction, offers, plans)
        for one, ticket, reduction in zip(lines, tickets, found, strict=True)
    ), tuple(refused)


def _refusal(
    discount: Discount | None,
    refusals: Mapping[str, CodeRefusal | None],
    tickets: Sequence[Admission],
    given: Iterable[str],
) -> CodeRefusal | None:
    """Why a code gives nothing; None when it does give."""
    if discount is None:
        return CodeRefusal.UNKNOWN
    if refusals[discount.id] is not None or discount.id in given:
        return refusals[discount.id]
    covered = [ticket for ticket in tickets if discount.covers(ticket)]
    if not covered:
        return CodeRefusal.NOT_FOR_THESE
    if not enough(discount, covered):
        return CodeRefusal.TOO_FEW
    left = discount.left
    used_up = left is not None and left < discount.terms.takes
    return CodeRefusal.USED_UP if used_up else CodeRefusal.OUTDONE


def _admission(
    one: Priced, offers: Mapping[str, Offer], plans: Mapping[str, SeatingPlan]
) -> Admission:
    place = one.line.place
    return Admission(
        place,
        offers[place.performance_id].performance.event_id,
        zone_name(plans[place.performance_id], place.seat_no),
        one.line.price_type_id,
        one.price,
    )


def zone_name(plan: SeatingPlan, seat_no: int) -> str:
    """What the price zone of a place is called."""
    zone_no = plan.zone_of(seat_no)
    return next(zone.name for zone in plan.zones if zone.no == zone_no)


def _quoted(
    one: Priced,
    ticket: Admission,
    reduction: Reduction | None,
    offers: Mapping[str, Offer],
    plans: Mapping[str, SeatingPlan],
) -> QuotedLine:
    offer = offers[ticket.place.performance_id]
    price = one.price if reduction is None else one.price - reduction.amount
    return QuotedLine(
        line=one.line,
        seat=plans[ticket.place.performance_id].label_of(ticket.place.seat_no),
        zone=ticket.zone,
        price_type=offer.price_types[one.line.price_type_id],
        list_price=one.price,
        price=price,
        tax=price.tax_included(offer.tax_bp),
        reduction=reduction,
        promise=one.promise,
    )


class PriceChanges(Protocol):
    """What prices were before they were changed, as the database keeps it."""

    def note(self, performance_id: str, before: Prices, after: Prices) -> None:
        """A price list is being replaced: whatever differs is written down, dated after every hold there is
        by now. The performance must be locked."""

    def note_price_type(self, price_type_id: str, *, active: bool) -> None:
        """A price type is being retired or brought back, which takes its prices off the lists or puts them
        back: written down where somebody holds places now."""

    def held_since(self, basket_id: str) -> Mapping[Place, datetime]:
        """The places a basket holds by now, and since when without a break."""

    def since(self, performance_ids: Iterable[str], held_at: datetime) -> tuple[PriceChange, ...]:
        """All changes of these price lists after an instant, oldest first."""
