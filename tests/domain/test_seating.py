"""A plan answers for its seats: labels both ways, neighbours, the usual distance, what is drawn."""

import numpy as np
import pytest

from app.domain.layout import LooseRow, LooseSeat, lay_out
from app.domain.seating import Shape, Zone, shapes_from_json, shapes_to_json


def plan_of(*rows):
    loose = [
        LooseRow("Stalls", name, tuple(LooseSeat(str(i), x, y, 1) for i, x in enumerate(xs, 1)))
        for y, (name, xs) in enumerate(rows)
    ]
    return lay_out(loose, plan_id="x", name="", zones=[Zone(1, "Stalls", 1)])[0]


def test_labels_lead_to_seats_however_they_are_typed():
    plan = plan_of(("F", [0, 30]))
    assert plan.seat_nos([" f-2 ", "F-1", "Z-9"]) == ([2, 1], ["Z-9"])
    assert [plan.label_of(no) for no in (1, 2)] == ["F-1", "F-2"]


def test_the_pitch_is_the_usual_distance_and_never_nothing():
    assert plan_of(("A", [0, 30, 60, 120])).pitch == 30
    assert plan_of(("A", [0])).pitch > 0
    assert plan_of(("A", [0]), ("B", [50])).pitch > 0
    assert plan_of().pitch > 0


def test_the_last_seat_of_a_row_has_nobody_after_it():
    plan = plan_of(("A", [0, 30, 90, 120]), ("B", [0]))
    assert plan.beside_next.tolist() == [True, False, True, False, False]
    assert plan_of().beside_next.tolist() == []


def test_an_empty_plan_has_room_for_nobody():
    plan = plan_of()
    assert (len(plan), plan.capacity) == (0, 0)
    assert plan.x.dtype == np.float64


@pytest.mark.parametrize(
    "shape",
    [
        Shape("stage", ((0.0, 0.5), (10.0, 4.0)), "Bühne\u2028", 12.5),
        Shape("polygon", ((0.0, 0.0), (1.0, 0.0), (0.0, 1.0))),
    ],
)
def test_a_shape_survives_storage(shape):
    assert shapes_from_json(shapes_to_json([shape, shape])) == (shape, shape)
    assert shapes_from_json(shapes_to_json([])) == ()
