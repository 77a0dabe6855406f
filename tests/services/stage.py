"""People and sales that the tests of the programme share."""

from datetime import timedelta

from app.domain.customers import Contact
from app.domain.events import Event
from app.domain.programme import PerformanceEntry
from app.domain.tickets import Booking
from app.domain.users import Operator, Role
from app.domain.values import new_id
from tests.builders import Theatre


def member(house: Theatre, role: Role, name: str = "") -> Operator:
    """A user of this role, signed in at the house's station."""
    name = name or role.value.capitalize()
    email = f"{name.lower()}@example.org"
    user = house.services.users.add(
        name, email=email, password="curtain up now", role=role, by=house.admin
    )
    return Operator(user.id, name, role, house.admin.station_id, house.admin.station_code)


def customer(house: Theatre, name: str, email: str = "") -> str:
    """The id of a new customer."""
    contact = Contact(name, email=email)
    return house.services.customers.add(contact, by=house.admin).id


def sold(house: Theatre, *labels: str, **changes: object) -> Booking:
    """Seats sold for cash at the adult price."""
    return house.services.tickets.sell(house.order(*labels, **changes), by=house.cashier)


def entry(
    house: Theatre, wall_time: str = "2026-12-04T20:00", **changes: object
) -> PerformanceEntry:
    """A performance in the theatre's house."""
    values = {
        "venue_id": house.plan.venue_id,
        "wall_time": wall_time,
        "doors_before": timedelta(minutes=45),
    }
    return PerformanceEntry(**(values | changes))


def full_prices(house: Theatre) -> dict[tuple[int, str], int]:
    """40 and 30 for adults in the two zones."""
    return {(zone.no, house.adult.id): 5000 - 1000 * zone.no for zone in house.plan.zones}


def new_event(organizer: Operator, title: str = "The Lighthouse", **changes: object) -> Event:
    """An event of this organizer."""
    values = {
        "id": new_id(),
        "title": title,
        "description": "A play about light.",
        "category": "Drama",
        "organizer_id": organizer.user_id,
        "tax_bp": 700,
    }
    return Event(**(values | changes))
