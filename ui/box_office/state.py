"""What the counter shows: the performance on it, the basket, the money. Frozen; the view-model makes
a new one after every step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from app.domain.errors import HouselightsError
from app.domain.events import Offer, PriceType, ProgrammeLine
from app.domain.payments import suggested_notes
from app.domain.seating import SeatingPlan
from app.domain.tickets import Booking, Claim, ClaimStatus, Place
from app.domain.values import Money, new_id
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
        )

    def states(self, basket_id: str) -> States:
        """One SeatState a seat, in plan order."""
        states = np.zeros(len(self.plan), np.uint8)
        for claim in self.claims:
            index = self.plan.index_of.get(claim.seat_no)
            if index is not None:
                mine = claim.status is ClaimStatus.HELD and claim.basket_id == basket_id
                states[index] = SeatState.MINE if mine else _STATE_OF[claim.status]
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
    deadline: float | None = None  # time.monotonic() at which the holds end
    given: Money | None = None
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
    def tax(self) -> Money:
        """The tax inside the total."""
        return Money.total((row.tax for row in self.rows), self.currency)

    @property
    def change(self) -> Money | None:
        """What goes back, None while nothing or too little is given."""
        if self.given is None or self.given < self.total:
            return None
        return self.given - self.total

    @property
    def notes(self) -> tuple[Money, ...]:
        """Sums the customer is likely to hand over."""
        return suggested_notes(self.total) if self.rows else ()

    @property
    def may_pay(self) -> bool:
        """Whether taking the money is the next step."""
        enough = self.given is None or self.given >= self.total
        return bool(self.rows) and enough and not self.paying

    def seconds_left(self, now: float) -> int | None:
        """Of the holds, at `now` by time.monotonic(); None when nothing is held."""
        return None if self.deadline is None else max(0, round(self.deadline - now))
