"""A seating plan file comes in whole: seats, names, neighbours and what is drawn beside them."""

from pathlib import Path

import numpy as np
import pytest

from app.domain.seating import AISLE, COMPANION, WHEELCHAIR, Shape
from app.gateways.plan_files import open_plan, read_plan, write_plan
from tests.gateways.plan_documents import (
    RECTANGLE,
    file,
    kinds,
    read,
    row,
    same,
    seat,
    with_areas,
    zone,
)

HALL = Path(__file__).parents[1] / "data" / "hall-1057-seats.pretix.json"


# --- a real hall ----------------------------------------------------------------------------------


def test_a_real_hall_comes_in_whole():
    found = open_plan(HALL, name="Hall")
    assert (found.seats, found.zones, found.sections, found.rows) == (1_057, 5, 2, 35)
    assert (found.repeated_ids, found.repeated_places, found.rekeyed) == (84, 0, 0)
    assert len(found.plan) == 1_057
    assert kinds(found) == {"repeated_id", "number_normalised", "missing_uuid"}
    assert [zone.name for zone in found.plan.zones][:2] == ["Parkett vorne", "Parkett mitte"]


def test_a_seat_of_the_real_hall_stands_where_its_zone_row_and_seat_add_up_to():
    plan = open_plan(HALL, name="Hall").plan
    i = plan.index_of[plan.by_label["BALCONY 17-1"]]
    assert (plan.x[i], plan.y[i]) == (10 + 90, 920 + 85)
    assert (plan.row[i], plan.number[i]) == ("17", "1")


def test_labels_of_the_real_hall_are_short_where_that_is_enough():
    plan = open_plan(HALL, name="Hall").plan
    assert len({label.upper() for label in plan.label}) == 1_057
    assert "1-1" in plan.label
    assert {"Ground floor 17-1", "Balcony 17-1"} <= set(plan.label)
    assert "17-1" not in plan.label
    assert "Balcony 17-33" not in plan.label  # row 17 is shorter downstairs
    assert "17-33" in plan.label


def test_rows_of_the_real_hall_end_at_its_aisles():
    plan = open_plan(HALL, name="Hall").plan
    steps = np.hypot(np.diff(plan.x), np.diff(plan.y))[plan.beside_next[:-1]]
    assert set(steps) == {30.0}
    assert np.count_nonzero(plan.attributes & AISLE) == 2 * len(set(plan.row_no))


def test_the_stage_and_the_words_of_the_real_hall_are_drawn():
    plan = open_plan(HALL, name="Hall").plan
    assert plan.shapes == (
        Shape("stage", ((360, 0), (750, 50)), "STAGE"),
        Shape("text", ((550, 946),), "BALCONY"),
    )


def test_what_is_written_reads_as_the_same_plan():
    plan = open_plan(HALL, name="Hall").plan
    again = read_plan(write_plan(plan), name="Hall")
    same(plan, again.plan)
    assert again.repeated_ids == 0
    assert write_plan(again.plan) == write_plan(plan)


# --- names that repeat ----------------------------------------------------------------------------


def test_every_seat_has_its_own_number_in_file_order():
    plan = read(file(zone("Stalls", [row("A", [seat("9", 60), seat("8", 30), seat("7", 0)])]))).plan
    assert list(zip(plan.label, plan.seat_no, strict=True)) == [("A-7", 3), ("A-8", 2), ("A-9", 1)]


def test_blocks_with_the_same_rows_are_told_apart_from_left_to_right():
    blocks = [
        row(name, [seat("1", x, y), seat("2", x + 30, y)])
        for x in (400, 0, 200)
        for name, y in (("A", 0), ("B", 30))
    ]
    found = read(file(zone("Stalls", blocks)))
    assert (found.seats, found.repeated_places, found.rekeyed) == (12, 8, 12)
    assert set(found.plan.sections) == {"Stalls Block 1", "Stalls Block 2", "Stalls Block 3"}
    plan = found.plan
    leftmost = plan.index_of[plan.by_label["STALLS BLOCK 1 B-1"]]
    assert (plan.x[leftmost], plan.y[leftmost]) == (0, 30)
    assert len(set(plan.label)) == 12
    same(plan, read_plan(write_plan(plan), name="House").plan)


def test_blocks_one_behind_the_other_are_counted_from_the_front():
    rows = [row("A", [seat("1", 0, y), seat("2", 30, y)]) for y in (500, 0)]
    plan = read(file(zone("Stalls", rows))).plan
    assert plan.y[plan.index_of[plan.by_label["STALLS BLOCK 1 A-1"]]] == 0


