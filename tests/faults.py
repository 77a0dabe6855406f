"""A station that dies at a chosen statement, to see what it leaves behind."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from app.persistence.database import Database
from app.persistence.statements import Driver


class PowerCut(Exception):
    """The moment somebody pulled the plug."""


@contextmanager
def dying_at(database: Database, number: int) -> Iterator[list[bool]]:
    """The n-th statement from now on is never sent, whichever way it goes to the driver; yields a list
    that is not empty once it came to that."""
    sent, died = [0], []
    rows, run = Driver.rows, Driver._run

    def count(*_: object) -> None:
        sent[0] += 1
        if sent[0] == number:
            died.append(True)
            raise PowerCut

    def counted_rows(self, statement, values):
        count()
        return rows(self, statement, values)

    def counted_run(self, work):
        for one in work:
            count()
            run(self, [one])

    event.listen(database.engine, "before_cursor_execute", count)
    Driver.rows, Driver._run = counted_rows, counted_run
    try:
        yield died
    finally:
        Driver.rows, Driver._run = rows, run
        event.remove(database.engine, "before_cursor_execute", count)
