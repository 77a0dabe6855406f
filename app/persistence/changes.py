"""Facts as rows: what one process committed, for every other to read (`app.persistence.change_feed`).

The rows are written in the transaction of their cause, so a fact is there exactly when its cause is.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import Connection, delete, func, select

from app.domain.facts import EVERYTHING, Fact, SeatsChanged
from app.domain.values import to_micros
from app.persistence.counter_tables import changes
from app.persistence.statements import Statement, Values

# More seats than these are told as "all of that house".
_MOST_SEATS = 500

# More rows than these at once: to read everything again is quicker than to be told all of them.
MOST_ROWS = 2_000

_KINDS = {type(fact).__name__: type(fact) for fact in EVERYTHING}
# The field that says what a fact is about; facts without one are about the house.
_SUBJECT = {kind: next((field.name for field in fields(fact)), "") for kind, fact in _KINDS.items()}

_RECORD = Statement(
    sqlite="INSERT INTO changes (origin, kind, subject_id, seats, at)"
    " VALUES (:origin, :kind, :subject, :seats, :at)",
    postgresql="INSERT INTO changes (xid, origin, kind, subject_id, seats, at)"
    " VALUES (pg_current_xact_id()::text::bigint,"
    " %(origin)s, %(kind)s, %(subject)s, %(seats)s, %(at)s)",
)
CHANNEL = "houselights"
_WAKE = Statement(sqlite="", postgresql=f"NOTIFY {CHANNEL}")


class FeedStopped(Exception):
    """Somebody called `stop` while an answer was awaited."""


@dataclass(frozen=True, slots=True)
class Place:
    """Up to where the rows were read. On PostgreSQL numbers become visible out of order: there `snapshot`
    says which transactions had been seen, and `seq` only serves to notice that rows were dropped."""

    seq: int
    snapshot: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What stands after a place: the new one, the rows (origin, kind, subject, seats), and whether all
    rows in between are still there."""

    place: Place
    rows: Sequence[tuple[str, str, str, str]]
    whole: bool


def recording(
    facts: Iterable[Fact], *, origin: str, at: datetime, dialect: str
) -> list[tuple[Statement, Sequence[Values]]]:
    """What writes each of these facts once and wakes whoever listens to the server; nothing for none.
    `origin` is the writing process. KeyError for a kind that the feed does not carry."""
    rows = [_row(fact) | {"origin": origin, "at": to_micros(at)} for fact in dict.fromkeys(facts)]
    if not rows:
        return []
    waking: list[tuple[Statement, Sequence[Values]]] = [(_WAKE, [{}])]
    return [(_RECORD, rows), *(waking if dialect == "postgresql" else [])]


def _row(fact: Fact) -> dict[str, object]:
    kind = type(fact).__name__
    subject = _SUBJECT[kind]
    seats = fact.seat_nos if isinstance(fact, SeatsChanged) else ()
    return {
        "kind": kind,
        "subject": getattr(fact, subject) if subject else "",
        "seats": json.dumps(seats if len(seats) <= _MOST_SEATS else ()),
    }


def facts_of(rows: Iterable[tuple[str, str, str]]) -> tuple[Fact, ...]:
    """The facts of (kind, subject, seats), each once, all seats of one performance together. A kind that
    only a newer program knows is passed over."""
    told: dict[Fact, None] = {}
    seats: defaultdict[str, set[int]] = defaultdict(set)
    whole = set()
    for kind, subject, numbers in rows:
        if kind == SeatsChanged.__name__:
            some = json.loads(numbers)
            seats[subject].update(some)
            if not some:
                whole.add(subject)
        elif kind in _KINDS:
            told[_KINDS[kind](*([subject] if _SUBJECT[kind] else []))] = None
    places = (
        SeatsChanged(house, () if house in whole else tuple(sorted(some)))
        for house, some in seats.items()
    )
    return (*places, *told)


class SqlChanges:
    """The `Changes` port on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def forget(self, before: datetime, *, limit: int) -> int:
        """See the port."""
        c = changes.c
        # The newest stays: SQLite would give its number again, and readers know their place by it.
        newest = select(func.max(c.seq)).scalar_subquery()
        old = (
            select(c.seq)
            .where(c.at < to_micros(before), c.seq < newest)
            .order_by(c.at)
            .limit(limit)
            .with_for_update(skip_locked=True)  # two stations may tidy up at once
        )
        return self._connection.execute(delete(changes).where(c.seq.in_(old))).rowcount
