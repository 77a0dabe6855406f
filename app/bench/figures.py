"""How long the dashboard's questions take over a million tickets: a month, a season, a year."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import thread_time

from app.bench.season import fill
from app.bootstrap import build
from app.config import Settings
from app.domain.analytics import MetricType
from app.domain.figures import Scope, season_of
from app.domain.users import Operator
from app.services.analytics import AnalyticsService

TODAY = date(2026, 11, 24)
_BUDGET_MS = 30.0
_REPEATS = 9
_RANGES = {
    "28 days": TODAY - timedelta(days=27),
    "a season": season_of(TODAY)[0],
    "a year": TODAY - timedelta(days=364),
}


@dataclass(frozen=True)
class Past:
    """A house with a long past: who answers, who asks, how many tickets were sold."""

    analytics: AnalyticsService
    by: Operator
    tickets: int


@contextmanager
def past() -> Iterator[Past]:
    """In a folder of its own, gone afterwards."""
    with TemporaryDirectory() as folder:
        settings = Settings(f"sqlite:///{Path(folder) / 'season.db'}")
        services = build(settings, clock=_afternoon, durable=False)
        try:
            tickets = fill(services.database, today=TODAY)
            yield Past(services.analytics, services.users.command_line(services.station), tickets)
        finally:
            services.close()


def _afternoon() -> datetime:
    return datetime(TODAY.year, TODAY.month, TODAY.day, 14, tzinfo=UTC)


def questions(house: Past, scope: Scope) -> dict[str, Callable[[], object]]:
    """Everything the dashboard asks, by what it is called."""
    ask, by = house.analytics, house.by
    return {
        "by day, and the time before": partial(ask.daily, scope, by=by),
        "by weekday and hour": partial(ask.hours, scope, by=by),
        "how full": partial(ask.sell_through, scope, by=by),
        "pace": partial(ask.pace, scope, by=by),
        "top events": partial(ask.top_events, scope, by=by),
        **{
            f"by {kind.value.replace('_', ' ')}": partial(ask.breakdown, scope, kind=kind, by=by)
            for kind in MetricType
            if kind not in {MetricType.HOUR, MetricType.PERFORMANCE}
        },
    }


def measure(house: Past) -> list[dict[str, object]]:
    """CPU time of one thread, the median of many: `name`, `value`, `unit`, `budget` each."""
    figures: list[dict[str, object]] = []
    for range_name, since in _RANGES.items():
        asked = questions(house, Scope(since, TODAY, "EUR"))
        for name, ask in asked.items():
            ask()
            figures.append(
                {
                    "name": f"dashboard, {house.tickets:,} tickets, {range_name}: {name}",
                    "value": round(median(_timed(ask) for _ in range(_REPEATS)), 2),
                    "unit": "ms",
                    "budget": _BUDGET_MS,
                }
            )
    return figures


def _timed(ask: Callable[[], object]) -> float:
    start = thread_time()
    ask()
    return (thread_time() - start) * 1_000
