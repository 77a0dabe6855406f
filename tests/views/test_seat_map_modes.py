"""The house coloured by who sits there, since when, who is in: colours, signs, legend, words."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from app.bench.houses import make_house
from tests.views.seat_maps import evening, middle_of, moved, picture, redrawn
from ui import theme
from ui.widgets.seat_map.colours import contrast, group_colour, readable_on
from ui.widgets.seat_map.recolouring import PARTY_COLOURS, Key, Recolouring, by_party, by_time
from ui.widgets.seat_map.states import (
    MOST_GROUPS,
    SeatState,
    codes_of,
    group_code,
    grouped_codes,
    meaning,
    state_code,
)

INSIDE, EXPECTED = Key("zone-2", "inside", "I"), Key("zone-7", "expected", "E")
HOUSE = make_house(600)


def by_checkin(states) -> Recolouring:
    groups = np.zeros(len(states), np.uint8)
    groups[states == SeatState.CHECKED_IN] = 1
    groups[states == SeatState.SOLD] = 2
    return Recolouring("By check-in", groups, (INSIDE, EXPECTED))


@pytest.fixture
def evening_map(make_map):
    seat_map = make_map(HOUSE)
    seat_map.set_states(evening(600))
    return seat_map


def seats_that_are(seat_map, state, *, count=5):
    return np.flatnonzero(seat_map.board.states == state)[:count].tolist()


def colour_on(seat_map, seat, image) -> tuple:
    """The colour of a seat's body, beside whatever is written in its middle."""
    at, reach = middle_of(seat_map, seat), round(0.29 * seat_map.seat_rect(seat).width())
    return tuple(image[at.y() - 2, at.x() - reach][::-1].tolist())


# --- on screen -----------------------------------------------------------------------------------


@pytest.mark.parametrize("look", theme.NAMES)
def test_taken_seats_wear_their_groups_colour_and_free_ones_fade(qapp, evening_map, look):
    theme.apply(qapp, theme.load(look))
    evening_map.zoom_by(4)
    zoned = picture(evening_map)
    evening_map.set_view_mode(by_checkin(evening_map.board.states))
    seen = picture(evening_map)
    ground = theme.current().colour("surface")
    open_to_sight = evening_map.rect().adjusted(20, 20, -20, -120)  # above the legend
    shown = [s for s in range(600) if open_to_sight.contains(middle_of(evening_map, s))]
    checked = 0
    for state, key in ((SeatState.SOLD, EXPECTED), (SeatState.CHECKED_IN, INSIDE)):
        wanted = theme.current().colour(key.colour).getRgb()[:3]
        for seat in set(shown) & set(seats_that_are(evening_map, state, count=600)):
            assert np.abs(np.subtract(colour_on(evening_map, seat, seen), wanted)).max() < 12
            checked += 1
    assert checked > 40
    free = next(s for s in seats_that_are(evening_map, SeatState.FREE, count=600) if s in shown)
    assert colour_on(evening_map, free, seen) == ground.getRgb()[:3]
    assert colour_on(evening_map, free, zoned) != ground.getRgb()[:3]


def test_this_basket_looks_as_always(evening_map):
    evening_map.zoom_by(4)
    zoned = picture(evening_map)
    evening_map.set_view_mode(by_checkin(evening_map.board.states))
    seen = picture(evening_map)
    mine = [
        seat
        for seat in seats_that_are(evening_map, SeatState.MINE, count=60)
        if evening_map.rect().adjusted(0, 0, 0, -120).contains(middle_of(evening_map, seat))
    ]
    assert mine
    assert all(
        colour_on(evening_map, seat, seen) == colour_on(evening_map, seat, zoned) for seat in mine
    )


def test_none_is_by_price_again(evening_map):
    before = picture(evening_map)
    evening_map.set_view_mode(by_checkin(evening_map.board.states))
    assert (picture(evening_map) != before).any()
    evening_map.set_view_mode(None)
    assert (picture(evening_map) == before).all()


def test_another_house_is_by_price(make_map):
    seat_map = make_map(HOUSE)
    before = picture(seat_map)
    seat_map.set_view_mode(by_checkin(seat_map.board.states))
    seat_map.set_plan(HOUSE)
    assert (picture(seat_map) == before).all()


@pytest.mark.parametrize("zoom", [0, 4])
def test_changes_while_recoloured_show_as_if_drawn_anew(qtbot, evening_map, zoom):
    evening_map.zoom_by(zoom)
    evening_map.set_view_mode(by_checkin(evening_map.board.states))
    picture(evening_map)
    random = np.random.default_rng(3)
    for seed in range(4):
        evening_map.update_states(random.choice(600, 60, replace=False), evening(60, seed=seed))
        touched_up = picture(evening_map)
    qtbot.waitUntil(lambda: not evening_map._picture.touched_up, timeout=2000)
    idle = picture(evening_map)
    assert (idle == redrawn(evening_map)).all()
    assert (np.abs(touched_up - idle).max(axis=2) > 60).mean() < 0.001


