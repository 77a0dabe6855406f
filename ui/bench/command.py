"""`houselights bench`: figures beside their budgets, for people or as JSON."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable

from app.bench import api, best_available, feed, lists, outbox, sale, shared
from ui.bench import counter, dashboard, seat_map, startup
from ui.theme import make_application

Figure = dict[str, object]

_URL = "HOUSELIGHTS_BENCH_PG_URL"
_HOW_TO_GET_ONE = (
    f"bench shared needs a PostgreSQL database that may be filled: set {_URL} to its URL."
    " In a checkout, `python -m tests.postgres` starts one and says its URL."
)


def run(arguments: argparse.Namespace) -> int:
    """Measure what was named, or everything, and print it; 0 whatever the figures are."""
    chosen = arguments.names or list(_BENCHES)
    unknown = [name for name in chosen if name not in _BENCHES]
    if unknown:
        print(f"no bench {', '.join(unknown)}; there are: {', '.join(_BENCHES)}")
        return 2
    figures: list[Figure] = []
    for name in chosen:
        figures += [_complete(figure) for figure in _BENCHES[name]()]
    if arguments.json:
        print(json.dumps(figures))
        return 0
    for figure in figures:
        print(_line(figure))
    return 0


def _complete(figure: Figure) -> Figure:
    value, budget = figure["value"], figure["budget"]
    within = figure.get("within")
    if within is None and isinstance(value, int | float) and isinstance(budget, int | float):
        within = value <= budget
    return {"baseline": None, "ratio": None} | figure | {"within": within}


def _line(figure: Figure) -> str:
    mark = {True: "within", False: "OVER", None: ""}[figure["within"]]  # type: ignore[index]
    ratio = (
        "" if figure["ratio"] is None else f"  bare {figure['baseline']}, ratio {figure['ratio']}"
    )
    return (
        f"{figure['name']!s:62} {figure['value']!s:>9} {figure['unit']!s:3}"
        f"  budget {figure['budget']!s:14} {mark}{ratio}"
    )


def _seat_map() -> list[Figure]:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    make_application("light")
    return [dict(figure) for size in seat_map.SIZES for figure in seat_map.measure(size)]


def _dashboard() -> list[Figure]:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    make_application("light")
    return dashboard.measure()


def _counter() -> list[Figure]:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    make_application("light")
    return counter.measure()


def _sale() -> list[Figure]:
    return sale.measure(os.environ.get(_URL, ""))


def _feed() -> list[Figure]:
    return feed.measure(os.environ.get(_URL, ""))


def _shared() -> list[Figure]:
    url = os.environ.get(_URL, "")
    if not url:
        print(_HOW_TO_GET_ONE, file=sys.stderr)
        return []
    return shared.measure(url)


def _api() -> list[Figure]:
    return api.measure(os.environ.get(_URL, ""))


_BENCHES: dict[str, Callable[[], list[Figure]]] = {
    "sale": _sale,
    "counter": _counter,
    "feed": _feed,
    "shared": _shared,
    "api": _api,
    "best": best_available.measure,
    "lists": lists.measure,
    "outbox": outbox.measure,
    "startup": startup.measure,
    "seat-map": _seat_map,
    "dashboard": _dashboard,
}
