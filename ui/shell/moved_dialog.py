"""A house that has moved is opened: there, or here to look at it. Asked before anybody signs in."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from app.domain.backups import Moved
from ui.i18n import moment, tr
from ui.widgets.buttons import Button
from ui.widgets.frames import Label

_WIDTH = 480


class MovedDialog(QDialog):
    """Accepted when the house is to be opened where it is; `looks` when this one is to be opened."""

    def __init__(self, moved: Moved, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.looks = False
        self.setWindowTitle(tr("The house has moved"))
        self.setFixedWidth(_WIDTH)
        self.there = Button(tr("Open it there"), look="primary")
        self.look = Button(tr("Look at this one"))
        said = tr(
            "It went to {where} on {at}. Nothing can be sold in this one, because selling in both would"
            " part the books: what is here can only be looked at.",
            where=moved.where,
            at=moment(moved.at),
        )
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        row.addWidget(self.look)
        row.addWidget(self.there)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 20)
        column.setSpacing(12)
        column.addWidget(Label(tr("The house has moved"), "title"))
        column.addWidget(Label(said, "text", wrap=True))
        column.addSpacing(8)
        column.addLayout(row)
        self.there.clicked.connect(self.accept)
        self.look.clicked.connect(self._look)
        self.there.setFocus()

    def _look(self) -> None:
        self.looks = True
        self.reject()
