"""F1: help for whoever stands before a screen, and no key in it that does something else."""

import tomllib
from collections import Counter

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QShortcut
from PySide6.QtWidgets import QAbstractButton, QApplication

import resources
from app.bootstrap import build
from app.config import Settings
from app.domain.users import Operator, Role
from tests.builders import theatre
from ui.application import Houselights, screens_for
from ui.shell.help import BETWEEN, EVERYWHERE, HelpDialog, Page, pages
from ui.tasks import ImmediateTasks
from ui.widgets.marks import KeyCap

LEFT = Qt.MouseButton.LeftButton
WRITTEN = tomllib.loads(resources.read("help/en.toml").decode())


def somebody(role):
    return Operator("u-1", "Carla", role, "s-1", "T1")


def screens():
    return {
        (screen.help or screen.id): screen
        for role in Role
        for screen in screens_for(somebody(role))
    }


@pytest.fixture
def house(sqlite_url):
    made = theatre(sqlite_url)
    made.services.close()
    made.services = build(Settings(sqlite_url, terminal="simulator"))
    yield made
    made.services.close()


@pytest.fixture
def window_for(house, qtbot):
    opened = []

    def open_window(role):
        program = Houselights(house.services, tasks=ImmediateTasks())
        made = house.services.users.command_line(house.services.station)
        window = program.window_for(Operator(made.user_id, "Carla", role, made.station_id, "T1"))
        window.show()
        opened.append((program, window))
        window.activateWindow()
        qtbot.waitUntil(lambda: QApplication.activeWindow() is window)
        return window

    yield open_window
    for program, window in opened:
        window.close()
        window.deleteLater()
        program.deleteLater()
    QApplication.processEvents()


def helped(window) -> HelpDialog:
    (dialog,) = window.findChildren(HelpDialog)
    return dialog


def topic(dialog, title):
    return next(button for button in dialog.topics.buttons() if button.text() == title)


def chosen(dialog):
    return [button.text() for button in dialog.topics.buttons() if button.isChecked()]


# -- the dialog --------------------------------------------------------------------------------------


