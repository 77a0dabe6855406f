"""Bookings or tickets in a table, the chosen one's page in the panel at the right."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from app.domain.bookings import TicketLine
from app.domain.payments import Tender
from app.domain.tickets import BookingLine, BookingStatus, TicketStatus
from app.domain.values import Money
from app.services.returns import Cancelled
from ui import theme
from ui.bookings.cancel_dialog import CancelDialog
from ui.bookings.page import CANCEL, REFUND, RESEND, BookingPage
from ui.bookings.pay_dialog import PayDialog
from ui.bookings.ticket_page import TicketPanel
from ui.bookings.viewmodel import BOOKINGS, TICKETS, Bookings, Opened
from ui.bookings.words import (
    booking_dot,
    booking_status,
    ticket_dot,
    ticket_status,
)
from ui.errors import Level, words
from ui.i18n import amount, moment_brief, number, plural, tr
from ui.screen import Context
from ui.widgets.buttons import Button
from ui.widgets.cells import StatusCell
from ui.widgets.fields import SearchField
from ui.widgets.filters import DaysChip, FilterChip
from ui.widgets.frames import Empty, Header
from ui.widgets.notice import NoticeBar
from ui.widgets.refund_dialog import RefundChoice, RefundDialog
from ui.widgets.rows import Column
from ui.widgets.segmented import Segmented
from ui.widgets.table import Table
from ui.widgets.windowed import WindowedModel

_SMALL, _TINY = 1320, 1000  # logical pixels of this view
_SOLD, _TICKETS = 1, 4  # columns of the bookings' table
_OF_CUSTOMER, _OF_BOOKING, _PRICE = 3, 4, 5  # columns of the tickets' table
_DONE = {
    "cancelled": "Cancelled. The seats are on sale again.",
    "refunded": "Given back and in the journal.",
    "paid": "Paid. The tickets are valid now.",
    "resent": "It goes out again with the next mail.",
}


class BookingsView(QWidget):
    """Search, filters, table, page."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.bookings = Bookings(
            context.services,
            by=context.session.operator,
            tasks=context.tasks,
            relay=context.relay,
            parent=self,
        )
        self.header = Header(tr("Bookings"))
        self.mode = Segmented(
            ((BOOKINGS, tr("Bookings")), (TICKETS, tr("Tickets"))), accessible=tr("List of")
        )
        self.search = SearchField(tr("Search number, customer, event, code"), key="F3")
        self.status = FilterChip(tr("Status"), everything=tr("Any status"))
        self.of_event = FilterChip(tr("Event"), everything=tr("All events"))
        self.days = DaysChip(tr("Sold"), everything=tr("Any day"))
        self.clear = Button(tr("Clear"), look="quiet", icon="x", height="chip")
        self.notice = NoticeBar()
        tasks = context.tasks
        self.rows: WindowedModel[BookingLine] = WindowedModel(
            _booking_columns(), key=_booking_key, tasks=tasks, parent=self
        )
        self.ticket_rows: WindowedModel[TicketLine] = WindowedModel(
            _ticket_columns(), key=_ticket_key, tasks=tasks, parent=self
        )
        self.table = Table(self.rows, accessible=tr("Bookings"))
        self.ticket_table = Table(self.ticket_rows, accessible=tr("Tickets"))
        self.page = BookingPage(
            may_cancel=self.bookings.may_cancel, may_refund=self.bookings.may_refund
        )
        self.ticket_page = TicketPanel(may_check_in=self.bookings.may_check_in)
        self._asked: tuple[object, object] = (None, None)
        self._counted: set[str] = set()
        self._reason = ""
        self._dress()
        self._lay_out()
        self._connect_parts()
        self.bookings.load_events()
        self._show()

    def _dress(self) -> None:
        self._cells = (
            StatusCell(_booking_dot, self.table),
            StatusCell(_ticket_dot, self.ticket_table),
        )
        self.table.setItemDelegateForColumn(6, self._cells[0])
        self.ticket_table.setItemDelegateForColumn(6, self._cells[1])
        self.days.set_ranges(_ranges(datetime.now().astimezone().date()))

    def _lay_out(self) -> None:
        self.header.buttons.addWidget(self.mode, 0, Qt.AlignmentFlag.AlignVCenter)
        filters = QHBoxLayout()
        filters.setSpacing(8)
        self.search.setMinimumWidth(220)
        self.search.setMaximumWidth(380)
        filters.addWidget(self.search, 1)
        for part in (self.status, self.of_event, self.days, self.clear):
            filters.addWidget(part)
        filters.addStretch(1)
        self._empty = Empty(
            tr("No bookings yet"),
            tr("What is sold or reserved appears here, newest first."),
            icon="receipt",
        )
        self._unmatched = Empty(
            tr("Nothing found"),
            tr("Nothing answers to all of this. Take a filter away, or search for another word."),
            icon="search",
            action=tr("Clear filters"),
        )
        place = QWidget()
        self._stack = QStackedLayout(place)
        for page in (self.table, self.ticket_table, self._empty, self._unmatched):
            self._stack.addWidget(page)
        left = QVBoxLayout()
        left.setContentsMargins(24, 20, 24, 20)
        left.setSpacing(12)
        left.addWidget(self.header)
        left.addLayout(filters)
        left.addWidget(self.notice)
        left.addWidget(place, 1)
        self._side = QWidget()
        self._pages = QStackedLayout(self._side)
        self._pages.addWidget(self.page)
        self._pages.addWidget(self.ticket_page)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addLayout(left, 1)
        row.addWidget(self._side)

    def _connect_parts(self) -> None:
        self._find = QShortcut(QKeySequence("F3"), self)
        self._find.activated.connect(self.search.setFocus)
        self.mode.chosen.connect(self.bookings.show_list)
        self.search.searched.connect(self._on_search)
        self.status.chosen.connect(self._on_status)
        self.of_event.chosen.connect(self._on_event)
        self.days.ranged.connect(self._on_days)
        self.clear.clicked.connect(self._clear)
        self._unmatched.acted.connect(self._clear)
        self.table.picked.connect(self._on_picked)
        self.ticket_table.picked.connect(self._on_ticket)
        for rows in (self.rows, self.ticket_rows):
            rows.counted.connect(self._show_count)
            rows.failed.connect(self._on_failed)
        self.page.printed.connect(self.bookings.printed)
        self.page.pay_asked.connect(self._take_payment)
        self.page.asked.connect(self._on_asked)
        self.page.customer_asked.connect(self._go_to_customer)
        self.page.ticket_asked.connect(self._show_ticket)
        self.ticket_page.booking_asked.connect(self.show_item)
        self.ticket_page.check_in_asked.connect(self.bookings.check_in)
        self.bookings.told.connect(self.rows.refresh)
        self.bookings.told.connect(self.ticket_rows.refresh)
        self.bookings.changed.connect(self._show)
        self.bookings.cancelled.connect(self._propose_refund)
        self.bookings.done.connect(self._confirm)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The page gives way on a small screen, so that the table keeps its columns."""
        small = event.size().width() < _SMALL
        width = 336 if small else theme.current().size("basket")
        for part in (self._side, self.page, self.ticket_page):
            part.setFixedWidth(width)
        tiny = event.size().width() < _TINY
        for table, column, hidden in (
            (self.table, _TICKETS, small),
            (self.table, _SOLD, tiny),
            (self.ticket_table, _OF_BOOKING, small),
            (self.ticket_table, _OF_CUSTOMER, tiny),
            (self.ticket_table, _PRICE, tiny),
        ):
            table.setColumnHidden(column, hidden)
        super().resizeEvent(event)

    def show_item(self, key: str) -> None:
        """Open the booking with this id."""
        self.mode.choose(BOOKINGS)
        self.bookings.show_list(BOOKINGS)
        self.bookings.open(key)

    # -- asking --------------------------------------------------------------------------------

    def _on_search(self, text: str) -> None:
        self.bookings.narrow(search=text)

    def _on_status(self, key: str) -> None:
        if self.bookings.state.mode == BOOKINGS:
            self.bookings.narrow(statuses=(BookingStatus(key),) if key else ())
        else:
            self.bookings.narrow(statuses=(TicketStatus(key),) if key else ())

    def _on_event(self, key: str) -> None:
        self.bookings.narrow(event_id=key)

    def _on_days(self, since: date | None, until: date | None) -> None:
        after = None if until is None else until + timedelta(days=1)
        self.bookings.narrow(since=_midnight(since), until=_midnight(after))

    def _clear(self) -> None:
        self.search.clear()
        self.bookings.everything()

    def _on_picked(self, line: BookingLine | None) -> None:
        if line is not None:
            self.bookings.open(line.id)

    def _on_ticket(self, line: TicketLine | None) -> None:
        if line is not None:
            self.bookings.open_ticket(line.id)

    def _show_ticket(self, ticket_id: str) -> None:
        self.mode.choose(TICKETS)
        self.bookings.show_list(TICKETS)
        self.bookings.open_ticket(ticket_id)

    def _go_to_customer(self, customer_id: str) -> None:
        self._context.navigate("customers", customer_id)

    # -- acting --------------------------------------------------------------------------------

    def _on_asked(self, act: str) -> None:
        opened = self.bookings.state.opened
        if opened is None:
            return
        if act == CANCEL:
            dialog = CancelDialog(opened.booking, parent=self.window())
            dialog.agreed.connect(self._cancel)
            dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            dialog.open()
        elif act == REFUND:
            self._ask_refund(opened, {})
        elif act == RESEND:
            self.bookings.resend()

    def _cancel(self, ticket_ids: tuple[str, ...], reason: str) -> None:
        self._reason = reason
        self.bookings.cancel(ticket_ids, reason=reason)

    def _propose_refund(self, cancelled: Cancelled) -> None:
        opened = self.bookings.state.opened
        if opened is not None and opened.booking.id == cancelled.booking.id:
            wanted = {ticket.id: ticket.price for ticket in cancelled.tickets}
            given = Opened(cancelled.booking, opened.lines, cancelled.held)
            self._ask_refund(given, wanted, reason=self._reason)

    def _ask_refund(self, opened: Opened, proposed: dict[str, Money], *, reason: str = "") -> None:
        self.bookings.forget_refund()
        dialog = RefundDialog(
            RefundChoice(opened.booking, opened.held, proposed), parent=self.window()
        )
        dialog.reason.set_text(reason)
        dialog.agreed.connect(self._refund)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _refund(self, wanted: dict[str, Money], reason: str, tender: Tender | None = None) -> None:
        self.bookings.refund(wanted, reason=reason, tender=tender)

    def _take_payment(self) -> None:
        opened = self.bookings.state.opened
        if opened is None:
            return
        dialog = PayDialog(opened.booking, card=self.bookings.card, parent=self.window())
        dialog.agreed.connect(self.bookings.pay)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _confirm(self, what: str) -> None:
        self._context.say(tr(_DONE[what]), Level.GOOD)

    # -- showing -------------------------------------------------------------------------------

    def _show(self) -> None:
        state = self.bookings.state
        booking_list = state.mode == BOOKINGS
        which = state.bookings if booking_list else state.tickets
        if self._asked != (state.mode, which):
            if self._asked[0] != state.mode:  # each list has its own search
                with QSignalBlocker(self.search):
                    self.search.setText(which.search)
            self._asked = (state.mode, which)
            self._offer_filters()
            if booking_list:
                self.rows.show(self.bookings.bookings_source())
            else:
                self.ticket_rows.show(self.bookings.tickets_source())
        self.of_event.set_options(state.events)
        self.clear.setVisible(state.filtered)
        self._pages.setCurrentWidget(self.page if booking_list else self.ticket_page)
        self._show_table()
        if state.problem is None:
            self.notice.clear()
        else:
            self.notice.say(words(state.problem), level=Level.BAD)
        if state.opened is not None:
            self.page.show_opened(state.opened)
        if state.ticket is not None:
            self.ticket_page.show_page(state.ticket)

    def _offer_filters(self) -> None:
        state = self.bookings.state
        if state.mode == BOOKINGS:
            self.status.set_options([(s.value, booking_status(s)) for s in BookingStatus])
            self.status.choose(state.bookings.statuses[0].value if state.bookings.statuses else "")
            self.of_event.choose(state.bookings.event_id)
            self._show_days(state.bookings.since, state.bookings.until)
        else:
            self.status.set_options([(s.value, ticket_status(s)) for s in TicketStatus])
            self.status.choose(state.tickets.statuses[0].value if state.tickets.statuses else "")
            self.of_event.choose(state.tickets.event_id)
            self._show_days(state.tickets.since, state.tickets.until)

    def _show_days(self, since: datetime | None, until: datetime | None) -> None:
        last = None if until is None else (until - timedelta(days=1)).astimezone().date()
        self.days.show_days(None if since is None else since.astimezone().date(), last)

    def _show_count(self, _count: int) -> None:
        self._counted.add(self.bookings.state.mode)
        self._show_table()

    def _show_table(self) -> None:
        state = self.bookings.state
        booking_list = state.mode == BOOKINGS
        rows = self.rows if booking_list else self.ticket_rows
        count = rows.rowCount()
        if booking_list:
            told = plural("{count} booking", "{count} bookings", count)
        else:
            told = plural("{count} ticket", "{count} tickets", count)
        self.header.set_line(told)
        if count or state.mode not in self._counted:
            self._stack.setCurrentWidget(self.table if booking_list else self.ticket_table)
        else:
            self._stack.setCurrentWidget(self._unmatched if state.filtered else self._empty)

    def _on_failed(self, error: object) -> None:
        self.bookings.set(problem=error)


def _booking_key(line: BookingLine) -> str:
    return line.id


def _ticket_key(line: TicketLine) -> str:
    return line.id


def _booking_dot(line: BookingLine) -> str:
    return booking_dot(line.status)


def _ticket_dot(line: TicketLine) -> str:
    return ticket_dot(line.status)


def _midnight(day: date | None) -> datetime | None:
    return None if day is None else datetime.combine(day, time()).astimezone()


def _ranges(today: date) -> list[tuple[str, str, date | None, date | None]]:
    week, month = today - timedelta(days=6), today - timedelta(days=29)
    yesterday = today - timedelta(days=1)
    return [
        ("today", tr("Today"), today, today),
        ("yesterday", tr("Yesterday"), yesterday, yesterday),
        ("week", tr("Last 7 days"), week, today),
        ("month", tr("Last 30 days"), month, today),
    ]


def _booking_columns() -> tuple[Column[BookingLine], ...]:
    return (
        Column(tr("Number"), lambda line: line.number, width=100),
        Column(tr("Sold"), lambda line: moment_brief(line.created_at), width=128),
        Column(tr("Event"), lambda line: line.titles),
        Column(
            tr("Customer"),
            lambda line: line.customer or tr("Walk-up"),
            tone=lambda line: "" if line.customer else "muted",
        ),
        Column(tr("Tickets"), lambda line: number(line.tickets), figures=True, width=72),
        Column(tr("Total"), lambda line: amount(line.total), figures=True, width=84),
        Column(tr("Status"), lambda line: booking_status(line.status), width=112),
    )


def _ticket_columns() -> tuple[Column[TicketLine], ...]:
    return (
        Column(tr("Seat"), lambda line: line.seat, width=136),
        Column(tr("Event"), lambda line: line.title),
        Column(tr("Starts"), lambda line: moment_brief(line.starts_at, line.zone), width=128),
        Column(
            tr("Customer"),
            lambda line: line.customer or tr("Walk-up"),
            tone=lambda line: "" if line.customer else "muted",
        ),
        Column(tr("Booking"), lambda line: line.number, width=100),
        Column(tr("Price"), lambda line: amount(line.price), figures=True, width=84),
        Column(tr("Status"), lambda line: ticket_status(line.status), width=112),
    )
