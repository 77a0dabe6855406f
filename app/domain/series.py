"""Performances by rule: every Friday and Saturday at 20:00 until New Year, but not on the 24th.

A rule yields times on a wall clock; each becomes an instant of its own, so a series runs through a
change of clocks without moving, and a night on which the clocks change is asked about by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import islice

from app.domain.errors import Invalid
from app.domain.events import ClockChoice, starts_at

MOST = 400  # performances in one go: a daily show for a year, and some


class Repeat(StrEnum):
    """What a rule counts in."""

    DAYS = "days"
    WEEKS = "weeks"


@dataclass(frozen=True)
class Series:
    """A rule. Ends at `until` (that day included), after `count` performances, or at the first of the
    two. With WEEKS, `weekdays` (0 = Monday) says on which days of every `every`-th week; weeks begin
    on Monday. Days in `except_on` are left out and not counted."""

    first: date
    times: tuple[time, ...]
    repeat: Repeat = Repeat.WEEKS
    every: int = 1
    weekdays: frozenset[int] = frozenset()
    until: date | None = None
    count: int | None = None
    except_on: frozenset[date] = frozenset()

    def checked(self) -> None:
        """Raise Invalid (fields first, times, every, weekdays, until, count) for a rule that makes no
        performance, never ends, or makes more than MOST."""
        problems: dict[str, str] = {}
        if not self.times:
            problems["times"] = "missing"
        if self.every < 1:
            problems["every"] = "not_positive"
        if self.repeat is Repeat.WEEKS and not self.weekdays:
            problems["weekdays"] = "missing"
        if self.until is None and self.count is None:
            problems["until"] = "missing"
        if self.until is not None and self.until < self.first:
            problems["until"] = "before_first"
        if self.count is not None and self.count < 1:
            problems["count"] = "not_positive"
        if self.count is not None and self.count > MOST:
            problems["count"] = "too_large"
        if problems:
            raise Invalid(problems)

    def wall_times(self) -> tuple[str, ...]:
        """The wall time "2026-11-27T20:00" of each performance, in order; Invalid as `checked`, and
        for none or more than MOST of them."""
        self.checked()
        made = tuple(islice(self._all(), MOST + 1))
        if not made:
            raise Invalid({"until": "no_performance"})
        if len(made) > MOST:
            raise Invalid({"until": "too_large"})
        return made

    def _all(self) -> Iterator[str]:
        left = MOST + 1 if self.count is None else self.count
        for day in self._days():
            for at in sorted(set(self.times)):
                if left == 0:
                    return
                left -= 1
                yield f"{day.isoformat()}T{at.strftime('%H:%M')}"

    def _days(self) -> Iterator[date]:
        last = self.until or date.max
        day = self.first
        monday = day - timedelta(days=day.weekday())
        while day <= last:
            if self._meets(day, monday) and day not in self.except_on:
                yield day
            if day == date.max:
                return
            day += timedelta(days=1)

    def _meets(self, day: date, monday: date) -> bool:
        if self.repeat is Repeat.DAYS:
            return (day - self.first).days % self.every == 0
        weeks = (day - monday).days // 7
        return weeks % self.every == 0 and day.weekday() in self.weekdays


@dataclass(frozen=True, slots=True)
class SeriesDate:
    """One performance of a series to be. `problem` is "" or does_not_exist or exists_twice: then there
    are two instants to choose from, and `starts_at` is the chosen one, None while nobody chose.
    `clash` names what plays in the same venue at that instant already."""

    wall_time: str
    starts_at: datetime | None
    problem: str = ""
    earlier: datetime | None = None
    later: datetime | None = None
    clash: str = ""


def dated(
    series: Series, *, zone: str, choices: Mapping[str, ClockChoice] | None = None
) -> tuple[SeriesDate, ...]:
    """Every performance of the series with its instant on the clock of `zone`; Invalid for a rule that
    cannot be. `choices` (wall time -> which) answers for times that clocks skip or show twice."""
    chosen = choices or {}
    return tuple(_dated(at, zone, chosen.get(at)) for at in series.wall_times())


def _dated(at: str, zone: str, choice: ClockChoice | None) -> SeriesDate:
    try:
        return SeriesDate(at, starts_at(at, zone))
    except Invalid as refusal:
        earlier, later = (starts_at(at, zone, c) for c in ClockChoice)
        chosen = None if choice is None else starts_at(at, zone, choice)
        return SeriesDate(at, chosen, refusal.problems["starts_at"], earlier, later)
