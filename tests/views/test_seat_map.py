"""The seat map as a person meets it: what a click means, what is on screen after a change."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPixmap, QWheelEvent
from PySide6.QtWidgets import QApplication

from app.bench.houses import make_house
from app.domain.seating import COMPANION, RESTRICTED_VIEW, WHEELCHAIR, GaArea
from app.gateways.plan_files import read_plan
from tests.house.sources import ROOT
from tests.views.seat_maps import (
    LEFT,
    MIDDLE,
    drag,
    evening,
    ground,
    middle_of,
    moved,
    picture,
    pixels,
    redrawn,
)
from ui import theme
from ui.widgets.seat_map.fragments import draw_fragments, new_rows
from ui.widgets.seat_map.marks import Place, draw_mark, inks
from ui.widgets.seat_map.recolouring import Key, Recolouring
from ui.widgets.seat_map.states import SeatState, free_code, group_code, mark_codes, state_code
from ui.widgets.seat_map.widget import SeatMap


def hall():
    data = (ROOT / "tests/data/hall-1057-seats.pretix.json").read_bytes()
    return read_plan(data, name="Hall").plan


# --- mouse ------------------------------------------------------------------------------------


@pytest.mark.parametrize("seat", [0, 17, 300, 599])
def test_a_click_on_a_seat_names_that_seat(qtbot, seat_map, seat):
    with qtbot.waitSignal(seat_map.seat_clicked, timeout=500) as clicked:
        qtbot.mouseClick(seat_map, LEFT, pos=middle_of(seat_map, seat))
    assert clicked.args == [seat]


def test_a_click_finds_its_seat_when_zoomed_and_moved(qtbot, seat_map):
    seat_map.zoom_by(5, QPointF(500, 400))
    seat_map.pan(-40, 25)
    seat = seat_map.house.geometry.index.closest(*seat_map._camera.to_plan(450, 350))
    with qtbot.waitSignal(seat_map.seat_clicked, timeout=500) as clicked:
        qtbot.mouseClick(seat_map, LEFT, pos=middle_of(seat_map, seat))
    assert clicked.args == [seat]


def test_a_click_beside_the_seats_names_none(qtbot, seat_map):
    with qtbot.assertNotEmitted(seat_map.seat_clicked):
        qtbot.mouseClick(seat_map, LEFT, pos=ground(seat_map))


def test_the_point_under_the_mouse_is_the_seat_drawn_there(seat_map):
    for seat in range(0, 600, 7):
        assert seat_map.seat_at(QPointF(middle_of(seat_map, seat))) == seat


def test_a_drag_over_seats_names_those_under_the_band(qtbot, seat_map):
    start = middle_of(seat_map, 250)
    end = start + QPoint(120, 70)
    with qtbot.waitSignal(seat_map.seats_dragged, timeout=500) as dragged:
        drag(seat_map, start, end)
    band = QRect(start, end)
    expected = [seat for seat in range(600) if band.contains(middle_of(seat_map, seat))]
    found = dragged.args[0].tolist()
    inner = [s for s in expected if band.adjusted(2, 2, -2, -2).contains(middle_of(seat_map, s))]
    outer = band.adjusted(-2, -2, 2, 2)
    assert set(inner) <= set(found)
    assert all(outer.contains(middle_of(seat_map, seat)) for seat in found)
    assert len(found) > 10


def test_a_drag_is_no_click(qtbot, seat_map):
    with qtbot.assertNotEmitted(seat_map.seat_clicked):
        drag(seat_map, middle_of(seat_map, 250), middle_of(seat_map, 255))


@pytest.mark.parametrize("button", [LEFT, MIDDLE])
def test_a_drag_on_the_ground_moves_the_house(qtbot, seat_map, button):
    before = middle_of(seat_map, 100)
    drag(seat_map, ground(seat_map), ground(seat_map) + QPoint(60, 30), button=button)
    assert middle_of(seat_map, 100) - before == QPoint(60, 30)


def test_the_wheel_zooms_about_the_mouse(qtbot, seat_map):
    seat = 300
    at = middle_of(seat_map, seat)
    with qtbot.waitSignal(seat_map.zoom_changed, timeout=500):
        event = QWheelEvent(
            QPointF(at),
            QPointF(seat_map.mapToGlobal(at)),
            QPoint(),
            QPoint(0, 120),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(seat_map, event)
    assert seat_map.zoom_percent == 119
    assert (middle_of(seat_map, seat) - at).manhattanLength() <= 2


def test_a_zoom_eases_and_arrives(qtbot, seat_map):
    seat_map.zoom_ms = 60
    seat_map.zoom_by(4)
    picture(seat_map)  # in the middle of the way
    qtbot.waitUntil(lambda: seat_map._glide is None, timeout=1000)
    assert seat_map.zoom_percent == 200
    assert (picture(seat_map) == redrawn(seat_map)).all()


def test_the_card_beside_a_seat_says_what_its_owner_says_and_covers_not_the_seat(qtbot, make_map):
    seat_map = make_map(make_house(600))
    seat_map.describe = lambda seat: (f"Seat {seat}", "€48, adult")
    for seat in (0, 30, 300, 599):
        QApplication.sendEvent(
            seat_map, moved(seat_map, middle_of(seat_map, seat), Qt.MouseButton.NoButton)
        )
        card = seat_map._card
        assert card.isVisible()
        assert (card._title, card._detail) == (f"Seat {seat}", "€48, adult")
        inner = card.geometry().adjusted(10, 10, -10, -10)
        assert not inner.intersects(seat_map.seat_rect(seat))
        assert seat_map.rect().contains(inner)


def test_hovering_tells_each_seat_once_and_leaving_tells_none(qtbot, seat_map):
    told = []
    seat_map.hovered.connect(told.append)
    for seat in (10, 10, 11):
        QApplication.sendEvent(
            seat_map, moved(seat_map, middle_of(seat_map, seat), Qt.MouseButton.NoButton)
        )
    QApplication.sendEvent(seat_map, QEvent(QEvent.Type.Leave))
    assert told == [10, 11, -1]


# --- keyboard ---------------------------------------------------------------------------------


def test_arrows_move_a_ring_and_return_presses_the_seat(qtbot, seat_map):
    bare = picture(seat_map)
    qtbot.keyClick(seat_map, Qt.Key.Key_Down)
    first = seat_map.cursor_seat
    assert first >= 0
    assert (picture(seat_map) != bare).any()
    qtbot.keyClick(seat_map, Qt.Key.Key_Left)
    assert seat_map.cursor_seat == first - 1
    assert seat_map.house.plan.row[first] in seat_map.accessibleDescription()
    for key in (Qt.Key.Key_Space, Qt.Key.Key_Return):
        with qtbot.waitSignal(seat_map.seat_clicked, timeout=500) as clicked:
            qtbot.keyClick(seat_map, key)
        assert clicked.args == [first - 1]


def test_the_keyboards_seat_stays_in_view(qtbot, seat_map):
    seat_map.set_cursor_seat(300)
    for _ in range(6):
        qtbot.keyClick(seat_map, Qt.Key.Key_Plus)
    for _ in range(60):
        qtbot.keyClick(seat_map, Qt.Key.Key_Left)
    assert seat_map.rect().contains(middle_of(seat_map, seat_map.cursor_seat))


def test_keys_zoom_and_fit(qtbot, seat_map):
    qtbot.keyClick(seat_map, Qt.Key.Key_Plus)
    qtbot.keyClick(seat_map, Qt.Key.Key_Plus)
    qtbot.keyClick(seat_map, Qt.Key.Key_Minus)
    assert seat_map.zoom_percent == 119
    qtbot.keyClick(seat_map, Qt.Key.Key_0)
    assert seat_map.zoom_percent == 100


def test_the_zoom_control_zooms_and_fits(qtbot, seat_map):
    control = seat_map._zoom
    qtbot.mouseClick(control, LEFT, pos=QPoint(control.width() - 10, 18))
    assert seat_map.zoom_percent == 119
    qtbot.mouseClick(control, LEFT, pos=QPoint(control.width() // 2, 18))
    assert seat_map.zoom_percent == 100
    qtbot.mouseClick(control, LEFT, pos=QPoint(10, 18))
    assert seat_map.zoom_percent == 84


# --- what is on screen ------------------------------------------------------------------------


@pytest.mark.parametrize("zoom", [0, 4])
def test_after_a_thousand_changes_and_a_pause_the_picture_is_as_if_drawn_anew(
    qtbot, make_map, zoom
):
    seat_map = make_map(make_house(2000))
    seat_map.set_states(evening(2000))
    seat_map.zoom_by(zoom)
    picture(seat_map)
    random = np.random.default_rng(5)
    for _ in range(10):
        seat_map.update_states(random.choice(2000, 100, replace=False), evening(100, seed=7))
        picture(seat_map)
    touched_up = picture(seat_map)
    qtbot.waitUntil(lambda: not seat_map._picture.touched_up, timeout=2000)
    idle = picture(seat_map)
    assert (idle == redrawn(seat_map)).all()
    assert (np.abs(touched_up - idle).max(axis=2) > 60).mean() < 0.001


def test_a_change_shows_at_once(seat_map):
    free = picture(seat_map)
    seat_map.update_states(np.array([300]), np.array([SeatState.SOLD], np.uint8))
    sold = picture(seat_map)
    changed = np.argwhere((free != sold).any(axis=2))
    where = seat_map.seat_rect(300).adjusted(-2, -2, 2, 2)
    assert len(changed) > 20
    assert all(where.contains(int(x), int(y)) for y, x in changed)


def test_a_seat_named_twice_takes_the_last_state(seat_map):
    states = np.array([SeatState.SOLD, SeatState.MINE], np.uint8)
    seat_map.update_states(np.array([3, 3]), states)
    assert seat_map.house.states[3] == SeatState.MINE
    assert seat_map.house.tints._free.sum() == 599


def test_states_for_another_number_of_seats_are_refused(seat_map):
    with pytest.raises(ValueError, match="5 states for 600 seats"):
        seat_map.set_states(np.zeros(5, np.uint8))


@pytest.mark.parametrize("zoom", [1, 6])
def test_a_moved_picture_is_as_if_drawn_anew(make_map, zoom):
    seat_map = make_map(make_house(2000))
    seat_map.set_states(evening(2000))
    seat_map.zoom_by(zoom)
    picture(seat_map)
    for dx, dy in ((-17, -9), (-17, -9), (11, 23), (-40, 3)):
        seat_map.pan(dx, dy)
        moved = picture(seat_map)
    assert (np.abs(moved - redrawn(seat_map)).max(axis=2) > 16).mean() < 0.0005


def test_the_house_dims_with_the_lights(qapp, seat_map):
    light = picture(seat_map)
    theme.apply(qapp, theme.load("dark"))
    dark = picture(seat_map)
    assert dark.mean() < 80
    assert light.mean() > 200
    assert (dark == redrawn(seat_map)).all()


class FineScreenMap(SeatMap):
    """As on a screen with two device pixels to each logical one."""

    def devicePixelRatioF(self) -> float:
        return 2.0


def test_a_fine_screen_gets_all_its_pixels_and_clicks_still_land(qtbot):
    seat_map = FineScreenMap()
    qtbot.addWidget(seat_map)
    seat_map.zoom_ms = 0
    seat_map.resize(900, 700)
    seat_map.set_plan(make_house(600))
    seat_map.show()
    picture(seat_map)
    assert seat_map._picture.pixmap.width() == 1800
    seat_map.zoom_by(3)
    assert seat_map.rect().contains(middle_of(seat_map, 300))
    with qtbot.waitSignal(seat_map.seat_clicked, timeout=500) as clicked:
        qtbot.mouseClick(seat_map, LEFT, pos=middle_of(seat_map, 300))
    assert clicked.args == [300]


def test_from_afar_the_blocks_pale_as_they_sell_and_a_click_leads_nearer(qtbot, make_map):
    seat_map = make_map(make_house(20_000), size=(500, 400))
    free = picture(seat_map)
    seat_map.update_states(np.arange(20_000), np.full(20_000, SeatState.SOLD, np.uint8))
    assert (picture(seat_map) != free).any(axis=2).mean() > 0.1
    qtbot.mouseClick(seat_map, LEFT, pos=middle_of(seat_map, 9_000))
    assert seat_map.zoom_percent == 200


def test_the_legend_hides_where_there_is_no_room_for_it(make_map):
    house = make_house(300)
    assert make_map(house, size=(900, 600))._legend.isVisible()
    assert not make_map(house, size=(420, 400))._legend.isVisible()


def test_the_overlays_cover_no_seat_at_fit(make_map):
    for house in (make_house(1000), hall()):
        seat_map = make_map(house, size=(800, 720))
        lowest = max(seat_map.seat_rect(seat).bottom() for seat in range(len(house)))
        assert lowest < min(seat_map._legend.y(), seat_map._zoom.y())


def test_an_imported_hall_is_shown_whole_with_its_stage(make_map):
    house = hall()
    seat_map = make_map(house, size=(800, 720))
    assert len(house) == 1057
    assert all(seat_map.rect().contains(seat_map.seat_rect(seat)) for seat in range(0, 1057, 13))
    stage = seat_map.house.scenery.stage
    x, y = seat_map._camera.point(*stage.box.middle)
    seen = picture(seat_map)[int(y) - 12, int(x) - 60]
    assert tuple(seen[::-1]) == theme.current().colour("stage").getRgb()[:3]


# --- standing areas ---------------------------------------------------------------------------


def test_a_standing_area_is_clicked_and_says_what_is_free(qtbot, make_map):
    house = replace(make_house(300), ga_areas=(GaArea(7, "Floor", 1, 301, 120),))
    seat_map = make_map(house)
    area = seat_map.house.scenery.areas[0]
    x, y = seat_map._camera.point(area.x + area.width / 2, area.y + area.height / 2)
    before = picture(seat_map)
    seat_map.set_ga_free({7: 64})
    assert (picture(seat_map) != before).any()
    with qtbot.waitSignal(seat_map.ga_clicked, timeout=500) as clicked:
        qtbot.mouseClick(seat_map, LEFT, pos=QPoint(int(x), int(y)))
    assert clicked.args == [7]


def test_a_house_of_standing_areas_alone_is_shown(make_map):
    none = {
        name: getattr(make_house(1), name)[:0]
        for name in "seat_no section zone row number label x y attributes row_no".split()
    }
    area = GaArea(1, "Floor", 2, 1, 500, 0.0, 0.0, 600.0, 300.0)
    seat_map = make_map(replace(make_house(1), **none, shapes=(), ga_areas=(area,)))
    seat_map.set_ga_free({1: 500})
    assert len(np.unique(picture(seat_map).reshape(-1, 3), axis=0)) > 5


# --- marks ------------------------------------------------------------------------------------


def mark(code, *, size=22, ink=None) -> np.ndarray:
    """One mark in grey, its brightness evened out so that only its shape is left."""
    image = QImage(size + 8, size + 8, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    middle = (size + 8) / 2
    ink = ink or inks(theme.current())[code]
    draw_mark(painter, code, ink, Place(middle, middle, size, size))
    painter.end()
    return pixels(image).mean(axis=2)


CODES = {
    **{state.name: state_code(state) for state in SeatState if state is not SeatState.FREE},
    "FREE": free_code(zone_colour=1),
    "WHEELCHAIR": free_code(zone_colour=1, kind=1),
    "COMPANION": free_code(zone_colour=1, kind=2),
    "RESTRICTED": free_code(zone_colour=1, kind=3),
}


@pytest.mark.parametrize("look", theme.NAMES)
@pytest.mark.parametrize("size", [14, 22, 40])
def test_every_mark_has_a_shape_of_its_own(qapp, look, size):
    """In grey, and with brightness evened out as well: nobody has to see colours to sell a seat."""
    theme.apply(qapp, theme.load(look))
    shapes = {name: _shape(mark(code, size=size)) for name, code in CODES.items()}
    for one, other in combinations(shapes, 2):
        difference = np.abs(shapes[one] - shapes[other])
        assert difference.mean() > 0.01, (one, other)
        assert (difference > 0.35).sum() >= 4, (one, other)


@pytest.mark.parametrize("look", theme.NAMES)
@pytest.mark.parametrize("size", [14, 22, 40])
def test_every_state_keeps_its_shape_in_the_colour_of_a_group(qapp, look, size):
    theme.apply(qapp, theme.load(look))
    one_group = Recolouring("By check-in", np.zeros(1, np.uint8), (Key("zone-2", "inside"),))
    ink = inks(theme.current(), one_group)
    for group in (0, 1):
        shapes = {
            state: _shape(mark(code, size=size, ink=ink[code]))
            for state in SeatState
            if (code := group_code(group, state=state)) < len(ink)
        }
        for one, other in combinations(shapes, 2):
            difference = np.abs(shapes[one] - shapes[other])
            assert (difference > 0.3).sum() >= 4, (group, one, other)


def _shape(grey):
    """Grey scaled to 0..1 between its darkest and brightest pixel inside the mark."""
    low, high = grey.min(), grey.max()
    return (grey - low) / max(1.0, high - low)


def test_free_and_sold_differ_in_grey_beyond_doubt(qapp):
    for look in theme.NAMES:
        theme.apply(qapp, theme.load(look))
        free, sold = mark(CODES["FREE"]), mark(CODES["SOLD"])
        assert np.abs(free - sold)[10:20, 10:20].mean() > 50


def test_each_state_has_its_code_and_free_seats_their_zone():
    states = np.array(SeatState, np.uint8)
    codes = mark_codes(states, np.full(len(states), 5, np.uint8))
    assert len(set(codes.tolist())) == len(SeatState)
    assert codes[SeatState.FREE] == 5


@pytest.mark.parametrize("attribute", [WHEELCHAIR, COMPANION, RESTRICTED_VIEW])
def test_what_a_free_seat_is_for_shows_on_it(make_map, attribute):
    house = make_house(40)
    plain = replace(house, attributes=np.zeros(40, np.int32))
    marked = replace(house, attributes=np.full(40, attribute, np.int32))
    assert (picture(make_map(plain)) != picture(make_map(marked))).any()


# --- fragments --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "rows",
    [
        np.zeros((4, 10), np.float32),
        np.zeros((4, 9)),
        np.zeros(40),
        np.zeros((8, 10))[::2],
        np.zeros((10, 4)).T,
    ],
)
def test_memory_of_another_shape_is_not_handed_to_qt(qapp, rows):
    pixmap = QPixmap(8, 8)
    painter = QPainter(pixmap)
    with pytest.raises(ValueError, match="contiguous float64"):
        draw_fragments(painter, pixmap, rows, 1)
    painter.end()


@pytest.mark.parametrize("count", [-1, 5])
def test_more_fragments_than_there_are_is_refused(qapp, count):
    pixmap = QPixmap(8, 8)
    painter = QPainter(pixmap)
    with pytest.raises(ValueError, match="fragments asked of 4"):
        draw_fragments(painter, pixmap, new_rows(4), count)
    painter.end()


def test_fragments_land_where_they_are_sent(qapp):
    source, target = QPixmap(4, 4), QPixmap(20, 20)
    source.fill(QColor("red"))
    target.fill(QColor("white"))
    rows = new_rows(2)
    rows[:, 0:2] = [[4, 4], [14, 12]]
    rows[:, 4:6] = 4
    painter = QPainter(target)
    draw_fragments(painter, source, rows, 2)
    painter.end()
    red = np.argwhere(pixels(target.toImage())[:, :, 0] == 0)
    assert len(red) == 32
    assert red.min() == 2
    assert red[:, 1].max() == 15
