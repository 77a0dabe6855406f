"""One event's page: what it is, its performances with how they sell, its figures and its history."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QStackedLayout, QVBoxLayout, QWidget

from app.domain.errors import Conflict
from app.domain.event_lists import EventDetail, PerformanceRow
from app.domain.events import EventStatus, PerformanceStatus
from app.domain.values import at_venue
from ui.errors import Level, level, words
from ui.events.detail import Detail, State
from ui.events.figures_panel import FiguresPanel
from ui.events.shelf import Shelf
from ui.events.words import event_dot, event_status, row_status, sold_words
from ui.house_time import now
from ui.i18n import percent, plural, time_of, tr
from ui.typed_dates import day_words
from ui.widgets.ask import Ask
from ui.widgets.buttons import Button
from ui.widgets.cells import SoldCell, StatusCell, TwoLines
from ui.widgets.frames import Card, Empty, Header, Label, LineLabel
from ui.widgets.marks import Dot
from ui.widgets.menu import MenuButton
from ui.widgets.notice import NoticeBar
from ui.widgets.poster import PosterView
from ui.widgets.rows import Column, RowsModel
from ui.widgets.table import Table

_SMALL = 1320  # logical pixels of this page
_ROW = 56
_MOST_WEEKS = 520


class DetailPage(QWidget):
    """What is asked for goes out as a signal; performance ids where one is meant."""

    left = Signal()
    edit_asked = Signal()
    performance_asked = Signal(str)  # "" for a new one
    series_asked = Signal()
    cancel_asked = Signal(str)
    sell_asked = Signal(str)
    message_asked = Signal(str)

    def __init__(self, detail: Detail, shelf: Shelf, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._detail = detail
        self._shelf = shelf
        self._shown: EventDetail | None = None
        self._removed: PerformanceRow | None = None  # or is about to be, once it is agreed
        self.back = Button(tr("Events"), look="quiet", icon="arrow-left", key="Esc", height="chip")
        self.header = Header("")
        self.more = MenuButton(
            (
                ("duplicate", tr("Duplicate …"), "copy"),
                ("again", tr("Duplicate with performances …"), "calendar"),
                ("withdraw", tr("Back to draft"), "undo"),
                ("archive", tr("Archive"), "file"),
                ("delete", tr("Delete …"), "trash"),
            ),
            accessible=tr("More to do with this event"),
        )
        self.edit = Button(tr("Edit"), icon="pencil", key="Ctrl+E")
        self.publish = Button(tr("Publish"), look="primary", icon="check")
        self.add = Button(tr("Add performance"), look="primary", icon="plus", key="Ctrl+N")
        self.notice = NoticeBar()
        self.poster = PosterView(shelf.posters, width=116)
        self.figures = FiguresPanel()
        self.rows: RowsModel[PerformanceRow] = RowsModel(_columns(), key=_id, parent=self)
        self.table = Table(self.rows, accessible=tr("Performances"))
        self._lay_out()
        self._fit(small=True)
        self._connect_parts()
        self._show()

    # -- layout --------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setContentsMargins(12, 12, 24, 0)
        top.addWidget(self.back)
        top.addStretch(1)
        for button in (self.more, self.edit, self.add, self.publish):
            self.header.buttons.addWidget(button)
        left = QVBoxLayout()
        left.setContentsMargins(24, 8, 24, 20)
        left.setSpacing(12)
        left.addWidget(self.header)
        left.addWidget(self.notice)
        left.addWidget(self._about())
        left.addWidget(self._performances(), 1)
        main = QVBoxLayout()
        main.setSpacing(0)
        main.addLayout(top)
        main.addLayout(left, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addLayout(main, 1)
        row.addWidget(self.figures)

    def _about(self) -> QWidget:
        self.dot = Dot("good")
        self.status = Label("", "strong")
        self.facts = LineLabel("", "muted")
        self.description = Label("", "text", wrap=True)
        self.description.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.description.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        scroll = QScrollArea()
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(self.description)
        status = QHBoxLayout()
        status.setSpacing(8)
        status.addWidget(self.dot)
        status.addWidget(self.status)
        status.addSpacing(8)
        status.addWidget(self.facts, 1)
        words_ = QVBoxLayout()
        words_.setSpacing(8)
        words_.addLayout(status)
        words_.addWidget(scroll, 1)
        card = Card()
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(self.poster, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words_, 1)
        card.body.addLayout(row)
        card.setFixedHeight(self.poster.height() + 32)
        return card

    def _performances(self) -> QWidget:
        self.table.verticalHeader().setDefaultSectionSize(_ROW)
        self._cells = (
            TwoLines(_below_when, strong=True, parent=self.table),
            SoldCell(_share, self.table),
            StatusCell(_dot, self.table),
        )
        for column, cell in zip((0, 2, 3), self._cells, strict=True):
            self.table.setItemDelegateForColumn(column, cell)
        self.count = LineLabel(tr("Performances"), "lead")
        self.sell = Button(tr("Sell"), icon="ticket", height="chip")
        self.change = Button(tr("Edit and prices"), icon="pencil", height="chip")
        self.write = Button(tr("Write to holders"), icon="mail", height="chip")
        self.call_off = Button(tr("Cancel …"), look="danger", icon="x-circle", height="chip")
        self.remove = Button(
            "", icon="trash", height="chip", accessible=tr("Remove this performance")
        )
        self.series = Button(tr("Add by rule"), icon="calendar", height="chip")
        bar = QHBoxLayout()
        bar.setContentsMargins(16, 12, 12, 4)
        bar.setSpacing(8)
        bar.addWidget(self.count, 1)
        for button in (
            self.sell,
            self.change,
            self.write,
            self.call_off,
            self.remove,
            self.series,
        ):
            bar.addWidget(button)
        self._none = Empty(
            tr("No performances yet"),
            tr("Add one, or many by a rule such as every Friday and Saturday at 20:00."),
            icon="calendar",
        )
        place = QWidget()
        self._stack = QStackedLayout(place)
        self._stack.addWidget(self.table)
        self._stack.addWidget(self._none)
        card = Card(padding=0)
        card.body.setSpacing(0)
        card.body.addLayout(bar)
        card.body.addWidget(place, 1)
        card.body.setContentsMargins(1, 0, 1, 8)
        return card

    def _connect_parts(self) -> None:
        self.back.clicked.connect(self.left)
        self.edit.clicked.connect(self.edit_asked)
        self.publish.clicked.connect(self._detail.publish)
        self.add.clicked.connect(self._on_add)
        self.series.clicked.connect(self.series_asked)
        self.sell.clicked.connect(self._on_sell)
        self.change.clicked.connect(self._on_change)
        self.write.clicked.connect(self._on_write)
        self.call_off.clicked.connect(self._on_cancel)
        self.remove.clicked.connect(self._ask_remove)
        self.more.chosen.connect(self._on_more)
        self.table.opened.connect(self._on_change)
        self.table.picked.connect(self._show_actions)
        self.notice.closed.connect(self._detail.forget_problem)
        self._detail.changed.connect(self._show)
        self._shelf.arrived.connect(self.poster.update)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The figures give way on a small screen, so that the performances keep their columns."""
        self._fit(small=event.size().width() < _SMALL)
        super().resizeEvent(event)

    def _fit(self, *, small: bool) -> None:
        self.figures.setFixedWidth(304 if small else 372)
        self.change.setText(tr("Edit") if small else tr("Edit and prices"))
        self.series.setText(tr("By rule") if small else tr("Add by rule"))
        self.write.setText(tr("Write") if small else tr("Write to holders"))
        self.edit.set_key("" if small else "Ctrl+E")
        self.add.set_key("" if small else "Ctrl+N")

    def showEvent(self, event: QShowEvent) -> None:
        """Follow the sales while on show."""
        self._detail.staleness.wake()
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Rest while another page is on."""
        self._detail.staleness.sleep()
        super().hideEvent(event)

    # -- acting --------------------------------------------------------------------------------

    def chosen(self) -> PerformanceRow | None:
        """The performance the table is on."""
        row = self.table.value()
        return row if isinstance(row, PerformanceRow) else None

    def _on_add(self) -> None:
        self.performance_asked.emit("")

    def _on_change(self) -> None:
        row = self.chosen()
        if row is not None and self._detail.may_edit:
            self.performance_asked.emit(row.performance.id)

    def _on_sell(self) -> None:
        row = self.chosen()
        if row is not None:
            self.sell_asked.emit(row.performance.id)

    def _on_write(self) -> None:
        row = self.chosen()
        if row is not None:
            self.message_asked.emit(row.performance.id)

    def _on_cancel(self) -> None:
        row = self.chosen()
        if row is not None:
            self.cancel_asked.emit(row.performance.id)

    def _ask_remove(self) -> None:
        row = self.chosen()
        if row is None:
            return
        self._removed = row
        ask = Ask(
            tr("Remove this performance?"),
            tr(
                "{when} goes away with its prices. Nothing of it was sold, so nobody has to be told.",
                when=_when(row),
            ),
            action=tr("Remove"),
            parent=self.window(),
        )
        ask.agreed.connect(self._remove)
        ask.open()

    def _remove(self) -> None:
        """The one that was asked about, whatever the table is on by now."""
        if self._removed is not None:
            self._detail.delete_performance(self._removed)

    def _on_more(self, what: str) -> None:
        acts = {
            "duplicate": self._ask_duplicate,
            "again": self._ask_again,
            "withdraw": self._detail.withdraw,
            "archive": self._detail.archive,
            "delete": self._ask_delete,
        }
        acts[what]()

    def _ask_duplicate(self) -> None:
        title = self._shown.event.title if self._shown else ""
        ask = Ask(
            tr("Duplicate this event"),
            tr("The copy is a draft with the same texts and poster, without performances."),
            action=tr("Duplicate"),
            look="primary",
            stay=tr("Not now"),
            line=tr("Title of the copy"),
            value=tr("{title} (copy)", title=title),
            parent=self.window(),
        )
        ask.agreed.connect(self._detail.duplicate)
        ask.open()

    def _ask_again(self) -> None:
        ask = Ask(
            tr("Duplicate with performances"),
            tr("The copy is a draft with all performances and prices, as many weeks later."),
            action=tr("Duplicate"),
            look="primary",
            stay=tr("Not now"),
            line=tr("Weeks later"),
            value="52",
            parent=self.window(),
        )
        ask.agreed.connect(self._on_again)
        ask.open()

    def _on_again(self, text: str) -> None:
        if self._shown is None or not text.isdecimal() or not 0 < int(text) <= _MOST_WEEKS:
            self.notice.say(tr("Type a number of weeks from 1 to 520."), level=Level.WARN)
            return
        title = tr("{title} (copy)", title=self._shown.event.title)
        self._detail.duplicate(title, weeks=int(text))

    def _ask_delete(self) -> None:
        title = self._shown.event.title if self._shown else ""
        ask = Ask(
            tr("Delete this event?"),
            tr("{title} goes away with its performances. That cannot be taken back.", title=title),
            action=tr("Delete"),
            parent=self.window(),
        )
        ask.agreed.connect(self._on_delete)
        ask.open()

    def _on_delete(self) -> None:
        self._detail.delete()

    # -- showing -------------------------------------------------------------------------------

    def _show(self) -> None:
        state = self._detail.state
        self._show_problem(state)
        detail = state.detail
        if detail is None:
            return
        self._shown = detail
        event = detail.event
        self.header.title.setText(event.title)
        self.header.set_line(
            tr("{category}, by {organizer}", category=event.category, organizer=detail.organizer)
        )
        self.poster.show_poster(event.poster, title=event.title)
        self._shelf.want((event.poster,))
        self.dot.set_token(event_dot(event.status))
        self.status.setText(event_status(event.status))
        made = day_words(detail.created_at.astimezone().date())
        self.facts.setText(
            tr("{tax} tax included, entered {day}", tax=percent(event.tax_bp), day=made)
        )
        self.description.setText(event.description or tr("No description yet."))
        rows = detail.performances
        self.count.setText(plural("{count} performance", "{count} performances", len(rows)))
        before = self.chosen()
        self.rows.set_rows(rows)
        if before is None and rows:
            self.table.choose(_first_to_come(rows))
        self._stack.setCurrentWidget(self.table if rows else self._none)
        self.figures.show_detail(detail)
        self._show_actions()

    def _show_problem(self, state: State) -> None:
        problem = state.problem
        if problem is None:
            self.notice.clear()
        elif isinstance(problem, Conflict):
            text = tr("Somebody else has just changed this event. Look at it again, then repeat.")
            self.notice.say(text, level=level(problem))
        else:
            self.notice.say(words(problem), level=level(problem))

    def _show_actions(self) -> None:
        detail, row = self._shown, self.chosen()
        edits, cancels = self._detail.may_edit, self._detail.may_cancel
        draft = detail is not None and detail.event.status is EventStatus.DRAFT
        for button in (self.edit, self.series, self.more):
            button.setVisible(edits)
        publishable = draft and self.rows.rowCount() > 0
        self.publish.setVisible(edits and publishable)
        self.add.setVisible(edits and not publishable)
        over = row is None or row.performance.status is PerformanceStatus.CANCELLED
        interrupted = row is not None and row.performance.id in self._detail.state.interrupted
        self.sell.setVisible(row is not None and not over and not draft and self._sells(row))
        self.change.setVisible(edits and not over)
        self.write.setVisible(edits and not over and _claimed(row))
        cancelled = row is not None and over
        self.call_off.setVisible(cancels and row is not None)
        text = tr("Cancellation …") if cancelled else tr("Cancel …")
        self.call_off.setText(tr("Continue cancelling …") if interrupted else text)
        self.remove.setVisible(edits and not _claimed(row) and row is not None)
        if detail is not None:
            withdraw = () if draft else ("withdraw",)
            self.more.show_only("duplicate", "again", *withdraw, "archive", "delete")

    @staticmethod
    def _sells(row: PerformanceRow) -> bool:
        on_sale = row.performance.status is PerformanceStatus.ON_SALE
        return on_sale and row.performance.starts_at > now() and row.free > 0


def _claimed(row: PerformanceRow | None) -> bool:
    return row is not None and row.sold > 0


def _first_to_come(rows: tuple[PerformanceRow, ...]) -> int:
    this_moment = now()
    return next((i for i, r in enumerate(rows) if r.performance.starts_at >= this_moment), 0)


def _id(row: PerformanceRow) -> str:
    return row.performance.id


def _when(row: PerformanceRow) -> str:
    performance = row.performance
    return day_words(at_venue(performance.starts_at, performance.zone).date())


def _below_when(row: PerformanceRow) -> str:
    performance = row.performance
    clock = time_of(performance.starts_at, performance.zone)
    if performance.doors_at is None:
        return clock
    doors = time_of(performance.doors_at, performance.zone)
    return tr("{clock}, doors {doors}", clock=clock, doors=doors)


def _share(row: PerformanceRow) -> float | None:
    return row.sold / row.capacity if row.capacity else None


def _dot(row: PerformanceRow) -> str:
    return row_status(row, now=now())[1]


def _columns() -> tuple[Column[PerformanceRow], ...]:
    return (
        Column(tr("Date"), _when, width=190),
        Column(tr("Venue"), lambda row: row.venue, tip=lambda row: row.performance.note),
        Column(tr("Sold"), lambda row: sold_words(row.sold, row.capacity), width=190),
        Column(tr("Status"), lambda row: row_status(row, now=now())[0], width=140),
    )
