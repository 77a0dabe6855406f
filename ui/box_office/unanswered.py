"""An order whose answer was lost on the way: whether it was sold is looked up as soon as the house answers.

Nobody need press anything: the till shows the sale that was made, or stays as it is, ready to try again.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal

from app.domain.tickets import Booking, Order
from app.domain.users import Operator
from app.services.tickets import TicketService
from ui.tasks import Tasks


class Unanswered(QObject):
    """`found(order, booking)` when it had gone through after all."""

    found = Signal(object, object)

    def __init__(
        self, tickets: TicketService, *, by: Operator, tasks: Tasks, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._tickets = tickets
        self._by = by
        self._tasks = tasks

    def look_for(self, order: Order) -> None:
        """A reading, so it waits for the database as long as that takes."""
        self._tasks.run(
            self,
            lambda: self._tickets.sold_before(order.key, by=self._by),
            done=partial(self._on_answer, order),
            failed=_nothing,
            key="unanswered",
        )

    def _on_answer(self, order: Order, booking: Booking | None) -> None:
        if booking is not None:
            self.found.emit(order, booking)


def _nothing(_: object) -> None:
    """The sale said already that the house does not answer."""
