"""The database away for a while: said once, and what the screens read comes by itself when it is back."""

import threading

import pytest
from PySide6.QtCore import QObject

from app.domain.errors import DatabaseUnavailable, HouselightsError
from ui import tasks as threads
from ui.tasks import ThreadTasks

AWAY = DatabaseUnavailable("no_answer", "theatre")


class Database:
    """Answers once it is there; counts how often it was asked."""

    def __init__(self) -> None:
        self.there = threading.Event()
        self.asked = 0

    def read(self) -> str:
        self.asked += 1
        if not self.there.is_set():
            raise AWAY
        return "rows"


class Reader(QObject):
    """A screen: what it got and what it was told."""

    def __init__(self) -> None:
        super().__init__()
        self.got: list[str] = []
        self.told: list[HouselightsError] = []

    def ask(self, tasks, work, *, key: str = "rows") -> None:
        tasks.run(self, work, done=self.got.append, failed=self.told.append, key=key)


@pytest.fixture
def tasks(qapp, monkeypatch):
    monkeypatch.setattr(threads, "_AGAIN_MS", 20)
    made = ThreadTasks()
    yield made
    made.close()


def test_what_was_to_be_read_comes_when_the_database_is_back(tasks, qtbot):
    database, readers = Database(), [Reader() for _ in range(3)]
    for reader in readers:
        reader.ask(tasks, database.read)
    qtbot.waitUntil(lambda: database.asked > 6)
    assert [reader.told for reader in readers] == [[AWAY]] * 3  # once each, not with every try
    database.there.set()
    qtbot.waitUntil(lambda: all(reader.got == ["rows"] for reader in readers))


def test_a_newer_question_is_not_overtaken_by_the_old_one(tasks, qtbot):
    database, reader = Database(), Reader()
    reader.ask(tasks, database.read)
    qtbot.waitUntil(lambda: bool(reader.told))
    reader.ask(tasks, lambda: "newer")
    qtbot.waitUntil(lambda: reader.got == ["newer"])
    asked = database.asked
    database.there.set()
    qtbot.wait(80)
    assert (reader.got, database.asked) == (["newer"], asked)


def test_an_act_is_never_done_later_by_itself(tasks, qtbot):
    database, reader = Database(), Reader()
    reader.ask(tasks, database.read, key="")
    qtbot.waitUntil(lambda: bool(reader.told))
    database.there.set()
    qtbot.wait(80)
    assert (reader.got, database.asked) == ([], 1)


def test_nobody_is_waited_for_who_is_gone(tasks, qtbot):
    database, reader, other = Database(), Reader(), Reader()
    reader.ask(tasks, database.read)
    other.ask(tasks, database.read)
    qtbot.waitUntil(lambda: bool(reader.told) and bool(other.told))
    reader.deleteLater()
    qtbot.wait(5)
    database.there.set()
    qtbot.waitUntil(lambda: other.got == ["rows"])
