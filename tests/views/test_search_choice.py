"""A field over many options: what is typed finds them, and only a clear choice counts."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton

from ui.widgets.search_choice import SearchChoice

Key = Qt.Key
OPTIONS = [
    ("America/New_York", "America/New York"),
    ("Europe/Berlin", "Europe/Berlin"),
    ("Europe/Belfast", "Europe/Belfast"),
    ("Africa/Abidjan", "Africa/Abidjan"),
]


@pytest.fixture
def field(qtbot):
    made = SearchChoice("Zone", OPTIONS)
    made.resize(300, 400)
    qtbot.addWidget(made)
    made.show()
    made.told = []
    made.chosen.connect(made.told.append)
    return made


def shown(field) -> list[str]:
    model = field.list.model()
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def test_typing_shows_what_contains_it_beginnings_of_words_first(field, qtbot):
    qtbot.keyClicks(field.edit, "be")
    assert field.list.isVisible()
    assert shown(field)[:2] == ["Europe/Berlin", "Europe/Belfast"]


@pytest.mark.parametrize("typed", ["new york", "NEW_YORK", "york"])
def test_return_takes_the_first_whatever_the_case(field, qtbot, typed):
    qtbot.keyClicks(field.edit, typed)
    qtbot.keyClick(field.edit, Key.Key_Return)
    assert (field.choice(), field.told) == ("America/New_York", ["America/New_York"])
    assert not field.list.isVisible()


def test_arrows_move_and_escape_closes_without_choosing(field, qtbot):
    qtbot.keyClicks(field.edit, "be")
    qtbot.keyClick(field.edit, Key.Key_Down)
    qtbot.keyClick(field.edit, Key.Key_Escape)
    assert not field.list.isVisible()
    assert field.told == []
    qtbot.keyClicks(field.edit, "l")
    qtbot.keyClick(field.edit, Key.Key_Return)
    assert field.told == ["Europe/Belfast"]


def test_a_click_takes_what_it_hits(field, qtbot):
    qtbot.keyClicks(field.edit, "be")
    at = field.list.visualRect(field.list.model().index(1, 0)).center()
    qtbot.mouseClick(field.list.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert field.told == ["Europe/Belfast"]


def test_what_fits_several_or_nothing_is_no_choice(field, qtbot):
    qtbot.keyClicks(field.edit, "europe")
    assert field.choice() == ""
    qtbot.keyClicks(field.edit, " atlantis")
    assert field.choice() == ""
    assert not field.list.isVisible()
    assert field.text() == "europe atlantis"  # nothing typed is lost


def test_the_arrow_unrolls_everything_at_what_is_chosen(field, qtbot):
    field.choose("Europe/Belfast")
    (arrow,) = field.edit.findChildren(QToolButton)
    qtbot.mouseClick(arrow, Qt.MouseButton.LeftButton)
    assert field.list.isVisible()
    assert field.list.model().rowCount() > 1
    assert field.list.currentIndex().data() == field.text()
    qtbot.mouseClick(arrow, Qt.MouseButton.LeftButton)
    assert not field.list.isVisible()
    assert field.choice() == "Europe/Belfast"
