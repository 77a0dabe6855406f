"""What time it is for the house: on a shared one the server's, whatever this computer's clock says.

What is offered and marked on the screen (until when a reservation, what is over, what day is today) goes by
it; what is decided is decided by the database. Days are still this computer's zone's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime


def _system_clock() -> datetime:
    return datetime.now(UTC)


@dataclass
class _Setting:
    clock: Callable[[], datetime] = _system_clock


_setting = _Setting()


def use_clock(clock: Callable[[], datetime]) -> None:
    """From now on it is what this says, in UTC."""
    _setting.clock = clock


def now() -> datetime:
    """The present moment, in UTC."""
    return _setting.clock()


def today() -> date:
    """The day it is here."""
    return now().astimezone().date()
