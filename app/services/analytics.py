"""Figures for whoever may see them: the dashboard's questions, and what was counted about one thing.

An organizer is asked about own events only, whatever the question says.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from app.domain.analytics import MetricType
from app.domain.figures import (
    Breakdown,
    Choices,
    Daily,
    Day,
    EventFigures,
    Filling,
    Hours,
    Pace,
    SaleLine,
    Scope,
    SeenLine,
    SellThrough,
    TopEvents,
    Totals,
    pace_of,
)
from app.domain.ports import UnitOfWork, Work
from app.domain.users import Operator, Permission
from app.domain.values import at_venue, business_day
from app.services.house_clock import HouseClock

T = TypeVar("T")

_TOP = 8
_COMPARED = 24  # performances a pace is compared with
_HISTORY = 500
_TONIGHT = timedelta(hours=30)


class AnalyticsService:
    """What can be asked of the figures. Every answer is one short reading transaction."""

    def __init__(self, work: UnitOfWork, *, clock: HouseClock) -> None:
        self._work = work
        self._clock = clock

    # -- the dashboard -----------------------------------------------------------------------

    def choices(self, *, by: Operator) -> Choices:
        """What there is to ask about, and what day it is for the house."""
        by.require(Permission.SEE_FIGURES)
        return self._work.read(
            lambda work: work.figures.choices(organizer_id=_own(by), zone=self._clock.zone(work))
        )

    def daily(self, scope: Scope, *, by: Operator) -> Daily:
        """Every day of the scope and of as long a time before."""

        def ask(work: Work, asked: Scope) -> Daily:
            before = asked.before()
            found = work.figures.by_day(asked.moved(before.since, asked.until))
            days = Daily(asked, _days(asked, found), _days(before, found))
            if asked.days > 1:
                return days
            local = at_venue(work.now, self._clock.zone(work))
            return replace(
                days,
                hours=_hours(work, asked),
                hours_before=_hours(work, before),
                hour=local.hour if local.date() == asked.since else None,
            )

        return self._ask(scope, ask, by=by)

    def breakdown(self, scope: Scope, *, kind: MetricType, by: Operator) -> Breakdown:
        """The whole by zone, price type, tender, channel, operator or performance."""
        return self._ask(
            scope,
            lambda work, asked: Breakdown(asked, kind, work.figures.by_key(asked, kind)),
            by=by,
        )

    def hours(self, scope: Scope, *, by: Operator) -> Hours:
        """When people buy."""

        def ask(work: Work, asked: Scope) -> Hours:
            cells = [[0] * 24 for _ in range(7)]
            for part in work.figures.by_key(asked, MetricType.HOUR):
                weekday, hour = part.key.split("-")
                cells[int(weekday)][int(hour)] += part.totals.sold
            return Hours(asked, tuple(map(tuple, cells)))

        return self._ask(scope, ask, by=by)

    def top_events(self, scope: Scope, *, by: Operator) -> TopEvents:
        """The events that sold most."""
        return self._ask(
            scope,
            lambda work, asked: TopEvents(asked, work.figures.by_event(asked, limit=_TOP)),
            by=by,
        )

    def sell_through(self, scope: Scope, *, by: Operator) -> SellThrough:
        """How full performances are: from the scope's first day to its last, or on without end while
        the last day has not passed."""

        def ask(work: Work, asked: Scope) -> SellThrough:
            zone = self._clock.zone(work)
            until = None
            if asked.until < business_day(work.now, zone):
                until = _midnight(asked.until + timedelta(days=1), zone)
            since = _midnight(asked.since, zone)
            return SellThrough(asked, work.figures.fillings(asked, since=since, until=until))

        return self._ask(scope, ask, by=by)

    def pace(self, scope: Scope, *, by: Operator) -> Pace | None:
        """A performance soon to come beside comparable ones; the last one when none is to come, None when
        there is none at all."""

        def ask(work: Work, asked: Scope) -> Pace | None:
            zone = self._clock.zone(work)
            coming = work.figures.fillings(asked, since=work.now, until=None)
            if not coming:
                past = work.figures.fillings(
                    asked, since=_midnight(asked.since, zone), until=work.now
                )
                coming = past[-1:]
            if not coming:
                return None
            chosen = _telling(coming, work.now)
            today = business_day(work.now, chosen.zone)
            return pace_of(
                chosen,
                work.figures.curve(chosen),
                days_out=(business_day(chosen.starts_at, chosen.zone) - today).days,
                others=work.figures.comparable(chosen, limit=_COMPARED),
            )

        return self._ask(scope, ask, by=by)

    def _ask(self, scope: Scope, ask: Callable[[Work, Scope], T], *, by: Operator) -> T:
        """Ask within what this operator may see; Denied for somebody else's event, NotFound."""
        by.require(Permission.SEE_FIGURES)
        asked = replace(scope, organizer_id=_own(by))

        def read(work: Work) -> T:
            if asked.event_id:
                owner = work.figures.organizer_of(asked.event_id)
                by.require_own(Permission.SEE_FIGURES, organizer_id=owner)
            return ask(work, asked)

        return self._work.read(read)

    # -- one thing -----------------------------------------------------------------------------

    def of_user(self, user_id: str, *, limit: int = _HISTORY, by: Operator) -> tuple[SeenLine, ...]:
        """What somebody did at the screens, newest first: oneself, or with the right to see customers."""
        by.require_self(Permission.SEE_CUSTOMERS, user_id=user_id)
        return self._work.read(lambda work: work.figures.seen_by(user_id, limit=limit))

    def of_event(self, event_id: str, *, by: Operator) -> EventFigures:
        """Everything counted about an event; NotFound, Denied for somebody else's."""
        by.require(Permission.SEE_FIGURES)

        def ask(work: Work) -> EventFigures:
            owner = work.figures.organizer_of(event_id)
            by.require_own(Permission.SEE_FIGURES, organizer_id=owner)
            return EventFigures(
                event_id,
                work.figures.metrics_of(event_id),
                work.figures.seen_of(event_id),
                work.figures.currency_of(event_id),
            )

        return self._work.read(ask)

    def of_ticket(self, ticket_id: str, *, by: Operator) -> tuple[SaleLine, ...]:
        """When a ticket was sold and given back: one's own, or with the right to see bookings. NotFound."""

        def ask(work: Work) -> tuple[SaleLine, ...]:
            owner = work.figures.owner_of(ticket_id)
            by.require_self(Permission.SEE_BOOKINGS, user_id=owner or "")
            return work.figures.sales_of(ticket_id)

        return self._work.read(ask)

    # -- the rollups ---------------------------------------------------------------------------

    def rebuild(self, *, by: Operator) -> int:
        """Make every rollup again from the ledger; how many rows there are."""
        by.require(Permission.ADMINISTER)
        return self._work.write(lambda work: work.analytics.rebuild(zone=self._clock.zone(work)))


def _telling(coming: tuple[Filling, ...], now: datetime) -> Filling:
    """Of the next few the first that is still being sold to and has begun to: tonight's curve is over,
    an empty one tells nothing."""
    selling = [one for one in coming[:12] if one.sold]
    later = [one for one in selling if one.starts_at - now > _TONIGHT]
    return next(iter([*later, *selling]), coming[0])


def _own(by: Operator) -> str:
    return by.user_id if by.own_events_only else ""


def _days(scope: Scope, found: dict[date, Totals]) -> tuple[Day, ...]:
    days = (scope.since + timedelta(days=number) for number in range(scope.days))
    return tuple(Day(day, found.get(day, Totals())) for day in days)


def _hours(work: Work, scope: Scope) -> tuple[Totals, ...]:
    """The 24 hours of a scope's only day."""
    hours = [Totals()] * 24
    for part in work.figures.by_key(scope, MetricType.HOUR):
        hours[int(part.key[2:])] += part.totals
    return tuple(hours)


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)
