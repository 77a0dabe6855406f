"""The exchange screen: what goes at the left, the house in the middle, what comes of it at the right."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui import theme
from ui.bookings.exchange import Exchanging
from ui.bookings.exchange_house_panel import ExchangeHousePanel
from ui.bookings.exchange_money_panel import ExchangeMoneyPanel
from ui.bookings.exchange_tickets_panel import ExchangeTicketsPanel

_SMALL = 1320  # logical pixels of this view
_NARROW_LEFT, _NARROW_RIGHT = 264, 344


class ExchangePage(QWidget):
    """Shows an `Exchanging`; `left` fires when one goes back without an exchange."""

    left = Signal()

    def __init__(self, exchanging: Exchanging, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.exchanging = exchanging
        self.tickets = ExchangeTicketsPanel()
        self.house = ExchangeHousePanel(exchanging)
        self.money = ExchangeMoneyPanel(exchanging)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.tickets)
        row.addWidget(self.house, 1)
        row.addWidget(self.money)
        self.tickets.ticked.connect(exchanging.tick)
        self.tickets.all_ticked.connect(exchanging.tick_all)
        self.tickets.keep_asked.connect(exchanging.keep_seats)
        self.tickets.left.connect(self.leave)
        exchanging.changed.connect(self._show)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The sides give way on a small screen."""
        small = event.size().width() < _SMALL
        sizes = theme.current().size
        self.tickets.setFixedWidth(_NARROW_LEFT if small else sizes("programme"))
        self.money.setFixedWidth(_NARROW_RIGHT if small else sizes("basket"))
        super().resizeEvent(event)

    def begin(self, booking_id: str) -> None:
        """Exchange tickets of this booking."""
        self.exchanging.open(booking_id)
        self.house.map.setFocus()

    def to_chooser(self) -> None:
        """The cursor into the choice of performances."""
        self.house.chooser.edit.setFocus()
        self.house.chooser.edit.selectAll()

    def to_tickets(self) -> None:
        """To the tickets that go."""
        self.tickets.focus_first()

    def to_seats(self) -> None:
        """To the seats, or to how many places."""
        hall = self.exchanging.state.hall
        if hall is not None and hall.line.seated:
            self.house.map.setFocus()
            return
        for area in self.house.places.areas.values():
            area.stepper.setFocus()
            return

    def to_taken(self) -> None:
        """To the price types of what is taken instead."""
        for row in self.money.taken.rows.values():
            row.kind.setFocus()
            return

    def leave(self) -> None:
        """Back, unless an exchange is on its way; first out of the open list of performances."""
        if self.house.chooser.list.isVisible():
            self.house.chooser.list.hide()
        elif not self.exchanging.state.busy:
            self.exchanging.leave()
            self.left.emit()

    def _show(self) -> None:
        state = self.exchanging.state
        self.tickets.show_state(state)
        self.house.show_state(state)
        self.money.show_state(state)