def test_the_lights_go_down_in_any_view(qapp, evening_map):
    evening_map.set_view_mode(by_checkin(evening_map.board.states))
    theme.apply(qapp, theme.load("dark"))
    dark = picture(evening_map)
    assert dark.mean() < 80
    assert (dark == redrawn(evening_map)).all()


def test_a_sign_stands_on_the_seats_of_its_group_instead_of_their_numbers(evening_map):
    evening_map.zoom_by(6)
    states = evening_map.board.states
    groups = np.where(states == SeatState.SOLD, 1, 0).astype(np.uint8)
    pictures = []
    for sign in ("", "A", "B"):
        evening_map.set_view_mode(Recolouring("By class", groups, (Key("zone-3", "x", sign),)))
        pictures.append(picture(evening_map))
    sold = [
        seat
        for seat in seats_that_are(evening_map, SeatState.SOLD, count=600)
        if evening_map.rect().adjusted(40, 40, -40, -130).contains(middle_of(evening_map, seat))
    ]
    assert len(sold) > 5

    def written(seat, image):
        at = middle_of(evening_map, seat)
        return image[at.y() - 8 : at.y() + 9, at.x() - 10 : at.x() + 11]

    numbers, letters, others = ([written(seat, image) for seat in sold] for image in pictures)
    assert all((a != b).any() for a, b in zip(numbers, letters, strict=True))
    assert all((a != b).any() for a, b in zip(letters, others, strict=True))


def test_from_afar_blocks_take_the_colour_of_most_of_their_seats(make_map):
    house = make_house(20_000)
    seat_map = make_map(house, size=(500, 400))
    seat_map.set_states(np.full(20_000, SeatState.SOLD, np.uint8))
    gone = picture(seat_map)
    groups = np.where(np.arange(20_000) < 10_000, 1, 2).astype(np.uint8)
    seat_map.set_view_mode(Recolouring("By check-in", groups, (INSIDE, EXPECTED)))
    seen = picture(seat_map)
    assert (seen != gone).any(axis=2).mean() > 0.1
    one, other = (middle_of(seat_map, seat) for seat in (4_000, 15_000))
    assert (seen[one.y(), one.x()] != seen[other.y(), other.x()]).any()


def test_the_card_says_what_the_colour_means(evening_map):
    evening_map.set_view_mode(by_checkin(evening_map.board.states))
    seat = seats_that_are(evening_map, SeatState.CHECKED_IN)[0]
    QApplication.sendEvent(
        evening_map, moved(evening_map, middle_of(evening_map, seat), Qt.MouseButton.NoButton)
    )
    assert evening_map._card._detail == "checked in. inside"


# --- the legend ------------------------------------------------------------------------------


def test_the_legend_names_the_rarer_states_that_there_are_and_no_others(seat_map):
    usual = ["free", "this basket", "held at another till", "sold", "blocked"]
    assert seat_map._legend.texts() == usual
    one = np.array([7])
    seat_map.update_states(one, np.array([SeatState.CHECKED_IN], np.uint8))
    assert seat_map._legend.texts() == [*usual, "checked in"]
    seat_map.update_states(one, np.array([SeatState.RESERVED], np.uint8))
    assert seat_map._legend.texts() == [*usual, "reserved"]
    seat_map.update_states(one, np.array([SeatState.FREE], np.uint8))
    assert seat_map._legend.texts() == usual


def test_a_legend_its_owner_chose_stays(seat_map):
    seat_map.show_legend([(SeatState.FREE, "seat"), (SeatState.MINE, "selected")])
    seat_map.update_states([7], np.array([SeatState.CHECKED_IN], np.uint8))
    assert seat_map._legend.texts() == ["seat", "selected"]


def test_the_legend_of_a_view_names_its_groups_and_shows_their_signs(evening_map):
    states = evening_map._legend.texts()
    evening_map.set_view_mode(by_checkin(evening_map.board.states))
    assert evening_map._legend.texts() == ["By check-in", "inside", "expected", "free"]
    assert [item.sign for item in evening_map._legend._items] == ["", "I", "E", ""]
    assert evening_map._legend.isVisible()
    evening_map.set_view_mode(None)
    assert evening_map._legend.texts() == states


def test_a_long_legend_takes_several_lines_and_covers_no_seat(make_map):
    seat_map = make_map(HOUSE, size=(620, 640))
    seat_map.set_states(evening(600))
    assert seat_map._legend.isVisible()
    assert seat_map._legend.height() > 60
    seat_map.fit()
    lowest = max(seat_map.seat_rect(seat).bottom() for seat in range(600))
    assert lowest < seat_map._legend.y()
    assert not seat_map._legend.geometry().intersects(seat_map._zoom.geometry())


