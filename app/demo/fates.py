"""What becomes of some parties after they came to the counter: they only reserve, they change their mind,
or they buy at the kiosk. Invented from the seed like everything before it, without a database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from app.demo.repertoire import COMP, MEMBER, Sales
from app.demo.season import Date, Season
from app.demo.theatre import on_day

_OPEN, _PAID, _EXPIRED = 15, 25, 12  # reservations, in a full season
_RETURNED = 0.015  # the share of bookings that are given back
_OWED = 4  # every so many of those nobody has asked for the money yet
_AT_KIOSK = 0.012
_LONG_KEPT = timedelta(days=11)  # whatever was reserved before that is settled by now
_NOTES = (
    "Rings back about the wheelchair place",
    "Picks up on the way from work, after six",
    "School class, 8b; the teacher pays",
    "Wants the invoice made out to the library",
    "",
    "Waiting for her sister's train",
    "Prefers the aisle if it gets free",
    "",
)
_REASONS = ("Ill", "Cannot come that evening", "The train is cancelled", "The child is ill", "")


@dataclass(frozen=True, slots=True)
class Reservation:
    """Kept until then (UTC); `paid_at` None: not paid, so far or ever."""

    until: datetime
    paid_at: datetime | None = None
    notes: str = ""


@dataclass(frozen=True, slots=True)
class Return:
    """Tickets brought back, all or one; `refunded_at` None: the money was not asked for yet."""

    at: datetime
    whole: bool
    reason: str
    refunded_at: datetime | None


@dataclass(frozen=True, slots=True)
class Fates:
    """By the party's place in the season."""

    reservations: Mapping[int, Reservation]
    returns: Mapping[int, Return]
    kiosk: frozenset[int]


def foretell(random: Random, season: Season) -> Fates:
    """What will become of whom. Sold-out runs stay sold out, free tickets stay where they are."""
    flexible = [
        number
        for number, party in enumerate(season.parties)
        if COMP not in party.types and _date(season, number).slot.sales in (Sales.OPEN, Sales.MOVED)
    ]
    reservations = _reservations(random, season, flexible)
    left = [number for number in flexible if number not in reservations]
    returns = _returns(random, season, left)
    recently = season.until - timedelta(days=35)
    modern = [
        number
        for number, party in enumerate(season.parties)
        if party.at > recently
        and not {COMP, MEMBER} & set(party.types)
        and number not in reservations
        and number not in returns
    ]
    kiosk = _some(random, modern, round(_AT_KIOSK * len(season.parties)))
    return Fates(reservations, returns, frozenset(kiosk))


def _reservations(
    random: Random, season: Season, flexible: Sequence[int]
) -> dict[int, Reservation]:
    until = season.until
    new = [
        n
        for n in flexible
        if season.parties[n].at > until - timedelta(days=10)
        and _date(season, n).starts_at > until + timedelta(days=3)
    ]
    old = [
        n
        for n in flexible
        if season.parties[n].at < until - _LONG_KEPT and _days_left(season, n) > 4
    ]
    found: dict[int, Reservation] = {}
    for place, n in enumerate(_some(random, new, min(_OPEN, len(new) // 2))):
        found[n] = _open(random, until, place)
    old = _some(random, old, min(_PAID + _EXPIRED, len(old) // 4))
    for place, n in enumerate(old):
        found[n] = _settled(random, season, n, paid=place % (_PAID + _EXPIRED) < _PAID)
    return found


def _open(random: Random, until: datetime, place: int) -> Reservation:
    """The first ones end today, the others on one of the next days."""
    notes = _NOTES[place % len(_NOTES)]
    soon = (100, 170, 290)
    if place < len(soon):
        return Reservation(until + timedelta(minutes=soon[place]), notes=notes)
    deadline = on_day(until + timedelta(days=random.randint(1, 6)), "18:00")
    return Reservation(deadline, notes=notes)


def _settled(random: Random, season: Season, number: int, *, paid: bool) -> Reservation:
    at = season.parties[number].at.astimezone(UTC)
    days = min(7, _days_left(season, number) - 1)
    if not paid:
        return Reservation(on_day(at + timedelta(days=days), "18:00"))
    paid_at = _later(random, at, days=random.randint(1, days - 1))
    return Reservation(at + timedelta(days=days), paid_at)


def _returns(random: Random, season: Season, left: Sequence[int]) -> dict[int, Return]:
    able = [n for n in left if _time_to_return(season, n) > 1]
    few = max(3, round(_RETURNED * len(season.parties)))
    return {
        n: _return(random, season, n, owed=place % _OWED == 1)
        for place, n in enumerate(_some(random, able, few))
    }


def _return(random: Random, season: Season, number: int, *, owed: bool) -> Return:
    party = season.parties[number]
    days = random.randint(1, min(9, _time_to_return(season, number) - 1))
    at = _later(random, party.at.astimezone(UTC), days=days)
    refunded_at = at + timedelta(minutes=random.choice((1, 1, 2, 4, 75)))
    whole = owed or len(party.types) == 1 or random.random() < 0.7
    return Return(at, whole, random.choice(_REASONS), None if owed else refunded_at)


def _time_to_return(season: Season, number: int) -> int:
    """Days until the curtain or until today, whichever comes first."""
    at = season.parties[number].at
    return (min(_date(season, number).starts_at, season.until) - at).days


def _days_left(season: Season, number: int) -> int:
    return (_date(season, number).starts_at - season.parties[number].at).days


def _later(random: Random, at: datetime, *, days: int) -> datetime:
    """Some days later, while the counter is open."""
    day = on_day(at + timedelta(days=days), "10:00")
    return day + timedelta(minutes=random.randrange(60 * 7), seconds=random.randrange(60))


def _date(season: Season, number: int) -> Date:
    return season.dates[season.parties[number].show]


def _some(random: Random, of: Sequence[int], count: int) -> list[int]:
    return random.sample(of, min(count, len(of)))
