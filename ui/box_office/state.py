"""What the counter shows: the performance on it, the basket, the money. Frozen; the view-model makes
a new one after every step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import numpy as np

from app.domain.customers import CustomerLine
from app.domain.errors import HouselightsError
from app.domain.events import Offer, PriceType, ProgrammeLine
from app.domain.payments import Tender, suggested_notes
from app.domain.seating import SeatingPlan
from app.domain.tickets import RESERVED, BasketLine, Booking, Claim, ClaimStatus, Place
from app.domain.values import Money, new_id
from ui.box_office.payment_state import CardPhase, PaymentState
from ui.widgets.seat_map.states import SeatState, States

_STATE_OF = {
    ClaimStatus.HELD: SeatState.HELD_ELSEWHERE,
    ClaimStatus.SOLD: SeatState.SOLD,
    ClaimStatus.ALLOTTED: SeatState.ALLOTTED,
    ClaimStatus.BLOCKED: SeatState.BLOCKED,
    ClaimStatus.KILLED: SeatState.KILLED,
}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the basket. `colour` is the zone's (1..8); `prices` what each price type pays there."""

    place: Place
    seat: str
    zone: str
    colour: int
    title: str
    price_type_id: str
    prices: Mapping[str, Money]
    tax_bp: int
    starts_at: datetime

    @property
    def price(self) -> Money:
        """Gross."""
        return self.prices[self.price_type_id]

    @property
    def tax(self) -> Money:
        """The tax inside the price."""
        return self.price.tax_included(self.tax_bp)

    def paid_by(self, price_type_id: str) -> Row:
        """The same place for another price type; unchanged when that one has no price there."""
        if price_type_id not in self.prices:
            return self
        return replace(self, price_type_id=price_type_id)


def _seat_state(claim: Claim, basket_id: str) -> SeatState:
    if claim.status is ClaimStatus.HELD and claim.basket_id == basket_id:
        return SeatState.MINE
    if claim.status is ClaimStatus.SOLD and claim.reason == RESERVED:
        return SeatState.RESERVED
    return _STATE_OF[claim.status]


@dataclass(frozen=True, slots=True)
class ZonePrice:
    """A price zone in the legend, with its first price."""

    no: int
    name: str
    colour: int
    price: Money | None


@dataclass(frozen=True)
class Stage:
    """The performance on the counter: everything that is needed to click a seat."""

    line: ProgrammeLine
    plan: SeatingPlan
    offer: Offer
    claims: tuple[Claim, ...] = ()

    def row(self, seat_no: int, *, price_types: Sequence[PriceType], prefer: str = "") -> Row:
        """A basket line for a place of this house, for the preferred price type where it has a price."""
        zone_no = self.plan.zone_of(seat_no)
        zone = next(zone for zone in self.plan.zones if zone.no == zone_no)
        prices = {
            kind.id: Money(self.offer.prices[zone_no, kind.id], self.line.currency)
            for kind in price_types
            if (zone_no, kind.id) in self.offer.prices
        }
        return Row(
            place=Place(self.line.performance_id, seat_no),
            seat=self.plan.label_of(seat_no),
            zone=zone.name,
            colour=zone.colour,
            title=self.line.title,
            price_type_id=prefer if prefer in prices else next(iter(prices), ""),
            prices=prices,
            tax_bp=self.offer.tax_bp,
            starts_at=self.line.starts_at,
        )

    def states(self, basket_id: str) -> States:
        """One SeatState a seat, in plan order."""
        states = np.zeros(len(self.plan), np.uint8)
        for claim in self.claims:
            index = self.plan.index_of.get(claim.seat_no)
            if index is not None:
                states[index] = _seat_state(claim, basket_id)
        return states

    def claim_on(self, seat_no: int) -> Claim | None:
        """Who has this place, if anybody."""
        return next((claim for claim in self.claims if claim.seat_no == seat_no), None)

    def ga_free(self) -> dict[int, int]:
        """Free places of each general-admission area, by GaArea.no."""
        taken = np.array([claim.seat_no for claim in self.claims], np.int64)
        return {
            area.no: area.capacity
            - int(((taken >= area.first_no) & (taken < area.first_no + area.capacity)).sum())
            for area in self.plan.ga_areas
        }

    def zone_prices(self, price_types: Sequence[PriceType]) -> tuple[ZonePrice, ...]:
        """The legend: every zone that a place of this house is in, with its first price."""
        used = {int(no) for no in np.unique(self.plan.zone)} | {
            area.zone_no for area in self.plan.ga_areas
        }
        return tuple(
            ZonePrice(zone.no, zone.name, zone.colour, self._first_price(zone.no, price_types))
            for zone in self.plan.zones
            if zone.no in used
        )

    def _first_price(self, zone_no: int, price_types: Sequence[PriceType]) -> Money | None:
        for kind in price_types:
            minor = self.offer.prices.get((zone_no, kind.id))
            if minor is not None:
                return Money(minor, self.line.currency)
        return None


