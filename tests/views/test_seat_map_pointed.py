"""What the map points out: seats suggested before they are held, and seats that would be left alone."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtWidgets import QApplication

from app.bench.houses import make_house
from tests.views.seat_maps import LEFT, evening, middle_of, moved, picture, redrawn
from ui import theme
from ui.widgets.seat_map.states import SeatState


def grey(image) -> np.ndarray:
    return image.mean(axis=2)


def near(seat_map, seat, image, *, reach=6) -> np.ndarray:
    """The pixels of a seat and just round it."""
    box = seat_map.seat_rect(seat).adjusted(-reach, -reach, reach, reach)
    return image[box.top() : box.bottom() + 1, box.left() : box.right() + 1]


@pytest.mark.parametrize("look", theme.NAMES)
def test_suggested_seats_stand_out_without_colour_and_the_others_stay_as_they_are(
    qapp, seat_map, look
):
    theme.apply(qapp, theme.load(look))
    before = picture(seat_map)
    seat_map.set_suggested([300, 301, 302])
    after = picture(seat_map)
    for seat in (300, 301, 302):
        change = np.abs(grey(near(seat_map, seat, after)) - grey(near(seat_map, seat, before)))
        assert (change > 40).mean() > 0.12
    box = seat_map.seat_rect(300).united(seat_map.seat_rect(302)).adjusted(-9, -9, 9, 9)
    changed = np.argwhere((after != before).any(axis=2)).tolist()
    assert all(box.contains(x, y) for y, x in changed)


def test_neighbours_are_joined_and_seats_across_the_aisle_are_not(seat_map):
    ground = tuple(theme.current().colour("surface").getRgb()[:3])
    plan = seat_map.house.plan
    aisle = next(
        i
        for i in range(200, 600)
        if plan.row[i] == plan.row[i + 1] and plan.row_no[i] != plan.row_no[i + 1]
    )
    seat_map.set_suggested([aisle - 1, aisle, aisle + 1, aisle + 2])
    seen = picture(seat_map)[:, :, ::-1]

    def between(one, other):
        middle = (QPointF(middle_of(seat_map, one)) + QPointF(middle_of(seat_map, other))) / 2
        return tuple(seen[round(middle.y()), round(middle.x())].tolist())

    assert between(aisle - 1, aisle) != ground
    assert between(aisle + 1, aisle + 2) != ground
    assert between(aisle, aisle + 1) == ground


def test_pointing_out_draws_no_seat_of_the_picture_anew(seat_map):
    seat_map.set_states(evening(600))
    before = picture(seat_map)
    kept = seat_map._picture.pixmap.cacheKey()
    seat_map.set_suggested([300, 301])
    seat_map.set_warned([410])
    assert (picture(seat_map) != before).any()
    seat_map.set_suggested(())
    seat_map.set_warned(())
    assert (picture(seat_map) == before).all()
    assert seat_map._picture.pixmap.cacheKey() == kept


@pytest.mark.parametrize("look", theme.NAMES)
def test_a_warned_seat_bears_a_mark_of_its_own_that_covers_no_other_seat(qapp, seat_map, look):
    theme.apply(qapp, theme.load(look))
    seat_map.zoom_by(4, QPointF(middle_of(seat_map, 300)))
    before = picture(seat_map)
    seat_map.set_warned([300])
    after = picture(seat_map)
    changed = (after != before).any(axis=2)
    box = seat_map.seat_rect(300).adjusted(-10, -10, 10, 10)
    assert all(box.contains(x, y) for y, x in np.argwhere(changed).tolist())
    grown = np.abs(grey(after) - grey(before)) > 50
    assert grown.sum() > 60
    for other in (299, 301):
        place = middle_of(seat_map, other)
        assert not changed[place.y() - 4 : place.y() + 5, place.x() - 4 : place.x() + 5].any()
    seat_map.set_suggested([300])
    assert (picture(seat_map) != after).any()


def test_a_seat_sold_meanwhile_shows_so_inside_its_capsule(seat_map):
    seat_map.set_suggested([300, 301])
    free = picture(seat_map)
    seat_map.update_states([300], np.array([SeatState.SOLD], np.uint8))
    x, y = middle_of(seat_map, 300).toTuple()
    seen = picture(seat_map)
    assert (seen[y, x] != free[y, x]).any()
    assert (seen == redrawn(seat_map)).all()


def test_from_afar_a_pin_says_where_they_are(make_map):
    seat_map = make_map(make_house(20_000), size=(500, 400))
    before = picture(seat_map)
    seat_map.set_suggested([9_000, 9_001, 9_002])
    after = picture(seat_map)
    changed = np.argwhere((before != after).any(axis=2))
    assert len(changed) > 150
    at = middle_of(seat_map, 9_001)
    assert np.abs(changed.mean(axis=0) - (at.y(), at.x())).max() < 2


def test_suggestions_come_into_view_and_the_house_stays_where_they_are_seen(seat_map):
    seat_map.zoom_by(8, QPointF(middle_of(seat_map, 20)))
    assert not seat_map.rect().contains(middle_of(seat_map, 590))
    seat_map.set_suggested([590, 591])
    assert seat_map.rect().contains(middle_of(seat_map, 590))
    place = middle_of(seat_map, 590)
    seat_map.set_suggested([591, 592])
    assert middle_of(seat_map, 590) == place


def test_the_card_and_the_voice_say_what_is_pointed_out(qtbot, seat_map):
    seat_map.describe = lambda seat: (f"Seat {seat}", "48 euros")
    seat_map.set_suggested([300])
    seat_map.set_warned([301])
    for seat, words in ((300, "48 euros. suggested"), (301, "48 euros. would be left alone")):
        QApplication.sendEvent(
            seat_map, moved(seat_map, middle_of(seat_map, seat), Qt.MouseButton.NoButton)
        )
        assert seat_map._card._detail == words
        seat_map.set_cursor_seat(seat)
        assert seat_map.accessibleDescription() == f"Seat {seat}. {words}"


def test_a_suggested_seat_is_clicked_as_any_other(qtbot, seat_map):
    seat_map.set_suggested([300, 301])
    with qtbot.waitSignal(seat_map.seat_clicked, timeout=500) as clicked:
        qtbot.mouseClick(seat_map, LEFT, pos=middle_of(seat_map, 301) + QPoint(1, 1))
    assert clicked.args == [301]


def test_another_house_has_nothing_pointed_out(make_map):
    seat_map = make_map(make_house(600))
    bare = picture(seat_map)
    seat_map.set_suggested([300])
    seat_map.set_warned([301])
    seat_map.set_plan(make_house(600))
    assert (picture(seat_map) == bare).all()
