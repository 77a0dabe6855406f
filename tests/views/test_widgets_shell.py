"""The window: where one is, how one gets elsewhere, what it tells, and what happens on a crash."""

import logging
from itertools import pairwise

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QWidget

from ui import gallery, theme
from ui.errors import Level
from ui.screen import Screen
from ui.shell.crash import CrashGuard
from ui.shell.navigation import Rail, RailButton, bring_keyboard
from ui.shell.window import Window
from ui.widgets.buttons import Button
from ui.widgets.notice import Toast

LEFT = Qt.MouseButton.LeftButton


class Page(QLabel):
    """A screen that remembers where it was opened."""

    def __init__(self, text):
        super().__init__(text)
        self.shown = []

    def show_item(self, key):
        self.shown.append(key)


SCREENS = [
    Screen("inbox", "Inbox", "bell", open=lambda _: Page("inbox"), order=9, foot=True),
    Screen("events", "Events", "calendar", open=lambda _: Page("events"), order=2),
    Screen("sell", "Sell", "ticket", open=lambda _: Page("sell"), order=1),
]


@pytest.fixture
def opened():
    return []


@pytest.fixture
def window(qtbot, opened):
    def open_screen(screen):
        opened.append(screen.id)
        return screen.open(None)

    made = Window(SCREENS, open_screen=open_screen)
    qtbot.addWidget(made)
    made.go("sell")
    made.show()
    return made


def rail(window, name):
    return next(b for b in window.findChildren(RailButton) if b.text() == name)


def test_screens_stand_in_their_order_with_the_inbox_at_the_foot(window):
    tops = {
        b.text(): b.mapTo(window, b.rect().topLeft()).y() for b in window.findChildren(RailButton)
    }
    assert tops["Sell"] < tops["Events"] < tops["Inbox"]
    assert tops["Inbox"] > window.height() - 140


def test_a_screen_opens_once_when_first_shown(qtbot, window, opened):
    assert opened == ["sell"]
    qtbot.mouseClick(rail(window, "Events"), LEFT)
    qtbot.mouseClick(rail(window, "Sell"), LEFT)
    qtbot.mouseClick(rail(window, "Events"), LEFT)
    assert opened == ["sell", "events"]
    assert window.current() == "events"
    assert rail(window, "Events").isChecked()
    assert not rail(window, "Sell").isChecked()


