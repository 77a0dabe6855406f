"""A scanner fires into whatever has the keyboard; a ticket's code opens, and no field is the worse for it."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QPushButton, QSpinBox, QVBoxLayout, QWidget

from app.domain.tickets import new_code
from ui.shell.scanner import Scanner

RETURN = Qt.Key.Key_Return


@pytest.fixture
def desk(qtbot):
    """A field, a number and a button; the scanner, and what it read."""
    window = QWidget()
    window.line, window.number, window.button = QLineEdit(), QSpinBox(), QPushButton("Pay")
    column = QVBoxLayout(window)
    for part in (window.line, window.number, window.button):
        column.addWidget(part)
    window.read, window.entered, window.pressed = [], [], []
    window.scanner = Scanner(window)
    window.scanner.ticket.connect(window.read.append)
    window.line.returnPressed.connect(lambda: window.entered.append(window.line.text()))
    window.button.clicked.connect(lambda: window.pressed.append(1))
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return window


def scan(qtbot, widget, text, delay=-1):
    widget.setFocus()
    qtbot.waitUntil(widget.hasFocus)
    qtbot.keyClicks(widget, text, delay=delay)
    qtbot.keyClick(widget, RETURN)


def test_a_code_is_caught_and_the_field_has_back_what_was_typed(desk, qtbot):
    desk.line.setText("Anna Hu")
    desk.line.setCursorPosition(4)
    code = new_code()
    scan(qtbot, desk.line, code.lower())
    assert desk.read == [code]
    assert (desk.line.text(), desk.line.cursorPosition()) == ("Anna Hu", 4)
    assert desk.entered == []


def test_a_button_under_the_scanner_is_not_pressed(desk, qtbot):
    code = new_code()
    scan(qtbot, desk.button, code)
    assert (desk.read, desk.pressed) == ([code], [])


def test_two_scans_in_a_row_are_two(desk, qtbot):
    codes = [new_code(), new_code()]
    for code in codes:
        scan(qtbot, desk.line, code)
    assert (desk.read, desk.line.text()) == (codes, "")


def test_what_is_no_ticket_is_typed_as_ever(desk, qtbot):
    scan(qtbot, desk.line, "Anna Huber")
    desk.number.selectAll()
    scan(qtbot, desk.number, "12")
    assert (desk.read, desk.entered, desk.number.value()) == ([], ["Anna Huber"], 12)


def test_a_number_keeps_its_value(desk, qtbot):
    desk.number.setValue(7)
    code = "234567" + new_code()[6:]
    scan(qtbot, desk.number, code)
    assert (desk.read, desk.number.value()) == ([code], 7)


def test_a_hand_that_types_a_code_slowly_keeps_it_in_the_field(desk, qtbot):
    code = new_code()
    scan(qtbot, desk.line, code[:3], delay=0)
    desk.line.clear()
    qtbot.keyClicks(desk.line, code[:12])
    qtbot.wait(90)
    qtbot.keyClicks(desk.line, code[12:])
    qtbot.keyClick(desk.line, RETURN)
    assert (desk.read, desk.line.text()) == ([], code)


def test_it_listens_no_longer_than_its_window_lives(desk, qtbot):
    desk.scanner.setParent(None)
    desk.scanner.deleteLater()
    qtbot.wait(10)
    scan(qtbot, desk.line, new_code())
    assert (desk.read, len(desk.entered)) == ([], 1)
