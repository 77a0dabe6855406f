"""Two fingers moved apart or together, on a touch screen or a touch pad.

An event filter in Python sees every event of the widget, which costs some 40 microseconds a paint:
it is there only where a finger can be.
"""

from __future__ import annotations

from math import log2

from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QInputDevice, QNativeGestureEvent
from PySide6.QtWidgets import QGestureEvent, QPinchGesture, QWidget

_PINCH = Qt.GestureType.PinchGesture
_ZOOM = Qt.NativeGestureType.ZoomNativeGesture
_FINGERS = (QInputDevice.DeviceType.TouchScreen, QInputDevice.DeviceType.TouchPad)
_LEAST = 0.05


class Pinch(QObject):
    """Watches `widget`. `begun` when two fingers are down, `pinched` with whole steps of a ladder of
    `per_doubling` and the point between the fingers."""

    begun = Signal()
    pinched = Signal(int, QPointF)

    def __init__(self, widget: QWidget, *, per_doubling: int) -> None:
        super().__init__(widget)
        self._widget, self._per_doubling = widget, per_doubling
        self._rest = 0.0  # of a step, kept until it is a whole one
        if any(device.type() in _FINGERS for device in QInputDevice.devices()):
            widget.grabGesture(_PINCH)
            widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take pinches, leave all else."""
        if isinstance(event, QGestureEvent):
            pinch = event.gesture(_PINCH)
            if isinstance(pinch, QPinchGesture):
                self.begun.emit()
                middle = self._widget.mapFromGlobal(pinch.centerPoint().toPoint())
                self._spread(pinch.scaleFactor(), QPointF(middle))
                return True
        elif isinstance(event, QNativeGestureEvent) and event.gestureType() == _ZOOM:
            self._spread(1 + event.value(), event.position())
            return True
        return super().eventFilter(watched, event)

    def _spread(self, factor: float, middle: QPointF) -> None:
        self._rest += self._per_doubling * log2(max(_LEAST, factor))
        steps = int(self._rest)
        self._rest -= steps
        if steps:
            self.pinched.emit(steps, middle)
