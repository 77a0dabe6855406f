"""How good a seat is by itself, before anybody asks who sits beside it.

Best available fills the house from the best seat on, and the demo's audience has a taste; both need
one number a seat, and it has to make sense in a theatre, a hall without a stage and an arena alike.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from app.domain.seating import SeatingPlan

Scores = NDArray[np.float32]

_ZONE_WEIGHT = 0.5  # from the dearest to the cheapest zone counts as half the depth of the house
_SIDE_WEIGHT = 0.7  # a seat to the side is a little less bad than one as far back


def house_score(plan: SeatingPlan) -> Scores:
    """How good each seat is, 0 the best there could be, about 2 the worst.

    The distance to an ideal spot a third of the way back on the centre line, as a share of the
    house, and the rank of the price zone: a plan lists its zones from the best down.
    """
    if not len(plan):
        return np.zeros(0, np.float32)
    front_x, front_y = _front(plan)
    dx, dy = plan.x - front_x, plan.y - front_y
    away = np.hypot(dx, dy)
    starts = row_starts(plan)
    # a straight row is as deep in the house at its ends as in its middle
    depth = np.repeat(np.minimum.reduceat(away, starts), np.diff(np.append(starts, len(plan))))
    deep = max(float(np.ptp(depth)), plan.pitch)
    ideal = float(depth.min()) + deep / 3
    to_middle = np.array([dx.mean(), dy.mean()])
    # the more the seats surround the stage, the less a centre line means
    one_sided = float(np.hypot(*to_middle)) / max(float(away.mean()), plan.pitch)
    ux, uy = to_middle / max(float(np.hypot(*to_middle)), 1e-9)
    side = np.abs(dx * uy - dy * ux) * (one_sided if one_sided > 0.25 else 0.0)
    rank = {zone.no: place for place, zone in enumerate(plan.zones)}
    ranks = np.array([rank.get(no, 0) for no in range(int(plan.zone.max()) + 1)])
    zone = ranks[plan.zone] * (_ZONE_WEIGHT / max(1, len(rank) - 1))
    size = max(deep, float(side.max()))
    score: Scores = (np.hypot(depth - ideal, _SIDE_WEIGHT * side) / size + zone).astype(np.float32)
    return score


def row_starts(plan: SeatingPlan) -> NDArray[np.intp]:
    """Where rows begin, those that only an aisle parts counted as one."""
    starts = np.flatnonzero(np.append(True, ~plan.beside_next[:-1])).tolist()
    return np.array(
        [0]
        + [
            i
            for i in starts[1:]
            if plan.row[i] != plan.row[i - 1] or plan.section[i] != plan.section[i - 1]
        ]
    )


def _front(plan: SeatingPlan) -> tuple[float, float]:
    """Where the audience looks: the stage, or the middle of a ring, or a place before row one."""
    stage = [point for shape in plan.shapes if shape.kind == "stage" for point in shape.points]
    if stage:
        return float(np.mean([x for x, _ in stage])), float(np.mean([y for _, y in stage]))
    middle_x, middle_y = (float(np.min(c) + np.max(c)) / 2 for c in (plan.x, plan.y))
    dx, dy = plan.x - middle_x, plan.y - middle_y
    sectors = np.unique((np.arctan2(dy, dx) * (6 / np.pi)).astype(int))
    away = np.hypot(dx, dy)
    if len(sectors) >= 10 and away.min() > 0.15 * away.max():
        return middle_x, middle_y
    first = plan.row_no == plan.row_no[0]
    x, y = float(plan.x[first].mean()), float(plan.y[first].mean())
    return x + (x - float(plan.x.mean())) / 3, y + (y - float(plan.y.mean())) / 3