def test_f1_opens_the_page_of_the_screen_in_front_and_esc_closes_it(window_for, qtbot):
    window = window_for(Role.CASHIER)
    window.go("bookings")
    qtbot.keyClick(window, Qt.Key.Key_F1)
    dialog = helped(window)
    assert dialog.isVisible()
    assert chosen(dialog) == ["Bookings"]
    assert WRITTEN["bookings"]["words"][0] in dialog.reading.texts()
    qtbot.keyClick(dialog.search, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    assert window.current() == "bookings"


def test_the_foot_of_the_window_says_where_help_is(window_for, qtbot):
    window = window_for(Role.CASHIER)
    qtbot.mouseClick(window.status.help, LEFT)
    assert chosen(helped(window)) == ["Sell"]


def test_each_screen_of_the_operator_and_no_other_has_a_topic(window_for, qtbot):
    window = window_for(Role.CASHIER)
    qtbot.keyClick(window, Qt.Key.Key_F1)
    titles = [button.text() for button in helped(window).topics.buttons()]
    assert titles == [
        "Everywhere", "Sell", "Bookings", "Customers", "Events", "Payments", "Me",
    ]  # fmt: skip


def test_a_topic_is_read_by_a_click_with_the_keys_that_work_everywhere(window_for, qtbot):
    window = window_for(Role.CASHIER)
    qtbot.keyClick(window, Qt.Key.Key_F1)
    dialog = helped(window)
    qtbot.mouseClick(topic(dialog, "Payments"), LEFT)
    assert chosen(dialog) == ["Payments"]
    said = dialog.reading.texts()
    assert "Search the history or the vouchers" in said
    assert "House lights up or down" in said
    caps = [cap.accessibleName() for cap in dialog.reading.widget().findChildren(KeyCap)]
    assert {"Key F3", "Key F8", "Key Ctrl+K", "Key Ctrl+1", "Key Ctrl+9"} <= set(caps)


def test_a_search_goes_through_all_pages_and_a_topic_ends_it(window_for, qtbot):
    window = window_for(Role.CASHIER)
    qtbot.keyClick(window, Qt.Key.Key_F1)
    dialog = helped(window)
    qtbot.keyClicks(dialog.search, "GIFT voucher")
    assert chosen(dialog) == []
    said = dialog.reading.texts()
    assert any("gift voucher" in text.lower() for text in said)
    assert "House lights up or down" not in said
    qtbot.mouseClick(topic(dialog, "Me"), LEFT)
    assert dialog.search.text() == ""
    assert chosen(dialog) == ["Me"]


def test_nothing_found_is_said(window_for, qtbot):
    window = window_for(Role.CASHIER)
    qtbot.keyClick(window, Qt.Key.Key_F1)
    dialog = helped(window)
    qtbot.keyClicks(dialog.search, "xyzzy")
    assert not dialog.reading.isVisible()
    qtbot.keyClick(dialog.search, Qt.Key.Key_Escape)
    assert dialog.isVisible()
    assert dialog.reading.isVisible()


def test_a_key_is_found_by_its_name():
    page = Page("p", "Sell", "ticket", ("Choose a seat.",), (("F12", "Take the money"),))
    assert page.about("f12").keys == (("F12", "Take the money"),)
    assert page.about("f12").words == ()
    assert page.about("sell") == page
    assert page.about("curtain") is None


# -- what it says ------------------------------------------------------------------------------------


def test_every_screen_has_a_page_and_every_page_a_screen():
    assert set(WRITTEN) == {EVERYWHERE, *screens()}


def test_a_page_says_in_a_few_sentences_what_the_screen_is_for():
    for page in pages(tuple(screens().values())):
        assert 2 <= len(page.words) <= 5, page.id
        assert all(said.endswith(".") for said in page.words), page.id


def keys_of(page):
    """The keys a page names, "Ctrl+1 … Ctrl+9" as the nine they are."""
    for key, _ in page.keys:
        parts = key.split()
        if "…" in parts:
            first, last = parts[0], parts[-1]
            yield from (f"{first[:-1]}{n}" for n in range(int(first[-1]), int(last[-1]) + 1))
        else:
            yield from (part for part in parts if part not in BETWEEN)


def heard(widget, *, among=None):
    """The shortcuts of a widget and all inside it; of the window itself those that hang on it."""
    found = [
        key.toString()
        for shortcut in widget.findChildren(QShortcut)
        for key in QShortcut.keys(shortcut)
        if among is None or shortcut.parent() is among
    ]
    if among is None:
        buttons = widget.findChildren(QAbstractButton)
        found += [b.shortcut().toString() for b in buttons if not b.shortcut().isEmpty()]
    return found


@pytest.mark.parametrize("role", [Role.CUSTOMER, Role.ADMIN])
def test_the_keys_in_the_help_are_the_keys_there_are(window_for, role):
    window = window_for(role)
    anywhere = heard(window, among=window)
    screen_keys = {f"Ctrl+{n}" for n in range(1, 10)}
    page_of = {page.id: page for page in pages(screens_for(somebody(role)))}
    assert set(keys_of(page_of[EVERYWHERE])) - screen_keys == set(anywhere) - screen_keys
    for screen in screens_for(somebody(role)):
        window.go(screen.id)
        own = set(heard(window._opened[screen.id]))
        assert set(keys_of(page_of[screen.id])) == own, screen.id


@pytest.mark.parametrize("role", [Role.CUSTOMER, Role.ADMIN])
def test_no_key_means_two_things_on_one_screen(window_for, role):
    """Qt runs neither of two shortcuts with the same key."""
    window = window_for(role)
    anywhere = heard(window, among=window)
    for screen in screens_for(somebody(role)):
        window.go(screen.id)
        own = [
            key.toString()
            for shortcut in window._opened[screen.id].findChildren(QShortcut)
            for key in QShortcut.keys(shortcut)
            if shortcut.isEnabled() and shortcut.parent().isVisible()
        ]
        twice = [key for key, times in Counter(anywhere + own).items() if times > 1]
        assert twice == [], screen.id
