"""Valid things in one call; a test names only what it depends on."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from app.bootstrap import Services, build
from app.config import Settings
from app.domain.cards import CardTerminal
from app.domain.events import Event, Performance, PriceType
from app.domain.payments import Tender, Tendered
from app.domain.seating import GaArea, SeatingPlan, Zone
from app.domain.tickets import BasketLine, Order, Place
from app.domain.users import Operator, Role
from app.domain.values import Money, new_id
from app.gateways.passwords import Argon2Passwords
from app.services.events import NewPerformance

NOON = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)


class Clock:
    """Time that passes when told to."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **delta: float) -> None:
        self.now += timedelta(**delta)


def plan(*, rows: int = 4, seats: int = 10, standing: int = 0, zones: int = 2) -> SeatingPlan:
    """A straight hall: rows A, B, …; front half zone 1, back half zone 2; seat A-1 is number 1."""
    total = rows * seats
    index = np.arange(total, dtype=np.int32)
    row = index // max(seats, 1)
    names = [chr(ord("A") + int(r)) for r in row]
    numbers = [str(int(i) % seats + 1) for i in index] if seats else []
    return SeatingPlan(
        id=new_id(),
        venue_id="",
        name="Hall",
        version=0,
        zones=tuple(Zone(z + 1, f"Zone {z + 1}", z + 1) for z in range(zones)),
        sections=("Stalls",),
        seat_no=index + 1,
        section=np.zeros(total, np.int32),
        zone=(row * zones // max(rows, 1) + 1).astype(np.int32),
        row=tuple(names),
        number=tuple(numbers),
        label=tuple(f"{r}-{n}" for r, n in zip(names, numbers, strict=True)),
        x=(index % max(seats, 1)) * 30.0,
        y=row * 30.0,
        attributes=np.zeros(total, np.int32),
        row_no=row.astype(np.int32),
        ga_areas=(GaArea(1, "Standing", 1, total + 1, standing),) if standing else (),
    )


@dataclass
class Theatre:
    """A house with one performance on sale, and whoever is needed to sell it."""

    services: Services
    clock: Clock | None
    admin: Operator
    cashier: Operator
    plan: SeatingPlan
    adult: PriceType
    child: PriceType
    event: Event
    performance: Performance

    def order(self, *labels: str, **changes: object) -> Order:
        """An order for these seats at the adult price, paid exactly in cash."""
        seat_nos, unknown = self.plan.seat_nos(labels)
        assert not unknown
        return self.order_of(seat_nos, **changes)

    def order_of(self, seat_nos: list[int], **changes: object) -> Order:
        if "given" in changes:
            changes["tenders"] = (Tendered(Tender.CASH, changes.pop("given")),)
        values = {
            "key": new_id(),
            "basket_id": new_id(),
            "lines": tuple(
                BasketLine(Place(self.performance.id, no), self.adult.id) for no in seat_nos
            ),
        }
        return Order(**(values | changes))

    def seats(self, *labels: str) -> list[int]:
        return self.plan.seat_nos(labels)[0]

    def euros(self, amount: float) -> Money:
        return Money(round(amount * 100), "EUR")


def theatre(
    url: str,
    *,
    clock: Clock | None = None,
    house: SeatingPlan | None = None,
    station: str = "T1",
    terminal: CardTerminal | None = None,
) -> Theatre:
    """A furnished database: zone 1 costs 40 (child 20), zone 2 costs 30 (child 15), tax 7 %."""
    services = build(
        Settings(url, station=station),
        passwords=Argon2Passwords(memory_kib=8, rounds=1),
        terminal=terminal,
        clock=clock,
    )
    admin = services.users.command_line(services.station)
    cashier = services.users.add(
        "Carla", email="carla@example.org", password="curtain up", role=Role.CASHIER, by=admin
    )
    added = services.events.add_plan(
        house or plan(), venue="Playhouse", zone="Europe/Berlin", currency="EUR", by=admin
    )
    adult, child = (
        PriceType(new_id(), "Adult", "Adult", 1),
        PriceType(new_id(), "Child", "Child", 2),
    )
    services.events.add_price_types((adult, child), by=admin)
    event = Event(new_id(), "The Winter Garden", "A play.", "Drama", admin.user_id, 700)
    performance = Performance(
        id=new_id(),
        event_id=event.id,
        venue_id=added.venue_id,
        plan_id=added.id,
        starts_at=datetime(2026, 11, 27, 19, tzinfo=UTC),
        wall_time="2026-11-27T20:00",
        zone="Europe/Berlin",
        currency="EUR",
    )
    prices = {
        (zone.no, kind.id): amount // (1 if kind is adult else 2)
        for zone, amount in zip(added.zones, (4000, 3000), strict=False)
        for kind in (adult, child)
    }
    services.events.add_event(event, performances=(NewPerformance(performance, prices),), by=admin)
    operator = Operator(
        cashier.id, cashier.name, cashier.role, services.station.id, services.station.code
    )
    return Theatre(services, clock, admin, operator, added, adult, child, event, performance)
