"""Lists too long to hold: a page is read when it comes into sight, and the selection keeps to its row."""

import pytest
from PySide6.QtCore import Qt

from app.domain.errors import DatabaseUnavailable
from ui.tasks import ImmediateTasks
from ui.widgets.cells import StatusCell
from ui.widgets.rows import Column
from ui.widgets.table import Table
from ui.widgets.windowed import Source, WindowedModel

MILLION = 1_000_000


class SlowTasks(ImmediateTasks):
    """Keeps work back until told, and drops what a newer request of the same key overtook."""

    def __init__(self) -> None:
        self._kept = []

    def run(self, owner, work, *, done, failed, key="", lane="db"):
        if key:
            self._kept = [each for each in self._kept if each[0] != key]
        self._kept.append((key, owner, work, done, failed))

    def catch_up(self) -> None:
        while self._kept:
            _, owner, work, done, failed = self._kept.pop(0)
            super().run(owner, work, done=done, failed=failed)


class Numbers:
    """Rows that are numbers, counting what is read of them."""

    def __init__(self, count: int = MILLION) -> None:
        self.rows: range | list = range(count)
        self.reads: list[tuple[int, int]] = []
        self.counts = 0
        self.broken = False

    def source(self) -> Source:
        return Source(self.count, self.read)

    def count(self) -> int:
        self.counts += 1
        return len(self.rows)

    def read(self, after: int, limit: int):
        if self.broken:
            raise DatabaseUnavailable("no_answer")
        self.reads.append((after, limit))
        return tuple(self.rows[after : after + limit])


def _key(row):
    return row


@pytest.fixture
def tasks() -> ImmediateTasks:
    return ImmediateTasks()


@pytest.fixture
def make(qtbot):
    def make(tasks) -> tuple[WindowedModel, Table]:
        model = WindowedModel(
            (
                Column("Number", lambda row: f"{row:,}"),
                Column("Double", lambda row: f"{2 * row:,}"),
            ),
            key=_key,
            tasks=tasks,
        )
        table = Table(model, accessible="Numbers")
        model.setParent(table)
        qtbot.addWidget(table)
        table.resize(600, 400)
        table.show()
        return model, table

    return make


def settle(qtbot) -> None:
    """Paint, ask, answer."""
    for _ in range(4):
        qtbot.wait(1)


def shown(table: Table) -> list[str]:
    """What the rows in sight say."""
    model, height = table.model(), table.viewport().height()
    first, last = table.rowAt(0), table.rowAt(height - 1)
    last = model.rowCount() - 1 if last < 0 else last
    return [model.index(row, 0).data() for row in range(first, last + 1)]


def test_a_million_rows_are_there_after_one_page_was_read(qtbot, make, tasks):
    numbers = Numbers()
    model, table = make(tasks)
    model.show(numbers.source())
    settle(qtbot)
    assert model.rowCount() == MILLION
    assert shown(table)[:3] == ["0", "1", "2"]
    assert numbers.reads == [(0, 100)]


def test_a_jump_anywhere_reads_one_page(qtbot, make, tasks):
    numbers = Numbers()
    model, table = make(tasks)
    model.show(numbers.source())
    settle(qtbot)
    numbers.reads.clear()
    table.verticalScrollBar().setValue(40 * 654_345)
    settle(qtbot)
    assert shown(table)[0] == "654,345"
    assert numbers.reads == [(654_300, 100)]


def test_rows_that_are_still_being_read_are_placeholders(qtbot, make):
    numbers, tasks = Numbers(), SlowTasks()
    model, table = make(tasks)
    model.show(numbers.source())
    assert model.rowCount() == 0
    tasks.catch_up()
    settle(qtbot)
    table.verticalScrollBar().setValue(40 * 5_030)
    settle(qtbot)
    assert set(shown(table)) == {"…"}
    assert model.value_at(5_030) is None
    tasks.catch_up()
    assert shown(table)[0] == "5,030"


def test_painted_cells_wait_for_the_row_they_show(qtbot, make):
    """A delegate is handed no row while its page is being read."""
    tasks = SlowTasks()
    model, table = make(tasks)
    table.setItemDelegateForColumn(1, StatusCell(lambda row: "good" if row > 0 else "bad", table))
    model.show(Numbers().source())
    tasks.catch_up()
    settle(qtbot)
    table.verticalScrollBar().setValue(40 * 5_030)
    settle(qtbot)
    table.grab()
    tasks.catch_up()
    table.grab()
    assert shown(table)[0] == "5,030"


def test_dragging_across_the_whole_list_reads_only_where_it_stops(qtbot, make):
    numbers, tasks = Numbers(), SlowTasks()
    model, table = make(tasks)
    model.show(numbers.source())
    tasks.catch_up()
    settle(qtbot)
    numbers.reads.clear()
    for row in range(10_050, 900_000, 50_000):
        table.verticalScrollBar().setValue(40 * row)
        settle(qtbot)
    tasks.catch_up()
    assert shown(table)[0] == "860,050"
    assert numbers.reads == [(860_000, 100)]


