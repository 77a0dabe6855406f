"""Whom the sale is for: type, Return picks; or a new customer, without leaving the sale."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from app.domain.customers import CustomerLine
from ui.box_office.customer_search import CustomerSearch
from ui.errors import Level, words
from ui.i18n import tr
from ui.widgets.buttons import Button
from ui.widgets.cells import TwoLines
from ui.widgets.contact_form import ContactForm, contact_from
from ui.widgets.fields import SearchField
from ui.widgets.frames import Empty, Header
from ui.widgets.notice import NoticeBar
from ui.widgets.rows import Column, RowsModel
from ui.widgets.table import Table

_SIZE = (480, 560)
_ROW = 56
_STEPS: dict[int, int] = {
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_PageDown: 6,
    Qt.Key.Key_PageUp: -6,
}
_RETURN = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class _Search(SearchField):
    """The arrows move in the list while one types; Return is the dialog's."""

    stepped = Signal(int)
    entered = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Steps and Return go elsewhere, the rest is typing."""
        step = _STEPS.get(event.key())
        if step is not None:
            self.stepped.emit(step)
        elif event.key() in _RETURN:
            self.entered.emit()
        else:
            super().keyPressEvent(event)


class CustomerDialog(QDialog):
    """Shows a `CustomerSearch`; `picked` carries the CustomerLine that was chosen, then it closes."""

    picked = Signal(object)

    def __init__(
        self, search: CustomerSearch, *, text: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._search = search
        search.setParent(self)
        self._return_waits = False
        self.field = _Search(tr("Name, e-mail or phone"))
        self.rows: RowsModel[CustomerLine] = RowsModel(
            (Column(tr("Customer"), _name),), key=_key, parent=self
        )
        self.table = Table(self.rows, accessible=tr("Customers found"))
        self.nobody = Empty(
            tr("Nobody found"),
            tr("Write them down: name, and e-mail or phone if they like."),
            icon="user-plus",
            action=tr("New customer") if search.may_add else "",
        )
        self.new = Button(tr("New customer"), icon="user-plus", key="Ctrl+N")
        self.pick = Button(tr("Choose"), look="primary", key="Enter")
        self.form = ContactForm(notes=False)
        self.back = Button(tr("Back"), icon="arrow-left", key="Esc")
        self.save = Button(tr("Save and choose"), look="primary", key="Ctrl+S")
        self.notice = NoticeBar()
        self.setWindowTitle(tr("Customer"))
        self.setFixedSize(*_SIZE)
        self._lay_out()
        self._connect_parts()
        self.field.setText(text)
        self.field.setFocus()
        search.look_for(text)

    def _lay_out(self) -> None:
        if not self._search.may_add:
            self.new.hide()
        self.table.horizontalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(_ROW)
        self.table.setItemDelegate(TwoLines(_below, strong=True, parent=self.table))
        place = QWidget()
        self._found = QStackedLayout(place)
        self._found.addWidget(self.table)
        self._found.addWidget(self.nobody)
        finding = QWidget()
        column = _column(finding)
        column.addWidget(self.field)
        column.addWidget(place, 1)
        column.addLayout(_foot(self.new, self.pick))
        writing = QWidget()
        column = _column(writing)
        column.addWidget(self.form)
        column.addStretch(1)
        column.addLayout(_foot(self.back, self.save))
        pages = QWidget()
        self._pages = QStackedLayout(pages)
        self._pages.addWidget(finding)
        self._pages.addWidget(writing)
        self._header = Header(tr("Whom is this for?"))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(24, 20, 24, 20)
        whole.setSpacing(16)
        whole.addWidget(self._header)
        whole.addWidget(self.notice)
        whole.addWidget(pages, 1)

    def _connect_parts(self) -> None:
        search = self._search
        search.changed.connect(self._show)
        search.chosen.connect(self._on_chosen)
        self.field.searched.connect(self._on_searched)
        self.field.stepped.connect(self._step)
        self.field.entered.connect(self._on_return)
        self.table.opened.connect(self._on_chosen)
        self.table.clicked.connect(self.field.setFocus)
        self.nobody.acted.connect(self.write_down)
        self.new.clicked.connect(self.write_down)
        self.pick.clicked.connect(self._on_return)
        self.form.entered.connect(self._save)
        self.back.clicked.connect(self._to_search)
        self.save.clicked.connect(self._save)
        self.notice.acted.connect(self._use_owner)
        self.notice.closed.connect(search.forget_problem)
        for key, act in (("Ctrl+N", self.write_down), ("Ctrl+S", self._save)):
            QShortcut(QKeySequence(key), self).activated.connect(act)

    # -- finding -------------------------------------------------------------------------------

    def _on_searched(self, text: str) -> None:
        if text != self._search.state.text:
            self._search.look_for(text)

    def _step(self, by: int) -> None:
        last = self.rows.rowCount() - 1
        if last >= 0:
            self.table.choose(min(max(self.table.currentIndex().row() + by, 0), last))

    def _on_return(self) -> None:
        """Pick the current row; the one of what stands in the field, however fast it was typed."""
        text = self.field.text().strip()
        if self._search.state.searching or text != self._search.state.text:
            self._return_waits = True
            if text != self._search.state.text:
                self._search.look_for(text)
            return
        self._return_waits = False
        value = self.table.value()
        if isinstance(value, CustomerLine):
            self._on_chosen(value)
        elif not self.rows.rowCount():
            self.write_down()

    def _on_chosen(self, line: CustomerLine) -> None:
        self.picked.emit(line)
        self.accept()

    # -- writing down --------------------------------------------------------------------------

    def write_down(self) -> None:
        """The form, beginning with what was typed to find them."""
        if not self._search.may_add or self._pages.currentIndex() == 1:
            return
        typed = contact_from(self.field.text())
        if typed is not None and not self.rows.rowCount():
            self.form.show_contact(typed)
        self._pages.setCurrentIndex(1)
        self._header.title.setText(tr("New customer"))
        named = self.form.name.text()
        (self.form.email if named else self.form.name).setFocus()

    def _to_search(self) -> None:
        self._pages.setCurrentIndex(0)
        self._header.title.setText(tr("Whom is this for?"))
        self.notice.clear()
        self.field.setFocus()

    def _save(self) -> None:
        if self._pages.currentIndex() == 1:
            self._search.add(self.form.contact())

    def _use_owner(self) -> None:
        owner = self._search.state.owner
        if owner is not None:
            self._on_chosen(owner)

    # -- showing -------------------------------------------------------------------------------

    def _show(self) -> None:
        state = self._search.state
        if not state.searching:
            self.rows.set_rows(state.lines)
            self._found.setCurrentWidget(self.table if state.lines else self.nobody)
            self.table.choose(0 if state.lines else -1)
            self.table.scrollToTop()
            self.pick.setEnabled(bool(state.lines))
        self.form.show_problems(state.problems)
        self.save.setEnabled(not state.saving)
        if state.problem is not None:
            self.notice.say(words(state.problem), level=Level.BAD)
        elif state.owner is not None:
            text = tr("This address belongs to {name}.", name=state.owner.name)
            self.notice.say(text, level=Level.WARN, action=tr("Choose them"))
        else:
            self.notice.clear()
        if self._return_waits and not state.searching:
            self._on_return()

    def reject(self) -> None:
        """Esc steps back: from the form to the list, from the list to the sale."""
        if self._pages.currentIndex() == 1:
            self._to_search()
        else:
            super().reject()


def _column(page: QWidget) -> QVBoxLayout:
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(12)
    return column


def _foot(left: QWidget, right: QWidget) -> QHBoxLayout:
    foot = QHBoxLayout()
    foot.addWidget(left)
    foot.addStretch(1)
    foot.addWidget(right)
    return foot


def _name(line: CustomerLine) -> str:
    return line.name


def _below(line: CustomerLine) -> str:
    return " · ".join(part for part in (line.email, line.phone) if part)


def _key(line: CustomerLine) -> str:
    return line.id
