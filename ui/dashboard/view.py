"""The dashboard: what is asked as chips, four figures, and a card for each question."""

from __future__ import annotations

from datetime import date, timedelta

from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QScrollArea,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from app.domain.analytics import MetricType
from app.domain.errors import HouselightsError
from app.domain.figures import Choices, season_of
from ui.dashboard import parts, tile_card, times
from ui.dashboard.tile_card import TileCard
from ui.dashboard.viewmodel import BREAKDOWNS, USUAL, Dashboard, State
from ui.dashboard.words import against, span
from ui.errors import Level, words
from ui.i18n import time_of, tr
from ui.screen import Context
from ui.widgets.chart_card import ChartCard
from ui.widgets.filters import DaysChip, FilterChip
from ui.widgets.frames import Empty, Header
from ui.widgets.notice import NoticeBar

_NARROW = 1240  # logical pixels of this view
_COLUMNS = 12
_EVENTS = 40  # in the menu
_NO_FRAME = QFrame.Shape.NoFrame
_NO_BAR = Qt.ScrollBarPolicy.ScrollBarAlwaysOff
_QUESTIONS = {
    MetricType.TENDER: "By tender",
    MetricType.PRICE_TYPE: "By price type",
    MetricType.ZONE: "By price zone",
    MetricType.CHANNEL: "By channel",
    MetricType.OPERATOR: "By operator",
}
_Span = tuple[str, int]
_WIDE_ROWS: tuple[tuple[_Span, ...], ...] = (
    (("pace", 7), ("hours", 5)),
    (("takings", 6), ("price_type", 3), ("tender", 3)),
    (("total", 6), ("zone", 3), ("channel", 3)),
    (("filling", 5), ("top", 4), ("operator", 3)),
)
_NARROW_ROWS: tuple[tuple[_Span, ...], ...] = (
    (("pace", 7), ("hours", 5)),
    (("takings", 7), ("price_type", 5)),
    (("total", 7), ("tender", 5)),
    (("filling", 7), ("zone", 5)),
    (("top", 4), ("operator", 4), ("channel", 4)),
)


