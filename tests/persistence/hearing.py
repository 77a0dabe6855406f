"""Stations that tell and hear: what the tests of the change feed stand on."""

from contextlib import ExitStack, contextmanager
from queue import Empty, SimpleQueue
from threading import Thread

from sqlalchemy import select

from app.bootstrap import build
from app.config import Settings
from app.domain.facts import EVERYTHING, Fact, VoucherChanged
from app.persistence.counter_tables import changes
from app.persistence.database import Database
from app.persistence.unit_of_work import SqlUnitOfWork

PATIENCE = 30.0  # seconds until a test gives up; nothing here takes one


class Station:
    """Somebody who writes, and hears what others write."""

    def __init__(self, url: str, code: str) -> None:
        self.services = build(Settings(url, station=code))
        self.work = SqlUnitOfWork(
            self.services.database, bus=self.services.bus, origin=self.services.feed._origin
        )
        self.by = self.services.users.command_line(self.services.station)
        self._heard = SimpleQueue()
        self.services.bus.listen(self._heard.put)
        self._thread = Thread(target=self.services.feed.run, name=f"feed {code}")

    def listen(self) -> None:
        """Hear the others from now on."""
        self._thread.start()
        self.until(EVERYTHING[-1])

    def tell(self, *facts: Fact) -> None:
        """Commit something that these facts are about."""
        self.work.write(lambda work: [work.tell(fact) for fact in facts])

    def until(self, last: Fact) -> list[Fact]:
        """Everything heard, up to and with this."""
        heard = []
        while last not in heard:
            try:
                heard.append(self._heard.get(timeout=PATIENCE))
            except Empty:
                raise AssertionError(f"{last} never came, only {heard}") from None
        return heard

    def close(self) -> None:
        self.services.feed.stop()
        if self._thread.is_alive():
            self._thread.join(PATIENCE)
        assert not self._thread.is_alive()
        self.services.close()


@contextmanager
def stations(*urls: str):
    """One for each address; the second and all after it listen."""
    with ExitStack() as stack:
        made = []
        for number, url in enumerate(urls, 1):
            made.append(Station(url, f"S{number}"))
            stack.callback(made[-1].close)
        for station in made[1:]:
            station.listen()
        yield made


def last(number: int = 0) -> Fact:
    """Told after everything else, so that what came before it is all there is."""
    return VoucherChanged(f"last {number}")


def rows(database: Database) -> list[tuple]:
    with database.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(select(changes).order_by(changes.c.seq))]
