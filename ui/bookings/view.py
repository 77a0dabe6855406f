"""Bookings in a table, the chosen one's page in the panel at the right."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from app.domain.tickets import BookingLine
from ui import theme
from ui.bookings.page import BookingPage
from ui.bookings.viewmodel import Bookings
from ui.errors import Level, words
from ui.i18n import amount, moment, number, tr
from ui.screen import Context
from ui.widgets.fields import SearchField
from ui.widgets.frames import Empty, Header
from ui.widgets.notice import NoticeBar
from ui.widgets.rows import Column, RowsModel
from ui.widgets.table import Table

_SMALL = 1320  # logical pixels of this view


class BookingsView(QWidget):
    """Search, table, page."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        services = context.services
        self.bookings = Bookings(
            tickets=services.tickets,
            events=services.events,
            by=context.session.operator,
            tasks=context.tasks,
            relay=context.relay,
            parent=self,
        )
        self.search = SearchField(tr("Search number, customer, event"), key="F3")
        self.search.setMaximumWidth(420)
        self.rows: RowsModel[BookingLine] = RowsModel(_columns(), key=_key, parent=self)
        self.table = Table(self.rows, accessible=tr("Bookings"))
        self.notice = NoticeBar()
        self.page = BookingPage()
        self._lay_out()
        self._find = QShortcut(QKeySequence("F3"), self)
        self._find.activated.connect(self.search.setFocus)
        self.search.searched.connect(self.bookings.look_for)
        self.table.picked.connect(self._on_picked)
        self.page.printed.connect(self._on_printed)
        self.bookings.changed.connect(self._show)
        self._context = context
        self.bookings.load()

    def _lay_out(self) -> None:
        empty = Empty(
            tr("No bookings"),
            tr("What is sold appears here. A search finds numbers, customers and events."),
            icon="receipt",
        )
        place = QWidget()
        self._stack = QStackedLayout(place)
        self._stack.addWidget(self.table)
        self._stack.addWidget(empty)
        self._empty = empty
        left = QVBoxLayout()
        left.setContentsMargins(24, 20, 24, 20)
        left.setSpacing(12)
        header = Header(tr("Bookings"))
        left.addWidget(header)
        left.addWidget(self.search, 0, Qt.AlignmentFlag.AlignLeft)
        self.search.setMinimumWidth(420)
        left.addWidget(self.notice)
        left.addWidget(place, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addLayout(left, 1)
        row.addWidget(self.page)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The page gives way on a small screen, so that the table keeps its columns."""
        small = event.size().width() < _SMALL
        self.page.setFixedWidth(336 if small else theme.current().size("basket"))
        super().resizeEvent(event)

    def show_item(self, key: str) -> None:
        """Open the booking with this id."""
        self.bookings.open(key)

    def _on_picked(self, line: BookingLine | None) -> None:
        if line is not None:
            self.bookings.open(line.id)

    def _on_printed(self, booking_id: str) -> None:
        by = self._context.session.operator
        self._context.tasks.run(
            self,
            lambda: self._context.services.tickets.printed(booking_id, by=by),
            done=_nothing,
            failed=_nothing,
        )

    def _show(self) -> None:
        state = self.bookings.state
        self.rows.set_rows(state.lines)
        self._stack.setCurrentWidget(
            self._empty if state.loaded and not state.lines else self.table
        )
        if state.problem is None:
            self.notice.clear()
        else:
            self.notice.say(words(state.problem), level=Level.BAD)
        if state.opened is not None:
            self.page.show_opened(state.opened)
            self.table.choose(self.rows.position(state.opened.booking.id))


def _key(line: BookingLine) -> str:
    return line.id


def _columns() -> tuple[Column[BookingLine], ...]:
    return (
        Column(tr("Number"), lambda line: line.number, width=100),
        Column(tr("Sold"), lambda line: moment(line.created_at), width=168),
        Column(tr("Event"), lambda line: line.titles),
        Column(
            tr("Customer"),
            lambda line: line.customer or tr("Walk-up"),
            tone=lambda line: "" if line.customer else "muted",
        ),
        Column(tr("Tickets"), lambda line: number(line.tickets), figures=True, width=78),
        Column(tr("Total"), lambda line: amount(line.total), figures=True, width=84),
    )


def _nothing(_: object) -> None:
    """The fact that follows refreshes whoever shows what is owed."""
