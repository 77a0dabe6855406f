"""The page of the first start on which a shared house is made on a server of one's own."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from ui.i18n import tr
from ui.widgets.fields import Field, PasswordField
from ui.widgets.form_panel import FormPanel


class FoundPage(FormPanel):
    """Asks for a server, the name of the house's database there, and this computer's code."""

    def __init__(self, parent: QWidget | None = None) -> None:
        server = PasswordField(tr("Server, with a login that may make databases"))
        server.edit.setPlaceholderText("postgresql://USER:PASSWORD@HOST")
        database = Field(tr("Name of the database"), value="houselights")
        code = Field(tr("What this computer is called on tickets and reports"), value="T1")
        super().__init__(
            tr("A new shared house"),
            tr(
                "On a PostgreSQL server of your own, 15 or newer. The database is made there, and this"
                " computer is its first station. The server's login is not kept."
            ),
            fields={"server": server, "database": database, "code": code},
            button=tr("Make the house"),
            back=tr("Back"),
            parent=parent,
        )
        self.server, self.database, self.code = server, database, code
        self.column.addStretch(3)
