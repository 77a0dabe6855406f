"""The middle of the exchange screen: which performance to choose from, and its house."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from app.domain.events import ProgrammeLine
from app.domain.values import at_venue
from ui.bookings.exchange import Exchanging
from ui.bookings.exchange_places_card import ExchangePlacesCard
from ui.bookings.exchange_state import (
    FREE,
    GIVEN_UP,
    SOMEBODYS,
    STAYS,
    TAKEN_INSTEAD,
    ExchangeState,
    Hall,
)
from ui.bookings.exchange_tickets_panel import when_words
from ui.errors import level, words
from ui.i18n import date_long, listed, money, number, plural, time_of, tr
from ui.widgets.buttons import Button
from ui.widgets.frames import Empty, Header
from ui.widgets.notice import NoticeBar
from ui.widgets.search_choice import SearchChoice
from ui.widgets.seat_map.seat_words import seat_name_long, trait_words
from ui.widgets.seat_map.states import SeatState
from ui.widgets.seat_map.widget import SeatMap


class ExchangeHousePanel(QWidget):
    """Shows the hall; clicks go to the view-model."""

    best_asked = Signal()

    def __init__(self, exchanging: Exchanging, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._exchanging = exchanging
        self._programme: tuple[ProgrammeLine, ...] | None = None
        self._hall: Hall | None = None
        self._states: object = None
        self.header = Header(tr("Looking …"))
        self.chooser = SearchChoice(
            tr("Take instead from"), (), hint=tr("Title, day, place"), by_key=False
        )
        self.best = Button("", icon="sparkle", key="F6")
        self.notice = NoticeBar()
        self.map = SeatMap(describe=self._describe)
        self.map.setAccessibleName(tr("Seats to take instead"))
        self.places = ExchangePlacesCard()
        self._lay_out()
        self._connect_parts()

    def _lay_out(self) -> None:
        bottom = QVBoxLayout()
        bottom.setSpacing(0)
        bottom.addStretch(1)
        bottom.addWidget(self.best)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.chooser, 1)
        row.addLayout(bottom)
        place = QWidget()
        self._stack = QStackedLayout(place)
        empty = Empty(tr("One moment"), tr("The house is being looked up."), icon="refresh")
        for page in (empty, self.map, self.places):
            self._stack.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        column.addWidget(self.header)
        column.addLayout(row)
        column.addWidget(self.notice)
        column.addWidget(place, 1)

    def _connect_parts(self) -> None:
        exchanging = self._exchanging
        self.chooser.chosen.connect(exchanging.choose)
        self.best.clicked.connect(exchanging.take_best)
        self.map.seat_clicked.connect(exchanging.toggle)
        self.map.seats_dragged.connect(exchanging.take)
        self.map.ga_clicked.connect(self._on_area)
        self.places.taken.connect(exchanging.take_places)
        self.notice.closed.connect(exchanging.forget_problem)

    def _on_area(self, area_no: int) -> None:
        self._exchanging.take_places(area_no, 1)

    # -- showing -----------------------------------------------------------------------------

    def show_state(self, state: ExchangeState) -> None:
        """Show the house and who has what in it."""
        problem = state.problem or state.unfit
        if problem is None:
            self.notice.clear()
        else:
            self.notice.say(words(problem), level=level(problem))
        if state.programme != self._programme:
            self._programme = state.programme
            self.chooser.set_options(
                [(line.performance_id, _option(line)) for line in state.programme]
            )
        count = max(1, len(state.going))
        self.best.setText(plural("Best {count} seat", "Best {count} seats", count))
        hall = state.hall
        if hall is None:
            self.best.setEnabled(False)
            self._stack.setCurrentIndex(0)
            return
        self.best.setEnabled(hall.line.seated and not state.locked)
        self._show_hall(hall, state)

    def _show_hall(self, hall: Hall, state: ExchangeState) -> None:
        line = hall.line
        before = "" if self._hall is None else self._hall.line.performance_id
        if line.performance_id != before:
            self.header.title.setText(line.title)
            day = date_long(at_venue(line.starts_at, line.zone).date())
            self.header.set_line(
                tr(
                    "{day}, {time}, {venue}",
                    day=day,
                    time=time_of(line.starts_at, line.zone),
                    venue=line.venue,
                )
            )
            if not self.chooser.edit.hasFocus() or self.chooser.choice() != line.performance_id:
                self.chooser.choose(line.performance_id)
                self.chooser.edit.setCursorPosition(
                    0
                )  # where there is little room, the title shows
            if line.seated:
                self.map.set_plan(hall.plan)
                self.map.show_legend(_legend())
            self._states = None
        self._hall = hall
        self._stack.setCurrentWidget(self.map if line.seated else self.places)
        shown = (hall.claims, state.picks, state.out)
        if shown == self._states:
            return
        self._states = shown
        if line.seated:
            self.map.set_states(state.seat_states())
            self.map.set_ga_free({area.no: hall.free_of(area.no) for area in hall.plan.ga_areas})
        else:
            self.places.show_hall(hall, state)

    def _describe(self, index: int) -> tuple[str, str]:
        """The hover card: where it is, and what a click does."""
        state = self._exchanging.state
        hall = state.hall
        if hall is None:
            return "", ""
        seat_no = int(hall.plan.seat_no[index])
        facts = [self._said(state, hall, seat_no), hall.zone_name(seat_no)]
        facts.append(trait_words(int(hall.plan.attributes[index])))
        return seat_name_long(hall.plan, index), ". ".join(filter(None, facts))

    @staticmethod
    def _said(state: ExchangeState, hall: Hall, seat_no: int) -> str:
        own = state.own().get(seat_no)
        if seat_no in state.picked():
            return tr("Taken instead. Click to give it back")
        if own is not None:
            going = own.id in state.out
            return tr("Given up. Click to take it again") if going else tr("This ticket stays")
        if seat_no in hall.claims and state.seat_states()[hall.plan.index_of[seat_no]] != FREE:
            return tr("Not free")
        prices = [
            tr("{price} {kind}", price=money(price), kind=name)
            for _, name, price in hall.kinds(seat_no, state.types)
        ]
        return listed(tuple(prices)) if prices else tr("no price")


def _legend() -> list[tuple[SeatState, str]]:
    return [
        (FREE, tr("Free")),
        (TAKEN_INSTEAD, tr("Taken instead")),
        (GIVEN_UP, tr("Given up")),
        (STAYS, tr("Stays")),
        (SOMEBODYS, tr("Not free")),
    ]


def _option(line: ProgrammeLine) -> str:
    return tr(
        "{title}, {when}, {venue}: {free} free",
        title=line.title,
        when=when_words(line),
        venue=line.venue,
        free=number(line.free),
    )
