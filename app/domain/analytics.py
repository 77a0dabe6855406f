"""Figures: what people did at the screens, and what was sold by day, in rollups kept with every sale."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Interaction(StrEnum):
    """What somebody did at a screen."""

    SEARCH = "search"
    VIEW_EVENT = "view_event"
    OPEN_HOUSE = "open_house"
    HOLD = "hold"
    ABANDON = "abandon"
    BOOK = "book"
    CANCEL = "cancel"
    SIGN_IN = "sign_in"


@dataclass(frozen=True, slots=True)
class Seen:
    """One interaction, before it is written."""

    type: Interaction
    at: datetime
    event_id: str | None = None
    performance_id: str | None = None
    ticket_id: str | None = None
    detail: str = ""


class MetricType(StrEnum):
    """By what a rollup counts; `Metric.key` says which one."""

    PERFORMANCE = "performance"  # key: the performance's id
    ZONE = "zone"  # its name
    PRICE_TYPE = "price_type"  # its name
    TENDER = "tender"  # Tender's value; counts money only, no tickets
    CHANNEL = "channel"
    OPERATOR = "operator"  # the user's id
    HOUR = "hour"  # "0-00" (Monday, midnight) to "6-23", by the house's clock


@dataclass(frozen=True, slots=True)
class Metric:
    """What one act adds to a rollup. Money in minor units; `day` "2026-11-24" by the house's clock."""

    event_id: str
    type: MetricType
    key: str
    day: str
    currency: str
    sold: int = 0
    gross: int = 0
    returned: int = 0
    refunded: int = 0


class Analytics(Protocol):
    """Interactions and rollups as the database keeps them."""
