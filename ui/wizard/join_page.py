"""The page of the first start on which a computer joins a house that sells already."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from ui.i18n import tr
from ui.widgets.buttons import Button
from ui.widgets.fields import PasswordField
from ui.widgets.form_panel import FormPanel, quiet_row
from ui.widgets.frames import Rule


class JoinPage(FormPanel):
    """Asks for the line that an enrolment gives; `found` leads to a house that is still to be made."""

    def __init__(self, parent: QWidget | None = None) -> None:
        connection = PasswordField(tr("Connection, from whoever enrolled this computer"))
        super().__init__(
            tr("Join your house"),
            tr(
                "An administrator enrols this computer under Settings, Stations, and gives you one line"
                " that begins with postgresql://. Paste it here."
            ),
            fields={"connection": connection},
            button=tr("Join"),
            back=tr("Back"),
            parent=parent,
        )
        self.connection = connection
        self.found = Button(tr("There is none yet: make one on a server"), icon="plus")
        self.column.addSpacing(8)
        self.column.addWidget(Rule())
        self.column.addLayout(quiet_row(self.found))
        self.column.addStretch(3)
