"""What a text typed above a list of bookings or tickets can mean: a number or a code, else people, names
and titles.

The text is looked up where it can be meant, each by an index of its own; no booking is asked whether it fits.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Select, literal_column, select
from sqlalchemy.sql.elements import ColumnElement

from app.domain.search import folded, search_words
from app.domain.tickets import ticket_code
from app.persistence import schema as s
from app.persistence.customers import customers_found
from app.persistence.found_rows import Either, Part, ids, one_of
from app.persistence.text_search import holds_all

# as the partial indexes say it
_NAMED = s.bookings.c.name != literal_column("''")
_ATTENDED = s.tickets.c.attendee != literal_column("''")
_FEW_PEOPLE = 20_000  # their ids are passed on; more are looked up where they are needed
_LAST = "\U0010ffff"


class Meanings:
    """Looks texts up on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of_bookings(self, text: str) -> Either:
        """The bookings that are meant."""
        b, t = s.bookings.c, s.tickets.c
        of_number = Part(b.number, lambda number: _begins(number, text))
        if self._finds(select(b.id).where(of_number.found())):
            return Either(b.id, (of_number,), ())
        of_code = select(t.booking_id).where(t.code == ticket_code(text))
        if self._finds(of_code):
            return Either(b.id, (), (of_code,))
        events = self._events(text)
        titled = bookings_for(self._ids(events)) if events else Either(b.id, (), ())
        named = select(b.id).where(_NAMED, holds_all(b.name, text))
        attended = select(t.booking_id).where(_ATTENDED, holds_all(t.attendee, text))
        parts = (*titled.parts, *self._people(b.customer_id, text))
        return Either(b.id, parts, (named, attended, *titled.few))

    def of_tickets(self, text: str) -> Either:
        """The tickets that are meant."""
        b, t, p = s.bookings.c, s.tickets.c, s.performances.c
        of_number = select(b.id).where(_begins(b.number, text))
        if self._finds(select(t.id).where(t.booking_id.in_(of_number))):
            return Either(t.id, (one_of(t.booking_id, of_number),), ())
        of_code = select(t.id).where(t.code == ticket_code(text))
        if self._finds(of_code):
            return Either(t.id, (), (of_code,))
        events = self._events(text)
        titled = self.of_performances(p.event_id.in_(self._ids(events))).parts if events else ()
        named = select(b.id).where(_NAMED, holds_all(b.name, text))
        attended = select(t.id).where(_ATTENDED, holds_all(t.attendee, text))
        parts = (*titled, *self._people(t.user_id, text))
        return Either(t.id, parts, (select(t.id).where(t.booking_id.in_(named)), attended))

    def of_performances(self, *which: ColumnElement[bool]) -> Either:
        """The tickets for performances of which this is true."""
        t, p = s.tickets.c, s.performances.c
        found = self._connection.execute(select(p.id).where(*which)).scalars().all()
        return Either(t.id, (one_of(t.performance_id, self._ids(found)),), ())

    def _finds(self, query: Select[Any]) -> bool:
        """A number or a code means itself: who types one looks for nothing else."""
        return self._connection.execute(query.limit(1)).first() is not None

    def _people(self, column: ColumnElement[Any], text: str) -> tuple[Part, ...]:
        words = search_words(text)
        if not words:
            return ()
        found = customers_found(self._connection.dialect.name, words)
        some = self._connection.execute(found.limit(_FEW_PEOPLE + 1)).scalars().all()
        if not some:
            return ()
        return (one_of(column, found if len(some) > _FEW_PEOPLE else self._ids(some)),)

    def _ids(self, found: Sequence[str]) -> Sequence[str] | Select[Any]:
        return ids(found, dialect=self._connection.dialect.name)

    def _events(self, text: str) -> list[str]:
        rows = self._connection.execute(select(s.events.c.id, s.events.c.title))
        wanted = folded(text)
        return [key for key, title in rows if wanted in folded(title)]


def bookings_for(event_ids: Sequence[str] | Select[Any]) -> Either:
    """The bookings with a ticket for one of these events."""
    b, t, p = s.bookings.c, s.tickets.c, s.performances.c
    plays = select(p.id).where(p.event_id.in_(event_ids))
    one_of_them = select(t.id).where(t.booking_id == b.id, t.performance_id.in_(plays)).exists()
    of_several = select(b.id).where(b.event_id.is_(None), one_of_them)
    return Either(b.id, (one_of(b.event_id, event_ids),), (of_several,))


def _begins(number: ColumnElement[str], text: str) -> ColumnElement[bool]:
    typed = text.strip().upper()
    return (number >= typed) & (number < typed + _LAST)
