"""All events: search and filters above, a table of them or a month of their performances below."""

from __future__ import annotations

from datetime import date, timedelta

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QHideEvent, QPixmap, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from app.domain.event_lists import EventRow
from app.domain.events import EventStatus, PerformanceStatus, ProgrammeLine
from app.domain.values import at_venue
from ui import house_time
from ui.errors import Level, words
from ui.events.catalogue import CALENDAR, LIST, Catalogue, State
from ui.events.shelf import Shelf
from ui.events.words import (
    count_words,
    event_dot,
    event_status,
    line_words,
    next_words,
    sold_words,
    takings_words,
    when_words,
)
from ui.i18n import plural, time_of, tr
from ui.typed_dates import month_words
from ui.widgets.buttons import Button
from ui.widgets.calendar import Entry, MonthCalendar
from ui.widgets.cells import SoldCell, StatusCell, Titled, TwoLines
from ui.widgets.fields import SearchField
from ui.widgets.filters import DaysChip, FilterChip
from ui.widgets.frames import Card, Empty, Header, Label
from ui.widgets.month import month_after
from ui.widgets.notice import NoticeBar
from ui.widgets.rows import Column, RowsModel
from ui.widgets.segmented import Segmented
from ui.widgets.table import Table

_ROW = 64
_THUMB = QSize(34, 46)
_ROOMY = 1040  # logical pixels of this page from which all columns fit
_NEAR_END = 400  # logical pixels from the end of the list at which more is read


