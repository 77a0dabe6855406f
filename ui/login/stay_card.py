"""Staying signed in: the box to ask for it, or why there is none."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QStackedLayout, QWidget

from ui.errors import words
from ui.i18n import tr
from ui.login.viewmodel import State, Staying
from ui.widgets.frames import Label


class StayBox(QWidget):
    """The box, or the quiet sentence; the room is kept while neither is known, so that nothing moves
    under the mouse."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.box = QCheckBox(tr("Stay signed in on this computer"))
        self.sentence = Label("", "small", wrap=True)
        self._stack = QStackedLayout(self)
        self._stack.setContentsMargins(0, 0, 0, 0)
        for part in (QWidget(), self.box, self.sentence):
            self._stack.addWidget(part)
        self.setFixedHeight(36)

    def show_state(self, state: State) -> None:
        """The box when it is possible, the sentence when it is not."""
        if state.staying is Staying.POSSIBLE:
            self._stack.setCurrentWidget(self.box)
        elif state.refusal is not None:
            self.sentence.setText(words(state.refusal))
            self._stack.setCurrentWidget(self.sentence)

    def stays(self) -> bool:
        """Whether it was offered and wanted."""
        return self._stack.currentWidget() is self.box and self.box.isChecked()
