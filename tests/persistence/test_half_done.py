"""Every kind of write, broken off at its first statement, its second, and so on to its commit: what is in the
database afterwards is what was there before, and nobody was told anything."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event

from app.domain.customers import Contact
from app.domain.exchanges import ExchangeWish
from app.domain.payments import Tender, Tendered
from app.domain.users import Role
from app.domain.values import new_id
from app.persistence.columns import metadata
from app.persistence.statements import Statement
from tests.builders import Clock, Theatre, plan, theatre


class BrokenOff(Exception):
    """The power went."""


class Power:
    """Counts what is sent to the database, by SQLAlchemy or by the driver (which sends the commit), and
    goes at the n-th."""

    def __init__(self, engine, monkeypatch) -> None:
        self.left: int | None = None
        event.listen(engine, "before_cursor_execute", self._statement)
        text = Statement.text

        def counted(statement: Statement, dialect: str) -> str:
            self._count()
            return text(statement, dialect)

        monkeypatch.setattr(Statement, "text", counted)

    def _statement(self, connection, cursor, statement, *_rest) -> None:
        if not statement.lstrip().upper().startswith("BEGIN"):
            self._count()

    def _count(self) -> None:
        if self.left is None:
            return
        self.left -= 1
        if self.left == 0:
            self.left = None
            raise BrokenOff


@pytest.fixture
def house(database_url: str):
    made = theatre(database_url, clock=Clock(), house=plan())
    yield made
    made.services.close()


def everything(house: Theatre) -> dict[str, list[tuple]]:
    """Every row of every table."""
    with house.services.database.engine.connect() as connection:
        return {
            table.name: sorted(map(tuple, connection.execute(table.select())), key=repr)
            for table in metadata.sorted_tables
        }


def customer(house: Theatre) -> str:
    contact = Contact("Ada Byron", "ada@example.org")
    return house.services.customers.add(contact, by=house.cashier).id


def sold(house: Theatre, *labels, **changes):
    order = house.order(*labels, customer_id=customer(house), **changes)
    return house.services.tickets.sell(order, by=house.cashier)


def selling(house: Theatre) -> Callable[[], object]:
    services = house.services
    bought = replace(house.order(), lines=(), vouchers=(house.euros(30),))
    (voucher,) = services.tickets.sell(bought, by=house.cashier).vouchers
    tenders = (
        Tendered(Tender.VOUCHER, house.euros(20), voucher.code),
        Tendered(Tender.SLIP, house.euros(10), "4711"),
        Tendered(Tender.CASH),
    )
    order = house.order("A-1", "A-2", customer_id=customer(house), tenders=tenders)
    return lambda: services.tickets.sell(order, by=house.cashier)


def buying_a_voucher(house: Theatre) -> Callable[[], object]:
    order = replace(house.order(), lines=(), vouchers=(house.euros(30),))
    return lambda: house.services.tickets.sell(order, by=house.cashier)


def holding(house: Theatre) -> Callable[[], object]:
    basket, seats = new_id(), house.seats("A-1", "A-2")
    hold = house.services.tickets.hold
    return lambda: hold(house.performance.id, seats, basket_id=basket, by=house.cashier)


def reserving(house: Theatre) -> Callable[[], object]:
    order = house.order("A-1", "A-2", customer_id=customer(house))
    until = house.clock.now + timedelta(days=1)
    return lambda: house.services.tickets.reserve(order, until=until, by=house.cashier)


def paying(house: Theatre) -> Callable[[], object]:
    booking = reserving(house)()
    cash = [Tendered(Tender.CASH)]
    return lambda: house.services.bookings.pay(booking.id, tenders=cash, by=house.cashier)


def expiring(house: Theatre) -> Callable[[], object]:
    reserving(house)()
    house.clock.pass_by(days=2)
    return lambda: house.services.bookings.expire(by=house.cashier)


def cancelling(house: Theatre) -> Callable[[], object]:
    booking = sold(house, "A-1", "A-2")
    return lambda: house.services.bookings.cancel(booking.id, reason="ill", by=house.cashier)


def refunding(house: Theatre) -> Callable[[], object]:
    booking, key = sold(house, "A-1", "A-2"), new_id()
    wanted = {ticket.id: ticket.price for ticket in booking.tickets}
    refund = house.services.bookings.refund
    return lambda: refund(booking.id, wanted=wanted, reason="ill", key=key, by=house.cashier)


def exchanged(house: Theatre, booking, *labels: str) -> Callable[[], object]:
    lines = house.order(*labels).lines
    wish = ExchangeWish(booking.id, (booking.tickets[0].id,), lines)
    exchanges, by, key = house.services.exchanges, house.cashier, new_id()
    shown = exchanges.preview(wish, by=by)
    return lambda: exchanges.exchange(wish, expected=shown, key=key, by=by)


def upgrading(house: Theatre) -> Callable[[], object]:
    return exchanged(house, sold(house, "C-1", "C-2"), "A-5", "A-6")


def exchanging_for_less(house: Theatre) -> Callable[[], object]:
    return exchanged(house, sold(house, "A-1", "A-2"), "C-5")


def exchanging_a_reservation(house: Theatre) -> Callable[[], object]:
    return exchanged(house, reserving(house)(), "C-5")


def with_deposit(house: Theatre):
    order = house.order("A-1", "A-2", customer_id=customer(house), name="The Byrons")
    until = house.clock.now + timedelta(days=1)
    down = house.euros(30)
    return lambda: house.services.tickets.reserve(
        order, until=until, deposit=down, by=house.cashier
    )


def laying_down_a_deposit(house: Theatre) -> Callable[[], object]:
    return with_deposit(house)


def laying_down_more(house: Theatre) -> Callable[[], object]:
    booking, key, more = with_deposit(house)(), new_id(), house.euros(20)
    take, cash = house.services.bookings.take_deposit, [Tendered(Tender.CASH)]
    return lambda: take(booking.id, more, tenders=cash, key=key, by=house.cashier)


def paying_the_rest(house: Theatre) -> Callable[[], object]:
    booking, cash = with_deposit(house)(), [Tendered(Tender.CASH)]
    return lambda: house.services.bookings.pay(booking.id, tenders=cash, by=house.cashier)


def voiding(house: Theatre) -> Callable[[], object]:
    house.services.shifts.open(house.euros(100), by=house.cashier)
    booking, key = selling(house)(), new_id()
    return lambda: house.services.bookings.void(booking.id, key=key, by=house.cashier)


def cancelling_for_oneself(house: Theatre) -> Callable[[], object]:
    services = house.services
    told = services.programme.event(house.event.id, by=house.admin)
    services.programme.edit_event(replace(told, cancel_hours=1, cancel_fee=250), by=house.admin)
    bought = replace(house.order(), lines=(), vouchers=(house.euros(80),))
    (voucher,) = services.tickets.sell(bought, by=house.cashier).vouchers
    booking = sold(
        house, "A-1", "A-2", tenders=(Tendered(Tender.VOUCHER, house.euros(80), voucher.code),)
    )
    ada = replace(house.cashier, user_id=booking.customer_id, name="Ada", role=Role.CUSTOMER)
    ids, key = [booking.tickets[0].id], new_id()
    return lambda: services.bookings.cancel_own(ids, key=key, by=ada)


def reissuing(house: Theatre) -> Callable[[], object]:
    booking, services = sold(house, "A-1", "A-2"), house.services
    return lambda: services.booking_details.reissue(booking.id, reason="lost", by=house.cashier)


def naming_who_comes(house: Theatre) -> Callable[[], object]:
    booking, details = sold(house, "A-1", "A-2"), house.services.booking_details
    names = ["Ada", "Annabella"]
    return lambda: details.set_attendees(booking.id, names=names, by=house.cashier)


def checking_in(house: Theatre) -> Callable[[], object]:
    code = sold(house, "A-1").tickets[0].code
    return lambda: house.services.bookings.check_in(code, by=house.cashier)


def opening_a_shift(house: Theatre) -> Callable[[], object]:
    return lambda: house.services.shifts.open(house.euros(100), by=house.cashier)


def closing_a_shift(house: Theatre) -> Callable[[], object]:
    house.services.shifts.open(house.euros(100), by=house.cashier)
    sold(house, "A-1")
    return lambda: house.services.shifts.close({5000: 2, 2000: 2}, by=house.cashier)


ACTS = (
    selling,
    buying_a_voucher,
    holding,
    reserving,
    paying,
    expiring,
    cancelling,
    refunding,
    upgrading,
    exchanging_for_less,
    exchanging_a_reservation,
    laying_down_a_deposit,
    laying_down_more,
    paying_the_rest,
    voiding,
    cancelling_for_oneself,
    reissuing,
    naming_who_comes,
    checking_in,
    opening_a_shift,
    closing_a_shift,
)


@pytest.mark.parametrize("prepare", ACTS, ids=lambda act: act.__name__)
def test_what_is_broken_off_leaves_nothing_behind(house: Theatre, prepare, monkeypatch):
    power = Power(house.services.database.engine, monkeypatch)
    act, heard = prepare(house), []
    house.services.bus.listen(heard.append)
    before = everything(house)
    statements = 0
    while True:
        statements += 1
        power.left = statements
        try:
            act()
        except BrokenOff:
            assert everything(house) == before
            assert heard == []
            continue
        break
    power.left = None
    assert statements > 2
    assert everything(house) != before
    assert heard
    house.services.payments.check(by=house.admin)
