"""The application: every router, what surrounds it, and what it looks after while it runs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial

from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool

from app import __version__
from app.api import (
    accounts,
    analytics,
    events,
    holds,
    notifications,
    payments,
    performances,
    tickets,
)
from app.api.calls import Desk
from app.api.describing import describe
from app.api.guarding import Guard
from app.api.house import House
from app.api.problems import Speech, install
from app.api.rates import Limits, Rates
from app.domain.errors import HouselightsError
from app.domain.users import Operator

# Each works in one connection of the database at a time, of which there are fifteen.
THREADS = 12
_NOTE_EVERY_S = 5
_LOOK_EVERY = 12  # of these


def create(
    house: House,
    speech: Speech,
    *,
    limits: Limits | None = None,
    rates: Rates | None = None,
    caring: bool = True,
) -> FastAPI:
    """The endpoints over the services of a house. `caring`: also end reservations past their deadline and
    tidy up, as a window does while it is open."""
    app = FastAPI(
        title="Houselights",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=partial(_life, house=house, caring=caring),
    )
    app.state.desk = Desk(house, limits or Limits(), rates or Rates())
    for part in (
        accounts,
        events,
        performances,
        holds,
        tickets,
        payments,
        notifications,
        analytics,
    ):
        app.include_router(part.router)
    install(app, speech)
    describe(app)
    app.add_middleware(Guard)
    return app


@asynccontextmanager
async def _life(_: FastAPI, *, house: House, caring: bool) -> AsyncIterator[None]:
    current_default_thread_limiter().total_tokens = THREADS
    care = asyncio.create_task(_care(house)) if caring else None
    try:
        yield
    finally:
        if care is not None:
            care.cancel()
            with suppress(asyncio.CancelledError):
                await care
        await _off_the_loop(house.interactions.write)


async def _care(house: House) -> None:
    by: Operator | None = None
    rounds = 0
    while True:
        await asyncio.sleep(_NOTE_EVERY_S)
        await _off_the_loop(house.interactions.write)
        rounds += 1
        if rounds % _LOOK_EVERY:
            continue
        with suppress(HouselightsError):
            if by is None:
                by = await run_in_threadpool(house.users.command_line, house.station)
            await run_in_threadpool(partial(house.bookings.expire, by=by))
            await run_in_threadpool(partial(house.upkeep.tidy, by=by))


async def _off_the_loop(work: Callable[[], object]) -> None:
    """While the database is away it waits for the next round."""
    with suppress(HouselightsError):
        await run_in_threadpool(work)
