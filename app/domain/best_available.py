"""Best available: the seats a good box office clerk would offer to a party, found in one look.

A party sits together in one row and leaves no single seat that nobody would buy (an orphan). Only
when the house has nothing of the kind does it leave an orphan, then sit in neighbouring rows, then
wherever free seats are close to each other. What that comes to in figures is `app.domain.party_cost`.
All of it is arithmetic on whole columns of the plan, because the answer has to be there before the
clerk has looked up, in an arena as in a studio.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from app.domain.house_score import Scores, house_score
from app.domain.party import Reason, Suggestion, Together, Wish
from app.domain.party_cost import AISLE, MENDS, ORPHAN, ZONE, Asked, PartyCost, Worth
from app.domain.party_split import split_up
from app.domain.seating import COMPANION, WHEELCHAIR, Bools, SeatingPlan
from app.domain.wheelchairs import Access, AccessSearch

_Indices = NDArray[np.intp]

_ELSEWHERE = 4  # so often another corner of the house is looked at
_KEPT_SIZES = 12  # block sizes whose worth is kept: half a megabyte each in the largest house


@dataclass(frozen=True, slots=True)
class _Blocks:
    """Every run of a size of seats side by side: block i begins at seat i of the plan."""

    whole: Bools
    zones: Scores  # what its price zones cost
    worth: Scores  # the same and the mean house score


class BestAvailable:
    """Best available for one plan; build it once, ask it often. It keeps no claims.

    `free` is always one flag a seat, in plan order. Wheelchair and companion places are offered to
    wheelchair users and companions only, and never count as orphans.
    """

    def __init__(self, plan: SeatingPlan) -> None:
        self._plan = plan
        self._beside = plan.beside_next
        self._access = Access(
            (plan.attributes & WHEELCHAIR) != 0, (plan.attributes & COMPANION) != 0
        )
        self._ordinary = ~(self._access.wheelchair | self._access.companion)
        self._cost = PartyCost(plan)
        self.score = house_score(plan)
        self._kept: dict[int, _Blocks] = {}

    def find(self, free: Bools, wish: Wish) -> tuple[int, ...]:
        """Plan indices of the best seats for a wish, ascending; () when the house cannot meet it."""
        return self._chosen(free, wish, self._allowed(free, wish))

    def suggest(self, free: Bools, wish: Wish, *, limit: int = 3) -> tuple[Suggestion, ...]:
        """Up to `limit` answers to a wish that share no seat, the best first.

        The others are in another price zone, on an aisle or elsewhere, and none of them tears the
        party apart where the best does not.
        """
        left = self._allowed(free, wish)
        best = self._chosen(free, wish, left)
        if not best or limit < 1:
            return ()
        found = [self._suggestion(free, best, Reason.BEST)]
        taken = list(best)
        if not found[0].split:
            wish = replace(wish, together=Together.ROW)
        for reason, asked in self._variations(left.copy(), wish, best):
            if len(found) == limit:
                break
            left[taken] = False
            usable = left & np.isin(self._plan.zone, asked.zones) if asked.zones else left
            if reason is Reason.ELSEWHERE and not wish.wheelchairs:
                usable = usable & ~np.isin(self._cost.row, self._cost.row[taken])
            chosen = self._chosen(free, asked, usable)
            if chosen and self._is_another(chosen, reason, torn=found[0].split):
                found.append(self._suggestion(free, chosen, reason))
                taken += chosen
        return tuple(found)

    def room(self, free: Bools, wish: Wish) -> int:
        """How many of such a party there is room for, when there is none for all of it: free seats
        within its limits, side by side if it must sit in one row; else wheelchair spaces."""
        allowed = self._allowed(free, wish)
        spaces = int(np.count_nonzero(allowed & self._access.wheelchair))
        if spaces < wish.wheelchairs:
            return spaces
        usable = allowed if wish.wheelchairs else allowed & self._ordinary
        if wish.together is Together.BLOCK:
            return int(np.count_nonzero(usable))
        begins, ends = self._edges(usable)
        runs = np.flatnonzero(ends) - np.flatnonzero(begins) + 1
        return int(runs.max(initial=0))

    def free_but(self, seat_nos: Iterable[int]) -> Bools:
        """Flags of a house in which everything is free but these seat numbers; places without seats
        are passed over."""
        free = np.ones(len(self._plan), np.bool_)
        free[self._index(seat_nos)] = False
        return free

    def orphans(self, free: Bools) -> _Indices:
        """Plan indices of single free seats between taken ones, aisles and row ends."""
        begins, ends = self._edges(free & self._ordinary)
        return np.flatnonzero(begins & ends)

    def leaves_orphan(self, free: Bools, chosen: Collection[int]) -> tuple[int, ...]:
        """Plan indices of the seats that would be left alone if `chosen` were sold."""
        after = free.copy()
        after[list(chosen)] = False
        return tuple(np.setdiff1d(self.orphans(after), self.orphans(free)).tolist())

    # --- what is asked ----------------------------------------------------------------------------

    def _allowed(self, free: Bools, wish: Wish) -> Bools:
        """The free seats within the wish's limits, wheelchair and companion places among them."""
        allowed = free
        if wish.zones:
            allowed = allowed & np.isin(self._plan.zone, wish.zones)
        if wish.sections:
            allowed = allowed & np.isin(self._plan.section, wish.sections)
        return allowed if allowed is not free else free.copy()

    def _chosen(self, free: Bools, wish: Wish, allowed: Bools) -> tuple[int, ...]:
        if wish.count < 1:
            return ()
        worth = self.score if wish.near is None else self._cost.near(wish.near)
        sellable = free & self._ordinary
        if not wish.wheelchairs:
            return self._seated(Asked(allowed & self._ordinary, sellable, worth, wish.aisle), wish)

        def others(usable: Bools, count: int, near: int) -> tuple[int, ...]:
            asked = Asked(usable, sellable, self._cost.near(near))
            return self._seated(asked, Wish(count, together=wish.together))

        asked = Asked(allowed, free, worth, wish.aisle)
        return AccessSearch(self._cost, self._access, asked, wish, others).find()

    def _seated(self, asked: Asked, wish: Wish) -> tuple[int, ...]:
        if np.count_nonzero(asked.usable) < wish.count:
            return ()
        found = self._in_one_row(asked, wish.count)
        if found or wish.together is Together.ROW:
            return found
        return split_up(self._cost, asked, count=wish.count)

    # --- together in one row ----------------------------------------------------------------------

    def _edges(self, free: Bools) -> tuple[Bools, Bools]:
        """The free seats at which a run of free neighbours begins, and at which one ends."""
        begins, ends = free.copy(), free.copy()
        linked = free[:-1] & free[1:] & self._beside[:-1]
        begins[1:] &= ~linked
        ends[:-1] &= ~linked
        return begins, ends

    def _in_one_row(self, asked: Asked, count: int) -> tuple[int, ...]:
        blocks = self._blocks(count)
        fits = _all_of(asked.usable, count) & blocks.whole
        if not fits.any():
            return ()
        worth = self._worth_of(asked, count, blocks)
        left_alone = self._left_alone(asked.sellable, count)
        cost = np.where(fits & (left_alone == 0), worth, np.float32(np.inf))
        first = int(cost.argmin())
        if not cost[first] < ORPHAN:
            cost = np.where(fits, worth + np.float32(ORPHAN) * left_alone, np.float32(np.inf))
            first = int(cost.argmin())
        return tuple(range(first, first + count))

    def _worth_of(self, asked: Asked, count: int, blocks: _Blocks) -> Worth:
        """What each block costs but for the orphans it leaves."""
        worth: Worth = blocks.worth
        if asked.worth is not self.score:
            worth = blocks.zones + _means(asked.worth, count)
        if asked.aisle:
            worth = worth + np.float32(AISLE) * _all_of(~self._cost.on_aisle, count)
        if count == 1:
            begins, ends = self._edges(asked.sellable)
            worth = worth - np.float32(MENDS) * (begins & ends)
        return worth

    def _left_alone(self, free: Bools, count: int) -> NDArray[np.uint8]:
        """For each block how many seats beside it (0, 1, 2) selling it would leave alone."""
        begins, ends = self._edges(free)
        left = np.zeros(len(free) - count + 1, np.uint8)
        left[1:] += (begins & self._beside)[: len(left) - 1]
        left[:-1] += self._beside[count - 1 : -1] & ends[count:]
        return left

    def _blocks(self, size: int) -> _Blocks:
        """The blocks of a size and what they are worth, computed at their first use."""
        if size in self._kept:
            return self._kept[size]
        whole = _all_of(self._beside, size - 1)[: len(self.score) - size + 1]
        zones = (ZONE * _further_zones(self._plan.zone, size, whole)).astype(np.float32)
        found = _Blocks(whole, zones, zones + _means(self.score, size))
        if len(self._kept) < _KEPT_SIZES:
            self._kept[size] = found
        return found

    # --- suggestions ------------------------------------------------------------------------------

    def _variations(
        self, allowed: Bools, wish: Wish, best: tuple[int, ...]
    ) -> Iterator[tuple[Reason, Wish]]:
        """What else to ask for beside the best, the likeliest to please first."""
        mine = set(self._plan.zone[list(best)].tolist())
        others = self._zones_after(mine, allowed) if len(mine) == 1 else []
        yield from ((Reason.ZONE, replace(wish, zones=(zone,))) for zone in others[:1])
        if not wish.aisle and not self._cost.on_aisle[list(best)].any():
            yield Reason.AISLE, replace(wish, aisle=True)
        yield from ((Reason.ZONE, replace(wish, zones=(zone,))) for zone in others[1:])
        yield from ((Reason.ELSEWHERE, wish),) * _ELSEWHERE

    def _zones_after(self, mine: set[int], allowed: Bools) -> list[int]:
        """The other zones in which seats are allowed: the next cheaper ones, then the dearer."""
        there = set(np.unique(self._plan.zone[allowed]).tolist())
        listed = [zone.no for zone in self._plan.zones]
        at = next((place for place, no in enumerate(listed) if no in mine), 0)
        return [no for no in listed[at + 1 :] + listed[:at][::-1] if no in there - mine]

    def _is_another(self, chosen: tuple[int, ...], reason: Reason, *, torn: bool) -> bool:
        """Whether seats are worth suggesting beside the best, which are `torn` apart or not."""
        if reason is Reason.AISLE and not self._cost.on_aisle[list(chosen)].any():
            return False
        return torn or not self._is_split(chosen)

    def _is_split(self, chosen: tuple[int, ...]) -> bool:
        seats = np.array(chosen)
        return not bool((self._beside[seats[:-1]] & (np.diff(seats) == 1)).all())

    def _suggestion(self, free: Bools, chosen: tuple[int, ...], reason: Reason) -> Suggestion:
        numbers = self._plan.seat_no
        return Suggestion(
            tuple(numbers[list(chosen)].tolist()),
            reason,
            orphans=tuple(numbers[list(self.leaves_orphan(free, chosen))].tolist()),
            split=self._is_split(chosen),
        )

    def _index(self, seat_nos: Iterable[int]) -> list[int]:
        index_of = self._plan.index_of
        return [index_of[no] for no in seat_nos if no in index_of]


def _further_zones(zone: NDArray[np.int32], size: int, whole: Bools) -> NDArray[np.intp]:
    """For each block how many price zones it has beyond the first; 0 for those that are not whole."""
    blocks = len(zone) - size + 1
    changes = np.concatenate(([0], np.cumsum(zone[1:] != zone[:-1])))
    further = np.where(whole, changes[size - 1 :] - changes[:blocks], 0)
    # a block may change back to a zone it had before
    for first in np.flatnonzero(further > 1).tolist():
        further[first] = len(np.unique(zone[first : first + size])) - 1
    return further


def _means(values: Worth, size: int) -> Scores:
    """For each block of a size the mean of its values."""
    sums = np.concatenate(([0.0], np.cumsum(values, dtype=np.float64)))
    means: Scores = ((sums[size:] - sums[:-size]) / size).astype(np.float32)
    return means


def _all_of(flags: Bools, count: int) -> Bools:
    """For each i whether flags i .. i + count - 1 are all set; a copy."""
    blocks = len(flags) - count + 1
    found = np.ones(blocks, np.bool_) if count < 1 else flags[:blocks].copy()
    for k in range(1, count):
        found &= flags[k : k + blocks]
    return found
