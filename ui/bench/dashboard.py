"""How long the dashboard takes over a million tickets: its questions, then drawing their charts."""

from __future__ import annotations

from datetime import timedelta
from statistics import median
from time import thread_time

from app.bench import figures
from app.domain.analytics import MetricType
from app.domain.figures import Scope
from ui import theme
from ui.dashboard import parts, times
from ui.widgets.chart_drawing import draw, look_of
from ui.widgets.chart_specs import Spec

_BUDGET_MS = 100.0
_REPEATS = 9
_SIZE = (860, 260)  # the widest card of a window of 1600 pixels
_RATIO = 2.0


def measure() -> list[dict[str, object]]:
    """CPU time of one thread, the median of many: `name`, `value`, `unit`, `budget` each."""
    with figures.past() as house:
        found = figures.measure(house)
        specs = _specs(house)
    for name, spec in specs.items():
        _draw(spec)
        found.append(
            {
                "name": f"dashboard, draw {name}, {_SIZE[0]} × {_SIZE[1]} at {_RATIO:.0f} dots",
                "value": round(median(_draw(spec) for _ in range(_REPEATS)), 1),
                "unit": "ms",
                "budget": _BUDGET_MS,
            }
        )
    return found


def _specs(house: figures.Past) -> dict[str, Spec]:
    """The charts of the house's last four weeks."""
    ask, by = house.analytics, house.by
    scope = Scope(figures.TODAY - timedelta(days=27), figures.TODAY, "EUR")
    answers = {
        "columns (takings by the day)": times.takings(ask.daily(scope, by=by)),
        "line (takings so far)": times.total(ask.daily(scope, by=by)),
        "pace with band and forecast": times.pace(ask.pace(scope, by=by)),
        "grid (weekday and hour)": times.hours(ask.hours(scope, by=by)),
        "bars (by price type)": parts.breakdown(
            ask.breakdown(scope, kind=MetricType.PRICE_TYPE, by=by)
        ),
        "bars (top events)": parts.top_events(ask.top_events(scope, by=by)),
    }
    return {name: answer.spec for name, answer in answers.items() if answer.spec is not None}


def _draw(spec: Spec) -> float:
    start = thread_time()
    look = look_of(theme.current().colours)
    draw(spec, width=_SIZE[0], height=_SIZE[1], ratio=_RATIO, look=look)
    return (thread_time() - start) * 1_000
