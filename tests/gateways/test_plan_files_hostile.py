"""Whatever is in a seating plan file, it is read or refused in words to act on: never a trace."""

import copy
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain.errors import FileUnusable, PlanRefused
from app.gateways import plan_files
from app.gateways.plan_files import MAX_BYTES, open_plan, read_plan, write_plan
from tests.gateways.plan_documents import (
    RECTANGLE,
    file,
    read,
    row,
    same,
    seat,
    small,
    with_areas,
    zone,
)


def refusal(data):
    data = data if isinstance(data, bytes) else json.dumps(data).encode()
    with pytest.raises(PlanRefused) as refused:
        read_plan(data, name="House")
    return refused.value


# --- hostile files --------------------------------------------------------------------------------


def broken(change):
    document = small()
    change(document)
    return document


def position_of(document):
    return document["zones"][1]["rows"][0]["seats"][1]["position"]


@pytest.mark.parametrize(
    ("change", "place", "problem", "found"),
    [
        (lambda d: position_of(d).update(x="left"), ".position.x", "wrong_type", "left"),
        (lambda d: position_of(d).update(x=True), ".position.x", "wrong_type", "true"),
        (lambda d: position_of(d).pop("y"), ".position.y", "missing", ""),
        (lambda d: position_of(d).update(x=float("nan")), ".position.x", "not_a_number", "nan"),
        (lambda d: position_of(d).update(x=10**30), ".position.x", "out_of_range", "9" * 15 + "…"),
        (
            lambda d: position_of(d).update(x=0),
            ".position",
            "same_place",
            "zones[1].rows[0].seats[0]",
        ),
        (
            lambda d: d["zones"][1]["rows"][0]["seats"][1].update(category="Gold"),
            ".category",
            "unknown_category",
            "Gold",
        ),
        (
            lambda d: d["zones"][1]["rows"][0]["seats"][1].update(seat_number="9" * 41),
            ".seat_number",
            "too_long",
            "9" * 41,
        ),
    ],
)
def test_a_broken_seat_is_named_by_its_path_its_zone_and_its_row(change, place, problem, found):
    refused = refusal(broken(change))
    assert refused.place == f'zones[1].rows[0].seats[1]{place} (zone "Balcony", row "A")'
    assert (refused.problem, refused.found) == (problem, found)


@pytest.mark.parametrize(
    ("change", "place", "problem"),
    [
        (lambda d: d.update(zones={}), "zones", "wrong_type"),
        (lambda d: d.update(zones=[]), "zones", "no_seats"),
        (lambda d: d.pop("categories"), "categories", "missing"),
        (lambda d: d["zones"].append(7), "zones[2]", "not_an_object"),
        (
            lambda d: d["zones"][0]["rows"][0].update(seats={"a": 1}),
            'zones[0].rows[0].seats (zone "Stalls", row "A")',
            "wrong_type",
        ),
        (
            lambda d: d["zones"][0].update(areas=[{"shape": "circle", "circle": {"radius": "x"}}]),
            'zones[0].areas[0].circle.radius (zone "Stalls")',
            "wrong_type",
        ),
        (lambda d: d["zones"][0].pop("position"), 'zones[0].position (zone "Stalls")', "missing"),
        (lambda d: d["categories"][1].update(name=[[]]), "categories[1].name", "wrong_type"),
    ],
)
def test_a_broken_file_is_named_by_the_place_that_is_wrong(change, place, problem):
    refused = refusal(broken(change))
    assert (refused.place, refused.problem) == (place, problem)


@pytest.mark.parametrize(
    ("data", "problem", "found"),
    [
        (b"", "not_json", "line 1, column 1"),
        (b'{"name":\n  oops}', "not_json", "line 2, column 3"),
        (b"[]", "not_an_object", "[…]"),
        (b'"plan"', "not_an_object", "plan"),
        (b"\xff\xfe{\x00}\x00", "bad_encoding", "UTF-16 or UTF-32"),
        (b'{"name": "B\xfchne"}', "bad_encoding", "byte 12: 0xfc"),
        (b'{"name": ' + b"9" * 5_000 + b"}", "not_a_number", "9" * 15 + "…"),
        (b"[" * 100_000 + b"]" * 100_000, "too_deep", ""),
        (b'{"zones":' * 100_000, "too_deep", ""),
    ],
)
def test_what_is_no_plan_at_all_is_refused(data, problem, found):
    refused = refusal(data)
    assert (refused.problem, refused.found) == (problem, found)


def test_a_number_beyond_all_numbers_is_not_a_number():
    data = json.dumps(small()).replace('"x": 30', '"x": 1e400', 1).encode()
    assert refusal(data).problem == "not_a_number"


def test_a_plan_in_utf_16_is_refused_for_its_encoding():
    assert refusal(json.dumps(small()).encode("utf-16")).problem == "bad_encoding"


def test_a_byte_order_mark_does_no_harm():
    assert read_plan(b"\xef\xbb\xbf" + json.dumps(small()).encode(), name="House").seats == 5


def test_categories_and_zones_without_a_name_get_one():
    document = file(zone("", [row("A", [seat("1", 0, category="")])]), categories=[""])
    plan = read(document).plan
    assert (plan.zones[0].name, plan.sections) == ("Category 1", ("Section 1",))


