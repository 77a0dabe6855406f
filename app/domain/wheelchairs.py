"""Places for a party with wheelchair users: the spaces first, companions beside them, friends near.

A house has few wheelchair spaces and keeps places beside them for companions. So the search starts
from the spaces: about each of them it looks how near the companions can be, and only then for seats
for the others of the party, who take no space that another wheelchair user could need.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.domain.party import Together, Wish
from app.domain.party_cost import Asked, PartyCost, Worth
from app.domain.seating import Bools, Floats

_Indices = NDArray[np.intp]
Others = Callable[[Bools, int, int], tuple[int, ...]]  # usable, how many, near which seat

_BESIDE_SEAT = 0.5  # beside the space, but not a companion's place
_SAME_ROW = 1.0
_OTHER_ROW = 4.0
_CLOSE = 8.0  # companions are looked for within so many pitches first
_LIKELY, _LOOKED_AT = 200, 6  # the likelier spaces, and those looked at to the end


@dataclass(frozen=True, slots=True)
class Access:
    """Which seats of a plan are wheelchair spaces, and which are kept for companions."""

    wheelchair: Bools
    companion: Bools


@dataclass(frozen=True, slots=True)
class _Spot:
    """Spaces and companions' places found about one space, and how far apart they are."""

    price: float
    spaces: _Indices
    companions: _Indices


@dataclass(frozen=True, slots=True)
class AccessSearch:
    """Seats for one party with wheelchair users. `others` finds seats for the rest of it near a seat.

    Companions sit on companions' places directly beside a space, else on any seat beside it, else in
    its row, else as near as can be.
    """

    cost: PartyCost
    access: Access
    asked: Asked
    wish: Wish
    others: Others

    def find(self) -> tuple[int, ...]:
        """Plan indices, ascending; () when there is no room."""
        spaces = np.flatnonzero(self.asked.usable & self.access.wheelchair)
        seats = np.flatnonzero(self.asked.usable & ~self.access.wheelchair)
        if (
            len(spaces) < self.wish.wheelchairs
            or len(seats) < self.wish.count - self.wish.wheelchairs
        ):
            return ()
        likely = self._likely(spaces)
        spots = sorted((self._about(space, spaces, seats) for space in likely), key=_price)
        best: tuple[float, tuple[int, ...]] = np.inf, ()
        for spot in spots:
            if spot.price >= best[0]:
                break
            if party := self._with_others(spot):
                best = min(best, party)
        return best[1]

    def _likely(self, spaces: _Indices) -> list[int]:
        """The spaces with the best outlook: their worth, the places beside them, other spaces near."""
        outlook = self._outlook(spaces)
        first = np.argsort(outlook, kind="stable")[:_LIKELY]
        outlook = outlook[first]
        if self.wish.wheelchairs > 1:
            away = np.array([self._away(spaces, int(space)) for space in spaces[first]])
            outlook += np.sort(away, axis=1)[:, : self.wish.wheelchairs].sum(axis=1)
        likely: list[int] = spaces[first[np.argsort(outlook, kind="stable")[:_LOOKED_AT]]].tolist()
        return likely

    def _outlook(self, spaces: _Indices) -> Worth:
        lacking = np.full(len(spaces), min(2, self.wish.companions), np.float64)
        beside_next = self.cost.beside
        for beside, joined in (
            (np.maximum(spaces - 1, 0), (spaces > 0) & beside_next[spaces - 1]),
            (np.minimum(spaces + 1, len(beside_next) - 1), beside_next[spaces]),
        ):
            good = np.where(self.access.companion[beside], 1.0, 1.0 - _BESIDE_SEAT)
            lacking -= good * (joined & self.asked.usable[beside] & ~self.access.wheelchair[beside])
        outlook: Worth = np.maximum(lacking, 0.0) + self.asked.worth[spaces]
        return outlook

    def _about(self, space: int, spaces: _Indices, seats: _Indices) -> _Spot:
        away = self._away(spaces, space)
        order = np.argsort(away, kind="stable")[: self.wish.wheelchairs]
        chosen = spaces[order]
        x, y = self.cost.x, self.cost.y
        close = (np.abs(x[seats] - x[space]) < _CLOSE) & (np.abs(y[seats] - y[space]) < _CLOSE)
        if np.count_nonzero(close) >= self.wish.companions:
            seats = seats[close]
        apart = np.min([self._from_space(seats, int(one)) for one in chosen], axis=0)
        nearest = np.argsort(apart, kind="stable")[: self.wish.companions]
        price = float(away[order].sum() + apart[nearest].sum() + self.asked.worth[chosen].mean())
        return _Spot(price, chosen, seats[nearest])

    def _with_others(self, spot: _Spot) -> tuple[float, tuple[int, ...]] | None:
        """The whole party and its price; None when the rest of it finds no seats there."""
        party, price = np.concatenate((spot.spaces, spot.companions)), spot.price
        if self.wish.others:
            usable = self.asked.usable & ~self.access.wheelchair & ~self.access.companion
            usable[spot.companions] = False
            last = int(party[-1])
            rest = np.array(self.others(usable, self.wish.others, last), np.intp)
            if not len(rest):
                return None
            party, price = np.append(party, rest), price + float(self._away(rest, last).mean())
        if self.wish.together is Together.ROW and len(np.unique(self.cost.row[party])) > 1:
            return None
        return price, tuple(np.sort(party).tolist())

    def _away(self, seats: _Indices, seat: int) -> Floats:
        x, y, row = self.cost.x, self.cost.y, self.cost.row
        away: Floats = np.hypot(x[seats] - x[seat], y[seats] - y[seat])
        return away + np.where(row[seats] == row[seat], 0.0, _OTHER_ROW)

    def _from_space(self, seats: _Indices, space: int) -> Floats:
        """How good each seat is for the companion of somebody at this space, 0 the best."""
        away = self._away(seats, space) + _SAME_ROW
        after = (seats == space + 1) & self.cost.beside[space]
        before = (seats == space - 1) & self.cost.beside[seats]
        beside = after | before
        away[beside] = np.where(self.access.companion[seats[beside]], 0.0, _BESIDE_SEAT)
        return away


def _price(spot: _Spot) -> float:
    return spot.price
