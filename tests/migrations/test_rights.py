"""PostgreSQL itself keeps the ledger: whoever owns the tables may add to it and change nothing."""

import secrets

import psycopg
import pytest
from sqlalchemy.engine import make_url

from app.domain.customers import Contact
from tests.builders import Theatre, theatre

LEDGER = (
    "journal",
    "payments",
    "payment_shares",
    "refunds",
    "refund_shares",
    "voucher_entries",
    "cash_movements",
    "ticket_sales",
    "audit_log",
)


@pytest.fixture
def owned(blank_postgresql_url: str):
    """A theatre whose database belongs to an ordinary user; and a connection as that user."""
    url = make_url(blank_postgresql_url)
    name, password = f"till_{secrets.token_hex(4)}", secrets.token_hex(8)
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as boss:
        try:
            boss.execute(f"CREATE ROLE {name} LOGIN PASSWORD '{password}'")
        except psycopg.errors.InsufficientPrivilege:
            pytest.skip("this server lets us make no users")
        boss.execute(f"GRANT ALL ON SCHEMA public TO {name}")
    mine = url.set(username=name, password=password)
    house = theatre(mine.render_as_string(hide_password=False))
    bare = mine.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(bare, autocommit=True) as raw:
        yield house, raw
    house.services.close()
    with psycopg.connect(plain, autocommit=True) as boss:
        boss.execute(f"DROP OWNED BY {name}")
        boss.execute(f"DROP ROLE {name}")


def test_an_ordinary_owner_sells_cancels_and_refunds(owned):
    house: Theatre = owned[0]
    services, by = house.services, house.cashier
    ada = services.customers.add(Contact("Ada", "ada@example.org"), by=by)
    services.shifts.open(house.euros(100), by=by)
    booking = services.tickets.sell(house.order("A-1", "A-2", customer_id=ada.id), by=by)
    services.bookings.cancel(booking.id, reason="ill", by=by)
    wanted = {ticket.id: ticket.price for ticket in booking.tickets}
    services.bookings.refund(booking.id, wanted=wanted, reason="ill", key="k", by=by)
    services.payments.check(by=house.admin)


@pytest.mark.parametrize("table", LEDGER)
def test_the_ledger_is_not_to_be_changed_even_without_its_triggers(owned, table: str):
    _, raw = owned
    raw.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    (column,) = raw.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s"
        " AND column_name IN ('amount', 'body')",
        (table,),
    ).fetchone()
    for statement in (
        f"UPDATE {table} SET {column} = NULL",
        f"DELETE FROM {table}",
        f"TRUNCATE {table} CASCADE",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            raw.execute(statement)
