"""How many: minus, the number, plus; or just type it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QSpinBox, QWidget

from ui.i18n import tr
from ui.widgets.buttons import Button

_FIXED = QSizePolicy.Policy.Fixed


class Stepper(QWidget):
    """A whole number from `least` to `most`; `changed` carries it as it changes."""

    changed = Signal(int)

    def __init__(
        self,
        *,
        accessible: str,
        least: int = 0,
        most: int = 99,
        value: int = 0,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setSizePolicy(_FIXED, _FIXED)
        self._less = Button("", icon="minus", accessible=tr("Fewer"))
        self._more = Button("", icon="plus", accessible=tr("More"))
        self.number = QSpinBox(minimum=least, maximum=most, value=value)
        self.number.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.number.setProperty("role", "stepper")
        self.number.setAccessibleName(accessible)
        self.number.setFixedWidth(56)
        for button in (self._less, self._more):
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.setAutoRepeat(True)
        self.setFocusProxy(self.number)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for part in (self._less, self.number, self._more):
            row.addWidget(part)
        self._less.clicked.connect(self.number.stepDown)
        self._more.clicked.connect(self.number.stepUp)
        self.number.valueChanged.connect(self._changed)
        self._limit(value)

    def value(self) -> int:
        """The number shown."""
        return self.number.value()

    def set_value(self, value: int) -> None:
        """Show `value`, brought within the limits."""
        self.number.setValue(value)

    def set_most(self, most: int) -> None:
        """Another upper limit, as seats go."""
        self.number.setMaximum(most)
        self._limit(self.value())

    def _changed(self, value: int) -> None:
        self._limit(value)
        self.changed.emit(value)

    def _limit(self, value: int) -> None:
        self._less.setEnabled(value > self.number.minimum())
        self._more.setEnabled(value < self.number.maximum())
