"""How long a cashier waits: from a key to the screen, for a whole walk-up sale, for an exchange.

A real window on real threads over a durable SQLite file; keys go the way a keyboard's do. What is measured
is the program's time: from a key until its effect is painted and nothing is left to be done.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from statistics import median, quantiles
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.bench.stage import a_house, one_performance
from app.domain.exchanges import ExchangeWish
from app.domain.tickets import BasketLine, Order, Place
from app.domain.users import Operator
from app.domain.values import new_id
from ui.application import Houselights
from ui.box_office.view import BoxOfficeView
from ui.tasks import ThreadTasks

_SEATS = 2_000
_SALES, _ACTS = 30, 60
_LINE = "2 / cash 500"
_KEY = Qt.Key
_BUDGET_KEY_MS, _BUDGET_SALE_MS = 16.0, 200.0


def measure() -> list[dict[str, object]]:
    """Figures as `houselights bench` prints them."""
    with a_house() as services:
        tasks = ThreadTasks()
        try:
            return _measured(services, tasks)
        finally:
            tasks.close()


def _measured(services: Any, tasks: ThreadTasks) -> list[dict[str, object]]:
    by = services.users.command_line(services.station)
    _, performance_id, price_type_id = one_performance(services, by=by, seats=_SEATS)
    till = _Till(services, tasks, by, performance_id)
    try:
        typed = [ms for _ in range(_SALES) for ms in till.type_a_sale(_LINE)]
        walk_ups = [till.walk_up() for _ in range(_SALES)]
    finally:
        till.close()
    figures = [
        _figure("key to paint in the sale line, p50", median(typed), _BUDGET_KEY_MS),
        _figure("key to paint in the sale line, p95", _p(typed, 95), _BUDGET_KEY_MS),
        _figure("walk-up cash sale of two best seats, all keys, p50", median(walk_ups), "report"),
        _figure(
            "walk-up cash sale of two best seats, all keys, p95", _p(walk_ups, 95), _BUDGET_SALE_MS
        ),
    ]
    seats = [int(no) for no in services.tickets.house(performance_id, by=by).plan.seat_no]
    figures += _services(services, by, performance_id, price_type_id, seats[-2 * _ACTS :])
    return figures


class _Till:
    """A cashier's window that tells how long each act took."""

    def __init__(
        self, services: Any, tasks: ThreadTasks, by: Operator, performance_id: str
    ) -> None:
        self._tasks = tasks
        self._program = Houselights(services, tasks=tasks)
        self._window = self._program.window_for(by)
        self._window.resize(1366, 768)
        self._window.show()
        self._window.activateWindow()
        (self._view,) = self._window.findChildren(BoxOfficeView)
        self._view.prints = False
        self._view.choose(performance_id)
        self._settle()

    def close(self) -> None:
        self._window.close()
        self._program.deleteLater()
        self._settle()

    def type_a_sale(self, text: str) -> list[float]:
        """Milliseconds from each letter to the screen; then the sale is made and put away."""
        self._view.to_line()
        self._settle()
        field = self._view.house.line.field
        times = [self._timed(partial(QTest.keyClicks, field, letter)) for letter in text]
        QTest.keyClick(field, _KEY.Key_Return)
        self._until(lambda: self._view.counter.state.sold is not None)
        self._view.counter.next_customer()
        self._settle()
        return times

    def walk_up(self) -> float:
        """Milliseconds of program time for: best two, take them, cash, a note, sell."""
        spent = self._timed(self._view.ask_best)
        spent += self._timed(self._key(_KEY.Key_Return))
        spent += self._timed(self._view.to_cash)
        for letter in "500":
            spent += self._timed(partial(QTest.keyClicks, self._focus(), letter))
        spent += self._timed(self._view.main_action)
        self._until(lambda: self._view.counter.state.sold is not None)
        self._view.counter.next_customer()
        self._settle()
        return spent

    def _key(self, key: Qt.Key) -> Callable[[], None]:
        return lambda: QTest.keyClick(self._focus(), key)

    def _focus(self) -> QWidget:
        return QApplication.focusWidget() or self._window

    def _timed(self, act: Callable[[], object]) -> float:
        start = time.perf_counter()
        act()
        self._settle()
        return (time.perf_counter() - start) * 1_000

    def _settle(self) -> None:
        """Everything asked for is answered and painted."""
        QApplication.processEvents()
        while self._tasks.busy:
            QApplication.processEvents()
        QApplication.processEvents()

    def _until(self, done: Callable[[], bool]) -> None:
        end = time.monotonic() + 10
        while not done() and time.monotonic() < end:
            QApplication.processEvents()


def _services(
    services: Any, by: Operator, performance_id: str, price_type_id: str, seats: list[int]
) -> list[dict[str, object]]:
    """Hold, sale and exchange by themselves, durable, one seat or ticket each."""
    holds, sales, exchanges = [], [], []
    for turn in range(_ACTS):
        basket_id, (old, new) = new_id(), (seats[2 * turn], seats[2 * turn + 1])
        start = time.perf_counter()
        services.tickets.hold(performance_id, [old], basket_id=basket_id, by=by)
        held = time.perf_counter()
        order = Order(new_id(), basket_id, (BasketLine(Place(performance_id, old), price_type_id),))
        booking = services.tickets.sell(order, by=by)
        sold = time.perf_counter()
        line = BasketLine(Place(performance_id, new), price_type_id)
        wish = ExchangeWish(booking.id, give_up=(booking.tickets[0].id,), lines=(line,))
        preview = services.exchanges.preview(wish, by=by)
        services.exchanges.exchange(wish, expected=preview, key=new_id(), by=by)
        done = time.perf_counter()
        holds.append((held - start) * 1_000)
        sales.append((sold - held) * 1_000)
        exchanges.append((done - sold) * 1_000)
    return [
        _figure("hold of a seat, SQLite FULL, p50", median(holds), "report"),
        _figure("sale of a held seat, SQLite FULL, p50", median(sales), "report"),
        _figure("exchange with its preview, SQLite FULL, p50", median(exchanges), "report"),
    ]


def _p(values: list[float], percent: int) -> float:
    return quantiles(values, n=100)[percent - 1]


def _figure(name: str, value: float, budget: object) -> dict[str, object]:
    within = True if budget == "report" else None
    figure: dict[str, object] = {
        "name": f"counter, {_SEATS:,} seats: {name}",
        "value": round(value, 1),
        "unit": "ms",
        "budget": budget,
    }
    return figure if within is None else figure | {"within": within}
