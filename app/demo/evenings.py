"""The door of the last evenings, and what people looked at on the screens in the last weeks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from app.demo.history import Party
from app.demo.repertoire import CAPACITY, WORKS
from app.demo.season import Date
from app.demo.theatre import Stage, Theatre
from app.domain.analytics import Interaction
from app.domain.bookings import TicketFilter
from app.domain.tickets import TicketStatus
from app.domain.users import Operator
from app.domain.values import from_micros, to_micros

_CAME = 0.93
_EVENINGS, _ROOM = 2, 150  # a scan costs more than a sale: rooms of at most so many places
_SCANNED_TWICE = 0.01
_WEEKS = timedelta(weeks=3)
_BUYERS, _UNDECIDED = 170, 120


def check_in(theatre: Theatre) -> None:
    """Let the audience of the smaller rooms' last two evenings in, one after the other."""
    services, clock, random = theatre.services, theatre.clock, theatre.random
    scans: list[tuple[datetime, str]] = []
    for stage, date in _last_evenings(theatre):
        doors = date.starts_at - timedelta(minutes=40)
        which = TicketFilter(performance_id=stage.performance_id, statuses=(TicketStatus.VALID,))
        for ticket in services.bookings.tickets(which, limit=2000, by=theatre.door):
            if random.random() >= _CAME:
                continue
            minutes = min(random.gauss(24, 9), 44) if random.random() < 0.9 else 41
            at = doors + timedelta(minutes=max(0.2, minutes), seconds=random.randrange(60))
            scans.append((at, ticket.code))
            if random.random() < _SCANNED_TWICE:
                scans.append((at + timedelta(seconds=4), ticket.code))
    for at, code in sorted(scans):
        clock.now = at
        services.bookings.check_in(code, by=theatre.door)


def _last_evenings(theatre: Theatre) -> list[tuple[Stage, Date]]:
    """The last performances that are over."""
    over = [
        (stage, date)
        for stage, date in zip(theatre.stages, theatre.season.dates, strict=True)
        if date.starts_at + timedelta(minutes=30) < theatre.season.until
        and CAPACITY[date.slot.room] <= _ROOM
    ]
    return sorted(over, key=lambda one: one[1].starts_at)[-_EVENINGS:]


class Interest:
    """Notes what was looked at before something was bought, and what was looked at in vain."""

    def __init__(self, theatre: Theatre, numbers: Mapping[int, str]) -> None:
        self._theatre, self._random = theatre, theatre.random
        self._numbers = numbers  # of the bookings, by the party's place in the season

    def note(self) -> None:
        """All of it, in one go."""
        theatre, random = self._theatre, self._random
        since = theatre.season.until - _WEEKS
        recent = [n for n, party in enumerate(theatre.season.parties) if party.at > since]
        bought = random.sample(recent, min(_BUYERS, len(recent)))
        looked = random.choices(recent, k=_UNDECIDED if recent else 0)
        for n in bought:
            self._visit(theatre.season.parties[n], number=self._numbers[n])
        for n in looked:
            self._visit(theatre.season.parties[n])
        theatre.services.interactions.write()

    def _visit(self, party: Party, *, number: str = "") -> None:
        """From the search to the booking, or to where it was given up."""
        random, theatre = self._random, self._theatre
        stage = theatre.stages[party.show]
        by = random.choice((*theatre.tills, *theatre.tills, *theatre.kiosk[:2]))
        at = to_micros(party.at) - random.randint(90, 400) * 1_000_000
        title = WORKS[theatre.season.dates[party.show].slot.work].title
        for what, share, detail in (
            (Interaction.SEARCH, 0.35, _typed(title)),
            (Interaction.VIEW_EVENT, 0.3, ""),
            (Interaction.OPEN_HOUSE, 1 if number else 0.7, ""),
            (Interaction.HOLD, 1 if number else 0.6, str(len(party.types))),
        ):
            if random.random() >= share:
                if what is Interaction.OPEN_HOUSE:
                    return  # the title was enough
                continue
            at += random.randint(4, 25) * 1_000_000
            self._seen(what, stage, detail, at=at, by=by)
        at += random.randint(15, 60) * 1_000_000
        end = Interaction.BOOK if number else Interaction.ABANDON
        self._seen(end, stage, number, at=at, by=by)

    def _seen(self, what: Interaction, stage: Stage, detail: str, *, at: int, by: Operator) -> None:
        self._theatre.clock.now = from_micros(at)
        house = what not in {Interaction.SEARCH, Interaction.VIEW_EVENT}
        self._theatre.services.interactions.seen(
            what,
            event_id=None if what is Interaction.SEARCH else stage.event_id,
            performance_id=stage.performance_id if house else None,
            detail=detail,
            by=by,
        )


def _typed(title: str) -> str:
    """What somebody types who looks for it: its longest word."""
    return max(title.replace(",", "").replace(":", "").split(), key=len).lower()
