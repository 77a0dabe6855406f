"""Rows are updated by key: what the operator has chosen stays chosen."""

from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester

from ui import theme
from ui.widgets.rows import ROW_ROLE, Column, RowsModel
from ui.widgets.table import Table


@dataclass(frozen=True)
class Booking:
    number: int
    name: str = "Ada"
    total: str = "48.00"


COLUMNS = [
    Column("Number", lambda b: str(b.number), width=80),
    Column("Name", lambda b: b.name),
    Column("Total", lambda b: b.total, figures=True, tone=lambda b: "bad" * (b.total == "0.00")),
]


def model(rows=()):
    made = RowsModel(COLUMNS, key=lambda b: b.number)
    made.set_rows(rows)
    return made


def some(*numbers):
    return [Booking(n) for n in numbers]


def recorded(rows):
    log = []
    rows.rowsInserted.connect(lambda _, a, b: log.append(("in", a, b)))
    rows.rowsRemoved.connect(lambda _, a, b: log.append(("out", a, b)))
    rows.dataChanged.connect(lambda a, b: log.append(("changed", a.row(), b.row())))
    rows.layoutChanged.connect(lambda: log.append("moved"))
    rows.modelReset.connect(lambda: log.append("reset"))
    return log


def test_a_sale_elsewhere_inserts_one_row_and_touches_nothing_else():
    rows = model(some(1, 2, 4))
    log = recorded(rows)
    rows.set_rows(some(1, 2, 3, 4))
    assert log == [("in", 2, 2)]


def test_unchanged_rows_say_nothing():
    rows = model(some(1, 2, 3))
    log = recorded(rows)
    rows.set_rows(some(1, 2, 3))
    assert log == []


def test_neighbours_that_go_or_change_are_told_together():
    rows = model(some(1, 2, 3, 4, 5))
    log = recorded(rows)
    rows.set_rows([Booking(1), replace(Booking(4), name="Jo"), replace(Booking(5), name="Jo")])
    assert log == [("out", 1, 2), ("changed", 1, 2)]


def test_a_sort_is_one_layout_change():
    rows = model(some(1, 2, 3))
    log = recorded(rows)
    rows.set_rows(some(3, 2, 1))
    assert log == ["moved"]


def test_two_rows_of_one_key_are_a_bug():
    with pytest.raises(ValueError, match="same key"):
        model(some(1, 1))


numbers = st.lists(st.integers(0, 12), unique=True)


@given(
    before=numbers, after=numbers, changed=st.sets(st.integers(0, 12)), watched=st.integers(0, 12)
)
def test_whatever_comes_the_rows_are_as_asked_and_a_chosen_one_is_followed(
    before, after, changed, watched
):
    rows = model(some(*before))
    QAbstractItemModelTester(rows, QAbstractItemModelTester.FailureReportingMode.Fatal)
    held = None
    if watched in before:
        held = rows.index(before.index(watched), 1)
        held = type(held)(held)
    wanted = [Booking(n, name="Jo" if n in changed else "Ada") for n in after]
    rows.set_rows(wanted)
    assert rows.rows() == tuple(wanted)
    assert rows.position(watched) == (after.index(watched) if watched in after else -1)


def test_the_chosen_row_stays_chosen_when_others_come_go_and_move(qtbot):
    rows = model(some(1, 2, 3))
    table = Table(rows, accessible="Bookings")
    qtbot.addWidget(table)
    table.choose(1)
    rows.set_rows(some(9, 3, 2, 7))
    assert table.value() == Booking(2)
    assert table.currentIndex().row() == 2


def test_the_scroll_position_survives_an_update(qtbot):
    rows = model(some(*range(100)))
    table = Table(rows, accessible="Bookings")
    qtbot.addWidget(table)
    table.resize(400, 300)
    table.show()
    table.verticalScrollBar().setValue(800)
    rows.set_rows([replace(row, total="1.00") for row in rows.rows()])
    assert table.verticalScrollBar().value() == 800


def test_money_stands_at_the_right_and_tones_are_tokens():
    rows = model([Booking(1, total="0.00"), Booking(2)])
    assert (
        rows.data(rows.index(0, 2), Qt.ItemDataRole.TextAlignmentRole) & Qt.AlignmentFlag.AlignRight
    )
    tone = Qt.ItemDataRole.ForegroundRole
    assert rows.data(rows.index(0, 2), tone) == theme.current().colour("bad")
    assert rows.data(rows.index(1, 2), tone) is None
    assert rows.data(rows.index(1, 0), ROW_ROLE) == Booking(2)


def test_return_and_double_click_open_the_row(qtbot):
    table = Table(model(some(1, 2)), accessible="Bookings")
    qtbot.addWidget(table)
    table.resize(400, 300)
    table.show()
    opened = []
    table.opened.connect(opened.append)
    table.choose(0)
    qtbot.keyClick(table, Qt.Key.Key_Return)
    place = table.visualRect(table.model().index(1, 0)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.mouseDClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert opened == [Booking(1), Booking(2)]


def test_tab_into_a_table_marks_its_first_row_as_chosen(qtbot):
    table = Table(model(some(1, 2)), accessible="Bookings")
    qtbot.addWidget(table)
    table.show()
    picked = []
    table.picked.connect(picked.append)
    table.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(table.hasFocus)
    assert [index.row() for index in table.selectionModel().selectedRows()] == [0]
    assert picked == [Booking(1)]


def test_rows_are_forty_pixels_high(qtbot):
    table = Table(model(some(1)), accessible="Bookings")
    qtbot.addWidget(table)
    assert table.rowHeight(0) == theme.current().size("row")
