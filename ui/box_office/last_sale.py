"""Undoing the sale that was just made: two keys while the customer is still there, by counter-entries, and
the basket is back to be put right."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Protocol

from PySide6.QtCore import QObject

from app.domain.errors import HouselightsError, Unavailable
from app.domain.tickets import Booking, BookingStatus
from app.domain.users import Operator, Permission
from app.domain.values import new_id
from app.services.bookings import BookingService
from ui.box_office.state import State
from ui.tasks import Tasks


class Till(Protocol):
    """The counter, as it is undone."""

    state: State

    def show(self, state: State) -> None:
        """Make this the state."""

    def hold(self, seat_nos: Collection[int], *, kinds: Sequence[str] = ()) -> None:
        """Take these places of the performance on the counter."""


class LastSale(QObject):
    """The booking on show after a sale, and the way back from it."""

    def __init__(
        self,
        till: Till,
        *,
        bookings: BookingService,
        by: Operator,
        tasks: Tasks,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._till = till
        self._bookings = bookings
        self._by = by
        self._tasks = tasks
        self._key = new_id()
        self._busy = False

    @property
    def may(self) -> bool:
        """Whether there is a sale to undo, and whoever is here may."""
        sold = self._till.state.sold
        paid = sold is not None and sold.status is BookingStatus.PAID
        return paid and self._by.may(Permission.CANCEL) and self._by.may(Permission.REFUND)

    def look(self) -> None:
        """Another sale was made: undoing it is another act."""
        self._key = new_id()

    def ask(self) -> None:
        """Be ready to undo: the next key does it."""
        if self.may and not self._busy:
            self._till.show(replace(self._till.state, voiding=True, problem=None))

    def stay(self) -> None:
        """Leave it sold."""
        if self._till.state.voiding:
            self._till.show(replace(self._till.state, voiding=False))

    def undo(self) -> None:
        """Void the sale. Pressed again after an answer was lost, it is the same act."""
        state = self._till.state
        if state.sold is None or not state.voiding or self._busy:
            return
        self._busy = True
        booking, key = state.sold, self._key
        self._tasks.run(
            self,
            lambda: self._bookings.void(booking.id, key=key, by=self._by),
            done=lambda _: self._on_undone(booking),
            failed=self._on_failure,
            lane="io",
        )

    def _on_undone(self, booking: Booking) -> None:
        """The places of the house on the counter go back into the basket, to be sold as it was meant."""
        self._busy = False
        state = self._till.state
        self._till.show(replace(state, sold=None, voiding=False, problem=None))
        if state.stage is None:
            return
        kinds = {kind.name: kind.id for kind in state.price_types}
        here = sorted(
            (ticket.seat_no, kinds.get(ticket.price_type, ""))
            for ticket in booking.tickets
            if ticket.performance_id == state.stage.line.performance_id
        )
        if here:
            self._till.hold([no for no, _ in here], kinds=[kind for _, kind in here])

    def _on_failure(self, error: HouselightsError) -> None:
        self._busy = False
        unsure = isinstance(error, Unavailable)
        self._till.show(replace(self._till.state, voiding=unsure, problem=error))
