"""The season as a whole: what plays when, and every party that will have bought until now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from app.demo.history import WALK_UP, Party, Show, exactly, parties
from app.demo.repertoire import (
    CAPACITY,
    MAIN,
    OFF_SALE,
    WORKS,
    ZONE,
    Sales,
    Slot,
    archived_week,
    season,
)
from app.domain.events import starts_at
from app.domain.values import at_venue

_ON_SALE_WEEKS = {MAIN: 9}
_USUAL_WEEKS = 6
_UNSOLD = {Sales.NOT_YET, Sales.DRAFT}
_FIRST_ARCHIVED_WEEK = -11
MOVED_BY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Date:
    """A slot with its instants (UTC): when it starts, and between which its tickets are sold."""

    slot: Slot
    starts_at: datetime
    opens_at: datetime
    closes_at: datetime


@dataclass(frozen=True, slots=True)
class Season:
    """All performances, and in order of time everybody who bought before `until` (UTC)."""

    dates: tuple[Date, ...]
    parties: tuple[Party, ...]
    until: datetime


def plan_season(random: Random, *, now: datetime, tickets: int | None) -> Season:
    """The season around `now` (UTC). With `tickets`, exactly that many are sold in it: fewer than
    usual, or more by adding busy weeks before it.

    The past ends with the last full hour, so that two demos of the same hour are the same.
    """
    until = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    today = at_venue(until, ZONE).date()
    dates = _dated(season(today), until)
    sold = _sold(random, dates, until=until)
    if tickets is not None:
        more, extra = _archive(
            random, today, until, tickets=tickets - _heads(sold), first=len(dates)
        )
        sold = sold + extra if more else exactly(random, sold, tickets=tickets)
        dates += more
    return Season(tuple(dates), tuple(sorted(sold, key=lambda p: (p.at, p.show))), until)


def _archive(
    random: Random, today: date, until: datetime, *, tickets: int, first: int
) -> tuple[list[Date], list[Party]]:
    """Weeks before the season, back as far as it takes to sell that many tickets; none for none."""
    dates: list[Date] = []
    sold: list[Party] = []
    week, missing = _FIRST_ARCHIVED_WEEK, tickets
    while missing > 0:
        played = _dated(archived_week(today, week), until)
        bought = _sold(random, played, until=until, first=first + len(dates))
        dates += played
        sold += bought
        week, missing = week - 1, missing - _heads(bought)
    return dates, exactly(random, sold, tickets=max(0, tickets))


def _dated(slots: Iterable[Slot], until: datetime) -> list[Date]:
    dates = [_date(slot, until) for slot in slots]
    return sorted(dates, key=lambda d: (d.starts_at, d.slot.room))


def _date(slot: Slot, until: datetime) -> Date:
    starts = starts_at(slot.wall_time, ZONE)
    today = at_venue(until, ZONE).date()
    weeks = _ON_SALE_WEEKS.get(slot.room, _USUAL_WEEKS)
    opening_day = slot.day - timedelta(weeks=weeks)
    if slot.sales is Sales.NOT_YET:
        opening_day = today + timedelta(days=3)
    closes = starts + timedelta(minutes=30)
    if slot.day == today:  # whoever opens the demo late at night still wants to sell
        closes = max(closes, until + timedelta(hours=3))
    return Date(slot, starts, starts_at(f"{opening_day.isoformat()}T10:00", ZONE), closes)


def _sold(random: Random, dates: list[Date], *, until: datetime, first: int = 0) -> list[Party]:
    shows = [_show(random, date, until) for date in dates]
    return [party for party in parties(random, shows, first=first) if party.at < until]


def _show(random: Random, date: Date, until: datetime) -> Show:
    slot, venue = date.slot, ZoneInfo(ZONE)
    places, most = CAPACITY[slot.room], CAPACITY[slot.room] - OFF_SALE[slot.room]
    closes = (date.starts_at + WALK_UP).astimezone(venue)
    wanted = round(slot.fill * places * random.uniform(0.85, 1.1))
    if slot.sales is Sales.CANCELLED:
        closes = called_off_at(until).astimezone(venue)
    if slot.sales is Sales.RUSHED:
        wanted = round(slot.fill * places)
        yesterday = at_venue(until, ZONE) - timedelta(days=1)
        closes = yesterday.replace(hour=20)
    return Show(
        opens_at=date.opens_at.astimezone(venue),
        closes_at=closes,
        wanted=0 if slot.sales in _UNSOLD else min(wanted, most),
        family=WORKS[slot.work].category == "Family",
    )


def called_off_at(until: datetime) -> datetime:
    """When (UTC) it was decided, before `until`, not to play what is cancelled."""
    day = at_venue(until, ZONE).date() - timedelta(days=3)
    return starts_at(f"{day.isoformat()}T11:30", ZONE)


def _heads(sold: list[Party]) -> int:
    return sum(len(party.types) for party in sold)
