"""Customers in a table that reads itself as one scrolls, the chosen one's page at the right."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from app.domain.customers import CustomerLine
from app.domain.errors import HouselightsError
from ui.customers.customer_page import CustomerPanel
from ui.customers.edit_dialog import EditDialog
from ui.customers.editing import Editing
from ui.customers.import_dialog import ImportDialog
from ui.customers.importing import Importing
from ui.customers.membership import CustomerMemberships
from ui.customers.viewmodel import Customers
from ui.errors import Level, words
from ui.i18n import plural, tr
from ui.screen import Context
from ui.widgets.buttons import Button
from ui.widgets.contact_form import contact_from
from ui.widgets.fields import SearchField
from ui.widgets.frames import Empty, Header
from ui.widgets.notice import NoticeBar
from ui.widgets.rows import Column
from ui.widgets.table import Table
from ui.widgets.windowed import WindowedModel

_SMALL, _TINY = 1320, 1000  # logical pixels of this view
_PANEL, _SMALL_PANEL = 520, 404
_DOWN = (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter)


class _Search(SearchField):
    """Down and Return go to what was found."""

    def __init__(self, hint: str, *, key: str, leaves: QWidget) -> None:
        super().__init__(hint, key=key)
        self._leaves = leaves

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Into the table, whose first row is then current."""
        if event.key() in _DOWN:
            self._leaves.setFocus(Qt.FocusReason.ShortcutFocusReason)
        else:
            super().keyPressEvent(event)


