"""What one station commits, the others hear: all of it, once, and whatever happens in between."""

import json
import random
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import timedelta
from threading import Event

import pytest
from sqlalchemy import select, text

from app.domain.errors import DatabaseUnavailable
from app.domain.facts import (
    EVERYTHING,
    BookingChanged,
    Fact,
    ProgrammeChanged,
    SeatsChanged,
)
from app.domain.values import new_id
from app.persistence.change_feed import MOST_ROWS
from app.persistence.changes import SqlChanges, recording
from app.persistence.counter_tables import changes
from app.persistence.database import Database
from app.persistence.statements import Driver
from app.persistence.unit_of_work import SqlUnitOfWork
from tests.builders import Clock, plan, theatre
from tests.persistence.hearing import PATIENCE, Station, last, rows, stations

# -- what is told ------------------------------------------------------------------------------


def test_every_kind_of_fact_is_carried():
    """A new kind needs its line in EVERYTHING, beside the others in app/domain/facts.py."""
    kinds = {kind.__name__ for kind in Fact.__subclasses__() if kind.__module__.startswith("app.")}
    assert kinds == {type(fact).__name__ for fact in EVERYTHING}


def about_something(kind: type[Fact]) -> Fact:
    if kind is SeatsChanged:
        return SeatsChanged("a house", (1, 7))
    return kind(*(new_id() for _ in fields(kind)))


def test_each_arrives_as_it_was_told(pair):
    writer, listener = pair
    told = [about_something(type(fact)) for fact in EVERYTHING] + [*EVERYTHING, last()]
    for fact in told:
        writer.tell(fact)
    heard = listener.until(last())
    # those without an id are equal to "everything" of their kind
    assert set(heard) == set(told)


@pytest.fixture
def house(database_url: str):
    made = theatre(database_url, house=plan())
    yield made
    made.services.close()


@pytest.fixture
def neighbour(house, database_url: str):
    """A till beside the house's own."""
    made = Station(database_url, "T2")
    made.listen()
    yield made
    made.close()


def test_a_hold_and_a_sale_show_at_the_next_till_seat_by_seat(house, neighbour):
    tickets, performance = house.services.tickets, house.performance.id
    seats, basket = tuple(house.seats("A-1", "A-2")), new_id()
    tickets.hold(performance, seats, basket_id=basket, by=house.cashier)
    neighbour.until(SeatsChanged(performance, seats))
    held = neighbour.services.tickets.claims(performance, seats, by=neighbour.by)
    assert [(claim.seat_no, claim.station_code) for claim in held] == [(n, "T1") for n in seats]
    order = house.order("A-1", "A-2", basket_id=basket)
    booking = tickets.sell(order, by=house.cashier)
    heard = neighbour.until(BookingChanged(booking.id))
    assert heard.count(SeatsChanged(performance, seats)) == 1


