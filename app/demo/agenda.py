"""What will happen later in the demo's past, in order of time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from heapq import heappop, heappush
from itertools import count

from app.demo.theatre import WalkingClock

Act = Callable[[], object]


class Agenda:
    """Acts by their moment (UTC); they may put further ones on it."""

    def __init__(self, clock: WalkingClock) -> None:
        self._clock = clock
        self._number = count()
        self._acts: list[tuple[datetime, int, Act]] = []

    def add(self, at: datetime, act: Act) -> None:
        """Let it happen then."""
        heappush(self._acts, (at, next(self._number), act))

    def live(self, until: datetime) -> None:
        """Let everything happen that is due by then; afterwards it is then."""
        while self._acts and self._acts[0][0] <= until:
            at, _, act = heappop(self._acts)
            self._clock.now = at
            act()
        self._clock.now = until
