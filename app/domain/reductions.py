"""Which ticket of a basket gets which discount: the choice that takes off the most in all.

The rule, in full: a ticket gets at most one discount. A percentage or an amount takes its part off each
ticket it is for. N for m takes n tickets of one performance and lets the cheapest n - m of them go free;
the others pay in full and get nothing else. No discount reduces more tickets than it may in one booking, or
has uses left for. Among all ways to do that the one with the largest sum counts; of equal ones the one that
leaves tickets without a discount that has limits, then the one with the discounts that stand first.

It is found by going through the tickets of each performance from the dearest to the cheapest and keeping,
for every state of open groups and used-up limits, the best way to get there. That is exact: of any tickets
given to n for m, groups of neighbours in that order free the most. Only where limits of several discounts
bind in a large basket are there too many states; then the best few thousand are followed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.domain.discounts import Admission, Discount, DiscountKind
from app.domain.values import Money

_MOST_STATES = 4_000


@dataclass(frozen=True, slots=True)
class Reduction:
    """What a discount takes off a ticket; nothing off one that pays in full within n for m."""

    discount: Discount
    amount: Money


def reductions(
    tickets: Sequence[Admission], discounts: Sequence[Discount]
) -> tuple[Reduction | None, ...]:
    """For each ticket what is taken off it. The discounts are those that may be given; one of which too few
    tickets are in the basket is passed over here."""
    covered = {one.id: _covered(one, tickets) for one in discounts}
    usable = [one for one in discounts if enough(one, [tickets[i] for i in covered[one.id]])]
    if not usable:
        return (None,) * len(tickets)
    limits = {one.id: _limit(one) for one in usable}
    bound = {key: most for key, most in limits.items() if most < len(covered[key])}
    free = [one for one in usable if one.id not in bound and not _groups(one)]
    best = [
        _best(ticket, [one for one in free if i in covered[one.id]])
        for i, ticket in enumerate(tickets)
    ]
    if len(free) == len(usable):
        return tuple(best)
    return _Search(tickets, usable, best=best, covered=covered, bound=bound).found()


def enough(discount: Discount, covered: Sequence[Admission]) -> bool:
    """Whether these tickets, all of them meant by the discount, are enough for it to be given."""
    terms = discount.terms
    if not covered or len(covered) < terms.from_tickets:
        return False
    if not _groups(discount):
        return True
    together = Counter(ticket.place.performance_id for ticket in covered)
    return max(together.values()) >= terms.takes


def _covered(discount: Discount, tickets: Sequence[Admission]) -> frozenset[int]:
    return frozenset(i for i, ticket in enumerate(tickets) if discount.covers(ticket))


def _limit(discount: Discount) -> int:
    """How many tickets of this booking may get it."""
    limits = [discount.terms.per_booking, discount.left]
    return min((limit for limit in limits if limit is not None), default=10**9)


def _best(ticket: Admission, discounts: Sequence[Discount]) -> Reduction | None:
    """The most that one of these takes off a ticket by itself."""
    found: Reduction | None = None
    for one in discounts:
        amount = one.off(ticket.price)
        if amount.minor and (found is None or amount > found.amount):
            found = Reduction(one, amount)
    return found


def _groups(discount: Discount) -> bool:
    return discount.terms.kind is DiscountKind.N_FOR_M


# How many tickets the open group of each n for m has, and how many more tickets each bound limit allows.
_State = tuple[tuple[int, ...], tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class _Step:
    """The best way to a state: what it took off so far, in minor units, and the last ticket's part."""

    worth: int
    before: _State
    given: Reduction | None