def test_halves_of_characters_and_control_codes_do_not_get_in():
    document = small()
    document["zones"][0]["name"] = "Sta\ud800l\x00ls\u202e \n 1"
    assert read(document).plan.sections[0] == "Sta l ls 1"


def test_a_file_of_100_megabytes_is_refused_by_its_size_alone(tmp_path, monkeypatch):
    path = tmp_path / "huge.json"
    with path.open("wb") as huge:
        huge.truncate(100 * 2**20)
    monkeypatch.setattr(Path, "open", lambda *_: pytest.fail("the file was opened"))
    with pytest.raises(PlanRefused) as refused:
        open_plan(path, name="Huge")
    assert refused.value.problem == "too_large"
    assert refused.value.found == f"100.0 MB > {MAX_BYTES / 2**20:.0f} MB"
    assert refusal(b" " * (MAX_BYTES + 1)).problem == "too_large"


@pytest.mark.parametrize("name", ["nowhere.json", "a\0b.json", "x" * 300])
def test_a_file_that_is_not_there_is_unusable(tmp_path, name):
    with pytest.raises(FileUnusable):
        open_plan(tmp_path / name, name="House")


def test_a_folder_is_not_a_plan(tmp_path):
    with pytest.raises(FileUnusable) as refused:
        open_plan(tmp_path, name="House")
    assert refused.value.reason == "other"


@pytest.mark.parametrize(
    "document",
    [
        file(zone("S", []), categories=[str(i) for i in range(1_001)]),
        with_areas(*[{"width": 1, "height": 1}] * 50_001),
    ],
    ids=["categories", "areas"],
)
def test_more_than_any_house_has_is_refused(document):
    assert refusal(document).problem == "too_many"


def test_more_seats_than_the_largest_arena_has_are_refused(monkeypatch):
    monkeypatch.setattr(plan_files, "MAX_SEATS", 4)
    refused = refusal(small())
    assert (refused.problem, refused.found) == ("too_many_seats", "> 4")


def test_ten_thousand_seats_of_one_name_are_no_trap():
    seats = [seat("1", x, y) | {"seat_guid": "x"} for x in range(100) for y in range(100)]
    found = read(file(zone("Stalls", [row("", [s]) for s in seats])))
    assert found.seats == 10_000
    assert len(set(found.plan.label)) == 10_000
    assert len(found.findings) < 250


# --- any bytes whatsoever -------------------------------------------------------------------------

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["name", "zones", "rows", "seats", "position", "x", "areas", "text"]),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)
QUICK = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def imports_or_is_refused(data):
    try:
        plan = read_plan(data, name="House").plan
    except PlanRefused:
        return
    same(plan, read_plan(write_plan(plan), name="House").plan)


@QUICK
@given(st.binary(max_size=200))
def test_any_bytes_import_or_are_refused(data):
    imports_or_is_refused(data)


@QUICK
@given(JSON)
def test_any_json_imports_or_is_refused(value):
    imports_or_is_refused(json.dumps(value).encode())


def paths(value, path=()):
    yield path
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from paths(inner, (*path, key))


WHOLE = small()
WHOLE["zones"][0]["areas"] = [
    RECTANGLE | {"position": {"x": 1, "y": 2}, "rotation": 3},
    {"shape": "polygon", "polygon": {"points": [{"x": i, "y": i * i} for i in range(4)]}},
    {"shape": "ellipse", "ellipse": {"radius": {"x": 5, "y": 4}}, "text": {"text": "Stage"}},
]
PATHS = list(paths(WHOLE))


@QUICK
@given(st.sampled_from(PATHS[1:]), JSON | st.sampled_from(PATHS), st.booleans())
def test_any_change_to_a_good_plan_imports_or_is_refused(path, value, drop):
    document = copy.deepcopy(WHOLE)
    parent = document
    for key in path[:-1]:
        parent = parent[key]
    if drop:
        del parent[path[-1]]
    else:
        parent[path[-1]] = value
    imports_or_is_refused(json.dumps(document).encode())


@QUICK
@given(st.data())
def test_any_house_that_imports_survives_the_way_out_and_back_in(data):
    grid = data.draw(
        st.lists(
            st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=25, unique=True
        )
    )
    names = st.sampled_from(["", "1", "A", "a", "1-1", "Block 1"])
    rows = []
    while grid:
        size = data.draw(st.integers(1, len(grid)))
        seats = [
            seat(data.draw(names), 30 * x + data.draw(st.floats(-9, 9)), 30 * y, category="B")
            for x, y in grid[:size]
        ]
        rows.append(row(data.draw(names), seats))
        grid = grid[size:]
    cut = data.draw(st.integers(0, len(rows)))
    zones = (zone(data.draw(names), rows[:cut]), zone(data.draw(names), rows[cut:]))
    found = read(file(*zones, categories=["A", "B"]))
    plan = found.plan
    assert found.seats == sum(len(r["seats"]) for r in rows)
    assert len(plan.by_label) == found.seats
    assert sorted(plan.seat_no) == list(range(1, found.seats + 1))
    assert np.all(np.diff(plan.row_no) >= 0)
    same(plan, read_plan(write_plan(plan), name="House").plan)