@dataclass(frozen=True)
class State:
    """What the counter shows now."""

    stage: Stage | None = None
    price_types: tuple[PriceType, ...] = ()
    basket_id: str = field(default_factory=new_id)
    rows: tuple[Row, ...] = ()
    customer: CustomerLine | None = None  # None for a walk-up
    deadline: float | None = None  # time.monotonic() at which the holds end
    given: Money | None = None
    payment: PaymentState = field(default_factory=PaymentState)
    paying: bool = False
    sold: Booking | None = None
    problem: HouselightsError | None = None
    loading: bool = False

    @property
    def currency(self) -> str:
        """Of the basket, or of the performance while the basket is empty."""
        if self.rows:
            return self.rows[0].price.currency
        return self.stage.line.currency if self.stage else "EUR"

    @property
    def total(self) -> Money:
        """What is due."""
        return Money.total((row.price for row in self.rows), self.currency)

    @property
    def lines(self) -> tuple[BasketLine, ...]:
        """As an order carries them."""
        return tuple(BasketLine(row.place, row.price_type_id) for row in self.rows)

    @property
    def tax(self) -> Money:
        """The tax inside the total."""
        return Money.total((row.tax for row in self.rows), self.currency)

    @property
    def left(self) -> Money:
        """What is still to be paid; negative when more was put down than is due."""
        return self.total - self.payment.put_down(self.currency)

    @property
    def locked(self) -> bool:
        """Whether the basket must stay as it is: it is being sold, or a card is being charged for it."""
        asked = self.payment.asked
        return self.paying or (asked is not None and asked.open)

    @property
    def change(self) -> Money | None:
        """What goes back, None while nothing or too little is given."""
        if self.given is None or self.given < self.left:
            return None
        return self.given - self.left

    @property
    def notes(self) -> tuple[Money, ...]:
        """Sums the customer is likely to hand over."""
        return suggested_notes(self.left) if self.rows and self.left.minor > 0 else ()

    @property
    def next_part(self) -> Money:
        """What goes on the chosen tender next."""
        return self.left if self.payment.part is None else self.payment.part

    @property
    def may_put(self) -> bool:
        """Whether a part of the sum can be put down with the chosen tender."""
        if not self.rows or self.locked or self.left.minor <= 0:
            return False
        if self.payment.tender is Tender.CASH:
            return self.given is not None and 0 < self.given.minor < self.left.minor
        return 0 < self.next_part.minor <= self.left.minor

    @property
    def may_pay(self) -> bool:
        """Whether making the sale is the next step: nothing is left, or cash enough for it."""
        enough = self.given is None or self.given >= self.left
        with_cash = self.payment.tender is Tender.CASH or not self.left
        return bool(self.rows) and self.left.minor >= 0 and enough and with_cash and not self.locked

    @property
    def may_go_on(self) -> bool:
        """Whether the big button does anything now."""
        asked = self.payment.asked
        unknown = asked is not None and asked.phase is CardPhase.UNKNOWN
        other = self.payment.tender is not Tender.CASH and self.may_put
        return self.may_pay or other or (unknown and not self.paying)

    def seconds_left(self, now: float) -> int | None:
        """Of the holds, at `now` by time.monotonic(); None when nothing is held."""
        return None if self.deadline is None else max(0, round(self.deadline - now))
