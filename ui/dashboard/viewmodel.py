"""The dashboard's questions: what is asked, and the answers as they come in.

Every figure is a request of its own, so that a sale never waits behind more than one of them. While
nobody looks nothing is read; what was sold meanwhile is read when somebody looks again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from app.domain.analytics import MetricType
from app.domain.errors import HouselightsError
from app.domain.facts import BookingChanged, Fact, HouseChanged, ProgrammeChanged
from app.domain.figures import (
    Breakdown,
    Choices,
    Daily,
    Hours,
    Pace,
    Scope,
    SellThrough,
    TopEvents,
    season_of,
)
from app.domain.users import Operator
from app.services.analytics import AnalyticsService
from ui.relay import Relay
from ui.tasks import Tasks

USUAL = "28"  # the range that is shown at first
_RANGES = {"today": 1, "7": 7, USUAL: 28, "90": 90}
_COALESCED_MS = 1000
BREAKDOWNS = (
    MetricType.TENDER,
    MetricType.PRICE_TYPE,
    MetricType.ZONE,
    MetricType.CHANNEL,
    MetricType.OPERATOR,
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the filters say. `range` is today, 7, 28, 90, season or custom (then with its days)."""

    range: str = USUAL
    since: date | None = None
    until: date | None = None
    event_id: str = ""
    category: str = ""
    currency: str = ""


@dataclass(frozen=True, slots=True)
class State:
    """Answers are None until they are there; the pace's may be None then too, so `paced` says it is there."""

    asked: Asked = Asked()
    choices: Choices | None = None
    scope: Scope | None = None
    daily: Daily | None = None
    pace: Pace | None = None
    paced: bool = False
    hours: Hours | None = None
    top: TopEvents | None = None
    filling: SellThrough | None = None
    breakdowns: Mapping[MetricType, Breakdown] = field(default_factory=dict)
    problem: HouselightsError | None = None

    @property
    def untouched(self) -> bool:
        """Whether nothing was ever sold here."""
        return self.choices is not None and self.choices.first_day is None


def scope_of(asked: Asked, choices: Choices) -> Scope:
    """The days, the currency and the filter that are meant, as of the house's day."""
    today, against = choices.today, None
    if asked.range == "season":
        since, until = season_of(today)[0], today
        against = since.replace(year=since.year - 1)
    elif asked.range == "custom":
        since, until = asked.since or choices.first_day or today, asked.until or today
        since = min(since, until)
    else:
        since, until = today - timedelta(days=_RANGES[asked.range] - 1), today
    currency = asked.currency if asked.currency in choices.currencies else ""
    return Scope(
        since,
        until,
        currency or next(iter(choices.currencies), "EUR"),
        event_id=asked.event_id,
        category="" if asked.event_id else asked.category,
        against=against,
    )


class Dashboard(QObject):
    """Asks, keeps the answers, asks again when something was sold, at most once a second."""

    changed = Signal()

    def __init__(
        self,
        *,
        analytics: AnalyticsService,
        by: Operator,
        tasks: Tasks,
        relay: Relay,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.state = State()
        self._analytics = analytics
        self._by = by
        self._tasks = tasks
        self._watched = False
        self._behind = True
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_COALESCED_MS)
        self._soon.timeout.connect(self.refresh)
        relay.told.connect(self._on_fact)

    # -- what is asked -----------------------------------------------------------------------

    def show_range(self, name: str) -> None:
        """today, 7, 28, 90 days or the season."""
        self._ask(replace(self.state.asked, range=name, since=None, until=None))

    def show_days(self, since: date | None, until: date | None) -> None:
        """From a day to a day, both included; None is open."""
        self._ask(replace(self.state.asked, range="custom", since=since, until=until))

    def show_event(self, event_id: str) -> None:
        """One event, or all with ""."""
        self._ask(replace(self.state.asked, event_id=event_id))

    def show_category(self, name: str) -> None:
        """The events of one category, or all with ""; leaves a single event."""
        self._ask(replace(self.state.asked, category=name, event_id=""))

    def show_currency(self, code: str) -> None:
        """Another currency; "" is the one most performances are priced in."""
        self._ask(replace(self.state.asked, currency=code))

    def _ask(self, asked: Asked) -> None:
        if asked != self.state.asked:
            self._set(replace(self.state, asked=asked))
            self.refresh()

    def watch(self, watched: bool) -> None:
        """Somebody looks, or nobody does any more."""
        self._watched = watched
        if watched and self._behind:
            self.refresh()

    # -- answers -----------------------------------------------------------------------------

    def refresh(self) -> None:
        """Ask everything again; answers that did not change change nothing."""
        self._behind = not self._watched
        if self._watched:
            choices = partial(self._analytics.choices, by=self._by)
            self._run("choices", choices, self._on_choices)

    def _on_choices(self, choices: Choices) -> None:
        scope = scope_of(self.state.asked, choices)
        self._set(replace(self.state, choices=choices, scope=scope, problem=None))
        if choices.first_day is None:
            return
        ask, by = self._analytics, self._by
        self._run("daily", partial(ask.daily, scope, by=by), self._keep("daily"))
        self._run("filling", partial(ask.sell_through, scope, by=by), self._keep("filling"))
        self._run("pace", partial(ask.pace, scope, by=by), self._on_pace)
        self._run("hours", partial(ask.hours, scope, by=by), self._keep("hours"))
        for kind in BREAKDOWNS:
            question = partial(ask.breakdown, scope, kind=kind, by=by)
            self._run(kind.value, question, self._on_breakdown)
        self._run("top", partial(ask.top_events, scope, by=by), self._keep("top"))

    def _run(self, key: str, work: Callable[[], Any], done: Callable[[Any], None]) -> None:
        self._tasks.run(self, work, done=done, failed=self._on_failure, key=key)

    def _keep(self, name: str) -> Callable[[Any], None]:
        def keep(answer: Any) -> None:
            self._set(replace(self.state, **{name: answer}))

        return keep

    def _on_pace(self, pace: Pace | None) -> None:
        self._set(replace(self.state, pace=pace, paced=True))

    def _on_breakdown(self, answer: Breakdown) -> None:
        breakdowns = {**self.state.breakdowns, answer.by: answer}
        self._set(replace(self.state, breakdowns=breakdowns))

    def _on_failure(self, error: HouselightsError) -> None:
        """Old answers stay: they are still true of the moment they were given."""
        self._behind = True
        self._set(replace(self.state, problem=error))

    def _on_fact(self, fact: Fact) -> None:
        if isinstance(fact, BookingChanged | ProgrammeChanged | HouseChanged):
            self._behind = True
            if self._watched and not self._soon.isActive():
                self._soon.start()

    def _set(self, state: State) -> None:
        if state != self.state:
            self.state = state
            self.changed.emit()
