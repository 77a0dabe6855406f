"""The house lights, as they are seen."""

import pytest
from PySide6.QtGui import QFontInfo, QFontMetricsF
from PySide6.QtWidgets import QLabel

from ui import theme
from ui.widgets.buttons import Button


def colours(widget):
    image = widget.grab().toImage()
    points = ((x, y) for x in range(image.width()) for y in range(image.height()))
    return {image.pixelColor(x, y).name() for x, y in points}


def test_words_are_set_in_the_bundled_font_with_figures_of_one_width(qtbot):
    label = QLabel("120.00")
    qtbot.addWidget(label)
    label.ensurePolished()
    assert QFontInfo(label.font()).family() == "Inter"
    metrics = QFontMetricsF(label.font())
    assert metrics.horizontalAdvance("1111") == metrics.horizontalAdvance("0000")


def test_figures_keep_their_width_where_a_style_sheet_sets_the_size(qtbot):
    label = QLabel("€120.00")
    label.setProperty("role", "total")
    qtbot.addWidget(label)
    label.ensurePolished()
    metrics = QFontMetricsF(label.font())
    assert label.font().pixelSize() == theme.current().size("total-type")
    assert metrics.horizontalAdvance("1111") == metrics.horizontalAdvance("0000")


def test_painted_parts_follow_the_house_lights_without_being_told(qtbot, qapp):
    button = Button("Save", look="primary", icon="save")
    qtbot.addWidget(button)
    assert theme.load("light").colour("action").name() in colours(button)
    theme.toggle(qapp)
    assert theme.current().name == "dark"
    assert theme.load("dark").colour("action").name() in colours(button)


def test_a_toggle_is_told_once_with_the_theme(qtbot, qapp):
    with qtbot.waitSignal(theme.themes.changed) as told:
        theme.toggle(qapp)
    assert told.args == [theme.load("dark")]


@pytest.mark.parametrize("ratio", [1.0, 2.0])
def test_an_icon_is_tinted_and_sharp_on_any_screen(ratio):
    pixmap = theme.pixmap("check", "action", size=20, ratio=ratio)
    assert pixmap.width() == 20 * ratio
    assert pixmap.deviceIndependentSize().width() == 20
    image = pixmap.toImage()
    points = ((x, y) for x in range(image.width()) for y in range(image.height()))
    inked = {
        image.pixelColor(x, y).name() for x, y in points if image.pixelColor(x, y).alpha() == 255
    }
    assert inked == {theme.current().colour("action").name()}


def test_an_unknown_token_is_an_error_at_once():
    with pytest.raises(KeyError):
        theme.current().colour("mauve")


def test_nothing_of_the_platforms_palette_shows_through(qapp):
    assert qapp.palette().window().color() == theme.current().colour("ground")
    assert qapp.palette().color(qapp.palette().ColorRole.PlaceholderText) == theme.current().colour(
        "muted"
    )
