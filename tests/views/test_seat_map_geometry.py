"""Seats found by place: what the grid answers is what a look at every seat would answer."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.bench.houses import make_house
from ui.widgets.seat_map.camera import Camera, Margins
from ui.widgets.seat_map.geometry import Box, Geometry, SeatIndex
from ui.widgets.seat_map.places import Places

COORDINATE = st.floats(-500, 500, allow_nan=False, width=32)
SEATS = st.lists(st.tuples(COORDINATE, COORDINATE), min_size=1, max_size=120)


def arrays(seats):
    return np.array(seats, np.float64).reshape(-1, 2).T


@given(seats=SEATS, x=COORDINATE, y=COORDINATE, within=st.floats(1, 200))
def test_the_seat_under_a_point_is_the_nearest_of_all(seats, x, y, within):
    xs, ys = arrays(seats)
    found = SeatIndex(xs, ys, pitch=30.0).nearest(x, y, within=within)
    squares = (xs - x) ** 2 + (ys - y) ** 2
    if found < 0:
        assert squares.min() >= within**2
    else:
        assert squares[found] == squares.min()


@given(seats=SEATS, one=st.tuples(COORDINATE, COORDINATE), other=st.tuples(COORDINATE, COORDINATE))
def test_a_rectangle_holds_the_seats_a_look_at_each_finds(seats, one, other):
    xs, ys = arrays(seats)
    (left, right), (top, bottom) = sorted((one[0], other[0])), sorted((one[1], other[1]))
    found = SeatIndex(xs, ys, pitch=30.0).inside(Box(left, top, right, bottom))
    inside = (xs >= left) & (xs <= right) & (ys >= top) & (ys <= bottom)
    assert found.tolist() == np.flatnonzero(inside).tolist()


@given(seats=SEATS)
def test_order_and_rank_undo_each_other(seats):
    index = SeatIndex(*arrays(seats), pitch=30.0)
    assert (index.order[index.rank] == np.arange(len(seats))).all()


def test_seats_far_apart_do_not_make_the_grid_enormous():
    index = SeatIndex(np.array([0.0, 1e9]), np.array([0.0, 1e9]), pitch=1.0)
    assert index.nearest(1e9, 1e9, within=1.0) == 1


def test_a_straight_row_is_not_turned_and_a_curved_one_follows_its_arc():
    house = make_house(1000)
    straight = replace(house, y=np.repeat(0.0, 1000), x=np.arange(1000) * 30.0)
    assert not Geometry(straight).turned
    geometry = Geometry(house)
    across = geometry.unit_directions
    middle = np.array(house.x) + 1j * np.array(house.y)  # the rows' common centre is the origin
    tilt = np.abs((across * np.conj(middle)).real) / np.abs(middle)
    assert tilt.max() < 0.02  # at the ends of rows too


def test_the_pitch_is_the_usual_distance_whatever_the_aisles():
    geometry = Geometry(make_house(1000))
    assert geometry.pitch == pytest.approx(30.0, abs=0.1)
    assert geometry.row_pitch == pytest.approx(34.0, abs=0.2)


def test_marks_of_neighbours_never_overlap():
    geometry = Geometry(make_house(10_000))
    assert geometry.mark_width < geometry.pitch
    assert geometry.mark_height < geometry.row_pitch


@pytest.mark.parametrize("seats", [0, 1])
def test_the_smallest_houses_have_a_geometry(seats):
    house = make_house(1)
    if not seats:
        none = {
            name: getattr(house, name)[:0]
            for name in "seat_no section zone row number label x y attributes row_no".split()
        }
        house = replace(house, **none)
    geometry = Geometry(house)
    assert geometry.pitch > 0
    assert geometry.hit(0.0, 0.0) == -1
    assert len(Places(geometry).blocks) == seats
    assert len(Places(geometry).row_labels.text) == 2 * seats


def test_arrows_keep_to_the_row_and_step_to_the_next_one():
    house = make_house(1000)
    geometry = Geometry(house)
    seat = house.by_label["F-12"] - 1
    left, right = geometry.step(seat, -1, 0), geometry.step(seat, 1, 0)
    assert (house.label[left], house.label[right]) == ("F-13", "F-11")
    assert house.row[geometry.step(seat, 0, 1)] == "G"
    assert house.row[geometry.step(seat, 0, -1)] == "E"


def test_arrows_cross_an_aisle_and_stop_at_the_wall():
    house = make_house(1000)
    geometry = Geometry(house)
    seat, seen = house.by_label["A-1"] - 1, []
    while seat >= 0 and len(seen) < 60:
        seen.append(house.label[seat])
        seat = geometry.step(seat, -1, 0)
    assert seen == [f"A-{number}" for number in range(1, 32)]


def test_a_row_parted_by_aisles_has_one_pair_of_letters():
    house = make_house(1000)
    first, last = Places(Geometry(house)).rows
    assert len(first) == len(set(house.row))
    assert all(house.row[i] == house.row[j] for i, j in zip(first, last, strict=True))


def test_blocks_hold_every_seat_once():
    house = make_house(10_000)
    places = Places(Geometry(house))
    assert sum(block.seats for block in places.blocks) == 10_000
    assert np.bincount(places.block_of).tolist() == [block.seats for block in places.blocks]


def test_an_outline_goes_round_its_seats():
    house = make_house(10_000)
    places = Places(Geometry(house))
    for number, block in enumerate(places.blocks):
        points = np.array([point for outline in block.outlines for point in outline])
        seats = places.block_of == number
        reach = 30.0
        assert points[:, 0].min() - reach <= house.x[seats].min()
        assert points[:, 0].max() + reach >= house.x[seats].max()
        assert points[:, 1].min() - reach <= house.y[seats].min()
        assert points[:, 1].max() + reach >= house.y[seats].max()


def fitted_camera():
    camera = Camera()
    camera.fit(
        Box(0, 0, 1000, 500),
        width=800,
        height=600,
        margins=Margins(24, 24, 64),
        pitch=30.0,
        ratio=1.0,
    )
    return camera


def test_fit_shows_all_inside_the_margins():
    here = fitted_camera().to_screen(Box(0, 0, 1000, 500))
    assert here.left >= 23
    assert here.right <= 777
    assert here.top >= 23
    assert here.bottom <= 537


@given(x=st.integers(0, 800), y=st.integers(0, 600), steps=st.integers(-6, 12))
def test_zoom_holds_the_point_under_the_mouse(x, y, steps):
    camera = fitted_camera()
    before = camera.to_plan(x, y)
    camera.zoom(steps, x=x, y=y)
    after = camera.point(*before)
    assert abs(after[0] - x) <= 0.51
    assert abs(after[1] - y) <= 0.51


def test_zoom_ends_where_the_ladder_does():
    camera = fitted_camera()
    while camera.zoom(1, x=400, y=300):
        pass
    assert camera.scale * 30.0 <= 72.0
    assert not camera.zoom(1, x=400, y=300)
    while camera.zoom(-1, x=400, y=300):
        pass
    assert camera.percent == 50


def test_panning_keeps_the_house_in_the_middle_of_the_window():
    camera = fitted_camera()
    box = Box(0, 0, 1000, 500)
    dx, dy = camera.clamped(10_000, -10_000, box=box, width=800, height=600)
    camera.move(dx, dy)
    here = camera.to_screen(box)
    assert here.left <= 401
    assert here.bottom >= 299