def test_a_sale_in_another_process_shows_too(house, neighbour, database_url):
    done = subprocess.run(
        [sys.executable, "-c", "import sys; from ui.main import main; sys.exit(main())",
         "--database", database_url, "--station", "T9", "sell", "--json",
         "--performance", house.performance.id, "--seats", "B-3"],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    booking = json.loads(done.stdout)
    heard = neighbour.until(SeatsChanged(house.performance.id, tuple(house.seats("B-3"))))
    heard += neighbour.until(BookingChanged(_booking_id(house, booking)))
    assert set(heard).isdisjoint(EVERYTHING)


def _booking_id(house, document: dict) -> str:
    (line,) = house.services.bookings.bookings(by=house.admin)
    assert line.number in json.dumps(document)
    return line.id


def test_what_was_told_at_home_does_not_come_back(pair):
    writer, listener = pair
    listener.tell(ProgrammeChanged("mine"))
    writer.tell(ProgrammeChanged("another's"), last())
    heard = listener.until(last())
    assert heard == [ProgrammeChanged("mine"), ProgrammeChanged("another's"), last()]


def test_the_services_and_the_feed_are_of_one_origin(house):
    house.services.tickets.hold(
        house.performance.id, house.seats("A-1"), basket_id=new_id(), by=house.cashier
    )
    origins = {row[2] for row in rows(house.services.database)}
    assert origins == {house.services.feed._origin}


def test_two_stations_hear_each_other(database_url):
    with stations(database_url, database_url, database_url) as (_, one, other):
        one.tell(ProgrammeChanged("by one"))
        other.until(ProgrammeChanged("by one"))
        other.tell(ProgrammeChanged("by the other"))
        one.until(ProgrammeChanged("by the other"))


def test_a_fact_is_written_once_however_often_it_is_told(pair):
    writer, listener = pair
    before = len(rows(writer.services.database))
    writer.tell(*[ProgrammeChanged("x")] * 5, last())
    assert listener.until(last()).count(ProgrammeChanged("x")) == 1
    assert len(rows(writer.services.database)) == before + 2


def test_very_many_seats_are_told_as_the_whole_house(pair):
    writer, listener = pair
    writer.tell(SeatsChanged("arena", tuple(range(100_000))))
    listener.until(SeatsChanged("arena", ()))


def test_a_newer_programs_fact_is_passed_over(pair):
    writer, listener = pair
    values = {"origin": "x", "kind": "MoonChanged", "subject_id": "", "seats": "[]", "at": 1}
    now = text("pg_current_xact_id()::text::bigint")
    with writer.services.database.engine.begin() as connection:
        if not writer.services.database.is_sqlite:
            values["xid"] = connection.execute(select(now)).scalar_one()
        connection.execute(changes.insert().values(values))
    writer.tell(last())
    assert listener.until(last()) == [last()]


# -- whole or nothing --------------------------------------------------------------------------


def test_what_is_rolled_back_is_told_to_nobody(pair):
    writer, listener = pair

    def act(work):
        work.tell(ProgrammeChanged("never"))
        raise ValueError("not today")

    with pytest.raises(ValueError, match="not today"):
        writer.work.write(act)
    writer.tell(last())
    assert listener.until(last()) == [last()]


@dataclass(frozen=True, slots=True)
class StrangeNews(Fact):
    """Of a kind that the feed does not carry."""


def test_what_cannot_be_told_is_not_done(house):
    work = SqlUnitOfWork(house.services.database, bus=house.services.bus)

    def act(one):
        one.settings.keep("strange", "yes")
        one.tell(StrangeNews())

    with pytest.raises(KeyError):
        work.write(act)
    assert work.read(lambda one: one.settings.value("strange")) is None


def test_a_hold_without_its_row_in_the_feed_is_no_hold(house):
    with house.services.database.engine.begin() as connection:
        connection.execute(text("ALTER TABLE changes RENAME TO elsewhere"))
    heard = []
    house.services.bus.listen(heard.append)
    seats = house.seats("A-1")
    with pytest.raises(DatabaseUnavailable):
        house.services.tickets.hold(
            house.performance.id, seats, basket_id=new_id(), by=house.cashier
        )
    assert house.services.tickets.claims(house.performance.id, seats, by=house.cashier) == ()
    assert heard == []


# -- none lost, none twice ---------------------------------------------------------------------


def test_six_writers_at_once_lose_nothing_and_tell_nothing_twice(pair):
    """Numbers are given out before commit, and here the commits come in another order."""
    writer, listener = pair
    # a first row that is not number 1 counts as rows dropped: all is read anew, and none is told by itself
    writer.tell(last(1))
    listener.until(last(1))
    each = 40

    def write(name: str) -> None:
        database, chance = Database(str(url)), random.Random(name)
        for number in range(each):
            fact = ProgrammeChanged(f"{name}-{number}")
            with database.engine.begin() as connection:
                _record(connection, fact)
                time.sleep(chance.uniform(0, 0.006))
        database.close()

    url = listener.services.database.url.render_as_string(hide_password=False)
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(write, "abcdef"))
    writer.tell(last())
    heard = [fact for fact in listener.until(last()) if isinstance(fact, ProgrammeChanged)]
    assert len(heard) == len(set(heard)) == 6 * each


def _record(connection, *facts: Fact) -> None:
    driver = Driver(connection)
    at = Clock().now
    driver.run_all(recording(facts, origin="somebody", at=at, dialect=driver.dialect))


def test_what_one_station_does_is_told_in_its_order(pair):
    writer, listener = pair
    told = [ProgrammeChanged(str(number)) for number in range(60)]
    for fact in told:
        writer.tell(fact)
    writer.tell(last())
    assert listener.until(last()) == [*told, last()]


def test_a_long_transaction_elsewhere_holds_nothing_up_and_is_not_forgotten(shared_pair):
    writer, listener = shared_pair
    writer.tell(last(0))  # a first row that is not number 1 would mean that some were dropped
    listener.until(last(0))
    with writer.services.database.engine.begin() as slow:
        _record(slow, ProgrammeChanged("slow"))
        writer.tell(last(1))
        assert listener.until(last(1)) == [last(1)]
    assert listener.until(ProgrammeChanged("slow")) == [ProgrammeChanged("slow")]


def test_rows_of_a_restored_copy_are_nobodys_news(shared_pair):
    """They bear the transactions of another server, which may still be to come on this one."""
    writer, listener = shared_pair
    with writer.services.database.engine.begin() as connection:
        values = {"origin": "x", "kind": "HouseChanged", "subject_id": "", "seats": "[]", "at": 1}
        connection.execute(changes.insert().values(values | {"xid": 2**40}))
    for number in range(3):
        writer.tell(last(number))
    heard = listener.until(last(2))
    assert heard == [last(0), last(1), last(2)]


