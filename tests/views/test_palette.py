"""Ctrl+K: everything that can be done and everybody who can be found, and nothing done by accident."""

from collections import Counter
from datetime import UTC, datetime

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QMenu, QWidget

from app.bootstrap import build
from app.config import Settings
from app.demo.furnish import furnish
from app.domain.users import Operator, Role
from ui import theme
from ui.application import Houselights
from ui.customers.edit_dialog import EditDialog
from ui.shell.help import HelpDialog
from ui.tasks import ImmediateTasks

Key = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier
LEFT = Qt.MouseButton.LeftButton
SIGN_OUT = ":sign-out"


@pytest.fixture(scope="module")
def furnished(tmp_path_factory):
    url = f"sqlite:///{tmp_path_factory.mktemp('palette') / 'demo.db'}"
    furnish(url, tickets=150)
    return url


@pytest.fixture
def services(furnished):
    made = build(Settings(furnished, terminal="simulator"))
    yield made
    made.close()


@pytest.fixture
def enter(services, qtbot):
    """The window of a role, in front, and the program that opened it."""
    opened = []

    def open_window(role=Role.MANAGER):
        house = Houselights(services, tasks=ImmediateTasks())
        made = services.users.command_line(services.station)
        by = Operator(made.user_id, "Carla", role, made.station_id, made.station_code)
        window = house.window_for(by)
        house.window, house._operator = window, by
        window.resize(1366, 768)
        window.show()
        opened.append(house)
        window.activateWindow()
        qtbot.waitUntil(lambda: QApplication.activeWindow() is window)
        return window

    yield open_window
    for house in opened:
        for front in (house.window, house.login):
            if front is not None:
                front.close()
                front.deleteLater()
        house.deleteLater()
    QApplication.processEvents()


@pytest.fixture
def window(enter):
    return enter()


@pytest.fixture
def palette(window, qtbot):
    qtbot.keyClick(window, Key.Key_K, CTRL)
    assert window.commands.palette.isVisible()
    return window.commands.palette


def titles(palette):
    return [entry.title for entry in palette.entries()]


def search(palette, qtbot, text):
    palette.field.clear()
    qtbot.keyClicks(palette.field, text)
    return titles(palette)


# -- coming and going --------------------------------------------------------------------------------


def test_it_opens_with_the_cursor_in_it_and_gives_the_focus_back(window, qtbot):
    window.go("customers")
    before = QApplication.focusWidget()
    qtbot.keyClick(before, Key.Key_K, CTRL)
    palette = window.commands.palette
    assert palette.field.hasFocus()
    qtbot.keyClick(palette.field, Key.Key_Escape)
    assert not palette.isVisible()
    assert QApplication.focusWidget() is before


def test_a_press_beside_it_closes_it(window, palette, qtbot):
    qtbot.mouseClick(palette.veil, LEFT, pos=QPoint(8, 8))
    assert not palette.isVisible()
    assert not palette.veil.isVisible()


def test_the_foot_of_the_window_opens_it(window, qtbot):
    qtbot.mouseClick(window.status.commands, LEFT)
    assert window.commands.palette.isVisible()


def test_no_key_of_the_window_is_heard_while_it_is_open(window, palette, qtbot):
    qtbot.keyClick(palette.field, Key.Key_F8)
    qtbot.keyClick(palette.field, Key.Key_F1)
    qtbot.keyClick(palette.field, Key.Key_3, CTRL)
    assert theme.current().name == "light"
    assert window.findChildren(HelpDialog) == []
    assert window.current() == "box_office"
    assert palette.isVisible()


def test_it_fits_into_the_smallest_window(window, palette):
    window.resize(window.minimumSize())
    QApplication.processEvents()
    assert window.rect().contains(palette.geometry())


# -- commands ----------------------------------------------------------------------------------------


def test_with_nothing_typed_the_screen_in_front_comes_first(window, qtbot):
    window.go("customers")
    window.commands.palette.open_palette()
    first, second, *_ = window.commands.palette.entries()
    assert (first.id, first.title) == ("", "Customers")
    assert (second.title, second.keys) == ("Search customers", ("F3",))


def test_a_command_of_a_screen_that_is_not_open_opens_it_first(window, palette, qtbot):
    assert search(palette, qtbot, "newcust")[0] == "New customer"
    qtbot.keyClick(palette.field, Key.Key_Return)
    assert window.current() == "customers"
    (dialog,) = window.findChildren(EditDialog)
    assert dialog.isVisible()
    dialog.reject()


def test_arrows_and_tab_move_and_headings_are_passed_over(palette, qtbot):
    assert palette.entries()[0].id == ""
    seen = [palette.current().title]
    for key in (Key.Key_Down, Key.Key_Tab, Key.Key_Up, Key.Key_Backtab, Key.Key_Up):
        qtbot.keyClick(palette.field, key)
        seen.append(palette.current().title)
    assert seen[0] == seen[4] == seen[5]
    assert seen[1] == seen[3] != seen[2]
    assert palette.field.hasFocus()
    qtbot.keyClick(palette.field, Key.Key_PageDown)
    assert palette.current().id


def test_a_click_runs_a_command(window, palette, qtbot):
    search(palette, qtbot, "lights")
    row = palette.list.visualRect(palette.list.model().index(0, 0))
    qtbot.mouseClick(palette.list.viewport(), LEFT, pos=row.center())
    assert theme.current().name == "dark"
    theme.toggle(QApplication.instance())