def test_a_number_that_comes_twice_in_one_row_is_kept_and_reported():
    found = read(file(zone("Stalls", [row("A", [seat("5", 0), seat("5", 30), seat("6", 60)])])))
    assert found.plan.label == ("A-5", "A-5 (2)", "A-6")
    assert (found.repeated_places, found.rekeyed) == (1, 1)
    assert "repeated_place" in kinds(found)


def test_labels_that_differ_only_in_case_are_not_the_same_label():
    found = read(file(zone("Stalls", [row("a", [seat("1", 0)]), row("A", [seat("1", 0, 30)])])))
    assert len(found.plan.by_label) == 2


def test_two_zones_of_one_name_become_two_sections():
    rows = [[row("A", [seat("1", x)])] for x in (0, 90)]
    found = read(file(zone("Box", rows[0]), zone("Box", rows[1])))
    assert found.plan.sections == ("Box", "Box (2)")
    assert found.plan.label == ("Box A-1", "Box (2) A-1")
    assert "repeated_zone" in kinds(found)


def test_repeated_ids_are_reported_and_kept_as_notes():
    seats = [seat("1", 0) | {"seat_guid": "x"}, seat("2", 30) | {"seat_guid": "x"}]
    found = read(file(zone("Stalls", [row("A", seats)])))
    assert found.repeated_ids == 1
    assert found.plan.notes == ("x", "x")


def test_a_uuid_survives_the_way_out_and_back_in():
    uuid = "0b7f2f80-9d3c-4d0e-8f67-111111111111"
    found = read(file(zone("Stalls", [row("A", [seat("1", 0, uuid=uuid)])])))
    again = read_plan(write_plan(found.plan), name="House")
    assert found.plan.notes == again.plan.notes == (f"id-1-0-0 {uuid}",)
    assert "missing_uuid" not in kinds(again)


def test_a_number_that_carries_its_row_loses_it():
    found = read(file(zone("Stalls", [row("1", [seat("1-1", 0), seat("1-2", 30)])])))
    assert found.plan.label == ("1-1", "1-2")
    assert found.plan.number == ("1", "2")


def test_a_number_stays_whole_when_its_neighbour_does_not_carry_the_row():
    found = read(file(zone("Stalls", [row("1", [seat("1-1", 0), seat("7", 30)])])))
    assert found.plan.number == ("1-1", "7")


def test_unknown_keys_are_reported_once_and_do_no_harm():
    seats = [seat("1", 0, colour="red"), seat("2", 30, colour="red")]
    found = read(file(zone("Stalls", [row("A", seats)]), sponsor="x"))
    assert sorted(f.detail for f in found.findings if f.kind == "unknown_key") == [
        "colour",
        "sponsor",
    ]


# --- neighbours and traits ------------------------------------------------------------------------


def test_pieces_of_a_row_are_one_row_when_they_touch():
    pieces = [row("A", [seat("3", 60), seat("4", 90)]), row("A", [seat("1", 0), seat("2", 30)])]
    plan = read(file(zone("Stalls", pieces))).plan
    assert plan.number == ("1", "2", "3", "4")
    assert set(plan.row_no) == {0}


def test_an_aisle_parts_a_row_and_marks_the_seats_beside_it():
    seats = [seat(str(i), x) for i, x in enumerate((0, 30, 60, 120, 150, 180), 1)]
    plan = read(file(zone("Stalls", [row("A", seats)]))).plan
    assert list(plan.row_no) == [0, 0, 0, 1, 1, 1]
    assert [bool(a & AISLE) for a in plan.attributes] == [True, False, True, True, False, True]


def test_a_row_of_wide_boxes_is_not_all_aisles():
    stalls = row("A", [seat(str(i), 30 * i) for i in range(9)])
    boxes = row("B", [seat(str(i), 70 * i, 90) for i in range(5)])
    plan = read(file(zone("Stalls", [stalls, boxes]))).plan
    assert len(set(plan.row_no)) == 2


def test_a_curved_row_keeps_the_order_it_was_listed_in():
    angles = np.linspace(np.pi * 0.95, -np.pi * 0.4, 60)
    places = [(round(300 * np.cos(a), 2), round(300 * np.sin(a), 2)) for a in angles]
    seats = [seat(str(i), x, y) for i, (x, y) in enumerate(places, 1)]
    plan = read(file(zone("Stalls", [row("A", seats)]))).plan
    assert [int(n) for n in plan.number] == list(range(1, 61))
    assert set(plan.row_no) == {0}


