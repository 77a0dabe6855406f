"""Several seats in one go: Shift and a click, Shift and arrows, a band; and how to let them go."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QKeyEvent, QNativeGestureEvent, QPointingDevice
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.bench.houses import make_house
from app.domain.seating import SeatingPlan, Zone
from tests.views.seat_maps import LEFT, SHIFT, drag, ground, middle_of, named, picture, redrawn
from ui.widgets.seat_map.geometry import Geometry
from ui.widgets.seat_map.places import Places
from ui.widgets.seat_map.walk import Walk

KEY = Qt.Key


def rows_of(*lengths, aisle_after=None, left=0.0, section=0):
    """A plain hall: row A at the front, seats 1, 2, 3 … from the left, all rows flush left."""
    places = [(row, seat) for row, length in enumerate(lengths) for seat in range(length)]
    beyond = np.array([aisle_after is not None and seat >= aisle_after for _, seat in places])
    count = len(places)
    return SeatingPlan(
        id="hall",
        venue_id="v",
        name="Hall",
        version=1,
        zones=(Zone(1, "All", 1),),
        sections=("Stalls", "Side"),
        seat_no=np.arange(1, count + 1, dtype=np.int32),
        section=np.full(count, section, np.int32),
        zone=np.ones(count, np.int32),
        row=tuple("ABCDEFGH"[row] for row, _ in places),
        number=tuple(str(seat + 1) for _, seat in places),
        label=tuple(f"{'ABCDEFGH'[row]}-{seat + 1}" for row, seat in places),
        x=np.array([left + 30.0 * seat for _, seat in places]) + np.where(beyond, 40.0, 0.0),
        y=np.array([34.0 * row for row, _ in places]),
        attributes=np.zeros(count, np.int32),
        row_no=np.array([2 * row for row, _ in places], np.int32) + beyond.astype(np.int32),
    )


def side_by_side():
    """A block at either side of a gangway: row A goes on in the other section."""
    one, other = rows_of(6, 6, 6), rows_of(6, 6, 6, left=400.0, section=1)
    columns = "seat_no section zone x y attributes row_no".split()
    joined = {name: np.concatenate([getattr(p, name) for p in (one, other)]) for name in columns}
    joined["row_no"][len(one) :] += 100
    joined["seat_no"] = np.arange(1, 37, dtype=np.int32)
    return replace(
        one,
        **joined,
        row=one.row + other.row,
        number=one.number + other.number,
        label=one.label + tuple(f"S{label}" for label in other.label),
    )


def click(seat_map, seat, keys=Qt.KeyboardModifier.NoModifier):
    QTest.mouseClick(seat_map, LEFT, keys, middle_of(seat_map, seat))


def taken_by(qtbot, seat_map, act):
    """The labels of the seats that an act takes, and the clicks it made."""
    clicks = []
    seat_map.seat_clicked.connect(clicks.append)
    with qtbot.waitSignal(seat_map.seats_dragged, timeout=500) as dragged:
        act()
    seat_map.seat_clicked.disconnect(clicks.append)
    assert dragged.args[0].tolist() == sorted(set(dragged.args[0].tolist()))
    return [seat_map.house.plan.label[seat] for seat in dragged.args[0]], clicks


# --- Shift and a click -------------------------------------------------------------------------


@pytest.mark.parametrize(("one", "other"), [("B-2", "B-6"), ("B-6", "B-2")])
def test_shift_takes_all_between_along_the_row_whichever_came_first(qtbot, make_map, one, other):
    seat_map = make_map(rows_of(8, 8, 8))
    plan = seat_map.house.plan
    with qtbot.waitSignal(seat_map.seat_clicked, timeout=500) as clicked:
        click(seat_map, named(plan, one))
    assert clicked.args == [named(plan, one)]
    found, clicks = taken_by(qtbot, seat_map, lambda: click(seat_map, named(plan, other), SHIFT))
    assert found == ["B-2", "B-3", "B-4", "B-5", "B-6"]
    assert clicks == []


def test_a_second_range_begins_where_the_first_did(qtbot, make_map):
    seat_map = make_map(rows_of(8, 8, 8))
    plan = seat_map.house.plan
    click(seat_map, named(plan, "A-4"))
    click(seat_map, named(plan, "A-6"), SHIFT)
    found, _ = taken_by(qtbot, seat_map, lambda: click(seat_map, named(plan, "A-2"), SHIFT))
    assert found == ["A-2", "A-3", "A-4"]


def test_shift_without_a_seat_before_is_a_click(qtbot, make_map):
    seat_map = make_map(rows_of(8, 8))
    with (
        qtbot.assertNotEmitted(seat_map.seats_dragged),
        qtbot.waitSignal(seat_map.seat_clicked, timeout=500) as clicked,
    ):
        click(seat_map, 3, SHIFT)
    assert clicked.args == [3]


def test_a_new_house_forgets_the_seat_clicked_before(qtbot, make_map):
    seat_map = make_map(rows_of(8, 8))
    click(seat_map, 1)
    seat_map.set_plan(rows_of(8, 8))
    with qtbot.waitSignal(seat_map.seat_clicked, timeout=500) as clicked:
        click(seat_map, 5, SHIFT)
    assert clicked.args == [5]


@pytest.mark.parametrize(
    ("house", "one", "other", "between"),
    [
        (rows_of(8, 8, 8), "A-3", "C-5", "A-3 A-4 A-5 B-3 B-4 B-5 C-3 C-4 C-5"),
        (rows_of(8, 8, 8), "C-3", "A-4", "A-3 A-4 B-3 B-4 C-3 C-4"),
        (rows_of(8, 8, 8), "A-3", "B-3", "A-3 B-3"),
        (rows_of(8, 3, 8), "A-5", "C-7", "A-5 A-6 A-7 C-5 C-6 C-7"),
        (rows_of(8, 4, 8), "A-3", "C-7", "A-3 A-4 A-5 A-6 A-7 B-3 B-4 C-3 C-4 C-5 C-6 C-7"),
        (rows_of(8, 8, aisle_after=4), "A-3", "A-6", "A-3 A-4 A-5 A-6"),
        (rows_of(8, 8, aisle_after=4), "A-4", "B-5", "A-4 A-5 B-4 B-5"),
        (side_by_side(), "A-5", "SB-2", "A-5 A-6 B-5 B-6 SA-1 SA-2 SB-1 SB-2"),
        (side_by_side(), "C-6", "SC-1", "C-6 SC-1"),
    ],
)
def test_over_several_rows_shift_takes_the_rectangle(
    qtbot, make_map, *, house, one, other, between
):
    seat_map = make_map(house)
    click(seat_map, named(house, one))
    found, _ = taken_by(qtbot, seat_map, lambda: click(seat_map, named(house, other), SHIFT))
    assert sorted(found) == sorted(between.split())


HOUSE = make_house(1500)
GEOMETRY = Geometry(HOUSE)
WALK = Walk(GEOMETRY, Places(GEOMETRY))


@given(one=st.integers(0, 1499), other=st.integers(0, 1499))
def test_in_a_bent_house_a_rectangle_is_what_lies_between_in_angle_and_in_depth(one, other):
    found = set(WALK.between(one, other).tolist())
    assert {one, other} <= found
    assert found == set(WALK.between(other, one).tolist())
    radius, angle = np.hypot(HOUSE.x, HOUSE.y), np.arctan2(HOUSE.x, HOUSE.y)
    deep = (radius >= min(radius[one], radius[other]) - 1) & (
        radius <= max(radius[one], radius[other]) + 1
    )
    low, high = sorted((angle[one], angle[other]))
    slack = 0.6 * 30.0 / radius  # about half a seat: beside an aisle a row's bend is a guess
    surely = deep & (angle >= low + slack) & (angle <= high - slack)
    maybe = deep & (angle >= low - slack) & (angle <= high + slack)
    assert set(np.flatnonzero(surely).tolist()) <= found
    assert found <= set(np.flatnonzero(maybe).tolist()) | {one, other}


def test_a_range_over_a_great_house_is_no_wait():
    """It is worked out at every arrow key; a row at a time in Python it would take seconds."""
    house = make_house(100_000)
    geometry = Geometry(house)
    walk = Walk(geometry, Places(geometry))
    near = int(geometry.index.nearest(house.x[500] + 200, house.y[500] + 70, within=60.0))
    found = walk.between(500, near)
    assert {500, near} <= set(found.tolist())
    assert len(found) < 60


# --- Shift and the keyboard ----------------------------------------------------------------------


def test_shift_and_arrows_span_seats_that_space_then_takes(qtbot, make_map):
    seat_map = make_map(rows_of(8, 8, 8))
    seat_map.set_cursor_seat(named(seat_map.house.plan, "A-3"))
    bare = picture(seat_map)
    with qtbot.assertNotEmitted(seat_map.seat_clicked):
        for key in (KEY.Key_Right, KEY.Key_Right, KEY.Key_Down):
            qtbot.keyClick(seat_map, key, SHIFT)
    spanned = picture(seat_map)
    for label in ("A-4", "B-3"):
        x, y = middle_of(seat_map, named(seat_map.house.plan, label)).toTuple()
        assert (spanned[y, x + 8] != bare[y, x + 8]).any()
    found, clicks = taken_by(qtbot, seat_map, lambda: qtbot.keyClick(seat_map, KEY.Key_Space))
    assert found == ["A-3", "A-4", "A-5", "B-3", "B-4", "B-5"]
    assert clicks == []
    with qtbot.waitSignal(seat_map.seat_clicked, timeout=500) as clicked:
        qtbot.keyClick(seat_map, KEY.Key_Return)
    assert clicked.args == [named(seat_map.house.plan, "B-5")]


def test_a_range_shrinks_again_on_the_way_back(qtbot, make_map):
    seat_map = make_map(rows_of(8, 8))
    seat_map.set_cursor_seat(0)
    for key in (KEY.Key_Right, KEY.Key_Right, KEY.Key_Right, KEY.Key_Left):
        qtbot.keyClick(seat_map, key, SHIFT)
    found, _ = taken_by(qtbot, seat_map, lambda: qtbot.keyClick(seat_map, KEY.Key_Return))
    assert found == ["A-1", "A-2", "A-3"]


def test_a_step_without_shift_lets_the_range_go(qtbot, make_map):
    seat_map = make_map(rows_of(8, 8))
    seat_map.set_cursor_seat(0)
    qtbot.keyClick(seat_map, KEY.Key_Right, SHIFT)
    qtbot.keyClick(seat_map, KEY.Key_Right)
    with qtbot.waitSignal(seat_map.seat_clicked, timeout=500) as clicked:
        qtbot.keyClick(seat_map, KEY.Key_Space)
    assert clicked.args == [2]


def test_escape_drops_a_range_and_only_then_goes_on_to_others(qtbot, make_map):
    seat_map = make_map(rows_of(8, 8))
    seat_map.set_cursor_seat(0)
    bare = picture(seat_map)
    qtbot.keyClick(seat_map, KEY.Key_Right, SHIFT)
    first, second = QEvent.Type.KeyPress, KEY.Key_Escape
    accepted = [_accepted(seat_map, first, second), _accepted(seat_map, first, second)]
    assert accepted == [True, False]
    qtbot.keyClick(seat_map, KEY.Key_Left)
    assert (picture(seat_map) == bare).all()


def _accepted(widget, kind, key):
    event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(widget, event)
    return event.isAccepted()


@pytest.mark.parametrize(
    ("keys", "label"),
    [
        ([KEY.Key_End], "C-8"),
        ([KEY.Key_Home], "C-1"),
        ([KEY.Key_PageDown], "H-4"),
        ([KEY.Key_PageDown, KEY.Key_PageUp], "C-4"),
        ([KEY.Key_PageUp], "A-4"),
    ],
)
def test_home_and_end_go_to_the_ends_of_the_row_and_page_keys_several_rows(
    qtbot, make_map, keys, label
):
    seat_map = make_map(rows_of(8, 8, 8, 8, 8, 8, 8, 8, aisle_after=5))
    plan = seat_map.house.plan
    seat_map.set_cursor_seat(named(plan, "C-4"))
    for key in keys:
        qtbot.keyClick(seat_map, key)
    assert plan.label[seat_map.cursor_seat] == label


def test_the_left_end_is_the_one_at_the_left_however_the_row_is_numbered(qtbot, make_map):
    seat_map = make_map(make_house(600))  # numbered from the right
    seat_map.set_cursor_seat(300)
    x = middle_of(seat_map, 300).x()
    qtbot.keyClick(seat_map, KEY.Key_Home)
    assert middle_of(seat_map, seat_map.cursor_seat).x() < x
    qtbot.keyClick(seat_map, KEY.Key_End)
    assert middle_of(seat_map, seat_map.cursor_seat).x() > x


def test_shift_and_end_spans_to_the_end_of_the_row(qtbot, make_map):
    seat_map = make_map(rows_of(8, 8))
    seat_map.set_cursor_seat(5)
    qtbot.keyClick(seat_map, KEY.Key_End, SHIFT)
    found, _ = taken_by(qtbot, seat_map, lambda: qtbot.keyClick(seat_map, KEY.Key_Space))
    assert found == ["A-6", "A-7", "A-8"]


def test_a_screen_reader_hears_the_seat_and_how_many_are_spanned(qtbot, make_map):
    seat_map = make_map(rows_of(8, 8))
    spoken = []
    seat_map.describe = lambda seat: (f"seat {seat}", "48 euros")
    seat_map.set_cursor_seat(2)
    spoken.append(seat_map.accessibleDescription())
    qtbot.keyClick(seat_map, KEY.Key_Right, SHIFT)
    spoken.append(QAccessible.queryAccessibleInterface(seat_map).text(QAccessible.Text.Description))
    assert spoken == ["seat 2. 48 euros", "2 seats. seat 3. 48 euros"]


# --- the band ------------------------------------------------------------------------------------


def test_with_shift_a_band_may_begin_on_the_ground(qtbot, make_map):
    seat_map = make_map(rows_of(8, 8, 8))
    before = middle_of(seat_map, 0)
    start = middle_of(seat_map, named(seat_map.house.plan, "A-1")) - QPoint(60, 30)
    end = middle_of(seat_map, named(seat_map.house.plan, "B-2")) + QPoint(4, 4)
    found, _ = taken_by(qtbot, seat_map, lambda: drag(seat_map, start, end, keys=SHIFT))
    assert found == ["A-1", "A-2", "B-1", "B-2"]
    assert middle_of(seat_map, 0) == before


def test_from_afar_shift_and_a_drag_still_move_the_house(qtbot, make_map):
    seat_map = make_map(make_house(20_000), size=(500, 400))
    seat_map.zoom_by(1)
    before = middle_of(seat_map, 100)
    with qtbot.assertNotEmitted(seat_map.seats_dragged):
        drag(seat_map, ground(seat_map), ground(seat_map) + QPoint(30, 20), keys=SHIFT)
    assert middle_of(seat_map, 100) - before == QPoint(30, 20)


def test_escape_drops_a_band_and_letting_go_takes_nothing(qtbot, make_map):
    seat_map = make_map(rows_of(8, 8, 8))
    bare = picture(seat_map)
    with (
        qtbot.assertNotEmitted(seat_map.seats_dragged),
        qtbot.assertNotEmitted(seat_map.seat_clicked),
    ):
        drag(seat_map, middle_of(seat_map, 0), middle_of(seat_map, 11), drop=False)
        assert (picture(seat_map) != bare).any()
        qtbot.keyClick(seat_map, KEY.Key_Escape)
        assert (picture(seat_map) == bare).all()
        qtbot.mouseRelease(seat_map, LEFT, pos=middle_of(seat_map, 11))


# --- fingers -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def touch_screen(qapp):
    return QTest.createTouchDevice()


def test_a_finger_beside_a_small_seat_means_it(qtbot, make_map, touch_screen):
    seat_map = make_map(make_house(1500), size=(700, 600))
    seat = int(seat_map.house.geometry.index.closest(0.0, 4_000.0))  # of the last row
    below = middle_of(seat_map, seat) + QPoint(0, 14)
    assert seat_map.seat_at(QPointF(below)) == -1
    with qtbot.waitSignal(seat_map.seat_clicked, timeout=500) as clicked:
        QTest.touchEvent(seat_map, touch_screen).press(0, below, seat_map).commit()
        QTest.touchEvent(seat_map, touch_screen).release(0, below, seat_map).commit()
    assert clicked.args == [seat]


def test_two_fingers_on_a_touch_pad_zoom(make_map, touch_screen):
    seat_map = make_map(make_house(600))
    at = QPointF(400, 300)
    for value in (0.1, 0.1):
        event = QNativeGestureEvent(
            Qt.NativeGestureType.ZoomNativeGesture,
            QPointingDevice.primaryPointingDevice(),
            2,
            at,
            at,
            at,
            value,
            QPointF(),
        )
        QApplication.sendEvent(seat_map, event)
    assert seat_map.zoom_percent == 119
    assert (picture(seat_map) == redrawn(seat_map)).all()


def test_two_fingers_on_the_screen_zoom_and_take_nothing(qtbot, make_map, touch_screen):
    seat_map = make_map(make_house(600))
    middle = middle_of(seat_map, 300)
    with (
        qtbot.assertNotEmitted(seat_map.seat_clicked),
        qtbot.assertNotEmitted(seat_map.seats_dragged),
    ):
        for apart in range(40, 141, 10):
            one, other = middle - QPoint(apart, 0), middle + QPoint(apart, 0)
            touch = QTest.touchEvent(seat_map, touch_screen)
            if apart == 40:
                touch.press(0, one, seat_map).press(1, other, seat_map).commit()
            else:
                touch.move(0, one, seat_map).move(1, other, seat_map).commit()
        QTest.touchEvent(seat_map, touch_screen).release(0, one, seat_map).release(
            1, other, seat_map
        ).commit()
    assert 200 <= seat_map.zoom_percent <= 336
    assert (middle_of(seat_map, 300) - middle).manhattanLength() < 12
