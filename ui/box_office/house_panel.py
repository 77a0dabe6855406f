"""The house in the middle: what is on the counter, its prices, its seats, and the line that sells them."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from app.domain.errors import SeatTaken
from app.domain.party import Wish
from app.domain.sale_words import LineContext
from app.domain.values import at_venue
from ui import house_time
from ui.box_office.colouring import ColourBy, recolouring
from ui.box_office.finder import party
from ui.box_office.places_card import PlacesCard
from ui.box_office.sale_context import context_of
from ui.box_office.sale_line_panel import SaleLinePanel
from ui.box_office.seat_words import describe
from ui.box_office.stage import Stage
from ui.box_office.state import State
from ui.box_office.suggestion_card import SuggestionCard
from ui.box_office.tools_card import ToolsCard
from ui.box_office.viewmodel import Counter
from ui.errors import Level, words
from ui.i18n import date_long, listed, price, time_of, tr
from ui.widgets.buttons import Button, Chip
from ui.widgets.flow import Flow
from ui.widgets.frames import Empty, Header
from ui.widgets.notice import NoticeBar
from ui.widgets.seat_map.seat_list import SeatList
from ui.widgets.seat_map.widget import SeatMap

_HOW_MANY = (1, 2, 3, 4, 5, 6)
_TIGHT, _FEWEST = 480, 4  # logical pixels below which fewer numbers are offered at one press
_ROOMY = 760  # logical pixels from which title and best available fit side by side
_MARGIN = 24
_ANY_HEIGHT = 16_777_215
_ECHO = 36  # what the line will do stands between it and its completions
_HALO = 4  # what the sale line keeps free around itself
_LINE_KEY = "Ctrl+L"


class HousePanel(QWidget):
    """Header, sale line, price chips, notices, map or list. Clicks go to the counter."""

    def __init__(self, counter: Counter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._counter = counter
        self._shown: Stage | None = None
        self._states: object = None
        self._zones: list[tuple[int, Chip]] = []
        self.titles: tuple[str, ...] = ()
        self.header = Header(tr("Choose a performance"))
        self.best = [
            Button(str(count), height="chip", accessible=tr("Best {count} seats", count=count))
            for count in _HOW_MANY
        ]
        self.access = Button("", icon="wheelchair", height="chip", accessible=tr(_ACCESS))
        self.access.setCheckable(True)
        self.line = SaleLinePanel(self.line_context, key=_LINE_KEY)
        self.suggestion = SuggestionCard()
        self.notice = NoticeBar()
        self.alone = NoticeBar()
        self.map = SeatMap()
        self.seats = SeatList(self.map.board)
        self.places = PlacesCard()
        self.tools = ToolsCard(staff=not counter.own)
        self._lay_out()
        self.line.setVisible(not counter.own)
        self._connect_parts()
        self.show_state(counter.state)

    def _lay_out(self) -> None:
        self._best_row = QWidget()
        best = QHBoxLayout(self._best_row)
        best.setContentsMargins(0, 0, 0, 0)
        best.setSpacing(4)
        self._best_all = Button(tr("Best available"), icon="sparkle", key="F6", height="chip")
        best.addWidget(self._best_all)
        for button in (*self.best, self.access):
            best.addWidget(button)
        best.addStretch(1)
        self._top = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._top.setSpacing(12)
        self._top.addWidget(self.header, 1)
        self._top.addWidget(self._best_row)
        self._chips = Flow()
        line = QHBoxLayout()
        line.setContentsMargins(-_HALO, -_HALO, 0, -_HALO)
        line.setSpacing(4)
        line.addWidget(self.line, 1)
        line.addStretch(0)
        line.addWidget(self.tools)
        echo = self.line.echo
        self.line.completions.leave_room(_ECHO)
        echo.setMaximumHeight(_ANY_HEIGHT)
        echo.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self._below = QWidget()
        self._below_line = QStackedLayout(
            self._below
        )  # prices, or what the line being typed will do
        self._below_line.addWidget(self._chips)
        self._below_line.addWidget(echo)
        empty = Empty(
            tr("Pick a performance"),
            tr("Choose what is asked for at the left, or press F3 and type its title."),
            icon="ticket",
        )
        self._place = QWidget()
        self._stack = QStackedLayout(self._place)
        for page in (empty, self.map, self.places, self.seats):
            self._stack.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(_MARGIN, 20, _MARGIN, 20)
        column.setSpacing(12)
        column.addLayout(self._top)
        column.addLayout(line)
        column.addWidget(self._below)
        for bar in (self.notice, self.alone):
            column.addWidget(bar)
        column.addWidget(self._place, 1)
        self.suggestion.float_over(self._place)

    def _connect_parts(self) -> None:
        counter, finder = self._counter, self._counter.finder
        self.map.describe = self._describe
        self.map.seat_clicked.connect(self._on_seat)
        self.map.seats_dragged.connect(counter.take)
        self.map.ga_clicked.connect(self._on_area)
        self.seats.seat_clicked.connect(self._on_seat)
        self.seats.seats_dragged.connect(counter.take)
        self.places.taken.connect(counter.take_places)
        self.notice.closed.connect(counter.forget_problem)
        self.alone.acted.connect(self._on_take_alone)
        self.suggestion.taken.connect(self.take_suggested)
        self.suggestion.other.connect(finder.next)
        self.suggestion.dropped.connect(self._on_drop_suggested)
        finder.changed.connect(self._show_found)
        self._best_all.clicked.connect(self.ask_best)
        for button in self.best:
            button.clicked.connect(self._on_best)
        self.line.field.textChanged.connect(self._on_line_text)
        self.tools.coloured.connect(self._on_colour)
        self.tools.listed.connect(self._show_page)

    # -- asking for the best -----------------------------------------------------------------

    def _wish(self, count: int) -> Wish:
        zones = [no for no, chip in self._zones if chip.isChecked()]
        access = self.access.isChecked()
        return party(count, zones=zones, wheelchair=access, companion=access and count > 1)

    def _on_best(self) -> None:
        button = self.sender()
        if isinstance(button, Button):
            self._ask(int(button.text()))

    def ask_best(self) -> None:
        """Suggest the best two, the party that comes most often; pressed again, other seats."""
        found = self._counter.finder.found
        self._ask(found.wish.count if found.wish is not None else 2)

    def _ask(self, count: int) -> None:
        stage = self._counter.state.stage
        if stage is not None and stage.line.seated:
            self._counter.finder.ask(self._wish(count))
            self.suggestion.take.setFocus()

    def take_suggested(self) -> None:
        """Hold what is highlighted."""
        if self._counter.finder.take():
            self.map.setFocus()

    def _on_drop_suggested(self) -> None:
        self._counter.finder.drop()
        self.map.setFocus()

    def _on_area(self, area_no: int) -> None:
        self._counter.take_places(area_no, 1)

    def _on_seat(self, index: int) -> None:
        """A suggested seat takes the suggestion; anything else is taken or given back by itself."""
        stage, shown = self._counter.state.stage, self._counter.finder.found.shown
        if stage is not None and shown and int(stage.plan.seat_no[index]) in shown.seats:
            self.take_suggested()
        else:
            self._counter.finder.drop()
            self._counter.toggle(index)

    def _on_take_alone(self) -> None:
        """Take the seats that would be left alone along."""
        self._counter.hold(self._counter.state.left_alone)

    # -- the sale line -----------------------------------------------------------------------

    def _on_line_text(self, text: str) -> None:
        """What the line will do stands where the prices were while it is typed."""
        self._below_line.setCurrentWidget(self.line.echo if text.strip() else self._chips)

    def line_context(self) -> LineContext:
        """What the sale line is read in front of."""
        state = self._counter.state
        stage = state.stage
        return context_of(
            None if stage is None else stage.plan,
            kinds=state.price_types,
            titles=self.titles,
            currency=state.currency,
            due=state.left if state.filled else None,
            zone="UTC" if stage is None else stage.line.zone,
            now=house_time.now(),
        )

    # -- how it is shown ---------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is little room, best available stands below the title instead of beside it."""
        down, beside = QBoxLayout.Direction.TopToBottom, QBoxLayout.Direction.LeftToRight
        self._top.setDirection(beside if event.size().width() >= _ROOMY else down)
        for button in self.best[_FEWEST:]:
            button.setHidden(event.size().width() < _TIGHT)
        self.tools.set_tight(event.size().width() < _ROOMY)
        side = _MARGIN if event.size().width() >= _ROOMY else _MARGIN - 8
        layout = self.layout()
        if layout is not None:
            layout.setContentsMargins(side, 20, side, 20)
        super().resizeEvent(event)

    def show_state(self, state: State) -> None:
        """Show the counter's state; cheap when nothing of the house changed."""
        self._show_problem(state)
        stage = state.stage
        if stage is None:
            self._best_row.hide()
            self.tools.hide()
            return
        new_house = self._shown is None or (
            self._shown.line.performance_id != stage.line.performance_id
        )
        if new_house:
            self._show_performance(state, stage)
        if stage is not self._shown or state.basket_id != self._states:
            self._show_claims(state, stage)
        self._shown, self._states = stage, state.basket_id
        self._show_alone(state, stage)
        self.line.look_again()

    def _show_performance(self, state: State, stage: Stage) -> None:
        line = stage.line
        when = date_long(at_venue(line.starts_at, line.zone).date())
        facts = [when, time_of(line.starts_at, line.zone)]
        if line.doors_at is not None:
            facts.append(tr("doors {time}", time=time_of(line.doors_at, line.zone)))
        facts.append(line.venue)
        self.header.title.setText(line.title)
        self.header.set_line(", ".join(facts))
        self._best_row.setVisible(line.seated)
        self._show_zones(state, stage)
        if line.seated:
            self.map.set_plan(stage.plan)
        self.tools.setVisible(line.seated)
        self.tools.reset()
        self._show_page()

    def _show_zones(self, state: State, stage: Stage) -> None:
        """Prices; chosen ones limit where the best seats are looked for."""
        self._zones = [
            (
                zone.no,
                Chip(
                    zone.name,
                    value="" if zone.price is None else price(zone.price),
                    dot=f"zone-{zone.colour}",
                    checkable=stage.line.seated,
                ),
            )
            for zone in stage.zone_prices(state.price_types)
        ]
        self._chips.set_parts([chip for _, chip in self._zones])

    def _show_page(self) -> None:
        stage = self._counter.state.stage
        if stage is None:
            return
        if not stage.line.seated:
            self._stack.setCurrentWidget(self.places)
        else:
            self._stack.setCurrentWidget(self.seats if self.tools.as_list else self.map)

    def _show_claims(self, state: State, stage: Stage) -> None:
        if not stage.line.seated:
            self.places.show_areas(stage)
            return
        self.map.set_states(stage.states(state.basket_id))
        self.map.set_ga_free(stage.ga_free())

    def _show_found(self) -> None:
        """The suggestion on the map and in words, and the colours of whoever sits there."""
        stage, found = self._counter.state.stage, self._counter.finder.found
        if stage is None or not stage.line.seated:
            self.suggestion.hide()
            return
        index_of = stage.plan.index_of
        shown = found.shown
        self.map.set_suggested([index_of[no] for no in shown.seats] if shown else ())
        self.suggestion.show_found(found, self._counter.state, stage)
        if self.tools.colour is not ColourBy.PRICE:
            self._recolour(stage)

    def _show_alone(self, state: State, stage: Stage) -> None:
        """Seats the basket would leave alone: marked, and named with the remedy."""
        index_of = stage.plan.index_of
        alone = [index_of[no] for no in state.left_alone if no in index_of]
        if not np.array_equal(self.map.board.warned, np.unique(np.asarray(alone, np.int64))):
            self.map.set_warned(alone)
        if not alone:
            self.alone.clear()
            return
        labels = tuple(stage.plan.label[index] for index in alone)
        text = tr("{seats} would be left alone.", seats=listed(labels))
        if text != self.alone.text():
            self.alone.say(text, level=Level.WARN, action=tr("Take it too"))

    def _on_colour(self, _by: object) -> None:
        stage = self._counter.state.stage
        if stage is None:
            return
        if self.tools.colour is ColourBy.PRICE:
            self.map.set_view_mode(None)
        else:
            self._counter.finder.read_occupants()
            self._recolour(stage)

    def _recolour(self, stage: Stage) -> None:
        occupants = self._counter.finder.found.occupants
        self.map.set_view_mode(
            recolouring(self.tools.colour, stage.plan, occupants, now=house_time.now())
        )

    def _show_problem(self, state: State) -> None:
        if state.problem is None:
            self.notice.clear()
            return
        level = Level.WARN if isinstance(state.problem, SeatTaken) else Level.BAD
        self.notice.say(words(state.problem), level=level)

    def _describe(self, index: int) -> tuple[str, str]:
        state = self._counter.state
        if state.stage is None:
            return "", ""
        seat_no = int(state.stage.plan.seat_no[index])
        return describe(state, state.stage, index, self._counter.finder.occupant(seat_no))


_ACCESS = "With a wheelchair space, and a companion"