@pytest.mark.parametrize("name", ["Wheelchair", "Rollstuhlplätze", "WHEEL-CHAIR SPACE"])
def test_a_category_that_says_wheelchair_makes_wheelchair_places(name):
    found = read(file(zone("Stalls", [row("A", [seat("1", 0, category=name)])]), categories=[name]))
    assert found.plan.attributes[0] & WHEELCHAIR


def test_a_seat_may_say_what_it_is_itself():
    seats = [seat("1", 0), seat("Begleitung 1", 30), seat("♿ 1", 60)]
    plan = read(file(zone("Stalls", [row("A", seats)]))).plan
    assert [int(a) & (WHEELCHAIR | COMPANION) for a in plan.attributes] == [
        0,
        COMPANION,
        WHEELCHAIR,
    ]


# --- what is drawn --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("area", "shapes"),
    [
        (  # first generation
            {"width": 40, "height": 20, "position": {"x": 5, "y": 5}, "text": "Bar"},
            [Shape("rectangle", ((15, 25), (55, 45)), "Bar")],
        ),
        (
            {"width": 40, "height": 20, "position": {"x": 5, "y": 5}, "text": "Bühne"},
            [Shape("stage", ((15, 25), (55, 45)), "Bühne")],
        ),
        (RECTANGLE | {"rotation": 30}, [Shape("rectangle", ((10, 20), (50, 40)), "", 30)]),
        (
            RECTANGLE | {"text": {"text": "Bar", "position": {"x": 20, "y": 10}}},
            [Shape("rectangle", ((10, 20), (50, 40)), "Bar")],
        ),
        (
            RECTANGLE | {"text": {"text": "Bar", "position": {"x": 20, "y": 90}}},
            [Shape("rectangle", ((10, 20), (50, 40))), Shape("text", ((30, 110),), "Bar")],
        ),
        (
            RECTANGLE
            | {"color": "transparent", "text": {"text": "Bar", "position": {"x": 1, "y": 2}}},
            [Shape("text", ((11, 22),), "Bar")],
        ),
        (RECTANGLE | {"color": "transparent"}, []),
        ({"shape": "circle", "circle": {"radius": 7}}, [Shape("circle", ((10, 20), (7, 7)))]),
        (
            {"shape": "ellipse", "ellipse": {"radius": {"x": 7, "y": 3.5}}},
            [Shape("ellipse", ((10, 20), (7, 3.5)))],
        ),
        (
            {
                "shape": "polygon",
                "polygon": {"points": [{"x": 0, "y": 0}, {"x": 9, "y": 0}, {"x": 0, "y": 9}]},
            },
            [Shape("polygon", ((10, 20), (19, 20), (10, 29)))],
        ),
        (
            {"shape": "text", "text": {"text": "Stage door", "position": {"x": 0, "y": 0}}},
            [Shape("text", ((10, 20),), "Stage door")],
        ),
        (
            {"shape": "text", "text": {"text": "SCÈNE", "position": {"x": 0, "y": 0}}},
            [Shape("stage", ((-20, 4), (40, 36)), "SCÈNE")],
        ),
    ],
)
def test_an_area_becomes_a_shape_and_comes_back_the_same(area, shapes):
    plan = read(with_areas(area)).plan
    assert list(plan.shapes) == shapes
    assert read_plan(write_plan(plan), name="House").plan.shapes == plan.shapes


def test_a_round_stage_is_a_polygon_that_survives():
    text = {"text": "Stage", "position": {"x": 0, "y": 0}}
    area = {"shape": "ellipse", "rotation": 20, "ellipse": {"radius": {"x": 9, "y": 4}}}
    plan = read(with_areas(area | {"text": text})).plan
    assert (plan.shapes[0].kind, len(plan.shapes[0].points)) == ("stage", 32)
    assert read_plan(write_plan(plan), name="House").plan.shapes == plan.shapes


def test_a_shape_nobody_knows_is_left_out_and_reported():
    found = read(with_areas({"shape": "spiral", "position": {"x": 0, "y": 0}}))
    assert found.plan.shapes == ()
    assert "unknown_shape" in kinds(found)


def test_the_file_colours_keep_seats_of_one_colour_together():
    document = file(zone("S", [row("A", [seat("1", 0)])]), categories=["Stalls", "B", "C"])
    document["categories"][2]["color"] = document["categories"][0]["color"]
    assert [z.colour for z in read(document).plan.zones] == [1, 2, 1]
