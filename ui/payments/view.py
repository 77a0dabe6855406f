"""Payments in four sections: the history, cards in doubt, the drawer, gift vouchers."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from app.domain.cards import AttemptStatus, CardAttempt
from app.domain.errors import HouselightsError
from ui import theme
from ui.errors import Level, level, words
from ui.i18n import money, number, plural, tr
from ui.payments.cards import Cards
from ui.payments.cards_page import CardsPage
from ui.payments.history import History
from ui.payments.history_page import HistoryPage
from ui.payments.shift import Drawer
from ui.payments.shift_page import ShiftPage
from ui.payments.vouchers import Gifts
from ui.payments.vouchers_page import VouchersPage
from ui.screen import Context
from ui.widgets.buttons import Button
from ui.widgets.frames import Header
from ui.widgets.notice import NoticeBar
from ui.widgets.segmented import Segmented

_SMALL = 1320  # logical pixels of this view
_ROOMY = 1480  # from here on all columns of the history leave the names their room
HISTORY, CARDS, SHIFT, VOUCHERS = "history", "cards", "shift", "vouchers"
_DONE = {
    "opened": "The drawer is open. Sales here belong to the shift now.",
    "paid_in": "Entered: cash in.",
    "paid_out": "Entered: cash out.",
    "drop": "Entered: cash taken to the safe.",
    "closed": "The shift is closed. Its Z report is at the right.",
}


class PaymentsView(QWidget):
    """The sections below one header."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.history = History(**self._parts())
        self.cards = Cards(**self._parts())
        self.drawer = Drawer(**self._parts())
        self.gifts = Gifts(**self._parts())
        self.header = Header(tr("Payments"))
        self.section = Segmented(
            (
                (HISTORY, tr("History")),
                (CARDS, tr("Cards in doubt")),
                (SHIFT, tr("Drawer")),
                (VOUCHERS, tr("Vouchers")),
            ),
            accessible=tr("Section"),
        )
        self.export = Button(tr("Export…"), icon="download")
        self.sell_voucher = Button(tr("Sell a voucher"), look="primary", icon="plus")
        self.sell_voucher.hide()
        self.notice = NoticeBar()
        self.history_page = HistoryPage(self.history, tasks=context.tasks)
        self.cards_page = CardsPage(self.cards)
        self.shift_page = ShiftPage(self.drawer)
        self.vouchers_page = VouchersPage(self.gifts)
        self._pages = {
            HISTORY: self.history_page,
            CARDS: self.cards_page,
            SHIFT: self.shift_page,
            VOUCHERS: self.vouchers_page,
        }
        self._panels = {
            HISTORY: self.history_page.panel,
            SHIFT: self.shift_page.panel,
            VOUCHERS: self.vouchers_page.panel,
        }
        self._lay_out()
        self._connect_parts()
        for model in (self.history, self.cards, self.drawer, self.gifts):
            model.load()
        self.history_page.show_state()

    def _parts(self) -> dict[str, Any]:
        context = self._context
        return {
            "services": context.services,
            "by": context.session.operator,
            "tasks": context.tasks,
            "relay": context.relay,
            "parent": self,
        }

    def _lay_out(self) -> None:
        self.header.buttons.addWidget(self.section, 0, Qt.AlignmentFlag.AlignVCenter)
        self.header.buttons.addWidget(self.export)
        self.header.buttons.addWidget(self.sell_voucher)
        self._stack, self._side = QStackedLayout(), QStackedLayout()
        for page in self._pages.values():
            self._stack.addWidget(page)
        for panel in self._panels.values():
            self._side.addWidget(panel)
        left = QVBoxLayout()
        left.setContentsMargins(24, 20, 24, 20)
        left.setSpacing(12)
        left.addWidget(self.header)
        left.addWidget(self.notice)
        left.addLayout(self._stack, 1)
        self._beside = QWidget()
        self._beside.setLayout(self._side)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addLayout(left, 1)
        row.addWidget(self._beside)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The panel gives way on a small screen, so that the table keeps its columns."""
        small = event.size().width() < _SMALL
        width = 336 if small else theme.current().size("basket")
        for part in (self._beside, *self._panels.values()):
            part.setFixedWidth(width)
        self.history_page.set_small(small=event.size().width() < _ROOMY)
        for page in (self.shift_page, self.vouchers_page):
            page.set_small(small=small)
        super().resizeEvent(event)

    def _connect_parts(self) -> None:
        self.section.chosen.connect(self.show_section)
        self.export.clicked.connect(self.history_page.export)
        self.sell_voucher.clicked.connect(self.vouchers_page.ask_sell)
        self.history_page.counted.connect(self._on_counted)
        self.history_page.panel.booking_asked.connect(self._go_to_booking)
        self.vouchers_page.panel.booking_asked.connect(self._go_to_booking)
        self.history.exported.connect(self._on_exported)
        self.cards.settled.connect(self._on_settled)
        self.drawer.done.connect(self._on_drawer)
        self.shift_page.panel.paper.saved.connect(self._on_saved)
        self.vouchers_page.panel.paper_saved.connect(self._on_saved)
        for model in (self.history, self.cards, self.drawer, self.gifts):
            model.changed.connect(self._show)
        self.notice.closed.connect(self._forget)

    def show_item(self, key: str) -> None:
        """Open a section by its name, or a payment or refund by its id."""
        if key in self._pages:
            self.show_section(key)
            return
        self.show_section(HISTORY)
        self.history.open(key)

    def show_section(self, key: str) -> None:
        """Show one of the sections."""
        self.section.choose(key)
        self._stack.setCurrentWidget(self._pages[key])
        self._beside.setVisible(key in self._panels)
        if key in self._panels:
            self._side.setCurrentWidget(self._panels[key])
        self.export.setVisible(key == HISTORY)
        self.sell_voucher.setVisible(key == VOUCHERS)
        self._show()

    # -- commands ----------------------------------------------------------------------------

    def has_search(self) -> bool:
        """Whether the section on show can be searched."""
        return self.section.choice() in {HISTORY, VOUCHERS}

    def to_search(self) -> None:
        """The cursor into the search of the section on show."""
        page = self.vouchers_page if self.section.choice() == VOUCHERS else self.history_page
        page.search.setFocus()

    def export_history(self) -> None:
        """Ask where to, then write what the history lists."""
        self.show_section(HISTORY)
        self.history_page.export()

    def ask_voucher(self) -> None:
        """Sell a gift voucher."""
        self.show_section(VOUCHERS)
        self.vouchers_page.ask_sell()

    # -- showing -----------------------------------------------------------------------------

    def _show(self) -> None:
        self.export.setEnabled(not self.history.state.exporting)
        problem = self._problem()
        if problem is None:
            self.notice.clear()
        else:
            self.notice.say(words(problem), level=level(problem))
        self._show_line()

    def _problem(self) -> HouselightsError | None:
        states = (
            self.history.state.problem,
            self.cards.state.problem,
            self.drawer.state.problem,
            self.gifts.state.problem,
        )
        return next((problem for problem in states if problem is not None), None)

    def _show_line(self) -> None:
        section = self.section.choice()
        doubt = len(self.cards.state.attempts)
        lines = {
            HISTORY: plural(
                "{count} payment or refund",
                "{count} payments and refunds",
                self.history_page.rows.rowCount(),
            ),
            CARDS: plural("{count} card payment in doubt", "{count} card payments in doubt", doubt),
            SHIFT: tr("Station {code}", code=self._context.session.operator.station_code),
            VOUCHERS: plural(
                "{count} gift voucher", "{count} gift vouchers", len(self.gifts.state.vouchers)
            ),
        }
        self.header.set_line(lines[section])

    def _forget(self) -> None:
        for model in (self.history, self.cards, self.drawer, self.gifts):
            if model.state.problem is not None:
                model.forget_problem()

    def _on_counted(self, _count: int) -> None:
        self._show_line()

    def _on_exported(self, name: str, count: int) -> None:
        said = tr("{count} lines are in {file}.", count=number(count), file=name)
        self._context.say(said, Level.GOOD)

    def _on_saved(self, name: str) -> None:
        self._context.say(tr("Saved as {file}.", file=name), Level.GOOD)

    def _on_drawer(self, done: str) -> None:
        self._context.say(tr(_DONE[done]), Level.GOOD)

    def _on_settled(self, attempt: CardAttempt) -> None:
        said = _SETTLED.get(attempt.status)
        if said is not None:
            text = tr(said, amount=money(attempt.amount), card=attempt.card)
            self._context.say(text, Level.GOOD)

    def _go_to_booking(self, booking_id: str) -> None:
        self._context.navigate("bookings", booking_id)


_SETTLED = {
    AttemptStatus.APPROVED: "The terminal says: {amount} moved. No booking has it, so undo it.",
    AttemptStatus.DECLINED: "The terminal says: {amount} never moved.",
    AttemptStatus.REVERSED: "{amount} was undone at the terminal.",
    AttemptStatus.BOOKED: "{amount} is in the books.",
}
