"""The box office: programme, house, basket, side by side, and the keys that reach all of it."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.domain.tickets import Booking
from ui import theme
from ui.box_office.basket_panel import BasketPanel
from ui.box_office.house_panel import HousePanel
from ui.box_office.programme import Programme
from ui.box_office.programme_list import ProgrammePanel
from ui.box_office.viewmodel import Counter
from ui.printing import pages
from ui.screen import Context
from ui.widgets.ticket_preview import TicketPreview

_LOOK_AGAIN_MS = 1000
_SMALL = 1320  # logical pixels of this view


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
            by=by,
            tasks=context.tasks,
            relay=context.relay,
            parent=self,
        )
        self.list = ProgrammePanel(self.programme)
        self.house = HousePanel(self.counter)
        self.basket = BasketPanel(self.counter)
        self._look_again = QTimer(self, interval=_LOOK_AGAIN_MS)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.list)
        row.addWidget(self.house, 1)
        row.addWidget(self.basket)
        self._connect_parts()
        self.programme.load()

    def _connect_parts(self) -> None:
        self.list.chosen.connect(self.choose)
        self.counter.changed.connect(self._show)
        self.counter.sold.connect(self._on_sold)
        self.basket.tickets_asked.connect(self.show_tickets)
        self._look_again.timeout.connect(self.counter.refresh)
        for key, act in (
            ("F3", self._to_search),
            ("F4", self._to_map),
            ("F6", self.house.ask_best),
            ("F9", self._to_money),
            ("F11", self._last_tickets),
            ("F12", self._main_action),
            ("Ctrl+Backspace", self.counter.clear),
        ):
            QShortcut(QKeySequence(key), self).activated.connect(act)

    def choose(self, performance_id: str) -> None:
        """Put a performance on the counter."""
        self.programme.choose(performance_id)
        self.counter.choose(performance_id)

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
        self._context.tasks.run(
            self,
            lambda: self._context.services.tickets.printed(booking_id, by=by),
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
        if self.prints:
            self.show_tickets(booking)

    def _to_search(self) -> None:
        self.list.search.setFocus()
        self.list.search.selectAll()

    def _to_map(self) -> None:
        self.house.map.setFocus()

    def _to_money(self) -> None:
        self.basket.money.given.edit.setFocus()

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
        self.list.setFixedWidth(264 if small else theme.current().size("programme"))
        self.basket.setFixedWidth(336 if small else theme.current().size("basket"))
        super().resizeEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        """Look at other tills' sales while on screen."""
        self._look_again.start()
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Rest while another screen is on."""
        self._look_again.stop()
        super().hideEvent(event)


def _nothing(_: object) -> None:
    """Printed or not, the tickets exist; the fact tells whoever shows what is owed."""
