"""What the sale line is read in front of: names and seats of the house on the counter, the programme's
titles, and what a deadline may be called."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache, partial
from itertools import islice
from zoneinfo import ZoneInfo

import numpy as np

from app.domain.events import PriceType
from app.domain.sale_words import LineContext, Named, PlaceKind, label_forms
from app.domain.seating import SeatingPlan
from app.domain.values import Money
from ui.typed_dates import parse_clock, parse_day, weekday_full, weekday_words

_MOST_SEATS = 8
_USUAL_CLOCK = time(18)  # a reservation until a day is one until its evening
_SPAN = re.compile(r"(\d{1,3})\s*(m|min|h|d)", re.IGNORECASE)
_UNITS = {
    "m": timedelta(minutes=1),
    "min": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
}
_ENGLISH = "monday tuesday wednesday thursday friday saturday sunday".split()
_SHORTEST_DAY = 2


def context_of(
    plan: SeatingPlan | None,
    *,
    kinds: Sequence[PriceType],
    titles: Sequence[str] = (),
    currency: str,
    due: Money | None = None,
    zone: str = "UTC",
    now: datetime,
) -> LineContext:
    """The context of a line. `plan` None: no performance is on the counter. `kinds` are those with a
    price there; `due` what the basket comes to, None while there is none; `zone` the venue's (IANA),
    `now` aware."""
    when = partial(deadline, now=now.astimezone(ZoneInfo(zone)))
    base = LineContext(
        currency=currency, kinds=tuple(kinds), titles=tuple(titles), due=due, when=when
    )
    if plan is None:
        return base
    house = _house(plan)
    return LineContext(
        currency=currency,
        kinds=base.kinds,
        titles=base.titles,
        due=due,
        when=when,
        places=house.places,
        seated=len(plan) > 0,
        seat=house.seat,
        row=house.row,
        seats=house.seats,
    )


class _House:
    """Look-ups in one plan, made once for all the lines read in front of it."""

    def __init__(self, plan: SeatingPlan) -> None:
        self._plan = plan
        zones = {int(no) for no in np.unique(plan.zone)}
        names = {zone.no: zone.name for zone in plan.zones}
        self.places = (
            *(Named(PlaceKind.ZONE, zone.no, zone.name) for zone in plan.zones if zone.no in zones),
            *(Named(PlaceKind.SECTION, no, name) for no, name in enumerate(plan.sections)),
            *(
                Named(PlaceKind.AREA, area.no, area.name, also=(names[area.zone_no],))
                for area in plan.ga_areas
            ),
        )

    def seat(self, text: str) -> str | None:
        seat_no = self._plan.by_label.get(text.strip().upper())
        return None if seat_no is None else self._plan.label_of(seat_no)

    def row(self, first: str, last: str) -> tuple[str, ...]:
        plan = self._plan
        low, high = sorted(plan.index_of[plan.by_label[label.upper()]] for label in (first, last))
        if (plan.section[low], plan.row[low]) != (plan.section[high], plan.row[high]):
            return ()
        return plan.label[low : high + 1]

    def seats(self, begun: str) -> tuple[str, ...]:
        forms = tuple(form.upper() for form in label_forms(begun.strip()))
        found = (label for label in self._plan.label if label.upper().startswith(forms))
        return tuple(islice(found, _MOST_SEATS))


@lru_cache(maxsize=4)
def _house(plan: SeatingPlan) -> _House:
    return _House(plan)


def deadline(text: str, *, now: datetime) -> datetime | None:
    """A moment to come as people type it, on the clock of `now`: "fri", "27.11. 18:00", "20:00", "3d".

    None when it is none or over. A day alone means its evening, a clock alone its next coming.
    """
    said = " ".join(text.split())
    until = _after_span(said, now) or _at(said, now)
    return until if until is not None and until > now else None


def _after_span(said: str, now: datetime) -> datetime | None:
    span = _SPAN.fullmatch(said)
    if span is None:
        return None
    return (now + int(span[1]) * _UNITS[span[2].casefold()]).replace(second=0, microsecond=0)


def _at(said: str, now: datetime) -> datetime | None:
    clock = parse_clock(said)
    if clock is not None:
        today = datetime.combine(now.date(), clock, now.tzinfo)
        return today if today > now else today + timedelta(days=1)
    before, _, last = said.rpartition(" ")
    for day_said, clock in ((said, _USUAL_CLOCK), (before, parse_clock(last))):
        day = _day(day_said, now.date()) if day_said and clock else None
        if day is not None and clock is not None:
            return datetime.combine(day, clock, now.tzinfo)
    return None


def _day(said: str, today: date) -> date | None:
    wanted = said.casefold().rstrip(".")
    if len(wanted) >= _SHORTEST_DAY:
        for ahead in range(7):
            day = today + timedelta(days=ahead)
            number = day.weekday()
            names = (_ENGLISH[number], weekday_words(number), weekday_full(number))
            if any(name.casefold().startswith(wanted) for name in names):
                return day
    return today if wanted == "tonight" else parse_day(said, today=today)
