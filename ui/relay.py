"""Facts from whatever thread committed them, as one signal in the thread of the screen."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from app.services.bus import FactBus


class Relay(QObject):
    """`told(fact)` for every fact of the bus, in this object's thread."""

    told = Signal(object)

    def __init__(self, bus: FactBus, parent: QObject | None = None) -> None:
        super().__init__(parent)
        bus.listen(self.told.emit)
