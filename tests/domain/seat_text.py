"""Small houses as text: rows front to back, a letter a seat."""

import numpy as np

from app.domain.layout import LooseRow, LooseSeat, lay_out
from app.domain.seating import COMPANION, WHEELCHAIR, Shape, Zone

ZONES = (Zone(1, "Front", 1), Zone(2, "Back", 2))


def house(*rows, stage=True):
    """Rows front to back: f a seat of the front zone, b of the back, w wheelchair, c companion.

    A space is an aisle; seats count from 0.
    """
    traits = {"w": WHEELCHAIR, "c": COMPANION}
    loose = []
    for depth, text in enumerate(rows):
        seats = [
            LooseSeat(str(i), 30.0 * i, 34.0 * depth, 1 if mark == "f" else 2, traits.get(mark, 0))
            for i, mark in enumerate(text)
            if mark != " "
        ]
        if seats:
            loose.append(LooseRow("Stalls", chr(65 + depth), tuple(seats)))
    middle = 15.0 * max((len(text) - 1 for text in rows), default=0)
    front = Shape("stage", ((middle - 45, -90.0), (middle + 45, -60.0)), "Stage")
    plan, _ = lay_out(loose, plan_id="x", name="", zones=ZONES, shapes=(front,) if stage else ())
    return plan


def flags(text):
    """Which seats are free: a dot each; spaces stand for aisles and are no seats."""
    return np.array([mark == "." for mark in "".join(text).replace(" ", "")])