class _Search:
    """See the module."""

    def __init__(
        self,
        tickets: Sequence[Admission],
        usable: Sequence[Discount],
        *,
        best: Sequence[Reduction | None],
        covered: Mapping[str, frozenset[int]],
        bound: Mapping[str, int],
    ) -> None:
        self._tickets = tickets
        self._best = best
        self._limited = [one for one in usable if one.id in bound and not _groups(one)]
        self._grouped = [one for one in usable if _groups(one)]
        self._covered = covered
        self._bound = bound
        self._slot = {key: at for at, key in enumerate(bound)}
        self._order = sorted(range(len(tickets)), key=self._rank)
        self._ahead = self._tickets_ahead()

    def _rank(self, index: int) -> tuple[str, int, int]:
        ticket = self._tickets[index]
        return ticket.place.performance_id, -ticket.price.minor, ticket.place.seat_no

    def _tickets_ahead(self) -> list[tuple[int, ...]]:
        """At each step, for each n for m: how many tickets it may still take in this performance, the one
        of the step among them."""
        ahead: list[tuple[int, ...]] = []
        counts, performance_id = [0] * len(self._grouped), ""
        for index in reversed(self._order):
            here = self._tickets[index].place.performance_id
            if here != performance_id:
                counts, performance_id = [0] * len(self._grouped), here
            for at, one in enumerate(self._grouped):
                counts[at] += index in self._covered[one.id]
            ahead.append(tuple(counts))
        return ahead[::-1]

    def found(self) -> tuple[Reduction | None, ...]:
        """For each ticket what is taken off it."""
        closed = (0,) * len(self._grouped)
        states: dict[_State, _Step] = {}
        start: _State = (closed, tuple(self._bound.values()))
        states[start] = _Step(0, start, None)
        steps = []
        for at, index in enumerate(self._order):
            states = self._next(states, at, index)
            steps.append(states)
        ends = [state for state in states if state[0] == closed]
        state = max(ends, key=lambda end: states[end].worth)
        given: list[Reduction | None] = [None] * len(self._tickets)
        for index, reached in zip(reversed(self._order), reversed(steps), strict=True):
            given[index] = reached[state].given
            state = reached[state].before
        return tuple(given)

    def _next(self, states: Mapping[_State, _Step], at: int, index: int) -> dict[_State, _Step]:
        after: dict[_State, _Step] = {}
        for state, step in states.items():
            for reached, given in self._ways(state, at, index):
                worth = step.worth + (given.amount.minor if given else 0)
                known = after.get(reached)
                if known is None or worth > known.worth:
                    after[reached] = _Step(worth, state, given)
        return after if len(after) <= _MOST_STATES else _narrowed(after)

    def _ways(self, state: _State, at: int, index: int) -> list[tuple[_State, Reduction | None]]:
        """What can be done with a ticket, and to which state each leads."""
        open_groups, left = state
        ways: list[tuple[_State, Reduction | None]] = []
        if self._completes(open_groups, at, index):
            best = self._best[index]
            ways.append((state, best))
            ways += [
                ((open_groups, self._less(left, one)), Reduction(one, amount))
                for one in self._limited
                if index in self._covered[one.id] and self._room(left, one)
                for amount in (one.off(self._tickets[index].price),)
                if best is None or amount > best.amount
            ]
        for group, one in enumerate(self._grouped):
            taken = self._into_group(state, at, index, group, one)
            if taken is not None:
                ways.append(taken)
        return ways

    def _into_group(
        self, state: _State, at: int, index: int, group: int, one: Discount
    ) -> tuple[_State, Reduction] | None:
        open_groups, left = state
        inside = open_groups[group]
        if index not in self._covered[one.id]:
            return None
        if not self._completes(open_groups, at, index, into=group):
            return None
        missing = one.terms.takes - inside
        if self._ahead[at][group] < missing or not self._room(left, one, missing):
            return None
        price = self._tickets[index].price
        free = price if inside >= one.terms.pays else Money(0, price.currency)
        sizes = list(open_groups)
        sizes[group] = (inside + 1) % one.terms.takes
        return (tuple(sizes), self._less(left, one)), Reduction(one, free)

    def _completes(
        self, open_groups: tuple[int, ...], at: int, index: int, *, into: int | None = None
    ) -> bool:
        """Whether every open group but `into` can still be filled without this ticket."""
        return all(
            not inside
            or group == into
            or self._ahead[at][group] - (index in self._covered[one.id]) >= one.terms.takes - inside
            for group, (inside, one) in enumerate(zip(open_groups, self._grouped, strict=True))
        )

    def _room(self, left: tuple[int, ...], one: Discount, count: int = 1) -> bool:
        slot = self._slot.get(one.id)
        return slot is None or left[slot] >= count

    def _less(self, left: tuple[int, ...], one: Discount) -> tuple[int, ...]:
        slot = self._slot.get(one.id)
        if slot is None:
            return left
        return (*left[:slot], left[slot] - 1, *left[slot + 1 :])


def _narrowed(states: Mapping[_State, _Step]) -> dict[_State, _Step]:
    """The best few thousand, and the best without an open group, from which every basket can be ended."""
    ranked = sorted(states.items(), key=lambda item: -item[1].worth)
    kept = dict(ranked[:_MOST_STATES])
    closed = next((item for item in ranked if not any(item[0][0])), None)
    if closed is not None:
        kept[closed[0]] = closed[1]
    return kept
