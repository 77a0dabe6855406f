"""A button pressed again while a slow database is still at it: the act happens once, and nobody is told
off for having been there already."""

from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.persistence import schema as s
from app.persistence.records import audit_log, checkins
from tests.builders import Theatre
from tests.services.stage import customer, sold
from tests.viewmodels.test_counter import HeldTasks
from ui.bookings.viewmodel import Bookings
from ui.events.detail import Detail
from ui.events.kinds import Kinds
from ui.events.performance_editor import PerformanceEditor
from ui.relay import Relay
from ui.venues.holds import Holds
from ui.venues.houses import Houses

pytestmark = pytest.mark.usefixtures("qapp")

PLAN_FILE = Path(__file__).parents[1] / "data" / "hall-1057-seats.pretix.json"


class Desk:
    """A house, what answers late, and how many rows there are."""

    def __init__(self, house: Theatre) -> None:
        self.house = house
        self.services = house.services
        self.by = house.admin
        self.tasks = HeldTasks()
        self.relay = Relay(house.services.bus)

    def count(self, table) -> int:
        with self.services.database.engine.connect() as connection:
            return connection.execute(select(func.count()).select_from(table)).scalar_one()

    def common(self) -> dict:
        return {"by": self.by, "tasks": self.tasks, "relay": self.relay}


@pytest.fixture
def desk(house: Theatre):
    made = Desk(house)
    yield made
    made.relay.deleteLater()


def new_performance(desk: Desk):
    services = desk.services
    editor = PerformanceEditor(
        events=services.events,
        schedule=services.schedule,
        prices=services.prices,
        venues=services.venues,
        drafts=services.drafts,
        by=desk.by,
        tasks=desk.tasks,
    )
    detail = services.events.detail(desk.house.event.id, by=desk.by)
    editor.begin(detail)
    editor.type(day="2026-12-05", clock="20:00")
    return editor, editor.save, s.performances


def moved_performance(desk: Desk):
    editor, _, _ = new_performance(desk)
    detail = desk.services.events.detail(desk.house.event.id, by=desk.by)
    editor.begin(detail, desk.house.performance.id)
    editor.type(day="2026-12-06")
    return editor, editor.save, audit_log


def duplicate(desk: Desk):
    services = desk.services
    detail = Detail(
        events=services.events,
        programme=services.programme,
        schedule=services.schedule,
        cancellations=services.cancellations,
        **desk.common(),
    )
    detail.open(desk.house.event.id)
    return detail, lambda: detail.duplicate("Once more"), s.events


def _houses(desk: Desk) -> Houses:
    services = desk.services
    houses = Houses(venues=services.venues, files=services.plan_files, **desk.common())
    houses.load()
    houses.open(desk.house.performance.venue_id)
    return houses


def new_venue(desk: Desk):
    houses = _houses(desk)
    houses.begin_new(zone="Europe/Berlin", currency="EUR")
    houses.type(name="Studio")
    return houses, houses.save, s.venues


def new_plan(desk: Desk):
    houses = _houses(desk)
    houses.read_plan(PLAN_FILE)
    return houses, houses.take_plan, s.seating_plans


def held_back(desk: Desk):
    services = desk.services
    holds = Holds(venues=services.venues, tickets=services.tickets, **desk.common())
    holds.begin(_houses(desk).state.detail)
    holds.toggle(3)
    holds.name_it("House seats")
    return holds, holds.block, s.seat_claims


def new_price_type(desk: Desk):
    services = desk.services
    kinds = Kinds(
        prices=services.prices,
        programme=services.programme,
        memberships=services.memberships,
        **desk.common(),
    )
    return kinds, lambda: kinds.add_type("Student", "Stud."), s.price_types


def _bookings(desk: Desk) -> Bookings:
    bookings = Bookings(desk.services, **desk.common())
    buyer = customer(desk.house, "Ada", "ada@example.org")
    bookings.open(sold(desk.house, "A-1", customer_id=buyer).id)
    return bookings


def sent_again(desk: Desk):
    bookings = _bookings(desk)
    return bookings, bookings.resend, audit_log


def admitted(desk: Desk):
    bookings = _bookings(desk)
    (ticket,) = bookings.state.opened.booking.tickets
    return bookings, lambda: bookings.check_in(ticket.code), checkins


ACTS = (
    new_performance,
    moved_performance,
    duplicate,
    new_venue,
    new_plan,
    held_back,
    new_price_type,
    sent_again,
    admitted,
)


@pytest.mark.parametrize("prepare", ACTS, ids=lambda act: act.__name__)
def test_pressed_twice_it_happens_once(desk: Desk, prepare):
    model, press, table = prepare(desk)
    before = desk.count(table)
    desk.tasks.slow = True
    press()
    press()
    desk.tasks.catch_up()
    assert desk.count(table) == before + 1
    assert model.state.problem is None
    assert not getattr(model.state, "problems", {})