# -- bursts and gaps ---------------------------------------------------------------------------


@pytest.fixture
def busy(pair):
    """The listener's feed is held up by somebody who takes their time, while `hold_up` lasts."""
    writer, listener = pair
    begun, over = Event(), Event()

    def take_time(fact: Fact) -> None:
        if fact == BookingChanged("wait"):
            begun.set()
            assert over.wait(PATIENCE)

    listener.services.bus.listen(take_time)

    @contextmanager
    def hold_up():
        writer.tell(BookingChanged("wait"))
        assert begun.wait(PATIENCE)
        yield
        over.set()

    yield writer, listener, hold_up
    over.set()


def test_a_burst_is_told_as_one(busy):
    writer, listener, hold_up = busy
    with hold_up():
        for number in range(20):
            writer.tell(ProgrammeChanged("a"), SeatsChanged("house", (number, 7)))
        writer.tell(SeatsChanged("another", (1,)), SeatsChanged("another", ()), last())
    heard = listener.until(last())
    assert heard == [
        BookingChanged("wait"),
        SeatsChanged("house", tuple(range(20))),
        SeatsChanged("another", ()),
        ProgrammeChanged("a"),
        last(),
    ]


def test_too_much_at_once_means_that_everything_may_have_changed(busy):
    writer, listener, hold_up = busy
    with hold_up():
        writer.tell(*[ProgrammeChanged(str(number)) for number in range(MOST_ROWS + 1)])
    assert listener.until(EVERYTHING[-1]) == [BookingChanged("wait"), *EVERYTHING]
    writer.tell(last())
    assert listener.until(last()) == [last()]


def test_whoever_comes_after_the_pruning_hears_that_everything_may_have_changed(busy):
    writer, listener, hold_up = busy
    with hold_up():
        for number in range(5):
            writer.tell(ProgrammeChanged(str(number)))
        _forget_all(writer.services.database)
    assert listener.until(EVERYTHING[-1]) == [BookingChanged("wait"), *EVERYTHING]
    writer.tell(last())
    assert listener.until(last()) == [last()]


def _forget_all(database: Database) -> int:
    with database.engine.begin() as connection:
        return SqlChanges(connection).forget(Clock().now + timedelta(days=9999), limit=1_000)


# -- pruning -----------------------------------------------------------------------------------


def test_facts_are_kept_for_a_day_and_the_newest_for_ever(database_url):
    clock = Clock()
    house = theatre(database_url, clock=clock, house=plan())
    database, tidy = house.services.database, house.services.upkeep.tidy
    assert tidy(by=house.cashier) == 0
    clock.pass_by(hours=23)
    house.services.shifts.open(house.euros(100), by=house.cashier)
    kept = rows(database)
    clock.pass_by(hours=2)
    gone = tidy(by=house.cashier)
    assert gone == len(kept) - 1
    assert rows(database) == kept[-1:]
    clock.pass_by(days=30)
    assert tidy(by=house.cashier) == 0
    house.services.shifts.close({}, by=house.cashier)
    newest = rows(database)
    assert newest[0] == kept[-1]
    assert newest[1][0] > kept[-1][0]
    house.services.close()


def test_two_stations_may_tidy_up_at_once(pair):
    writer, _ = pair
    writer.tell(*[ProgrammeChanged(str(number)) for number in range(200)])
    database = writer.services.database
    with ThreadPoolExecutor(4) as pool:
        gone = sum(pool.map(lambda _: _forget_all(database), range(4)))
    left = rows(database)
    assert gone == 199
    assert len(left) == 1


# -- the seats that changed --------------------------------------------------------------------


def test_claims_on_some_seats_are_those_in_force_and_no_others(database_url):
    clock = Clock()
    house = theatre(database_url, clock=clock, house=plan())
    tickets, performance, by = house.services.tickets, house.performance.id, house.cashier
    tickets.hold(performance, house.seats("A-1"), basket_id=new_id(), by=by)
    tickets.sell(house.order("A-2", "B-1"), by=by)
    asked = house.seats("A-1", "A-2", "A-3")
    all_of_them = tickets.house(performance, by=by).claims
    assert tickets.claims(performance, asked, by=by) == all_of_them[:2]
    clock.pass_by(minutes=11)
    assert [c.seat_no for c in tickets.claims(performance, asked, by=by)] == house.seats("A-2")
    assert tickets.claims(performance, (), by=by) == ()
    house.services.close()


def test_putting_nothing_back_on_sale_is_no_news(house):
    """No seats would mean all of them."""
    heard = []
    house.services.bus.listen(heard.append)
    house.services.tickets.unblock(house.performance.id, house.seats("A-1"), by=house.admin)
    assert heard == []
