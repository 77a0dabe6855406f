"""One performance in one house, for benches that sell."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from app.bench.houses import make_house
from app.bootstrap import Services, build
from app.config import Settings
from app.domain.events import Event, Performance, PriceType
from app.domain.users import Operator
from app.domain.values import new_id
from app.services.events import NewPerformance


@contextmanager
def a_house() -> Iterator[Services]:
    """An empty house in a file of its own, on this disk and durable."""
    with TemporaryDirectory(dir=Path.cwd()) as folder:
        services = build(Settings(f"sqlite:///{Path(folder) / 'house.db'}"))
        try:
            yield services
        finally:
            services.close()


def one_performance(services: Services, *, by: Operator, seats: int) -> tuple[str, str, str]:
    """In a week, every place at 48 euros: the ids of event, performance and the only price type."""
    plan = services.events.add_plan(
        replace(make_house(seats), id=new_id()),  # the same database may be filled again
        venue=f"Bench {new_id()}",
        zone="Europe/Berlin",
        currency="EUR",
        by=by,
    )
    adult = PriceType(new_id(), "Adult", "Adult", 1)
    services.events.add_price_types((adult,), by=by)
    event = Event(new_id(), "Bench", "", "Bench", by.user_id, 700)
    starts = datetime.now(UTC) + timedelta(days=7)
    performance = Performance(
        id=new_id(),
        event_id=event.id,
        venue_id=plan.venue_id,
        plan_id=plan.id,
        starts_at=starts,
        wall_time=f"{starts:%Y-%m-%dT%H:%M}",
        zone="Europe/Berlin",
        currency="EUR",
    )
    prices = {(zone.no, adult.id): 4800 for zone in plan.zones}
    new = NewPerformance(performance, prices)
    services.events.add_event(event, performances=(new,), by=by)
    return event.id, performance.id, adult.id
