"""The drawer of the first till: shifts of the last days, counted, and one that is open today."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from app.demo.agenda import Agenda
from app.demo.repertoire import CURRENCY, MON, ZONE
from app.demo.theatre import Theatre, on_day
from app.domain.shifts import DrawerAct
from app.domain.users import Operator
from app.domain.values import Money, at_venue

_DAYS = 5  # of shifts before today's
_FLOAT = 20000
_TOO_MUCH, _STEP = 30000, 5000  # in the drawer, in the evening
_VARIANCES = (0, -200, 0, 50, -5, 0, -1000, 20)
_ERRANDS = (("Flowers for the foyer", 1850), ("Stamps", 960), ("Batteries for the torches", 1290))


class Drawer:
    """The drawer of the first till in the last days: opened, emptied into the safe, counted, not always
    right; and open again today."""

    def __init__(self, theatre: Theatre, agenda: Agenda) -> None:
        self._theatre, self._agenda = theatre, agenda
        self._shifts, self._by = theatre.services.shifts, theatre.tills[0]

    def plan(self) -> None:
        """Put it all on the agenda."""
        until = self._theatre.season.until
        for back in range(_DAYS, 0, -1):
            day = until - timedelta(days=back)
            if at_venue(day, ZONE).weekday() != MON:
                self._day(day, back)
        today = min(on_day(until, "09:40"), until - timedelta(minutes=1))
        self._agenda.add(today, self._open)

    def _day(self, day: datetime, back: int) -> None:
        add = self._agenda.add
        add(on_day(day, "09:40"), self._open)
        if back % 2:
            add(on_day(day, "14:15"), partial(self._errand, back))
        add(on_day(day, "18:45"), self._to_the_safe)
        add(on_day(day, "23:10"), self._close)

    def _open(self) -> None:
        self._shifts.open(Money(_FLOAT, CURRENCY), by=self._by)

    def _errand(self, number: int) -> None:
        note, minor = _ERRANDS[number % len(_ERRANDS)]
        amount = Money(minor, CURRENCY)
        self._shifts.move(DrawerAct.PAID_OUT, amount=amount, note=note, by=self._by)

    def _to_the_safe(self) -> None:
        report = self._shifts.x_report(by=self._by)
        over = 0 if report is None else report.expected.minor - _TOO_MUCH
        if over >= _STEP:
            amount = Money(over // _STEP * _STEP, CURRENCY)
            self._shifts.move(DrawerAct.DROP, amount=amount, note="Evening deposit", by=self._by)

    def _close(self) -> None:
        missing = Money(-self._theatre.random.choice(_VARIANCES), CURRENCY)
        counts = _count(self._theatre.services, short=missing, by=self._by)
        self._shifts.close(counts, by=self._by)


def _count(services: Any, *, short: Money, by: Operator) -> dict[int, int]:
    """What lies in the drawer, in as few pieces as can be."""
    report = services.shifts.x_report(by=by)
    left = report.expected.minor - short.minor
    counts: dict[int, int] = {}
    for value in (5000, 2000, 1000, 500, 200, 100, 50, 20, 10, 5, 2, 1):
        counts[value], left = divmod(left, value)
    return counts
