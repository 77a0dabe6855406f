"""The rooms of the counter beyond a plain sale, for the gallery: looking, mixing, going back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from ui.box_office.colouring import ColourBy
from ui.box_office.group_dialog import GroupDialog
from ui.box_office.view import BoxOfficeView
from ui.shell.window import Window

Room = tuple[str, Callable[[], QWidget]]
Counter = Callable[[int], Window]


@dataclass(frozen=True)
class Till:
    """`counter` opens the box office with so many of the best seats in the basket."""

    counter: Counter

    def rooms(self) -> tuple[Room, ...]:
        """Every pose."""
        return (
            ("counter-suggested", self._suggested),
            ("counter-alone", self._alone),
            ("counter-colours", self._coloured),
            ("counter-list", self._listed),
            ("counter-mixed", self._mixed),
            ("counter-undo", self._undoing),
            ("counter-group", self._group),
        )

    def _open(self, seats: int) -> tuple[Window, BoxOfficeView]:
        window = self.counter(seats)
        (view,) = window.findChildren(BoxOfficeView)
        view.prints = False
        return window, view

    def _suggested(self) -> QWidget:
        window, view = self._open(0)
        view.ask_best()
        return window

    def _alone(self) -> QWidget:
        """A seat beside the basket would be left alone."""
        window, view = self._open(0)
        stage = view.counter.state.stage
        if stage is not None:
            states = stage.states("")
            beside = stage.plan.beside_next
            for index in range(len(states) - 3):
                run = states[index : index + 3]
                if not run.any() and beside[index : index + 2].all() and states[index - 1]:
                    view.counter.hold([int(no) for no in stage.plan.seat_no[index + 1 : index + 3]])
                    if view.counter.state.left_alone:
                        break
                    view.counter.clear()
        return window

    def _coloured(self) -> QWidget:
        window, view = self._open(0)
        view.house.tools.choose(ColourBy.BOOKING)
        return window

    def _listed(self) -> QWidget:
        window, view = self._open(2)
        view.house.tools.list.setChecked(True)
        return window

    def _mixed(self) -> QWidget:
        """Two performances, a product, a code."""
        window, view = self._open(2)
        counter = view.counter
        stage = counter.state.stage
        shown = "" if stage is None else stage.line.performance_id
        other = next(
            line
            for line in view.programme.state.lines
            if line.seated and line.free > 12 and line.performance_id != shown
        )
        view.choose(other.performance_id)
        counter.take_best(2)
        counter.basket.add_goods(counter.state.products[0], 2)
        counter.basket.add_code("SUMMER10")
        return window

    def _undoing(self) -> QWidget:
        window, view = self._open(2)
        view.counter.pay()
        view.counter.last_sale.ask()
        return window

    def _group(self) -> QWidget:
        window, view = self._open(0)
        state = view.counter.state
        zones = state.stage.zone_prices(state.price_types) if state.stage else ()
        return GroupDialog(state.price_types, zones, name="Class 7b", parent=window)
