"""What went otherwise than planned: a performance called off after it had begun to sell, and one that was
moved by a day. Whoever holds tickets was told."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from app.demo.agenda import Agenda
from app.demo.repertoire import Sales
from app.demo.season import MOVED_BY, Date, called_off_at
from app.demo.theatre import Stage, Theatre, on_day

CALLED_OFF = "Two of the five dancers are injured. We are sorry."
MOVED = "The second piano comes a day later; your seats stay yours."
_MOVED_DAYS_AGO = 6


class Turns:
    """Puts them on the agenda of a theatre."""

    def __init__(self, theatre: Theatre, agenda: Agenda) -> None:
        self._theatre, self._agenda = theatre, agenda

    def plan(self) -> None:
        """Both, each at the moment at which it was decided."""
        until = self._theatre.season.until
        decided = on_day(until - timedelta(days=_MOVED_DAYS_AGO), "11:20")
        for stage, date in zip(self._theatre.stages, self._theatre.season.dates, strict=True):
            if date.slot.sales is Sales.CANCELLED:
                self._agenda.add(called_off_at(until), partial(self._call_off, stage))
            elif date.slot.sales is Sales.MOVED:
                self._agenda.add(decided, partial(self._move, stage, date))

    def _call_off(self, stage: Stage) -> None:
        self._theatre.services.cancellations.run(
            stage.performance_id, reason=CALLED_OFF, by=self._theatre.manager
        )

    def _move(self, stage: Stage, date: Date) -> None:
        schedule, by = self._theatre.services.schedule, self._theatre.manager
        stored = schedule.performance(stage.performance_id, by=by)
        entry = schedule.entry(stage.performance_id, by=by)
        schedule.edit_performance(
            stage.performance_id,
            replace(
                entry,
                wall_time=date.slot.wall_time,
                on_sale_until=_later(entry.on_sale_until),
            ),
            version=stored.version,
            note=MOVED,
            by=by,
        )


def _later(instant: datetime | None) -> datetime | None:
    return None if instant is None else instant + MOVED_BY
