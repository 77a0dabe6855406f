"""The login of whoever set the shared house up, asked where this window's own may not enrol."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.domain.shared_house import OwnerLogin
from ui.i18n import tr
from ui.widgets.fields import Field, PasswordField
from ui.widgets.frames import Label


class OwnerCard(QWidget):
    """Two fields that are empty again after each use; hidden where they are not needed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = Field(tr("The database's owner"), hint="postgres")
        self.password = PasswordField(tr("The owner's password"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        said = tr(
            "This computer's own login may not do that. Whoever set the house up types theirs; it is"
            " used once and kept nowhere."
        )
        for part in (Label(said, "small", wrap=True), self.name, self.password):
            column.addWidget(part)
        self.hide()

    def login(self) -> OwnerLogin | None:
        """What was typed, None where nothing is asked."""
        if self.isHidden():
            return None
        return OwnerLogin(self.name.text(), self.password.edit.text())

    def forget(self) -> None:
        """Empty both."""
        for each in (self.name, self.password):
            each.set_text("")
