"""The posters of the events in sight, read once each: from the database, or from our own resources."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QObject, Signal

import resources
from app.domain.errors import HouselightsError
from app.domain.posters import Poster
from app.domain.users import Operator
from app.services.events import EventService
from ui.tasks import Tasks
from ui.widgets.poster import Posters

_OURS = "demo/posters/"


class Shelf(QObject):
    """`arrived` fires when pictures asked for with `want` can be painted from `posters`."""

    arrived = Signal()

    def __init__(
        self, events: EventService, *, by: Operator, tasks: Tasks, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.posters = Posters()
        self._asked: set[str] = set()
        self._events = events
        self._by = by
        self._tasks = tasks

    def want(self, names: Iterable[str]) -> None:
        """Have these ready soon; a name asked for before costs nothing."""
        for name in names:
            if name and name not in self._asked:
                self._asked.add(name)
                self._tasks.run(
                    self,
                    lambda name=name: (name, self._read(name)),  # type: ignore[misc]
                    done=self._on_read,
                    failed=_without,
                )

    def _read(self, name: str) -> bytes:
        if name.startswith(_OURS):
            try:
                return resources.read(name)
            except FileNotFoundError:
                return b""
        poster: Poster | None = self._events.poster(name, by=self._by)
        return b"" if poster is None else poster.body

    def _on_read(self, answer: tuple[str, bytes]) -> None:
        name, body = answer
        self.posters.put(name, body)
        self.arrived.emit()


def _without(_: HouselightsError) -> None:
    """The plate of the title stands in for it."""
