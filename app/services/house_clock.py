"""What day it is for the house: figures are counted by its clock, whatever zone a performance is in."""

from __future__ import annotations

from datetime import datetime, timedelta

from app.domain.ports import Work

_KEPT_FOR = timedelta(minutes=1)


class HouseClock:
    """The house's IANA zone, read at most once a minute: every sale asks for it."""

    def __init__(self) -> None:
        self._zone = ""
        self._read_at: datetime | None = None

    def zone(self, work: Work) -> str:
        """The zone of the house's settings."""
        if self._read_at is None or not timedelta(0) <= work.now - self._read_at < _KEPT_FOR:
            self._zone = work.settings.house().zone
            self._read_at = work.now
        return self._zone
