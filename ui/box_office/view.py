"""The box office: programme, house, basket, side by side, and the keys that reach all of it."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.domain.cards import CardAttempt
from app.domain.payments import Tender
from app.domain.tickets import Booking, BookingStatus
from app.domain.users import Permission
from ui import theme
from ui.box_office.basket_panel import BasketPanel
from ui.box_office.customer_dialog import CustomerDialog
from ui.box_office.customer_search import CustomerSearch
from ui.box_office.house_panel import HousePanel
from ui.box_office.programme import Programme
from ui.box_office.programme_list import ProgrammePanel
from ui.box_office.reserve_dialog import ReserveDialog
from ui.box_office.viewmodel import Counter
from ui.errors import Level
from ui.i18n import plural
from ui.printing import pages
from ui.screen import Context
from ui.widgets.ticket_preview import TicketPreview

_LOOK_AGAIN_MS = 1000
_READ_AGAIN_MS = 15_000
_SMALL, _TINY = 1320, 1000  # logical pixels of this view


class BoxOfficeView(QWidget):
    """One window for the whole sale."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.prints = True  # show the tickets after a sale
        by = context.session.operator
        services = context.services
        self.programme = Programme(
            services.events, by=by, tasks=context.tasks, relay=context.relay, parent=self
        )
        self.counter = Counter(
            tickets=services.tickets,
            events=services.events,
            cards=services.cards,
            vouchers=services.vouchers,
            interactions=services.interactions,
            by=by,
            tasks=context.tasks,
            relay=context.relay,
            parent=self,
        )
        self.list = ProgrammePanel(self.programme)
        self.house = HousePanel(self.counter)
        self.basket = BasketPanel(self.counter)
        self._look_again = QTimer(self, interval=_LOOK_AGAIN_MS)
        self._read_again = QTimer(self, interval=_READ_AGAIN_MS)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.list)
        row.addWidget(self.house, 1)
        row.addWidget(self.basket)
        self._connect_parts()
        self.programme.load()
        self._look_for_doubts()

    def _connect_parts(self) -> None:
        self.list.chosen.connect(self.choose)
        self.list.search.searched.connect(self.counter.note_search)
        self.counter.changed.connect(self._show)
        self.counter.sold.connect(self._on_sold)
        self.basket.tickets_asked.connect(self.show_tickets)
        self.basket.customer.asked.connect(self.ask_customer)
        self.basket.reserve_asked.connect(self.ask_reservation)
        self._look_again.timeout.connect(self.counter.refresh)
        self._read_again.timeout.connect(self.programme.load)
        for key, act in (
            ("F2", self.ask_customer),
            ("F3", self._to_search),
            ("F4", self._to_map),
            ("F6", self.house.ask_best),
            ("F5", self._to_voucher),
            ("F7", self._to_slip),
            ("F9", self._to_money),
            ("F10", self._to_card),
            ("Ctrl+R", self.ask_reservation),
            ("F11", self._last_tickets),
            ("F12", self._main_action),
            ("Ctrl+Backspace", self.counter.clear),
        ):
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setAutoRepeat(False)  # F12 held down is one sale, and one charge
            shortcut.activated.connect(act)

    def _look_for_doubts(self) -> None:
        """A crash may have left card payments that no booking accounts for: say so at the start."""
        by, cards = self._context.session.operator, self._context.services.cards
        self._context.tasks.run(
            self, lambda: cards.unresolved(by=by), done=self._on_doubts, failed=_nothing
        )

    def _on_doubts(self, attempts: tuple[CardAttempt, ...]) -> None:
        if attempts:
            text = plural(
                "{count} card payment at this station is in doubt. See Payments, Cards in doubt.",
                "{count} card payments at this station are in doubt. See Payments, Cards in doubt.",
                len(attempts),
            )
            self._context.say(text, Level.WARN)

    def show_item(self, key: str) -> None:
        """Open the performance with this id."""
        self.choose(key)

    def choose(self, performance_id: str) -> None:
        """Put a performance on the counter."""
        self.programme.choose(performance_id)
        self.counter.choose(performance_id)

    def ask_customer(self) -> None:
        """Whom the sale is for."""
        context = self._context
        by = context.session.operator
        if self.counter.state.locked or not by.may(Permission.SEE_CUSTOMERS):
            return
        search = CustomerSearch(context.services.customers, by=by, tasks=context.tasks)
        dialog = CustomerDialog(search, parent=self.window())
        dialog.picked.connect(self.counter.sell_to)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def ask_reservation(self) -> None:
        """Until when the basket is kept without payment."""
        state = self.counter.state
        if self.counter.own or not state.rows or state.locked or state.payment.put:
            return
        starts = min(row.starts_at for row in state.rows)
        dialog = ReserveDialog(
            starts, customer=state.customer.name if state.customer else "", parent=self.window()
        )
        dialog.agreed.connect(self.counter.reserve)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def show_tickets(self, booking: Booking) -> None:
        """The tickets of a booking, to print or save."""
        lines = {line.performance_id: line for line in self.programme.state.lines}
        preview = TicketPreview(pages(booking, lines), parent=self.window())
        preview.printed.connect(self._on_printed)
        preview.saved.connect(self._on_printed)
        preview.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        preview.open()

    def _on_printed(self, booking_id: str) -> None:
        by = self._context.session.operator
        if self.counter.own:
            return
        self._context.tasks.run(
            self,
            lambda: self._context.services.bookings.printed(booking_id, by=by),
            done=_nothing,
            failed=_nothing,
        )

    def _show(self) -> None:
        state = self.counter.state
        self.house.show_state(state)
        self.basket.show_state(state)

    def leave(self) -> None:
        """The window closes: what the basket holds is free again."""
        self.counter.clear()

    def _on_sold(self, booking: Booking) -> None:
        if self.prints and booking.status is BookingStatus.PAID:
            self.show_tickets(booking)

    def _to_search(self) -> None:
        self.list.search.setFocus()
        self.list.search.selectAll()

    def _to_map(self) -> None:
        self.house.map.setFocus()

    def _to_money(self) -> None:
        self.basket.money.choose(Tender.CASH)

    def _to_card(self) -> None:
        self.basket.money.choose(Tender.CARD)

    def _to_slip(self) -> None:
        self.basket.money.choose(Tender.SLIP)

    def _to_voucher(self) -> None:
        self.basket.money.choose(Tender.VOUCHER)

    def _last_tickets(self) -> None:
        if self.counter.state.sold is not None:
            self.show_tickets(self.counter.state.sold)

    def _main_action(self) -> None:
        if self.counter.state.sold is not None and not self.counter.state.rows:
            self.counter.next_customer()
            self._to_search()
        else:
            self.counter.pay()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The side panels give way on a small screen, so that the house keeps its room."""
        small = event.size().width() < _SMALL
        tiny = event.size().width() < _TINY
        look = theme.current()
        self.list.setFixedWidth(232 if tiny else 264 if small else look.size("programme"))
        self.basket.setFixedWidth(336 if small else look.size("basket"))
        super().resizeEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        """Look at other tills' sales while on screen: in this house at once, in the others soon."""
        self._look_again.start()
        self._read_again.start()
        if self.programme.state.loaded:
            self.programme.load()
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Rest while another screen is on."""
        self._look_again.stop()
        self._read_again.stop()
        super().hideEvent(event)


def _nothing(_: object) -> None:
    """Printed or not, the tickets exist; the fact tells whoever shows what is owed."""
