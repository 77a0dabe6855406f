"""A time that the clocks skip or show twice, as the two instants one may have meant."""

from __future__ import annotations

from datetime import datetime

from app.domain.events import ClockChoice
from app.domain.values import at_venue
from ui.i18n import time_of, tr


def instant_words(instant: datetime, zone: str) -> str:
    """The time at the venue with its distance from UTC: "02:30 (UTC+02:00)"."""
    offset = at_venue(instant, zone).strftime("%z")
    shown = f"{offset[:3]}:{offset[3:5]}"
    return tr("{clock} (UTC{offset})", clock=time_of(instant, zone), offset=shown)


def choices(
    earlier: datetime, later: datetime, *, zone: str, problem: str
) -> list[tuple[str, str]]:
    """(ClockChoice, words) of the two."""
    if problem == "exists_twice":
        first = tr("the first, {instant}", instant=instant_words(earlier, zone))
        second = tr("the second, {instant}", instant=instant_words(later, zone))
    else:
        first, second = instant_words(earlier, zone), instant_words(later, zone)
    return [(ClockChoice.EARLIER.value, first), (ClockChoice.LATER.value, second)]


def question(problem: str) -> str:
    """Why it is asked."""
    if problem == "exists_twice":
        return tr("The clocks go back that night: this time comes twice. Which one?")
    return tr("The clocks go forward that night: this time does not exist. Which one instead?")
