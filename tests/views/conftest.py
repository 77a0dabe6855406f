"""Every view is tested in the clothes it is sold in."""

import pytest
from PySide6.QtWidgets import QApplication

from app.bench.houses import make_house
from ui import theme
from ui.widgets.seat_map.widget import SeatMap


@pytest.fixture(autouse=True)
def lights_up(qapp: QApplication) -> theme.Theme:
    """House lights up before each test, applied only when they are not."""
    look = theme.load("light")
    if theme.current() is not look or not qapp.styleSheet():
        theme.apply(qapp, look)
    return look


@pytest.fixture
def make_map(qtbot):
    def make(house, *, size=(900, 700)):
        seat_map = SeatMap()
        qtbot.addWidget(seat_map)
        seat_map.zoom_ms = 0
        seat_map.resize(*size)
        seat_map.set_plan(house)
        seat_map.show()
        seat_map.setFocus()
        qtbot.waitExposed(seat_map)
        return seat_map

    return make


@pytest.fixture
def seat_map(make_map):
    return make_map(make_house(600))
