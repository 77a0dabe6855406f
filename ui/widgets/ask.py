"""A question before something that cannot be taken back, or that needs one word more."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from ui.i18n import tr
from ui.widgets.buttons import Button, Look
from ui.widgets.fields import Field
from ui.widgets.frames import Label

_WIDTH = 440


class Ask(QDialog):
    """Says what would happen; `agreed` carries the line typed, "" when none is asked for.

    The safe answer has the focus, so that Return alone never does harm; with a line to fill in, the
    line has it and Return agrees.
    """

    agreed = Signal(str)
    declined = Signal()

    def __init__(
        self,
        title: str,
        sentence: str,
        *,
        action: str,
        look: Look = "danger",
        stay: str = "",
        line: str = "",
        value: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.setFixedWidth(_WIDTH)
        self.sentence = Label(sentence, "text", wrap=True)
        self.field = Field(line, value=value) if line else None
        self.yes = Button(action, look=look)
        self.no = Button(stay or tr("Keep it"))
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        row.addWidget(self.no)
        row.addWidget(self.yes)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 20)
        column.setSpacing(12)
        column.addWidget(Label(title, "title", wrap=True))
        column.addWidget(self.sentence)
        if self.field is not None:
            column.addWidget(self.field)
            self.field.edit.selectAll()
            self.field.entered.connect(self._agree)
        column.addSpacing(8)
        column.addLayout(row)
        self.yes.clicked.connect(self._agree)
        self.no.clicked.connect(self.reject)
        self.rejected.connect(self.declined)
        (self.field or self.no).setFocus()

    def _agree(self) -> None:
        text = self.field.text() if self.field is not None else ""
        if self.field is not None and not text:
            self.field.set_problem(tr("Please fill this in."))
            return
        self.accept()
        self.agreed.emit(text)
