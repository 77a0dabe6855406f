"""How often something may be tried: a bucket for each address and each account, in this process's memory.

A bucket holds so many tries and fills again evenly. Restarting empties the memory, which costs an attacker
more than it gives: the accounts themselves rest after wrong passwords, in the database.
"""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from app.domain.errors import TooOften

_MOST_BUCKETS = 20_000


@dataclass(frozen=True, slots=True)
class Rate:
    """So many tries at once, all of them again after so many seconds."""

    tries: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Limits:
    """What is limited, by address and by account."""

    login_by_address: Rate = Rate(20, 60)
    login_by_account: Rate = Rate(10, 60)
    register_by_address: Rate = Rate(10, 600)
    register_by_account: Rate = Rate(5, 600)


class Rates:
    """The buckets. `clock` counts seconds and never goes back."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._buckets: OrderedDict[tuple[str, str], tuple[float, float]] = OrderedDict()
        self._lock = Lock()

    def count(self, what: str, whose: str, *, rate: Rate) -> None:
        """One more try; TooOften when the bucket is empty."""
        now, key = self._clock(), (what, whose)
        with self._lock:
            left, at = self._buckets.pop(key, (float(rate.tries), now))
            left = min(float(rate.tries), left + (now - at) * rate.tries / rate.seconds)
            tried = left >= 1
            self._buckets[key] = (left - 1 if tried else left, now)
            while len(self._buckets) > _MOST_BUCKETS:
                self._buckets.popitem(last=False)
        if not tried:
            raise TooOften(max(1, math.ceil((1 - left) * rate.seconds / rate.tries)))
