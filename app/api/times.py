"""Instants and wall clocks between requests and values."""

from __future__ import annotations

from datetime import UTC, datetime

from app.domain.errors import Invalid
from app.domain.events import wall_time
from app.domain.values import at_venue


def instant(text: str, *, field: str) -> datetime:
    """An instant with its offset, in UTC; Invalid({field: …}) for a time without one, or none at all."""
    try:
        read = datetime.fromisoformat(text)
        if read.tzinfo is None:
            raise Invalid({field: "not_a_time"})
        return read.astimezone(UTC)
    except (ValueError, OverflowError):
        raise Invalid({field: "not_a_time"}) from None


def on_the_wall(text: str, zone: str, *, field: str) -> str:
    """What a clock in `zone` shows: a time without an offset is meant as that already."""
    try:
        read = datetime.fromisoformat(text)
        return read.strftime("%Y-%m-%dT%H:%M") if read.tzinfo is None else wall_time(read, zone)
    except (ValueError, OverflowError):
        raise Invalid({field: "not_a_time"}) from None


def shown(at: datetime, zone: str) -> datetime:
    """An instant as the venue's clock has it."""
    return at_venue(at, zone)
