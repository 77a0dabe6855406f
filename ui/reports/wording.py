"""A report's figures and days as this operator reads them, and the ranges of days they ask for by name."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from babel import numbers

from app.domain.notation import Notation
from app.domain.reports import Offered
from app.domain.values import Money
from ui.i18n import date_short, locale, money, time_of, tr

Range = tuple[str, str, date | None, date | None]


def notation() -> Notation:
    """In the operator's language and locale."""
    return Notation(
        group=numbers.get_group_symbol(locale()),
        point=numbers.get_decimal_symbol(locale()),
        day=_day,
        clock=_clock,
        say=tr,
        with_currency=_money,
    )


@lru_cache(maxsize=4096)
def _day(day: date) -> str:
    return date_short(day)


def _clock(moment: datetime) -> str:
    return _time(moment.hour, moment.minute)


@lru_cache(maxsize=1440)
def _time(hour: int, minute: int) -> str:
    return time_of(datetime(2026, 1, 1, hour, minute, tzinfo=UTC), "UTC")


def _money(value: Money) -> str:
    return money(value)


def ranges(today: date, offered: Offered) -> tuple[Range, ...]:
    """(key, words, first, last) of the usual ranges, the ones that look ahead for performances."""
    month = today.replace(day=1)
    before = month - timedelta(days=1)
    usual: list[Range] = [
        ("today", tr("Today"), today, today),
        ("yesterday", tr("Yesterday"), today - timedelta(days=1), today - timedelta(days=1)),
        ("week", tr("Last 7 days"), today - timedelta(days=6), today),
        ("month", tr("This month"), month, _end(month)),
        ("last_month", tr("Last month"), before.replace(day=1), before),
        ("year", tr("This year"), date(today.year, 1, 1), date(today.year, 12, 31)),
    ]
    if offered.looks_ahead:
        usual.insert(3, ("ahead", tr("Next 30 days"), today, today + timedelta(days=29)))
    return tuple(usual)


def _end(month: date) -> date:
    return month.replace(day=monthrange(month.year, month.month)[1])