class CataloguePage(QWidget):
    """`opened` carries the id of an event, `new_asked` fires for one more, `kinds_asked` for the house's
    price types and categories, `goods_asked` for its goods and memberships."""

    opened = Signal(str)
    new_asked = Signal()
    kinds_asked = Signal()
    goods_asked = Signal()
    continue_asked = Signal(str, str)  # the event and its performance whose cancelling waits

    def __init__(
        self,
        catalogue: Catalogue,
        shelf: Shelf,
        *,
        may_edit: bool,
        may_set_kinds: bool,
        may_discount: bool,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._catalogue = catalogue
        self._shelf = shelf
        today = house_time.today()
        self.header = Header(tr("Events"))
        self.mode = Segmented(
            ((LIST, tr("List")), (CALENDAR, tr("Calendar"))), accessible=tr("Show as")
        )
        self.new = Button(tr("New event"), look="primary", icon="plus", key="Ctrl+N")
        self.new.setVisible(may_edit)
        self.kinds = Button(
            "", icon="tag", accessible=tr("Price types and categories of the house")
        )
        self.kinds.setVisible(may_set_kinds)
        goods = tr("Goods, memberships and discounts of the house")
        self.goods = Button("", icon="bag", accessible=goods if may_set_kinds else tr("Discounts"))
        self.goods.setVisible(may_discount)
        self._may_edit = may_edit
        self.search = SearchField(tr("Search title, description, organizer"), key="F3")
        self.category = FilterChip(tr("Category"), everything=tr("All categories"))
        self.venue = FilterChip(tr("Venue"), everything=tr("All venues"))
        self.days = DaysChip(tr("Date"), everything=tr("Any date"))
        self.status = FilterChip(tr("Status"), everything=tr("Any status"))
        self.clear = Button(tr("Clear"), look="quiet", icon="x", height="chip")
        self.notice = NoticeBar()
        self.rows: RowsModel[EventRow] = RowsModel(_columns(), key=_id, parent=self)
        self.table = Table(self.rows, accessible=tr("Events"))
        self.month = MonthCalendar(today=today)
        self._today = today
        self.days.set_ranges(_ranges(today))
        statuses = [(status.value, event_status(status)) for status in EventStatus]
        self.status.set_options(statuses if may_edit else statuses[1:3])
        self._dress_table()
        self._lay_out()
        self._connect_parts()
        self._show()

    def _dress_table(self) -> None:
        table = self.table
        table.verticalHeader().setDefaultSectionSize(_ROW)
        self._cells = (
            Titled(_below_title, picture=_poster, find=self._pixmap, size=_THUMB, parent=table),
            TwoLines(count_words, parent=table),
            SoldCell(_share, table),
            StatusCell(_dot, table),
        )
        for column, cell in zip((0, 1, 3, 5), self._cells, strict=True):
            table.setItemDelegateForColumn(column, cell)

    def _pixmap(self, name: str, size: QSize, ratio: float) -> QPixmap | None:
        return self._shelf.posters.pixmap(name, size, ratio=ratio)

    def _lay_out(self) -> None:
        self.header.buttons.addWidget(self.mode, 0, Qt.AlignmentFlag.AlignVCenter)
        self.header.buttons.addWidget(self.kinds)
        self.header.buttons.addWidget(self.goods)
        self.header.buttons.addWidget(self.new)
        filters = QHBoxLayout()
        filters.setSpacing(8)
        self.search.setMinimumWidth(220)
        self.search.setMaximumWidth(380)
        filters.addWidget(self.search, 1)
        for part in (self.category, self.venue, self.days, self.status, self.clear):
            filters.addWidget(part)
        filters.addStretch(1)
        place = QWidget()
        self._stack = QStackedLayout(place)
        self._none = Empty(
            tr("No events yet"),
            tr(
                "An event is what is on sale: a play, a concert, a tour. Make the first one, then"
                " add its performances."
            ),
            icon="calendar",
            action=tr("New event") if self._may_edit else "",
        )
        self._unmatched = Empty(
            tr("Nothing found"),
            tr("No event answers to all of this. Take a filter away, or search for another word."),
            icon="search",
            action=tr("Clear filters"),
        )
        self._calendar = QWidget()
        self._lay_out_calendar()
        self._listed = Card(padding=0)
        self._listed.body.setContentsMargins(1, 0, 1, 8)
        self._listed.body.addWidget(self.table)
        for page in (self._listed, self._calendar, self._none, self._unmatched):
            self._stack.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        column.addWidget(self.header)
        column.addLayout(filters)
        column.addWidget(self.notice)
        column.addWidget(place, 1)

    def _lay_out_calendar(self) -> None:
        self.month_title = Label("", "lead")
        self.month_title.setMinimumWidth(150)
        self.back = Button(
            "", look="quiet", icon="chevron-left", height="chip", accessible=tr("Earlier month")
        )
        self.on = Button(
            "", look="quiet", icon="chevron-right", height="chip", accessible=tr("Later month")
        )
        self.today = Button(tr("Today"), height="chip")
        bar = QHBoxLayout()
        bar.setSpacing(4)
        for part in (self.back, self.on):
            bar.addWidget(part)
        bar.addSpacing(4)
        bar.addWidget(self.month_title)
        bar.addStretch(1)
        bar.addWidget(self.today)
        column = QVBoxLayout(self._calendar)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(bar)
        column.addWidget(self.month, 1)

    def _connect_parts(self) -> None:
        self.new.clicked.connect(self.new_asked)
        self.kinds.clicked.connect(self.kinds_asked)
        self.goods.clicked.connect(self.goods_asked)
        self._none.acted.connect(self.new_asked)
        self._unmatched.acted.connect(self._clear)
        self.clear.clicked.connect(self._clear)
        self.mode.chosen.connect(self._on_mode)
        self.search.searched.connect(self._on_search)
        self.category.chosen.connect(self._on_category)
        self.venue.chosen.connect(self._on_venue)
        self.status.chosen.connect(self._on_status)
        self.days.ranged.connect(self._on_days)
        self.table.opened.connect(self._on_row)
        self.table.clicked.connect(self._on_click)
        self.table.verticalScrollBar().valueChanged.connect(self._on_scroll)
        self.month.opened.connect(self._on_entry)
        self.month.day_opened.connect(self._on_day)
        self.month.month_changed.connect(self._on_month)
        self.back.clicked.connect(self._month_back)
        self.on.clicked.connect(self._month_on)
        self.today.clicked.connect(self._month_now)
        self._catalogue.changed.connect(self._show)
        self.notice.acted.connect(self._on_continue)
        self._shelf.arrived.connect(self.table.viewport().update)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The venue gives way to the titles on a small screen."""
        self.table.setColumnHidden(2, event.size().width() < _ROOMY)
        super().resizeEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        """Follow the sales while on show."""
        self._catalogue.staleness.wake()
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Rest while another page is on."""
        self._catalogue.staleness.sleep()
        super().hideEvent(event)

    # -- acting --------------------------------------------------------------------------------

    def _on_mode(self, mode: str) -> None:
        self._catalogue.narrow(mode=mode)

    def _on_search(self, text: str) -> None:
        self._catalogue.narrow(text=text)

    def _on_category(self, key: str) -> None:
        self._catalogue.narrow(category=key)

    def _on_venue(self, key: str) -> None:
        self._catalogue.narrow(venue_id=key)

    def _on_status(self, key: str) -> None:
        self._catalogue.narrow(status=key)

    def _on_days(self, since: date | None, until: date | None) -> None:
        self._catalogue.narrow(since=since, until=until)

    def _clear(self) -> None:
        self.search.clear()
        self._catalogue.clear()

    def _on_row(self, row: EventRow) -> None:
        self.opened.emit(row.id)

    def _on_click(self) -> None:
        row = self.table.value()
        if isinstance(row, EventRow):
            self.opened.emit(row.id)

    def _on_scroll(self, value: int) -> None:
        bar = self.table.verticalScrollBar()
        if value > bar.maximum() - _NEAR_END:
            self._catalogue.more()

    def _on_entry(self, key: str) -> None:
        line = next((x for x in self._catalogue.state.lines if x.performance_id == key), None)
        if line is not None:
            self.opened.emit(line.event_id)

    def _on_day(self, day: date) -> None:
        self.mode.choose(LIST)
        self._catalogue.narrow(mode=LIST, since=day, until=day)

    def _on_month(self, month: date) -> None:
        self._catalogue.narrow(month=month)

    def _month_back(self) -> None:
        self._on_month(month_after(self.month.month(), -1))

    def _month_on(self) -> None:
        self._on_month(month_after(self.month.month(), 1))

    def _month_now(self) -> None:
        self._on_month(self._today.replace(day=1))

    # -- showing -------------------------------------------------------------------------------

    def _show(self) -> None:
        state = self._catalogue.state
        self.category.set_options([(c.name, c.name) for c in state.categories])
        self.venue.set_options([(row.venue.id, row.venue.name) for row in state.venues])
        self.category.choose(state.category)
        self.venue.choose(state.venue_id)
        self.status.choose(state.status)
        self.days.show_days(state.since, state.until)
        self.days.setVisible(state.mode == LIST)
        self.status.setVisible(state.mode == LIST)
        self.clear.setVisible(state.narrowed)
        self.mode.choose(state.mode)
        self.header.set_line(_line(state))
        self._show_notice(state)
        if state.mode == CALENDAR:
            self._show_month(state)
        else:
            self._show_rows(state)

    def _show_notice(self, state: State) -> None:
        if state.problem is not None:
            self.notice.say(words(state.problem), level=Level.BAD)
        elif state.interrupted:
            line = state.interrupted[0]
            text = tr(
                "Cancelling {title} on {when} was interrupted. Its holders wait for the rest.",
                title=line.title,
                when=when_words(line.starts_at, line.zone),
            )
            if self.notice.text() != text:
                self.notice.say(text, level=Level.WARN, action=tr("Continue"))
        else:
            self.notice.clear()

    def _on_continue(self) -> None:
        for line in self._catalogue.state.interrupted[:1]:
            self.continue_asked.emit(line.event_id, line.performance_id)

    def _show_rows(self, state: State) -> None:
        self._shelf.want(row.poster for row in state.rows)
        self.rows.set_rows(state.rows)
        if state.rows or not state.loaded:
            self._stack.setCurrentWidget(self._listed)
        else:
            self._stack.setCurrentWidget(self._unmatched if state.narrowed else self._none)

    def _show_month(self, state: State) -> None:
        self._stack.setCurrentWidget(self._calendar)
        self.month_title.setText(month_words(state.month))
        self.month.set_month(state.month)
        self.month.set_entries([_entry(line) for line in self._catalogue.shown_lines()])


def _line(state: State) -> str:
    if not state.loaded:
        return ""
    if state.mode == CALENDAR:
        return tr("The bar along each performance says how much of the house is sold.")
    if state.narrowed:
        return plural("{count} event found", "{count} events found", state.total)
    return plural("{count} event", "{count} events", state.total)


def _ranges(today: date) -> tuple[tuple[str, str, date | None, date | None], ...]:
    month = today.replace(day=1)
    next_month = month_after(month, 1)
    day = timedelta(days=1)
    return (
        ("today", tr("Today"), today, today),
        ("week", tr("Next 7 days"), today, today + 6 * day),
        ("month", tr("This month"), month, next_month - day),
        ("next", tr("Next month"), next_month, month_after(month, 2) - day),
        ("coming", tr("From today on"), today, None),
        ("past", tr("Until yesterday"), None, today - day),
    )


def _entry(line: ProgrammeLine) -> Entry:
    return Entry(
        key=line.performance_id,
        day=at_venue(line.starts_at, line.zone).date(),
        clock=time_of(line.starts_at, line.zone),
        title=line.title,
        share=line.taken / line.capacity if line.capacity else 0.0,
        line=line_words(line),
        off=line.status is PerformanceStatus.CANCELLED,
        draft=line.status is PerformanceStatus.DRAFT,
    )


def _id(row: EventRow) -> str:
    return row.id


def _poster(row: EventRow) -> str:
    return row.poster


def _below_title(row: EventRow) -> str:
    return ", ".join(filter(None, (row.category, row.organizer)))


def _share(row: EventRow) -> float | None:
    return row.sold / row.capacity if row.capacity else None


def _dot(row: EventRow) -> str:
    return event_dot(row.status)


def _columns() -> tuple[Column[EventRow], ...]:
    return (
        Column(tr("Event"), lambda row: row.title, tip=lambda row: row.title),
        Column(
            tr("Next performance"),
            next_words,
            tone=lambda row: "" if row.next_at else "muted",
            width=196,
        ),
        Column(tr("Venue"), lambda row: row.venues or "–", tip=lambda row: row.venues, width=150),
        Column(tr("Sold"), lambda row: sold_words(row.sold, row.capacity), width=176),
        Column(tr("Takings"), takings_words, figures=True, width=124),
        Column(tr("Status"), lambda row: event_status(row.status), width=124),
    )