class CustomersView(QWidget):
    """Search, table, page."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._importing: Importing | None = None
        self._by = context.session.operator
        self.customers = Customers(
            context.services.customers,
            by=self._by,
            tasks=context.tasks,
            relay=context.relay,
            parent=self,
        )
        self.rows: WindowedModel[CustomerLine] = WindowedModel(
            _columns(), key=_key, tasks=context.tasks, parent=self
        )
        self.table = Table(self.rows, accessible=tr("Customers"))
        self.search = _Search(tr("Search name, e-mail, phone"), key="F3", leaves=self.table)
        self.notice = NoticeBar()
        self.memberships = CustomerMemberships(
            context.services.memberships,
            context.services.settings,
            by=self._by,
            tasks=context.tasks,
            relay=context.relay,
            parent=self,
        )
        self.page = CustomerPanel(self.memberships, may_edit=self.customers.may_edit)
        self.header = Header(tr("Customers"))
        self.add = Button(tr("New customer"), look="primary", icon="user-plus", key="Ctrl+N")
        self.bring_in = Button(
            tr("Import…"), icon="upload", accessible=tr("Bring customers in from a file")
        )
        self.write = Button(
            tr("Export…"), icon="download", accessible=tr("Write the customers to a file")
        )
        self._lay_out()
        self._connect_parts()
        self.customers.load()

    def _lay_out(self) -> None:
        for button in (self.write, self.bring_in, self.add):
            self.header.buttons.addWidget(button)
        if not self.customers.may_edit:
            self.bring_in.hide()
            self.add.hide()
        action = tr("New customer") if self.customers.may_edit else ""
        self.nobody = Empty(
            tr("No customers yet"),
            tr("Write the first one down, or bring them in from a file with Import."),
            icon="users",
            action=action,
        )
        self.not_found = Empty(
            tr("Nobody found"),
            tr("No name, e-mail or phone contains that."),
            icon="search",
            action=action,
        )
        place = QWidget()
        self._stack = QStackedLayout(place)
        for part in (self.table, self.nobody, self.not_found):
            self._stack.addWidget(part)
        left = QVBoxLayout()
        left.setContentsMargins(24, 20, 24, 20)
        left.setSpacing(12)
        left.addWidget(self.header)
        self.search.setMinimumWidth(380)
        self.search.setMaximumWidth(380)
        left.addWidget(self.search, 0, Qt.AlignmentFlag.AlignLeft)
        left.addWidget(self.notice)
        left.addWidget(place, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addLayout(left, 1)
        row.addWidget(self.page)

    def _connect_parts(self) -> None:
        customers = self.customers
        customers.asked.connect(self.rows.show)
        customers.stale.connect(self.rows.refresh)
        customers.changed.connect(self._show)
        self.memberships.changed.connect(self._show)
        customers.exported.connect(self._on_exported)
        self.rows.counted.connect(customers.found)
        self.rows.failed.connect(customers.fail)
        self.search.searched.connect(customers.look_for)
        self.table.picked.connect(self._on_picked)
        self.page.opened.connect(self._open_booking)
        self.page.edit_asked.connect(self.edit_customer)
        self.notice.closed.connect(customers.forget_problem)
        self.notice.closed.connect(self.memberships.forget_problem)
        for empty in (self.nobody, self.not_found):
            empty.acted.connect(self.new_customer)
        self.add.clicked.connect(self.new_customer)
        self.bring_in.clicked.connect(self.import_file)
        self.write.clicked.connect(self.export_file)

    # -- acts ----------------------------------------------------------------------------------

    def show_item(self, key: str) -> None:
        """Open the customer with this id."""
        self.customers.open(key)

    def new_customer(self) -> None:
        """The form for a customer who is not there yet; what was searched for is written in it."""
        if self.customers.may_edit:
            nobody = self.customers.state.count == 0
            self._open_form(suggested=contact_from(self.search.text()) if nobody else None)

    def has_customer(self) -> bool:
        """Whether a customer's page is open."""
        return self.customers.state.page is not None

    def edit_customer(self) -> None:
        """The form for the customer whose page is open."""
        page = self.customers.state.page
        if page is not None and self.customers.may_edit:
            self._open_form(customer=page.customer)

    def _open_form(self, **about: object) -> None:
        editing = Editing(
            self._context.services.customers,
            by=self._by,
            tasks=self._context.tasks,
            **about,  # type: ignore[arg-type]
        )
        dialog = EditDialog(editing, parent=self.window())
        dialog.saved.connect(self._on_saved)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def import_file(self) -> None:
        """Choose a file, then say what its columns are."""
        path, _ = QFileDialog.getOpenFileName(
            self, tr("Import customers"), "", tr("Tables (*.csv *.tsv *.txt);;All files (*)")
        )
        if path:
            self.open_import(Path(path))

    def open_import(self, path: Path) -> ImportDialog:
        """The import of this file, on screen."""
        importing = Importing(
            self._context.services.customers, by=self._by, tasks=self._context.tasks
        )
        self._importing = importing
        importing.destroyed.connect(self._on_import_gone)
        dialog = ImportDialog(importing, parent=self.window())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()
        importing.read(path)
        return dialog

    def leave(self) -> None:
        """The window closes: an import stops after the rows at hand."""
        if self._importing is not None:
            self._importing.cancel()

    def _on_import_gone(self) -> None:
        self._importing = None

    def export_file(self) -> None:
        """Ask where to, then write all that were found."""
        path, _ = QFileDialog.getSaveFileName(
            self, tr("Export customers"), "customers.csv", tr("CSV files (*.csv)")
        )
        if path:
            self.customers.export(Path(path))

    def _open_booking(self, booking_id: str) -> None:
        self._context.navigate("bookings", booking_id)

    # -- answers -------------------------------------------------------------------------------

    def _on_picked(self, line: CustomerLine | None) -> None:
        if line is not None:
            self.customers.open(line.id)

    def _on_saved(self, line: CustomerLine) -> None:
        self._context.say(tr("{name} is saved.", name=line.name), Level.GOOD)
        self.customers.open(line.id)

    def _on_exported(self, count: int) -> None:
        text = plural(
            "{count} customer is in the file.", "{count} customers are in the file.", count
        )
        self._context.say(text, Level.GOOD)

    def _show(self) -> None:
        state = self.customers.state
        if state.count is not None:
            empty = self.not_found if state.search else self.nobody
            self._stack.setCurrentWidget(self.table if state.count else empty)
            self.header.set_line(_counted(state.count, searching=bool(state.search)))
        self._say(state.problem or self.memberships.state.problem)
        if state.page is not None:
            self.page.show_page(state.page)

    def _say(self, problem: HouselightsError | None) -> None:
        if problem is None:
            self.notice.clear()
        else:
            self.notice.say(words(problem), level=Level.BAD)

    def to_search(self) -> None:
        """The cursor into the search, what is there chosen."""
        self.search.setFocus()
        self.search.selectAll()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The page gives way on a small screen, so that the table keeps its columns."""
        small = event.size().width() < _SMALL
        tiny = event.size().width() < _TINY
        self.page.setFixedWidth(_SMALL_PANEL if small else _PANEL)
        self.bring_in.setText("" if tiny else tr("Import…"))
        self.write.setText("" if tiny else tr("Export…"))
        super().resizeEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up, and type at once."""
        self.customers.came_in_sight()
        self.search.setFocus()
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Rest while another screen is on."""
        self.customers.went_out_of_sight()
        super().hideEvent(event)


def _key(line: CustomerLine) -> str:
    return line.id


def _counted(count: int, *, searching: bool) -> str:
    if searching:
        return plural("{count} customer found", "{count} customers found", count)
    return plural("{count} customer", "{count} customers", count)


def _columns() -> tuple[Column[CustomerLine], ...]:
    return (
        Column(tr("Name"), lambda line: line.name),
        Column(tr("E-mail"), lambda line: line.email, tone=lambda _: "muted"),
        Column(tr("Phone"), lambda line: line.phone, tone=lambda _: "muted", width=184),
    )