def test_what_is_not_possible_now_is_shown_and_does_nothing(window, qtbot):
    window.go("customers")
    window.commands.palette.open_palette()
    palette = window.commands.palette
    search(palette, qtbot, "edit the customer who is open")
    entry = palette.entries()[0]
    assert (entry.title, entry.ready) == ("Edit the customer who is open", False)
    qtbot.keyClick(palette.field, Key.Key_Down)
    qtbot.keyClick(palette.field, Key.Key_Return)
    assert palette.isVisible()


def test_what_turns_out_to_be_impossible_is_said(window, qtbot):
    window.commands.run("customers:edit")
    assert window.current() == "customers"
    assert window.toasts.texts() == (
        "Edit the customer who is open: there is nothing here to do it to yet.",
    )


def test_nothing_found_is_said(palette, qtbot):
    assert search(palette, qtbot, "xyzzyx") == []
    assert palette.nothing.isVisible()
    qtbot.keyClick(palette.field, Key.Key_Return)
    assert palette.isVisible()


def test_a_screen_reader_hears_the_entry_that_is_current(palette, qtbot):
    search(palette, qtbot, "lights")
    assert palette.field.accessibleDescription() == "House lights up or down, F8"


# -- things ------------------------------------------------------------------------------------------


def test_a_performance_is_found_by_title_and_opens_at_the_counter(window, palette, qtbot, services):
    by = services.users.command_line(services.station)
    line = next(x for x in services.events.programme(by=by) if x.starts_at > datetime.now(UTC))
    found = search(palette, qtbot, line.title)
    assert found[found.index("Performances") + 1] == line.title
    entries = palette.entries()
    rows = [row for row, entry in enumerate(entries) if entry.id.startswith("found:box_office:")]
    assert 1 <= len(rows) <= 5
    palette._go_to(rows[0])
    qtbot.keyClick(palette.field, Key.Key_Return)
    assert window.current() == "box_office"
    assert window.windowTitle().startswith("Sell")
    chosen = entries[rows[0]].id.rsplit(":", 1)[1]
    assert window.opened("box_office").counter.state.stage.line.performance_id == chosen


def test_a_booking_is_found_by_its_number(window, palette, qtbot, services):
    by = services.users.command_line(services.station)
    booking = services.bookings.bookings(limit=1, by=by)[0]
    assert search(palette, qtbot, booking.number) == ["Bookings", booking.number]
    qtbot.keyClick(palette.field, Key.Key_Return)
    assert window.current() == "bookings"


def test_customers_are_found_by_name_five_at_the_most(window, palette, qtbot, services):
    by = services.users.command_line(services.station)
    customer = services.customers.find("ma", limit=9, by=by)[0]
    found = search(palette, qtbot, "ma")
    assert 1 <= len(found[found.index("Customers") + 1 :]) <= 5
    search(palette, qtbot, customer.email)
    qtbot.keyClick(palette.field, Key.Key_Return)
    assert window.current() == "customers"
    assert window.opened("customers").customers.state.page.customer.id == customer.id


def test_nobody_finds_what_they_may_not_see(enter, qtbot, services):
    by = services.users.command_line(services.station)
    customer = services.customers.find("ma", limit=1, by=by)[0]
    for role in (Role.CUSTOMER, Role.ORGANIZER):
        window = enter(role)
        window.commands.palette.open_palette()
        assert search(window.commands.palette, qtbot, customer.email) == []
        window.commands.palette.close_palette()


# -- the whole program -------------------------------------------------------------------------------


def keyed(window):
    """Every key that is heard in the window, with the screen it is heard on ("" for all)."""
    for screen in list(window._screens):
        window.go(screen)
    place = {id(widget): name for name, widget in window._opened.items()}
    for part in (*window.findChildren(QShortcut), *window.findChildren(QAction)):
        host = part.parent()
        while not isinstance(host, QWidget):
            host = host.parent()
        if host.window() is not window:
            continue  # of a dialog: it shows its keys on its own buttons
        above = host
        while above is not window and id(above) not in place:
            above = above.parentWidget()
        keys = QShortcut.keys(part) if isinstance(part, QShortcut) else part.shortcuts()
        for key in keys:
            yield place.get(id(above), ""), key.toString()


@pytest.mark.parametrize("role", list(Role))
def test_every_key_of_the_window_is_a_command_of_the_palette(enter, role):
    window = enter(role)
    offered = Counter(
        (offer.screen, QKeySequence(key).toString())
        for offer in window.commands.all()
        for key in offer.command.keys
    )
    assert Counter(keyed(window)) == offered
    assert set(offered.values()) == {1}


@pytest.mark.qt_log_ignore("does not support (raise|grabbing)", extend=True)  # a menu, offscreen
@pytest.mark.parametrize("role", list(Role))
def test_every_command_runs_for_whoever_may_see_it(enter, role, monkeypatch, qtbot):
    """Nobody chooses a file, and whatever opens is closed again."""
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_, **__: ("", ""))
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, **__: ("", ""))
    window = enter(role)
    offers = [offer.id for offer in window.commands.all()]
    for chosen in offers:
        if chosen != SIGN_OUT:
            window.commands.run(chosen)
            QApplication.processEvents()
            close_all(window)
    assert window.notice.text() == ""
    assert SIGN_OUT in offers
    window.commands.run(SIGN_OUT)
    assert not window.isVisible()


def close_all(window):
    for dialog in window.findChildren(QDialog):
        if dialog.isVisible():
            dialog.reject()
    for menu in window.findChildren(QMenu):
        menu.close()
    window.commands.palette.close_palette()
    QApplication.processEvents()
