"""All users in a table, the chosen one in the panel at the right."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from app.domain.errors import HouselightsError
from app.domain.users import Account, Role
from ui import theme
from ui.errors import Level, level, words
from ui.i18n import date_short, plural, tr
from ui.screen import Context
from ui.users.dialogs import PersonDialog
from ui.users.house import House
from ui.users.house_dialog import HouseDialog
from ui.users.user_panel import UserPanel
from ui.users.viewmodel import STAFF, Users
from ui.users.words import ROLES, role_words, status_token, status_words
from ui.widgets.buttons import Button
from ui.widgets.cells import StatusCell
from ui.widgets.fields import SearchField
from ui.widgets.filters import FilterChip
from ui.widgets.frames import Empty, Header
from ui.widgets.notice import NoticeBar
from ui.widgets.rows import Column
from ui.widgets.table import Table
from ui.widgets.windowed import WindowedModel

_SMALL = 1320  # logical pixels of this view
_STAFF = "staff"


class UsersView(QWidget):
    """Search, role, table, panel; the primary action adds a person."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.users = Users(
            context.services.staff,
            by=context.session.operator,
            tasks=context.tasks,
            relay=context.relay,
            parent=self,
        )
        self.search = SearchField(tr("Search name, e-mail, phone"), key="F3")
        self.role = FilterChip(tr("Role"), everything=tr("Everybody, customers too"))
        self.role.set_options(
            [(_STAFF, tr("Who works here")), *((role.value, role_words(role)) for role in ROLES)]
        )
        self.role.choose(_STAFF)
        self.rows: WindowedModel[Account] = WindowedModel(
            _columns(), key=_key, tasks=context.tasks, parent=self
        )
        self.table = Table(self.rows, accessible=tr("Users"))
        self.table.setItemDelegateForColumn(3, StatusCell(status_token, self.table))
        self.add = Button(tr("Add a person"), look="primary", icon="user-plus")
        self.header = Header(tr("Users"))
        self.notice = NoticeBar()
        self.panel = UserPanel()
        self.dialog = PersonDialog(self.users, parent=self)
        self.house_button = Button(tr("House settings"), icon="house")
        house = House(
            context.services.settings,
            by=context.session.operator,
            tasks=context.tasks,
            parent=self,
        )
        self.house = HouseDialog(house, parent=self)
        self._context = context
        house.saved.connect(self._on_house_saved)
        self._lay_out()
        self._wire()
        self._ask()

    def _wire(self) -> None:
        self.search.searched.connect(self.users.look_for)
        self.role.chosen.connect(self._on_role_filter)
        self.table.picked.connect(self._on_picked)
        self.add.clicked.connect(self.add_person)
        self.house_button.clicked.connect(self.set_house)
        self.rows.counted.connect(self._on_counted)
        self.rows.failed.connect(self._on_failed)
        self.users.changed.connect(self._show)
        self.users.asked.connect(self._ask)
        self.users.stale.connect(self.rows.refresh)
        self.panel.role_chosen.connect(self.users.change_role)
        self.panel.unlock.clicked.connect(self.users.unlock)
        self.panel.new_code.clicked.connect(self.users.new_code)
        self.panel.deactivate.clicked.connect(self.users.deactivate)
        self.panel.reactivate.clicked.connect(self.users.reactivate)
        self.notice.closed.connect(self.notice.hide)

    def _lay_out(self) -> None:
        self._empty = Empty(
            tr("Nobody found"),
            tr("Nobody's name, e-mail or phone contains that. Look for less of it."),
            icon="users",
        )
        place = QWidget()
        self._stack = QStackedLayout(place)
        self._stack.addWidget(self.table)
        self._stack.addWidget(self._empty)
        self.header.buttons.addWidget(self.house_button)
        self.header.buttons.addWidget(self.add)
        self.search.setMinimumWidth(220)
        self.search.setMaximumWidth(380)
        sieve = QHBoxLayout()
        sieve.setSpacing(8)
        sieve.addWidget(self.search, 1)
        sieve.addWidget(self.role, 0, Qt.AlignmentFlag.AlignVCenter)
        sieve.addStretch(1)
        left = QVBoxLayout()
        left.setContentsMargins(24, 20, 24, 20)
        left.setSpacing(12)
        left.addWidget(self.header)
        left.addLayout(sieve)
        left.addWidget(self.notice)
        left.addWidget(place, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addLayout(left, 1)
        row.addWidget(self.panel)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The panel gives way on a small screen, and the table does without the least of its columns."""
        small = event.size().width() < _SMALL
        self.panel.setFixedWidth(336 if small else theme.current().size("basket"))
        self.table.setColumnHidden(4, small)
        super().resizeEvent(event)

    def show_item(self, key: str) -> None:
        """Open the user with this id."""
        self.users.open(key)

    def to_search(self) -> None:
        """The cursor into the search."""
        self.search.setFocus()

    def set_house(self) -> None:
        """Name, clock and money of the house."""
        self.house.ask()

    def add_person(self) -> None:
        """Ask for a new person; the code follows in the same dialog."""
        self.dialog.ask()

    def _on_house_saved(self) -> None:
        self._context.say(tr("The house is saved"), Level.GOOD)

    def _mark(self, account: Account) -> None:
        """The open user's row as the current one, when it is among those read."""
        position = self.rows.position(account.user.id)
        if position >= 0 and position != self.table.currentIndex().row():
            self.table.choose(position)

    def _ask(self) -> None:
        self.rows.show(self.users.source())

    def _on_role_filter(self, key: str) -> None:
        self.users.only(STAFF if key == _STAFF else (Role(key),) if key else ())

    def _on_picked(self, account: Account | None) -> None:
        if account is not None:
            self.users.open(account.user.id)

    def _on_counted(self, count: int) -> None:
        if self.users.state.problem is None:
            self.notice.clear()
        self.header.set_line(plural("{count} person", "{count} people", count))
        self._stack.setCurrentWidget(self.table if count else self._empty)

    def _on_failed(self, error: HouselightsError) -> None:
        self.notice.say(words(error), level=level(error))

    def _show(self) -> None:
        state = self.users.state
        self.panel.show_state(state)
        if state.opened is not None:
            self._mark(state.opened)
        asking = self.dialog.isVisible()
        if state.code is not None and not asking:
            self.dialog.open()
        if state.problem is None or asking:
            self.notice.clear()
        else:
            self.notice.say(words(state.problem), level=level(state.problem))


def _key(account: Account) -> str:
    return account.user.id


def _columns() -> tuple[Column[Account], ...]:
    return (
        Column(tr("Name"), lambda account: account.user.name),
        Column(
            tr("E-mail"),
            lambda account: account.user.email or tr("none"),
            tone=lambda account: "" if account.user.email else "muted",
        ),
        Column(tr("Role"), lambda account: role_words(account.user.role), width=110),
        Column(tr("Sign-in"), status_words, width=128),
        Column(
            tr("Since"),
            lambda account: date_short(account.created_at.astimezone().date()),
            width=124,
        ),
    )
