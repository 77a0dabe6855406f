"""Facts to whoever cares, after the commit. The bus announces; it never writes."""

from __future__ import annotations

import logging
from collections.abc import Callable

from app.domain.facts import Fact

Listener = Callable[[Fact], None]


class FactBus:
    """Synchronous: listeners run in the thread that committed. A listener's failure cannot undo a sale,
    so it is logged and swallowed."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []

    def listen(self, listener: Listener) -> None:
        """Call `listener` with every fact from now on."""
        self._listeners.append(listener)

    def publish(self, fact: Fact) -> None:
        """Tell every listener."""
        for listener in tuple(self._listeners):
            try:
                listener(fact)
            except Exception:
                logging.getLogger(__name__).exception("a listener failed on %s", fact)
