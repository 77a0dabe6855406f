"""Seating plans from files, for whoever looks after venues."""

from __future__ import annotations

from pathlib import Path

from app.domain.plan_reading import OpenPlan, PlanRead
from app.domain.users import Operator, Permission


class PlanFileService:
    """Reads plan files; nothing is stored before `VenueService.import_plan`."""

    def __init__(self, open_plan: OpenPlan) -> None:
        self._open_plan = open_plan

    def read(self, path: Path, *, by: Operator) -> PlanRead:
        """The plan in a file, called as the file (EDIT_VENUES). PlanRefused, FileUnusable."""
        by.require(Permission.EDIT_VENUES)
        return self._open_plan(path, name=path.stem)
