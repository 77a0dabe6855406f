"""Bookings, tickets or who comes to pick up in a table, the chosen one's page in the panel at the right."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from app.domain.bookings import TicketLine
from app.domain.tickets import Booking, BookingLine, BookingStatus, TicketStatus
from ui import house_time, theme
from ui.bookings.dialogs import Dialogs
from ui.bookings.exchange import Exchanging
from ui.bookings.exchange_page import ExchangePage
from ui.bookings.page import EXCHANGE, RECEIPT, BookingPage
from ui.bookings.pick_up_page import PickUpPage
from ui.bookings.state import BOOKINGS, PICK_UPS, TICKETS
from ui.bookings.ticket_page import TicketPanel
from ui.bookings.viewmodel import Bookings
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
from ui.widgets.rows import Column
from ui.widgets.sale_receipt import show_receipt
from ui.widgets.segmented import Segmented
from ui.widgets.table import Table
from ui.widgets.windowed import WindowedModel

_SMALL, _TINY = 1320, 1000  # logical pixels of this view
_SOLD, _TICKETS = 1, 4  # columns of the bookings' table
_OF_CUSTOMER, _OF_BOOKING, _PRICE = 3, 4, 5  # columns of the tickets' table
_TO_PICK_UP, _DEPOSIT = "to_pick_up", "deposit"  # asked beside the status
_DONE = {
    "cancelled": "Cancelled. The seats are on sale again.",
    "refunded": "Given back and in the journal.",
    "paid": "Paid. The tickets are valid now.",
    "resent": "It goes out again with the next mail.",
    "voided": "Undone: the seats are free, the money is given back.",
    "deposit": "The deposit is in the journal.",
    "handed_out": "Handed out.",
    "reissued": "Issued anew. The old codes open no door any more.",
    "kept": "Saved.",
    "exchanged": "Exchanged. The old codes open no door any more; the new tickets are to be printed.",
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
            (
                (BOOKINGS, tr("Bookings")),
                (TICKETS, tr("Tickets")),
                (PICK_UPS, tr("Pick-up")),
            ),
            accessible=tr("List of"),
        )
        self.search = SearchField(tr("Search number, name, event, code"), key="F3")
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
        self.ticket_page = TicketPanel(
            may_check_in=self.bookings.may_check_in, may_cancel=self.bookings.may_cancel
        )
        self.pick_ups = PickUpPage()
        self.dialogs = Dialogs(self.bookings, self.page, view=self)
        self._asked: tuple[object, object] = (None, None)
        self._cancelling = ""  # a ticket whose booking is being opened for that
        self._counted: set[str] = set()
        self.exchange: ExchangePage | None = None  # made when it is first asked for
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
        today = house_time.today()
        self.days.set_ranges(_ranges(today))
        self.pick_ups.offer_days(today)

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
        for page in (self.table, self.ticket_table, self._empty, self._unmatched, self.pick_ups):
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
        self._lists = QWidget()
        row = QHBoxLayout(self._lists)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addLayout(left, 1)
        row.addWidget(self._side)
        self._whole = QStackedLayout(self)
        self._whole.addWidget(self._lists)

    def _connect_parts(self) -> None:
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
        self.page.printed.connect(self._on_printed)
        self.page.pay_asked.connect(self.dialogs.take_payment)
        self.page.asked.connect(self.dialogs.ask)
        self.page.asked.connect(self._on_asked)
        self.page.customer_asked.connect(self._go_to_customer)
        self.page.ticket_asked.connect(self._show_ticket)
        self.ticket_page.booking_asked.connect(self.show_item)
        self.ticket_page.check_in_asked.connect(self.bookings.check_in)
        self.ticket_page.name_asked.connect(self.dialogs.name_ticket)
        self.ticket_page.reissue_asked.connect(self.dialogs.reissue_ticket)
        self.ticket_page.cancel_asked.connect(self._cancel_ticket)
        self.pick_ups.picked.connect(self.bookings.open)
        self.pick_ups.ranged.connect(self._on_days)
        self.pick_ups.event_chosen.connect(self._on_event)
        self.pick_ups.said.connect(self._say)
        self.bookings.come.connect(self.pick_ups.show_lines)
        self.bookings.told.connect(self.rows.refresh)
        self.bookings.told.connect(self.ticket_rows.refresh)
        self.bookings.changed.connect(self._show)
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
        self.show_mode(BOOKINGS)
        self.bookings.open(key)

    # -- asking --------------------------------------------------------------------------------

    def _on_search(self, text: str) -> None:
        if self.bookings.state.mode == PICK_UPS:
            self.pick_ups.search(text)
        else:
            self.bookings.narrow(search=text)

    def _on_status(self, key: str) -> None:
        if self.bookings.state.mode == BOOKINGS:
            beside = {_TO_PICK_UP: key == _TO_PICK_UP, _DEPOSIT: key == _DEPOSIT}
            status = bool(key) and not any(beside.values())
            statuses = (BookingStatus(key),) if status else ()
            self.bookings.narrow(statuses=statuses, **beside)
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
        self.show_mode(TICKETS)
        self.bookings.open_ticket(ticket_id)

    def _go_to_customer(self, customer_id: str) -> None:
        self._context.navigate("customers", customer_id)

    # -- acting --------------------------------------------------------------------------------

    def show_mode(self, mode: str) -> None:
        """Bookings, tickets or who comes to pick up."""
        if self.exchanging:
            self.leave_exchange()
        self.mode.choose(mode)
        self.bookings.show_list(mode)

    def offers(self, act: str) -> bool:
        """Whether this can be done to the booking on show."""
        return self.page.isVisible() and self.page.offers(act)

    def to_search(self) -> None:
        """The cursor into the search, what is there chosen; in an exchange into its performances."""
        if self.exchange is not None and self.exchanging:
            self.exchange.to_chooser()
            return
        self.search.setFocus()
        self.search.selectAll()

    # -- exchanging ----------------------------------------------------------------------------

    @property
    def exchanging(self) -> bool:
        """Whether the exchange screen is on show."""
        return self.exchange is not None and self._whole.currentWidget() is self.exchange

    def _on_asked(self, act: str) -> None:
        opened = self.bookings.state.opened
        if act == EXCHANGE and opened is not None:
            page = self.exchange or self._made_exchange()
            self._whole.setCurrentWidget(page)
            page.begin(opened.booking.id)
        elif act == RECEIPT and opened is not None:
            show_receipt(self._context, opened.booking, opened.lines, parent=self.window())

    def _made_exchange(self) -> ExchangePage:
        context = self._context
        model = Exchanging(
            context.services,
            by=context.session.operator,
            tasks=context.tasks,
            relay=context.relay,
            parent=self,
        )
        self.exchange = ExchangePage(model)
        self.exchange.left.connect(self._back_to_lists)
        model.done.connect(self._on_exchanged)
        self._whole.addWidget(self.exchange)
        return self.exchange

    def leave_exchange(self) -> None:
        """Back without an exchange: what was held for it is free again."""
        if self.exchange is not None:
            self.exchange.leave()

    def _back_to_lists(self) -> None:
        self._whole.setCurrentWidget(self._lists)

    def _on_exchanged(self, booking: Booking) -> None:
        self._back_to_lists()
        self.bookings.open(booking.id)
        self._confirm("exchanged")

    def leave(self) -> None:
        """The window closes."""
        self.leave_exchange()

    def _on_printed(self, booking_id: str, reason: str) -> None:
        self.bookings.printed(booking_id, reason=reason)

    def _cancel_ticket(self) -> None:
        """A ticket is cancelled on the page of its booking, where its money stands."""
        page = self.bookings.state.ticket
        if page is not None:
            self._cancelling = page.line.id
            self.show_item(page.line.booking_id)

    def _confirm(self, what: str) -> None:
        self._say(tr(_DONE[what]), Level.GOOD)

    def _say(self, text: str, level: Level) -> None:
        self._context.say(text, level)

    # -- showing -------------------------------------------------------------------------------

    def _show(self) -> None:
        state = self.bookings.state
        booking_list = state.mode == BOOKINGS
        which = {BOOKINGS: state.bookings, TICKETS: state.tickets}.get(state.mode, state.pick_ups)
        if self._asked != (state.mode, which):
            if self._asked[0] != state.mode:  # each list has its own search
                with QSignalBlocker(self.search):
                    self.search.setText(getattr(which, "search", ""))
                self.pick_ups.search("")
            self._asked = (state.mode, which)
            self._offer_filters()
            if booking_list:
                self.rows.show(self.bookings.bookings_source())
            elif state.mode == TICKETS:
                self.ticket_rows.show(self.bookings.tickets_source())
        self.of_event.set_options(state.events)
        self.pick_ups.of_event.set_options(state.events)
        self.clear.setVisible(state.filtered)
        tickets = state.mode == TICKETS
        self._pages.setCurrentWidget(self.ticket_page if tickets else self.page)
        self._show_table()
        if state.problem is None:
            self.notice.clear()
        else:
            self.notice.say(words(state.problem), level=Level.BAD)
        if state.opened is not None:
            self.page.show_opened(state.opened)
            self._go_on_cancelling(state.opened.booking.id)
        if state.ticket is not None:
            self.ticket_page.show_page(state.ticket)

    def _go_on_cancelling(self, booking_id: str) -> None:
        page = self.bookings.state.ticket
        ticket_id, self._cancelling = self._cancelling, ""
        if ticket_id and page is not None and page.line.booking_id == booking_id:
            self.dialogs.cancel(ticket_id)
        else:
            self._cancelling = ticket_id

    def _offer_filters(self) -> None:
        state = self.bookings.state
        come = state.mode == PICK_UPS
        for part in (self.status, self.of_event, self.days):
            part.setVisible(not come)
        if come:
            self.pick_ups.of_event.choose(state.pick_ups.event_id)
            self.pick_ups.days.show_days(*_local(state.pick_ups.since, state.pick_ups.until))
            return
        which = state.bookings if state.mode == BOOKINGS else state.tickets
        if state.mode == BOOKINGS:
            asked = state.bookings
            self.status.set_options(
                [
                    *((s.value, booking_status(s)) for s in BookingStatus),
                    (_TO_PICK_UP, tr("To pick up")),
                    (_DEPOSIT, tr("With a deposit")),
                ]
            )
            beside = _TO_PICK_UP if asked.to_pick_up else _DEPOSIT if asked.deposit else ""
            self.status.choose(asked.statuses[0].value if asked.statuses else beside)
        else:
            self.status.set_options([(s.value, ticket_status(s)) for s in TicketStatus])
            self.status.choose(state.tickets.statuses[0].value if state.tickets.statuses else "")
        self.of_event.choose(which.event_id)
        self.days.show_days(*_local(which.since, which.until))

    def _show_count(self, _count: int) -> None:
        self._counted.add(self.bookings.state.mode)
        self._show_table()

    def _show_table(self) -> None:
        state = self.bookings.state
        if state.mode == PICK_UPS:
            self.header.set_line(tr("Who comes for tickets, and who still has to pay"))
            self._stack.setCurrentWidget(self.pick_ups)
            return
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


def _local(since: datetime | None, until: datetime | None) -> tuple[date | None, date | None]:
    """The first and the last day of a span, by this computer's clock."""
    last = None if until is None else (until - timedelta(days=1)).astimezone().date()
    return None if since is None else since.astimezone().date(), last


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


def _whose(line: BookingLine) -> str:
    """The name at the desk, and who is behind it."""
    if line.name and line.customer and line.name != line.customer:
        return tr("{name}, {customer}", name=line.name, customer=line.customer)
    return line.name or line.customer or tr("Walk-up")


def _booking_columns() -> tuple[Column[BookingLine], ...]:
    return (
        Column(tr("Number"), lambda line: line.number, width=100),
        Column(tr("Sold"), lambda line: moment_brief(line.created_at), width=128),
        Column(tr("Event"), lambda line: line.titles or tr("Goods")),
        Column(
            tr("Customer"),
            _whose,
            tone=lambda line: "" if line.name or line.customer else "muted",
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
            lambda line: line.attendee or line.customer or tr("Walk-up"),
            tone=lambda line: "" if line.attendee or line.customer else "muted",
        ),
        Column(tr("Booking"), lambda line: line.number, width=100),
        Column(tr("Price"), lambda line: amount(line.price), figures=True, width=84),
        Column(tr("Status"), lambda line: ticket_status(line.status), width=112),
    )
