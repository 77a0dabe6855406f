"""Who somebody is, to be filled in: name, e-mail, phone and, where there is room, notes."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.domain.customers import Contact
from ui.errors import field_words
from ui.i18n import tr
from ui.widgets.fields import Field
from ui.widgets.forms import TextArea


class ContactForm(QWidget):
    """Fields for a `Contact`. `entered` fires when Return leaves the last line: save."""

    edited = Signal()
    entered = Signal()

    def __init__(self, *, notes: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = Field(tr("Name"), hint=tr("First and last name, or a company"))
        self.email = Field(tr("E-mail"), hint=tr("For tickets and news of the performance"))
        self.phone = Field(tr("Phone"), hint="+49 30 123456")
        self.notes = TextArea(tr("Notes"), hint=tr("Only staff see these"), height=104)
        if not notes:
            self.notes.hide()
        self._lines = (self.name, self.email, self.phone)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        for field in (*self._lines, self.notes):
            column.addWidget(field)
        self.setFocusProxy(self.name)
        self.name.entered.connect(self.email.setFocus)
        self.email.entered.connect(self.phone.setFocus)
        self.phone.entered.connect(self.entered)
        for field in self._lines:
            field.edited.connect(self._on_edited)
        self.notes.edited.connect(self._on_edited)

    def contact(self) -> Contact:
        """What stands in the fields, unchecked."""
        name, email, phone = (field.edit.text() for field in self._lines)
        return Contact(name, email, phone, self.notes.text())

    def show_contact(self, contact: Contact) -> None:
        """Fill the fields; a field that shows this already keeps its cursor."""
        for field, text in zip(
            self._lines, (contact.name, contact.email, contact.phone), strict=True
        ):
            if field.edit.text() != text:
                field.set_text(text)
        self.notes.set_text(contact.notes)

    def show_problems(self, problems: Mapping[str, str]) -> None:
        """The problem keys of an Invalid beside their fields; the first one gets the focus."""
        self.show_sentences(field_words(problems))

    def show_sentences(self, sentences: Mapping[str, str]) -> None:
        """Sentences beside their fields, all others cleared."""
        fields: dict[str, Field | TextArea] = {
            "name": self.name,
            "email": self.email,
            "phone": self.phone,
            "notes": self.notes,
        }
        wrong = []
        for name, field in fields.items():
            field.set_problem(sentences.get(name, ""))
            if name in sentences:
                wrong.append(field)
        if wrong:
            wrong[0].setFocus()

    def _on_edited(self) -> None:
        self.edited.emit()


def contact_from(text: str) -> Contact | None:
    """What somebody typed to find a customer, as the start of a new one; None for nothing."""
    typed = " ".join(text.split())
    if not typed:
        return None
    if "@" in typed:
        return Contact("", email=typed)
    if not any(letter.isalpha() for letter in typed):
        return Contact("", phone=typed)
    return Contact(typed)