def test_a_state_that_comes_does_not_move_a_house_in_front_of_ones_eyes(make_map):
    seat_map = make_map(HOUSE, size=(620, 640))
    picture(seat_map)
    place = middle_of(seat_map, 300)
    seat_map.set_states(evening(600))
    picture(seat_map)
    assert middle_of(seat_map, 300) == place


# --- colours ---------------------------------------------------------------------------------


@pytest.mark.parametrize("look", theme.NAMES)
@pytest.mark.parametrize("colour", [*PARTY_COLOURS, *np.linspace(0, 1, 11).tolist()])
def test_every_colour_stands_out_and_what_is_written_on_it_reads(look, colour):
    chosen = theme.load(look)
    body = group_colour(chosen, colour)
    assert contrast(body, chosen.colour("surface")) >= 3
    assert contrast(body, readable_on(chosen, body)) >= 4.5


@pytest.mark.parametrize("look", theme.NAMES)
def test_neighbouring_steps_of_the_ramp_are_told_apart(look):
    steps = [group_colour(theme.load(look), place / 5) for place in range(6)]
    for one, other in pairwise(steps):
        away = np.subtract(one.getRgb()[:3], other.getRgb()[:3])
        assert np.abs(away).sum() > 40


# --- the data --------------------------------------------------------------------------------


def test_every_code_means_one_thing():
    for code in range(codes_of(MOST_GROUPS)):
        meant = meaning(code)
        if meant.group >= 0:
            assert group_code(meant.group, state=meant.state, kind=meant.kind) == code
    assert codes_of(MOST_GROUPS) <= 256


@given(data=st.data(), count=st.integers(1, 40))
def test_codes_of_many_seats_are_those_of_each(data, count):
    one = st.lists(st.integers(0, 8), min_size=count, max_size=count)
    states, groups = (np.array(data.draw(one), np.uint8) for _ in range(2))
    kinds = np.array(data.draw(one), np.uint8) % 4
    codes = grouped_codes(states, kinds, groups)
    for code, state, kind, group in zip(codes, states, kinds, groups, strict=True):
        wanted = (
            state_code(SeatState.MINE)
            if state == SeatState.MINE
            else group_code(int(group), state=SeatState(int(state)), kind=int(kind))
        )
        assert code == wanted


def test_what_cannot_be_shown_is_refused(seat_map):
    with pytest.raises(ValueError, match="17 groups, 16 can be told apart"):
        Recolouring("", np.zeros(600, np.uint8), (INSIDE,) * 17)
    with pytest.raises(ValueError, match="group 3 of 2"):
        Recolouring("", np.full(600, 3, np.uint8), (INSIDE, EXPECTED))
    with pytest.raises(ValueError, match="5 groups for 600 seats"):
        seat_map.set_view_mode(Recolouring("", np.zeros(5, np.uint8), ()))


@given(
    runs=st.lists(st.tuples(st.integers(0, 30), st.integers(1, 9)), min_size=1, max_size=120),
)
def test_parties_side_by_side_differ_and_one_party_has_one_colour(runs):
    parties = np.repeat([party for party, _ in runs], [length for _, length in runs])
    parties = np.resize(parties, 600).astype(np.int64)
    mode = by_party(HOUSE, parties, title="By booking", words="one colour a booking")
    assert (mode.groups[parties == 0] == 0).all()
    assert (mode.groups[parties != 0] > 0).all()
    for party in set(parties.tolist()):
        assert len(set(mode.groups[parties == party].tolist())) == 1
    neighbours: dict[int, set[int]] = {}
    for i in np.flatnonzero(HOUSE.beside_next).tolist():
        if parties[i] != parties[i + 1]:
            neighbours.setdefault(int(parties[i]), set()).add(int(parties[i + 1]))
            neighbours.setdefault(int(parties[i + 1]), set()).add(int(parties[i]))
    for party, others in neighbours.items():
        if party and len(others) < len(PARTY_COLOURS):
            mine = mode.groups[parties == party][0]
            assert all(
                mode.groups[parties == o][0] != mine for o in others if len(neighbours[o]) < 8
            )


def test_sales_are_ranked_by_when_they_were_made():
    now = datetime(2026, 11, 24, 19, tzinfo=UTC)
    steps = [(now - timedelta(days=7), "this week"), (now - timedelta(hours=1), "this hour")]
    times = np.array([np.nan, *((now - timedelta(hours=h)).timestamp() for h in (900, 50, 0.5))])
    mode = by_time(times, title="By time sold", steps=steps)
    assert mode.groups.tolist() == [0, 1, 1, 2]
    assert [(key.colour, key.words, key.sign) for key in mode.keys] == [
        (0.0, "this week", "1"),
        (1.0, "this hour", "2"),
    ]
