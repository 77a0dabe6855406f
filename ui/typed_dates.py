"""Days and clock times as people type and read them in forms and calendars.

A programme is entered by the dozen, so a day may be typed any way a person writes one ("27.11.",
"27 Nov", "2026-11-27", "+7") and a time as "20", "2030" or "8 pm".
"""

from __future__ import annotations

import re
from datetime import date, time, timedelta

from babel import dates

from ui.i18n import locale, tr

_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_DOTTED = re.compile(r"(\d{1,2})[./](\d{1,2})(?:[./](\d{2,4})?)?")
_NAMED = re.compile(r"(?:[^\W\d]+\.?,?\s+)?(\d{1,2})\.?\s+([^\W\d]{3,})\.?(?:\s+(\d{2,4}))?")
_AHEAD = re.compile(r"\+(\d{1,3})")
_CLOCK = re.compile(r"(\d{1,2})(?:[:.h]?(\d{2}))?\s*(am|pm)?")


def day_words(day: date) -> str:
    """A day as a form shows it: "Fri 27 Nov 2026"."""
    return dates.format_date(day, "EEE d MMM y", locale=locale())


def day_brief(day: date) -> str:
    """A day where the year is plain: "Fri 27 Nov"."""
    return dates.format_date(day, "EEE d MMM", locale=locale())


def month_words(day: date) -> str:
    """The month a day lies in: "November 2026"."""
    return dates.format_date(day, "LLLL y", locale=locale())


def weekday_words(weekday: int) -> str:
    """0 is Monday: "Mon"."""
    monday = date(2026, 11, 23)
    return dates.format_date(monday + timedelta(days=weekday), "EEE", locale=locale())


def weekday_full(weekday: int) -> str:
    """0 is Monday: "Monday"."""
    monday = date(2026, 11, 23)
    return dates.format_date(monday + timedelta(days=weekday), "EEEE", locale=locale())


def clock_words(clock: time) -> str:
    """The wall time, "20:00"."""
    return f"{clock:%H:%M}"


def parse_day(text: str, *, today: date) -> date | None:
    """The day somebody typed, None when it is none; without a year the next one to come."""
    typed = " ".join(text.split()).casefold()
    if typed in {tr("today"), "today"}:
        return today
    if typed in {tr("tomorrow"), "tomorrow"}:
        return today + timedelta(days=1)
    if ahead := _AHEAD.fullmatch(typed):
        return today + timedelta(days=int(ahead[1]))
    if iso := _ISO.fullmatch(typed):
        return _day(int(iso[1]), int(iso[2]), int(iso[3]))
    if dotted := _DOTTED.fullmatch(typed):
        return _in_year(dotted[3], int(dotted[2]), int(dotted[1]), today=today)
    named = _NAMED.fullmatch(typed)
    month = _month(named[2]) if named else 0
    return _in_year(named[3], month, int(named[1]), today=today) if named and month else None


def _month(word: str) -> int:
    for width in ("wide", "abbreviated"):
        for language in (locale(), "en"):
            names = dates.get_month_names(width, locale=language)
            for number, name in names.items():
                if word.startswith(name.casefold().rstrip(".")[:3]):
                    return int(number)
    return 0


def _in_year(year: str | None, month: int, day: int, *, today: date) -> date | None:
    if year:
        return _day(int(year) + (2000 if len(year) == 2 else 0), month, day)
    found = _day(today.year, month, day)
    if found is not None and found < today:
        return _day(today.year + 1, month, day)
    return found


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def parse_clock(text: str) -> time | None:
    """The time somebody typed, None when it is none: "20", "2030", "20.30", "8 pm"."""
    found = _CLOCK.fullmatch(text.strip().casefold())
    if found is None:
        return None
    hour, minute = int(found[1]), int(found[2] or 0)
    if found[3] and 1 <= hour <= 12:
        hour = hour % 12 + (12 if found[3] == "pm" else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None
