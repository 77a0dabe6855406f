"""An older house is brought up to date in what SQL alone cannot: search keys and rollups."""

from sqlalchemy import text

from app.bootstrap import build
from app.config import Settings
from app.domain.customers import Contact
from tests.builders import theatre


def _run(services, *statements):
    with services.database.engine.begin() as connection:
        return [connection.execute(text(statement)) for statement in statements]


def test_what_an_older_program_wrote_is_found_and_counted(database_url):
    house = theatre(database_url)
    ada = house.services.customers.add(Contact("ÜMİT Ördek", "u@example.org"), by=house.cashier)
    house.services.tickets.sell(house.order("A-1", customer_id=ada.id), by=house.cashier)
    _run(
        house.services,
        "DELETE FROM event_metrics",
        "UPDATE users SET search = 'as an older program left it'",
        "UPDATE events SET search = ''",
        "DELETE FROM settings WHERE name = 'caught_up'",
    )
    house.services.close()
    later = build(Settings(database_url))
    later.payments.check(by=house.admin)
    assert [c.id for c in later.customers.find("ördek", by=house.cashier)] == [ada.id]
    later.close()


def test_it_is_done_once(database_url):
    house = theatre(database_url)
    _run(house.services, "UPDATE users SET search = 'mine'")
    house.services.close()
    later = build(Settings(database_url))
    assert later.customers.count("mine", by=house.cashier) == 0  # nobody there is a customer
    with later.database.engine.connect() as connection:
        left = connection.execute(text("SELECT DISTINCT search FROM users")).scalars().all()
    assert left == ["mine"]
    later.close()
