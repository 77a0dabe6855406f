"""The form for a new customer, and for changing one."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from app.domain.customers import CustomerLine
from ui.customers.editing import Editing
from ui.errors import Level, field_words, words
from ui.i18n import tr
from ui.widgets.buttons import Button
from ui.widgets.contact_form import ContactForm
from ui.widgets.frames import Header
from ui.widgets.notice import NoticeBar

_WIDTH = 480


class EditDialog(QDialog):
    """Shows an `Editing` and saves it; `saved` carries the CustomerLine.

    Esc asks once before typed words are thrown away: the second Esc means it.
    """

    saved = Signal(object)

    def __init__(self, editing: Editing, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editing = editing
        editing.setParent(self)
        self._warned = False
        title = tr("New customer") if editing.new else tr("Edit customer")
        self.form = ContactForm()
        self.notice = NoticeBar()
        self.save = Button(tr("Save"), look="primary", key="Ctrl+S")
        self.cancel = Button(tr("Cancel"), key="Esc")
        self.setWindowTitle(title)
        self.setFixedWidth(_WIDTH)
        self._lay_out(title)
        self._keys = QShortcut(QKeySequence("Ctrl+S"), self)
        self._keys.activated.connect(self._save)
        self.save.clicked.connect(self._save)
        self.cancel.clicked.connect(self.reject)
        self.form.entered.connect(self._save)
        self.form.edited.connect(self._on_edited)
        self.notice.closed.connect(editing.forget_problem)
        editing.changed.connect(self._show)
        editing.saved.connect(self._on_saved)
        self.form.show_contact(editing.state.typed)
        self.form.setFocus()
        self.form.name.edit.selectAll()

    def _lay_out(self, title: str) -> None:
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addStretch(1)
        foot.addWidget(self.cancel)
        foot.addWidget(self.save)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(16)
        column.addWidget(Header(title))
        column.addWidget(self.notice)
        column.addWidget(self.form)
        column.addStretch(1)
        column.addLayout(foot)

    def _on_edited(self) -> None:
        self._warned = False
        self._editing.type(self.form.contact())

    def _save(self) -> None:
        self._editing.type(self.form.contact())
        self._editing.save()

    def _on_saved(self, line: CustomerLine) -> None:
        self.saved.emit(line)
        self.accept()

    def _show(self) -> None:
        state = self._editing.state
        self.form.show_contact(state.typed)
        self.save.setEnabled(not state.busy)
        sentences = field_words(state.problems)
        for name, written in state.theirs.items():
            now = tr("Now: {words}", words=written) if written else tr("Now empty.")
            sentences.setdefault(name, now)
        self.form.show_sentences(sentences)
        if state.problem is not None:
            self.notice.say(words(state.problem), level=Level.BAD)
        elif state.overtaken:
            self.notice.say(_overtaken(differs=bool(state.theirs)), level=Level.WARN)
        else:
            self.notice.clear()

    def reject(self) -> None:
        """Close; typed words are given up only when asked twice."""
        if self._may_close():
            super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        """The same for the window's own button."""
        if self._may_close():
            super().closeEvent(event)
        else:
            event.ignore()

    def _may_close(self) -> bool:
        if self._warned or not self._editing.state.dirty or self.result():
            return True
        self._warned = True
        text = tr("This is not saved. Press Esc again to give it up, or save it.")
        self.notice.say(text, level=Level.WARN)
        return False


def _overtaken(*, differs: bool) -> str:
    if differs:
        return tr(
            "Somebody else changed this customer meanwhile. What they wrote stands below your words;"
            " save again to keep yours."
        )
    return tr(
        "Somebody else changed this customer meanwhile. Their changes are in the form now, beside"
        " yours; save again to keep both."
    )
