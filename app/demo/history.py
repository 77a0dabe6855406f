"""Who bought what, when: a plausible past, invented from a seed.

Sales of a performance begin with a rush, go quiet, and gather in the last week; parties are small
and mostly even; people sit together and hold opinions about where. Nothing here touches a database,
and nothing depends on identities, so the same seed gives the same past.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

import numpy as np

from app.demo.repertoire import ADULT, CHILD, COMP, CONCESSION, MEMBER
from app.domain.best_available import BestAvailable
from app.domain.party import Wish
from app.domain.seating import Bools, SeatingPlan

WALK_UP = timedelta(minutes=20)  # latecomers still buy

_SIZES, _SIZE_WEIGHTS = (1, 2, 3, 4, 5, 6), (18, 46, 12, 16, 4, 4)
_MIXES, _MIX_WEIGHTS = ("adults", "concessions", "members", "family", "comps"), (62, 18, 11, 7, 2)
_FAMILY_WEIGHTS = (14, 4, 5, 75, 2)
_PHASES, _PHASE_WEIGHTS = ("early", "middle", "late", "door"), (20, 27, 45, 8)
_DAY_WEIGHTS = (0.35, 0.7, 0.8, 0.9, 1.0, 1.0, 0.5)  # Monday the counter is mostly shut
_SHY = 0.55  # the share of parties that leave a gap while there is room for one
_HOURS = range(10, 20)
_HOUR_WEIGHTS = (5, 8, 11, 9, 6, 7, 9, 13, 14, 10)


@dataclass(frozen=True, slots=True)
class Show:
    """A performance as its buyers see it: `wanted` places are sold from `opens_at` to `closes_at`,
    aware instants on the venue's wall clock."""

    opens_at: datetime
    closes_at: datetime
    wanted: int
    family: bool


@dataclass(frozen=True, slots=True)
class Party:
    """Some people who come to the counter together; `types` are places in PRICE_TYPES."""

    at: datetime
    show: int
    types: tuple[int, ...]


def parties(random: Random, shows: Sequence[Show], *, first: int = 0) -> Iterator[Party]:
    """Everybody who will ever come, by show; `first` is the number of the first show."""
    for number, show in enumerate(shows, start=first):
        left = show.wanted
        while left > 0:
            size = min(left, random.choices(_SIZES, _SIZE_WEIGHTS)[0])
            left -= size
            yield Party(_moment(random, show), number, _mix(random, size, family=show.family))


def exactly(random: Random, found: Sequence[Party], *, tickets: int) -> list[Party]:
    """As many of the parties, taken evenly over time, as hold exactly that many tickets."""
    order = list(range(len(found)))
    random.shuffle(order)
    kept: list[tuple[int, Party]] = []
    for place in order:
        if tickets <= 0:
            break
        party = found[place]
        kept.append((place, replace(party, types=party.types[:tickets])))
        tickets -= len(party.types)
    return [party for _, party in sorted(kept, key=lambda pair: pair[0])]


def _mix(random: Random, size: int, *, family: bool) -> tuple[int, ...]:
    mix = random.choices(_MIXES, _FAMILY_WEIGHTS if family else _MIX_WEIGHTS)[0]
    if mix == "concessions":
        few = random.randint(1, size)
        return (ADULT,) * (size - few) + (CONCESSION,) * few
    if mix == "members":
        return (MEMBER,) * min(2, size) + (ADULT,) * (size - 2)
    if mix == "family" and size > 1:
        grown = 1 if size == 2 else random.randint(1, 2)
        return (ADULT,) * grown + (CHILD,) * (size - grown)
    if mix == "comps" and size < 3:
        return (COMP,) * size
    return (ADULT,) * size


def _moment(random: Random, show: Show) -> datetime:
    """When a party comes: by the sales curve, on a day and at an hour that suit the counter."""
    close = show.closes_at
    for _ in range(8):
        moment = _by_curve(random, show)
        if random.random() < _DAY_WEIGHTS[moment.weekday()]:
            break
    if close - moment > timedelta(hours=2):
        moment = moment.replace(hour=random.choices(_HOURS, _HOUR_WEIGHTS)[0])
    moment = moment.replace(minute=random.randrange(60), second=random.randrange(60), microsecond=0)
    if moment >= close:
        moment -= timedelta(days=1)
    return max(moment, show.opens_at + timedelta(seconds=random.randrange(3600)))


def _by_curve(random: Random, show: Show) -> datetime:
    phase, close = random.choices(_PHASES, _PHASE_WEIGHTS)[0], show.closes_at
    whole = close - show.opens_at
    if phase == "early":
        return show.opens_at + min(whole, timedelta(days=random.expovariate(1 / 2.5)))
    if phase == "middle":
        return show.opens_at + whole * random.random()
    if phase == "late":
        return close - min(whole, timedelta(days=random.expovariate(1 / 2.4)))
    return close - min(whole, timedelta(minutes=random.uniform(1, 75)))


class Ushers:
    """Finds seats in one plan for party after party, at any performance.

    Left to itself, best available fills a house like water. People do not: each party has a corner
    it likes, the better corners more often, and many leave a gap to whoever sits there already.
    """

    def __init__(self, plan: SeatingPlan) -> None:
        self._best = BestAvailable(plan)
        self._x, self._y, self._zone = plan.x, plan.y, plan.zone
        self._dearest = plan.zones[0].no
        self._wide, self._deep = 6 * plan.pitch, 4 * plan.pitch
        self._corners = range(len(plan))
        self._liking = np.cumsum(np.exp(-1.2 * self._best.score)).tolist()

    def best(self, free: Bools, *, count: int) -> tuple[int, ...]:
        """Plan indices of the best seats in the dearest zone."""
        return self._best.find(free, Wish(count, zones=(self._dearest,)))

    def seats(self, random: Random, free: Bools, *, count: int) -> tuple[int, ...]:
        """Plan indices of good seats for a party with a taste; () when fewer are free."""
        corner = random.choices(self._corners, cum_weights=self._liking)[0]
        liked = (np.abs(self._x - self._x[corner]) < self._wide) & (
            np.abs(self._y - self._y[corner]) < self._deep
        )
        liked &= free
        zone = (int(self._zone[corner]),)
        return (
            (random.random() < _SHY and self._best.find(_apart(liked, free), Wish(count)))
            or self._best.find(liked, Wish(count))
            or self._best.find(free, Wish(count, zones=zone))
            or self._best.find(free, Wish(count))
        )


def _apart(liked: Bools, free: Bools) -> Bools:
    """Those of the liked seats that have no taken seat beside or one further."""
    apart = liked.copy()
    for step in (1, 2):
        apart[step:] &= free[:-step]
        apart[:-step] &= free[step:]
    return apart
