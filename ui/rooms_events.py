"""The rooms of the programme and of the houses for the gallery, with a manager signed in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
from PySide6.QtWidgets import QWidget

from app.demo.people import STAFF
from app.domain.event_lists import PerformanceRow
from app.domain.seating import WHEELCHAIR
from app.domain.users import Role
from ui.application import Houselights
from ui.events.view import EventsView
from ui.shell.window import Window
from ui.venues.venue_page import ABOUT, HOLDS
from ui.venues.view import VenuesView

Room = tuple[str, Callable[[], QWidget]]


@dataclass(frozen=True)
class Programme:
    """The demo's programme as its manager sees it."""

    services: Any  # what `app.bootstrap` built
    house: Houselights

    def rooms(self) -> tuple[Room, ...]:
        """Every page of events and venues."""
        return (
            ("events", lambda: self._events()[0]),
            ("events-calendar", self._calendar),
            ("event-detail", self._detail),
            ("event-editor", self._editor),
            ("event-editor-new", self._new_event),
            ("event-series", self._series),
            ("event-prices", self._prices),
            ("event-told", self._told),
            ("event-kinds", self._kinds),
            ("event-goods", lambda: self._goods()[0]),
            ("event-goods-form", self._product),
            ("event-discount-form", self._discount),
            ("cancel-performance", self._cancelling),
            ("venues", lambda: self._venues()[0]),
            ("venue-plan", self._plan),
            ("venue-holds", self._holds),
            ("venue-about", self._about),
        )

    def _window(self, screen: str) -> Window:
        manager = next(person for person in STAFF if person.role is Role.MANAGER)
        users, station = self.services.users, self.services.station
        window = self.house.window_for(users.operator_for(manager.email, station=station))
        window.go(screen)
        return window

    def _events(self) -> tuple[Window, EventsView]:
        window = self._window("events")
        (view,) = window.findChildren(EventsView)
        return window, view

    def _longest_run(self) -> tuple[Window, EventsView]:
        window, view = self._events()
        view.open(max(view.catalogue.state.rows, key=lambda row: row.performances).id)
        return window, view

    @staticmethod
    def _best_sold(view: EventsView) -> PerformanceRow:
        detail = view.detail.state.detail
        rows = detail.performances if detail else ()
        now = datetime.now(UTC)
        return max(rows, key=lambda row: (row.performance.starts_at > now, row.sold))

    def _calendar(self) -> QWidget:
        window, view = self._events()
        view.catalogue.narrow(mode="calendar")
        return window

    def _detail(self) -> QWidget:
        return self._longest_run()[0]

    def _editor(self) -> QWidget:
        window, view = self._longest_run()
        view.edit_event()
        return window

    def _new_event(self) -> QWidget:
        window, view = self._events()
        view.new_event()
        view.editor.save()
        return window

    def _series(self) -> QWidget:
        window, view = self._longest_run()
        view.add_series()
        view.series_editor.type(
            first="2027-03-19", until="2027-04-11", weekdays=(4, 5, 6), times=("02:30", "20:00")
        )
        view.series_editor.leave_out("2027-03-21")
        view.series.fill()
        return window

    def _prices(self) -> QWidget:
        window, view = self._longest_run()
        view.edit_performance(self._best_sold(view).performance.id)
        return window

    def _told(self) -> QWidget:
        window, view = self._longest_run()
        view.edit_performance(self._best_sold(view).performance.id)
        view.performance_editor.type(clock="21:15")
        view.performance.fill()
        view.performance.try_to_save()
        view.performance.told.reason.set_text("The set comes late from its last stage.")
        view.performance_editor.type(note="The set comes late from its last stage.")
        return window

    def _kinds(self) -> QWidget:
        window, view = self._events()
        view.show_kinds()
        return window

    def _goods(self) -> tuple[Window, EventsView]:
        window, view = self._events()
        view.show_goods()
        return window, view

    def _product(self) -> QWidget:
        _, view = self._goods()
        friends = view.goods.state.products[-1]
        dialog = view.goods_page.open_product(friends.id)
        dialog.fields["price"].setFocus()
        return dialog

    def _discount(self) -> QWidget:
        _, view = self._goods()
        return view.goods_page.open_discount(view.discounts.state.discounts[0].id)

    def _cancelling(self) -> QWidget:
        window, view = self._longest_run()
        view.call_off(self._best_sold(view).performance.id)
        view.cancelling.give_reason("Our lead singer is ill. We are sorry.")
        view.cancelling.be_sure(sure=True)
        return window

    def _venues(self) -> tuple[Window, VenuesView]:
        window = self._window("venues")
        (view,) = window.findChildren(VenuesView)
        return window, view

    def _main_house(self) -> tuple[Window, VenuesView]:
        window, view = self._venues()
        view.open(max(view.houses.state.rows, key=lambda row: row.capacity).venue.id)
        return window, view

    def _plan(self) -> QWidget:
        window, view = self._main_house()
        view.editor.sweep(np.arange(40, 52))
        view.editor.mark(WHEELCHAIR, on=True)
        view.editor.select_none()
        view.editor.sweep(np.arange(80, 86))
        return window

    def _holds(self) -> QWidget:
        window, view = self._main_house()
        view.venue.show_mode(HOLDS)
        state = view.holds.state.states()
        for index in np.flatnonzero(state == 0)[:4]:
            view.holds.toggle(int(index))
        view.holds.name_it("Press")
        return window

    def _about(self) -> QWidget:
        window, view = self._main_house()
        view.venue.show_mode(ABOUT)
        return window
