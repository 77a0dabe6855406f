"""Interactions and rollups in SQL."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from app.domain.values import to_micros


class SqlAnalytics:
    """The `Analytics` port on one connection; `now` is the transaction's instant."""

    def __init__(self, connection: Connection, *, now: datetime) -> None:
        self._connection = connection
        self._now = to_micros(now)
