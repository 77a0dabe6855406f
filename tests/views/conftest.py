"""Every view is tested in the clothes it is sold in."""

import pytest
from PySide6.QtWidgets import QApplication

from ui import theme


@pytest.fixture(autouse=True)
def lights_up(qapp: QApplication) -> theme.Theme:
    """House lights up before each test, applied only when they are not."""
    look = theme.load("light")
    if theme.current() is not look or not qapp.styleSheet():
        theme.apply(qapp, look)
    return look
