"""How figures are put into words: short, in whole units, and always said against what."""

from __future__ import annotations

from datetime import date

from babel import dates

from app.domain.analytics import MetricType
from app.domain.figures import Daily, Part, Scope
from app.domain.payments import Tender
from app.domain.values import Money, exponent
from ui.i18n import locale, number, percent, tr
from ui.typed_dates import day_brief, weekday_full
from ui.widgets.frames import Role
from ui.widgets.tenders import tender_words

_CHANNELS = {
    "counter": "Counter",
    "kiosk": "Kiosk",
    "api": "Partners",
    "web": "Web",
    "command line": "Command line",
}


def named(kind: MetricType, part: Part) -> str:
    """What one part is called on screen."""
    if kind is MetricType.TENDER and part.key in set(Tender):
        return tender_words(Tender(part.key))
    if kind is MetricType.CHANNEL and part.key in _CHANNELS:
        return tr(_CHANNELS[part.key])
    return part.name


def against(scope: Scope) -> str:
    """What the scope is compared with: "the 28 days before"."""
    if scope.against is not None:
        return tr("the season before")
    if scope.days == 1:
        return tr("the day before")
    return tr("the {count} days before", count=number(scope.days))


def change(now: int, before: int) -> str:
    """By how much more or less: "12 % more"; "" when there is nothing to compare with."""
    if before <= 0:
        return ""
    moved = round((now - before) * 100 / before)
    if not moved:
        return tr("as much")
    share = percent(abs(moved) * 100)
    return tr("{share} more", share=share) if moved > 0 else tr("{share} less", share=share)


def against_of(daily: Daily) -> str:
    """What a day that is not over is compared with: as much of the day before."""
    return against(daily.scope) if daily.hour is None else tr("the day before by now")


def compared(now: int, before: int, time: str) -> str:
    """As in "12 % more than the 28 days before"."""
    moved = change(now, before)
    if not moved:
        return tr("nothing in {time}", time=time) if before <= 0 else ""
    if now == before or moved == tr("as much"):
        return tr("as much as {time}", time=time)
    return tr("{change} than {time}", change=moved, time=time)


def tone(now: int, before: int) -> Role:
    """How good that is: a role of Label."""
    if before <= 0 or not round((now - before) * 100 / before):
        return "muted"
    return "good" if now > before else "bad"


def share(part: float, whole: float) -> str:
    """As in "61 %", and "under 1 %" rather than nothing."""
    if whole <= 0:
        return percent(0)
    of_hundred = part * 100 / whole
    if 0 < of_hundred < 0.5:
        return tr("under {share}", share=percent(100))
    return percent(round(of_hundred) * 100)


def day_of_month(day: date) -> str:
    """As below an axis: "27 Nov"."""
    return dates.format_date(day, "d MMM", locale=locale())


def span(since: date, until: date) -> str:
    """Days in a sentence: "Fri 27 Nov", "28 Oct to 24 Nov 2026"."""
    if since == until:
        return day_brief(since)
    first = "d MMM" if since.year == until.year else "d MMM y"
    return tr(
        "{first} to {last}",
        first=dates.format_date(since, first, locale=locale()),
        last=dates.format_date(until, "d MMM y", locale=locale()),
    )


def at_hour(hour: int) -> str:
    """As in "18:00"."""
    return f"{hour}:00"


def on_weekdays(weekday: int, hour: int) -> str:
    """As in "Saturday, 18:00 to 19:00"."""
    return tr(
        "{day}, {first} to {last}",
        day=weekday_full(weekday),
        first=at_hour(hour),
        last=at_hour((hour + 1) % 24),
    )


def money_of(minor: int, scope: Scope) -> Money:
    """An amount in the scope's currency."""
    return Money(minor, scope.currency)


def units_of(minor: int, scope: Scope) -> float:
    """An amount in whole units of the scope's currency, for tables and scales."""
    unit: int = 10 ** exponent(scope.currency)
    return minor / unit