class DashboardView(QWidget):
    """Asks `Dashboard`, shows its answers."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._say = context.say
        self.dashboard = Dashboard(
            analytics=context.services.analytics,
            by=context.session.operator,
            tasks=context.tasks,
            relay=context.relay,
            parent=self,
        )
        self.header = Header(tr("Dashboard"))
        self.range = DaysChip(tr("Last 28 days"), everything=tr("Last 28 days"))
        self.event_chip = FilterChip(tr("Event"), everything=tr("All events"))
        self.category = FilterChip(tr("Category"), everything=tr("All categories"))
        self.currency = FilterChip(tr("Currency"), everything=tr("Usual currency"))
        self.currency.hide()
        self.notice = NoticeBar()
        self.tiles = tuple(TileCard() for _ in range(4))
        self.cards = self._make_cards()
        self._rows: tuple[tuple[_Span, ...], ...] = ()
        self._lay_out()
        self._connect()

    def _make_cards(self) -> dict[str, ChartCard]:
        tasks = self._context.tasks
        cards = {
            "pace": ChartCard(tr("Pace: tickets sold by days before"), tasks, height=228),
            "hours": ChartCard(tr("When people buy"), tasks, height=228),
            "takings": ChartCard(tr("Takings"), tasks),
            "total": ChartCard(tr("Takings so far"), tasks),
            "filling": ChartCard(tr("How full the house is"), tasks, height=228),
            "top": ChartCard(tr("Events that sell most"), tasks, height=228),
        }
        for kind in BREAKDOWNS:
            cards[kind.value] = ChartCard(tr(_QUESTIONS[kind]), tasks)
        return cards

    def _lay_out(self) -> None:
        for chip in (self.range, self.event_chip, self.category, self.currency):
            self.header.buttons.addWidget(chip)
        inside = QWidget()
        self._grid = QGridLayout(inside)
        self._grid.setContentsMargins(24, 4, 14, 20)  # the scroll bar's 10 make it even
        self._grid.setSpacing(12)
        for column in range(_COLUMNS):
            self._grid.setColumnStretch(column, 1)
        for number, tile in enumerate(self.tiles):
            self._grid.addWidget(tile, 0, number * 3, 1, 3)
        self._arrange(_WIDE_ROWS)
        self.area = QScrollArea()
        self.area.setFrameShape(_NO_FRAME)
        self.area.setWidgetResizable(True)
        self.area.setHorizontalScrollBarPolicy(_NO_BAR)
        self.area.setWidget(inside)
        self.empty = Empty(
            tr("No figures yet"),
            tr("As soon as the first ticket is sold, its figures appear here."),
            icon="bar-chart",
        )
        place = QWidget()
        self._stack = QStackedLayout(place)
        self._stack.addWidget(self.area)
        self._stack.addWidget(self.empty)
        top = QVBoxLayout()
        top.setContentsMargins(24, 20, 24, 8)
        top.setSpacing(12)
        top.addWidget(self.header)
        top.addWidget(self.notice)
        column_of_all = QVBoxLayout(self)
        column_of_all.setContentsMargins(0, 0, 0, 0)
        column_of_all.setSpacing(0)
        column_of_all.addLayout(top)
        column_of_all.addWidget(place, 1)

    def _connect(self) -> None:
        self.range.ranged.connect(self._on_ranged)
        self.event_chip.chosen.connect(self.dashboard.show_event)
        self.category.chosen.connect(self.dashboard.show_category)
        self.currency.chosen.connect(self.dashboard.show_currency)
        self.dashboard.changed.connect(self._show)
        self.notice.acted.connect(self.dashboard.refresh)
        for card in self.cards.values():
            card.saved.connect(self._on_saved)
            card.refused.connect(self._on_refused)
        self.cards["top"].chart.opened.connect(self._on_top_opened)

    def _arrange(self, rows: tuple[tuple[_Span, ...], ...]) -> None:
        if rows == self._rows:
            return
        self._rows = rows
        for line, row in enumerate(rows, start=1):
            at = 0
            for name, wide in row:
                self._grid.addWidget(self.cards[name], line, at, 1, wide)
                at += wide

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Two cards in a row where three have no room."""
        self._arrange(_NARROW_ROWS if event.size().width() < _NARROW else _WIDE_ROWS)
        super().resizeEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        """Figures are read while somebody looks."""
        super().showEvent(event)
        self.dashboard.watch(True)

    def hideEvent(self, event: QHideEvent) -> None:
        """And not while nobody does."""
        super().hideEvent(event)
        self.dashboard.watch(False)

    def show_item(self, key: str) -> None:
        """The figures of the event with this id."""
        self.dashboard.show_event(key)

    # -- what was chosen ---------------------------------------------------------------------

    def _on_ranged(self, since: object, until: object) -> None:
        name = self.range.choice()
        if name in {"today", "7", "90", "season"}:
            self.dashboard.show_range(name)
        elif since is None and until is None:
            self.dashboard.show_range(USUAL)
        else:
            self.dashboard.show_days(*self.range.days)

    def _on_top_opened(self, number: int) -> None:
        found = self.dashboard.state.top
        if found is not None:
            self.dashboard.show_event(parts.shown_events(found)[number])

    def _on_saved(self, path: str) -> None:
        self._say(tr("Saved as {path}", path=path), Level.GOOD)

    def _on_refused(self, error: HouselightsError) -> None:
        self._say(words(error), Level.BAD)

    # -- what is shown -----------------------------------------------------------------------

    def _show(self) -> None:
        state = self.dashboard.state
        self._stack.setCurrentWidget(self.empty if state.untouched else self.area)
        for chip in (self.range, self.event_chip, self.category):
            chip.setHidden(state.untouched)
        if state.problem is None:
            self.notice.clear()
        else:
            self.notice.say(words(state.problem), level=Level.BAD, action=tr("Try again"))
        if state.choices is not None:
            self._show_choices(state, state.choices)
            self._show_tiles(state, state.choices)
        self._show_answers(state)

    def _show_choices(self, state: State, choices: Choices) -> None:
        asked, today = state.asked, choices.today
        self.range.set_ranges(_ranges(choices))
        if asked.range == USUAL:
            self.range.show_days(None, None)
        elif asked.range == "custom":
            self.range.show_days(asked.since, asked.until)
        else:
            self.range.choose(asked.range)
        events = [(one.event_id, one.title) for one in choices.events]
        title = next((title for key, title in events if key == asked.event_id), "")
        self.event_chip.set_options([(key, name[:80]) for key, name in events[:_EVENTS]])
        self.event_chip.choose(asked.event_id, title)
        self.category.set_options([(name, name) for name in choices.categories])
        self.category.choose("" if asked.event_id else asked.category)
        self.currency.set_options([(code, code) for code in choices.currencies])
        self.currency.choose(asked.currency)
        self.currency.setVisible(len(choices.currencies) > 1 and not state.untouched)
        if state.untouched:
            self.header.set_line("")
        elif state.scope is not None:
            what = title or asked.category or tr("All events")
            self.header.set_line(
                tr(
                    "{what}, {days}, against {before}; as of {clock}",
                    what=what,
                    days=span(state.scope.since, min(state.scope.until, today)),
                    before=against(state.scope),
                    clock=time_of(choices.now, choices.zone),
                )
            )

    def _show_tiles(self, state: State, choices: Choices) -> None:
        if state.daily is not None:
            figures = (tile_card.takings, tile_card.tickets, tile_card.average)
            for tile, figure in zip(self.tiles, figures, strict=False):
                tile.set_figure(figure(state.daily))
        if state.filling is not None:
            coming = tile_card.next_up(state.filling, now=choices.now, zone=choices.zone)
            self.tiles[3].set_figure(coming)

    def _show_answers(self, state: State) -> None:
        if state.daily is not None:
            self.cards["takings"].set_answer(times.takings(state.daily))
            self.cards["total"].set_answer(times.total(state.daily))
        if state.paced:
            self.cards["pace"].set_answer(times.pace(state.pace))
        if state.hours is not None:
            self.cards["hours"].set_answer(times.hours(state.hours))
        if state.filling is not None and state.choices is not None:
            answer = parts.filling(state.filling, now=state.choices.now)
            self.cards["filling"].set_answer(answer)
        if state.top is not None:
            self.cards["top"].set_answer(parts.top_events(state.top))
        for kind, found in state.breakdowns.items():
            self.cards[kind.value].set_answer(parts.breakdown(found))


def _ranges(choices: Choices) -> list[tuple[str, str, date | None, date | None]]:
    """The usual ranges but the one that is shown when nothing is asked."""
    today = choices.today
    week, quarter = today - timedelta(days=6), today - timedelta(days=89)
    return [
        ("today", tr("Today"), today, today),
        ("7", tr("Last 7 days"), week, today),
        ("90", tr("Last 90 days"), quarter, today),
        ("season", tr("This season"), season_of(today)[0], today),
    ]
