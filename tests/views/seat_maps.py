"""What the tests of the seat map and of the list of seats share: pixels, and a hand."""

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from ui.widgets.seat_map.states import SeatState

LEFT = Qt.MouseButton.LeftButton
MIDDLE = Qt.MouseButton.MiddleButton
NO_BUTTON = Qt.MouseButton.NoButton
NO_KEY = Qt.KeyboardModifier.NoModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


def picture(widget) -> np.ndarray:
    """What is on screen, as (height, width, 3) of 0..255."""
    QApplication.processEvents()
    return pixels(widget.grab().toImage())


def pixels(image: QImage) -> np.ndarray:
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    raw = np.frombuffer(image.constBits(), np.uint8)
    return raw.reshape(image.height(), image.width(), 4)[:, :, :3].astype(int)


def redrawn(seat_map) -> np.ndarray:
    """The same, all drawn anew."""
    seat_map._picture.discard()
    seat_map.update()
    return picture(seat_map)


def middle_of(seat_map, seat) -> QPoint:
    return seat_map.seat_rect(seat).center()


def ground(seat_map) -> QPoint:
    """A place without seat or stage."""
    return QPoint(20, 200)


def evening(seats, *, seed=0):
    """Every state there is, free and sold the commonest."""
    return np.random.default_rng(seed).choice(
        np.array(SeatState, np.uint8), seats, p=[0.4, 0.05, 0.05, 0.3, 0.05, 0.05, 0.02, 0.04, 0.04]
    )


def moved(seat_map, point, buttons, keys=NO_KEY) -> QMouseEvent:
    return QMouseEvent(
        QEvent.Type.MouseMove,
        QPointF(point),
        QPointF(seat_map.mapToGlobal(point)),
        NO_BUTTON,
        buttons,
        keys,
    )


def drag(seat_map, start, end, *, button=LEFT, keys=NO_KEY, drop=True):
    QTest.mousePress(seat_map, button, keys, start)
    for share in (0.3, 0.7, 1.0):
        QApplication.sendEvent(
            seat_map, moved(seat_map, start + (end - start) * share, button, keys)
        )
    if drop:
        QTest.mouseRelease(seat_map, button, keys, end)


def named(plan, text) -> int:
    """The seat a label names: "F-7"."""
    return plan.label.index(text)
