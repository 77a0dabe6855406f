"""Who is signed in at which station, and the way out."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.i18n import tr
from ui.screen import Context
from ui.widgets.buttons import Button
from ui.widgets.frames import Card, Header, Label


class ProfileView(QWidget):
    """The operator's own page."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        operator = context.session.operator
        self.sign_out = Button(tr("Sign out"), icon="log-out")
        card = Card(padding=24)
        card.setMaximumWidth(480)
        card.body.addWidget(Label(operator.name, "title"))
        role = tr(
            "{role} at station {station}",
            role=tr(operator.role.value),
            station=operator.station_code,
        )
        card.body.addWidget(Label(role, "muted"))
        card.body.addSpacing(8)
        card.body.addWidget(self.sign_out, 0, Qt.AlignmentFlag.AlignLeft)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(16)
        column.addWidget(Header(tr("Me")))
        column.addWidget(card)
        column.addStretch(1)
        self.sign_out.clicked.connect(context.sign_out)