def test_keys_go_to_screens(qtbot, window):
    qtbot.keyClick(window, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    assert window.current() == "events"
    assert window.windowTitle() == "Events, Houselights"


def test_a_low_window_moves_the_rail_together_and_cuts_nothing_off(qtbot):
    screens = [
        Screen(f"s{n}", f"Screen {n}", "bell", open=lambda _: Page(""), order=n, foot=n > 8)
        for n in range(13)
    ]
    whole = Rail(screens)
    qtbot.addWidget(whole)
    whole.show()
    for height in (960, 680):
        whole.resize(whole.width(), height)
        whole.layout().activate()
        boxes = sorted((b.geometry() for b in whole.findChildren(RailButton)), key=QRect.y)
        assert boxes[-1].bottom() < height
        assert all(above.bottom() < below.top() for above, below in pairwise(boxes))
        assert boxes[0].height() >= 40


def test_the_keyboard_goes_along_to_a_screen(qtbot):
    frame = QWidget()
    qtbot.addWidget(frame)
    elsewhere, screen = Button("Rail", parent=frame), QWidget(frame)
    words, first = QLabel("Title", screen), Button("First", parent=screen)
    second = Button("Second", parent=screen)
    frame.show()
    elsewhere.setFocus()
    qtbot.waitUntil(elsewhere.hasFocus)
    bring_keyboard(screen)
    assert (words.hasFocus(), first.hasFocus()) == (False, True)
    second.setFocus()
    elsewhere.setFocus()
    bring_keyboard(screen)  # where it was there
    assert second.hasFocus()


def test_a_screen_is_opened_at_one_of_its_things(window):
    window.go("events", "p-1")
    page = next(p for p in window.findChildren(Page) if p.text() == "events")
    assert page.shown == ["p-1"]


def test_f8_turns_the_house_lights(qtbot, window):
    qtbot.keyClick(window, Qt.Key.Key_F8)
    assert theme.current().name == "dark"
    qtbot.mouseClick(window.status.lights, LEFT)
    assert theme.current().name == "light"


def test_a_toast_stays_in_front_of_the_screen_one_goes_to(window):
    window.say("Sold")
    (toast,) = window.findChildren(Toast)
    window.go("events")
    assert toast.parent().childAt(toast.geometry().center()) in [
        toast,
        *toast.findChildren(QWidget),
    ]


def test_good_news_is_a_toast_and_trouble_stays(window):
    window.say("Receipt printed")
    assert window.findChild(Toast).text == "Receipt printed"
    assert window.notice.text() == ""
    window.say("The shared house does not answer.", Level.BAD)
    assert window.notice.isVisible()
    assert window.notice.text() == "The shared house does not answer."


def test_closing_a_notice_gives_its_room_back(qtbot, window):
    before = window.centralWidget().findChild(Page).height()
    window.say("Careful.", Level.WARN)
    window.layout().activate()
    close = next(b for b in window.notice.findChildren(Button) if b.accessibleName() == "Close")
    qtbot.mouseClick(close, LEFT)
    qtbot.waitUntil(lambda: window.centralWidget().findChild(Page).height() == before, timeout=500)


def test_the_status_line_says_the_truth_in_words(window):
    window.status.show_cell("house", "Shared house, 4 tills", level=Level.GOOD)
    window.status.show_cell("house", "Working alone", level=Level.WARN)
    assert window.status.text("house") == "Working alone"
    window.status.show_cell("house", "")
    assert window.status.text("house") == ""


def test_something_waiting_is_said_as_well_as_painted(window):
    window.rail.set_count("inbox", 3)
    assert rail(window, "Inbox").accessibleDescription() == "3 new"


def test_a_crash_is_logged_under_the_number_that_is_shown(qtbot, window, caplog):
    guard = CrashGuard(parent=lambda: window)
    with caplog.at_level(logging.CRITICAL):
        guard.report(ZeroDivisionError("a bug"))
        guard.report(ZeroDivisionError("the same in the next paint event"))
    assert len(caplog.records) == 2
    dialog = guard.dialog
    number = caplog.records[0].getMessage().split()[0]
    assert any(number in label.text() for label in dialog.findChildren(QLabel))
    buttons = {b.text(): b for b in dialog.findChildren(Button)}
    qtbot.mouseClick(buttons["Show details"], LEFT)
    assert dialog.findChild(QPlainTextEdit).isVisible()
    qtbot.mouseClick(buttons["Copy details"], LEFT)
    assert "ZeroDivisionError: a bug" in QGuiApplication.clipboard().text()
    qtbot.mouseClick(buttons["Carry on"], LEFT)
    assert guard.dialog is None


def test_the_gallery_draws_each_screen_in_each_theme_and_size(qtbot, tmp_path):
    files = gallery.draw(tmp_path, screens=[("empty", QWidget)], sizes=((320, 200),))
    assert [file.name for file in files] == ["empty-light-320x200.png", "empty-dark-320x200.png"]
    assert all(file.stat().st_size for file in files)
    assert theme.current().name == "light"


def test_the_gallery_waits_for_work_under_way(qtbot, tmp_path):
    answers = iter([True, True, False, False, False])
    gallery.draw(
        tmp_path,
        screens=[("empty", QWidget)],
        themes=("light",),
        sizes=((320, 200),),
        busy=lambda: next(answers),
    )
    assert next(answers, "asked to the end") == "asked to the end"
