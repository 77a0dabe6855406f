"""The performance on the counter: its house, its prices, and who has which place. Frozen; a change of some
places makes a new one that shares the rest."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from app.domain.events import Offer, PriceType, ProgrammeLine
from app.domain.seating import SeatingPlan
from app.domain.tickets import RESERVED, Claim, ClaimStatus, Occupant, Place
from app.domain.values import Money
from ui.box_office.lines import Row
from ui.widgets.seat_map.states import SeatState, States

_STATE_OF = {
    ClaimStatus.HELD: SeatState.HELD_ELSEWHERE,
    ClaimStatus.SOLD: SeatState.SOLD,
    ClaimStatus.ALLOTTED: SeatState.ALLOTTED,
    ClaimStatus.BLOCKED: SeatState.BLOCKED,
    ClaimStatus.KILLED: SeatState.KILLED,
}
_HELD = ClaimStatus.HELD
_SOLD = ClaimStatus.SOLD


@dataclass(frozen=True, slots=True)
class ZonePrice:
    """A price zone in the legend, with its first price."""

    no: int
    name: str
    colour: int
    price: Money | None


@dataclass(frozen=True)
class Stage:
    """The performance on the counter: everything that is needed to click a seat. `claims` by seat number;
    `admitted` are the seat numbers the door let in."""

    line: ProgrammeLine
    plan: SeatingPlan
    offer: Offer
    claims: Mapping[int, Claim] = field(default_factory=dict)
    admitted: frozenset[int] = frozenset()

    def with_claims(self, claims: Iterable[Claim], admitted: frozenset[int]) -> Stage:
        """The same house, read anew."""
        return replace(self, claims={claim.seat_no: claim for claim in claims}, admitted=admitted)

    def changed(
        self,
        seat_nos: Collection[int],
        claims: Iterable[Claim],
        occupants: Iterable[Occupant] = (),
    ) -> Stage:
        """The same house after these seats were read again; `claims` are those in force on them,
        `occupants` whose the sold ones are."""
        admitted = self.admitted - frozenset(seat_nos)
        admitted |= {one.seat_no for one in occupants if one.admitted_at is not None}
        merged = dict(self.claims)
        for seat_no in seat_nos:
            merged.pop(seat_no, None)
        merged |= {claim.seat_no: claim for claim in claims}
        after = replace(self, claims=merged, admitted=admitted)
        if "marks" in self.__dict__:
            marks = self.marks.copy()
            after.mark(marks, seat_nos)
            after.__dict__["marks"] = marks
        return after

    @cached_property
    def marks(self) -> States:
        """One SeatState a seat in plan order, for a till with nothing in its basket."""
        marks = np.zeros(len(self.plan), np.uint8)
        self.mark(marks, self.claims)
        return marks

    def mark(self, marks: States, seat_nos: Iterable[int]) -> None:
        """Write the states of these seats into an array of all."""
        index_of, claims = self.plan.index_of, self.claims
        for seat_no in seat_nos:
            index = index_of.get(seat_no)
            if index is not None:
                marks[index] = self._state(claims.get(seat_no))

    def _state(self, claim: Claim | None) -> SeatState:
        if claim is None:
            return SeatState.FREE
        if claim.status is _SOLD:
            if claim.seat_no in self.admitted:
                return SeatState.CHECKED_IN
            return SeatState.RESERVED if claim.reason == RESERVED else SeatState.SOLD
        return _STATE_OF[claim.status]

    @cached_property
    def _held(self) -> Mapping[int, str | None]:
        """Seat number -> basket, of what is held."""
        return {no: one.basket_id for no, one in self.claims.items() if one.status is _HELD}

    def states(self, basket_id: str) -> States:
        """One SeatState a seat in plan order, as this basket's till sees them."""
        states = self.marks.copy()
        for index in self.mine(basket_id):
            states[index] = SeatState.MINE
        return states

    def mine(self, basket_id: str) -> tuple[int, ...]:
        """Plan indices of the seats this basket holds."""
        index_of = self.plan.index_of
        held = (no for no, basket in self._held.items() if basket == basket_id)
        return tuple(index_of[no] for no in held if no in index_of)

    def row(self, seat_no: int, *, price_types: Sequence[PriceType], prefer: str = "") -> Row:
        """A basket line for a place of this house, for the preferred price type where it has a price."""
        zone_no = self.plan.zone_of(seat_no)
        zone = next(zone for zone in self.plan.zones if zone.no == zone_no)
        kinds = tuple(kind for kind in price_types if (zone_no, kind.id) in self.offer.prices)
        prices = {
            kind.id: Money(self.offer.prices[zone_no, kind.id], self.line.currency)
            for kind in kinds
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
            time_zone=self.line.zone,
            kinds=kinds,
        )

    def kinds(self, price_types: Iterable[PriceType], *, own: bool) -> tuple[PriceType, ...]:
        """The price types this performance has a price for; `own`: those customers give themselves."""
        priced = {price_type_id for _, price_type_id in self.offer.prices}
        return tuple(
            kind for kind in price_types if kind.id in priced and (kind.self_service or not own)
        )

    def claim_on(self, seat_no: int) -> Claim | None:
        """Who has this place, if anybody."""
        return self.claims.get(seat_no)

    def ga_free(self) -> dict[int, int]:
        """Free places of each general-admission area, by GaArea.no."""
        taken = np.fromiter(self.claims, np.int64, len(self.claims))
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
