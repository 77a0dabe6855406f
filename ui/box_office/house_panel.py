"""The house in the middle: what is on the counter, its prices, its seats."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from app.domain.errors import SeatTaken
from app.domain.seating import COMPANION, RESTRICTED_VIEW, WHEELCHAIR
from app.domain.tickets import Claim, ClaimStatus
from app.domain.values import at_venue
from ui.box_office.places_card import PlacesCard
from ui.box_office.state import Stage, State
from ui.box_office.viewmodel import Counter
from ui.errors import Level, words
from ui.i18n import date_long, money, price, time_of, tr
from ui.widgets.buttons import Button, Chip
from ui.widgets.flow import Flow
from ui.widgets.frames import Empty, Header
from ui.widgets.notice import NoticeBar
from ui.widgets.seat_map.widget import SeatMap

_HOW_MANY = (1, 2, 3, 4, 5, 6)
_TIGHT, _FEWEST = 440, 4  # logical pixels below which fewer numbers are offered at one press
_ROOMY = 720  # logical pixels from which title and best available fit side by side


class HousePanel(QWidget):
    """Header, price chips, notice, map. Clicks go to the counter."""

    def __init__(self, counter: Counter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._counter = counter
        self._shown: Stage | None = None
        self._states: object = None
        self.header = Header(tr("Choose a performance"))
        self.best = [
            Button(str(count), height="chip", accessible=tr("Best {count} seats", count=count))
            for count in _HOW_MANY
        ]
        self.notice = NoticeBar()
        self.map = SeatMap()
        self.places = PlacesCard()
        self._lay_out()
        self._connect_parts()
        self.show_state(counter.state)

    def _lay_out(self) -> None:
        self._best_row = QWidget()
        best = QHBoxLayout(self._best_row)
        best.setContentsMargins(0, 0, 0, 0)
        best.setSpacing(4)
        self._best_all = Button(tr("Best available"), icon="sparkle", key="F6", height="chip")
        best.addWidget(self._best_all)
        for button in self.best:
            best.addWidget(button)
        best.addStretch(1)
        self._top = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._top.setSpacing(12)
        self._top.addWidget(self.header, 1)
        self._top.addWidget(self._best_row)
        self._chips = Flow()
        empty = Empty(
            tr("Pick a performance"),
            tr("Choose what is asked for at the left, or press F3 and type its title."),
            icon="ticket",
        )
        place = QWidget()
        self._stack = QStackedLayout(place)
        for page in (empty, self.map, self.places):
            self._stack.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        column.addLayout(self._top)
        column.addWidget(self._chips)
        column.addWidget(self.notice)
        column.addWidget(place, 1)

    def _connect_parts(self) -> None:
        self.map.describe = self._describe
        self.map.seat_clicked.connect(self._counter.toggle)
        self.map.seats_dragged.connect(self._counter.take)
        self.map.ga_clicked.connect(self._on_area)
        self.places.taken.connect(self._counter.take_places)
        self.notice.closed.connect(self._counter.forget_problem)
        self._best_all.clicked.connect(self.ask_best)
        for button in self.best:
            button.clicked.connect(self._on_best)

    def _on_best(self) -> None:
        button = self.sender()
        if isinstance(button, Button):
            self._counter.take_best(int(button.text()))

    def ask_best(self) -> None:
        """Take the best two: the party that comes most often."""
        self._counter.take_best(2)

    def _on_area(self, area_no: int) -> None:
        self._counter.take_places(area_no, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is little room, best available stands below the title instead of beside it."""
        down, beside = QBoxLayout.Direction.TopToBottom, QBoxLayout.Direction.LeftToRight
        self._top.setDirection(beside if event.size().width() >= _ROOMY else down)
        for button in self.best[_FEWEST:]:
            button.setHidden(event.size().width() < _TIGHT)
        super().resizeEvent(event)

    # -- showing -----------------------------------------------------------------------------

    def show_state(self, state: State) -> None:
        """Show the counter's state; cheap when nothing of the house changed."""
        self._show_problem(state)
        stage = state.stage
        if stage is None:
            self._best_row.hide()
            return
        new_house = self._shown is None or (
            self._shown.line.performance_id != stage.line.performance_id
        )
        if new_house:
            self._show_performance(state, stage)
        if stage is not self._shown or state.basket_id != self._states:
            self._show_claims(state, stage)
        self._shown, self._states = stage, state.basket_id

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
        self._chips.set_parts(
            [
                Chip(
                    zone.name,
                    value="" if zone.price is None else price(zone.price),
                    dot=f"zone-{zone.colour}",
                )
                for zone in stage.zone_prices(state.price_types)
            ]
        )
        if line.seated:
            self.map.set_plan(stage.plan)
        self._stack.setCurrentWidget(self.map if line.seated else self.places)

    def _show_claims(self, state: State, stage: Stage) -> None:
        if stage.line.seated:
            self.map.set_states(stage.states(state.basket_id))
            self.map.set_ga_free(stage.ga_free())
        else:
            self.places.show_areas(stage)

    def _show_problem(self, state: State) -> None:
        if state.problem is None:
            self.notice.clear()
            return
        level = Level.WARN if isinstance(state.problem, SeatTaken) else Level.BAD
        self.notice.say(words(state.problem), level=level)

    # -- the hover card ----------------------------------------------------------------------

    def _describe(self, index: int) -> tuple[str, str]:
        state = self._counter.state
        stage = state.stage
        if stage is None:
            return "", ""
        plan = stage.plan
        title = tr(
            "{section}, row {row}, seat {number}",
            section=plan.sections[plan.section[index]],
            row=plan.row[index],
            number=plan.number[index],
        )
        seat_no = int(plan.seat_no[index])
        claim = stage.claim_on(seat_no)
        traits = _traits(int(plan.attributes[index]))
        if claim is not None:
            return title, ". ".join((_claim_words(claim, state.basket_id), *traits))
        row = stage.row(seat_no, price_types=state.price_types)
        kinds = {kind.id: kind.name for kind in state.price_types}
        cost = f"{money(row.price)} {kinds[row.price_type_id]}" if row.prices else tr("no price")
        return title, ". ".join((cost, row.zone, *traits))


def _traits(attributes: int) -> tuple[str, ...]:
    named = (
        (WHEELCHAIR, tr("Wheelchair space")),
        (COMPANION, tr("Companion seat")),
        (RESTRICTED_VIEW, tr("Restricted view")),
    )
    return tuple(word for flag, word in named if attributes & flag)


def _claim_words(claim: Claim, basket_id: str) -> str:
    match claim.status:
        case ClaimStatus.HELD if claim.basket_id == basket_id:
            return tr("In this basket. Click to give it back")
        case ClaimStatus.HELD:
            return tr("Held at {station}", station=claim.station_code or tr("another till"))
        case ClaimStatus.SOLD:
            return tr("Sold")
        case ClaimStatus.ALLOTTED:
            return tr("Allotted to {station}", station=claim.station_code or "")
        case ClaimStatus.BLOCKED:
            return tr("Held back: {reason}", reason=claim.reason or "")
        case ClaimStatus.KILLED:
            return tr("Not for sale: {reason}", reason=claim.reason or "")
