"""Notices stay until answered; toasts go by themselves and never come back once closed."""

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from ui import theme
from ui.errors import Level
from ui.widgets import notice
from ui.widgets.buttons import Button
from ui.widgets.notice import NoticeBar, Toast, Toasts

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def page(qtbot):
    made = QWidget()
    made.setLayout(QVBoxLayout())
    made.resize(800, 400)
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.fixture
def bar(page):
    made = NoticeBar()
    page.layout().addWidget(made)
    return made


@pytest.fixture
def hasty(monkeypatch):
    monkeypatch.setattr(notice, "_STAYS_MS", 30)
    monkeypatch.setattr(notice, "_FADES_MS", 10)


def button(widget, text):
    return next(b for b in widget.findChildren(Button) if text in {b.text(), b.accessibleName()})


@pytest.mark.parametrize("level", list(Level))
def test_a_notice_has_ground_and_words_of_its_level(bar, level):
    bar.say("The drawer is still open.", level=level)
    assert bar.isVisible()
    assert bar.text() == "The drawer is still open."
    ground = bar.grab().toImage().pixelColor(bar.width() // 2, 4)
    assert ground == theme.current().colour(f"notice-{level.value}")


def test_a_notice_offers_the_remedy_and_goes_when_closed(qtbot, bar):
    bar.say("No answer.", level=Level.BAD, action="Try again")
    with qtbot.waitSignal(bar.acted, timeout=500):
        qtbot.mouseClick(button(bar, "Try again"), LEFT)
    with qtbot.waitSignal(bar.closed, timeout=500):
        qtbot.mouseClick(button(bar, "Close"), LEFT)
    assert bar.text() == ""


def test_a_toast_goes_by_itself(qtbot, page, hasty):
    toasts = Toasts(page)
    toasts.say("Receipt printed")
    assert toasts.texts() == ("Receipt printed",)
    qtbot.waitUntil(lambda: toasts.texts() == (), timeout=2000)


def test_a_toast_waits_while_the_mouse_is_on_it(qtbot, page, hasty):
    toasts = Toasts(page)
    toasts.say("Receipt printed")
    toast = page.findChild(Toast)
    middle = QPointF(5, 5)
    QApplication.sendEvent(toast, QEnterEvent(middle, middle, middle))
    qtbot.wait(80)
    assert toasts.texts() == ("Receipt printed",)
    QApplication.sendEvent(toast, QEvent(QEvent.Type.Leave))
    qtbot.waitUntil(lambda: toasts.texts() == (), timeout=2000)


def test_a_closed_toast_is_gone_for_good(qtbot, page):
    toasts = Toasts(page)
    toasts.say("Receipt printed")
    qtbot.mouseClick(button(page.findChild(Toast), "Close"), LEFT)
    assert toasts.texts() == ()


def test_a_toast_can_take_back_what_it_tells(qtbot, page):
    toasts, undone = Toasts(page), []
    toasts.say("Booking cancelled", action="Undo", act=lambda: undone.append(1))
    qtbot.mouseClick(button(page.findChild(Toast), "Undo"), LEFT)
    assert undone == [1]
    assert toasts.texts() == ()


def test_the_same_words_do_not_pile_up_and_three_are_enough(page):
    toasts = Toasts(page)
    for text in ("one", "one", "two", "three", "four"):
        toasts.say(text)
    assert toasts.texts() == ("two", "three", "four")


def test_toasts_keep_to_the_foot_of_a_growing_window(page):
    toasts = Toasts(page, above=20)
    toasts.say("Receipt printed")
    page.resize(900, 600)
    toast = page.findChild(Toast)
    assert toast.geometry().bottom() == 600 - 16 - 20 - 1
    assert abs(toast.geometry().center().x() - 450) <= 1