def test_pages_ahead_are_fetched_before_they_come_into_sight(qtbot, make, tasks):
    numbers = Numbers()
    model, table = make(tasks)
    model.show(numbers.source())
    settle(qtbot)
    table.verticalScrollBar().setValue(40 * 80)
    settle(qtbot)
    assert (100, 100) in numbers.reads
    assert model.value_at(150) == 150


def test_a_view_on_the_edge_of_two_pages_reads_both_at_once(qtbot, make, tasks):
    numbers = Numbers()
    model, table = make(tasks)
    model.show(numbers.source())
    settle(qtbot)
    numbers.reads.clear()
    table.verticalScrollBar().setValue(40 * 7_096)
    settle(qtbot)
    assert sorted(numbers.reads) == [(7_000, 100), (7_100, 100)]
    assert "…" not in shown(table)


def test_the_old_answer_stays_until_the_new_one_is_there(qtbot, make):
    first, second, tasks = Numbers(), Numbers(3), SlowTasks()
    model, table = make(tasks)
    model.show(first.source())
    tasks.catch_up()
    model.show(second.source())
    assert shown(table)[0] == "0"
    assert model.rowCount() == MILLION
    tasks.catch_up()
    assert shown(table) == ["0", "1", "2"]


def test_only_the_newest_question_is_answered(qtbot, make):
    tasks = SlowTasks()
    model, table = make(tasks)
    questions = [Numbers(count) for count in (9, 7, 5)]
    for question in questions:
        model.show(question.source())
    model.refresh()  # somebody sold meanwhile: still the newest question
    tasks.catch_up()
    assert len(shown(table)) == 5
    assert [question.counts for question in questions] == [0, 0, 1]


def test_the_chosen_row_stays_chosen_when_others_come_before_it(qtbot, make, tasks):
    numbers = Numbers(0)
    numbers.rows = list(range(1_000, 2_000))
    model, table = make(tasks)
    model.show(numbers.source())
    settle(qtbot)
    picked = []
    table.picked.connect(picked.append)
    table.choose(4)
    assert picked == [1_004]
    numbers.rows = [1, 2, 3, *numbers.rows]
    model.refresh()
    settle(qtbot)
    assert (table.currentIndex().row(), table.value()) == (7, 1_004)
    assert picked == [1_004]
    numbers.rows.remove(1_004)
    model.refresh()
    settle(qtbot)
    assert (table.value(), model.rowCount()) == (None, 1_002)


def test_a_refresh_deep_in_the_list_does_not_scroll(qtbot, make, tasks):
    numbers = Numbers()
    model, table = make(tasks)
    model.show(numbers.source())
    settle(qtbot)
    table.verticalScrollBar().setValue(40 * 5_050)
    settle(qtbot)
    numbers.rows = range(1, MILLION + 2)
    model.refresh()
    settle(qtbot)
    assert table.verticalScrollBar().value() == 40 * 5_050
    assert shown(table)[0] == "5,051"


def test_a_row_walked_to_before_it_is_read_is_told_once_it_is_there(qtbot, make):
    numbers, tasks = Numbers(), SlowTasks()
    model, table = make(tasks)
    model.show(numbers.source())
    tasks.catch_up()
    settle(qtbot)
    picked = []
    table.picked.connect(picked.append)
    qtbot.keyClick(table, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot)
    assert picked == []
    tasks.catch_up()
    assert picked == [MILLION - 1]


def test_fewer_rows_than_before_leave_no_empty_lines(qtbot, make, tasks):
    numbers = Numbers(500)
    model, table = make(tasks)
    model.show(numbers.source())
    settle(qtbot)
    table.verticalScrollBar().setValue(40 * 490)
    settle(qtbot)
    numbers.rows = range(3)
    model.refresh()
    settle(qtbot)
    assert shown(table) == ["0", "1", "2"]


def test_memory_holds_a_few_pages_only(qtbot, make, tasks):
    model, table = make(tasks)
    model.show(Numbers().source())
    for row in range(0, 200_000, 1_000):
        table.verticalScrollBar().setValue(40 * row)
        settle(qtbot)
    held = sum(model.value_at(row) is not None for row in range(0, 200_000, 100))
    assert held <= 41


def test_when_reading_fails_what_is_shown_stays_and_it_can_be_tried_again(qtbot, make, tasks):
    numbers = Numbers()
    model, table = make(tasks)
    failures = []
    model.failed.connect(failures.append)
    model.show(numbers.source())
    settle(qtbot)
    numbers.broken = True
    model.refresh()
    assert failures[0] == DatabaseUnavailable("no_answer")
    assert shown(table)[0] == "0"
    numbers.broken = False
    model.refresh()
    settle(qtbot)
    assert shown(table)[0] == "0"
