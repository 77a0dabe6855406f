"""The house as a list: always what the map shows, walked by keys, read aloud, quick at any size."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAccessible, QKeyEvent
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication

from app.bench.houses import make_house
from app.domain.seating import COMPANION, WHEELCHAIR
from tests.views.seat_maps import LEFT, SHIFT, evening, middle_of, picture
from ui import theme
from ui.widgets.seat_map.board import SeatBoard
from ui.widgets.seat_map.seat_list import SeatList, SeatRows, Shown
from ui.widgets.seat_map.seat_words import state_words
from ui.widgets.seat_map.states import SeatState

KEY = Qt.Key
HOUSE = make_house(400)
STATE = 2


@pytest.fixture
def make_list(qtbot):
    def make(board):
        seats = SeatList(board)
        qtbot.addWidget(seats)
        seats.resize(900, 500)
        seats.show()
        seats.table.setFocus()
        qtbot.waitExposed(seats)
        return seats

    return make


@pytest.fixture
def both(make_map, make_list):
    seat_map = make_map(HOUSE)
    seat_map.set_states(evening(400))
    return seat_map, make_list(seat_map.board)


@pytest.fixture
def watched(both):
    """Both, and Qt's own judge of models at the list's."""
    judge = QAbstractItemModelTester(
        both[1].rows, QAbstractItemModelTester.FailureReportingMode.Fatal
    )
    yield both
    judge.deleteLater()


def board_of(house, states=None):
    board = SeatBoard()
    board.set_plan(house)
    if states is not None:
        board.set_states(states)
    return board


def words(rows, row, column=STATE):
    return rows.data(rows.index(row, column))


def shown(rows):
    return [rows.value_at(row) for row in range(rows.rowCount())]


# --- in step with the map ------------------------------------------------------------------------

seat_numbers = st.lists(st.integers(0, 399), min_size=1, max_size=30)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("some"), seat_numbers, st.integers(0, 8)),
        st.tuples(st.just("all"), st.just([]), st.integers(0, 50)),
        st.tuples(st.just("filter"), st.just([]), st.integers(0, 2)),
        st.tuples(st.just("suggest"), seat_numbers, st.just(0)),
        st.tuples(st.just("plan"), st.just([]), st.just(0)),
    ),
    max_size=12,
)


@settings(
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=steps)
def test_whatever_happens_the_list_says_what_the_map_shows(watched, steps):
    seat_map, seats = watched
    rows = seats.rows
    held = Shown.ALL
    seats.show_only(held)
    for act, some, number in steps:
        if act == "some":
            seat_map.update_states(some, np.full(len(some), number, np.uint8))
        elif act == "all":
            seat_map.set_states(evening(400, seed=number))
        elif act == "filter":
            held = list(Shown)[number]
            seats.show_only(held)
        elif act == "suggest":
            seat_map.set_suggested(some)
        else:
            seat_map.set_plan(HOUSE)
        states = seat_map.house.states
        wanted = {
            Shown.ALL: range(400),
            Shown.FREE: np.flatnonzero(states == SeatState.FREE).tolist(),
            Shown.MINE: np.flatnonzero(states == SeatState.MINE).tolist(),
        }[held]
        assert shown(rows) == list(wanted)
        for row, seat in enumerate(wanted):
            said = state_words(SeatState(int(states[seat])))
            if seat in seat_map.board.suggested:
                said += ", suggested"
            assert words(rows, row) == said


def test_what_is_on_screen_changes_with_the_state(both):
    seat_map, seats = both
    seat = int(np.flatnonzero(seat_map.board.states == SeatState.FREE)[0])
    seats.table.choose(seat)
    before = picture(seats)
    seat_map.update_states([seat], np.array([SeatState.SOLD], np.uint8))
    after = picture(seats)
    assert (before != after).any()
    line = seats.table.visualRect(seats.rows.index(seat, STATE))
    line.translate(seats.table.viewport().mapTo(seats, line.topLeft()) - line.topLeft())
    changed = np.argwhere((before != after).any(axis=2)).tolist()
    assert all(line.adjusted(-2, -2, 2, 2).contains(x, y) for y, x in changed)


def test_the_cursor_is_one_whichever_of_the_two_is_walked(qtbot, both):
    seat_map, seats = both
    seat_map.set_cursor_seat(200)
    assert seats.table.currentIndex().row() == 200
    qtbot.keyClick(seats.table, KEY.Key_Down)
    assert seat_map.cursor_seat == 201
    seat_map.setFocus()
    qtbot.keyClick(seat_map, KEY.Key_Left)
    assert seats.table.currentIndex().row() == seat_map.cursor_seat != 201


def test_a_click_on_the_map_is_followed_by_the_list(qtbot, both):
    seat_map, seats = both
    qtbot.mouseClick(seat_map, LEFT, pos=middle_of(seat_map, 123))
    assert seats.table.currentIndex().row() == 123
    assert seats.table.visualRect(seats.rows.index(123, 0)).isValid()


def test_rows_spanned_are_the_maps_range_and_the_maps_are_the_rows(qtbot, both):
    seat_map, seats = both
    seats.table.choose(50)
    for _ in range(3):
        qtbot.keyClick(seats.table, KEY.Key_Down, SHIFT)
    assert seat_map.board.span.tolist() == [50, 51, 52, 53]
    seat_map.set_cursor_seat(100)
    assert seat_map.board.span.tolist() == []
    chosen = seats.table.selectionModel()
    assert [index.row() for index in chosen.selectedRows()] == [100]
    qtbot.keyClick(seat_map, KEY.Key_Left, SHIFT)
    qtbot.keyClick(seat_map, KEY.Key_Down, SHIFT)
    span = seat_map.board.span.tolist()
    assert len(span) == 4
    assert sorted(index.row() for index in chosen.selectedRows()) == span


def test_the_list_keeps_its_place_when_seats_leave_a_filter(both):
    seat_map, seats = both
    seats.show_only(Shown.FREE)
    free = np.flatnonzero(seat_map.board.states == SeatState.FREE)
    seat_map.set_cursor_seat(int(free[60]))
    bar = seats.table.verticalScrollBar()
    before = bar.value()
    seat_map.update_states(free[80:83], np.full(3, SeatState.SOLD, np.uint8))
    assert seats.rows.rowCount() == len(free) - 3
    assert seats.table.currentIndex().row() == 60
    assert bar.value() == before
    seat_map.update_states(free[60:61], np.array([SeatState.SOLD], np.uint8))
    assert not seats.table.currentIndex().isValid()
    assert seat_map.cursor_seat == free[60]


# --- taking ------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", [KEY.Key_Space, KEY.Key_Return, KEY.Key_Enter])
def test_space_and_return_take_the_seat(qtbot, both, key):
    _, seats = both
    seats.table.choose(7)
    with qtbot.waitSignal(seats.seat_clicked, timeout=500) as clicked:
        qtbot.keyClick(seats.table, key)
    assert clicked.args == [7]


def test_space_takes_all_rows_spanned_and_the_span_is_gone(qtbot, both):
    seat_map, seats = both
    seats.show_only(Shown.FREE)
    free = np.flatnonzero(seat_map.board.states == SeatState.FREE)
    seats.table.choose(3)
    for _ in range(2):
        qtbot.keyClick(seats.table, KEY.Key_Down, SHIFT)
    with (
        qtbot.waitSignal(seats.seats_dragged, timeout=500) as dragged,
        qtbot.assertNotEmitted(seats.seat_clicked),
    ):
        qtbot.keyClick(seats.table, KEY.Key_Space)
    assert dragged.args[0].tolist() == free[3:6].tolist()
    with qtbot.waitSignal(seats.seat_clicked, timeout=500) as clicked:
        qtbot.keyClick(seats.table, KEY.Key_Space)
    assert clicked.args == [free[5]]


def test_a_double_click_takes_the_seat(qtbot, both):
    _, seats = both
    seats.table.choose(4)
    place = seats.table.visualRect(seats.rows.index(4, 1)).center()
    with qtbot.waitSignal(seats.seat_clicked, timeout=500) as clicked:
        qtbot.mouseClick(seats.table.viewport(), LEFT, pos=place)
        qtbot.mouseDClick(seats.table.viewport(), LEFT, pos=place)
    assert clicked.args == [4]


def test_escape_lets_the_span_go_and_only_then_goes_on(qtbot, both):
    seat_map, seats = both
    seats.table.choose(7)
    qtbot.keyClick(seats.table, KEY.Key_Down, SHIFT)
    accepted = []
    for _ in range(2):
        event = QKeyEvent(QEvent.Type.KeyPress, KEY.Key_Escape, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(seats.table, event)
        accepted.append(event.isAccepted())
    assert accepted == [True, False]
    assert not len(seat_map.board.span)
    assert len(seats.table.selectionModel().selectedRows()) == 1


# --- finding -----------------------------------------------------------------------------------


def test_typing_a_label_goes_to_its_seat(qtbot, both):
    seat_map, seats = both
    wanted = HOUSE.label.index("F-12")
    qtbot.keyClicks(seats.table, "f12")
    assert seat_map.cursor_seat == wanted


def test_the_filter_is_pressed_and_says_how_many(qtbot, both):
    seat_map, seats = both
    free = int((seat_map.board.states == SeatState.FREE).sum())
    qtbot.mouseClick(seats.filter._segments[1], LEFT)
    assert seats.rows.rowCount() == free
    assert seats.count.text() == f"{free} seats"


# --- what it says ------------------------------------------------------------------------------


def test_a_row_says_seat_zone_state_and_traits():
    attributes = np.zeros(400, np.int32)
    attributes[3] = WHEELCHAIR | COMPANION
    house = replace(HOUSE, attributes=attributes)
    rows = SeatRows(board_of(house), describe_state=None)
    columns = range(rows.columnCount())
    assert [rows.headerData(i, Qt.Orientation.Horizontal) for i in columns] == [
        "Seat", "Price zone", "State", "Good to know",
    ]  # fmt: skip
    row, number = house.row[3], house.number[3]
    assert [words(rows, 3, column) for column in columns] == [
        f"Stalls, row {row}, seat {number}",
        "Premium",
        "free",
        "wheelchair space, companion seat",
    ]


def test_a_screen_reader_hears_the_whole_seat_in_its_first_cell(both):
    seat_map, seats = both
    seat_map.update_states([0], np.array([SeatState.FREE], np.uint8))
    seat_map.set_suggested([0])
    seats.table.choose(0)
    place = seats.table.viewport().mapToGlobal(
        seats.table.visualRect(seats.rows.index(0, 0)).center()
    )
    cell = QAccessible.queryAccessibleInterface(seats.table).childAt(place.x(), place.y())
    plan = HOUSE
    assert cell.text(QAccessible.Text.Name) == (
        f"Stalls, row {plan.row[0]}, seat {plan.number[0]}. free, suggested. Restricted view."
        " restricted view"
    )
    assert seats.table.accessibleName() == "Seats"


def test_its_owner_may_say_more_of_a_state(qtbot):
    board = board_of(HOUSE, evening(400))
    seats = SeatList(board, describe_state=lambda seat: f"Held at Box {seat}")
    qtbot.addWidget(seats)
    assert words(seats.rows, 9) == "Held at Box 9"


def test_a_chosen_row_keeps_the_colours_of_its_mark(qapp, both):
    seat_map, seats = both
    seat_map.update_states([5], np.array([SeatState.MINE], np.uint8))
    for look in theme.NAMES:
        theme.apply(qapp, theme.load(look))
        seats.table.choose(5)
        cell = seats.table.visualRect(seats.rows.index(5, STATE))
        corner = seats.table.viewport().mapTo(seats, cell.topLeft())
        part = picture(seats)[corner.y() : corner.y() + cell.height(), corner.x() :][:, :40, ::-1]
        body = theme.current().colour("mine").getRgb()[:3]
        assert (np.abs(part - body).max(axis=2) < 4).sum() > 60


# --- size --------------------------------------------------------------------------------------


def test_a_great_house_writes_out_only_what_is_looked_at(qtbot):
    board = board_of(make_house(100_000), evening(100_000))
    asked = []
    seats = SeatList(board, describe_state=lambda seat: asked.append(seat) or "sold")
    qtbot.addWidget(seats)
    seats.resize(900, 500)
    seats.show()
    picture(seats)
    assert seats.rows.rowCount() == 100_000
    board.move_cursor(60_000)
    picture(seats)
    board.update_states(np.arange(0, 100_000, 100), np.full(1_000, SeatState.SOLD, np.uint8))
    picture(seats)
    assert 60_000 in asked
    assert len(set(asked)) < 120
